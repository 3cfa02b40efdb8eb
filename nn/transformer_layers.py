"""The layers of transformers: attention, then two linear layers with a step between.

Masks are as for `MultiheadAttention`: True where nothing is to be seen, or numbers to add. Source:
Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762; for `norm_first`: Xiong et al.
2020, arXiv:2002.04745.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import AutogradError
from . import functional as F
from .attention import MultiheadAttention
from .dropout import Dropout
from .functional.multi_head_attention import added_mask
from .linear import Linear
from .module import Module
from .normalization import LayerNorm

Activation = str | Callable[[Any], Any]


class TransformerEncoderLayer(Module):
    """Attention of a sequence to itself, then two linear layers, each with a bypass and a norm.

    `x = norm1(x + attention(x))`, then `norm2(x + linear2(activation(linear1(x))))`; with
    `norm_first`, `x + attention(norm1(x))` and so on. Called with src (S, N, d_model), (N, S,
    d_model) with `batch_first`, or (S, d_model); the result has its shape. `activation`: "relu",
    "gelu" or a function. `dropout` acts on the attention weights, between the linear layers, and on
    what is added.

    Raises AutogradError for an unknown activation.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.TransformerEncoderLayer(4, nhead=2, dim_feedforward=8)
    >>> layer(ag.zeros(3, 5, 4)).shape
    torch.Size([3, 5, 4])
    """

    __constants__ = ("norm_first",)

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        made: dict[str, Any] = {"bias": bias, "device": device, "dtype": dtype}
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout=dropout, batch_first=batch_first, **made
        )
        self.linear1 = Linear(d_model, dim_feedforward, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **made)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, eps=layer_norm_eps, **made)
        self.norm2 = LayerNorm(d_model, eps=layer_norm_eps, **made)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        self.activation = _function(activation)

    def forward(
        self,
        src: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        """The sequence, each place having seen the others."""
        padding = added_mask(
            "src_key_padding_mask", src_key_padding_mask, src.dtype, src_mask, "src_mask"
        )
        masks = (added_mask("src_mask", src_mask, src.dtype), padding, is_causal)
        if self.norm_first:
            x = src + self._sa_block(self.norm1(src), *masks)
            return x + self._ff_block(self.norm2(x))
        x = self.norm1(src + self._sa_block(src, *masks))
        return self.norm2(x + self._ff_block(x))

    def _sa_block(self, x: Any, attn_mask: Any, padding: Any, is_causal: bool = False) -> Any:
        return self.dropout1(_seen(self.self_attn, x, x, attn_mask, padding, is_causal))

    def _ff_block(self, x: Any) -> Any:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))


class TransformerDecoderLayer(Module):
    """An encoder layer with attention to another sequence, `memory`, between its two steps.

    Called with tgt (T, N, d_model) and memory (S, N, d_model), or as `batch_first` says; the result
    has the shape of tgt. The rest as in `TransformerEncoderLayer`.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.TransformerDecoderLayer(4, nhead=2, dim_feedforward=8)
    >>> layer(ag.zeros(3, 5, 4), ag.zeros(7, 5, 4)).shape
    torch.Size([3, 5, 4])
    """

    __constants__ = ("norm_first",)

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        made: dict[str, Any] = {"bias": bias, "device": device, "dtype": dtype}
        attention = {"dropout": dropout, "batch_first": batch_first, **made}
        self.self_attn = MultiheadAttention(d_model, nhead, **attention)
        self.multihead_attn = MultiheadAttention(d_model, nhead, **attention)
        self.linear1 = Linear(d_model, dim_feedforward, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **made)
        self.norm_first = norm_first
        for k in (1, 2, 3):
            setattr(self, f"norm{k}", LayerNorm(d_model, eps=layer_norm_eps, **made))
        for k in (1, 2, 3):
            setattr(self, f"dropout{k}", Dropout(dropout))
        self.activation = _function(activation)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """The sequence, each place having seen the others and the memory."""
        own = (tgt_mask, tgt_key_padding_mask, tgt_is_causal)
        others = (memory_mask, memory_key_padding_mask, memory_is_causal)
        if self.norm_first:
            x = tgt + self._sa_block(self.norm1(tgt), *own)
            x = x + self._mha_block(self.norm2(x), memory, *others)
            return x + self._ff_block(self.norm3(x))
        x = self.norm1(tgt + self._sa_block(tgt, *own))
        x = self.norm2(x + self._mha_block(x, memory, *others))
        return self.norm3(x + self._ff_block(x))

    def _sa_block(self, x: Any, attn_mask: Any, padding: Any, is_causal: bool = False) -> Any:
        return self.dropout1(_seen(self.self_attn, x, x, attn_mask, padding, is_causal))

    def _mha_block(
        self, x: Any, mem: Any, attn_mask: Any, padding: Any, is_causal: bool = False
    ) -> Any:
        return self.dropout2(_seen(self.multihead_attn, x, mem, attn_mask, padding, is_causal))

    def _ff_block(self, x: Any) -> Any:
        return self.dropout3(self.linear2(self.dropout(self.activation(self.linear1(x)))))


def _seen(
    attention: Any, x: Any, memory: Any, attn_mask: Any, padding: Any, is_causal: bool
) -> Any:
    """What a sequence sees of another, or of itself, without the weights."""
    return attention(
        x, memory, memory, attn_mask=attn_mask, key_padding_mask=padding, need_weights=False,
        is_causal=is_causal,
    )[0]  # fmt: skip


def _function(activation: Activation) -> Any:
    """The function that a name stands for; others as they are."""
    if not isinstance(activation, str):
        return activation
    if activation not in ("relu", "gelu"):
        raise AutogradError(f"activation is 'relu', 'gelu' or a function, not {activation!r}")
    return getattr(F, activation)
