"""Pooling over windows of which one begins where chance will have it."""

from __future__ import annotations

from typing import Any

from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...autograd.readings import looking
from ...autograd.value import wrap
from ...creation.random import rand
from ...errors import AutogradError, ShapeError
from ...kernels import pooling as kernels
from ...ops.neural.pooling import take_in_planes
from .options import per_axis
from .windows import Sizes, planes


@composite
def fractional_max_pool2d(
    input: Any,
    kernel_size: Sizes,
    output_size: Sizes = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Any = None,
) -> Any:
    """The greatest entries of `output_size` windows over (H, W), at random distances.

    input (N, C, H, W) or (C, H, W). `output_ratio`, in place of `output_size`: the size of the
    output as a part of the input's. Where the windows lie hangs on one random number for each
    channel and axis, W before H; `_random_samples` (N, C, 2) gives them. Raises ValueError unless
    one of the two sizes is given, ShapeError where the windows do not fit.

    Source: Graham, Fractional Max-Pooling (2014), arXiv:1412.6071.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.fractional_max_pool2d(ag.ones(1, 8, 8), 2, output_ratio=0.7).shape
    torch.Size([1, 5, 5])
    """
    return _fractional(
        "fractional_max_pool2d", (1, 0), input, kernel_size, output_size, output_ratio,
        return_indices, _random_samples,
    )  # fmt: skip


@composite
def fractional_max_pool3d(
    input: Any,
    kernel_size: Sizes,
    output_size: Sizes = None,
    output_ratio: Any = None,
    return_indices: bool = False,
    _random_samples: Any = None,
) -> Any:
    """The same over (D, H, W): `_random_samples` (N, C, 3), in the order of the axes.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.fractional_max_pool3d(ag.ones(1, 8, 8, 8), 2, (5, 4, 4)).shape
    torch.Size([1, 5, 4, 4])
    """
    return _fractional(
        "fractional_max_pool3d", (0, 1, 2), input, kernel_size, output_size, output_ratio,
        return_indices, _random_samples,
    )  # fmt: skip


@composite
def fractional_max_pool2d_with_indices(
    input: Any,
    kernel_size: Sizes,
    output_size: Sizes = None,
    output_ratio: Any = None,
    return_indices: bool = True,
    _random_samples: Any = None,
) -> Any:
    """`fractional_max_pool2d` with `return_indices=True`, whatever is said."""
    return fractional_max_pool2d(
        input, kernel_size, output_size, output_ratio, True, _random_samples
    )


@composite
def fractional_max_pool3d_with_indices(
    input: Any,
    kernel_size: Sizes,
    output_size: Sizes = None,
    output_ratio: Any = None,
    return_indices: bool = True,
    _random_samples: Any = None,
) -> Any:
    """`fractional_max_pool3d` with `return_indices=True`, whatever is said."""
    return fractional_max_pool3d(
        input, kernel_size, output_size, output_ratio, True, _random_samples
    )


def _fractional(
    name: str,
    order: tuple[int, ...],
    input: Any,
    kernel_size: Sizes,
    output_size: Sizes,
    output_ratio: Any,
    return_indices: bool,
    samples: Any,
) -> Any:
    """`order`: which of the random numbers is for which axis."""
    dims = len(order)
    x = planes(name, input, dims)
    lengths = x.shape[x.ndim - dims :]
    size = per_axis(name, "kernel_size", kernel_size, dims, 1)
    counts = _counts(name, lengths, output_size, output_ratio)
    counts = per_axis(name, "output_size", counts, dims, 1)
    if any(m + k - 1 > n for n, m, k in zip(lengths, counts, size)):
        raise ShapeError(
            f"{name}: {counts} windows of {size} do not fit in an input of {tuple(lengths)}; "
            "output_size + kernel_size - 1 is at most the input's size"
        )
    batch = x if x.ndim == dims + 2 else x.reshape(1, *x.shape)
    u = _samples(name, batch, dims, samples)
    places = _places(batch, u, order, counts, size)
    y = take_in_planes(batch, places=places.array, dims=dims)
    if x.ndim == dims + 1:
        y, places = y.squeeze(0), places.squeeze(0)
    return (y, places) if return_indices else y


@looking
def _places(
    x: Any, u: Any, order: tuple[int, ...], counts: tuple[int, ...], size: tuple[int, ...]
) -> Any:
    """Where the greatest entries of the windows stand, as a tensor."""
    lengths = x.shape[2:]
    starts = [
        kernels.random_starts(u.array[..., i], n, m, k)
        for i, n, m, k in zip(order, lengths, counts, size)
    ]
    return wrap(kernels.places_at(x.array, starts, size))


def _counts(name: str, lengths: Any, output_size: Sizes, output_ratio: Any) -> Any:
    """How many windows there are along each axis, or along all."""
    if (output_size is None) == (output_ratio is None):
        raise ValueError(f"{name} needs either output_size or output_ratio")
    if output_size is not None:
        return output_size
    ratios = (
        output_ratio if isinstance(output_ratio, (tuple, list)) else (output_ratio,) * len(lengths)
    )
    if len(ratios) != len(lengths):
        raise ValueError(f"{name}: output_ratio is one number, or {len(lengths)}, not {ratios}")
    return tuple(int(n * ratio) for n, ratio in zip(lengths, ratios))


def _samples(name: str, batch: Any, dims: int, samples: Any) -> Any:
    """The random numbers of each channel: those given, or new ones."""
    wanted = (*batch.shape[:2], dims)
    if samples is None:
        return rand(*wanted, dtype=batch.dtype)
    samples = as_value(samples)
    if samples.dtype != batch.dtype:
        raise AutogradError(
            f"{name}: _random_samples is {samples.dtype}, the input {batch.dtype}; they must agree"
        )
    samples = samples[: wanted[0]] if samples.ndim == 3 else samples  # PyTorch's may be for more
    if samples.shape != wanted:
        raise ShapeError(f"{name}: _random_samples is {tuple(samples.shape)}, it must be {wanted}")
    return samples
