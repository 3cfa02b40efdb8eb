"""A regressor: one number or several."""

import numpy as np
import pytest

pytest.importorskip("sklearn")
from sklearn.datasets import make_regression

from autograd_fr import nn
from autograd_fr.sklearn import NetRegressor

X = np.linspace(-2, 2, 80)[:, None]
SINES = np.hstack([np.sin(X), np.cos(X)])
QUICK = {"hidden_layer_sizes": (20,), "activation": "tanh", "solver": "lbfgs", "random_state": 0}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def net(**parameters):
    return NetRegressor(**{**QUICK, **parameters})


@pytest.mark.parametrize("y", [SINES, SINES[:, 0]], ids=["two", "one"])
def test_numbers_are_learnt_and_come_in_their_shape(y):
    fitted = net().fit(X, y)
    assert fitted.predict(X).shape == y.shape
    assert fitted.score(X, y) > 0.99
    assert fitted.out_activation_ == "identity"


def test_a_loss_of_ones_own_withstands_outliers():
    y = SINES[:, 0].copy()
    y[::10] += 20
    usual, robust = (net(loss=loss).fit(X, y) for loss in (None, nn.L1Loss))
    off = [np.abs(fitted.predict(X) - SINES[:, 0]).mean() for fitted in (usual, robust)]
    assert off[1] < 0.25 < off[0]


def test_weights_tell_what_to_follow():
    both, weight = np.vstack([X, X]), np.r_[np.ones(80), np.zeros(80)]
    y = np.r_[SINES[:, 0], SINES[:, 1]]
    assert net().fit(both, y, weight).score(X, SINES[:, 0]) > 0.99
    assert net().fit(both, y, 1 - weight).score(X, SINES[:, 1]) > 0.99


def test_float32_stays_float32():
    fitted = net(solver="adam", max_iter=5).fit(X.astype(np.float32), SINES)
    assert fitted.predict(X).dtype == np.float32
    assert fitted.coefs_[0].dtype == fitted.intercepts_[0].dtype == np.float32


def test_epochs_one_by_one():
    Z, y = make_regression(n_features=5, random_state=0)
    fitted = net(solver="adam", learning_rate_init=0.05)
    for _ in range(40):
        fitted.partial_fit(Z, y / y.std())
    assert fitted.score(Z, y / y.std()) > 0.95 and fitted.t_ == 4000


def test_counts_are_not_negative():
    with pytest.raises(ValueError, match="counts"):
        net(loss="poisson").fit(X, SINES)


def test_another_number_of_outputs_is_refused():
    with pytest.raises(ValueError, match="2 numbers a row, now 1"):
        net(warm_start=True).fit(X, SINES).fit(X, SINES[:, 0])


def test_a_module_that_forgets_its_width_is_refused():
    with pytest.raises(ValueError, match="n_outputs"):
        net(module=lambda n, m: nn.Sequential(nn.Linear(n, m), nn.Flatten(0))).fit(X, SINES[:, 0])
