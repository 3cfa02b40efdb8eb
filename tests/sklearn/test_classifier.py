"""A classifier: labels of all kinds, nets and losses of one's own, and what is refused."""

import copy
import pickle
from functools import partial

import numpy as np
import pytest

pytest.importorskip("sklearn")
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import scale

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.sklearn import NetClassifier, NetRegressor

X, NUMBERS = load_iris(return_X_y=True)
X = scale(X)
NAMES = np.array(["setosa", "versicolor", "virginica"])[NUMBERS]
QUICK = {"hidden_layer_sizes": (8,), "learning_rate_init": 0.1, "random_state": 0, "max_iter": 40}
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def net(**parameters):
    return NetClassifier(**{**QUICK, **parameters})


def same(a, b):
    return np.array_equal(a.predict_proba(X), b.predict_proba(X))


@pytest.mark.parametrize("solver", ["lbfgs", "adam", "sgd"])
def test_names_of_classes(solver):
    fitted = net(solver=solver).fit(X, NAMES)
    assert fitted.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert fitted.score(X, NAMES) > 0.9
    probabilities = fitted.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(1), 1)
    assert (fitted.classes_[probabilities.argmax(1)] == fitted.predict(X)).all()
    np.testing.assert_allclose(np.log(probabilities), fitted.predict_log_proba(X), atol=1e-12)


def test_two_classes_have_one_output_that_is_the_second():
    fitted = net().fit(X[:100], NAMES[:100])
    assert fitted.n_outputs_ == 1 and fitted.out_activation_ == "logistic"
    assert fitted.score(X[:100], NAMES[:100]) == 1
    outputs = fitted.module_(ag.tensor(X[:100])).sigmoid().detach().numpy()[:, 0]
    np.testing.assert_allclose(fitted.predict_proba(X[:100])[:, 1], outputs)


def test_one_class():
    fitted = net().fit(X[:50], NAMES[:50])
    assert set(fitted.predict(X)) == {"setosa"}
    assert fitted.predict_proba(X).tolist() == [[1.0]] * 150
    assert fitted.predict_log_proba(X).tolist() == [[0.0]] * 150


def test_several_labels():
    Z, labels = make_multilabel_classification(n_labels=2, random_state=0)
    Z = scale(Z)
    fitted = net(max_iter=100).fit(Z, labels)
    assert fitted.predict(Z).shape == fitted.predict_proba(Z).shape == labels.shape
    assert (fitted.predict(Z) == labels).mean() > 0.9
    assert (net(max_iter=100).fit(Z, csr_array(labels)).predict(Z) == fitted.predict(Z)).all()


@pytest.mark.parametrize("y", [NUMBERS, NUMBERS > 0, np.eye(3, dtype=int)[NUMBERS]])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_probability_is_0_or_1(y, dtype):
    fitted = net(solver="lbfgs").fit(X.astype(dtype), y)
    fitted.coefs_[-1][...] *= 1e4
    p = fitted.predict_proba(X)
    assert p.dtype == dtype and p.min() > 0 and p.max() < 1
    logs = fitted.predict_log_proba(X)
    assert np.isfinite(logs).all()
    np.testing.assert_allclose(np.log(p), logs, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("solver", ["lbfgs", "adam", "sgd"])
def test_float32_stays_float32(solver):
    fitted = net(solver=solver).fit(X.astype(np.float32), NAMES, np.ones(150))
    assert {p.dtype for p in fitted.module_.parameters()} == {np.dtype("float32")}
    assert fitted.predict_proba(X).dtype == fitted.predict_log_proba(X).dtype == np.float32
    assert fitted.score(X, NAMES) > 0.9


def dropping(n_features, n_outputs):
    return nn.Sequential(nn.Linear(n_features, 8), nn.Dropout(0.3), nn.Linear(8, n_outputs))


@pytest.mark.parametrize("module", [None, dropping])
@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_a_seed_settles_everything_and_the_packages_stream_is_left_alone(solver, module):
    ag.manual_seed(5)
    first = net(solver=solver, module=module).fit(X, NAMES)
    assert ag.rand(1).item() == ag.rand(1, generator=ag.Generator(5)).item()
    assert same(net(solver=solver, module=module).fit(X, NAMES), first)
    assert same(first, copy.copy(first).fit(X, NAMES))
    assert not same(net(solver=solver, module=module, random_state=1).fit(X, NAMES), first)


def test_dropout_draws_anew_in_every_epoch():
    seen = []

    class Watched(nn.Dropout):
        def forward(self, x):
            seen.append((super().forward(x) == 0).numpy().copy())
            return x

    settings = {"module": lambda n, m: nn.Sequential(Watched(), nn.Linear(n, m)), "shuffle": False}
    learning = net(**settings)
    for _ in range(3):
        learning.partial_fit(X, NAMES, classes=np.unique(NAMES))
    assert len(seen) == 3 and (seen[1] != seen[2]).any()
    assert not learning.module_.training


def test_a_weight_is_as_many_samples():
    times = np.random.default_rng(0).integers(0, 3, 150)
    weighted = net(solver="lbfgs", max_iter=5).fit(X, NAMES, sample_weight=times)
    repeated = net(solver="lbfgs", max_iter=5).fit(X.repeat(times, 0), NAMES.repeat(times))
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X))


