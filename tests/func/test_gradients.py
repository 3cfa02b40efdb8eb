"""Gradients of functions: nested, within forward mode, and what they leave alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import forward_ad
from autograd_fr.errors import AutogradError, DtypeError, GraphError, ShapeError
from autograd_fr.func import grad, grad_and_value, vjp


def close(found, wanted) -> None:
    np.testing.assert_allclose(found.array, wanted, rtol=1e-12)


@pytest.fixture
def x():
    return ag.tensor(0.7, dtype=ag.float64)


def test_derivatives_of_the_sine_up_to_the_fourth(x):
    f, wanted = ag.sin, [np.cos(0.7), -np.sin(0.7), -np.cos(0.7), np.sin(0.7)]
    for value in wanted:
        f = grad(f)
        close(f(x), value)
        assert not f(x).requires_grad


def test_inner_and_outer_derivatives_are_not_confused(x):
    close(grad(lambda a: a * grad(lambda b: a + b)(x))(x), 1)
    close(grad(lambda a: a * grad(lambda b: a * b)(a))(x), 1.4)
    close(grad(lambda a: grad(lambda b: a**2 * b**3)(a))(x), 12 * 0.7**3)


def test_an_inner_derivative_that_depends_on_the_outer_variable_alone_leaves_no_graph(x):
    assert not grad(lambda a: grad(lambda b: a * b * b)(x))(x).requires_grad


@pytest.mark.parametrize("given", [True, False])
def test_no_grad_of_a_leaf_is_touched(x, given):
    w = ag.tensor(2.0, dtype=ag.float64, requires_grad=True)
    found = grad(lambda a: w * a**2)(w if given else x)
    assert w.grad is None
    found.backward()
    close(w.grad, 8 if given else 1.4)  # the slope is 2 w a


def test_what_is_captured_counts_as_constant_for_the_gradient():
    w = ag.tensor(2.0, requires_grad=True)
    close(grad(lambda a: w * a**2)(w).detach(), 8)


def test_outside_of_recording_nothing_is_recorded(x):
    w = ag.tensor(2.0, dtype=ag.float64, requires_grad=True)
    with ag.no_grad():
        slope, (value, aux) = grad_and_value(lambda a: (w * a**2, w * a), has_aux=True)(w)
    assert not any(t.requires_grad for t in (slope, value, aux))
    close(slope, 8)


def test_aux_stays_differentiable_after_the_pass(x):
    w = ag.tensor(2.0, dtype=ag.float64, requires_grad=True)

    def f(a):
        inner = a.exp().sin()
        return inner.cos(), inner * w

    _, aux = grad(f, has_aux=True)(x)
    aux.backward()
    close(w.grad, np.sin(np.exp(0.7)))


def test_aux_may_hold_anything(x):
    assert grad(lambda a: (a, ("text", 3, None)), has_aux=True)(x)[1] == ("text", 3, None)


def test_the_value_of_a_primal_is_safe_from_the_function():
    for v in (ag.ones(3), ag.ones(3, requires_grad=True), ag.ones(3, requires_grad=True) * 1):
        with pytest.raises(GraphError, match="add_"):
            grad(lambda a: a.add_(1).sum())(v)
        assert v.tolist() == [1, 1, 1]


def test_the_argument_in_the_function_is_a_tensor_that_requires_a_gradient(x):
    seen = []
    grad(lambda a: seen.append((a.requires_grad, a.is_leaf)) or a)(x)
    grad(lambda a: a * grad(lambda b: seen.append((b.requires_grad, b.is_leaf)) or b)(a))(x)
    assert seen == [(True, True), (True, False)]


def moved(f, x):
    """Value and derivative of `f` by forward mode."""
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(f(forward_ad.make_dual(x, ag.ones_like(x))))


FORWARD = {
    "over reverse": (lambda a: moved(grad(lambda b: b**4), a).tangent, 12 * 0.7**2),
    "twice over reverse": (
        lambda a: moved(lambda b: moved(grad(lambda c: c**4), b).tangent, a).tangent, 24 * 0.7
    ),
    "under reverse": (grad(lambda a: moved(lambda b: b**4, a).tangent), 12 * 0.7**2),
    "between reverse": (
        grad(lambda a: moved(grad(lambda b: b**4), a).tangent), 24 * 0.7
    ),
    "by what is captured": (
        lambda a: moved(lambda b: grad(lambda c: c**2 * (b * b))(b), a).tangent, 6 * 0.7**2
    ),
    "not by what is not": (lambda a: moved(lambda b: grad(lambda c: c**2)(a) * b, a).tangent, 1.4),
    "the pulled back": (lambda a: moved(lambda b: vjp(ag.sin, b)[1](b)[0], a).tangent,
                        np.cos(0.7) - 0.7 * np.sin(0.7)),
}  # fmt: skip


@pytest.mark.parametrize(("f", "wanted"), FORWARD.values(), ids=FORWARD)
def test_forward_mode_around_and_within(f, wanted, x):
    found = f(x)
    close(found, wanted)
    assert not found.requires_grad


def test_a_long_graph_is_no_depth_of_calls(x):
    def f(a):
        for _ in range(5000):
            a = a * 1.0
        return a

    close(grad(grad(lambda a: f(a) ** 2))(x), 2)


def test_threads_do_not_meet(frequent_switches):
    def work(k):
        a = ag.tensor(float(k), dtype=ag.float64)
        with ag.no_grad() if k % 2 else ag.enable_grad():
            return [float(grad(grad(lambda b: b**3 * a))(a)) for _ in range(50)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(16)))
    assert results == [[6.0 * k * k] * 50 for k in range(16)]


def test_the_pull_back_is_differentiable_by_its_vector_and_by_what_is_captured(x):
    w = ag.tensor(2.0, dtype=ag.float64, requires_grad=True)
    _, pull = vjp(lambda a: w * ag.sin(a), x)
    v = ag.tensor(3.0, dtype=ag.float64, requires_grad=True)
    (pulled,) = pull(v)
    dv, dw = ag.autograd.grad(pulled, (v, w))
    close(dv, 2 * np.cos(0.7))
    close(dw, 3 * np.cos(0.7))
    (again,) = vjp(ag.sin, x)[1](v)
    close(ag.autograd.grad(again, v)[0], np.cos(0.7))
    assert not pull(v, create_graph=False)[0].requires_grad
    with ag.no_grad():
        assert not pull(v)[0].requires_grad
        assert pull(v, create_graph=True)[0].requires_grad


def test_the_pull_back_of_dictionaries_goes_by_their_keys(x):
    _, pull = vjp(lambda a: {"one": a, "ten": 10 * a}, x)
    close(pull({"ten": ag.zeros_like(x), "one": ag.ones_like(x)})[0], 1)


ERRORS = {
    "argument 0['k'][1] must be a tensor, not float": (
        TypeError, lambda x: grad(lambda a: a)({"w": x, "k": (x, 3.0)})),
    "argument 1 is int64, and only floating": (
        DtypeError, lambda x: grad(lambda a, b: a, argnums=(0, 1))(x, x.long())),
    "shape (), not (2,)": (ShapeError, lambda x: grad(lambda a: a.expand(2))(x)),
    "not a tuple; what else it gives: has_aux=True": (
        DtypeError, lambda x: grad(lambda a: (a, a))(x)),
    "argnums names argument 2, but the function was called with 1": (
        AutogradError, lambda x: grad(lambda a: a, argnums=2)(x)),
    "twice, (0, -1)": (AutogradError, lambda x: grad(lambda a: a, argnums=(0, -1))(x)),
    "returned a tuple of 3": (
        AutogradError, lambda x: grad(lambda a: (a, a, a), has_aux=True)(x)),
    "output['s'] is of int64": (DtypeError, lambda x: vjp(lambda a: {"s": a.long()}, x)),
    "a cotangent has the shape of its output": (
        ShapeError, lambda x: vjp(lambda a: a, x)[1](ag.ones(2))),
    "nested as the output": (AutogradError, lambda x: vjp(lambda a: (a, a), x)[1]([x, x])),
}  # fmt: skip


@pytest.mark.parametrize("message", ERRORS)
def test_errors_name_what_is_wrong(message, x):
    kind, call = ERRORS[message]
    with pytest.raises(kind) as caught:
        call(x)
    assert message in str(caught.value)
