"""Curves that grow while a training runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ...progress import in_notebook
from .base import Callback

if TYPE_CHECKING:
    from ..run import Run


class LivePlot(Callback):
    """Draws the history by `viz.plot_history` after every `every` epochs, in one place.

    In a notebook it is one picture below the cell, drawn anew. With `path` the picture is written
    to that file instead. Further options go to `plot_history`, such as `log=True`.

    Raises ValueError outside notebooks without `path`, MissingExtra without matplotlib.

    >>> LivePlot("curves.png", every=5, log=True).path
    'curves.png'
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, every: int = 1, **options: Any
    ) -> None:
        self.path, self.every, self.options = path, every, options
        self._display: Any = None

    def on_fit_begin(self, run: Run) -> None:
        from ...viz.plots.canvas import pyplot  # only where something is drawn

        self._plt = pyplot()
        if self.path is None and not in_notebook():
            raise ValueError("LivePlot shows itself in notebooks; elsewhere give it a path")

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
