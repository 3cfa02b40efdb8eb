"""Bars for long work, where there is somebody to see them."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Any, TypeVar

T = TypeVar("T")


def bar(*items: Iterable[Any], **options: Any) -> Any:
    """A bar of tqdm's; it is `disabled` where nobody watches: on no terminal, in no notebook.

    `items`, `options`: as tqdm takes them. Raises ImportError where tqdm is not installed.
    """
    if not in_notebook():
        from tqdm import tqdm  # only when shown

        return tqdm(*items, disable=None, **options)
    if find_spec("ipywidgets"):
        from tqdm.notebook import tqdm as with_widgets

        return with_widgets(*items, disable=False, **options)
    from tqdm import tqdm

    return tqdm(*items, disable=False, ascii=False, file=Place(), **options)


class Place(io.TextIOBase):
    """A line below the cell of a notebook, written anew in its place.

    What is written to standard error would stay in the file of the notebook, line after line.
    """

    def __init__(self) -> None:
        super().__init__()
        self._handle: Any = None

    def write(self, text: str) -> int:
        """Show the text, without what moves a cursor."""
        if line := text.strip():
            shown = {"text/plain": line}
            if self._handle is None:
                from IPython.display import display  # there is one in a notebook

                self._handle = display(shown, raw=True, display_id=True)
            else:
                self._handle.update(shown, raw=True)
        return len(text)


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
    if sys.stdout is None:  # closed by whoever called
        return
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
