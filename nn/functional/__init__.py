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
from .average_pooling import adaptive_avg_pool1d as adaptive_avg_pool1d
from .average_pooling import adaptive_avg_pool2d as adaptive_avg_pool2d
from .average_pooling import adaptive_avg_pool3d as adaptive_avg_pool3d
from .average_pooling import avg_pool1d as avg_pool1d
from .average_pooling import avg_pool2d as avg_pool2d
from .average_pooling import avg_pool3d as avg_pool3d
from .average_pooling import lp_pool1d as lp_pool1d
from .average_pooling import lp_pool2d as lp_pool2d
from .average_pooling import lp_pool3d as lp_pool3d
from .classification_losses import (
    binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
)
from .classification_losses import cross_entropy as cross_entropy
from .classification_losses import nll_loss as nll_loss
from .dropout import dropout as dropout
from .fractional_pooling import fractional_max_pool2d as fractional_max_pool2d
from .fractional_pooling import (
    fractional_max_pool2d_with_indices as fractional_max_pool2d_with_indices,
)
from .fractional_pooling import fractional_max_pool3d as fractional_max_pool3d
from .fractional_pooling import (
    fractional_max_pool3d_with_indices as fractional_max_pool3d_with_indices,
)
from .max_pooling import adaptive_max_pool1d as adaptive_max_pool1d
from .max_pooling import adaptive_max_pool1d_with_indices as adaptive_max_pool1d_with_indices
from .max_pooling import adaptive_max_pool2d as adaptive_max_pool2d
from .max_pooling import adaptive_max_pool2d_with_indices as adaptive_max_pool2d_with_indices
from .max_pooling import adaptive_max_pool3d as adaptive_max_pool3d
from .max_pooling import adaptive_max_pool3d_with_indices as adaptive_max_pool3d_with_indices
from .max_pooling import max_pool1d as max_pool1d
from .max_pooling import max_pool1d_with_indices as max_pool1d_with_indices
from .max_pooling import max_pool2d as max_pool2d
from .max_pooling import max_pool2d_with_indices as max_pool2d_with_indices
from .max_pooling import max_pool3d as max_pool3d
from .max_pooling import max_pool3d_with_indices as max_pool3d_with_indices
from .regression_losses import mse_loss as mse_loss
from .unpooling import max_unpool1d as max_unpool1d
from .unpooling import max_unpool2d as max_unpool2d
from .unpooling import max_unpool3d as max_unpool3d

_suggest(__name__)
