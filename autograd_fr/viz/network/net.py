"""What is drawn of a fully connected net: the sizes of its layers, and numbers for its links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

WHOLE = 'any net is drawn by viz.draw(net(x), style="modules")'


@dataclass(frozen=True, eq=False)
class Layer:
    """Affine: from `inputs` numbers to `outputs`. `weight` (outputs, inputs) and `bias` (outputs,)
    are what its links show, if they show something; `biased`: whether it has biases."""

    inputs: int
    outputs: int
    biased: bool = True
    weight: Array | None = None
    bias: Array | None = None

    @property
    def parameters(self) -> int:
        """How many numbers are learned: weights and biases."""
        return (self.inputs + self.biased) * self.outputs


def of_sizes(sizes: Iterable[Any]) -> tuple[Layer, ...]:
    """The layers between columns of neurons, with biases, as `Linear` has them."""
    sizes = list(sizes)
    if len(sizes) < 2 or not all(_is_count(size) for size in sizes):
        raise ValueError(
            "draw_network takes the numbers of neurons from input to output, at least two of 1 or "
            f"more, as in [3, 4, 2], or a model, not {sizes!r}"
        )
    return tuple(Layer(int(n), int(m)) for n, m in pairwise(sizes))


def of_model(model: Any, shown: str = "") -> tuple[Layer, ...]:
    """The linear layers of a model, in the order in which it has them. `shown`: what their links
    show, "weight" or "grad"."""
    layers: list[Layer] = []
    before = ""
    for path, part in model.named_modules():
        name = f"{type(part).__name__}{f' {path!r}' if path else ''}"
        if not _is_linear(part):
            if any(True for _ in part.parameters(recurse=False)):
                raise ValueError(f"{name} cannot be drawn as neurons with links: {WHOLE}")
            continue
        if not part.in_features:
            raise ValueError(f"{name} has no size yet: call the model once")
        if layers and layers[-1].outputs != part.in_features:
            raise ValueError(
                f"{name} takes {part.in_features} numbers, but {before} before it gives "
                f"{layers[-1].outputs}: drawn are layers that follow each other; {WHOLE}"
            )
        layers.append(_layer(name, part, shown))
        before = name
    if not layers:
        raise ValueError(f"{type(model).__name__} has no Linear layers to draw: {WHOLE}")
    return tuple(layers)


def numbers(layers: Iterable[Layer]) -> Iterator[Array]:
    """All that the links show."""
    for layer in layers:
        yield from (x for x in (layer.weight, layer.bias) if x is not None)


def _layer(name: str, part: Any, shown: str) -> Layer:
    biased = part.bias is not None
    layer = Layer(part.in_features, part.out_features, biased)
    if not shown:
        return layer
    weight = _shown(name, part.weight, shown)
    bias = _shown(name, part.bias, shown) if biased else None
    return Layer(layer.inputs, layer.outputs, biased, weight, bias)


def _shown(name: str, parameter: Any, shown: str) -> Array:
    if shown == "grad":
        if parameter.grad is None:
            raise ValueError(f"{name} has no gradients yet: call backward() on the loss first")
        parameter = parameter.grad
    array: Array = np.asarray(parameter.detach())
    if np.iscomplexobj(array):
        raise ValueError(f"{name} is complex: its numbers have no sign to draw")
    return array


def _is_linear(part: Any) -> bool:
    """Whether a module is a `Linear`, told by what it has: its weight is one row per neuron."""
    return all(hasattr(part, x) for x in ("in_features", "out_features", "weight", "bias"))


def _is_count(size: Any) -> bool:
    return type(size) is not bool and isinstance(size, (int, np.integer)) and int(size) > 0
