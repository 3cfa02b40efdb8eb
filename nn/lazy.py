"""Modules that learn the lengths of their parameters from their first input."""

from __future__ import annotations

from typing import Any

from ..autograd.hooks import RemovableHandle
from ..autograd.modes import no_grad
from ..errors import UninitializedError
from .parameter import is_lazy


class LazyModuleMixin:
    """A module whose parameters have no shape until its first call, or until a state is loaded.

    A class inherits from this first and from the class of the layer second; it sets
    `UninitializedParameter`s in `__init__`, gives them shapes in `initialize_parameters`, which
    gets the arguments of the first call, and is an instance of `cls_to_become` from then on.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.LazyLinear(2)
    >>> layer.weight
    <UninitializedParameter>
    >>> _ = layer(ag.zeros(5, 3)); layer
    Linear(in_features=3, out_features=2, bias=True)
    """

    cls_to_become: type[Any] | None = None
    _load_hook: RemovableHandle
    _initialize_hook: RemovableHandle

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Functions, not methods: a module whose hooks hold it would be a cycle.
        self._load_hook = self.register_load_state_dict_pre_hook(_take_shapes)
        self._initialize_hook = self.register_forward_pre_hook(_infer, with_kwargs=True)

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        """Give all parameters their shapes, and their values; every subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} has no initialize_parameters() method")

    def has_uninitialized_params(self: Any) -> bool:
        """Whether some parameter or buffer set on this very module has no shape yet."""
        return any(map(is_lazy, (*self._parameters.values(), *self._buffers.values())))

    def _infer_parameters(
        self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None
    ) -> None:
        """Learn the shapes from the arguments of a call, and become what `cls_to_become` says."""
        with no_grad():
            module.initialize_parameters(*args, **(kwargs or {}))
        if module.has_uninitialized_params():
            raise UninitializedError(
                f"{type(module).__name__}.initialize_parameters() left a parameter or buffer "
                "without a shape: call materialize(shape) on each"
            )
        module._initialize_hook.remove()
        module._load_hook.remove()
        del module._initialize_hook, module._load_hook
        if module.cls_to_become is not None:
            module.__class__ = module.cls_to_become


def _infer(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    module._infer_parameters(module, args, kwargs)


def _take_shapes(module: Any, state_dict: Any, prefix: str, *_: Any) -> None:
    """Give the parameters without a shape that of the values which are about to be loaded."""
    for name, t in (*module._parameters.items(), *module._buffers.items()):
        given = state_dict.get(prefix + name)
        if given is not None and not is_lazy(given):
            give_shape(t, *given.shape)


def give_shape(t: Any, *shape: int) -> None:
    """Give a parameter or buffer its shape, where it has none yet; for `initialize_parameters`."""
    if is_lazy(t):
        t.materialize(shape)
