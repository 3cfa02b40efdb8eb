"""Attention of many heads as a layer."""

from __future__ import annotations

from typing import Any

from ..creation.values import zeros
from ..errors import ShapeError
from . import init
from .functional.multi_head_attention import attended
from .linear import Linear
from .module import Module
from .parameter import Parameter


class NonDynamicallyQuantizableLinear(Linear):
    """`Linear` under the name that PyTorch has for it inside `MultiheadAttention`."""


class MultiheadAttention(Module):
    """Attention of `num_heads` heads: `concat(head_1, ..., head_h) W_oᵀ + b_o`.

    With d = embed_dim / num_heads, each head is
    `softmax((q W_qᵀ + b_q) (k W_kᵀ + b_k)ᵀ / √d) (v W_vᵀ + b_v)`.

    Called with query (L, N, embed_dim), key (S, N, kdim), value (S, N, vdim), where kdim and vdim
    are embed_dim unless given; with `batch_first` (N, L, ...), and without N where there is no
    batch. Returns the result, in the shape of the query, and the weights averaged over the heads,
    (N, L, S); of each head, (N, num_heads, L, S), without `average_attn_weights`; None without
    `need_weights`, which is faster.

    `key_padding_mask` (N, S) and `attn_mask`, (L, S) or (N num_heads, L, S), are True where nothing
    is to be seen, or numbers to add to the scores. `is_causal` says that attn_mask is causal, it
    makes no mask. A query that sees no key gets nan; without `need_weights`, zeros. `dropout` acts
    on the weights in training. `add_bias_kv`: one learned key and value more; `add_zero_attn`: one
    of zeros.

    `in_proj_weight` (3 embed_dim, embed_dim), or `q_proj_weight`, `k_proj_weight`, `v_proj_weight`
    where kdim or vdim is another, start uniform by Glorot, the biases at 0, as PyTorch's. Raises
    ValueError where the numbers do not fit. Source: Vaswani et al. 2017, arXiv:1706.03762.

    >>> import autograd_fr as ag
    >>> attention = ag.nn.MultiheadAttention(4, num_heads=2, batch_first=True)
    >>> x = ag.ones(5, 3, 4)
    >>> y, weights = attention(x, x, x)
    >>> y.shape, weights.shape
    (torch.Size([5, 3, 4]), torch.Size([5, 3, 3]))
    """

    __constants__ = ("batch_first",)

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _check_numbers(embed_dim, num_heads)
        self.embed_dim, self.num_heads = embed_dim, num_heads
        self.head_dim = embed_dim // num_heads
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        self.dropout, self.batch_first, self.add_zero_attn = dropout, batch_first, add_zero_attn

        def fresh(*shape: int) -> Parameter:
            return Parameter(zeros(*shape, device=device, dtype=dtype))

        same, widths = self._qkv_same_embed_dim, (embed_dim, self.kdim, self.vdim)
        for letter, width in zip("qkv", widths):
            own = None if same else fresh(embed_dim, width)
            self.register_parameter(f"{letter}_proj_weight", own)
        together = fresh(3 * embed_dim, embed_dim) if same else None
        self.register_parameter("in_proj_weight", together)
        self.register_parameter("in_proj_bias", fresh(3 * embed_dim) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(
            embed_dim, embed_dim, bias=bias, dtype=dtype
        )
        self.bias_k = fresh(1, 1, embed_dim) if add_bias_kv else None
        self.bias_v = fresh(1, 1, embed_dim) if add_bias_kv else None
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        """Draw the weights anew, but for that of `out_proj`."""
        own = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        for weight in (self.in_proj_weight, *own):
            if weight is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for bias in (self.bias_k, self.bias_v):
            if bias is not None:
                init.xavier_normal_(bias)

    def forward(
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """The values averaged, and the weights or None."""
        own = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)
        return attended(
            query, key, value, self.num_heads,
            (self.in_proj_weight, None if self._qkv_same_embed_dim else own, self.in_proj_bias),
            (self.out_proj.weight, self.out_proj.bias), more_kv=(self.bias_k, self.bias_v),
            add_zero_attn=self.add_zero_attn, dropout_p=self.dropout if self.training else 0.0,
            key_padding_mask=key_padding_mask, attn_mask=attn_mask, need_weights=need_weights,
            average_attn_weights=average_attn_weights, is_causal=is_causal,
            time=1 if self.batch_first else 0,
        )  # fmt: skip


def _check_numbers(embed_dim: int, num_heads: int) -> None:
    """Raise ValueError where there are no features or heads, ShapeError where they do not fit."""
    if embed_dim <= 0 or num_heads <= 0:
        raise ValueError(
            "embed_dim and num_heads must be greater than 0, got "
            f"embed_dim={embed_dim} and num_heads={num_heads}"
        )
    if embed_dim % num_heads:
        raise ShapeError(
            f"embed_dim={embed_dim} features cannot be shared out evenly among "
            f"num_heads={num_heads} heads"
        )
