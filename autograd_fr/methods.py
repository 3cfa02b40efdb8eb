"""The operations as methods: `x.sin()` is `sin(x)`. Each family of operations has its section."""

from __future__ import annotations

import operator
from typing import Any

from . import ops
from .autograd.value import wrap
from .conversion import Conversions
from .errors import AutogradError


def unpacked(lengths: tuple[Any, ...]) -> tuple[int, ...]:
    """Lengths or axes given one by one, or as one sequence."""
    if len(lengths) == 1 and isinstance(lengths[0], (tuple, list)):
        lengths = tuple(lengths[0])
    return tuple(map(operator.index, lengths))


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

    eq = ops.eq
    ge = ops.ge
    gt = ops.gt
    le = ops.le
    logical_and = ops.logical_and
    logical_not = ops.logical_not
    logical_or = ops.logical_or
    lt = ops.lt
    ne = ops.ne

    # Indexing and sorting

    argmax = ops.argmax
    argmin = ops.argmin
    argsort = ops.argsort
    argwhere = ops.argwhere
    bincount = ops.bincount
    diagonal_scatter = ops.diagonal_scatter
    gather = ops.gather
    index_add = ops.index_add
    index_copy = ops.index_copy
    index_fill = ops.index_fill
    index_put = ops.index_put
    index_reduce = ops.index_reduce
    index_select = ops.index_select
    kthvalue = ops.kthvalue
    masked_fill = ops.masked_fill
    masked_scatter = ops.masked_scatter
    masked_select = ops.masked_select
    max = ops.max
    min = ops.min
    msort = ops.msort
    narrow = ops.narrow
    nonzero = ops.nonzero
    put = ops.put
    scatter = ops.scatter
    scatter_add = ops.scatter_add
    scatter_reduce = ops.scatter_reduce
    select = ops.select
    select_scatter = ops.select_scatter
    slice_scatter = ops.slice_scatter
    sort = ops.sort
    take = ops.take
    take_along_dim = ops.take_along_dim
    topk = ops.topk
    unique = ops.unique
    unique_consecutive = ops.unique_consecutive

    # Shape

    broadcast_to = ops.broadcast_to
    clone = ops.clone
    flatten = ops.flatten
    squeeze = ops.squeeze
    swapaxes = ops.transpose
    unsqueeze = ops.unsqueeze

    # Lengths and axes may be given one by one or as a tuple

    def reshape(self, *shape: Any) -> Any:
        """The entries in another shape; one length may be -1."""
        return ops.reshape(self, unpacked(shape))

    view = reshape

    def expand(self, *shape: Any) -> Any:
        """The entries repeated along new axes and axes of length 1; -1 keeps a length."""
        wanted = unpacked(shape)
        own = (1,) * (len(wanted) - self.ndim) + self.shape
        return ops.broadcast_to(self, tuple(n if w == -1 else w for w, n in zip(wanted, own)))

    def permute(self, *dims: Any) -> Any:
        """All axes in another order."""
        return ops.permute(self, unpacked(dims))

    def transpose(self, *dims: Any, **named: int) -> Any:
        """Two axes exchanged; given a tuple, or none, all of them as in NumPy."""
        if named or len(dims) == 2:
            return ops.transpose(self, *dims, **named)
        return ops.permute(self, unpacked(dims) or tuple(range(self.ndim))[::-1])

    def t(self) -> Any:
        """A matrix transposed; vectors and numbers as they are."""
        if self.ndim > 2:
            raise AutogradError(f"t() is for matrices, this tensor has shape {self.shape}; use mT")
        return self if self.ndim < 2 else ops.transpose(self, 0, 1)
