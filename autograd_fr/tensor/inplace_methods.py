"""The methods that change a tensor in place: operations with an underscore, as in PyTorch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import dtypes, ops
from ..autograd.value import Value, wrap
from ..errors import DtypeError, GraphError, ShapeError
from ..late import late
from .inplace import as_tensor_of, in_place, rearranged, set_item, write
from .methods import Methods


def _copied(input: Any, other: Any, non_blocking: bool = False) -> Any:
    if not isinstance(other, (Value, int, float)):
        raise TypeError(f"copy_() takes a tensor or a number, not {type(other).__name__}")
    return ops.broadcast_to(as_tensor_of(other, input.dtype), input.array.shape)


def _diagonal_filled(input: Any, fill_value: Any, wrap: bool = False) -> Any:
    shape = input.array.shape
    if len(shape) < 2 or (len(shape) > 2 and len(set(shape)) > 1):
        raise ShapeError(
            f"fill_diagonal_: a matrix, or more axes of one length, are needed, not shape {shape}"
        )
    step = sum(math.prod(shape[k:]) for k in range(1, len(shape) + 1))
    chosen = np.zeros(shape, bool)
    chosen.reshape(-1)[: None if wrap else step * shape[-1] : step] = True
    return ops.masked_fill(input, chosen, as_tensor_of(fill_value, input.dtype).item())


def _zero(input: Any) -> Any:
    return wrap(np.zeros_like(input.array))


class InPlace(Methods):
    """A value with the operations that change it."""

    __slots__ = ()

    copy_ = in_place(_copied, "copy_")
    fill_diagonal_ = in_place(_diagonal_filled, "fill_diagonal_")
    zero_ = in_place(_zero, "zero_")

    def __setitem__(self, index: Any, value: Any) -> None:
        set_item(self, index, value)

    def polygamma_(self, n: int) -> Any:
        """`polygamma`, written into the memory of this tensor; returns it."""
        return write(self, "polygamma_", lambda input: ops.polygamma(n, input))

    def apply_(self, callable: Any) -> Any:
        """Every entry replaced by what `callable` makes of it, a Python number; slow.

        Raises GraphError where a gradient is required: no derivative of `callable` is known.
        """
        return self._replaced("apply_", callable, self)

    def map_(self, tensor: Any, callable: Any) -> Any:
        """Every entry replaced by `callable` of it and that of `tensor`, which is broadcast; slow.

        Raises GraphError where a gradient is required, DtypeError for a tensor of another dtype.
        """
        if tensor.dtype != self.dtype:
            raise DtypeError(f"map_: a tensor of {self.dtype} is needed, not of {tensor.dtype}")
        return self._replaced("map_", callable, self, ops.broadcast_to(tensor, self.array.shape))

    def _replaced(self, name: str, function: Any, *tensors: Any) -> Any:
        if any(t._requires_grad for t in tensors):
            raise GraphError(f"{name} has no derivative: use it on a tensor's detach()")
        entries = zip(*(t.array.ravel().tolist() for t in tensors))
        made = dtypes.fitting([function(*xs) for xs in entries], self.dtype, overflow=True)
        return write(self, name, lambda _: wrap(np.reshape(made, self.array.shape)))

    # The same entries, seen otherwise

    squeeze_ = rearranged(ops.squeeze, "squeeze_")
    swapaxes_ = rearranged(ops.swapaxes, "swapaxes_")
    swapdims_ = rearranged(ops.swapdims, "swapdims_")
    t_ = rearranged(ops.t, "t_")
    transpose_ = rearranged(ops.transpose, "transpose_")
    unsqueeze_ = rearranged(ops.unsqueeze, "unsqueeze_")

    # All others, by name

    abs_ = in_place(ops.abs)
    absolute_ = in_place(ops.absolute)
    acos_ = in_place(ops.acos)
    acosh_ = in_place(ops.acosh)
    add_ = __iadd__ = in_place(ops.add)
    addbmm_ = late(lambda: in_place(ops.addbmm))
    addcdiv_ = in_place(ops.addcdiv)
    addcmul_ = in_place(ops.addcmul)
    addmm_ = late(lambda: in_place(ops.addmm))
    addmv_ = late(lambda: in_place(ops.addmv))
    addr_ = late(lambda: in_place(ops.addr))
    arccos_ = in_place(ops.arccos)
    arccosh_ = in_place(ops.arccosh)
    arcsin_ = in_place(ops.arcsin)
    arcsinh_ = in_place(ops.arcsinh)
    arctan2_ = late(lambda: in_place(ops.arctan2))
    arctan_ = in_place(ops.arctan)
    arctanh_ = in_place(ops.arctanh)
    asin_ = in_place(ops.asin)
    asinh_ = in_place(ops.asinh)
    atan2_ = late(lambda: in_place(ops.atan2))
    atan_ = in_place(ops.atan)
    atanh_ = in_place(ops.atanh)
    baddbmm_ = late(lambda: in_place(ops.baddbmm))
    bitwise_and_ = __iand__ = in_place(ops.bitwise_and)
    bitwise_left_shift_ = __ilshift__ = in_place(ops.bitwise_left_shift)
    bitwise_not_ = in_place(ops.bitwise_not)
    bitwise_or_ = __ior__ = in_place(ops.bitwise_or)
    bitwise_right_shift_ = __irshift__ = in_place(ops.bitwise_right_shift)
    bitwise_xor_ = __ixor__ = in_place(ops.bitwise_xor)
    ceil_ = in_place(ops.ceil)
    clamp_ = in_place(ops.clamp)
    clamp_max_ = in_place(ops.clamp_max)
    clamp_min_ = in_place(ops.clamp_min)
    clip_ = in_place(ops.clip)
    copysign_ = in_place(ops.copysign)
    cos_ = in_place(ops.cos)
    cosh_ = in_place(ops.cosh)
    cumprod_ = late(lambda: in_place(ops.cumprod))
    cumsum_ = late(lambda: in_place(ops.cumsum))
    deg2rad_ = in_place(ops.deg2rad)
    digamma_ = late(lambda: in_place(ops.digamma))
    div_ = __itruediv__ = in_place(ops.div)
    divide_ = in_place(ops.divide)
    eq_ = in_place(ops.eq)
    erf_ = late(lambda: in_place(ops.erf))
    erfc_ = late(lambda: in_place(ops.erfc))
    erfinv_ = late(lambda: in_place(ops.erfinv))
    exp2_ = in_place(ops.exp2)
    exp_ = in_place(ops.exp)
    expm1_ = in_place(ops.expm1)
    fill_ = in_place(ops.fill)
    fix_ = in_place(ops.fix)
    float_power_ = in_place(ops.float_power)
    floor_ = in_place(ops.floor)
    floor_divide_ = __ifloordiv__ = in_place(ops.floor_divide)
    fmod_ = in_place(ops.fmod)
    frac_ = in_place(ops.frac)
    gcd_ = in_place(ops.gcd)
    ge_ = in_place(ops.ge)
    greater_ = in_place(ops.greater)
    greater_equal_ = in_place(ops.greater_equal)
    gt_ = in_place(ops.gt)
    heaviside_ = in_place(ops.heaviside)
    hypot_ = late(lambda: in_place(ops.hypot))
    index_add_ = in_place(ops.index_add)
    index_copy_ = in_place(ops.index_copy)
    index_fill_ = in_place(ops.index_fill)
    index_put_ = in_place(ops.index_put)
    index_reduce_ = in_place(ops.index_reduce)
    lcm_ = in_place(ops.lcm)
    ldexp_ = in_place(ops.ldexp)
    le_ = in_place(ops.le)
    lerp_ = in_place(ops.lerp)
    less_ = in_place(ops.less)
    less_equal_ = in_place(ops.less_equal)
    lgamma_ = late(lambda: in_place(ops.lgamma))
    log10_ = in_place(ops.log10)
    log1p_ = in_place(ops.log1p)
    log2_ = in_place(ops.log2)
    log_ = in_place(ops.log)
    logical_and_ = in_place(ops.logical_and)
    logical_not_ = in_place(ops.logical_not)
    logical_or_ = in_place(ops.logical_or)
    logical_xor_ = in_place(ops.logical_xor)
    logit_ = in_place(ops.logit)
    lt_ = in_place(ops.lt)
    masked_fill_ = in_place(ops.masked_fill)
    masked_scatter_ = in_place(ops.masked_scatter)
    mul_ = __imul__ = in_place(ops.mul)
    multiply_ = in_place(ops.multiply)
    mvlgamma_ = late(lambda: in_place(ops.mvlgamma))
    nan_to_num_ = in_place(ops.nan_to_num)
    ne_ = in_place(ops.ne)
    neg_ = in_place(ops.neg)
    negative_ = in_place(ops.negative)
    nextafter_ = in_place(ops.nextafter)
    not_equal_ = in_place(ops.not_equal)
    pow_ = __ipow__ = in_place(ops.pow)
    put_ = in_place(ops.put)
    rad2deg_ = in_place(ops.rad2deg)
    reciprocal_ = in_place(ops.reciprocal)
    relu_ = in_place(ops.relu)
    remainder_ = __imod__ = in_place(ops.remainder)
    round_ = in_place(ops.round)
    rsqrt_ = in_place(ops.rsqrt)
    scatter_ = in_place(ops.scatter)
    scatter_add_ = in_place(ops.scatter_add)
    scatter_reduce_ = in_place(ops.scatter_reduce)
    sgn_ = in_place(ops.sgn)
    sigmoid_ = in_place(ops.sigmoid)
    sign_ = in_place(ops.sign)
    sin_ = in_place(ops.sin)
    sinc_ = in_place(ops.sinc)
    sinh_ = in_place(ops.sinh)
    sqrt_ = in_place(ops.sqrt)
    square_ = in_place(ops.square)
    sub_ = __isub__ = in_place(ops.sub)
    subtract_ = in_place(ops.subtract)
    tan_ = in_place(ops.tan)
    tanh_ = in_place(ops.tanh)
    tril_ = in_place(ops.tril)
    triu_ = in_place(ops.triu)
    true_divide_ = in_place(ops.true_divide)
    trunc_ = in_place(ops.trunc)
    xlogy_ = in_place(ops.xlogy)
