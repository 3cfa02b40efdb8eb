"""Modules in a mode for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..autograd.modes import no_grad
from .module import Module


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Inside the block the model is in evaluation mode and nothing is recorded."""
    with modes_kept(model), no_grad():
        model.eval()
        yield


@contextmanager
def modes_kept(model: Module) -> Iterator[None]:
    """After the block each module is in training or in evaluation mode as before.

    >>> from autograd_fr import nn
    >>> net = nn.Sequential(nn.Dropout(), nn.Dropout().eval())
    >>> with modes_kept(net):
    ...     _ = net.eval()
    >>> net.training, net[0].training, net[1].training
    (True, True, False)
    """
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode
