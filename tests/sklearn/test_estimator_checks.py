"""What scikit-learn itself demands of an estimator."""

import pytest

pytest.importorskip("sklearn")
from sklearn.utils.estimator_checks import check_estimator

from autograd_fr.sklearn import NetClassifier, NetRegressor

# Checks that may be left out, each for want of what it is about; no failure is expected.
NOT_HERE = {
    "check_sample_weights_pandas_series": "pandas",
    "check_classifier_data_not_an_array": "pandas",
    "check_regressor_data_not_an_array": "pandas",
    "check_array_api_input": "an environment variable for arrays that are not NumPy's",
    "check_classifiers_multilabel_output_format_decision_function": "a method that no net has",
}
QUICK = {"hidden_layer_sizes": (10,), "max_iter": 25}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.EstimatorCheckFailedWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize(
    "estimator",
    [
        NetClassifier(**QUICK, learning_rate_init=0.05),
        pytest.param(NetClassifier(**QUICK, solver="lbfgs"), marks=pytest.mark.slow),
        pytest.param(NetRegressor(**QUICK, learning_rate_init=0.05), marks=pytest.mark.slow),
        NetRegressor(**QUICK, solver="lbfgs"),
        pytest.param(NetClassifier(), marks=pytest.mark.slow),
        pytest.param(NetRegressor(), marks=pytest.mark.slow),
        pytest.param(NetClassifier(solver="lbfgs"), marks=pytest.mark.slow),
        pytest.param(NetClassifier(solver="sgd"), marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_every_check_passes(estimator):
    results = check_estimator(estimator, on_skip=None)
    outcomes = {status: {r["check_name"] for r in results if r["status"] == status}
                for status in ("passed", "skipped")}  # fmt: skip
    assert len(outcomes["passed"]) > 45
    assert outcomes["skipped"] <= NOT_HERE.keys()
    assert {r["status"] for r in results} <= outcomes.keys()
