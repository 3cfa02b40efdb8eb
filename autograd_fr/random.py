"""Random numbers from one seedable stream, or from a generator of one's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes
from .methods import unpacked
from .tensor import Tensor


class Generator:
    """A stream of random numbers, over `numpy.random.Generator`.

    >>> import autograd_fr as ag
    >>> a, b = ag.Generator(0), ag.Generator(0)
    >>> (ag.rand(3, generator=a) == ag.rand(3, generator=b)).all()
    tensor(True)
    """

    def __init__(self, seed: int | None = None) -> None:
        self.numpy = np.random.default_rng(seed)

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream again from `seed`; returns the generator."""
        self.numpy = np.random.default_rng(seed)
        return self


default_generator = Generator()


def manual_seed(seed: int) -> Generator:
    """Start the package's own stream again from `seed`: the same seed gives the same run.

    >>> import autograd_fr as ag
    >>> _ = ag.manual_seed(0); a = ag.rand(3)
    >>> _ = ag.manual_seed(0); (ag.rand(3) == a).all()
    tensor(True)
    """
    return default_generator.manual_seed(seed)


def stream(generator: Generator | None = None) -> np.random.Generator:
    """The NumPy generator to draw from: of `generator`, or of the package."""
    return (generator or default_generator).numpy


def rand(
    *size: Any, generator: Generator | None = None, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """Uniform on [0, 1).

    >>> import autograd_fr as ag
    >>> ag.rand(2, 3).shape
    (2, 3)
    """
    wanted = dtypes.get_default_dtype() if dtype is None else dtypes.as_dtype(dtype)
    single = wanted != dtypes.float64
    drawn = stream(generator).random(unpacked(size), np.float32 if single else np.float64)
    below_one = np.nextafter(wanted.type(1), wanted.type(0))  # what rounding must not go beyond
    return Tensor(np.minimum(drawn.astype(wanted), below_one), None, requires_grad)


def randn(
    *size: Any, generator: Generator | None = None, dtype: Any = None, requires_grad: bool = False
) -> Tensor:
    """Normal with mean 0 and variance 1.

    >>> import autograd_fr as ag
    >>> ag.randn(2, 3).shape
    (2, 3)
    """
    drawn = stream(generator).standard_normal(unpacked(size))
    return Tensor(drawn, dtype or dtypes.get_default_dtype(), requires_grad)


def randint(low: int, high: int, size: Any, *, generator: Generator | None = None) -> Tensor:
    """Integers from `low` up to, not including, `high`.

    >>> import autograd_fr as ag
    >>> ag.randint(0, 10, (2, 3)).shape
    (2, 3)
    """
    return Tensor(stream(generator).integers(low, high, unpacked((size,))))


def randperm(n: int, *, generator: Generator | None = None) -> Tensor:
    """The integers from 0 to n - 1 in random order.

    >>> import autograd_fr as ag
    >>> sorted(ag.randperm(4).tolist())
    [0, 1, 2, 3]
    """
    return Tensor(stream(generator).permutation(n))
