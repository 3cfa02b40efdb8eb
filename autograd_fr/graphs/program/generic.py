"""Operations that no form covers: calls of functions that the program borrows."""

from __future__ import annotations

import inspect
from typing import Any

from ...dtypes import PYTHON_NUMBERS
from .call import Call
from .text import sequence


def forward(c: Call) -> str:
    """The result, computed by the operation's own function."""
    tensors = [sequence(c.args)] if c.op.variadic else c.args
    parameters = [
        f"{name}={c.literal(value)}"
        for name, value in c.params.items()
        if not (name in c.op.defaults and _same(value, c.op.defaults[name]))
    ]
    return f"{c.library.forward(c.op)}({', '.join([*tensors, *parameters])})"


def rule(c: Call, argument: str, k: int) -> str:
    """The gradient of the k-th argument, by the operation's own rule."""
    wanted = inspect.signature(c.op.written[argument]).parameters
    given = ", ".join(_given(c, name, k) for name in wanted)
    return f"{c.library.rule(c.op, argument)}({given})"


def _given(c: Call, name: str, k: int) -> str:
    """What a rule asks for by `name`."""
    if name in c.params:
        return c.literal(c.params[name])
    if name in ("likes", "others") or (c.op.variadic and name == c.op.arguments[0]):
        return sequence(c.args)
    fixed = {"g": c.g, "y": c.y, "like": c.args[k], "k": str(k)}
    return fixed[name] if name in fixed else c.args[c.op.arguments.index(name)]


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) in PYTHON_NUMBERS and value == default)
