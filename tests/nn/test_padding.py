"""Padding, and windows as columns: what PyTorch's own samples leave out."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import RangeError, ShapeError
from autograd_fr.nn import functional as F

rng = np.random.default_rng(0)
NUMPYS = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@pytest.mark.parametrize("mode", NUMPYS)
@pytest.mark.parametrize("pad", [(2, 1), (0, 3, 1, 2), (1, 1, 0, 2, 2, 0)])
def test_it_is_numpys(mode, pad):
    x = rng.normal(size=(2, 3, 4, 5)[: 2 + len(pad) // 2])
    widths = [(0, 0)] * (x.ndim - len(pad) // 2) + list(zip(pad[::2], pad[1::2]))[::-1]
    expected = np.pad(x, widths, NUMPYS[mode])
    np.testing.assert_array_equal(F.pad(ag.tensor(x), pad, mode).numpy(), expected)


LINE = [[1.0, 2.0, 3.0, 4.0, 5.0]]
CUT = [
    ("constant", (-1, 2), [2, 3, 4, 5, 0, 0]),
    ("constant", (-2, -3), []),
    ("reflect", (-1, 2), [2, 3, 4, 5, 4, 3]),
    ("reflect", (-2, 4), [3, 4, 5, 4, 3, 2, 1]),  # from entries that are cut off themselves
    ("replicate", (2, -2), [1, 1, 1, 2, 3]),
    ("circular", (-1, 2), [2, 3, 4, 5, 2, 3]),  # from the end that is left
    ("circular", (-1, -1), [2, 3, 4]),
]


@pytest.mark.parametrize(("mode", "pad", "expected"), CUT)
def test_negative_numbers_cut_off(mode, pad, expected):
    x = ag.tensor(LINE, requires_grad=True)
    y = F.pad(x, pad, mode)
    assert y.tolist() == [expected]
    y.sum().backward()
    assert x.grad.tolist() == [[float(expected.count(v)) for v in LINE[0]]]


def test_infinities_beside_padding_stay_alone():
    x = ag.tensor([[float("inf"), 1.0, 2.0]])
    assert F.pad(x, (1, 1)).tolist() == [[0.0, float("inf"), 1.0, 2.0, 0.0]]


def test_values_in_the_dtype_of_the_input():
    assert F.pad(ag.tensor([1, 2]), (1, 0), value=7).tolist() == [7, 1, 2]
    assert F.pad(ag.tensor([True]), (0, 1)).tolist() == [True, False]
    y = nn.ConstantPad2d(1, 2.5)(ag.zeros(1, 1, 1))
    assert y.dtype == ag.float32 and y.sum() == 20


@pytest.mark.parametrize(
    "text",
    [f"{kind}Pad{n}d(2)" for kind in ("Zero", "Reflection", "Replication") for n in (1, 2, 3)]
    + ["ConstantPad2d((1, 2, 3, 4), 0.5)", "CircularPad1d((1, 2))", "Unfold(2, stride=(1, 2))"]
    + ["Fold((4, 5), 2)", "Upsample(scale_factor=2)", "PixelShuffle(2)", "ChannelShuffle(3)"]
    + ["Upsample(size=(2, 3), mode='bicubic')", "UpsamplingNearest2d(2)", "PixelUnshuffle(3)"],
)
def test_the_repr_is_pytorchs(text):
    torch = pytest.importorskip("torch")
    assert repr(eval(f"nn.{text}")) == repr(eval(f"torch.nn.{text}", {"torch": torch}))


X = ag.zeros(2, 3, 4, 4)
BAD = {
    "odd": (lambda: F.pad(X, (1, 2, 3)), ShapeError, "two numbers for each of up to 4 axes"),
    "too many": (lambda: F.pad(X, (1,) * 10), ShapeError, "up to 4 axes"),
    "nothing left": (lambda: F.pad(X, (-3, -2)), ShapeError, "cuts off more than there is"),
    "mode": (lambda: F.pad(X, (1, 1), "mirror"), RangeError, "not 'mirror'"),
    "value": (lambda: F.pad(X, (1, 1, 1, 1), "reflect", 2.0), RangeError, "no value: got 2.0"),
    "axes": (lambda: F.pad(X, (1, 1), "reflect"), ShapeError, r"got \(1, 1\) and shape \(2, 3, 4"),
    "mirror too short": (
        lambda: F.pad(X, (4, 0, 0, 0), "reflect"), ShapeError, "axis 3: .* entries for 3 at most",
    ),
    "circle too short": (
        lambda: F.pad(X, (-1, 4, 0, 0), "circular"), ShapeError, "entries for 3 at most",
    ),
    "module": (lambda: nn.ZeroPad2d((1, 2)), ShapeError, "padding is an integer or 4 of them"),
    "unfold": (lambda: F.unfold(X, 5), ShapeError, r"no window of \(5, 5\)"),
    "unfold axes": (lambda: F.unfold(X[0, 0], 2), ShapeError, r"\(C, H, W\) without a batch"),
    "fold": (
        lambda: F.fold(ag.zeros(1, 12, 4), (4, 4), 2), ShapeError,
        r"3 \* 3 = 9 windows of 2 \* 2 = 4 entries per channel; the input has 4 columns of 12",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD.values(), ids=BAD)
def test_errors_say_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_convolution_is_a_product_with_unfolded_windows():
    x, w = ag.tensor(rng.normal(size=(2, 3, 6, 5))), ag.tensor(rng.normal(size=(4, 3, 3, 2)))
    options = {"stride": (2, 1), "padding": 1, "dilation": (1, 2)}
    columns = F.unfold(x, (3, 2), **options)
    y = (w.reshape(4, -1) @ columns).reshape(2, 4, *F.conv2d(x, w, **options).shape[2:])
    np.testing.assert_allclose(y.numpy(), F.conv2d(x, w, **options).numpy(), rtol=1e-12)


def test_fold_counts_the_windows_that_an_entry_is_in():
    x = ag.ones(1, 1, 4, 4)
    counts = F.fold(F.unfold(x, 2), (4, 4), 2)[0, 0]
    assert counts[0].tolist() == [1.0, 2.0, 2.0, 1.0] and counts[1, 1] == 4
