r"""Formulas in LaTeX read into trees, by recursive descent.

    formula     = statements ["\text{ where }" statements]
    statements  = expression ["=" expression] ("," expression ["=" expression])*
    expression  = ["-"] term (("+" | "-") term)*
    term        = factor ([\cdot | \odot | / | ...] factor)*
    factor      = base ("^" script | "_" script)*
    base        = number | symbol | function argument | (expression) | [condition] | |expression|
                | \frac{..}{..} | \sqrt[..]{..} | \sum term | \begin{cases} .. \end{cases} | ...

A tree is a tuple: what it is, and its parts.
"""

from __future__ import annotations

from typing import Any

from autograd_fr.viz.explaining.formulas import Token, tokens

Tree = tuple[Any, ...]
Statement = tuple[Tree, Tree | None]

RELATIONS = {"=": "=", "<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", r"\ne": "!=",
             r"\leq": "<=", r"\geq": ">=", r"\neq": "!="}  # fmt: skip
PRODUCTS = {r"\cdot": "entries", r"\odot": "entries", r"\times": "entries", "/": "quotient",
            r"\bmod": "mod", r"\otimes": "outer"}  # fmt: skip
PAIRS = {r"\lVert": (r"\rVert", "norm"), r"\lfloor": (r"\rfloor", "floor"),
         r"\lceil": (r"\rceil", "ceil"), r"\lvert": (r"\rvert", "abs")}  # fmt: skip
BIG = {r"\sum": "sum", r"\prod": "prod"}
END = Token("end", "", "the end")


class FormulaError(ValueError):
    """A formula that cannot be read, or that asks for what is not there."""


def parsed(latex: str) -> tuple[list[Statement], list[Statement]]:
    """The statements of a formula, and those after "where", which define its own symbols.

    A statement is an expression, or the two sides of an equation.
    """
    parser = Parser(latex)
    found = parser.statements()
    where = parser.now.kind == "text" and "where" in parser.next().text
    definitions = parser.statements() if where else []
    if parser.now is not END:
        parser.fail("an operation between two factors")
    return found, definitions


