"""Why a state does not fit a module, and what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from .parameter import is_lazy

SHOWN = 20  # names of a long list


def faults_of(
    module: Any, state: Mapping[str, Any], missing: list[str], unexpected: list[str]
) -> list[str]:
    """What is wrong with the names in a state, and a way out where one can be told."""
    faults = [f"missing: {_listed(missing)}"] if missing else []
    faults += [f"unexpected: {_listed(unexpected)}"] if unexpected else []
    if not missing or not unexpected:
        return faults
    own = module.state_dict()
    fix = _nested(own, state) or _prefixed(missing, unexpected)
    fix = fix or _misspelt(own, state, missing, unexpected)
    return [*faults, f"fix: {fix}"] if fix else faults


def _listed(names: list[str]) -> str:
    rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + rest


def _nested(own: Mapping[str, Any], state: Mapping[str, Any]) -> str:
    """The state is under a name of its own, as in a checkpoint."""
    for key, value in state.items():
        if isinstance(value, Mapping) and not value.keys().isdisjoint(own):
            return f"the state of the model is one entry of what was given: load state[{key!r}]"
    return ""


def _prefixed(missing: list[str], unexpected: list[str]) -> str:
    """All names there begin with a word that is not here, or the other way round."""
    if prefix := _prefix(unexpected, missing):
        return (
            f"the names there begin with {prefix!r}, those here do not: load "
            f"{{name.removeprefix({prefix!r}): t for name, t in state.items()}}"
        )
    if prefix := _prefix(missing, unexpected):
        path = prefix.removesuffix(".")
        return (
            f"the names here begin with {prefix!r}, those there do not: load into that part, "
            f"with get_submodule({path!r}).load_state_dict(state)"
        )
    return ""


def _prefix(long: list[str], short: list[str]) -> str:
    """What most of the long names have in front of one of the short ones."""
    known = set(short)
    found = (name.removesuffix(end) for name in long for end in short[:1] if name.endswith(end))
    for prefix in filter(None, found):
        same = sum(name.startswith(prefix) and name[len(prefix) :] in known for name in long)
        if prefix.endswith(".") and 2 * same > len(long):
            return prefix
    return ""


def _misspelt(
    own: Mapping[str, Any], state: Mapping[str, Any], missing: list[str], unexpected: list[str]
) -> str:
    """For a name that is unexpected the one most like it of those missing that have its shape."""
    left, found = list(missing), []
    for name in unexpected[:SHOWN]:
        fitting = [here for here in left if _shape(own.get(here)) == _shape(state[name])]
        for here in difflib.get_close_matches(name, fitting, 1):
            left.remove(here)
            found.append(f"{name!r} there is probably {here!r} here")
    return ", ".join(found)


def _shape(t: Any) -> Any:
    return () if is_lazy(t) else getattr(t, "shape", None)
