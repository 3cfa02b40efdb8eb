"""Tensors of a module computed from others at every use: symmetric, orthogonal, of norm one, ...

The module gets a class of its own, in which the tensor is a property; what it is computed from
stands in `module.parametrizations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ...autograd.modes import no_grad
from ...tensor import Tensor
from ..containers import ModuleDict, ModuleList
from ..module import Module
from ..parameter import Parameter

# What has been computed inside `cached()`, by the identity of a module and a name.
_cache: ContextVar[dict[tuple[int, str], Any] | None] = ContextVar("cache", default=None)


@contextmanager
def cached() -> Iterator[None]:
    """Compute every parametrized tensor once only, within the `with` block.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.utils.parametrizations.weight_norm(ag.nn.Linear(2, 2))
    >>> with cached():
    ...     print(layer.weight is layer.weight)
    True
    >>> layer.weight is layer.weight
    False
    """
    token = _cache.set({}) if _cache.get() is None else None
    try:
        yield
    finally:
        if token is not None:
            _cache.reset(token)


class ParametrizationList(ModuleList):
    """The modules that one tensor is computed by, one after another, and what from.

    That is `original`, or `original0`, `original1`, ..., where `right_inverse` of the first module
    gives several tensors. Made by `register_parametrization`.
    """

    def __init__(self, modules: Iterable[Module], original: Tensor, unsafe: bool = False) -> None:
        super().__init__(modules)
        if not len(self):
            raise ValueError("a ParametrizationList has one module at least")
        self.unsafe = unsafe
        with no_grad():
            new: Any = original
            for module in reversed(list(self)):
                new = _inverted(module, new)
        if not isinstance(new, (Tensor, Sequence)):
            raise ValueError(
                "right_inverse returns a tensor or a sequence of tensors, not a "
                f"{type(new).__name__}"
            )
        shape, dtype = original.shape, original.dtype
        self.is_tensor = isinstance(new, Tensor)
        self.ntensors = 1 if self.is_tensor else len(new)
        if isinstance(new, Tensor):
            if new.dtype != dtype:
                raise ValueError(f"right_inverse made a tensor of {new.dtype} of one of {dtype}")
            original.data = new
            _register(self, "original", original)
        else:
            for i, part in enumerate(new):
                _register(self, f"original{i}", _like(original, part))
        if not unsafe:
            _check("the parametrization makes", self(), shape, dtype)

    def _originals(self) -> list[Any]:
        if self.is_tensor:
            return [self.original]
        return [getattr(self, f"original{i}") for i in range(self.ntensors)]

    def forward(self) -> Any:
        """The tensor."""
        first, *rest = self
        x = first(*self._originals())
        for module in rest:
            x = module(x)
        return x

    def right_inverse(self, value: Tensor) -> None:
        """Have such originals that the tensor becomes `value`, as far as the modules can tell.

        Raises NotImplementedError where a module has no `right_inverse`, ValueError for what it
        cannot be.
        """
        with no_grad():
            new: Any = value
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise NotImplementedError(
                        f"{type(module).__name__} has no right_inverse(value): the tensor cannot "
                        "be assigned to"
                    )
                new = module.right_inverse(new)
            parts = [new] if self.is_tensor else list(new)
            if len(parts) != self.ntensors:
                raise ValueError(
                    f"right_inverse gave {len(parts)} tensors for {self.ntensors} originals"
                )
            for original, part in zip(self._originals(), parts):
                if original.dtype != part.dtype:
                    raise ValueError(f"a tensor of {part.dtype} for one of {original.dtype}")
                original.data = part.clone()


def _inverted(module: Any, value: Any) -> Any:
    """What `right_inverse` of a module makes of a value; the value itself where it has none."""
    if not hasattr(module, "right_inverse"):
        return value
    try:
        return module.right_inverse(value)
    except NotImplementedError:
        return value


def _like(original: Tensor, part: Tensor) -> Tensor:
    """A new tensor of the kind of `original`."""
    if isinstance(original, Parameter):
        return Parameter(part, original.requires_grad)
    return part.detach()


def _register(module: Module, name: str, t: Tensor) -> None:
    if isinstance(t, Parameter):
        module.register_parameter(name, t)
    else:
        module.register_buffer(name, t)


def _check(words: str, made: Any, shape: Any, dtype: Any) -> None:
    """Raise ValueError where a parametrization makes something else of a tensor."""
    if not isinstance(made, Tensor):
        raise ValueError(f"{words} a {type(made).__name__}, not a tensor")
    if made.dtype != dtype or made.shape != shape:
        raise ValueError(
            f"{words} a tensor of shape {tuple(made.shape)} and {made.dtype} of one of shape "
            f"{tuple(shape)} and {dtype}; with unsafe=True that is accepted"
        )


# The class of a parametrized module


class _Parametrized:
    """The first base of the class of every parametrized module."""

    _computed: frozenset[str]  # the names of the tensors that are properties

    def __reduce_ex__(self, protocol: Any) -> Any:
        """How deepcopy and pickle take it: the class is made anew."""
        names = list(self.__dict__["_modules"]["parametrizations"])
        return _made, (type_before_parametrizations(self), names), self.__dict__


def _class_for(base: type, names: Iterable[str]) -> type:
    """The subclass of `base` in which these tensors are properties; copies of a module share it."""
    wanted = frozenset(names)
    kind: type
    for kind in base.__subclasses__():
        if kind.__bases__[0] is _Parametrized and kind.__dict__["_computed"] == wanted:
            return kind
    parts: dict[str, Any] = {name: property(_getter(name), _setter(name)) for name in wanted}
    parts["_computed"], parts["__module__"] = wanted, base.__module__
    return type(f"Parametrized{base.__name__}", (_Parametrized, base), parts)


def _made(base: type, names: list[str]) -> Any:
    return object.__new__(_class_for(base, names))


def _getter(name: str) -> Any:
    def parametrized(self: Any) -> Any:
        cache = _cache.get()
        if cache is None:
            return self.parametrizations[name]()
        key = (id(self), name)
        if key not in cache:
            cache[key] = self.parametrizations[name]()
        return cache[key]

    return parametrized


def _setter(name: str) -> Any:
    return lambda self, value: self.parametrizations[name].right_inverse(value)


def type_before_parametrizations(module: Any) -> type:
    """The class that a module has, or had before it was parametrized."""
    kind = type(module)
    return kind.__bases__[1] if kind.__bases__[0] is _Parametrized else kind


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether a tensor of a module, or any, is parametrized."""
    lists = module._modules.get("parametrizations")
    if not isinstance(lists, ModuleDict):
        return False
    return len(lists) > 0 if tensor_name is None else tensor_name in lists


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """Have the parameter or buffer `tensor_name` computed by `parametrization`; returns the module.

    The tensor itself becomes `module.parametrizations[tensor_name].original`, or what a method
    `right_inverse` of the parametrization makes of it. Another parametrization is applied to what
    those before it make. `unsafe`: shape and dtype may change.

    Raises ValueError for a name that is none, or a parametrization that makes something else.

    >>> import autograd_fr as ag
    >>> class Symmetric(ag.nn.Module):
    ...     def forward(self, X):
    ...         return X.triu() + X.triu(1).T
    >>> layer = register_parametrization(ag.nn.Linear(3, 3), "weight", Symmetric())
    >>> (layer.weight == layer.weight.T).all()
    tensor(True)
    >>> list(layer.state_dict())
    ['bias', 'parametrizations.weight.original']
    """
    parametrization.train(module.training)
    held: Any = module
    if is_parametrized(module, tensor_name):
        before = getattr(module, tensor_name)
        lists = held.parametrizations[tensor_name]
        if not unsafe:
            after = parametrization(before)
            _check("the parametrization makes", after, before.shape, before.dtype)
            _check(
                "right_inverse makes", _inverted(parametrization, after), before.shape, before.dtype
            )
        lists.append(parametrization)
        lists.unsafe = lists.unsafe or unsafe
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(
            f"{type(module).__name__} has no parameter or buffer {tensor_name!r}; it has "
            f"{', '.join([*module._parameters, *module._buffers]) or 'none'}"
        )
    made = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
    delattr(module, tensor_name)
    if not is_parametrized(module):
        held.parametrizations = ModuleDict()
    held.parametrizations[tensor_name] = made
    _reclass(module, type_before_parametrizations(module))
    return module


