"""Bars for long work, where there is somebody to see them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")


def bar(*items: Iterable[Any], **options: Any) -> Any:
    """A bar of tqdm's; it is `disabled` where nobody watches: on no terminal, in no notebook.

    `items`, `options`: as tqdm takes them. Raises ImportError where tqdm is not installed.
    """
    notebook = in_notebook()
    with warnings.catch_warnings():  # of a notebook without widgets: the bar is one of letters then
        warnings.simplefilter("ignore")
        if notebook:
            from tqdm.auto import tqdm  # only when shown
        else:
            from tqdm import tqdm
        return tqdm(*items, disable=False if notebook else None, **options)


def progress(items: Iterable[T], what: str) -> Iterator[T]:
    """`items`, with a bar that shows once it takes more than a second.

    Where tqdm is not installed there is no bar.
    """
    try:
        shown = bar(items, desc=what, delay=1.0, leave=False)
    except ImportError:
        shown = items
    yield from shown


def say(line: str = "") -> None:
    """Print a line on standard output, above the bars if there are any."""
    tqdm = sys.modules.get("tqdm")
    if tqdm is None:
        print(line, flush=True)
    else:
        tqdm.tqdm.write(line)
        sys.stdout.flush()


def in_notebook() -> bool:
    """Whether this runs in a kernel of Jupyter, whose cells show what is displayed.

    >>> in_notebook()
    False
    """
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return hasattr(shell, "kernel")
