"""Hypotheses about the graph: which way from the input to the output is missing, or wrong."""

from __future__ import annotations

import inspect
from itertools import combinations
from typing import Any

import numpy as np

from ..function import Function, opened
from ..hooks import RemovableHandle
from ..memory import named
from ..node import Node
from ..user_op import UserOp
from ..value import Value
from .analytical import pulled
from .comparison import Comparison
from .problem import Problem
from .rules import history, rules_at_fault, tangents_at_fault
from .settings import Settings
from .verdict import DETACHED, NOT_ACCUMULATED, Verdict

MOST_USES = 6  # of one input, whose combinations are tried

Use = tuple[Node, int]  # an operation, and which of its arguments the input is


class Paths:
    """What the graph tells about a pair that is wrong.

    `culprit`: the operation whose rule is at fault, in words. `missing`: that a path is not in the
    graph, known when all its rules are right. `forgotten`: that the gradient of one of several uses
    of the input was left out, known where the forward of a Function can be differentiated itself.
    """

    def __init__(self, pair: Comparison, problem: Problem, settings: Settings) -> None:
        self.pair, self.problem, self.settings = pair, problem, settings
        self.culprit = ""
        self.missing: list[Verdict] = []
        self.forgotten: list[Verdict] = []
        nodes = [] if pair.along else history(problem.first[pair.output])
        if pair.mode == "forward":
            self.culprit = " or ".join(map(_pushing, tangents_at_fault(nodes)))
        elif pair.joined and nodes:
            self._look(nodes)

    def _look(self, nodes: list[Node]) -> None:
        functions: list[Any] = [n.op.function for n in nodes if isinstance(n.op, UserOp)]
        written = list(dict.fromkeys(functions))
        if written:
            self._open(written)
            return
        wrong, all_tried = rules_at_fault(nodes)
        if wrong:
            self.culprit = f"the rule of `{wrong[0].op.name}`, called in {wrong[0].line}"
        elif all_tried:
            self.missing = [_missing(self.pair)]

    def _open(self, written: list[type[Function]]) -> None:
        """Differentiate the forward of the Functions instead of calling their backward."""
        try:
            with opened():
                outputs = self.problem.outputs()
            uses = self._uses(outputs[self.pair.output])
            found = self._contributions(outputs, uses)
        except Exception:  # a forward that does what cannot be differentiated, or not be recorded
            return
        if not found or not self._same(sum(found.values()), self.pair.numerical):
            return
        self.culprit = " or ".join(_method(function, "backward") for function in written)
        kept = self._kept(found)
        if kept:
            self.forgotten = [self._forgotten(written[0].__name__, uses, kept)]

    def _uses(self, y: Value) -> list[Use]:
        x = self.problem.inputs[self.pair.input]
        edge = x.node or x
        return [
            (node, k) for node in reversed(history(y)) for k, p in enumerate(node.parents)
            if p is edge
        ]  # fmt: skip

    def _contributions(self, outputs: list[Value], uses: list[Use]) -> dict[Use, Any]:
        """The matrix that each use of the input adds to the whole."""
        found = {use: np.zeros_like(self.pair.analytical) for use in uses}
        column = 0

        def listen(node: Node) -> RemovableHandle:
            def hook(grad_inputs: Any, _: Any) -> None:
                for k, d in enumerate(grad_inputs):
                    if (node, k) in found and d is not None:
                        found[node, k][:, column] = np.ravel(d.array)

            return node.register_hook(hook)

        handles = [listen(node) for node in dict.fromkeys(node for node, _ in uses)]
        y = outputs[self.pair.output]
        for column in range(y.array.size):
            weight = np.zeros(y.array.shape, y.array.dtype)
            weight.flat[column] = 1
            pulled(self.problem, outputs, {self.pair.output: weight})
        for handle in handles:
            handle.remove()
        return found

    def _kept(self, found: dict[Use, Any]) -> tuple[Use, ...]:
        """The uses whose contributions alone make up the analytical matrix; none if there are."""
        several = list(found)
        if not 2 <= len(several) <= MOST_USES:
            return ()
        for n in range(len(several) - 1, 0, -1):
            for some in combinations(several, n):
                if self._same(self.pair.analytical, sum(found[use] for use in some)):
                    return some
        return ()

    def _same(self, some: Any, others: Any) -> bool:
        counts = ~self.pair.kinks
        return bool(
            np.allclose(some[counts], others[counts], self.settings.rtol, self.settings.atol)
        )

    def _forgotten(self, name: str, uses: list[Use], kept: tuple[Use, ...]) -> Verdict:
        x = self.pair.input_name
        lost = [use for use in uses if use not in kept]
        return Verdict(
            NOT_ACCUMULATED,
            f"{name}.forward uses {x} {len(uses)} times; the gradient is the part of "
            f"{_told(kept)} alone, that of {_told(lost)} is left out",
            f"add up the gradients of all uses of {x}: for x·sin(x), g·sin(x) + g·x·cos(x)",
        )


def _pushing(node: Node) -> str:
    """What makes the tangent of a node, in words."""
    if isinstance(node.op, UserOp):
        return _method(node.op.function, "jvp" if node.op.has_jvp else "backward")
    return f"the tangent of `{node.op.name}`, called in {node.line}"


def _method(function: type[Function], name: str) -> str:
    """A method of a Function, and where it is written."""
    code = getattr(inspect.unwrap(getattr(function, name)), "__code__", None)
    place = f", line {code.co_firstlineno} of {named(code.co_filename)}" if code else ""
    return f"`{function.__name__}.{name}`{place}"


def _missing(pair: Comparison) -> Verdict:
    return Verdict(
        DETACHED,
        f"in part: every rule on the way is right for itself, but {pair.output_name} also depends "
        f"on {pair.input_name} by a way that is not in the graph",
        "look for detach(), .data, .item(), .numpy(), no_grad(), or a new tensor made of old "
        "numbers, in one of the places where it is used",
    )


def _told(uses: Any) -> str:
    return ", ".join(
        f"`{node.op.name}`" + (f" (argument {k})" if len(node.parents) > 1 else "")
        for node, k in uses
    )
