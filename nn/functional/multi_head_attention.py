"""Attention of many heads, each with projections of its own of queries, keys and values.

Inside, sequences are (L, N, E) or (N, L, E): `time` is the number of the axis of the sequence.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

from ... import ops
from ...autograd.composites import composite
from ...creation.values import zeros
from ...errors import AutogradError, DtypeError, ShapeError
from ...ops.neural.attention import attention_heads, attention_scores, attention_weights
from .attention import additive, scaled_dot_product_attention
from .dropout import dropout


@composite
def multi_head_attention_forward(
    query: Any,
    key: Any,
    value: Any,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Any,
    in_proj_bias: Any,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Any,
    out_proj_bias: Any,
    training: bool = True,
    key_padding_mask: Any = None,
    need_weights: bool = True,
    attn_mask: Any = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None,
    k_proj_weight: Any = None,
    v_proj_weight: Any = None,
    static_k: Any = None,
    static_v: Any = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Any, Any]:
    """What `nn.MultiheadAttention` computes: query (L, N, E), key and value (S, N, E).

    Returns the values averaged, (L, N, E), and, if `need_weights`, the weights, (N, L, S), or for
    each head, (N, heads, L, S), without `average_attn_weights`; else None. Without the batch axis N
    throughout, where the query has none. `in_proj_weight` (3 E, E) has those of query, key and
    value below each other, unless they are given one by one. `static_k`, `static_v`
    (N * heads, S, E / heads) stand for the projections. Masks and errors as there.

    >>> import autograd_fr as ag
    >>> x, eye = ag.tensor([[1.0], [2.0]]), ag.ones(3, 1)
    >>> forward = ag.nn.functional.multi_head_attention_forward
    >>> forward(x, x, x, 1, 1, eye, None, None, None, False, 0.0, ag.ones(1, 1), None)[0]
    tensor([[1.7311],
            [1.8808]])
    """
    if query.shape[-1:] != (embed_dim_to_check,):
        raise ShapeError(
            f"multi_head_attention_forward: the query, {tuple(query.shape)}, was to have "
            f"{embed_dim_to_check} features"
        )
    own = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else None
    return attended(
        query, key, value, num_heads, (in_proj_weight, own, in_proj_bias),
        (out_proj_weight, out_proj_bias), more_kv=(bias_k, bias_v), static_kv=(static_k, static_v),
        add_zero_attn=add_zero_attn, dropout_p=dropout_p if training else 0.0,
        key_padding_mask=key_padding_mask, attn_mask=attn_mask, need_weights=need_weights,
        average_attn_weights=average_attn_weights, is_causal=is_causal, time=0,
    )  # fmt: skip


def attended(
    query: Any, key: Any, value: Any, num_heads: int, in_proj: Any, out_proj: Any, *,
    more_kv: tuple[Any, Any], static_kv: tuple[Any, Any] = (None, None), add_zero_attn: bool,
    dropout_p: float, key_padding_mask: Any, attn_mask: Any, need_weights: bool,
    average_attn_weights: bool, is_causal: bool, time: int,
) -> tuple[Any, Any]:  # fmt: skip
    """The result and the weights; `in_proj`: the weights in one, those one by one, the bias."""
    _check_inputs(query, key, value, separate=in_proj[1] is not None)
    _check_features(query, key, value, num_heads, in_proj)
    _check_batch(query, key, time)
    attn_mask, key_padding_mask = _checked_masks(query, key, num_heads, attn_mask, key_padding_mask,
                                                 time)  # fmt: skip
    if is_causal and attn_mask is None:
        raise AutogradError(
            "is_causal only says that attn_mask is causal, and there is no attn_mask: give that of "
            "nn.Transformer.generate_square_subsequent_mask"
        )
    hinted = is_causal and key_padding_mask is None and not need_weights
    batched = query.ndim == 3
    if not batched:
        query, key, value = _with_batch_axis(query, key, value)
        time = 0
    q, k, v = _heads(query, key, value, num_heads, in_proj, time)
    k, v = (_prolonged(*pair, add_zero_attn) for pair in zip((k, v), static_kv, more_kv))
    bias = None if hinted else _bias(q, k, attn_mask, key_padding_mask)
    if need_weights:
        scale = math.sqrt(1 / q.shape[-1])
        weights = attention_weights(attention_scores(q, k, bias, scale=scale), empty=math.nan)
        weights = dropout(weights, dropout_p)
        y = ops.matmul(weights, v)
    else:
        weights, y = None, scaled_dot_product_attention(q, k, v, bias, dropout_p, hinted)
    y = ops.permute(y, (2, 0, 1, 3) if time == 0 else (0, 2, 1, 3))
    y = ops.linear(ops.reshape(y, (*y.shape[:2], query.shape[-1])), *out_proj)
    if weights is not None:
        weights = ops.mean(weights, 1) if average_attn_weights else weights
    if batched:
        return y, weights
    return y.squeeze(1), None if weights is None else weights.squeeze(0)


def _heads(query: Any, key: Any, value: Any, num_heads: int, in_proj: Any, time: int) -> Any:
    """The projections of the three, each (N, heads, length, E / heads)."""
    whole, weights, bias = in_proj
    if weights is None:
        if query is key is value:
            return attention_heads(ops.linear(query, whole, bias), num_heads=num_heads, time=time)
        weights = ops.chunk(whole, 3)
    biases = (None, None, None) if bias is None else ops.chunk(bias, 3)
    projected = (ops.linear(*each) for each in zip((query, key, value), weights, biases))
    return tuple(
        ops.permute(
            ops.reshape(x, (*x.shape[:2], num_heads, x.shape[-1] // num_heads)),
            (1 - time, 2, time, 3),
        )
        for x in projected
    )


def _prolonged(x: Any, static: Any, bias: Any, zero: bool) -> Any:
    """Keys or values (N, heads, S, width), or what stands for them; one learned, one zero more."""
    n, heads, _, width = x.shape
    if static is not None:
        if bias is not None or static.shape[::2] != (n * heads, width):
            raise ShapeError(
                f"a static key or value is (N * heads, S, E / heads), ({n * heads}, S, {width}), "
                f"with no bias added; this is {tuple(static.shape)}"
            )
        x = ops.reshape(static, (n, heads, -1, width))
    if bias is not None:
        x = ops.cat([x, ops.reshape(bias, (1, heads, 1, width)).expand(n, -1, -1, -1)], 2)
    return ops.cat([x, zeros(n, heads, 1, width, dtype=x.dtype)], 2) if zero else x


def _bias(q: Any, k: Any, attn_mask: Any, key_padding_mask: Any) -> Any:
    """What both masks add to the scores (N, heads, L, S); keys they do not know of are seen."""
    (n, heads, *_), bias = q.shape, attn_mask
    if attn_mask is not None and attn_mask.ndim == 3:
        bias = ops.reshape(attn_mask, (n, heads, *attn_mask.shape[1:]))
    if key_padding_mask is not None:
        padding = ops.reshape(key_padding_mask, (n, 1, 1, -1))
        bias = padding if bias is None else bias + padding
    if bias is None or bias.shape[-1] == k.shape[2]:
        return bias
    more = (*bias.shape[:-1], k.shape[2] - bias.shape[-1])
    return ops.cat([bias, zeros(more, dtype=bias.dtype)], -1)


def added_mask(name: str, mask: Any, dtype: Any, other: Any = None, other_name: str = "") -> Any:
    """A mask as numbers to add to the scores; True in one of bools becomes -inf.

    Warns where another mask is not of the same kind, as PyTorch does.
    """
    if mask is None or mask.dtype.kind not in "bf":
        if mask is not None:
            raise DtypeError(f"{name} is of bools or of floating numbers, not of {mask.dtype}")
        return None
    if other is not None and other.dtype != mask.dtype:
        warnings.warn(
            f"{name} is of {mask.dtype}, but {other_name} of {other.dtype}: give both one kind",
            stacklevel=4,
        )
    return mask if mask.dtype.kind == "f" else additive(mask, dtype)


def _checked_masks(
    query: Any, key: Any, num_heads: int, attn_mask: Any, padding: Any, time: int
) -> tuple[Any, Any]:
    """Both masks as numbers to add, or ShapeError, DtypeError."""
    unbatched = query.ndim == 2
    n = 1 if unbatched else query.shape[1 - time]
    L, S = (len(query), len(key)) if unbatched else (query.shape[time], key.shape[time])
    wanted = (S,) if unbatched else (n, S)
    if padding is not None and padding.shape != wanted:
        raise ShapeError(
            f"key_padding_mask has shape {tuple(padding.shape)}; for this key, "
            f"{tuple(key.shape)}, it must be {wanted}"
            + (f": {_LAYOUTS[time]}" if padding.shape == wanted[::-1] != wanted else "")
        )
    if attn_mask is not None and attn_mask.shape not in ((L, S), (n * num_heads, L, S)):
        raise ShapeError(
            f"attn_mask has shape {tuple(attn_mask.shape)}; it must be (L, S), ({L}, {S}), or "
            f"(N * heads, L, S), ({n * num_heads}, {L}, {S})"
            + _mask_help(attn_mask.shape, (n, L, S), num_heads, time)
        )
    padding = added_mask("key_padding_mask", padding, query.dtype, attn_mask, "attn_mask")
    return added_mask("attn_mask", attn_mask, query.dtype), padding


# What is wrong where sequences and batches are exchanged, by the axis that was taken for time.
_LAYOUTS = (
    "without batch_first=True tensors are (length, batch, features)",
    "with batch_first=True tensors are (batch, length, features)",
)


def _mask_help(given: Any, wanted: tuple[int, int, int], num_heads: int, time: int) -> str:
    """What may have been meant by a mask (N, L, S), or one made for the other order of axes."""
    if given == wanted:
        return (
            f"; attn_mask.repeat_interleave({num_heads}, 0) has that of each sample for each head"
        )
    n = wanted[0]
    return f": {_LAYOUTS[time]}" if given in ((n, n), (n, n, n)) else ""


def _check_features(query: Any, key: Any, value: Any, num_heads: int, in_proj: Any) -> None:
    """Raise ShapeError where the last axes are not what the projections were made for."""
    whole, weights, _ = in_proj
    names = ("embed_dim",) * 3 if weights is None else ("embed_dim", "kdim", "vdim")
    for name, option, x, weight in zip(
        ("query", "key", "value"), names, (query, key, value), weights or (whole,) * 3
    ):
        if x.shape[-1] != weight.shape[-1]:
            raise ShapeError(
                f"attention was made for {option}={weight.shape[-1]}, but the {name} has "
                f"{x.shape[-1]} features: its shape is {tuple(x.shape)}"
            )
    if query.shape[-1] % num_heads:
        raise ShapeError(
            f"{query.shape[-1]} features cannot be shared out evenly among {num_heads} heads"
        )


def _check_batch(query: Any, key: Any, time: int) -> None:
    """Raise ShapeError where queries and keys are not of one batch."""
    if query.ndim == 3 and query.shape[1 - time] != key.shape[1 - time]:
        raise ShapeError(
            f"the query {tuple(query.shape)} is a batch of {query.shape[1 - time]}, the key "
            f"{tuple(key.shape)} one of {key.shape[1 - time]}: {_LAYOUTS[time]}"
        )


def _check_inputs(query: Any, key: Any, value: Any, separate: bool) -> None:
    """Raise ShapeError where the three do not fit together."""
    shapes = ", ".join(str(tuple(x.shape)) for x in (query, key, value))
    if query.ndim not in (2, 3) or not query.ndim == key.ndim == value.ndim:
        raise ShapeError(
            f"query, key and value are (length, batch, features), or all without a batch; these "
            f"are {shapes}"
        )
    kept = -1 if separate else None
    if key.shape[:kept] != value.shape[:kept]:
        raise ShapeError(f"each key has a value: their shapes must agree; these are {shapes}")


def _with_batch_axis(*tensors: Any) -> list[Any]:
    """The tensors with a batch axis of length 1; what was one tensor remains one."""
    made = {id(x): ops.unsqueeze(x, 1) for x in tensors}
    return [made[id(x)] for x in tensors]
