"""Lengths, angles and distances of vectors."""

from __future__ import annotations

from typing import Any

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...errors import AutogradError, DtypeError, ShapeError
from ...ops.neural.distances import pair_distances
from ...ops.reductions.vector_norms import vector_norm
from ...tensor import Tensor


@composite
def normalize(
    input: Any, p: float = 2.0, dim: Any = 1, eps: float = 1e-12, out: Any = None
) -> Tensor:
    """Vectors along `dim` divided by their p-norm, `x / max(‖x‖, eps)`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.normalize(ag.tensor([[3.0, 4.0]]))
    tensor([[0.6000, 0.8000]])
    """
    if out is not None:
        raise AutogradError("normalize: out= is not supported, the result is a new tensor")
    x = as_value(input)
    return x / ops.clamp(vector_norm(x, p, dim, keepdim=True), min=eps)


@composite
def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along `dim`, `x1 · x2 / (max(‖x1‖, ε) max(‖x2‖, ε))`.

    The shapes broadcast; `dim` goes away. Raises DtypeError for integers.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.cosine_similarity(ag.tensor([[3.0, 4.0]]), ag.tensor([[1.0, 0.0]]))
    tensor([0.6000])
    """
    x1, x2 = as_value(x1), as_value(x2)
    for name, x in (("x1", x1), ("x2", x2)):
        if x.dtype.kind != "f":
            raise DtypeError(f"cosine_similarity needs floating entries, {name} is {x.dtype}")
    x1, x2 = ops.broadcast_tensors(x1, x2)
    n1, n2 = (ops.clamp(vector_norm(x, 2, dim, keepdim=True), min=eps) for x in (x1, x2))
    return ((x1 / n1) * (x2 / n2)).sum(dim)


@composite
def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """The p-norm of `x1 - x2 + eps` along the last axis: (N, D) or (D) each; they broadcast.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.pairwise_distance(ag.tensor([[3.0, 4.0]]), ag.zeros(1, 2))
    tensor([5.0000])
    """
    return vector_norm(as_value(x1) - as_value(x2) + eps, p, -1, keepdim)


@composite
def pdist(input: Any, p: float = 2.0) -> Tensor:
    """The p-norm of the difference of every two rows of a matrix, (N, D) to (N (N - 1) / 2).

    The pairs come in the order (0, 1), (0, 2), ..., (1, 2), ...; between equal rows the gradient is
    0. Raises ShapeError for what is no matrix, AutogradError for a negative p.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.pdist(ag.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    x = as_value(input)
    if x.ndim != 2:
        raise ShapeError(f"pdist: input is a matrix of points, not of shape {tuple(x.shape)}")
    if x.dtype.kind != "f":
        raise DtypeError(f"pdist needs floating entries, not {x.dtype}; use .float()")
    if not p >= 0:
        raise AutogradError(f"pdist: p cannot be negative, it is {p}")
    return pair_distances(x, p)
