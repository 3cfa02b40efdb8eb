"""Curves that grow while a training runs."""

from __future__ import annotations

import inspect
import os
from typing import TYPE_CHECKING, Any

from ...progress import in_notebook
from ..arguments import check_folder, whole
from .base import Callback

if TYPE_CHECKING:
    from ..run import Run


class LivePlot(Callback):
    """Draws the history by `viz.plot_history` after every `every` epochs, in one place.

    In a notebook it is one picture below the cell, drawn anew. With `path` the picture is written
    to that file instead. Further options go to `plot_history`, such as `log=True`.

    Raises ValueError outside notebooks without `path`, and for one whose ending is of no picture;
    TypeError for options that `plot_history` has not; MissingExtra without matplotlib.

    >>> LivePlot("curves.png", every=5, log=True).path
    'curves.png'
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, every: int = 1, **options: Any
    ) -> None:
        from ...viz import plot_history  # only where something is drawn

        inspect.signature(plot_history).bind({}, **options)
        if path is not None:
            _check_picture(path)
        self.path, self.every, self.options = path, whole("every", every, 1), options
        self._display: Any = None

    def on_fit_begin(self, run: Run) -> None:
        from ...viz.plots.canvas import pyplot  # only where something is drawn

        self._plt = pyplot()
        if self.path is None and not in_notebook():
            raise ValueError("LivePlot shows itself in notebooks; elsewhere give it a path")
        if self.path is not None:
            check_folder(self.path)

    def on_epoch_end(self, run: Run) -> None:
        if run.epoch % self.every == 0 or run.epoch == run.epochs or run.history.stopped:
            self._draw(run)

    def _draw(self, run: Run) -> None:
        figure = run.history.plot(**self.options)[0].figure
        try:
            if self.path is not None:
                figure.savefig(self.path)
            elif self._display is None:
                from IPython.display import display  # there is one in a notebook

                self._display = display(figure, display_id=True)
            else:
                self._display.update(figure)
        finally:
            self._plt.close(figure)


def _check_picture(path: str | os.PathLike[str]) -> None:
    """Raise ValueError for an ending that matplotlib does not write."""
    from ...viz.plots.canvas import pyplot

    known = pyplot().matplotlib.backend_bases.FigureCanvasBase.filetypes
    ending = os.path.splitext(os.fspath(path))[1]
    if ending[1:].lower() not in known:
        raise ValueError(
            f"no picture is written as {ending or 'a file without an ending'}: "
            f"the endings are {', '.join(known)}"
        )
