"""`autograd-fr draw`: the graph of a saved model at work on one example."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ..creation.values import tensor
from ..errors import DataError
from ..nn import Module
from ..recipes.data import NAMED, complete
from ..recipes.fitting import as_taken, check_outputs, loss_of
from ..tensor import Tensor
from ..viz import draw
from ..viz.drawing import STYLES
from ..viz.saving import FORMATS
from .arguments import DEFAULT, add_command, add_data, add_model, place, whole
from .sources import fitting, model_of, read

EXAMPLES = """  autograd-fr draw r/model.npz --data digits
  autograd-fr draw r/model.npz --data FOLDER --example 7 --out seven.html
  autograd-fr draw r/model.npz --data digits --style slide --depth 1"""


def add(commands: Any) -> None:
    """Add the command to the program."""
    command = add_command(
        commands, run, "draw", "draw the graph of a saved model at work on one example",
        "Draw the graph of one forward and backward pass of a saved model: from an example to its "
        "loss. The style modules shows the layers and their shapes; slide, variables and "
        "operations show the values and the gradients as well.",
        EXAMPLES,
    )  # fmt: skip
    add_model(command)
    add_data(command)
    add = command.add_argument
    add(
        "--example", type=whole(0), metavar="N", default=0,
        help="the number, from 0, of the example among those to test on" + DEFAULT,
    )  # fmt: skip
    add(
        "--out", type=picture, metavar="FILE", default=Path("graph.svg"),
        help="where the drawing goes; the ending says what it is: " + ", ".join(FORMATS) + DEFAULT,
    )  # fmt: skip
    add("--style", choices=STYLES, default="modules", help="how it is drawn" + DEFAULT)
    add("--direction", choices=("LR", "TB"), default="LR", help="left to right, or down" + DEFAULT)
    add("--depth", type=whole(0, 99), metavar="N", help="how many levels of modules are opened")
    add("--forward-only", action="store_true", help="without the backward pass")


def picture(text: str) -> Path:
    """An argument type: paths of pictures that can be drawn."""
    path = place(text)
    if path.suffix.lower() not in FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} ends in none of {', '.join(FORMATS)}")
    return path


def run(options: argparse.Namespace) -> None:
    """Draw the loss of the model on one example."""
    model = model_of(options)
    data = complete(fitting(model, read(options, model)))
    k = options.example
    if k >= len(data.test_y):
        raise DataError(f"{data.name} has examples 0 to {len(data.test_y) - 1}; {k} is none")
    x = tensor(as_taken(model, data.test_x[k : k + 1]), requires_grad=True)
    target = tensor(np.asarray(data.test_y[k : k + 1]))
    with keeping(model) as made:
        scores = model(x)
    check_outputs(model, data, scores)
    loss = loss_of(model, data)(scores, target)
    if not options.forward_only:
        loss.backward()
    named = {
        "x": x, "target": target, "scores": scores, "loss": loss, "model": model,
        **dict(model.named_parameters()), **dict(model.named_buffers()),
        **{f"{name} out": y for name, y in made.items()},
    }  # fmt: skip
    drawing = draw(
        loss, names=named, style=options.style, direction=options.direction, depth=options.depth,
    )  # fmt: skip
    drawing.save(options.out)
    columns = f"\nx: {', '.join(data.columns)}" if 0 < len(data.columns) <= NAMED else ""
    print(f"{drawing!r}{columns}\nwritten: {options.out}")


@contextmanager
def keeping(model: Module) -> Iterator[dict[str, Any]]:
    """What the modules in `model` make, by their names, kept with its gradient to be drawn."""
    made: dict[str, Any] = {}

    def keep(name: str) -> Callable[..., None]:
        def kept(module: Module, args: Any, y: Any) -> None:
            if isinstance(y, Tensor) and y.requires_grad:
                y.retain_grad()
                made[name] = y

        return kept

    with ExitStack() as stack:
        for name, module in model.named_modules():
            if name:
                stack.enter_context(module.register_forward_hook(keep(name)))
        yield made
