"""Layers that learn the length of their inputs from the first one."""

from __future__ import annotations

from typing import Any, ClassVar

from ..errors import ShapeError
from . import batch_normalization as norms
from . import convolution as conv
from .lazy import LazyModuleMixin, give_shape
from .linear import Linear
from .parameter import Parameter, UninitializedBuffer, UninitializedParameter


class _Waiting(LazyModuleMixin):
    """A layer one of whose arguments, `length`, the first input tells."""

    length: ClassVar[str]

    def _wait(self: Any, device: Any, dtype: Any) -> None:
        """Forget the shapes of the parameters and buffers that the layer was made with."""
        for name, t in self._parameters.items():
            if isinstance(t, Parameter):
                self._parameters[name] = UninitializedParameter(device=device, dtype=dtype)
        for name, t in self._buffers.items():
            if t is not None and t.ndim:
                self._buffers[name] = UninitializedBuffer(device=device, dtype=dtype)

    def _length_in(self, input: Any) -> int:
        """What an input says."""
        raise NotImplementedError

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter and buffer, now that the length is known."""
        raise NotImplementedError

    def reset_parameters(self: Any) -> None:
        """Draw the parameters anew; nothing before their shapes are known."""
        if not self.has_uninitialized_params() and getattr(self, self.length):
            super().reset_parameters()  # type: ignore[misc]

    def initialize_parameters(self: Any, input: Any, *args: Any, **kwargs: Any) -> None:
        """Take the length from an input, and start as the ordinary layer does."""
        if not getattr(self, self.length):
            setattr(self, self.length, self._length_in(input))
        if self.has_uninitialized_params():
            for name, shape in self._shapes().items():
                give_shape(getattr(self, name), *shape)
            self.reset_parameters()


class LazyLinear(_Waiting, Linear):
    """A `Linear` whose `in_features` is the length of the last axis of the first input.

    >>> import autograd_fr as ag
    >>> net = ag.nn.Sequential(ag.nn.LazyLinear(8), ag.nn.ReLU(), ag.nn.LazyLinear(1))
    >>> net(ag.zeros(5, 3)).shape, net[0].weight.shape, net[2].weight.shape
    (torch.Size([5, 1]), torch.Size([8, 3]), torch.Size([1, 8]))
    """

    cls_to_become: type[Any] | None = Linear
    length = "in_features"

    def __init__(
        self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__(0, out_features, bias, device, dtype)
        self._wait(device, dtype)

    def _length_in(self, input: Any) -> int:
        if not input.ndim:
            raise ShapeError(
                f"{type(self).__name__} takes rows of numbers, got a single one: give it two axes, "
                "as input.reshape(1, 1) has"
            )
        length: int = input.shape[-1]
        return length

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.out_features, self.in_features), "bias": (self.out_features,)}


class _LazyConvNd(_Waiting):
    """A convolution whose `in_channels` the first input tells."""

    length = "in_channels"

    def _length_in(self: Any, input: Any) -> int:
        if input.ndim not in (self.n + 1, self.n + 2):
            raise ShapeError(
                f"{type(self).__name__} takes an input of {self.n + 1} or {self.n + 2} axes, got "
                f"shape {tuple(input.shape)}"
            )
        length: int = input.shape[-self.n - 1]
        return length

    def _shapes(self: Any) -> dict[str, tuple[int, ...]]:
        self._check()
        ends = self.out_channels, self.in_channels
        first, second = reversed(ends) if self.transposed else ends
        weight = (first, second // self.groups, *self.kernel_size)
        return {"weight": weight, "bias": (self.out_channels,)}


class _LazyConv(_LazyConvNd):
    def __init__(
        self,
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
        super().__init__(
            0, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode,
            device, dtype,
        )  # fmt: skip
        self._wait(device, dtype)


class _LazyConvTranspose(_LazyConvNd):
    def __init__(
        self,
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
        super().__init__(
            0, out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation,
            padding_mode, device, dtype,
        )  # fmt: skip
        self._wait(device, dtype)


class _LazyNorm(_Waiting):
    """A normalisation whose `num_features` the first input tells."""

    length = "num_features"

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(0, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)
        self._wait(device, dtype)

    def _length_in(self: Any, input: Any) -> int:
        self._check_input_dim(input)
        # A single sample, which instances can be, has no axis before that of the channels.
        single = isinstance(self, norms._InstanceNorm) and input.ndim == min(self.ndims)
        length: int = input.shape[0 if single else 1]
        return length

    def _shapes(self: Any) -> dict[str, tuple[int, ...]]:
        names = ("weight", "bias", "running_mean", "running_var")
        return dict.fromkeys(names, (self.num_features,))


class LazyConv1d(_LazyConv, conv.Conv1d):
    """A `Conv1d` whose `in_channels` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyConv1d(4, 3)
    >>> _ = layer(ag.zeros(2, 5, 6)); layer.in_channels
    5
    """

    cls_to_become = conv.Conv1d


class LazyConv2d(_LazyConv, conv.Conv2d):
    """A `Conv2d` whose `in_channels` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyConv2d(4, 3)
    >>> _ = layer(ag.zeros(2, 5, 6, 6)); layer.in_channels
    5
    """

    cls_to_become = conv.Conv2d


class LazyConv3d(_LazyConv, conv.Conv3d):
    """A `Conv3d` whose `in_channels` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyConv3d(4, 3)
    >>> _ = layer(ag.zeros(2, 5, 6, 6, 6)); layer.in_channels
    5
    """

    cls_to_become = conv.Conv3d


class LazyConvTranspose1d(_LazyConvTranspose, conv.ConvTranspose1d):
    """A `ConvTranspose1d` whose `in_channels` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyConvTranspose1d(4, 3)
    >>> _ = layer(ag.zeros(2, 5, 6)); layer.in_channels
    5
    """

    cls_to_become = conv.ConvTranspose1d


class LazyConvTranspose2d(_LazyConvTranspose, conv.ConvTranspose2d):
    """A `ConvTranspose2d` whose `in_channels` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyConvTranspose2d(4, 3)
    >>> _ = layer(ag.zeros(2, 5, 6, 6)); layer.in_channels
    5
    """

    cls_to_become = conv.ConvTranspose2d


class LazyConvTranspose3d(_LazyConvTranspose, conv.ConvTranspose3d):
    """A `ConvTranspose3d` whose `in_channels` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyConvTranspose3d(4, 3)
    >>> _ = layer(ag.zeros(2, 5, 6, 6, 6)); layer.in_channels
    5
    """

    cls_to_become = conv.ConvTranspose3d


class LazyBatchNorm1d(_LazyNorm, norms.BatchNorm1d):
    """A `BatchNorm1d` whose `num_features` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyBatchNorm1d()
    >>> _ = layer(ag.zeros(2, 5, 6)); layer.num_features
    5
    """

    cls_to_become = norms.BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, norms.BatchNorm2d):
    """A `BatchNorm2d` whose `num_features` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyBatchNorm2d()
    >>> _ = layer(ag.zeros(2, 5, 6, 6)); layer.num_features
    5
    """

    cls_to_become = norms.BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, norms.BatchNorm3d):
    """A `BatchNorm3d` whose `num_features` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyBatchNorm3d()
    >>> _ = layer(ag.zeros(2, 5, 6, 6, 6)); layer.num_features
    5
    """

    cls_to_become = norms.BatchNorm3d


class LazyInstanceNorm1d(_LazyNorm, norms.InstanceNorm1d):
    """A `InstanceNorm1d` whose `num_features` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyInstanceNorm1d()
    >>> _ = layer(ag.zeros(2, 5, 6)); layer.num_features
    5
    """

    cls_to_become = norms.InstanceNorm1d


class LazyInstanceNorm2d(_LazyNorm, norms.InstanceNorm2d):
    """A `InstanceNorm2d` whose `num_features` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyInstanceNorm2d()
    >>> _ = layer(ag.zeros(2, 5, 6, 6)); layer.num_features
    5
    """

    cls_to_become = norms.InstanceNorm2d


class LazyInstanceNorm3d(_LazyNorm, norms.InstanceNorm3d):
    """A `InstanceNorm3d` whose `num_features` the first input tells.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyInstanceNorm3d()
    >>> _ = layer(ag.zeros(2, 5, 6, 6, 6)); layer.num_features
    5
    """

    cls_to_become = norms.InstanceNorm3d
