"""What all nets of this folder have: they know the arguments that they were made with."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Self

from ..nn import Module


class Model(Module):
    """A module that remembers the arguments of its constructor, so that a file can tell them.

    A class of your own derives from it as from `nn.Module`, and has nothing else to do. What is
    changed in the parts of a model afterwards, its arguments do not tell.

    >>> import autograd_fr as ag
    >>> class Line(ag.models.Model):
    ...     def __init__(self, width, bias=True):
    ...         super().__init__()
    ...         self.map = ag.nn.Linear(width, 1, bias=bias)
    >>> Line(3).config
    {'width': 3, 'bias': True}
    >>> Line.from_config(Line(3).config).map
    Linear(in_features=3, out_features=1, bias=True)
    """

    _given: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        model = super().__new__(cls, *args, **kwargs)
        # Beside the parts, which there are only from Module.__init__ on. Copies and what pickle
        # makes come here without arguments, and are given those of the original afterwards.
        object.__setattr__(model, "_given", (args, kwargs))
        return model

    @property
    def config(self) -> dict[str, Any]:
        """The arguments by name, those that were left out included."""
        args, kwargs = self._given
        call = _signature(type(self)).bind(*args, **kwargs)
        call.apply_defaults()
        return dict(call.arguments)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """A model of these arguments, newly drawn. Raises TypeError for those it does not take."""
        signature = _signature(cls)
        if unknown := config.keys() - signature.parameters.keys():
            raise TypeError(f"{cls.__name__} takes no argument {', '.join(sorted(unknown))}")
        call = signature.bind_partial()
        call.arguments.update(config)
        return cls(*call.args, **call.kwargs)


def _signature(cls: type) -> inspect.Signature:
    """The arguments of a class, that is, of its `__init__` without `self`."""
    whole = inspect.signature(cls.__init__)  # type: ignore[misc]
    return whole.replace(parameters=list(whole.parameters.values())[1:])
