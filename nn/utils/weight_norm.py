"""PyTorch's older way to weight normalization: by a hook before every call."""

from __future__ import annotations

from typing import Any

from ...errors import AutogradError
from ..hooks import before_calls
from ..module import Module
from ..parameter import Parameter, is_lazy
from .norms import norm_except


class WeightNorm:
    """The hook that computes a weight from its length and direction."""

    def __init__(self, name: str, dim: int) -> None:
        self.name, self.dim = name, dim

    def compute_weight(self, module: Any) -> Any:
        """g v / |v|."""
        g, v = getattr(module, f"{self.name}_g"), getattr(module, f"{self.name}_v")
        return v * (g / norm_except(v, self.dim))

    def __call__(self, module: Any, args: Any) -> None:
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Have a weight computed as g v / |v| before every call; returns the module.

    `weight_g` and `weight_v` are the parameters then. `nn.utils.parametrizations.weight_norm` does
    the same at every use of the weight.

    >>> import autograd_fr as ag
    >>> [name for name, _ in weight_norm(ag.nn.Linear(2, 1)).named_parameters()]
    ['bias', 'weight_g', 'weight_v']
    """
    if find(module, WeightNorm, name) is not None:
        raise AutogradError(f"{name} has a weight_norm already")
    weight = getattr(module, name)
    if is_lazy(weight):
        raise ValueError("weight_norm: call the lazy module once before, so that it has weights")
    hook = WeightNorm(name, -1 if dim is None else dim)
    del module._parameters[name]
    module.register_parameter(f"{name}_g", Parameter(norm_except(weight.detach(), hook.dim)))
    module.register_parameter(f"{name}_v", Parameter(weight.detach()))
    hook(module, ())
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: Module, name: str = "weight") -> Module:
    """Have the weight as a parameter again; returns the module."""
    hook = taken_off(module, WeightNorm, name)
    weight = Parameter(hook.compute_weight(module).detach())
    for part in (name, f"{name}_g", f"{name}_v"):
        delattr(module, part)
    setattr(module, name, weight)
    return module


def find(module: Module, kind: type[Any], name: str) -> Any:
    """The number of a hook of this kind before the calls of a module; None where there is none."""
    hooks: Any = before_calls(module).items()
    return next((n for n, hook in hooks if isinstance(hook, kind) and hook.name == name), None)


def taken_off(module: Module, kind: type[Any], name: str) -> Any:
    """A hook of this kind, which the module has no longer; ValueError where it had none."""
    number = find(module, kind, name)
    if number is None:
        raise ValueError(f"{type(module).__name__}.{name} has no {kind.__name__}")
    return before_calls(module).pop(number)
