"""Bits and divisors of integers. Bools count as integers of one bit where PyTorch takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.op import NUMPY_TWINS
from ...autograd.value import wrap
from ...errors import DtypeError
from .comparison import common, flat, raw

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "gcd",
    "lcm",
]


def _integral(
    name: str, ufunc: Any, kinds: str, meaning: str, example: str
) -> Callable[[Any, Any], Tensor]:
    def combine(input: Any, other: Any) -> Any:
        x, z = common(name, input, other)
        if x.dtype.kind not in kinds:
            raise DtypeError(f"{name}: integers are needed, not {x.dtype}; convert with .long()")
        return flat(name, ufunc, x, z)

    combine.__name__ = combine.__qualname__ = name
    combine.__doc__ = f"""{meaning}

    >>> import autograd_fr as ag
    >>> ag.{name}(ag.tensor([12, -10]), ag.tensor([2, 1]))
    tensor([{example}])
    """
    return combine


bitwise_and = _integral(
    "bitwise_and", np.bitwise_and, "biu", "The bits that are set in both, `input & other`.", "0, 0"
)
bitwise_or = _integral(
    "bitwise_or", np.bitwise_or, "biu", "The bits set in either, `input | other`.", "14, -9"
)
bitwise_xor = _integral(
    "bitwise_xor", np.bitwise_xor, "biu", "The bits set in one of both, `input ^ other`.", "14, -9"
)
bitwise_left_shift = _integral(
    "bitwise_left_shift", np.left_shift, "iu",
    "The bits moved to the left, `input << other`: `input * 2**other` while there is room.",
    " 48, -20",
)  # fmt: skip
bitwise_right_shift = _integral(
    "bitwise_right_shift", np.right_shift, "iu",
    "The bits moved to the right, `input >> other`: `input / 2**other`, rounded down.", " 3, -5",
)  # fmt: skip
gcd = _integral("gcd", np.gcd, "iu", "The greatest common divisor; of 0 and n it is n.", "2, 1")
lcm = _integral("lcm", np.lcm, "iu", "The least common multiple.", "12, 10")


def bitwise_not(input: Any) -> Any:
    """Every bit turned over; of bools, the opposite.

    >>> import autograd_fr as ag
    >>> ~ag.tensor([0, 1])
    tensor([-1, -2])
    """
    array = raw("bitwise_not", input)
    if array.dtype.kind not in "biu":
        raise DtypeError(f"bitwise_not: integers are needed, not {array.dtype}")
    return wrap(np.invert(array))


NUMPY_TWINS |= {
    np.bitwise_and: bitwise_and, np.bitwise_or: bitwise_or, np.bitwise_xor: bitwise_xor,
    np.invert: bitwise_not, np.left_shift: bitwise_left_shift,
    np.right_shift: bitwise_right_shift, np.gcd: gcd, np.lcm: lcm,
}  # fmt: skip
