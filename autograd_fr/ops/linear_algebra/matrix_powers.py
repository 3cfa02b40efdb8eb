"""Products of several matrices, powers and exponentials of one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import wrap
from ...batching.known import entries
from ...errors import DtypeError, ShapeError
from ..elementwise.choice import where
from ..elementwise.powers import pow
from ..shapes.shape import clone
from .products import matmul, mm
from .solving import linalg_inv

__all__ = [
    "chain_matmul",
    "matrix_exp",
    "matrix_power",
    "vander",
]


def matrix_power(input: Any, n: int) -> Any:
    """The product of n times the same square matrix, of its inverse for negative n.

    >>> import autograd_fr as ag
    >>> ag.matrix_power(ag.tensor([[1.0, 1.0], [0.0, 1.0]]), 3)
    tensor([[1., 3.],
            [0., 1.]])
    """
    if input.ndim < 2 or input.shape[-1] != input.shape[-2]:
        raise ShapeError(f"matrix_power needs square matrices, not shape {tuple(input.shape)}")
    if n == 0:
        return where(False, input, wrap(np.eye(input.shape[-1], dtype=input.dtype)))
    if n == 1:
        return clone(input)
    square = linalg_inv(input) if n < 0 else input
    product, n = None, abs(n)
    while True:  # along the binary digits of n, from the last
        if n % 2:
            product = square if product is None else matmul(product, square)
        n //= 2
        if not n:
            return product
        square = matmul(square, square)


def chain_matmul(*matrices: Any) -> Any:
    """Product of matrices, in the order that takes the fewest multiplications.

    >>> import autograd_fr as ag
    >>> ag.chain_matmul(ag.ones(2, 3), ag.ones(3, 4), ag.ones(4, 1)).shape
    torch.Size([2, 1])
    """
    if len(matrices) == 1 and isinstance(matrices[0], (list, tuple)):
        matrices = tuple(matrices[0])
    for k, x in enumerate(matrices):
        if x.ndim != 2:
            raise ShapeError(f"chain_matmul: operand {k} is no matrix, shape {tuple(x.shape)}")
    return clone(matrices[0]) if len(matrices) == 1 else linalg_multi_dot(matrices)


def linalg_multi_dot(tensors: Sequence[Any]) -> Any:
    """Product of matrices, in the order that takes the fewest multiplications.

    The first may be a vector, a row, and the last one, a column. Order: Cormen et al., Introduction
    to algorithms, matrix-chain multiplication.

    >>> import autograd_fr as ag
    >>> ag.linalg.multi_dot([ag.ones(3), ag.ones(3, 4), ag.ones(4)])
    tensor(12.)
    """
    if len(tensors) < 2:
        raise ShapeError(f"linalg.multi_dot needs two matrices at least, got {len(tensors)}")
    first, *_, last = matrices = list(tensors)
    if first.ndim == 1:
        matrices[0] = first[None]
    if last.ndim == 1:
        matrices[-1] = last[:, None]
    for k, x in enumerate(matrices):
        if x.ndim != 2:
            raise ShapeError(f"linalg.multi_dot: operand {k} is no matrix: {tuple(x.shape)}")
    for k, (x, y) in enumerate(pairwise(matrices)):
        if x.shape[1] != y.shape[0]:
            raise ShapeError(
                f"linalg.multi_dot: operands {k} and {k + 1} do not fit: {tuple(x.shape)} and "
                f"{tuple(y.shape)}"
            )
    split = _cheapest([x.shape[0] for x in matrices] + [matrices[-1].shape[1]])
    product = _multiplied(matrices, split, 0, len(matrices) - 1)
    rows, columns = product.shape
    return product.reshape((rows,) * (first.ndim > 1) + (columns,) * (last.ndim > 1))


def _cheapest(lengths: list[int]) -> dict[tuple[int, int], int]:
    """Where to split the product of the matrices i to j, of lengths[i] by lengths[i + 1], ..."""
    n = len(lengths) - 1
    cost = {(i, i): 0 for i in range(n)}
    split = {}
    for span in range(1, n):
        for i in range(n - span):
            j = i + span
            cost[i, j], split[i, j] = min(
                (cost[i, k] + cost[k + 1, j] + lengths[i] * lengths[k + 1] * lengths[j + 1], k)
                for k in range(i, j)
            )
    return split


def _multiplied(matrices: list[Any], split: dict[tuple[int, int], int], i: int, j: int) -> Any:
    if i == j:
        return matrices[i]
    k = split[i, j]
    return mm(_multiplied(matrices, split, i, k), _multiplied(matrices, split, k + 1, j))


@differentiable(
    x=lambda g, x: _pulled_exp(g, x.mT),
    push="transposed", latex=r"\operatorname{expm}(x)", symbol="exp",
    derivatives={"x": r"\operatorname{dexpm}(x^\top, G)"},
    samples=[
        Sample((3, 3)),
        Sample((2, 2, 2), low=-4.0, high=4.0),
        Sample((1, 1)),
        Sample((0, 0)),
    ],
)  # fmt: skip
def matrix_exp(x: Any) -> Any:
    """The exponential of square matrices, `Σ Aᵏ / k!`.

    By scaling and squaring: the series at A / 2ˢ, where it is short, squared s times. Derivative:
    Mathias 1996, A chain rule for matrix functions and applications.

    >>> import autograd_fr as ag
    >>> ag.matrix_exp(ag.tensor([[0.0, 1.0], [0.0, 0.0]]))
    tensor([[1., 1.],
            [0., 1.]])
    """
    if x.ndim < 2 or x.shape[-1] != x.shape[-2]:
        raise ValueError("square matrices are needed")
    if x.dtype.kind != "f":
        raise TypeError("floating entries are needed; convert with .float()")
    if not x.size:
        return x.copy()
    norm = np.abs(x).sum(-2).max(-1)[..., None, None].astype(np.float64)
    squarings = np.ceil(np.log2(np.clip(norm, 2.0, 2.0**60) / 2)).astype(int)
    x = np.ldexp(x, -squarings)
    one = np.eye(x.shape[-1], dtype=x.dtype)
    y = one
    for k in range(25, 0, -1):  # Horner's scheme; 2²⁶ / 26! is below the precision of float64
        y = one + x @ y / x.dtype.type(k)
    for step in range(entries(squarings).max()):
        y = np.where(squarings > step, y @ y, y)
    return y


def _pulled_exp(g: Any, At: Any) -> Any:
    """exp of [[Aᵀ, g], [0, Aᵀ]] has the derivative of exp at Aᵀ in the direction g on the right."""
    n = At.shape[-1]
    above = np.concatenate([At, g], -1)
    below = np.concatenate([np.zeros(At.shape, At.dtype), At], -1)
    return polymorphic(matrix_exp)(np.concatenate([above, below], -2))[..., :n, n:]


def linalg_vander(x: Any, *, N: int | None = None) -> Any:
    """The powers 0 to N - 1 of every entry, along a new last axis; N: by default the length of x.

    >>> import autograd_fr as ag
    >>> ag.linalg.vander(ag.tensor([2, 3]), N=3)
    tensor([[1, 2, 4],
            [1, 3, 9]])
    """
    if not x.ndim:
        raise ShapeError("linalg.vander needs a vector, not a number")
    if x.dtype.kind == "b":
        raise DtypeError("linalg.vander needs numbers, not bools; convert with .long()")
    n = x.shape[-1] if N is None else N
    if n < 1:
        raise ShapeError(f"linalg.vander: N must be positive, it is {n}")
    return pow((x if x.dtype.kind == "f" else x.long())[..., None], wrap(np.arange(n)))


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers N - 1 to 0 of every entry of a vector, a row each; from 0 on if `increasing`.

    N is by default the length of the vector, for a square matrix, named after Vandermonde.

    >>> import autograd_fr as ag
    >>> ag.vander(ag.tensor([2, 3]), 3)
    tensor([[4, 2, 1],
            [9, 3, 1]])
    """
    if x.ndim != 1:
        raise ShapeError(f"vander takes a vector, not shape {tuple(x.shape)}")
    n = x.shape[0] if N is None else N
    if n < 0:
        raise ShapeError(f"vander: N cannot be negative, it is {n}")
    exponents = np.arange(n) if increasing else np.arange(n)[::-1]
    return pow((x if x.dtype.kind == "f" else x.long())[:, None], wrap(exponents))
