"""`to_numpy`: the program of a recorded graph."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...autograd.value import Value
from ...dtypes import fitting
from ...errors import GraphError, ShapeError
from .backward import Backward
from .borrowed import Library
from .checking import check_lines
from .forward import forward_lines
from .reading import Recording, Variable
from .remarks import remarks
from .text import Line, broken, laid_out, names_read, sequence


class Program:
    """The source of a program with `forward(...)` and `backward(cache, ...)`, and what goes in.

    `arguments`: by name, the arrays that `forward` takes, as they are now. `missing`: the names of
    those that nobody holds any more. `str(program)` is the source.
    """

    def __init__(self, source: str, inputs: Iterable[Variable]) -> None:
        self.source = source
        self._inputs = {variable.name: variable for variable in inputs}
        held = {name: variable.array for name, variable in self._inputs.items()}
        self.arguments = {name: array for name, array in held.items() if array is not None}
        self.missing = tuple(name for name in held if name not in self.arguments)

    def save(self, path: str | Path) -> None:
        """Write the source to a file."""
        Path(path).write_text(self.source, encoding="utf-8")

    def namespace(self) -> dict[str, Any]:
        """What the program defines, `forward` and `backward` among it."""
        space: dict[str, Any] = {"__name__": "program"}
        exec(compile(self.source, "<program>", "exec"), space)
        return space

    def run(self, **arguments: Any) -> tuple[Any, dict[str, Any]]:
        """The value and the gradients by name, with other `arguments` in place of the recorded.

        Numbers and lists become arrays of the recorded dtype. Raises GraphError for an array that
        is neither given nor held any more, and for a name that no argument has; ShapeError for
        another shape than the recorded one.
        """
        given = {**self.arguments, **{k: self._fitted(k, v) for k, v in arguments.items()}}
        if absent := [name for name in self.missing if name not in given]:
            raise GraphError(
                f"to_numpy: the array {absent[0]!r} was not kept in the graph and nobody holds it "
                f"any more; give it, as in program.run({absent[0]}=...)"
            )
        space = self.namespace()
        y, cache = space["forward"](**given)
        return y, space["backward"](cache, *([] if np.ndim(y) == 0 else [np.ones_like(y)]))

    def _fitted(self, name: str, value: Any) -> Any:
        """A new value of an argument, as an array."""
        if name not in self._inputs:
            known = ", ".join(self._inputs)
            raise GraphError(f"to_numpy: forward() has no argument {name!r}; it has {known}")
        variable = self._inputs[name]
        array = value.array if isinstance(value, Value) else value
        if not isinstance(array, (np.ndarray, np.generic)):
            array = np.asarray(fitting(array, variable.dtype))
        if array.shape != variable.shape:
            raise ShapeError(
                f"to_numpy: {name} was recorded with the shape {variable.shape}, and the program "
                f"is for that; it cannot be of shape {array.shape}"
            )
        return array

    def __str__(self) -> str:
        return self.source

    __repr__ = __str__


def to_numpy(root: Any, *, names: Mapping[str, Any] | None = None, check: bool = False) -> Program:
    """The graph of `root` as a program that computes it and its gradients with NumPy alone.

    `forward` takes the leaves, and the arrays that no gradient is asked for, under the caller's
    names (`names`: a dictionary from others to tensors of the graph), and returns the value with
    what backward needs; `backward` writes the chain rule out and returns the gradients by name.
    Loops are unrolled and shapes are those recorded. What was computed without being recorded, such
    as a condition or a random mask, is an argument with its recorded entries; comments say which of
    them the program had chosen by looking at values, and where it looked without a trace, as `if`
    does. Where a maximum, an order or a median stands is computed anew. Hooks are left out. An
    operation that
    nobody writes by hand, such as `svd`, comes with functions from the catalogue's own source.
    `check`: with a function that holds the gradients against central differences.

    Works before and after `backward()`. Raises TypeError where `root`, or what is named, is no
    tensor; GraphError where the graph does not have what is named, where `root` is not the result
    of recorded operations, or where one of them is an `autograd.Function`, whose source is the
    user's own.

    >>> import autograd_fr as ag
    >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    >>> s = u + v
    >>> f = s * w
    >>> program = ag.to_numpy(f)
    >>> print(program)
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def forward(u, v, w):
        s = u + v
        f = s * w
        return f, (w, s)
    <BLANKLINE>
    <BLANKLINE>
    def backward(cache, df=np.float32(1)):
        w, s = cache
        ds = df * w
        dw = df * s
        du = ds
        dv = ds
        return {"u": du, "v": dv, "w": dw}
    <BLANKLINE>
    >>> y, gradients = program.run()
    >>> float(y), float(gradients["w"])
    (20.0, 5.0)
    """
    if not isinstance(root, Value):
        raise TypeError(f"only a tensor has a graph to write out, not {type(root).__name__}")
    if root.node is None:
        raise GraphError(
            "to_numpy: this tensor is not the result of a recorded operation; give a loss computed "
            "from tensors with requires_grad=True"
        )
    recording = Recording(root, names, sys._getframe(1))
    library = Library(recording.identifiers)
    backward = Backward(recording, library)
    forward = forward_lines(recording, library)
    parts = [_heading(library), *library.definitions, *_functions(recording, forward, backward)]
    if check:
        parts += check_lines(recording)
    return Program("\n\n\n".join(parts) + "\n", recording.inputs)


def _heading(library: Library) -> str:
    return "".join(f"{line}\n" for line in sorted(library.imports)) + "import numpy as np"


def _functions(recording: Recording, forward: list[Line], backward: Backward) -> list[str]:
    """The source of the two functions."""
    inputs = [variable.name for variable in recording.inputs]
    made = {v.name: None for v in recording.variables.values() if v.name and not v.inline}
    read = names_read(code for code, _ in backward.lines)
    cache = [name for name in dict.fromkeys([*inputs, *made]) if name in read]
    root = recording[recording.root]
    returned = f"return {root.name}, {sequence(cache) if cache else '()'}"
    gradients = [f'"{v.name}": {backward.gradient(v)}' for v in recording.leaves]
    targets = sequence(cache) if len(cache) == 1 else ", ".join(cache)
    unpack = [(f"{targets} = cache", "")]
    pulled = [*(unpack if cache else []), *backward.lines]
    return [
        "\n".join([
            *broken(f"def forward({', '.join(inputs)}):"),
            *remarks(recording),
            *laid_out([*forward, (returned, "")]),
        ]),
        "\n".join([
            f"def backward(cache, {backward.seed}{_seed(root, backward)}):",
            *laid_out([*pulled, (f"return {{{', '.join(gradients)}}}", "")]),
        ]),
    ]  # fmt: skip


def _seed(root: Any, backward: Backward) -> str:
    """The default of the gradient that `backward` starts from."""
    if root.shape:
        return ""
    plain = root.dtype == np.float64 and backward.takes_floats
    return "=1.0" if plain else f"=np.{root.dtype.name}(1)"
