"""Hooks on the calls of modules; how they agree with PyTorch's stands in tests/parity."""

from __future__ import annotations

import copy

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
    with pytest.raises(TypeError, match="a pair"):
        layer(ag.tensor(1.0))
    with pytest.raises(TypeError, match="a hook is a function"):
        layer.register_forward_hook(None)


def test_an_error_in_a_hook_that_is_always_called_does_not_hide_the_first():
    layer = nn.Linear(2, 3)
    layer.register_forward_hook(lambda m, args, y: 1 / 0, always_call=True)
    with pytest.warns(UserWarning, match="ZeroDivisionError"), pytest.raises(ag.errors.ShapeError):
        layer(ag.zeros(1, 7))
