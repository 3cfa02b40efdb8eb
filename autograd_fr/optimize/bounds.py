"""Least and greatest values, for each entry of a nest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .extra import scipy_optimize
from .unknowns import Unknowns, is_row

Reader = Callable[[str, int, Any], Any]


def flat_bounds(bounds: Any, unknowns: Unknowns, read: Reader) -> Any:
    """Bounds as SciPy's, for the vector of all entries; None and SciPy's own stay what they are.

    `bounds`: for a leaf, what `read` takes, `pairs` or `limits`; for a nest, the same nest of
    these.

    Raises ValueError for other forms, for nan, and where the least is above the greatest.
    """
    kind = scipy_optimize().Bounds
    if bounds is None or isinstance(bounds, kind):
        return bounds
    found = np.concatenate(_walked(f"{unknowns.name}: bounds", unknowns.given, bounds, read))
    if np.isnan(found).any():
        raise ValueError(f"{unknowns.name}: bounds hold nan: where there is none, give None")
    if (found[:, 0] > found[:, 1]).any():
        least, greatest = found[found[:, 0] > found[:, 1]][0]
        raise ValueError(f"{unknowns.name}: bounds: {least:g} is above {greatest:g}")
    return kind(*found.T)


def _walked(path: str, given: Any, bounds: Any, read: Reader) -> list[Any]:
    """The pairs of each entry, (size, 2) for each leaf."""
    parts: list[Any]
    if isinstance(given, dict):
        if not isinstance(bounds, dict) or bounds.keys() != given.keys():
            raise ValueError(
                f"{path}: give a dictionary of the names in x0: {', '.join(map(str, given))}"
            )
        parts = [(f"{path}[{key!r}]", part, bounds[key]) for key, part in given.items()]
    elif isinstance(given, (list, tuple)) and not is_row(given):
        if not isinstance(bounds, (list, tuple)) or len(bounds) != len(given):
            raise ValueError(f"{path}: give {len(given)} in a list, one for each in x0")
        parts = [(f"{path}[{k}]", x, b) for k, (x, b) in enumerate(zip(given, bounds))]
    else:
        size = np.size(getattr(given, "array", given))
        return [read(path, size, (None, None) if bounds is None else bounds)]
    return [found for at, x, b in parts for found in _walked(at, x, b, read)]


def pairs(path: str, size: int, bounds: Any) -> Any:
    """A pair (least, greatest), or one for each entry, as SciPy's `minimize` takes them: (size, 2),
    with infinities where there is no bound.

    >>> pairs("bounds", 2, [(0, 1), (2, None)])
    array([[ 0.,  1.],
           [ 2., inf]])
    """
    try:
        single = len(bounds) == 2 and all(np.ndim(bound) == 0 for bound in bounds)
        found = [
            (_number(least, -np.inf), _number(most, np.inf))
            for least, most in ([bounds] * size if single else bounds)
        ]
    except (TypeError, ValueError):
        raise ValueError(f"{path}: give {_PAIRS}, not {bounds!r}") from None
    if len(found) != size:
        raise ValueError(f"{path}: give {_PAIRS}: {size} of them, not {len(found)}")
    return np.array(found)


def limits(path: str, size: int, bounds: Any) -> Any:
    """Two of numbers or vectors, the least values and the greatest, as SciPy's `least_squares`
    takes them; returns what `pairs` does.

    >>> limits("bounds", 2, ([0, 2], [1, None]))
    array([[ 0.,  1.],
           [ 2., inf]])
    """
    try:
        least, most = bounds
        sides = _side(least, size, -np.inf), _side(most, size, np.inf)
    except (TypeError, ValueError):
        raise ValueError(f"{path}: give {_LIMITS} of {size}, not {bounds!r}") from None
    return np.stack(sides, 1)


_PAIRS = "a pair (least, greatest), each a number or None, or one pair for each entry"
_LIMITS = "two, the least and the greatest, each a number, None, or a vector"


def _side(side: Any, size: int, absent: float) -> Any:
    """One of the limits for each entry."""
    numbers = [_number(x, absent) for x in np.ravel(np.asarray(side, dtype=object))]
    return np.broadcast_to(numbers, size)


def _number(bound: Any, absent: float) -> float:
    return absent if bound is None else float(bound)
