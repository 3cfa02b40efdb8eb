"""What becomes of an error on its way out of an operation; nothing here runs before one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import (
    AutogradError,
    DimensionError,
    DtypeError,
    GraphError,
    NonFiniteError,
    ShapeError,
)
from . import memory
from .value import Value

# Of what is no number Python knows that it is not the same: that is no error to tell of.
COMPARED_WITH_ANYTHING = frozenset(("eq", "ne"))

_NOTHING: Mapping[str, Any] = {}

# What an operation refuses its operands by.
REFUSALS = (AutogradError, ValueError, TypeError, IndexError, AttributeError)

NUMPY = os.path.dirname(np.__file__) + os.sep
SHOWN = 4  # operands of which the kind is told


def explained(
    name: str,
    arrays: tuple[Any, ...],
    error: Exception,
    given: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] = _NOTHING,
) -> Exception:
    """`error`, of an operation or from NumPy, as one that names the operation and its operands.

    `given`: what the operation was called with, by argument.
    """
    made = error if isinstance(error, AutogradError) else _named(name, arrays, error)
    if not isinstance(made, AutogradError):
        return made
    if given is None:
        given = {f"operand {k}": x for k, x in enumerate(arrays)}
    return told(made, name, given, params)


def _named(name: str, arrays: tuple[Any, ...], error: Exception) -> Exception:
    """`error`, from NumPy, as one of ours; as it is where no operand explains it."""
    if isinstance(error, AttributeError) and all(x is not None for x in arrays):
        return error
    kinds = [f"{x.shape} {x.dtype}" if getattr(x, "ndim", 0) else str(x) for x in arrays[:SHOWN]]
    kinds += ["others"] * (len(arrays) > SHOWN)
    kind: type[AutogradError] = DtypeError
    if isinstance(error, IndexError):
        kind = DimensionError
    elif isinstance(error, ValueError):
        kind = ShapeError
    release(error)
    return kind(f"{name} of {' and '.join(kinds)}: {error}")


def cause_of(error: Exception) -> BaseException | None:
    """What to raise the explained `error` from: what came from code outside, which it points to.

    Not from itself, which it may be, nor from what NumPy said, which is told.
    """
    if isinstance(error, (AutogradError, AttributeError)):
        return error.__cause__
    return None if error.__traceback__ is None else error


def release(error: BaseException) -> None:
    """Let go of the frames of `error`, and so of all that is in them, where none is the user's."""
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if not (memory.is_own[filename] or filename.startswith(NUMPY)):
            return
        trace = trace.tb_next
    error.__traceback__ = None


def told(
    error: AutogradError, name: str, given: Mapping[str, Any], params: Mapping[str, Any] = _NOTHING
) -> AutogradError:
    """`error`, as one of `name`: in its name, and with all there is to say of what was given."""
    if error.__context__ is not None and error.__suppress_context__:
        release(error.__context__)
    text = str(error)
    part = error.part or text.partition(":")[0]
    if part.replace(".", "_") == name:  # `linalg.inv`, which is an operation of a module
        name = part
    if part != name and part.replace(".", "_").isidentifier() and text.startswith(part):
        error.args = (name + text[len(part) :], *error.args[1:])
    elif not isinstance(error, (GraphError, NonFiniteError)) and name not in text:
        error.args = (f"{name}: {text}", *error.args[1:])
    error.part = name
    if not (error.told or name in COMPARED_WITH_ANYTHING):
        from ..messages.telling import tell

        tell(error, name, given, params)
    return error


def refused(op: Any, tensors: Any, params: Mapping[str, Any], error: Any) -> Exception:
    """`error` as one that speaks of the operation and of what it was given."""
    arrays = tuple([t.array if isinstance(t, Value) else t for t in tensors])
    if op.check is not None and not isinstance(error, AutogradError):
        try:
            op.check(*arrays)
        except DtypeError as better:
            release(error)
            error = better
    names = op.__signature__.parameters
    given = dict(zip(names, [tensors] if op.variadic else tensors))
    given = {n: t for n, t in given.items() if t is not None or names[n].default is not None}
    return explained(op.name, arrays, error, given, params)


def called(value: Any, otherwise: str) -> str:
    """What the user's program calls a tensor, in backquotes; or `otherwise`."""
    from ..messages import telling

    return telling.called(value, otherwise)


def told_of_samples(error: Exception) -> None:
    """Say of an error that leaves vmap which call it was, where nothing has been said of it yet."""
    if isinstance(error, AutogradError) and not error.told:
        from ..messages.samples import tell_of_call

        tell_of_call(error)


def why_unconnected(value: Any) -> str:
    """What may have cut the graph of a value that has none, and what to do."""
    from ..messages.causes import unconnected

    name = called(value, "").strip("`")
    return unconnected(name or None)


def told_of_pass(error: Exception, outputs: Sequence[Any], visit: Any) -> None:
    """Say of an error in a backward pass at which operation it was, or else from where it went."""
    from ..messages.passes import note_operation, tell_of_step

    tell_of_step(error, outputs, visit)
    if not note_operation(error, visit) and isinstance(error, AutogradError):
        given = {f"output {k}" if k else "the output": y for k, y in enumerate(outputs)}
        told(error, "backward", given)
