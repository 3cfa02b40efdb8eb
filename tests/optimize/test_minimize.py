"""`minimize`, beside SciPy given the derivatives by hand, step for step."""

from __future__ import annotations

import gc
import sys
import weakref
from collections import OrderedDict, namedtuple

import numpy as np
import pytest
import scipy.optimize as scipy

import autograd_fr as ag
from autograd_fr.errors import DtypeError, GraphError, MissingExtra, NonFiniteError, ShapeError
from autograd_fr.optimize import minimize


def rosenbrock(x):
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


STARTS = {
    2: np.array([-1.2, 1.0]),
    12: np.array([-1.2, 1.0] * 6),
}
WITH_GRADIENTS = ["CG", "BFGS", "L-BFGS-B", "TNC", "SLSQP", None]
WITH_PRODUCTS = ["Newton-CG", "trust-ncg", "trust-krylov", "trust-constr"]
WITH_HESSIANS = ["dogleg", "trust-exact"]


@pytest.mark.parametrize("n", STARTS)
@pytest.mark.parametrize("method", [*WITH_GRADIENTS, *WITH_PRODUCTS, *WITH_HESSIANS])
def test_as_scipy_with_derivatives_by_hand(method, n):
    start = STARTS[n] if method != "dogleg" else np.full(n, 1.2)  # it needs a positive Hessian
    by_hand = {"jac": scipy.rosen_der}
    if method in WITH_PRODUCTS:
        by_hand["hessp"] = scipy.rosen_hess_prod
    if method in WITH_HESSIANS:
        by_hand["hess"] = scipy.rosen_hess
    theirs = scipy.minimize(scipy.rosen, start, method=method, **by_hand)
    ours = minimize(rosenbrock, start, method=method)
    assert ours.success == theirs.success == ((method, n) != ("TNC", 12))  # which wants more steps
    # The last bits differ, and two methods carry that on to other paths.
    slack = {"rel": 0.3} if method in ("CG", "TNC") else {"abs": 1}
    assert ours.nit == pytest.approx(theirs.nit, **slack)
    assert ours.nfev == pytest.approx(theirs.nfev, **slack)
    if ours.success:
        np.testing.assert_allclose(ours.x, theirs.x, atol=1e-4)
    assert type(ours.x) is np.ndarray and ours.x.dtype == np.float64


@pytest.mark.parametrize("method", ["Nelder-Mead", "Powell", "COBYLA", "COBYQA"])
def test_methods_without_derivatives(method):
    theirs = scipy.minimize(scipy.rosen, STARTS[2], method=method, tol=0.05)
    ours = minimize(rosenbrock, STARTS[2], method=method, tol=0.05)
    assert ours.nfev == pytest.approx(theirs.nfev, rel=0.1)
    np.testing.assert_allclose(ours.x, theirs.x, atol=1e-2)


def test_the_iterations_of_the_lecture():
    """Rosenbrock from (-1.2, 1), until the gradient is below 1e-3: 33 iterations of BFGS."""
    seen = []
    found = minimize(
        lambda u: (1 - u[0]) ** 2 + 100 * (u[1] - u[0] ** 2) ** 2, [-1.2, 1.0],
        method="BFGS", options={"gtol": 1e-3, "norm": 2}, callback=seen.append,
    )  # fmt: skip
    assert abs(found.nit - 33) <= 3
    assert len(seen) == found.nit
    assert seen[-1] == found.x == pytest.approx([1, 1], abs=1e-3)


@pytest.mark.parametrize("method", ["Newton-CG", "trust-exact", "trust-constr"])
def test_the_whole_hessian_where_it_is_asked_for(method):
    theirs = scipy.minimize(
        scipy.rosen, STARTS[2], method=method, jac=scipy.rosen_der, hess=scipy.rosen_hess
    )
    ours = minimize(rosenbrock, STARTS[2], method=method, hess=True)
    assert ours.nit == pytest.approx(theirs.nit, abs=1)
    assert ours.nhev == pytest.approx(theirs.nhev, abs=1)
    again = minimize(rosenbrock, STARTS[2], method="trust-constr", hess=scipy.BFGS())
    np.testing.assert_allclose(again.x, [1, 1], atol=1e-4)


