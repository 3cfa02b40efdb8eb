"""Streams of random numbers: one of the package, and as many others as are wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from . import devices
from .autograd.value import wrap
from .batching import known
from .errors import AutogradError

__all__ = [
    "Generator",
    "default_generator",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
]

# A state in bytes: the seed; the two numbers of PCG64; whether half a number is left, and which.
_FIELDS = (8, 16, 16, 1, 4)


class Generator:
    """A stream of random numbers, over `numpy.random.Generator`.

    `device`: "cpu", or, for short, the seed of the stream.

    >>> import autograd_fr as ag
    >>> a, b = ag.Generator(0), ag.Generator().manual_seed(0)
    >>> (ag.rand(3, generator=a) == ag.rand(3, generator=b)).all()
    tensor(True)
    """

    def __init__(self, device: Any = "cpu") -> None:
        seeded = isinstance(device, int)
        if not seeded:
            devices.on_cpu(device)
        self.manual_seed(device if seeded else _from_the_system())

    @property
    def device(self) -> devices.device:
        """Where it draws: on the CPU."""
        return devices.CPU

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream again from `seed`, an integer; returns the generator."""
        self._seed = int(seed) % 2**64  # negative seeds count from the end, as in PyTorch
        self._numpy: Any = None
        self.seeding = object()  # another each time: who derives streams from it, derives them anew
        return self

    @property
    def numpy(self) -> np.random.Generator:
        """The stream itself, made when first drawn from: to load numpy.random takes its time."""
        if self._numpy is None:
            self._numpy = np.random.Generator(np.random.PCG64(self._seed))
        stream: np.random.Generator = self._numpy
        return stream

    @numpy.setter
    def numpy(self, stream: np.random.Generator) -> None:
        self._numpy = stream

    def initial_seed(self) -> int:
        """The seed that the stream started from."""
        return self._seed

    def seed(self) -> int:
        """Start the stream again from a seed drawn from the system, and say which."""
        return self.manual_seed(_from_the_system()).initial_seed()

    def get_state(self) -> Any:
        """Where the stream stands, as a tensor of bytes for `set_state`.

        >>> import autograd_fr as ag
        >>> g = ag.Generator(0); state = g.get_state(); first = ag.rand(2, generator=g)
        >>> g.set_state(state); (ag.rand(2, generator=g) == first).all()
        tensor(True)
        """
        held = self.numpy.bit_generator.state
        inner = held["state"]["state"], held["state"]["inc"], held["has_uint32"], held["uinteger"]
        packed = [n.to_bytes(size, "little") for n, size in zip((self._seed, *inner), _FIELDS)]
        return wrap(np.frombuffer(b"".join(packed), np.uint8).copy())

    def set_state(self, new_state: Any) -> None:
        """Go on from where a stream stood. Raises AutogradError for what is no such state."""
        data = np.asarray(new_state.array)
        if data.dtype != np.uint8 or data.shape != (sum(_FIELDS),):
            raise AutogradError("a state of a generator comes from get_state(), this is none")
        ends = np.cumsum(_FIELDS)[:-1]
        parts = (int.from_bytes(part.tobytes(), "little") for part in np.split(data, ends))
        self._seed, state, inc, has_uint32, uinteger = parts
        self.numpy.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": state, "inc": inc},
            "has_uint32": has_uint32,
            "uinteger": uinteger,
        }


def _from_the_system() -> int:
    return int.from_bytes(os.urandom(8), "little")


default_generator = Generator()
_instead: ContextVar[Generator | None] = ContextVar("instead", default=None)


def current() -> Generator:
    """What is drawn from where no generator is given: the package's, or that of `drawing_from`."""
    return _instead.get() or default_generator


@contextmanager
def drawing_from(generator: Generator) -> Iterator[None]:
    """Inside the block, in this thread or task, `generator` stands in for the package's own stream.

    >>> import autograd_fr as ag
    >>> with ag.random.drawing_from(ag.Generator(0)):
    ...     a = ag.rand(3)
    >>> (ag.rand(3, generator=ag.Generator(0)) == a).all()
    tensor(True)
    """
    token = _instead.set(generator)
    try:
        yield
    finally:
        _instead.reset(token)


def derived(seed: int, *path: int) -> Generator:
    """The stream that `seed` has for these numbers: the same each time, others for other numbers.

    The seeds are those of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators", OOPSLA 2014).

    >>> derived(0, 1).initial_seed() == derived(0, 1).initial_seed() != derived(0, 2).initial_seed()
    True
    """
    for number in path:
        z = (seed + (number + 1) * 0x9E3779B97F4A7C15) % 2**64
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
        seed = z ^ z >> 31
    return Generator(seed)


def stream(generator: Generator | None = None) -> np.random.Generator:
    """The NumPy generator to draw from: of `generator`, or of the package."""
    own = (generator or _instead.get() or default_generator).numpy
    if not known.used:
        return own
    from .batching.randomness import stream_of_samples

    drawing: np.random.Generator = stream_of_samples(own)
    return drawing


def manual_seed(seed: int) -> Generator:
    """Start the package's own stream again from `seed`: the same seed gives the same run.

    >>> import autograd_fr as ag
    >>> _ = ag.manual_seed(0); a = ag.rand(3)
    >>> _ = ag.manual_seed(0); (ag.rand(3) == a).all()
    tensor(True)
    """
    return current().manual_seed(seed)


def seed() -> int:
    """Start the package's own stream again from a seed drawn from the system, and say which."""
    return current().seed()


def initial_seed() -> int:
    """The seed that the package's own stream started from.

    >>> _ = manual_seed(7)
    >>> initial_seed()
    7
    """
    return current().initial_seed()


def get_rng_state() -> Any:
    """Where the package's own stream stands, as a tensor of bytes for `set_rng_state`."""
    return current().get_state()


def set_rng_state(new_state: Any) -> None:
    """Let the package's own stream go on from where it stood."""
    current().set_state(new_state)


@contextmanager
def fork_rng(devices: Any = (), enabled: bool = True) -> Iterator[None]:
    """Inside the block draw as one likes; afterwards the stream stands where it stood before.

    >>> import autograd_fr as ag
    >>> _ = ag.manual_seed(0)
    >>> with ag.random.fork_rng():
    ...     a = ag.rand(3)
    >>> (ag.rand(3) == a).all()
    tensor(True)
    """
    state = get_rng_state()
    try:
        yield
    finally:
        if enabled:
            set_rng_state(state)
