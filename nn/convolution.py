"""Convolutional layers, of one, two and three axes, and their transposes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from ..creation.values import zeros
from ..errors import RangeError, ShapeError
from . import functional as F
from . import init
from .functional.options import per_axis
from .module import Module
from .parameter import Parameter

_MODES = ("zeros", "reflect", "replicate", "circular")


class _ConvNd(Module):
    """What all six share: `weight` and `bias`, how they start, and the checks of the options."""

    __constants__: ClassVar = [
        "stride", "padding", "dilation", "groups", "padding_mode", "output_padding",
        "in_channels", "out_channels", "kernel_size",
    ]  # fmt: skip

    n: ClassVar[int]  # how many axes the windows move on
    function: ClassVar[Callable[..., Any]]
    transposed = False
    padding: Any  # "same", "valid", or a number for each axis
    output_padding: tuple[int, ...]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in_channels, self.out_channels = in_channels, out_channels
        (self.groups,) = per_axis(type(self).__name__, "groups", groups, 1)
        self.kernel_size = self._each("kernel_size", kernel_size, 0)
        self.stride = self._each("stride", stride, 1)
        self.padding = padding if isinstance(padding, str) else self._each("padding", padding, 0)
        self.dilation = self._each("dilation", dilation, 1)
        self.output_padding = (0,) * self.n
        self.padding_mode = padding_mode
        self._check()
        ends = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        shape = (ends[0], ends[1] // groups, *self.kernel_size)
        self.weight = Parameter(zeros(shape, device=device, dtype=dtype))
        self.register_parameter(
            "bias", Parameter(zeros(out_channels, device=device, dtype=dtype)) if bias else None
        )
        self.reset_parameters()

    def _each(self, argument: str, given: Any, least: int) -> tuple[int, ...]:
        """A number for each axis."""
        return per_axis(type(self).__name__, argument, given, self.n, least)

    def _check(self) -> None:
        """Raise RangeError for options that do not go together."""
        for name in ("in_channels", "out_channels"):
            if self.groups < 1 or getattr(self, name) % self.groups:
                raise RangeError(
                    f"groups={self.groups} has to be a divisor of {name}={getattr(self, name)}"
                )
        if isinstance(self.padding, str) and self.padding not in ("same", "valid"):
            raise RangeError(
                f"padding is a number, one for each axis, 'valid' or 'same', not {self.padding!r}"
            )
        if self.padding == "same" and max(self.stride) > 1:
            raise RangeError(
                f"padding='same' keeps the lengths, which stride {self.stride} does not"
            )
        if self.padding_mode not in _MODES:
            raise RangeError(
                f"padding_mode is one of {', '.join(_MODES)}, not {self.padding_mode!r}"
            )

    def reset_parameters(self) -> None:
        """Draw weight and bias anew: uniform within 1/sqrt(fan_in) of 0, as PyTorch's."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in = math.prod(self.weight.shape[1:])
            bound = 1 / math.sqrt(fan_in) if fan_in else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Any) -> Any:
        """The convolution of the input, padded first where that is not by zeros."""
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input: Any, weight: Any, bias: Any) -> Any:
        padding = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._around(), self.padding_mode), 0
        return type(self).function(
            input, weight, bias, self.stride, padding, self.dilation, self.groups
        )

    def _around(self) -> list[int]:
        """The padding before and after each axis, the last first, as `pad` takes it."""
        if self.padding == "valid":
            return [0] * 2 * self.n
        if self.padding == "same":
            totals = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size)]
            pairs = [(total // 2, total - total // 2) for total in totals]
        else:
            pairs = [(p, p) for p in self.padding]
        return [p for pair in reversed(pairs) for p in pair]

    def extra_repr(self) -> str:
        text = (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, "
            f"stride={self.stride}"
        )
        for name, usual in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
            value = getattr(self, name)
            if value != (usual,) * self.n:
                text += f", {name}={value}"
        text += f", groups={self.groups}" if self.groups != 1 else ""
        text += ", bias=False" if self.bias is None else ""
        return text + (
            f", padding_mode={self.padding_mode}" if self.padding_mode != "zeros" else ""
        )


class Conv1d(_ConvNd):
    """Sums over windows of a sequence: input (N, C, L) or (C, L), result (N, O, windows).

    `weight` (O, C/groups, K) and `bias` (O) start uniform on [-1/sqrt(f), 1/sqrt(f)] with
    f = C/groups K. `padding_mode` says what stands beyond the ends: "zeros", or what `pad` calls
    "reflect", "replicate" and "circular". Raises RangeError for options that do not go together.

    >>> import autograd_fr as ag
    >>> ag.nn.Conv1d(3, 4, kernel_size=5, padding=2)(ag.zeros(2, 3, 20)).shape
    torch.Size([2, 4, 20])
    """

    n = 1
    function = staticmethod(F.conv1d)


class Conv2d(_ConvNd):
    """Sums over windows of an image: input (N, C, H, W) or (C, H, W), result (N, O, ...).

    `weight` is (O, C/groups, KH, KW); the rest is as in `Conv1d`, with a number for both axes or
    one for each (LeCun et al., Gradient-based learning applied to document recognition, 1998).

    >>> import autograd_fr as ag
    >>> layer = ag.nn.Conv2d(1, 20, 5)
    >>> layer, layer(ag.zeros(64, 1, 28, 28)).shape
    (Conv2d(1, 20, kernel_size=(5, 5), stride=(1, 1)), torch.Size([64, 20, 24, 24]))
    """

    n = 2
    function = staticmethod(F.conv2d)


class Conv3d(_ConvNd):
    """Sums over windows of a volume: input (N, C, D, H, W) or (C, D, H, W), result (N, O, ...).

    `weight` is (O, C/groups, KD, KH, KW); the rest is as in `Conv1d`, with a number for all axes
    or one for each.

    >>> import autograd_fr as ag
    >>> ag.nn.Conv3d(2, 4, (1, 3, 3), padding=(0, 1, 1))(ag.zeros(2, 5, 8, 8)).shape
    torch.Size([4, 5, 8, 8])
    """

    n = 3
    function = staticmethod(F.conv3d)


class _ConvTransposeNd(_ConvNd):
    """A transpose: `weight` (C, O/groups, *kernel), and lengths of the result to choose from."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            raise RangeError(f"{type(self).__name__} pads with zeros only, not {padding_mode!r}")
        if isinstance(padding, str):
            raise RangeError(f"{type(self).__name__} takes padding in numbers, not {padding!r}")
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias,
            padding_mode, device, dtype,
        )  # fmt: skip
        self.output_padding = self._each("output_padding", output_padding, 0)

    def forward(self, input: Any, output_size: Sequence[int] | None = None) -> Any:
        """The transposed convolution; `output_size`: its lengths, of those that are possible."""
        more = self.output_padding if output_size is None else self._added(input, output_size)
        return type(self).function(
            input, self.weight, self.bias, self.stride, self.padding, more, self.groups,
            self.dilation,
        )  # fmt: skip

    def _added(self, input: Any, output_size: Sequence[int]) -> tuple[int, ...]:
        """The output_padding by which the result has the lengths that are asked for."""
        wanted = tuple(output_size)[-self.n :]
        if len(output_size) not in (self.n, input.ndim):
            raise ShapeError(
                f"output_size has {self.n} lengths, or {input.ndim} with those of batch and "
                f"channels; got {tuple(output_size)}"
            )
        options = zip(input.shape[-self.n :], self.stride, self.padding, self.dilation)
        least = tuple(
            (m - 1) * s - 2 * p + d * (k - 1) + 1
            for (m, s, p, d), k in zip(options, self.kernel_size)
        )
        added = tuple(w - low for w, low in zip(wanted, least))
        if not all(0 <= extra < s for extra, s in zip(added, self.stride)):
            most = tuple(low + s - 1 for low, s in zip(least, self.stride))
            raise ShapeError(
                f"output_size {wanted} for an input of shape {tuple(input.shape)}: the lengths can "
                f"be from {least} to {most}"
            )
        return added


class ConvTranspose1d(_ConvTransposeNd):
    """The transpose of `Conv1d`: input (N, C, L) or (C, L), result (N, O, length).

    `weight` (C, O/groups, K) and `bias` (O) start uniform on [-1/sqrt(f), 1/sqrt(f)] with
    f = O/groups K. `forward(input, output_size)` chooses among the lengths that a stride above 1
    leaves open. Raises RangeError for options that do not go together.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.ConvTranspose1d(3, 4, 2, stride=2)
    >>> layer(ag.zeros(2, 3, 5)).shape, layer(ag.zeros(2, 3, 5), output_size=[11]).shape
    (torch.Size([2, 4, 10]), torch.Size([2, 4, 11]))
    """

    n = 1
    function = staticmethod(F.conv_transpose1d)


class ConvTranspose2d(_ConvTransposeNd):
    """The transpose of `Conv2d`: input (N, C, H, W) or (C, H, W), result (N, O, ...).

    `weight` is (C, O/groups, KH, KW); the rest is as in `ConvTranspose1d`, axis by axis
    (Zeiler et al., Deconvolutional networks, 2010).

    >>> import autograd_fr as ag
    >>> ag.nn.ConvTranspose2d(3, 4, 4, stride=2, padding=1)(ag.zeros(2, 3, 8, 8)).shape
    torch.Size([2, 4, 16, 16])
    """

    n = 2
    function = staticmethod(F.conv_transpose2d)


class ConvTranspose3d(_ConvTransposeNd):
    """The transpose of `Conv3d`: input (N, C, D, H, W) or (C, D, H, W), result (N, O, ...).

    `weight` is (C, O/groups, KD, KH, KW); the rest is as in `ConvTranspose1d`, axis by axis.

    >>> import autograd_fr as ag
    >>> ag.nn.ConvTranspose3d(2, 1, 2, stride=2)(ag.zeros(2, 2, 3, 4)).shape
    torch.Size([1, 4, 6, 8])
    """

    n = 3
    function = staticmethod(F.conv_transpose3d)
