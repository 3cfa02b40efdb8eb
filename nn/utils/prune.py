"""Pruning: entries of a parameter set to zero for good, those of least weight or any.

Of a pruned `weight` the module has the parameter `weight_orig` and the buffer `weight_mask`; the
weight is their product, computed before every call.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...creation.values import ones
from ...random import stream
from ...tensor.inplace import assign
from ..module import Module
from .weight_norm import find, taken_off


class Mask:
    """The hook that computes a pruned parameter."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, module: Any, args: Any) -> None:
        original, mask = getattr(module, f"{self.name}_orig"), getattr(module, f"{self.name}_mask")
        setattr(module, self.name, original * mask)


def l1_unstructured(module: Module, name: str, amount: Any, importance_scores: Any = None) -> Any:
    """Prune the entries of least absolute value; returns the module.

    `amount`: how many, or, a number in [0, 1], which part of those not pruned yet.
    `importance_scores`: values of the same shape to go by instead.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.Linear(3, 1)
    >>> layer.weight.data = ag.tensor([[3.0, 1.0, -2.0]])
    >>> l1_unstructured(layer, "weight", amount=1).weight.detach()
    tensor([[ 3.,  0., -2.]])
    """
    given = getattr(module, name) if importance_scores is None else importance_scores
    return _pruned(module, name, amount, np.abs(given.array))


def random_unstructured(module: Module, name: str, amount: Any) -> Any:
    """Prune entries at random; returns the module. `amount`: as for `l1_unstructured`."""
    return _pruned(module, name, amount, stream().random(getattr(module, name).shape))


def is_pruned(module: Module) -> bool:
    """Whether a parameter of a module, or of one below it, is pruned."""
    masked = (m._call_hooks.before.values() for m in module.modules() if m._call_hooks is not None)
    return any(isinstance(hook, Mask) for hooks in masked for hook in hooks)


def remove(module: Module, name: str) -> Module:
    """Have the pruned parameter as an ordinary one, the zeros left in; returns the module."""
    hook = taken_off(module, Mask, name)
    hook(module, ())
    pruned, original = getattr(module, name).detach(), getattr(module, f"{name}_orig")
    for part in (name, f"{name}_orig", f"{name}_mask"):
        delattr(module, part)
    original.data = pruned
    setattr(module, name, original)
    return module


def _pruned(module: Module, name: str, amount: Any, scores: Any) -> Module:
    """Have the entries with the least scores be zero, of those that are not yet."""
    if find(module, Mask, name) is None:
        original = module._parameters.get(name)
        if original is None:
            raise ValueError(f"{type(module).__name__} has no parameter {name!r} to prune")
        count = _count(amount, original.numel())
        delattr(module, name)
        module.register_parameter(f"{name}_orig", original)
        module.register_buffer(f"{name}_mask", ones(*original.shape, dtype=original.dtype))
        module.register_forward_pre_hook(Mask(name))
    else:
        count = _count(amount, int(module.get_buffer(f"{name}_mask").sum().item()))
    mask: Any = module.get_buffer(f"{name}_mask")
    left = np.flatnonzero(mask.array)
    least = np.argsort(scores.reshape(-1)[left], kind="stable")[:count]
    kept = mask.array.reshape(-1).copy()
    kept[left[least]] = 0
    assign(mask, kept.reshape(mask.array.shape))
    Mask(name)(module, ())
    return module


def _count(amount: Any, n: int) -> int:
    """How many of `n` entries an amount is."""
    if isinstance(amount, int):
        if not 0 <= amount <= n:
            raise ValueError(f"amount={amount} of the {n} entries that are left cannot be pruned")
        return amount
    if not 0.0 <= amount <= 1.0:
        raise ValueError(f"amount is a number of entries, or a part in [0, 1], not {amount}")
    return round(amount * n)
