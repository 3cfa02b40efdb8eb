"""Averages of the weights, in the place of the last ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...optim import swa_utils
from ..arguments import whole
from .base import Callback

if TYPE_CHECKING:
    from ..run import Run


class Averaging(Callback):
    """Validates the average of the weights, and gives it to the model in the end.

        average = decay average + (1 - decay) weights         after every step
        average = mean of the weights after every step        with decay=None

    `start`: the epoch, from 1, from which on weights are taken in. `every`: after how many steps.
    Running statistics of batch normalization are those of the model, not averages.

    Source: Polyak and Juditsky 1992, SIAM J. Control Optim. 30; Izmailov et al. 2018,
    arXiv:1803.05407.

    >>> import autograd_fr as ag
    >>> model = ag.nn.Linear(1, 1)
    >>> history = ag.training.fit(model, (ag.ones(8, 1), ag.ones(8, 1)), ag.nn.MSELoss(),
    ...                           ag.optim.SGD(model.parameters(), lr=0.1), epochs=2,
    ...                           callbacks=[Averaging(decay=0.9)])
    """

    def __init__(self, decay: float | None = 0.999, *, start: int = 1, every: int = 1) -> None:
        self.decay = decay
        self.start, self.every = whole("start", start, 1), whole("every", every, 1)
        get = swa_utils.get_swa_multi_avg_fn
        self._join = get() if decay is None else swa_utils.get_ema_multi_avg_fn(decay)
        self._saved: dict[str, Any] | None = None

    def on_fit_begin(self, run: Run) -> None:
        self.average = swa_utils.AveragedModel(run.model, multi_avg_fn=self._join)
        if self._saved is not None:
            self.average.load_state_dict(self._saved)
            self._saved = None
        if self.average.n_averaged.item():
            run.validated = self.average.module

    def on_batch_end(self, run: Run) -> None:
        if run.epoch >= self.start and run.step % self.every == 0:
            self.average.update_parameters(run.model)
            run.validated = self.average.module

    def state_dict(self) -> dict[str, Any]:
        """The average, and of how many."""
        state: dict[str, Any] = self.average.state_dict()
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict()` gave, when the training begins."""
        self._saved = state
