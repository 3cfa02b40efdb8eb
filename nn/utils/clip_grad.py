"""Gradients of all parameters at once: their norm, and the ways to bound it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from types import GeneratorType
from typing import Any

import numpy as np

from ...autograd.value import wrap
from ...errors import AutogradError
from ...tensor import Tensor
from ...tensor.inplace import assign

Tensors = Tensor | Iterable[Tensor]


def get_total_norm(
    tensors: Tensors,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Any:
    """The norm of all entries together: (Σ |x|ᵖ)^(1/p), for p = inf, or "inf", the greatest |x|.

    In the dtype that all of them together have. `foreach`: accepted. Raises AutogradError where the
    norm is not finite and `error_if_nonfinite` asks for it.

    >>> import autograd_fr as ag
    >>> get_total_norm([ag.tensor([3.0]), ag.tensor([4.0])])
    tensor(5.)
    """
    order = float(norm_type)
    arrays = [np.asarray(t.array) for t in _listed(tensors)]
    with np.errstate(all="ignore"):  # an infinite norm says itself what became of the gradients
        norms = [_norm(a, order).astype(a.dtype) for a in arrays if a.size]
        total = _norm(np.array(norms), order) if norms else np.float32(0)
        total = np.asarray(total, np.result_type(*arrays) if arrays else np.float32)
    if error_if_nonfinite and not np.isfinite(total):
        raise AutogradError(f"the norm of order {norm_type} is {total}, not finite")
    return wrap(total)


def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Any:
    """Scale the gradients, together, so that their norm is at most `max_norm`; returns the norm.

    Where the norm is nan, all gradients are. `foreach`: accepted. Warns of a generator that is
    used up. Raises AutogradError as `get_total_norm` does.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True); (5 * w).sum().backward()
    >>> clip_grad_norm_(w, 1.0), w.grad
    (tensor(5.), tensor([1.0000]))
    """
    listed = _listed(parameters)
    if not listed and isinstance(parameters, GeneratorType):
        warnings.warn(
            "clip_grad_norm_: `parameters` is an empty generator, perhaps used up before: "
            "no gradient is clipped",
            stacklevel=2,
        )
    grads: list[Any] = [p.grad for p in listed if p.grad is not None]
    total = get_total_norm(grads, norm_type, error_if_nonfinite)
    clip_grads_with_norm_(listed, max_norm, total)
    return total


def clip_grad_norm(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Any:
    """`clip_grad_norm_` under the name that it had before, of which it warns."""
    warnings.warn("clip_grad_norm is deprecated: use clip_grad_norm_", FutureWarning, stacklevel=2)
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


def clip_grads_with_norm_(
    parameters: Tensors, max_norm: float, total_norm: Any, foreach: bool | None = None
) -> None:
    """Scale the gradients, whose norm is `total_norm`, so that it is at most `max_norm`.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True); (5 * w).sum().backward()
    >>> clip_grads_with_norm_(w, 1.0, ag.tensor(10.0)); w.grad
    tensor([0.5000])
    """
    factor = np.minimum(1.0, float(max_norm) / (float(total_norm) + 1e-6))  # nan stays nan
    for p in _listed(parameters):
        g: Any = p.grad
        if g is not None and factor != 1.0:
            with np.errstate(invalid="ignore"):  # 0 · inf, where a gradient is infinite
                scaled = g.array * _at_least_float32(g.dtype).type(factor)
                assign(g, scaled, name="clip_grad_norm_")


def clip_grad_value_(parameters: Tensors, clip_value: float, foreach: bool | None = None) -> None:
    """Bring every entry of the gradients into [-clip_value, clip_value]. `foreach`: accepted.

    >>> import autograd_fr as ag
    >>> w = ag.tensor([1.0], requires_grad=True); (5 * w).sum().backward()
    >>> clip_grad_value_(w, 2.0); w.grad
    tensor([2.])
    """
    for p in _listed(parameters):
        if p.grad is not None:
            clipped = np.clip(p.grad.array, -float(clip_value), float(clip_value))
            assign(p.grad, clipped, name="clip_grad_value_")


def _listed(tensors: Tensors) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _norm(a: Any, order: float) -> Any:
    """The norm of the entries of an array; squares of float16 soon leave its range."""
    return np.linalg.norm(a.reshape(-1).astype(_at_least_float32(a.dtype), copy=False), order)


def _at_least_float32(dtype: Any) -> Any:
    return np.result_type(dtype, np.float32)
