"""Functions of entries in few fast passes; over large arrays in blocks, on several threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..batching import known
from .fast import twin
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


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) in four passes: where the exponential is infinite, this is 0 as it must."""
    if type(x) is not ndarray or not x.flags.c_contiguous:
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-x))
    y = np.empty_like(x)
    if x.size >= LARGE:
        in_blocks(_sigmoid, x.reshape(-1), y.reshape(-1))
    else:
        _sigmoid(x, y)
    return y


@twin
def _sigmoid(x: Any, y: Any) -> None:
    np.negative(x, out=y)
    with np.errstate(over="ignore"):
        np.exp(y, out=y)
    y += 1
    np.divide(1, y, out=y)


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


def chosen(mask: Any, g: Any) -> Any:
    """`g` where the mask is true, else 0, where `g` is infinite or nan too.

    It is the bits of `g` that are multiplied by 1 or 0: a choice takes several times as long.
    """
    bits = _BITS.get(g.dtype)
    if bits and type(g) is ndarray and type(mask) is ndarray and mask.shape == g.shape:
        y = np.empty_like(g, bits)
        if y.size >= LARGE and y.flags.c_contiguous and mask.flags.c_contiguous:
            in_blocks(_choose, mask.reshape(-1), g.reshape(-1).view(bits), y.reshape(-1))
        else:
            _choose(mask, g.view(bits), y)
        return y.view(g.dtype)
    if not isinstance(mask, known.ARRAYS):
        return g if mask else g.dtype.type(0)
    y = g * mask
    return np.where(mask, g, 0) if known.anywhere(np.isnan(y.sum())) else y


def _choose(mask: Any, bits: Any, y: Any) -> None:
    y[...] = mask
    y *= bits
