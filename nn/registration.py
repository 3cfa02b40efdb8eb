"""Parts of a module under their names: parameters, buffers and submodules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..messages.suggestions import hint
from ..tensor import Tensor
from .parameter import Buffer, Parameter

if TYPE_CHECKING:
    from .module import Module

TABLES = ("_parameters", "_buffers", "_modules")


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
            tables["_modules"][name] = value
        elif name in tables.get("_modules", ()):
            _may_become(self, name, value, Registered)
            tables["_modules"][name] = None
        elif isinstance(value, Buffer):
            self.register_buffer(name, value, value.persistent)
        elif name in tables.get("_buffers", ()):
            _may_become(self, name, value, Tensor)
            tables["_buffers"][name] = value
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        if name in TABLES or name.startswith("__"):  # as while a copy is being put together
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        for home in TABLES:
            if name in self.__dict__.get(home, ()):
                return self.__dict__[home][name]
        raise AttributeError(
            f"{type(self).__name__} has no attribute {name!r}{hint(name, dir(self))}", obj=self
        )

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
        parts = [name for home in TABLES for name in self.__dict__.get(home, ())]
        return sorted(name for name in [*super().__dir__(), *parts] if not name[0].isdigit())

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Register a parameter, or None as the place of an absent one."""
        _check_free(self, name, self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"{name!r} must be a Parameter, got {type(param).__name__}")
        if param is not None and not param.is_leaf:
            raise ValueError(
                f"the parameter {name!r} is computed from other tensors: register those, and "
                "compute it in forward()"
            )
        self._parameters[name] = param

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
            raise TypeError(f"the buffer {name!r} must be a tensor, got {type(tensor).__name__}")
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Register a submodule under a name that need not be an identifier."""
        if module is not None and not isinstance(module, Registered):
            raise TypeError(f"{name!r} must be a Module, got {type(module).__name__}")
        _check_free(self, name, self._modules)
        self._modules[name] = module

    def register_module(self, name: str, module: Module | None) -> None:
        """The same as `add_module`."""
        self.add_module(name, module)


def begin(module: Registered) -> None:
    """Have a module without parts yet, in training mode."""
    for name in TABLES:
        object.__setattr__(module, name, {})
    object.__setattr__(module, "_non_persistent_buffers_set", set())
    object.__setattr__(module, "training", True)


def _check_free(module: Registered, name: str, home: dict[str, Any]) -> None:
    """Raise an error for a name that no part can have, or that something else has."""
    if not isinstance(name, str):
        raise TypeError(f"a name is a string, not a {type(name).__name__}")
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
            f"it can become another one or None, not a {type(value).__name__}"
        )


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
