"""The states of optimizers in PyTorch's layout: packed into numbers and dicts, and unpacked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import numpy as np

from ..autograd.value import Value, share
from ..tensor import Tensor
from . import memory

# Options that came later to PyTorch's optimizers: a state of an older version is without.
_LATER = {"amsgrad", "capturable", "centered", "decoupled_weight_decay", "differentiable",
          "foreach", "fused", "maximize", "nesterov"}  # fmt: skip

Groups = list[dict[str, Any]]


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
    optimizer.check(group)
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
        if isinstance(like, Value):
            if not isinstance(kept[key], Value):
                kept[key] = memory.scalar(kept[key])
            if kept[key].shape != like.shape:
                raise ValueError(
                    f"the state of parameter {number} has {key} of shape "
                    f"{tuple(kept[key].shape)}, for this parameter it is {tuple(like.shape)}"
                )
    return kept


def taken(thing: Any, dtype: Any, key: Any = None) -> Any:
    """A copy of what a state holds, with tensors for arrays and tensors of any kind.

    As in PyTorch they take the dtype of their parameter, but for the count of steps.
    """
    if isinstance(thing, Mapping):
        return {k: taken(v, dtype, k) for k, v in thing.items()}
    if type(thing) in (list, tuple):
        return type(thing)(taken(v, dtype) for v in thing)
    array = thing.array if isinstance(thing, Value) else thing
    if (isinstance(array, np.generic) and array is thing) or not hasattr(array, "__array__"):
        return deepcopy(thing)
    made = np.asarray(array).copy()
    return share(made if dtype is None or key == "step" else made.astype(dtype, copy=False))


def _listed(names: Any) -> str:
    return ", ".join(sorted(map(repr, names)))
