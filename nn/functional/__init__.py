"""Layers, activations and losses as functions, without parameters of their own; one topic per file.

The modules of `nn` are thin objects around these.
"""

from ...messages.suggestions import suggest as _suggest
from ...ops import linear as linear
from ...ops import log_softmax as log_softmax
from ...ops import relu as relu
from ...ops import sigmoid as sigmoid
from ...ops import softmax as softmax
from ...ops import softplus as softplus
from ...ops import tanh as tanh
from .attention import scaled_dot_product_attention as scaled_dot_product_attention
from .classification_losses import (
    binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
)
from .classification_losses import cross_entropy as cross_entropy
from .classification_losses import nll_loss as nll_loss
from .dropout import dropout as dropout
from .multi_head_attention import multi_head_attention_forward as multi_head_attention_forward
from .regression_losses import mse_loss as mse_loss

_suggest(__name__)
