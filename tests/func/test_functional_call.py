"""Modules as functions of their parameters: whole again whatever happens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import autograd_fr as ag
from autograd_fr.errors import AutogradError
from autograd_fr.func import functional_call, grad, stack_module_state
from autograd_fr.nn import Linear, Module


class Counter(Module):
    """Counts its calls, by a new tensor or in place."""

    def __init__(self, in_place: bool) -> None:
        super().__init__()
        self.register_buffer("calls", ag.zeros(()))
        self.in_place = in_place

    def forward(self, x):
        self.calls = self.calls.add_(1) if self.in_place else self.calls + 1
        return x * self.calls


@pytest.fixture
def linear():
    ag.manual_seed(0)
    return Linear(2, 1)


def test_the_module_has_its_own_parameters_again(linear):
    before = dict(linear.named_parameters())
    weight = ag.tensor([[1.0, 2.0]], requires_grad=True)
    functional_call(linear, {"weight": weight}, ag.ones(2)).backward()
    assert weight.grad.tolist() == [[1, 1]]
    with pytest.raises(AutogradError):
        functional_call(linear, {"weight": weight, "bias": None}, ag.ones(3))
    assert all(t is before[name] for name, t in linear.named_parameters())


@pytest.mark.parametrize("in_place", [True, False])
def test_what_is_written_into_buffers_goes_to_the_tensors_given(in_place):
    module, state = Counter(in_place), {"calls": ag.tensor(5.0)}
    assert functional_call(module, state, ag.tensor(2.0)).item() == 12
    assert state["calls"].item() == 6 and module.calls.item() == 0


def test_gradients_by_name_are_those_of_backward(linear):
    x = ag.tensor([[1.0, 2.0], [3.0, -1.0]])
    found = grad(lambda s: functional_call(linear, s, x).pow(2).sum())(
        dict(linear.named_parameters())
    )
    assert linear.weight.grad is None
    linear(x).pow(2).sum().backward()
    for name, t in linear.named_parameters():
        assert (found[name] == t.grad).all()


def test_threads_share_a_module(linear, frequent_switches):
    def work(k):
        state = {"weight": ag.full((1, 2), float(k)), "bias": ag.zeros(1)}
        return {functional_call(linear, state, ag.ones(2)).item() for _ in range(100)}

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(8))) == [{2.0 * k} for k in range(8)]


def test_names_that_do_not_fit_are_told_with_the_nearest(linear):
    with pytest.raises(AutogradError, match=r"(?s)missing: weight.*wieght \(did you mean weight"):
        functional_call(linear, {"wieght": linear.weight, "bias": None}, strict=True)


def test_stacked_states_are_leaves_of_their_own(linear):
    other = Linear(2, 1)
    params, buffers = stack_module_state([linear, other])
    assert buffers == {} and params["weight"].is_leaf and params["weight"].requires_grad
    x = ag.tensor([1.0, 3.0])
    for k, module in enumerate((linear, other)):
        state = {name: t[k] for name, t in params.items()}
        assert (functional_call(module, state, x) == module(x)).all()
    params["weight"].data[0] = 0
    assert linear.weight.abs().sum() > 0


def test_what_is_no_tensor_of_the_module_cannot_be_replaced():
    net = ag.nn.Sequential(Linear(2, 1))
    with pytest.raises(TypeError, match="'0' is not a tensor of the module, but of type Linear"):
        functional_call(net, {"0": ag.ones(1)}, ag.ones(1, 2))
    with pytest.raises(TypeError, match="dictionaries, got 1 of type int"):
        functional_call(net, [1, 2], ag.ones(1, 2))
