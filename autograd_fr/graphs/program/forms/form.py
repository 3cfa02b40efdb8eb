"""The form of one operation: its result, and the gradient of each argument, as text."""

from __future__ import annotations

from collections.abc import Callable

from ..call import Call, Text

# Text with fields such as `{g} * {b}`, or a function that gives it without fields; None where the
# form does not cover the case.
Filled = str | Callable[[Call], Text | None]
Writer = Callable[[Call], str | None]


class Form:
    """`forward`: the result. `rules`: by argument, its gradient before axes are summed away that
    the argument was broadcast along.
    """

    def __init__(self, forward: Filled, **rules: Filled) -> None:
        self.forward, self.rules = forward, rules


def filled(form: Filled | None, call: Call) -> Text | None:
    """A form applied to one call."""
    return call.fill(form) if isinstance(form, str) else form and form(call)
