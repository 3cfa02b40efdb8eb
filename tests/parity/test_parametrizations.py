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


def pruned_slices(lib, log):
    P = lib.nn.utils.prune
    for dim, n, amount in ((0, 2, 1), (1, 1, 0.5), (-1, float("-inf"), 1), (0, float("inf"), 0)):
        layer = filled(lib.nn.Conv2d(3, 4, 2), lib)
        P.ln_structured(layer, "weight", amount, n=n, dim=dim)
        log(layer.weight_mask, dict(layer.state_dict()))
        P.l1_unstructured(layer, "weight", 0.3)
        P.ln_structured(layer, "weight", 1, n=2, dim=0)  # of the slices of which some is left
        (hook,) = layer._forward_pre_hooks.values()
        log(layer.weight, type(hook).__name__, [type(method).__name__ for method in hook])
    layer = filled(lib.nn.Linear(4, 3), lib)
    log(P.random_structured(layer, "weight", 2, dim=1).weight_mask.sum(), layer.weight.shape)

    def refused(function, amount, error, name="weight", **kwargs):
        # A new layer each time: PyTorch leaves one that is pruned already without its hook.
        failing(log, lambda: function(lib.nn.Linear(4, 3), name, amount, **kwargs), error)

    refused(P.ln_structured, 1, ValueError, "bias", n=2, dim=0)
    refused(P.ln_structured, 1, IndexError, n=2, dim=2)
    refused(P.ln_structured, 9, ValueError, n=2, dim=0)
    for amount, error in (("a", TypeError), (None, TypeError), (-1, ValueError), (1.5, ValueError)):
        refused(P.l1_unstructured, amount, error)
        refused(P.random_structured, amount, error, dim=0)


def pruned_all_together(lib, log):
    P = lib.nn.utils.prune
    net = filled(lib.nn.Sequential(lib.nn.Linear(3, 4), lib.nn.Linear(4, 2)), lib)
    parts = [(net[0], "weight"), (net[1], "weight"), (net[1], "bias")]
    log(P.global_unstructured(parts, P.L1Unstructured, amount=0.4), dict(net.state_dict()))
    P.global_unstructured(parts, pruning_method=P.L1Unstructured, amount=5)
    log(dict(net.state_dict()), net[0].weight, P.is_pruned(net[1]))
    failing(log, lambda: P.global_unstructured(parts, P.RandomStructured, amount=1), TypeError)
    failing(log, lambda: P.global_unstructured(3, P.L1Unstructured, amount=1), TypeError)
    scores = {parts[0]: -net[0].weight_orig.abs()}
    P.global_unstructured(parts, P.L1Unstructured, importance_scores=scores, amount=2)
    log(dict(net.state_dict()))
    mask = lib.ones(4, dtype=lib.int64)
    mask[1:3] = 0
    log(P.custom_from_mask(net[0], "bias", mask).bias, P.identity(net[0], "bias").bias_mask)
    log(P.remove(net[0], "bias").bias, list(net[0].state_dict()), type(net[0].bias).__name__)


def pruned_by_ones_own_method(lib, log):
    P = lib.nn.utils.prune

    class EveryOther(P.BasePruningMethod):
        PRUNING_TYPE = "unstructured"

        def compute_mask(self, t, default_mask):
            mask = default_mask.clone()
            mask.view(-1)[::2] = 0
            return mask

    layer = filled(lib.nn.Linear(3, 2), lib)
    log(type(EveryOther.apply(layer, "weight")).__name__, layer.weight)
    log(type(EveryOther.apply(layer, "weight")).__name__, layer.weight)
    log(P.L1Unstructured(2).prune(lib.arange(-2.0, 3.0)), len(P.PruningContainer()))
    failing(log, lambda: P.BasePruningMethod(), TypeError)
    failing(log, lambda: P.PruningContainer().add_pruning_method(3), TypeError)


PROGRAMS = [
    pruned_weights, pruned_slices, pruned_all_together, pruned_by_ones_own_method,
    parametrized, two_on_one, weight_norms, spectral_norms, orthogonal_weights,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_same_is_told(program):
    assert_same(program, ag, torch)
