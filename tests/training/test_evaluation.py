"""`predict` and `evaluate`."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, ShapeError
from autograd_fr.training import evaluate, predict
from autograd_fr.utils.data import DataLoader, TensorDataset

from .problem import LABELS, POINTS, X, Y, classifier, line, same


def test_predictions_are_those_of_evaluation_mode_whatever_the_batches():
    model = classifier()
    whole = model.eval()(ag.tensor(POINTS)).detach().numpy()
    model.train()[3].eval()
    for x in (POINTS, ag.tensor(POINTS), POINTS.astype(np.float64), POINTS.tolist()):
        np.testing.assert_allclose(predict(model, x, batch_size=7), whole, rtol=1e-5)
    sets = TensorDataset(POINTS), TensorDataset(POINTS, LABELS)
    for loader in (*sets, *(DataLoader(data, 9) for data in sets)):
        np.testing.assert_allclose(predict(model, loader), whole, rtol=1e-5)
    assert [module.training for module in model] == [True, True, True, False, True]
    assert all(p.grad is None for p in model.parameters())


def test_the_metrics_are_asked_once_about_everything():
    asked = []

    def lengths(scores, target):
        asked.append((len(scores), len(target), scores.requires_grad))
        return 1

    data = DataLoader(TensorDataset(POINTS, LABELS), 7)
    assert evaluate(classifier(), data, lengths) == {"lengths": 1.0}
    assert asked == [(40, 40, False)]


def test_names_and_forms():
    model = classifier()
    right = float((predict(model, POINTS).argmax(1) == LABELS).mean())
    assert evaluate(model, (POINTS, LABELS)) == {"accuracy": pytest.approx(right)}
    told = evaluate(model, (POINTS, LABELS), {"right": "accuracy", "wrong": "error_rate"})
    assert told == {"right": pytest.approx(right), "wrong": pytest.approx(1 - right)}
    matrix = evaluate(model, (POINTS, LABELS), ag.metrics.confusion_matrix)["confusion_matrix"]
    assert np.trace(matrix) == round(40 * right)
    pytest.importorskip("sklearn")
    report = evaluate(model, (POINTS, LABELS), ag.metrics.classification_report)
    assert "weighted avg" in report["classification_report"]


def test_the_loss_is_the_mean_over_the_examples():
    model = line()
    loss = evaluate(model, (X, Y), (), loss=nn.MSELoss(), batch_size=3)
    assert loss == {"loss": pytest.approx(float(((predict(model, X) - Y) ** 2).mean()), rel=1e-5)}


def test_nothing_is_drawn_and_modes_come_back_after_errors():
    model, before = classifier(), ag.get_rng_state()
    evaluate(model, (POINTS, LABELS))
    assert same(ag.get_rng_state(), before)
    with pytest.raises(ShapeError):
        predict(model, X)
    assert all(module.training for module in model.modules())


def test_what_is_refused():
    for empty in (POINTS[:0], DataLoader(TensorDataset(POINTS), 50, drop_last=True)):
        with pytest.raises(ValueError, match="x is empty"):
            predict(classifier(), empty)
    for size, error in ((0, ValueError), (-1, ValueError), (2.5, TypeError), ("2", TypeError)):
        with pytest.raises(error, match="batch_size is"):
            predict(classifier(), POINTS, size)
    with pytest.raises(TypeError, match=r"a tuple of 2: of a pair \(x, y\) give the first"):
        predict(classifier(), (POINTS, LABELS))
    with pytest.raises(TypeError, match="a row per example; this is an int"):
        predict(classifier(), 5)
    with pytest.raises(ValueError, match="did you mean 'accuracy'"):
        evaluate(classifier(), (POINTS, LABELS), "acuracy")

    class Pair(nn.Module):
        def forward(self, x):
            return x, x

    with pytest.raises(AutogradError, match="the model gives a tuple"):
        predict(Pair(), X)
