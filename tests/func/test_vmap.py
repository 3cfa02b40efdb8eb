"""vmap: derivatives per sample, through it and within it; what happens to graphs and randomness."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.autograd.node import BatchedGhost
from autograd_fr.batching import loops
from autograd_fr.batching.known import levels_of
from autograd_fr.errors import AutogradError, GraphError, NotBatchable
from autograd_fr.utils.checkpoint import checkpoint
from tests.functions import Cube

rng = np.random.default_rng(0)
X, W = rng.normal(size=(6, 4)), rng.normal(size=(3, 4))


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def derivative(f, argument: int = 0):
    """The gradient of a function, itself in the graph."""

    def gradient(*args):
        args = list(args)
        args[argument] = x = args[argument] * 1 if args[argument].requires_grad else (
            args[argument].detach().requires_grad_()
        )  # fmt: skip
        return ag.autograd.grad(f(*args), x, create_graph=True)[0]

    return gradient


def loss(w, x):
    return (w @ x).tanh().pow(2).sum()


def close(a, b):
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-10, atol=1e-12)


def each(f, *stacks) -> ag.Tensor:
    return ag.stack([f(*same) for same in zip(*stacks, strict=True)])


def test_gradients_of_each_sample():
    w, x = ag.tensor(W), ag.tensor(X)
    found = ag.vmap(derivative(loss), (None, 0))(w, x)
    assert found.shape == (6, 3, 4)
    close(found, ag.stack([derivative(loss)(w, row) for row in x]))


def test_gradients_of_each_sample_of_a_captured_parameter():
    w = leaf(W)
    found = ag.vmap(lambda x: ag.autograd.grad(loss(w, x), w)[0])(ag.tensor(X))
    close(found, ag.vmap(derivative(loss), (None, 0))(w.detach(), ag.tensor(X)))


def test_gradients_of_each_sample_of_a_net():
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).double()
    x, y = ag.tensor(X), ag.tensor(rng.integers(0, 3, 6))
    parameters = list(net.parameters())

    def gradients(row, number):
        return ag.autograd.grad(nn.functional.cross_entropy(net(row), number), parameters)

    found = ag.vmap(gradients)(x, y)
    for k in range(6):
        for batch, alone in zip(found, gradients(x[k], y[k]), strict=True):
            close(batch[k], alone)


def test_no_loop_over_the_samples(monkeypatch):
    monkeypatch.setattr(loops, "_plain", lambda levels: pytest.fail("one sample after the other"))
    ag.vmap(derivative(loss), (None, 0))(ag.tensor(W), ag.tensor(X))
    numbers = ag.tensor(rng.integers(0, 4, 6))
    ag.vmap(derivative(nn.functional.cross_entropy))(ag.tensor(X), numbers)


def test_backward_goes_through():
    w, x = leaf(W), leaf(X)
    ag.vmap(loss, (None, 0))(w, x).cos().sum().backward()
    v, z = leaf(W), leaf(X)
    sum(loss(v, row).cos() for row in z).backward()
    close(w.grad, v.grad)
    close(x.grad, z.grad)


def test_backward_goes_through_to_what_is_captured():
    scale = leaf(2.0)
    ag.vmap(lambda x: (x * scale).sum())(ag.tensor(X)).sum().backward()
    assert scale.grad.item() == pytest.approx(X.sum())


def test_a_result_that_no_sample_changes_has_its_gradient_from_all():
    w = leaf([1.0, 2.0])
    y = ag.vmap(lambda x: w * 3)(ag.tensor(X))
    assert y.shape == (6, 2)
    y.sum().backward()
    assert w.grad.tolist() == [18, 18]


def test_derivatives_of_derivatives():
    def second(x):
        return derivative(lambda x: (derivative(lambda x: (x.sin() * x * x).sum())(x) ** 3).sum())(
            x
        )

    x = leaf(X)
    close(ag.vmap(second)(x), each(second, x))
    (through,) = ag.autograd.grad(ag.vmap(second)(x).sin().sum(), x)
    (alone,) = ag.autograd.grad(each(second, x).sin().sum(), x)
    close(through, alone)


def test_gradient_of_gradients_of_samples():
    def total(w, batch):
        return (batch(derivative(loss), w, ag.tensor(X)) ** 2).sum()

    w, v = leaf(W), leaf(W)
    total(w, lambda f, w, x: ag.vmap(f, (None, 0))(w, x)).backward()
    total(v, lambda f, w, x: ag.stack([f(w, row) for row in x])).backward()
    close(w.grad, v.grad)


@pytest.mark.parametrize("argument", [0, 1])
def test_levels_within_levels(argument):
    f = derivative(lambda x, v: ((x.sin() * v).sum()) ** 2, argument)
    x, v = ag.tensor(X), ag.tensor(W)
    found = ag.vmap(ag.vmap(f, (None, 0)), (0, None))(x, v)
    close(found, ag.stack([ag.stack([f(a, b) for b in v]) for a in x]))
    turned = ag.vmap(ag.vmap(f, (0, None)), (None, 0), out_dims=1)(x, v)
    close(turned, found)


def test_the_whole_that_is_mapped_over_as_each_sample_sees_it():
    x = leaf(X[:, 0])
    found = ag.vmap(lambda row: ag.autograd.grad(row**2, x)[0])(x)
    close(found, ag.diag(2 * x))


def test_functions_that_loop_are_differentiated():
    places = ag.tensor([0, 1, 1, 0])
    f = derivative(lambda x: x[:2].scatter_reduce(0, places, x, "prod").prod())
    close(ag.vmap(f)(ag.tensor(X)), each(f, ag.tensor(X)))


def test_forward_mode_goes_through_and_works_within():
    def f(x):
        return ag.stack([x.sin().sum(), (x * x.roll(1)).prod(), x.softmax(0)[0]])

    x = ag.tensor(X)
    close(ag.func.jacfwd(ag.vmap(f))(x), ag.func.jacrev(ag.vmap(f))(x))
    close(ag.vmap(ag.func.jacfwd(f))(x), each(ag.func.jacrev(f), x))
    close(
        ag.vmap(ag.func.hessian(lambda x: f(x).sum()))(x),
        each(ag.func.hessian(lambda x: f(x).sum()), x),
    )


def test_chunks_are_one_batch():
    w, x = leaf(W), leaf(X)
    whole = ag.vmap(loss, (None, 0))(w, x)
    parts = ag.vmap(loss, (None, 0), chunk_size=4)(w, x)
    close(whole, parts)
    close(*(ag.autograd.grad(y.sin().sum(), w)[0] for y in (whole, parts)))


def test_modules_and_hooks():
    layer = nn.Linear(4, 2).double()
    seen = []
    layer.weight.register_hook(lambda g: seen.append(g.shape))
    y = ag.vmap(layer)(ag.tensor(X))
    close(y, layer(ag.tensor(X)))
    y.sum().backward()
    assert seen == [(2, 4)]


class CubeInNumPy(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return ag.from_numpy(x.numpy() ** 3)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return ag.from_numpy(3 * g.numpy() * x.numpy() ** 2)


@pytest.mark.parametrize("function", [Cube, CubeInNumPy])
def test_functions_of_the_users_own(function):
    x = leaf(X)
    y = ag.vmap(lambda row: function.apply(row).sum())(x)
    y.sum().backward()
    np.testing.assert_allclose(y.detach().numpy(), (X**3).sum(1))
    np.testing.assert_allclose(x.grad.numpy(), 3 * X**2)


def test_checkpoint_and_saved_tensors_hooks():
    x, kept = leaf(X), []
    with ag.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t):
        y = ag.vmap(lambda row: row.sin().sum())(x)
    z = ag.vmap(lambda row: checkpoint(lambda r: r.sin().sum(), row, use_reentrant=False))(x)
    close(*(ag.autograd.grad(t.sum(), x)[0] for t in (y, z)))
    assert kept


class Hidden(ag.autograd.Function):
    """Its backward asks for one number of the gradient, and reads what it saved besides."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x * x).sum()

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g.item()


