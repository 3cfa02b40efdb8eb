"""Numbers, arrays and parameters as the short text that pictures have room for."""

from __future__ import annotations

import re
from itertools import starmap
from typing import Any

import numpy as np

DIGITS = 4  # significant ones
LONG = 1e6  # from here on numbers have an exponent
LONGEST = 32  # characters of a parameter
LONGEST_NAME = 40
LONGEST_DERIVATIVE = 32  # in one line

# What XML has no place for, control characters and halves of pairs; and what turns the direction
# of all that follows it.
_UNPRINTABLE = re.compile(
    "[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


class Word(str):
    """Text that stands as it is, without quotes."""


def printable(text: str) -> list[str]:
    """The lines of a name, what cannot be shown replaced by a sign for it.

    >>> [ascii(line) for line in printable("one\\ntwo\\0")]
    ["'one'", "'two\\\\ufffd'"]
    """
    return [_UNPRINTABLE.sub("\ufffd", line) for line in text.expandtabs(1).splitlines()]


def shortened(name: str) -> str:
    """A name that there is room for: of a long one the beginning and the end.

    >>> shortened("w"), shortened("first" * 20)
    ('w', 'firstfirstfirstfirst…irstfirstfirstfirst')
    """
    if len(name) <= LONGEST_NAME:
        return name
    half = LONGEST_NAME // 2
    return f"{name[:half]}…{name[1 - half :]}"


def derivative(of: str, by: str) -> str:
    r"""∂f/∂u, a long one in two lines.

    >>> derivative("f", "u"), derivative("mean_squared_error", "first_weight")
    ('∂f/∂u', '∂mean_squared_error/\n∂first_weight')
    """
    above, below = (f"∂{shortened(name)}" for name in (of, by))
    line = "\n" if len(above) + len(below) >= LONGEST_DERIVATIVE else ""
    return f"{above}/{line}{below}"


def number(x: Any) -> str:
    """`x` with four significant digits, or all before the point; integers and truth values in full.

    >>> [number(x) for x in (4.0, 0.25, 1e-7, -0.76159, 12345.6, 1234567.0, 120000, True)]
    ['4', '0.25', '1e-07', '-0.7616', '12346', '1.235e+06', '120000', 'True']
    """
    if isinstance(x, (bool, int)):
        return str(x)
    if 1000 <= abs(x) < LONG:
        return f"{x:.0f}"
    return f"{x + 0.0:.{DIGITS}g}"  # adding 0 turns -0 into 0


def parameter(name: str, value: Any) -> str:
    """A parameter of an operation, such as `dim=1`; long ones are cut.

    >>> parameter("index", (slice(None, 2), ..., np.arange(9)))
    'index=(:2, ..., int64 (9,))'
    """
    if name == "path":  # the way to a part of a tensor: the parameters of each step
        return " ".join(", ".join(starmap(parameter, params.items())) for _, params in value)
    if name == "index" and isinstance(value, tuple) and len(value) == 1:
        (value,) = value
    text = _plain(value)
    if len(text) > LONGEST:
        text = text[: LONGEST - 3] + "..."
    return f"{name}={text}"


def _plain(value: Any) -> str:
    """`value` as text that is the same in every run: no addresses, no long arrays."""
    if isinstance(value, Word):
        return " ".join(printable(value))
    if value is None or isinstance(value, (bool, int, str)):
        return repr(value)
    if isinstance(value, (float, np.number, np.bool_)):
        return number(value.item() if isinstance(value, np.generic) else value)
    if value is Ellipsis:
        return "..."
    if isinstance(value, slice):
        return _slice(value)
    if isinstance(value, np.ndarray):
        return str(value.tolist()) if value.size <= DIGITS else f"{value.dtype} {value.shape}"
    if isinstance(value, (tuple, list)):
        inner = ", ".join(map(_plain, value[: LONGEST + 1]))
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return np.dtype(value).name
    array = getattr(value, "array", None)  # a tensor
    return type(value).__name__ if array is None else _plain(array)


def _slice(s: slice) -> str:
    start, stop, step = ("" if part is None else _plain(part) for part in (s.start, s.stop, s.step))
    return f"{start}:{stop}" + (f":{step}" if step else "")
