"""Module: what all layers and nets have, each part of it in the file it is imported from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import ref

from ..autograd.memory import tick
from ..messages.suggestions import check_keywords
from ..settings import compile as accept_compile
from ..tensor import Tensor
from .calls import note_calls
from .conversion import Convertible
from .hooks import Hookable
from .registration import begin
from .state import Stateful

M = TypeVar("M", bound="Module")


class Module(Convertible, Stateful, Hookable):
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

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if kwargs:
            check_keywords(cls, kwargs)
        return object.__new__(cls)

    def __init__(self) -> None:
        begin(self)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; every subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} has no forward() method")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        start = tick()
        try:
            if self._call_hooks is None:
                result = self.forward(*args, **kwargs)
            else:
                result = self._call_hooks.call(self, args, kwargs)
        except Exception as error:
            from ..messages.telling import misgiven, note_place

            note_place(error)
            better = misgiven(self, args, kwargs, error)
            if better is not None:
                raise better from None
            raise
        if type(result) is not Tensor:
            note_calls(self, start, result)
        elif (node := result.node) is not None and node.number > start:  # else it is the input
            # As `note_call`, but faster: a call within that had this result would have taken the
            # next number of the clock.
            end = tick()
            within = None if end == node.number + 1 else getattr(node, "calls", None)
            node.calls = (ref(self), type(self).__name__, start, end, within)
        return result

    def train(self: M, mode: bool = True) -> M:
        """Set training mode here and below; dropout, for one, acts in training only."""
        if not isinstance(mode, bool):
            raise ValueError(f"train: the mode is True or False, not {mode!r}")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self: M) -> M:
        """Set evaluation mode here and below."""
        return self.train(False)

    def apply(self: M, fn: Callable[[Module], Any]) -> M:
        """Call `fn` on every submodule, then on this module, e.g. to initialise.

        >>> from autograd_fr import nn
        >>> net = nn.Sequential(nn.Sequential(nn.ReLU()), nn.Tanh())
        >>> _ = net.apply(lambda module: print(type(module).__name__))
        ReLU
        Sequential
        Tanh
        Sequential
        """
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def compile(self, *args: Any, **options: Any) -> None:
        """Accepted: there is nothing to compile. The arguments are those of `autograd_fr.compile`.

        Raises TypeError for others, as for Keras's `optimizer` and `loss`.
        """
        accept_compile(self, *args, **options)

    # Text

    def _get_name(self) -> str:
        return type(self).__name__

    def extra_repr(self) -> str:
        """What stands between the parentheses of the repr, before the submodules."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        if len(lines) == 1 and not self._modules:
            return f"{self._get_name()}({extra})"
        children = [f"({name}): {child!r}" for name, child in self._modules.items()]
        return in_lines(self._get_name(), lines + children)


def in_lines(name: str, parts: list[str]) -> str:
    """`name(...)` with every part on lines of its own."""
    if not parts:
        return f"{name}()"
    # Of a part, the lines but the first are indented.
    return f"{name}(\n  " + "\n  ".join(part.replace("\n", "\n  ") for part in parts) + "\n)"
