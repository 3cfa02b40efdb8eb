"""The demonstration: a graph drawn, gradients checked, a net trained on handwritten digits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import dtypes
from ..autograd import gradcheck
from ..creation import random
from ..creation.values import tensor
from ..models import MLP
from ..nn import CrossEntropyLoss, Tanh
from ..progress import say
from ..tensor import Tensor
from ..viz import Graph, draw, trace
from .digits import EPOCHS, learn_digits


def run_demo(out: Path, seed: int = 0, epochs: int = EPOCHS, progress: bool = False) -> None:
    """Show the whole idea, and leave the drawing of the graph in the folder `out`.

    Raises GradcheckError where a derivative is wrong, RenderError where nothing can draw.
    """
    say("1. The graph of f = (u + v) w after f.backward()\n")
    f = worked_example()
    say(table(trace(f)))
    written = save_drawing(f, out)

    say("\n2. Derivatives by backward and by central differences\n")
    random.manual_seed(seed)
    say(f"A 3-4-2 tanh net with cross-entropy: all {check_small_net()} derivatives agree.")

    say("\n3. A perceptron learns handwritten digits\n")
    outcome = learn_digits(seed, epochs, progress)
    say(
        f"Trained on {outcome.learnt} images for {epochs} epochs in {outcome.seconds:.1f} s.\n"
        f"test accuracy {outcome.accuracy:.4f} on the {outcome.held_out} images held out"
    )
    say("\nWritten:")
    for path in written:
        say(f"  {path}")


def worked_example() -> Tensor:
    """f = (u + v) w at u = 2, v = 3, w = 4, with its gradients.

    >>> worked_example()
    tensor(20., grad_fn=<MulBackward0>)
    """
    u, v, w = (tensor(n, requires_grad=True, name=name) for name, n in zip("uvw", (2.0, 3.0, 4.0)))
    f = (u + v) * w
    f.name = "f"
    f.backward()
    return f


def table(graph: Graph) -> str:
    """The variables of a graph of numbers, a line each: what made it, its value and gradient.

    >>> print(table(trace(worked_example())))
    name  made by  value  gradient
    u                  2         4
    v                  3         4
    t1    u + v        5         4
    w                  4         5
    f     t1 × w      20         1
    """
    names = [str(x.name) for x in graph.variables]
    made_by = {
        output: f" {operation.symbol} ".join(names[i] for i in operation.inputs)
        for operation in graph.operations
        for output in operation.outputs
    }
    lines = ["name  made by  value  gradient"]
    for x in graph.variables:
        gradient: Any = x.gradient
        lines.append(
            f"{x.name:5} {made_by.get(x.number, ''):7} {x.value.entries:6g} {gradient.entries:9g}"
        )
    return "\n".join(lines)


def save_drawing(f: Tensor, out: Path) -> list[Path]:
    """The drawing of the graph of `f`, as SVG and PNG in the folder `out`; returns the paths."""
    drawing = draw(f)
    paths = [out / "graph.svg", out / "graph.png"]
    for path in paths:
        drawing.save(path)
    return paths


def check_small_net() -> int:
    """Check every derivative of a small net's loss in float64; returns how many there are.

    Raises GradcheckError where one is wrong.
    """
    net, loss = MLP(3, 4, 2, activation=Tanh, dtype=dtypes.float64), CrossEntropyLoss()
    x, target = random.randn(5, 3, dtype=dtypes.float64), random.randint(0, 2, (5,))
    parameters = list(net.parameters())
    gradcheck(lambda *_: loss(net(x), target), parameters)
    return sum(p.numel() for p in parameters)
