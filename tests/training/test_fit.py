"""`fit`: what it does to a model, to which data, with which steps, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import DtypeError, NonFiniteError, ShapeError
from autograd_fr.training import Callback, EarlyStopping, evaluate, fit, predict
from autograd_fr.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from .problem import LABELS, POINTS, X, Y, accuracy, classifier, fitted, line, noisy, same


class Seen(Callback):
    """Remembers what it was told."""

    def __init__(self, look=lambda run: None):
        self.look, self.seen = look, []

    def on_batch_end(self, run):
        self.seen.append(self.look(run))


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
    single = {"scores": lambda scores, target: float(scores.max())}
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

    with pytest.raises(NonFiniteError, match="in epoch 3, batch"):
        fitted(model, validation=(X, Y), callbacks=[keep, Spoil()])
    assert keep.epoch == 2
    assert evaluate(model, (X, Y), (), loss=nn.MSELoss())["loss"] == pytest.approx(keep.value)


def test_a_validation_loss_that_is_not_finite_raises():
    with pytest.raises(NonFiniteError, match="in epoch 1, validation"):
        fitted(line(), validation=(X, Y * math.inf))


def test_lazy_layers_get_their_shape():
    model = nn.Sequential(nn.LazyLinear(4), nn.Linear(4, 1))
    model(ag.tensor(X))
    assert len(fitted(model)) == 3


# What is refused


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"epochs": 0}, "1 or more"), ({"batch_size": 0}, "1 or more"),
        ({"validation": 0.01}, "both need some"), ({"validation": 1.0}, "between 0 and 1, got 1.0"),
        ({"metrics": "acuracy"}, "accuracy"), ({"monitor": "val_loss"}, "not measured; there is"),
        ({"patience": 3}, "patience needs a validation set"), ({"mode": "up"}, "'min' or 'max'"),
        ({"mode": "max", "validation": (X, Y)}, "mode='max' needs a monitor"),
        ({"validation": math.nan}, "got nan"), ({"validation": -0.1}, "between 0 and 1"),
        ({"validation": True}, "got True"), ({"validation": 3}, "between 0 and 1, got 3"),
        ({"num_workers": -1}, "num_workers is 0 or more"),
        ({"patience": -1, "validation": (X, Y)}, "patience"), ({"min_delta": -1.0}, "min_delta"),
        ({"scheduler_per": "step"}, "'batch' or 'epoch'"),
        ({"resume": True}, "resume needs a checkpoint"),
        ({"checkpoint_every": 5}, "checkpoint_every needs a checkpoint"),
        ({"metrics": {"luck": accuracy}, "monitor": "luck"}, "is less or more of 'luck' better"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit(wrong, message):
    with pytest.raises(ValueError, match=message):
        fitted(line(), **wrong)


def wrong_type(name, value, told):
    return pytest.param({name: value}, told, id=f"{name}={value!r:.20}")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        wrong_type("loss", "cross_entropy", "loss is a function of .*this is the text 'cross_entr"),
        wrong_type("loss", nn.MSELoss, "this is the class MSELoss, which is to be called"),
        wrong_type("loss", lambda scores, target: 0.5, "gives a float, which has no gradient"),
        wrong_type("callbacks", EarlyStopping(2), r"callbacks=\[...\]; this is an EarlyStopping"),
        wrong_type("callbacks", 5, "this is an int"), wrong_type("metrics", 5, "this is an int"),
        wrong_type("metrics", {1: "accuracy"}, "the name of a metric is text, not 1"),
        wrong_type("epochs", "2", "epochs is a whole number, not '2'"),
        wrong_type("epochs", None, "whole number"), wrong_type("epochs", 1.5, "whole number"),
        wrong_type("epochs", True, "not True"),
        wrong_type("batch_size", "2", "batch_size is a who"),
        wrong_type("num_workers", 2.5, "num_workers is a whole number, not 2.5"),
        wrong_type("seed", "a", "seed is a whole number"),
        wrong_type("transform", 5, "transform is a function of inputs"),
        wrong_type("min_delta", "a", "min_delta is a number"),
        wrong_type("patience", 1.5, "patience is a whole number"),
        wrong_type("clip_norm", "1", "clip_norm is a number"),
        wrong_type("clip_value", True, "clip_value is a number"),
        wrong_type("checkpoint_every", 1.5, "checkpoints is a whole number"),
        wrong_type("scheduler", optim.lr_scheduler.StepLR, "a method step.*the class StepLR"),
        wrong_type("scheduler", 0, "a method step"),
    ],
)  # fmt: skip
def test_arguments_of_other_kinds(wrong, told, tmp_path):
    path = {"checkpoint": tmp_path / "a.npz"} if "checkpoint_every" in wrong else {}
    with pytest.raises(TypeError, match=told):
        fitted(line(), **wrong, **path)


@pytest.mark.parametrize("bound", ["clip_norm", "clip_value"])
@pytest.mark.parametrize("value", [-1, 0, math.nan])
def test_bounds_of_gradients_are_above_zero(bound, value):
    with pytest.raises(ValueError, match=f"{bound} is above 0, got {value}"):
        fitted(line(), **{bound: value})


@pytest.mark.parametrize("model", ["line", print, nn.Linear, None])
def test_what_is_no_model(model):
    optimizer = optim.SGD(line().parameters(), lr=0.1)
    for use in (
        lambda: fit(model, (X, Y), nn.MSELoss(), optimizer), lambda: predict(model, X),
        lambda: evaluate(model, (X, Y)),
    ):  # fmt: skip
        with pytest.raises(
            TypeError, match=r"model is a Module, such as nn.Linear\(2, 1\); this is"
        ):
            use()


@pytest.mark.parametrize("optimizer", ["adam", optim.Adam, None])
def test_what_is_no_optimizer(optimizer):
    with pytest.raises(TypeError, match="optimizer is one of optim"):
        fit(line(), (X, Y), nn.MSELoss(), optimizer)


def test_an_optimizer_and_a_schedule_of_another_model():
    model, other = line(), line()
    own, foreign = (optim.SGD(m.parameters(), lr=0.1) for m in (model, other))
    with pytest.raises(ValueError, match="the optimizer has no parameter of this model"):
        fit(model, (X, Y), nn.MSELoss(), foreign)
    with pytest.raises(ValueError, match="made for another optimizer"):
        fit(model, (X, Y), nn.MSELoss(), own, scheduler=optim.lr_scheduler.StepLR(foreign, 1))
    some = optim.SGD([model.bias, *other.parameters()], lr=0.1)
    assert len(fit(model, (X, Y), nn.MSELoss(), some, progress=False)) == 1


def test_a_loss_of_every_example():
    with pytest.raises(ShapeError, match=r'the loss gives \(4, 1\), .*reduction="mean"'):
        fitted(line(), loss=nn.MSELoss(reduction="none"))


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


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool])
def test_whole_numbers_for_layers_of_floats(dtype):
    x = (10 * np.abs(X)).astype(dtype)
    for use in (lambda: fitted(line(), (x, Y)), lambda: predict(line(), x),
                lambda: evaluate(line(), (x, Y), (), loss=nn.MSELoss())):  # fmt: skip
        told = rf"x holds whole numbers, {np.dtype(dtype)}: give x.astype\(np.float32\), of images"
        with pytest.raises(DtypeError, match=told):
            use()


@pytest.mark.parametrize("data", [(X, Y[:9]), (X, 3.0)])
def test_rows_that_do_not_match(data):
    with pytest.raises(ShapeError, match=r"one row per example each, got \(10, 3\) and"):
        fitted(line(), data)


@pytest.mark.parametrize("data", [X, (X,), (X, Y, Y), {"x": X}, "data", None])
def test_what_is_no_data(data):
    with pytest.raises(TypeError, match=r"data is a pair \(x, y\)"):
        fitted(line(), data)


def test_what_is_empty():
    with pytest.raises(ValueError, match="data is empty"):
        fitted(line(), (X[:0], Y[:0]))
    loader = DataLoader(TensorDataset(X, Y), 20, drop_last=True)
    with pytest.raises(ValueError, match="gives no batches"):
        fitted(line(), loader, seed=None)
    with pytest.raises(ValueError, match="gives no batches"):
        fitted(line(), validation=loader)


@pytest.mark.parametrize("option", [{"seed": 1}, {"transform": noisy}, {"validation": 0.5}])
def test_what_a_loader_has_itself(option):
    with pytest.raises(ValueError, match="a loader has its own"):
        fitted(line(), DataLoader(Rows(), 4), **{"seed": None} | option)


def test_batches_without_a_target():
    with pytest.raises(TypeError, match=r"a batch is \(inputs, target\), this is a list of 1"):
        fitted(line(), TensorDataset(X))


def test_metrics_of_a_training_are_numbers():
    for told, value in ((r"a Tensor of shape \(10, 1\)", None), ("the text 'good'", "good")):
        with pytest.raises(TypeError, match=f"one number; luck gives {told}$"):
            fitted(line(), metrics={"luck": lambda scores, target: value or scores})  # noqa: B023


def test_no_functions_for_metrics_and_schedules():
    with pytest.raises(TypeError, match="name or a function"):
        fitted(line(), metrics=[3])
    with pytest.raises(TypeError, match="a method step"):
        fitted(line(), scheduler=0.1)


def test_errors_of_the_loss_pass_through():
    def fails(scores, target):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fitted(line(), loss=fails)
