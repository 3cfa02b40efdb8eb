"""A search whose fits run on the workers of a Dask cluster: two processes here, or many machines.

For machines, give `Client` the address of their scheduler.
"""

from dask.distributed import Client, LocalCluster
from joblib import parallel_backend
from scipy.stats import loguniform
from sklearn.datasets import load_iris
from sklearn.model_selection import RandomizedSearchCV

from autograd_fr.sklearn import NetClassifier

if __name__ == "__main__":
    X, y = load_iris(return_X_y=True)
    search = RandomizedSearchCV(
        NetClassifier((10,), solver="lbfgs", tol=5e-3, random_state=0),
        {"alpha": loguniform(1e-3, 1)},
        n_iter=6,
        random_state=0,
    )
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        parallel_backend("dask"),
    ):
        search.fit(X, y)
        fits = client.run(lambda dask_worker: dask_worker.state.task_counter)
    print(f"{len(client_fits)} workers" if (client_fits := fits) else "")
    print(f"best: {search.best_params_}, accuracy {search.best_score_:.3f}")
