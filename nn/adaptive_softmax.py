"""A softmax over many classes in which rare ones share a narrow way."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import ops
from ..autograd.dispatch import as_value
from ..autograd.value import wrap
from ..devices import on_cpu
from ..errors import ShapeError
from . import functional as F
from .containers import ModuleList, Sequential
from .functional.class_numbers import checked_classes
from .linear import Linear
from .module import Module


class ASMoutput(NamedTuple):
    """The log-probability of each target, and the loss: minus their mean."""

    output: Any
    loss: Any


class AdaptiveLogSoftmaxWithLoss(Module):
    """The log-softmax of many classes, sorted by how frequent they are, and its loss.

    Classes below `cutoffs[0]` are scored by `head` directly; it scores each further cluster, from
    one cutoff to the next, as a whole as well. Within cluster i (from 1), classes are scored
    after a projection to `in_features // div_value**i` features. Called with (N, in_features) and
    class numbers (N), or (in_features) and (), it gives `output`, the log-probabilities of the
    targets, and `loss`. Raises ValueError for cutoffs that do not rise from 1 to n_classes - 1,
    ShapeError, DtypeError, IndexError for targets that do not fit.

    Edouard Grave and others, "Efficient softmax approximation for GPUs", 2017.

    >>> import autograd_fr as ag
    >>> net = ag.nn.AdaptiveLogSoftmaxWithLoss(16, 10, cutoffs=[3, 6])
    >>> output, loss = net(ag.ones(2, 16), ag.tensor([0, 7]))
    >>> output.shape, loss.shape, net.log_prob(ag.ones(2, 16)).shape
    (torch.Size([2]), torch.Size([]), torch.Size([2, 10]))
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        on_cpu(device)
        self.in_features, self.n_classes = in_features, n_classes
        self.cutoffs = [*_rising(cutoffs, n_classes), n_classes]
        self.div_value, self.head_bias = div_value, head_bias
        self.shortlist_size, self.n_clusters = self.cutoffs[0], len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, head_bias, dtype=dtype)
        self.tail = ModuleList()
        for i, (low, high) in enumerate(itertools.pairwise(self.cutoffs), 1):
            hidden = int(in_features // div_value**i)
            self.tail.append(
                Sequential(
                    Linear(in_features, hidden, bias=False, dtype=dtype),
                    Linear(hidden, high - low, bias=False, dtype=dtype),
                )
            )

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        for layer in (self.head, *itertools.chain.from_iterable(self.tail)):
            layer.reset_parameters()

    def forward(self, input_: Any, target_: Any) -> ASMoutput:
        """The log-probabilities of the targets, and minus their mean."""
        input, target = as_value(input_), as_value(target_)
        if input.ndim not in (1, 2):
            raise ShapeError(
                f"an input is (N, {self.in_features}) or ({self.in_features}), not "
                f"{input.array.shape}"
            )
        rows = input if input.ndim == 2 else ops.unsqueeze(input, 0)
        numbers, _ = checked_classes(type(self).__name__, target, input, self.n_classes)
        output = self._of_targets(rows, np.reshape(numbers, (-1,)))
        return ASMoutput(output if input.ndim == 2 else output[0], -output.mean())

    def _of_targets(self, input: Any, numbers: Any) -> Any:
        """The log-probability of one class for each row."""
        cluster = np.searchsorted(self.cutoffs, numbers, side="right")
        place = np.where(cluster == 0, numbers, self.shortlist_size + cluster - 1)
        output = F.log_softmax(self.head(input), 1)[np.arange(len(numbers)), place]
        for i, (projection, low) in enumerate(zip(self.tail, self.cutoffs), 1):
            rows = np.flatnonzero(cluster == i)
            if len(rows):
                within = F.log_softmax(projection(input[rows]), 1)
                chosen = within[np.arange(len(rows)), numbers[rows] - low]
                output = ops.index_add(output, 0, wrap(rows), chosen)
        return output

    def log_prob(self, input: Any) -> Any:
        """The log-probabilities of all classes, (N, n_classes)."""
        head = F.log_softmax(self.head(input), 1)
        parts = [head[:, : self.shortlist_size]]
        for i, projection in enumerate(self.tail, self.shortlist_size):
            parts.append(head[:, i : i + 1] + F.log_softmax(projection(input), 1))
        return ops.cat(parts, 1)

    def predict(self, input: Any) -> Any:
        """The class with the highest probability, for each row."""
        return self.log_prob(input).argmax(1)


def _rising(cutoffs: Sequence[int], n_classes: int) -> list[int]:
    """The cutoffs as a list; or ValueError."""
    given = list(cutoffs)
    rising = all(a < b for a, b in itertools.pairwise([0, *given, n_classes]))
    if not given or not rising or any(int(c) != c for c in given):
        raise ValueError(
            f"cutoffs are integers that rise from at least 1 to at most n_classes - 1 = "
            f"{n_classes - 1}, not {given}"
        )
    return given
