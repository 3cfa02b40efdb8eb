"""Methods of pruning: each tells which entries of a parameter are to be zero for good.

Of a pruned `weight` the module has the parameter `weight_orig` and the buffer `weight_mask`; the
weight is their product, which the method, a hook, computes before every call.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from math import inf
from numbers import Integral, Real
from typing import Any

from ...autograd.modes import no_grad
from ...creation.random import rand
from ...creation.values import ones_like
from ...errors import ShapeError
from ...ops import norm
from ..hooks import before_calls
from ..module import Module


class BasePruningMethod(ABC):
    """Base of the methods of pruning; a subclass defines `compute_mask`.

    `PRUNING_TYPE` says what a further method sees of a tensor that is pruned already: if
    "unstructured", the entries that are left, in a row; if "structured", those slices along its
    `dim` of which something is left; if "global", all of it.

    >>> import autograd_fr as ag
    >>> class EveryOther(BasePruningMethod):
    ...     PRUNING_TYPE = "unstructured"
    ...     def compute_mask(self, t, default_mask):
    ...         mask = default_mask.clone()
    ...         mask.view(-1)[::2] = 0
    ...         return mask
    >>> layer = ag.nn.Linear(4, 1)
    >>> _ = EveryOther.apply(layer, "weight"); layer.weight_mask
    tensor([[0., 1., 0., 1.]])
    """

    PRUNING_TYPE: str
    _tensor_name: str = ""

    def __call__(self, module: Any, inputs: Any) -> None:
        setattr(module, self._tensor_name, self.apply_mask(module))

    @abstractmethod
    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask of a tensor of scores: 0 where it is pruned, else as `default_mask`."""

    def apply_mask(self, module: Any) -> Any:
        """The product of the parameter and its mask."""
        original = getattr(module, f"{self._tensor_name}_orig")
        return getattr(module, f"{self._tensor_name}_mask").to(original.dtype) * original

    @classmethod
    def apply(
        cls, module: Any, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any
    ) -> BasePruningMethod:
        """Prune a parameter, further where it is pruned already; returns the method in use.

        `importance_scores`: values of the same shape to go by in the place of its own. `args` and
        `kwargs` make the method. Where it fails the module is as it was.
        """
        method: BasePruningMethod = cls(*args, **kwargs)
        method._tensor_name = name
        number, before = hook_on(module, name)
        t = getattr(module, name)
        if before is None and module._parameters.get(name) is None:
            raise ValueError(f"{type(module).__name__} has no parameter {name!r} to prune")
        mask = ones_like(t) if before is None else getattr(module, f"{name}_mask").clone()
        if before is not None:
            earlier = before if isinstance(before, PruningContainer) else [before]
            method = PruningContainer(*earlier, method)
        with no_grad():
            mask = method.compute_mask(_scores(importance_scores, t), default_mask=mask)
        if before is None:
            delattr(module, name)
            module.register_parameter(f"{name}_orig", t)
        else:
            del module._forward_pre_hooks[number]
        module.register_buffer(f"{name}_mask", mask)
        method(module, ())
        module.register_forward_pre_hook(method)
        return method

    def prune(self, t: Any, default_mask: Any = None, importance_scores: Any = None) -> Any:
        """A pruned copy of a tensor, which belongs to no module."""
        mask = ones_like(t) if default_mask is None else default_mask
        with no_grad():
            mask = self.compute_mask(_scores(importance_scores, t), default_mask=mask)
        return t * mask

    def remove(self, module: Any) -> None:
        """Have the pruned parameter as an ordinary one, the zeros left in."""
        name = self._tensor_name
        original, pruned = getattr(module, f"{name}_orig"), self.apply_mask(module)
        for part in (name, f"{name}_orig", f"{name}_mask"):
            delattr(module, part)
        original.data = pruned.detach()
        setattr(module, name, original)


class PruningContainer(BasePruningMethod):
    """Several methods, applied to one parameter one after another."""

    def __init__(self, *args: BasePruningMethod) -> None:
        self._pruning_methods: tuple[BasePruningMethod, ...] = ()
        if args:
            self._tensor_name = args[0]._tensor_name
        for method in args:
            self.add_pruning_method(method)

    def add_pruning_method(self, method: BasePruningMethod) -> None:
        """Add one that comes last. Raises ValueError for one of another parameter."""
        if not isinstance(method, BasePruningMethod):
            raise TypeError(f"a BasePruningMethod is needed, got {type(method).__name__}")
        if method._tensor_name != self._tensor_name:
            raise ValueError(
                f"a method that prunes {method._tensor_name!r} among those of {self._tensor_name!r}"
            )
        self._pruning_methods += (method,)

    def __len__(self) -> int:
        return len(self._pruning_methods)

    def __iter__(self) -> Iterator[BasePruningMethod]:
        return iter(self._pruning_methods)

    def __getitem__(self, idx: Any) -> Any:
        return self._pruning_methods[idx]

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask that the last method makes of that of those before, `default_mask`."""
        method = self._pruning_methods[-1]
        mask = default_mask.to(t.dtype).clone()
        part = _left(method, mask)
        mask[part] = method.compute_mask(t[part], default_mask=mask[part])
        return mask


def _left(method: Any, mask: Any) -> Any:
    """The index of that part of a pruned tensor which a further method sees."""
    if method.PRUNING_TYPE == "unstructured":
        return mask == 1
    if method.PRUNING_TYPE == "global":
        return ...
    if method.PRUNING_TYPE != "structured":
        raise ValueError(
            f"PRUNING_TYPE is 'unstructured', 'structured' or 'global', not {method.PRUNING_TYPE!r}"
        )
    dim = _axis(method.dim, mask)
    others = [axis for axis in range(mask.ndim) if axis != dim]
    return *[slice(None)] * dim, mask.sum(dim=others) != 0


class Identity(BasePruningMethod):
    """Nothing is pruned, but the parameter has its mask."""

    PRUNING_TYPE = "unstructured"

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask as it is."""
        return default_mask


