"""The same numbers as scikit-learn's nets, from the same numbers to start from."""

import numpy as np
import pytest

pytest.importorskip("sklearn")
from sklearn.datasets import load_digits, load_iris, load_wine, make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale

from autograd_fr.sklearn import NetClassifier, NetRegressor

IRIS, SPECIES = load_iris(return_X_y=True)
WEIGHTS = np.random.default_rng(0).uniform(0.5, 2, 150)
TASKS = {
    "classes": (NetClassifier, MLPClassifier, IRIS, SPECIES),
    "two classes": (NetClassifier, MLPClassifier, IRIS[50:], SPECIES[50:]),
    "labels": (NetClassifier, MLPClassifier, *make_multilabel_classification(random_state=0)),
    "numbers": (NetRegressor, MLPRegressor, IRIS[:, :3], IRIS[:, 3]),
}
both = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def fitted(task, weighted=False, **parameters):
    """Ours and theirs, after the same fit."""
    ours, theirs, X, y = task
    settings = {"hidden_layer_sizes": (8, 5), "random_state": 3, "max_iter": 6, **parameters}
    weight = {"sample_weight": WEIGHTS[: len(X)]} if weighted else {}
    return [kind(**settings).fit(X, y, **weight) for kind in (ours, theirs)]


def check_same(ours, theirs, tolerance=1e-11):
    for name in ("coefs_", "intercepts_"):
        for mine, other in zip(getattr(ours, name), getattr(theirs, name), strict=True):
            np.testing.assert_allclose(mine, other, atol=tolerance)
    np.testing.assert_allclose(ours.loss_, theirs.loss_, rtol=tolerance)
    for name in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_"):
        assert getattr(ours, name) == getattr(theirs, name)


@both
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
def test_a_gradient(task, activation):
    """One step of plain descent over all samples is the gradient, the penalty's with it."""
    check_same(*fitted(
        task, solver="sgd", momentum=0, learning_rate_init=1, max_iter=1, alpha=3.0,
        activation=activation, batch_size=len(task[2]), weighted=True,
    ))  # fmt: skip


@both
@pytest.mark.parametrize("weighted", [False, True])
def test_iterations_of_l_bfgs(task, weighted):
    check_same(*fitted(task, weighted, solver="lbfgs", alpha=0.1, max_iter=5))


@both
@pytest.mark.parametrize("schedule", ["constant", "invscaling", "adaptive"])
def test_descent_in_batches(task, schedule):
    ours, theirs = fitted(
        task, solver="sgd", learning_rate=schedule, momentum=0, learning_rate_init=0.02,
        batch_size=32, max_iter=30, tol=5e-2, n_iter_no_change=2,
    )  # fmt: skip
    check_same(ours, theirs)
    np.testing.assert_allclose(ours.loss_curve_, theirs.loss_curve_)
    assert ours.best_loss_ == pytest.approx(theirs.best_loss_)


@both
@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum(task, nesterov):
    check_same(*fitted(task, solver="sgd", nesterovs_momentum=nesterov, shuffle=False))


@both
def test_early_stopping(task):
    ours, theirs = fitted(
        task, weighted=True, solver="sgd", early_stopping=True, validation_fraction=0.3,
        learning_rate_init=0.02, max_iter=40, n_iter_no_change=3,
    )  # fmt: skip
    check_same(ours, theirs)
    np.testing.assert_allclose(ours.validation_scores_, theirs.validation_scores_)
    assert ours.best_validation_score_ == pytest.approx(theirs.best_validation_score_)
    assert ours.best_loss_ is theirs.best_loss_ is None


@both
def test_adam(task):
    """The ε of PyTorch's Adam is in another place, so that gradients near 0 have other steps."""
    check_same(*fitted(task, alpha=0.0, epsilon=1e-14), tolerance=1e-7)


@both
def test_epochs_one_by_one(task):
    ours, theirs, X, y = task
    classes = np.unique(y) if y.ndim == 1 else np.arange(y.shape[1])
    classes = {"classes": classes} if ours is NetClassifier else {}
    mine, other = (
        kind(hidden_layer_sizes=(8,), solver="sgd", random_state=0) for kind in (ours, theirs)
    )
    for _ in range(3):
        mine.partial_fit(X, y, **classes)
        other.partial_fit(X, y, **classes)
    check_same(mine, other)
    assert len(mine.loss_curve_) == 3


@both
def test_a_warm_start(task):
    ours, theirs, X, y = task
    mine, other = (
        kind(hidden_layer_sizes=(8,), solver="lbfgs", max_iter=2, warm_start=True, random_state=0)
        .fit(X, y)
        .fit(X, y)
        for kind in (ours, theirs)
    )
    check_same(mine, other)


def test_counts():
    y = np.random.default_rng(0).poisson(np.exp(scale(IRIS)[:, 0]))
    task = NetRegressor, MLPRegressor, scale(IRIS), y.astype(float)
    try:
        ours, theirs = fitted(task, loss="poisson", solver="lbfgs")
    except TypeError:
        pytest.skip("scikit-learn has this loss from 1.7 on")
    check_same(ours, theirs)
    np.testing.assert_allclose(ours.predict(task[2]), theirs.predict(task[2]))


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_as_good_on_what_was_not_seen(solver):
    X, y = load_digits(return_X_y=True)
    X, y = X[:600] / 16, y[:600]
    scores = []
    for seed in range(3):
        learnt, tried, labels, truth = train_test_split(X, y, random_state=seed, stratify=y)
        settings = {"hidden_layer_sizes": (30,), "solver": solver, "max_iter": 40,
                    "learning_rate_init": 0.01, "random_state": seed}  # fmt: skip
        fits = (kind(**settings).fit(learnt, labels) for kind in (NetClassifier, MLPClassifier))
        scores.append([fit.score(tried, truth) for fit in fits])
    ours, theirs = np.mean(scores, axis=0)
    assert ours > 0.9
    assert abs(ours - theirs) < 0.015


def test_it_warns_where_scikit_learn_warns():
    X, y = load_wine(return_X_y=True)
    for kind in (NetClassifier, MLPClassifier):
        for solver in ("lbfgs", "adam"):
            with pytest.warns(ConvergenceWarning):
                kind((4,), solver=solver, max_iter=2, random_state=0).fit(scale(X), y)
