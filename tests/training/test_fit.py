"""`fit`: what it does to a model, to which data, with which steps, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import NonFiniteError, ShapeError
from autograd_fr.training import Callback, EarlyStopping, evaluate, fit, predict
from autograd_fr.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from .problem import LABELS, POINTS, Seen, X, Y, accuracy, classifier, fitted, line, noisy, same


class Recorder(nn.Module):
    """Scores every class 0; remembers the mode and the rows of each call, and who recorded."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def forward(self, x):
        self.calls.append((self.training, ag.is_grad_enabled(), x.numpy()))
        return x * 0


def test_it_does_what_the_same_steps_by_hand_do():
    model, by_hand = line(), line()
    loader = DataLoader(TensorDataset(X, Y), 4, shuffle=True, generator=ag.Generator(0))
    history = fitted(model)
    w, b, losses = by_hand.weight.detach().numpy(), by_hand.bias.detach().numpy(), []
    for _ in range(3):
        total = 0.0
        for x, y in loader:
            x, y = x.numpy(), y.numpy()
            error = x @ w.T + b - y
            total += float((error**2).sum())
            w -= 0.1 * 2 * (error.T @ x) / len(x)
            b -= 0.1 * 2 * error.mean(0)
        losses.append(total / 10)
    np.testing.assert_allclose(model.weight.detach().numpy(), w, rtol=1e-4)
    np.testing.assert_allclose(model.bias.detach().numpy(), b, rtol=1e-4)
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-4)
    assert len(history) == 3 and all(seconds > 0 for seconds in history.seconds)
    assert history.stopped is None


def test_it_learns_what_there_is_to_learn():
    model = line()
    history = fitted(model, epochs=200)
    assert history["loss"][-1] < 1e-8 < history["loss"][0]
    np.testing.assert_allclose(predict(model, X), Y, atol=1e-3)


class Rows(Dataset):
    def __len__(self):
        return len(X)

    def __getitem__(self, k):
        return X[k], Y[k]


@pytest.mark.parametrize(
    "data",
    [
        (ag.tensor(X), ag.tensor(Y)), [X, Y], (X.tolist(), Y.tolist()), (X.astype(np.float64), Y),
        TensorDataset(X, Y), Rows(), list(zip(X, Y)),
    ],
)  # fmt: skip
def test_data_of_every_kind(data):
    one, other = line(), line()
    fitted(one)
    fitted(other, data)
    assert same(one.state_dict(), other.state_dict())


def test_a_loader_keeps_its_own_order_and_batches():
    model, seen = nn.Sequential(recorder := Recorder(), line()), Seen()
    history = fitted(
        model, DataLoader(TensorDataset(X, Y), 7), seed=None, epochs=1, callbacks=[seen]
    )
    assert [len(rows) for _, _, rows in recorder.calls] == [7, 3]
    np.testing.assert_array_equal(np.concatenate([rows for _, _, rows in recorder.calls]), X)
    assert len(seen.seen) == 2 and len(history) == 1


def test_a_stream_of_unknown_length():
    """As a dataset or in a loader: the examples come in its own order."""

    class Stream(IterableDataset):
        def __iter__(self):
            return iter(zip(X, Y))

    one, other = line(), line()
    history = fitted(one, DataLoader(Stream(), 4), seed=None, validation=Stream())
    fitted(other, Stream())
    assert len(history) == 3 and history["loss"][-1] < history["loss"][0]
    assert same(one.state_dict(), other.state_dict())
    with pytest.raises(TypeError, match="of a stream no fraction"):
        fitted(line(), Stream(), validation=0.5)


def test_the_seed_settles_order_and_transforms_and_nothing_else_is_drawn():
    runs = []
    for seed in (5, 5, 6):
        model, before = line(), ag.get_rng_state()
        fitted(model, seed=seed, transform=noisy, num_workers=seed % 2)
        assert same(ag.get_rng_state(), before)
        runs.append(model.state_dict())
    assert same(runs[0], runs[1]) and not same(runs[0], runs[2])


def test_without_a_seed_the_package_s_stream_settles_it():
    runs = []
    for seed in (0, 0, 1):
        model = line()
        ag.manual_seed(seed)
        fitted(model, seed=None)
        runs.append(model.state_dict())
    assert same(runs[0], runs[1]) and not same(runs[0], runs[2])


def test_every_row_once_per_epoch_in_a_new_order():
    model = nn.Sequential(recorder := Recorder(), line())
    fitted(model, epochs=2)
    rows = np.concatenate([rows for _, _, rows in recorder.calls])
    first, second = np.split(rows, 2)
    assert not np.array_equal(first, second) and not np.array_equal(first, X)
    for order in (first, second):
        np.testing.assert_array_equal(np.sort(order, 0), np.sort(X, 0))


