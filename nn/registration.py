"""Parts of a module under their names: parameters, buffers and submodules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..autograd.hooks import Hook, Hooks, RemovableHandle
from ..messages.suggestions import hint
from ..tensor import Tensor
from .parameter import Buffer, Parameter
from .parts import show

if TYPE_CHECKING:
    from .module import Module

TABLES = ("_parameters", "_buffers", "_modules")
_BEGUN = frozenset((*TABLES, "_non_persistent_buffers_set", "training"))  # which `begin` sets
_FUNCTIONS = {"fit", "predict", "evaluate"}  # methods in Keras, functions here

# Hooks on the registration of parts in any module, by table.
_on_registration: dict[str, Hooks] = {table: {} for table in TABLES}


class Registered:
    """What sorts its attributes: parameters, buffers and modules are kept apart from the rest."""

    training: bool
    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]
    _non_persistent_buffers_set: set[str]

    def __setattr__(self, name: str, value: Any) -> None:
        tables = self.__dict__
        if isinstance(value, Parameter):
            _make_room(self, name, "_parameters")
            self.register_parameter(name, value)
        elif name in tables.get("_parameters", ()):
            _may_become(self, name, value, Parameter)
            self.register_parameter(name, None)
        elif isinstance(value, Registered):
            _make_room(self, name, "_modules")
            _put(self, "_modules", name, value)
        elif name in tables.get("_modules", ()):
            _may_become(self, name, value, Registered)
            _put(self, "_modules", name, None)
        elif isinstance(value, Buffer):
            self.register_buffer(name, value, value.persistent)
        elif name in tables.get("_buffers", ()):
            _may_become(self, name, value, Tensor)
            _put(self, "_buffers", name, value)
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        tables = self.__dict__
        if name in (found := tables.get("_parameters", ())):
            return found[name]
        if name in (found := tables.get("_modules", ())):
            return found[name]
        if name in (found := tables.get("_buffers", ())):
            return found[name]
        kind = type(self)
        if name in _BEGUN:
            raise AttributeError(
                f"{kind.__name__} has no place for parts: call super().__init__() at the start of "
                f"{kind.__name__}.__init__()"
            )
        if hasattr(kind, name):  # a property, and what it raised is the error to show
            return object.__getattribute__(self, name)
        if name in _FUNCTIONS:
            near = f": training.{name}(model, ...) does that"
        else:
            near = "" if name.startswith("__") else hint(name, dir(self))
        raise AttributeError(f"{kind.__name__} has no attribute {name!r}{near}", obj=self)

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Without it `copy` would ask a module without parts, whose own __getattr__ may ask a part.
        self.__dict__.update(state)

    def __delattr__(self, name: str) -> None:
        for home in TABLES:
            if name in self.__dict__.get(home, ()):
                del self.__dict__[home][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        own, kind = self.__dict__, type(self)
        parts = [name for home in TABLES for name in own.get(home, ())]
        others = [name for name in super().__dir__() if name in own or hasattr(kind, name)]
        return sorted(name for name in [*others, *parts] if not name[0].isdigit())

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Register a parameter, or None as the place of an absent one."""
        _check_free(self, name, self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"{name!r} must be a Parameter, got {kind_of(param)}")
        if param is not None and not param.is_leaf:
            raise ValueError(
                f"the parameter {name!r} is computed from other tensors: register those, and "
                "compute it in forward()"
            )
        if param is None:
            self._parameters[name] = None
            show(type(self), name, Registered.__getattr__)
        else:
            _put(self, "_parameters", name, param)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Register a tensor that goes with the module but is not learned.

        It is saved in the `state_dict`, unless it is not `persistent`.

        >>> import autograd_fr as ag
        >>> layer = ag.nn.Linear(2, 1)
        >>> layer.register_buffer("seen", ag.zeros(2), persistent=False)
        >>> list(layer.state_dict()), [name for name, _ in layer.named_buffers()]
        (['weight', 'bias'], ['seen'])
        """
        _check_free(self, name, self._buffers)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(f"the buffer {name!r} must be a tensor, got {kind_of(tensor)}")
        _put(self, "_buffers", name, tensor)
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Register a submodule under a name that need not be an identifier."""
        if module is not None and not isinstance(module, Registered):
            raise TypeError(f"{name!r} must be a Module, got {_no_module(module)}")
        _check_free(self, name, self._modules)
        _enter(self, "_modules", name, module)

    def register_module(self, name: str, module: Module | None) -> None:
        """The same as `add_module`."""
        self.add_module(name, module)


