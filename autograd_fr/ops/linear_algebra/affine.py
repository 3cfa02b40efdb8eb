"""Products of matrices added to what is there: `beta * input + alpha * product`."""

from __future__ import annotations

from typing import Any

from ...errors import AutogradError, ShapeError
from ..elementwise.arithmetic import add, mul
from ..elementwise.choice import where
from ..reductions.reduction import sum
from ..shapes.expanding import broadcast_to
from .products import bmm, check_same_dtype, mm, mv, outer

__all__ = [
    "addbmm",
    "addmm",
    "addmv",
    "addr",
    "baddbmm",
]


def addmm(input: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """`beta * input + alpha * (mat1 @ mat2)` for matrices; `input` broadcasts to the product.

    With beta = 0 the entries of `input` do not matter, not even nan.

    >>> import autograd_fr as ag
    >>> ag.addmm(ag.ones(1), ag.tensor([[1.0, 2.0]]), ag.tensor([[3.0], [4.0]]), beta=10)
    tensor([[21.]])
    """
    return _combined("addmm", input, mm(mat1, mat2), beta, alpha)


def addmv(input: Any, mat: Any, vec: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """`beta * input + alpha * (mat @ vec)` for a matrix and a vector.

    >>> import autograd_fr as ag
    >>> ag.addmv(ag.ones(1), ag.tensor([[1.0, 2.0]]), ag.tensor([3.0, 4.0]), alpha=2)
    tensor([23.])
    """
    return _combined("addmv", input, mv(mat, vec), beta, alpha)


def addr(input: Any, vec1: Any, vec2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """`beta * input + alpha * outer(vec1, vec2)`; dtypes are promoted here.

    >>> import autograd_fr as ag
    >>> ag.addr(ag.zeros(1), ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    return _combined("addr", input, outer(vec1, vec2), beta, alpha, promotes=True)


def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """`beta * input + alpha * (batch1 @ batch2)`, matrix by matrix.

    >>> import autograd_fr as ag
    >>> ag.baddbmm(ag.ones(1), ag.ones(5, 2, 3), ag.ones(5, 3, 4)).shape
    torch.Size([5, 2, 4])
    """
    return _combined("baddbmm", input, bmm(batch1, batch2), beta, alpha)


def addbmm(input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """`beta * input + alpha * Σ batch1[i] @ batch2[i]`.

    >>> import autograd_fr as ag
    >>> ag.addbmm(ag.zeros(1), ag.ones(5, 1, 3), ag.ones(5, 3, 2))
    tensor([[15., 15.]])
    """
    product = bmm(batch1, batch2)
    total = sum(product, 0) if product.dtype.kind == "f" else sum(product, 0).to(product.dtype)
    return _combined("addbmm", input, total, beta, alpha)


def _combined(
    name: str, input: Any, product: Any, beta: Any, alpha: Any, promotes: bool = False
) -> Any:
    """`beta * input + alpha * product`, in the shape of the product.

    For integers the factors lose their fractions, as in PyTorch; where dtypes are promoted, those
    with fractions are refused.
    """
    if not promotes:
        check_same_dtype(name, input, product)
    if product.dtype.kind != "f" and input.dtype.kind != "f":
        for word, factor in (("beta", beta), ("alpha", alpha)):
            if promotes and isinstance(factor, float):
                raise AutogradError(f"{name} of integers: {word} must be an integer, not {factor}")
        beta, alpha = int(beta), int(alpha)
    if input.ndim > product.ndim:
        raise ShapeError(
            f"{name}: input of shape {tuple(input.shape)} does not broadcast to the product, "
            f"of shape {tuple(product.shape)}"
        )
    input = broadcast_to(input, product.shape)
    if beta == 0:
        input = where(False, input, 0)  # 0 * nan would be nan
    return add(_times(beta, input), _times(alpha, product))


def _times(factor: Any, x: Any) -> Any:
    """`factor * x`; a bool stays a bool."""
    return x if factor == 1 else mul(x, bool(factor) if x.dtype.kind == "b" else factor)
