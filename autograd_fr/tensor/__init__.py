"""The tensor: the engine's value with all that can be done to it."""

from .tensor import Tensor as Tensor
from .tensor import fresh as fresh
