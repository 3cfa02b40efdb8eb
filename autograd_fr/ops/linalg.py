"""Products of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.op import Sample, differentiable

__all__ = [
    "linear",
    "matmul",
]


@differentiable(
    a=lambda g, a, b: _with_axes(g, a, b) @ (b[..., None] if b.ndim == 1 else b).swapaxes(-1, -2),
    b=lambda g, a, b: _column(
        (a[None] if a.ndim == 1 else a).swapaxes(-1, -2) @ _with_axes(g, a, b), b
    ),
    latex="A B", symbol="@", numpy=(np.matmul,), promotes=False,
    samples=[
        Sample((2, 3), (3, 4)),
        Sample((3,), (3,)),
        Sample((3,), (3, 4)),
        Sample((2, 3), (3,)),
        Sample((5, 2, 3), (3, 4)),
        Sample((2, 3), (5, 3, 4)),
        Sample((2, 1, 2, 3), (5, 3, 4)),
        Sample((5, 2, 3), (3,)),
        Sample((3,), (5, 3, 4)),
        Sample((0, 3), (3, 4)),
        Sample((2, 0), (0, 3)),
    ],
)  # fmt: skip
def matmul(a: Any, b: Any) -> Any:
    """Product of matrices (m, k) @ (k, n), batches of them, or vectors, as in NumPy.

    Both must have one dtype, as in PyTorch.

    >>> import autograd_fr as ag
    >>> ag.matmul(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), ag.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if not a.ndim or not b.ndim:
        raise ValueError("vectors or matrices are needed; multiply numbers with *")
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(
            f"the rows of the first have {a.shape[-1]} entries, the columns of the second "
            f"{b.shape[-2 if b.ndim > 1 else 0]}"
        )
    return np.matmul(a, b)


def _with_axes(g: Any, a: Any, b: Any) -> Any:
    """`g` with the axes that matmul drops for vectors put back."""
    if b.ndim == 1:
        g = g[..., None]
    return g[..., None, :] if a.ndim == 1 else g


def _column(d: Any, b: Any) -> Any:
    """The gradient of a vector, which took part as a matrix of one column."""
    return d[..., 0] if b.ndim == 1 else d


@differentiable(
    x=lambda g, weight: g @ weight,
    weight=lambda g, x: _rows(g).swapaxes(0, 1) @ _rows(x),
    bias=lambda g: g,
    latex=r"x W^\top + b", promotes=False,
    samples=[
        Sample((5, 3), (4, 3), (4,)),
        Sample((3,), (4, 3), (4,)),
        Sample((2, 5, 3), (4, 3), (4,)),
        Sample((5, 3), (4, 3)),
        Sample((0, 3), (4, 3), (4,)),
    ],
)  # fmt: skip
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """`x @ weight.T + bias`: x (..., in), weight (out, in), bias (out), result (..., out).

    >>> import autograd_fr as ag
    >>> W = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.linear(ag.tensor([1.0, 10.0]), W, ag.tensor([0.5, 0.5]))
    tensor([21.5000, 43.5000])
    """
    if not x.ndim or x.shape[-1] != weight.shape[-1]:
        raise ValueError(
            f"the input has {x.shape[-1] if x.ndim else 'no'} features, weight takes "
            f"{weight.shape[-1]}"
        )
    y = x @ weight.T
    return y if bias is None else y + bias


def _rows(x: Any) -> Any:
    """All axes but the last made into one."""
    return x.reshape((-1, x.shape[-1])) if x.ndim != 2 else x
