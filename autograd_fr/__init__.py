"""autograd_fr: define-by-run automatic differentiation on NumPy, with PyTorch's names.

>>> import autograd_fr as ag
>>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
>>> f = (u + v) * w
>>> f.backward()
>>> u.grad, v.grad, w.grad
(tensor(4.), tensor(4.), tensor(5.))
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from . import autograd as autograd
from . import errors as errors
from .autograd.modes import enable_grad as enable_grad
from .autograd.modes import is_grad_enabled as is_grad_enabled
from .autograd.modes import no_grad as no_grad
from .autograd.modes import set_grad_enabled as set_grad_enabled
from .creation import arange as arange
from .creation import as_tensor as as_tensor
from .creation import eye as eye
from .creation import from_numpy as from_numpy
from .creation import full as full
from .creation import linspace as linspace
from .creation import ones as ones
from .creation import ones_like as ones_like
from .creation import tensor as tensor
from .creation import zeros as zeros
from .creation import zeros_like as zeros_like
from .dtypes import bool_ as bool
from .dtypes import float16 as float16
from .dtypes import float32 as float
from .dtypes import float32 as float32
from .dtypes import float64 as double
from .dtypes import float64 as float64
from .dtypes import get_default_dtype as get_default_dtype
from .dtypes import int8 as int8
from .dtypes import int16 as int16
from .dtypes import int32 as int32
from .dtypes import int64 as int64
from .dtypes import int64 as long
from .dtypes import set_default_dtype as set_default_dtype
from .dtypes import uint8 as uint8
from .ops import abs as abs
from .ops import add as add
from .ops import amax as amax
from .ops import amin as amin
from .ops import argmax as argmax
from .ops import argmin as argmin
from .ops import bitwise_and as bitwise_and
from .ops import bitwise_not as bitwise_not
from .ops import bitwise_or as bitwise_or
from .ops import bitwise_xor as bitwise_xor
from .ops import broadcast_to as broadcast_to
from .ops import cat as cat
from .ops import clamp as clamp
from .ops import clone as clone
from .ops import cos as cos
from .ops import div as div
from .ops import eq as eq
from .ops import exp as exp
from .ops import flatten as flatten
from .ops import ge as ge
from .ops import getitem as getitem
from .ops import gt as gt
from .ops import le as le
from .ops import linear as linear
from .ops import log as log
from .ops import log1p as log1p
from .ops import log_softmax as log_softmax
from .ops import logical_and as logical_and
from .ops import logical_not as logical_not
from .ops import logical_or as logical_or
from .ops import logsumexp as logsumexp
from .ops import lt as lt
from .ops import matmul as matmul
from .ops import max as max
from .ops import maximum as maximum
from .ops import mean as mean
from .ops import min as min
from .ops import minimum as minimum
from .ops import mul as mul
from .ops import ne as ne
from .ops import neg as neg
from .ops import permute as permute
from .ops import pow as pow
from .ops import relu as relu
from .ops import reshape as reshape
from .ops import sigmoid as sigmoid
from .ops import sign as sign
from .ops import sin as sin
from .ops import softmax as softmax
from .ops import softplus as softplus
from .ops import sqrt as sqrt
from .ops import squeeze as squeeze
from .ops import stack as stack
from .ops import sub as sub
from .ops import sum as sum
from .ops import take_along_dim as take_along_dim
from .ops import tanh as tanh
from .ops import transpose as transpose
from .ops import unsqueeze as unsqueeze
from .ops import var as var
from .ops import where as where
from .random import Generator as Generator
from .random import manual_seed as manual_seed
from .random import rand as rand
from .random import randint as randint
from .random import randn as randn
from .random import randperm as randperm
from .tensor import Tensor as Tensor

# These stand on Tensor, so they come last.
from . import nn as nn  # isort: skip
from . import optim as optim  # isort: skip

__version__ = "0.1.0"

# Imported at first use: not every program draws or loads data.
_LATE = ("datasets", "training", "viz")
if _TYPE_CHECKING:
    from . import datasets as datasets
    from . import training as training
    from . import viz as viz


def __getattr__(name: str) -> object:
    import difflib
    import importlib

    if name in _LATE:
        return importlib.import_module(f"{__name__}.{name}")
    near = difflib.get_close_matches(name, [*globals(), *_LATE], 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint}")
