"""`Telling`: all that is to be said of the gradient of one tensor, number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ...autograd.value import Value
from ...errors import GraphError, ReleasedError
from ...messages.namespaces import Sighting
from ..graph.chain import Contribution, backward, pulled, seed
from ..graph.latex import is_entrywise as is_entrywise
from ..graph.model import Graph, Operation
from ..graph.recording import Recording, Step, copied, last_write, recording_of
from ..graph.summary import SIDE, Summary, summarize
from ..graph.trace import described, naming
from .calls import axes_in_words, gradient_formula
from .columns import columns
from .formulas import tokens
from .glossary import LOCAL
from .symbols import figures, symbol, value

NO_PATH = (
    "{root} was not computed from this tensor (perhaps it was made anew since, detached, or "
    "computed under no_grad): no path leads from one to the other"
)
SWAPPED = (
    "{root} was not computed from this tensor, but the other way round: exchange the two "
    "(`explain(w, loss)`, `grad_paths(loss, w)`)"
)
CONDITIONS = ("condition", "mask")  # arguments that are truth values


@dataclass(frozen=True)
class Telling:
    """A recording, its description, and the number of the tensor that is to be explained; None for
    all of them."""

    recording: Recording
    graph: Graph
    target: int | None = None

    @cached_property
    def leading(self) -> dict[int, int]:
        """By number, the variables from which the target is reached, and by how many paths."""
        if self.target is None:
            return dict.fromkeys(range(len(self.recording.sources)), 1)
        counts = {self.target: 1}
        for step in self.recording.steps:
            if self.target not in step.outputs:
                flowing = [step.node.parents[i] is not None for i in step.slots]
                paths = sum(counts.get(k, 0) for k, flows in zip(step.inputs, flowing) if flows)
                counts.update((k, paths) for k in step.outputs if paths)
        return counts

    @property
    def aim(self) -> int:
        """The number of the tensor that is to be explained."""
        assert self.target is not None
        return self.target

    @property
    def count(self) -> int:
        """The number of all paths."""
        return self.leading[self.recording.output]

    @cached_property
    def moves(self) -> list[list[Contribution]]:
        """What flows in a backward pass, operation by operation."""
        gaps = self.target is not None
        return [move for move in backward(self.recording, gaps=gaps) if move]

    @cached_property
    def edges(self) -> list[Contribution]:
        """What flows along the paths, in the order of the backward pass."""
        if self.target == self.recording.output:
            return []
        return [
            edge
            for move in self.moves
            for edge in move
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

    @property
    def complete(self) -> bool:
        """Whether all gradients are known, or a backward pass let go of what they hang on."""
        return all(gradient is not None for gradient in self.gradients.values())

    @cached_property
    def columns(self) -> frozenset[int]:
        """The numbers of the variables that are shown as columns."""
        return columns(self.recording, self.graph)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The symbols that the user's own names are."""
        return frozenset(symbol(v.name) for v in self.graph.variables if v.named and v.name)

    def operation(self, edge: Contribution) -> Operation:
        """The operation that an edge comes from."""
        return self.graph.operations[edge.operation]

    def source(self, edge: Contribution) -> int:
        """The number of what the operation of an edge made; of several, the first on a path."""
        return next(k for k in self.operation(edge).outputs if k in self.leading)

    def shape(self, k: int) -> tuple[int, ...]:
        """The shape of a variable."""
        return self.graph.variables[k].value.shape

    def flowing(self, operation: int) -> list[str]:
        """Of an operation with several results, the names of those that have a gradient."""
        step = self.recording.steps[operation]
        fields = step.node.op.result._fields if step.node.op.result else ()
        return [
            fields[self.recording.sources[k].params["k"]]
            for k in step.outputs
            if fields and k in self.gradients
        ]

    def stale(self, operation: int) -> list[int]:
        """The inputs and results of an operation that were written into since: what is known of
        them is not what it had."""
        step = self.recording.steps[operation]
        return [k for k in dict.fromkeys((*step.inputs, *step.outputs))
                if last_write(self.recording.sources[k]) > step.node.number]  # fmt: skip

    def reaches_otherwise(self, edge: Contribution) -> bool:
        """Whether what an operation made depends on a variable through other inputs too, so that
        its local derivative is only a part of the whole."""
        steps = self.recording.steps
        found = set(_flowing(steps[edge.operation])) - {edge.variable}
        for step in reversed(steps[: edge.operation]):
            if edge.variable in found:
                break
            if not found.isdisjoint(step.outputs):
                found.update(_flowing(step))
        return edge.variable in found

    def rule(self, edge: Contribution) -> str | None:
        """What an operation gives to an input, in its own names; None where nobody has said."""
        step, numbers = self.recording.steps[edge.operation], self.numbers(edge.operation)
        column = step.inputs[0] in self.columns
        return gradient_formula(step, edge.slot, numbers, self.flowing(edge.operation), column)

    def numbers(self, operation: int) -> dict[str, str]:
        """By name, the arguments of an operation that are numbers of an expression."""
        told = self.graph.operations[operation]
        inputs = zip(told.arguments, told.inputs)
        return {n: self.name(k) for n, k in inputs if self.graph.variables[k].name is None}

    @cached_property
    def conditions(self) -> dict[int, str]:
        """By number, the truth values without a name: what operations call them, in LaTeX."""
        return {
            k: rf"\mathit{{{name}}}"
            for operation in self.graph.operations
            for name, k in zip(operation.arguments, operation.inputs)
            if name in CONDITIONS and self.graph.variables[k].name is None
        }

    def local(self, edge: Contribution) -> Any:
        """The value of a local derivative, entry by entry: what the rule makes of ones. None where
        what it reads was released."""
        step = self.recording.steps[edge.operation]
        y = step.node.y
        ones = np.ones(y.shape, y.dtype)[()]
        try:
            return next(d for slot, d in pulled(step, ones) if slot == edge.slot)
        except ReleasedError:
            return None

    def summed_axes(self, edge: Contribution, formula: str) -> str | None:
        """The axes along which an input was repeated, in words; "" for all, None for none."""
        whole, own = self.shape(self.source(edge)), self.shape(edge.variable)
        found = tokens(formula)
        if not is_entrywise(formula) and formula != "G":
            spoken = any(t.kind == "function" or t.text in (r"\sum", r"\prod") for t in found)
            if spoken or len(whole) <= len(own):
                return None
            whole, own = whole[:-2], own[:-2]  # of matrices side by side
        lead = len(whole) - len(own)
        axes = [
            i
            for i, n in enumerate(whole)
            if n != 1 and (i < lead or own[i - lead] != n)
        ]  # fmt: skip
        if not axes:
            return None
        return "" if len(axes) == len(self.shape(self.source(edge))) else axes_in_words(axes)

    # In LaTeX

    def name(self, k: int) -> str:
        """What a variable is called; a number that stands in an expression, the number."""
        variable = self.graph.variables[k]
        if k in self.conditions:
            return self.conditions[k]
        if variable.name is None:
            known = variable.value.entries
            return r"\cdot" if known is None else figures(known)
        return symbol(variable.name)

    def number(self, k: int) -> str | None:
        """The value of a variable where it is small."""
        return value(self.graph.variables[k].value, column=k in self.columns)

    def shown(self, array: Any, k: int) -> str | None:
        """Numbers shaped as a variable, where they are known and few."""
        if array is None or getattr(array, "size", 1) > SIDE**2:
            return None
        return value(summarize(array), column=k in self.columns)

    def gradient(self, k: int) -> str:
        """The gradient of a variable, as a symbol; that of a single number by itself is 1."""
        output = self.recording.output
        if k == output != self.target and not self.shape(output):
            return "1"
        return self.derivative(k)

    def derivative(self, k: int) -> str:
        """The derivative of the root, or of the sum of its entries, by a variable."""
        output = self.recording.output
        above = r"\sum " * bool(self.shape(output)) + self.name(output)
        return rf"\frac{{\partial {above}}}{{\partial {self.name(k)}}}"

    def local_derivative(self, edge: Contribution) -> str:
        """The local derivative of an operation, as a symbol; `local` by name where it is not the
        whole derivative of what the operation made."""
        of, by = self.name(self.source(edge)), self.name(edge.variable)
        quotient = rf"\frac{{\partial {of}}}{{\partial {by}}}"
        return in_part(quotient) if self.reaches_otherwise(edge) else quotient

    def gradient_number(self, k: int) -> str | None:
        """The gradient of a variable as numbers, where it is small; the one that backward() has
        stored where it cannot be computed again."""
        variable, found = self.graph.variables[k], self.gradients.get(k)
        if found is None and variable.derivative and isinstance(variable.gradient, Summary):
            return value(variable.gradient, column=k in self.columns)
        return self.shown(found, k)


