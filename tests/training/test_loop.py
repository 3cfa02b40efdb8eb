"""The training loop: what it does to a model, how it reports, what it refuses."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import AutogradError, ShapeError
from autograd_fr.training import accuracy, minibatches, perceptron, step, train
from autograd_fr.training.progress import Progress

X = np.random.default_rng(0).standard_normal((10, 3)).astype(np.float32)
Y = X @ np.array([[1.0], [-2.0], [0.5]], np.float32) + 3


def fresh_model() -> nn.Linear:
    ag.manual_seed(0)
    return nn.Linear(3, 1)


def run(model, x=X, y=Y, *, epochs=3, batch_size=4, lr=0.1, seed=0, **more):
    return train(
        model, x, y, loss=nn.MSELoss(), optimizer=optim.SGD(model.parameters(), lr=lr),
        epochs=epochs, batch_size=batch_size, rng=np.random.default_rng(seed), **more,
    )  # fmt: skip


def test_it_does_what_the_same_steps_by_hand_do():
    model, by_hand = fresh_model(), fresh_model()
    history = run(model)

    w, b = by_hand.weight.detach().numpy(), by_hand.bias.detach().numpy()
    rng, losses = np.random.default_rng(0), []
    for _ in range(3):
        order, total = rng.permutation(10), 0.0
        for batch in (order[:4], order[4:8], order[8:]):
            error = X[batch] @ w.T + b - Y[batch]
            total += float((error**2).sum())
            w -= 0.1 * 2 * (error.T @ X[batch]) / len(batch)
            b -= 0.1 * 2 * error.mean(0)
        losses.append(total / 10)
    np.testing.assert_allclose(model.weight.detach().numpy(), w, rtol=1e-4)
    np.testing.assert_allclose(model.bias.detach().numpy(), b, rtol=1e-4)
    np.testing.assert_allclose([epoch.loss for epoch in history], losses, rtol=1e-4)
    assert [epoch.number for epoch in history] == [1, 2, 3]
    assert all(epoch.seconds > 0 for epoch in history)


def test_it_learns_what_there_is_to_learn():
    model = fresh_model()
    history = run(model, epochs=200)
    assert history[-1].loss < 1e-8 < history[0].loss
    np.testing.assert_allclose(model.weight.detach().numpy(), [[1, -2, 0.5]], atol=1e-3)


def test_arrays_and_tensors_alike():
    one, other = fresh_model(), fresh_model()
    run(one)
    run(other, ag.tensor(X), ag.tensor(Y))
    np.testing.assert_array_equal(one.weight.array, other.weight.array)


def test_the_seed_settles_the_run():
    models = [fresh_model() for _ in range(3)]
    for model, seed in zip(models, (5, 5, 6)):
        run(model, seed=seed)
    same, again, another = (model.weight.array for model in models)
    np.testing.assert_array_equal(same, again)
    assert (same != another).any()


def test_every_row_once_per_epoch_in_a_new_order():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(list(minibatches(100, 7, rng))) for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(100))
    assert (first != second).any()
    assert (first != np.arange(100)).any()


def test_a_batch_may_be_larger_than_the_data():
    assert [len(batch) for batch in minibatches(3, 100, np.random.default_rng(0))] == [3]


def test_a_step_starts_from_no_gradient():
    model = fresh_model()
    optimizer = optim.SGD(model.parameters(), lr=0.0)
    step(model, X, Y, nn.MSELoss(), optimizer)
    once = model.weight.grad.numpy().copy()
    assert step(model, X, Y, nn.MSELoss(), optimizer) == pytest.approx(
        float(((X @ model.weight.array.T + model.bias.array - Y) ** 2).mean())
    )
    np.testing.assert_array_equal(model.weight.grad.numpy(), once)


class Recorder(nn.Module):
    """Scores every class 0; remembers the mode and the size of each call, and who recorded."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def forward(self, x):
        self.calls.append((self.training, ag.is_grad_enabled(), len(x)))
        return x * 0


def test_training_mode_even_where_the_report_changed_it():
    model = nn.Sequential(recorder := Recorder(), nn.Linear(3, 1)).eval()
    run(model, after_epoch=lambda _: model.eval())
    assert {(training, recording) for training, recording, _ in recorder.calls} == {(True, True)}


@pytest.mark.parametrize("mode", [True, False])
def test_accuracy_is_taken_in_evaluation_mode_and_leaves_the_mode(mode):
    model = Recorder().train(mode)
    assert accuracy(model, np.zeros((5, 2)), np.array([0, 0, 1, 0, 1]), batch_size=2) == 0.6
    assert model.calls == [(False, False, 2), (False, False, 2), (False, False, 1)]
    assert model.training is mode


def test_accuracy_gives_the_mode_back_after_an_error():
    model = nn.Linear(3, 2)
    with pytest.raises(ShapeError):
        accuracy(model, np.zeros((4, 7), np.float32), np.zeros(4, int))
    assert model.training


def test_reports_go_to_the_caller():
    told = []
    assert run(fresh_model(), after_epoch=told.append) == told
    assert len(told) == 3


def test_the_display_is_told_of_every_step_and_epoch():
    class Shown(Progress):
        def __init__(self):
            self.told = []

        def step(self, epoch, loss):
            self.told.append((epoch, loss))

        def epoch(self, done):
            self.told.append(done)

    shown, asked = Shown(), []
    history = run(
        fresh_model(),
        epochs=2,
        progress=lambda *lengths: asked.append(lengths) or nullcontext(shown),
    )
    assert asked == [(2, 3)]
    assert shown.told[3::4] == history
    assert [told[0] for told in shown.told] == [1, 1, 1, 1, 2, 2, 2, 2]
    losses = [loss for _, loss in shown.told[:3]]
    assert np.average(losses, weights=[4, 4, 2]) == pytest.approx(history[0].loss)


def test_the_scheduler_is_told_of_every_step():
    class Counter:
        steps = 0

        def step(self):
            self.steps += 1

    counter = Counter()
    run(fresh_model(), scheduler=counter)
    assert counter.steps == 9


def test_divergence_is_an_error_not_a_result():
    with pytest.raises(AutogradError, match="after epoch 1: the training diverged; a smaller"):
        run(fresh_model(), lr=1e20, epochs=5)


@pytest.mark.parametrize("wrong", [{"epochs": 0}, {"epochs": -1}, {"batch_size": 0}])
def test_no_epochs_or_no_batches(wrong):
    with pytest.raises(ValueError, match="1 or more"):
        run(fresh_model(), **wrong)


@pytest.mark.parametrize("use", [run, accuracy])
def test_rows_that_do_not_match(use):
    with pytest.raises(ShapeError, match=r"\(10, 3\) and \(9, 1\)"):
        use(fresh_model(), X, Y[:9])
    with pytest.raises(ValueError, match="x is empty"):
        use(fresh_model(), X[:0], Y[:0])


def test_labels_with_an_axis_too_many():
    with pytest.raises(ShapeError, match=r"got shape \(10, 1\)"):
        accuracy(fresh_model(), X, Y)


def test_a_perceptron_learns_what_no_affine_map_can():
    ag.manual_seed(0)
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32), np.array([0, 1, 1, 0])
    model = perceptron(2, 8, 2)
    train(
        model, x, y, loss=nn.CrossEntropyLoss(), epochs=300, batch_size=4,
        optimizer=optim.Adam(model.parameters(), lr=0.05), rng=np.random.default_rng(0),
    )  # fmt: skip
    assert accuracy(model, x, y) == 1
