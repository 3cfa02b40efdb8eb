"""Small parameters gathered into vectors, on which NumPy takes its time to compute, not to begin.

An update that treats every entry by itself does not care where one parameter ends and the next
begins. What is remembered of parameters in a pack lies in vectors too: the tensors in an
optimizer's state are parts of these. Parameters and gradients stay where they are, and are copied.
"""

from __future__ import annotations

import operator
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from ..autograd.memory import owner
from ..autograd.value import ARRAY, Value, share

# How long a vector of a pack is at most: several of them fit into a core's own cache.
BYTES = 1 << 17

# How large parameters in it are at most: with larger ones the copies cost more than they spare.
SMALL = BYTES // 4


class Pack:
    """Parameters of one dtype, of which the like is remembered, as an update sees them: as one."""

    def __init__(self, params: Sequence[Any], states: Sequence[dict[str, Any]]) -> None:
        self.params, self._states = params, states
        self.arrays = [p.memory() for p in params]
        ends = list(accumulate(a.size for a in self.arrays))
        starts = [0, *ends]
        self.p, self.g = np.empty((2, ends[-1]), self.arrays[0].dtype)

        def parts(vector: Any) -> list[Any]:
            return [vector[i:j].reshape(a.shape) for i, j, a in zip(starts, ends, self.arrays)]

        self._p = parts(self.p)
        self.state: dict[str, Any] = {}
        self._kept: dict[str, list[Any]] = {}  # where parameters have parts of their own
        self._common: dict[str, list[Any]] = {}  # what is one number, and the same for all
        for name, tensor in states[0].items():
            if tensor.ndim:
                vector = np.concatenate([s[name].array.reshape(-1) for s in states])
                self.state[name], self._kept[name] = share(vector), parts(vector)
                for s, part in zip(states, self._kept[name]):
                    s[name].array = part
            else:
                self.state[name] = share(tensor.array)
                self._common[name] = [s[name].array for s in states]

    def holds(self, state: Mapping[Any, Any]) -> bool:
        """Whether parameters and what is remembered of them are still those that were gathered."""
        if not _same(map(ARRAY.__get__, self.params), self.arrays):
            return False
        if not _same(map(state.get, self.params), self._states):
            return False
        for name, known in (*self._kept.items(), *self._common.items()):
            if not _same([own[name].array for own in self._states], known):
                return False
        return self._states[0].keys() == self.state.keys()

    def load(self) -> None:
        """Gather parameters and gradients."""
        np.concatenate([array.ravel() for array in self.arrays], out=self.p)
        np.concatenate([p._grad.array.ravel() for p in self.params], out=self.g)

    def store(self) -> None:
        """Give every parameter its part of what an update has made of them."""
        copy = np.copyto
        for array, own in zip(self.arrays, self._p):
            copy(array, own)
        for name in self._common:
            number = self.state[name].array
            # Each its own: one of several would be saved as shared.
            self._common[name] = copies = [number.copy() for _ in self._states]
            for own, each in zip(self._states, copies):
                own[name].array = each


class Packs:
    """How the parameters of one group are gathered: those that had a gradient at the last step."""

    def __init__(self, params: list[Any]) -> None:
        self.params = params
        self.packs: list[Pack] = []
        self.others = params
        self._made = False

    def fits(self, params: Sequence[Any]) -> bool:
        """Whether these very parameters have a gradient."""
        return len(params) == len(self.params) and _same(params, self.params)

    def renew(self, state: Mapping[Any, Any]) -> None:
        """Gather, at the second step of the same parameters, and again what has been changed."""
        if self._made and all(pack.holds(state) for pack in self.packs):
            return
        self._made = True
        self.packs = [Pack(ps, [state[p] for p in ps]) for ps in _gathered(self.params, state)]
        packed = {id(p) for pack in self.packs for p in pack.params}
        self.others = [p for p in self.params if id(p) not in packed]


def _same(found: Iterable[Any], known: Iterable[Any]) -> bool:
    """Whether these very things are found, one by one."""
    return all(map(operator.is_, found, known))


def _gathered(params: Sequence[Any], state: Mapping[Any, Any]) -> Iterator[list[Any]]:
    """Parameters that may go together, by twos at least."""
    kinds: defaultdict[Any, list[Any]] = defaultdict(list)
    owners = {id(owner(p.memory())) for p in params}
    if len(owners) < len(params):  # several in one piece of memory, maybe in each other's
        return
    for p in params:
        if (kind := _kind(p.memory(), state.get(p))) is not None:
            kinds[kind].append(p)
    for alike in kinds.values():
        room = BYTES
        pack: list[Any] = []
        for p in alike:
            room -= p.memory().nbytes
            if room < 0:
                yield pack
                room, pack = BYTES - p.memory().nbytes, []
            pack.append(p)
        if len(pack) > 1:
            yield pack


def _kind(array: Any, kept: Mapping[str, Any] | None) -> Any:
    """What parameters that go together have in common; None for one that goes alone.

    It does where somebody else may have the memory of what is kept: that is not to be moved.
    """
    if not kept or not array.ndim or not 0 < array.nbytes <= SMALL:
        return None
    numbers = []
    for name, tensor in kept.items():
        if not isinstance(tensor, Value) or not isinstance(tensor.array, (np.ndarray, np.generic)):
            return None
        if not tensor.ndim:
            numbers.append((name, float(tensor.array)))
        elif (
            tensor.shape != array.shape
            or tensor.array.base is not None
            or sys.getrefcount(tensor.array) > 2
            or tensor.dtype != array.dtype
        ):
            return None
    return array.dtype, tuple(kept), tuple(numbers)
