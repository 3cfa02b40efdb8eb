"""The states of optimizers in PyTorch's layout: packed into numbers and dicts, and unpacked."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from ..autograd.value import Value, share
from ..tensor import Tensor
from . import memory
from .options import flags_fit

# Options that came later to PyTorch's optimizers: a state of an older version is without.
_LATER = {"amsgrad", "capturable", "centered", "decoupled_weight_decay", "differentiable",
          "foreach", "fused", "maximize", "nesterov"}  # fmt: skip

Groups = list[dict[str, Any]]


def a_state(given: Any) -> dict[str, Any]:
    """A copy of what is given, if it may be a state; raises TypeError or ValueError else."""
    if not isinstance(given, Mapping):
        raise TypeError(f"a state is what state_dict() gives, a dict, not {type(given).__name__}")
    if not {"state", "param_groups"} <= given.keys():
        raise ValueError(
            "this is no state of an optimizer, which has 'state' and 'param_groups'; it has "
            f"{', '.join(map(repr, list(given)[:4])) or 'nothing'}"
        )
    return dict(given)


def packed(groups: Groups, state: Mapping[Any, Any]) -> dict[str, Any]:
    """A state with numbers in the place of parameters, counted through all groups."""
    numbers: dict[Tensor, int] = {}
    for place, p in enumerate(p for group in groups for p in group["params"]):
        numbers.setdefault(p, place)
    return {
        "state": {numbers.get(p, p): kept for p, kept in state.items()},
        "param_groups": [
            {**{k: v for k, v in group.items() if k != "params"},
             "params": [numbers[p] for p in group["params"]]}
            for group in groups
        ],
    }  # fmt: skip


def unpacked(optimizer: Any, given: Mapping[str, Any]) -> tuple[Groups, defaultdict[Any, Any]]:
    """The groups and the state of `optimizer` that a packed state stands for.

    Raises ValueError where it is not one of such an optimizer over such parameters.
    """
    saved, own = given["param_groups"], optimizer.param_groups
    there, here = ([len(group["params"]) for group in groups] for groups in (saved, own))
    if there != here:
        raise ValueError(f"this state is for groups of {there} parameters, here are {here}")
    groups = [_group(optimizer, ours, theirs) for ours, theirs in zip(own, saved)]
    places = {}
    for group, other in zip(groups, saved):
        places.update({number: (p, group) for number, p in zip(other["params"], group["params"])})
    state: defaultdict[Any, Any] = defaultdict(dict)
    for number, kept in given["state"].items():
        if number in places:
            p, group = places[number]
            state[p] = _fitting(optimizer, p, group, taken(kept, p.dtype), number)
        else:
            state[number] = kept
    return groups, state


def _group(optimizer: Any, ours: dict[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a packed group, with the parameters of our own."""
    missing = optimizer.defaults.keys() - _LATER - theirs.keys()
    if missing:
        unknown = theirs.keys() - optimizer.defaults.keys() - {"params", "param_names"}
        raise ValueError(
            f"this state is not one of {type(optimizer).__name__}: its groups lack the options "
            f"{_listed(missing)}" + (f", and have {_listed(unknown)}" if unknown else "")
        )
    kept = {name: taken(v, None) for name, v in theirs.items() if name != "params"}
    later = {name: ours[name] for name in _LATER & optimizer.defaults.keys() if name in ours}
    names = {"param_names": ours["param_names"]} if "param_names" in ours else {}
    group = {**later, **names, **kept, "params": ours["params"]}
    flags_fit(group)
    return group


def _fitting(optimizer: Any, p: Any, group: Any, kept: dict[str, Any], number: Any) -> Any:
    """What was kept of a parameter, after it is seen to be what the optimizer keeps of such."""
    expected = optimizer.begin(p.memory(), group)
    if expected is None or not kept:
        return kept
    missing, unknown = expected.keys() - kept.keys(), kept.keys() - expected.keys()
    if missing or unknown:
        name = type(optimizer).__name__
        faults = [f"lacks {_listed(missing)}"] * bool(missing)
        faults += [f"has {_listed(unknown)}"] * bool(unknown)
        raise ValueError(f"the state of parameter {number} is not one of {name}: it "
                         + " and ".join(faults))  # fmt: skip
    for key, like in expected.items():
        if isinstance(like, Value) and not isinstance(kept[key], Value):
            kept[key] = memory.scalar(kept[key])
    if found := _misfit(expected, kept, p):
        key, shape, wanted = found
        raise ValueError(
            f"the state of parameter {number} has {key} of shape {shape}, for this parameter it "
            f"is {wanted}"
        )
    return kept


def _misfit(expected: Any, kept: Any, p: Any) -> tuple[str, Any, Any] | None:
    """Something kept of a parameter in another shape than is expected: its name and both shapes."""
    for key, like in expected.items():
        wanted = tuple(like.shape if isinstance(like, Value) else p.shape)
        if isinstance(kept.get(key), Value) and tuple(kept[key].shape) != wanted:
            return key, tuple(kept[key].shape), wanted
    return None


def explain(optimizer: Any, p: Any, group: Any, state: Any) -> None:
    """Raise ValueError where an update failed because a parameter has changed its shape."""
    if found := _misfit(optimizer.begin(p.memory(), group) or {}, state, p):
        key, shape, wanted = found
        place = next(i for i, q in enumerate(group["params"]) if q is p)
        raise ValueError(
            f"parameter {place} of its group, now of shape {tuple(p.shape)}, has another shape "
            f"than at the last step: what {type(optimizer).__name__} remembers of it has {key} of "
            f"shape {shape}, not {wanted}; make the optimizer anew, or drop `optimizer.state[p]`"
        ) from None


def taken(thing: Any, dtype: Any, key: Any = None) -> Any:
    """A copy of what a state holds, with tensors for arrays and tensors of any kind.

    As in PyTorch they take the dtype of their parameter, but for the count of steps.
    """
    if isinstance(thing, Mapping):
        copied = {k: taken(v, dtype, k) for k, v in thing.items()}
        return type(thing)(copied) if isinstance(thing, (Counter, OrderedDict)) else copied
    if type(thing) in (list, tuple):
        return type(thing)(taken(v, dtype) for v in thing)
    array = thing.array if isinstance(thing, Value) else thing
    if (isinstance(array, np.generic) and array is thing) or not hasattr(array, "__array__"):
        return deepcopy(thing)
    made = np.asarray(array).copy()
    return share(made if dtype is None or key == "step" else made.astype(dtype, copy=False))


def _listed(names: Any) -> str:
    return ", ".join(sorted(map(repr, names)))
