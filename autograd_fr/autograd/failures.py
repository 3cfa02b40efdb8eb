"""What becomes of an error on its way out of an operation; nothing here runs before one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import (
    AutogradError,
    DimensionError,
    DtypeError,
    GraphError,
    NonFiniteError,
    ShapeError,
)

# Of what is no number Python knows that it is not the same: that is no error to tell of.
COMPARED_WITH_ANYTHING = frozenset(("eq", "ne"))

_NOTHING: Mapping[str, Any] = {}

# What an operation refuses its operands by.
REFUSALS = (AutogradError, ValueError, TypeError, IndexError, AttributeError)


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
    given = " and ".join(
        f"{x.shape} {x.dtype}" if getattr(x, "ndim", 0) else str(x) for x in arrays
    )
    kind: type[AutogradError] = DtypeError
    if isinstance(error, IndexError):
        kind = DimensionError
    elif isinstance(error, ValueError):
        kind = ShapeError
    return kind(f"{name} of {given}: {error}")


def cause_of(error: Exception) -> BaseException | None:
    """What to raise the explained `error` from: not from itself, which it may be."""
    return error.__cause__ if isinstance(error, (AutogradError, AttributeError)) else error


def told(
    error: AutogradError, name: str, given: Mapping[str, Any], params: Mapping[str, Any] = _NOTHING
) -> AutogradError:
    """`error`, as one of `name`: in its name, and with all there is to say of what was given."""
    text = str(error)
    part = error.part or text.partition(":")[0]
    if part != name and part.replace(".", "_").isidentifier() and text.startswith(part):
        error.args = (name + text[len(part) :], *error.args[1:])
    elif not isinstance(error, (GraphError, NonFiniteError)) and name not in text:
        error.args = (f"{name}: {text}", *error.args[1:])
    error.part = name
    if not (error.told or name in COMPARED_WITH_ANYTHING):
        from ..messages.telling import tell

        tell(error, name, given, params)
    return error


def called(value: Any, otherwise: str) -> str:
    """What the user's program calls a tensor, in backquotes; or `otherwise`."""
    from ..messages import telling

    return telling.called(value, otherwise)


def told_of_pass(error: Exception, outputs: Sequence[Any], visit: Any) -> None:
    """Say of an error in a backward pass at which operation it was, or else from where it went."""
    from ..messages.passes import note_operation

    if not note_operation(error, visit) and isinstance(error, AutogradError):
        given = {f"output {k}" if k else "the output": y for k, y in enumerate(outputs)}
        told(error, "backward", given)
