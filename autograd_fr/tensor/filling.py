"""Tensors filled with random numbers, in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.value import Value, wrap
from ..creation import random
from ..errors import DtypeError, RangeError
from ..random import Generator, stream
from .description import Described
from .inplace import write


class Filling(Described):
    """A value whose entries can be drawn anew; every method returns the tensor itself.

    What was there before gets no gradient any more. Each raises GraphError for a leaf that requires
    one while recording, RangeError for parameters out of range, and DtypeError where the dtype
    cannot hold what is drawn.
    """

    __slots__ = ()

    def uniform_(
        self, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None
    ) -> Any:
        """Uniform on [from_, to)."""
        if not from_ <= to:
            raise RangeError(f"uniform_ draws from from_ up to to, got {from_} and {to}")
        dtype = random.floating("uniform_", self.dtype)
        drawn = from_ + (to - from_) * random.uniform(generator, self.array.shape, dtype)
        top = np.nextafter(dtype.type(to), dtype.type(from_))  # what rounding must not go beyond
        return self._filled("uniform_", np.minimum(drawn, top))

    def normal_(
        self, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
    ) -> Any:
        """Normal with the given mean and standard deviation."""
        random.floating("normal_", self.dtype)
        noise = stream(generator).standard_normal(self.array.shape)
        return self._filled("normal_", mean + random.deviation(std) * noise)

    def log_normal_(
        self, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None
    ) -> Any:
        """exp of normal numbers with the given mean and standard deviation."""
        random.floating("log_normal_", self.dtype)
        if not std > 0:
            raise RangeError(f"log_normal_: a standard deviation is above 0 here, got {std}")
        return self._filled("log_normal_", stream(generator).lognormal(mean, std, self.array.shape))

    def exponential_(self, lambd: float = 1.0, *, generator: Generator | None = None) -> Any:
        """Exponential with the rate `lambd`: mean 1 / lambd."""
        random.floating("exponential_", self.dtype)
        if not lambd > 0:
            raise RangeError(f"exponential_: a rate is above 0, got {lambd}")
        drawn = stream(generator).standard_exponential(self.array.shape) / lambd
        return self._filled("exponential_", drawn)

    def cauchy_(
        self, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None
    ) -> Any:
        """Cauchy around `median` with the half width `sigma`."""
        random.floating("cauchy_", self.dtype)
        if not sigma > 0:
            raise RangeError(f"cauchy_: sigma is above 0, got {sigma}")
        drawn = median + sigma * stream(generator).standard_cauchy(self.array.shape)
        return self._filled("cauchy_", drawn)

    def geometric_(self, p: float, *, generator: Generator | None = None) -> Any:
        """The number of the first success among tries that each succeed with chance `p`."""
        if not 0 < p < 1:
            raise RangeError(f"geometric_: p is between 0 and 1, got {p}")
        return self._filled("geometric_", stream(generator).geometric(p, self.array.shape))

    def bernoulli_(self, p: Any = 0.5, *, generator: Generator | None = None) -> Any:
        """1 with probability `p`, a number or a tensor of them, else 0."""
        chances = p.array if isinstance(p, Value) else p
        drawn = random.coins(chances, self.array.shape, self.dtype, generator)
        return self._filled("bernoulli_", drawn)

    def random_(
        self, *bounds: int, to: int | None = None, generator: Generator | None = None
    ) -> Any:
        """Integers: `random_(to)` below `to`, `random_(from, to)`, or up to the dtype's largest."""
        bounds = bounds if to is None else (*bounds, to)
        if len(bounds) > 2:
            raise TypeError(f"random_() takes (to) or (from, to), got {bounds}")
        low, high = (0, *bounds)[-2:] if bounds else (0, _largest(self.dtype) + 1)
        if not low < high:
            raise RangeError(f"random_ draws from from up to to, got {low} and {high}")
        drawn = stream(generator).integers(low, high - 1, self.array.shape, endpoint=True)
        return self._filled("random_", drawn)

    def _filled(self, name: str, values: Any) -> Any:
        drawn = wrap(random.in_dtype(values, self.dtype))
        return write(self, name, lambda _: drawn)


def _largest(dtype: np.dtype[Any]) -> int:
    """The largest integer up to which all can be told apart in `dtype`."""
    if dtype == dtypes.bool_:
        return 1
    if dtype.kind == "f":
        return int(2 ** (np.finfo(dtype).nmant + 1))
    if dtype.kind not in "iu":
        raise DtypeError(f"random_ draws integers, not {dtype}")
    return int(np.iinfo(dtype).max)
