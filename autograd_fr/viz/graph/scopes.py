"""The module calls of a graph under their names: paths in the modules they were called in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...autograd.value import Value
from ...messages.holdings import holdings
from ...messages.namespaces import Namespace
from .calls import Call, calls_in
from .model import Graph, Kind, Scope, Variable
from .recording import Recording


def scoped(graph: Graph, recording: Recording, spaces: Iterable[Namespace]) -> Graph:
    """The graph of a recording with its module calls. `spaces`: where names are looked for.

    The outermost are called as the caller's variables are, or by their class; the others by their
    path in the module they were called in. Further calls of one name are numbered: "cell (2)".
    """
    calls, innermost = calls_in(recording)
    if not calls:
        return graph
    known = _names(spaces)
    numbers = {call: number for number, call in enumerate(calls)}
    modules = {id(call.module): call.module for call in calls if call.module is not None}
    within = {key: _paths(module) for key, module in modules.items()}
    places = {id(source): k for k, source in enumerate(recording.sources)}
    owned = {key: _owned(module, places, graph) for key, module in modules.items()}
    times: Counter[tuple[Call | None, str]] = Counter()
    scopes = []
    for call in calls:
        paths = known if call.parent is None else within.get(id(call.parent.module), {})
        name = paths.get(id(call.module)) or call.kind
        times[call.parent, name] += 1
        if (again := times[call.parent, name]) > 1:
            name = f"{name} ({again})"
        parent = None if call.parent is None else numbers[call.parent]
        parameters = _used(call, recording) if call.module is None else owned[id(call.module)]
        detail = _detail(call.module)
        scopes.append(Scope(numbers[call], name, call.kind, detail, parent, parameters))
    operations = (
        operation if call is None else replace(operation, scope=numbers[call])
        for operation, call in zip(graph.operations, innermost)
    )
    return replace(graph, operations=tuple(operations), scopes=tuple(scopes))


def _detail(module: Any) -> str:
    """The options of a module in one line, as its repr has them."""
    try:
        return " ".join(module.extra_repr().split())
    except Exception:  # a stranger's method, and None has none
        return ""


def _owned(module: Any, places: Mapping[int, int], graph: Graph) -> tuple[int, ...]:
    """The sources that are parameters of a module, itself or, where it needs no gradient, its
    array; and the constants that are known by no other name than as buffers or attributes."""
    held = [*module.parameters(), *_constants(module)]
    found = {places[key] for p in held for key in (id(p), id(p.array)) if key in places}
    return tuple(sorted(k for k in found if _is_own(graph.variables[k])))


def _constants(module: Any) -> Iterator[Value]:
    for part in module.modules():
        held = (*part._buffers.values(), *vars(part).values())
        yield from (t for t in held if isinstance(t, Value) and not t._requires_grad)


def _is_own(variable: Variable) -> bool:
    return variable.kind is not Kind.INPUT or not str(variable.name).isidentifier()


def _used(call: Call, recording: Recording) -> tuple[int, ...]:
    """The parameters that operations of a call have used."""
    used = {k for i in call.steps for k in recording.steps[i].inputs}
    return tuple(sorted(k for k in used if getattr(recording.sources[k], "_is_param", False)))


def _paths(module: Any) -> dict[int, str]:
    """By id, the paths of the modules below one, and "" for itself."""
    return {id(part): path for path, part in reversed(list(module.named_modules()))}


def _names(spaces: Iterable[Namespace]) -> dict[int, str]:
    """By id, what modules are called: by the first variable that holds them, or has one in it that
    does; else by the shortest way to one that does."""
    found: dict[int, str] = {}
    for space in spaces:
        for name, holder, _ in holdings(space):
            if not hasattr(type(holder), "named_modules"):
                continue
            try:
                paths = _paths(holder)
            except Exception:  # a stranger's method of that name, which may want and do anything
                continue
            for key, path in paths.items():
                found.setdefault(key, f"{name}.{path}" if path else name)
    return found
