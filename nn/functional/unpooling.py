"""The reverse of pooling by the greatest entry: each goes back where it stood, among zeros."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import kernels, ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...autograd.value import wrap
from ...batching.known import anywhere, entries
from ...errors import DimensionError, DtypeError, ShapeError
from ...kernels import pooling
from ...ops.neural.pooling import put_in_planes
from ...tensor import Tensor
from .options import integers, per_axis
from .windows import Sizes, planes


@composite
def max_unpool1d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    output_size: Any = None,
) -> Tensor:
    """Entries of `input`, (N, C, L) or (C, L), put at `indices` of zeros, as `max_pool1d` has them.

    The sizes are those of the pooling; `output_size` tells which of the lengths that pool to the
    same one is meant. Where entries go to one place the last stays, and it alone has a gradient.
    Raises ShapeError for indices of another shape, DimensionError for one outside, ValueError for
    an impossible `output_size`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.max_unpool1d(ag.tensor([[5.0, 4.0]]), ag.tensor([[1, 3]]), 2)
    tensor([[0., 5., 0., 4.]])
    """
    return _unpool("max_unpool1d", 1, input, indices, kernel_size, stride, padding, output_size)


@composite
def max_unpool2d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    output_size: Any = None,
) -> Tensor:
    """The same for (N, C, H, W) or (C, H, W), with indices counted through H and W together.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.max_unpool2d(ag.tensor([[[5.0]]]), ag.tensor([[[1]]]), 2)
    tensor([[[0., 5.],
             [0., 0.]]])
    """
    return _unpool("max_unpool2d", 2, input, indices, kernel_size, stride, padding, output_size)


@composite
def max_unpool3d(
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes = None,
    padding: Sizes = 0,
    output_size: Any = None,
) -> Tensor:
    """The same for (N, C, D, H, W) or (C, D, H, W).

    >>> import autograd_fr as ag
    >>> x, i = ag.tensor([[[[5.0]]]]), ag.tensor([[[[1]]]])
    >>> ag.nn.functional.max_unpool3d(x, i, (1, 1, 2))
    tensor([[[[0., 5.]]]])
    """
    return _unpool("max_unpool3d", 3, input, indices, kernel_size, stride, padding, output_size)


def _unpool(
    name: str,
    dims: int,
    input: Any,
    indices: Any,
    kernel_size: Sizes,
    stride: Sizes,
    padding: Sizes,
    output_size: Any,
) -> Any:
    """Zeros with the entries of `input` at their places."""
    x, indices = planes(name, input, dims), as_value(indices)
    if indices.dtype != np.int64:
        raise DtypeError(f"{name}: indices are int64, got {indices.dtype}; use .long()")
    if indices.shape != x.shape:
        raise ShapeError(
            f"{name}: indices of shape {tuple(indices.shape)} for an input of {tuple(x.shape)}; "
            "there is one for each entry"
        )
    size = per_axis(name, "kernel_size", kernel_size, dims, 1)
    step = size if stride is None else per_axis(name, "stride", stride, dims, 1)
    pad = per_axis(name, "padding", padding, dims, 0)
    usual = tuple(
        (n - 1) * s + k - 2 * p for n, k, s, p in zip(x.shape[x.ndim - dims :], size, step, pad)
    )
    shape = usual if output_size is None else _checked_size(name, usual, step, output_size)
    if min(shape) < 0:
        raise ShapeError(f"{name}: padding {pad} leaves a result of lengths {shape}; give less")
    places = indices.array
    _check_places(name, places, shape)
    n = math.prod(shape)
    total = (n * math.prod(x.shape[: x.ndim - dims]),)
    where = pooling.in_memory(places, x.shape[: x.ndim - dims], n)
    stays = kernels.stays(total, (where,)).reshape(x.shape)
    x = ops.where(wrap(stays), x, 0) if anywhere(~stays) else x
    return put_in_planes(x, places=places, shape=shape)


def _checked_size(
    name: str, usual: tuple[int, ...], stride: tuple[int, ...], given: Any
) -> tuple[int, ...]:
    """The size that is asked for, which must be one that is pooled to the input's."""
    given = integers(name, "output_size", given)
    size = given[-len(usual) :]
    if len(given) not in (len(usual), len(usual) + 2):
        raise ValueError(
            f"{name}: output_size has {len(usual)} or {len(usual) + 2} numbers, not {given}"
        )
    if any(not n - s < m < n + s for n, m, s in zip(usual, size, stride)):
        raise ValueError(
            f"{name}: output_size {size} is less than a stride, {stride}, away from "
            f"{usual}, or no input is pooled to this one"
        )
    return size


def _check_places(name: str, places: Any, shape: tuple[int, ...]) -> None:
    """Raise DimensionError for an index that is in no plane."""
    wrong = (places < 0) | (places >= math.prod(shape))
    if anywhere(wrong):
        at = tuple(int(i) for i in np.argwhere(entries(wrong))[0])
        raise DimensionError(
            f"{name}: indices{list(at)} is {entries(places)[at]}, but the output {shape} has "
            f"{math.prod(shape)} places, from 0 on"
        )
