"""What `fit` and its like are given, checked before anything is learnt."""

from __future__ import annotations

import errno
import math
import operator
import os
from collections.abc import Callable, Iterable
from functools import partial
from numbers import Real
from pathlib import Path
from typing import Any

from ..messages.things import described
from ..nn import Module
from ..optim import Optimizer


def check_parts(model: Any, loss: Any, optimizer: Any, scheduler: Any) -> None:
    """Raise TypeError, ValueError unless these are what they should be, and belong together."""
    a_model(model)
    a_loss(loss)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer is one of optim, such as optim.Adam(model.parameters()); "
            f"this is {described(optimizer)}"
        )
    own = {id(p) for p in model.parameters()}
    given = [p for group in optimizer.param_groups for p in group["params"]]
    if not any(id(p) in own for p in given):
        raise ValueError(
            "the optimizer has no parameter of this model, which would learn nothing: make it with "
            "the model's own, model.parameters()"
        )
    if not any(p.requires_grad for p in given):
        raise ValueError(
            "none of the parameters that the optimizer has requires a gradient, and nothing would "
            "be learnt: call model.requires_grad_(True), or on the part that is to learn"
        )
    if getattr(scheduler, "optimizer", optimizer) is not optimizer:
        raise ValueError("the scheduler is made for another optimizer: make it with this one")


def a_model(model: Any) -> None:
    """Raise TypeError for what is no model."""
    if not isinstance(model, Module):
        raise TypeError(f"model is a Module, such as nn.Linear(2, 1); this is {described(model)}")


def a_function(name: str, value: Any, of: str) -> None:
    """Raise TypeError for what cannot be called, and for a class, which makes what can."""
    if not callable(value) or isinstance(value, type):
        raise TypeError(f"{name} is a function of {of}; this is {described(value)}")


def a_loss(loss: Any) -> None:
    """Raise TypeError for what is no loss, ValueError for one that adds up its examples."""
    a_function("loss", loss, "scores and target, such as nn.CrossEntropyLoss()")
    kept = loss.keywords if isinstance(loss, partial) else {}
    if kept.get("reduction", getattr(loss, "reduction", None)) == "sum":
        raise ValueError(
            'the loss adds up its examples, reduction="sum", so that it and its gradient grow with '
            'batch_size: give their mean, reduction="mean"'
        )


def listed(name: str, given: Any, kind: str) -> list[Any]:
    """The entries of a list; none of None. Raises TypeError for what is no list."""
    if given is None:
        return []
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"{name} is a list of {kind}, {name}=[...]; this is {described(given)}")
    return list(given)


def whole(name: str, value: Any, least: int | None = None) -> int:
    """A whole number, `least` or more. Raises TypeError, ValueError for others."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise TypeError(f"{name} is a whole number, not {value!r}")
    if least is not None and number < least:
        raise ValueError(f"{name} is {least} or more, got {value}")
    return number


def number(name: str, value: Any, wanted: str, fits: Callable[[float], bool]) -> None:
    """Raise TypeError for what is no number, ValueError for one that does not fit what is wanted.

    >>> number("min_delta", -1, "0 or more", lambda x: x >= 0)
    Traceback (most recent call last):
    ValueError: min_delta is 0 or more, got -1
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} is a number, {wanted}, not {value!r}")
    if math.isnan(value) or not fits(float(value)):
        raise ValueError(f"{name} is {wanted}, got {value}")


def bounds(**given: float | None) -> dict[str, float]:
    """Bounds of gradients, of those that are given. Raises TypeError, ValueError for bad ones."""
    found = {name: value for name, value in given.items() if value is not None}
    for name, value in found.items():
        number(name, value, "above 0", lambda bound: bound > 0)
    return found


def fraction_of(validation: Any) -> float | None:
    """The share to hold out, None for data. Raises ValueError for a number that is no share."""
    if not isinstance(validation, Real):
        return None
    share = math.nan if isinstance(validation, bool) else float(validation)
    if not 0 < share < 1:
        raise ValueError(
            f"validation is data, or the fraction of data to hold out, between 0 and 1, "
            f"got {validation}"
        )
    return share


def check_folder(path: str | os.PathLike[str]) -> None:
    """Raise FileNotFoundError where the folder that a file is to go into is not there."""
    folder = Path(path).absolute().parent
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder to write to", str(folder))
