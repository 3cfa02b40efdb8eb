"""The parameters of several modules of one make, as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import AutogradError
from ..nn.batch_normalization import _BatchNorm
from ..nn.module import Module


def stack_module_state(models: Sequence[Module]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of several modules of one make, stacked under their names.

    Along the new first axis, `functional_call` and `vmap` compute with an ensemble at once. The
    stacked parameters are new leaves; they require gradients where those of the modules do.

    Raises AutogradError for no modules, for some of different classes or modes, or where some of
    the parameters of one name require gradients and others do not.

    >>> import autograd_fr as ag
    >>> params, buffers = ag.func.stack_module_state([ag.nn.Linear(3, 2) for _ in range(4)])
    >>> {name: tuple(t.shape) for name, t in params.items()}, buffers
    ({'weight': (4, 2, 3), 'bias': (4, 2)}, {})
    """
    models = list(models)
    for model in models:
        if not isinstance(model, Module):
            raise TypeError(f"stack_module_state: {type(model).__name__} is no Module")
    if not models:
        raise AutogradError("stack_module_state: at least one module is needed")
    kinds = sorted({type(model).__name__ for model in models})
    if len({type(model) for model in models}) > 1:
        raise AutogradError(f"stack_module_state: modules of different classes, {kinds}")
    if len({model.training for model in models}) > 1:
        raise AutogradError(
            "stack_module_state: some modules are in training mode and others in evaluation mode; "
            "call train() or eval() on all"
        )
    params = _stacked([dict(model.named_parameters()) for model in models])
    return params, _stacked([dict(model.named_buffers()) for model in models])


def replace_all_batch_norm_modules_(root: Module) -> Module:
    """Have batch norms go by the batch alone, without running statistics; returns the module.

    Inside `vmap` they could not be written into.

    >>> import autograd_fr as ag
    >>> net = ag.func.replace_all_batch_norm_modules_(ag.nn.BatchNorm1d(2).eval())
    >>> net(ag.tensor([[0.0, 0.0], [2.0, 4.0]]))[1].detach()
    tensor([1.0000, 1.0000])
    """
    held: Any
    for held in root.modules():
        if isinstance(held, _BatchNorm):
            held.track_running_stats = False
            held.running_mean = held.running_var = held.num_batches_tracked = None
    return root


def _stacked(states: list[dict[str, Any]]) -> dict[str, Any]:
    """Under every name the stacked tensors of all states, as new leaves."""
    if any(state.keys() != states[0].keys() for state in states):
        raise AutogradError("stack_module_state: the modules have parts of different names")
    stacked = {}
    for name, first in states[0].items():
        if len({state[name].requires_grad for state in states}) > 1:
            raise AutogradError(
                f"stack_module_state: some {name!r} require gradients and others do not"
            )
        together: Any = np.stack([state[name].detach() for state in states])
        stacked[name] = together.requires_grad_(first.requires_grad)
    return stacked
