"""A plane through the space of parameters, and the loss on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.value import Value
from ...messages.namespaces import sightings
from ...metrics.inputs import as_array
from ..graph.names import Names
from .undisturbed import owners, undisturbed

Arrays = list[Any]
MOMENT = "a moment of the path"
ROUNDINGS = 16  # of the numbers themselves: that far parameters seem to move that do not
STRAIGHT = 1e-4  # a path that goes to the side by a lesser share of its length is a line


class Plane:
    """The points base + a d + b e: where parameters are two numbers, these are a and b.

    Else the base is where the parameters are now, and `directions` are d and e; by default those
    in which the moments of a path differ most from it, or random ones, drawn from `seed`. Of a path
    along a line, d is that line, and e as long, random, and at right angles to it.

    `still`: how far moments seem to move along each axis by rounding alone.
    """

    def __init__(self, parameters: Any, directions: Any, moments: list[Any], seed: int) -> None:
        self.tensors = _tensors(parameters)
        self.models = [parameters, *owners(self.tensors)]
        self.base = [np.asarray(t.array) for t in self.tensors]
        self.here, self.labels = np.zeros(2), ["direction 1", "direction 2"]
        self._named = getattr(parameters, "named_parameters", None)
        seen = [_flat(self._shaped(MOMENT, moment)) for moment in moments]
        seen, self._aside = [m for m in seen if np.isfinite(m).all()], 0.0
        rng = np.random.default_rng(seed)
        if directions is not None:
            self.directions = [self._shaped("a direction", d) for d in directions]
        elif sum(c.size for c in self.base) == 2:
            self.directions = [self._split(row) for row in np.eye(2)]
            self.here = _flat(self.base)
            self.labels = _names(self.tensors)
            self.base = [np.zeros_like(c) for c in self.base]
        elif not self._follow(seen, rng):
            self.directions = [[_as_long(c, rng) for c in self.base] for _ in range(2)]
        if len(self.directions) != 2:
            raise ValueError(f"a plane has two directions, not {len(self.directions)}")
        basis = np.stack([_flat(d) for d in self.directions], 1)
        if not np.abs(basis).max(0).all():
            raise ValueError("a direction is 0 throughout; those drawn are as long as the "
                             "parameters: where these are 0, give directions")  # fmt: skip
        if np.linalg.matrix_rank(basis / np.linalg.norm(basis, axis=0)) < 2:
            raise ValueError("the two directions are the same but for their length, and make no "
                             "plane: give others")  # fmt: skip
        self._onto = np.linalg.pinv(basis)
        self.still = np.maximum(np.sqrt(self._onto**2 @ self._rounding(seen) ** 2), self._aside)

    def loss(self, loss: Callable[[], Any], a: float, b: float) -> float:
        """The loss at a point; parameters, buffers and all else are as before afterwards."""
        with undisturbed(self.models, self.tensors), no_grad(), np.errstate(all="ignore"):
            for t, c, d, e in zip(self.tensors, self.base, *self.directions):
                moved = (c + a * d + b * e).astype(c.dtype)
                t.array = moved if moved.ndim else moved[()]
            array = as_array("loss()", loss())
        if array.size != 1:
            raise ValueError(f"loss() has to give one number, not {array.shape}: take its mean")
        return float(array.item())

    def place(self, moment: Sequence[Any]) -> Any:
        """Where parameters of another moment lie on the plane, by least squares."""
        given = self._shaped(MOMENT, moment)
        with np.errstate(all="ignore"):
            return self._onto @ (_flat(given) - _flat(self.base))

    def is_here(self, moment: Any) -> bool:
        """Whether a moment is the parameters themselves, which move on, and no copy."""
        given = self._shaped(MOMENT, moment)
        return any(np.may_share_memory(a, t.array) for a, t in zip(given, self.tensors))

    def _follow(self, moments: list[Any], rng: np.random.Generator) -> bool:
        """Take the principal directions of the moments, seen from here, if they moved at all."""
        if not moments:
            return False
        gone = np.stack(moments) - _flat(self.base)
        _, lengths, rows = np.linalg.svd(gone, full_matrices=False)
        noise = np.linalg.norm(self._rounding(moments)) * np.sqrt(len(gone))
        if lengths[0] <= noise:
            return False
        shares = lengths**2 / (lengths**2).sum()
        self.labels = [f"direction {k} ({s:.0%} of the path)" for k, s in enumerate(shares[:2], 1)]
        aside = max(noise, STRAIGHT * lengths[0])
        if len(gone) == 1 or lengths[1] <= aside:
            rows, self._aside = np.stack([rows[0], _beside(rows[0], rng)]), aside
            self.labels[1:] = ["direction 2 (random)"]
        self.directions = [self._split(row) for row in rows[:2]]
        return True

    def _rounding(self, moments: list[Any]) -> Any:
        """How far each parameter seems to move because its moments are rounded."""
        relative = _flat([np.full(c.shape, np.finfo(c.dtype).eps) for c in self.base])
        return ROUNDINGS * relative * np.abs([_flat(self.base), *moments]).max(0)

    def _split(self, flat: Any) -> Arrays:
        """A vector as arrays shaped as the parameters."""
        ends = np.cumsum([c.size for c in self.base])[:-1]
        return [p.reshape(c.shape) for p, c in zip(np.split(flat, ends), self.base)]

    def _shaped(self, what: str, arrays: Any) -> Arrays:
        """One array for each parameter; of a single one also the array itself."""
        shapes = [c.shape for c in self.base]
        if isinstance(arrays, Mapping):
            arrays = self._entries(what, arrays)
        several = isinstance(arrays, Iterable) and not isinstance(arrays, Value)
        found = [as_array(what, a) for a in (arrays if several else [arrays])]
        if [a.shape for a in found] != shapes and len(shapes) == 1:
            found = [as_array(what, arrays)]
        if [a.shape for a in found] != shapes:
            raise ValueError(
                f"{what} has shapes {[a.shape for a in found]}, the parameters have {shapes}"
            )
        return found

    def _entries(self, what: str, state: Mapping[str, Any]) -> Arrays:
        """The parameters in what the module's `state_dict` gave, which has buffers too."""
        if self._named is None:
            raise TypeError(f"{what} has names: give the module that they are of, not its tensors")
        names = [name for name, _ in self._named()]
        if missing := [name for name in names if name not in state]:
            raise ValueError(f"{what} lacks {missing[0]!r}, a parameter of the module")
        return [state[name] for name in names]


