"""A plane through the space of parameters, and the loss on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.value import Value
from ...messages.namespaces import sightings
from ..graph.names import Names
from .canvas import as_array
from .undisturbed import undisturbed

Arrays = list[Any]


class Plane:
    """The points base + a d + b e: where parameters are two numbers, these are a and b.

    Else the base is where the parameters are now, and `directions` are d and e; by default those
    in which the moments of a path differ most from it, or random ones, drawn from `seed`.
    """

    def __init__(self, parameters: Any, directions: Any, moments: list[Any], seed: int) -> None:
        self.model, self.tensors = parameters, _tensors(parameters)
        self.base = [np.asarray(t.array) for t in self.tensors]
        self.here, self.labels = np.zeros(2), ["direction 1", "direction 2"]
        if directions is not None:
            self.directions = [self._shaped("a direction", d) for d in directions]
        elif sum(c.size for c in self.base) == 2:
            self.directions = [self._split(row) for row in np.eye(2)]
            self.here = _flat(self.base)
            self.labels = _names(self.tensors)
            self.base = [np.zeros_like(c) for c in self.base]
        elif not self._follow(moments):
            rng = np.random.default_rng(seed)
            self.directions = [[_as_long(c, rng) for c in self.base] for _ in range(2)]
        if len(self.directions) != 2:
            raise ValueError(f"a plane has two directions, not {len(self.directions)}")
        basis = np.stack([_flat(d) for d in self.directions], 1)
        if not np.abs(basis).max(0).all():
            raise ValueError("a direction is 0 throughout; those drawn are as long as the "
                             "parameters: where these are 0, give directions")  # fmt: skip
        self._onto = np.linalg.pinv(basis)

    def loss(self, loss: Callable[[], Any], a: float, b: float) -> float:
        """The loss at a point; parameters, buffers and all else are as before afterwards."""
        with undisturbed(self.model, self.tensors), no_grad(), np.errstate(all="ignore"):
            for t, c, d, e in zip(self.tensors, self.base, *self.directions):
                moved = (c + a * d + b * e).astype(c.dtype)
                t.array = moved if moved.ndim else moved[()]
            array = as_array("loss()", loss())
        if array.size != 1:
            raise ValueError(f"loss() has to give one number, not {array.shape}: take its mean")
        return float(array.item())

    def place(self, moment: Sequence[Any]) -> Any:
        """Where parameters of another moment lie on the plane, by least squares."""
        given = self._shaped("a moment of the path", moment)
        with np.errstate(all="ignore"):
            return self._onto @ (_flat(given) - _flat(self.base))

    def _follow(self, moments: list[Any]) -> bool:
        """Take the principal directions of the moments, seen from here, if there are two."""
        gone = [_flat(self._shaped("a moment of the path", m)) - _flat(self.base) for m in moments]
        gone = [g for g in gone if np.isfinite(g).all()]
        if len(gone) < 2:
            return False
        _, lengths, rows = np.linalg.svd(np.stack(gone), full_matrices=False)
        if lengths[1] <= 1e-9 * lengths[0]:
            return False
        shares = lengths**2 / (lengths**2).sum()
        self.directions = [self._split(row) for row in rows[:2]]
        self.labels = [f"direction {k} ({shares[k - 1]:.0%} of the path)" for k in (1, 2)]
        return True

    def _split(self, flat: Any) -> Arrays:
        """A vector as arrays shaped as the parameters."""
        ends = np.cumsum([c.size for c in self.base])[:-1]
        return [p.reshape(c.shape) for p, c in zip(np.split(flat, ends), self.base)]

    def _shaped(self, what: str, arrays: Any) -> Arrays:
        """One array for each parameter; of a single one also the array itself."""
        shapes = [c.shape for c in self.base]
        found = [] if isinstance(arrays, Value) else [as_array(what, a) for a in arrays]
        if [a.shape for a in found] != shapes and len(shapes) == 1:
            found = [as_array(what, arrays)]
        if [a.shape for a in found] != shapes:
            raise ValueError(
                f"{what} has shapes {[a.shape for a in found]}, the parameters have {shapes}"
            )
        return found


def _flat(arrays: Iterable[Any]) -> Any:
    return np.concatenate([np.ravel(a) for a in arrays]).astype(float)


def _as_long(center: Any, rng: np.random.Generator) -> Any:
    """A random direction, each row of which is as long as that row of the parameter."""
    d = rng.standard_normal(center.shape)
    axes = tuple(range(1, center.ndim)) or None
    own, drawn = (np.sqrt((x.astype(float) ** 2).sum(axes, keepdims=True)) for x in (center, d))
    return d * (own / np.maximum(drawn, 1e-12))


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
