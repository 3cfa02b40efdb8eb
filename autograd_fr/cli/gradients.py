"""The gradients of a model's loss held against differences, at parameters drawn at random."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..autograd import grad, gradcheck
from ..creation.values import tensor
from ..func import functional_call
from ..nn import Module
from ..ops import index_put, stack
from ..progress import progress

TOLERANCE = 1e-5
NOISE = 1e-8  # of differences of a loss in float64

Array = np.ndarray[Any, Any]


class Chosen(NamedTuple):
    """Entries of one parameter: its name, their places, and as tensors of their own."""

    parameter: str
    places: tuple[Array, ...]
    entries: list[Any]


def check_model(model: Module, loss: Callable[[Any, Any], Any], x: Any, y: Any, most: int) -> Any:
    """gradcheck's report on `loss(model(x), y)`, at no more than about `most` entries.

    `model` and `x` are float64. Every parameter has its share of the entries, one at least; they
    are the same every time, and go by their names, such as `0.weight[3, 17]`. What counts as small
    is small beside the largest derivative, too: a model that has learnt well has small ones.

    >>> import autograd_fr as ag
    >>> model = ag.nn.Linear(3, 2).double()
    >>> x, y = ag.ones(4, 3, dtype=ag.float64), ag.zeros(4, 2, dtype=ag.float64)
    >>> check_model(model, ag.nn.MSELoss(), x, y, most=6)  # doctest: +ELLIPSIS
    gradcheck: pass, 5 derivatives agree; largest error ...
    """
    parameters = {name: p.detach() for name, p in model.named_parameters()}
    chosen = draw(parameters, most)
    entries = [entry for each in chosen for entry in each.entries]
    passes = progress(range(2 * len(entries) + 2), "gradients")  # two for each, and two for all

    def value(*entries: Any) -> Any:
        next(passes, None)
        given, changed = iter(entries), dict(parameters)
        for name, places, own in chosen:
            here = stack([next(given) for _ in own])
            changed[name] = index_put(parameters[name], tuple(map(tensor, places)), here)
        return loss(functional_call(model, changed, (x,)), y)

    gradients: Any = grad(value(*entries), entries)
    largest = max(abs(g.item()) for g in gradients)
    atol = max(NOISE, TOLERANCE * min(1, largest))
    report = gradcheck(value, entries, atol=atol, raise_exception=False)
    deque(passes, maxlen=0)  # which ends the bar
    return report


def draw(parameters: dict[str, Any], most: int) -> list[Chosen]:
    """Entries of every parameter that has any, drawn at random, as many of each as of the others.

    >>> import autograd_fr as ag
    >>> [(name, [e.name for e in own]) for name, _, own in draw({"b": ag.zeros(2)}, most=5)]
    [('b', ['b[0]', 'b[1]'])]
    """
    rng = np.random.default_rng(0)
    filled = {name: p for name, p in parameters.items() if p.numel()}
    each = max(1, most // max(1, len(filled)))
    return [_drawn(name, p, min(each, p.numel()), rng) for name, p in filled.items()]


def _drawn(name: str, parameter: Any, n: int, rng: np.random.Generator) -> Chosen:
    flat = np.sort(rng.choice(parameter.numel(), n, replace=False))
    places = np.unravel_index(flat, parameter.shape)
    entries = [
        tensor(parameter[index].item(), dtype=parameter.dtype, requires_grad=True,
               name=f"{name}[{', '.join(map(str, index))}]")
        for index in zip(*(axis.tolist() for axis in places))
    ]  # fmt: skip
    return Chosen(name, places, entries)
