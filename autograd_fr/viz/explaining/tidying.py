r"""Formulas into which numbers were put, calculated where there is nothing but numbers.

t^{2 - 1} is t, \frac{2}{6 - 5} is 2, and a factor 1 is not written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from .formulas import PRODUCT, PRODUCTS, Token, begins_operand, tightness
from .symbols import figures
from .trees import Group, Item, is_sign, is_space, parts, tree, without_products, written


def tidied(latex: str) -> str:
    r"""The formula with its arithmetic done, in exponents, fractions and parentheses.

    >>> tidied(r"2 t^{2 - 1} \odot 1")
    '2 t'
    >>> tidied(r"\frac{2}{(3 - 1) y}"), tidied("(2 - 1) x^{0.5 - 1}")
    ('\\frac{2}{2 y}', 'x^{-0.5}')
    """
    return written(_items(tree(latex))).strip()


def _items(items: Sequence[Item], script: bool = False) -> list[Item]:
    found: list[Item] = []
    rest = list(items)
    while rest:
        item = rest.pop(0)
        if isinstance(item, Group):
            found.append(_group(item, script or (bool(found) and is_sign(found[-1], ("^", "_")))))
        elif item.text == r"\frac":
            found += _fraction(_factor_before(found), rest.pop(0), rest.pop(0))
        else:
            found.append(item)
        _settle_power(found)
    return _without_ones(found)


def _group(group: Group, script: bool) -> Item:
    """A bracket with its inside tidied; one number for a sum of numbers."""
    if group.opening.text.startswith(r"\begin{pmatrix"):
        return group
    body = _items(group.body, script)
    result = _calculated(body) if group.opening.text in ("(", "{") else None
    if result is None or len(body) == 1:
        return Group(group.opening, tuple(body), group.closing)
    number = tree(figures(result))
    if not script and group.opening.text == "(" and result >= 0 and len(number) == 1:
        return number[0]
    return Group(group.opening, tuple(number), group.closing)


def _calculated(items: Sequence[Item]) -> float | None:
    """The value of sums and differences of numbers; None of anything else."""
    total, solid = 0.0, [part for part in parts(items, ("+", "-")) if part != (None, [])]
    for sign, part in solid:
        if len(part) != 1 or not isinstance(part[0], Token) or part[0].kind != "number":
            return None
        total += -float(part[0].text) if sign and is_sign(sign, "-") else float(part[0].text)
    return total if solid else None


def _settle_power(found: list[Item]) -> None:
    """Leave out an exponent that is 1; for one that is 0, put 1."""
    if len(found) < 2 or not is_sign(found[-2], "^"):
        return
    exponent = found[-1]
    value = _calculated(exponent.body if isinstance(exponent, Group) else [exponent])
    if value == 1:
        del found[-2:]
    elif value == 0 and len(found) > 2:
        del found[-3:]
        found += tree("1")


def _factor_before(found: list[Item]) -> float:
    """A number right before a fraction, taken off."""
    solid = [i for i, item in enumerate(found) if not is_space(item)]
    last = found[solid[-1]] if solid else None
    before = found[solid[-2]] if len(solid) > 1 else None
    if not isinstance(last, Token) or last.kind != "number" or is_sign(before, ("^", "_", "/")):
        return 1.0
    del found[solid[-1] :]
    return float(last.text)


def _fraction(factor: float, above: Item, below: Item) -> list[Item]:
    upper, lower = (_items(part.body if isinstance(part, Group) else [part])
                    for part in (above, below))  # fmt: skip
    top, bottom = _calculated(upper), _calculated(lower)
    if factor != 1 and top is not None:
        top *= factor
        upper = tree(figures(top))
    elif factor != 1:
        return [*tree(f"{figures(factor)} "), *_fraction(1.0, above, below)]
    if bottom == 1:
        loose = tightness(written(upper)) < PRODUCT
        return tree(f"({written(upper)})") if loose else upper
    if top is not None and bottom and math.isclose(top / bottom, round(top / bottom)):
        return tree(figures(round(top / bottom)))
    return tree(rf"\frac{{{written(upper)}}}{{{written(lower)}}}")


def _without_ones(items: list[Item]) -> list[Item]:
    """A product without the factors that are 1, unless it is 1."""
    found: list[Item] = []
    solid = [i for i, item in enumerate(items) if not is_space(item)]
    dropped = set()
    for n, i in enumerate(solid):
        before = items[solid[n - 1]] if n else None
        after = items[solid[n + 1]] if n + 1 < len(solid) else None
        if is_sign(items[i], "1") and _is_factor(before, after):
            dropped.add(i)
    if not dropped:
        return items
    for sign, part in _products(items, dropped):
        found += [*([sign] if sign else []), *part]
    return found


def _products(items: list[Item], dropped: set[int]) -> list[tuple[Item | None, list[Item]]]:
    """The pieces between signs that end a product, less what is dropped."""
    pieces: list[tuple[Item | None, list[Item]]] = [(None, [])]
    lost = [False]
    for i, item in enumerate(items):
        if i in dropped:
            lost[-1] = True
        elif _ends_product(item):
            pieces.append((item, []))
            lost.append(False)
        else:
            pieces[-1][1].append(item)
    return [(sign, _spaced(part) if gone else part) for (sign, part), gone in zip(pieces, lost)]


def _spaced(part: list[Item]) -> list[Item]:
    """What is left of a product, with the spaces that were about it."""
    ahead, behind = bool(part) and is_space(part[0]), bool(part) and is_space(part[-1])
    kept = without_products(part) or tree("1")
    return [*(tree(" ") if ahead else []), *kept, *(tree(" ") if behind else [])]


def _ends_product(item: Item) -> bool:
    text = item.text if isinstance(item, Token) else ""
    return text in ("+", "-", ",", "=", "<", ">", "&", r"\\") or (
        text in (r"\le", r"\ge", r"\ne", r"\lor", r"\land")
    )


def _is_factor(before: Item | None, after: Item | None) -> bool:
    """Whether what stands between two others is multiplied with one of them."""
    if is_sign(before, ("^", "_", "/", r"\bmod")) or is_sign(after, ("^", "_", "/", r"\bmod")):
        return False
    if is_sign(before, PRODUCTS) or is_sign(after, PRODUCTS):
        return True
    if isinstance(after, Group):
        return after.opening.text in ("(", "|")
    return after is not None and after.kind != "number" and begins_operand(after)
