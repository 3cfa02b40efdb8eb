"""What changes in the picture with each scene."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph.model import Graph, Operation
from .scenes import Scene


def cues(
    graph: Graph, scenes: Sequence[Scene], states: Sequence[dict[int, int]]
) -> list[dict[str, Any]]:
    """Of each scene what it says, which parts it lights, which values and gradients appear.

    `states`: by the number of a variable, which of its gradients is stored in each scene.
    """
    made = {k for operation in graph.operations for k in operation.outputs}
    given = [v.number for v in graph.variables if v.number not in made]
    before: dict[int, int] = {}
    found = []
    for scene, now in zip(scenes, states):
        if scene.phase == "forward" and scene.operation is not None:
            values = list(graph.operations[scene.operation].outputs)
        else:
            values = given if scene.phase == "start" else []
        changed = {k: state for k, state in now.items() if state != before.get(k, 0)}
        before = now
        found.append({
            "phase": scene.phase,
            "progress": scene.progress,
            "lines": scene.lines,
            "lit": lit(graph, scene),
            "wrong": [f"v{k}.gradient" for k in scene.wrong],
            "values": [f"v{k}.value" for k in values],
            "gradients": {f"v{k}.gradient": state for k, state in changed.items()},
        })  # fmt: skip
    return found


def lit(graph: Graph, scene: Scene) -> list[str]:
    """The parts of the picture that a scene is about."""
    if scene.operation is None:
        seed = scene.phase == "backward"
        return [f"v{graph.output}.gradient"] if seed else []
    operation = graph.operations[scene.operation]
    node, results = f"o{operation.number}", _edges_out(operation)
    if scene.phase == "forward":
        inputs = [f"i{operation.number}.{slot}" for slot in range(len(operation.inputs))]
        return [node, *inputs, *results, *(f"v{k}.value" for k in operation.outputs)]
    inputs = [f"i{flow.edge.operation}.{flow.edge.slot}" for flow in scene.flows]
    into = [k for flow in scene.flows for k in (*flow.incoming, flow.edge.variable)]
    return [node, *results, *inputs, *(f"v{k}.gradient" for k in dict.fromkeys(into))]


def _edges_out(operation: Operation) -> list[str]:
    return [f"r{operation.number}.{k}" for k in operation.outputs]
