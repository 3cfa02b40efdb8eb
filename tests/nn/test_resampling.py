"""Images resampled: against PyTorch over many sizes and options, and what is refused."""

from __future__ import annotations

import tracemalloc
from itertools import product

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError, RangeError, ShapeError
from autograd_fr.kernels.resampling import band
from autograd_fr.nn import functional as F

rng = np.random.default_rng(0)
SMOOTH = [("bilinear", False), ("bicubic", False), ("bilinear", True), ("bicubic", True)]


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8"])
@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
def test_the_nearest_is_pytorchs_also_where_two_are_equally_near(mode, dtype):
    torch = pytest.importorskip("torch")
    for n, m in product(range(1, 60, 3), range(1, 111, 4)):
        x = np.arange(n, dtype=dtype)[None, None]
        expected = torch.nn.functional.interpolate(torch.from_numpy(x), m, mode=mode)
        np.testing.assert_array_equal(F.interpolate(ag.tensor(x), m, mode=mode), expected.numpy())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
def test_the_nearest_of_an_image_is_pytorchs(mode, dtype):
    torch = pytest.importorskip("torch")
    sizes = [{"size": (3 + n % 4, m)} for n, m in product(range(1, 40, 3), range(1, 111, 4))]
    scales = [{"scale_factor": (1 + n % 3 / 9, s)} for n, s in product(range(39), (1.2, 2.3, 0.7))]
    for k, options in enumerate([*sizes, *scales, {"size": (3, 41)}]):
        x = np.arange(4 * (n := 2 + k % 38), dtype=dtype).reshape(1, 1, 4, n)
        a, b = ag.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        y = F.interpolate(a, **options, mode=mode)
        expected = torch.nn.functional.interpolate(b, **options, mode=mode)
        np.testing.assert_array_equal(y.detach(), expected.detach().numpy())
        g = np.arange(y.numel(), dtype=dtype).reshape(y.shape)
        y.backward(ag.tensor(g))
        expected.backward(torch.tensor(g))
        np.testing.assert_array_equal(a.grad, b.grad.numpy())


@pytest.mark.parametrize("mode", ["linear", "nearest"])
@pytest.mark.parametrize(("n", "m"), [(441, 1000), (1000, 441), (70, 7), (3, 700)])
def test_long_lines_are_pytorchs_with_their_gradients(mode, n, m):
    torch = pytest.importorskip("torch")
    x, g = rng.normal(size=(2, 1, n)), rng.normal(size=(2, 1, m))
    a, b = ag.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    y, expected = (f.interpolate(t, m, mode=mode) for f, t in ((F, a), (torch.nn.functional, b)))
    np.testing.assert_allclose(y.detach(), expected.detach().numpy(), atol=1e-12)
    y.backward(ag.tensor(g))
    expected.backward(torch.tensor(g))
    np.testing.assert_allclose(a.grad, b.grad.numpy(), atol=1e-12)


def test_a_long_line_takes_the_memory_of_a_few():
    x = ag.zeros(1, 1, 40_000).requires_grad_()
    tracemalloc.start()
    F.interpolate(x, scale_factor=2, mode="linear").sum().backward()
    assert tracemalloc.get_traced_memory()[1] < 50 * x.numel() * 8
    tracemalloc.stop()


@pytest.mark.parametrize(("mode", "antialias"), [*SMOOTH, ("lanczos", True)])
@pytest.mark.parametrize("dtype", ["float64", "uint8"])
def test_smooth_modes_are_pytorchs(mode, antialias, dtype):
    torch = pytest.importorskip("torch")
    for n, m, align in product((1, 4, 9), (1, 3, 9, 14), (False, True)):
        if mode == "lanczos" and (align or dtype == "uint8"):
            continue
        x = rng.uniform(0, 255, (2, 3, n, n + 1)).astype(dtype)
        options = {"mode": mode, "align_corners": align, "antialias": antialias}
        for given in ({"size": (m, m + 2)}, {"scale_factor": (m / n, m / n + 0.3)}):
            expected = torch.nn.functional.interpolate(torch.from_numpy(x), **given, **options)
            found = F.interpolate(ag.tensor(x), **given, **options)
            np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("mode", ["linear", "cubic", "lanczos"])
def test_every_new_entry_is_a_mean_of_the_old(mode):
    for n, m, antialias in ((5, 3, True), (4, 9, mode == "lanczos"), (3, 7, True)):
        np.testing.assert_allclose(band(n, m, mode, False, None, antialias)[1].sum(1), 1)


def test_an_infinity_reaches_its_neighbours_only():
    x = np.ones((1, 1, 5, 5))
    x[0, 0, 2, 2] = np.inf
    y = F.interpolate(ag.tensor(x), (10, 10), mode="bilinear").numpy()[0, 0]
    assert np.isinf(y[3:7, 3:7]).all() and np.isfinite(y).sum() == 84
    x, g = ag.ones(1, 1, 5, 5).requires_grad_(), ag.zeros(1, 1, 10, 10)
    g[0, 0, 5, 5] = np.inf
    F.interpolate(x, (10, 10), mode="bilinear").backward(g)
    assert np.isinf(x.grad).sum() == 4 and not np.isnan(x.grad).any()


def test_recomputing_the_factor_takes_the_ratio_of_the_lengths():
    x = ag.tensor(rng.normal(size=(1, 1, 5)))
    options = {"scale_factor": 1.5, "mode": "linear"}
    assert F.interpolate(x, **options).shape[2] == 7
    again = F.interpolate(x, **options, recompute_scale_factor=True)
    np.testing.assert_array_equal(again, F.interpolate(x, 7, mode="linear"))
    assert not np.allclose(again, F.interpolate(x, **options))


