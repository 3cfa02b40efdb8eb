"""Dual tensors: levels, what carries tangents, and what is said of mistakes."""

from __future__ import annotations

import gc
import threading
import tracemalloc
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import forward_ad as fwAD
from autograd_fr.errors import DtypeError, GraphError, ShapeError


def derivative(f, x, t=None):
    """The tangent of f(x) in the direction t, of ones where left out."""
    with fwAD.dual_level():
        dual = fwAD.make_dual(x, ag.ones_like(x) if t is None else t)
        return fwAD.unpack_dual(f(dual)).tangent


x = ag.tensor([0.5, 1.0, 2.0], dtype=ag.float64)

PROGRAMS = {
    "a chain": (lambda x: (x.sin() * x).exp(), lambda x: np.exp(np.sin(x) * x)),
    "a value used twice": (lambda x: x * x + x, lambda x: x * x + x),
    "numbers": (lambda x: 2 / (x + 1) - 3**x, lambda x: 2 / (x + 1) - 3**x),
    "control flow": (lambda x: x**2 if x.sum() > 0 else x, lambda x: x**2),
    "a view": (lambda x: x[1:] * x[:-1], lambda x: x[1:] * x[:-1]),
    "several results": (lambda x: x.sort(descending=True).values ** 2, lambda x: x[::-1] ** 2),
    "another dtype": (lambda x: x.float().double().square(), lambda x: x**2),
    "NumPy's name": (lambda x: np.log(x), np.log),
}


@pytest.mark.parametrize(("f", "plain"), PROGRAMS.values(), ids=PROGRAMS)
def test_programs(f, plain):
    eps = 1e-6
    expected = (plain(x.numpy() + eps) - plain(x.numpy() - eps)) / (2 * eps)
    np.testing.assert_allclose(derivative(f, x).numpy(), expected, rtol=1e-6)


def test_in_place_changes_carry_tangents():
    def f(x):
        y = x * 1
        y.mul_(x)
        y[0] = x[2] ** 3
        buffer = ag.zeros(3, dtype=ag.float64)
        buffer[1:] = y[:2]
        return buffer

    np.testing.assert_allclose(derivative(f, x).numpy(), [0, 3 * 2.0**2, 2 * 1.0])


def test_a_write_through_a_view_reaches_the_base():
    def f(x):
        y = x * 1
        y[1:].mul_(x[1:])
        return y

    np.testing.assert_allclose(derivative(f, x).numpy(), [1, 2, 4])


def test_what_does_not_depend_on_the_dual_has_no_tangent():
    with fwAD.dual_level():
        dual = fwAD.make_dual(x, x)
        assert fwAD.unpack_dual(x * 2).tangent is None
        assert fwAD.unpack_dual(dual.detach()).tangent is None
        assert fwAD.unpack_dual(ag.zeros_like(dual)).tangent is None
        assert fwAD.unpack_dual(dual > 1).tangent is None
        with ag.no_grad():
            assert fwAD.unpack_dual(dual * 2).tangent is None


def test_the_primal_has_no_tangent():
    with fwAD.dual_level():
        primal, tangent = fwAD.unpack_dual(fwAD.make_dual(x, x) * 2)
        assert fwAD.unpack_dual(primal * 2).tangent is None
        np.testing.assert_allclose(primal.numpy(), 2 * x.numpy())
        np.testing.assert_allclose(tangent.numpy(), 2 * x.numpy())


def test_a_dual_of_constants_requires_no_gradient():
    with fwAD.dual_level():
        y = (fwAD.make_dual(x, x) * 2).exp()
        assert not y.requires_grad
        primal, tangent = fwAD.unpack_dual(y)
        assert not primal.requires_grad
        assert not tangent.requires_grad


def test_reverse_mode_through_tangents_and_primals():
    w = ag.tensor([1.0, 2.0, 3.0], dtype=ag.float64, requires_grad=True)
    with fwAD.dual_level():
        y = fwAD.unpack_dual(w * fwAD.make_dual(x, x) ** 2)  # tangent 2 w x²
    (g,) = ag.autograd.grad(y.tangent.sum(), w, retain_graph=True)
    np.testing.assert_allclose(g.numpy(), 2 * x.numpy() ** 2)
    (g,) = ag.autograd.grad(y.primal.sum(), w)
    np.testing.assert_allclose(g.numpy(), x.numpy() ** 2)


def test_a_tangent_may_require_a_gradient():
    t = ag.ones(3, dtype=ag.float64, requires_grad=True)
    (g,) = ag.autograd.grad(derivative(lambda x: x**3, x, t).sum(), t)
    np.testing.assert_allclose(g.numpy(), 3 * x.numpy() ** 2)


def test_levels_nest_without_confusion():
    """d/dx (x d/dy (x + y)) = 1: the inner derivative does not see the x of the outer."""
    with fwAD.dual_level():
        a = fwAD.make_dual(ag.tensor(3.0), ag.tensor(1.0))
        with fwAD.dual_level():
            b = fwAD.make_dual(ag.tensor(5.0), ag.tensor(1.0))
            inner = fwAD.unpack_dual(a + b).tangent
        assert fwAD.unpack_dual(a * inner).tangent.item() == 1.0


def test_nested_levels_give_higher_derivatives():
    def f(x, order):
        if not order:
            return x.exp() * x
        with fwAD.dual_level():
            return fwAD.unpack_dual(f(fwAD.make_dual(x, ag.ones_like(x)), order - 1)).tangent

    for order in range(5):  # (x eˣ)⁽ⁿ⁾ = (x + n) eˣ
        np.testing.assert_allclose(f(x, order).numpy(), (x.numpy() + order) * np.exp(x.numpy()))


