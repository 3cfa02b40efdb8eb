"""Functions of entries in few fast passes; over large arrays in blocks, on several threads."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ..batching import known
from .fast import LEAST, twin
from .threads import spread

ndarray = np.ndarray

# Entries from which on blocks pay: to wake a thread takes as long as to add 300 000 numbers.
LARGE = 1 << 19

# Entries up to which a number to compare with does as well as an array.
FEW = 1 << 12

# Entries of a block: NumPy computes much longer than Python takes between two of its calls, for
# which the threads wait for each other; and what a block reads again is still in the cache.
BLOCK = 1 << 16


def in_blocks(kernel: Callable[..., Any], *flat: Any) -> None:
    """`kernel(*flat)`, which fills the last of these arrays of one axis, block by block."""
    spread(lambda i, j: kernel(*[x[i:j] for x in flat]), len(flat[-1]), BLOCK)


def alike(*xs: Any) -> bool:
    """Whether all are arrays of one shape and one dtype, in row-major order."""
    first = xs[0]
    for x in xs:
        if type(x) is not ndarray or not x.flags.c_contiguous:
            return False
        if x.shape != first.shape or x.dtype is not first.dtype:
            return False
    return True


# NumPy's functions that compute long per entry. Not those which it computes on many at once, exp,
# log, sqrt, tanh: within a step, where they wait for memory, threads make them no faster.
LONG = frozenset(
    (
        np.exp2, np.expm1, np.log1p, np.log2, np.log10, np.cbrt, np.power, np.hypot,
        np.sin, np.cos, np.tan, np.sinh, np.cosh, np.arcsin, np.arccos, np.arctan,
        np.arcsinh, np.arccosh, np.arctanh, np.arctan2,
    )
)  # fmt: skip


@twin
def exp(x: Any) -> Any:
    """The exponential."""
    return np.exp(x)


COMPILED = {np.exp: exp}

# What Python's operators say as well, and C calls them.
OPERATORS = {np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul}


def at_length(function: Callable[..., Any], ufunc: Any) -> Callable[..., Any]:
    """`function`, which on floating arrays is NumPy's `ufunc`, in a faster way for large ones.

    One of `LONG` on several threads, one of `COMPILED` by its kernel; and `OPERATORS` without a
    call in between, which is what scalars wait for.
    """
    if ufunc in OPERATORS:
        return OPERATORS[ufunc]
    if (kernel := COMPILED.get(ufunc)) is not None:
        return lambda x: ufunc(x) if x.size < LEAST else kernel(x)
    if ufunc not in LONG:
        return function
    if ufunc.nin == 1:
        return lambda x: ufunc(x) if x.size < LARGE else _shared(function, ufunc, x)
    return lambda a, b: (
        _shared(function, ufunc, a, b) if type(b) is ndarray and b.size >= LARGE else function(a, b)
    )


def _shared(function: Callable[..., Any], ufunc: Any, *xs: Any) -> Any:
    """`ufunc(*xs)` in blocks, where all are arrays of one shape and floating dtype."""
    if not alike(*xs) or xs[0].dtype.kind != "f":
        return function(*xs)
    y = np.empty_like(xs[0])
    in_blocks(lambda *flat: ufunc(*flat[:-1], out=flat[-1]), *(x.reshape(-1) for x in (*xs, y)))
    return y


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) in four passes: where the exponential is infinite, this is 0 as it must."""
    if type(x) is not ndarray:
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-x))
    y = np.empty_like(x)
    if x.size < LEAST or not x.flags.c_contiguous:
        _by_four(x, y)
    elif x.size < LARGE:
        _sigmoid(x, y)
    else:
        in_blocks(_sigmoid, x.reshape(-1), y.reshape(-1))
    return y


@twin
def _sigmoid(x: Any, y: Any) -> None:
    _by_four(x, y)


def _by_four(x: Any, y: Any) -> None:
    np.negative(x, out=y)
    with np.errstate(over="ignore"):
        np.exp(y, out=y)
    y += 1
    np.reciprocal(y, out=y)


def rectified(x: Any) -> Any:
    """max(x, 0), nan for nan."""
    return _beside_zero(np.maximum, x)


def below(x: Any) -> Any:
    """min(x, 0), nan for nan."""
    return _beside_zero(np.minimum, x)


_zeros: dict[Any, Any] = {}  # a block of them by dtype


