"""Losses against class numbers, each in one step: of log-probabilities, which is linear, with its
adjoint, and of scores."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import kernels
from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.written import Together
from ...batching import known
from ...batching.known import Batched
from ...kernels import softmaxes
from ..reductions.reduction import sum_of
from ..reductions.softmaxes import log_softmax, log_softmax_gradient

Index = tuple[Any, ...]

ROWS = {"index": (np.arange(3), np.array([0, 3, 3]))}
PIXELS = {"index": (*np.indices((2, 3), sparse=True), np.array([[0, 1, 1], [1, 0, 0]]))}
HEAVY = np.array([0.5, 0.0, 2.0], np.float16)  # which widens nothing
CASES: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((3, 4), {**ROWS, "weights": None, "reduction": "mean"}),
    ((3, 4), {**ROWS, "weights": HEAVY, "reduction": "mean"}),
    ((3, 4), {**ROWS, "weights": HEAVY, "reduction": "none"}),
    ((2, 3, 2), {**PIXELS, "weights": None, "reduction": "sum"}),
    ((4,), {"index": (np.array(2),), "weights": None, "reduction": "none"}),
    ((0, 3), {"index": (np.arange(0),) * 2, "weights": None, "reduction": "sum"}),
]


@differentiable(
    x=lambda g, like, index, weights, reduction: _spread(g, like.shape, index, weights, reduction),
    push="linear",
    latex=r"-\operatorname{reduction}(x_{\mathit{index}})",
    derivatives={
        "x": (
            r"-\operatorname{scatter}(\operatorname{share}(G), \operatorname{shape}(x), "
            r"\mathit{index})"
        ),
    },
    symbol="nll",
    samples=[Sample(shape, **p) for shape, p in CASES],
)  # fmt: skip
def nll_loss(x: Any, index: Index, weights: Any, reduction: str) -> Any:
    """Minus the entries at an index, times weights that are one for each, reduced.

    The mean is that by the weights; an entry of weight 0 does not count, whatever it is.

    >>> import autograd_fr as ag
    >>> nll_loss(ag.tensor([[-1.0, -2.0]]), (np.array([0]), np.array([1])), None, "sum")
    tensor(2.)
    """
    return _reduced(-x[index], index, weights, reduction)


@differentiable(
    x=lambda g, index, weights, reduction: polymorphic(nll_loss)(
        g, index=index, weights=weights, reduction=reduction
    ),
    push="linear",
    latex=r"-\operatorname{scatter}(\operatorname{share}(x), \mathit{shape}, \mathit{index})",
    derivatives={"x": r"-\operatorname{reduction}({G}_{\mathit{index}})"},
    symbol="nll+",
    samples=[
        Sample(p["index"][-1].shape if p["reduction"] == "none" else (), shape=shape, **p)
        for shape, p in CASES
    ],
)  # fmt: skip
def nll_spread(x: Any, shape: tuple[int, ...], index: Index, weights: Any, reduction: str) -> Any:
    """Zeros of `shape` with the gradient of `nll_loss` at the index.

    >>> import autograd_fr as ag
    >>> nll_spread(ag.tensor(1.0), (1, 2), (np.array([0]), np.array([1])), None, "sum")
    tensor([[ 0., -1.]])
    """
    g = -_share(x, index, weights, reduction)
    if weights is not None:
        g = _weighted(g, weights)
    if known.used and any(isinstance(part, Batched) for part in (g, *index)):
        return kernels.add_at(np.broadcast_to(g, index[-1].shape), shape, index)
    spread = known.zeros(shape, g)
    spread[index] = g  # no position twice: there is one for each row
    return spread


def _spread(g: Any, shape: Any, index: Index, weights: Any, reduction: str) -> Any:
    return polymorphic(nll_spread)(
        g, shape=tuple(shape), index=index, weights=weights, reduction=reduction
    )


def _entropies(x: Any, index: Index, weights: Any, reduction: str) -> tuple[Any, Any, Any]:
    """The result of `cross_entropy`, the exponentials of its rows, and their sums."""
    if known.used and any(isinstance(part, Batched) for part in (x, weights, *index)):
        return polymorphic(cross_entropy).forward(x, index, weights, reduction), None, None
    loss, e, total = softmaxes.cross_entropy(*_by_rows(x, index))
    return _reduced(loss.reshape(index[-1].shape), index, weights, reduction), e, total


def _by_rows(x: Any, index: Index) -> tuple[Any, Any, Any]:
    """Scores as a matrix, the numbers of its rows, and their classes."""
    if x.ndim == 2:
        return x, *index
    classes = index[-1].reshape(-1)
    return x.reshape((len(classes), x.shape[-1])), np.arange(len(classes)), classes


def _pulled(
    g: Any, x: Any, index: Index, weights: Any, reduction: str, e: Any, total: Any
) -> tuple[Any]:
    """The gradient of x: what is softmax less 1 at the class, times that of each row."""
    rows, numbers, classes = _by_rows(x, index)
    if e is None:
        _, e, total = softmaxes.cross_entropy(rows, numbers, classes)
    g = _share(g, index, weights, reduction)
    if weights is not None:
        g = _weighted(g, weights)
    if g.ndim > 1:
        g = g.reshape(-1)
    d = e * (g / total)[:, None]
    d[numbers, classes] -= g
    return (d.reshape(x.shape),)


@differentiable(
    x=lambda g, x, index, weights, reduction: log_softmax_gradient(
        _spread(g, x.shape, index, weights, reduction), polymorphic(log_softmax)(x, dim=-1), -1
    ),
    together=Together(_entropies, ("e", "total"), _pulled, spares=("x",)),
    latex=(
        r"\operatorname{reduction}(z_{\mathit{index}}) "
        r"\text{ where } z = -\ln \operatorname{softmax}(x)"
    ),
    derivatives={
        "x": (
            r"\operatorname{softmax}(x) \odot \operatorname{column}(\operatorname{share}(G)) - "
            r"\operatorname{scatter}(\operatorname{share}(G), \operatorname{shape}(x), "
            r"\mathit{index})"
        ),
    },
    symbol="cross-entropy", floating=True,
    samples=[Sample(shape, **p) for shape, p in CASES],
)  # fmt: skip
def cross_entropy(x: Any, index: Index, weights: Any, reduction: str) -> Any:
    """`nll_loss` of `log_softmax(x)` along the last axis.

    >>> import autograd_fr as ag
    >>> cross_entropy(ag.zeros(1, 2), (np.array([0]), np.array([1])), None, "sum")
    tensor(0.6931)
    """
    log_p = softmaxes.log_softmax(x, -1)
    return polymorphic(nll_loss)(log_p, index=index, weights=weights, reduction=reduction)


def _reduced(loss: Any, index: Index, weights: Any, reduction: str) -> Any:
    """One loss for each row, weighted, and as the reduction says."""
    if weights is not None:
        loss = _weighted(loss, weights)
    if reduction == "none":
        return loss
    return _share(sum_of(loss), index, weights, reduction)


def _weighted(x: Any, weights: Any) -> Any:
    with np.errstate(invalid="ignore"):  # inf times 0
        return np.where(weights == 0, 0, x * weights)


def _share(x: Any, index: Index, weights: Any, reduction: str) -> Any:
    """What a mean divides by the sum of the weights; of no rows at all there is none."""
    if reduction != "mean":
        return x
    if weights is None:
        return x / (index[-1].size or math.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return x / weights.sum()
