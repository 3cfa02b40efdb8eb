"""Metrics of classes, beside scikit-learn's on random data, and by hand at the edges."""

from __future__ import annotations

import gc
import math
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import metrics
from autograd_fr.errors import DtypeError, ShapeError

sk = pytest.importorskip("sklearn.metrics")

TARGET, PREDICTED = [0, 1, 1, 2, 2, 2], [0, 1, 2, 2, 2, 0]
NAMES = ("precision", "recall", "f1")


def drawn(seed: int, classes: int, n: int = 60, skill: float = 1.0):
    """Scores that are somewhat right, and classes of which the last may be rare."""
    rng = np.random.default_rng(seed)
    true = np.minimum(rng.geometric(2 / (classes + 1), n) - 1, classes - 1)
    scores = rng.normal(size=(n, classes)) + skill * np.eye(classes)[true]
    return scores, true


CASES = [(seed, classes) for seed in range(4) for classes in (2, 3, 7)]


@pytest.mark.parametrize(("seed", "classes"), CASES)
def test_counts_of_right_and_wrong(seed, classes):
    scores, true = drawn(seed, classes)
    found = scores.argmax(1)
    expected = sk.accuracy_score(true, found)
    assert metrics.accuracy(scores, true) == pytest.approx(expected)
    assert metrics.error_rate(scores, true) == pytest.approx(1 - expected)
    assert metrics.errors(scores, true) == (found != true).sum()
    assert type(metrics.errors(scores, true)) is int
    for k in range(1, classes + 1):
        whole = sk.top_k_accuracy_score(true, scores, k=k, labels=range(classes)) if (
            classes > 2 and k < classes) else (expected if k == 1 else 1.0)  # fmt: skip
        assert metrics.topk(scores, true, k) == pytest.approx(whole)


@pytest.mark.parametrize("normalize", [None, "true", "pred", "all"])
@pytest.mark.parametrize(("seed", "classes"), CASES)
def test_the_confusion_matrix(seed, classes, normalize):
    scores, true = drawn(seed, classes)
    found = metrics.confusion_matrix(scores, true, normalize=normalize)
    expected = sk.confusion_matrix(
        true, scores.argmax(1), labels=range(classes), normalize=normalize
    )
    np.testing.assert_allclose(found, expected)
    assert found.dtype == (np.int64 if normalize is None else np.float64)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
@pytest.mark.parametrize("zero_division", [0.0, 1.0, math.nan])
@pytest.mark.parametrize("average", [None, "macro", "micro", "weighted"])
@pytest.mark.parametrize(("seed", "classes"), [*CASES, (9, 40)])
def test_precision_recall_f1(seed, classes, average, zero_division):
    scores, true = drawn(seed, classes, n=40)
    labels = range(classes) if average is None else None
    expected = sk.precision_recall_fscore_support(
        true, scores.argmax(1), labels=labels, average=average, zero_division=zero_division
    )[:3]
    options = {"average": average, "zero_division": zero_division}
    found = metrics.precision_recall_f1(scores, true, **options)
    for name, ours, theirs in zip(NAMES, found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)
        np.testing.assert_array_equal(getattr(metrics, name)(scores, true, **options), ours)
        assert type(ours) is (np.ndarray if average is None else float)


@pytest.mark.parametrize("zero_division", [0.0, 1.0, math.nan])
@pytest.mark.parametrize(
    ("true", "found"), [([0, 1, 1], [1, 1, 0]), ([0, 0], [0, 0]), ([1, 1], [0, 0]), ([0], [1])]
)
def test_of_two_classes_that_of_the_second(true, found, zero_division):
    expected = sk.precision_recall_fscore_support(
        true, found, average="binary", zero_division=zero_division
    )[:3]
    for name, theirs in zip(NAMES, expected, strict=True):
        ours = getattr(metrics, name)(found, true, zero_division=zero_division)
        np.testing.assert_allclose(ours, theirs)


@pytest.mark.parametrize(("seed", "classes"), CASES)
@pytest.mark.parametrize("multi_class", ["ovr", "ovo"])
@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_the_area_under_the_curve(seed, classes, multi_class, average):
    logits, true = drawn(seed, classes, n=200)
    powers = np.exp(logits)
    shares = powers / powers.sum(1, keepdims=True)
    options = {"multi_class": multi_class, "average": average}
    expected = (
        sk.roc_auc_score(true, shares[:, 1])
        if classes == 2
        else sk.roc_auc_score(true, shares, **options)
    )
    for scores in (logits, shares, shares.astype(np.float32)):
        assert metrics.roc_auc(scores, true, **options) == pytest.approx(expected, abs=1e-6)
    if classes == 2:
        column = logits[:, 1] - logits[:, 0]
        assert metrics.roc_auc(column, true) == pytest.approx(expected)
        assert metrics.roc_auc(column[:, None], true) == pytest.approx(expected)


