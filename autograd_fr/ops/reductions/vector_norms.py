"""Lengths of vectors: the p-norms."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.op import Sample, differentiable
from ...errors import DtypeError
from .extrema import shared
from .reduction import Dim, check_floating, reduced, spread

__all__: list[str] = []  # exported as torch.linalg has it


def of_norm(g: Any, x: Any, y: Any, ord: float, dim: Any, keepdim: bool) -> Any:
    """sgn(x) (|x| / y)^(p - 1); 0 where x or y is, and for p = 0.

    Divisions by 0 are left out by `where`, and give the nan of PyTorch in the second derivative.
    """
    if g.dtype == np.float16:  # in which g / y would soon be infinite
        return of_norm(g.astype(np.float32), x, y, ord, dim, keepdim).astype(g.dtype)
    wide = partial(spread, like=x, dim=dim, keepdim=keepdim)
    x, zero = x.astype(g.dtype), g.dtype.type(0)
    if ord == 0:
        return np.where(False, wide(g), zero)
    if math.isinf(ord):
        return shared(g, np.abs(x) == wide(y), dim, keepdim) * np.sign(x)
    if ord == 1:
        return wide(g) * np.sign(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        if ord > 1:
            scale = np.where(y == 0, zero, g / y ** (ord - 1))
            if ord == 2:
                return wide(scale) * x
            return wide(scale) * np.sign(x) * np.abs(x) ** (ord - 1)
        size = np.where(x == 0, zero, np.abs(x) ** (ord - 1))
        return wide(g * y ** (1 - ord)) * np.sign(x) * size


@differentiable(
    x=of_norm,
    derivatives={
        "x": (
            r"\begin{cases} "
            r"0 & \text{if } \mathit{ord} = 0 \\ "
            r"G \odot \operatorname{sgn} x \odot \frac{[|x| = y]}{\sum [|x| = y]} "
            r"& \text{if } |\mathit{ord}| = \infty \\ "
            r"G \odot \operatorname{sgn} x \odot \left(\frac{|x|}{y}\right)^{\mathit{ord} - 1} "
            r"& \text{else} \end{cases}"
        ),
    },
    latex=(
        r"\begin{cases} "
        r"\sum [x \ne 0] & \text{if } \mathit{ord} = 0 \\ "
        r"\max |x| & \text{if } \mathit{ord} = \infty \\ "
        r"\min |x| & \text{if } \mathit{ord} = -\infty \\ "
        r"\left(\sum |x|^{\mathit{ord}}\right)^{1 / \mathit{ord}} & \text{else} \end{cases}"
    ),
    symbol="‖·‖",
    samples=[
        Sample((3, 4)),
        Sample((3, 4), ord=2, dim=0),
        Sample((3, 4), ord=3, dim=-1, keepdim=True, gap=0.1),
        Sample((2, 3, 4), ord=1, dim=(0, 2), gap=0.1),
        Sample((2, 3), ord=0.5, gap=0.1),
        Sample((2, 3), ord=-1.5, dim=1, gap=0.1),
        Sample((3, 4), ord=math.inf, dim=1, low=0.0, gap=0.1),
        Sample((3, 4), ord=-math.inf, low=0.0, gap=0.1),
        Sample((2, 3), ord=0, dim=1, gap=0.1),
        Sample((), gap=0.1),
        Sample((0, 3), dim=0),
    ],
)  # fmt: skip
def vector_norm(
    x: Any, ord: float = 2, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """The p-norm, `sum(abs(x) ** p) ** (1 / p)`, computed in `dtype` where given; p is `ord`.

    For p = inf and -inf it is the greatest and the least absolute value, which equal ones share
    the gradient of; for p = 0, the number of entries that are not 0. At 0 the gradient is 0.

    >>> import autograd_fr as ag
    >>> ag.linalg.vector_norm(ag.tensor([3.0, -4.0]))
    tensor(5.)
    """
    if isinstance(ord, str):
        raise TypeError(f"ord is a number for vectors; {ord!r} is a norm of matrices")
    check_floating(x, "a norm")
    kept = x.dtype if dtype is None else dtypes.as_dtype(dtype)
    if np.promote_types(kept, x.dtype) != kept:
        raise DtypeError(f"a norm of {x.dtype} cannot be computed in {kept}, which is narrower")
    along = reduced(dim, x.ndim, "vector_norm")
    wide = np.abs(x.astype(np.float32 if kept == np.float16 else kept, copy=False))
    return p_norm(wide, ord, along, keepdim).astype(kept)


def p_norm(x: Any, p: float, along: tuple[int, ...], keepdim: bool) -> Any:
    """The p-norm of an array without negative entries."""
    if p == 0:
        return (x != 0).sum(axis=along, keepdims=keepdim)
    if p == 1:
        return x.sum(axis=along, keepdims=keepdim)
    if p == 2:
        return np.sqrt((x * x).sum(axis=along, keepdims=keepdim))
    if p < 0 and 0 in (x.shape[d] for d in along) and x.sum(axis=along).size:
        raise ValueError(f"no entries have no norm with p = {p}")
    if p == math.inf:
        return x.max(axis=along, keepdims=keepdim)
    if p == -math.inf:
        return x.min(axis=along, keepdims=keepdim)
    with np.errstate(divide="ignore"):  # of a negative p
        return (x**p).sum(axis=along, keepdims=keepdim) ** (1 / p)