def test_the_hessian_is_exact():
    from autograd_fr.optimize.objective import Objective
    from autograd_fr.optimize.unknowns import Unknowns

    rng = np.random.default_rng(0)
    x, v = rng.normal(size=(2, 6))
    flat = Objective(rosenbrock, Unknowns("minimize", x))
    np.testing.assert_allclose(flat.hessian(x), scipy.rosen_hess(x), rtol=1e-10)
    np.testing.assert_allclose(flat.product(x, v), scipy.rosen_hess_prod(x, v), rtol=1e-10)
    nest = {"a": x[:1].reshape(1, 1), "b": [x[1:3].reshape(2, 1), ag.tensor(x[3:])], "c": 5.0}
    parted = Objective(
        lambda p: rosenbrock(ag.cat([p["a"][0], p["b"][0][:, 0], p["b"][1]])) + 3 * p["c"],
        Unknowns("minimize", nest),
    )
    longer = np.append(x, 5.0)
    expected = np.zeros((7, 7))
    expected[:6, :6] = scipy.rosen_hess(x)
    np.testing.assert_allclose(parted.hessian(longer), expected, rtol=1e-10)
    np.testing.assert_allclose(parted.product(longer, longer), expected @ longer, rtol=1e-10)
    linear = Objective(lambda x: (3 * x).sum(), Unknowns("minimize", x))
    assert not linear.hessian(x).any() and not linear.product(x, v).any()


Pair = namedtuple("Pair", "a b")
FORMS = {
    "tensor": ag.tensor([[1.0, 2.0]]),
    "double": ag.tensor([1.0, 2.0], dtype=ag.float64),
    "array": np.array([1.0, 2.0], np.float32),
    "number": 3.0,
    "numpy number": np.float64(3.0),
    "list": [1.0, 2.0],
    "tuple": (1, 2.0),
    "nest": {"w": ag.ones(2, 1), "rest": (np.zeros(3), [2.0, ag.tensor(1.0)])},
    "ordered": OrderedDict(b=1.0, a=2.0),
    "named": Pair(1.0, np.ones(2)),
    "named numbers": Pair(1.0, 2.0),
}


def leaves(tree):
    if isinstance(tree, dict):
        return [leaf for part in tree.values() for leaf in leaves(part)]
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves(part)]
    return [tree]


@pytest.mark.parametrize("method", [None, "trust-exact", "Newton-CG"])
@pytest.mark.parametrize("form", FORMS)
def test_x_comes_back_as_it_was_given(form, method):
    def f(x):
        seen.extend(leaves(x))
        return sum(((leaf - 7) ** 2).sum() for leaf in leaves(x))

    seen: list = []
    x0 = FORMS[form]
    found = minimize(f, x0, method=method).x
    assert type(found) is (float if form == "numpy number" else type(x0))
    for before, after in zip(leaves(x0), leaves(found), strict=True):
        number = isinstance(before, (int, float))
        assert type(after) is (float if number else type(before))
        assert number or (after.shape, after.dtype) == (before.shape, before.dtype)
        assert np.allclose(np.asarray(after), 7, atol=1e-5)
    assert all(isinstance(x, ag.Tensor) and x.dtype == np.float64 for x in seen)


@pytest.mark.parametrize("x0", [np.array([1, 2]), ag.tensor([1, 2]), [1, 2]])
def test_integers_become_floating(x0):
    found = minimize(lambda x: ((x - 0.5) ** 2).sum(), x0).x
    assert np.allclose(np.asarray(found), 0.5)
    assert type(found) is type(x0)


def test_what_was_given_stays_as_it_was():
    x0 = ag.tensor([-1.2, 1.0], requires_grad=True)
    found = minimize(rosenbrock, x0)
    assert x0.tolist() == pytest.approx([-1.2, 1.0])
    assert x0.grad is None
    assert not found.x.requires_grad


def test_arguments_and_modes():
    with ag.no_grad():
        found = minimize(lambda x, a, b: (x - a) ** 2 + b, 0.0, args=(3.0, 1.0))
    assert (found.x, found.fun) == pytest.approx((3.0, 1.0))


def test_callbacks_get_x_as_given_and_may_stop():
    seen = []

    def stop(x):
        seen.append(x)
        if len(seen) == 3:
            raise StopIteration

    found = minimize(lambda p: rosenbrock(p["x"]), {"x": ag.tensor([-1.2, 1.0])}, callback=stop)
    assert found.nit == 3 and not found.success
    assert seen[-1]["x"].tolist() == found.x["x"].tolist()
    for method in ("trust-constr", "SLSQP", "TNC", "Nelder-Mead"):
        seen.clear()
        minimize(rosenbrock, STARTS[2], method=method, callback=seen.append)
        assert all(type(x) is np.ndarray for x in seen) and seen


DISC = scipy.NonlinearConstraint(lambda x: (x**2).sum(), -np.inf, 1)
CONSTRAINED = {
    "inequality": {"type": "ineq", "fun": lambda x: 1 - (x**2).sum()},
    "with arguments": ({"type": "ineq", "fun": lambda x, r: r - (x**2).sum(), "args": (1,)},),
    "equality": [{"type": "eq", "fun": lambda x: (x**2).sum() - 1}],
    "of SciPy": DISC,
    "several": [DISC, scipy.LinearConstraint([[1, 1]], -10, 10)],
    "of several results": {"type": "ineq", "fun": lambda x: [1 - (x**2).sum(), x + 5]},
}


