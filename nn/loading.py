"""Putting the values of a state into a module and all below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import AutogradError
from ..tensor import Tensor, fresh
from ..tensor.inplace import assign as write
from .parameter import Parameter, is_lazy

if TYPE_CHECKING:
    from .state import Stateful

Lists = tuple[list[str], list[str], list[str]]  # names missing, names unexpected, other faults


class IncompatibleKeys(NamedTuple):
    """The names that a state lacked, and those that it had too many."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        parts = (f"{name}={keys!r}" for name, keys in self._asdict().items())
        return f"_IncompatibleKeys({', '.join(parts)})"


def load_all(
    module: Stateful, state: Any, prefix: str, metadata: Any, assign: bool, lists: Lists
) -> None:
    """Load a module and all below it, adding to the lists what is wrong."""
    told = dict(metadata.get(prefix[:-1], {}))
    if assign:
        told["assign_to_params_buffers"] = True
    module._load_from_state_dict(state, prefix, told, True, *lists)
    for name, child in module._modules.items():
        if child is not None:
            inner = f"{prefix}{name}."
            part = {key: value for key, value in state.items() if key.startswith(inner)}
            load_all(child, part, inner, metadata, assign, lists)
    hooks = module._state_hooks
    for hook in list(hooks.after_loading.values()) if hooks else ():
        if hook(module, IncompatibleKeys(*lists[:2])) is not None:
            raise AutogradError(
                "a hook after load_state_dict changes the lists of names in place, and returns None"
            )


def take(
    module: Stateful, name: str, given: Any, key: str, assign: bool, faults: list[str]
) -> None:
    """Give a parameter or buffer the values of `given`, called `key`; or say why that cannot be."""
    own: Any = getattr(module, name)
    if is_lazy(own) and is_lazy(given):
        return
    try:
        values = given.detach() if isinstance(given, Tensor) else fresh(given)
        if not own.shape and values.shape == (1,):
            values = values[0]
        if values.shape != own.shape:
            there, here = tuple(values.shape), tuple(own.shape)
            faults.append(f"{key} has shape {there} there, {here} here")
        elif not assign:
            write(own, values.array, name="load_state_dict")
        elif isinstance(own, Parameter):
            kept = given if isinstance(given, Parameter) else Parameter(values, False)
            setattr(module, name, kept.requires_grad_(own.requires_grad))
        else:
            setattr(module, name, values)
    except (AutogradError, TypeError, ValueError) as error:
        faults.append(f"{key}: {error}")
