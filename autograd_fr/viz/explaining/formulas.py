r"""The formulas of operations as tokens, and with other names put for their symbols.

A symbol is a letter, a Greek one, a name of several letters in `\mathit{...}`, or the gradient of
one of several results, `G_Q`. What is applied to something, `\sin` or `\operatorname{conv}`, is a
function, and never replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

FUNCTIONS = frozenset((
    "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "exp", "ln", "log",
    "det", "sigma", "Phi", "varphi", "psi", "Gamma", "max", "min",
))  # fmt: skip
GREEK = frozenset((
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
    "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "tau", "upsilon", "phi",
    "chi", "omega", "Delta", "Theta", "Lambda", "Xi", "Pi", "Upsilon", "Psi", "Omega", "ell",
    "infty",
))  # fmt: skip
OPENING = frozenset(["(", "[", "{", r"\lvert", r"\lVert", r"\lfloor", r"\lceil"])
CLOSING = frozenset([")", "]", "}", r"\rvert", r"\rVert", r"\rfloor", r"\rceil"])
PRODUCTS = frozenset([r"\cdot", r"\odot", r"\times", r"\otimes", r"\bmod", "/"])
QUOTIENTS = frozenset([r"\bmod", "/"])
BIG = frozenset([r"\sum", r"\prod"])

_WORD = r"(?:[^{}\\]|\\.|\{[^{}]*\})*"
_TOKEN = re.compile(
    rf"""(?P<space>(?:\s|~|\\[,;:!\ ]|\\(?:left|right|quad|qquad)(?![A-Za-z]))+)
    |(?P<number>\d+(?:\.\d+)?)
    |\\operatorname\*?\{{(?P<function>{_WORD})\}}
    |(?P<ones>\\mathbf\{{1\}})
    |G_(?:(?P<of>[A-Z])|\{{?\\mathit\{{(?P<named>{_WORD})\}}\}}?)
    |\\math[a-z]+\{{(?P<word>{_WORD})\}}
    |(?P<text>\\text[a-z]*\{{{_WORD}\}})
    |(?P<environment>\\(?:begin|end)\{{[A-Za-z]+\*?\}})
    |\\(?P<command>[A-Za-z]+)
    |(?P<letter>[A-Za-z])
    |(?P<sign>\\.|.)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    r"""A piece of a formula: what it is, as it is written, and its name without the writing.

    `kind`: space, number, symbol, function, text or sign. Of two bars, `|x|`, the first has the
    name `\lvert`, the second `\rvert`.
    """

    kind: str
    text: str
    name: str


def tokens(latex: str) -> list[Token]:
    r"""The pieces of a formula, which put together are the formula.

    >>> [t.name for t in tokens(r"\frac{G}{\mathit{weight}^2}") if t.kind == "symbol"]
    ['G', 'weight']
    """
    found = [_token(match) for match in _TOKEN.finditer(latex)]
    bars = [i for i, token in enumerate(found) if token.text == "|"]
    for n, i in enumerate(bars):
        found[i] = Token("sign", "|", (r"\lvert", r"\rvert")[n % 2])
    return found


def _token(match: re.Match[str]) -> Token:
    group, text = match.lastgroup or "", match[0]
    value = match[group]
    if group in ("space", "number", "text"):
        return Token(group, text, text)
    if group == "command":
        kind = "function" if value in FUNCTIONS else "symbol" if value in GREEK else "sign"
        return Token(kind, text, text if kind == "sign" else value)
    if group == "function":
        return Token("function", text, value.replace("\\_", "_"))
    if group in ("of", "named"):
        return Token("symbol", text, "G_" + value.replace("\\_", "_"))
    if group in ("word", "letter", "ones"):
        return Token("symbol", text, "ones" if group == "ones" else value.replace("\\_", "_"))
    return Token("sign", text, text)


# How tightly an expression holds together
SUM, PRODUCT, POWER, ATOM = range(4)


def rewritten(latex: str, names: Mapping[str, str]) -> str:
    r"""The formula with LaTeX of one's own in the place of symbols.

    What would fall apart there, a sum or a negative number in a product or in a power, is put in
    parentheses; numbers side by side get a dot between them.

    >>> rewritten("y (1 - y)", {"y": "0.5"})
    '0.5 (1 - 0.5)'
    >>> rewritten(r"\frac{a}{b^2}", {"a": "u + v", "b": "-2"})
    '\\frac{u + v}{(-2)^2}'
    >>> rewritten(r"\beta x", {"beta": "2", "x": "3"})
    '2 \\cdot 3'
    """
    parts = tokens(latex)
    dense = [i for i, part in enumerate(parts) if part.kind != "space"]
    solid = [parts[i] for i in dense]
    texts = [part.text for part in parts]
    for at, i in enumerate(dense):
        if parts[i].kind == "symbol" and parts[i].name in names:
            text = _placed(solid, at, names[parts[i].name])
            glued = re.search(r"\\[A-Za-z]+$", text) and "".join(texts[i + 1 :])[:1].isalpha()
            texts[i] = text + " " if glued else text
    return "".join(texts)


