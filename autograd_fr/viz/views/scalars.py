"""A graph while operations on arrays are opened into operations on their entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ...autograd.op import REGISTRY
from ..graph.model import Absent, Graph, Kind, Operation, Variable
from ..graph.summary import Summary
from .assembly import assembled

Numbers = np.ndarray[Any, Any]  # of the variables that are the entries of an array
Entries = tuple[Any, Any]  # those of a value and those of its gradient; None where unknown


class Scalars:
    """The operations so far, and the entries of the variables that were taken apart.

    `full`: by the number of a variable, the entries of its value and of its gradient, where they
    are more than its summaries have. `flowing`: what the opened operations add to its gradient.
    """

    def __init__(
        self,
        graph: Graph,
        opened: Iterable[int],
        full: Mapping[int, Entries],
        flowing: Mapping[int, Any],
    ) -> None:
        self.graph, self.full, self.flowing = graph, full, flowing
        self.variables: dict[int, Variable] = dict(enumerate(graph.variables))
        self.operations: list[Operation] = []
        self.part_of = graph.operations[0]  # the operation that is being opened
        self._apart: dict[int, Numbers] = {}
        self._opened = set(opened)
        self._needed_whole = {graph.output} | {
            k for o in graph.operations if o.number not in self._opened for k in o.inputs
        }

    def done(self) -> Graph:
        """The graph of all that was added."""
        return assembled(self.variables, self.operations, self.graph.output, self.graph.scopes)

    def entries(self, k: int) -> Numbers:
        """The entries of an input, taken apart once; a number is its own only entry."""
        if k not in self._apart:
            self._apart[k] = self._split(k, taken=True)
            if self.variables[k].value.shape:
                self.add("entries", "entries", [k], self._apart[k])
        return self._apart[k]

    def results(self, k: int) -> Numbers:
        """The entries of the result, to be computed before they are `joined`."""
        self._apart[k] = self._split(k)
        return self._apart[k]

    def joined(self, k: int) -> None:
        """Put the entries of the result together, where somebody needs it whole; they are taken
        apart again for others, so that what flows back to it whole is all of its gradient."""
        if self.variables[k].value.shape and k in self._needed_whole:
            self.add("stack", "stack", self._apart.pop(k), [k])

    def value(self, k: Any) -> Any:
        """The number that a scalar is, in its dtype; None where it was not kept."""
        summary = self.variables[int(k)].value
        if summary.entries is None:
            return None
        return np.asarray(summary.entries, np.dtype(summary.dtype))[()]

    def gradient(self, k: Any) -> Any:
        """The gradient of a scalar as a number, or why there is none."""
        gradient = self.variables[int(k)].gradient
        if isinstance(gradient, Absent):
            return gradient
        return Absent.NOT_KEPT if gradient.entries is None else gradient.entries

    def between(self, name: str, inputs: Iterable[Any], value: Any, gradient: Any) -> int:
        """A new variable inside the opened operation, computed of `inputs`."""
        first, *_ = parents = [self.variables[int(k)] for k in inputs]
        whole = self.variables[self.part_of.outputs[0]]
        if all(parent.gradient is Absent.NOT_REQUIRED for parent in parents):
            gradient = Absent.NOT_REQUIRED
        dtype = first.value.dtype if value is None else str(np.asarray(value).dtype)
        return self._new(name, dtype, value, gradient, whole)

    def number(self, x: Any) -> int:
        """A new constant without a name."""
        k = len(self.variables)
        summary = Summary((), type(x).__name__, x)
        self.variables[k] = Variable(k, None, Kind.NUMBER, summary, Absent.NOT_REQUIRED)
        return k

    def add(
        self,
        name: str,
        symbol: str,
        inputs: Iterable[Any],
        outputs: Iterable[Any],
        slopes: Sequence[Any] = (),
    ) -> None:
        """An operation on scalars; `slopes` are its local derivatives, shown if those are."""
        inputs = _flat(inputs)
        known = REGISTRY.get(name)
        arguments = tuple(known.arguments) if known and len(known.arguments) == len(inputs) else ()
        slopes = slopes if self.part_of.locals else ()
        self.operations.append(
            Operation(
                len(self.operations),
                name,
                symbol,
                (),
                arguments or ("",) * len(inputs),
                inputs,
                _flat(outputs),
                known.latex if known and arguments else "",
                tuple(known.derivatives.get(a) for a in arguments) if known else (),
                tuple(None if d is None else _scalar(d) for d in slopes),
                self.part_of.scope,
                opened=self.part_of.name,
            )
        )

    def add_alike(self, inputs: Sequence[Any], output: Any, locals: tuple[Any, ...]) -> None:
        """The opened operation itself, on scalars."""
        number = len(self.operations)
        whole = self.part_of
        self.operations.append(
            replace(
                whole,
                number=number,
                inputs=_flat(inputs),
                outputs=(int(output),),
                locals=locals,
                opened=whole.name,
            )
        )

    def _split(self, k: int, taken: bool = False) -> Numbers:
        """New variables, the entries of an old one; `taken` out of it, else to go into it."""
        whole = self.variables[k]
        shape = whole.value.shape
        if not shape:
            return np.array(k)
        values, gradients = self._known(whole)
        origin = whole
        if taken and k in self._needed_whole and not isinstance(gradients, Absent):
            part = self.flowing.get(k)
            gradients = Absent.NOT_KEPT if part is None else np.asarray(part)
            origin = self._origin(k)
        numbers = np.empty(shape, int)
        for index in np.ndindex(shape):
            name = f"{whole.name}[{','.join(map(str, index))}]"
            value = None if values is None else values[index]
            gradient = gradients if isinstance(gradients, Absent) else gradients[index]
            numbers[index] = self._new(name, whole.value.dtype, value, gradient, origin)
        return numbers

    def _origin(self, k: int) -> Variable:
        """A variable whose gradient flows to the entries of another; one that is no derivative, if
        there is such."""
        users = (o for o in self.graph.operations if o.number in self._opened and k in o.inputs)
        results = [self.graph.variables[o.outputs[0]] for o in users]
        return next((result for result in results if result.provenance), results[0])

    def _known(self, whole: Variable) -> tuple[Any, Any]:
        """The arrays of a value, None if not kept, and of its gradient, or why there is none."""
        value, gradient = self.full.get(whole.number, (None, None))
        if value is None:
            value = whole.value.entries
        if gradient is None:
            gradient = whole.gradient
            if isinstance(gradient, Summary):
                gradient = Absent.NOT_KEPT if gradient.entries is None else gradient.entries
        return (
            None if value is None else np.asarray(value, np.dtype(whole.value.dtype)),
            gradient if isinstance(gradient, Absent) else np.asarray(gradient),
        )

    def _new(self, name: str, dtype: str, value: Any, gradient: Any, origin: Variable) -> int:
        """A variable whose gradient comes from where that of `origin` comes from."""
        k = len(self.variables)
        self.variables[k] = Variable(
            k,
            name,
            Kind.RESULT,
            Summary((), dtype, None if value is None else np.asarray(value).item()),
            gradient if isinstance(gradient, Absent) else _scalar(gradient),
            origin.derivative and not isinstance(gradient, Absent),
            provenance=origin.provenance,
        )
        return k


def _flat(numbers: Iterable[Any]) -> tuple[int, ...]:
    return tuple(map(int, numbers.flat if isinstance(numbers, np.ndarray) else numbers))


def _scalar(x: Any) -> Summary:
    x = np.asarray(x)
    return Summary((), str(x.dtype), x.item())
