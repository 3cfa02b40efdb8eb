"""Hooks on the calls of modules; how they agree with PyTorch's stands in tests/parity."""

from __future__ import annotations

import copy
import gc
import weakref
from collections import OrderedDict

import pytest

import autograd_fr as ag
from autograd_fr import nn


def test_a_module_without_hooks_keeps_none():
    layer = nn.ReLU()
    layer.register_forward_hook(lambda *_: None).remove()
    assert nn.ReLU._call_hooks is None
    assert layer(ag.tensor([-1.0])).tolist() == [0.0]


def test_hooks_are_told_a_nets_layers_in_the_order_of_their_calls():
    net, seen = nn.Sequential(nn.Linear(2, 3), nn.ReLU()), []
    for path, module in net.named_modules():
        module.register_forward_pre_hook(lambda m, args, path=path: seen.append(f"> {path}"))
        module.register_forward_hook(lambda m, args, y, path=path: seen.append(f"< {path}"))
    net(ag.zeros(1, 2))
    assert seen == ["> ", "> 0", "< 0", "> 1", "< 1", "< "]


def test_a_copy_has_the_hooks_too_and_its_own_table():
    layer = nn.ReLU()
    handle = layer.register_forward_hook(lambda m, args, y: y + 1)
    twin = copy.deepcopy(layer)
    handle.remove()
    assert layer(ag.tensor(1.0)).item() == 1.0
    assert twin(ag.tensor(1.0)).item() == 2.0


def test_wrong_returns_are_refused():
    layer = nn.ReLU()
    layer.register_forward_pre_hook(lambda m, args, kwargs: args[0], with_kwargs=True)
    with pytest.raises(ag.errors.AutogradError, match=r"the pair \(args, kwargs\), not a Tensor"):
        layer(ag.tensor(1.0))
    with pytest.raises(TypeError, match="a hook is a function"):
        layer.register_forward_hook(None)


def test_an_error_in_a_hook_that_is_always_called_does_not_hide_the_first():
    layer = nn.Linear(2, 3)
    layer.register_forward_hook(lambda m, args, y: 1 / 0, always_call=True)
    with pytest.warns(UserWarning, match="ZeroDivisionError"), pytest.raises(ag.errors.ShapeError):
        layer(ag.zeros(1, 7))


def test_hooks_on_gradients_make_no_cycle():
    net, x = nn.Sequential(nn.Linear(2, 2), nn.Tanh()), ag.ones(1, 2, requires_grad=True)
    for module in net.modules():
        module.register_full_backward_hook(lambda *_: None)
        module.register_full_backward_pre_hook(lambda *_: None)
    gc.disable()
    try:
        y = net(x)
        y.sum().backward()
        gone = weakref.ref(y.grad_fn), weakref.ref(net)
        del y, net, module
        assert gone[0]() is None and gone[1]() is None
    finally:
        gc.enable()


def test_a_hook_on_all_modules_costs_nothing_once_it_is_off():
    layer = nn.ReLU()
    with nn.modules.module.register_module_forward_hook(lambda m, args, y: y + 1):
        assert layer(ag.tensor(1.0)).item() == 2.0
    assert layer._call_hooks is None
    assert layer(ag.tensor(1.0)).item() == 1.0


def test_a_hook_without_gradients_of_inputs_is_told_so():
    layer, seen = nn.Linear(2, 1), []
    layer.register_full_backward_hook(lambda m, gx, gy: seen.append(gx))
    with pytest.warns(UserWarning, match="no input of Linear"):
        layer(ag.ones(1, 2)).sum().backward()
    assert seen == [(None,)]


def test_inputs_and_outputs_must_not_be_changed_in_place():
    class Doubling(nn.Module):
        def forward(self, x):
            return x.mul_(2)

    net = Doubling()
    net.register_full_backward_hook(lambda *_: None)
    with pytest.raises(ag.errors.GraphError, match="BackwardHook"):
        net(ag.ones(2, requires_grad=True) * 1)


def test_the_older_hook_is_taken_for_the_full_one():
    layer, seen = nn.Tanh(), []
    with pytest.warns(FutureWarning, match="register_full_backward_hook"):
        layer.register_backward_hook(lambda m, gx, gy: seen.append(gx[0].item()))
    layer(ag.tensor(0.0, requires_grad=True)).backward()
    assert seen == [1.0]


@pytest.mark.filterwarnings("ignore:register_backward_hook:FutureWarning")
@pytest.mark.parametrize(("first", "second"), [("", "full_"), ("full_", "")])
def test_older_and_full_hooks_on_one_module_are_refused(first, second):
    layer = nn.Tanh()
    getattr(layer, f"register_{first}backward_hook")(lambda *_: None)
    with pytest.raises(ag.errors.AutogradError, match="register_full_backward_hook for all"):
        getattr(layer, f"register_{second}backward_hook")(lambda *_: None)


def test_the_tables_of_hooks_are_those_that_pytorchs_programs_change():
    layer = nn.Tanh()
    handle = layer.register_forward_hook(lambda m, args, y: y + 1)
    assert list(layer._forward_hooks) == [handle.id] and not layer._forward_pre_hooks
    layer._forward_hooks.clear()
    assert layer(ag.tensor(0.0)).item() == 0
    layer._forward_pre_hooks = OrderedDict({0: lambda m, args: args[0] + ag.pi})
    assert layer(ag.tensor(-ag.pi)).item() == 0
    layer.register_full_backward_hook(print)
    assert list(layer._backward_hooks.values()) == [print] and not layer._backward_pre_hooks


def test_hooks_on_gradients_inside_vmap():
    layer, shapes = nn.Linear(2, 1, bias=False), []
    layer.weight.data.fill_(3.0)
    layer.register_full_backward_hook(lambda m, gx, gy: shapes.append(gx[0].shape))
    g = ag.vmap(ag.func.grad(lambda x: layer(x).sum()))(ag.ones(5, 2))
    assert g.tolist() == [[3.0, 3.0]] * 5
    assert (2,) in shapes
