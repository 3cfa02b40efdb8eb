"""What is done with the parameters and gradients of whole modules."""

from ...messages.suggestions import suggest as _suggest
from . import rnn as rnn
from .clipping import clip_grad_norm_ as clip_grad_norm_
from .clipping import clip_grad_value_ as clip_grad_value_
from .clipping import get_total_norm as get_total_norm
from .vectors import parameters_to_vector as parameters_to_vector
from .vectors import vector_to_parameters as vector_to_parameters

_suggest(__name__)