def test_transforms_are_for_learning_only():
    model = nn.Sequential(recorder := Recorder(), line())
    fitted(model, transform=lambda x: 0 * x, validation=(X, Y), epochs=1)
    zeros = {(training, not rows.any()) for training, _, rows in recorder.calls}
    assert zeros == {(True, True), (False, False)}


def test_flattened_images_are_not_rotated_as_one():
    with pytest.raises(ShapeError, match=r"reshape\(-1, height, width\)"):
        fitted(line(), transform=ag.transforms.RandomRotation(30))


# Modes


@pytest.mark.parametrize("mode", [True, False])
def test_modes_are_as_before_in_the_end_and_those_of_learning_in_between(mode):
    model = nn.Sequential(recorder := Recorder(), nn.Dropout(0.0), line())
    model.train(not mode)[1].train(mode)
    fitted(model, validation=(X, Y), epochs=2, callbacks=[Seen(lambda run: run.model.eval())])
    assert [module.training for module in model] == [not mode, mode, not mode]
    assert {(recording, training) for training, recording, _ in recorder.calls} == {
        (True, True), (True, False), (False, False)
    }  # fmt: skip


def test_modes_are_as_before_after_an_error():
    model = line().eval()
    with pytest.raises(ShapeError):
        fitted(model, (X[:, :2], Y))
    assert not model.training


# Validation and metrics


def test_validation_is_over_all_examples_at_once():
    def spread(scores, target):  # which is no mean of those of batches
        return float((scores - target).max() - (scores - target).min())

    model = line()
    history = fitted(model, validation=DataLoader(TensorDataset(X, Y), 3), metrics=[spread])
    error = predict(model, X) - Y
    assert history["val_spread"][-1] == pytest.approx(error.max() - error.min(), rel=1e-5)
    assert history["val_loss"][-1] == pytest.approx(float((error**2).mean()), rel=1e-5)
    assert list(history) == ["loss", "spread", "val_loss", "val_spread"]


@pytest.mark.parametrize("data", [(X, Y), Rows()])
def test_a_fraction_is_held_out(data):
    model = nn.Sequential(recorder := Recorder(), line())
    fitted(model, data, validation=0.3, epochs=2)
    sets = [{tuple(row) for mode, _, rows in recorder.calls if mode is learning for row in rows}
            for learning in (True, False)]  # fmt: skip
    assert [len(rows) for rows in sets] == [7, 3] and not sets[0] & sets[1]


@pytest.mark.parametrize("metrics", ["accuracy", [accuracy], {"accuracy": "accuracy"}, accuracy])
def test_metrics_in_every_form(metrics):
    model = classifier()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    history = fit(model, (POINTS, LABELS), nn.CrossEntropyLoss(), optimizer, metrics=metrics,
                  validation=(POINTS, LABELS), progress=False)  # fmt: skip
    assert history["val_accuracy"] == [evaluate(model, (POINTS, LABELS))["accuracy"]]


# Steps


@pytest.mark.parametrize("make", [
    lambda p: optim.LBFGS(p, max_iter=5), optim.HalvingGD, lambda p: optim.BFGS(p),
])  # fmt: skip
def test_optimizers_that_take_a_closure(make):
    model = line()
    history = fit(model, (X, Y), nn.MSELoss(), make(model.parameters()), epochs=20, batch_size=10,
                  progress=False)  # fmt: skip
    assert history["loss"][-1] < 0.5 * history["loss"][0]


def test_gradients_are_clipped():
    def changed(**clip):
        model, seen = line(), Seen(lambda run: [p.grad.numpy().copy() for p in model.parameters()])
        fitted(model, lr=1.0, epochs=1, batch_size=10, callbacks=[seen], **clip)
        return np.concatenate([g.ravel() for g in seen.seen[0]])

    free = changed()
    np.testing.assert_allclose(np.linalg.norm(changed(clip_norm=0.5)), 0.5, rtol=1e-4)
    np.testing.assert_allclose(changed(clip_value=0.1), np.clip(free, -0.1, 0.1), rtol=1e-6)


def rates(make, **options) -> list[float]:
    """The rate at which every step was made: two epochs of three batches."""
    model = line()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    used = []
    with optimizer.register_step_pre_hook(lambda o, *_: used.append(o.param_groups[0]["lr"])):
        history = fit(model, (X, Y), nn.MSELoss(), optimizer, epochs=2, batch_size=4, seed=0,
                      scheduler=make(optimizer), progress=False, **options)  # fmt: skip
    assert len(history["lr"]) == 2
    return used


