"""One operation as the forms see it: the text of its arguments, of its result and its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.node import Node
from ...autograd.op import Op
from ...batching.levels import Level
from .reading import Recording, Variable
from .text import Lines as Lines
from .text import Text as Text
from .text import literal, plain_number, reshaped

if TYPE_CHECKING:
    from .borrowed import Library

SHORT = 8  # entries of an index that is written out


class Call:
    """A recorded operation, and how everything it deals with is written.

    Forms are filled in from it: `{x}`, `{a}`, `{b}` are the arguments by the names that the
    operation has for them, `{y}` is the result, `{g}` its gradient.
    """

    def __init__(self, node: Node, recording: Recording, library: Library) -> None:
        self.node, self.op, self.params = node, node.op, node.params
        self.recording, self.library = recording, library
        self.variables = [variable for _, variable in recording.arguments(node)]
        self.args = [
            plain_number(arg) if variable is None else variable.name
            for arg, variable in recording.arguments(node)
        ]
        self.result = recording[node]
        self.y, self.g = self.result.name, ""
        self.k = 0  # the number of the argument whose gradient is written

    def fill(self, form: str) -> str:
        """`form` with its fields filled in."""
        named = {} if self.op.variadic else dict(zip(self.op.arguments, self.args))
        return form.format(y=self.y, g=self.g, **named)

    def like(self, k: int) -> Variable:
        """The variable of the k-th argument."""
        variable = self.variables[k]
        assert variable is not None
        return variable

    def plain(self, k: int) -> Any:
        """The number that the k-th argument is; None where it is an array."""
        return self.node.args[k] if self.variables[k] is None else None

    def literal(self, value: Any) -> str:
        """A parameter as text: arrays are arguments of the program, operations its functions."""
        return literal(value, self._special)

    def _special(self, value: Any) -> str:
        if isinstance(value, Op):
            return self.library.forward(value)
        if hasattr(value, "_fields"):
            return self._named_parts(value)
        array = getattr(value, "array", value)  # of a tensor
        if isinstance(array, np.generic):
            return self.literal(array)
        if isinstance(value, Level):
            raise TypeError("what is inside vmap cannot be written out: write it for the batch")
        if not isinstance(array, np.ndarray):
            raise TypeError(f"a parameter of the type {type(value).__name__} has no literal")
        return self.array(array, "index" if array.dtype.kind in "biu" else "c")

    def _named_parts(self, value: Any) -> str:
        """A tuple whose parts are called by their names."""
        self.library.imports.add("from types import SimpleNamespace")
        parts = [f"{name}={self.literal(x)}" for name, x in zip(value._fields, value)]
        return f"SimpleNamespace({', '.join(parts)})"

    def array(self, array: Any, stem: str) -> str:
        """An array among the parameters: counted, written out, or an argument of the program."""
        if self.recording.choices.of_array(array):
            return self.recording.constant(array, stem).name
        if array.dtype.kind in "iu" and (counted := _counted(array)):
            return counted
        if array.ndim == 1 and 0 < array.size <= SHORT and not self.recording.name_of_equal(array):
            return f"np.array({array.tolist()})"
        return self.recording.constant(array, stem).name

    def index(self, index: tuple[Any, ...]) -> str:
        """What stands in the square brackets of a reading."""
        parts = list(self._index_parts(index))
        return ", ".join(parts) if parts else "..."

    def _index_parts(self, index: tuple[Any, ...]) -> Iterator[str]:
        for part in index:
            if isinstance(part, slice):
                start, stop, step = (
                    "" if end is None else str(end) for end in (part.start, part.stop, part.step)
                )
                yield f"{start}:{stop}" + (f":{step}" if step else "")
            elif isinstance(part, np.ndarray):
                text = self.array(part, "mask" if part.dtype.kind == "b" else "index")
                yield text.removeprefix("np.array(").removesuffix(")") if "[" in text else text
            else:
                yield "None" if part is None else str(part)

    def temporary(self, name: str) -> str:
        """A name for something that is used at once."""
        return self.recording.identifiers.temporary(name)


def _counted(array: Any) -> str:
    """0, 1, 2, ... as an expression, along whichever axis; "" for other integers."""
    long = [i for i, n in enumerate(array.shape) if n > 1]
    if len(long) != 1 or not (array.ravel() == np.arange(array.size)).all():
        return ""
    count = f"np.arange({array.size})"
    return count if array.ndim == 1 else reshaped(count, array.shape)
