"""The module calls of a graph under their names: paths in the modules they were called in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from ...messages.namespaces import HISTORY, LONGEST, Namespace
from .calls import Call, calls_in
from .model import Graph, Scope
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
    owned = {key: _parameters(module, places) for key, module in modules.items()}
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


def _parameters(module: Any, places: Mapping[int, int]) -> tuple[int, ...]:
    """The sources that are parameters of a module, itself or, where it needs no gradient, its
    array."""
    keys = [key for p in module.parameters() for key in (id(p), id(p.array))]
    return tuple(sorted(places[key] for key in keys if key in places))


def _used(call: Call, recording: Recording) -> tuple[int, ...]:
    """The parameters that operations of a call have used."""
    used = {k for i in call.steps for k in recording.steps[i].inputs}
    return tuple(sorted(k for k in used if getattr(recording.sources[k], "_is_param", False)))


def _paths(module: Any) -> dict[int, str]:
    """By id, the paths of the modules below one, and "" for itself."""
    return {id(part): path for path, part in reversed(list(module.named_modules()))}


def _names(spaces: Iterable[Namespace]) -> dict[int, str]:
    """By id, what modules are called: by the first variable that holds them, or has one in it that
    does, so that a variable left over from a loop does not win."""
    found: dict[int, str] = {}
    for space in spaces:
        for name, holder in _held(space):
            if not hasattr(type(holder), "named_modules"):
                continue
            try:
                paths = _paths(holder)
            except Exception:  # a stranger's method of that name, which may want and do anything
                continue
            for key, path in paths.items():
                found.setdefault(key, f"{name}.{path}" if path else name)
    return found


def _held(space: Namespace) -> Iterator[tuple[str, Any]]:
    """The variables, what stands in their lists, tuples and dictionaries; attributes of self."""
    for name, value in space.items():
        if name in HISTORY:
            continue
        yield name, value
        if isinstance(value, (list, tuple)):
            yield from ((f"{name}[{i}]", part) for i, part in enumerate(islice(value, LONGEST)))
        elif type(value) is dict:
            entries = list(islice(value.items(), LONGEST))
            yield from ((f"{name}[{k!r}]", v) for k, v in entries if type(k) in (str, int))
    for name, value in getattr(space.get("self"), "__dict__", {}).items():
        yield f"self.{name}", value