def test_schedules_step_after_epochs_or_after_batches():
    schedules = optim.lr_scheduler
    halving = lambda o: schedules.ExponentialLR(o, 0.5)  # noqa: E731
    assert rates(halving) == [0.1] * 3 + [0.05] * 3
    assert rates(halving, scheduler_per="batch") == [0.1 * 0.5**k for k in range(6)]
    cycle = rates(lambda o: schedules.OneCycleLR(o, 1.0, total_steps=6))
    assert len(set(cycle)) == 6 and max(cycle) == pytest.approx(1.0, rel=0.2)


def test_a_plateau_is_told_what_is_monitored():
    class Plateau(optim.lr_scheduler.ReduceLROnPlateau):
        def step(self, metrics, epoch=None):
            told.append(metrics)
            super().step(metrics)

    told: list[float] = []
    model = line()
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    history = fit(model, (X, Y), nn.MSELoss(), optimizer, epochs=2, validation=(X, Y),
                  scheduler=Plateau(optimizer), progress=False)  # fmt: skip
    assert told == history["val_loss"]
    with pytest.raises(ValueError, match="scheduler_per='epoch'"):
        rates(optim.lr_scheduler.ReduceLROnPlateau, scheduler_per="batch")


# The end


def test_a_loss_that_is_not_finite_raises_and_the_weights_are_those_before():
    model = line()
    before = {name: w.clone() for name, w in model.state_dict().items()}
    with pytest.raises(NonFiniteError, match=r"the loss is (inf|nan) in epoch \d, batch \d:"):
        fitted(model, lr=1e20, epochs=5)
    assert same(dict(model.state_dict()), before)


def test_after_a_whole_epoch_they_are_those_of_the_best():
    model, keep = line(), EarlyStopping()

    class Spoil(Callback):
        def on_epoch_begin(self, run):
            if run.epoch == 3:
                run.optimizer.param_groups[0]["lr"] = 1e30

    with pytest.raises(NonFiniteError, match=r"in epoch 3, batch .* has its best weights again"):
        fitted(model, validation=(X, Y), callbacks=[keep, Spoil()])
    assert keep.epoch == 2
    assert evaluate(model, (X, Y), (), loss=nn.MSELoss())["loss"] == pytest.approx(keep.value)


def test_a_validation_loss_that_is_not_finite_raises():
    with pytest.raises(NonFiniteError, match="in epoch 1, validation: the target holds inf"):
        fitted(line(), validation=(X, np.abs(Y) * math.inf))


def spoilt(array, value, row):
    array = array.copy()
    array[row, -1] = value
    return array


@pytest.mark.parametrize(("value", "told"), [(math.nan, "nan"), (-math.inf, "-inf")])
def test_data_that_are_not_finite_are_named_with_their_first_row(value, told):
    bad, worse = spoilt(X, value, 7), spoilt(Y, value, 7)
    for data, part in (((bad, Y), "inputs hold"), ((X, worse), "target holds")):
        with pytest.raises(NonFiniteError) as seen:
            fitted(line(), data)
        assert f": the {part} {told}, first in row 7 of the data; mend or leave" in str(seen.value)
        assert "learning rate" not in str(seen.value)
    with pytest.raises(NonFiniteError, match=f"inputs hold {told}, first in row 7 of the data"):
        fitted(line(), TensorDataset(bad, Y), validation=0.2, transform=noisy)
    with pytest.raises(NonFiniteError, match=r"validation: the inputs hold .* row 7 of the data"):
        fitted(line(), validation=(bad, Y))


def test_rows_of_data_that_cannot_be_looked_through_are_those_of_the_batch():
    bad = spoilt(X, math.nan, 7)
    with pytest.raises(NonFiniteError, match=r"batch 2: .* row 3 of the batch; mend"):
        fitted(line(), DataLoader([(x, y) for x, y in zip(bad, Y)], 4), seed=None)
    with pytest.raises(NonFiniteError, match=r"batch 1: .* row 0 of the batch; mend"):
        fitted(line(), transform=lambda x: x * math.nan)


def test_before_the_first_step_nothing_is_said_of_weights_and_rates():
    with pytest.raises(NonFiniteError, match="batch 1: that is before the first step") as seen:
        fitted(line(), loss=lambda scores, target: (scores - target).sum() * math.inf)
    assert "best weights" not in str(seen.value) and "learning rate" not in str(seen.value)
    with pytest.raises(NonFiniteError, match=r"may help, or clip_norm. .* its first weights again"):
        fitted(line(), lr=1e20)


def test_lazy_layers_get_their_shape():
    model = nn.Sequential(nn.LazyLinear(4), nn.Linear(4, 1))
    model(ag.tensor(X))
    assert len(fitted(model)) == 3
