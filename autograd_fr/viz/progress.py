"""A bar for long work, where there is somebody to see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def progress(items: Iterable[T], what: str) -> Iterator[T]:
    """`items`, with a bar on a terminal that shows once it takes more than a second.

    Where tqdm is not installed there is no bar.
    """
    try:
        from tqdm import tqdm  # only when shown
    except ImportError:
        yield from items
        return
    yield from tqdm(items, desc=what, disable=None, delay=1.0, leave=False)