@pytest.mark.parametrize("old", ["upsample", "upsample_nearest", "upsample_bilinear"])
def test_old_names_warn(old):
    with pytest.warns(UserWarning, match=f"{old}` is deprecated") as found:
        getattr(F, old)(ag.ones(1, 1, 2, 2), 4)
    assert found[0].filename == __file__


def test_shuffles_undo_each_other():
    x = ag.arange(96.0).reshape(2, 12, 2, 2)
    assert (F.pixel_unshuffle(F.pixel_shuffle(x, 2), 2) == x).all()
    assert (F.channel_shuffle(F.channel_shuffle(x, 3), 4) == x).all()


GRID = list(product(("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection")))


@pytest.mark.parametrize(("mode", "padding"), GRID)
@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (1, 2, 1, 3), (0, 2, 3, 3), (2, 1, 2, 3, 4)])
@pytest.mark.parametrize("align", [False, True])
def test_grids_are_read_as_pytorch_reads_them(mode, padding, shape, align):
    torch = pytest.importorskip("torch")
    n = len(shape) - 2
    if n == 3 and mode == "bicubic":
        return
    arrays = rng.normal(size=shape), 2 * rng.normal(size=(shape[0], *(3, 4, 2)[:n], n))
    found = []
    for lib in (torch, ag):
        x, grid = (lib.tensor(a, requires_grad=True) for a in arrays)
        y = lib.nn.functional.grid_sample(x, grid, mode, padding, align)
        (y * y).sum().backward()
        found.append([t.detach().numpy() for t in (y, x.grad, grid.grad)])
    for expected, other in zip(*found):
        np.testing.assert_allclose(other, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (1, 1, 1, 1), (2, 1, 2, 1, 4)])
@pytest.mark.parametrize("align", [False, True])
@pytest.mark.filterwarnings("ignore:Since version 1.3.0")
def test_affine_grids_are_pytorchs(shape, align):
    torch = pytest.importorskip("torch")
    n = len(shape) - 2
    theta = rng.normal(size=(shape[0], n, n + 1))
    expected = torch.nn.functional.affine_grid(torch.tensor(theta), shape, align)
    found = F.affine_grid(ag.tensor(theta), shape, align)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-12, atol=1e-14)


def test_align_corners_left_out_is_told():
    with pytest.warns(UserWarning, match="grid_sample: align_corners is not given") as found:
        F.grid_sample(ag.ones(1, 1, 2, 2), ag.zeros(1, 1, 1, 2))
    assert found[0].filename == __file__


X = ag.zeros(2, 3, 4, 4)
BAD = {
    "both": (lambda: F.interpolate(X, 2, 2.0), RangeError, "and not both"),
    "neither": (lambda: F.interpolate(X), RangeError, "one of size and scale_factor"),
    "mode": (lambda: F.interpolate(X, 2, mode="cubic"), RangeError, "not 'cubic'"),
    "axes": (lambda: F.interpolate(X, 2, mode="linear"), RangeError, "is for 1 lengths"),
    "corners": (lambda: F.interpolate(X, 2, align_corners=True), RangeError, "leave it out"),
    "antialias": (lambda: F.interpolate(X, 2, antialias=True), RangeError, "not 'nearest'"),
    "lanczos": (lambda: F.interpolate(X, 2, mode="lanczos"), RangeError, "antialias=True"),
    "recompute": (
        lambda: F.interpolate(X, 2, recompute_scale_factor=True), RangeError, "size was given",
    ),
    "lengths": (lambda: F.interpolate(X, (2, 2, 2)), ShapeError, "2 numbers, one for each"),
    "empty": (lambda: F.interpolate(X, scale_factor=0.1), ShapeError, r"lengths \(0, 0\)"),
    "integers": (lambda: F.interpolate(X.long(), 2, mode="bilinear"), DtypeError, "not int64"),
    "shuffle": (lambda: F.pixel_shuffle(X, 2), ShapeError, "groups of 4 channels, which 3"),
    "no shuffle": (lambda: F.pixel_shuffle(X, 0), RangeError, "at least 1"),
    "unshuffle": (lambda: F.pixel_unshuffle(X, 3), ShapeError, "has to divide the last two"),
    "channels": (lambda: F.channel_shuffle(X, 2), ShapeError, "groups=2 has to divide"),
    "grid": (
        lambda: F.grid_sample(X, ag.zeros(2, 1, 1, 3), align_corners=True), ShapeError,
        r"got \(2, 3, 4, 4\) and \(2, 1, 1, 3\)",
    ),
    "grids": (
        lambda: F.grid_sample(X, ag.zeros(1, 1, 1, 2), align_corners=True), ShapeError,
        "2 images and 1 grids",
    ),
    "grid mode": (lambda: F.grid_sample(X, X, "linear"), RangeError, "not 'linear'"),
    "grid padding": (lambda: F.grid_sample(X, X, padding_mode="edge"), RangeError, "not 'edge'"),
    "grid dtype": (lambda: F.grid_sample(X, X.double()), DtypeError, "float32 and float64"),
    "theta": (
        lambda: F.affine_grid(ag.zeros(2, 3, 3), (2, 1, 4, 4), True), ShapeError, "theta",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), BAD.values(), ids=BAD)
def test_errors_say_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()
