"""autograd_fr: define-by-run automatic differentiation on NumPy, with PyTorch's names.

>>> import autograd_fr as ag
>>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
>>> f = (u + v) * w
>>> f.backward()
>>> u.grad, v.grad, w.grad
(tensor(4.), tensor(4.), tensor(5.))
"""

import math as _math
from typing import TYPE_CHECKING as _TYPE_CHECKING

from . import autograd as autograd
from . import errors as errors
from .autograd.modes import enable_grad as enable_grad
from .autograd.modes import inference_mode as inference_mode
from .autograd.modes import is_grad_enabled as is_grad_enabled
from .autograd.modes import is_inference_mode_enabled as is_inference_mode_enabled
from .autograd.modes import no_grad as no_grad
from .autograd.modes import set_grad_enabled as set_grad_enabled
from .creation.grids import *
from .creation.random import *
from .creation.values import *
from .devices import channels_last as channels_last
from .devices import contiguous_format as contiguous_format
from .devices import device as device
from .devices import get_default_device as get_default_device
from .devices import preserve_format as preserve_format
from .devices import set_default_device as set_default_device
from .devices import strided as strided
from .dtypes import *
from .dtypes import bool_ as bool
from .dtypes import float16 as half
from .dtypes import float32 as float
from .dtypes import float64 as double
from .dtypes import int16 as short
from .dtypes import int32 as int
from .dtypes import int64 as long
from .late import by_name as _by_name
from .late import found as _found
from .ops import *
from .ops import LATE as _LATE_OPS
from .random import *
from .tensor import Tensor as Tensor
from .tensor.description import *
from .tensor.size import Size as Size
from .tensor.size import broadcast_shapes as broadcast_shapes

__version__ = "0.1.0"

inf, nan, pi, e = _math.inf, _math.nan, _math.pi, _math.e
newaxis = None

# Imported at first use: not every program draws, loads data, or asks for what is rarely needed.
_HOMES = {
    "": """
        accelerator amp backends cuda datasets distributions func graphs linalg metrics models mps
        nn optim optimize recipes sklearn special teaching testing training transforms utils viz""",
    "ops": " ".join(_LATE_OPS),
    "tensor.inplace_functions": """
        abs_ acos_ acosh_ addmv_ arccos_ arccosh_ arcsin_ arcsinh_ arctan_ arctanh_ asin_
        asinh_ atan_ atanh_ ceil_ clamp_ clamp_max_ clamp_min_ clip_ cos_ cosh_ deg2rad_
        erf_ erfc_ exp2_ exp_ expm1_ fill_ fix_ floor_ frac_ gcd_ index_put_ lcm_ ldexp_
        log1p_ log2_ log10_ log_ logit_ nan_to_num_ neg_ negative_ rad2deg_ reciprocal_
        relu_ round_ rsqrt_ sigmoid_ sin_ sinc_ sinh_ sqrt_ square_ tan_ tanh_ trunc_ xlogy_
        zero_""",
    "autograd.anomaly_mode": """
        is_anomaly_check_nan_enabled is_anomaly_enabled set_anomaly_enabled""",
    "nn.functional": """
        adaptive_avg_pool1d alpha_dropout avg_pool1d batch_norm bilinear
        binary_cross_entropy_with_logits celu celu_ channel_shuffle constant_pad_nd conv1d
        conv2d conv3d conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d
        cosine_embedding_loss cosine_similarity ctc_loss dropout feature_alpha_dropout
        group_norm gru gru_cell hardshrink hinge_embedding_loss instance_norm kl_div layer_norm
        lstm lstm_cell margin_ranking_loss max_pool1d max_pool1d_with_indices max_pool2d
        max_pool3d pairwise_distance pdist pixel_shuffle pixel_unshuffle poisson_nll_loss prelu
        rms_norm rnn_relu rnn_relu_cell rnn_tanh rnn_tanh_cell rrelu rrelu_ selu selu_ threshold
        threshold_ triplet_margin_loss""",
    "func": "vmap",
    "graphs": "nudge replay",
    "graphs.program": "to_numpy",
    "diagnosis.compare_modes": "compare_modes",
    "diagnosis.debug": "debug",
    "diagnosis.doctor": "doctor",
    "serialization": "load load_safetensors load_torch safe_open save save_safetensors save_torch",
    "utils.summary": "summary",
    "tensor.printing": "set_printoptions",
    "settings": """
        are_deterministic_algorithms_enabled compile get_float32_matmul_precision
        get_num_interop_threads get_num_threads set_float32_matmul_precision set_flush_denormal
        get_memory_kept set_memory_kept
        set_num_interop_threads set_num_threads use_deterministic_algorithms""",
    "limits": "finfo iinfo",
    "amp": "autocast",
    "legacy": """
        BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor
        LongTensor ShortTensor typename""",
}
_LATE = _by_name(_HOMES)

# What `from autograd_fr import *` gives: what is here, and the operations wherever they are.
_WITH = ("ops", "tensor.inplace_functions", "autograd.anomaly_mode")
__all__ = [name for name in globals() if not name.startswith("_")]
__all__ += ["linalg", "special", *(name for name in _LATE if _LATE[name] in _WITH)]

if _TYPE_CHECKING:
    from . import datasets as datasets
    from . import distributions as distributions
    from . import func as func
    from . import graphs as graphs
    from . import linalg as linalg
    from . import metrics as metrics
    from . import models as models
    from . import nn as nn
    from . import optim as optim
    from . import optimize as optimize
    from . import recipes as recipes
    from . import sklearn as sklearn
    from . import special as special
    from . import teaching as teaching
    from . import training as training
    from . import transforms as transforms
    from . import viz as viz
    from .autograd.anomaly_mode import is_anomaly_check_nan_enabled as is_anomaly_check_nan_enabled
    from .autograd.anomaly_mode import is_anomaly_enabled as is_anomaly_enabled
    from .autograd.anomaly_mode import set_anomaly_enabled as set_anomaly_enabled
    from .diagnosis.compare_modes import compare_modes as compare_modes
    from .diagnosis.doctor import doctor as doctor
    from .graphs import nudge as nudge
    from .graphs import replay as replay
    from .tensor.inplace_functions import *
    from .utils.summary import summary as summary


def __getattr__(name: str) -> object:
    return _found(__name__, _LATE, name)


def __dir__() -> list[str]:
    return [*globals(), *_LATE]
