"""Modules whose parameters need no start."""

from __future__ import annotations

import inspect
from typing import Any

from ...devices import on_cpu
from ...errors import AutogradError
from ...random import get_rng_state, set_rng_state
from ..module import Module


def skip_init(module_cls: type[Module], *args: Any, **kwargs: Any) -> Any:
    """A module for parameters that will be loaded: the random stream goes on as if there were none.

    >>> from autograd_fr import nn
    >>> skip_init(nn.Linear, 2, 3)
    Linear(in_features=2, out_features=3, bias=True)
    """
    if not (isinstance(module_cls, type) and issubclass(module_cls, Module)):
        raise TypeError(f"skip_init takes a class of modules, not {module_cls!r}")
    if "device" not in inspect.signature(module_cls).parameters:
        raise AutogradError(
            f"skip_init takes a class with an argument `device`, {module_cls.__name__} has none"
        )
    on_cpu(kwargs.get("device"))
    before = get_rng_state()
    try:
        return module_cls(*args, **kwargs)
    finally:
        set_rng_state(before)
