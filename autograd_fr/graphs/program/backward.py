"""The function `backward`: the chain rule, written out operation by operation, newest first."""

from __future__ import annotations

import inspect
from typing import Any

from ...autograd.node import Node
from ...errors import GraphError
from . import generic
from .borrowed import Library
from .broadcasting import raw_shape, summed, unbroadcast
from .call import Call, Lines, Text
from .forms import FORMS
from .forms.form import filled
from .reading import Recording, Variable
from .text import Line, is_fresh, is_name, operand, sequence


def refusal(call: Call, error: Exception) -> GraphError:
    """The error for an operation whose source cannot be borrowed."""
    reason = str(error).removeprefix("to_numpy: ")
    return GraphError(f"to_numpy: {call.op.name}, called at {call.node.line}: {reason}")


class Backward:
    """The statements of `backward`, and the names of the gradients in it."""

    def __init__(self, recording: Recording, library: Library) -> None:
        self.lines: list[Line] = []
        self._recording, self._library = recording, library
        self._names: dict[int, str] = {}  # by variable, of its gradient
        self._growing: dict[str, bool] = {}  # by gradient: whether it may be added to in place
        self._parts: dict[Node, dict[int, str]] = {}
        self.takes_floats = True  # whether the seed may be one of Python's numbers
        self._masked: set[Any] = set()  # where zeros flow that mean "not at all"
        self.seed = self._name(recording[recording.root])
        for node in reversed(recording.nodes):
            self._pull(node)

    def gradient(self, variable: Variable) -> str:
        """The name of the gradient of a leaf."""
        return self._names[id(variable)]

    def _name(self, variable: Variable) -> str:
        name = self._recording.identifiers.take(f"d{variable.name}")
        self._names[id(variable)] = name
        return name

    def _pull(self, node: Node) -> None:
        """Write the gradients of the arguments of `node`."""
        call = Call(node, self._recording, self._library)
        call.g = self._gradient_of(node, call)
        if node.whole is not node:
            self._parts.setdefault(node.whole, {})[node.params["k"]] = call.g
            return
        for k, parent in enumerate(node.parents):
            if parent is not None:
                self._add(call.like(k), self._pulled(call, k))
        if node.op.masks or node in self._masked:
            self._masked.update(p for p in node.parents if p is not None)

    def _gradient_of(self, node: Node, call: Call) -> str:
        if node in self._parts:
            found = self._parts[node]
            return sequence(found.get(k, "None") for k in range(len(node.y)))
        return self._names[id(call.result)]

    def _pulled(self, call: Call, k: int) -> Text:
        """The gradient of the k-th argument, in its shape and dtype."""
        op, like = call.op, call.like(k)
        argument = op.arguments[0] if op.variadic else op.arguments[k]
        text, shape = self._by_form(call, argument, k), raw_shape(call, k)
        if isinstance(text, Lines):
            return text
        if text is None:
            text = self._borrowed(call, argument, k)
            if not op.elementwise and len(call.args) > 1:
                text = f"{self._library.function(unbroadcast)}({text}, {like.shape})"
                shape = like.shape
        if self._is_masked(call, argument):
            text = f"np.where({call.g} == 0, 0, {text})"
        text = summed(text, shape, like.shape)
        changed = call.result.dtype != like.dtype and type(call.node.y) is not tuple
        text = f"{operand(text)}.astype(np.{like.dtype.name})" if changed else text
        self.takes_floats &= bool(call.result.shape) or not _is_array_code(text, call.g)
        return text

    def _by_form(self, call: Call, argument: str, k: int) -> Text | None:
        form = FORMS.get(call.op.name)
        call.k = k
        return None if form is None else filled(form.rules.get(argument), call)

    def _borrowed(self, call: Call, argument: str, k: int) -> str:
        self.takes_floats &= bool(call.result.shape)
        try:
            return generic.rule(call, argument, k)
        except (GraphError, TypeError) as error:
            raise refusal(call, error) from error

    def _is_masked(self, call: Call, argument: str) -> bool:
        """Whether the engine takes 0 times infinity for 0 here: behind a `where`."""
        if call.node not in self._masked or not call.op.elementwise:
            return False
        read = inspect.signature(call.op.written[argument]).parameters.keys() - {"g"}
        numbers = {name for name, v in zip(call.op.arguments, call.variables) if v is None}
        return not read <= numbers

    def _add(self, variable: Variable, text: Text) -> None:
        """One more contribution to the gradient of a variable."""
        comment = str(variable.shape) if variable.shape else ""
        if id(variable) in self._names:
            self._add_more(self._names[id(variable)], text, comment)
        elif isinstance(text, Lines):
            name = self._name(variable)
            self._write(name, text, comment)
            self._growing[name] = True
        elif is_name(text) and not variable.named and variable.contributions == 1:
            self._names[id(variable)] = text
        else:
            name = self._name(variable)
            self.lines.append((f"{name} = {text}", comment))
            self._growing[name] = is_fresh(text)

    def _add_more(self, name: str, text: Text, comment: str) -> None:
        if isinstance(text, Lines):
            more = self._recording.identifiers.temporary("more")
            self._write(more, text, comment)
            text = more
        if self._growing.get(name):
            self.lines.append((f"{name} += {text}", ""))
        else:
            self.lines.append((f"{name} = {name} + {operand(text)}", comment))
            self._growing[name] = True

    def _write(self, name: str, lines: Lines, comment: str) -> None:
        made = next(i for i, line in enumerate(lines) if line.startswith("{} = "))
        statements = [line.replace("{}", name) for line in lines]
        self.lines += [(s, comment if i == made else "") for i, s in enumerate(statements)]


def _is_array_code(text: str, g: str) -> bool:
    """Whether an expression asks `g` for what NumPy's numbers have, and Python's have not."""
    return f"{g}." in text or f"{g}[" in text or ".astype(" in text