@pytest.mark.parametrize("method", [None, "SLSQP", "trust-constr"])
@pytest.mark.parametrize("case", CONSTRAINED)
def test_the_nearest_point_of_a_disc(case, method):
    """To (3, 4) it is (0.6, 0.8)."""
    target = ag.tensor([3.0, 4.0], dtype=ag.float64)
    found = minimize(
        lambda x: ((x - target) ** 2).sum(), [0.5, 0.1], method=method,
        constraints=CONSTRAINED[case],
    )  # fmt: skip
    np.testing.assert_allclose(found.x, [0.6, 0.8], atol=1e-4)


def test_constraints_cost_no_evaluations_for_their_jacobians():
    calls = []

    def fun(x):
        calls.append(1)
        return 1 - (x**2).sum()

    by_hand = {"type": "ineq", "fun": lambda x: 1 - x @ x, "jac": lambda x: -2 * x}
    start = np.full(8, 0.1)
    f = scipy.minimize(lambda x: ((x - 1) ** 2).sum(), start, jac=lambda x: 2 * (x - 1),
                       constraints=by_hand)  # fmt: skip
    g = minimize(lambda x: ((x - 1) ** 2).sum(), start, constraints={"type": "ineq", "fun": fun})
    assert (f.nit, f.nfev, f.njev) == (g.nit, g.nfev, g.njev)
    np.testing.assert_allclose(g.x, f.x, atol=1e-9)
    assert len(calls) < 4 * (g.nit + 2)  # finite differences would take 8 more for each


BOUNDED = {
    "pair": (np.zeros(2), (-1, 0.5), [0.5, 0.5]),
    "pairs": (np.zeros(2), [(None, 0.5), (0, None)], [0.5, 1.0]),
    "list": ([0.0, 0.0], [(None, 0.5), (0, None)], [0.5, 1.0]),
    "of SciPy": (np.zeros(2), scipy.Bounds([-1, -1], [0.25, 5]), [0.25, 1.0]),
    "nest": ({"a": 0.0, "b": [np.zeros(1)]}, {"b": [(0, 0.5)], "a": None}, [1.0, 0.5]),
    "tensor": (ag.zeros(2, 1), (None, 0.5), [0.5, 0.5]),
}


@pytest.mark.parametrize("method", [None, "TNC", "SLSQP", "trust-constr", "Powell"])
@pytest.mark.parametrize("case", BOUNDED)
def test_bounds(case, method):
    x0, bounds, expected = BOUNDED[case]
    found = minimize(
        lambda x: sum(((leaf - 1) ** 2).sum() for leaf in leaves(x)), x0, bounds=bounds,
        method=method,
    )  # fmt: skip
    flat = np.concatenate([np.ravel(np.asarray(leaf)) for leaf in leaves(found.x)])
    np.testing.assert_allclose(flat, expected, atol=1e-3)


ALL = [*WITH_GRADIENTS, *WITH_PRODUCTS, *WITH_HESSIANS, "Nelder-Mead", "Powell"]


@pytest.mark.parametrize("start", [0.9, 0.3, 3.0])
@pytest.mark.parametrize("method", ALL)
def test_steps_that_are_too_long_are_taken_back(method, start):
    """x - ln x / 10 is least at 0.1, and below 0, where first steps lead, it is nan."""
    found = minimize(lambda x: x - 0.1 * x.log(), start, method=method)
    assert found.success
    assert found.x == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "TNC"])
def test_steps_to_where_the_function_overflows_are_taken_back(method):
    found = minimize(lambda x: (30 * x).exp() - 300 * x, 1.0, method=method)
    assert found.x == pytest.approx(np.log(10) / 30, abs=1e-3)
    away = minimize(lambda x: (30 * x).exp() - 300 * x, -20.0, method=method)
    assert away.x == pytest.approx(np.log(10) / 30, abs=1e-3)


def test_nothing_of_the_graph_is_kept():
    graphs = []

    def f(x):
        y = rosenbrock(x)
        graphs.append(weakref.ref(y))
        return y

    found = minimize(f, STARTS[2], method="trust-exact")
    gc.collect()
    assert found.success and not any(graph() for graph in graphs)


