"""Datasets and samplers in a few words, where all that they hold would fill pages."""

from __future__ import annotations

from typing import Any


def told(held: Any) -> str:
    """Its kind, and how much there is.

    >>> told([3, 1, 2])
    'list of 3'
    """
    kind = type(held).__name__
    try:
        return f"{kind} of {len(held)}"
    except Exception:  # it does not tell, or is not whole yet
        return kind