def test_levels_by_number():
    with fwAD.dual_level() as outer:
        a = fwAD.make_dual(x, x)
        with fwAD.dual_level() as inner:
            assert (outer, inner) == (0, 1)
            y = fwAD.make_dual(a, 3 * x) ** 2
            np.testing.assert_allclose(
                fwAD.unpack_dual(y, level=outer).tangent.numpy(), 2 * x.numpy() ** 2
            )
            with pytest.raises(GraphError, match="innermost"):
                fwAD.exit_dual_level(level=outer)


def test_a_level_ends_with_an_error_inside():
    with pytest.raises(ZeroDivisionError), fwAD.dual_level():
        1 / 0  # noqa: B018
    assert fwAD.unpack_dual(x) == (x, None)


def test_no_grad_around_a_level_does_not_matter():
    with ag.no_grad():
        assert derivative(lambda x: x**2, ag.tensor(3.0)).item() == 6.0
        assert not ag.is_grad_enabled()


def test_mistakes():
    with pytest.raises(GraphError, match="no dual level"):
        fwAD.make_dual(x, x)
    with pytest.raises(GraphError, match="no dual level to end"):
        fwAD.exit_dual_level()
    with fwAD.dual_level():
        with pytest.raises(ShapeError, match=r"\(3,\).*\(2,\)"):
            fwAD.make_dual(x, x[:2])
        with pytest.raises(DtypeError, match=r"float64.*float32"):
            fwAD.make_dual(x, x.float())
        with pytest.raises(DtypeError, match="int64"):
            fwAD.make_dual(ag.tensor(1), ag.tensor(1))
        with pytest.raises(TypeError, match="list"):
            fwAD.make_dual(x, [1.0])
        with pytest.raises(GraphError, match="0 to 0, not 3"):
            fwAD.make_dual(x, x, level=3)


def test_threads_have_levels_of_their_own():
    found = []

    def work(k):
        y = ag.tensor(1.0 + k)
        found.append(all(derivative(lambda v: v**2, y).item() == 2 * (1.0 + k) for _ in range(200)))

    with fwAD.dual_level():
        threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [True] * 4


def test_nothing_is_kept_for_later():
    """Memory stays that of the function, however long it is."""
    with fwAD.dual_level():
        y = fwAD.make_dual(ag.ones(10_000), ag.ones(10_000))
        tracemalloc.start()
        for _ in range(100):
            y = (y * 1.01).sin()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 12 * y.array.nbytes


def test_no_cycles():
    gc.collect()
    gc.disable()
    try:
        with fwAD.dual_level():
            w = ag.ones(3, dtype=ag.float64, requires_grad=True)
            y = (fwAD.make_dual(x, x) * w).exp()
            link, tangent = weakref.ref(y.node), weakref.ref(fwAD.unpack_dual(y).tangent)
            del y
        assert link() is None
        assert tangent() is None
    finally:
        gc.enable()


class Cube(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)
        ctx.factor = factor
        return factor * x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return ctx.factor * 3 * x**2 * g, None


class CubeWithJvp(Cube):
    @staticmethod
    def jvp(ctx, t, factor):
        assert factor is None
        (x,) = ctx.saved_tensors
        return ctx.factor * 3 * x**2 * t


@pytest.mark.parametrize("cube", [Cube, CubeWithJvp])
def test_functions_of_the_users_own(cube):
    found = derivative(lambda x: cube.apply(x, 2.0), x)
    np.testing.assert_allclose(found.numpy(), 6 * x.numpy() ** 2)
    leaf = x.clone().requires_grad_()  # reverse over forward
    (g,) = ag.autograd.grad(derivative(lambda x: cube.apply(x, 2.0), leaf).sum(), leaf)
    np.testing.assert_allclose(g.numpy(), 12 * x.numpy())


def test_what_a_jvp_returns_is_looked_at():
    class TooMany(CubeWithJvp):
        @staticmethod
        def jvp(ctx, t, factor):
            return t, t

    class Misshapen(CubeWithJvp):
        @staticmethod
        def jvp(ctx, t, factor):
            return t.sum()

    with pytest.raises(GraphError, match=r"TooMany.jvp returned 2 tangents.*1 outputs"):
        derivative(lambda x: TooMany.apply(x, 2.0), x)
    with pytest.raises(ShapeError, match=r"Misshapen.jvp.*output 0.*\(\).*\(3,\)"):
        derivative(lambda x: Misshapen.apply(x, 2.0), x)


class Outside(Cube):
    """Whose backward computes with NumPy, and so cannot be differentiated."""

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return ag.from_numpy(3 * ctx.factor * x.detach().numpy() ** 2 * g.detach().numpy()), None


class Once(Cube):
    backward = staticmethod(ag.autograd.function.once_differentiable(Cube.backward))


@pytest.mark.parametrize("function", [Outside, Once])
def test_a_backward_outside_of_the_graph_does_not_tell_tangents(function):
    with pytest.raises(GraphError, match="give the Function a jvp"):
        derivative(lambda x: function.apply(x, 2.0), x)


def test_a_jvp_returns_tensors():
    class Number(CubeWithJvp):
        @staticmethod
        def jvp(ctx, t, factor):
            return 1.0

    with pytest.raises(TypeError, match=r"Number.jvp returns tensors or None, not float"):
        derivative(lambda x: Number.apply(x, 2.0), x)


def test_after_its_level_a_dual_is_a_plain_tensor():
    with fwAD.dual_level():
        y = fwAD.make_dual(x, x) ** 2
        np.testing.assert_array_equal(y.numpy(), x.numpy() ** 2)
    assert (y.requires_grad, y.grad_fn) == (False, None)
    assert "grad_fn" not in repr(y)
    np.testing.assert_array_equal(y.numpy(), x.numpy() ** 2)
