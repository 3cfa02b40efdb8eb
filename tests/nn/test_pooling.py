"""Pooling against windows gone through one by one, its ties and nan, its errors."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd import gradcheck
from autograd_fr.errors import AutogradError, DimensionError, DtypeError, ShapeError
from autograd_fr.nn import functional as F

NAN, INF = np.nan, np.inf


def drawn(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def windows_of(n, size, stride, padding=0, dilation=1, ceil_mode=False):
    """The positions of each window along an axis, those of the padding among them."""
    span, found, start = (size - 1) * dilation + 1, [], -padding
    while start + span <= n + padding or (ceil_mode and start < n and found):
        found.append([start + k * dilation for k in range(size)])
        start += stride
    return found


def by_windows(x, reduce, *axes):
    """`reduce` of each window of the last axes: of the entries it has, and of where they stand."""
    shape, lead = x.shape[-len(axes) :], x.shape[: -len(axes)]
    flat = x.reshape(*lead, -1)
    y = np.empty((*lead, *map(len, axes)))
    for cell in itertools.product(*(range(len(axis)) for axis in axes)):
        places = itertools.product(*(axis[i] for axis, i in zip(axes, cell)))
        inside = [p for p in places if all(0 <= k < n for k, n in zip(p, shape))]
        at = [int(np.ravel_multi_index(p, shape)) for p in inside]
        y[(..., *cell)] = reduce(flat[..., at], np.array(at))
    return y


def greatest(entries, at):
    return entries.max(-1)


def where_greatest(entries, at):
    return at[entries.argmax(-1)]


SLIDING = [
    (9, {"kernel_size": 2}),
    (9, {"kernel_size": 3, "stride": 2}),
    (9, {"kernel_size": 3, "stride": 2, "padding": 1}),
    (8, {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    (10, {"kernel_size": 3, "stride": 1, "padding": 1, "dilation": 3}),
    (5, {"kernel_size": 3, "stride": 1, "padding": 1, "dilation": 2}),
    (7, {"kernel_size": 2, "stride": 5, "ceil_mode": True}),
    (9, {"kernel_size": 9}),
    (9, {"kernel_size": 8, "stride": 1, "padding": 4}),
]


@pytest.mark.parametrize(("n", "options"), SLIDING)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_the_greatest_entry_of_each_window_and_its_place(n, options, dims):
    x = np.round(drawn(2, *(n,) * dims), 1 if dims < 3 else 2)  # some are equal
    size = options["kernel_size"]
    axis = windows_of(n, size, *(options.get(k, d) for k, d in (
        ("stride", size), ("padding", 0), ("dilation", 1), ("ceil_mode", False))))  # fmt: skip
    pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[dims - 1]
    y, places = pool(ag.tensor(x), **options, return_indices=True)
    np.testing.assert_array_equal(y.numpy(), by_windows(x, greatest, *(axis,) * dims))
    np.testing.assert_array_equal(places.numpy(), by_windows(x, where_greatest, *(axis,) * dims))


@pytest.mark.parametrize(
    "fast",
    [
        pytest.param(
            True,
            marks=pytest.mark.skipif(
                not ag.backends.fast.is_available(), reason="numba, the extra fast, is absent"
            ),
        ),
        False,
    ],
)
@pytest.mark.parametrize(
    ("pool", "shape", "padding", "dilation"),
    [
        (F.max_pool1d, (1, 1, 7), 1, 8),
        (F.max_pool2d, (2, 600, 1, 6), (1, 0), (2, 1)),
        (F.max_pool2d, (2, 600, 3, 2), (0, 1), (2, 3)),
    ],
)
def test_a_window_that_lies_in_the_padding_has_no_gradient(pool, shape, padding, dilation, fast):
    x = ag.tensor(drawn(*shape), requires_grad=True)
    with ag.backends.fast.flags(enabled=fast):
        y, places = pool(x, 2, 1, padding, dilation, return_indices=True)
        assert y.eq(-INF).all()
        assert places.eq(-1).all()
        (g,) = ag.autograd.grad(y.sum(), x, create_graph=True)
        assert g.eq(0).all()
        pool(x, 2, 1, padding, dilation).sum().backward()
    assert x.grad.eq(0).all()
    _, tangent = ag.func.jvp(lambda x: pool(x, 2, 1, padding, dilation), (x,), (x,))
    assert tangent.eq(0).all()
    each = ag.func.vmap(ag.func.grad(lambda x: pool(x, 2, 1, padding, dilation).sum()))
    assert each(x.detach()).eq(0).all()


@pytest.mark.parametrize(("n", "options"), [c for c in SLIDING if "dilation" not in c[1]])
@pytest.mark.parametrize("padded", [True, False])
def test_the_average_of_each_window(n, options, padded):
    x = drawn(2, n, n)
    size, padding = options["kernel_size"], options.get("padding", 0)
    axis = windows_of(n, size, options.get("stride", size), padding,
                      ceil_mode=options.get("ceil_mode", False))  # fmt: skip
    within = [[k for k in window if k < n + padding] for window in axis]  # and in the padding
    lengths = np.array([len(window) for window in within])
    total = by_windows(x, lambda entries, at: entries.sum(-1), axis, axis)
    number = by_windows(x, lambda entries, at: entries.shape[-1], axis, axis)
    number = np.outer(lengths, lengths) if padded else number
    y = F.avg_pool2d(ag.tensor(x), **options, count_include_pad=padded)
    np.testing.assert_allclose(y.numpy(), total / number, rtol=1e-12)
    y = F.avg_pool2d(ag.tensor(x), **options, divisor_override=-3)
    np.testing.assert_allclose(y.numpy(), total / -3, rtol=1e-12)


@pytest.mark.parametrize(("n", "m"), [(7, 3), (8, 4), (5, 5), (3, 5), (6, 1), (10, 4)])
def test_windows_that_cover_an_axis_evenly(n, m):
    x = drawn(2, n, 4)
    rows = [list(range(i * n // m, -(-(i + 1) * n // m))) for i in range(m)]
    axes = rows, [[k] for k in range(4)]
    y = F.adaptive_avg_pool2d(ag.tensor(x), (m, None)).numpy()
    np.testing.assert_allclose(y, by_windows(x, lambda e, at: e.mean(-1), *axes), rtol=1e-12)
    y, places = F.adaptive_max_pool2d(ag.tensor(x), (m, None), return_indices=True)
    np.testing.assert_array_equal(y.numpy(), by_windows(x, greatest, *axes))
    np.testing.assert_array_equal(places.numpy(), by_windows(x, where_greatest, *axes))


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 1), (4, 4)])
def test_the_first_of_equal_entries_has_the_gradient(size, stride):
    x = ag.ones(1, 4, 4, requires_grad=True)
    y, places = F.max_pool2d(x, size, stride, return_indices=True)
    y.sum().backward()
    expected = np.zeros(16)
    np.add.at(expected, places.numpy().reshape(-1), 1)
    np.testing.assert_array_equal(x.grad.numpy().reshape(-1), expected)
    first = np.arange(0, 5 - size, stride)
    np.testing.assert_array_equal(places.numpy()[0], first[:, None] * 4 + first)


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        (lambda x: F.max_pool1d(x, 3, 1, return_indices=True), [1, 3, 3, 3, 6]),
        (lambda x: F.max_pool1d(x, 4, 3, return_indices=True), [3, 3]),
        (lambda x: F.adaptive_max_pool1d(x, 2, return_indices=True), [3, 3]),
    ],
)
def test_nan_is_the_greatest_and_the_last_one_is_named(pool, expected):
    y, places = pool(ag.tensor([[1.0, NAN, 2.0, NAN, 5.0, 3.0, 7.0]]))
    assert places[0].tolist() == expected
    np.testing.assert_array_equal(np.isnan(y[0].numpy()), np.isin(expected, [1, 3]))


def test_gradients_of_a_window_that_is_infinite_or_nan_stay_with_their_entry():
    x = ag.tensor([[1.0, 2.0, 3.0, 4.0]], requires_grad=True)
    F.max_pool1d(x, 2).backward(ag.tensor([[INF, NAN]]))
    np.testing.assert_array_equal(x.grad.numpy(), [[0, INF, 0, NAN]])


def test_what_is_padded_is_never_the_greatest():
    x = ag.full((1, 2, 2), -INF)
    y, places = F.max_pool2d(x, 2, 1, padding=1, return_indices=True)
    assert (y.numpy() == -INF).all() and places[0].tolist() == [[0, 0, 1], [0, 0, 1], [2, 2, 3]]
    assert F.max_pool2d(ag.full((1, 2, 2), -7), 2, padding=1).tolist() == [[[-7, -7], [-7, -7]]]


@pytest.mark.parametrize("p", [1, 2, 3, 2.5, INF, -INF])
def test_norms_of_windows(p):
    x = np.abs(drawn(2, 6, 6)) + 0.1
    axis = windows_of(6, 3, 2)
    expected = by_windows(x, lambda e, at: np.linalg.norm(e, p, axis=-1), axis, axis)
    y = F.lp_pool2d(ag.tensor(x), p, 3, 2)
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize("p", [1.0, 2.0, 4.0])
def test_the_norm_of_zeros_has_the_gradient_0(p):
    x = ag.zeros(1, 4, requires_grad=True)
    F.lp_pool1d(x, p, 2).sum().backward()
    assert x.grad.tolist() == [[0.0] * 4]


def test_a_window_that_ends_outside_counts_as_a_whole_one_in_norms():
    y = F.lp_pool1d(ag.tensor([[1.0, 1.0, 3.0]]), 2, 2, ceil_mode=True)
    np.testing.assert_allclose(y.numpy(), [[2**0.5, 18**0.5]], rtol=1e-6)


def test_integers_are_pooled_and_their_averages_lose_the_fraction():
    x = ag.tensor([[1, -6, 3, 4]])
    assert F.max_pool2d(x[None], (1, 2)).tolist() == [[[1, 4]]]
    assert F.avg_pool1d(x, 2).tolist() == [[-2, 3]]


@pytest.mark.parametrize("dtype", [ag.float16, ag.float32])
def test_the_dtype_stays(dtype):
    x = ag.ones(1, 9, 9, dtype=dtype, requires_grad=True)
    for pool in (F.max_pool2d, F.avg_pool2d, lambda x, k: F.lp_pool2d(x, 2, k)):
        y = pool(x, 3)
        y.sum().backward()
        assert y.dtype == x.grad.dtype == dtype


def test_sums_of_float16_are_made_in_float32():
    assert F.avg_pool1d(ag.full((1, 4), 60000.0, dtype=ag.float16), 4).item() == 60000.0


# The reverse


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_unpooling_puts_entries_back(dims):
    pool = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)[dims - 1](2, return_indices=True)
    back = (nn.MaxUnpool1d, nn.MaxUnpool2d, nn.MaxUnpool3d)[dims - 1](2)
    x = ag.tensor(drawn(2, 3, *(5,) * dims), requires_grad=True)
    y, places = pool(x)
    z = back(y, places, output_size=x.shape)
    chosen = z.detach().numpy() != 0
    assert chosen.sum() == y.numel()
    np.testing.assert_array_equal(z.detach().numpy()[chosen], x.detach().numpy()[chosen])
    z.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), chosen)


def test_of_entries_put_to_one_place_the_last_stays_and_has_the_gradient():
    x = ag.tensor([[1.0, INF, 3.0]], requires_grad=True)
    y = F.max_unpool1d(x, ag.tensor([[4, 0, 4]]), 2)
    assert y.tolist() == [[INF, 0, 0, 0, 3, 0]]
    y.backward(ag.ones(1, 6))
    assert x.grad.tolist() == [[0, 1, 1]]


# Chance


def test_windows_at_random_distances():
    x = ag.tensor(np.arange(100.0).reshape(1, 10, 10))
    ag.manual_seed(0)
    seen = set()
    for _ in range(20):
        y = F.fractional_max_pool2d(x, 2, 6)[0].numpy()
        assert y[-1, -1] == 99 and set(np.diff(y[0])) <= {1, 2}
        seen.add(tuple(y[0]))
    assert len(seen) > 1
    ag.manual_seed(0)
    assert tuple(F.fractional_max_pool2d(x, 2, 6)[0].numpy()[0]) in seen


def test_given_random_numbers_are_those_of_w_and_h():
    x = ag.tensor(np.arange(64.0).reshape(1, 8, 8))
    u = ag.tensor([[[0.0, 0.9]]], dtype=ag.float64)
    y, places = F.fractional_max_pool2d(x, 1, (4, 5), return_indices=True, _random_samples=u)
    rows = [int((i + 0.9) * 7 / 3) - int(0.9 * 7 / 3) for i in range(3)] + [7]
    columns = [int(i * 7 / 4) for i in range(4)] + [7]
    np.testing.assert_array_equal(y[0].numpy(), np.add.outer(np.multiply(rows, 8), columns))
    np.testing.assert_array_equal(places.numpy(), y.numpy())


# Derivatives, batches, replays


POOLS = {
    "max": lambda x: F.max_pool2d(x, 3, 2, 1),
    "max, few windows": lambda x: F.max_pool2d(x, 5, 1),
    "adaptive max": lambda x: F.adaptive_max_pool2d(x, (4, 2)),
    "fractional": lambda x: F.fractional_max_pool2d(
        x, 2, 3, _random_samples=ag.full((1, 2, 2), 0.3, dtype=x.dtype)
    ),
    "average": lambda x: F.avg_pool2d(x, 3, 2, 1, count_include_pad=False),
    "adaptive average": lambda x: F.adaptive_avg_pool2d(x, (4, 2)),
    "norm": lambda x: F.lp_pool2d(x.exp(), 2, 2),
    "unpooled": lambda x: F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2),
}


@pytest.mark.parametrize("pool", POOLS.values(), ids=POOLS)
def test_derivatives(pool):
    x = ag.tensor(np.random.default_rng(1).permutation(72).reshape(2, 6, 6) / 20)
    x.requires_grad = True
    assert gradcheck(lambda x: pool(x) ** 2, (x,)).status == "pass"
    g = ag.autograd.gradgradcheck(lambda x: pool(x) ** 2, (x,))
    assert g.status == "pass"


@pytest.mark.parametrize("pool", [p for n, p in POOLS.items() if n != "fractional"])
def test_a_batch_is_as_its_samples(pool):
    x = ag.tensor(drawn(3, 2, 6, 6))
    slope = ag.func.grad(lambda x: (pool(x) ** 2).sum())
    for call in (pool, slope):
        singly = np.stack([call(one).numpy() for one in x])
        np.testing.assert_allclose(ag.vmap(call)(x).numpy(), singly, rtol=1e-12)


def test_a_replay_chooses_anew():
    x = ag.tensor([[1.0, 2.0, 4.0, 3.0]], requires_grad=True)
    y = F.max_pool1d(x, 2)
    assert ag.replay(y, {x: [[5.0, 2.0, 0.0, 3.0]]}).tolist() == [[5.0, 3.0]]


# Errors


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: F.max_pool2d(x, 2, padding=2), ValueError, r"\(2, 2\), but it is \(2, 2\)"),
        (lambda x: F.max_pool2d(x, 2, padding=-1), ValueError, "padding has to be at least 0"),
        (lambda x: F.max_pool2d(x, 0), ValueError, "kernel_size has to be at least 1"),
        (lambda x: F.avg_pool2d(x, 2, stride=0), ValueError, "stride has to be at least 1"),
        (lambda x: F.max_pool2d(x, 2, dilation=0), ValueError, "dilation has to be at least 1"),
        (lambda x: F.max_pool2d(x, (2, 2, 2)), ValueError, r"kernel_size is an integer or 2"),
        (lambda x: F.max_pool2d(x, 7), ShapeError, r"\(7, 7\) does not fit .* \(6, 6\)"),
        (lambda x: F.max_pool3d(x[0], 2), ShapeError, r"\(N, C, D, H, W\) or .*, not \(6, 6\)"),
        (lambda x: F.max_pool2d(x[:, :0], 2), ShapeError, "only the batch may be empty"),
        (lambda x: F.avg_pool2d(x, 2, divisor_override=0), ValueError, "cannot be 0"),
        (lambda x: F.adaptive_avg_pool2d(x, (2,)), ValueError, "output_size is an integer or 2"),
        (lambda x: F.adaptive_avg_pool2d(x, -1), ValueError, "output_size has to be at least 0"),
        (lambda x: F.lp_pool2d(x, 0, 2), AutogradError, "order 0"),
        (lambda x: F.fractional_max_pool2d(x, 2), ValueError, "output_size or output_ratio"),
        (lambda x: F.fractional_max_pool2d(x, 4, 4), ShapeError, r"\(4, 4\) do not fit"),
        (lambda x: nn.FractionalMaxPool2d(2, output_ratio=1.5), ValueError, "between 0 and 1"),
        (lambda x: F.max_unpool2d(x, x.int(), 2), DtypeError, r"int64, got int32"),
        (lambda x: F.max_unpool2d(x, x[:1].long(), 2), ShapeError, "one for each entry"),
        (lambda x: F.max_unpool2d(x, x.long() + 144, 2), DimensionError,
         r"indices\[0, 0, 0\] is 144, .* 144 places"),
        (lambda x: F.max_unpool2d(x, x.long(), 2, output_size=(9, 12)), ValueError, "less than"),
        (lambda x: F.max_unpool2d(x, x.long(), 2, output_size=(9,)), ValueError, "2 or 4 numbers"),
    ],
)  # fmt: skip
def test_bad_calls(call, error, message):
    with pytest.raises(error, match=message):
        call(ag.zeros(2, 6, 6))
