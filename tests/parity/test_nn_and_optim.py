"""Layers and losses against PyTorch, in float64."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.nn import functional as F

torch = pytest.importorskip("torch", reason="PyTorch is the reference of these tests")


def both(array: np.ndarray, requires_grad: bool = False):
    return (
        ag.tensor(array, requires_grad=requires_grad),
        torch.tensor(array, requires_grad=requires_grad),
    )


def assert_equal(ours, theirs, rtol=1e-12):
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol, 1e-14)


def compare(our_loss, their_loss, x: np.ndarray) -> None:
    """Values and gradients of both are equal, a random weight on every output."""
    ours, theirs = both(x, requires_grad=True)
    a, b = our_loss(ours), their_loss(theirs)
    assert_equal(a, b)
    weight = np.random.default_rng(1).normal(size=a.shape)
    a.backward(ag.tensor(weight))
    b.backward(torch.tensor(weight))
    assert_equal(ours.grad, theirs.grad)


X = np.random.default_rng(0).normal(size=(6, 4))
CLASSES = np.array([0, 3, 1, 2, 3, 0])
WEIGHT = np.array([0.5, 1.0, 2.0, 0.1])


@pytest.mark.parametrize(
    ("weighted", "ignore", "reduction", "smoothing"),
    list(itertools.product([False, True], [-100, 3], ["mean", "sum", "none"], [0.0, 0.3])),
)
def test_cross_entropy_of_class_numbers(weighted, ignore, reduction, smoothing):
    options = {"ignore_index": ignore, "reduction": reduction, "label_smoothing": smoothing}
    w, tw = both(WEIGHT) if weighted else (None, None)
    t, tt = both(CLASSES)
    compare(
        lambda x: F.cross_entropy(x, t, w, **options),
        lambda x: torch.nn.functional.cross_entropy(x, tt, tw, **options),
        X,
    )


@pytest.mark.parametrize(
    ("weighted", "reduction", "smoothing"),
    list(itertools.product([False, True], ["mean", "sum", "none"], [0.0, 0.3])),
)
def test_cross_entropy_of_probabilities(weighted, reduction, smoothing):
    options = {"reduction": reduction, "label_smoothing": smoothing}
    p = np.random.default_rng(2).dirichlet(np.ones(4), 6)
    w, tw = both(WEIGHT) if weighted else (None, None)
    t, tt = both(p)
    compare(
        lambda x: F.cross_entropy(x, t, w, **options),
        lambda x: torch.nn.functional.cross_entropy(x, tt, tw, **options),
        X,
    )


@pytest.mark.parametrize("shape", [(4,), (2, 4, 3), (2, 4, 3, 2)])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_cross_entropy_of_other_shapes(shape, reduction):
    rng = np.random.default_rng(3)
    x = rng.normal(size=shape)
    labels = rng.integers(0, 4, shape[:1] + shape[2:] if len(shape) > 1 else ())
    t, tt = both(np.asarray(labels))
    compare(
        lambda x: F.cross_entropy(x, t, reduction=reduction),
        lambda x: torch.nn.functional.cross_entropy(x, tt, reduction=reduction),
        x,
    )


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weighted", [False, True])
def test_binary_cross_entropy(weighted, reduction):
    t, tt = both(np.random.default_rng(4).uniform(size=X.shape))
    w, tw = both(WEIGHT) if weighted else (None, None)
    x = X.copy()
    x[0, 0], x[0, 1] = 0.0, 800.0
    compare(
        lambda x: F.binary_cross_entropy_with_logits(x, t, w, reduction=reduction, pos_weight=w),
        lambda x: torch.nn.functional.binary_cross_entropy_with_logits(
            x, tt, tw, reduction=reduction, pos_weight=tw
        ),
        x,
    )


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_mse(reduction):
    t, tt = both(X[::-1].copy())
    compare(
        lambda x: F.mse_loss(x, t, reduction=reduction),
        lambda x: torch.nn.functional.mse_loss(x, tt, reduction=reduction),
        X,
    )


def nets():
    ours = nn.Sequential(
        nn.Flatten(), nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 5), nn.Sigmoid(), nn.Linear(5, 4)
    )
    T = torch.nn
    theirs = T.Sequential(
        T.Flatten(), T.Linear(4, 5), T.Tanh(), T.Linear(5, 5), T.Sigmoid(), T.Linear(5, 4)
    ).double()
    for p, (name, q) in zip(ours.parameters(), theirs.named_parameters(), strict=True):
        assert p.shape == tuple(q.shape), name
        p.data = q.detach().numpy().copy()
    return ours, theirs


def test_state_dicts_have_pytorchs_names():
    ours, theirs = nets()
    assert list(ours.state_dict()) == list(theirs.state_dict())


def test_texts_are_pytorchs():
    def layers(T):
        return [
            T.Linear(2, 3, bias=False), T.ReLU(), T.ReLU(inplace=True), T.Sigmoid(), T.Tanh(),
            T.Softmax(dim=1), T.Flatten(), T.Dropout(0.3), T.CrossEntropyLoss(), T.MSELoss(),
            T.Sequential(T.Linear(1, 1), T.Sequential(T.ReLU())),
        ]  # fmt: skip

    assert [repr(layer) for layer in layers(nn)] == [repr(layer) for layer in layers(torch.nn)]
