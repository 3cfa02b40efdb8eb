"""`minimize_module`: nets fitted in place."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import GraphError, NonFiniteError, ShapeError
from autograd_fr.optimize import minimize_module

X = ag.linspace(-2, 2, 40).reshape(-1, 1)
Y = X.sin()


def net(dtype=ag.float32):
    ag.manual_seed(0)
    return nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1)).to(dtype)


def loss_of(model):
    dtype = next(model.parameters()).dtype
    return lambda: ((model(X.to(dtype)) - Y.to(dtype)) ** 2).mean()


@pytest.mark.parametrize("method", ["L-BFGS-B", "BFGS"])
@pytest.mark.parametrize(("dtype", "least"), [(ag.float32, 1e-4), (ag.float64, 1e-5)])
def test_a_net_learns_the_sine(method, dtype, least):
    model = net(dtype)
    before = {name: (p, p.shape) for name, p in model.named_parameters()}
    found = minimize_module(model, loss_of(model), method=method, options={"maxiter": 300})
    with ag.no_grad():
        loss = loss_of(model)().item()
    assert loss < least
    assert found.fun == pytest.approx(loss, rel=1e-4)
    for name, p in model.named_parameters():
        assert (p, p.shape) == before[name] and p.dtype == dtype
        assert p.grad is None and p.requires_grad
        assert found.x[name] is p


def test_a_linear_regression_is_that_of_the_normal_equations():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 50, 3))
    model = nn.Linear(3, 3).double()
    minimize_module(model, lambda: ((model(ag.tensor(x)) - ag.tensor(y)) ** 2).sum(), tol=1e-12)
    exact = np.linalg.lstsq(np.c_[x, np.ones(50)], y, rcond=None)[0]
    np.testing.assert_allclose(model.weight.detach().numpy(), exact[:3].T, atol=1e-6)
    np.testing.assert_allclose(model.bias.detach().numpy(), exact[3], atol=1e-6)


def test_frozen_parameters_stay():
    model = net()
    model[0].requires_grad_(False)
    frozen = model[0].weight.detach().clone()
    found = minimize_module(model, loss_of(model), options={"maxiter": 20})
    assert (model[0].weight == frozen).all()
    assert [*found.x] == ["2.weight", "2.bias"]


def test_callbacks_get_the_loss_with_the_parameters_there():
    model, seen = net(ag.float64), []

    def told(loss):
        assert loss_of(model)().item() == pytest.approx(loss, rel=1e-12)
        seen.append(loss)
        if len(seen) == 5:
            raise StopIteration

    found = minimize_module(model, loss_of(model), callback=told)
    assert found.nit == 5 and sorted(seen, reverse=True) == seen


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
def test_what_ends_the_search_leaves_the_best_parameters(stop):
    model, seen = net(ag.float64), []

    def loss_fn():
        if len(seen) == 30:
            model[0].weight.data.fill_(100.0)
            raise stop
        loss = loss_of(model)()
        seen.append(loss.item())
        return loss

    with pytest.raises(stop):
        minimize_module(model, loss_fn)
    assert loss_of(model)().item() == min(seen) < seen[0]


FAULTS = {
    "vector": (lambda model: model(X), ShapeError, r"one number, not shape \(40, 1\)"),
    "other": (
        lambda model: X.sum().requires_grad_(),
        GraphError,
        "does not depend on the parameters",
    ),
    "none": (lambda model: X.sum(), GraphError, "does not depend on the parameters"),
    "nan": (lambda model: model(X).sum() * float("nan"), NonFiniteError, "is nan at the start"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_losses_that_cannot_be_minimized(fault):
    loss, error, told = FAULTS[fault]
    model = net()
    before = [p.tolist() for p in model.parameters()]
    with pytest.raises(error, match=told):
        minimize_module(model, lambda: loss(model))
    assert [p.tolist() for p in model.parameters()] == before


def test_arguments_that_do_not_fit():
    with pytest.raises(ValueError, match="method is L-BFGS-B or BFGS, not 'SGD'"):
        minimize_module(net(), lambda: 0, method="SGD")
    with pytest.raises(ValueError, match="Tanh has no parameters to fit"):
        minimize_module(nn.Tanh(), lambda: 0)
    with pytest.raises(TypeError, match="a Module is needed, not function"):
        minimize_module(lambda x: x, lambda: 0)
