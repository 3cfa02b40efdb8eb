"""Averages of the weights that a model has had in the course of its training."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from ..autograd.modes import no_grad
from ..creation.values import tensor
from ..dtypes import int64
from ..messages.suggestions import suggest as _suggest
from ..nn import Module
from ..nn.batch_normalization import _BatchNorm
from .lr_scheduler.base import LRScheduler, Rates, an_optimizer, per_group
from .optimizer import Optimizer


def get_ema_avg_fn(decay: float = 0.999) -> Callable[..., Any]:
    """`average = decay average + (1 - decay) p`, as a function of both and a number.

    Raises ValueError for a decay that is not from 0 to 1.
    """
    _fraction(decay)

    @no_grad()
    def averaged(average: Any, current: Any, num_averaged: Any) -> Any:
        return decay * average + (1 - decay) * current

    return averaged


def get_swa_avg_fn() -> Callable[..., Any]:
    """`average = average + (p - average) / (n + 1)`: the mean, as a function of both and n."""

    @no_grad()
    def averaged(average: Any, current: Any, num_averaged: Any) -> Any:
        return average + (current - average) / (num_averaged + 1)

    return averaged


def get_ema_multi_avg_fn(decay: float = 0.999) -> Callable[..., None]:
    """What `get_ema_avg_fn` gives, for lists of tensors and in place."""
    return _in_place(get_ema_avg_fn(decay))


def get_swa_multi_avg_fn() -> Callable[..., None]:
    """The mean, for lists of tensors and in place.

    As in PyTorch 1 / (n + 1) is a float32 where n is a tensor.
    """
    return _in_place(lambda average, p, n: average + (p - average) * (1 / (n + 1)))


def _in_place(function: Callable[..., Any]) -> Callable[..., None]:
    @no_grad()
    def average(averages: Iterable[Any], currents: Iterable[Any], num_averaged: Any) -> None:
        for one, current in zip(averages, currents, strict=True):
            one.copy_(function(one, current, num_averaged))

    return average


def _fraction(decay: float) -> None:
    if not 0 <= decay <= 1:
        raise ValueError(f"decay must be from 0 to 1, got {decay}")


class AveragedModel(Module):
    """A copy of a model whose parameters are averages of those it has had.

    `update_parameters(model)` takes the present ones in: as one more of the mean, or as `avg_fn` of
    average, parameter and number says, or `multi_avg_fn` of lists of these, which works in place.
    Buffers are copied; with `use_buffers` they are averaged, too.

    Source: Izmailov et al. 2018, arXiv:1803.05407. Raises ValueError for both functions at once.

    >>> import autograd_fr as ag
    >>> net = ag.nn.Linear(1, 1, bias=False)
    >>> averaged = ag.optim.swa_utils.AveragedModel(net)
    >>> for weight in (1.0, 2.0, 6.0):
    ...     _ = ag.nn.init.constant_(net.weight, weight)
    ...     averaged.update_parameters(net)
    >>> averaged(ag.ones(1))
    tensor([3.], grad_fn=<LinearBackward0>)
    """

    n_averaged: Any

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: Callable[..., Any] | None = None,
        multi_avg_fn: Callable[..., None] | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise ValueError("give one of avg_fn and multi_avg_fn, not both")
        self.module = copy.deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", tensor(0, dtype=int64, device=device))
        self.avg_fn, self.multi_avg_fn = avg_fn, multi_avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    @no_grad()
    def update_parameters(self, model: Module) -> None:
        """Take the parameters of `model` into the averages; the first ones as they are."""
        averages, currents = self._averaged(self.module), self._averaged(model)
        if not self.n_averaged.item():
            for average, current in zip(averages, currents, strict=True):
                average.copy_(current)
        elif averages:
            join = self.multi_avg_fn or _in_place(self.avg_fn or get_swa_avg_fn())
            for kind in dict.fromkeys(average.dtype for average in averages):
                pairs = [(a, c) for a, c in zip(averages, currents, strict=True) if a.dtype == kind]
                join([a for a, _ in pairs], [c for _, c in pairs], self.n_averaged)
        if not self.use_buffers:
            for own, other in zip(self.module.buffers(), model.buffers(), strict=True):
                own.copy_(other)
        self.n_averaged.add_(1)

    def _averaged(self, model: Module) -> list[Any]:
        """The tensors of a model to average, cut from its graph."""
        tensors = chain(model.parameters(), model.buffers() if self.use_buffers else ())
        return [t.detach() for t in tensors]


@no_grad()
def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Compute the running statistics of all batch normalizations anew, over one pass of `loader`.

    For an averaged model, whose layers have seen nothing yet. `loader` gives inputs, or sequences
    that begin with one.
    """
    layers = [m for m in model.modules() if isinstance(m, _BatchNorm)]
    if not layers:
        return
    momenta, was_training = [layer.momentum for layer in layers], model.training
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # the mean over all batches
    model.train()
    for batch in loader:
        given = batch[0] if isinstance(batch, (list, tuple)) else batch
        model(given if device is None else given.to(device))
    for layer, momentum in zip(layers, momenta):
        layer.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """From the rate there is to `swa_lr` within `anneal_epochs` steps, and constant then.

    Along half a cosine, or with `anneal_strategy="linear"` a line. Raises ValueError for options
    out of range.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0)
    >>> scheduler = ag.optim.swa_utils.SWALR(optimizer, 0.5, 2, anneal_strategy="linear")
    >>> for epoch in range(2):
    ...     optimizer.step(); scheduler.step(); print(scheduler.get_last_lr()[0])
    0.75
    0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: Any,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy is 'cos' or 'linear', got {anneal_strategy!r}")
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs is an integer from 0 on, got {anneal_epochs!r}")
        rates = per_group("swa_lr", an_optimizer(optimizer), swa_lr)
        for group, rate in zip(optimizer.param_groups, rates):
            group["swa_lr"] = rate
        self._anneal_strategy, self.anneal_epochs = anneal_strategy, anneal_epochs
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        self._asked()
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = self._share(step - 1), self._share(step)
        return [
            group["swa_lr"] * now + _first(group["lr"], group["swa_lr"], before) * (1 - now)
            for group in self.optimizer.param_groups
        ]

    def _share(self, step: int) -> float:
        """How much of the way is done."""
        t = max(0, min(1, step / max(1, self.anneal_epochs)))
        return t if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2


def _first(rate: Any, last: Any, done: float) -> Any:
    """The rate at first, of one with some of the way done."""
    return last if done == 1 else (rate - done * last) / (1 - done)


_suggest(__name__)
