"""Whether a cell gives what is stored with it: the same words, and the same numbers as printed."""

from __future__ import annotations

import html
import re
from typing import Any

NUMBER = re.compile(r"[-−]?\d+(?:\.\d*)?(?:e[-+]?\d+)?")
UNSEEN = re.compile(r"<(script|style|title|defs)\b.*?</\1>|<[^>]*>", re.S)
LAST_DIGIT = 1.01  # units of it by which a number may differ: machines round differently


def differences(cell: Any, stored: Any) -> list[str]:
    """What differs in what the reader of a cell sees; pictures of points are only there or not."""
    now, then = shown(cell), shown(stored)
    if [kind for kind, _ in now] != [kind for kind, _ in then]:
        return [
            f"outputs {[kind for kind, _ in now]} where {[kind for kind, _ in then]} are stored"
        ]
    return [
        f"{kind}:\n{one}\nwhere this is stored:\n{other}"
        for (kind, one), (_, other) in zip(now, then)
        if not same(one, other)
    ]


def shown(cell: Any) -> list[tuple[str, str]]:
    """The outputs of a cell, each with its kind, as the words that are seen."""
    seen = []
    for output in cell.get("outputs", ()):
        if output.output_type == "stream":
            seen.append((output.name, output.text))
        elif output.output_type == "error":
            seen.append(("error", f"{output.ename}: {output.evalue}"))
        else:
            seen += [(kind, words(kind, data)) for kind, data in sorted(output.data.items())]
    return joined(seen)


def joined(seen: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Streams that follow each other are one: how they were cut into messages is chance."""
    result: list[tuple[str, str]] = []
    for kind, text in seen:
        if result and kind == result[-1][0] and kind in ("stdout", "stderr"):
            text = result.pop()[1] + text
        result.append((kind, text))
    return result


def words(kind: str, data: str) -> str:
    if kind.startswith("image/") and kind != "image/svg+xml":
        return ""
    if kind in ("image/svg+xml", "text/html"):
        return html.unescape(" ".join(UNSEEN.sub(" ", data).split()))
    return data


def same(one: str, other: str) -> bool:
    """Equal words, and numbers that agree to the digits printed."""
    if NUMBER.split(one) != NUMBER.split(other):
        return False
    return all(map(close, NUMBER.findall(one), NUMBER.findall(other)))


def close(one: str, other: str) -> bool:
    a, b = (float(number.replace("−", "-")) for number in (one, other))
    mantissa, _, exponent = other.partition("e")
    digits = len(mantissa.partition(".")[2])
    if "." not in mantissa and not exponent:
        return a == b  # a count, an index, a shape
    return abs(a - b) <= LAST_DIGIT * 10.0 ** (int(exponent or 0) - digits)