Shown = Callable[[int], str | None]  # of a variable, by its number


def in_part(quotient: str) -> str:
    """A derivative by one input alone, the other inputs held fixed."""
    return rf"\left({quotient}\right)_{{{LOCAL}}}"


def _flowing(step: Step) -> list[int]:
    """The inputs of an operation that a gradient flows to."""
    return [k for k, i in zip(step.inputs, step.slots) if step.node.parents[i] is not None]


def check_differentiable(t: Any) -> None:
    """Raise TypeError where `t` is no tensor, GraphError where it requires no gradient."""
    if not isinstance(t, Value):
        kind = type(t)
        home = kind.__module__.partition(".")[0]
        name = kind.__name__ if home == "builtins" else f"{home}.{kind.__name__}"
        raise TypeError(f"a gradient is that of a tensor, not of {name}")
    if not t.requires_grad:
        raise GraphError("this tensor requires no gradient: make it with requires_grad=True")


def telling(
    root: Any, t: Any, names: Mapping[str, Any] | None, found: Iterable[Sighting]
) -> Telling:
    """What is to be told of the gradient of `t`, as a part of what `root` was computed from.

    Raises TypeError where one is no tensor, GraphError where no gradient flows from one to the
    other.
    """
    check_differentiable(t)
    recording = recording_of(root)
    known = naming(recording, names, found)
    graph = described(recording, known)
    edges = [t] if t.node is None else [t.node, copied(t.node)]
    found_at = (k for edge in edges for k, s in enumerate(recording.sources) if s is edge)
    target = next(found_at, None)
    if target is None:
        start = root if root.node is None else root.node
        swapped = any(source is start for source in recording_of(t).sources)
        raise GraphError((SWAPPED if swapped else NO_PATH).format(root=graph.variables[-1].name))
    return Telling(recording, graph, target)
