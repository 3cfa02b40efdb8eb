"""The operations as methods: `x.sin()` is `sin(x)`. Each family of operations has its section."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from .. import ops
from ..autograd.composites import composite
from ..creation import random
from ..creation.lengths import unpacked
from ..late import late
from .conversion import Conversions


def one_by_one(function: Callable[..., Any]) -> Callable[..., Any]:
    """The method whose lengths or axes may be given one by one, as a sequence, or by name."""
    keyword = list(inspect.signature(function).parameters)[1]

    @wraps(function)
    def method(self: Any, *numbers: Any, **named: Any) -> Any:
        if not numbers and keyword in named:
            numbers = (named.pop(keyword),)
        return function(self, unpacked(numbers), **named)

    return method


def _repeat() -> Callable[..., Any]:
    from ..ops.shapes.repeating import repeat

    return one_by_one(repeat)


def _unfold() -> Callable[..., Any]:
    from ..ops.shapes.strides import unfold

    return unfold


_view = one_by_one(ops.shape.view)


class Methods(Conversions):
    """A value with the operations of the catalogue as its methods."""

    __slots__ = ()

    # Arithmetic

    add = ops.add
    addcdiv = ops.addcdiv
    addcmul = ops.addcmul
    arctan2 = late(lambda: ops.arctan2)
    atan2 = late(lambda: ops.atan2)
    copysign = ops.copysign
    div = ops.div
    divide = ops.divide
    float_power = ops.float_power
    floor_divide = ops.floor_divide
    fmax = ops.fmax
    fmin = ops.fmin
    fmod = ops.fmod
    heaviside = ops.heaviside
    hypot = late(lambda: ops.hypot)
    ldexp = ops.ldexp
    lerp = ops.lerp
    logaddexp = ops.logaddexp
    logaddexp2 = ops.logaddexp2
    maximum = ops.maximum
    minimum = ops.minimum
    mul = ops.mul
    multiply = ops.multiply
    neg = ops.neg
    negative = ops.negative
    nextafter = ops.nextafter
    pow = ops.pow
    remainder = ops.remainder
    sub = ops.sub
    subtract = ops.subtract
    true_divide = ops.true_divide
    xlogy = ops.xlogy

    def where(self, condition: Any, other: Any) -> Any:
        """These entries where the condition holds, `other` elsewhere."""
        return ops.where(condition, self, other)

    # Entry by entry

    abs = ops.abs
    absolute = ops.absolute
    acos = ops.acos
    acosh = ops.acosh
    arccos = ops.arccos
    arccosh = ops.arccosh
    arcsin = ops.arcsin
    arcsinh = ops.arcsinh
    arctan = ops.arctan
    arctanh = ops.arctanh
    asin = ops.asin
    asinh = ops.asinh
    atan = ops.atan
    atanh = ops.atanh
    cbrt = ops.cbrt
    ceil = ops.ceil
    clamp = ops.clamp
    clamp_max = ops.clamp_max
    clamp_min = ops.clamp_min
    clip = ops.clip
    conj = ops.conj
    cos = ops.cos
    cosh = ops.cosh
    deg2rad = ops.deg2rad
    digamma = late(lambda: ops.digamma)
    erf = late(lambda: ops.erf)
    erfc = late(lambda: ops.erfc)
    erfinv = late(lambda: ops.erfinv)
    exp = ops.exp
    exp2 = ops.exp2
    expm1 = ops.expm1
    fix = ops.fix
    floor = ops.floor
    frac = ops.frac
    imag = property(ops.imag)
    isfinite = ops.isfinite
    isinf = ops.isinf
    isnan = ops.isnan
    isneginf = ops.isneginf
    isposinf = ops.isposinf
    isreal = ops.isreal
    lgamma = late(lambda: ops.lgamma)
    log = ops.log
    log10 = ops.log10
    log1p = ops.log1p
    log2 = ops.log2
    logit = ops.logit
    mvlgamma = late(lambda: ops.mvlgamma)
    nan_to_num = ops.nan_to_num
    positive = ops.positive
    rad2deg = ops.rad2deg
    real = property(ops.real)
    reciprocal = ops.reciprocal
    relu = ops.relu
    round = ops.round
    rsqrt = ops.rsqrt
    sgn = ops.sgn
    sigmoid = ops.sigmoid
    sign = ops.sign
    signbit = ops.signbit
    sin = ops.sin
    sinc = ops.sinc
    sinh = ops.sinh
    softplus = ops.softplus
    sqrt = ops.sqrt
    square = ops.square
    tan = ops.tan
    tanh = ops.tanh
    trunc = ops.trunc

    def polygamma(self, n: int) -> Any:
        """The derivative of order n of `digamma` at these entries."""
        return ops.polygamma(n, self)

    # Reductions

    all = ops.all
    amax = ops.amax
    amin = ops.amin
    aminmax = ops.aminmax
    any = ops.any
    argmax = ops.argmax
    argmin = ops.argmin
    corrcoef = ops.corrcoef
    count_nonzero = ops.count_nonzero
    cov = ops.cov
    cummax = late(lambda: ops.cummax)
    cummin = late(lambda: ops.cummin)
    cumprod = late(lambda: ops.cumprod)
    cumsum = late(lambda: ops.cumsum)
    diff = late(lambda: ops.diff)
    dist = late(lambda: ops.dist)
    histc = ops.histc
    log_softmax = ops.log_softmax
    logcumsumexp = late(lambda: ops.logcumsumexp)
    logsumexp = ops.logsumexp
    max = ops.max
    mean = ops.mean
    median = late(lambda: ops.median)
    min = ops.min
    mode = late(lambda: ops.mode)
    nanmean = ops.nanmean
    nanmedian = late(lambda: ops.nanmedian)
    nanquantile = late(lambda: ops.nanquantile)
    nansum = ops.nansum
    norm = late(lambda: ops.norm)
    prod = ops.prod
    quantile = late(lambda: ops.quantile)
    softmax = ops.softmax
    std = ops.std
    sum = ops.sum
    sum_to_size = one_by_one(ops.reduction.sum_to_size)
    var = ops.var

    # Linear algebra

    addbmm = late(lambda: ops.addbmm)
    addmm = late(lambda: ops.addmm)
    addmv = late(lambda: ops.addmv)
    addr = late(lambda: ops.addr)
    baddbmm = late(lambda: ops.baddbmm)
    bmm = ops.bmm
    cholesky = late(lambda: ops.cholesky)
    cholesky_inverse = late(lambda: ops.cholesky_inverse)
    cholesky_solve = late(lambda: ops.cholesky_solve)
    cross = ops.cross
    det = late(lambda: ops.det)
    dot = ops.dot
    ger = ops.ger
    inner = late(lambda: ops.inner)
    inverse = late(lambda: ops.inverse)
    kron = ops.kron
    logdet = late(lambda: ops.logdet)
    lu_solve = late(lambda: ops.lu_solve)
    matmul = ops.matmul
    matrix_exp = late(lambda: ops.matrix_exp)
    matrix_power = late(lambda: ops.matrix_power)
    mm = ops.mm
    mv = ops.mv
    outer = ops.outer
    pinverse = late(lambda: ops.pinverse)
    qr = late(lambda: ops.qr)
    slogdet = late(lambda: ops.slogdet)
    svd = late(lambda: ops.svd)
    trace = ops.trace
    triangular_solve = late(lambda: ops.triangular_solve)
    vdot = ops.vdot

    # Comparison

    allclose = ops.allclose
    eq = ops.eq
    equal = ops.equal
    ge = ops.ge
    greater = ops.greater
    greater_equal = ops.greater_equal
    gt = ops.gt
    isclose = ops.isclose
    le = ops.le
    less = ops.less
    less_equal = ops.less_equal
    logical_and = ops.logical_and
    logical_not = ops.logical_not
    logical_or = ops.logical_or
    logical_xor = ops.logical_xor
    lt = ops.lt
    ne = ops.ne
    not_equal = ops.not_equal

    # Random

    bernoulli = random.bernoulli
    multinomial = random.multinomial

    # Integers

    bitwise_and = ops.bitwise_and
    bitwise_left_shift = ops.bitwise_left_shift
    bitwise_not = ops.bitwise_not
    bitwise_or = ops.bitwise_or
    bitwise_right_shift = ops.bitwise_right_shift
    bitwise_xor = ops.bitwise_xor
    gcd = ops.gcd
    lcm = ops.lcm

    # Indexing and sorting

    argsort = late(lambda: ops.argsort)
    argwhere = late(lambda: ops.argwhere)
    bincount = late(lambda: ops.bincount)
    diagonal_scatter = ops.diagonal_scatter
    gather = ops.gather
    index_add = ops.index_add
    index_copy = ops.index_copy
    index_fill = ops.index_fill
    index_put = ops.index_put
    index_reduce = ops.index_reduce
    index_select = ops.index_select
    kthvalue = late(lambda: ops.kthvalue)
    masked_fill = ops.masked_fill
    masked_scatter = ops.masked_scatter
    masked_select = ops.masked_select
    msort = late(lambda: ops.msort)
    narrow = ops.narrow
    nonzero = late(lambda: ops.nonzero)
    put = ops.put
    scatter = ops.scatter
    scatter_add = ops.scatter_add
    scatter_reduce = ops.scatter_reduce
    select = ops.select
    select_scatter = ops.select_scatter
    slice_scatter = ops.slice_scatter
    sort = late(lambda: ops.sort)
    take = ops.take
    take_along_dim = ops.take_along_dim
    topk = late(lambda: ops.topk)
    unique = late(lambda: ops.unique)
    unique_consecutive = late(lambda: ops.unique_consecutive)

    # Shape

    T = property(ops.permuting.T)
    mT = property(ops.permuting.mT)
    H = property(ops.permuting.H)
    mH = property(ops.permuting.mT)
    adjoint = ops.adjoint
    as_strided = late(lambda: ops.as_strided)
    broadcast_to = ops.broadcast_to
    chunk = ops.chunk
    clone = ops.clone
    contiguous = ops.shape.contiguous
    diag = ops.diag
    diag_embed = ops.diag_embed
    diagflat = ops.diagflat
    diagonal = ops.diagonal
    dsplit = ops.dsplit
    expand = one_by_one(composite(ops.expanding.expand))
    expand_as = ops.expanding.expand_as
    flatten = ops.flatten
    flip = late(lambda: one_by_one(ops.flip))
    fliplr = late(lambda: ops.fliplr)
    flipud = late(lambda: ops.flipud)
    hsplit = ops.hsplit
    moveaxis = ops.moveaxis
    movedim = ops.movedim
    permute = one_by_one(ops.permute)
    ravel = ops.ravel
    repeat = late(_repeat)
    repeat_interleave = late(lambda: ops.repeat_interleave)
    reshape = one_by_one(ops.reshape)
    reshape_as = ops.shape.reshape_as
    roll = late(lambda: ops.roll)
    rot90 = late(lambda: ops.rot90)
    split_with_sizes = ops.split_with_sizes
    squeeze = ops.squeeze
    swapaxes = ops.swapaxes
    swapdims = ops.swapdims
    t = ops.t
    tensor_split = ops.tensor_split
    tile = late(lambda: one_by_one(ops.tile))
    tril = ops.tril
    triu = ops.triu
    unbind = ops.unbind
    unflatten = ops.unflatten
    unfold = late(_unfold)
    unsqueeze = ops.unsqueeze
    view_as = ops.shape.view_as
    vsplit = ops.vsplit

    def view(self, *size: Any, dtype: Any = None, **named: Any) -> Any:
        """The same memory in another shape, or read as another dtype."""
        if size and isinstance(size[0], (np.dtype, type)):
            (dtype,) = size
        if dtype is not None:
            return ops.shape.reinterpreted(self, dtype)
        return _view(self, *size, **named)

    def split(self, split_size: Any, dim: int = 0) -> Any:
        """Views of parts of one length, or of the lengths in a list."""
        return ops.split(self, split_size, dim)

    def transpose(self, *dims: Any, **named: int) -> Any:
        """Two axes exchanged; given a tuple, or none, all of them as in NumPy."""
        if named or len(dims) == 2:
            return ops.transpose(self, *dims, **named)
        return ops.permute(self, unpacked(dims)) if dims else ops.permuting.T(self)
