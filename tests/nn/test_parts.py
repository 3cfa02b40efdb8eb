"""Parts that are found through the class are those in the tables of a module, whatever happens."""

import copy
import pickle

import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.nn.parts import Part
from autograd_fr.nn.registration import Registered


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w, self.layer = nn.Parameter(ag.ones(2)), nn.ReLU()
        self.register_buffer("seen", ag.zeros(1))
        self.register_parameter("absent", None)


def test_parts_are_found_without_a_search_that_fails(monkeypatch):
    net = Net()

    def fail(self, name):
        raise AssertionError(f"{name} was looked for")

    monkeypatch.setattr(Registered, "__getattr__", fail)
    assert net.w is net._parameters["w"] and net.layer is net._modules["layer"]
    assert net.seen is net._buffers["seen"] and net.absent is None


def test_what_is_written_into_the_tables_is_found():
    net, w = Net(), nn.Parameter(ag.zeros(3))
    net._parameters["w"] = w
    assert net.w is w
    net._parameters = {"w": None}
    assert net.w is None
    del net._parameters["w"]
    assert not hasattr(net, "w") and "w" not in dir(net)
    net._buffers["w"] = w
    assert net.w is w and "w" in dir(net)


def test_a_plain_attribute_goes_before_a_part():
    net = Net()
    del net.w
    net.w = 3
    assert net.w == 3 and vars(net)["w"] == 3
    assert isinstance(Net().w, nn.Parameter)


def test_the_class_has_nothing_of_the_name():
    Net()
    assert not hasattr(Net, "w")
    with pytest.raises(AttributeError, match="type object 'Net' has no attribute 'w'"):
        _ = Net.w
    other = nn.Module.__new__(Net)
    with pytest.raises(AttributeError, match=r"Net has no attribute 'w'$"):
        _ = other.w


def test_what_a_class_defines_stays():
    class Halved(Net):
        def __init__(self):
            super().__init__()
            self._parameters["half"] = nn.Parameter(ag.ones(2))
            self.add_module("__len__", nn.ReLU())

        @property
        def half(self):
            return self._parameters["half"] / 2

    net = Halved()
    assert net.half.tolist() == [0.5, 0.5]
    with pytest.raises(TypeError, match="has no len"):
        len(net)


def test_a_base_that_comes_later_has_its_say():
    class First(nn.Module):
        def __init__(self, own=True):
            super().__init__()
            if own:
                self.gain = nn.Parameter(ag.ones(1))

    class Second(nn.Module):
        gain = 7

    class Both(First, Second):
        pass

    assert First().gain.tolist() == [1.0]
    assert Both.gain == 7 and Both(own=False).gain == 7
    with pytest.raises(KeyError, match="has an attribute 'gain' already"):
        Both()


def test_a_class_with_its_own_way_to_attributes_keeps_it():
    class Doubling(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(ag.ones(2))

        def __getattr__(self, name):
            found = super().__getattr__(name)
            return 2 * found if name == "w" else found

    assert Doubling().w.tolist() == [2.0, 2.0]
    assert "w" not in vars(Doubling)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_copies_have_their_own(again):
    layer = nn.Linear(2, 1)
    twin = again(layer)
    assert isinstance(vars(nn.Linear)["weight"], Part)
    assert twin.weight is twin._parameters["weight"]
    assert twin.weight.tolist() == layer.weight.tolist()
    assert "weight" not in vars(twin)


def test_a_subclass_may_have_its_own_way_to_attributes():
    class Base(nn.Module):
        def __init__(self):
            super().__init__()
            self.own = nn.ReLU()

    class Sub(Base):
        def __getattr__(self, name):
            return "mine" if name == "own" else super().__getattr__(name)

    class Other:
        def own(self):
            return 5

    class Both(Base, Other):
        pass

    assert isinstance(Base().own, nn.ReLU)
    assert Sub().own == "mine"
    assert Both().own() == 5


def test_names_that_come_and_go_leave_nothing_in_the_class():
    before = len(vars(nn.ModuleDict))
    table = nn.ModuleDict()
    for k in range(20):
        table[f"part{k}"] = nn.ReLU()
        assert isinstance(getattr(table, f"part{k}"), nn.ReLU)
    assert len(vars(nn.ModuleDict)) == before