def remove_parametrizations(
    module: Module, tensor_name: str, leave_parametrized: bool = True
) -> Module:
    """Have a tensor that is no longer computed; returns the module.

    It keeps the value that was computed last, or, without `leave_parametrized`, is what the
    original is now. Raises ValueError for one that is not parametrized, or whose original is not
    one tensor.
    """
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"{type(module).__name__}.{tensor_name} is not parametrized")
    held: Any = module
    lists = held.parametrizations[tensor_name]
    if not lists.is_tensor and not leave_parametrized:
        raise ValueError(
            f"{tensor_name} is computed from {lists.ntensors} tensors: none of them can take its "
            "place; give leave_parametrized=True"
        )
    left = lists._originals()[0]
    if leave_parametrized:
        with no_grad():
            value = getattr(module, tensor_name)
        if lists.is_tensor:
            left.data = value  # the same parameter, which an optimizer may know
        else:
            left = _like(left, value)
    base = type_before_parametrizations(module)
    del held.parametrizations[tensor_name]
    if not is_parametrized(module):
        del held.parametrizations
    _reclass(module, base)
    _register(module, tensor_name, left)
    return module


def _reclass(module: Any, base: type) -> None:
    """Give a module the class that its parametrizations ask for."""
    lists = module._modules.get("parametrizations", ())
    module.__class__ = _class_for(base, lists) if len(lists) else base
