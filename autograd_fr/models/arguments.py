"""What the nets of this folder refuse of their arguments and of their inputs."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

from .. import nn
from ..errors import ShapeError
from ..messages.suggestions import meant
from ..nn import Module


def check_counts(model: str, least: int = 1, **counts: Any) -> None:
    """Raise ValueError for a number below `least`, TypeError for what is no whole number.

    Several may stand in a tuple.

    >>> check_counts("MLP", widths=(3, 0))
    Traceback (most recent call last):
    ValueError: MLP: widths are whole numbers, 1 or more, got (3, 0)
    """
    for name, given in counts.items():
        several = isinstance(given, (list, tuple))
        form = "are whole numbers" if several else "is a whole number"
        told = f"{model}: {name} {form}, {least} or more, got {given!r}"
        try:
            numbers = [index(x) for x in (given if several else [given])]
        except TypeError:
            raise TypeError(told) from None
        if any(x < least for x in numbers):
            raise ValueError(told)


def check_several(model: str, length: int, **counts: Any) -> None:
    """`check_counts` of tuples; raises ValueError for those of another length.

    >>> check_several("LeNet", 2, maps=(6,))
    Traceback (most recent call last):
    ValueError: LeNet: maps are 2 whole numbers, got (6,)
    """
    for name, given in counts.items():
        if not isinstance(given, (list, tuple)) or len(given) != length:
            raise ValueError(f"{model}: {name} are {length} whole numbers, got {given!r}")
    check_counts(model, **counts)


def check_images(
    model: Module, x: Any, channels: int, size: int | None = None, fix: str = ""
) -> None:
    """Raise ShapeError for what is not images (n, channels, size, size); without a size, of any.

    `fix`: what to do about another size, which stands there for {size}.
    """
    shape = tuple(getattr(x, "shape", ()))
    side = "height, width" if size is None else f"{size}, {size}"
    told = f"{type(model).__name__} takes images (n, {channels}, {side}), got shape {shape}"
    if len(shape) == 3 and shape[0] == channels:
        raise ShapeError(f"{told}: the axis of the batch is missing; give x.unsqueeze(0)")
    if len(shape) == 3 and channels == 1:
        raise ShapeError(f"{told}: the axis of the channels is missing; give x.unsqueeze(1)")
    if len(shape) != 4:
        raise ShapeError(told)
    if shape[1] != channels:
        raise ShapeError(
            f"{told}: they have {shape[1]} channels; make the model for these, with "
            f"in_channels={shape[1]}, or give images of {channels}"
        )
    if size is not None and shape[2:] != (size, size):
        raise ShapeError(f"{told}: {fix.format(size=shape[2])}")


def new_activation(model: str, activation: Callable[[], Module]) -> Module:
    """A module of this class. Raises TypeError for what makes none."""
    told = (
        f"{model}: activation is a class of modules, as nn.GELU, of which every layer gets its own"
    )
    if isinstance(activation, Module):
        kind = type(activation).__name__
        raise TypeError(
            f"{told}; this is a {kind} already made: give nn.{kind}, or with options "
            f"functools.partial(nn.{kind}, ...)"
        )
    if not callable(activation):
        classes = [name for name, x in vars(nn).items() if isinstance(x, type)]
        near = meant(activation, classes) if isinstance(activation, str) else None
        raise TypeError(f"{told}, not {activation!r}" + (f": did you mean nn.{near}?" * bool(near)))
    try:
        made = activation()
    except TypeError as error:
        raise TypeError(f"{told}; it is called without arguments: {error}") from error
    if not isinstance(made, Module):
        raise TypeError(f"{told}; this one makes a {type(made).__name__}")
    return made
