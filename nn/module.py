"""Module: parameters, buffers and submodules under their names, and what follows from that."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from .. import dtypes
from ..autograd.value import share
from ..errors import AutogradError, DtypeError
from ..messages.suggestions import check_keywords, hint
from ..tensor import Tensor, fresh
from ..tensor.inplace import assign
from .hooks import Hookable
from .parameter import Parameter

M = TypeVar("M", bound="Module")

_TABLES = ("_parameters", "_buffers", "_modules")


class Module(Hookable):
    """Base of all layers and nets. A subclass sets its parts in `__init__` and defines `forward`.

    Assigning a `Parameter` or a `Module` to an attribute registers it under that name; anything
    else is an ordinary attribute.

    >>> import autograd_fr as ag
    >>> from autograd_fr import nn
    >>> class Net(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden, self.out = nn.Linear(2, 3), nn.Linear(3, 1)
    ...     def forward(self, x):
    ...         return self.out(self.hidden(x).tanh())
    >>> [name for name, _ in Net().named_parameters()]
    ['hidden.weight', 'hidden.bias', 'out.weight', 'out.bias']
    """

    training: bool
    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Module | None]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if kwargs:
            check_keywords(cls, kwargs)
        return object.__new__(cls)

    def __init__(self) -> None:
        for name in _TABLES:
            object.__setattr__(self, name, {})
        object.__setattr__(self, "training", True)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} has no forward() method")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            if self._call_hooks is None:
                return self.forward(*args, **kwargs)
            return self._call_hooks.call(self, args, kwargs)
        except Exception as error:
            from ..messages.telling import note_place

            note_place(error)
            raise

    # Registration

    def __setattr__(self, name: str, value: Any) -> None:
        if "_parameters" not in self.__dict__:
            raise AttributeError(
                f"call super().__init__() before setting {type(self).__name__}.{name}"
            )
        home = self._home_for(name, value)
        if home is None:
            object.__setattr__(self, name, value)
            return
        for other in (self._parameters, self._buffers, self._modules, self.__dict__):
            if other is not home:
                other.pop(name, None)
        home[name] = value

    def _home_for(self, name: str, value: Any) -> dict[str, Any] | None:
        """The table that `value` belongs into under `name`; None for an ordinary attribute."""
        if isinstance(value, Parameter):
            return self._parameters
        if isinstance(value, Module):
            return self._modules
        for home, kind in ((self._parameters, Parameter), (self._modules, Module)):
            if name in home:
                if value is not None:
                    raise TypeError(
                        f"{type(self).__name__}.{name} is a {kind.__name__}; "
                        f"it can become another one or None, not a {type(value).__name__}"
                    )
                return home
        if name in self._buffers and (value is None or isinstance(value, Tensor)):
            return self._buffers
        return None

    def __getattr__(self, name: str) -> Any:
        if name in _TABLES or name.startswith("__"):  # as while a copy is being put together
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        for home in _TABLES:
            if name in self.__dict__.get(home, ()):
                return self.__dict__[home][name]
        raise AttributeError(
            f"{type(self).__name__} has no attribute {name!r}{hint(name, dir(self))}", obj=self
        )

    def __delattr__(self, name: str) -> None:
        for home in (self._parameters, self._buffers, self._modules):
            if name in home:
                del home[name]
                return
        object.__delattr__(self, name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._parameters, *self._buffers, *self._modules]

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Register a parameter, or None as the place of an absent one."""
        self._check_free(name, self._parameters)
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None) -> None:
        """Register a tensor that is saved with the module but not learned."""
        self._check_free(name, self._buffers)
        self._buffers[name] = tensor

    def add_module(self, name: str, module: Module | None) -> None:
        """Register a submodule under a name that need not be an identifier."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{name!r} must be a Module, got {type(module).__name__}")
        self._check_free(name, self._modules)
        self._modules[name] = module

    def _check_free(self, name: str, home: dict[str, Any]) -> None:
        if "." in name or not name:
            raise KeyError(f"a name must not be empty nor have a dot in it, got {name!r}")
        if name not in home and hasattr(self, name):
            raise KeyError(f"{type(self).__name__} has an attribute {name!r} already")

    # Walking; each part is visited once, however often it is used

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module (under the name "") and all below it, parents first."""
        seen: set[int] = set()
        pending = [(prefix, self)]
        while pending:
            path, module = pending.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            yield path, module
            children = [(_joined(path, name), child) for name, child in module.named_children()]
            pending.extend(reversed(children))

    def modules(self) -> Iterator[Module]:
        """This module and all below it, parents first."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The submodules set on this very module."""
        return ((name, child) for name, child in self._modules.items() if child is not None)

    def children(self) -> Iterator[Module]:
        """The submodules set on this very module."""
        return (child for _, child in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """All parameters with their dotted names."""
        return self._named("_parameters", prefix, recurse)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """All parameters, for an optimizer."""
        return (param for _, param in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """All buffers with their dotted names."""
        return self._named("_buffers", prefix, recurse)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named(self, table: str, prefix: str, recurse: bool) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        for path, module in self.named_modules(prefix) if recurse else [(prefix, self)]:
            for name, t in getattr(module, table).items():
                if t is not None and id(t) not in seen:
                    seen.add(id(t))
                    yield _joined(path, name), t

    def get_submodule(self, target: str) -> Module:
        """The submodule at a dotted path, e.g. "encoder.0"; "" is this module itself."""
        module: Module = self
        for part in target.split(".") if target else []:
            module = getattr(module, part)
        return module

    # State

    def train(self: M, mode: bool = True) -> M:
        """Set training mode here and below; dropout, for one, acts in training only."""
        for module in self.modules():
            object.__setattr__(module, "training", bool(mode))
        return self

    def eval(self: M) -> M:
        """Set evaluation mode here and below."""
        return self.train(False)

    def apply(self: M, fn: Callable[[Module], Any]) -> M:
        """Call `fn` on every submodule, then on this module, e.g. to initialise."""
        for module in reversed(list(self.modules())):
            fn(module)
        return self

    def to(self: M, *args: Any, **options: Any) -> M:
        """Bring the floating parameters and buffers to another dtype, or name the device: the CPU.

        Takes what `Tensor.to` takes; integers stay as they are. Returns the module, changed.

        >>> import autograd_fr as ag
        >>> ag.nn.Linear(2, 1).to("cpu", ag.float64).weight.dtype
        dtype('float64')
        """

        def moved(t: Tensor) -> Tensor:
            there: Tensor = t.to(*args, **options)
            if there.is_floating_point() or t.dtype == there.dtype:
                return there if t.is_floating_point() else t
            raise DtypeError(f"a module computes in floating numbers, not in {there.dtype}")

        return self._apply(moved)

    def _apply(self: M, fn: Callable[[Tensor], Tensor]) -> M:
        """Put `fn` of each parameter and buffer, and of its gradient, in its place."""
        for t in (*self.parameters(), *self.buffers()):
            grad: Any = t.grad
            t.grad = None
            t.data = fn(share(t.memory()))
            t.grad = grad if grad is None else fn(grad)
        return self

    def cpu(self: M) -> M:
        """The module itself: it lies there."""
        return self

    def cuda(self: M, device: Any = None) -> M:
        """Raises AutogradError: there is no such device."""
        return self.to("cuda")

    def half(self: M) -> M:
        """Bring the floating parameters and buffers to float16."""
        return self.to(dtypes.float16)

    def float(self: M) -> M:
        """Bring the floating parameters and buffers to float32."""
        return self.to(dtypes.float32)

    def double(self: M) -> M:
        """Bring the floating parameters and buffers to float64."""
        return self.to(dtypes.float64)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        """Ask for gradients of all parameters, or freeze them."""
        for param in self.parameters():
            param.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or, without `set_to_none`, make them zeros."""
        for param in self.parameters():
            param.zero_grad(set_to_none)

    def state_dict(self) -> OrderedDict[str, Tensor]:
        """Parameters and buffers by dotted name; the memory is shared, not copied."""
        state: OrderedDict[str, Tensor] = OrderedDict()
        for path, module in all_paths(self):
            for table in (module._parameters, module._buffers):
                for name, t in table.items():
                    if t is not None:
                        state[_joined(path, name)] = t.detach()
        return state

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> None:
        """Copy values into the parameters and buffers of the same names.

        Raises AutogradError that lists missing, unexpected and mis-shaped names; nothing is changed
        then. With `strict=False` missing and unexpected names are passed over.

        >>> import autograd_fr as ag
        >>> a, b = ag.nn.Linear(2, 1), ag.nn.Linear(2, 1)
        >>> a.load_state_dict(b.state_dict())
        >>> (a.weight == b.weight).all()
        tensor(True)
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"a state is a dict of names and tensors, not {type(state_dict).__name__}: give "
                "what state_dict() gave"
            )
        own = self.state_dict()
        given = {
            k: v.detach() if isinstance(v, Tensor) else fresh(v) for k, v in state_dict.items()
        }
        faults = []
        if strict and (missing := [name for name in own if name not in given]):
            faults.append(f"missing: {', '.join(missing)}")
        if strict and (unexpected := [name for name in given if name not in own]):
            faults.append(f"unexpected: {', '.join(unexpected)}")
        faults += [
            f"{name} has shape {given[name].array.shape} there, {t.array.shape} here"
            for name, t in own.items()
            if name in given and given[name].shape != t.shape
        ]
        if faults:
            raise AutogradError(
                f"this state does not fit {type(self).__name__}:\n  " + "\n  ".join(faults)
            )
        for path, module in all_paths(self):
            for name, t in (*module._parameters.items(), *module._buffers.items()):
                full = _joined(path, name)
                if t is not None and full in given:
                    assign(t, given[full].array)

    # Text

    def extra_repr(self) -> str:
        """What stands between the parentheses of the repr, for a layer without submodules."""
        return ""

    def __repr__(self) -> str:
        lines = [line for line in self.extra_repr().split("\n") if line]
        for name, child in self._modules.items():
            lines.append(f"({name}): " + repr(child).replace("\n", "\n  "))
        head = type(self).__name__
        if not self._modules and len(lines) <= 1:
            return f"{head}({''.join(lines)})"
        return f"{head}(\n  " + "\n  ".join(lines) + "\n)"


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def all_paths(root: Module) -> Iterator[tuple[str, Module]]:
    """Every path to every module, a shared one under each of its names, as in PyTorch's state."""
    pending = [("", root)]
    while pending:
        path, module = pending.pop()
        yield path, module
        children = [(_joined(path, name), child) for name, child in module.named_children()]
        pending.extend(reversed(children))
