"""The lecture's grid search, with a net of this package in the place of scikit-learn's."""

from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import scale

from autograd_fr.sklearn import NetClassifier as MLPClassifier

X, y = load_iris(return_X_y=True)
tuned_parameters = {
    "hidden_layer_sizes": [(5,), (20,), (50,), (100,), (150,), (200,)],
    "alpha": [0.001, 0.01, 1, 2],
}
clf = GridSearchCV(MLPClassifier(solver="lbfgs", tol=5e-3), tuned_parameters, cv=5)
clf.fit(scale(X), y)

tried = clf.cv_results_["params"]
print(f"{len(tried)} combinations, {len(tried) * clf.n_splits_} fits, and one with the best")
for parameters, accuracy in zip(tried, clf.cv_results_["mean_test_score"]):
    print(f"{parameters}: {accuracy:.3f}")
print(f"best: {clf.best_params_}, accuracy {clf.best_score_:.3f}")
