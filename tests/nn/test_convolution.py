"""Convolutions: what they compute, their options and errors, and how layers start."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, DtypeError, RangeError, ShapeError
from autograd_fr.kernels import convolution as kernels
from autograd_fr.kernels import lines
from autograd_fr.nn import functional as F

rng = np.random.default_rng(0)


def drawn(*shape, dtype=ag.float64):
    return ag.tensor(rng.normal(size=shape), dtype=dtype)


def by_definition(x, w, stride, padding, dilation, groups):
    """Entry by entry, on padded arrays."""
    x = np.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    reach = [d * (k - 1) + 1 for d, k in zip(dilation, w.shape[2:])]
    counts = [(n - r) // s + 1 for n, r, s in zip(x.shape[2:], reach, stride)]
    each = x.shape[1] // groups
    y = np.zeros((len(x), len(w), *counts))
    for o in range(len(w)):
        own = o // (len(w) // groups) * each
        for at in product(*map(range, counts)):
            part = tuple(
                slice(i * s, i * s + r, d) for i, s, r, d in zip(at, stride, reach, dilation)
            )
            y[:, o, *at] = (x[:, own : own + each, *part] * w[o]).reshape(len(x), -1).sum(1)
    return y


OPTIONS = [
    # input, weight, stride, padding, dilation, groups
    ((2, 3, 9), (4, 3, 3), (1,), (0,), (1,), 1),
    ((2, 4, 9), (6, 2, 2), (3,), (2,), (2,), 2),
    ((3, 2, 7, 6), (4, 2, 3, 2), (1, 1), (1, 0), (1, 1), 1),
    ((2, 4, 8, 7), (4, 1, 3, 3), (2, 3), (3, 1), (2, 1), 4),
    ((2, 2, 4, 5, 4), (2, 1, 2, 3, 1), (1, 2, 2), (0, 1, 2), (2, 1, 1), 2),
    ((2, 2, 3, 3), (3, 2, 1, 1), (2, 2), (0, 0), (1, 1), 1),
    ((2, 2, 3, 3), (3, 2, 1, 1), (1, 1), (0, 0), (1, 1), 1),
    ((2, 2, 3, 4), (3, 2, 2, 1), (1, 1), (0, 0), (1, 1), 1),
]


WAYS = {  # rows that are worth a product, windows in a row that are, and how many are narrow
    "usual": (kernels.DEEP, lines.SHORT, lines.NARROW),
    "columns": (10**9, 0, 0),
    "lines": (0, 0, 0),
    "narrow lines": (0, 0, 10**9),
}


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def way(request, monkeypatch):
    for module, name, value in zip(
        (kernels, lines, lines), ("DEEP", "SHORT", "NARROW"), request.param
    ):
        monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize("images", [1, None])
@pytest.mark.parametrize("case", OPTIONS, ids=str)
def test_it_is_what_the_definition_says(case, images, way, monkeypatch):
    shape, weight, *options = case
    if images:  # one laid out at a time, the last batch as large as the others or not
        monkeypatch.setattr(kernels, "ENTRIES", 1)
    convolve = (F.conv1d, F.conv2d, F.conv3d)[len(shape) - 3]
    x, w, b = drawn(*shape), drawn(*weight), drawn(weight[0])
    found = convolve(x, w, b, *options)
    column = b.numpy().reshape(-1, *(1,) * (len(shape) - 2))
    expected = by_definition(x.numpy(), w.numpy(), *options) + column
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12, atol=1e-12)
    assert found.is_contiguous()
    one = convolve(x[0], w, b, *options)
    np.testing.assert_allclose(one.numpy(), expected[0], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("case", OPTIONS, ids=str)
@pytest.mark.parametrize("columns", [1, 500, 2**18])
def test_the_transposes_are_adjoint(case, columns, way, monkeypatch):
    shape, weight, stride, padding, dilation, groups = case
    monkeypatch.setattr(kernels, "ENTRIES", columns)
    x, w = drawn(*shape).requires_grad_(), drawn(*weight).requires_grad_()
    y = (F.conv1d, F.conv2d, F.conv3d)[len(shape) - 3](
        x, w, None, stride, padding, dilation, groups
    )
    g = drawn(*y.shape)
    along_x, along_w = ag.autograd.grad(y, [x, w], g)
    expected = (y * g).sum().item()
    assert (x * along_x).sum().item() == pytest.approx(expected, rel=1e-10)
    assert (w * along_w).sum().item() == pytest.approx(expected, rel=1e-10)
    spread = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[len(shape) - 3]
    lengths = zip(shape[2:], stride, padding, dilation, weight[2:])
    rest = tuple((n + 2 * p - d * (k - 1) - 1) % s for n, s, p, d, k in lengths)
    back = spread(g, w, None, stride, padding, rest, groups, dilation)
    np.testing.assert_allclose(back.detach().numpy(), along_x.numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("shape", [(7, 3, 20, 21), (3, 40, 41), (5, 3, 70)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_gradient_of_a_bias_is_the_sum_over_its_channel(shape, dtype):
    dims = 1 if shape[-2] == 3 else 2
    x = ag.tensor(np.random.default_rng(0).normal(size=shape).astype(dtype))
    bias = ag.ones(4, dtype=x.dtype, requires_grad=True)
    weight = ag.ones((4, 3, *(2,) * dims), dtype=x.dtype)
    y = (F.conv1d if dims == 1 else F.conv2d)(x, weight, bias)
    g = ag.tensor(np.random.default_rng(1).normal(size=y.shape).astype(dtype))
    channel = y.ndim - dims - 1
    expected = g.numpy().astype("f8").sum(tuple(i for i in range(y.ndim) if i != channel))
    for create_graph in (False, True):  # by the kernel, and by the rule
        (found,) = ag.autograd.grad(y, bias, g, retain_graph=True, create_graph=create_graph)
        assert found.dtype == x.dtype
        np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-3, atol=1e-3)


def test_same_keeps_the_lengths_and_puts_the_odd_zero_at_the_end():
    x, w = ag.tensor([[1.0, 2.0, 4.0]]), ag.tensor([[[1.0, 10.0]]])
    assert F.conv1d(x, w, padding="same").tolist() == [[21.0, 42.0, 4.0]]
    assert F.conv1d(x, w, padding="valid").tolist() == [[21.0, 42.0]]
    layer = nn.Conv2d(1, 2, (4, 3), padding="same", dilation=(1, 2))
    assert layer(ag.zeros(1, 6, 7)).shape == (2, 6, 7)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("padding", [(2, 1), "same", "valid"])
def test_other_paddings_are_a_pad_before(mode, padding):
    layer = nn.Conv2d(2, 3, (4, 3), padding=padding, padding_mode=mode, dtype=ag.float64)
    x = drawn(2, 2, 6, 5)
    around = {"same": (1, 1, 1, 2), "valid": (0, 0, 0, 0)}.get(padding, (1, 1, 2, 2))
    expected = F.conv2d(F.pad(x, around, mode), layer.weight, layer.bias)
    np.testing.assert_array_equal(layer(x).detach().numpy(), expected.detach().numpy())


def test_integers_and_float32_stay_what_they_are():
    x, w = ag.arange(4)[None], ag.tensor([[[1, 1]]])
    assert F.conv1d(x, w).tolist() == [[1, 3, 5]]
    layer = nn.Conv1d(1, 1, 2)
    y = layer(ag.ones(1, 4))
    y.sum().backward()
    assert y.dtype == layer.weight.grad.dtype == ag.float32


def test_the_gradient_of_every_image_in_one_pass():
    layer, x = nn.Conv2d(2, 3, 3, groups=1, dtype=ag.float64), drawn(4, 2, 5, 5)
    params = dict(layer.named_parameters())

    def loss(params, x):
        return (ag.func.functional_call(layer, params, x) ** 2).sum()

    each = ag.vmap(ag.func.grad(loss), in_dims=(None, 0))(params, x)
    for k in range(4):
        layer.zero_grad()
        (layer(x[k]) ** 2).sum().backward()
        for name, p in params.items():
            np.testing.assert_allclose(each[name][k].detach().numpy(), p.grad.numpy(), rtol=1e-10)


@pytest.mark.parametrize(
    ("layer", "fan_in"),
    [
        (lambda: nn.Conv1d(4, 600, 5), 20),
        (lambda: nn.Conv2d(6, 300, (2, 3), groups=2), 18),
        (lambda: nn.Conv3d(2, 200, 2), 16),
        (lambda: nn.ConvTranspose1d(300, 4, 5), 20),
        (lambda: nn.ConvTranspose2d(200, 6, (2, 3), groups=2), 18),
    ],
)
def test_weights_start_uniform_within_one_over_the_root_of_fan_in(layer, fan_in):
    ag.manual_seed(0)
    made, bound = layer(), fan_in**-0.5
    w = made.weight.detach().numpy()
    assert abs(w).max() <= bound and abs(w).max() > 0.99 * bound
    assert w.std() == pytest.approx(bound / 3**0.5, rel=0.03) and abs(w.mean()) < 0.03 * bound
    assert abs(made.bias.detach().numpy()).max() <= bound
    ag.manual_seed(0)
    np.testing.assert_array_equal(layer().weight.detach().numpy(), w)


def test_layers_without_channels_or_bias():
    with pytest.warns(UserWarning, match="zero-element|no entries|nothing"):
        assert nn.Conv2d(0, 3, 2).weight.shape == (3, 0, 2, 2)
    layer = nn.ConvTranspose2d(4, 6, 3, bias=False, groups=2)
    assert list(layer.state_dict()) == ["weight"] and layer.weight.shape == (4, 3, 3, 3)


REPRS = [
    "Conv1d(2, 4, 3)",
    "Conv2d(2, 4, 3, stride=2, padding=(1, 0), dilation=2, groups=2, bias=False)",
    "Conv2d(2, 4, 3, padding='same', padding_mode='circular')",
    "ConvTranspose3d(2, 4, (1, 2, 3), stride=2, output_padding=1, bias=False)",
]


@pytest.mark.parametrize("text", REPRS)
def test_the_repr_is_pytorchs(text):
    torch = pytest.importorskip("torch")
    assert repr(eval(f"nn.{text}")) == repr(eval(f"torch.nn.{text}", {"torch": torch}))


def test_output_size_chooses_among_the_lengths_that_a_stride_leaves_open():
    layer = nn.ConvTranspose2d(1, 1, 3, stride=(2, 3))
    x = ag.zeros(2, 1, 4, 4)
    for size in ([9, 12], (10, 14), [2, 1, 9, 13]):
        assert layer(x, output_size=size).shape[2:] == tuple(size)[-2:]
    with pytest.raises(ShapeError, match=r"from \(9, 12\) to \(10, 14\)"):
        layer(x, output_size=[11, 12])
    with pytest.raises(ShapeError, match="has 2 lengths, or 4"):
        layer(x, output_size=[9, 12, 12])


X, W = ag.zeros(2, 3, 4, 4), ag.zeros(6, 3, 3, 3)
BAD = {
    "channels": (
        lambda: F.conv2d(ag.zeros(2, 4, 4, 4), W), ShapeError,
        r"conv2d: an input of shape \(2, 4, 4, 4\) does not fit a weight of shape \(6, 3, 3, 3\): "
        "it has 4 channels, the weight takes 3",
    ),
    "grouped channels": (
        lambda: F.conv2d(X, W, groups=2), ShapeError, "groups=2: it has 3 .* takes 6",
    ),
    "channels last": (
        lambda: F.conv2d(ag.zeros(2, 4, 4, 3), W), ShapeError, r"`.*permute\(0, 3, 1, 2\)`",
    ),
    "no axis of channels": (
        lambda: F.conv2d(ag.zeros(9, 4, 4), W[:, :1]), ShapeError, r"`.*unsqueeze\(1\)`",
    ),
    "flat": (
        lambda: F.conv2d(ag.zeros(9, 16), W[:, :1]), ShapeError, r"`.*reshape\(9, 1, 4, 4\)`",
    ),
    "another layer": (
        lambda: nn.Conv2d(16, 8, 3)(X), ShapeError,
        r"Conv2d\(3, 8, 3\) in the place of Conv2d\(16, 8, 3\)",
    ),
    "groups": (lambda: F.conv2d(X, W[:5], groups=3), ShapeError, "5 is not divisible"),
    "no groups": (lambda: F.conv2d(X, W, groups=0), ShapeError, "groups=0"),
    "kernel": (
        lambda: F.conv2d(X, W, dilation=2), ShapeError,
        r"kernel of \(3, 3\), reaching over \(5, 5\), does not fit into an input of \(4, 4\)"
        r"(.|\n)*padding=1 is enough",
    ),
    "bias": (lambda: F.conv2d(X, W, ag.zeros(5)), ShapeError, r"has to be of shape \(6,\)"),
    "axes of the weight": (lambda: F.conv1d(X, W), ShapeError, "has to have 3 axes"),
    "transposed": (lambda: F.conv_transpose2d(X, W), ShapeError, "3 channels, the weight takes 6"),
    "nothing left": (
        lambda: F.conv_transpose2d(X, W[:3], padding=5), ShapeError, r"lengths \(-4, -4\)",
    ),
    "output_padding": (
        lambda: F.conv_transpose2d(X, W[:3], output_padding=1), RangeError, "smaller than stride",
    ),
    "stride": (lambda: F.conv2d(X, W, stride=0), RangeError, "stride has to be at least 1"),
    "padding": (lambda: F.conv2d(X, W, padding=-1), RangeError, "padding has to be at least 0"),
    "three for two": (lambda: F.conv2d(X, W, stride=(1, 1, 1)), ShapeError, "2 numbers"),
    "word": (lambda: F.conv2d(X, W, padding="sme"), ValueError, "'valid' or 'same', not 'sme'"),
    "same": (lambda: F.conv2d(X, W, padding="same", stride=2), AutogradError, "keeps the lengths"),
    "dtypes": (lambda: F.conv2d(X, W.double()), DtypeError, "float32 and float64"),
    "layer groups": (lambda: nn.Conv1d(3, 4, 1, groups=2), RangeError, "divisor of in_channels=3"),
    "layer mode": (lambda: nn.Conv1d(3, 4, 1, padding_mode="zero"), RangeError, "not 'zero'"),
    "layer same": (lambda: nn.Conv1d(1, 1, 3, 2, padding="same"), RangeError, "keeps the lengths"),
    "layer word": (lambda: nn.Conv1d(1, 1, 3, padding="full"), RangeError, "not 'full'"),
    "transposed mode": (
        lambda: nn.ConvTranspose1d(1, 1, 2, padding_mode="reflect"), RangeError, "zeros only",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD.values(), ids=BAD)
def test_errors_say_what_does_not_fit_and_what_would(call, error, message):
    with pytest.raises(error, match=message):
        call()
