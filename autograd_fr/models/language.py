"""What models of sequences have in common: their loss, and how the next token is drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..creation.random import multinomial
from ..nn import functional as F
from ..ops import softmax, topk
from ..random import Generator

_OUT_OF_REACH = 750.0  # exp(-750) is 0 in all dtypes


def next_token_loss(scores: Any, target: Any) -> Any:
    """Mean of `-log p(target)` over all tokens: scores (..., vocabulary), target (...) of numbers.

    The target of a token is the one after it: `next_token_loss(model(text[:-1]), text[1:])`.

    >>> import autograd_fr as ag
    >>> next_token_loss(ag.zeros(2, 5, 4), ag.zeros(2, 5).long())  # ln 4
    tensor(1.3863)
    """
    return F.cross_entropy(scores.reshape(-1, scores.shape[-1]), target.reshape(-1))


def drawn_token(
    scores: Any, temperature: float, top_k: int | None, generator: Generator | None
) -> Any:
    """A token for every row of scores, (..., vocabulary) to (..., 1), from
    `softmax(scores / temperature)`.

    Temperature 0 takes the greatest score; `top_k` draws among that many of the greatest only.
    Raises ValueError for a temperature below 0 and for a `top_k` below 1.
    """
    if not (math.isfinite(temperature) and temperature >= 0):
        raise ValueError(f"a temperature is 0 or more, and finite, got {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k is 1 or more, got {top_k}")
    smallest = np.finfo(scores.dtype).tiny
    if temperature < smallest:  # also 0; nothing can be divided by what is 0 in this dtype
        return scores.argmax(-1, keepdim=True)
    if top_k is not None:
        least = topk(scores, min(top_k, scores.shape[-1])).values[..., -1:]
        scores = scores.masked_fill(scores < least, -math.inf)
    # Less the greatest first, and no further below it than exp can tell from 0: a small
    # temperature would make them overflow.
    below = (scores - scores.amax(-1, keepdim=True)).clamp(min=-_OUT_OF_REACH * temperature)
    return multinomial(softmax(below / temperature, -1), 1, generator=generator)
