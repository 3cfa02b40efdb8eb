"""Searches, pipelines and cross-validation over nets: in this process, in others, on a cluster."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn")
from joblib import parallel_config
from scipy.stats import loguniform
from sklearn.datasets import load_iris, make_regression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from autograd_fr import nn
from autograd_fr.sklearn import NetClassifier, NetRegressor

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
X, y = load_iris(return_X_y=True)
X = scale(X)
LBFGS = {"solver": "lbfgs", "tol": 5e-3, "random_state": 0}


def dropping(n_features, n_outputs):
    return nn.Sequential(nn.Linear(n_features, 16), nn.ReLU(), nn.Dropout(0.5),
                         nn.Linear(16, n_outputs))  # fmt: skip


def ran(name):
    """What a program prints."""
    command = [sys.executable, str(PROGRAMS / f"{name}.py")]
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    env = {**os.environ, "PYTHONPATH": path}
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, env=env, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def accuracy_in(text):
    return float(re.search(r"best: .*accuracy ([\d.]+)", text)[1])


def test_the_lectures_search_on_fewer_sizes():
    grid = {"hidden_layer_sizes": [(5,), (20,)], "alpha": [0.01, 1]}
    clf = GridSearchCV(NetClassifier(solver="lbfgs", tol=5e-3), grid, cv=5).fit(X, y)
    assert clf.cv_results_["params"][0] == {"alpha": 0.01, "hidden_layer_sizes": (5,)}
    assert clf.best_score_ > 0.93 and clf.best_estimator_.score(X, y) > 0.95


@pytest.mark.slow
def test_the_lectures_search():
    told = ran("grid_search")
    assert "24 combinations, 120 fits" in told and accuracy_in(told) > 0.95
    first, last = "{'alpha': 0.001, 'hidden_layer_sizes': (5,)}", "(200,)}"
    assert told.splitlines()[1].startswith(first) and last in told.splitlines()[24]


def test_at_the_end_of_a_pipeline():
    pipe = make_pipeline(StandardScaler(), NetRegressor((5,), activation="identity", **LBFGS))
    data = make_regression(n_samples=60, n_features=4, random_state=0)
    search = RandomizedSearchCV(
        pipe, {"netregressor__alpha": loguniform(1e-4, 1e-1)}, n_iter=3, cv=3, random_state=0
    ).fit(*data)
    assert search.best_score_ > 0.9
    assert 1e-4 < search.best_params_["netregressor__alpha"] < 1e-1


@pytest.mark.parametrize("backend", ["threading", pytest.param("loky", marks=pytest.mark.slow)])
@pytest.mark.parametrize("parameters", [LBFGS, {"module": dropping, "random_state": 0}])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_two_at_a_time_as_one_after_the_other(backend, parameters, frequent_switches):
    net = NetClassifier(**{"max_iter": 15, "learning_rate_init": 0.01, **parameters})
    alone = cross_val_score(net, X, y, cv=4)
    with parallel_config(backend, n_jobs=2):
        together = cross_val_score(net, X, y, cv=4)
    np.testing.assert_array_equal(alone, together)
    assert alone.mean() > 0.6


@pytest.mark.slow
def test_on_the_workers_of_a_dask_cluster():
    pytest.importorskip("distributed", reason="Dask is not installed: pip install distributed")
    told = ran("dask_search")
    assert "30 fits in 2 processes" in told and accuracy_in(told) > 0.93


@pytest.mark.slow
def test_a_bayesian_search():
    pytest.importorskip("optuna", reason="Optuna is not installed: pip install optuna")
    told = ran("optuna_search")
    assert "12 trials" in told and accuracy_in(told) > 0.9
