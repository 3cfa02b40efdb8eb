"""The engine itself: in which order gradients go back, and how they add up."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from ....messages.things import described
from ..calling import number
from ..exercise import Exercise
from ..fault import ACCUMULATED, LISTED, ORDER, Fault
from ..order import backward_order
from ..sample import Sample

# f = (u + v) w, the lectures' first graph; c = a · b with a = x · x, b = a + x; a loop of uses.
PRODUCT = {"f": ["t", "w"], "t": ["u", "v"]}
TWICE = {"c": ["a", "b"], "b": ["a", "x"], "a": ["x"]}
CHAIN = {"L": ["h3"], "h3": ["h2", "w3"], "h2": ["h1", "w2"], "h1": ["x", "w1"]}
SKIP = {"L": ["y", "x"], "y": ["z", "x"], "z": ["x", "w"]}


def is_order(result: Any, parents: Any, output: str) -> None:
    """Raise Fault where an order is none in which gradients may go back."""
    needed = {output, *(p for ps in parents.values() for p in ps)}
    if not isinstance(result, (list, tuple)) or not all(isinstance(n, str) for n in result):
        raise Fault(LISTED, f"it gives {described(result)}", "give a list of names")
    missing, several = needed - set(result), [n for n, k in Counter(result).items() if k > 1]
    if missing or set(result) - needed:
        odd = sorted(missing) or sorted(set(result) - needed)
        verb = "is not in the order" if missing else "is in no graph"
        raise Fault(LISTED, f"{odd[0]} {verb}", "every node once, leaves too", odd[0])
    if several:
        raise Fault(
            LISTED, f"{several[0]} comes {Counter(result)[several[0]]} times",
            "every node hands its gradient on once, when all of it is there", several[0],
        )  # fmt: skip
    place = {n: k for k, n in enumerate(result)}
    for node in result:
        late = [user for user, ps in parents.items() if node in ps and place[user] > place[node]]
        if late:
            raise Fault(
                ORDER,
                f"{node} comes before {late[0]}, which is computed with it: when {node} hands its "
                f"gradient on, the part from {late[0]} is not there yet",
                "a node may come once all that use it have come",
                node,
            )


@Exercise.define(
    "engine.order",
    kind="engine",
    level=2,
    asks="Of a graph you know for every node what it was computed with, its parents. In which "
    "order do the nodes hand on their gradients? Give all nodes, the output first; of several "
    "right orders any.",
    formula="a node comes after all nodes that were computed with it",
    returns=("order",),
    judge=is_order,
    samples=[
        Sample("f = t w, t = u + v", parents=PRODUCT, output="f"),
        Sample("c = a b, b = a + x, a = x x", parents=TWICE, output="c"),
        Sample("a chain", parents=CHAIN, output="L"),
        Sample("with shortcuts", parents=SKIP, output="L"),
    ],
    hints=(
        "When is the gradient of a node complete? When all that use it have sent their part.",
        "Count the uses of every node; a node whose uses have all been dealt with is ready.",
        "ready = [output]; while ready: take one, append it to the order, lower the count of its "
        "parents by 1, and put those that reach 0 into ready",
    ),
    mistakes={
        "breadth first: a node may come before something that uses it":
            lambda parents, output: _met(parents, output),
        "the order of the forward pass": lambda parents, output: (
            backward_order(parents, output)[::-1]),
        "the leaves are left out": lambda parents, output: [
            n for n in backward_order(parents, output) if n in parents],
    },
)  # fmt: skip
def engine_order(parents: Any, output: Any) -> Any:
    uses = Counter(p for ps in parents.values() for p in ps)
    order, ready = [], [output]
    while ready:
        node = ready.pop()
        order.append(node)
        for p in parents.get(node, ()):
            uses[p] -= 1
            if not uses[p]:
                ready.append(p)
    return order


def _met(parents: Any, output: str) -> list[str]:
    found = [output]
    for node in found:  # grows while it is walked
        found += [p for p in parents.get(node, ()) if p not in found]
    return found


def is_gradient(result: Any, graph: Any, output: str) -> None:
    """Raise Fault where the gradients of a graph are others."""
    right = _pushed(graph, backward_order(graph, output))
    if not isinstance(result, dict):
        raise Fault(
            LISTED, f"it gives {described(result)}", "give a dict: the gradient of every node"
        )
    for node in right:
        if node not in result:
            raise Fault(LISTED, f"{node} has no gradient", "every node has one, leaves too", node)
        found = number(result[node])
        if found is None or not np.isclose(found, right[node], 1e-6):
            users = [n for n, ps in graph.items() if node in ps]
            shown = repr(result[node]) if found is None else f"{found:g}"
            told = f"∂{output}/∂{node} is {shown}, where it should be {right[node]:g}"
            if len(users) > 1:
                raise Fault(
                    ACCUMULATED,
                    f"{told}; {node} is used by {' and by '.join(users)}, and both send a part",
                    "add what arrives, `gradient[p] += ...`, and hand it on when all is there",
                    node,
                )
            raise Fault(
                ORDER, told,
                f"{users[0] if users else node} hands on gradient · local derivative, once its own "
                "gradient is complete", node,
            )  # fmt: skip


@Exercise.define(
    "engine.backward",
    kind="engine",
    level=3,
    asks="Backpropagation itself. The graph gives for every node its parents, each with the local "
    "derivative ∂node/∂parent. Give the derivative of the output by every node, in a dict.",
    formula="∂f/∂p = Σ over the nodes n that use p of ∂f/∂n · ∂n/∂p,   ∂f/∂f = 1",
    returns=("gradient",),
    judge=is_gradient,
    samples=[
        Sample("f = t w, t = u + v", graph={"f": {"t": 4.0, "w": 5.0}, "t": {"u": 1.0, "v": 1.0}},
               output="f"),
        Sample("c = a b, b = a + x, a = x x, at x = 3",
               graph={"c": {"a": 12.0, "b": 9.0}, "b": {"a": 1.0, "x": 1.0}, "a": {"x": 6.0}},
               output="c"),
        Sample("with shortcuts",
               graph={"L": {"y": 2.0, "x": -1.0}, "y": {"z": 3.0, "x": 0.5},
                      "z": {"x": 1.0, "w": 4.0}}, output="L"),
    ],
    hints=(
        "Go through the nodes in the order of engine.order. What does each send to its parents?",
        "gradient[p] += gradient[n] · local, with all gradients 0 at first but that of the output",
        "uses = how often each node is a parent; ready = [output]; while ready: n = ready.pop(); "
        "for p, local in graph.get(n, {}).items(): gradient[p] += ...; uses[p] -= 1; ...",
    ),
    mistakes={
        "a new part replaces the one before: add": lambda graph, output: _pushed(
            graph, backward_order(graph, output), add=False),
        "breadth first: a node hands on what it has before all has arrived":
            lambda graph, output: _pushed(graph, _met(graph, output)),
        "the gradient of the output is 0 at first; it is 1": lambda graph, output: dict.fromkeys(
            backward_order(graph, output), 0.0),
    },
)  # fmt: skip
def engine_backward(graph: Any, output: Any) -> Any:
    uses = Counter(p for parents in graph.values() for p in parents)
    gradient, ready = {output: 1.0}, [output]
    while ready:
        node = ready.pop()
        for p, local in graph.get(node, {}).items():
            gradient[p] = gradient.get(p, 0.0) + gradient[node] * local
            uses[p] -= 1
            if not uses[p]:
                ready.append(p)
    return gradient


def _pushed(graph: Any, order: list[str], add: bool = True) -> Any:
    gradient = dict.fromkeys(order, 0.0) | {order[0]: 1.0}
    for node in order:
        for p, local in graph.get(node, {}).items():
            gradient[p] = add * gradient[p] + gradient[node] * local
    return gradient
