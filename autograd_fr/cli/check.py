"""`autograd-fr check`: whether gradients are right, and data fit to learn from."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from ..creation.values import tensor
from ..errors import DataError
from ..recipes.data import Data, complete
from ..recipes.fitting import as_taken, check_outputs, loss_of
from .arguments import DEFAULT, add_command, add_data, place, whole
from .gradients import check_model
from .health import described, examined
from .sources import fitting, model_of, read

EXAMPLES = """  autograd-fr check r/model.npz --data digits     the gradients of the model's loss
  autograd-fr check --data FOLDER                 the data
  autograd-fr check --data table.csv --target price --numbers"""


def add(commands: Any) -> None:
    """Add the command to the program."""
    command = add_command(
        commands, run, "check", "check a model's gradients, or look whether data are fit to learn",
        "With a model: compare the gradients of its loss on a few examples, in float64, with "
        "central differences, at parameters drawn at random. (The targets are wrong on purpose: "
        "where a model is right and sure of it, its gradients are too small to tell.) Without: "
        "look at the data, their shapes and ranges, missing values, classes, repetitions. The exit "
        "status is 1 where something is wrong.",
        EXAMPLES,
    )  # fmt: skip
    command.add_argument(
        "model", type=place, metavar="MODEL", nargs="?",
        help="a file that train or models.save_model wrote",
    )  # fmt: skip
    add_data(command)
    command.add_argument(
        "--examples", type=whole(1, 1000), metavar="N", default=4,
        help="how many of those to test on make the loss" + DEFAULT,
    )  # fmt: skip
    command.add_argument(
        "--entries", type=whole(1, 5000), metavar="N", default=200,
        help="at most how many numbers are checked: of every parameter as many, where it has them; "
        "5000 take half a minute or so" + DEFAULT,
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Check the model, or else the data; returns the exit status."""
    return _data(read(options, holes=True)) if options.model is None else _model(options)


def _model(options: argparse.Namespace) -> int:
    model = model_of(options)
    data = complete(fitting(model, read(options, model)))
    x, y = (values[: options.examples] for values in data.some("test"))
    x = tensor(as_taken(model, x).astype(np.float64))
    target = tensor((y + 1) % data.outputs if data.classes else y.astype(np.float64))
    model.double()
    if not any(p.numel() for p in model.parameters()):
        raise DataError(f"{options.model}: the model has no parameters to check")
    check_outputs(model, data, model(x))
    report = check_model(model, loss_of(model, data), x, target, options.entries)
    print(report)
    return 0 if report else 1


def _data(data: Data) -> int:
    print(f"{data.name}\n\n{described(data)}\n")
    findings = examined(data)
    for finding in findings:
        print(f"{'wrong' if finding.wrong else 'note'}: {finding.said}")
    if not findings:
        print("nothing is amiss")
    return int(any(finding.wrong for finding in findings))