def _beside_zero(ufunc: Any, x: Any) -> Any:
    """`ufunc(x, 0)`. With an array of zeros NumPy compares three times as fast as with one."""
    if type(x) is not ndarray or x.size < FEW or (flat := x.ravel("K")).flags.owndata:
        return ufunc(x, 0)
    if x.dtype not in _zeros:
        _zeros[x.dtype] = np.zeros(BLOCK, x.dtype)
    y, zeros = np.empty_like(x), _zeros[x.dtype]
    in_blocks(lambda x, y: ufunc(x, zeros[: len(x)], out=y), flat, y.ravel("K"))
    return y


# Integers as long as floating numbers are.
_BITS = {np.dtype(f"f{n}"): np.dtype(f"i{n}") for n in (2, 4, 8)}


_where: Any = np.where  # which tensors answer, too


def chosen(mask: Any, g: Any) -> Any:
    """`g` where the mask is true, else 0, where `g` is infinite or nan too.

    It is the bits of `g` that are multiplied by 1 or 0: a choice takes several times as long.
    For tensors, NumPy's `where` stands.
    """
    bits = _BITS.get(g.dtype)
    if bits and type(g) is ndarray and type(mask) is ndarray and mask.shape == g.shape:
        y = np.empty_like(g, bits)
        if y.size >= LARGE and y.flags.c_contiguous and mask.flags.c_contiguous:
            in_blocks(_choose, mask.reshape(-1), g.reshape(-1).view(bits), y.reshape(-1))
        else:
            _choose(mask, g.view(bits), y)
        return y.view(g.dtype)
    if isinstance(g, np.generic) and not isinstance(mask, known.ARRAYS):
        return g if mask else g.dtype.type(0)
    if not isinstance(mask, known.ARRAYS) or not isinstance(g, (*known.ARRAYS, np.generic)):
        return _where(mask, g, 0)
    y = g * mask
    return _where(mask, g, 0) if known.anywhere(np.isnan(y.sum())) else y


def signed(y: Any, x: Any) -> Any:
    """`y`, in which nothing is negative, with the signs of `x`.

    By the bits, as NumPy's `copysign` takes four times as long.
    """
    bits = _BITS.get(x.dtype)
    if not bits or type(x) is not ndarray or type(y) is not ndarray or y.dtype is not x.dtype:
        return np.copysign(y, x)
    signs = x.view(bits) & np.iinfo(bits).min
    signs |= y.view(bits)
    return signs.view(x.dtype)


def selected(mask: Any, a: Any, b: Any) -> Any:
    """`a` where the mask is true, else `b`: of bits too, where NumPy's choice would guess wrong."""
    bits = _BITS.get(a.dtype) if alike(a, b) else None
    if not bits or type(mask) is not ndarray or mask.shape != a.shape:
        return np.where(mask, a, b)
    if a.size < 4 * FEW or mask.dtype != bool or not mask.flags.c_contiguous:
        return np.where(mask, a, b)
    y = np.empty_like(a)
    in_blocks(_select, *(x.reshape(-1).view(bits) for x in (a, b)), mask.reshape(-1), y.reshape(-1))
    return y


def _select(a: Any, b: Any, mask: Any, y: Any) -> None:
    taken, y = np.negative(mask, dtype=a.dtype), y.view(a.dtype)  # all bits are set, or none
    np.bitwise_xor(a, b, out=y)
    y &= taken
    y ^= b


def logaddexp(a: Any, b: Any) -> Any:
    """ln(exp(a) + exp(b)): max(a, b) + ln(1 + exp(-|a - b|)), as NumPy, but all entries at once."""
    if not alike(a, b) or a.size < FEW or a.dtype.kind != "f":
        return np.logaddexp(a, b)
    y = np.empty_like(a)
    in_blocks(_logaddexp, *(x.reshape(-1) for x in (a, b, y)))
    return y


def _logaddexp(a: Any, b: Any, y: Any) -> None:
    with np.errstate(invalid="ignore", under="ignore"):
        np.subtract(a, b, out=y)
        np.abs(y, out=y)
        np.negative(y, out=y)
        np.fmax(y, -1000, out=y)  # of nan too, from equal infinite ones: these stand for themselves
        np.exp(y, out=y)
        np.log1p(y, out=y)
        y += np.maximum(a, b)


def _choose(mask: Any, bits: Any, y: Any) -> None:
    y[...] = mask
    y *= bits