def test_a_backward_that_cannot_be_called_sample_by_sample():
    with pytest.raises(NotBatchable, match="more of the batch"):
        ag.vmap(Hidden.apply)(leaf(X)).sum().backward()


def test_large_batches_are_let_go():
    x = leaf(rng.normal(size=(40, 8)))
    kept = []

    def f(row):
        y = (row * 2).sin()  # of which only the argument is read
        kept.append(y.node)
        return y.sum()

    y = ag.vmap(f)(x)
    (node,) = kept
    assert isinstance(node.y, BatchedGhost) and node.y.shape == (8,)
    assert node.args[0].shape == (8,) and not isinstance(node.args[0], BatchedGhost)
    y.sum().backward()
    assert isinstance(node.args[0], BatchedGhost)
    with pytest.raises(GraphError, match="retain_graph"):
        y.sum().backward()


# Changing in place


def test_what_is_mapped_over_changes_for_all():
    x = ag.tensor(X)
    ag.vmap(lambda row: row.add_(1))(x)
    np.testing.assert_allclose(x.numpy(), X + 1)


def test_changes_are_recorded():
    x = leaf(X)
    h = x * 1
    y = ag.vmap(lambda row: row.mul_(row))(h)
    close(y, x**2)
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 2 * X)
    x = leaf(X)
    h = x * 1
    ag.vmap(lambda row: row.mul_(2))(h)
    (g,) = ag.autograd.grad((h**2).sum(), x)
    np.testing.assert_allclose(g.numpy(), 8 * X)


