"""Optimizer: the walk over parameters; a subclass gives the update of one of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from ..autograd.hooks import Hook, RemovableHandle
from ..autograd.memory import touch
from ..autograd.modes import enable_grad
from ..messages.suggestions import check_keywords, hint
from ..tensor import Tensor


class Optimizer:
    """Base of all optimizers.

    `params`: tensors, or dicts `{"params": tensors, option: value, ...}`, one per group with
    options of its own. `defaults`: the options where a group has none.

    Raises TypeError or ValueError for what cannot be optimized, and for bad options.
    """

    _step_pre_hooks: Mapping[int, Hook] = MappingProxyType({})  # each optimizer's own, once it has
    _step_post_hooks: Mapping[int, Hook] = MappingProxyType({})

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        check_keywords(cls, kwargs)
        return object.__new__(cls)

    def __init__(self, params: Iterable[Any], defaults: Mapping[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError("params is an iterable of tensors: give [tensor], not the tensor")
        if hasattr(params, "parameters"):
            kind = type(params).__name__
            raise TypeError(f"params is an iterable of tensors: give the {kind}'s .parameters()")
        if callable(params):
            name = getattr(params, "__name__", "it")
            raise TypeError(f"params is an iterable of tensors, not a function: call {name}()")
        self.defaults = dict(defaults)
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[Tensor, dict[str, Any]] = {}
        groups = list(params)
        if not groups:
            raise ValueError(
                "the list of parameters is empty: does the model keep its layers in a plain list "
                "(nn.Sequential registers them), or was a generator used up before?"
            )
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Add parameters with options of their own, e.g. of a layer thawed later."""
        group = {**self.defaults, **param_group}
        given = group["params"]
        listed = [given] if isinstance(given, Tensor) else list(given)
        # Those of `named_parameters()` come with their names.
        group["params"] = [p[1] if isinstance(p, tuple) and len(p) == 2 else p for p in listed]
        if unknown := set(group) - set(self.defaults) - {"params"}:
            name = unknown.pop()
            near = hint(name, self.defaults)
            raise ValueError(f"{type(self).__name__} has no option {name!r}{near}")
        known = {id(p) for other in self.param_groups for p in other["params"]}
        if len({id(p) for p in group["params"]}) < len(group["params"]):
            warnings.warn("a parameter is given twice: each step updates it twice", stacklevel=4)
        for p in group["params"]:
            if not isinstance(p, Tensor):
                raise TypeError(f"parameters are tensors, got {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError("only leaf tensors can be optimized, not results of operations")
            if id(p) in known:
                raise ValueError("a parameter is in two groups")
        self.check(group)
        self.param_groups.append(group)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise ValueError for options out of range."""

    def update(self, p: Any, g: Any, state: dict[str, Any], group: Mapping[str, Any]) -> None:
        """Change the array `p` in place, given its gradient `g` and what `state` remembers."""
        raise NotImplementedError(f"{type(self).__name__} defines no update")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; returns what `closure` returned."""
        given: tuple[Any, Any] = (self,) if closure is None else (self, closure), {}
        for hook in list(self._step_pre_hooks.values()):
            given = _pair(hook(self, *given)) or given
        loss = self._updated(*given[0][1:], **given[1])
        for hook in list(self._step_post_hooks.values()):
            hook(self, *given)
        return loss

    def _updated(self, closure: Callable[[], Any] | None = None) -> Any:
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p._grad is not None:
                    g, memory = np.asarray(p._grad.array), p.memory()
                    if not memory.ndim:  # NumPy gives scalars, not arrays, for arrays without axes
                        g, memory = g.reshape(1), memory.reshape(1)
                    g = -g if group.get("maximize") else g
                    self.update(memory, g, self.state.setdefault(p, {}), group)
                    touch(p.array, type(self).__name__)
        return loss

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before every `step(*args, **kwargs)`.

        `args` begins with the optimizer; a pair (args, kwargs) returned replaces both.
        """
        return RemovableHandle(self.__dict__.setdefault("_step_pre_hooks", {}), hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after every `step`.

        >>> import autograd_fr as ag
        >>> w = ag.tensor([1.0], requires_grad=True)
        >>> optimizer = ag.optim.SGD([w], lr=0.1)
        >>> with optimizer.register_step_post_hook(lambda *_: print(w.tolist())):
        ...     (w * w).sum().backward(); optimizer.step()
        [0.800000011920929]
        """
        return RemovableHandle(self.__dict__.setdefault("_step_post_hooks", {}), hook)

    def __getstate__(self) -> dict[str, Any]:
        hooks = ("_step_pre_hooks", "_step_post_hooks")  # they stay with this very optimizer
        return {name: value for name, value in self.__dict__.items() if name not in hooks}

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or, without `set_to_none`, make them zeros."""
        for group in self.param_groups:
            for p in group["params"]:
                p.zero_grad(set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """Options and memory of every parameter, numbered in order; PyTorch's layout."""
        numbers = {
            p: i for i, p in enumerate(p for group in self.param_groups for p in group["params"])
        }
        groups = [
            {**group, "params": [numbers[p] for p in group["params"]]}
            for group in self.param_groups
        ]
        state = {
            numbers[p]: {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in kept.items()}
            for p, kept in self.state.items()
        }
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict()` gave for the same groups of parameters.

        Raises ValueError where the groups differ.
        """
        groups = state_dict["param_groups"]
        sizes, own = ([len(g["params"]) for g in gs] for gs in (groups, self.param_groups))
        if sizes != own:
            raise ValueError(f"this state is for groups of {sizes} parameters, here are {own}")
        for group, other in zip(self.param_groups, groups, strict=True):
            group.update({k: v for k, v in other.items() if k != "params"})
        params = [p for group in self.param_groups for p in group["params"]]
        self.state = {
            params[i]: {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in kept.items()}
            for i, kept in state_dict["state"].items()
        }

    def __repr__(self) -> str:
        lines = []
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {k}: {v}" for k, v in sorted(group.items()) if k != "params"]
        return f"{type(self).__name__} (\n" + "\n".join(lines) + "\n)"


def _pair(given: Any) -> tuple[Any, Any] | None:
    """What a hook before a step returned: nothing, or arguments in place of those there were."""
    if given is not None and not (isinstance(given, tuple) and len(given) == 2):
        raise TypeError(
            "a hook before a step returns None or a pair (args, kwargs), "
            f"not {type(given).__name__}"
        )
    return given


def at_least(group: Mapping[str, Any], low: float, *names: str) -> None:
    """Raise ValueError unless the options of these names are `low` or more."""
    for name in names:
        if isinstance(group[name], str) or group[name] is None:
            raise TypeError(f"{name} is a number, got {group[name]!r}")
        if not group[name] >= low:
            raise ValueError(f"{name} must be at least {low}, got {group[name]}")
