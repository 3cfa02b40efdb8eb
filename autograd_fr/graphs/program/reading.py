"""A recorded graph in order: the operations, the values between them, and what each is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import FrameType
from typing import Any

import numpy as np

from ...autograd.engine import newest_first
from ...autograd.node import Ghost, Node
from ...autograd.op import Op
from ...autograd.readings import Reading
from ...autograd.value import Value
from ...dtypes import PYTHON_NUMBERS
from ...errors import GraphError
from ...messages.namespaces import sightings
from ...viz.graph.names import Names
from .choices import Choices
from .naming import Identifiers
from .text import shortest

# Results that may stand within the line of the sum they go into: no rule needs them.
INLINE = frozenset(("add", "sub", "neg", "mul", "matmul", "linear", "contraction"))

LONGEST = 3  # results one within the other, in one line

# How results without a name are called, by the operation; all others are t1, t2, ...
STEMS = {
    "linear": "z", "matmul": "z", "softmax": "p", "log_softmax": "log_p",
    **dict.fromkeys(("relu", "tanh", "sigmoid", "softplus"), "h"),
}  # fmt: skip


class Variable:
    """A value of the program: a result, a leaf, or an array that needs no gradient."""

    __slots__ = (
        "array", "chosen", "contributions", "dtype", "inline", "name", "named", "shape", "uses",
    )  # fmt: skip

    def __init__(self, array: Any) -> None:
        self.shape: tuple[int, ...] = tuple(getattr(array, "shape", ()))
        self.dtype: Any = getattr(array, "dtype", None)
        self.array = array.array if isinstance(array, Ghost) else array  # None if it is gone
        self.name = ""
        self.named = self.inline = False
        self.chosen: Reading | None = None  # the look at values that it comes of
        self.uses = self.contributions = 0  # in forward, and to its gradient in backward


class Recording:
    """The nodes of a graph, oldest first, and the variable of every value in it."""

    def __init__(self, root: Value, names: Mapping[str, Any] | None, frame: FrameType) -> None:
        assert root.node is not None
        self.root = root.node
        self.nodes = newest_first([self.root])[::-1]
        for node in self.nodes:
            _check(node)
        self.choices = Choices(self.nodes)
        self.identifiers = Identifiers()
        self.variables: dict[int, Variable] = {}
        self.inputs: list[Variable] = []  # the arguments of the program, in order of first use
        self.leaves: list[Variable] = []  # those of them that a gradient is wanted for
        self._sources: list[Any] = []  # what has a variable, and keeps its id
        self._collect()
        self._sightings = list(sightings(frame))
        self._name(root, {} if names is None else names)

    def __getitem__(self, source: Any) -> Variable:
        """The variable of a node, a leaf, or a constant array."""
        return self.variables[id(source)]

    def of(self, node: Node, k: int) -> Variable | None:
        """The variable of the k-th argument; None for a number, and for what is absent."""
        return self.variables.get(id(_source(node.parents[k], node.args[k])))

    def arguments(self, node: Node) -> Iterator[tuple[Any, Variable | None]]:
        """The arguments of `node`: each as an array or a ghost, and its variable."""
        return ((arg, self.of(node, k)) for k, arg in enumerate(node.args))

    def constant(self, array: Any, stem: str) -> Variable:
        """The variable of an array among the parameters of an operation: an argument."""
        if id(array) in self.variables:
            return self[array]
        chosen = self.choices.of_array(array)
        for variable in self.inputs:
            if variable.chosen is chosen and _equal_integers(variable.array, array):
                return variable
        variable = self.computed(array, self.name_of_equal(array) or stem)
        variable.chosen = chosen
        self.inputs.append(variable)
        return variable

    def computed(self, array: Any, stem: str) -> Variable:
        """The variable of an array among the parameters that the program computes for itself."""
        if id(array) not in self.variables:
            variable = self._enter(array, array)
            variable.name, variable.named = self.identifiers.take(stem), True
        return self[array]

    def name_of_equal(self, array: Any) -> str:
        """The caller's name of a variable with the same integers, such as the targets of a loss."""
        for name, value in self._sightings:
            held = value.array if isinstance(value, Value) else value
            if _equal_integers(held, array):
                return name
        return ""

    def _collect(self) -> None:
        for node in self.nodes:
            for parent, arg in zip(node.parents, node.args):
                source = _source(parent, arg)
                if source is None or type(source) in PYTHON_NUMBERS:
                    continue
                if id(source) not in self.variables:
                    self._enter_input(source, parent)
                variable = self[source]
                variable.uses += 1
                variable.contributions += parent is not None
            self._enter(node, node.y)

    def _enter(self, source: Any, array: Any) -> Variable:
        self._sources.append(source)
        self.variables[id(source)] = variable = Variable(array)
        return variable

    def _enter_input(self, source: Any, parent: Any) -> None:
        variable = self._enter(source, source.array if isinstance(source, Value) else source)
        self.inputs.append(variable)
        variable.chosen = self.choices.of_array(source)
        if parent is not None:
            self.leaves.append(variable)

    def _name(self, root: Value, names: Mapping[str, Any]) -> None:
        known = Names(set(self.variables))
        known.hold(root)
        known.add_explicit(names)
        for name, value in names.items():
            if not isinstance(value, Value):
                kind = type(value).__name__
                raise TypeError(f"to_numpy: `names` maps {name!r} to no tensor but to a {kind}")
            if value._requires_grad and not known.has(value):  # constants may be parameters
                raise GraphError(f"to_numpy: the graph does not have what `names` calls {name!r}")
        known.add_given(s for s in (root, *self._sources) if isinstance(s, Value))
        known.add_found(self._sightings)
        self._sightings = [*names.items(), *self._sightings]
        for source in self._sources:
            if found := known.by_id.get(id(source)):
                self[source].name = self.identifiers.take(found)
                self[source].named = True
        self._settle_inputs()
        self._settle_results()

    def _settle_inputs(self) -> None:
        """Names for arguments that have none; small constants are written out instead."""
        for variable in list(self.inputs):
            if variable.name:
                continue
            if variable not in self.leaves and not variable.shape and variable.array is not None:
                variable.name, variable.inline = shortest(np.asarray(variable.array)[()]), True
                self.inputs.remove(variable)
            variable.named = True
        unnamed = [variable for variable in self.inputs if not variable.name]
        leaves = set(map(id, self.leaves))
        self._number((v, "w" if id(v) in leaves else _stem_of(v.array)) for v in unnamed)

    def _number(self, stems: Iterable[tuple[Variable, str]]) -> None:
        """Give names made of stems: numbered where several variables have the same."""
        stems = list(stems)
        counts = Counter(stem for _, stem in stems)
        rows = {stem: iter(self.identifiers.take_all(stem, n)) for stem, n in counts.items()}
        for variable, stem in stems:
            variable.name = next(rows[stem])

    def _settle_results(self) -> None:
        consumers = {id(p): node for node in self.nodes for p in node.parents}
        terms: dict[int, int] = {}  # how many results stand within each other's lines
        stems: list[tuple[Variable, str]] = []
        for node in self.nodes:
            variable = self[node]
            if not variable.name and not variable.inline:
                terms[id(node)] = 1 + max((terms.get(id(p), 0) for p in node.parents), default=0)
                inline = self._within_a_sum(node, consumers.get(id(node)))
                variable.inline = inline and terms[id(node)] <= LONGEST
                terms[id(node)] *= variable.inline
                if not variable.inline:
                    stems.append((variable, self._stem(node)))
        self._number(stems)

    def _stem(self, node: Node) -> str:
        if node is self.root:
            return "y" if self[node].shape else "loss"
        while node.op.name == "add":  # of a product: x @ W + b
            inline = [p for p in node.parents if isinstance(p, Node) and self[p].inline]
            if not inline:
                break
            node = inline[0]
        return STEMS.get(node.op.name, "t")

    def _within_a_sum(self, node: Node, consumer: Node | None) -> bool:
        """Whether a result is used once, in a sum of its own shape, and has the sum's gradient."""
        if consumer is None or node.op.name not in INLINE or self[node].uses != 1:
            return False
        place = consumer.parents.index(node)
        sums = consumer.op.name == "add" or (consumer.op.name == "sub" and place == 0)
        same = self[node].shape == _shape(consumer.y) and self[node].dtype == consumer.y.dtype
        return sums and same


