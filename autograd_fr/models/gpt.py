"""A small decoder-only transformer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..creation.grids import arange
from ..creation.values import tensor
from ..dtypes import int64
from ..errors import DtypeError, ShapeError
from ..nn import GELU, Dropout, Embedding, LayerNorm, Linear, Module, ModuleDict, ModuleList, init
from ..nn import functional as F
from ..nn.modes import evaluating
from ..ops import cat
from ..random import Generator
from ..tensor import Tensor
from .arguments import check_counts
from .language import drawn_token
from .model import Model


class CausalSelfAttention(Module):
    """Attention of `n_head` heads in which a token sees itself and those before it.

        q, k, v = c_attn(x);   y = c_proj(concat_h softmax(q_h k_hᵀ / √d + mask) v_h)

    x (n, t, n_embd) to the same shape, d = n_embd / n_head. Source: Vaswani et al. 2017,
    arXiv:1706.03762.
    """

    def __init__(self, n_embd: int, n_head: int, dropout: float, bias: bool) -> None:
        super().__init__()
        self.c_attn = Linear(n_embd, 3 * n_embd, bias=bias)
        self.c_proj = Linear(n_embd, n_embd, bias=bias)
        self.resid_dropout = Dropout(dropout)
        self.n_head, self.dropout = n_head, dropout

    def forward(self, x: Any) -> Any:
        """Each token, told by those before it."""
        n, t, width = x.shape
        q, k, v = (
            part.reshape(n, t, self.n_head, width // self.n_head).transpose(1, 2)
            for part in self.c_attn(x).split(width, 2)
        )
        p = self.dropout if self.training else 0.0
        y = F.scaled_dot_product_attention(q, k, v, dropout_p=p, is_causal=True)
        return self.resid_dropout(self.c_proj(y.transpose(1, 2).reshape(n, t, width)))


class FeedForward(Module):
    """`c_proj(gelu(c_fc(x)))`, token by token: n_embd → 4 n_embd → n_embd."""

    def __init__(self, n_embd: int, dropout: float, bias: bool) -> None:
        super().__init__()
        self.c_fc = Linear(n_embd, 4 * n_embd, bias=bias)
        self.gelu = GELU()
        self.c_proj = Linear(4 * n_embd, n_embd, bias=bias)
        self.dropout = Dropout(dropout)

    def forward(self, x: Any) -> Any:
        """Each token by itself."""
        return self.dropout(self.c_proj(self.gelu(self.c_fc(x))))


class Block(Module):
    """`x = x + attn(ln_1(x));  x + mlp(ln_2(x))`: normalised before, added after."""

    def __init__(self, n_embd: int, n_head: int, dropout: float, bias: bool) -> None:
        super().__init__()
        self.ln_1 = LayerNorm(n_embd, bias=bias)
        self.attn = CausalSelfAttention(n_embd, n_head, dropout, bias)
        self.ln_2 = LayerNorm(n_embd, bias=bias)
        self.mlp = FeedForward(n_embd, dropout, bias)

    def forward(self, x: Any) -> Any:
        """The tokens, and what attention and the feed-forward net add to them."""
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(Model):
    """A small GPT: tokens (n, t) to the scores of the token after each, (n, t, vocab_size).

        wte, wpe   a vector for every token and for every place, added
        h          n_layer blocks of causal attention and a feed-forward net with GELU
        ln_f       a normalisation
        lm_head    n_embd → vocab_size, with the weight of wte

    `block_size`: how many tokens it sees at most. Weights start normal with standard deviation
    0.02, those whose results are added with 0.02 / √(2 n_layer), biases at 0. The names in its
    state are those of nanoGPT. Trained with `next_token_loss`.

    Raises ValueError where `n_head` does not divide `n_embd`, ShapeError for more than `block_size`
    tokens. Source: Radford et al. 2019, "Language models are unsupervised multitask learners";
    tied weights: Press, Wolf 2017, arXiv:1608.05859.

    >>> import autograd_fr as ag
    >>> model = ag.models.GPT(vocab_size=5, block_size=8, n_layer=2, n_head=2, n_embd=16)
    >>> model(ag.tensor([[0, 1, 2]])).shape
    torch.Size([1, 3, 5])
    """

    def __init__(
        self,
        vocab_size: int,
        block_size: int = 64,
        n_layer: int = 2,
        n_head: int = 4,
        n_embd: int = 64,
        dropout: float = 0.0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        check_counts("GPT", vocab_size=vocab_size, block_size=block_size, n_layer=n_layer)
        check_counts("GPT", n_head=n_head, n_embd=n_embd)
        if n_embd % n_head:
            raise ValueError(f"n_embd={n_embd} is not shared out evenly among n_head={n_head}")
        self.block_size = block_size
        blocks = [Block(n_embd, n_head, dropout, bias) for _ in range(n_layer)]
        self.transformer = ModuleDict({
            "wte": Embedding(vocab_size, n_embd),
            "wpe": Embedding(block_size, n_embd),
            "drop": Dropout(dropout),
            "h": ModuleList(blocks),
            "ln_f": LayerNorm(n_embd, bias=bias),
        })  # fmt: skip
        self.lm_head = Linear(n_embd, vocab_size, bias=False)
        self.transformer["wte"].weight = self.lm_head.weight
        self._start(n_layer)

    def _start(self, n_layer: int) -> None:
        """Draw the weights as GPT-2 does."""
        for name, p in self.named_parameters():
            if name.endswith("c_proj.weight"):
                init.normal_(p, std=0.02 / math.sqrt(2 * n_layer))
            elif p.ndim == 2:
                init.normal_(p, std=0.02)
            elif name.endswith("bias"):
                init.zeros_(p)

    def forward(self, tokens: Any) -> Any:
        """The scores of the token after each."""
        t, parts = tokens.shape[-1], self.transformer
        if tokens.ndim != 2 or t > self.block_size:
            raise ShapeError(
                f"GPT takes tokens (n, t) with t up to block_size={self.block_size}, got shape "
                f"{tuple(tokens.shape)}"
            )
        x = parts["drop"](parts["wte"](tokens) + parts["wpe"](arange(t)))
        for block in parts["h"]:
            x = block(x)
        return self.lm_head(parts["ln_f"](x))

    def generate(
        self,
        tokens: Any,
        n: int,
        temperature: float = 1.0,
        top_k: int | None = None,
        generator: Generator | None = None,
    ) -> Any:
        """The tokens, (t) or (batch, t), as a tensor, an array or a list, and `n` more, each drawn
        from what the model says.

        Of more than `block_size` tokens the model sees the last. `temperature`: the scores are
        divided by it; at 0 the likeliest is taken each time. `top_k`: only that many of the
        likeliest are drawn from. Raises ValueError for none to begin with, DtypeError for what is
        no numbers of tokens.
        """
        check_counts("generate", 0, n=n)
        tokens = _tokens(tokens)
        if not (tokens.ndim and tokens.shape[-1]):
            raise ValueError("generate goes on from one token at least")
        several = tokens if tokens.ndim == 2 else tokens[None]
        with evaluating(self):
            for _ in range(n):
                scores = self(several[:, -self.block_size :])[:, -1]
                several = cat([several, drawn_token(scores, temperature, top_k, generator)], 1)
        return several if tokens.ndim == 2 else several[0]


def _tokens(given: Any) -> Any:
    """Numbers of tokens, as a tensor. Raises DtypeError for what is no whole numbers."""
    tokens = given if isinstance(given, Tensor) else np.asarray(given)
    if tokens.dtype.kind not in "iu" and tokens.size:
        raise DtypeError(
            "generate goes on from the numbers of tokens, as a vocabulary encodes a text, not from "
            f"{tokens.dtype if isinstance(given, (Tensor, np.ndarray)) else repr(given)}"
        )
    return tokens if isinstance(given, Tensor) else tensor(tokens, dtype=int64)
