"""States of modules: taken, put back, refused; how they agree with PyTorch's is in tests/parity."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError
from tests.nn.net import Net


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


def refused(module, state, **options) -> str:
    with pytest.raises(AutogradError) as caught:
        module.load_state_dict(state, **options)
    return str(caught.value)


def small():
    net = nn.Module()
    net.model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    return net


def test_a_prefix_in_front_of_all_names_is_found():
    net = small()
    state = {f"module.{name}": t for name, t in net.state_dict().items()}
    message = refused(net, state)
    assert "fix: the names there begin with 'module.'" in message
    (fix,) = (line for line in message.split("\n") if "fix:" in line)
    assert str(net.load_state_dict(eval(fix.partition("load ")[2]))) == str(
        net.load_state_dict(net.state_dict())
    )


def test_a_part_that_the_state_is_of_is_found():
    net = small()
    message = refused(net, net.model.state_dict())
    assert "get_submodule('model').load_state_dict(state)" in message


def test_a_state_within_a_checkpoint_is_found():
    net = small()
    assert "load state['net']" in refused(net, {"epoch": 3, "net": net.state_dict()})


def test_a_misspelt_name_is_found():
    net = small()
    state = net.state_dict()
    state["model.0.wieght"] = state.pop("model.0.weight")
    assert "'model.0.wieght' there is probably 'model.0.weight' here" in refused(net, state)


def test_names_that_have_nothing_to_do_with_each_other_get_no_advice():
    assert "fix" not in refused(nn.Linear(1, 1), {"running_mean": ag.ones(1)})


def test_all_that_is_wrong_is_told_at_once_and_a_long_list_is_cut():
    net = nn.Sequential(*[nn.Linear(1, 1) for _ in range(15)])
    message = refused(net, {"0.weight": ag.ones(2, 2), "1.bias": "text", "no": ag.ones(1)})
    for part in ("and 8 more", "unexpected: no", "0.weight has shape (2, 2) there, (1, 1) here",
                 "1.bias: "):  # fmt: skip
        assert part in message


def test_shapes_are_looked_at_when_not_strict_too():
    assert "has shape" in refused(nn.Linear(1, 1), {"bias": ag.ones(2)}, strict=False)


def test_nothing_is_changed_where_a_hook_or_an_assignment_came_first():
    net = small()
    before = {name: t.clone() for name, t in net.state_dict().items()}
    held = net.model[0].weight
    bad = {**before, "model.2.bias": ag.ones(9)}
    net.register_load_state_dict_pre_hook(lambda m, *_: m.model[0].bias.data.add_(5))
    refused(net, bad, assign=True)
    assert net.model[0].weight is held
    for name, t in net.state_dict().items():
        np.testing.assert_array_equal(t, before[name], err_msg=name)


def test_a_refused_state_that_wrote_nothing_leaves_graphs_alone():
    layer = nn.Linear(2, 1)
    y = layer(ag.ones(1, 2, requires_grad=True)).sum()
    refused(layer, {"nothing": ag.ones(1)})
    y.backward()
    assert layer.weight.grad is not None


def test_a_class_may_save_and_load_otherwise():
    class Counted(nn.Module):
        def __init__(self):
            super().__init__()
            self.steps = 0

        def _save_to_state_dict(self, destination, prefix, keep_vars):
            super()._save_to_state_dict(destination, prefix, keep_vars)
            destination[prefix + "steps"] = ag.tensor(self.steps)

        def _load_from_state_dict(self, state_dict, prefix, *rest):
            self.steps = int(state_dict.pop(prefix + "steps"))
            super()._load_from_state_dict(state_dict, prefix, *rest)

    net, other = nn.Sequential(Counted()), nn.Sequential(Counted())
    net[0].steps = 7
    state = net.state_dict()
    other.load_state_dict(state)
    assert other[0].steps == 7
    assert list(state) == ["0.steps"]


def test_a_hook_after_saving_returns_nothing_but_one_of_the_older_kind_may():
    layer = nn.Linear(1, 1)
    with layer._register_state_dict_hook(lambda m, state, prefix, told: {"all": len(state)}):
        assert layer.state_dict() == {"all": 2}
    layer.register_state_dict_post_hook(lambda m, state, prefix, told: {})
    with pytest.raises(AutogradError, match="returns None"):
        layer.state_dict()


def test_a_name_is_suggested_once_and_for_its_shape_only():
    packed, apart = nn.MultiheadAttention(4, 2), nn.MultiheadAttention(4, 2, kdim=3, vdim=3)
    assert "probably" not in refused(packed, apart.state_dict())
    state = {"weigth": ag.ones(1, 2), "weighty": ag.ones(1, 2), "bais": ag.ones(1)}
    told = refused(nn.Linear(2, 1), state)
    assert told.count("is probably 'weight' here") == 1
    assert "'bais' there is probably 'bias' here" in told


def test_the_names_of_a_state_are_strings():
    with pytest.raises(TypeError, match="names in a state are strings, not 1"):
        nn.Linear(1, 1).load_state_dict({1: ag.ones(1)})


def test_a_state_is_added_to_a_dictionary_given_by_position():
    assert list(nn.Linear(1, 1, bias=False).state_dict({"a": 1}, "p.")) == ["a", "p.weight"]
