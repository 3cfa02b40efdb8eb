"""The bug zoo: mistakes that other engines make in silence, about graphs and memory; caught here.

Each test names its mistake. What is expected was worked out by hand.
"""

from __future__ import annotations

import copy
import pickle
import threading

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import GraphError

CHANGED = "written into since"


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def shared(array) -> ag.Tensor:
    return ag.from_numpy(array).requires_grad_()


# Passing twice


def test_two_backwards_accumulate_in_leaves_only():
    """Interior gradients kept from the first pass count again in the second."""
    x = leaf(3.0)
    h = x * x
    y = h * 2
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 24


def test_a_released_graph_is_refused():
    """A second pass computes with arrays that were let go of."""
    x = leaf([1.0, 2.0])
    y = (x * x).sum()
    y.backward()
    with pytest.raises(GraphError, match="retain_graph=True"):
        y.backward()
    assert x.grad.tolist() == [2, 4]


def test_micrograd_counts_intermediates_once():
    """An intermediate used twice passes on its gradient before it is complete."""
    a = leaf(2.0)
    b = a + a
    (b + b).backward()
    assert a.grad.item() == 4


def test_an_intermediate_used_again_after_a_backward():
    """Its old gradient flows a second time."""
    x = leaf(2.0)
    h = x * x
    (h * 3).backward(retain_graph=True)
    (h * h).backward()
    assert x.grad.item() == 3 * 4 + 2 * 4 * 4


def test_a_shared_parameter_collects_from_all_its_uses():
    """The last use overwrites the gradient of the others."""
    w = leaf(3.0)
    (w * (w * 2.0)).backward()
    (w * 5.0).backward()
    assert w.grad.item() == 2 * 2 * 3 + 5


def test_broadcasting_is_summed_over():
    """The gradient has the shape of the result, not that of the argument."""
    a, b, c = leaf([[1.0], [2.0]]), leaf([1.0, 2.0, 3.0]), leaf(2.0)
    (a * b * c).sum().backward()
    assert a.grad.tolist() == [[12], [12]]
    assert b.grad.tolist() == [6, 6, 6]
    assert c.grad.item() == 18


# Memory that NumPy code writes into after the forward

ALIASES = {
    "array given": lambda a, x: a,
    "a view of it": lambda a, x: a[1:],
    "a memoryview": lambda a, x: np.asarray(memoryview(a)),
    "numpy()": lambda a, x: x.detach().numpy(),
    "a view of numpy()": lambda a, x: x.detach().numpy()[::-1],
    "np.asarray": lambda a, x: np.asarray(x.detach()),
    "dlpack": lambda a, x: np.from_dlpack(x.detach()),
    "from_numpy of numpy()": lambda a, x: ag.from_numpy(x.detach().numpy()).numpy(),
}
WRITES = {"fill": lambda a: a.fill(7.0), "entry": lambda a: a.__setitem__(-1, 9.0),
          "shuffle": lambda a: a.__setitem__(slice(None), a[::-1].copy())}  # fmt: skip


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("alias", ALIASES.values(), ids=ALIASES)
@pytest.mark.parametrize("early", [True, False], ids=["taken before", "taken after"])
def test_numpy_writes_into_a_saved_array(alias, write, early):
    """The backward reads what NumPy code left there."""
    array = np.arange(1.0, 5.0)
    x = shared(array)
    taken = alias(array, x) if early else None
    y = (x * x).sum()
    write(alias(array, x) if taken is None else taken)
    with pytest.raises(GraphError, match=CHANGED):
        y.backward()


def test_np_random_shuffle_of_the_data():
    """The samples of an epoch are shuffled under the graph of the last batch."""
    array = np.arange(10.0)
    y = (shared(array) ** 2).sum()
    np.random.default_rng(0).shuffle(array)
    with pytest.raises(GraphError, match="NumPy"):
        y.backward()


def test_a_number_shared_with_numpy():
    """Scalars take a shorter way, past the guard."""
    x = leaf(2.0)
    array = x.detach().numpy()
    y = x * x
    array[...] = 7
    with pytest.raises(GraphError, match=CHANGED):
        y.backward()


def test_an_entry_of_an_array_shared_with_numpy():
    """A 0-d view computes as a scalar, and is one no more."""
    array = np.array([2.0, 3.0])
    v = shared(array)[0]
    y = v * v
    array[0] = 7
    with pytest.raises(GraphError, match=CHANGED):
        y.backward()


