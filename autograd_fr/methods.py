"""The operations as methods: `x.sin()` is `sin(x)`. Each family of operations has its section."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from . import dtypes, ops
from .autograd.value import Value, wrap
from .conversion import Conversions
from .lengths import unpacked


def plain_index(index: Any) -> Any:
    """An index with tensors and lists in it as arrays, copied: the graph must not see changes."""
    if isinstance(index, tuple):
        return tuple(map(plain_index, index))
    if isinstance(index, list):
        return np.asarray(dtypes.as_array(index)) if index else np.empty(0, np.intp)
    if isinstance(index, Value):
        index = index.array
    return index.copy() if isinstance(index, np.ndarray) else index


def one_by_one(function: Callable[..., Any]) -> Callable[..., Any]:
    """The method whose lengths or axes may be given one by one, as a sequence, or by name."""
    keyword = list(inspect.signature(function).parameters)[1]

    @wraps(function)
    def method(self: Any, *numbers: Any, **named: Any) -> Any:
        if not numbers and keyword in named:
            numbers = (named.pop(keyword),)
        return function(self, unpacked(numbers), **named)

    return method


class Methods(Conversions):
    """A value with the operations of the catalogue as its methods."""

    __slots__ = ()

    # Arithmetic

    add = ops.add
    sub = ops.sub
    mul = ops.mul
    div = ops.div
    pow = ops.pow
    neg = ops.neg
    maximum = ops.maximum
    minimum = ops.minimum
    clamp = ops.clamp

    # Entry by entry

    abs = ops.abs
    cos = ops.cos
    exp = ops.exp
    log = ops.log
    log1p = ops.log1p
    relu = ops.relu
    sigmoid = ops.sigmoid
    sign = ops.sign
    sin = ops.sin
    softplus = ops.softplus
    sqrt = ops.sqrt
    tanh = ops.tanh

    # Reductions

    amax = ops.amax
    amin = ops.amin
    log_softmax = ops.log_softmax
    logsumexp = ops.logsumexp
    mean = ops.mean
    softmax = ops.softmax
    sum = ops.sum
    var = ops.var

    def any(self) -> Any:
        """Whether some entry is not 0."""
        return wrap(self.array.any())

    def all(self) -> Any:
        """Whether no entry is 0."""
        return wrap(self.array.all())

    # Linear algebra

    matmul = ops.matmul
    mm = ops.matmul

    # Comparison

    allclose = ops.allclose
    eq = ops.eq
    equal = ops.equal
    ge = ops.ge
    gt = ops.gt
    isclose = ops.isclose
    le = ops.le
    logical_and = ops.logical_and
    logical_not = ops.logical_not
    logical_or = ops.logical_or
    lt = ops.lt
    ne = ops.ne

    # Indexing and sorting

    argmax = ops.argmax
    argmin = ops.argmin
    max = ops.max
    min = ops.min
    take_along_dim = ops.take_along_dim

    # Shape

    T = property(ops.permuting.T)
    mT = property(ops.permuting.mT)
    H = property(ops.permuting.H)
    mH = property(ops.permuting.mT)
    adjoint = ops.adjoint
    as_strided = ops.as_strided
    broadcast_to = ops.broadcast_to
    chunk = ops.chunk
    clone = ops.clone
    contiguous = ops.shape.contiguous
    diag = ops.diag
    diag_embed = ops.diag_embed
    diagflat = ops.diagflat
    diagonal = ops.diagonal
    dsplit = ops.dsplit
    expand = one_by_one(ops.expanding.expand)
    expand_as = ops.expanding.expand_as
    flatten = ops.flatten
    flip = one_by_one(ops.flip)
    fliplr = ops.fliplr
    flipud = ops.flipud
    hsplit = ops.hsplit
    moveaxis = ops.moveaxis
    movedim = ops.movedim
    permute = one_by_one(ops.permute)
    ravel = ops.ravel
    repeat = one_by_one(ops.expanding.repeat)
    repeat_interleave = ops.repeat_interleave
    reshape = one_by_one(ops.reshape)
    reshape_as = ops.shape.reshape_as
    roll = ops.roll
    rot90 = ops.rot90
    split_with_sizes = ops.split_with_sizes
    squeeze = ops.squeeze
    swapaxes = ops.swapaxes
    swapdims = ops.swapdims
    t = ops.t
    tensor_split = ops.tensor_split
    tile = one_by_one(ops.tile)
    tril = ops.tril
    triu = ops.triu
    unbind = ops.unbind
    unflatten = ops.unflatten
    unfold = ops.strides.unfold
    unsqueeze = ops.unsqueeze
    view_as = ops.shape.view_as
    vsplit = ops.vsplit

    def view(self, *size: Any, dtype: Any = None) -> Any:
        """The same memory in another shape, or read as another dtype."""
        if size and isinstance(size[0], (np.dtype, type)):
            (dtype,) = size
        if dtype is not None:
            return ops.shape.reinterpreted(self, dtype)
        return ops.shape.view(self, unpacked(size))

    def split(self, split_size: Any, dim: int = 0) -> Any:
        """Views of parts of one length, or of the lengths in a list."""
        return ops.split(self, split_size, dim)

    def transpose(self, *dims: Any, **named: int) -> Any:
        """Two axes exchanged; given a tuple, or none, all of them as in NumPy."""
        if named or len(dims) == 2:
            return ops.transpose(self, *dims, **named)
        return ops.permute(self, unpacked(dims)) if dims else ops.permuting.T(self)
