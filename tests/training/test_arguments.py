"""What `fit`, `predict` and `evaluate` refuse."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from autograd_fr import nn, optim
from autograd_fr.errors import DtypeError, ShapeError
from autograd_fr.training import EarlyStopping, evaluate, fit, predict
from autograd_fr.utils.data import DataLoader, Dataset, TensorDataset

from .problem import X, Y, accuracy, fitted, line, noisy


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


def test_a_model_that_is_frozen():
    model = line().requires_grad_(False)
    for use in (lambda: fitted(model), lambda: fitted(nn.Sequential(model))):
        with pytest.raises(ValueError, match=r"none of .* model.requires_grad_\(True\)"):
            use()
    model.bias.requires_grad_(True)
    assert len(fitted(model)) == 3
    only = optim.SGD([model.weight], lr=0.1)
    with pytest.raises(ValueError, match=r"none of .*optimizer.* requires a gradient"):
        fit(model, (X, Y), nn.MSELoss(), only, progress=False)


def cycled(model, total, **options):
    """Three epochs of three batches, unless options say otherwise, under a cycle of `total`."""
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    cycle = optim.lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=total)
    return fit(model, (X, Y), nn.MSELoss(), optimizer, scheduler=cycle,
               **{"batch_size": 4, "epochs": 3, "progress": False} | options)  # fmt: skip


def test_a_cycle_that_ends_before_the_training():
    model = line()
    before = model.weight.detach().clone()
    with pytest.raises(ValueError, match=r"8 steps, and the training takes 9.*total_steps=9"):
        cycled(model, 8)
    with pytest.raises(ValueError, match=r"2 steps, and the training takes 3.*total_steps=3"):
        cycled(model, 2, scheduler_per="epoch")
    assert bool((model.weight == before).all())
    for total, options in ((9, {}), (12, {}), (3, {"scheduler_per": "epoch"})):
        assert len(cycled(model, total, **options)) == 3


def test_a_cycle_goes_on_where_it_stands(tmp_path):
    cycled(line(), 9, epochs=2, checkpoint=tmp_path / "run.npz", seed=0)
    resumed = {"checkpoint": tmp_path / "run.npz", "resume": True, "seed": 0}
    with pytest.raises(ValueError, match=r"9 steps, and the training takes 12.*total_steps=12"):
        cycled(line(), 9, epochs=4, **resumed)
    assert len(cycled(line(), 9, **resumed)) == 3


def test_a_loss_of_every_example():
    with pytest.raises(ShapeError, match=r'the loss gives \(4, 1\), .*reduction="mean"'):
        fitted(line(), loss=nn.MSELoss(reduction="none"))


@pytest.mark.parametrize(
    "loss", [nn.MSELoss(reduction="sum"), partial(nn.functional.mse_loss, reduction="sum")]
)
def test_a_loss_that_grows_with_the_batch(loss):
    for use in (lambda: fitted(line(), loss=loss), lambda: evaluate(line(), (X, Y), (), loss=loss)):
        with pytest.raises(ValueError, match=r'loss adds .*grow with batch_size.*reduction="mean"'):
            use()


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


@pytest.mark.parametrize("make", [iter, lambda batches: (batch for batch in batches)])
def test_what_can_be_gone_through_once_only(make):
    loader, told = DataLoader(TensorDataset(X, Y), 4), "can be gone through once only; give a Data"
    for name, options in (("data", {"data": make(loader), "seed": None}),
                          ("validation", {"validation": make(loader)})):  # fmt: skip
        with pytest.raises(TypeError, match=f"^{name} {told}"):
            fitted(line(), **options)
    assert evaluate(line(), make(loader), (), loss=nn.MSELoss())  # which needs to go but once


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
        fitted(line(), DataLoader(TensorDataset(X, Y), 4), **{"seed": None} | option)


@pytest.mark.parametrize("x", [None, "x.csv", Path("x.csv"), {"x": X}, b"x", print, nn.ReLU])
def test_what_is_no_input(x):
    with pytest.raises(TypeError, match=r"^x is inputs, an array or tensor with a row per example"):
        predict(line(), x)


def test_a_file_is_to_be_read_first():
    with pytest.raises(TypeError, match=r"the text 'x.csv': read a file first"):
        predict(line(), "x.csv")


class Endless(Dataset):
    """Examples of which nobody knows how many there are."""

    def __getitem__(self, index):
        return X[index], Y[index]


def test_a_dataset_without_a_length():
    for use in (lambda: fitted(line(), Endless()), lambda: evaluate(line(), Endless()),
                lambda: predict(line(), Endless()),
                lambda: fitted(line(), validation=Endless())):  # fmt: skip
        told = r"^(data|validation|x): Endless has no __len__, .* or make it an IterableDataset"
        with pytest.raises(TypeError, match=told):
            use()


def test_batches_of_more_inputs_than_the_model_takes():
    loader = DataLoader(TensorDataset(X, Y, Y), 4)
    for use in (lambda: fitted(line(), loader, seed=None), lambda: predict(line(), loader),
                lambda: evaluate(line(), loader, (), loss=nn.MSELoss())):  # fmt: skip
        told = r"Linear.forward takes \(input\), and gets 2 inputs: the last part of a batch"
        with pytest.raises(TypeError, match=told):
            use()


def test_errors_of_types_in_a_model_of_two_inputs_pass_through():
    class Wrong(nn.Module):
        def forward(self, a, b):
            return a + len(3)

    with pytest.raises(TypeError, match=r"^object of type 'int' has no len"):
        predict(Wrong(), DataLoader(TensorDataset(X, X, Y), 4))


def test_batches_without_a_target():
    with pytest.raises(TypeError, match=r"a batch is \(inputs, target\), this is a list of 1"):
        fitted(line(), TensorDataset(X))


def test_no_functions_for_metrics_and_schedules():
    with pytest.raises(TypeError, match=r"name or a function"):
        fitted(line(), metrics=[3])
    with pytest.raises(TypeError, match=r"a method step"):
        fitted(line(), scheduler=0.1)


def test_errors_of_the_loss_pass_through():
    def fails(scores, target):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fitted(line(), loss=fails)