class _Amount(BasePruningMethod):
    """A method that prunes a number of entries or slices, or a part of them in [0, 1]."""

    def __init__(self, amount: Any) -> None:
        if not isinstance(amount, Real):
            raise TypeError(f"amount is an int or a float, not {amount!r}")
        if not 0 <= float(amount) <= (inf if isinstance(amount, Integral) else 1):
            raise ValueError(
                f"amount is how many to prune, or, as a float in [0, 1], which part: not {amount}"
            )
        self.amount: Any = amount

    def _count(self, n: int) -> int:
        """How many of `n` that is."""
        if not isinstance(self.amount, Integral):
            return round(float(self.amount) * n)
        count = int(self.amount)
        if count > n:
            raise ValueError(f"amount={count} of the {n} that are left cannot be pruned")
        return count


class _Entries(_Amount):
    """A method that prunes entries."""

    PRUNING_TYPE = "unstructured"

    def _without_least(self, scores: Any, default_mask: Any) -> Any:
        mask = default_mask.clone()
        least = scores.topk(self._count(len(scores)), largest=False).indices
        mask.view(-1)[least] = 0
        return mask


class RandomUnstructured(_Entries):
    """Entries drawn at random are pruned."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask without the entries drawn."""
        return self._without_least(rand(t.numel()), default_mask)


class L1Unstructured(_Entries):
    """The entries of least absolute value are pruned."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask without the entries of least absolute value."""
        return self._without_least(t.abs().reshape(-1), default_mask)


class _Slices(_Amount):
    """A method that prunes slices along an axis: channels, say."""

    PRUNING_TYPE = "structured"

    def _without_least(self, scores: Any, default_mask: Any, dim: int) -> Any:
        mask = default_mask.clone()
        least = scores.topk(self._count(len(scores)), largest=False).indices
        mask[*[slice(None)] * dim, least] = 0
        return mask


class RandomStructured(_Slices):
    """Slices along an axis, drawn at random, are pruned."""

    def __init__(self, amount: Any, dim: int = -1) -> None:
        super().__init__(amount)
        self.dim = dim

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask without the slices drawn."""
        dim = _axis(self.dim, t)
        return self._without_least(rand(t.shape[dim]), default_mask, dim)


class LnStructured(_Slices):
    """The slices along an axis whose norm of order `n` is least are pruned."""

    def __init__(self, amount: Any, n: Any, dim: int = -1) -> None:
        super().__init__(amount)
        self.n, self.dim = n, dim

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask without the slices of least norm."""
        dim = _axis(self.dim, t)
        norms = norm(t, p=self.n, dim=[axis for axis in range(t.ndim) if axis != dim])
        return self._without_least(norms, default_mask, dim)


class CustomFromMask(BasePruningMethod):
    """The entries that are 0 in a mask are pruned."""

    PRUNING_TYPE = "global"

    def __init__(self, mask: Any) -> None:
        self.mask = mask

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """Both masks together. Raises ShapeError where they differ in shape."""
        _check_shape("mask", self.mask, default_mask)
        return default_mask * self.mask.to(default_mask.dtype)


def hook_on(module: Any, name: str) -> tuple[int, BasePruningMethod] | tuple[None, None]:
    """The method that prunes a parameter, and its number among the hooks of the module."""
    for number, hook in before_calls(module).items():
        if isinstance(hook, BasePruningMethod) and hook._tensor_name == name:
            return number, hook
    return None, None


def is_pruned(module: Module) -> bool:
    """Whether a parameter of a module, or of one below it, is pruned."""
    hooks = (hook for part in module.modules() for hook in before_calls(part).values())
    return any(isinstance(hook, BasePruningMethod) for hook in hooks)


def _scores(given: Any, t: Any) -> Any:
    """What to go by: the scores given for a tensor, else the tensor."""
    if given is None:
        return t
    _check_shape("importance_scores", given, t)
    return given


def _check_shape(word: str, given: Any, t: Any) -> None:
    if given.shape != t.shape:
        raise ShapeError(
            f"{word} of shape {tuple(given.shape)} for a parameter of shape {tuple(t.shape)}"
        )


def _axis(dim: int, t: Any) -> int:
    """The axis along which slices of a tensor are pruned, counted from the front."""
    if t.ndim < 2:
        raise ValueError(
            f"slices can be pruned of a tensor of two axes or more, not of shape {tuple(t.shape)}"
        )
    if not -t.ndim <= dim < t.ndim:
        raise IndexError(f"dim={dim} is not an axis of a tensor of shape {tuple(t.shape)}")
    return dim % int(t.ndim)
