"""Programs whose drawings are stored, and those drawings.

`python -m tests.viz.programs` draws all of them anew.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.viz.pictures.element import to_svg
from autograd_fr.viz.pictures.render import find_program

STORED = Path(__file__).with_name("stored")
MAKER = STORED / "made_by.txt"


def leaf(value, **kwargs):
    return ag.tensor(value, requires_grad=True, **kwargs)


def lecture(backward=True, **options):
    u, v, w = leaf(2.0), leaf(3.0), leaf(4.0)
    f = (u + v) * w
    if backward:
        f.backward()
    return viz.draw(f, names={"u": u, "v": v, "w": w, "f": f}, **options)


def before(**options):
    """f = (u + v) w of the lecture, as long as there are no gradients."""
    return lecture(backward=False, **options)


def after(**options):
    """The same when backward has filled the boxes."""
    return lecture(backward=True, **options)


def local(**options):
    """The same with the local derivatives."""
    return lecture(backward=True, local=True, **options)


def neuron(b=1.0, **options):
    """A neuron that fires, and the weight behind it."""
    w1, w2, w3, b = leaf(2.0), leaf(-1.0), leaf(5.0), leaf(b)
    x1, x2 = ag.tensor(3.0), ag.tensor(4.0)
    f = w3 * ag.relu(w1 * x1 + w2 * x2 + b)
    f.backward()
    names = {"w1": w1, "w2": w2, "w3": w3, "b": b, "x1": x1, "x2": x2, "f": f}
    return viz.draw(f, names=names, **options)


def silent(**options):
    """The same neuron when it does not fire: zeros that were computed."""
    return neuron(-3.0, **options)


def matrices(**options):
    """Small matrices, with a number, and with what must not change places."""
    W, x = leaf([[1.0, -0.5], [0.25, 2.0]]), ag.tensor([[1.0], [2.0]])
    f = (3 - W @ x).sum()
    f.backward()
    return viz.draw(f, names={"W": W, "x": x, "f": f}, **options)


def arrays(**options):
    """An image as a heat map, a kernel as a histogram, a result that was not kept."""
    y, x = np.mgrid[:28, :28] / 4
    image = ag.tensor((np.cos(x) * np.sin(y)).reshape(1, 1, 28, 28).round(2))
    kernel = leaf(np.cos(np.arange(500)).reshape(20, 1, 5, 5).round(2))
    f = nn.functional.conv2d(image, kernel).mean()
    f.backward()
    return viz.draw(f, names={"image": image, "kernel": kernel, "f": f}, **options)


def layers(**options):
    """A layer and a block with a way around it, a module in a module."""
    block = nn.Sequential(nn.Linear(3, 3), nn.Tanh())

    class Around(nn.Module):
        def __init__(self):
            super().__init__()
            self.block = block

        def forward(self, x):
            return self.block(x) + x

    net, x = nn.Sequential(nn.Linear(6, 3), Around()), ag.ones(2, 6, dtype=ag.float64)
    for p in net.parameters():
        p.data = ag.tensor(np.cos(np.arange(p.numel())).reshape(p.shape).round(2))
    f = net(x).mean()
    f.backward()
    return viz.draw(f, names={"net": net, "x": x, "f": f}, **options)


def net(**options):
    """A net of two layers in another one, with its parameters."""
    layers = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    model = nn.Sequential(layers, nn.Linear(3, 1))
    for k, p in enumerate(model.parameters()):
        p.data = ag.tensor(np.cos(np.arange(p.numel()) + k).round(2).reshape(p.shape))
    x = ag.tensor([[1.0, 2.0], [0.5, -1.0]], dtype=ag.float64)
    f = model(x).mean()
    f.backward()
    return viz.draw(f, names={"model": model, "x": x, "f": f}, **options)


PROGRAMS = (before, after, local, neuron, silent, matrices, arrays, net, layers)
DRAWINGS = [(program, style) for program in PROGRAMS for style in ("slide", "operations")]
DRAWINGS += [(net, "modules"), (layers, "modules")]
DRAWINGS += [(program, "variables") for program in (before, after, local, matrices)]


def path(program, style, suffix):
    return STORED / f"{program.__name__}-{style}.{suffix}"


def maker():
    """The program that draws here, and its version."""
    command = [find_program(), "-V"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return (done.stdout + done.stderr).strip()


def main():
    MAKER.write_text(maker() + "\n", encoding="utf-8", newline="\n")
    for program, style in DRAWINGS:
        dot = program(style=style).dot
        path(program, style, "dot").write_text(dot, encoding="utf-8", newline="\n")
        path(program, style, "svg").write_text(to_svg(dot), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
