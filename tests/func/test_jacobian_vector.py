"""Products with the Jacobian: `jvp` and `linearize`, `jacfwd` beside `jacrev`."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import AutogradError, DtypeError, GraphError, ShapeError
from autograd_fr.func import grad, hessian, jacfwd, jacrev, jvp, linearize

x = ag.tensor([0.5, 1.0, 2.0], dtype=ag.float64)
t = ag.tensor([1.0, -1.0, 0.5], dtype=ag.float64)


def f(x):
    return (x**3).sum() * x.sin()


def number(x):
    return (x**3 * x[0]).sum() + x.prod()


def test_both_are_the_jacobian_times_the_tangent():
    expected = jacrev(f)(x) @ t
    value, moved = jvp(f, (x,), (t,))
    again, push = linearize(f, x)
    for found in (moved, push(t)):
        np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-12)
    np.testing.assert_array_equal(value.numpy(), f(x).numpy())
    np.testing.assert_array_equal(again.numpy(), f(x).numpy())


def test_a_linearized_function_serves_many_directions():
    _, push = linearize(f, x)
    np.testing.assert_allclose(push(2 * t).numpy(), 2 * push(t).numpy(), rtol=1e-12)
    np.testing.assert_allclose(push(x + t).numpy(), (push(x) + push(t)).numpy(), rtol=1e-12)


def test_nests():
    def g(params, y):
        return {"a": params["w"] * y, "b": (params["w"].sum(), y)}

    args = ({"w": x}, ag.tensor(2.0, dtype=ag.float64))
    moves = ({"w": t}, ag.tensor(10.0, dtype=ag.float64))
    (_, moved), (_, push) = jvp(g, args, moves), linearize(g, *args)
    for found in (moved, push(*moves)):
        np.testing.assert_allclose(found["a"].numpy(), t.numpy() * 2 + x.numpy() * 10)
        assert [part.item() for part in found["b"]] == [0.5, 10.0]


def test_aux():
    value, moved, aux = jvp(lambda x: (x.sum(), {"x": x, "n": 3}), (x,), (t,), has_aux=True)
    assert (value.item(), moved.item(), aux["n"]) == (3.5, 0.5, 3)
    assert not aux["x"].requires_grad


def test_what_does_not_move():
    assert jvp(lambda x: ag.ones(2), (x,), (t,))[1].tolist() == [0.0, 0.0]
    assert linearize(lambda x: x.detach(), x)[1](t).tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(GraphError, match="strict"):
        jvp(lambda x: ag.ones(2), (x,), (t,), strict=True)


@pytest.mark.parametrize("outer", [jacfwd, jacrev])
@pytest.mark.parametrize("inner", [jacfwd, jacrev])
def test_hessians_by_all_pairs(outer, inner):
    expected = ag.autograd.functional.hessian(number, x)
    np.testing.assert_allclose(outer(inner(number))(x).numpy(), expected.numpy(), rtol=1e-12)
    np.testing.assert_allclose(hessian(number)(x).numpy(), expected.numpy(), rtol=1e-12)


def test_third_derivatives_by_three_modes():
    expected = jacrev(jacrev(jacrev(number)))(x).numpy()
    for modes in ((jacfwd, jacfwd, jacrev), (jacfwd, jacrev, jacfwd), (jacrev, jacfwd, jacfwd)):
        outer, middle, inner = modes
        np.testing.assert_allclose(outer(middle(inner(number)))(x).numpy(), expected, rtol=1e-12)


def test_forward_over_reverse_and_reverse_over_forward():
    expected = (hessian(number)(x) @ t).numpy()
    moved = jvp(grad(number), (x,), (t,))[1]
    assert not moved.requires_grad
    np.testing.assert_allclose(moved.numpy(), expected, rtol=1e-12)
    pulled = grad(lambda x: jvp(number, (x,), (t,))[1])(x)
    np.testing.assert_allclose(pulled.numpy(), expected, rtol=1e-12)


def test_inner_derivatives_do_not_see_the_outer_variable():
    """d/dx (x d/dy (x + y)) = 1, whichever mode is inside and outside."""
    one = ag.tensor(1.0)

    def derivative(forward, f):
        return (lambda x: jvp(f, (x,), (one,))[1]) if forward else grad(f)

    for outside in (True, False):
        for inside in (True, False):
            outer = derivative(
                outside, lambda x, i=inside: x * derivative(i, lambda y, x=x: x + y)(x)
            )
            assert outer(ag.tensor(3.0)).item() == 1.0


def test_parameters_of_a_closure():
    w = ag.tensor(2.0, requires_grad=True)
    for moved in (
        jvp(lambda x: w * x * x, (ag.tensor(3.0),), (ag.tensor(1.0),))[1],
        linearize(lambda x: w * x * x, ag.tensor(3.0))[1](ag.tensor(1.0)),
        jacfwd(lambda x: w * x * x)(ag.tensor(3.0)),
    ):
        assert ag.autograd.grad(moved, w)[0].item() == 6.0
    with ag.no_grad():
        value, moved = jvp(lambda x: w * x * x, (ag.tensor(3.0),), (ag.tensor(1.0),))
    assert (value.item(), moved.item()) == (18.0, 12.0)
    assert not (value.requires_grad or moved.requires_grad)


def test_one_evaluation_whatever_the_number_of_outputs():
    calls = []

    def many(x):
        calls.append(1)
        return x.sum() * ag.ones(1000, dtype=ag.float64)

    jacfwd(many)(x)
    jvp(many, (x,), (t,))
    assert len(calls) == 2


def test_empty_arguments():
    J = jacfwd(lambda x: x.sum() + ag.ones(2))(ag.zeros(0))
    assert J.shape == (2, 0)


@pytest.mark.parametrize(
    ("args", "error", "words"),
    [
        (((x,), (t[:2],)), ShapeError, r"\(3,\).*\(2,\)"),
        (((x,), (t.float(),)), DtypeError, "float32"),
        (((x,), (t, t)), AutogradError, "nested"),
        ((x, t), AutogradError, "tuples"),
        (((x,), ([1.0, 2.0, 3.0],)), AutogradError, "nested"),
        (((3.0,), (1.0,)), TypeError, "float"),
        (((ag.tensor([1]),), (ag.tensor([1]),)), DtypeError, "int64"),
    ],
)
def test_mistakes(args, error, words):
    with pytest.raises(error, match=words):
        jvp(f, *args)


def test_results_without_a_derivative_have_zeros():
    values, moved = jvp(lambda x: x.sort(descending=True), (x,), (t,))
    assert values.values.tolist() == [2.0, 1.0, 0.5]
    assert moved.values.tolist() == [0.5, -1.0, 1.0]
    assert moved.indices.tolist() == [0, 0, 0]
    assert jacfwd(lambda x: (x.argmax(), x))(x)[0].tolist() == [0, 0, 0]


def test_a_tangent_may_lie_in_memory_in_another_way():
    scattered = ag.arange(6.0).view(3, 2).t()
    _, moved = jvp(lambda x: x.view(6) * 2, (ag.ones(2, 3),), (scattered,))
    assert moved.tolist() == [0.0, 4.0, 8.0, 2.0, 6.0, 10.0]


@pytest.mark.parametrize("bad", [ag.ones(3), ag.ones(1), ag.tensor(1.0), ag.ones(2).long()])
def test_what_is_pushed_is_looked_at(bad):
    _, push = linearize(lambda x: x**3, ag.ones(2))
    with pytest.raises(AutogradError, match="a tangent has the"):
        push(bad)


def test_nests_keep_their_class():
    found = grad(lambda p: p["a"] * 2)(OrderedDict(a=ag.tensor(1.0)))
    assert type(found) is OrderedDict
