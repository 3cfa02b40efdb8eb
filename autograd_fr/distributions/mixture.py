"""Mixtures of distributions of one family."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..autograd.dispatch import as_value
from ..autograd.modes import no_grad
from ..errors import ShapeError
from . import constraints
from .categorical import Categorical
from .distribution import NO_SHAPE, Distribution


class MixtureSameFamily(Distribution):
    """A component drawn by a `Categorical`, then a number by that component.

    The last axis of the batch of `component_distribution` is over the components; the rest of it
    and the batch of `mixture_distribution` broadcast. Raises TypeError for another mixture,
    ShapeError where they do not fit.

    >>> import autograd_fr as ag
    >>> D = ag.distributions
    >>> two = D.Normal(ag.tensor([-1.0, 1.0]), 1.0)
    >>> D.MixtureSameFamily(D.Categorical(ag.ones(2)), two).variance
    tensor(2.)
    """

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: bool | None = None,
    ) -> None:
        mixture, component = mixture_distribution, component_distribution
        if not isinstance(mixture, Categorical) or not isinstance(component, Distribution):
            raise TypeError(
                "MixtureSameFamily takes a Categorical and a distribution, not "
                f"{type(mixture).__name__} and {type(component).__name__}"
            )
        shape, k = component.batch_shape, mixture.param_shape[-1]
        batch = shape[:-1]
        if shape[-1:] != (k,) or mixture.batch_shape not in ((), batch):
            raise ShapeError(
                f"MixtureSameFamily: {k} components of batch {tuple(mixture.batch_shape)} are "
                f"mixed, but there is a batch {tuple(shape)} of them: its last axis is theirs"
            )
        self._mixture_distribution, self._component_distribution = mixture, component
        self._mixture = mixture.expand(batch)
        super().__init__(batch, component.event_shape, validate_args)

    @property
    def mixture_distribution(self) -> Categorical:
        """What draws the component."""
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Distribution:
        """The components."""
        return self._component_distribution

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        mixture = self.mixture_distribution.expand(batch_shape)
        components = (*batch_shape, mixture.param_shape[-1])
        component = self.component_distribution.expand(components)
        return MixtureSameFamily(mixture, component, validate_args=False)

    @constraints.dependent_property
    def support(self) -> Any:
        return self.component_distribution.support

    def _averaged(self, x: Any) -> Any:
        """The mean over the components, of numbers for each of these."""
        behind = (1,) * len(self.event_shape)
        chances = self._mixture.probs.reshape((*self._mixture.probs.shape, *behind))
        return (chances * x).sum(-1 - len(behind))

    def _for_each(self, x: Any) -> Any:
        """Values with an axis for the components."""
        return ops.unsqueeze(as_value(x), -1 - len(self.event_shape))

    @property
    def mean(self) -> Any:
        return self._averaged(self.component_distribution.mean)

    @property
    def variance(self) -> Any:
        apart = self.component_distribution.mean - self._for_each(self.mean)
        return self._averaged(self.component_distribution.variance + apart**2)

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        with no_grad():
            drawn = self.component_distribution.sample(sample_shape)
            chosen = self._mixture.sample(sample_shape)
            axis = chosen.ndim
            chosen = chosen.reshape((*chosen.shape, 1, *(1,) * len(self.event_shape)))
            at = ops.broadcast_to(chosen, (*drawn.shape[:axis], 1, *drawn.shape[axis + 1 :]))
            return ops.gather(drawn, axis, at).squeeze(axis)

    def log_prob(self, value: Any) -> Any:
        each = self.component_distribution.log_prob(self._for_each(value))
        return ops.logsumexp(each + self._mixture.logits, -1)

    def cdf(self, value: Any) -> Any:
        return self._averaged(self.component_distribution.cdf(self._for_each(value)))

    def __repr__(self) -> str:
        parts = f"{self.mixture_distribution},\n  {self.component_distribution}"
        return f"MixtureSameFamily(\n  {parts})"