def test_a_batch_without_weight_teaches_nothing():
    weight = np.r_[np.zeros(50), np.ones(100)]
    fitted = net(shuffle=False, batch_size=50).fit(X, NAMES, weight)
    assert np.isfinite(fitted.loss_curve_).all() and fitted.score(X[50:], NAMES[50:]) > 0.8


def test_a_pickled_estimator_goes_on_learning_as_if_it_had_not_been():
    learning = net().partial_fit(X, NAMES, classes=np.unique(NAMES))
    other = pickle.loads(pickle.dumps(learning))
    assert same(learning, other)
    assert same(learning.partial_fit(X, NAMES), other.partial_fit(X, NAMES))


def test_a_clone_is_as_before_the_fit():
    fitted = net(module=dropping, loss=nn.CrossEntropyLoss(), optimizer=optim.AdamW).fit(X, NAMES)
    other = clone(fitted)
    assert not hasattr(other, "module_")
    assert same(other.fit(X, NAMES), fitted)


def test_nets_losses_and_optimizers_of_ones_own():
    fitted = net(
        module=dropping,
        loss=nn.CrossEntropyLoss(label_smoothing=0.1, reduction="none"),
        optimizer=partial(optim.RMSprop, momentum=0.5),
        learning_rate_init=0.01,
        alpha=0,
    ).fit(X, NAMES, sample_weight=np.ones(150))
    assert isinstance(fitted._optimizer, optim.RMSprop)
    assert fitted._optimizer.param_groups[0]["momentum"] == 0.5
    assert fitted._optimizer.param_groups[0]["lr"] == 0.01
    assert fitted.score(X, NAMES) > 0.9
    assert not hasattr(fitted, "coefs_")


def test_a_loss_of_ones_own_gets_an_output_for_each_of_two_classes():
    fitted = net(loss=nn.CrossEntropyLoss).fit(X[50:], NAMES[50:])
    assert fitted.n_outputs_ == 2 and fitted.out_activation_ == "softmax"
    assert fitted.score(X[50:], NAMES[50:]) > 0.9


def test_an_activation_of_ones_own():
    fitted = net(activation=nn.GELU).fit(X, NAMES)
    assert isinstance(fitted.module_[1], nn.GELU) and fitted.score(X, NAMES) > 0.9


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_callbacks_see_every_iteration_and_may_end_the_fit(solver):
    seen = []

    def callback(estimator):
        seen.append((estimator.n_iter_, estimator.score(X, NAMES)))
        return len(seen) == 4

    fitted = net(solver=solver, callbacks=[callback]).fit(X, NAMES)
    assert [n for n, _ in seen] == [1, 2, 3, 4]
    assert fitted.n_iter_ == len(fitted.loss_curve_) == 4
    assert fitted.score(X, NAMES) == seen[-1][1]


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_ctrl_c_keeps_what_was_learnt(solver):
    scores = []

    def callback(estimator):
        scores.append(estimator.predict_proba(X))
        if len(scores) == 6:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="interrupted"):
        fitted = net(solver=solver, callbacks=[callback]).fit(X, NAMES)
    assert (fitted.predict_proba(X) == scores[-1]).all() and fitted.n_iter_ == 6


def test_ctrl_c_in_the_middle_of_a_line_search_goes_back_to_the_best():
    losses = []

    def loss(scores, target):
        found = nn.functional.cross_entropy(scores, target)
        losses.append(float(found))
        if losses[-1] > min(losses):  # a step that was too long
            raise KeyboardInterrupt
        return found

    learning = net(solver="lbfgs", loss=loss, alpha=0)
    with pytest.warns(UserWarning, match="interrupted"):
        learning.fit(X, NAMES)
    kept = -learning.predict_log_proba(X)[np.arange(150), NUMBERS].mean()
    assert len(losses) > 3 and kept == pytest.approx(min(losses))
    assert all(p.grad is None for p in learning.module_.parameters())


def test_limits_of_lbfgs():
    def taken(**limits):
        return net(solver="lbfgs", max_iter=100, **limits).fit(X, NAMES).n_iter_

    assert taken(tol=1) == 0 < taken(tol=1e-2) < taken(tol=1e-9)
    assert taken(tol=0, max_fun=5) < 6


def test_another_net_gets_another_optimizer():
    learning = net(max_iter=2).fit(X, NAMES)
    learning.set_params(solver="lbfgs").fit(X, NAMES)
    before = learning.predict_proba(X)
    learning.set_params(solver="adam").partial_fit(X, NAMES)
    assert (learning.predict_proba(X) != before).any()


