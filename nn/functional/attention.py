"""Attention: values averaged with weights that follow from how queries match keys."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import ops
from ...autograd.composites import composite
from ...autograd.value import wrap
from ...errors import AutogradError, DtypeError, ShapeError
from ...ops.neural.attention import attention_scores, attention_weights
from ...tensor import Tensor
from .dropout import dropout


@composite
def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """`softmax(scale * query @ keyᵀ + mask) @ value`: (..., L, E), (..., S, E), (..., S, V).

    The result is (..., L, V), and `scale` 1/√E unless given. `attn_mask` broadcasts to
    (..., L, S): bools, True where a query may see a key, or numbers to add. With `is_causal` query
    i sees the keys 0 to i. A query that sees none gives zeros. `dropout_p` acts whenever given, in
    training and else. With `enable_gqa` each head (third axis from the end) of key and value serves
    several of the query, as many as there are more of them.

    Raises ShapeError, DtypeError for operands that do not fit together, AutogradError for a mask
    besides `is_causal`. Source: Vaswani et al. 2017, arXiv:1706.03762.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[0.0], [1.0]])
    >>> ag.nn.functional.scaled_dot_product_attention(x, x, x, is_causal=True)
    tensor([[0.0000],
            [0.7311]])
    """
    _check_operands(query, key, value)
    _check_batches(query, key, value, attn_mask, enable_gqa)
    if is_causal and attn_mask is not None:
        raise AutogradError(
            "scaled_dot_product_attention takes attn_mask or is_causal, not both; put the causal "
            "part into the mask"
        )
    if enable_gqa:
        key, value = (_for_heads_of(query, x, name) for x, name in ((key, "key"), (value, "value")))
    if query.dtype == np.float16:  # sums of many products need more digits
        q, k, v = (x.to(np.float32) for x in (query, key, value))
        half = attn_mask is not None and attn_mask.dtype == np.float16
        mask = attn_mask.to(np.float32) if half else attn_mask
        wide = scaled_dot_product_attention(q, k, v, mask, dropout_p, is_causal, scale=scale)
        return wide.to(np.float16)
    bias = causal_bias(query, key) if is_causal else _as_bias(attn_mask, query.dtype)
    scale = 1 / math.sqrt(max(query.shape[-1], 1)) if scale is None else scale
    weights = attention_weights(attention_scores(query, key, bias, scale=scale))
    return ops.matmul(dropout(weights, dropout_p), value)


def causal_bias(query: Any, key: Any) -> Any:
    """(L, S), what to add to scores: -inf where the key comes after the query, else 0."""
    visible = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
    zero = query.dtype.type(0)
    return wrap(np.where(visible, zero, zero - np.inf))


def additive(mask: Any, dtype: Any) -> Any:
    """What to add to scores for a mask that is True where nothing is to be seen."""
    return ops.where(mask, -math.inf, 0.0).to(dtype)


def _as_bias(mask: Any, dtype: Any) -> Any:
    """What to add to scores for `attn_mask`, None for none."""
    if mask is None or mask.dtype == dtype:
        return mask
    if mask.dtype.kind == "b":
        return additive(~mask, dtype)
    if mask.dtype == np.float32:
        return mask.to(dtype)
    raise DtypeError(
        f"scaled_dot_product_attention: attn_mask is of bools, of float32, or of numbers as the "
        f"query, {dtype}; this is {mask.dtype}"
    )


def _check_operands(query: Any, key: Any, value: Any) -> None:
    """Raise DtypeError or ShapeError where these are no queries, keys and values."""
    for name, x in (("query", query), ("key", key), ("value", value)):
        if x.dtype.kind != "f":
            raise DtypeError(
                f"scaled_dot_product_attention: the {name} is {x.dtype}, and attention is between "
                "floating numbers: convert it with .float()"
            )
        if x.dtype != query.dtype:
            raise DtypeError(
                "scaled_dot_product_attention needs query, key and value of one dtype; the "
                f"{name} is {x.dtype}, the query {query.dtype}"
            )
        if x.ndim < 2:
            raise ShapeError(
                f"scaled_dot_product_attention: the {name} has two axes or more, (..., length, "
                f"features), not shape {tuple(x.shape)}"
            )
    if query.shape[-1] != key.shape[-1]:
        raise ShapeError(
            f"scaled_dot_product_attention: a query has {query.shape[-1]} features, a key "
            f"{key.shape[-1]}; they must be as many"
        )
    if key.shape[-2] != value.shape[-2]:
        raise ShapeError(
            f"scaled_dot_product_attention: there are {key.shape[-2]} keys and {value.shape[-2]} "
            "values; each key has a value"
        )


def _check_batches(query: Any, key: Any, value: Any, mask: Any, grouped: bool) -> None:
    """Raise ShapeError where the axes before the last two, or the mask, do not broadcast."""
    shapes = [tuple(x.shape) for x in (query, key, value)]
    heads = -3 if grouped else -2  # what enable_gqa says of heads comes later
    try:
        batch = np.broadcast_shapes(*(shape[:heads] for shape in shapes))
    except ValueError:
        times = {shape[-3] if len(shape) > 2 else 1 for shape in shapes[1:]}
        several = len(times) == 1 and len(shapes[0]) > 2 and shapes[0][-3] % max(*times, 1) == 0
        raise ShapeError(
            "scaled_dot_product_attention: the batches and heads of query, key and value do not "
            f"broadcast: {shapes[0]}, {shapes[1]}, {shapes[2]}"
            + ("; enable_gqa=True lets several heads share a key" if several else "")
        ) from None
    if mask is None:
        return
    scores = (*batch, *shapes[0][heads:-1], shapes[1][-2])
    try:
        np.broadcast_shapes(scores, mask.shape)
    except ValueError:
        raise ShapeError(
            f"scaled_dot_product_attention: attn_mask has shape {tuple(mask.shape)}, which does "
            f"not broadcast to that of the scores, (..., L, S), {scores}"
        ) from None


def _for_heads_of(query: Any, x: Any, name: str) -> Any:
    """`x` with each head repeated, so that there are as many as the query has."""
    if query.ndim < 3 or x.ndim < 3 or query.shape[-3] % max(x.shape[-3], 1):
        raise ShapeError(
            f"enable_gqa: the {name} of shape {tuple(x.shape)} must have heads, (..., heads, "
            f"length, features), whose number divides that of the query, {tuple(query.shape)}"
        )
    times = query.shape[-3] // x.shape[-3]
    return x if times == 1 else ops.repeat_interleave(x, times, -3)
