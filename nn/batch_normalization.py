"""Normalisation of channels by batches or by samples, with running statistics for later."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from ..creation.values import ones, tensor, zeros
from ..errors import ShapeError
from ..tensor.inplace import assign
from . import functional as F
from . import init
from .module import Module
from .normalization import as_identity, scaled_and_shifted


class _NormBase(Module):
    """Weight and bias of the channels, and their running mean and variance, where wanted."""

    _version = 2  # the first had no num_batches_tracked in its state
    ndims: Sequence[int] = ()  # how many axes an input may have

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        scaled_and_shifted(self, (num_features,), affine, affine and bias, device, dtype)
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features, dtype=dtype) if tracked else None)
        self.register_buffer("running_var", ones(num_features, dtype=dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", tensor(0) if tracked else None)

    def reset_running_stats(self) -> None:
        """Forget what was seen: the running mean is 0 again, the variance 1, the count 0."""
        if self.track_running_stats:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Forget what was seen, and set the weight to ones and the bias to zeros."""
        self.reset_running_stats()
        as_identity(self)

    def _check_input_dim(self, input: Any) -> None:
        """Raise ShapeError for a number of axes that this layer is not for."""
        if input.ndim not in self.ndims:
            raise ShapeError(
                f"{type(self).__name__} takes an input of {' or '.join(map(str, self.ndims))} "
                f"axes, got shape {tuple(input.shape)}"
            )

    def _load_from_state_dict(
        self, state_dict: Any, prefix: str, local_metadata: Any, *rest: Any
    ) -> None:
        """Take a state of the first version, too: what it does not count, keeps its count."""
        key = f"{prefix}num_batches_tracked"
        if (local_metadata.get("version") or 0) < 2 and self.track_running_stats:
            state_dict.setdefault(key, self.num_batches_tracked)
        super()._load_from_state_dict(state_dict, prefix, local_metadata, *rest)

    def extra_repr(self) -> str:
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_NormBase):
    def forward(self, input: Any) -> Any:
        """The input (N, C, ...), each channel normalised, by the running statistics in evaluation.

        With `momentum` None these are the averages of all batches so far.
        """
        self._check_input_dim(input)
        mean, var, training = self.running_mean, self.running_var, self.training
        counts, momentum = training and self.track_running_stats, self.momentum
        if counts and (seen := self.num_batches_tracked) is not None:
            assign(seen, seen.array + 1, name="add_")
        if momentum is None:
            momentum = 1 / self.num_batches_tracked.item() if counts else 0.0
        own = training or (mean is None and var is None)
        if own and not counts:
            mean = var = None
        return F.batch_norm(input, mean, var, self.weight, self.bias, own, momentum, self.eps)


class BatchNorm1d(_BatchNorm):
    """Normalises the channels of (N, C) or (N, C, L) by batches: see `functional.batch_norm`.

    Parameters, with `affine`: `weight` and `bias`, (num_features), ones and zeros at first.
    Buffers, with `track_running_stats`: `running_mean` and `running_var`, moved by `momentum` with
    every batch of training, and `num_batches_tracked`. Without them evaluation, too, normalises by
    the batch.

    Raises ShapeError for another number of axes or channels, or one value per channel in training.

    >>> import autograd_fr as ag
    >>> norm = ag.nn.BatchNorm1d(1, affine=False)
    >>> norm(ag.tensor([[1.0], [3.0]]))
    tensor([[-1.0000],
            [ 1.0000]])
    >>> norm.running_mean, norm.running_var
    (tensor([0.2000]), tensor([1.1000]))
    """

    ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Normalises the channels of (N, C, H, W) by batches; all else as in `BatchNorm1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.BatchNorm2d(3)(ag.randn(2, 3, 4, 5)).shape
    torch.Size([2, 3, 4, 5])
    """

    ndims = (4,)


class BatchNorm3d(_BatchNorm):
    """Normalises the channels of (N, C, D, H, W) by batches; all else as in `BatchNorm1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.BatchNorm3d(3)(ag.randn(2, 3, 4, 5, 6)).shape
    torch.Size([2, 3, 4, 5, 6])
    """

    ndims = (5,)


class SyncBatchNorm(_BatchNorm):
    """`BatchNorm` for any number of axes; of one process, which there is here, all is in step.

    `process_group` is accepted and changes nothing.

    >>> import autograd_fr as ag
    >>> net = ag.nn.Sequential(ag.nn.BatchNorm1d(2))
    >>> type(ag.nn.SyncBatchNorm.convert_sync_batchnorm(net)[0]).__name__
    'SyncBatchNorm'
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Any = None,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )
        self.process_group = process_group

    def _check_input_dim(self, input: Any) -> None:
        if input.ndim < 2:
            raise ShapeError(f"SyncBatchNorm takes an input (N, C, ...), got {tuple(input.shape)}")

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Any = None) -> Module:
        """The module with every BatchNorm in it replaced; parameters and buffers are shared."""
        if isinstance(module, _BatchNorm):
            return cls._of(module, process_group)
        for name, child in list(module.named_children()):
            module._modules[name] = cls.convert_sync_batchnorm(child, process_group)
        return module

    @classmethod
    def _of(cls, norm: _BatchNorm, process_group: Any) -> SyncBatchNorm:
        made = cls(
            norm.num_features, norm.eps, norm.momentum, norm.affine, norm.track_running_stats,
            process_group,
        )  # fmt: skip
        made._parameters, made._buffers = dict(norm._parameters), dict(norm._buffers)
        return made.train(norm.training)


class _InstanceNorm(_NormBase):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )

    def forward(self, input: Any) -> Any:
        """The input (N, C, ...), or (C, ...) of one sample, each channel of each normalised."""
        self._check_input_dim(input)
        single = input.ndim == min(self.ndims)
        channels = input.shape[0 if single else 1]
        if not self.affine and channels != self.num_features:
            warnings.warn(
                f"{type(self).__name__} was made for num_features={self.num_features}, the input "
                f"has {channels} channels; without affine that does not matter",
                stacklevel=3,
            )
        y = F.instance_norm(
            input.unsqueeze(0) if single else input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return y.squeeze(0) if single else y


class InstanceNorm1d(_InstanceNorm):
    """Normalises each channel of each sample of (N, C, L) or (C, L): `functional.instance_norm`.

    Parameters, with `affine`, and buffers, with `track_running_stats`, are those of `BatchNorm1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.InstanceNorm1d(2)(ag.tensor([[1.0, 3.0], [10.0, 30.0]]))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])
    """

    ndims = (2, 3)


class InstanceNorm2d(_InstanceNorm):
    """Normalises each channel of each sample of (N, C, H, W) or (C, H, W), as `InstanceNorm1d`.

    >>> import autograd_fr as ag
    >>> ag.nn.InstanceNorm2d(3)(ag.randn(2, 3, 4, 5)).shape
    torch.Size([2, 3, 4, 5])
    """

    ndims = (3, 4)


class InstanceNorm3d(_InstanceNorm):
    """Normalises each channel of each sample of (N, C, D, H, W) or (C, D, H, W).

    >>> import autograd_fr as ag
    >>> ag.nn.InstanceNorm3d(3)(ag.randn(2, 3, 4, 5, 6)).shape
    torch.Size([2, 3, 4, 5, 6])
    """

    ndims = (4, 5)
