"""Activations. With `inplace`, or under a name that ends in `_`, the input's own memory is used."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.dispatch import as_value
from ...autograd.value import wrap
from ...errors import ShapeError
from ...ops.neural import activations as smooth
from ...ops.neural import straight_activations as straight
from ...random import stream
from ...tensor.inplace import in_place

celu_ = in_place(smooth.celu)
elu_ = in_place(smooth.elu)
hardtanh_ = in_place(straight.hardtanh)
leaky_relu_ = in_place(straight.leaky_relu)
relu_ = in_place(ops.relu)
selu_ = in_place(smooth.selu)
threshold_ = in_place(straight.threshold)
_hardsigmoid_ = in_place(straight.hardsigmoid)
_hardswish_ = in_place(straight.hardswish)
_mish_ = in_place(smooth.mish)
_relu6_ = in_place(straight.relu6)
_silu_ = in_place(smooth.silu)


def relu(input: Any, inplace: bool = False) -> Any:
    """Rectifier, `max(0, x)`. Its derivative at 0 is 0.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.relu(ag.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return relu_(input) if inplace else ops.relu(input)


def leaky_relu(input: Any, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    """x above 0, `negative_slope * x` below; at 0 the derivative is `negative_slope`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.leaky_relu(ag.tensor([-1.0, 2.0]))
    tensor([-0.0100,  2.0000])
    """
    return (leaky_relu_ if inplace else straight.leaky_relu)(input, negative_slope)


@composite
def prelu(input: Any, weight: Any) -> Any:
    """x above 0, `weight * x` below (He et al. 2015, arXiv:1502.01852).

    `weight`: one number for all, or one for each channel, axis 1 of the input. Raises ShapeError
    for any other shape.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.prelu(ag.tensor([-1.0, 2.0]), ag.tensor([0.25]))
    tensor([-0.2500,  2.0000])
    """
    input, weight = as_value(input), as_value(weight)
    channels = input.array.shape[1] if input.ndim > 1 else 1
    if weight.ndim > 1 or weight.numel() not in (1, channels):
        raise ShapeError(
            f"prelu: weight has one entry or one per channel, here {channels}; it has shape "
            f"{weight.array.shape}, the input {input.array.shape}"
        )
    if weight.ndim and (weight.numel() > 1 or not input.ndim):
        weight = weight.reshape(weight.shape[0], *(1,) * (input.ndim - 2)) if input.ndim else (
            weight.reshape(()))  # fmt: skip
    return straight.sloped(input, weight)


@composite
def rrelu(
    input: Any,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Any:
    """x above 0, `a * x` below, with a drawn for each entry from [lower, upper] in training.

    Else a is their mean (Xu et al. 2015, arXiv:1505.00853). Raises ValueError for lower > upper.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.rrelu(ag.tensor([-1.0, 2.0]), 0.0, 0.5)
    tensor([-0.2500,  2.0000])
    """
    if lower > upper:
        raise ValueError(f"rrelu: lower={lower} is above upper={upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2, inplace)
    input = as_value(input)
    drawn = stream().random(tuple(input.shape)) * (upper - lower) + lower
    slopes = wrap(drawn.astype(input.dtype))
    return _sloped_(input, slopes) if inplace else straight.sloped(input, slopes)


def rrelu_(input: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Any:
    """`rrelu`, written into the memory of the input; returns it."""
    return rrelu(input, lower, upper, training, inplace=True)


_sloped_ = in_place(straight.sloped, "rrelu_")


def elu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x above 0, `alpha * (exp(x) - 1)` below (Clevert et al. 2015, arXiv:1511.07289).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.elu(ag.tensor([-1000.0, 0.0, 2.0]))
    tensor([-1.,  0.,  2.])
    """
    return (elu_ if inplace else smooth.elu)(input, alpha)


def celu(input: Any, alpha: float = 1.0, inplace: bool = False) -> Any:
    """x above 0, `alpha * (exp(x / alpha) - 1)` below (Barron 2017, arXiv:1704.07483).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.celu(ag.tensor([-1000.0, 0.0, 2.0]), alpha=2.0)
    tensor([-2.,  0.,  2.])
    """
    return (celu_ if inplace else smooth.celu)(input, alpha)


def selu(input: Any, inplace: bool = False) -> Any:
    """`elu` with the factors that bring deep nets to mean 0 and variance 1 (arXiv:1706.02515).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.selu(ag.tensor([-1000.0, 0.0, 1.0]))
    tensor([-1.7581,  0.0000,  1.0507])
    """
    return selu_(input) if inplace else smooth.selu(input)


def silu(input: Any, inplace: bool = False) -> Any:
    """`x * sigmoid(x)`, also called swish (arXiv:1606.08415, arXiv:1710.05941).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.silu(ag.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.2689,  0.0000,  0.7311])
    """
    return _silu_(input) if inplace else smooth.silu(input)


def mish(input: Any, inplace: bool = False) -> Any:
    """`x * tanh(softplus(x))` (Misra 2019, arXiv:1908.08681).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.mish(ag.tensor([-1.0, 0.0, 1.0]))
    tensor([-0.3034,  0.0000,  0.8651])
    """
    return _mish_(input) if inplace else smooth.mish(input)


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Any:
    """x confined to [min_val, max_val]; at the bounds and beyond the derivative is 0.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.hardtanh(ag.tensor([-3.0, 0.5, 3.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    return (hardtanh_ if inplace else straight.hardtanh)(input, min_val, max_val)


def relu6(input: Any, inplace: bool = False) -> Any:
    """`min(max(0, x), 6)`. Its derivative at 0 and at 6 is 0.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.relu6(ag.tensor([-1.0, 2.0, 7.0]))
    tensor([0., 2., 6.])
    """
    return _relu6_(input) if inplace else straight.relu6(input)


def hardsigmoid(input: Any, inplace: bool = False) -> Any:
    """0 up to -3, 1 from 3 on, and `x / 6 + 1/2` between them.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.hardsigmoid(ag.tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """
    return _hardsigmoid_(input) if inplace else straight.hardsigmoid(input)


def hardswish(input: Any, inplace: bool = False) -> Any:
    """`x * hardsigmoid(x)` (Howard et al. 2019, arXiv:1905.02244).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.hardswish(ag.tensor([-4.0, 0.0, 3.0]))
    tensor([-0.,  0.,  3.])
    """
    return _hardswish_(input) if inplace else straight.hardswish(input)


def threshold(input: Any, threshold: float, value: float, inplace: bool = False) -> Any:
    """x where it is above the threshold, else `value`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.threshold(ag.tensor([-1.0, 2.0]), threshold=0.0, value=5.0)
    tensor([5., 2.])
    """
    return (threshold_ if inplace else straight.threshold)(input, threshold, value)


# Exponentials normalised along an axis


def softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """Exponentials normalised to the sum 1 along `dim`, computed in `dtype` where given.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.softmax(ag.tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0., 0., 1.])
    """
    return ops.softmax(input, _axis("softmax", input, dim, _stacklevel), dtype)


def softmin(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """`softmax(-x)`.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.softmin(ag.tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0.5000, 0.5000, 0.0000])
    """
    return ops.softmax(ops.neg(input), _axis("softmin", input, dim, _stacklevel), dtype)


def log_softmax(input: Any, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    """`log(softmax(x))` along `dim`, accurate where the softmax is tiny.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.log_softmax(ag.tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    return ops.log_softmax(input, _axis("log_softmax", input, dim, _stacklevel), dtype)


@composite
def gumbel_softmax(
    logits: Any, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Any:
    """`softmax((logits + noise) / tau)`, the noise being Gumbel's: about a draw from the classes.

    With `hard` the result is one-hot, and its derivative that of the soft one. `eps` has no effect
    (Jang et al. 2016, arXiv:1611.01144; Maddison et al. 2016, arXiv:1611.00712).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.gumbel_softmax(ag.tensor([0.0, 1000.0]), hard=True)
    tensor([0., 1.])
    """
    logits = as_value(logits)
    noise = wrap(stream().gumbel(0.0, 1.0, tuple(logits.shape)).astype(logits.dtype))
    soft = ops.softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    best = soft.detach().argmax(dim, keepdim=True)
    return ops.scatter(soft.detach() * 0, dim, best, 1.0) - soft.detach() + soft


def _axis(name: str, input: Any, dim: int | None, stacklevel: int) -> int:
    """The axis, or the one that PyTorch takes where none was given."""
    if dim is not None:
        return dim
    warnings.warn(
        f"{name} without `dim` guesses the axis; give it, e.g. dim=-1", stacklevel=stacklevel
    )
    return 0 if np.ndim(getattr(input, "array", input)) in (0, 1, 3) else 1
