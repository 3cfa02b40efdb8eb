"""Which modules were at work when something failed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import FrameType
from typing import Any

from ..autograd.memory import is_own
from .namespaces import locals_of


def on_the_stack(frame: FrameType | None) -> list[tuple[Any, FrameType]]:
    """The modules that are being called, innermost first, each with the frame of its call."""
    found = []
    while frame is not None:
        code = frame.f_code
        if code.co_qualname == "Module.__call__" and is_own[code.co_filename]:
            found.append((locals_of(frame)["self"], frame))
        frame = frame.f_back
    return found


def whereabouts(calls: list[tuple[Any, FrameType]]) -> str:
    """`in net.2: Linear(9, 2), inside net: Sequential`."""
    modules = [module for module, _ in calls]
    paths = _paths(modules, name_of(modules[-1], calls[-1][1]))
    parts = [
        f"{path}: {described(module)}" if path else described(module)
        for module, path in zip(modules, paths)
    ]
    places = places_of(modules[0], calls)
    shared = f" (one layer, at {' and '.join(places)})" if len(places) > 1 else ""
    return "in " + ", inside ".join([parts[0] + shared, *parts[1:]])


def parameters_of(calls: list[tuple[Any, FrameType]]) -> dict[int, str]:
    """`net.2.weight` for each parameter of the modules at work, as the outermost knows it."""
    found: dict[int, str] = {}
    for root, frame in reversed(calls):
        own = name_of(root, frame)
        for path, parameter in root.named_parameters():
            found.setdefault(id(parameter), ".".join(filter(None, (own, path))))
    return found


def _paths(modules: list[Any], root: str | None) -> list[str]:
    """The dotted name of each module, given innermost first, as the outermost knows it."""
    paths, above = [root or ""], modules[-1]
    for module in reversed(modules[:-1]):
        step = next((path for path, m in above.named_modules() if m is module), None)
        # One that its caller does not hold is no part of the path.
        paths.append("" if step is None else ".".join(filter(None, (paths[-1], step))))
        above = module
    return paths[::-1]


def places_of(module: Any, calls: list[tuple[Any, FrameType]]) -> list[str]:
    """Every path under which the outermost module at work holds this one, which may be shared."""
    root, frame = calls[-1]
    own, found = name_of(root, frame), []
    for path, holder in root.named_modules():
        found += [
            ".".join(filter(None, (own, path, name)))
            for name, child in holder._modules.items() if child is module
        ]  # fmt: skip
    return found


def name_of(module: Any, frame: FrameType) -> str | None:
    """What the caller of a module calls it: a variable, or an attribute of `self`."""
    outer = frame.f_back
    while outer is not None and is_own[outer.f_code.co_filename]:
        outer = outer.f_back
    if outer is None:
        return None
    return _named(module, locals_of(outer)) or _named(module, outer.f_globals)


def _named(module: Any, space: dict[str, Any]) -> str | None:
    for name, value in list(space.items()):
        if value is module and not name.startswith("_"):
            return name
    for name, value in getattr(space.get("self"), "__dict__", {}).items():
        if value is module:
            return f"self.{name}"
    return None


def described(module: Any) -> str:
    """`Linear(9, 2)`: the class, and the plain arguments that made it; of a net only the class."""
    name = type(module).__name__
    if next(module.children(), None) is not None:
        return name
    return f"{name}({', '.join(_arguments(module))})"


def _arguments(module: Any) -> Iterator[str]:
    """The arguments of a layer that it still has as attributes, but for those left as they were."""
    for p in list(inspect.signature(type(module)).parameters.values()):
        value = vars(module).get(p.name, p.default)
        if type(value) is tuple and len(set(value)) == 1:  # one number for every axis
            value = value[0]
        if type(value) not in (int, float, bool, str, tuple) or value == p.default:
            continue
        yield f"{value!r}" if p.default is p.empty else f"{p.name}={value!r}"