def test_what_was_saved_and_changed_is_noticed():
    x = leaf(X)

    def f(row):
        y = row.exp()
        z = y.sin()
        y.add_(1)
        return z.sum()

    with pytest.raises(GraphError, match="written into since"):
        ag.vmap(f)(x).sum().backward()


def test_no_room_in_what_all_share():
    shared = ag.zeros(4, dtype=ag.float64)
    for write in (lambda x: shared.add_(x), lambda x: shared.__setitem__(0, x[0])):
        with pytest.raises(GraphError, match="all samples share"):
            ag.vmap(lambda x, write=write: write(x))(ag.tensor(X))
    assert shared.tolist() == [0, 0, 0, 0]


# Randomness

DRAWS = {
    "rand": lambda x: ag.rand(4),
    "randn": lambda x: ag.randn(4),
    "randint": lambda x: ag.randint(1000, (4,)),
    "randperm": lambda x: ag.randperm(50),
    "rand_like": ag.rand_like,
    "dropout": lambda x: nn.functional.dropout(ag.ones(100)),
    "bernoulli": lambda x: ag.bernoulli(ag.full((100,), 0.5)),
    "normal": lambda x: ag.normal(ag.zeros(4), 1.0),
    "normal_": lambda x: x.clone().normal_() if levels_of(x) else x,
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_the_same_or_different_numbers(draw):
    x = ag.tensor(X)
    rows = ag.vmap(draw, randomness="different")(x).numpy()
    assert len({row.tobytes() for row in rows}) == 6
    with pytest.raises(AutogradError, match="randomness"):
        ag.vmap(draw)(x)
    if draw is not DRAWS["normal_"]:  # into what differs, the same cannot be told
        for size in None, 4:
            rows = ag.vmap(draw, randomness="same", chunk_size=size)(x).numpy()
            assert len({row.tobytes() for row in rows}) == 1


def test_chances_of_each_sample():
    chances = ag.tensor([0.0, 1.0, 0.5])
    y = ag.vmap(lambda p: ag.bernoulli(p.expand(1000)), randomness="different")(chances)
    assert y.mean(1).numpy() == pytest.approx([0, 1, 0.5], abs=0.1)
    rates = ag.tensor([0.0, 100.0])
    assert ag.vmap(ag.poisson, randomness="different")(rates).numpy() == pytest.approx(
        [0, 100], abs=50
    )
    weights = ag.tensor([[1.0, 0.0], [0.0, 1.0]])
    chosen = ag.vmap(lambda w: ag.multinomial(w, 1), randomness="different")(weights)
    assert chosen.tolist() == [[0], [1]]
    with pytest.raises(AutogradError, match="different"):
        ag.vmap(lambda w: ag.multinomial(w, 1), randomness="same")(weights)


def test_levels_draw_as_each_asks():
    inner = ag.vmap(lambda x: ag.rand(()), randomness="same")
    rows = ag.vmap(inner, randomness="different")(ag.tensor(X)).numpy()
    assert (rows == rows[:, :1]).all() and len(set(rows[:, 0])) == 6


# What cannot be


@pytest.mark.parametrize("ask", [bool, float, int, len, ag.Tensor.item, ag.Tensor.tolist, np.array])
def test_one_answer_for_many_samples(ask):
    with pytest.raises((NotBatchable, TypeError)):
        ag.vmap(lambda x: x * ask(x.sum()))(ag.tensor(X))


def test_an_error_names_what_does_not_stack():
    with pytest.raises(NotBatchable, match="nonzero gives results of shapes"):
        ag.vmap(lambda x: (x > 0).nonzero())(ag.tensor(X))


def test_errors_of_operations_show_the_shapes_of_a_sample():
    with pytest.raises(AutogradError, match=r"matmul: shapes \(4,\) and \(3, 3\)"):
        ag.vmap(lambda x: x @ ag.ones(3, 3, dtype=ag.float64))(ag.tensor(X))


def test_batches_are_drawn():
    x = leaf(X)
    y = ag.vmap(lambda row: (row * row).sum())(x).sum()
    assert viz.draw(y)
    y.backward()
    assert viz.draw(y)
    ag.vmap(lambda row: (viz.draw(row.sum()), row)[1])(x)