def _placed(solid: Sequence[Token], at: int, text: str) -> str:
    """What stands for the symbol at a place, in the parentheses that it needs there."""
    if at and solid[at - 1].text in ("^", "_"):
        return f"{{{text}}}"
    before = _before(solid, at)
    after = solid[at + 1] if at + 1 < len(solid) else None
    if _falls_apart(text, before, after):
        return rf"\left({text}\right)" if "\\begin" in text or "\\frac" in text else f"({text})"
    if after is not None and after.text == "_" and "_" in text:
        return f"{{{text}}}"  # TeX takes no index of an index
    beside = before is not None and _ends_operand(before)
    return rf"\cdot {text}" if beside and text[:1].isdigit() else text


def _falls_apart(text: str, before: Token | None, after: Token | None) -> bool:
    """Whether an expression needs parentheses between its neighbours."""
    holds = tightness(text)
    if holds == SUM and before is not None and before.text == "+" and text.lstrip()[0] == "-":
        return True
    if holds < max(_asked_before(before), _asked_after(after)):
        return True
    if holds != PRODUCT:
        return False
    # Products of one kind may stand beside each other; those of entries and of matrices may not.
    around = {token.text for token in (before, after) if token is not None} & PRODUCTS
    if (before and _ends_operand(before)) or (after and begins_operand(after)):
        around.add("")
    return bool(around) and len(around | _kinds_of_products(text)) > 1


def _kinds_of_products(latex: str) -> set[str]:
    """The signs of the products in a formula; "" for factors that stand side by side."""
    outer = _outer(latex)
    signs = [token.text for token in outer if token.text in PRODUCTS]
    return {*signs, ""} if _operands(outer) - 1 > len(signs) else {*signs}


def _operands(outer: Sequence[Token]) -> int:
    return sum(token.kind != "function" and begins_operand(token) for token in outer)


def _before(solid: Sequence[Token], at: int) -> Token | None:
    """What stands before a place, less its exponents and indices."""
    at -= 1
    while at > 0 and solid[at].name not in OPENING:
        start = _opening(solid, at) if solid[at].text == "}" else at
        if start < 2 or solid[start - 1].text not in ("^", "_"):
            break
        at = start - 2
    return solid[at] if at >= 0 else None


def _opening(solid: Sequence[Token], at: int) -> int:
    """Where the brace was opened that is closed at a place."""
    depth = 0
    for i in range(at, -1, -1):
        depth += {"}": 1, "{": -1}.get(solid[i].text, 0)
        if not depth:
            return i
    return 0


def _is_operand(token: Token) -> bool:
    r"""Whether a token alone is one; of texts, names are, but not `\text{if }` and its like."""
    if token.kind == "text":
        words = token.text.partition("{")[2][:-1]
        return words == words.strip() != "else"
    return token.kind in ("symbol", "number")


def _ends_operand(token: Token) -> bool:
    return _is_operand(token) or token.name in CLOSING


def begins_operand(token: Token) -> bool:
    if _is_operand(token) or token.kind == "function":
        return True
    return token.name in OPENING | BIG or token.text in (r"\frac", r"\sqrt")


def _asked_before(token: Token | None) -> int:
    if token is None:
        return SUM
    if token.kind == "function" or token.text in QUOTIENTS:
        return POWER
    holds = token.text in PRODUCTS | BIG or token.text == "-" or _ends_operand(token)
    return PRODUCT if holds else SUM


def _asked_after(token: Token | None) -> int:
    if token is None:
        return SUM
    if token.text in ("^", "_", "!"):
        return ATOM
    if token.text in QUOTIENTS:
        return POWER
    return PRODUCT if token.text in PRODUCTS or begins_operand(token) else SUM


def tightness(latex: str) -> int:
    r"""How tightly a formula holds together: SUM, PRODUCT, POWER or ATOM.

    >>> [tightness(t) for t in ("u + v", "u v", r"\frac{u}{v}", "(u + v)")] == [0, 1, 2, 3]
    True
    """
    found = ATOM
    outer = _outer(latex)
    for token, following in zip(outer, [*outer[1:], None]):
        if token.kind == "function" and (following is None or following.text != "("):
            return SUM
        if token.text in ("+", "-", r"\pm", ",", "=", "<", ">", r"\le", r"\ge", r"\ne"):
            return SUM
        if token.text in PRODUCTS:
            found = PRODUCT
        elif token.text in ("^", r"\frac"):
            found = min(found, POWER)
    return min(found, PRODUCT) if _operands(outer) > 1 else found


def _outer(latex: str) -> list[Token]:
    """The tokens of a formula outside all brackets, which stand for what is in them; exponents,
    indices and the parts of a fraction left out."""
    found: list[Token] = []
    depth = skip = 0
    for token in tokens(latex):
        if token.kind == "space":
            continue
        closing = token.name in CLOSING or token.text.startswith(r"\end{")
        depth -= closing
        if not depth and not closing:
            if skip:
                skip -= 1
            else:
                found.append(token)
            skip = {"^": 1, "_": 1, r"\frac": 2, r"\underset": 2, r"\sqrt": 1}.get(token.text, skip)
        depth += token.name in OPENING or token.text.startswith(r"\begin{")
    return found