def test_early_stopping_ends_with_the_best_weights():
    kept = {}

    def callback(estimator):
        kept[estimator.n_iter_] = estimator.predict_proba(X)

    fitted = net(early_stopping=True, validation_fraction=0.3, callbacks=[callback],
                 n_iter_no_change=5, max_iter=200).fit(X, NAMES)  # fmt: skip
    best = int(np.argmax(fitted.validation_scores_)) + 1
    assert best < fitted.n_iter_ < 200
    assert (fitted.predict_proba(X) == kept[best]).all()


def test_verbose_tells_of_every_iteration(capsys):
    net(verbose=True, max_iter=2, early_stopping=True).fit(X, NAMES)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 and lines[1].startswith("Iteration 2, loss = ")
    assert "validation score" in lines[0]


def test_lbfgs_has_no_partial_fit():
    assert not hasattr(net(solver="lbfgs"), "partial_fit")
    assert hasattr(net(solver="sgd"), "partial_fit")


@pytest.mark.parametrize(
    ("parameters", "error", "words"),
    [
        ({"solver": "newton"}, ValueError, "'solver'.*'lbfgs'"),
        ({"hidden_layer_sizes": (8, 0)}, ValueError, "greater than 0"),
        ({"hidden_layer_sizes": (8.5,)}, TypeError, r"hidden_layer_sizes are whole.*\(8.5,\)"),
        ({"activation": nn.GELU()}, TypeError, r"class.*nn\.GELU"),
        ({"activation": nn.functional.relu}, TypeError, "without arguments"),
        ({"module": lambda n, m: 3}, TypeError, r"module\(n_features, n_outputs\).*not int"),
        ({"module": lambda n: nn.Linear(n, 3)}, TypeError, r"this one takes \(n\)"),
        ({"module": nn.ReLU}, TypeError, r"module\(n_features, n_outputs\).*\(inplace"),
        ({"optimizer": lambda p: optim.SGD(p)}, TypeError, "lr=learning_rate_init"),
        ({"loss": lambda s: s.sum()}, TypeError, r"loss\(scores, target\).*takes \(s\)"),
        ({"callbacks": [3]}, TypeError, "callbacks are functions.*3"),
        ({"loss": "hinge"}, ValueError, "'loss'"),
        ({"module": nn.Linear(4, 3)}, TypeError, "already made"),
        ({"module": lambda n, m: nn.Linear(n, 7)}, ValueError, r"\(150, 7\).*\(150, 3\)"),
        ({"optimizer": optim.Adam, "solver": "lbfgs"}, ValueError, "not 'lbfgs'"),
        ({"optimizer": partial(optim.Adam, lr=1)}, ValueError, "learning_rate_init"),
        ({"loss": lambda s, t: s.sum(0)}, ValueError, "3 numbers for 150 samples"),
        ({"learning_rate_init": 1e300, "solver": "sgd"}, ValueError, "diverged"),
        ({"early_stopping": True, "validation_fraction": 0.005}, ValueError, "two samples"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_refused(parameters, error, words):
    with pytest.raises(error, match=words):
        net(**parameters).fit(X, NAMES)


def test_data_that_is_refused():
    with pytest.raises(ValueError, match="StandardScaler"), np.errstate(over="ignore"):
        NetRegressor(solver="lbfgs").fit(X * 1e200, NUMBERS * 1e200)
    with pytest.raises(TypeError, match="toarray"):
        net().fit(csr_array(X), NAMES)
    with pytest.raises(ValueError, match="one number for all"):
        net(loss=nn.CrossEntropyLoss()).fit(X, NAMES, np.ones(150))
    with pytest.raises(ValueError, match=r"add up to 0|non-zero"):
        net().fit(X, NAMES, np.zeros(150))
    with pytest.raises(ValueError, match="add up to -150"):
        net().fit(X, NAMES, -np.ones(150))
    with pytest.raises(ValueError, match=r"multioutput: y of shape \(150, 2\)") as caught:
        net().fit(X, np.stack([NUMBERS, NUMBERS], 1))
    assert len(str(caught.value)) < 300
    with pytest.raises(ValueError, match="not there at first"):
        net(warm_start=True).fit(X[:100], NAMES[:100]).fit(X, NAMES)
    with pytest.raises(ValueError, match="several now"):
        net(warm_start=True).fit(X, NAMES).fit(X, np.eye(3, dtype=int)[NUMBERS])
    with pytest.raises(ValueError, match="no samples to hold out"):
        net(early_stopping=True).partial_fit(X, NAMES, classes=NAMES)
    with pytest.raises(ValueError, match="features"):
        net(warm_start=True).fit(X, NAMES).fit(X[:, :3], NAMES)
    with pytest.raises(NotFittedError):
        net().predict(X)


def test_what_there_is_after_a_fit_only():
    for name in ("coefs_", "intercepts_", "n_layers_", "best_loss_", "best_validation_score_"):
        assert not hasattr(net(), name)
        with pytest.raises(NotFittedError, match="not fitted yet"):
            getattr(net(), name)
