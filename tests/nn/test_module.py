"""Registration, walking, modes, state and text of modules."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, DtypeError
from tests.nn.net import Net


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
    net.first = nn.Identity()
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


@pytest.mark.parametrize(
    "use",
    [
        lambda m: m.register_buffer("b", ag.ones(1)),
        lambda m: m.register_parameter("p", None),
        lambda m: m.add_module("m", nn.ReLU()),
        lambda m: list(m.parameters()),
        lambda m: m.state_dict(),
        lambda m: m.training,
        repr,
    ],
)  # fmt: skip
def test_forgetting_super_init_is_told_wherever_it_matters(use):
    class Bad(nn.Module):
        def __init__(self):
            self.h = 3

    with pytest.raises(AttributeError, match=r"call super\(\).__init__\(\) at the start of Bad"):
        use(Bad())


def test_an_error_inside_a_property_is_the_one_that_is_told():
    class Sized(nn.Module):
        @property
        def size(self):
            return self.missing

    with pytest.raises(AttributeError, match="Sized has no attribute 'missing'"):
        _ = Sized().size


@pytest.mark.parametrize("name", ["fit", "predict", "evaluate"])
def test_methods_of_keras_are_found_among_the_functions(name):
    assert callable(getattr(ag.training, name))
    with pytest.raises(AttributeError, match=rf"no attribute '{name}': training\.{name}\(model"):
        getattr(nn.Sequential(), name)


def test_hooks_see_what_is_registered_and_may_replace_it():
    seen, places = [], nn.modules.module
    with (
        places.register_module_parameter_registration_hook(lambda m, n, p: seen.append(n)),
        places.register_module_buffer_registration_hook(
            lambda m, n, b: b + 1 if n == "b" else None
        ),
        places.register_module_module_registration_hook(lambda m, n, c: nn.Tanh()),
    ):
        net = nn.Sequential(nn.Linear(2, 2))
        net.register_buffer("b", ag.zeros(1))
    net.c = nn.Linear(1, 1)
    assert (seen, net.b.item(), str(net[0])) == (["weight", "bias"], 1, "Tanh()")


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


class Wrapped(nn.Module):
    """A module that answers for the one it holds."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.inner, name)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))]
)
def test_a_module_that_answers_for_another_can_be_copied(duplicate):
    assert duplicate(Wrapped(nn.Linear(2, 3))).in_features == 2


def test_hooks_and_shared_parameters_come_along_in_a_pickle():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    net.register_forward_hook(_doubled)
    net.register_full_backward_hook(_passed)
    net.register_state_dict_post_hook(_passed)
    twin = pickle.loads(pickle.dumps(net))
    assert twin[0].weight is twin[1].weight
    x = ag.ones(1, 2)
    np.testing.assert_array_equal(twin(x).detach(), net(x).detach())
    handle = twin.register_forward_hook(_doubled)  # its number is not that of a hook there is
    assert len(twin._call_hooks.after) == 2
    handle.remove()


def _doubled(module, args, y):
    return 2 * y


def _passed(*_):
    return None


def test_a_parameter_keeps_its_class_in_copies():
    class Scale(nn.Parameter):
        pass

    p = copy.deepcopy(Scale(ag.ones(2), requires_grad=False))
    assert type(p) is Scale and not p.requires_grad
    buffer = pickle.loads(pickle.dumps(nn.Buffer(ag.ones(2), persistent=False)))
    assert type(buffer) is nn.Buffer and not buffer.persistent


def test_what_cannot_be_done_here_says_so():
    with pytest.raises(DtypeError, match="bfloat16"):
        nn.Linear(1, 1).bfloat16()
    with pytest.raises(AutogradError, match="share_memory"):
        nn.Linear(1, 1).share_memory()
    with pytest.raises(AutogradError, match="cuda"):
        nn.Linear(1, 1).to_empty(device="cuda")


def test_an_attribute_may_be_asked_for_that_is_a_property_of_the_class():
    class Net(nn.Module):
        @property
        def size(self):
            return 3

    with pytest.raises(KeyError, match="'size' already"):
        Net().register_buffer("size", ag.ones(1))


def test_what_is_pytorchs_is_told_from_what_has_the_same_name_here():
    torch = pytest.importorskip("torch", reason="what is taken for ours must be there")
    with pytest.raises(TypeError, match=r"or None, got torch\.nn\.parameter\.Parameter"):
        nn.Linear(1, 1).weight = torch.nn.Parameter(torch.ones(1, 1))
    with pytest.raises(TypeError, match=r"'0' must be a Module, got torch\.nn\..*\.ReLU"):
        nn.Sequential(torch.nn.ReLU())
    with pytest.raises(TypeError, match="or None, got int"):
        nn.Linear(1, 1).weight = 3
