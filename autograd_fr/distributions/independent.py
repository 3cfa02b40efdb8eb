"""Batches read as events."""

from __future__ import annotations

from typing import Any

from ..errors import ShapeError
from . import constraints
from .distribution import NO_SHAPE, Distribution


class Independent(Distribution):
    """A distribution whose last `reinterpreted_batch_ndims` axes of the batch become one event.

    Its log_prob is the sum over them. Raises ShapeError where there are not so many.

    >>> import autograd_fr as ag
    >>> normal = ag.distributions.Normal(ag.zeros(5, 3), ag.ones(5, 3))
    >>> ag.distributions.Independent(normal, 1).log_prob(ag.zeros(5, 3)).shape
    torch.Size([5])
    """

    def __init__(
        self,
        base_distribution: Distribution,
        reinterpreted_batch_ndims: int,
        validate_args: bool | None = None,
    ) -> None:
        shape, n = base_distribution.batch_shape, reinterpreted_batch_ndims
        if n > len(shape):
            raise ShapeError(
                f"Independent: {n} axes of the batch were to become an event, but it has "
                f"{len(shape)}, {tuple(shape)}"
            )
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, n
        cut = len(shape) - n
        event = (*shape[cut:], *base_distribution.event_shape)
        super().__init__(shape[:cut], event, validate_args)

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """Whether gradients go through draws."""
        return self.base_dist.has_rsample

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        inner = self.event_shape[: self.reinterpreted_batch_ndims]
        base = self.base_dist.expand((*batch_shape, *inner))
        return type(self)(base, self.reinterpreted_batch_ndims, validate_args=False)

    @property
    def support(self) -> Any:
        return constraints.independent(self.base_dist.support, self.reinterpreted_batch_ndims)

    @property
    def mean(self) -> Any:
        return self.base_dist.mean

    @property
    def mode(self) -> Any:
        return self.base_dist.mode

    @property
    def variance(self) -> Any:
        return self.base_dist.variance

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self.base_dist.rsample(sample_shape)

    def summed(self, x: Any) -> Any:
        """Numbers of the base, one for each of its batch, summed over each event."""
        axes = tuple(range(-self.reinterpreted_batch_ndims, 0))
        return x.sum(axes) if axes else x

    def log_prob(self, value: Any) -> Any:
        return self.summed(self.base_dist.log_prob(value))

    def entropy(self) -> Any:
        return self.summed(self.base_dist.entropy())

    def __repr__(self) -> str:
        return f"Independent({self.base_dist}, {self.reinterpreted_batch_ndims})"
