"""Normalisation: entries brought to the mean 0 and the variance 1, over a batch or a sample."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...errors import AutogradError, DtypeError, RangeError, ShapeError
from ...kernels import normalization as kernels
from ...ops.neural.normalization import neighbour_sum, normalize, rescale
from ...tensor.inplace import assign
from .options import integers, per_axis

BATCH, SAMPLE = (0, 2, 3), (2, 3)  # the axes of a mean: see ops/neural/normalization.py


@composite
def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """`weight * (x - μ) / √(σ² + eps) + bias`: input (N, C, ...), the others (C) or None.

    In training μ and σ² are those of each channel in this batch, and the running ones, if given,
    move towards them in place: `running += momentum * (new - running)`, where the new variance is
    that with n - 1. Else the running ones are taken (Ioffe and Szegedy 2015, arXiv:1502.03167).

    Raises ShapeError where there are not C entries, or in training only one value per channel;
    RangeError for an eps that is not positive.

    >>> import autograd_fr as ag
    >>> x, mean, var = ag.tensor([[1.0], [3.0]]), ag.zeros(1), ag.ones(1)
    >>> ag.nn.functional.batch_norm(x, mean, var, training=True)
    tensor([[-1.0000],
            [ 1.0000]])
    >>> mean, var
    (tensor([0.2000]), tensor([1.1000]))
    """
    input, shape = _channelled("batch_norm", input)
    given = _checked_channels("batch_norm", shape[1], running_mean, running_var, weight, bias)
    if eps < 0 or (training and not eps):
        raise RangeError(f"batch_norm: eps is positive, or at least 0 in evaluation, not {eps}")
    if not training:
        return _by_running("batch_norm", input, given, shape, eps)
    if shape[0] * shape[3] == 1:
        raise ShapeError(_too_few(input, "a batch of one sample cannot be normalised"))
    y = _normalized(input, weight, bias, shape, BATCH, eps)
    _follow(input, y, running_mean, running_var, shape, BATCH, momentum, eps)
    return y


@composite
def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """As `batch_norm`, each sample with the mean and variance of its own: input (N, C, ...).

    The running ones move towards the averages over the batch, and are taken where `use_input_stats`
    is off (Ulyanov et al. 2016, arXiv:1607.08022).

    Raises ShapeError where there are not C entries, or only one position.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.instance_norm(ag.tensor([[[1.0, 3.0], [10.0, 30.0]]]))
    tensor([[[-1.0000,  1.0000],
             [-1.0000,  1.0000]]])
    """
    input, shape = _channelled("instance_norm", input)
    given = _checked_channels("instance_norm", shape[1], running_mean, running_var, weight, bias)
    if not use_input_stats:
        return _by_running("instance_norm", input, given, shape, eps)
    if shape[3] == 1:
        raise ShapeError(_too_few(input, "one position cannot be normalised"))
    y = _normalized(input, weight, bias, shape, SAMPLE, eps)
    _follow(input, y, running_mean, running_var, shape, SAMPLE, momentum, eps)
    return y


@composite
def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """`weight * (x - μ) / √(σ² + eps) + bias` with μ and σ² of groups of each sample's channels.

    input (N, C, ...), weight and bias (C) or None (Wu and He 2018, arXiv:1803.08494). Raises
    ShapeError where C is no multiple of `num_groups`, or a group has one value.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.group_norm(ag.tensor([[1.0, 3.0, 10.0, 30.0]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])
    """
    input, (n, channels, _, positions) = _channelled("group_norm", input)
    if num_groups < 1 or channels % num_groups:
        raise ShapeError(
            f"group_norm: {channels} channels cannot be divided into num_groups={num_groups} "
            "groups of one size"
        )
    _checked_channels("group_norm", channels, None, None, weight, bias)
    shape = (n, num_groups, channels // num_groups, positions)
    if n * shape[2] * positions == 1:
        raise ShapeError(_too_few(input, "one value cannot be normalised"))
    return _normalized(input, weight, bias, shape, SAMPLE, eps)


@composite
def layer_norm(
    input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """`weight * (x - μ) / √(σ² + eps) + bias` with μ and σ² over the last axes of the input.

    `normalized_shape`: the lengths of these axes, and the shape of weight and bias (Ba et al. 2016,
    arXiv:1607.06450). Raises ShapeError where they are not those of the input.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.layer_norm(ag.tensor([[1.0, 3.0], [10.0, 30.0]]), (2,))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """
    input, shape = _last_axes("layer_norm", input, normalized_shape, weight, bias)
    return _normalized(input, weight, bias, shape, SAMPLE, eps)


@composite
def rms_norm(
    input: Any, normalized_shape: Any, weight: Any = None, eps: float | None = None
) -> Any:
    """`weight * x / √(mean x² + eps)`, the mean being over the last axes of the input.

    `normalized_shape`: as for `layer_norm`. `eps`: the precision of the dtype unless given (Zhang
    and Sennrich 2019, arXiv:1910.07467).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.rms_norm(ag.tensor([[1.0, 7.0]]), (2,))
    tensor([[0.2000, 1.4000]])
    """
    input, shape = _last_axes("rms_norm", input, normalized_shape, weight, None)
    if eps is None:
        eps = float(np.finfo(input.dtype).eps)
    return _normalized(input, weight, None, shape, SAMPLE, eps, centred=False)


@composite
def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Any:
    """`x / (k + alpha/size Σ x²)^beta`, the sum being over `size` neighbouring channels.

    input (N, C, ...), and of integers the mean square is one, too (Krizhevsky et al. 2012).
    Raises ShapeError for fewer than three axes, RangeError for a size below 1.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.local_response_norm(ag.ones(1, 2, 1), size=2, alpha=6.0, beta=1.0)
    tensor([[[0.2500],
             [0.1429]]])
    """
    input = as_value(input)
    if input.ndim < 3:
        raise ShapeError(
            f"local_response_norm takes an input (N, C, ...) of three axes or more, got "
            f"{input.array.shape}"
        )
    (size,) = per_axis("local_response_norm", "size", size, 1, 1)
    if not input.numel():
        return input
    near = neighbour_sum(input * input, before=size // 2, after=(size - 1) // 2)
    whole = None if input.is_floating_point() else "floor"
    return ops.div(input, (ops.div(near, size, rounding_mode=whole) * alpha + k) ** beta)


# What they share


def _floating(name: str, input: Any) -> Any:
    """The input as a tensor; DtypeError where it holds integers."""
    input = as_value(input)
    if not input.is_floating_point():
        raise DtypeError(f"{name} takes floating numbers, got {input.dtype}; convert with .float()")
    return input


def _channelled(name: str, input: Any) -> tuple[Any, tuple[int, int, int, int]]:
    """The input, and its four axes with one channel in each group; ShapeError below two axes."""
    input = _floating(name, input)
    if input.ndim < 2:
        raise ShapeError(f"{name} takes an input (N, C, ...), got {input.array.shape}")
    n, channels, *positions = input.array.shape
    return input, (n, channels, 1, math.prod(positions))


def _last_axes(
    name: str, input: Any, lengths: Any, weight: Any, bias: Any
) -> tuple[Any, tuple[int, int, int, int]]:
    """The input, and its four axes: all entries that are normalised are channels of one group."""
    input = _floating(name, input)
    wanted = integers(name, "normalized_shape", lengths)
    whole = input.array.shape
    if not wanted or whole[-len(wanted) :] != wanted:
        raise ShapeError(
            f"{name}: the input, of shape {whole}, must end with normalized_shape={wanted}, of one "
            "axis or more"
        )
    for word, p in (("weight", weight), ("bias", bias)):
        if p is not None and p.shape != wanted:
            raise ShapeError(
                f"{name}: {word} has shape {tuple(p.shape)}, normalized_shape {wanted}"
            )
    n = math.prod(whole[: len(whole) - len(wanted)])
    return input, (n, 1, math.prod(wanted), 1)


def _checked_channels(name: str, channels: int, *given: Any) -> tuple[Any, ...]:
    """Running mean and variance, weight and bias as given; ShapeError for one without C entries."""
    for word, p in zip(("running_mean", "running_var", "weight", "bias"), given, strict=True):
        if p is not None and tuple(p.shape) != (channels,):
            raise ShapeError(
                f"{name}: the input has {channels} channels, but {word} has shape {tuple(p.shape)}"
            )
    return given


def _normalized(
    input: Any, weight: Any, bias: Any, shape: Any, dim: Any, eps: float, centred: bool = True
) -> Any:
    """The input normalised, scaled and shifted."""
    if input.dtype != np.float16:  # the usual case
        return normalize(input, weight, bias, shape=shape, dim=dim, eps=eps, centred=centred)
    x, weight, bias = (_at_least_single(t) for t in (input, weight, bias))
    y = normalize(x, weight, bias, shape=shape, dim=dim, eps=eps, centred=centred)
    return y.to(input.dtype)


def _by_running(name: str, input: Any, given: Any, shape: Any, eps: float) -> Any:
    if given[0] is None or given[1] is None:
        raise AutogradError(
            f"{name}: running_mean and running_var are needed where the input's own are not taken"
        )
    x, mean, var, weight, bias = (_at_least_single(t) for t in (input, *given))
    mean, var = mean.detach(), var.detach()
    return rescale(x, mean, var, weight, bias, shape=shape, eps=eps).to(input.dtype)


def _at_least_single(t: Any) -> Any:
    """Half precision as single precision: sums of its squares would soon be infinite."""
    return t.float() if t is not None and t.dtype == np.float16 else t


def _follow(
    input: Any, y: Any, running_mean: Any, running_var: Any, shape: Any, dim: Any,
    momentum: float, eps: float,
) -> None:  # fmt: skip
    """Move the running mean and variance towards those of the input, averaged over the samples.

    Normalising it to `y` has computed them, where that is recorded.
    """
    if (running_mean is None and running_var is None) or not input.numel():
        return
    mean: Any
    mean, r = getattr(y.node, "saved", None) or (None, None)
    n = shape[3] * (shape[0] if 0 in dim else 1)
    if r is None:
        x = _at_least_single(input.detach()).array.reshape(shape)
        mean, (_, r) = kernels.total(x, dim) / n, kernels.normalized(x, dim, eps, True)
    var = 1 / (r * r)
    var -= eps
    var = np.maximum(var, 0) * (n / (n - 1))
    for running, new in ((running_mean, mean), (running_var, var)):
        if running is not None:
            new = new.reshape(-1) if 0 in dim else new.reshape(shape[:2]).sum(0) / shape[0]
            moved = new * momentum
            moved += (1 - momentum) * running.array
            assign(running, moved, name="batch_norm")


def _too_few(input: Any, why: str) -> str:
    return (
        "more than 1 value per channel is needed to normalise by mean and variance, got an input "
        f"of shape {tuple(input.array.shape)}: {why}"
    )
