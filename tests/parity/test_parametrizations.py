"""Parametrizations: the same programs, in PyTorch and here, tell the same."""

from __future__ import annotations

import copy

import pytest

import autograd_fr as ag
from tests.parity.told import assert_same, failing, filled, leaf

torch = pytest.importorskip("torch", reason="PyTorch is what is told the same")
pytest.importorskip("torch.nn.utils.prune", reason="it is not imported with torch")


def symmetric(lib):
    class Symmetric(lib.nn.Module):
        def forward(self, X):
            return X.triu() + X.triu(1).mT

        def right_inverse(self, A):
            return A.triu()

    return Symmetric()


def parametrized(lib, log):
    P = lib.nn.utils.parametrize
    layer = filled(lib.nn.Linear(3, 3), lib)
    kind = type(layer)
    weight = layer.weight
    P.register_parametrization(layer, "weight", symmetric(lib))
    log(layer.weight, list(layer.state_dict()), repr(layer), P.is_parametrized(layer))
    log(P.is_parametrized(layer, "bias"), P.type_before_parametrizations(layer) is kind)
    log(layer.parametrizations.weight.original is weight, [n for n, _ in layer.named_parameters()])
    layer(leaf(lib, 2, 3)).sum().backward()
    log(weight.grad)
    layer.weight = 2 * lib.eye(3, dtype=lib.float64)
    log(layer.weight)
    with P.cached():
        log(layer.weight is layer.weight)
    twin = copy.deepcopy(layer)
    P.register_parametrization(layer, "bias", lib.nn.Tanh())
    log(layer.bias, twin.weight, list(layer.state_dict()), list(twin.state_dict()))
    P.remove_parametrizations(layer, "weight")
    log(layer.weight is weight, layer.weight, P.is_parametrized(layer), type(layer) is kind)
    P.remove_parametrizations(layer, "bias", leave_parametrized=False)
    log(layer.bias, type(layer) is kind, repr(layer), [n for n, _ in layer.named_parameters()])


def two_on_one(lib, log):
    P = lib.nn.utils.parametrize
    layer = filled(lib.nn.Linear(2, 2), lib)
    P.register_parametrization(layer, "weight", symmetric(lib))
    P.register_parametrization(layer, "weight", lib.nn.Tanh())
    log(layer.weight, repr(layer))
    layer.register_buffer("kept", lib.ones(2, 2, dtype=lib.float64))
    P.register_parametrization(layer, "kept", symmetric(lib))
    log([n for n, _ in layer.named_buffers()], list(layer.state_dict()))
    failing(log, lambda: P.register_parametrization(layer, "weight", lib.nn.Flatten(0)), ValueError)
    failing(log, lambda: P.register_parametrization(layer, "bias", lib.nn.Linear(2, 3)), ValueError)
    failing(log, lambda: P.register_parametrization(layer, "nothing", lib.nn.ReLU()), ValueError)
    failing(log, lambda: P.remove_parametrizations(layer, "bias"), ValueError)


def weight_norms(lib, log):
    for dim in (0, 1, None):
        for old in (False, True):
            U = lib.nn.utils if old else lib.nn.utils.parametrizations
            layer = U.weight_norm(filled(lib.nn.Linear(3, 2), lib), dim=dim)
            x = leaf(lib, 4, 3)
            (layer(x) ** 2).sum().backward()
            log(layer.weight, dict(layer.state_dict()), x.grad)
            log([(n, p.grad) for n, p in layer.named_parameters()])
            if old:
                lib.nn.utils.remove_weight_norm(layer)
            else:
                lib.nn.utils.parametrize.remove_parametrizations(layer, "weight")
            log(layer.weight, [n for n, _ in layer.named_parameters()])
    new = lib.nn.utils.parametrizations.weight_norm(filled(lib.nn.Linear(3, 2), lib))
    older = lib.nn.utils.weight_norm(filled(lib.nn.Linear(3, 2), lib))
    log(str(new.load_state_dict(older.state_dict())))
    failing(log, lambda: lib.nn.utils.weight_norm(older), RuntimeError)
    failing(log, lambda: lib.nn.utils.remove_weight_norm(new), ValueError)


