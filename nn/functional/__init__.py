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
from .attention import scaled_dot_product_attention as scaled_dot_product_attention
from .average_pooling import adaptive_avg_pool1d as adaptive_avg_pool1d
from .average_pooling import adaptive_avg_pool2d as adaptive_avg_pool2d
from .average_pooling import adaptive_avg_pool3d as adaptive_avg_pool3d
from .average_pooling import avg_pool1d as avg_pool1d
from .average_pooling import avg_pool2d as avg_pool2d
from .average_pooling import avg_pool3d as avg_pool3d
from .average_pooling import lp_pool1d as lp_pool1d
from .average_pooling import lp_pool2d as lp_pool2d
from .average_pooling import lp_pool3d as lp_pool3d
from .classification_losses import cross_entropy as cross_entropy
from .classification_losses import linear_cross_entropy as linear_cross_entropy
from .classification_losses import nll_loss as nll_loss
from .convolution import conv1d as conv1d
from .convolution import conv2d as conv2d
from .convolution import conv3d as conv3d
from .convolution import conv_tbc as conv_tbc
from .convolution import conv_transpose1d as conv_transpose1d
from .convolution import conv_transpose2d as conv_transpose2d
from .convolution import conv_transpose3d as conv_transpose3d
from .ctc import ctc_loss as ctc_loss
from .dropout import alpha_dropout as alpha_dropout
from .dropout import dropout as dropout
from .dropout import dropout1d as dropout1d
from .dropout import dropout2d as dropout2d
from .dropout import dropout3d as dropout3d
from .dropout import feature_alpha_dropout as feature_alpha_dropout
from .embedding_losses import cosine_embedding_loss as cosine_embedding_loss
from .embedding_losses import hinge_embedding_loss as hinge_embedding_loss
from .embedding_losses import triplet_margin_loss as triplet_margin_loss
from .embedding_losses import triplet_margin_with_distance_loss as triplet_margin_with_distance_loss
from .fractional_pooling import fractional_max_pool2d as fractional_max_pool2d
from .fractional_pooling import (
    fractional_max_pool2d_with_indices as fractional_max_pool2d_with_indices,
)
from .fractional_pooling import fractional_max_pool3d as fractional_max_pool3d
from .fractional_pooling import (
    fractional_max_pool3d_with_indices as fractional_max_pool3d_with_indices,
)
from .folding import fold as fold
from .folding import unfold as unfold
from .likelihood_losses import binary_cross_entropy as binary_cross_entropy
from .likelihood_losses import binary_cross_entropy_with_logits as binary_cross_entropy_with_logits
from .likelihood_losses import gaussian_nll_loss as gaussian_nll_loss
from .likelihood_losses import kl_div as kl_div
from .likelihood_losses import poisson_nll_loss as poisson_nll_loss
from .margin_losses import hinge_loss as hinge_loss
from .margin_losses import margin_ranking_loss as margin_ranking_loss
from .margin_losses import multi_margin_loss as multi_margin_loss
from .margin_losses import multiclass_hinge_loss as multiclass_hinge_loss
from .margin_losses import multilabel_margin_loss as multilabel_margin_loss
from .margin_losses import multilabel_soft_margin_loss as multilabel_soft_margin_loss
from .margin_losses import soft_margin_loss as soft_margin_loss
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
from .multi_head_attention import multi_head_attention_forward as multi_head_attention_forward
from .normalization import batch_norm as batch_norm
from .normalization import group_norm as group_norm
from .normalization import instance_norm as instance_norm
from .normalization import layer_norm as layer_norm
from .normalization import local_response_norm as local_response_norm
from .normalization import rms_norm as rms_norm
from .padding import constant_pad_nd as constant_pad_nd
from .padding import pad as pad
from .recurrent import gru as gru
from .recurrent import gru_cell as gru_cell
from .recurrent import lstm as lstm
from .recurrent import lstm_cell as lstm_cell
from .recurrent import rnn_relu as rnn_relu
from .recurrent import rnn_relu_cell as rnn_relu_cell
from .recurrent import rnn_tanh as rnn_tanh
from .recurrent import rnn_tanh_cell as rnn_tanh_cell
from .regression_losses import half_mse_loss as half_mse_loss
from .regression_losses import huber_loss as huber_loss
from .regression_losses import l1_loss as l1_loss
from .regression_losses import mse_loss as mse_loss
from .regression_losses import smooth_l1_loss as smooth_l1_loss
from .unpooling import max_unpool1d as max_unpool1d
from .unpooling import max_unpool2d as max_unpool2d
from .unpooling import max_unpool3d as max_unpool3d

_suggest(__name__)
