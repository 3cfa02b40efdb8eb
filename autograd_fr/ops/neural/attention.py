"""The steps of attention: scores of queries against keys, and weights made of scores.

Source: Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762.
"""

from __future__ import annotations

import math
from typing import Any

from ...autograd.op import Sample, differentiable, polymorphic
from ...kernels import softmaxes as kernels
from ..reductions.softmaxes import softmax_gradient
from ..shapes.joining import stack


@differentiable(
    query=lambda g, key, scale: g @ (scale * key),
    key=lambda g, query, scale: g.mT @ (scale * query),
    bias=lambda g: g,
    push={
        "query": lambda t, key, scale: (scale * t) @ key.mT,
        "key": lambda t, query, scale: (scale * query) @ t.mT,
        "bias": lambda t: t,
    },
    latex=r"\mathit{scale} \cdot \mathit{query}\,\mathit{key}^\top + \mathit{bias}",
    derivatives={
        "query": r"\mathit{scale} \cdot G\,\mathit{key}",
        "key": r"\mathit{scale} \cdot G^\top\,\mathit{query}",
        "bias": "G",
    },
    symbol="scores", promotes=False,
    samples=[
        Sample((3, 2), (4, 2), scale=0.7),
        Sample((2, 3, 2), (2, 4, 2), (3, 4), scale=0.7),
        Sample((2, 1, 3, 2), (3, 4, 2), (2, 1, 1, 4)),
        Sample((0, 2), (4, 2), (0, 4)),
    ],
)  # fmt: skip
def attention_scores(query: Any, key: Any, bias: Any = None, scale: float = 1.0) -> Any:
    """`scale * query @ keyᵀ + bias`: query (..., L, E), key (..., S, E), result (..., L, S).

    `bias` broadcasts to the result; -inf in it keeps a query from seeing a key.

    >>> import autograd_fr as ag
    >>> attention_scores(ag.tensor([[1.0, 2.0]]), ag.tensor([[3.0, 4.0]]), scale=0.5)
    tensor([[5.5000]])
    """
    y = (query * query.dtype.type(scale)) @ key.mT
    return y if bias is None else y + bias


@differentiable(
    scores=lambda g, y: softmax_gradient(g, y, -1),
    latex=r"\frac{e^{\mathit{scores}}}{\sum e^{\mathit{scores}}}",
    derivatives={"scores": r"y \odot (G - \sum G \odot y)"},
    symbol="weights",
    samples=[
        Sample((3, 4)),
        Sample((2, 3, 2), low=-30.0, high=30.0),
        Sample((0, 3)),
        Sample((3, 0)),
    ],
)  # fmt: skip
def attention_weights(scores: Any, empty: float = 0.0) -> Any:
    """Softmax along the last axis; `empty` for a query that sees no key, only scores of -inf.

    >>> import autograd_fr as ag
    >>> attention_weights(ag.tensor([[0.0, 0.0], [0.0, -ag.inf], [-ag.inf, -ag.inf]]))
    tensor([[0.5000, 0.5000],
            [1.0000, 0.0000],
            [0.0000, 0.0000]])
    """
    return kernels.softmax(scores, -1, empty)


@differentiable(
    x=lambda g, time: _joined(g, time),
    push={"x": lambda t, num_heads, time: _taken_apart(t, num_heads, time)},
    latex=(
        r"\mathit{query} = \operatorname{heads}_1(x), \; "
        r"\mathit{key} = \operatorname{heads}_2(x), \; "
        r"\mathit{value} = \operatorname{heads}_3(x)"
    ),
    derivatives={
        "x": r"\operatorname{heads^\top}(G_{\mathit{query}}, G_{\mathit{key}}, G_{\mathit{value}})"
    },
    symbol="heads", outputs=("query", "key", "value"),
    samples=[
        Sample((3, 2, 12), num_heads=2, time=0),
        Sample((2, 3, 6), num_heads=1, time=1),
        Sample((0, 2, 6), num_heads=2, time=0),
    ],
)  # fmt: skip
def attention_heads(x: Any, num_heads: int, time: int) -> Any:
    """Queries, keys and values side by side, (L, N, 3 E), as three of (N, heads, L, E / heads).

    `time`: which axis is that of the sequence, 0, or 1 where x is (N, L, 3 E).

    >>> import autograd_fr as ag
    >>> attention_heads(ag.zeros(5, 2, 12), num_heads=2, time=0).query.shape
    torch.Size([2, 2, 5, 2])
    """
    return _taken_apart(x, num_heads, time)


def _taken_apart(x: Any, num_heads: int, time: int) -> Any:
    """Axes (L, N, 3, heads, E / heads) or (N, L, ...) as (3, N, heads, L, E / heads)."""
    width = x.shape[-1] // (3 * num_heads)
    parts = x.reshape((*x.shape[:2], 3, num_heads, width)).transpose((2, 1 - time, 3, time, 4))
    return parts[0], parts[1], parts[2]


def _joined(g: Any, time: int) -> Any:
    """Gradients of the three side by side; zeros for one that nothing has flown back to."""
    some = next(part for part in g if part is not None)
    order = (2 - 2 * time, 2 * time, 1, 3)
    rows = [(0 * some if part is None else part).transpose(order) for part in g]
    whole = polymorphic(stack)(tuple(rows), dim=2)
    return whole.reshape((*whole.shape[:2], math.prod(whole.shape[2:])))