PARAMETER = ag.tensor(1.0, requires_grad=True)
FAULTS = {
    "vector": (lambda x: x**2, [1.0, 2.0], ShapeError, r"one number, not shape \(2,\): reduce it"),
    "number": (lambda x: x.item() ** 2, 1.0, DtypeError, "must return a tensor, not float"),
    "nothing": (lambda x: None, 1.0, DtypeError, "must return a tensor, not NoneType"),
    "detached": (lambda x: (x.detach() ** 2).sum(), [1.0], GraphError, "does not depend on its a"),
    "constant": (lambda x: ag.tensor(1.0), 1.0, GraphError, "does not depend on its argument"),
    "of others": (lambda x: PARAMETER * 2, 1.0, GraphError, "does not depend on its argument"),
    "nan": (lambda x: (x - 5).log(), 1.0, NonFiniteError, "the function is nan at the start"),
    "inf": (lambda x: (1 - x).log(), 1.0, NonFiniteError, "the function is -inf at the start"),
    "slope": (
        lambda x: x.sqrt(),
        0.0,
        NonFiniteError,
        "0 at the start, but its gradient holds inf",
    ),
    "empty": (lambda x: x, np.zeros(0), ValueError, "x0 is empty"),
    "no leaves": (lambda x: x, {}, ValueError, "x0 is empty"),
    "infinite": (lambda x: x, float("inf"), ValueError, "x0 holds inf or nan"),
    "words": (lambda x: x, {"a": "b"}, DtypeError, r"numbers are needed"),
    "bool": (lambda x: x, np.array([True]), DtypeError, "x0 is of bool"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_minimized(fault):
    f, x0, error, told = FAULTS[fault]
    with pytest.raises(error, match=f"^minimize: (.* )?{told}"):
        minimize(f, x0)


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ([(0, 1)], "a pair .*: 2 of them, not 1"),
        ((1, 0), "bounds: 1 is above 0"),
        ("ab", "give a pair"),
        (3, "give a pair"),
        ({"a": (0, 1)}, "give a pair"),
    ],
)
def test_bounds_that_do_not_fit(bounds, told):
    with pytest.raises(ValueError, match=told):
        minimize(rosenbrock, STARTS[2], bounds=bounds)


@pytest.mark.parametrize("bounds", [[(0, 1)], {"b": (0, 1)}, {"a": (0, 1), "b": None}])
def test_bounds_that_are_not_of_the_nest(bounds):
    with pytest.raises(ValueError, match="give a dictionary of the names in x0: a"):
        minimize(lambda p: p["a"] ** 2, {"a": 1.0}, bounds=bounds)
    with pytest.raises(ValueError, match="give 2 in a list"):
        minimize(lambda p: p[0] ** 2, [1.0, np.ones(2)], bounds={"a": 3})


def test_a_method_that_scipy_has_not():
    with pytest.raises(ValueError, match="Unknown solver"):
        minimize(rosenbrock, STARTS[2], method="sgd")


@pytest.mark.parametrize("name", ["minimize", "root", "least_squares"])
def test_without_scipy_the_extra_is_named(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MissingExtra, match=r"pip install 'autograd_fr\[scipy\]'"):
        getattr(ag.optimize, name)(lambda x: x, 1.0)


def test_an_argument_alone():
    for args in (3.0, (3.0,)):
        assert minimize(lambda x, a: (x - a) ** 2, 0.0, args=args).x == pytest.approx(3)
    assert minimize(lambda x, a: (x - a[1]) ** 2, 0.0, args=[1.0, 2.0]).x == pytest.approx(2)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"jac": True}, "leave jac out"),
        ({"tol": "a"}, "tol is a number or None, not 'a'"),
        ({"options": 3}, "options are a dictionary"),
        ({"callback": 3}, "callback is a function"),
        ({"constraints": {"type": "eq"}}, "'fun': function"),
        ({"constraints": [3]}, "NonlinearConstraint"),
    ],
)
def test_settings_of_another_kind(settings, told):
    with pytest.raises(TypeError, match=rf"minimize: .*{told}"):
        minimize(lambda x: x**2, 1.0, **settings)


@pytest.mark.parametrize("kind", [{}, {"type": "least"}, {"type": 3}])
def test_a_constraint_of_no_type(kind):
    with pytest.raises(ValueError, match="'type': 'eq' or 'ineq'"):
        minimize(lambda x: x**2, 1.0, constraints={"fun": lambda x: x - 1, **kind})


def test_what_is_no_function():
    with pytest.raises(TypeError, match="function, not 3"):
        minimize(3, 1.0)


@pytest.mark.parametrize("method", ["SLSQP", "trust-constr"])
def test_the_type_of_a_constraint_as_scipy_spells_it(method):
    constraint = {"type": "EQ", "fun": lambda x, a: x - a, "args": [2.0]}
    found = minimize(lambda x: x**2, 1.0, constraints=constraint, method=method)
    assert found.x == pytest.approx(2)
