"""Dropout: entries, or whole channels, that are replaced at random in training.

With `inplace` the input's own memory is used. Inside `vmap` its `randomness` says what is drawn.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.value import wrap
from ...errors import ShapeError
from ...ops.neural.activations import SELU_ALPHA, SELU_SCALE
from ...random import stream
from ...tensor.inplace import in_place

LEAST = SELU_ALPHA * SELU_SCALE  # minus what selu comes down to, and what alpha dropout puts in


@composite
def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """In training, each entry is 0 with probability p, the others are divided by 1 - p.

    Raises ValueError unless 0 <= p <= 1.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.dropout(ag.tensor([1.0, 2.0]), p=0.5, training=False)
    tensor([1., 2.])
    """
    return _dropped("dropout", input, p, training, inplace, 0)


@composite
def dropout1d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """In training, each channel of (N, C, L) or (C, L) is 0 with probability p, as in `dropout`.

    Raises ShapeError for any other number of axes.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.dropout1d(ag.ones(2, 3), p=1.0).sum()
    tensor(0.)
    """
    if input.ndim not in (2, 3):
        raise ShapeError(
            f"dropout1d takes an input (N, C, L) or (C, L), got shape {tuple(input.shape)}"
        )
    return _dropped("dropout1d", input, p, training, inplace, 1)


@composite
def dropout2d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """In training, each channel of (N, C, H, W) is 0 with probability p, as in `dropout`.

    Three axes are (N, C, L), as in PyTorch, with a warning; other numbers warn, too. Raises
    ShapeError for fewer than two (Tompson et al. 2014, arXiv:1411.4280).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.dropout2d(ag.ones(1, 2, 3, 3), p=1.0).sum()
    tensor(0.)
    """
    if input.ndim != 4:
        took = "as (N, C, L): use dropout1d" if input.ndim == 3 else "by its first two axes"
        _warn("dropout2d", "(N, C, H, W)", input, took)
    return _dropped("dropout2d", input, p, training, inplace, max(input.ndim - 2, 0))


@composite
def dropout3d(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """In training, each channel of (N, C, D, H, W) or (C, D, H, W) is 0 with probability p.

    Other numbers of axes warn: the first is taken for the channels, as in PyTorch.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.dropout3d(ag.ones(2, 3, 3, 3), p=1.0).sum()
    tensor(0.)
    """
    if input.ndim not in (4, 5):
        _warn("dropout3d", "(N, C, D, H, W) or (C, D, H, W)", input, "by its first axis")
    spatial = 3 if input.ndim == 5 else max(input.ndim - 1, 0)
    return _dropped("dropout3d", input, p, training, inplace, spatial)


@composite
def alpha_dropout(input: Any, p: float = 0.5, training: bool = False, inplace: bool = False) -> Any:
    """Dropout for SELU: in training, entries become its least value, and mean and variance stay.

    Raises ValueError unless 0 <= p <= 1 (Klambauer et al. 2017, arXiv:1706.02515).

    >>> import autograd_fr as ag
    >>> ag.nn.functional.alpha_dropout(ag.tensor([1.0, 2.0]), p=0.5, training=False)
    tensor([1., 2.])
    """
    return _lowered("alpha_dropout", input, p, training, inplace, 0)


@composite
def feature_alpha_dropout(
    input: Any, p: float = 0.5, training: bool = False, inplace: bool = False
) -> Any:
    """`alpha_dropout` of whole channels of (N, C, ...). Raises ShapeError below two axes.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.feature_alpha_dropout(ag.ones(1, 2, 3), p=0.5, training=False).sum()
    tensor(6.)
    """
    checked_probability(p)
    if training and p and input.ndim < 2:
        raise ShapeError(
            f"feature_alpha_dropout takes an input (N, C, ...), got shape {tuple(input.shape)}"
        )
    return _lowered("feature_alpha_dropout", input, p, training, inplace, max(input.ndim - 2, 0))


def checked_probability(p: float) -> float:
    """`p`, or TypeError where it is no number, and ValueError where it is no probability."""
    if isinstance(p, str) or p is None:
        raise TypeError(f"a probability is a number between 0 and 1, got {p!r}")
    if not 0 <= p <= 1:
        raise ValueError(f"a probability is between 0 and 1, got {p}")
    return p


def _dropped(name: str, input: Any, p: float, training: bool, inplace: bool, spatial: int) -> Any:
    """`input` times a mask, one for each entry, or for all of the last `spatial` axes together."""
    checked_probability(p)
    if not training or p == 0:
        return input
    times = _WITHIN[name] if inplace else ops.mul
    if p == 1:
        return times(input, 0)
    return times(input, wrap(_kept(input, p, spatial) * input.dtype.type(1 / (1 - p))))


def _lowered(name: str, input: Any, p: float, training: bool, inplace: bool, spatial: int) -> Any:
    """a (x or -LEAST) + b, with a and b such that mean 0 and variance 1 stay what they are."""
    checked_probability(p)
    if not training or p == 0:
        return input
    if p == 1:
        return _WITHIN[name](input, 0) if inplace else ops.mul(input, 0)
    a = 1 / math.sqrt((LEAST**2 * p + 1) * (1 - p))
    kept = _kept(input, p, spatial)
    number = input.dtype.type
    scale = wrap(kept * number(a))
    shift = wrap((kept - number(1)) * number(a * LEAST) + number(a * LEAST * p))
    if not inplace:
        return ops.add(ops.mul(input, scale), shift)
    return _WITHIN[name](input, scale).add_(shift)


def _kept(input: Any, p: float, spatial: int) -> Any:
    """Which entries stay: drawn for each, with the last `spatial` axes of length 1."""
    shape = tuple(input.shape)
    shape = shape[: len(shape) - spatial] + (1,) * spatial
    return stream().random(shape, dtype=np.float32) >= p


_WITHIN = {
    name: in_place(ops.mul, f"{name}_")
    for name in ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout",
                 "feature_alpha_dropout")
}  # fmt: skip


def _warn(name: str, wanted: str, input: Any, took: str) -> None:
    if input.ndim < 2:
        raise ShapeError(f"{name} takes an input {wanted}, got shape {tuple(input.shape)}")
    warnings.warn(
        f"{name} takes an input {wanted}; this one, of shape {tuple(input.shape)}, is taken {took}",
        stacklevel=4,
    )