@pytest.mark.parametrize(
    "f", [lambda x, a: x * a, lambda x, a: a * x, lambda x, a: ag.where(a > 2, x, a) * a,
          lambda x, a: ag.lerp(x, x * 2, a), lambda x, a: ag.as_tensor(a) @ x],
    ids=["product", "left", "where", "lerp", "matmul"],
)  # fmt: skip
def test_a_plain_array_among_the_operands(f):
    """An array is no tensor, so nobody looks after it."""
    x, array = leaf([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0])
    y = f(x, array).sum()
    array[0] = 100
    with pytest.raises(GraphError, match=CHANGED):
        y.backward()


def test_what_no_rule_reads_may_be_written_into():
    """The guard cries wolf, and is switched off."""
    array = np.arange(3.0)
    x = shared(array)
    y = (x + 1).sum() + (x * 2).sum()
    array[:] = 0
    y.backward()
    assert x.grad.tolist() == [3, 3, 3]


def test_a_write_taken_back_is_no_write():
    """Only a difference counts: a buffer filled with the same again does no harm."""
    array = np.array([1.0, 2.0])
    x = shared(array)
    y = (x * x).sum()
    array[0] = 5
    array[0] = 1
    y.backward()
    assert x.grad.tolist() == [2, 4]


def test_training_by_numpy_through_an_alias():
    """A step between two graphs is taken for one between forward and backward."""
    x = leaf([1.0, 2.0])
    array = x.detach().numpy()
    for _ in range(2):
        (x * x).sum().backward()
        array -= 0.25 * x.grad.numpy()
        x.grad = None
    assert x.tolist() == [0.25, 0.5]


# In-place changes between forward and backward

SAVED = {
    "itself": lambda h: h.add_(1),
    "by assignment": lambda h: h.__setitem__(0, 5.0),
    "a view": lambda h: h[1:].mul_(2),
    "a view of a view": lambda h: h.view(1, 2)[0].zero_(),
    "detach()": lambda h: h.detach().add_(1),
    "data": lambda h: h.data.add_(1),
    "numpy of it": lambda h: h.detach().numpy().fill(0),
}


@pytest.mark.parametrize("change", SAVED.values(), ids=SAVED)
@pytest.mark.parametrize(
    "f", [lambda h: h * h, lambda h: h.sin(), lambda h: (h[None] * h[:, None]).exp() * h],
    ids=["product", "unary", "broadcast"],
)  # fmt: skip
def test_a_saved_tensor_is_changed(f, change):
    """The backward reads the new values."""
    x = leaf([1.0, 2.0])
    h = x * 1
    y = f(h).sum()
    change(h)
    with pytest.raises(GraphError, match=CHANGED):
        y.backward()


def test_a_result_that_was_saved_is_changed():
    """exp' is exp, as long as nobody adds to it."""
    x = leaf([1.0, 2.0])
    y = x.exp()
    y.detach().add_(1)
    with pytest.raises(GraphError, match=CHANGED):
        y.sum().backward()


def test_an_optimizer_steps_between_forward_and_backward():
    """The gradient of the first layer is computed with the second's new weights."""
    v, w = leaf([2.0]), leaf([3.0])
    y = (v * w).sum()
    w.grad = ag.ones_like(w)
    ag.optim.SGD([w], lr=1.0).step()
    with pytest.raises(GraphError, match="SGD"):
        y.backward()


def test_a_frozen_weight_is_changed_between():
    """What needs no gradient itself still decides that of others."""
    x, w = leaf([1.0]), ag.tensor([3.0], dtype=ag.float64)
    y = (x * w).sum()
    w.mul_(2)
    with pytest.raises(GraphError, match="mul_"):
        y.backward()


