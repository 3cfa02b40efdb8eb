"""PyTorch's older way to spectral normalization: by a hook before every call."""

from __future__ import annotations

from typing import Any

from ...creation.random import randn
from ...errors import AutogradError
from ...tensor.inplace import assign
from ..module import Module
from ..parameter import Parameter, is_lazy
from .norms import as_matrix, normalized, toward_first
from .weight_norm import find, taken_off


class SpectralNorm:
    """The hook that divides a weight by its largest singular value."""

    def __init__(self, name: str, n_power_iterations: int, dim: int, eps: float) -> None:
        self.name, self.n_power_iterations, self.dim, self.eps = name, n_power_iterations, dim, eps

    def compute_weight(self, module: Any, do_power_iteration: bool) -> Any:
        """The weight over uᵀ W v, with the vectors brought nearer to the first singular ones."""
        weight = getattr(module, f"{self.name}_orig")
        kept = getattr(module, f"{self.name}_u"), getattr(module, f"{self.name}_v")
        u, v = (t.clone() for t in kept)
        matrix = as_matrix(weight, self.dim)
        if do_power_iteration:
            v, u = toward_first(matrix.T, v, u, self.n_power_iterations, self.eps)
            for t, new in zip(kept, (u, v)):
                assign(t, new.array)
        return weight / (u @ (matrix @ v))

    def __call__(self, module: Any, args: Any) -> None:
        setattr(module, self.name, self.compute_weight(module, module.training))


def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Module:
    """Have a weight divided by its largest singular value before every call; returns the module.

    `weight_orig` is the parameter then, `weight_u` and `weight_v` are buffers.
    `nn.utils.parametrizations.spectral_norm` does the same at every use of the weight.

    >>> import autograd_fr as ag
    >>> list(spectral_norm(ag.nn.Linear(2, 1)).state_dict())
    ['bias', 'weight_orig', 'weight_u', 'weight_v']
    """
    if find(module, SpectralNorm, name) is not None:
        raise AutogradError(f"{name} has a spectral_norm already")
    if n_power_iterations < 1:
        raise ValueError(f"n_power_iterations must be at least 1, got {n_power_iterations}")
    if dim is None:
        dim = 1 if "ConvTranspose" in type(module).__name__ else 0
    weight = module._parameters[name]
    assert weight is not None
    if is_lazy(weight):
        raise ValueError("spectral_norm: call the lazy module once before, so that it has weights")
    matrix = as_matrix(weight.detach(), dim)
    del module._parameters[name]
    module.register_parameter(f"{name}_orig", weight)
    setattr(module, name, weight.detach())
    for letter, length in zip("uv", matrix.shape):
        vector = normalized(randn(length).to(weight.dtype), eps)
        module.register_buffer(f"{name}_{letter}", vector)
    module.register_forward_pre_hook(SpectralNorm(name, n_power_iterations, dim, eps))
    return module


def remove_spectral_norm(module: Module, name: str = "weight") -> Module:
    """Have the weight, divided for good, as a parameter again; returns the module."""
    hook = taken_off(module, SpectralNorm, name)
    weight = Parameter(hook.compute_weight(module, False).detach())
    for part in (name, f"{name}_orig", f"{name}_u", f"{name}_v"):
        delattr(module, part)
    setattr(module, name, weight)
    return module
