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
from . import special as special
from .autograd.modes import enable_grad as enable_grad
from .autograd.modes import inference_mode as inference_mode
from .autograd.modes import is_grad_enabled as is_grad_enabled
from .autograd.modes import is_inference_mode_enabled as is_inference_mode_enabled
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
from .ops import *
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