def _check(node: Node) -> None:
    if not isinstance(node.op, Op):
        raise GraphError(
            f"to_numpy: {node.op.name}, called at {node.line}, is no operation of the catalogue "
            "but an autograd.Function, whose program is not known; write that part with operations"
        )


def _source(parent: Node | Value | None, arg: Any) -> Any:
    """What an argument is: a node, a leaf, else the array itself if it is still alive."""
    if parent is not None:
        return parent
    alive = arg.array if isinstance(arg, Ghost) else None
    return arg if alive is None else alive


def _shape(array: Any) -> tuple[int, ...]:
    return tuple(getattr(array, "shape", ()))


def _stem_of(array: Any) -> str:
    """How an argument without a name is called."""
    if array is None or not isinstance(array, np.ndarray):
        return "c"
    if array.dtype.kind == "b" or _is_mask(array):
        return "mask"
    return "index" if array.dtype.kind in "iu" else "c"


def _is_mask(array: Any) -> bool:
    """Whether entries are either 0 or the same number, and no multiple of the identity."""
    two = array.size > 1 and len(np.unique(array)) == 2 and 0 in array
    square = array.ndim == 2 and array.shape[0] == array.shape[1]
    return two and not (square and np.array_equal(array, np.diag(array.diagonal())))


def _equal_integers(held: Any, array: Any) -> bool:
    return (
        isinstance(held, np.ndarray)
        and held.dtype.kind in "iu"
        and held.shape == array.shape
        and held.size > 1
        and bool((held == array).all())
    )
