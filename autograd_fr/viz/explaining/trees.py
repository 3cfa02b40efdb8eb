r"""Formulas as nested brackets, to be cut at signs: `a + \frac{1}{b}` has two terms.

`\left` and `\right` are left out; `sized` puts them where brackets hold something tall.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass

from .formulas import CLOSING, OPENING, PRODUCTS, Token, tokens

RELATIONS = frozenset(("=", "<", ">", r"\le", r"\ge", r"\ne"))
_SIZES = re.compile(r"\\(?:left|right)(?![A-Za-z])")
_COMMAND = re.compile(r"\\[A-Za-z]+$")
TALL = (r"\frac", r"\begin", r"\underset", r"\sum", r"\prod")


@dataclass(frozen=True)
class Group:
    """What stands in brackets, in braces, or in an environment."""

    opening: Token
    body: tuple[Item, ...]
    closing: Token


Item = Token | Group


def tree(latex: str) -> list[Item]:
    """The tokens of a formula, those in brackets together."""
    stack: list[tuple[Token | None, list[Item]]] = [(None, [])]
    for token in tokens(latex):
        if token.kind == "space" and "\\" in token.text:
            token = Token("space", _SIZES.sub("", token.text), token.name)
            if not token.text:
                continue
        if token.name in OPENING or token.text.startswith(r"\begin{"):
            stack.append((token, []))
        elif (token.name in CLOSING or token.text.startswith(r"\end{")) and len(stack) > 1:
            opening, body = stack.pop()
            assert opening is not None
            stack[-1][1].append(Group(opening, tuple(body), token))
        else:
            stack[-1][1].append(token)
    while len(stack) > 1:  # a bracket that is never closed
        opening, body = stack.pop()
        stack[-1][1].extend([*([opening] if opening else []), *body])
    return stack[0][1]


def written(items: Iterable[Item], *, sizes: bool = False) -> str:
    r"""The formula that items are; with `sizes`, with \left and \right about what is tall."""
    found: list[str] = []
    for item in items:
        text = _text(item, sizes)
        if text[:1].isalpha() and found and _COMMAND.search(found[-1]):
            found.append(" ")  # which ends the name of a command
        found.append(text)
    return "".join(found)


def sized(latex: str) -> str:
    r"""The formula with brackets as high as what they hold.

    >>> sized(r"2 (\frac{1}{x} + 1)")
    '2 \\left(\\frac{1}{x} + 1\\right)'
    """
    return written(tree(latex), sizes=True)


def _text(item: Item, sizes: bool) -> str:
    if isinstance(item, Token):
        return item.text
    inner, opening, closing = written(item.body, sizes=sizes), item.opening.text, item.closing.text
    if sizes and opening in ("(", "[", "|") and any(sign in inner for sign in TALL):
        opening, closing = rf"\left{opening}", rf"\right{closing}"
    glue = " " if inner[:1].isalpha() and _COMMAND.search(opening) else ""
    return opening + glue + inner + closing


def is_space(item: Item) -> bool:
    return isinstance(item, Token) and item.kind == "space"


def is_sign(item: Item | None, signs: Container[str]) -> bool:
    return isinstance(item, Token) and item.text in signs


def trimmed(items: Iterable[Item]) -> list[Item]:
    """Items without the spaces about them."""
    found = list(items)
    while found and is_space(found[0]):
        del found[0]
    while found and is_space(found[-1]):
        del found[-1]
    return found


def bare(items: list[Item]) -> list[Item]:
    """An expression without parentheses about the whole of it."""
    while len(items) == 1 and isinstance(first := items[0], Group) and first.opening.text == "(":
        items = list(first.body)
    return items


def parts(items: Iterable[Item], signs: Container[str]) -> list[tuple[Token | None, list[Item]]]:
    """What stands between signs, each with the sign before it; a sign within brackets cuts not."""
    found: list[tuple[Token | None, list[Item]]] = [(None, [])]
    for item in items:
        if isinstance(item, Token) and item.text in signs:
            found.append((item, []))
        else:
            found[-1][1].append(item)
    return [(sign, trimmed(part)) for sign, part in found]


def without_products(items: Iterable[Item]) -> list[Item]:
    """Factors without signs of products that have nothing on one side."""
    found: list[Item] = []
    for item in trimmed(items):
        solid = [i for i in found if not is_space(i)]
        lonely = not solid or is_sign(solid[-1], PRODUCTS)
        if not (is_sign(item, PRODUCTS - {"/"}) and lonely) and not (is_space(item) and not solid):
            found.append(item)
    while found and (is_space(found[-1]) or is_sign(found[-1], PRODUCTS)):
        del found[-1]
    return found
