r"""General formulas as they are for one call: what parameters decide is decided.

Of the cases those that apply stay. An argument that was left out takes its term, its factor, or
its comparison with it; a gradient that does not flow takes the whole term. What is said after
`\text{ where }` stays if it is still spoken of.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .formulas import PRODUCT, Token, rewritten, tightness, tokens
from .trees import RELATIONS, Group, Item, bare, is_sign, is_space, parts, tree, trimmed, written
from .trees import without_products as factors

ELSE = r"\text{else}"
WHERE = r"\text{ where }"
LISTS = (",", "&", r"\\")
SEPARATED = {",": ", ", "&": " & ", r"\\": r" \\ "}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<": operator.lt, ">": operator.gt,
    r"\le": operator.le, r"\ge": operator.ge, r"\ne": operator.ne,
}  # fmt: skip
# What is read for a function that goes by the name of a parameter, and for the share of the
# gradient that each entry of a reduction has, by the value of the parameter.
READ_AS = {
    "nonlinearity": {"tanh": r"\tanh", "relu": r"\operatorname{relu}"},
    "reduction": {"mean": r"\frac{1}{n} \sum ", "sum": r"\sum ", "none": ""},
    "share": {"mean": r"\frac{1}{n} \cdot ", "sum": "", "none": ""},
}
DECIDED_BY = {"share": "reduction"}


@dataclass(frozen=True)
class Facts:
    """What is known of a call: parameters and numbers by name, the arguments `left_out`, the
    gradients that are `zero`, and the shapes of arrays."""

    known: Mapping[str, Any] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    zero: frozenset[str] = frozenset()
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def reduced(latex: str, facts: Facts) -> str:
    r"""The formula with what is decided by the facts.

    >>> reduced(r"x\,\mathit{weight}^\top + \mathit{bias}", Facts(left_out=frozenset({"bias"})))
    'x\\,\\mathit{weight}^\\top'
    >>> latex = r"\begin{cases} 0 & \text{if } \mathit{ord} = 0 \\ x^2 & \text{else} \end{cases}"
    >>> reduced(latex, Facts({"ord": 2}))
    'x^2'
    """
    (_, body), *after = parts(tree(latex), (WHERE,))
    definitions = [parts(part, "=") for _, part in parts(after[0][1], ",")] if after else []
    kept: dict[str, list[Item]] = {}
    for (_, symbol), (_, meaning) in definitions * 2:  # the later ones may speak of the earlier
        name = written(symbol)
        found = _Reducer(facts).sequence(meaning)
        kept.pop(name, None)
        key = _name(name)
        if found is None:
            facts = Facts(facts.known, facts.left_out, facts.zero | {key}, facts.shapes)
        elif not found:
            facts = Facts(facts.known, facts.left_out | {key}, facts.zero, facts.shapes)
        else:
            kept[name] = found
    found = _Reducer(facts).sequence(body)
    text = "0" if found is None else written(found) if found else "1"
    return _with_definitions(text, {name: written(kept[name]) for name in kept})


def _with_definitions(body: str, meanings: Mapping[str, str]) -> str:
    """A formula and the definitions that it needs, in the order given; mere aliases put in."""
    alias = {_name(name): text for name, text in meanings.items() if _is_symbol(text)}
    body = rewritten(body, alias)
    meanings = {name: rewritten(text, alias) for name, text in meanings.items()}
    needed, last = _symbols(body), -1
    while len(needed) > last:
        last = len(needed)
        for name, meaning in meanings.items():
            if _symbols(name) <= needed:
                needed |= _symbols(meaning)
    said = [f"{name} = {text}" for name, text in meanings.items() if _symbols(name) <= needed]
    return body + (" " + WHERE + " " + r", \; ".join(said) if said else "")


def _name(symbol: str) -> str:
    return next(token.name for token in tokens(symbol) if token.kind == "symbol")


def _is_symbol(latex: str) -> bool:
    found = tokens(latex)
    return len(found) == 1 and found[0].kind == "symbol"


def _symbols(latex: str) -> set[str]:
    return {token.name for token in tokens(latex) if token.kind == "symbol"}


class _Reducer:
    """The rules by level: lists, comparisons, sums, products. None stands for 0, [] for nothing."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def sequence(self, items: Any) -> list[Item] | None:
        """A list is 0 where no gradient is left in it."""
        listed = [(sign, part, self.alternatives(part)) for sign, part in parts(items, LISTS)]
        flows = any(kept is not None and _speaks_of_gradients(part) for _, part, kept in listed)
        if not flows and any(kept is None for _, _, kept in listed):
            return None
        found: list[Item] = []
        for sign, _, kept in listed:
            if kept is None or kept:
                ahead = "" if sign is None or not found else SEPARATED.get(sign.text, sign.text)
                found += [*tree(ahead), *(tree("0") if kept is None else bare(kept))]
        return found

    def alternatives(self, items: list[Item]) -> list[Item] | None:
        found: list[Item] = []
        for sign, part in parts(items, (r"\lor", r"\land")):
            kept = self.comparison(part)
            if kept is None:
                return None
            if kept:
                found += [*(tree(f" {sign.text} ") if found and sign else []), *kept]
        return found

    def comparison(self, items: list[Item]) -> list[Item] | None:
        operands = parts(items, RELATIONS)
        if len(operands) == 1:
            return self.sum(items)
        found, count = list[Item](), 0
        for sign, part in operands:
            kept = self.sum(part)
            kept = tree("0") if kept is None else kept
            if kept:
                found += [*(tree(f" {sign.text} ") if found and sign else []), *bare(kept)]
                count += 1
        return found if count > 1 else []

    def sum(self, items: list[Item]) -> list[Item] | None:
        found: list[Item] = []
        vanished = False
        for sign, part in parts(items, ("+", "-")):
            kept = self.product(part) if part else []
            vanished |= kept is None
            if sign is not None and sign.text == "-" and kept == []:
                return []  # 1 less what is unknown
            if not kept:
                continue
            if sign is not None:
                leading = tree("-") if sign.text == "-" else []
                found += tree(f" {sign.text} ") if found else leading
            found += kept
        return None if vanished and not found else found

    def product(self, items: list[Item]) -> list[Item] | None:
        found: list[Item] = []
        rest = list(items)
        while rest:
            kept = self.factor(rest)
            if kept is None:
                return None
            found += kept
        return factors(found)

    def factor(self, rest: list[Item]) -> list[Item] | None:
        """What is first, taken off, with the arguments of a function."""
        item = rest.pop(0)
        if isinstance(item, Group):
            kept = self.group(item)
            if kept is not None and not kept:
                _take_scripts(rest)
            return kept
        if item.kind == "symbol" and item.name in self.facts.zero:
            return None
        if item.kind == "symbol" and item.name in self.facts.left_out:
            _take_scripts(rest)
            return []
        if item.kind == "function" and rest and isinstance(rest[0], Group):
            return self.call(item, rest[0], rest)
        if item.text in ("^", "_") and rest:
            return [item, rest.pop(0)]
        if item.text == r"\frac":
            above, below = (self.argument(rest.pop(0)) for _ in range(2))
            return None if above is None else _fraction(above or tree("1"), below or tree("1"))
        return [item]

    def argument(self, item: Item) -> list[Item] | None:
        return self.sequence(item.body if isinstance(item, Group) else [item])

    def call(self, function: Token, group: Group, rest: list[Item]) -> list[Item] | None:
        del rest[0]
        body = self.sequence(group.body)
        if body is None:
            return None
        if function.name in ("max", "min") and _listed(group.body) and not _listed(body):
            return body  # the greatest of one
        decides = DECIDED_BY.get(function.name, function.name)
        weighted = self.facts.known.get("weights") is not None
        how = READ_AS.get(function.name, {}).get(self.facts.known.get(decides, ""))
        if how is None or (weighted and decides == "reduction"):
            return [function, Group(group.opening, tuple(body), group.closing)]
        loose = tightness(written(body)) < PRODUCT or how.startswith("\\tanh")
        inside = [Group(group.opening, tuple(body), group.closing)]
        return tree(how) + (inside if loose or _raised(rest) else body)

    def group(self, group: Group) -> list[Item] | None:
        opening = group.opening.text
        if opening == r"\begin{cases}":
            return self.cases(group)
        if opening == "[":
            holds = self.holds(group.body)
            if holds is not None:
                return [] if holds else None
        body = self.sequence(group.body)
        if not body:
            return body
        if opening == "(" and len(body) < len(group.body) and tightness(written(body)) >= PRODUCT:
            return body
        return [Group(group.opening, tuple(body), group.closing)]

    def cases(self, group: Group) -> list[Item] | None:
        rows: list[tuple[str, list[Item]]] = []
        for _, row in parts(group.body, (r"\\",)):
            (_, shown), (_, condition) = parts(row, "&")
            holds = True if is_sign(condition[0], (ELSE,)) else self.holds(condition[1:])
            if holds is False:
                continue
            value = self.sequence(shown)
            text = "0" if value is None else written(value) if value else "1"
            rows.append((text, condition if holds is None else []))
            if holds:
                break
        if len(rows) == 1 and not rows[0][1]:
            text = rows[0][0]
            return None if text == "0" else tree(f"({text})" if tightness(text) < PRODUCT else text)
        lines = [f"{text} & {written(condition or tree(ELSE))}" for text, condition in rows]
        return tree(r"\begin{cases} " + r" \\ ".join(lines) + r" \end{cases}")

    def holds(self, items: Any) -> bool | None:
        """Whether a condition holds; None where no parameter decides it."""
        operands = [(sign, self.value(part)) for sign, part in parts(items, RELATIONS)]
        if any(found is UNKNOWN for _, found in operands):
            return None
        values = [found for _, found in operands]
        if len(values) == 1:
            return values[0] if isinstance(values[0], bool) else None
        signs = [sign.text for sign, _ in operands[1:] if isinstance(sign, Token)]
        return all(COMPARISONS[sign](a, b) for sign, a, b in zip(signs, values, values[1:]))

    def value(self, items: Any) -> Any:
        items = [item for item in items if not is_space(item)]
        if len(items) == 2 and is_sign(items[0], "-"):
            found = self.value(items[1:])
            return found if found is UNKNOWN else -found
        if len(items) == 2 and isinstance(items[0], Token) and isinstance(items[1], Group):
            return self.length(items[0].name, written(items[1].body))
        if len(items) != 1:
            return UNKNOWN
        (item,) = items
        if isinstance(item, Group):
            found = self.value(item.body)
            return abs(found) if item.opening.text == "|" and found is not UNKNOWN else UNKNOWN
        if item.kind == "number" or item.name == "infty":
            return math.inf if item.name == "infty" else float(item.text)
        found = self.facts.known.get(item.name, UNKNOWN)
        return found if isinstance(found, (bool, int, float)) else UNKNOWN

    def length(self, function: str, symbol: str) -> Any:
        shape = self.facts.shapes.get(symbol, ())
        if function not in ("rows", "columns") or len(shape) < 2:
            return UNKNOWN
        return shape[-2 if function == "rows" else -1]


UNKNOWN = object()


def _speaks_of_gradients(items: list[Item]) -> bool:
    return any(name == "G" or name.startswith("G_") for name in _symbols(written(items)))


def _listed(items: Any) -> bool:
    return len(parts(items, ",")) > 1


def _fraction(above: list[Item], below: list[Item]) -> list[Item]:
    return tree(rf"\frac{{{written(trimmed(above))}}}{{{written(trimmed(below))}}}")


def _raised(rest: list[Item]) -> bool:
    return bool(rest) and is_sign(rest[0], ("^", "_"))


def _take_scripts(rest: list[Item]) -> None:
    """Take off the exponents and indices of what is left out."""
    while _raised(rest):
        del rest[:2]
