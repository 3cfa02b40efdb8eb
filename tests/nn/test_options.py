"""Options of layers that are of a wrong kind: refused by name, before anything is computed."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import DtypeError, RangeError, ShapeError
from autograd_fr.nn import functional as F

X, W = ag.ones(1, 2, 4, 4), ag.ones(2, 2, 1, 1)
WRONG = (None, 1.5, True, (1.0, 1), (1, None), [True, 1], np.array([1.0, 2.0]))
OPTIONS = {
    "conv2d: stride": lambda o: F.conv2d(X, W, stride=o),
    "conv2d: padding": lambda o: F.conv2d(X, W, padding=o),
    "conv2d: dilation": lambda o: F.conv2d(X, W, dilation=o),
    "conv_transpose2d: stride": lambda o: F.conv_transpose2d(X, W, stride=o),
    "conv_transpose2d: output_padding": lambda o: F.conv_transpose2d(X, W, output_padding=o),
    "Conv2d: kernel_size": lambda o: nn.Conv2d(2, 2, o),
    "max_pool2d: kernel_size": lambda o: F.max_pool2d(X, o),
    "avg_pool2d: padding": lambda o: F.avg_pool2d(X, 2, padding=o),
    "max_unpool2d: kernel_size": lambda o: F.max_unpool2d(X, X.long(), o),
    "fractional_max_pool2d: kernel_size": lambda o: F.fractional_max_pool2d(X, o, 2),
    "unfold: kernel_size": lambda o: F.unfold(X, o),
    "fold: output_size": lambda o: F.fold(ag.ones(1, 4, 9), o, 2),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_what_is_no_integer_is_refused_by_name(option):
    for wrong in WRONG:
        with pytest.raises(TypeError) as caught:
            OPTIONS[option](wrong)
        assert str(caught.value).startswith(f"{option} is an integer or 2 of them, not ")


ONE = {
    "conv2d: groups is an integer": lambda: F.conv2d(X, W, groups=1.0),
    "Conv2d: groups is an integer": lambda: nn.Conv2d(2, 2, 1, groups=1.0),
    "conv2d: stride is an integer": lambda: F.conv2d(X, W, stride="a"),
    "max_pool1d: stride is an integer": lambda: F.max_pool1d(X[0], 2, 0.5),
    "pad: pad is a tuple of integers": lambda: F.pad(X, None),
    "adaptive_avg_pool2d: output_size is": lambda: F.adaptive_avg_pool2d(X, "a"),
    "interpolate: size is": lambda: F.interpolate(X, 2.5),
    "layer_norm: normalized_shape is a tuple of integers": lambda: F.layer_norm(X, 4),
    "rms_norm: normalized_shape is a tuple of integers": lambda: F.rms_norm(X, None),
    "a probability is a number": lambda: F.dropout(X, "a"),
}


@pytest.mark.parametrize("message", ONE)
def test_so_is_what_is_no_integer_or_tuple(message):
    with pytest.raises(TypeError) as caught:
        ONE[message]()
    assert str(caught.value).startswith(message)


NUMBERS, TABLE = ag.arange(3), ag.ones(3, 2)
BAD = {
    "conv2d: only batch and channels": (
        lambda: F.conv2d(X[..., :0], W, padding=2), ShapeError,
    ),
    "conv_transpose2d: only batch and channels": (
        lambda: F.conv_transpose2d(X[..., :0], ag.ones(2, 2, 1, 2)), ShapeError,
    ),
    "max_pool2d takes numbers, got bool": (lambda: F.max_pool2d(X > 0, 2), DtypeError),
    "avg_pool2d takes numbers, got bool": (lambda: F.avg_pool2d(X > 0, 2), DtypeError),
    "max_unpool2d: padding (3, 2) leaves": (
        lambda: F.max_unpool2d(X[..., :1, :], X[..., :1, :].long(), 1, 1, (3, 2)), ShapeError,
    ),
    "pad: value -1 is none of uint8": (
        lambda: F.pad(X.to(ag.uint8), (1, 1), value=-1), RangeError,
    ),
    "celu: alpha divides": (lambda: F.celu(X, 0.0), RangeError),
    "local_response_norm: size has to be": (lambda: F.local_response_norm(X, 0), RangeError),
    "cosine_similarity: shapes (3, 4) and (3, 5) do not": (
        lambda: F.cosine_similarity(ag.ones(3, 4), ag.ones(3, 5)), ShapeError,
    ),
    "embedding_bag: there are 3 numbers and no offsets": (
        lambda: F.embedding_bag(NUMBERS, TABLE, NUMBERS[:0]), RangeError,
    ),
    "embedding_bag: offsets[2] is 1, which is less than the one before, 2": (
        lambda: F.embedding_bag(NUMBERS, TABLE, ag.tensor([0, 2, 1])), RangeError,
    ),
}  # fmt: skip


@pytest.mark.parametrize("message", BAD)
def test_what_cannot_be_computed_says_so(message):
    call, error = BAD[message]
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_integers_of_all_kinds_are_taken():
    expected = F.max_pool2d(X, 2, (1, 2)).shape
    for size, stride in ((np.int64(2), [1, 2]), (ag.tensor(2), ag.tensor([1, 2])), ([2], (1, 2))):
        assert F.max_pool2d(X, size, stride).shape == expected
