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
from .classification_losses import cross_entropy as cross_entropy
from .classification_losses import linear_cross_entropy as linear_cross_entropy
from .classification_losses import nll_loss as nll_loss
from .dropout import dropout as dropout
from .embedding_losses import cosine_embedding_loss as cosine_embedding_loss
from .embedding_losses import hinge_embedding_loss as hinge_embedding_loss
from .embedding_losses import triplet_margin_loss as triplet_margin_loss
from .embedding_losses import triplet_margin_with_distance_loss as triplet_margin_with_distance_loss
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
from .regression_losses import half_mse_loss as half_mse_loss
from .regression_losses import huber_loss as huber_loss
from .regression_losses import l1_loss as l1_loss
from .regression_losses import mse_loss as mse_loss
from .regression_losses import smooth_l1_loss as smooth_l1_loss

_suggest(__name__)