def test_a_buffer_is_changed_between():
    """The running statistics of one batch are in the graph of another."""

    class Scaled(ag.nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("scale", ag.ones(1))

        def forward(self, x):
            return x * self.scale

    layer, x = Scaled(), ag.ones(1, requires_grad=True)
    y = layer(x).sum()
    layer.scale.add_(1)
    with pytest.raises(GraphError, match="add_"):
        y.backward()


def test_a_retained_graph_is_changed():
    """The second pass through it is a pass through another function."""
    x = leaf([1.0, 2.0])
    h = x * 1
    y = (h * h).sum()
    y.backward(retain_graph=True)
    with ag.no_grad():
        h.add_(1)
    with pytest.raises(GraphError, match=CHANGED):
        y.backward()
    assert x.grad.tolist() == [2, 4]


def test_new_data_does_not_change_a_graph():
    """`x.data = ...` replaces the array, not what was computed; at second order neither."""
    for create_graph in (False, True):
        for data in (2.0, [2.0]):
            x = leaf(data)
            y = (x**3).sum()
            x.data = leaf(data).detach() + 5
            (g,) = ag.autograd.grad(y, x, create_graph=create_graph)
            assert g.sum().item() == 12


def test_a_recorded_gradient_is_changed_in_place():
    """The second derivative is that of the gradient before."""
    x = leaf([1.0, 2.0])
    (g,) = ag.autograd.grad((x**3).sum(), x, create_graph=True)
    g.mul_(2)
    g.sum().backward()
    assert x.grad.tolist() == [12, 24]
    (g,) = ag.autograd.grad((x**3).sum(), x, create_graph=True)
    z = (g * g).sum()
    g.mul_(2)
    with pytest.raises(GraphError, match=CHANGED):
        z.backward()


# Who sees the gradient


def test_a_gradient_set_by_the_user_is_added_to():
    """The user's own tensor is overwritten, or forgotten."""
    x, g = leaf([1.0, 2.0]), ag.tensor([5.0, 5.0], dtype=ag.float64)
    x.grad = g
    (x * x).sum().backward()
    assert x.grad is g
    assert g.tolist() == [7, 9]


def test_a_tensor_is_not_its_own_gradient():
    """Accumulating would change the tensor."""
    x = leaf(1.0)
    with pytest.raises(GraphError, match="own gradient"):
        x.grad = x


@pytest.mark.parametrize("data", [1.0, [1.0, 2.0]])
@pytest.mark.parametrize(
    "clear", [lambda x: ag.optim.SGD([x], lr=0.1).zero_grad(set_to_none=False),
              lambda x: x.zero_grad(set_to_none=False)], ids=["optimizer", "tensor"],
)  # fmt: skip
def test_zeroed_gradients_stay_where_they_are(data, clear):
    """Who holds the gradient goes on reading the old one."""
    x = leaf(data)
    (x * x).sum().backward()
    held = x.grad
    clear(x)
    assert x.grad is held
    assert not held.array.any()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_duplicates_have_gradients_of_their_own(duplicate):
    """A copy loses its gradient, or accumulates into the original's."""
    x = leaf([1.0, 2.0])
    (x * x).sum().backward()
    other = duplicate(x)
    assert other.requires_grad
    (other * other).sum().backward()
    assert (x.grad.tolist(), other.grad.tolist()) == ([2, 4], [4, 8])


def test_duplicated_modules_train_apart():
    """A deep copy of a net shares parameters with it."""
    net = ag.nn.Linear(1, 1)
    other = copy.deepcopy(net)
    with ag.no_grad():
        other.weight.add_(1)
    other(ag.ones(1, 1)).sum().backward()
    assert net.weight.grad is None
    assert (other.weight - net.weight).item() == pytest.approx(1)


# Modes and threads


def test_no_grad_in_one_thread_only():
    """A global switch stops recording everywhere."""
    inside, done, x = threading.Event(), threading.Event(), leaf(3.0)

    def evaluate():
        with ag.no_grad():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=evaluate)
    thread.start()
    assert inside.wait(10)
    y = x * x
    done.set()
    thread.join()
    assert y.requires_grad


def test_no_grad_ends_with_an_exception():
    """Recording stays off after an error."""
    with pytest.raises(KeyError), ag.no_grad():
        raise KeyError
    assert (leaf(1.0) * 2).requires_grad


def test_no_grad_does_not_leak_out_of_a_generator():
    """It stays on in the loop that asks a generator for items."""

    @ag.no_grad()
    def batches():
        try:
            yield ag.is_grad_enabled()
        except ValueError:
            yield ag.is_grad_enabled(), "caught"

    items = batches()
    assert next(items) is False
    assert ag.is_grad_enabled()
    assert items.throw(ValueError) == (False, "caught")
    assert ag.is_grad_enabled()
    items.close()
    assert ag.is_grad_enabled()


def test_a_leaf_used_by_two_threads_at_once():
    """One adds to the gradient what the other has not yet seen."""
    w = leaf(np.zeros(1000))

    def work():
        for _ in range(100):
            (w * 2).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert (w.grad.array == 400).all()


@pytest.mark.parametrize("dtype", [ag.int64, ag.int8, ag.uint8, ag.bool])
def test_integers_require_no_gradient(dtype):
    """Their gradient would be rounded."""
    with pytest.raises(GraphError, match="floating"):
        ag.ones(2, dtype=dtype, requires_grad=True)


# Depth


def test_200_000_operations():
    """Recursion ends at 1000."""
    x = leaf(1.0)
    y = x
    for _ in range(200_000):
        y = y + 1
    y.backward()
    assert x.grad.item() == 1
