"""What is wrong with the input of a layer that is no tensor, but several."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from ..autograd.memory import is_own
from ..errors import DtypeError
from .modules import on_the_stack, whereabouts

# What layers return that return several tensors.
RETURNED = {
    "GRU": "(output, h)", "LSTM": "(output, (h, c))", "LSTMCell": "(h, c)",
    "MultiheadAttention": "(output, weights)", "RNN": "(output, h)",
}  # fmt: skip


def refused(module: Any, args: tuple[Any, ...]) -> DtypeError | None:
    """What to raise where a layer, which takes a tensor, has failed on a tuple or a list."""
    given = args[0] if args else None
    if not isinstance(given, (tuple, list)) or hasattr(given, "batch_sizes") or not _plain(module):
        return None
    try:
        calls = on_the_stack(sys._getframe(1))
        error = DtypeError(f"{type(module).__name__} takes a tensor, not {_cause(calls, given)}")
        error.told = True
        error.add_note("  " + whereabouts(calls))
    except Exception:  # an error about the error would hide it
        return None
    return error


def _plain(module: Any) -> bool:
    """Whether this is a layer of the package, without parts."""
    return is_own[type(module).forward.__code__.co_filename] and not module._modules


def _cause(calls: list[tuple[Any, FrameType]], given: Any) -> str:
    """What it is, where it came from, and what to do."""
    if isinstance(given, list):
        return "a list\n  fix: make one of numbers with tensor(), of tensors with stack() or cat()"
    before = _before(*(module for module, _ in calls[:2]))
    if before is None:
        return (
            f"a tuple of {len(given)}\n  fix: take the part that is meant: LSTM, for one, returns "
            f"{RETURNED['LSTM']}, so write `output, _ = lstm(x)`"
        )
    name, kind, parts = before
    return (
        f"a tuple: {name}: {kind} returns {parts}, and Sequential hands on all of it\n  fix: write "
        f"a module whose forward() takes apart what {kind} returns, as in `output, _ = ...`"
    )


def _before(module: Any, net: Any = None) -> tuple[str, str, str] | None:
    """Name and class of the layer before this one in a Sequential, and what that returns."""
    if net is None or type(net).forward.__qualname__ != "Sequential.forward":
        return None
    parts = list(net._modules.items())
    place = next(i for i, (_, part) in enumerate(parts) if part is module)
    if place == 0:
        return None
    name, layer = parts[place - 1]
    known = (RETURNED[kind.__name__] for kind in type(layer).__mro__ if kind.__name__ in RETURNED)
    return name, type(layer).__name__, next(known, "a tuple")
