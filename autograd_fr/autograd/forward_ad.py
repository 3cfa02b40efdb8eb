"""Forward-mode differentiation with dual tensors, by the names of `torch.autograd.forward_ad`.

Within a level, a dual tensor is a value and its derivative in one direction, and every operation
computes the derivative of its result beside the result. One evaluation gives the derivatives of
all outputs for one direction of the inputs, and keeps nothing for later. As in `func.jvp`, nothing
moves within `no_grad()`.

>>> import autograd_fr as ag
>>> from autograd_fr.autograd import forward_ad as fwAD
>>> with fwAD.dual_level():
...     x = fwAD.make_dual(ag.tensor(3.0), ag.tensor(1.0))
...     y = fwAD.unpack_dual(x * x)
>>> y.primal, y.tangent
(tensor(9.), tensor(6.))
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, NamedTuple

from ..errors import GraphError
from .duals import Level
from .value import Value

_entered: ContextVar[tuple[Level, ...]] = ContextVar("entered", default=())


class UnpackedDualTensor(NamedTuple):
    """The value of a dual tensor, and its tangent; None for one that has none."""

    primal: Any
    tangent: Any


def enter_dual_level() -> int:
    """Begin a level, and give its number. Levels lie in each other, from 0 on."""
    level = Level().__enter__()
    _entered.set((*_entered.get(), level))
    return len(_entered.get()) - 1


def exit_dual_level(*, level: int | None = None) -> None:
    """End the innermost level, after which its tangents are gone.

    Raises GraphError where there is none, or where `level` is not the number of the innermost.
    """
    levels = _entered.get()
    if not levels or level not in (None, len(levels) - 1):
        raise GraphError(
            f"the innermost level can be ended, which is {len(levels) - 1}; asked for was {level}"
            if levels
            else "there is no dual level to end: begin one with enter_dual_level()"
        )
    _entered.set(levels[:-1])
    levels[-1].__exit__()


class dual_level:
    """A level that lasts as long as a `with` block; gives its number."""

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(self, *_: Any) -> None:
        exit_dual_level()


def make_dual(tensor: Value, tangent: Value, *, level: int | None = None) -> Any:
    """`tensor` with the direction `tangent`, of its shape and dtype, in which it moves.

    Raises GraphError outside of a level, ShapeError and DtypeError where the two do not fit.
    """
    for t in (tensor, tangent):
        if not isinstance(t, Value):
            raise TypeError(f"make_dual() takes two tensors, not {type(t).__name__}")
    found = _level(level)
    if found is None:
        raise GraphError("there is no dual level: make_dual() works within `with dual_level():`")
    return found.dual(tensor, tangent)


def unpack_dual(tensor: Value, *, level: int | None = None) -> UnpackedDualTensor:
    """The value of `tensor` without its tangent, and the tangent: None where it has none."""
    if not isinstance(tensor, Value):
        raise TypeError(f"unpack_dual() takes a tensor, not {type(tensor).__name__}")
    found = _level(level)
    if found is None:
        return UnpackedDualTensor(tensor, None)
    tangent = found.tangent_of(tensor)
    return UnpackedDualTensor(
        found.primal_of(tensor), None if tangent is None else found.outward(tangent)
    )


def _level(number: int | None) -> Level | None:
    """The level of that number, or the innermost; None where there is none at all."""
    levels = _entered.get()
    if not levels:
        return None
    if number is None:
        return levels[-1]
    if not 0 <= number < len(levels):
        raise GraphError(f"there are the dual levels 0 to {len(levels) - 1}, not {number}")
    return levels[number]
