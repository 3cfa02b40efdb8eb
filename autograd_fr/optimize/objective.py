"""A function of tensors with one number for a result, as SciPy wants it, and its derivatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autograd.derivatives import grad
from ..autograd.modes import enable_grad, no_grad
from ..creation.values import tensor
from ..errors import DtypeError, GraphError, NonFiniteError, ShapeError
from ..tensor import Tensor
from .unknowns import Array, Unknowns


class Objective:
    """f at vectors, its gradient, and its Hessian and products with it, exact and in float64.

    Raises DtypeError, ShapeError where f does not return one number as a tensor, GraphError where
    that does not depend on its argument, NonFiniteError where it is inf or nan at first.
    """

    def __init__(self, f: Callable[..., Any], unknowns: Unknowns, args: Sequence[Any] = ()) -> None:
        self._f, self._unknowns, self._args = f, unknowns, args
        self._watch = Watch(unknowns.name)
        self._there: tuple[Array, list[Tensor], list[Any]] | None = None

    def value(self, x: Array) -> float:
        """f(x)."""
        with no_grad(), np.errstate(all="ignore"):
            value = self._result(self._unknowns.tensors(x))
        return self._watch.sound(value, np.zeros(0))[0]

    def value_and_gradient(self, x: Array) -> tuple[float, Array]:
        """f(x) and ∇f(x), by one backward pass."""
        leaves = self._unknowns.tensors(x)
        with enable_grad(), np.errstate(all="ignore"):
            value = self._result(leaves)
            found = self._unknowns.vector(derivatives(self._unknowns.name, value, leaves))
        return self._watch.sound(value, found)

    def product(self, x: Array, v: Array) -> Array:
        """H v, the Hessian at x times v, by a backward pass through that of the gradient."""
        return self._pulled(x, v)

    def hessian(self, x: Array) -> Array:
        """The whole Hessian at x: its products with all unit vectors, in one batch."""
        return self._pulled(x, np.eye(x.size))

    def _pulled(self, x: Array, v: Array) -> Array:
        leaves, gradients = self._gradient_graph(x)
        used = [g is not None and g.requires_grad for g in gradients]
        weights = [tensor(part) for part, use in zip(self._unknowns.parts(v), used) if use]
        front = v.shape[:-1]
        if not weights:  # f is linear in x, or has no slope there
            return np.zeros(v.shape)
        with np.errstate(all="ignore"):
            found = grad(
                [g for g, use in zip(gradients, used) if use], leaves, weights,
                retain_graph=True, allow_unused=True, is_grads_batched=bool(front),
            )  # fmt: skip
        return self._unknowns.vector(found, front)

    def _gradient_graph(self, x: Array) -> tuple[list[Tensor], list[Any]]:
        """The leaves at x and the gradient in its graph, kept for further products there."""
        if self._there is None or not np.array_equal(self._there[0], x):
            leaves = self._unknowns.tensors(x)
            with enable_grad(), np.errstate(all="ignore"):
                value = self._result(leaves)
                found = derivatives(self._unknowns.name, value, leaves, create_graph=True)
            sound = np.isfinite(value.array)
            self._there = x.copy(), leaves, found if sound else [None] * len(found)
        return self._there[1], self._there[2]

    def _result(self, leaves: Sequence[Tensor]) -> Tensor:
        value = self._f(self._unknowns.nest(leaves), *self._args)
        return one_number(self._unknowns.name, value)


class Watch:
    """Sees to it that a search begins with finite numbers, and turns back where there are others.

    A step may be too long, ln be asked of a negative number, say. SciPy's searches interpolate
    between values, which they cannot with nan or inf: there the function has a number above all
    that were met, and no slope.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._worst = -np.inf

    def sound(self, value: Tensor, gradient: Array) -> tuple[float, Array]:
        """A value and its gradient, as a search can take them.

        Raises NonFiniteError where they are inf or nan at first.
        """
        number = float(value.array)
        if self._worst == -np.inf:
            check_finite(self._name, number, gradient)
        if np.isnan(number) or number == np.inf:
            return self._worst + 10 * (1 + abs(self._worst)), np.zeros_like(gradient)
        self._worst = max(self._worst, number)
        return number, gradient


def one_number(name: str, value: Any) -> Tensor:
    """What a function returned, of shape (). Raises DtypeError, ShapeError for something else."""
    if not isinstance(value, Tensor):
        raise DtypeError(
            f"{name}: the function must return a tensor, not {type(value).__name__}: compute it "
            "from the tensors it is given, by functions of this package"
        )
    if value.array.size != 1:
        raise ShapeError(
            f"{name}: the function must return one number, not shape {value.array.shape}: "
            "reduce it, e.g. with .sum()"
        )
    return value.reshape(()) if value.ndim else value


def derivatives(
    name: str,
    value: Tensor,
    leaves: Sequence[Tensor],
    create_graph: bool = False,
    of: str = "its argument",
) -> list[Any]:
    """The gradients of a value, None for leaves that it does not depend on.

    Raises GraphError where these are all of them.
    """
    found: Sequence[Any] = ()
    if value.requires_grad:
        found = grad(value, leaves, create_graph=create_graph, allow_unused=True)
    if all(g is None for g in found):
        raise independent(name, of)
    return list(found)


def independent(name: str, of: str = "its argument") -> GraphError:
    """The error of a function whose result does not depend on what it should."""
    return GraphError(
        f"{name}: what the function returns does not depend on {of}: does it take .item() or "
        ".detach() of it, or return a constant?"
    )


def check_finite(name: str, number: float, gradient: Array) -> None:
    """Raise NonFiniteError where a value or a gradient to start from is inf or nan."""
    if not np.isfinite(number):
        raise NonFiniteError(f"{name}: the function is {number} at the start: begin elsewhere")
    if not np.isfinite(gradient).all():
        raise NonFiniteError(
            f"{name}: the function is {number:g} at the start, but its gradient holds inf or nan: "
            "begin elsewhere"
        )
