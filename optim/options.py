"""The options of optimizers: what each may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..autograd.value import Value
from ..errors import AutogradError
from ..messages.suggestions import hint


class _Required:
    """Stands for the default of an option that every group must give."""

    def __repr__(self) -> str:
        return "<required parameter>"


required = _Required()


def none_missing(group: Mapping[str, Any]) -> None:
    """Raise ValueError where an option that is required has no value."""
    if missing := [name for name, value in group.items() if value is required]:
        raise ValueError(f"a group gives no {missing[0]!r}, which has no default")


def number(value: Any) -> Any:
    """An option as a number; one that is a tensor keeps its precision, as in PyTorch."""
    return value.array.reshape(())[()] if isinstance(value, Value) else float(value)


def at_least(group: Mapping[str, Any], low: float, *names: str) -> None:
    """Raise ValueError unless the options of these names are `low` or more."""
    for name in names:
        if not _numeric(name, group[name]) >= low:
            raise ValueError(f"{name} must be at least {low}, got {group[name]}")


def below_one(group: Mapping[str, Any], name: str) -> None:
    """Raise ValueError unless the option is a pair from 0 up to, not including, 1."""
    values = group[name]
    if not isinstance(values, (tuple, list)) or len(values) != 2:
        raise ValueError(f"{name} is a pair of numbers, got {values!r}")
    if len({isinstance(value, Value) for value in values}) > 1:
        raise ValueError(f"{name} are both numbers or both tensors, got {values!r}")
    for place, value in enumerate(values):
        if not 0 <= _numeric(f"{name}[{place}]", value) < 1:
            raise ValueError(
                f"{name}[{place}] must be from 0 up to, not including, 1, got {value!r}"
            )


def no_tensor_with_foreach(group: Mapping[str, Any]) -> None:
    """Raise ValueError where PyTorch's joint updates cannot take a rate that is a tensor."""
    given = (group["lr"], *group.get("betas", ()))
    if (
        group["foreach"]
        and not group["capturable"]
        and any(isinstance(value, Value) for value in given)
    ):
        raise ValueError("lr and betas as tensors do not go with foreach=True: give numbers")


def flags_fit(group: Mapping[str, Any]) -> None:
    """Raise AutogradError for flags of PyTorch that promise what is not the case here.

    `foreach`, `fused` and `capturable` choose between implementations; there is one here.
    """
    if group.get("differentiable"):
        raise AutogradError(
            "differentiable=True is not supported: a step changes the parameters in place, "
            "unrecorded; to differentiate through updates compute them with ag.func.grad"
        )
    if group.get("fused") and group.get("foreach"):
        raise AutogradError("fused=True and foreach=True exclude each other: give one of them")


def no_misspelling(kind: str, group: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Raise ValueError for an entry of a group that is an option misspelt.

    Groups may have entries besides: a name, or what schedules keep there, such as `max_lr`.
    """
    for name in group.keys() - options.keys() - {"params", "param_names"}:
        known = [option for option in options if option not in name]
        if len(known) == len(options) and (near := hint(name, known)):
            raise ValueError(f"{kind} has no option {name!r}{near}")


def _numeric(name: str, value: Any) -> Any:
    if isinstance(value, Value) and value.array.size != 1:
        raise ValueError(
            f"{name} as a tensor has one element, got one of shape {tuple(value.shape)}"
        )
    if isinstance(value, str) or value is None:
        raise TypeError(f"{name} is a number, got {value!r}")
    return number(value)
