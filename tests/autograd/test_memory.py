"""What a graph holds and when it lets go: depth, reference cycles, released activations."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import memory
from autograd_fr.autograd.node import Ghost
from autograd_fr.autograd.record import KEPT_BYTES

LARGE = 4096  # entries, far more than KEPT_BYTES


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


@pytest.fixture
def without_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def chain(x, n):
    y = x
    for _ in range(n):
        y = y + 1
    return y


# Depth


@pytest.mark.parametrize("shape", [(), (2,)])
@pytest.mark.parametrize("run", [True, False], ids=["after backward", "never run"])
def test_a_chain_of_200_000_operations(shape, run):
    x = leaf(np.ones(shape))
    y = chain(x, 200_000)
    node = weakref.ref(y.node.parents[0])
    if run:
        y.backward(np.ones(shape))
        assert (x.grad.array == 1).all()
    del y
    assert node() is None


def test_a_deep_graph_is_differentiated_twice():
    x = leaf(1.0)
    y = chain(x, 5000) * x
    (dx,) = ag.autograd.grad(y, x, create_graph=True)
    (ddx,) = ag.autograd.grad(dx, x)
    assert (dx.item(), ddx.item()) == (5002, 2)


# No reference cycles: everything dies with its last name


def ordinary(x):
    y = (x * 2).sin().sum()
    y.backward()
    return y


def never_run(x):
    return (x * 2).sin().sum()


def retained(x):
    h = x * 2
    h.retain_grad()
    y = h.sin().sum()
    y.backward()
    return y


def retained_graph(x):
    y = (x * 2).sin().sum()
    y.backward(retain_graph=True)
    return y


def recorded_gradient(x):
    (dx,) = ag.autograd.grad((x**3).sum(), x, create_graph=True)
    return dx.sum()


def second_order(x):
    (dx,) = ag.autograd.grad((x**3).sum(), x, create_graph=True)
    y = dx.sum()
    y.backward()
    return y


def several_parts(x):
    return ag.cat([x[:1], x[1:]]).max(0).values.sum()


@pytest.mark.usefixtures("without_collector")
@pytest.mark.parametrize(
    "work",
    [ordinary, never_run, retained, retained_graph, recorded_gradient, second_order, several_parts],
)
@pytest.mark.parametrize("n", [2, LARGE])
def test_nothing_outlives_its_last_name(work, n):
    x = leaf(np.linspace(1, 2, n))
    y = work(x)
    links = [weakref.ref(y), weakref.ref(y.node), weakref.ref(y.node.parents[0])]
    links.append(weakref.ref(x))
    del x, y
    assert [link() for link in links] == [None] * 4


@pytest.mark.usefixtures("without_collector")
def test_an_error_in_the_forward_leaves_nothing():
    x = leaf(np.ones(3))
    h = x * 2
    links = [weakref.ref(h), weakref.ref(h.node)]
    with pytest.raises(ag.errors.ShapeError):
        h + ag.ones(4)
    del x, h
    assert [link() for link in links] == [None, None]


@pytest.mark.usefixtures("without_collector")
def test_an_error_in_the_backward_leaves_nothing():
    x = leaf(np.ones(3))
    y = x.sin().sum()
    y.backward()
    links = [weakref.ref(y), weakref.ref(y.node)]
    with pytest.raises(ag.errors.GraphError):
        y.backward()
    del x, y
    assert [link() for link in links] == [None, None]


# Activations are released by backward

ACTIVATIONS = {
    "sin": lambda h: h.sin().sum(),
    "product": lambda h: (h * h).sum(),
    "exp": lambda h: h.exp().sum(),
    "matmul": lambda h: (h.reshape((1, -1)) @ h.reshape((-1, 1))).sum(),
    "dot product": lambda h: h @ h,
    "relu": lambda h: h.relu().sum(),
    "softmax": lambda h: h.softmax(0)[0],
    "var": lambda h: h.var(),
    "amax": lambda h: h.amax(),
    "max": lambda h: h.max(0).values,
    "logsumexp": lambda h: h.logsumexp(0),
    "cat": lambda h: ag.cat([h, h]).exp().sum(),
    "where": lambda h: ag.where(h > 0, h, h * 2).sum(),
    "pow": lambda h: (h**3).sum(),
    "index": lambda h: h[np.arange(LARGE)].exp().sum(),
    "linear": lambda h: ag.linear(h, ag.tensor(np.ones((1, LARGE)))).sum(),
}


@pytest.mark.usefixtures("without_collector")
@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_a_kept_loss_holds_no_activation(f):
    x = leaf(np.linspace(1, 2, LARGE))
    h = x * 2
    link = weakref.ref(h.array)
    loss = f(h)
    del h
    loss.backward()
    assert x.grad is not None
    assert link() is None


@pytest.mark.usefixtures("without_collector")
def test_what_no_rule_reads_is_not_even_kept_by_the_forward():
    x = leaf(np.ones(LARGE))
    h = x + 1
    link = weakref.ref(h.array)
    y = h + 1
    del h
    assert link() is None
    assert isinstance(y.node.args[0], Ghost)


def test_a_released_graph_keeps_no_large_array_anywhere():
    x = leaf(np.ones((64, 64)))
    loss = ((x @ x).relu() * x).softmax(1).log().mean()
    loss.backward()
    nodes, kept = [loss.node], []
    for node in nodes:
        nodes += [p for p in node.parents if hasattr(p, "op")]
        kept += [a for a in (*node.args, node.y, node.grad) if isinstance(a, np.ndarray)]
    assert len(nodes) >= 6
    assert all(a.nbytes <= KEPT_BYTES for a in kept)


def test_values_of_a_retained_graph_stay():
    x = leaf(np.ones(LARGE))
    h = x * 2
    link = weakref.ref(h.array)
    loss = (h * h).sum()
    del h
    loss.backward(retain_graph=True)
    assert link() is not None
    loss.backward()
    assert link() is None
    assert (x.grad.array == 16).all()


def test_small_arrays_stay_with_a_node_and_large_ones_go():
    for n, stays in ((KEPT_BYTES // 8, True), (LARGE, False)):
        y = (leaf(np.ones(n)) * leaf(np.ones(n))).sum()
        node = y.node.parents[0]
        y.backward()
        assert [isinstance(array, Ghost) for array in node.args] == [not stays] * 2


def test_copies_of_arrays_shared_with_numpy_go():
    x = ag.from_numpy(np.ones(3)).requires_grad_()
    y = (x * x).sum()
    node = y.node.parents[0]
    assert node.extras.seals
    y.backward()
    assert node.extras.seals is None


def test_memory_is_alone_while_nobody_else_refers_to_it():
    whole = np.ones((200, 3))
    assert memory.alone(whole)
    reshaped = np.ones(600).reshape(200, 3)
    assert memory.alone(reshaped)
    assert not memory.alone(whole.reshape(3, 200))  # `whole` refers to it
    assert not memory.alone(np.ones((200, 3)).T)  # in another order
    assert not memory.alone(np.ones((200, 3))[1:])
    assert not memory.alone(np.broadcast_to(np.ones(3), (200, 3)))
    another = reshaped[:]
    assert not memory.alone(reshaped)
    assert not memory.alone(another)


def test_what_a_hook_has_seen_is_not_what_grad_is():
    x, w = ag.ones(200, 3, requires_grad=True), ag.full((600,), 2.0)
    seen = []
    y = x.reshape(600)
    y.register_hook(seen.append)
    (y * w).sum().backward()
    x.grad.zero_()
    assert (seen[0] == 2).all()


CELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import autograd_fr as ag\\ny = ag.ones(2, requires_grad=True) * 2", True)
print(shell.user_ns["y"].grad_fn.line)
"""


def test_a_line_in_a_notebook_is_told_by_its_cell():
    pytest.importorskip("IPython", reason="cells are IPython's")
    told = subprocess.run([sys.executable, "-c", CELL], capture_output=True, text=True, check=True)
    assert told.stdout == "line 2 of cell In[1]\n"
