"""Extremes and ranks: which entry counts among equals, who receives the gradient, nan."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck
from autograd_fr.errors import AutogradError, DtypeError, ShapeError

NAN, INF = math.nan, math.inf


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


INDICES = {  # the line, and where its extreme stands
    "max": (lambda x: x.max(0), [3, 1, 3], 0),
    "min": (lambda x: x.min(0), [3, 1, 1], 1),
    "max with nan": (lambda x: x.max(0), [1, NAN, 3, NAN], 1),
    "median": (lambda x: x.median(0), [2, 1, 2, 2], 0),
    "median, the lower": (lambda x: x.median(0), [4, 3, 1, 2], 3),
    "median with nan": (lambda x: x.median(0), [1, NAN, 3, NAN], 1),
    "nanmedian": (lambda x: x.nanmedian(0), [NAN, 5, 4, 6, NAN], 1),
    "nanmedian of nan": (lambda x: x.nanmedian(0), [NAN, NAN], 0),
    "mode": (lambda x: x.mode(0), [3, 1, 1, 3, 2], 2),
    "mode with nan": (lambda x: x.mode(0), [NAN, NAN, 7], 2),
    "cummax": (lambda x: x.cummax(0), [1, 3, 3, 2, 3], [0, 1, 2, 2, 4]),
    "cummax with nan": (lambda x: x.cummax(0), [1, NAN, 3, NAN], [0, 1, 1, 3]),
    "cummin": (lambda x: x.cummin(0), [INF, 1, INF, 1], [0, 1, 1, 3]),
}


@pytest.mark.parametrize(("f", "line", "index"), INDICES.values(), ids=INDICES)
def test_indices_among_equals_and_the_gradient_there(f, line, index):
    x = leaf(line)
    values, indices = f(x)
    assert indices.tolist() == index
    np.testing.assert_array_equal(values.array, x.array[indices.array])
    values.sum().backward()
    expected = np.bincount(np.atleast_1d(index), minlength=len(line))
    np.testing.assert_array_equal(x.grad.array, expected)


@pytest.mark.parametrize("f", [ag.max, ag.min, ag.median, ag.nanmedian, ag.mode])
@pytest.mark.parametrize("dim", [0, 1, -1])
def test_every_line_has_its_own_index(f, dim):
    x = np.random.default_rng(0).integers(0, 3, (2, 4, 5)).astype(float)
    lines = np.moveaxis(x, dim, -1)
    values, indices = f(ag.tensor(x), dim)
    kept = f(ag.tensor(x), dim, keepdim=True)
    assert values.shape == indices.shape == lines.shape[:-1]
    assert kept.values.squeeze(dim).tolist() == values.tolist()
    for at in np.ndindex(lines.shape[:-1]):
        value, index = f(ag.tensor(lines[at]), 0)
        assert (values.array[at], indices.array[at]) == (value.item(), index.item())


SHARED = {  # over all entries, equal ones share
    "max": (lambda x: x.max(), [3, 1, 3], [0.5, 0, 0.5]),
    "max with nan": (lambda x: x.max(), [NAN, 1, NAN], [0.5, 0, 0.5]),
    "amax with nan": (lambda x: x.amax(), [NAN, 1, NAN], [NAN] * 3),
    "min with nan": (lambda x: x.min(), [NAN, 1, 2], [1, 0, 0]),
    "aminmax": (lambda x: x.aminmax().min, [1, 1, 3], [0.5, 0.5, 0]),
    "median": (lambda x: x.median(), [2, 1, 1, 3, 1, 1], [0, 0.25, 0.25, 0, 0.25, 0.25]),
    "median with nan": (lambda x: x.median(), [NAN, 1, NAN], [0.5, 0, 0.5]),
    "nanmedian": (lambda x: x.nanmedian(), [NAN, 1, NAN, 4, 4], [0, 0, 0, 0.5, 0.5]),
    "quantile": (lambda x: x.quantile(0.5), [1, 3, 4, 2], [0, 0.5, 0, 0.5]),
    "quantile with nan": (lambda x: x.quantile(0.5), [NAN, 3, 3, 2], [1, 0, 0, 0]),
    "nanquantile": (lambda x: x.nanquantile(0.5), [NAN, 3, 4, 2], [0, 1, 0, 0]),
}


@pytest.mark.parametrize(("f", "line", "expected"), SHARED.values(), ids=SHARED)
def test_gradients_of_all_entries(f, line, expected):
    x = leaf(line)
    f(x).backward()
    np.testing.assert_array_equal(x.grad.array, expected)


def test_results_have_names_and_unpack():
    x = ag.tensor([[1.0, 5.0], [4.0, 3.0]])
    assert repr(x.max(dim=1)) == (
        "torch.return_types.max(\nvalues=tensor([5., 4.]),\nindices=tensor([1, 0]))"
    )
    least, greatest = x.aminmax(dim=0)
    assert (least.tolist(), greatest.tolist()) == ([1, 3], [4, 5])


def test_max_of_two_tensors_by_position_and_by_name():
    x, y = ag.tensor([1.0, 5.0]), ag.tensor([3.0, 3.0])
    assert ag.max(x, y).tolist() == ag.max(x, other=y).tolist() == [3, 5]
    assert x.min(y).tolist() == [1, 3]


@pytest.mark.parametrize("f", [ag.argmax, ag.argmin])
def test_places_with_and_without_an_axis(f):
    x = np.array([[1.0, 5.0, 5.0], [1.0, 0.0, 5.0]])
    numpys = getattr(np, f.__name__)
    for dim in (None, 0, -1):
        for keepdim in (False, True):
            expected = numpys(x, axis=dim, keepdims=keepdim)
            np.testing.assert_array_equal(f(ag.tensor(x), dim, keepdim).array, expected)
    assert f(ag.tensor(3.0), 0).tolist() == 0


METHODS = ["linear", "lower", "higher", "nearest", "midpoint"]


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [None, 0, 1])
@pytest.mark.parametrize("interpolation", METHODS)
def test_quantiles_as_in_numpy(interpolation, dim, keepdim):
    x = np.random.default_rng(0).normal(size=(4, 5))
    x[1, 2] = x[3, 2] = NAN
    options = {"keepdim": keepdim, "interpolation": interpolation}
    for ours, numpys in ((ag.quantile, np.quantile), (ag.nanquantile, np.nanquantile)):
        for q in (0.0, 0.3, 0.5, 1.0, [0.1, 0.9]):
            given = ag.tensor(q, dtype=ag.float64) if isinstance(q, list) else q
            found = ours(ag.tensor(x), given, dim, **options).array
            expected = numpys(x, q, axis=dim, keepdims=keepdim, method=interpolation)
            np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_quantiles_have_derivatives_by_both():
    x, q = leaf([3.0, 1.0, 4.0, 1.5]), leaf([0.2, 0.6])
    assert gradcheck(lambda x, q: x.quantile(q), (x, q))


REFUSED = {
    "q": (lambda x: x.quantile(1.5), AutogradError, "between 0 and 1"),
    "q of two axes": (lambda x: x.quantile(x), ShapeError, "a number or a vector"),
    "q of another dtype": (lambda x: x.quantile(ag.tensor([0.5])), DtypeError, "must agree"),
    "interpolation": (
        lambda x: x.quantile(0.5, interpolation="best"), AutogradError, "one of linear, lower",
    ),
    "keepdim": (lambda x: x.max(keepdim=True), AutogradError, "use amax"),
    "median of bools": (lambda x: (x > 1).median(), DtypeError, r"\.long\(\)"),
    "median keepdim": (lambda x: x.median(keepdim=True), AutogradError, "with a dim"),
    "mode axis": (lambda x: x.mode(2), AutogradError, "mode: axis 2"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_errors_say_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call(leaf([[1.0, 2.0], [3.0, 4.0]]))
