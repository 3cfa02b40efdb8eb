"""Modules whose parameters have no shape before the first call."""

from __future__ import annotations

import copy
import pickle

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import AutogradError, UninitializedError


def test_the_first_input_tells_the_shape_and_the_layer_is_an_ordinary_one_then():
    layer = nn.LazyLinear(3)
    weight = layer.weight
    assert repr(layer) == "LazyLinear(in_features=0, out_features=3, bias=True)"
    assert layer.has_uninitialized_params()
    assert layer(ag.ones(2, 4)).shape == (2, 3)
    assert type(layer) is nn.Linear
    assert repr(layer) == "Linear(in_features=4, out_features=3, bias=True)"
    assert layer.weight is weight and type(weight) is nn.Parameter
    assert not layer._call_hooks.before and not hasattr(layer, "_initialize_hook")


def test_it_starts_as_the_ordinary_layer_does():
    ag.manual_seed(0)
    lazy = nn.LazyLinear(3)
    lazy(ag.ones(1, 4))
    ag.manual_seed(0)
    plain = nn.Linear(4, 3)
    assert (lazy.weight == plain.weight).all() and (lazy.bias == plain.bias).all()


USES = {
    "shape": lambda p: p.shape, "ndim": lambda p: p.ndim, "size": lambda p: p.size(),
    "numel": lambda p: p.numel(), "len": len, "sum": lambda p: p + 1, "sin": ag.sin,
    "index": lambda p: p[0], "numpy": lambda p: p.detach().numpy(), "item": lambda p: p.item(),
    "init": nn.init.zeros_,
}  # fmt: skip


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("kind", [nn.UninitializedParameter, nn.UninitializedBuffer])
def test_a_use_before_the_first_call_is_told(kind, use):
    with pytest.raises(UninitializedError, match="call the module once"):
        use(kind())


def test_dtype_and_requires_grad_are_known_before_and_kept():
    layer = nn.LazyLinear(2, dtype=ag.float64).requires_grad_(False)
    layer.half().double()
    layer(ag.ones(1, 3, dtype=ag.float64))
    assert layer.weight.dtype == ag.float64
    assert not layer.weight.requires_grad
    assert not layer(ag.ones(1, 3, dtype=ag.float64)).requires_grad


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_waits_for_an_input_of_its_own(duplicate):
    layer = nn.LazyLinear(2)
    twin = duplicate(layer)
    twin(ag.ones(1, 5))
    assert layer.has_uninitialized_params()
    assert twin.weight.shape == (2, 5)
    assert not twin._call_hooks.before


def test_a_state_tells_the_shapes_as_well():
    layer, plain = nn.LazyLinear(3), nn.Linear(4, 3)
    layer.load_state_dict(plain.state_dict())
    assert layer.weight.shape == (3, 4)
    assert (layer(ag.ones(1, 4)) == plain(ag.ones(1, 4))).all()
    assert layer.in_features == 4


def test_a_state_without_shapes_goes_to_layers_without_shapes_only():
    state = nn.LazyLinear(3).state_dict()
    assert str(nn.LazyLinear(3).load_state_dict(state)) == "<All keys matched successfully>"
    with pytest.raises(AutogradError, match="has no shape"):
        nn.Linear(4, 3).load_state_dict(state)


def test_a_state_that_is_refused_leaves_it_without_a_shape():
    layer = nn.LazyLinear(3)
    with pytest.raises(AutogradError, match="missing: bias"):
        layer.load_state_dict({"weight": ag.ones(3, 4)})
    assert layer.has_uninitialized_params()
    layer(ag.ones(1, 7))
    assert layer.weight.shape == (3, 7)


def test_a_class_that_forgets_a_parameter_is_told():
    class Forgetful(nn.lazy.LazyModuleMixin, nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.UninitializedParameter()

        def initialize_parameters(self, x):
            pass

    with pytest.raises(UninitializedError, match="Forgetful"):
        Forgetful()(ag.ones(1))


def test_an_optimizer_made_before_the_first_call_trains_as_in_pytorch():
    layer = nn.LazyLinear(1)
    optimizer = optim.SGD(layer.parameters(), lr=0.1)
    layer(ag.ones(1, 2)).sum().backward()
    before = layer.weight.detach().clone()
    optimizer.step()
    assert (layer.weight < before).all()


def test_a_buffer_waits_too():
    class Seen(nn.lazy.LazyModuleMixin, nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("total", nn.UninitializedBuffer())

        def initialize_parameters(self, x, start=0.0):
            self.total.materialize(x.shape)
            self.total += start

        def forward(self, x, start=0.0):
            self.total += x
            return self.total

    assert Seen()(ag.ones(2), start=5.0).tolist() == [6.0, 6.0]
