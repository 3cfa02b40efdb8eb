"""Transformers: stacks of layers that attend, an encoder and a decoder.

Source: Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762.
"""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np

from ..batching.known import entries
from ..creation.values import full
from ..errors import ShapeError
from ..ops import triu
from . import functional as F
from . import init
from .containers import ModuleList
from .functional.multi_head_attention import added_mask
from .module import Module
from .normalization import LayerNorm
from .transformer_layers import Activation, TransformerDecoderLayer, TransformerEncoderLayer


class TransformerEncoder(Module):
    """`num_layers` copies of an encoder layer, one after another, then `norm` if given.

    The copies start with the same numbers, as in PyTorch. `is_causal` None: the mask is looked at.
    `enable_nested_tensor`, `mask_check`: accepted; there is no faster way here that they allow.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.TransformerEncoderLayer(4, nhead=2, dim_feedforward=8)
    >>> ag.nn.TransformerEncoder(layer, num_layers=2)(ag.zeros(3, 5, 4)).shape
    torch.Size([3, 5, 4])
    """

    __constants__ = ("norm",)

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__()
        self.layers = _copies(encoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm
        self.enable_nested_tensor, self.mask_check = enable_nested_tensor, mask_check

    def forward(
        self,
        src: Any,
        mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool | None = None,
    ) -> Any:
        """The sequence after all layers."""
        padding = added_mask("src_key_padding_mask", src_key_padding_mask, src.dtype, mask, "mask")
        mask = added_mask("mask", mask, src.dtype)
        causal = _is_causal(mask) if is_causal is None else is_causal
        x = src
        for layer in self.layers:
            x = layer(x, src_mask=mask, is_causal=causal, src_key_padding_mask=padding)
        return x if self.norm is None else self.norm(x)


class TransformerDecoder(Module):
    """`num_layers` copies of a decoder layer, one after another, then `norm` if given.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.TransformerDecoderLayer(4, nhead=2, dim_feedforward=8)
    >>> ag.nn.TransformerDecoder(layer, num_layers=2)(ag.zeros(3, 5, 4), ag.zeros(7, 5, 4)).shape
    torch.Size([3, 5, 4])
    """

    __constants__ = ("norm",)

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        super().__init__()
        self.layers = _copies(decoder_layer, num_layers)
        self.num_layers, self.norm = num_layers, norm

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        """The sequence after all layers."""
        causal = _is_causal(tgt_mask) if tgt_is_causal is None else tgt_is_causal
        x = tgt
        for layer in self.layers:
            x = layer(
                x, memory, tgt_mask=tgt_mask, memory_mask=memory_mask,
                tgt_key_padding_mask=tgt_key_padding_mask,
                memory_key_padding_mask=memory_key_padding_mask,
                tgt_is_causal=causal, memory_is_causal=memory_is_causal,
            )  # fmt: skip
        return x if self.norm is None else self.norm(x)


class Transformer(Module):
    """An encoder, and a decoder that attends to what it makes; each with a norm at its end.

    Called with src (S, N, d_model) and tgt (T, N, d_model), or as `batch_first` says; the result
    has the shape of tgt. Matrices start uniform by Glorot. `custom_encoder`, `custom_decoder` take
    the places of those made here.

    Raises ShapeError where src and tgt have not one batch size, or not d_model features.

    >>> import autograd_fr as ag
    >>> net = ag.nn.Transformer(4, 2, 1, 1, dim_feedforward=8)
    >>> net(ag.zeros(7, 5, 4), ag.zeros(3, 5, 4)).shape
    torch.Size([3, 5, 4])
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = F.relu,
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        made: dict[str, Any] = {"bias": bias, "device": device, "dtype": dtype}
        layer = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps,
                 batch_first, norm_first)  # fmt: skip

        def norm() -> LayerNorm:
            return LayerNorm(d_model, eps=layer_norm_eps, **made)

        self.encoder = custom_encoder if custom_encoder is not None else TransformerEncoder(
            TransformerEncoderLayer(*layer, **made), num_encoder_layers, norm()
        )  # fmt: skip
        self.decoder = custom_decoder if custom_decoder is not None else TransformerDecoder(
            TransformerDecoderLayer(*layer, **made), num_decoder_layers, norm()
        )  # fmt: skip
        self._reset_parameters()
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def _reset_parameters(self) -> None:
        """Draw all matrices anew."""
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        """The target sequence after the decoder."""
        self._check(src, tgt)
        memory = self.encoder(
            src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal
        )
        return self.decoder(
            tgt, memory, tgt_mask=tgt_mask, memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal, memory_is_causal=memory_is_causal,
        )  # fmt: skip

    def _check(self, src: Any, tgt: Any) -> None:
        shapes = f"src has shape {tuple(src.shape)}, tgt {tuple(tgt.shape)}"
        batch = 0 if self.batch_first else 1
        if src.ndim == 3 and src.shape[batch] != tgt.shape[batch]:
            raise ShapeError(f"src and tgt need one batch size, along axis {batch}: {shapes}")
        if not src.shape[-1] == tgt.shape[-1] == self.d_model:
            raise ShapeError(f"src and tgt need d_model={self.d_model} features: {shapes}")

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Any:
        """(sz, sz), what to add to scores: -inf where the key comes after the query, else 0.

        >>> import autograd_fr as ag
        >>> ag.nn.Transformer.generate_square_subsequent_mask(2)
        tensor([[0., -inf],
                [0., 0.]])
        """
        return triu(full((sz, sz), -math.inf, dtype=dtype, device=device), 1)


def _copies(layer: Module, count: int) -> ModuleList:
    return ModuleList([copy.deepcopy(layer) for _ in range(count)])


def _is_causal(mask: Any) -> bool:
    """Whether a mask hides all later places, and no others."""
    if mask is None or mask.ndim != 2 or mask.shape[0] != mask.shape[1]:
        return False
    hidden = np.triu(np.full(mask.shape, -math.inf if mask.dtype.kind == "f" else True), 1)
    given = entries(mask.array)
    return given.shape == hidden.shape and bool((given == hidden).all())