def test_the_report_is_of_the_classes_that_occur():
    names = ["a", "b", "c", "d", "e", "f", "g"]
    for given, rows in ((None, ["0", "1", "5"]), (names, ["a", "b", "f"])):
        table = metrics.classification_report(
            [0, 1, 5], [0, 1, 1], names=given, output_dict=True
        )  # fmt: skip
        assert [*table] == [*rows, "accuracy", "macro avg", "weighted avg"]
        means = [table["macro avg"][name] for name in ("precision", "recall", "f1-score")]
        assert means == pytest.approx([2 / 3, 1 / 2, 5 / 9])
        ours = metrics.precision_recall_f1([0, 1, 5], [0, 1, 1], average="macro")
        assert means == pytest.approx([*ours])


def test_the_report_is_that_of_scikit_learn():
    names = ["a", "b", "c", "never met"]
    ours = metrics.classification_report(PREDICTED, TARGET, names=names, digits=3)
    theirs = sk.classification_report(
        TARGET, PREDICTED, target_names=names[:3], digits=3, zero_division=0.0
    )
    assert ours == theirs
    table = metrics.classification_report(PREDICTED, TARGET, output_dict=True)
    assert table["2"]["support"] == 3


FORMS = {
    "lists": (PREDICTED, TARGET),
    "arrays": (np.array(PREDICTED, np.int32), np.array(TARGET, np.uint8)),
    "floats": (np.array(PREDICTED, np.float32), ag.tensor(TARGET).float()),
    "columns": (np.array(PREDICTED)[:, None], ag.tensor(TARGET).reshape(-1, 1)),
    "logits": (ag.tensor(np.eye(3)[PREDICTED] - 5), TARGET),
    "probabilities": (np.eye(3)[PREDICTED] / 2 + 1 / 6, np.array(TARGET)),
    "one-hot": (np.eye(3)[PREDICTED], np.eye(3, dtype=np.int64)[TARGET]),
    "requiring gradients": (ag.tensor(np.eye(3)[PREDICTED], requires_grad=True) * 2, TARGET),
    "infinite": (np.log(np.eye(3)[PREDICTED], where=np.eye(3)[PREDICTED] > 0,
                        out=np.full((6, 3), -np.inf)), TARGET),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_scores_and_classes_in_every_form(form):
    predicted, target = FORMS[form]
    assert metrics.confusion_matrix(predicted, target).tolist() == [[1, 0, 0], [0, 1, 1], [1, 0, 2]]
    assert metrics.errors(predicted, target) == 2


BOTH = ([1.5, -0.5, 0.3, -2.0], [1, 0, 0, 0])


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
def test_one_score_for_two_classes(shape):
    logits = np.array(BOTH[0]).reshape(shape)
    shares = 1 / (1 + np.exp(-logits))
    assert metrics.errors(logits, BOTH[1]) == 1
    assert metrics.errors(ag.tensor(logits), np.array(BOTH[1])[:, None]) == 1
    assert metrics.errors(shares, BOTH[1], threshold=0.5) == 1
    assert metrics.errors(logits, BOTH[1], threshold=0.4) == 0
    assert metrics.confusion_matrix(logits, [0, 0, 0, 0]).shape == (2, 2)


def test_one_score_that_may_be_logit_or_probability():
    with pytest.raises(ValueError, match=r"Give threshold=0 for logits, threshold=0\.5 for prob"):
        metrics.accuracy([0.2, 0.9], [0, 1])
    assert metrics.accuracy([0.2, 0.9], [0, 1], threshold=0.5) == 1
    assert metrics.accuracy([0.2, 0.9], [1, 1], threshold=0) == 1
    assert metrics.accuracy([0.7, 0.9], [1, 1]) == 1  # whatever they are
    assert metrics.accuracy(np.array([True, False]), [1, 1]) == 0.5


def test_equal_scores():
    scores = np.zeros((3, 3))
    assert metrics.accuracy(scores, [0, 1, 2]) == metrics.topk(scores, [0, 1, 2], 1) == 1 / 3
    assert metrics.topk(scores, [0, 1, 2], 2) == 2 / 3


def test_classes_that_do_not_occur_have_their_row():
    assert metrics.confusion_matrix([0], [0], num_classes=3).shape == (3, 3)
    assert metrics.confusion_matrix([0], np.eye(4)[[1]]).shape == (4, 4)
    assert metrics.recall(np.eye(5)[[0, 1]], [0, 1], average=None).tolist() == [1, 1, 0, 0, 0]


NAN = math.nan
FAULTS = {
    "empty": (([], []), ValueError, "target is empty"),
    "no scores": ((np.zeros((0, 3)), [0]), ValueError, "predicted is empty"),
    "lengths": (([0, 1], [0]), ShapeError, "target has 1 entries and predicted 2"),
    "one number": ((1, [0]), ShapeError, r"predicted has shape \(\)"),
    "images": ((np.zeros((2, 3, 4)), [0, 1]), ShapeError, r"predicted has shape \(2, 3, 4\)"),
    "fractions": (([0, 1], [0, 0.5]), ValueError, "target has to hold class indices"),
    "negative": (([0, 1], [0, -1]), ValueError, "target has to hold class indices"),
    "negative too": ((np.array([0, -1]), [0, 1]), ValueError, "predicted has to hold class ind"),
    "nan target": (([0, 1], [0, NAN]), ValueError, "target has to hold class indices"),
    "nan": (([[0.0, 1], [1, 0], [NAN, 1]], [0, 1, 1]), ValueError, "predicted has nan at place 2"),
    "nan alone": (([NAN, 1.5], [0, 1]), ValueError, "predicted has nan at place 0"),
    "beyond": (([[0.0, 1], [1, 0]], [0, 2]), ValueError, "0 to 1, but target has class 2"),
    "beyond one": (([-0.5, 1.5], [0, 2]), ValueError, "0 to 1, but target has class 2"),
    "wider": (([[0.0, 1]], [[1, 0, 0]]), ValueError, "2 classes, 0 to 1, but target has 3 columns"),
    "not one-hot": (([0, 1], [[1, 1], [0, 1]]), ValueError, "not one 1 among zeros in every row"),
    "shares": (([0, 1], [[0.5, 0.5], [0, 1]]), ValueError, "not one 1 among zeros in every row"),
    "words": ((["cat"], [0]), DtypeError, "predicted: .*numbers are needed"),
}  # fmt: skip


@pytest.mark.parametrize("metric", ["accuracy", "errors", "confusion_matrix", "f1"])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_fit_is_refused(fault, metric):
    args, error, told = FAULTS[fault]
    with pytest.raises(error, match=told):
        getattr(metrics, metric)(*args)


WIDE = [[0.1, 0.9], [0.8, 0.2]]
REFUSED = {
    "threshold": (lambda: metrics.accuracy(WIDE, [0, 1], threshold=0.5), "for one score per"),
    "topk": (lambda: metrics.topk([0, 1], [0, 1]), "needs the scores of all classes"),
    "k": (lambda: metrics.topk(WIDE, [0, 1], 5), "from 1 to the number of classes, 2, not 5"),
    "no k": (lambda: metrics.topk(WIDE, [0, 1], 0), "not 0"),
    "average": (lambda: metrics.f1([0], [0], average="mean"), "average is .*not 'mean'"),
    "three": (lambda: metrics.f1([0, 1], [0, 2]), 'average="binary" is for two classes, and'),
    "few": (lambda: metrics.confusion_matrix([0, 2], [0, 1], num_classes=2), "num_classes is 2"),
    "rows": (lambda: metrics.confusion_matrix([0], [0], normalize="rows"), 'is "true", "pred"'),
    "huge": (lambda: metrics.confusion_matrix([10**12], [0]), "give at most 10000"),
    "huge too": (lambda: metrics.recall([10**12], [0], average="macro"), "numbered from 0, below"),
    "auc": (lambda: metrics.roc_auc(WIDE, [1, 1]), r"examples of each, 0 to 1.*has \[1\]"),
    "auc nan": (lambda: metrics.roc_auc([NAN, 1], [0, 1]), "without nan"),
    "auc length": (lambda: metrics.roc_auc([0.5], [0, 1]), "give one for each"),
    "zero": (lambda: metrics.f1([0], [0], zero_division="warn"), "is 0, 1 or nan, not 'warn'"),
    "names": (lambda: metrics.classification_report([0, 2], [1, 1], names="ab"), "2 names for 3"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_options_that_do_not_fit_are_refused(case):
    call, told = REFUSED[case]
    with pytest.raises(ValueError, match=told):
        call()


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_misspelt_options_are_those_of_the_function_called(name):
    with pytest.raises(
        TypeError, match=rf"^{name}\(\) got an unexpected keyword argument 'averge'"
    ):
        getattr(metrics, name)([0], [0], averge="macro")


def test_nothing_of_the_graph_is_kept():
    weight = ag.ones(3, 3, requires_grad=True)
    scores = ag.eye(3) @ weight
    graph = weakref.ref(scores)
    kept = [getattr(metrics, name)(scores, [0, 1, 2]) for name in ("accuracy", "confusion_matrix")]
    kept.append(metrics.precision_recall_f1(scores, [0, 1, 2]))
    del scores
    gc.collect()
    assert graph() is None
    assert weight.grad is None
    assert not any(isinstance(x, ag.Tensor) for x in kept)
