"""ATC: hyper-parameters searched over a grid, at random, and by a model; cross-validation."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.distributions import Normal

from .items import computes, float64, linear, size


def blobs(per_class, rng):
    """Points around (0, 0), (4, 0) and (0, 4), with standard deviation 0.8, and their classes."""
    centres = np.array([(0.0, 0.0), (4.0, 0.0), (0.0, 4.0)])
    classes = np.repeat(np.arange(len(centres)), per_class)
    return centres[classes] + 0.8 * rng.standard_normal((len(classes), 2)), classes


@computes("S003-51")
def grid_search(given):
    pytest.importorskip("sklearn")
    from sklearn.model_selection import GridSearchCV, ParameterGrid

    from autograd_fr.sklearn import NetClassifier as MLPClassifier

    def search(tuned_parameters):
        """The lines of the slide. What they call clf holds the search, and is no classifier."""
        return GridSearchCV(
            MLPClassifier(solver="lbfgs", tol=5e-3), tuned_parameters, cv=given["cv"]
        )

    def number_of_fits(clf):
        return len(ParameterGrid(clf.param_grid)) * clf.cv

    wanted = search({name: given[name] for name in ("hidden_layer_sizes", "alpha")})
    candidates = list(ParameterGrid(wanted.param_grid))

    X, y = blobs(10, np.random.default_rng(0))
    small = search({"hidden_layer_sizes": [(5,), (20,)], "alpha": [0.01, 1]}).fit(X, y)
    scores = [small.cv_results_[f"split{k}_test_score"] for k in range(small.n_splits_)]
    assert np.size(scores) == number_of_fits(small)
    assert small.best_score_ > 0.9 and small.score(X, y) > 0.9
    assert small.best_estimator_.alpha == small.best_params_["alpha"]
    check_folds(small.cv, y)
    return {
        "n_candidates": len(candidates),
        "n_fits_cv": number_of_fits(wanted),
        "n_fits_with_refit": number_of_fits(wanted) + wanted.refit,
        "first": candidates[0],
        "seventh": candidates[6],
        "last": candidates[-1],
    }


def check_folds(cv, y):
    """For a classifier, folds that are a number hold all classes alike, and are not shuffled."""
    from sklearn.model_selection import StratifiedKFold, check_cv

    folds = check_cv(cv, y, classifier=True)
    assert isinstance(folds, StratifiedKFold) and not folds.shuffle
    for _, held_out in folds.split(y, y):
        assert len(set(np.bincount(y[held_out]))) == 1


@computes("S003-52")
def classifier_with_a_penalty(given):
    pytest.importorskip("sklearn")
    from autograd_fr.sklearn import NetClassifier
    from autograd_fr.sklearn.objective import Objective

    rng = np.random.default_rng(0)
    (X, y), (others, truth) = blobs(50, rng), blobs(100, rng)
    net = NetClassifier(solver="lbfgs", alpha=given["alpha"], tol=5e-3, random_state=0).fit(X, y)
    assert net.score(others, truth) >= given["required_blob_accuracy"]
    assert net.activation == "relu" and net.n_iter_ < net.max_iter

    # What the fit made small, without its penalty, is the mean cross-entropy.
    scores = net.module_(float64(X))
    bare = nn.functional.cross_entropy(scores, ag.tensor(y)).item()
    squares = sum((w**2).sum() for w in net.coefs_)  # of the weights, and of no bias
    assert net.loss_ - bare == pytest.approx(given["alpha"] * squares / (2 * len(X)), rel=1e-6)

    layer = linear([[1.0, 2.0, 3.0]], [4.0])
    assert layer.weight.square().sum() == given["sum_sq_weights"]
    objective = Objective(layer, 1, nn.functional.mse_loss, given["alpha"])

    wide = NetClassifier((20,), solver="lbfgs", max_iter=1000, random_state=0)
    wide.fit(rng.standard_normal((30, 4)), np.arange(30) % 3)
    return {
        "sklearn_l2_term": objective.penalty(given["n"]),
        "params_d4_h20_k3": size(wide.module_),
    }


@computes("S003-53")
def random_search(given):
    selection = pytest.importorskip("sklearn.model_selection")
    stats = pytest.importorskip("scipy.stats")
    from autograd_fr.sklearn import NetClassifier

    rate = stats.loguniform(*given["log_uniform"])
    axes = {"alpha": rate, "learning_rate_init": rate}
    drawn = list(selection.ParameterSampler(axes, n_iter=9, random_state=0))
    gridded = list(selection.ParameterGrid({name: [1e-3, 1e-2, 1e-1] for name in axes}))
    for name in axes:
        assert len({trial[name] for trial in drawn}) == len(drawn) == len(gridded) == 9
        assert len({trial[name] for trial in gridded}) == 3

    X, y = blobs(10, np.random.default_rng(0))
    sizes = {"alpha": rate, "hidden_layer_sizes": [(3,), (8,)]}
    net = NetClassifier(solver="lbfgs", tol=5e-3, random_state=0)
    search = selection.RandomizedSearchCV(net, sizes, n_iter=4, cv=2, random_state=0).fit(X, y)
    assert len(search.cv_results_["params"]) == 4 and search.best_score_ > 0.9
    low, high = given["log_uniform"]
    assert all(low <= trial["alpha"] <= high for trial in search.cv_results_["params"])
    return {"values": rate.ppf(given["u"])}


@computes("S003-54")
def search_with_a_model(given):
    gaussian_process = pytest.importorskip("sklearn.gaussian_process")
    process = given["gp"]
    model = gaussian_process.GaussianProcessRegressor(
        gaussian_process.kernels.RBF(1.0), alpha=process["noise"], optimizer=None
    )

    def column(values):
        return np.array(values, float)[:, None]

    model.fit(column(process["X"]), process["y"])
    means, deviations = model.predict(column(process["query"]), return_std=True)
    _, at_data = model.predict(column(process["X"]), return_std=True)
    assert abs(found_by_expected_improvement(model.set_params(alpha=1e-8)) - 0.3) < 0.02
    found = {"EI": expected_improvement(**given["EI_minimise"])}
    for query, mean, deviation in zip(process["query"], means, deviations):
        found |= {f"gp_mean_{query}": mean, f"gp_var_{query}": deviation**2}
    return {**found, "gp_var_at_data": (at_data**2).max()}


def expected_improvement(best, mu, sigma):
    """`E max(best - y, 0)` of a normal y: (best - μ) Φ(z) + σ φ(z), z = (best - μ) / σ."""
    best, mu, sigma = float64(best), float64(mu), float64(sigma)
    normal, z = Normal(float64(0.0), float64(1.0)), (best - mu) / sigma
    return (best - mu) * normal.cdf(z) + sigma * normal.log_prob(z).exp()


def found_by_expected_improvement(model, trials=8):
    """The least place of (x - 0.3)² on [0, 1] among the trials that a model chooses."""
    places, tried = np.linspace(0, 1, 101), [0.0, 1.0]
    for _ in range(trials):
        scores = [(x - 0.3) ** 2 for x in tried]
        model.fit(np.array(tried)[:, None], scores)
        rest = np.array([x for x in places if x not in tried])
        means, deviations = model.predict(rest[:, None], return_std=True)
        gains = expected_improvement(min(scores), means, np.maximum(deviations, 1e-12))
        tried.append(rest[gains.numpy().argmax()])
    return min(tried, key=lambda x: (x - 0.3) ** 2)


@computes("S003-55")
def cross_validation(given):
    selection = pytest.importorskip("sklearn.model_selection")
    from autograd_fr.sklearn import NetClassifier

    folds = list(selection.KFold(given["k"]).split(np.zeros(given["n"])))
    validated = np.concatenate([held_out for _, held_out in folds])
    X, y = blobs(20, np.random.default_rng(0))
    net = NetClassifier((5,), solver="lbfgs", tol=5e-3, random_state=0)
    measured = selection.cross_val_score(net, X, y, cv=given["k"])
    assert len(measured) == given["k"] and measured.mean() > 0.9
    scores = float64(given["scores"])
    return {
        "fold_sizes": [len(held_out) for _, held_out in folds],
        "each_index_validated_once": sorted(validated) == list(range(given["n"])),
        "train_size_fold0": len(folds[0][0]),
        "cv_mean_of": {"mean": scores.mean(), "std_population": scores.std(correction=0)},
    }
