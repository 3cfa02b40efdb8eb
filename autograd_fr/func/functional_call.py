"""A module as a function of its parameters and buffers."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ..errors import AutogradError
from ..nn.module import Module
from ..tensor import Tensor

State = dict[str, Any]
Place = tuple[dict[str, Any], str]  # a table of a module, and a name in it

# A module has one set of parameters at a time.
_swapping = threading.RLock()


def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """What a module computes with other parameters and buffers, given by their dotted names.

    The module keeps its own, and uses them for names not given; a name that it has not is passed
    over. What it writes into a buffer is written into the tensor given, or, where it sets another
    one, stored in the dictionary.
    `args`: the arguments, a tuple, or a single one. `tie_weights`: what has several names in the
    module is replaced under all of them. `strict`: every name must be given, and no other.

    Other threads that call a module in this way wait.

    Raises AutogradError for names that do not fit, where `strict`; ValueError where a name, or a
    tied tensor, is given twice; TypeError for what is no tensor.

    >>> import autograd_fr as ag
    >>> model = ag.nn.Linear(2, 1)
    >>> params = {"weight": ag.tensor([[1.0, 2.0]]), "bias": ag.tensor([0.5])}
    >>> ag.func.functional_call(model, params, ag.tensor([10.0, 1.0]))
    tensor([12.5000])
    """
    if not isinstance(module, Module):
        raise TypeError(f"functional_call: a Module is needed, not {type(module).__name__}")
    dicts = _listed(parameter_and_buffer_dicts)
    given, places = _joined(dicts), _places(module)
    twins = _twins(places) if tie_weights else {}
    if strict:
        _check_complete(type(module).__name__, given, places, twins)
    _check_paths(module, given, places)
    chosen = _chosen(given, places, twins)
    positional = () if args is None else args if isinstance(args, tuple) else (args,)
    with _swapping, _replaced(chosen, places, dicts):
        return module(*positional, **(kwargs or {}))


def _listed(dicts: Any) -> list[Any]:
    """The dictionaries, also where there is one only."""
    listed = [dicts] if isinstance(dicts, Mapping) else dicts
    if not isinstance(listed, Sequence):
        listed = [dicts]
    wrong = next((d for d in listed if not isinstance(d, Mapping)), None)
    if wrong is not None:
        raise TypeError(
            "functional_call: parameters and buffers come as a dictionary, or a list or tuple of "
            f"dictionaries, got {wrong!r} of type {type(wrong).__name__}"
        )
    return list(listed)


def _joined(dicts: list[Any]) -> State:
    """One dictionary of several."""
    joined: State = {}
    for name, t in (item for d in dicts for item in d.items()):
        if name in joined:
            raise ValueError(f"functional_call: {name!r} is in more than one of the dictionaries")
        if t is not None and not isinstance(t, Tensor):
            raise TypeError(f"functional_call: {name!r} must be a tensor, not {type(t).__name__}")
        joined[name] = t
    return joined


def _places(module: Module) -> dict[str, Place]:
    """Where each parameter and buffer is kept, by every one of its names."""
    return {
        f"{path}.{name}" if path else name: (table, name)
        for path, part in module.named_modules(remove_duplicate=False)
        for table in (part._parameters, part._buffers)
        for name in table
    }


def _twins(places: dict[str, Place]) -> dict[str, list[str]]:
    """For every name the names of the same tensor, itself among them."""
    groups: dict[int, list[str]] = {}
    for name, (table, key) in places.items():
        if table[key] is not None:
            groups.setdefault(id(table[key]), []).append(name)
    return {name: group for group in groups.values() for name in group}


def _check_complete(
    kind: str, given: State, places: dict[str, Place], twins: dict[str, list[str]]
) -> None:
    """Raise AutogradError for names that are missing, or that the module has not."""
    needed = [name for name, (table, key) in places.items() if table[key] is not None]
    missing = [n for n in needed if given.keys().isdisjoint(twins.get(n, [n]))]
    unknown = [f"{name}{_hint(name, places)}" for name in given if name not in places]
    faults = [f"missing: {', '.join(missing)}"] if missing else []
    faults += [f"unexpected: {', '.join(unknown)}"] if unknown else []
    if faults:
        raise AutogradError(
            f"functional_call: these names do not fit {kind}:\n  " + "\n  ".join(faults)
        )


def _hint(name: str, places: dict[str, Place]) -> str:
    near = difflib.get_close_matches(name, places, 1)
    return f" (did you mean {near[0]}?)" if near else ""


def _check_paths(module: Module, given: State, places: dict[str, Place]) -> None:
    """Raise AttributeError for a name in a submodule that is not there, TypeError for no tensor."""
    for name in given.keys() - places.keys():
        path, _, last = name.rpartition(".")
        found = getattr(module.get_submodule(path), last, None)
        if found is not None and not isinstance(found, Tensor):
            raise TypeError(
                f"functional_call: {name!r} is not a tensor of the module, but of type "
                f"{type(found).__name__}"
            )


def _chosen(given: State, places: dict[str, Place], twins: dict[str, list[str]]) -> State:
    """What takes the place of the module's own, by name."""
    chosen: State = {}
    for name in given.keys() & places.keys():
        for twin in twins.get(name, [name]):
            if chosen.setdefault(twin, given[name]) is not given[name]:
                raise ValueError(
                    f"functional_call: {' and '.join(twins[name])} are one tensor in the module, "
                    "but different ones were given; to part them, give tie_weights=False"
                )
    return chosen


@contextmanager
def _replaced(chosen: State, places: dict[str, Place], dicts: list[Any]) -> Iterator[None]:
    """Have the module use other tensors; those it sets meanwhile go into the dictionaries."""
    own = {name: places[name][0][places[name][1]] for name in chosen}
    try:
        for name, t in chosen.items():
            table, key = places[name]
            table[key] = t
        yield
    finally:
        for name, t in own.items():
            table, key = places[name]
            now, table[key] = table.get(key), t
            for d in dicts:
                if name in d and d[name] is not now:
                    d[name] = now