def _flat(arrays: Iterable[Any]) -> Any:
    return np.concatenate([np.ravel(a) for a in arrays]).astype(float)


def _as_long(center: Any, rng: np.random.Generator) -> Any:
    """A random direction, each row of which is as long as that row of the parameter."""
    d = rng.standard_normal(center.shape)
    axes = tuple(range(1, center.ndim)) or None
    own, drawn = (np.sqrt((x.astype(float) ** 2).sum(axes, keepdims=True)) for x in (center, d))
    return d * (own / np.maximum(drawn, 1e-12))


def _beside(row: Any, rng: np.random.Generator) -> Any:
    """A random direction of length 1, at right angles to `row`, which is as long."""
    drawn = rng.standard_normal(row.shape)
    drawn -= row * (row @ drawn)
    return drawn / np.linalg.norm(drawn)


def _tensors(parameters: Any) -> list[Value]:
    """The tensors to move. Raises TypeError, ValueError where there are none that can be."""
    if hasattr(parameters, "parameters"):
        parameters = parameters.parameters()
    tensors = [parameters] if isinstance(parameters, Value) else list(parameters)
    if not tensors or not all(isinstance(t, Value) and t.dtype.kind == "f" for t in tensors):
        raise TypeError("the parameters are a module with some, or tensors of floats")
    if sum(t.array.size for t in tensors) < 2:
        raise ValueError(
            "one number has a curve, no surface: plot_activation(f, low, high) shows it"
        )
    if not all(np.isfinite(t.array).all() for t in tensors):
        raise ValueError("some parameters are nan or inf: there is no surface around them")
    return tensors


def _names(tensors: Sequence[Value]) -> list[str]:
    """What the two entries of these tensors are called, by the caller's variables if need be."""
    known = Names({id(t) for t in tensors})
    known.add_given(tensors)
    known.add_found(sightings(sys._getframe(1)))
    names = []
    for k, t in enumerate(tensors):
        name = known.by_id.get(id(t), f"parameter {k + 1}")
        several = t.array.size > 1
        names += [f"{name}{[*i]}" if several else name for i in np.ndindex(t.array.shape)]
    return names
