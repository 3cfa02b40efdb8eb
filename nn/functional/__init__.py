"""Layers, activations and losses as functions, without parameters of their own; one topic per file.

The modules of `nn` are thin objects around these.
"""

from ...messages.suggestions import suggest as _suggest
from ...ops import linear as linear
from ...ops import sigmoid as sigmoid
from ...ops import softplus as softplus
from ...ops import tanh as tanh
from ...ops.neural.activations import gelu as gelu
from ...ops.neural.activations import glu as glu
from ...ops.neural.activations import logsigmoid as logsigmoid
from ...ops.neural.activations import softsign as softsign
from ...ops.neural.activations import tanhshrink as tanhshrink
from ...ops.neural.straight_activations import hardshrink as hardshrink
from ...ops.neural.straight_activations import softshrink as softshrink
from .activations import celu as celu
from .activations import celu_ as celu_
from .activations import elu as elu
from .activations import elu_ as elu_
from .activations import gumbel_softmax as gumbel_softmax
from .activations import hardsigmoid as hardsigmoid
from .activations import hardswish as hardswish
from .activations import hardtanh as hardtanh
from .activations import hardtanh_ as hardtanh_
from .activations import leaky_relu as leaky_relu
from .activations import leaky_relu_ as leaky_relu_
from .activations import log_softmax as log_softmax
from .activations import mish as mish
from .activations import prelu as prelu
from .activations import relu as relu
from .activations import relu6 as relu6
from .activations import relu_ as relu_
from .activations import rrelu as rrelu
from .activations import rrelu_ as rrelu_
from .activations import selu as selu
from .activations import selu_ as selu_
from .activations import silu as silu
from .activations import softmax as softmax
from .activations import softmin as softmin
from .activations import threshold as threshold
from .activations import threshold_ as threshold_
from .classification_losses import (
    binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
)
from .classification_losses import cross_entropy as cross_entropy
from .classification_losses import nll_loss as nll_loss
from .dropout import alpha_dropout as alpha_dropout
from .dropout import dropout as dropout
from .dropout import dropout1d as dropout1d
from .dropout import dropout2d as dropout2d
from .dropout import dropout3d as dropout3d
from .dropout import feature_alpha_dropout as feature_alpha_dropout
from .normalization import batch_norm as batch_norm
from .normalization import group_norm as group_norm
from .normalization import instance_norm as instance_norm
from .normalization import layer_norm as layer_norm
from .normalization import local_response_norm as local_response_norm
from .normalization import rms_norm as rms_norm
from .regression_losses import mse_loss as mse_loss

_suggest(__name__)
