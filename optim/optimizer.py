"""Optimizer: the walk over parameters; a subclass gives the update of one of them."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

from ..autograd.hooks import Hook, RemovableHandle
from ..autograd.memory import touch_all
from ..autograd.modes import enable_grad
from ..autograd.value import ARRAY, Value
from ..messages.suggestions import check_keywords
from ..tensor import Tensor
from .hooks import OptimizerHooks, changed, put, with_hooks
from .hooks import register_optimizer_step_post_hook as register_optimizer_step_post_hook
from .hooks import register_optimizer_step_pre_hook as register_optimizer_step_pre_hook
from .memory import Scratch
from .options import flags_fit, no_misspelling, none_missing, number
from .options import required as required
from .packs import Packs
from .state_dicts import a_state, explain, packed, unpacked

State = dict[str, Any]
ParamsT: TypeAlias = Iterable[Tensor] | Iterable[dict[str, Any]] | Iterable[tuple[str, Tensor]]

ndarray = np.ndarray


class Optimizer:
    """Base of all optimizers.

    `params`: tensors, or pairs of names and tensors such as those of `named_parameters()`, or dicts
    `{"params": tensors, option: value, ...}`, one per group with options of its own.
    `defaults`: the options where a group has none.

    A subclass has `update`, which changes one parameter, and `begin`, what is remembered of it at
    first; or a `step` of its own. `state[p]` is what is remembered of the parameter `p`.

    Raises TypeError or ValueError for what cannot be optimized, and for bad options.
    """

    _has_stepped = False  # since a schedule last looked

    # Whether `update` treats every entry by itself, in so many passes that it pays to gather small
    # parameters. A subclass with an update of its own says so for itself.
    _gathers = False

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        check_keywords(cls, kwargs)
        return object.__new__(cls)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if _home(cls, "update") < _home(cls, "_gathers"):
            cls._gathers = False
        if "step" in cls.__dict__:
            cls.step = with_hooks(cls.step)  # type: ignore[method-assign]

    def __init__(self, params: Iterable[Any], defaults: Mapping[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError("params is an iterable of tensors: give [tensor], not the tensor")
        if hasattr(params, "parameters"):
            kind = type(params).__name__
            raise TypeError(f"params is an iterable of tensors: give the {kind}'s .parameters()")
        if callable(params):
            name = getattr(params, "__name__", "it")
            raise TypeError(f"params is an iterable of tensors, not a function: call {name}()")
        self._begin()
        self.defaults = dict(defaults)
        self.param_groups: list[dict[str, Any]] = []
        self.state: defaultdict[Any, Any] = defaultdict(dict)
        self.check(self.defaults)
        groups = list(params)
        if not groups:
            raise ValueError(
                "the list of parameters is empty: does the model keep its layers in a plain list "
                "(nn.Sequential registers them), or was a generator used up before?"
            )
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def _begin(self) -> None:
        """What stays with this very optimizer: copies and pickles are without."""
        self._hooks = OptimizerHooks()
        self._scratch = Scratch()
        self._packs: dict[int, Packs] = {}

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters with options of their own, e.g. of a layer thawed later.

        The dict itself becomes the group.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"a group is a dict, got {type(param_group).__name__}")
        if "params" not in param_group:
            raise KeyError(f"a group has its tensors under 'params'; it has {list(param_group)}")
        names, params = _named(param_group["params"])
        no_misspelling(type(self).__name__, param_group, self.defaults)
        if any((names is None) != ("param_names" not in g) for g in self.param_groups):
            raise ValueError("parameters are with names in all groups, or in none")
        if len(set(params)) < len(params):
            warnings.warn(
                "duplicate parameters: one is given twice, each step updates it twice", stacklevel=4
            )
        known = {p for other in self.param_groups for p in other["params"]}
        for p in params:
            self.check_parameter(p)
            if p in known:
                raise ValueError("a parameter is in two groups")
        group = {**self.defaults, **param_group, "params": params}
        if names is not None:
            group["param_names"] = names
        none_missing(group)
        flags_fit(group)
        param_group.update(group)
        self.param_groups.append(param_group)

    def check(self, defaults: Mapping[str, Any]) -> None:
        """Raise ValueError for options out of range.

        As in PyTorch those of groups are not asked: a schedule may end a hair below 0.
        """
        flags_fit(defaults)

    def check_parameter(self, p: Any) -> None:
        """Raise TypeError or ValueError for what cannot be optimized."""
        if not isinstance(p, Tensor):
            raise TypeError(f"parameters are tensors, got {type(p).__name__}")
        if not p.is_leaf and not p.retains_grad:
            raise ValueError("only leaf tensors can be optimized, not results of operations")
        array = ARRAY.__get__(p)  # that of a lazy module's, too, which has no shape yet
        if not isinstance(array, np.ndarray):
            return
        if not array.flags.writeable:
            raise ValueError("the memory of this parameter is read-only: optimize its clone()")
        if any(step == 0 and n > 1 for step, n in zip(array.strides, array.shape)):
            raise ValueError(
                "several entries of this expanded parameter share one place in memory: "
                "optimize its clone()"
            )

    def begin(self, p: Any, group: Mapping[str, Any]) -> State | None:
        """What is remembered of a parameter, given as an array, before its first update.

        None where that is not known, for a subclass with a `step` of its own.
        """
        return None

    def remembers(self, group: Mapping[str, Any]) -> bool:
        """Whether anything is remembered of parameters of a group; if not, `begin` is not asked."""
        return True

    def update(self, p: Any, g: Any, state: State, group: Mapping[str, Any]) -> None:
        """Change the array `p` in place, given its gradient `g` and what `state` remembers."""
        raise NotImplementedError(f"{type(self).__name__} defines no update")

    def update_all(self, params: Iterable[Any], group: Mapping[str, Any]) -> None:
        """Update parameters of one group, one after the other.

        A subclass may do it with fewer calls than one of `update` for each.
        """
        remembers = self.remembers(group)
        state: State = {}
        for p in params:
            if remembers:
                state = self.state.get(p) or self._begun(p, p.array, group)
                if not p.array.ndim:
                    _make_writable(state)
            try:
                self.update(p.array, p._grad.array, state, group)
            except ValueError:  # of NumPy, mostly, about shapes
                explain(self, p, group, state)
                raise

    @with_hooks
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Update every parameter that has a gradient; returns what `closure` returned."""
        name = type(self).__name__
        loss = None if closure is None else evaluated(closure, name)
        for place, group in enumerate(self.param_groups):
            params = [p for p in group["params"] if p._grad is not None]
            touch_all([p.array if type(p.array) is ndarray else p.memory() for p in params], name)
            others = self._packed_step(place, params, group) if self._gathers else params
            self.update_all(others, group)
        return loss

    def _packed_step(self, place: int, params: list[Any], group: Mapping[str, Any]) -> list[Any]:
        """Update the small parameters of a group together; returns those that are left."""
        packs = self._packs.get(place)
        if packs is None or not packs.fits(params):
            self._packs[place] = Packs(params)
            return params
        packs.renew(self.state)
        for pack in packs.packs:
            pack.load()
            self.update(pack.p, pack.g, pack.state, group)
            pack.store()
        return packs.others

    def _begun(self, p: Tensor, array: Any, group: Mapping[str, Any]) -> State:
        state = self.begin(array, group) or {}
        if state:
            self.state[p] = state
        return state

    def scratch(self, p: Any, number: int = 0) -> Any:
        """An array like `p` to compute in: for every number another, the same at every call."""
        return self._scratch[p.shape, p.dtype, number]

    def descent(self, p: Any, g: Any, group: Mapping[str, Any]) -> Any:
        """The gradient to go down along: turned round to maximize, and weight decay added.

        Decay that is decoupled shrinks `p` itself instead. What is returned is not to be changed,
        for it may be `g`.
        """
        if decay := group["weight_decay"]:
            if not group.get("decoupled_weight_decay"):
                d = np.multiply(p, number(decay), out=self.scratch(p, 1))
                return (np.subtract if group["maximize"] else np.add)(d, g, out=d)
            p *= 1 - number(group["lr"]) * number(decay)
        return np.negative(g, out=self.scratch(p, 1)) if group["maximize"] else g

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or, without `set_to_none`, make them zeros."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p._grad = None
                else:
                    p.zero_grad(set_to_none=False)

    # Hooks

    def register_step_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before every `step(*args, **kwargs)`.

        `args` begins with the optimizer; a pair (args, kwargs) returned replaces both.
        """
        return put(self._hooks.before_step, hook)

    def register_step_post_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after every `step`.

        >>> import autograd_fr as ag
        >>> w = ag.tensor([1.0], requires_grad=True)
        >>> optimizer = ag.optim.SGD([w], lr=0.1)
        >>> with optimizer.register_step_post_hook(lambda *_: print(w.tolist())):
        ...     (w * w).sum().backward(); optimizer.step()
        [0.800000011920929]
        """
        return put(self._hooks.after_step, hook)

    def register_state_dict_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before `state_dict()`."""
        return put(self._hooks.before_saving, hook, prepend)

    def register_state_dict_post_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` after `state_dict()`; it may return another."""
        return put(self._hooks.after_saving, hook, prepend)

    def register_load_state_dict_pre_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` before loading; it may return another."""
        return put(self._hooks.before_loading, hook, prepend)

    def register_load_state_dict_post_hook(
        self, hook: Hook, prepend: bool = False
    ) -> RemovableHandle:
        """Call `hook(optimizer)` after loading."""
        return put(self._hooks.after_loading, hook, prepend)

    # State

    def state_dict(self) -> dict[str, Any]:
        """Options and memory of every parameter, numbered in order; PyTorch's layout.

        The tensors in it are those of the optimizer, which its next step changes: to keep a state
        as it is, copy it with `copy.deepcopy`, or save it.

        >>> import autograd_fr as ag
        >>> w = ag.tensor([1.0], requires_grad=True)
        >>> optimizer = ag.optim.SGD([w], lr=0.1, momentum=0.9)
        >>> (w * w).sum().backward(); optimizer.step(); optimizer.state_dict()["state"]
        {0: {'momentum_buffer': tensor([2.])}}
        """
        for hook in list(self._hooks.before_saving.values()):
            hook(self)
        state = packed(self.param_groups, self.state)
        return changed(self._hooks.after_saving, self, state)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict()` gave for the same groups of parameters, here or in PyTorch.

        Tensors are copied; anything that NumPy takes for an array will do for one.

        Raises ValueError where groups or shapes differ, and for the state of another optimizer;
        nothing is changed then.
        """
        given = changed(self._hooks.before_loading, self, a_state(state_dict))
        groups, self.state = unpacked(self, given)
        for group, loaded in zip(self.param_groups, groups):
            group.clear()
            group.update(loaded)
        for hook in list(self._hooks.after_loading.values()):
            hook(self)

    def __getstate__(self) -> dict[str, Any]:
        own = ("_hooks", "_scratch", "_packs")
        return {name: value for name, value in self.__dict__.items() if name not in own}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._begin()

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for place, group in enumerate(self.param_groups):
            options = (f"    {k}: {v}\n" for k, v in sorted(group.items()) if k != "params")
            text += f"\nParameter Group {place}\n{''.join(options)}"
        return text + ")"


def evaluated(closure: Callable[[], Any] | None, name: str) -> Any:
    """What a closure returns; it records, whatever the mode. `name`: of the optimizer."""
    if not callable(closure):
        raise TypeError(
            f"{name}.step takes a closure, a function that computes the loss and calls backward() "
            f"on it, not {type(closure).__name__}"
        )
    with enable_grad():
        return closure()


def _named(given: Any) -> tuple[list[str] | None, list[Any]]:
    """The parameters of a group, and their names where they come with them."""
    if isinstance(given, set):
        raise TypeError("parameters come in an order, which a set has not: give a list")
    listed = [given] if isinstance(given, Tensor) else list(given)
    pairs = [p for p in listed if isinstance(p, tuple) and len(p) == 2]
    if pairs and len(pairs) < len(listed):
        raise ValueError("either all parameters come with names, or none")
    return ([name for name, _ in pairs], [p for _, p in pairs]) if pairs else (None, listed)


def _home(cls: type, name: str) -> int:
    """How far away the class is that an attribute comes from."""
    return next(k for k, base in enumerate(cls.__mro__) if name in vars(base))


def _make_writable(state: State) -> None:
    """Give memory to what is remembered of a parameter without axes, where it has none, as it may
    where a program has replaced it by the result of an operation."""
    for kept in state.values():
        if isinstance(kept, Value):
            kept.memory()
