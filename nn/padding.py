"""Padding as modules: one base, and the names for one, two and three axes."""

from __future__ import annotations

from typing import Any, ClassVar

from . import functional as F
from .functional.options import per_axis
from .module import Module


class _Pad(Module):
    """The last `n` axes continued at both ends; `padding`: one number, or two for each axis."""

    __constants__: ClassVar = ["padding"]

    n: ClassVar[int]
    mode: ClassVar[str]

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = per_axis(type(self).__name__, "padding", padding, 2 * self.n)

    def forward(self, input: Any) -> Any:
        """The input, padded."""
        return F.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(_Pad):
    mode = "constant"

    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Any) -> Any:
        """The input, padded."""
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class _ZeroPad(_ConstantPad):
    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ReflectionPad(_Pad):
    mode = "reflect"


class _ReplicationPad(_Pad):
    mode = "replicate"


class _CircularPad(_Pad):
    mode = "circular"


class ConstantPad1d(_ConstantPad):
    """Entries `value` before and after the last axis.

    `padding`: one number for all ends, or (left, right); negative numbers cut off.

    >>> import autograd_fr as ag
    >>> ag.nn.ConstantPad1d(1, 9.0)(ag.tensor([[1.0, 2.0, 3.0]]))
    tensor([[9., 1., 2., 3., 9.]])
    """

    n = 1


class ConstantPad2d(_ConstantPad):
    """Entries `value` before and after the last two axes.

    `padding`: one number for all ends, or (left, right, top, bottom); negative numbers cut off.

    >>> import autograd_fr as ag
    >>> ag.nn.ConstantPad2d((1, 1, 0, 2), 9.0)(ag.zeros(1, 4, 4)).shape
    torch.Size([1, 6, 6])
    """

    n = 2


class ConstantPad3d(_ConstantPad):
    """Entries `value` before and after the last three axes.

    `padding`: one number for all ends, or (left, right, top, bottom, front, back);
    negative numbers cut off.

    >>> import autograd_fr as ag
    >>> ag.nn.ConstantPad3d((1, 1, 0, 2, 1, 0), 9.0)(ag.zeros(1, 4, 4, 4)).shape
    torch.Size([1, 5, 6, 6])
    """

    n = 3


class ZeroPad1d(_ZeroPad):
    """Zeros before and after the last axis.

    `padding`: one number for all ends, or (left, right); negative numbers cut off.

    >>> import autograd_fr as ag
    >>> ag.nn.ZeroPad1d(1)(ag.tensor([[1.0, 2.0, 3.0]]))
    tensor([[0., 1., 2., 3., 0.]])
    """

    n = 1


class ZeroPad2d(_ZeroPad):
    """Zeros before and after the last two axes.

    `padding`: one number for all ends, or (left, right, top, bottom); negative numbers cut off.

    >>> import autograd_fr as ag
    >>> ag.nn.ZeroPad2d((1, 1, 0, 2))(ag.zeros(1, 4, 4)).shape
    torch.Size([1, 6, 6])
    """

    n = 2


class ZeroPad3d(_ZeroPad):
    """Zeros before and after the last three axes.

    `padding`: one number for all ends, or (left, right, top, bottom, front, back);
    negative numbers cut off.

    >>> import autograd_fr as ag
    >>> ag.nn.ZeroPad3d((1, 1, 0, 2, 1, 0))(ag.zeros(1, 4, 4, 4)).shape
    torch.Size([1, 5, 6, 6])
    """

    n = 3


class ReflectionPad1d(_ReflectionPad):
    """The last axis mirrored at both ends, without the entry at the end itself.

    `padding`: one number for all ends, or (left, right).

    >>> import autograd_fr as ag
    >>> ag.nn.ReflectionPad1d(1)(ag.tensor([[1.0, 2.0, 3.0]]))
    tensor([[2., 1., 2., 3., 2.]])
    """

    n = 1


class ReflectionPad2d(_ReflectionPad):
    """The last two axes mirrored at both ends, without the entry at the end itself.

    `padding`: one number for all ends, or (left, right, top, bottom).

    >>> import autograd_fr as ag
    >>> ag.nn.ReflectionPad2d((1, 1, 0, 2))(ag.zeros(1, 4, 4)).shape
    torch.Size([1, 6, 6])
    """

    n = 2


class ReflectionPad3d(_ReflectionPad):
    """The last three axes mirrored at both ends, without the entry at the end itself.

    `padding`: one number for all ends, or (left, right, top, bottom, front, back).

    >>> import autograd_fr as ag
    >>> ag.nn.ReflectionPad3d((1, 1, 0, 2, 1, 0))(ag.zeros(1, 4, 4, 4)).shape
    torch.Size([1, 5, 6, 6])
    """

    n = 3


class ReplicationPad1d(_ReplicationPad):
    """The entries at both ends of the last axis repeated.

    `padding`: one number for all ends, or (left, right).

    >>> import autograd_fr as ag
    >>> ag.nn.ReplicationPad1d(1)(ag.tensor([[1.0, 2.0, 3.0]]))
    tensor([[1., 1., 2., 3., 3.]])
    """

    n = 1


class ReplicationPad2d(_ReplicationPad):
    """The entries at both ends of the last two axes repeated.

    `padding`: one number for all ends, or (left, right, top, bottom).

    >>> import autograd_fr as ag
    >>> ag.nn.ReplicationPad2d((1, 1, 0, 2))(ag.zeros(1, 4, 4)).shape
    torch.Size([1, 6, 6])
    """

    n = 2


class ReplicationPad3d(_ReplicationPad):
    """The entries at both ends of the last three axes repeated.

    `padding`: one number for all ends, or (left, right, top, bottom, front, back).

    >>> import autograd_fr as ag
    >>> ag.nn.ReplicationPad3d((1, 1, 0, 2, 1, 0))(ag.zeros(1, 4, 4, 4)).shape
    torch.Size([1, 5, 6, 6])
    """

    n = 3


class CircularPad1d(_CircularPad):
    """The last axis continued at each end by the other.

    `padding`: one number for all ends, or (left, right).

    >>> import autograd_fr as ag
    >>> ag.nn.CircularPad1d(1)(ag.tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 1., 2., 3., 1.]])
    """

    n = 1


class CircularPad2d(_CircularPad):
    """The last two axes continued at each end by the other.

    `padding`: one number for all ends, or (left, right, top, bottom).

    >>> import autograd_fr as ag
    >>> ag.nn.CircularPad2d((1, 1, 0, 2))(ag.zeros(1, 4, 4)).shape
    torch.Size([1, 6, 6])
    """

    n = 2


class CircularPad3d(_CircularPad):
    """The last three axes continued at each end by the other.

    `padding`: one number for all ends, or (left, right, top, bottom, front, back).

    >>> import autograd_fr as ag
    >>> ag.nn.CircularPad3d((1, 1, 0, 2, 1, 0))(ag.zeros(1, 4, 4, 4)).shape
    torch.Size([1, 5, 6, 6])
    """

    n = 3
