"""`autograd.Function`: forward and backward written by the user."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import Function, gradcheck, gradgradcheck, once_differentiable
from autograd_fr.errors import GraphError, ShapeError

N = 1000  # entries of an array too large to be kept for drawings


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


class Square(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g


class Exp(Function):
    """Saves its output."""

    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        return g * y


class Scaled(Function):
    """With a number among its arguments, and the context set up apart."""

    @staticmethod
    def forward(x, y, k):
        return x * y * k

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, y, ctx.k = inputs
        ctx.save_for_backward(x, y, None)

    @staticmethod
    def backward(ctx, g):
        x, y, nothing = ctx.saved_tensors
        assert nothing is None
        return g * y * ctx.k, g * x * ctx.k if ctx.needs_input_grad[1] else None, None


class Both(Function):
    """Two results."""

    @staticmethod
    def forward(ctx, x):
        y, z = x.exp(), x * 3
        ctx.save_for_backward(y)
        return y, z

    @staticmethod
    def backward(ctx, g, h):
        (y,) = ctx.saved_tensors
        return g * y + h * 3


class Doubled(Function):
    """Writes into its argument."""

    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g * 2


class Same(Function):
    """Gives its argument back, with a gradient turned round."""

    @staticmethod
    def forward(ctx, x):
        return x

    @staticmethod
    def backward(ctx, g):
        return -g


FUNCTIONS = {
    "one argument": (Square.apply, 1),
    "saved output": (Exp.apply, 1),
    "several arguments": (lambda x, y: Scaled.apply(x, y, 5.0), 2),
    "an argument twice": (lambda x: Scaled.apply(x, x, 5.0), 1),
    "two results": (lambda x: ag.cat(Both.apply(x)), 1),
    "one of two results": (lambda x: Both.apply(x)[1] * x, 1),
    "in place": (lambda x: Doubled.apply(x * 1), 1),
    "amid others": (lambda x: Exp.apply(Square.apply(x.sin())).log(), 1),
}


@pytest.mark.parametrize(("f", "n"), FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.parametrize("shape", [(), (3,)])
def test_derivatives(f, n, shape):
    if shape == () and "cat" in f.__code__.co_names:
        shape = (1,)
    inputs = [leaf(np.random.default_rng(k).uniform(0.5, 1.5, shape)) for k in range(n)]
    assert gradcheck(f, inputs)
    assert gradgradcheck(f, inputs)


@pytest.mark.parametrize("f", [Exp.apply, lambda x: Both.apply(x)[0]])
def test_large_results_are_whole(f):
    x = leaf(np.linspace(0, 1, N))
    y = f(x)
    np.testing.assert_array_equal(y.array, np.exp(x.array))
    y.sum().backward()
    np.testing.assert_allclose(x.grad.array, np.exp(x.array))


def test_forward_and_backward_compute_unrecorded():
    seen = []

    class Spy(Function):
        @staticmethod
        def forward(ctx, x):
            y = x * 2
            seen.append((ag.is_grad_enabled(), y.requires_grad, ctx.needs_input_grad))
            return y

        @staticmethod
        def backward(ctx, g):
            seen.append(ag.is_grad_enabled())
            return g * 2

    Spy.apply(leaf(1.0)).backward()
    assert seen == [(False, False, (True,)), False]


def test_nothing_is_recorded_without_need():
    assert not Square.apply(ag.ones(2)).requires_grad
    with ag.no_grad():
        assert not Square.apply(leaf(1.0)).requires_grad


def test_gradients_of_unused_results():
    seen = []

    class Pair(Function):
        @staticmethod
        def forward(ctx, x, materialize):
            ctx.set_materialize_grads(materialize)
            return x * 2, x * 3

        @staticmethod
        def backward(ctx, g, h):
            seen.append(h if h is None else h.tolist())
            return g * 2, None

    for materialize in (True, False):
        Pair.apply(leaf([1.0, 2.0]), materialize)[0].sum().backward()
    assert seen == [[0, 0], None]


def test_results_without_gradient():
    class Sort(Function):
        @staticmethod
        def forward(ctx, x):
            values, places = x.sort()
            twice = values * 2
            ctx.mark_non_differentiable(places, twice)
            ctx.save_for_backward(places)
            return values, places, twice, "sorted"

        @staticmethod
        def backward(ctx, g, *others):
            (places,) = ctx.saved_tensors
            return ag.zeros_like(g).scatter(0, places, g)

    x = leaf([3.0, 1.0, 2.0])
    values, places, twice, text = Sort.apply(x)
    assert (places.requires_grad, twice.requires_grad, text) == (False, False, "sorted")
    (values * ag.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [100, 1, 10]


def test_a_gradient_of_the_right_kind_is_fitted():
    class Sum(Function):
        @staticmethod
        def forward(ctx, x):
            return x.sum()

        @staticmethod
        def backward(ctx, g):
            return g.double().expand(2, 3)  # in another dtype, and of a larger shape

    x = ag.ones(3, requires_grad=True)
    Sum.apply(x).backward()
    assert (x.grad.tolist(), x.grad.dtype) == ([2, 2, 2], ag.float32)


WRONG = {
    "too few": (lambda g: g, GraphError, "returned 1 gradients, but forward took 2"),
    "too many": (lambda g: (g, g, g), GraphError, "returned 3"),
    "no tensor": (lambda g: (3, None), TypeError, "tensors or None"),
    "shape": (lambda g: (ag.ones(5), None), ShapeError, "argument 0"),
}


@pytest.mark.parametrize(("answer", "error", "message"), WRONG.values(), ids=WRONG)
def test_wrong_gradients_are_refused(answer, error, message):
    class Wrong(Function):
        @staticmethod
        def forward(ctx, x, y):
            return x * y

        @staticmethod
        def backward(ctx, g):
            return answer(g)

    with pytest.raises(error, match=message):
        Wrong.apply(leaf([1.0, 2.0]), leaf([1.0, 2.0])).sum().backward()


def test_a_second_backward_is_refused():
    y = Square.apply(leaf(np.ones(N))).sum()
    y.backward()
    with pytest.raises(GraphError, match="retain_graph=True"):
        y.backward()


class Once(Square):
    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        return Square.backward(ctx, g)


def test_once_differentiable():
    x = leaf(3.0)
    (g,) = ag.autograd.grad(Once.apply(x), x, create_graph=True)
    assert g.item() == 6
    with pytest.raises(GraphError, match=r"Once\.backward is marked once_differentiable"):
        g.backward()
    v = leaf(1.0)
    (g,) = ag.autograd.grad(Once.apply(x), x, v, create_graph=True)
    with pytest.raises(GraphError, match="once_differentiable"):
        ag.autograd.grad(g, v)


class Hidden(Square):
    """Its backward has the gradient leave the graph, though not its argument."""

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * ag.tensor(g.detach().numpy())


FORWARD = {
    "func.jvp": lambda f, x: ag.func.jvp(f, (x,), (ag.ones_like(x),)),
    "func.jacfwd": lambda f, x: ag.func.jacfwd(f)(x),
    "func.linearize": lambda f, x: ag.func.linearize(f, x)[1](ag.ones_like(x)),
    "jvp": lambda f, x: ag.autograd.functional.jvp(f, x, ag.ones_like(x)),
    "jacobian": lambda f, x: ag.autograd.functional.jacobian(
        f, x, vectorize=True, strategy="forward-mode"),
    "create_graph": lambda f, x: ag.autograd.functional.jvp(
        f, x, ag.ones_like(x), create_graph=True),
}  # fmt: skip


@pytest.mark.parametrize("way", FORWARD)
@pytest.mark.parametrize("function", [Once, Hidden])
def test_a_backward_that_tells_nothing_of_tangents_is_refused_in_forward_mode(way, function):
    x = ag.tensor([3.0, 1.0], dtype=ag.float64)
    with pytest.raises(GraphError, match="give the Function a jvp"):
        FORWARD[way](function.apply, x)
    with pytest.raises(GraphError, match="give the Function a jvp"):
        FORWARD[way](lambda x: function.apply(x.clone() * 2), x)


# Writes


@pytest.mark.parametrize(
    ("f", "change"),
    [(Square.apply, lambda h, y: h.add_(1)), (Square.apply, lambda h, y: h.detach().zero_()),
     (Square.apply, lambda h, y: h.detach().numpy().fill(7)), (Exp.apply, lambda h, y: y.add_(1)),
     (Exp.apply, lambda h, y: y.detach().numpy().fill(7))],
)  # fmt: skip
@pytest.mark.parametrize("n", [2, N])
def test_what_was_saved_is_written_into(f, change, n):
    h = leaf(np.ones(n)) * 1
    if f == Square.apply:
        h.detach().numpy()  # shared with NumPy before
    y = f(h)
    change(h, y)
    with pytest.raises(GraphError, match="written into since"):
        y.sum().backward()


@pytest.mark.parametrize("f", [Square.apply, Exp.apply])
def test_a_saved_number_stays_what_it_was(f):
    x = leaf(1.0)
    h = x * 1
    y = f(h)
    h.add_(1)
    y.backward()
    assert x.grad.item() == pytest.approx(2 if f == Square.apply else np.e)


def test_a_dirty_argument_is_the_result_and_its_views_follow():
    x = leaf([3.0, 1.0])
    h = x * 1
    v = h[:1]
    assert Doubled.apply(h) is h
    (v * 10).sum().backward()
    assert (v.item(), x.grad.tolist()) == (6, [20, 0])


def test_a_dirty_view_reaches_its_base():
    x = leaf([3.0, 1.0])
    h = x * 1
    Doubled.apply(h[:1])
    h.sum().backward()
    assert (h.tolist(), x.grad.tolist()) == ([6, 1], [2, 1])


def test_a_dirty_leaf_is_refused():
    for x in (leaf([1.0, 2.0]), leaf([1.0, 2.0])[:1]):
        with pytest.raises(GraphError, match=r"Doubled: .*leaf"):
            Doubled.apply(x)


def test_an_argument_given_back_shares_its_memory():
    x = leaf([1.0, 2.0])
    h = x * 1
    y = Same.apply(h)
    assert y is not h
    for change in (lambda: y.add_(1), lambda: y[:1].add_(1), lambda: h.add_(1)):
        with pytest.raises(GraphError, match="Function Same"):
            change()
    y.sum().backward()
    assert x.grad.tolist() == [-1, -1]


# Saved-tensor hooks, and memory


def test_saved_tensors_go_through_the_hooks():
    seen = []

    def pack(t):
        seen.append(t.shape)
        return t * 10

    x = leaf([1.0, 2.0])
    with ag.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        y, z = Square.apply(x), Exp.apply(x)
    (g,) = ag.autograd.grad(y.sum(), x, create_graph=True)
    z.sum().backward()
    assert seen == [(2,), (2,)]
    assert g.tolist() == [20, 40]
    np.testing.assert_allclose(x.grad.array, 10 * np.exp(x.array))


@pytest.mark.parametrize("f", [Square.apply, Exp.apply, lambda x: Both.apply(x)[0],
                               lambda x: Doubled.apply(x * 1)])  # fmt: skip
@pytest.mark.parametrize("run", [False, True])
def test_no_cycles(f, run):
    gc.collect()
    gc.disable()
    try:
        x = leaf(np.ones(N))
        y = f(x)
        if run:
            y.sum().backward()
        links = [weakref.ref(t) for t in (x, y, y.node, y.array)]
        del x, y
        assert [link() for link in links] == [None] * 4
    finally:
        gc.enable()


def test_a_saved_activation_is_released():
    x = leaf(np.ones(N))
    h = x * 2
    link = weakref.ref(h.array)
    y = Square.apply(h).sum()
    del h
    assert link() is not None
    y.backward()
    assert link() is None
