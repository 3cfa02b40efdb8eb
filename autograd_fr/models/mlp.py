"""The multilayer perceptron."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ..nn import Dropout, Linear, Module, ReLU, Sequential
from .arguments import check_counts, new_activation
from .model import Model


class MLP(Model, Sequential):
    """Multilayer perceptron, `x → W_L φ(… φ(W_1 x + b_1) …) + b_L`: x (n, widths[0]) to scores
    (n, widths[-1]).

    Affine layers from each width to the next, with the `activation` φ between any two of them, and
    after it dropout where `dropout` is not 0. It is a `Sequential`: the names in its state are
    "0.weight", "0.bias", "2.weight", and so on.

    `activation`: a class of `nn`, or what makes a module without arguments. Raises ValueError for
    fewer than two widths, and for those below 1, TypeError for an activation that makes no module.
    Source: Rumelhart, Hinton, Williams 1986, "Learning representations by
    back-propagating errors".

    >>> import autograd_fr as ag
    >>> ag.models.MLP(64, 100, 10)
    MLP(
      (0): Linear(in_features=64, out_features=100, bias=True)
      (1): ReLU()
      (2): Linear(in_features=100, out_features=10, bias=True)
    )
    """

    def __init__(
        self,
        *widths: int,
        activation: Callable[[], Module] = ReLU,
        dropout: float = 0.0,
        bias: bool = True,
        dtype: Any = None,
    ) -> None:
        if len(widths) < 2:
            raise ValueError(
                "MLP takes the widths of its input and of every layer, as in MLP(64, 100, 10), "
                f"got {widths}"
            )
        check_counts("MLP", widths=widths)
        first, *others = [Linear(n, m, bias=bias, dtype=dtype) for n, m in pairwise(widths)]
        parts: list[Module] = [first]
        for layer in others:
            made = new_activation("MLP", activation)
            parts += [made, *([Dropout(dropout)] if dropout else []), layer]
        super().__init__(*parts)

    def _of(self, items: list[tuple[str, Any]]) -> Sequential:
        return Sequential(OrderedDict(items))  # a slice has no widths of its own