class Parser:
    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.rest = [token for token in tokens(latex) if token.kind != "space"]

    @property
    def now(self) -> Token:
        return self.rest[0] if self.rest else END

    def next(self) -> Token:
        return self.rest.pop(0) if self.rest else END

    def take(self, text: str) -> bool:
        """Whether this comes next; then it is read."""
        if self.now.text != text:
            return False
        self.next()
        return True

    def expect(self, text: str) -> None:
        if not self.take(text):
            self.fail(repr(text))

    def fail(self, wanted: str) -> Any:
        raise FormulaError(f"{self.latex!r}: {self.now.name!r} where {wanted} should be")

    def statements(self) -> list[Statement]:
        found = [self.statement()]
        while self.take(","):
            found.append(self.statement())
        return found

    def statement(self) -> Statement:
        left = self.expression()
        return left, self.expression() if self.take("=") else None

    def expression(self) -> Tree:
        tree: Tree = ("negative", self.term()) if self.take("-") else self.term()
        while self.now.text in ("+", "-"):
            kind = "plus" if self.next().text == "+" else "minus"
            tree = (kind, tree, self.term())
        return tree

    def term(self) -> Tree:
        tree = self.factor()
        while True:
            if self.now.text in PRODUCTS:
                kind = PRODUCTS[self.next().text]
            elif self.begins_factor():
                kind = "beside"
            else:
                return tree
            tree = (kind, tree, self.factor())

    def begins_factor(self) -> bool:
        token = self.now
        opening = token.text in ("(", "[", "{", r"\frac", r"\sqrt", r"\begin{cases}")
        return (
            token.kind in ("symbol", "number", "function")
            or opening
            or token.name in PAIRS
            or token.text in BIG
        )

    def factor(self) -> Tree:
        tree = self.base()
        while self.now.text in ("^", "_"):
            tree = self.raised(tree) if self.next().text == "^" else ("at", tree, self.script())
        return tree

    def raised(self, tree: Tree) -> Tree:
        """A power, or what is written as one: transposes, inverses and pseudoinverses."""
        written = self.written_script()
        for texts, kind in (([r"\top"], "transpose"), (["-", r"\top"], "inverse transpose"),
                            (["-", "1"], "inverse"), (["+"], "pseudoinverse")):  # fmt: skip
            if written == texts:
                self.script_tokens()
                return (kind, tree)
        if written[:2] == [r"\top", "("]:
            return self.exchanged(tree)
        return ("power", tree, self.script())

    def exchanged(self, tree: Tree) -> Tree:
        r"""`x^{\top(i, j)}`: the transpose in the plane of two axes."""
        for text in ("{", r"\top"):
            self.expect(text)
        axes = self.arguments()
        self.expect("}")
        return ("exchange", tree, *axes)

    def written_script(self) -> list[str]:
        if self.now.text != "{":
            return [self.now.text]
        depth, found = 0, []
        for token in self.rest:
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if not depth:
                break
            found.append(token.text)
        return found[1:]

    def script_tokens(self) -> None:
        for _ in range(len(self.written_script()) + (2 if self.now.text == "{" else 0)):
            self.next()

    def script(self) -> Tree:
        """What stands above or below: a group in braces, or a single sign."""
        if self.now.text == "{":
            return self.group()
        if self.now.kind in ("number", "symbol"):
            return self.base()
        return self.fail("an exponent or an index")

    def group(self) -> Tree:
        self.expect("{")
        tree = self.expression()
        self.expect("}")
        return tree

    def base(self) -> Tree:
        token = self.next()
        if token.kind == "number":
            return ("number", float(token.text))
        if token.kind == "symbol":
            return ("symbol", token.name)
        if token.kind == "function":
            return self.application(token.name)
        if token.text in BIG:
            return self.big(BIG[token.text])
        if token.name in PAIRS:
            return self.between(*PAIRS[token.name])
        if token.text == r"\frac":
            return ("quotient", self.group(), self.group())
        if token.text == r"\sqrt":
            return self.root()
        if token.text == r"\begin{cases}":
            return self.cases()
        self.rest.insert(0, token)
        return self.bracketed()

    def bracketed(self) -> Tree:
        if self.now.text == "{":
            return self.group()
        if self.take("("):
            tree = self.expression()
            self.expect(")")
        elif self.take("["):
            tree = ("holds", self.condition())
            self.expect("]")
        else:
            self.fail("a number, a symbol or a bracket")
        return tree

    def between(self, closing: str, name: str) -> Tree:
        tree = self.expression()
        if self.next().name != closing:
            self.fail(f"{closing} before it")
        return ("apply", name, [tree], {})

    def root(self) -> Tree:
        degree: Tree = ("number", 2.0)
        if self.take("["):
            degree = self.expression()
            self.expect("]")
        return ("root", self.group(), degree)

    def big(self, name: str) -> Tree:
        """A sum or a product; it reaches to the next + or -."""
        condition = None
        if self.take("_"):
            self.expect("{")
            condition = self.condition()
            self.expect("}")
        return ("big", name, condition, self.term())

    def application(self, name: str) -> Tree:
        r"""A function and its arguments: in parentheses, or the one factor that follows.

        `\psi^{(n)}(x)` is given its `order`, `\log_2 x` what is `under` it.
        """
        options: dict[str, Tree] = {}
        power: Tree | None = None
        while self.now.text in ("^", "_"):
            if self.next().text == "_":
                options["under"] = self.script()
            elif self.written_script()[:1] == ["("]:
                options["order"] = self.script()
            elif self.written_script() == ["-", "1"]:
                self.script_tokens()
                name += "^{-1}"
            else:
                power = self.script()
        tree: Tree = ("apply", name, self.arguments(), options)
        return tree if power is None else ("power", tree, power)

    def arguments(self) -> list[Tree]:
        if self.take("("):
            found = [self.expression()]
            while self.take(","):
                found.append(self.expression())
            self.expect(")")
            return found
        tree = self.factor()
        if self.now.kind in ("symbol", "number") or self.now.text == r"\frac":
            self.fail("the end of an argument: one of several factors goes in parentheses,")
        return [tree]

    def cases(self) -> Tree:
        r"""`\begin{cases} value & \text{if } condition \\ value & \text{else} \end{cases}`"""
        rows: list[tuple[Tree, Tree | None]] = []
        while not self.take(r"\end{cases}"):
            value = self.expression()
            self.expect("&")
            word = self.next().text
            rows.append((value, self.condition() if "if" in word else None))
            self.take(r"\\")
        return ("cases", rows)

    def condition(self) -> Tree:
        r"""Comparisons, in chains as `a \le x < b`, joined by `\land`, `\lor` or commas."""
        tree = self.comparison()
        while self.now.text in (r"\land", r"\lor", ","):
            kind = "or" if self.next().text == r"\lor" else "and"
            tree = (kind, tree, self.comparison())
        return tree

    def comparison(self) -> Tree:
        if self.take(r"\lnot"):
            return ("not", self.comparison())
        first = self.expression()
        links: list[tuple[str, Tree]] = []
        while self.now.text in RELATIONS:
            links.append((RELATIONS[self.next().text], self.expression()))
        return ("compare", first, links)
