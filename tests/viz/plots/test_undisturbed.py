"""Nothing of what happens to a model while it is looked at stays."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.viz.plots.undisturbed import evaluating, floating, owners, undisturbed


def model():
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 2))
    net[2].eval()
    net(ag.randn(5, 3)).sum().backward()
    return net


def everything(net):
    """All that there is to a model, to the bit."""
    tensors = [*net.parameters(), *net.buffers()]
    return (
        [module.training for module in net.modules()],
        [(id(t), id(t.array), np.asarray(t.array).tobytes()) for t in tensors],
        [t._version for t in tensors if t.ndim],
        [(id(p.grad), None if p.grad is None else p.grad.array.tobytes()) for p in tensors],
        [list(module._buffers) for module in net.modules()],
        ag.get_rng_state().tolist(),
    )


def disturb(net, error=None):
    net.train()
    net(ag.randn(5, 3)).sum().backward()
    ag.optim.SGD(net.parameters(), lr=0.1).step()
    net[0].weight.grad.mul_(2)
    net[1].running_mean = ag.ones(4)
    net[1].register_buffer("other", ag.ones(1))
    net.zero_grad()
    if error is not None:
        raise error


def test_a_model_is_as_it_was_afterwards():
    net = model()
    before = everything(net)
    with undisturbed([net]):
        disturb(net)
        assert all(e != b for e, b in zip(everything(net), before))
    assert everything(net) == before


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_so_it_is_when_something_fails(error):
    net = model()
    before = everything(net)

    with pytest.raises(error), undisturbed([net]):
        disturb(net, error)
    assert everything(net) == before


def test_tensors_alone_are_restored_too():
    w, b = ag.tensor([1.0, -0.0], requires_grad=True), ag.tensor(np.float32(2.0))
    array = w.array
    with undisturbed([], [w, b, w]):
        w.detach().fill_(5.0)
        b.add_(1)
        w.grad = ag.ones(2)
        assert (w.tolist(), b.item()) == ([5, 5], 3)
    assert w.array is array
    assert np.signbit(w.array).tolist() == [False, True]
    assert (b.item(), w.grad) == (2, None)


def test_graphs_recorded_before_stay_valid():
    w = ag.tensor([1.0, 2.0], requires_grad=True)
    y = (w * w).sum()
    with undisturbed([], [w]), ag.no_grad():
        w.mul_(7)
    y.backward()
    assert w.grad.tolist() == [2, 4]


def test_looking_is_no_decision_of_the_program():
    net = nn.Linear(2, 1)
    x = ag.ones(1, 2)
    with evaluating(net), ag.no_grad():
        net(x)
    y = net(x).sum()
    moved = ag.replay(y, {net.bias: net.bias.detach() + 1})
    assert moved.item() == pytest.approx(y.item() + 1)


def test_evaluating_is_in_evaluation_mode_and_of_a_function_just_calls_it():
    net = model()
    with evaluating(net):
        assert not any(module.training for module in net.modules())
    assert [module.training for module in net.modules()] == [True, True, True, False, True]
    with evaluating(ag.tanh):
        pass


def test_the_dtype_is_that_of_the_parameters_then_of_the_points():
    double = ag.tensor([1.0], dtype=ag.float64)
    assert floating(nn.Linear(1, 1).double(), ag.tensor([1.0])) == np.float64
    assert floating(nn.ReLU(), double) == floating(ag.tanh, double) == np.float64
    assert floating(ag.tanh, ag.tensor([1])) == floating(ag.tanh, np.ones(2)) == np.float32


def test_the_modules_around_a_tensor_are_found():
    net = nn.Sequential(nn.Sequential(nn.Linear(1, 1)), nn.ReLU())
    other = nn.Linear(1, 1)
    found = owners([net[0][0].bias])
    assert {id(module) for module in found} == {id(net), id(net[0]), id(net[0][0])}
    assert owners([ag.tensor(1.0)]) == []
    assert owners([other.weight]) == [other]