def spectral_norms(lib, log):
    for old in (False, True):
        U = lib.nn.utils if old else lib.nn.utils.parametrizations
        layer = U.spectral_norm(filled(lib.nn.Linear(3, 2), lib), n_power_iterations=2)
        names = ("weight_u", "weight_v") if old else (
            "parametrizations.weight.0._u", "parametrizations.weight.0._v")  # fmt: skip
        for name, length in zip(names, (2, 3)):
            start = leaf(lib, length, requires_grad=False)
            layer.get_buffer(name).copy_(start / (start**2).sum() ** 0.5)
        layer.double()
        x = leaf(lib, 4, 3)
        for _ in range(2):
            (layer(x) ** 2).sum().backward()
        log(dict(layer.state_dict()), x.grad, [(n, p.grad) for n, p in layer.named_parameters()])
        log(layer.eval()(x), list(layer.state_dict()))
        if old:
            log(lib.nn.utils.remove_spectral_norm(layer).weight, list(layer.state_dict()))
    flat = lib.nn.utils.parametrizations.spectral_norm(filled(lib.nn.Linear(3, 2), lib), "bias")
    log(flat.bias, list(flat.state_dict()))


def orthogonal_weights(lib, log):
    O = lib.nn.utils.parametrizations.orthogonal
    for shape in ((3, 3), (3, 2), (2, 3)):
        for name in ("matrix_exp", "cayley", "householder"):
            layer = filled(lib.nn.Linear(*shape), lib)
            O(layer, orthogonal_map=name, use_trivialization=False)
            if name == "householder":  # what it starts from
                log(layer.weight, dict(layer.state_dict()))
            original = layer.parametrizations.weight.original
            signs = lib.eye(*original.shape, dtype=lib.float64)
            original.data = leaf(lib, *original.shape, requires_grad=False) * (1 - signs) + signs
            x = leaf(lib, 1, shape[0])
            (layer(x) * leaf(lib, 1, shape[1])).sum().backward()
            log(layer.weight, x.grad, original.grad)
    layer = O(filled(lib.nn.Linear(3, 3), lib))
    log(dict(layer.state_dict()), layer.weight)
    layer.weight = lib.eye(3, dtype=lib.float64)[[1, 0, 2]]
    log(layer.weight, list(layer.state_dict()), repr(layer))
    wide = O(filled(lib.nn.Linear(4, 2), lib))
    W = wide.weight
    log((W @ W.mT).round(decimals=5), list(wide.state_dict()))
    failing(log, lambda: O(lib.nn.Linear(2, 2), "bias"), ValueError)
    failing(log, lambda: O(lib.nn.Linear(2, 2), orthogonal_map="other"), ValueError)


def pruned_weights(lib, log):
    P = lib.nn.utils.prune
    net = filled(lib.nn.Sequential(lib.nn.Linear(3, 2)), lib)
    log(P.is_pruned(net), repr(P.l1_unstructured(net[0], "weight", amount=2)))
    log(net[0].weight, dict(net.state_dict()), P.is_pruned(net))
    net(leaf(lib, 1, 3)).sum().backward()
    log(net[0].weight_orig.grad)
    P.l1_unstructured(net[0], "weight", amount=0.5)
    log(net[0].weight, net[0].weight_mask)
    P.random_unstructured(net[0], "bias", amount=1)
    log(net[0].bias_mask.sum(), list(net.state_dict()))
    for amount in (9, 1.5):
        failing(
            log, lambda n=amount: P.l1_unstructured(lib.nn.Linear(3, 2), "weight", n), ValueError
        )
    P.remove(net[0], "weight")
    log(net[0].weight, isinstance(net[0].weight, lib.nn.Parameter), list(net.state_dict()))
    failing(log, lambda: P.remove(net[0], "weight"), ValueError)


PROGRAMS = [
    pruned_weights,
    parametrized, two_on_one, weight_norms, spectral_norms, orthogonal_weights,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_same_is_told(program):
    assert_same(program, ag, torch)
