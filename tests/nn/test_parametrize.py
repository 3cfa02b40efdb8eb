"""Parametrizations, fusion, calls with other parameters; the numbers stand in tests/parity."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import AutogradError
from autograd_fr.nn.utils import parametrizations, parametrize


class Doubled(nn.Module):
    def forward(self, X):
        return 2 * X


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_is_parametrized_by_itself(duplicate):
    layer = parametrizations.weight_norm(nn.Linear(3, 2))
    twin = duplicate(layer)
    assert type(twin).__name__ == "ParametrizedLinear"
    np.testing.assert_array_equal(twin.weight.detach(), layer.weight.detach())
    twin.parametrizations.weight.original0.data.fill_(0.0)
    assert layer.weight.abs().sum() > 0
    parametrize.remove_parametrizations(layer, "weight")
    assert parametrize.is_parametrized(twin) and not parametrize.is_parametrized(layer)


def test_copies_share_their_class_and_can_be_stacked():
    layer = nn.utils.parametrizations.weight_norm(nn.Linear(2, 1))
    twins = [copy.deepcopy(layer) for _ in range(3)]
    assert {type(twin) for twin in twins} == {type(layer)}
    params, _ = ag.func.stack_module_state(twins)
    assert params["parametrizations.weight.original1"].shape == (3, 1, 2)
    nn.utils.parametrizations.weight_norm(twins[0], "bias")
    assert type(twins[0]) is not type(twins[1])


def test_a_tensor_that_cannot_be_assigned_to_says_so():
    layer = parametrize.register_parametrization(nn.Linear(2, 2), "weight", Doubled())
    with pytest.raises(NotImplementedError, match="Doubled has no right_inverse"):
        layer.weight = ag.ones(2, 2)


def test_shapes_may_change_only_when_that_is_meant():
    flat = nn.Flatten(0)
    with pytest.raises(ValueError, match="unsafe=True"):
        parametrize.register_parametrization(nn.Linear(2, 3), "weight", flat)
    layer = parametrize.register_parametrization(nn.Linear(2, 3), "weight", flat, unsafe=True)
    assert layer.weight.shape == (6,)


def test_the_names_there_are_are_told():
    with pytest.raises(ValueError, match="it has weight, bias"):
        parametrize.register_parametrization(nn.Linear(2, 2), "wieght", Doubled())


@pytest.mark.parametrize("name", ["matrix_exp", "cayley", "householder"])
@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 2)])
def test_training_keeps_a_weight_orthogonal(name, shape):
    layer = parametrizations.orthogonal(nn.Linear(*shape).double(), orthogonal_map=name)
    optimizer = optim.SGD(layer.parameters(), lr=0.1)
    before = layer.weight.detach()
    for _ in range(5):
        optimizer.zero_grad()
        (layer(ag.ones(1, shape[0]).double()) ** 2).sum().backward()
        optimizer.step()
    W = layer.weight.detach().numpy()
    gram = W @ W.T if shape[0] > shape[1] else W.T @ W
    np.testing.assert_allclose(gram, np.eye(min(shape)), atol=1e-12)
    assert not np.allclose(before, W)


def test_the_power_method_finds_the_largest_singular_value():
    layer = parametrizations.spectral_norm(nn.Linear(4, 3).double(), n_power_iterations=50)
    layer(ag.ones(1, 4).double())
    assert np.linalg.norm(layer.weight.detach().numpy(), 2) == pytest.approx(1.0)


def test_fused_layers_compute_the_same():
    x = ag.randn(4, 3, 5, 5).double()
    conv, bn = nn.Conv2d(3, 4, 2).double(), nn.BatchNorm2d(4).double()
    bn(conv(x))
    with pytest.raises(AutogradError, match=r"eval\(\)"):
        nn.utils.fuse_conv_bn_eval(conv, bn)
    conv.eval(), bn.eval()
    fused = nn.utils.fuse_conv_bn_eval(conv, bn)
    np.testing.assert_allclose(fused(x).detach(), bn(conv(x)).detach(), atol=1e-12)
    up, linear = (
        nn.ConvTranspose2d(3, 4, 2).double().eval(),
        nn.Linear(5, 4, bias=False).double().eval(),
    )
    fused = nn.utils.fuse_conv_bn_eval(up, bn, transpose=True)
    np.testing.assert_allclose(fused(x).detach(), bn(up(x)).detach(), atol=1e-12)
    flat, rows = nn.BatchNorm1d(4).double(), x[:, 0, 0]
    flat(linear(rows)), flat.eval()
    fused = nn.utils.fuse_linear_bn_eval(linear, flat)
    np.testing.assert_allclose(fused(rows).detach(), flat(linear(rows)).detach(), atol=1e-12)


def test_a_module_is_called_with_other_parameters():
    layer = nn.Linear(1, 1, bias=False)
    given = {"weight": ag.tensor([[5.0]])}
    assert nn.utils.stateless.functional_call(layer, given, ag.ones(1, 1)).item() == 5.0


def test_parameters_that_will_be_loaded_take_no_random_numbers():
    ag.manual_seed(0)
    nn.utils.skip_init(nn.Linear, 3, 2, dtype=ag.float64)
    after = ag.rand(1).item()
    ag.manual_seed(0)
    assert ag.rand(1).item() == after


def test_a_failed_pruning_leaves_the_module_as_it_was():
    layer = nn.utils.prune.l1_unstructured(nn.Linear(3, 2), "weight", 1)
    before, (hook,) = layer.weight, layer._forward_pre_hooks.values()
    for prune, options in ((nn.utils.prune.l1_unstructured, {}),
                           (nn.utils.prune.random_structured, {"dim": 5})):  # fmt: skip
        with pytest.raises((ValueError, IndexError)):
            prune(layer, "weight", 9, **options)
    assert layer.weight is before and list(layer._forward_pre_hooks.values()) == [hook]
    with pytest.raises(ValueError, match="no parameter 'bias' to prune"):
        nn.utils.prune.identity(nn.Linear(3, 2, bias=False), "bias")
    with pytest.raises(ag.errors.ShapeError, match=r"mask of shape \(2,\)"):
        nn.utils.prune.custom_from_mask(layer, "weight", ag.ones(2))
