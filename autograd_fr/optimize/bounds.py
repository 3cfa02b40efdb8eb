"""Least and greatest values, for each entry of a nest."""

from __future__ import annotations

from typing import Any

import numpy as np

from .extra import scipy_optimize
from .unknowns import Unknowns, is_row

FORM = "a pair (least, greatest), each a number or None, or one pair for each entry"


def flat_bounds(bounds: Any, unknowns: Unknowns) -> Any:
    """Bounds as SciPy's, for the vector of all entries; None and SciPy's own stay what they are.

    `bounds`: for a leaf, a pair (least, greatest) of numbers or None, or one for each of its
    entries; for a nest, the same nest of these.

    Raises ValueError for other forms, and where the least is above the greatest.
    """
    kind = scipy_optimize().Bounds
    if bounds is None or isinstance(bounds, kind):
        return bounds
    pairs = np.concatenate(_walked(f"{unknowns.name}: bounds", unknowns.given, bounds))
    if (pairs[:, 0] > pairs[:, 1]).any():
        least, greatest = pairs[pairs[:, 0] > pairs[:, 1]][0]
        raise ValueError(f"{unknowns.name}: bounds: {least:g} is above {greatest:g}")
    return kind(*pairs.T)


def _walked(path: str, given: Any, bounds: Any) -> list[Any]:
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
        return [_pairs(path, np.size(getattr(given, "array", given)), bounds)]
    return [pairs for part in parts for pairs in _walked(*part)]


def _pairs(path: str, size: int, bounds: Any) -> Any:
    """(size, 2), with infinities where there is no bound."""
    bounds = (None, None) if bounds is None else bounds
    try:
        single = len(bounds) == 2 and all(np.ndim(bound) == 0 for bound in bounds)
        pairs = [
            (-np.inf if least is None else float(least), np.inf if most is None else float(most))
            for least, most in ([bounds] * size if single else bounds)
        ]
    except (TypeError, ValueError):
        raise ValueError(f"{path}: give {FORM}, not {bounds!r}") from None
    if len(pairs) != size:
        raise ValueError(f"{path}: give {FORM}: {size} of them, not {len(pairs)}")
    return np.array(pairs)
