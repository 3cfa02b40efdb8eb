"""Random numbers inside `vmap`: none, the same for all samples, or others for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import AutogradError
from . import known
from .levels import running
from .ufuncs import Levels, full, wrapped


def stream_of_samples(rng: np.random.Generator) -> Any:
    """What draws from `rng` as the levels that are running ask for it."""
    modes = {level.randomness for level in running.get()}
    if "error" in modes:
        raise AutogradError(
            'vmap: a random number was asked for; say vmap(..., randomness="same") if all samples '
            'are to share it, randomness="different" if each is to have its own'
        )
    if "as the others" in modes:
        raise AutogradError(
            'vmap: with randomness="same" no numbers are drawn from chances or rates that differ '
            'from sample to sample; say randomness="different"'
        )
    apart = tuple(level for level in running.get() if level.randomness == "different")
    return _Apart(rng, apart) if apart else rng


class _Apart:
    """Draws for each sample: NumPy's methods, whose shape gets the lengths of the batches."""

    def __init__(self, rng: np.random.Generator, levels: Levels) -> None:
        self._rng, self._levels = rng, levels
        self._lengths = tuple(level.size for level in levels)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        draw = getattr(self._rng, name)

        def drawn(*args: Any, **options: Any) -> Any:
            wider = [self._widened(x) for x in args]
            return wrapped(draw(*wider, **options), self._levels)

        return drawn

    def _widened(self, x: Any) -> Any:
        """A shape, or an array of parameters, each of which gives a draw, for all samples."""
        if isinstance(x, tuple):
            return self._lengths + x
        return full(x, self._levels) if isinstance(x, (*known.ARRAYS, np.generic)) else x

    def permutation(self, n: int) -> Any:
        rows = np.broadcast_to(np.arange(n), (*self._lengths, n))
        return wrapped(self._rng.permuted(rows, axis=-1), self._levels)
