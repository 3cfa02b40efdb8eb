"""Metrics by name, and without scikit-learn."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograd_fr import metrics
from autograd_fr.errors import MissingExtra

CLASSES = ([0, 1, 2, 2], [0, 1, 1, 2])
PLAIN = [
    "accuracy", "error_rate", "errors", "topk", "precision", "recall", "f1", "r2",
    "mean_squared_error", "mean_absolute_error", "roc_auc",
]  # fmt: skip


@pytest.mark.parametrize("name", PLAIN)
def test_names_are_those_of_the_functions(name):
    assert metrics.named(name) is getattr(metrics, name)


@pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_averages_are_named_as_scikit_learn_does(name, average):
    expected = getattr(metrics, name)(*CLASSES, average=average)
    assert metrics.named(f"{name}_{average}")(*CLASSES) == expected


def test_options_are_kept():
    assert metrics.named("topk", k=2)([[0.5, 0.3, 0.2]], [1]) == 1.0
    assert metrics.named("f1_macro", zero_division=1.0)([0, 0], [0, 1]) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("acuracy", "no metric 'acuracy'; did you mean 'accuracy'?"),
        ("F1_Macro", "did you mean 'f1_macro'?"),
        ("zzz", r"no metric 'zzz'\. The names are accuracy, "),
        (None, "no metric None"),
        ("confusion_matrix", r"call metrics.confusion_matrix\(training.predict\(model, x\), y\)"),
    ],
)
def test_other_names_are_refused(name, told):
    with pytest.raises(ValueError, match=told):
        metrics.named(name)


def test_what_is_not_there_is_suggested():
    with pytest.raises(AttributeError, match="did you mean 'accuracy'"):
        metrics.acuracy  # noqa: B018


@pytest.mark.parametrize("name", ["classification_report", "roc_auc"])
def test_without_scikit_learn_the_extra_is_named(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.metrics", None)
    with pytest.raises(MissingExtra, match=r"pip install 'autograd_fr\[sklearn\]'"):
        getattr(metrics, name)([0, 1], [0, 1])


def test_numpy_alone_will_do():
    code = (
        "import sys; sys.modules.update(sklearn=None, scipy=None, matplotlib=None)\n"
        "from autograd_fr import metrics; print(metrics.accuracy([0, 1], [0, 0]))\n"
        "assert 'autograd_fr.viz' not in sys.modules"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "0.5\n"
