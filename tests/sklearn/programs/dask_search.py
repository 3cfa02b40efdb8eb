"""A search whose fits run on the workers of a Dask cluster: two processes here, or many machines.

For machines, give `Client` the address of their scheduler.
"""

import os

from dask.distributed import Client, LocalCluster
from joblib import parallel_config
from scipy.stats import loguniform
from sklearn.datasets import load_iris
from sklearn.model_selection import RandomizedSearchCV

from autograd_fr.sklearn import NetClassifier


def scores(net: NetClassifier, X, y) -> dict[str, float]:
    """The accuracy, and which process computed it."""
    return {"accuracy": net.score(X, y), "process": os.getpid()}


if __name__ == "__main__":
    X, y = load_iris(return_X_y=True)
    search = RandomizedSearchCV(
        NetClassifier((10,), solver="lbfgs", tol=5e-3, max_iter=1000, random_state=0),
        {"alpha": loguniform(1e-3, 1)},
        n_iter=6,
        scoring=scores,
        refit="accuracy",
        random_state=0,
    )
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
        parallel_config(backend="dask"),
    ):
        search.fit(X, y)
    results = search.cv_results_
    fits = [n for k in range(search.n_splits_) for n in results[f"split{k}_test_process"]]
    print(f"{len(fits)} fits in {len(set(fits) - {os.getpid()})} processes")
    print(f"best: alpha = {search.best_params_['alpha']:.3f}, accuracy {search.best_score_:.3f}")