def begin(module: Registered) -> None:
    """Have a module without parts yet, in training mode."""
    for name in TABLES:
        object.__setattr__(module, name, {})
    object.__setattr__(module, "_non_persistent_buffers_set", set())
    object.__setattr__(module, "training", True)


def _put(module: Registered, home: str, name: str, part: Any) -> None:
    """Register a part under a name that is an attribute's."""
    _enter(module, home, name, part)
    show(type(module), name, Registered.__getattr__)


def _enter(module: Registered, home: str, name: str, part: Any) -> None:
    """Register a part, or what a hook on that returns in its place."""
    for hook in _on_registration[home].values():
        answer = hook(module, name, part)
        part = part if answer is None else answer
    module.__dict__[home][name] = part


def register_module_parameter_registration_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(module, name, param)` whenever a parameter is registered, in any module.

    What it returns, unless that is None, is registered instead.

    >>> from autograd_fr import nn
    >>> def frozen(module, name, param):
    ...     param.requires_grad_(name != "weight")
    >>> with nn.modules.module.register_module_parameter_registration_hook(frozen):
    ...     layer = nn.Linear(2, 1)
    >>> [name for name, p in layer.named_parameters() if p.requires_grad]
    ['bias']
    """
    return RemovableHandle(_on_registration["_parameters"], hook)


def register_module_buffer_registration_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(module, name, buffer)` whenever a buffer is registered, in any module."""
    return RemovableHandle(_on_registration["_buffers"], hook)


def register_module_module_registration_hook(hook: Hook) -> RemovableHandle:
    """Call `hook(module, name, submodule)` whenever a submodule is registered, in any module."""
    return RemovableHandle(_on_registration["_modules"], hook)


def _check_free(module: Registered, name: str, home: dict[str, Any]) -> None:
    """Raise an error for a name that no part can have, or that something else has."""
    if not isinstance(name, str):
        raise TypeError(f"a name is a string, but {name!r} is of type {type(name).__name__}")
    if "." in name or not name:
        raise KeyError(f"a name must not be empty nor have a dot in it, got {name!r}")
    places = (module.__dict__, *(module.__dict__[table] for table in TABLES))
    known = any(name in place for place in places) or hasattr(type(module), name)
    if known and name not in home:
        raise KeyError(f"{type(module).__name__} has an attribute {name!r} already")


def _may_become(module: Registered, name: str, value: Any, kind: type) -> None:
    """Raise TypeError for what cannot take the place of a part of this kind."""
    if value is not None and not isinstance(value, kind):
        word = "Module" if kind is Registered else kind.__name__
        raise TypeError(
            f"{type(module).__name__}.{name} is a {word}; "
            f"it can become another one or None, got {kind_of(value)}"
        )


def kind_of(value: Any) -> str:
    """The class of a value; of PyTorch's, which may have the name of one here, with its module."""
    kind = type(value)
    return f"{kind.__module__}.{kind.__name__}" if _from_torch(kind) else kind.__name__


def _no_module(value: Any) -> str:
    """What was given in the place of a module, and how that becomes one."""
    if isinstance(value, type):
        return f"the class {value.__name__}: make one, {value.__name__}(...)"
    way = ""
    if isinstance(value, (list, tuple)):
        way = ": give its modules one by one, as in Sequential(*layers)"
    elif isinstance(value, str):
        way = f": Activation({value!r}) is a layer, of the activations by name"
    elif callable(value) and hasattr(value, "__name__"):
        way = f": Activation({value.__name__}) is a layer, of any function"
    return kind_of(value) + way


def _from_torch(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "torch"


def _make_room(module: Registered, name: str, home: str) -> None:
    """Have nothing of this name any more, but in the table `home`."""
    tables = module.__dict__
    if home not in tables:
        raise AttributeError(
            f"call super().__init__() before setting {type(module).__name__}.{name}"
        )
    tables.pop(name, None)
    for other in TABLES:
        if other != home:
            tables[other].pop(name, None)
    module._non_persistent_buffers_set.discard(name)
