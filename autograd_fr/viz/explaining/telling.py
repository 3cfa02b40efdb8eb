"""`Telling`: all that is to be said of the gradient of one tensor, number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...autograd.value import Value
from ...errors import GraphError
from ...messages.namespaces import Sighting
from ..graph.chain import Contribution, backward, seed
from ..graph.model import Graph, Operation
from ..graph.recording import Recording, recording_of
from ..graph.summary import summarize
from ..graph.text import parameter
from ..graph.trace import described, naming
from .formulas import rewritten, tokens
from .symbols import symbol, value

NO_PATH = (
    "{root} was not computed from this tensor (perhaps it was made anew since, detached, or "
    "computed under no_grad): no path leads from one to the other"
)

Shown = Callable[[int], str]  # of a variable, by its number


@dataclass(frozen=True)
class Telling:
    """A recording, its description, and the number of the tensor that is to be explained."""

    recording: Recording
    graph: Graph
    target: int

    @cached_property
    def leading(self) -> dict[int, int]:
        """By number, the variables from which the target is reached, and by how many paths."""
        counts = {self.target: 1}
        for step in self.recording.steps:
            if self.target not in step.outputs:
                flowing = [step.node.parents[i] is not None for i in step.slots]
                paths = sum(counts.get(k, 0) for k, flows in zip(step.inputs, flowing) if flows)
                counts.update((k, paths) for k in step.outputs if paths)
        return counts

    @property
    def count(self) -> int:
        """The number of all paths."""
        return self.leading[self.recording.output]

    @cached_property
    def edges(self) -> list[Contribution]:
        """What flows along the paths, in the order of the backward pass."""
        if self.target == self.recording.output:
            return []
        return [
            edge
            for edges in backward(self.recording)
            for edge in edges
            if edge.variable in self.leading
            and any(k in self.leading for k in self.recording.steps[edge.operation].outputs)
            and self.target not in self.recording.steps[edge.operation].outputs
        ]

    @cached_property
    def gradients(self) -> dict[int, Any]:
        """By number, the gradients of the variables on the paths."""
        return {self.recording.output: seed(self.recording)} | {
            edge.variable: edge.total for edge in self.edges
        }

    def operation(self, edge: Contribution) -> Operation:
        """The operation that an edge comes from."""
        return self.graph.operations[edge.operation]

    def source(self, edge: Contribution) -> int:
        """The number of what the operation of an edge made; of several, the first on a path."""
        return next(k for k in self.operation(edge).outputs if k in self.leading)

    def shape(self, k: int) -> tuple[int, ...]:
        """The shape of a variable."""
        return self.graph.variables[k].value.shape

    def is_entrywise(self, edge: Contribution) -> bool:
        """Whether the formula of an edge is a local derivative, entry by entry."""
        latex = self._latex(edge)
        return latex is not None and not any(
            t.kind == "symbol" and (t.name == "G" or t.name.startswith("G_")) for t in tokens(latex)
        )

    def _latex(self, edge: Contribution) -> str | None:
        operation = self.operation(edge)
        if operation.name == "permute" and len(self.shape(edge.variable)) == 2:
            return r"G^\top"  # as W.T is read
        return operation.derivatives[edge.slot]

    def summed_axes(self, edge: Contribution) -> str:
        """The axes along which an input was broadcast, as text; empty where it was not."""
        whole, own = self.shape(self.source(edge)), self.shape(edge.variable)
        lead = len(whole) - len(own)
        axes = [i for i, n in enumerate(whole) if i < lead or own[i - lead] != n]
        return ("axis " if len(axes) == 1 else "axes ") + ", ".join(map(str, axes)) if axes else ""

    # In LaTeX

    def name(self, k: int) -> str:
        """What a variable is called; a number that stands in an expression, the number."""
        variable = self.graph.variables[k]
        if variable.name is None:
            return value(variable.value) or r"\cdot"
        return symbol(variable.name)

    def number(self, k: int) -> str:
        """The value of a variable where it is small, else its name."""
        return value(self.graph.variables[k].value) or self.name(k)

    def gradient(self, k: int) -> str:
        """The gradient of a variable, as a symbol."""
        return rf"\frac{{\partial {self.name(self.recording.output)}}}{{\partial {self.name(k)}}}"

    def gradient_number(self, k: int) -> str:
        """The gradient of a variable as numbers where it is small, else as a symbol."""
        found = None if k not in self.gradients else value(summarize(self.gradients[k]))
        return found or self.gradient(k)

    def formula(self, edge: Contribution, shown: Shown, gradient: Shown) -> str | None:
        """The formula of an edge with names or numbers in the place of its symbols.

        None where the operation has no formula.
        """
        latex = self._latex(edge)
        return (
            None
            if latex is None
            else rewritten(latex, self.symbols(edge.operation, shown, gradient))
        )

    def symbols(self, number: int, shown: Shown, gradient: Shown) -> dict[str, str]:
        """What stands for the symbols in the formulas of an operation."""
        step, operation = self.recording.steps[number], self.graph.operations[number]
        op = step.node.op
        names = {
            name: parameter(name, given).partition("=")[2]
            for name, given in step.node.params.items()
        }
        names |= {argument: shown(k) for argument, k in zip(operation.arguments, operation.inputs)}
        if op.result is None:
            (k,) = operation.outputs
            return names | {"y": shown(k), "G": gradient(k)}
        for k in operation.outputs:
            output = op.result._fields[self.recording.sources[k].params["k"]]
            names |= {output: shown(k), f"G_{output}": gradient(k)}
        return names


def telling(
    root: Any, t: Any, names: Mapping[str, Any] | None, found: Iterable[Sighting]
) -> Telling:
    """What is to be told of the gradient of `t`, as a part of what `root` was computed from.

    Raises TypeError where one is no tensor, GraphError where no gradient flows from one to the
    other.
    """
    if not isinstance(t, Value):
        raise TypeError(f"a gradient is that of a tensor, not of {type(t).__name__}")
    if not t.requires_grad:
        raise GraphError("this tensor requires no gradient: make it with requires_grad=True")
    recording = recording_of(root)
    known = naming(recording, names, found)
    graph = described(recording, known)
    edge = t if t.node is None else t.node
    target = next((k for k, source in enumerate(recording.sources) if source is edge), None)
    if target is None:
        raise GraphError(NO_PATH.format(root=graph.variables[graph.output].name))
    return Telling(recording, graph, target)
