"""The state of a module: taken as a dictionary of tensors by name, and put back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

from ..autograd.hooks import Hook, Hooks, RemovableHandle
from ..autograd.value import share
from ..errors import AutogradError
from ..tensor import Tensor
from .explaining import faults_of
from .loading import IncompatibleKeys, Lists, load_all, take
from .parameter import is_lazy
from .snapshot import Snapshot
from .walking import Walkable

EXTRA = "_extra_state"


class StateHooks:
    """The hooks on saving and loading the state of one module."""

    def __init__(self) -> None:
        self.before_saving: Hooks = {}
        self.after_saving: Hooks = {}
        self.before_loading: Hooks = {}
        self.after_loading: Hooks = {}
        self.returning: set[int] = set()  # of those after saving, whose state takes the place
        self.with_module: set[int] = set()  # of those before loading, which are given the module


class Stateful(Walkable):
    """What gives its parameters and buffers as a dictionary, and takes them from one."""

    _version: int = 1  # of the layout of the state; `_load_from_state_dict` is told the one saved
    _state_hooks: StateHooks | None = None

    def state_dict(self, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """Parameters and persistent buffers by dotted name; the memory is shared, not copied.

        `destination`: a dictionary to add them to. `prefix`: of every name. `keep_vars`: the
        parameters themselves, not what `detach()` makes of them.

        >>> from autograd_fr import nn
        >>> list(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1, bias=False)).state_dict())
        ['0.weight', '0.bias', '1.weight']
        """
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        told = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = told
        hooks = self._state_hooks
        for hook in list(hooks.before_saving.values()) if hooks else ():
            hook(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, child in self._modules.items():
            if child is not None:
                child.state_dict(
                    destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars
                )
        for number, hook in list(hooks.after_saving.items()) if hooks else ():
            answer = hook(self, destination, prefix, told)
            if answer is not None and hooks and number not in hooks.returning:
                raise AutogradError("a hook after state_dict changes it in place and returns None")
            destination = destination if answer is None else answer
        return destination

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        """Add what belongs to this very module to `destination`."""
        for name, t in _saved(self):
            destination[prefix + name] = t if keep_vars or is_lazy(t) else share(t.memory())
        if type(self).get_extra_state is not Stateful.get_extra_state:
            destination[prefix + EXTRA] = self.get_extra_state()

    def get_extra_state(self) -> Any:
        """What else is part of the state; a class that has something defines both methods."""
        raise AutogradError(f"{type(self).__name__} defines no get_extra_state()")

    def set_extra_state(self, state: Any) -> None:
        """Take what `get_extra_state` gave."""
        raise AutogradError(f"{type(self).__name__} defines no set_extra_state(state)")

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> IncompatibleKeys:
        """Copy values into the parameters and buffers of the same names, which keep their dtypes.

        `assign`: take the tensors given themselves, with their dtypes. Arrays will do for tensors.
        Returns the names that were missing or unexpected, which `strict=False` passes over.

        Raises AutogradError that lists missing, unexpected and mis-shaped names, all at once, with
        those that were probably meant; parameters and buffers are as before then.

        >>> import autograd_fr as ag
        >>> a, b = ag.nn.Linear(2, 1), ag.nn.Linear(2, 1)
        >>> a.load_state_dict(b.state_dict())
        <All keys matched successfully>
        >>> (a.weight == b.weight).all()
        tensor(True)
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"a state is a dict of names and tensors, not {type(state_dict).__name__}: give "
                "what state_dict() gave"
            )
        if (wrong := next((name for name in state_dict if not isinstance(name, str)), "")) != "":
            raise TypeError(f"the names in a state are strings, not {wrong!r}")
        lists: Lists = ([], [], [])
        given: Any = OrderedDict(state_dict)  # which hooks may change
        before = Snapshot(self)
        try:
            load_all(self, given, "", getattr(state_dict, "_metadata", {}), assign, lists)
            missing, unexpected, others = lists
            faults = [] if not strict else faults_of(self, state_dict, missing, unexpected)
            if faults or others:
                raise AutogradError(
                    f"this state does not fit {type(self).__name__}:\n  "
                    + "\n  ".join([*faults, *others])
                )
        except BaseException:
            before.restore()
            raise
        return IncompatibleKeys(missing, unexpected)

    def _load_from_state_dict(
        self,
        state_dict: Any,
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Load what belongs to this very module, adding to the lists what is wrong."""
        rest = (state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys)
        hooks = self._state_hooks
        for number, hook in list(hooks.before_loading.items()) if hooks else ():
            first = (self,) if hooks and number in hooks.with_module else ()
            hook(*first, *rest, error_msgs)
        own = [name for name, _ in _saved(self)]
        assign = local_metadata.get("assign_to_params_buffers", False)
        for name in own:
            if (key := prefix + name) in state_dict:
                take(self, name, state_dict[key], key, assign, error_msgs)
            elif strict:
                missing_keys.append(key)
        has_extra = type(self).set_extra_state is not Stateful.set_extra_state
        if has_extra and prefix + EXTRA in state_dict:
            self.set_extra_state(state_dict[prefix + EXTRA])
        elif has_extra and strict:
            missing_keys.append(prefix + EXTRA)
        known = [*own, EXTRA] if has_extra else own
        for key in state_dict if strict else ():
            head, dot, _ = key.removeprefix(prefix).partition(".")
            if key.startswith(prefix) and head not in (self._modules if dot else known):
                unexpected_keys.append(key)

    # Hooks

    def register_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the state is taken."""
        return _add(self, "before_saving", hook)[1]

    def register_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` on the state, to change it."""
        return _add(self, "after_saving", hook)[1]

    def _register_state_dict_hook(self, hook: Hook) -> RemovableHandle:
        """The same, and what the hook returns, if anything, is the state."""
        hooks, handle = _add(self, "after_saving", hook)
        hooks.returning.add(handle.id)
        return handle

    def _register_load_state_dict_pre_hook(
        self, hook: Hook, with_module: bool = False
    ) -> RemovableHandle:
        """Call `hook` with what `_load_from_state_dict` is given, before anything is loaded."""
        hooks, handle = _add(self, "before_loading", hook)
        if with_module:
            hooks.with_module.add(handle.id)
        return handle

    def register_load_state_dict_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, ...)` before loading, to change the state.

        It is given what `_load_from_state_dict` is given, and comes before that.

        >>> import autograd_fr as ag
        >>> layer = ag.nn.Linear(1, 1, bias=False)
        >>> def renamed(module, state_dict, prefix, *_):
        ...     state_dict[prefix + "weight"] = state_dict.pop(prefix + "w")
        >>> _ = layer.register_load_state_dict_pre_hook(renamed)
        >>> layer.load_state_dict({"w": ag.tensor([[5.0]])})
        <All keys matched successfully>
        """
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def register_load_state_dict_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after loading, to change the two lists in it."""
        return _add(self, "after_loading", hook)[1]


def _saved(module: Stateful) -> Iterator[tuple[str, Tensor]]:
    """The parameters and buffers of this very module that are part of its state."""
    for name, param in module._parameters.items():
        if param is not None:
            yield name, param
    for name, buffer in module._buffers.items():
        if buffer is not None and name not in module._non_persistent_buffers_set:
            yield name, buffer


def _add(module: Stateful, table: str, hook: Hook) -> tuple[StateHooks, RemovableHandle]:
    """Put `hook` into one of the tables of a module, which has some from now on."""
    hooks: StateHooks = vars(module).setdefault("_state_hooks", StateHooks())
    return hooks, RemovableHandle(getattr(hooks, table), hook)
