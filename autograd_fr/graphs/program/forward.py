"""The function `forward`: the recorded operations, oldest first."""

from __future__ import annotations

from collections.abc import Iterable

from ...autograd.node import Node
from ...errors import GraphError
from . import generic
from .backward import refusal
from .borrowed import Library
from .call import Call, Lines
from .forms import FORMS
from .forms.form import filled
from .reading import Recording
from .text import Line, term


def forward_lines(recording: Recording, library: Library) -> list[Line]:
    """The statements, each with the shape of what it computes."""
    lines: list[Line] = []
    for node in recording.nodes:
        call = Call(node, recording, library)
        if node.op.name == "add":
            call.args[1] = term(call.args[1])
        text = _text(call)
        if call.result.inline and isinstance(text, str):
            call.result.name = text  # stands within the line of a sum
        else:
            lines += _assigned(text, call, node)
    return lines


def _text(call: Call) -> str | Lines:
    form = FORMS.get(call.op.name)
    text = None if form is None else filled(form.forward, call)
    if text is not None:
        return text
    try:
        return generic.forward(call)
    except (GraphError, TypeError) as error:
        raise refusal(call, error) from error


def _assigned(text: str | Lines, call: Call, node: Node) -> Iterable[Line]:
    target = call.result.name
    statements = text if isinstance(text, Lines) else [f"{{}} = {text}"]
    lines = [s.replace("{}", target) for s in statements]
    shape = call.result.shape
    return [*((s, "") for s in lines[:-1]), (lines[-1], str(shape) if shape else "")]
