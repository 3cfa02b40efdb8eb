"""Registration, walking, modes, state and text of modules."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.rest = nn.Sequential(nn.ReLU(), nn.Dropout(0.3), nn.Linear(4, 2, bias=False))
        self.scale = nn.Parameter(ag.ones(2))
        self.register_buffer("mean", ag.zeros(3))
        self.note = "an ordinary attribute"

    def forward(self, x):
        return self.rest(self.first(x - self.mean)) * self.scale


def test_parameters_are_named_by_their_path_in_order_of_registration():
    # PyTorch's order: a module's own parameters first, then those of its children.
    names = [name for name, _ in Net().named_parameters()]
    assert names == ["scale", "first.weight", "first.bias", "rest.2.weight"]


def test_a_linear_layer_has_its_weights_and_biases():
    assert sum(p.numel() for p in nn.Linear(3, 4).parameters()) == 16


def test_a_shared_layer_is_visited_once_but_saved_under_each_name():
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, nn.ReLU(), layer)
    assert [name for name, _ in net.named_parameters()] == ["0.weight", "0.bias"]
    assert list(net.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert len(list(net.modules())) == 3


def test_setting_a_part_to_something_else_is_refused_but_none_is_its_absence():
    net = Net()
    with pytest.raises(TypeError, match="scale is a Parameter"):
        net.scale = ag.ones(2)
    net.scale = None
    assert "scale" not in dict(net.named_parameters())
    net.first = nn.Identity() if hasattr(nn, "Identity") else nn.ReLU()
    assert "first.weight" not in dict(net.named_parameters())


def test_an_attribute_that_becomes_a_parameter_leaves_the_ordinary_ones():
    net = Net()
    net.note = nn.Parameter(ag.zeros(1))
    assert "note" in dict(net.named_parameters())
    assert "note" not in net.__dict__
    del net.note
    assert not hasattr(net, "note")


def test_forgetting_super_init_is_told():
    class Bad(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(1, 1)

    with pytest.raises(AttributeError, match=r"super\(\).__init__"):
        Bad()


def test_a_misspelt_attribute_gets_a_suggestion():
    with pytest.raises(AttributeError, match="did you mean 'first'"):
        _ = Net().frist


@pytest.mark.parametrize("name", ["", "a.b", "forward", "first"])
def test_names_that_cannot_be_registered(name):
    with pytest.raises(KeyError):
        Net().register_buffer(name, ag.zeros(1))


def test_train_and_eval_reach_every_submodule():
    net = Net().eval()
    assert not any(module.training for module in net.modules())
    assert all(module.training for module in net.train().modules())


def test_apply_visits_children_before_parents():
    seen = []
    Net().apply(lambda module: seen.append(type(module).__name__))
    assert seen[-1] == "Net"
    assert sorted(seen) == sorted(["Linear", "Sequential", "ReLU", "Dropout", "Linear", "Net"])


def test_requires_grad_freezes_all_parameters():
    net = Net().requires_grad_(False)
    assert not net(ag.ones(1, 3)).requires_grad


def test_zero_grad_forgets_gradients():
    net = Net().eval()
    net(ag.ones(1, 3)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_state_goes_round_and_shares_memory_with_its_module():
    a, b = Net(), Net()
    b.load_state_dict(a.state_dict())
    for (name, p), q in zip(a.named_parameters(), b.parameters(), strict=True):
        np.testing.assert_array_equal(p.array, q.array, err_msg=name)
    assert list(a.state_dict()) == [
        "scale", "mean", "first.weight", "first.bias", "rest.2.weight",
    ]  # fmt: skip
    a.state_dict()["scale"].array[0] = 7
    assert a.scale[0].item() == 7


def test_a_state_that_does_not_fit_is_refused_whole():
    net = Net()
    state = {name: t + 1 for name, t in net.state_dict().items()}
    state["first.weight"] = ag.zeros(2, 2)
    state["extra"] = state.pop("scale")
    before = net.first.bias.array.copy()
    with pytest.raises(AutogradError) as caught:
        net.load_state_dict(state)
    for fault in ("missing: scale", "unexpected: extra", "first.weight has shape (2, 2)", "(4, 3)"):
        assert fault in str(caught.value)
    np.testing.assert_array_equal(net.first.bias.array, before)


def test_a_part_of_a_state_can_be_loaded_when_not_strict():
    net = Net()
    net.load_state_dict({"scale": np.array([5.0, 6.0])}, strict=False)
    assert net.scale.tolist() == [5.0, 6.0]
    assert net.scale.dtype == ag.float32


def test_a_submodule_is_found_by_its_path():
    net = Net()
    assert net.get_submodule("rest.2") is net.rest[2]
    assert net.get_submodule("") is net


def test_the_text_is_pytorchs():
    assert repr(Net()) == (
        "Net(\n"
        "  (first): Linear(in_features=3, out_features=4, bias=True)\n"
        "  (rest): Sequential(\n"
        "    (0): ReLU()\n"
        "    (1): Dropout(p=0.3, inplace=False)\n"
        "    (2): Linear(in_features=4, out_features=2, bias=False)\n"
        "  )\n"
        ")"
    )


def test_sequential_is_indexed_sliced_and_extended():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    assert len(net) == 3
    assert net[-1] is net[2]
    assert [type(m).__name__ for m in net[1:]] == ["ReLU", "Linear"]
    assert net.append(nn.Sigmoid())(ag.zeros(4, 2)).shape == (4, 1)
    with pytest.raises(IndexError, match="4 modules"):
        net[4]


def test_sequential_takes_named_modules():
    net = nn.Sequential({"hidden": nn.Linear(2, 3), "out": nn.Linear(3, 1)})
    assert net.hidden is net[0]
    with pytest.raises(TypeError, match="must be a Module"):
        nn.Sequential(nn.Linear(2, 3), "relu")


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Empty"):
        type("Empty", (nn.Module,), {})()(1)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_is_independent_and_whole(duplicate):
    net = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.1)).eval()
    twin = duplicate(net)
    assert repr(twin) == repr(net)
    assert not twin.training
    for (name, p), q in zip(net.named_parameters(), twin.parameters(), strict=True):
        assert type(q) is nn.Parameter, name
        assert q.requires_grad
        assert not np.shares_memory(p.array, q.array)
        np.testing.assert_array_equal(p.array, q.array)


def test_a_state_loaded_before_backward_is_noticed():
    layer, x = nn.Linear(2, 1), ag.ones(1, 2, requires_grad=True)
    y = layer(x).sum()
    layer.load_state_dict({name: 2 * t for name, t in layer.state_dict().items()})
    with pytest.raises(AutogradError, match="written into"):
        y.backward()


def test_a_shared_layer_is_loaded_under_each_of_its_names():
    layer = nn.Linear(2, 2)
    net = nn.Sequential(layer, layer)
    state = {name: t + 1 for name, t in net.state_dict().items()}
    net.load_state_dict(state)
    np.testing.assert_array_equal(layer.weight.array, state["1.weight"].array)
