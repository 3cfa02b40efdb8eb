r"""Operations: an array function, one rule per differentiable argument, and the registry of them.

    @differentiable(
        a=lambda g, b: g * b,
        b=lambda g, a: g * a,
        derivatives={"a": "b", "b": "a"},
        latex=r"a \cdot b", symbol="×", samples=[Sample((3, 4), (4,))],
    )
    def mul(a, b):
        return a * b

A rule pulls the gradient `g` of the result back to one argument. It names what it needs, and only
that is kept for it: arguments and parameters of the operation by their names, `y` for the result,
`like` for the shape and dtype of its own argument (`likes`: of all of them). Rules are written in
the vocabulary that arrays and tensors share, so that the same rule computes on raw arrays in an
ordinary backward pass and is itself recorded under `create_graph=True`.

Formulas speak of `x`, or of `a` and `b`; the public functions call them `input` and `other`, as
PyTorch does.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from functools import wraps
from itertools import repeat
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from ..batching import known
from ..errors import NotBatchable
from ..kernels.entrywise import at_length
from .dispatch import binary, general, unary
from .engine import fit
from .node import Node, Parts
from .record import RESULT, aliases_are_by, parts_are_by
from .results import named_result
from .sample import Sample as Sample
from .sums import summed
from .tangents import Push, by_rules, entrywise, linear, transposed
from .value import Value
from .written import Together, asked, pull_of, wants

if TYPE_CHECKING:
    from ..tensor import Tensor

P = ParamSpec("P")

# What a formula calls its tensors, and what PyTorch and the public functions call them.
PUBLIC_NAMES = {"x": "input", "a": "input", "b": "other"}

# Parameters that are axes or lengths: a list of them is copied into a tuple of Python's integers.
AXES = frozenset(("dim", "dims", "shape", "size", "stride", "repeats", "shifts"))

# How tangents go forward, where an operation says so by a word.
PUSHES: dict[str, Push] = {"entrywise": entrywise, "linear": linear, "transposed": transposed}

# What is known by name in the code that is written out for an operation's backward.
_IN_PULLS = {"fit": fit, "ndarray": np.ndarray, "summed": summed}

REGISTRY: dict[str, Op] = {}
NUMPY_TWINS: dict[Any, Callable[..., Any]] = {}


class Op:
    """An operation of the catalogue: its array function, its rules, and what is told about it."""

    def __init__(
        self,
        forward: Callable[..., Any],
        rules: Mapping[str, Callable[..., Any]],
        *,
        latex: str,
        symbol: str | None,
        samples: list[Sample],
        derivatives: Mapping[str, str] | None = None,
        variadic: bool,
        promotes: bool,
        floating: bool,
        outputs: tuple[str, ...] = (),
        view: bool = False,
        masks: bool = False,
        check: Callable[..., None] | None = None,
        push: str | Mapping[str, Callable[..., Any]] | None = None,
        together: Together | None = None,
        fused: Mapping[str, Callable[..., Any]] | None = None,
        wide: bool = False,
    ) -> None:
        self.name = forward.__name__
        self.forward = self.__wrapped__ = self.swift = forward
        self.latex, self.derivatives = latex, dict(derivatives or {})
        self.symbol, self.samples, self.fused = symbol or self.name, samples, fused or {}
        self.variadic, self.promotes, self.floating, self.wide = variadic, promotes, floating, wide
        self.result: Any = named_result(self.name, *outputs) if outputs else None
        self.view, self.masks, self.check, self.together = view, masks, check, together

        self._read_signature(rules, push)
        self._read_rules(rules, push)
        # Brought to fixed positions when first needed; if variadic, by the number of arguments.
        self.rules: tuple[Callable[..., Any], ...] = ()
        self._numbered: dict[int, tuple[Callable[..., Any], ...]] = {}
        self.function: Callable[..., Any]  # the public one, set by `differentiable`
        # Written out when first needed: the call on tensors of one dtype, and what records entries.
        self.call: Callable[..., Any] | None = None
        self.recorded: Callable[..., Any]
        # All rules at once, for an ordinary backward pass; written out when first needed.
        self.pull: Callable[..., None] | None = None if variadic or masks else self.first_pull

    def _read_rules(self, rules: Mapping[str, Callable[..., Any]], push: Any) -> None:
        """Find out what must be kept for the rules, and how tangents go."""
        self.written, self.push = rules, self._forward_rule(push)
        reads = {name for rule in rules.values() for name in wants(rule)}
        self.reads_y = "y" in reads
        self.reads_args = (
            repeat(not reads.isdisjoint((self.arguments[0], "others"))) if self.variadic
            else tuple(name in reads for name in self.arguments)
        )  # fmt: skip
        self.reads_any = self.reads_y or not reads.isdisjoint((*self.arguments, "others"))
        for argument, rule in rules.items():
            self.asked(argument, rule)  # which names it asks for is known now, not in backward

    def _read_signature(self, rules: Mapping[str, Any], push: Any) -> None:
        """Tell the tensors among the forward's parameters from the rest: up to the last ruled."""
        written = inspect.unwrap(self.forward)
        code = written.__code__
        names = list(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
        if unknown := set(rules) - set(names):
            raise TypeError(f"{self.name} has no argument {unknown.pop()!r} to give a rule for")
        arity = 1 + max(names.index(name) for name in rules)
        self.arguments, self.parameters = names[:arity], names[arity:]
        optional = written.__defaults__ or ()
        self.defaults = dict(zip(names[code.co_argcount - len(optional) :], optional))
        self.defaults |= written.__kwdefaults__ or {}
        self.public = tuple(PUBLIC_NAMES.get(name, name) for name in names)
        self.axes = [name for name in self.parameters if name in AXES]
        self.positional, self.ruled = code.co_argcount, [name in rules for name in self.arguments]
        # Entry by entry on one or two tensors, and nothing else: the calls that must be fast. What
        # only looks like one says how its tangents go.
        whole = self.variadic or self.result or self.view or self.together
        simple = not (self.parameters or arity > 2 or whole)
        self.elementwise = simple and self.promotes and all(self.ruled) and push is None

    def _forward_rule(self, push: str | Mapping[str, Callable[..., Any]] | None) -> Push | None:
        """How tangents go through; None where the reverse rules tell."""
        if push is None:
            return None
        if isinstance(push, str):
            return PUSHES[push]
        return by_rules([self._adapt(a, push.get(a)) for a in self.arguments])

    @property
    def __signature__(self) -> inspect.Signature:
        """The signature of the public function, with PyTorch's names for its tensors."""
        written = inspect.signature(self.forward)
        return written.replace(
            parameters=[
                p.replace(name=PUBLIC_NAMES.get(p.name, p.name))
                for p in written.parameters.values()
            ]
        )

    def rules_for(self, args: tuple[Any, ...]) -> tuple[Callable[..., Any], ...]:
        """One rule per argument, each called as rule(g, y, args, params, like)."""
        if not self.variadic:
            self.rules = tuple(self._adapt(a, self.written.get(a)) for a in self.arguments)
            return self.rules
        n = len(args)
        if n not in self._numbered:
            (argument,) = self.arguments
            rule = self.written[argument]
            self._numbered[n] = tuple(self._adapt(argument, rule, k) for k in range(n))
        return self._numbered[n]

    def first_pull(self, *given: Any) -> None:
        """`pull` when it is first called."""
        self.pull = pull_of(self, _IN_PULLS)
        self.pull(*given)

    def reads_by(self, n: int) -> list[tuple[int, ...]]:
        """Per rule, of `n` arguments, the places of those that it reads, and of the result."""
        asks = [wants(self.written[a]) if a in self.written else () for a in self.arguments]
        if self.variadic:
            (want,) = asks
            numbers = range(n) if self.arguments[0] in want or "others" in want else ()
            reads = [[i for i in numbers if i != k or "others" not in want] for k in range(n)]
            asks *= n
        else:
            reads = [[i for i, a in enumerate(self.arguments) if a in want] for want in asks]
        return [
            (*places, RESULT) if "y" in want else tuple(places)
            for places, want in zip(reads, asks, strict=True)
        ]

    def _adapt(
        self, argument: str, rule: Callable[..., Any] | None, k: int = 0
    ) -> Callable[..., Any]:
        """A rule for one argument, brought from the names it asks for to fixed positions."""
        if rule is None:
            return _no_rule
        source = f"lambda g, y, args, params, like: rule({self.asked(argument, rule)})"
        # What it records was called by the user's program: it has to lie in the package.
        code = compile(source, os.path.join(os.path.dirname(__file__), "<rule>"), "eval")
        adapted: Callable[..., Any] = eval(code, {"rule": rule, "k": k})
        return adapted

    def asked(self, argument: str, rule: Callable[..., Any]) -> str:
        """What a rule asks for by name, as it is found at the fixed positions."""
        sources = {"like": "like", "likes": "args", "k": "k", "y": "y"}
        sources |= {name: f"args[{i}]" for i, name in enumerate(self.arguments)}
        sources |= {name: f"params[{name!r}]" for name in self.parameters}
        if self.variadic:  # `others`: the same, by a rule that does not read its own
            sources |= {argument: "args", "others": "args"}
        return asked(rule, sources, f"the rule of {self.name} for {argument}")

    @property
    def backward_name(self) -> str:
        """The name of its derivative, in PyTorch's manner."""
        return "".join(word.title() for word in self.name.split("_")) + "Backward0"

    def forget(self) -> None:
        """Let go of what was kept for backward: nothing here, it is with the nodes."""

    def meet(self, node: Node) -> None:
        """Know of a node that was recorded: nothing to do here, an operation has many."""

    def __repr__(self) -> str:
        return f"<operation {self.name}>"

    def __call__(self, *tensors: Any, **params: Any) -> Any:
        """The operation for use inside rules: arrays give an array, values a recorded value."""
        if any(isinstance(t, Value) for t in (tensors[0] if self.variadic else tensors)):
            return self.function(*tensors, **params)
        try:
            return self.forward(*tensors, **params)
        except NotBatchable:
            return known.by_sample(self.forward, tensors, params, lift=True)


def differentiable(
    *,
    latex: str,
    samples: list[Sample],
    derivatives: Mapping[str, str] | None = None,
    symbol: str | None = None,
    numpy: tuple[Any, ...] = (),
    variadic: bool = False,
    promotes: bool = True,
    floating: bool = False,
    outputs: tuple[str, ...] = (),
    view: bool = False,
    masks: bool = False,
    check: Callable[..., None] | None = None,
    push: str | Mapping[str, Callable[..., Any]] | None = None,
    together: Together | None = None,
    fused: Mapping[str, Callable[..., Any]] | None = None,
    wide: bool = False,
    **rules: Callable[..., Any],
) -> Callable[[Callable[P, Any]], Callable[P, Tensor]]:
    """Make an array function an operation on tensors, and enter it in the registry.

    `rules`: per differentiable argument, how the gradient flows back to it.
    `latex`, `symbol`: the formula of the result, and what stands in a drawn graph.
    `derivatives`: the formula of each rule: of the derivative by that argument, entry by entry,
    or, where `G` stands in it, of the gradient that `G`, that of the result, gives the argument.
    `samples`: inputs that the test suite checks the rules on; there must be some.
    `numpy`: the NumPy functions that this computes, so that they work on tensors too.
    `variadic`: the first argument is a sequence of tensors, and one rule serves them all; it may
    ask for `k`, the number of its argument, and for the `others` where it reads all but that.
    `promotes`: operands of different dtypes are brought to a common one; else they are refused.
    `floating`: integers are brought to the default floating dtype.
    `outputs`: the names of several results. `g` is then a tuple, None where nothing flows back.
    `view`: the result shares its argument's memory wherever NumPy lets it.
    `masks`: a zero in a gradient may mean that an entry was not chosen; whatever its own
    derivative is then, inf or nan, nothing comes of it.
    `push`: how tangents go forward: "linear", by the operation itself; "entrywise", by the reverse
    rules; "transposed", by their transposes; or, per argument, a rule in `t`, its tangent, that
    asks for no more than the reverse rules do. Left out, the reverse rules tell.
    `check`: given two operands that are not of one kind, before they become so; it may refuse them.
    `together`: how an ordinary step shares work among the rules, and with the forward.
    `fused`: kernels that compute what the rules of some arguments do, for large arrays; they are
    called with what the rules ask for.
    `wide`: with a number beside float16, which may not hold it, it is computed in float32.
    """

    def decorate(forward: Callable[P, Any]) -> Callable[P, Tensor]:
        op = Op(
            forward, rules, latex=latex, symbol=symbol, samples=samples, derivatives=derivatives,
            variadic=variadic, promotes=promotes, floating=floating, outputs=outputs, view=view,
            masks=masks, check=check, push=push, together=together, fused=fused, wide=wide,
        )  # fmt: skip
        if op.elementwise and numpy:
            op.swift = at_length(forward, numpy[0])
        if op.elementwise and op.public == ("input",):
            call = unary(op)
        elif op.elementwise and op.public == ("input", "other"):
            call = binary(op)
        else:
            call = general(op)
        op.function = wraps(forward)(call)
        op.function.__wrapped__ = op  # its signature, made when asked for
        op.function.op = op  # type: ignore[attr-defined]
        REGISTRY[op.name] = op
        NUMPY_TWINS.update((twin, op.function) for twin in numpy)
        return op.function

    return decorate


def face_of(operation: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make a function the public one of an operation: it takes more than the rules know.

    The bare operation remains as `polymorphic(function).function`.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function)
        face = wraps(operation, updated=())(function)
        face.__signature__ = signature  # type: ignore[attr-defined]
        face.op = polymorphic(operation)  # type: ignore[attr-defined]
        return face

    return decorate


def polymorphic(function: Callable[..., Any]) -> Op:
    """The operation behind a public function, for use in a rule: arrays in, array out."""
    op: Op = function.op  # type: ignore[attr-defined]
    return op


def _no_rule(*_: Any) -> None:
    """Stands where an argument has no derivative; never called, its parent is None."""


def part(whole: Any, k: int, n: int) -> Any:
    """The k-th of the n results of an operation."""
    return whole[k]


parts_are_by(
    Op(
        part, {"whole": lambda g, k, n: Parts(g if i == k else None for i in range(n))},
        push={"whole": lambda t, k: t[k]},
        latex="y_k", symbol="·", samples=[], variadic=False, promotes=False, floating=False,
    )
)  # fmt: skip


def alias(x: Any) -> Any:
    """`x` itself."""
    return x


aliases_are_by(
    Op(
        alias, {"x": lambda g: g}, push={"x": lambda t: t},
        latex="x", derivatives={"x": "1"}, symbol="=", samples=[],
        variadic=False, promotes=False, floating=False,
    )
)  # fmt: skip
