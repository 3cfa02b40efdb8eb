"""Size: the shape of a tensor."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import Any

from ..ops.shapes.expanding import common_shape


class Size(tuple[int, ...]):
    """The length of every axis: a tuple that prints as PyTorch's, and keeps its type when cut.

    Raises TypeError for lengths that are no integers.

    >>> Size([2, 3])
    torch.Size([2, 3])
    >>> Size([2, 3]).numel(), Size([2, 3]) == (2, 3)
    (6, True)
    """

    __slots__ = ()

    def __new__(cls, lengths: Iterable[Any] = ()) -> Size:
        return tuple.__new__(cls, map(operator.index, lengths))

    def numel(self) -> int:
        """How many entries a tensor of this shape has: the product of the lengths."""
        return math.prod(self)

    def __getitem__(self, index: Any) -> Any:
        part = tuple.__getitem__(self, index)
        return part if type(part) is int else tuple.__new__(Size, part)

    def __add__(self, other: Any) -> Any:
        return tuple.__new__(Size, tuple.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        return tuple.__new__(Size, tuple.__add__(other, self))

    def __mul__(self, times: Any) -> Any:
        return tuple.__new__(Size, tuple.__mul__(self, times))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"


def broadcast_shapes(*shapes: Any) -> Size:
    """The shape that tensors of the given shapes have in common after broadcasting.

    Raises ShapeError where there is none.

    >>> broadcast_shapes((2, 1), (3,), ())
    torch.Size([2, 3])
    """
    return Size(common_shape(*shapes))
