"""Layers as functions, without parameters of their own. Losses stand in `nn.losses`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.value import wrap
from ..messages.suggestions import suggest as _suggest
from ..ops import linear as linear
from ..ops import log_softmax as log_softmax
from ..ops import relu as relu
from ..ops import sigmoid as sigmoid
from ..ops import softmax as softmax
from ..ops import softplus as softplus
from ..ops import tanh as tanh
from ..random import stream
from .losses import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from .losses import cross_entropy as cross_entropy
from .losses import mse_loss as mse_loss
from .losses import nll_loss as nll_loss


def dropout(input: Any, p: float = 0.5, training: bool = True) -> Any:
    """In training, each entry is 0 with probability p, the others are divided by 1 - p.

    Raises ValueError unless 0 <= p <= 1.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.dropout(ag.tensor([1.0, 2.0]), p=0.5, training=False)
    tensor([1., 2.])
    """
    checked_probability(p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0
    kept = stream().random(input.shape, dtype=np.float32) >= p
    return input * wrap(kept * input.dtype.type(1 / (1 - p)))


def checked_probability(p: float) -> float:
    """`p`, or ValueError where it is no probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"a probability is between 0 and 1, got {p}")
    return p


_suggest(__name__)
