"""`root` and `least_squares`, beside SciPy given the Jacobians by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize as scipy

import autograd_fr as ag
from autograd_fr.errors import DtypeError, GraphError, NonFiniteError, ShapeError
from autograd_fr.optimize import least_squares, root
from autograd_fr.optimize.system import System
from autograd_fr.optimize.unknowns import Unknowns


def residuals(x):
    """Rosenbrock's function is the sum of their squares."""
    return ag.stack([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def by_hand(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def slopes(x):
    return np.array([[-20 * x[0], 10.0], [-1.0, 0.0]])


START = np.array([-1.2, 1.0])


@pytest.mark.parametrize("method", ["hybr", "lm", "broyden1", "df-sane"])
def test_roots(method):
    start = START if method in ("hybr", "lm") else np.array([0.9, 0.9])
    jac = {"jac": slopes} if method in ("hybr", "lm") else {}
    theirs = scipy.root(by_hand, start, method=method, **jac)
    ours = root(residuals, start, method=method)
    assert ours.success
    np.testing.assert_allclose(ours.x, theirs.x, atol=1e-5)
    np.testing.assert_allclose(ours.fun, 0, atol=1e-4)
    if jac:
        assert (ours.nfev, ours.njev) == (theirs.nfev, theirs.njev)


def test_several_results_of_a_nest():
    found = root(
        lambda p: [p["a"] ** 2 - 4, (p["b"] + p["a"] - 5,)], {"b": ag.zeros(2), "a": 1.0}
    ).x
    assert found["a"] == pytest.approx(2)
    assert found["b"].tolist() == pytest.approx([3, 3]) and found["b"].dtype == np.float32


@pytest.mark.parametrize("method", ["trf", "dogbox", "lm"])
@pytest.mark.parametrize("loss", ["linear", "huber"])
def test_least_squares(method, loss):
    if method == "lm" and loss != "linear":
        pytest.skip("SciPy has no other loss there")
    options = {"method": method, "loss": loss}
    theirs = scipy.least_squares(by_hand, START, slopes, **options)
    ours = least_squares(residuals, START, **options)
    assert (ours.nfev, ours.njev) == (theirs.nfev, theirs.njev)
    np.testing.assert_allclose(ours.x, theirs.x, atol=1e-9)


def test_bounds_and_arguments():
    found = least_squares(
        lambda p, y: p["a"] - y, {"a": 0.0}, bounds={"a": (None, 2)}, args=(ag.tensor([3.0, 4.0]),)
    )
    assert found.x["a"] == pytest.approx(2)


@pytest.mark.parametrize("m", [2, 30])
def test_the_jacobian_is_exact_by_both_modes(m):
    rng = np.random.default_rng(0)
    weights, x = rng.normal(size=(m, 5)), rng.normal(size=5)
    nest = {"a": np.zeros((2, 1)), "b": [0.0, 0.0, 0.0]}
    system = System(
        lambda p: (ag.tensor(weights) @ ag.cat([p["a"][:, 0], p["b"]])).tanh(),
        Unknowns("root", nest),
    )
    y = np.tanh(weights @ x)
    np.testing.assert_allclose(system.value(x), y)
    np.testing.assert_allclose(system.jacobian(x), (1 - y**2)[:, None] * weights, rtol=1e-12)
    v = rng.normal(size=m)
    expected = (weights.T * (v * -2 * y * (1 - y**2))) @ weights
    np.testing.assert_allclose(system.hessian(x, v), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("solve", [root, least_squares])
@pytest.mark.parametrize(
    ("f", "error", "told"),
    [
        (lambda x: x.detach().numpy(), DtypeError, "must return tensors, not ndarray"),
        (lambda x: [x, 3.0], DtypeError, "must return tensors, not float"),
        (lambda x: x.detach(), GraphError, "does not depend on its argument"),
        (lambda x: (x - 9).log(), NonFiniteError, "inf or nan at the start"),
    ],
)
def test_what_cannot_be_solved(solve, f, error, told):
    with pytest.raises(error, match=told):
        solve(f, START)


@pytest.mark.parametrize("f", [lambda x: x.sum(), lambda x: ag.cat([x, x])])
def test_as_many_equations_as_unknowns(f):
    with pytest.raises(ShapeError, match=r"numbers for 2 unknowns: .* take least_squares"):
        root(f, START)


LIMITS = {
    "vectors": ([0.0, 1.0], [2.0, 3.0]),
    "a number for all": (0.0, [2.0, 3.0]),
    "no greatest": ([0.0, 6.0], np.inf),
    "SciPy's own": scipy.Bounds([0.0, 1.0], [2.0, 3.0]),
}


@pytest.mark.parametrize("bounds", LIMITS.values(), ids=LIMITS)
def test_bounds_are_read_as_scipy_reads_them_there(bounds):
    start = [0.5, 6.5] if bounds is LIMITS["no greatest"] else [0.5, 2.5]
    theirs = scipy.least_squares(lambda x: x - 5, start, bounds=bounds)
    ours = least_squares(lambda x: x - 5, start, bounds=bounds)
    np.testing.assert_allclose(ours.x, theirs.x, atol=1e-6)


@pytest.mark.parametrize("bounds", [3, (1, 2, 3), ([0, 1, 2], 3), ("a", "b"), (np.nan, 1)])
def test_bounds_that_do_not_fit(bounds):
    with pytest.raises(ValueError, match=r"least_squares: bounds"):
        least_squares(lambda x: x - 5, [0.5, 2.5], bounds=bounds)


def test_an_argument_alone_and_several():
    y = np.array([3.0])
    for args in (y, (y,), [y]):
        assert least_squares(lambda x, y: x - ag.tensor(y), [0.0], args=args).x == pytest.approx(
            [3]
        )
    assert root(lambda x, a: x - a, 1.0, args=3.0).x == pytest.approx(3)


@pytest.mark.parametrize("search", [root, least_squares])
def test_exact_derivatives_take_no_others(search):
    with pytest.raises(TypeError, match=rf"{search.__name__}: .*exact.* leave jac out"):
        search(residuals, START, jac="2-point")
