"""Student's t distribution."""

from __future__ import annotations

import math
from typing import Any

from .. import ops
from . import constraints
from .distribution import NO_SHAPE, Distribution, normals, where_not
from .gamma import Gamma
from .utils import broadcast_all


class StudentT(Distribution):
    """Student's t: a normal number over √(χ² / df), times `scale`, plus `loc`.

    >>> import autograd_fr as ag
    >>> ag.distributions.StudentT(4.0).variance
    tensor(2.)
    """

    arg_constraints = {
        "df": constraints.positive, "loc": constraints.real, "scale": constraints.positive,
    }  # fmt: skip
    event_dims = {"df": 0, "loc": 0, "scale": 0}
    support = constraints.real
    has_rsample = True

    def __init__(
        self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None
    ) -> None:
        self.df, self.loc, self.scale = broadcast_all(df, loc, scale)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return where_not(self.df <= 1, self.loc, math.nan)

    @property
    def mode(self) -> Any:
        return self.loc

    @property
    def variance(self) -> Any:
        enough = self.df > 2
        df = ops.where(enough, self.df, 3.0)
        known = where_not(~enough, self.scale**2 * df / (df - 2), math.inf)
        return where_not(self.df <= 1, known, math.nan)

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        z = normals(self._extended_shape(sample_shape), self.df)
        chi2 = Gamma(self.df / 2, 0.5, validate_args=False).rsample(sample_shape)
        return self.loc + self.scale * z * ops.rsqrt(chi2 / self.df)

    def log_prob(self, value: Any) -> Any:
        z = (self._checked(value) - self.loc) / self.scale
        return -(self.df + 1) / 2 * ops.log1p(z**2 / self.df) - self._log_total()

    def _log_total(self) -> Any:
        """The logarithm of what the density is divided by."""
        beta = ops.lgamma(self.df / 2) - ops.lgamma((self.df + 1) / 2) + math.log(math.pi) / 2
        return ops.log(self.scale) + ops.log(self.df) / 2 + beta

    def entropy(self) -> Any:
        more = (self.df + 1) / 2
        return self._log_total() + more * (ops.digamma(more) - ops.digamma(self.df / 2))
