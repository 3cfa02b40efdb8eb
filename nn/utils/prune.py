"""Pruning: entries of a parameter set to zero for good, those of least weight or any.

Each function prunes a parameter of a module, and returns the module; what it has then stands in
`pruning_methods`. `amount`: how many, or, as a float in [0, 1], which part of those not pruned yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...creation.values import ones_like
from ...messages.suggestions import suggest as _suggest
from ..module import Module
from .convert_parameters import parameters_to_vector
from .pruning_methods import BasePruningMethod as BasePruningMethod
from .pruning_methods import CustomFromMask as CustomFromMask
from .pruning_methods import Identity as Identity
from .pruning_methods import L1Unstructured as L1Unstructured
from .pruning_methods import LnStructured as LnStructured
from .pruning_methods import PruningContainer as PruningContainer
from .pruning_methods import RandomStructured as RandomStructured
from .pruning_methods import RandomUnstructured as RandomUnstructured
from .pruning_methods import hook_on
from .pruning_methods import is_pruned as is_pruned


def identity(module: Module, name: str) -> Any:
    """Prune nothing, but have the mask of a parameter.

    >>> import autograd_fr as ag
    >>> identity(ag.nn.Linear(2, 1), "bias").bias_mask
    tensor([1.])
    """
    Identity.apply(module, name)
    return module


def random_unstructured(module: Module, name: str, amount: Any) -> Any:
    """Prune entries at random.

    >>> import autograd_fr as ag
    >>> int(random_unstructured(ag.nn.Linear(2, 3), "weight", amount=0.5).weight_mask.sum())
    3
    """
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: Module, name: str, amount: Any, importance_scores: Any = None) -> Any:
    """Prune the entries of least absolute value; `importance_scores`: go by these instead.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.Linear(3, 1)
    >>> layer.weight.data = ag.tensor([[3.0, 1.0, -2.0]])
    >>> l1_unstructured(layer, "weight", amount=1).weight.detach()
    tensor([[ 3.,  0., -2.]])
    """
    L1Unstructured.apply(module, name, amount=amount, importance_scores=importance_scores)
    return module


def random_structured(module: Module, name: str, amount: Any, dim: int) -> Any:
    """Prune slices along the axis `dim` at random: output channels for 0, inputs for 1.

    >>> import autograd_fr as ag
    >>> layer = random_structured(ag.nn.Linear(5, 3), "weight", amount=2, dim=1)
    >>> int((layer.weight_mask.sum(0) == 0).sum())
    2
    """
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(
    module: Module, name: str, amount: Any, n: Any, dim: int, importance_scores: Any = None
) -> Any:
    """Prune the slices along the axis `dim` whose norm of order `n` is least.

    >>> import autograd_fr as ag
    >>> layer = ag.nn.Linear(2, 2)
    >>> layer.weight.data = ag.tensor([[3.0, 4.0], [1.0, 9.0]])
    >>> ln_structured(layer, "weight", amount=1, n=2, dim=0).weight.detach()
    tensor([[0., 0.],
            [1., 9.]])
    """
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: Module, name: str, mask: Any) -> Any:
    """Prune the entries that are 0 in a mask.

    >>> import autograd_fr as ag
    >>> layer = custom_from_mask(ag.nn.Linear(2, 2), "bias", ag.tensor([0, 1]))
    >>> (layer.bias == 0).tolist()
    [True, False]
    """
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(
    parameters: Iterable[tuple[Module, str]],
    pruning_method: type[BasePruningMethod],
    importance_scores: Any = None,
    **kwargs: Any,
) -> None:
    """Prune entries of several parameters, pairs (module, name), as if they were one.

    `importance_scores`: what to go by instead, by such pairs. `kwargs` make the method. Raises
    TypeError for a method that is not "unstructured".

    >>> import autograd_fr as ag
    >>> a, b = ag.nn.Linear(2, 1, bias=False), ag.nn.Linear(2, 1, bias=False)
    >>> a.weight.data, b.weight.data = ag.tensor([[1.0, 2.0]]), ag.tensor([[3.0, 4.0]])
    >>> global_unstructured([(a, "weight"), (b, "weight")], L1Unstructured, amount=2)
    >>> a.weight.detach(), b.weight.detach()
    (tensor([[0., 0.]]), tensor([[3., 4.]]))
    """
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured: parameters are pairs of a module and a name")
    if not isinstance(importance_scores, (dict, type(None))):
        raise TypeError("global_unstructured: importance_scores is a dict by (module, name)")
    pairs = list(parameters)
    tensors = [getattr(module, name) for module, name in pairs]
    given = importance_scores or {}
    scores = parameters_to_vector([given.get(pair, t) for pair, t in zip(pairs, tensors)])
    masks = parameters_to_vector(
        [getattr(m, f"{name}_mask", ones_like(t)) for (m, name), t in zip(pairs, tensors)]
    )
    method = pruning_method(**kwargs)
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(
            f"global_unstructured: {pruning_method.__name__} is {method.PRUNING_TYPE}, and only "
            "an unstructured method can take several parameters for one"
        )
    mask = PruningContainer(method).compute_mask(scores.detach(), masks)
    parts = mask.split([t.numel() for t in tensors])
    for (module, name), t, part in zip(pairs, tensors, parts):
        custom_from_mask(module, name, part.view(t.shape))


def remove(module: Module, name: str) -> Any:
    """Have the pruned parameter as an ordinary one, the zeros left in."""
    number, method = hook_on(module, name)
    if method is None:
        raise ValueError(f"{type(module).__name__}.{name} is not pruned")
    method.remove(module)
    del module._forward_pre_hooks[number]
    return module


_suggest(__name__)
