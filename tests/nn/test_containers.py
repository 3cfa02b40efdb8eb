"""Containers of modules and parameters; how they agree with PyTorch's is in tests/parity."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn


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


def test_layers_are_added_in_kerass_way():
    net = nn.Sequential().add(nn.Linear(2, 3)).add(nn.ReLU())
    assert net(ag.zeros(4, 2)).shape == (4, 3)


@pytest.mark.parametrize(
    ("layer", "way_out"),
    [
        (nn.ReLU, "got the class ReLU: make one, ReLU(...)"),
        (
            [nn.ReLU(), nn.Tanh()],
            "got list: give its modules one by one, as in Sequential(*layers)",
        ),
        ("tanh", "got str: Activation('tanh') is a layer, of the activations by name"),
        (ag.tanh, "got function: Activation(tanh) is a layer, of any function"),
        (3, "got int"),
    ],
)
def test_what_is_no_layer_is_told_how_to_become_one(layer, way_out):
    for add in (nn.Sequential, nn.Sequential().add):
        with pytest.raises(TypeError) as caught:
            add(layer)
        assert str(caught.value) == f"'0' must be a Module, {way_out}"


def test_compile_is_pytorchs_and_not_kerass():
    assert nn.ReLU().compile(mode="max-autotune") is None
    with pytest.raises(TypeError, match=r"no argument 'optimizer'.*training\.fit"):
        nn.Sequential(nn.ReLU()).compile(optimizer="sgd", loss="mse")


def test_a_slice_keeps_names_and_class():
    class Net(nn.Sequential):
        pass

    net = Net({"a": nn.ReLU(), "b": nn.Tanh(), "c": nn.ReLU()})
    assert type(net[1:]) is Net
    assert [name for name, _ in net[1:].named_children()] == ["b", "c"]
    with pytest.raises(ValueError, match=r"append\(\)"):
        net + nn.ReLU()


def test_a_layer_that_stands_twice_is_called_twice():
    layer = nn.Linear(1, 1, bias=False)
    net = nn.Sequential(layer, layer)
    layer.weight.data.fill_(3.0)
    assert net(ag.ones(1, 1)).item() == 9.0
    assert len(list(net.children())) == 1 and len(net) == 2


def test_a_key_that_is_a_method_is_refused():
    with pytest.raises(KeyError, match="'keys' already"):
        nn.ModuleDict({"keys": nn.ReLU()})
    with pytest.raises(KeyError, match="among the modules a"):
        nn.ModuleDict({"a": nn.ReLU()})["b"]


def test_tensors_in_containers_become_parameters_over_the_same_memory():
    t = ag.zeros(2)
    held = nn.ParameterList([t])
    t[0] = 5.0
    assert held[0].tolist() == [5.0, 0.0] and held[0].requires_grad


def test_indices_are_places_whatever_the_names():
    rest = nn.Sequential(*(nn.Linear(1, n) for n in range(1, 5)))[1:]
    assert [rest[i].out_features for i in (0, 1, 2, -1)] == [2, 3, 4, 4]
    layers = nn.ModuleList(nn.Linear(1, n) for n in range(1, 5))
    del layers[0]
    assert [layers[i].out_features for i in (0, 2, -3)] == [2, 4, 2]
    for i in (3, -4):
        with pytest.raises(IndexError, match=f"index {i} in a ModuleList of 3"):
            layers[i]


def test_none_in_the_place_of_a_layer_is_refused_at_once():
    with pytest.raises(TypeError, match="may lack its `return`"):
        nn.Sequential().add(None)
