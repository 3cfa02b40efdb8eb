"""Metrics of a training: of what they are taken, and what they are called."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.training import evaluate, fit

from .problem import LABELS, POINTS, Seen, X, Y, accuracy, classifier, fitted, line


def test_metrics_while_learning_are_of_all_that_was_learnt_from():
    names = ["accuracy", "errors", "f1_macro", "r2", "roc_auc"]
    pytest.importorskip("sklearn")
    model, labels = classifier()[:3], np.arange(40) % 2
    model.append(nn.Linear(8, 1)).eval()
    optimizer = optim.SGD(model.parameters(), lr=0.0)
    for layer in model.modules():  # learns in the mode of evaluation, so that scores are the same
        layer.train = lambda mode=True: None
    data = (POINTS, labels.astype(np.float32)[:, None])
    history = fit(model, data, nn.BCEWithLogitsLoss(), optimizer, validation=data, metrics=names,
                  batch_size=3, progress=False)  # fmt: skip
    for name in names:
        assert history[name] == pytest.approx(history[f"val_{name}"], rel=1e-5)
    assert history["errors"][0] == round(40 * (1 - history["accuracy"][0])) > 0


@pytest.mark.parametrize(("loss", "threshold"), [
    (nn.BCEWithLogitsLoss(), 0.0), (nn.BCELoss(), 0.5),
    (nn.functional.binary_cross_entropy_with_logits, 0.0),
    (nn.functional.binary_cross_entropy, 0.5),
])  # fmt: skip
def test_one_score_is_taken_as_the_loss_takes_it(loss, threshold):
    """Here all scores lie between 0 and 1, so that they do not tell themselves."""

    class Shares(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(ag.tensor(1.0))

        def forward(self, x):
            return self.w * x

    x = np.linspace(0.05, 0.95, 10, dtype=np.float32)[:, None]
    y = (x > 0.3).astype(np.float32)
    told = fitted(Shares(), (x, y), loss=loss, lr=0.0, epochs=1, metrics="accuracy",
                  validation=(x, y))  # fmt: skip
    right = float(((x > threshold) == (y > 0)).mean())
    assert told["accuracy"] == told["val_accuracy"] == [pytest.approx(right)]
    assert evaluate(Shares(), (x, y), "accuracy", loss=loss)["accuracy"] == pytest.approx(right)
    with pytest.raises(ValueError, match=r'metrics.named\("accuracy", threshold=0.5\)'):
        evaluate(Shares(), (x, y), "accuracy")

    def largest(scores, target):
        assert not scores.requires_grad  # else whoever keeps scores keeps the graph
        return scores.max()

    single = {"scores": largest}
    assert fitted(Shares(), (x, y), lr=0.0, metrics=single, epochs=1)["scores"] == [x.max()]


def test_of_rows_of_scores_the_greatest_counts_for_such_losses_too():
    model = nn.Sequential(nn.Linear(4, 3), nn.Sigmoid())
    one_hot = np.eye(3, dtype=np.float32)[LABELS]
    history = fitted(model, (POINTS, one_hot), loss=nn.BCELoss(), metrics="accuracy", lr=5.0)
    assert history["accuracy"][-1] > history["accuracy"][0]


def test_the_scores_kept_are_those_before_the_step():
    """Also where a model gives a view of what the optimizer writes into."""

    class Parameter(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(ag.zeros(1, 1))

        def forward(self, x):
            return self.w[:, :]

    seen = Seen(lambda run: run.model.w.item())
    first = {"first": lambda scores, target: float(scores[0])}
    history = fitted(Parameter(), (X[:3], Y[:3]), batch_size=1, epochs=1, metrics=first,
                     callbacks=[seen])  # fmt: skip
    assert history["first"] == [0.0] and seen.seen[0] != 0.0


@pytest.mark.parametrize("name", ["loss", "lr", "epoch", "seconds", "val_accuracy"])
def test_names_that_the_history_has_itself(name):
    with pytest.raises(ValueError, match=f"no metric can be called '{name}'"):
        fitted(line(), metrics={name: accuracy})
    with pytest.raises(ValueError, match=f"no metric can be called '{name}'"):
        evaluate(line(), (X, Y), {name: accuracy}, loss=nn.MSELoss())


@pytest.mark.parametrize("metrics", [[lambda s, t: 1.0, lambda s, t: 2.0], ["accuracy", accuracy]])
def test_two_metrics_of_one_name(metrics):
    with pytest.raises(
        ValueError, match=r"two metrics are called '(<lambda>|accuracy)': name them"
    ):
        fitted(line(), metrics=metrics)


def test_options_of_metrics():
    third = ag.metrics.named("topk", k=2)
    model = classifier()
    told = evaluate(model, (POINTS, LABELS), [third, "f1_macro"])
    assert list(told) == ["topk", "f1_macro"] and told["topk"] >= evaluate(
        model, (POINTS, LABELS))["accuracy"]  # fmt: skip
    for name, hint in (("f1", '"f1_macro"'), ("topk", r'metrics.named\("topk", k=2\)')):
        with pytest.raises(ValueError, match=hint):
            evaluate(model, (POINTS, LABELS), name)
    with pytest.raises(ValueError, match=r"call metrics.confusion_matrix\(training.predict"):
        evaluate(model, (POINTS, LABELS), "confusion_matrix")


def test_metrics_of_a_training_are_numbers():
    for told, value in ((r"a Tensor of shape \(10, 1\)", None), ("the text 'good'", "good")):
        with pytest.raises(TypeError, match=f"one number; luck gives {told}$"):
            fitted(line(), metrics={"luck": lambda scores, target: value or scores})  # noqa: B023
