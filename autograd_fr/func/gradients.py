"""Gradients of functions with one number for a result, as functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..autograd.value import Value
from ..errors import DtypeError, ShapeError
from .arguments import Argnums, Arguments


def grad(
    func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function x ↦ ∇f(x), for an f whose result is a tensor of shape ().

    `argnums`: the positional arguments to differentiate by; a tuple gives a tuple of gradients.
    An argument may be a nest of tuples, lists and dictionaries of tensors; its gradient is the
    same nest. Zeros for what f does not depend on.
    `has_aux`: f returns a pair `(output, aux)`, and the new function `(gradient, aux)`.

    No `.grad` is touched. Within a `no_grad()` around the call the gradient is computed all the
    same; what f itself computes under `no_grad()` counts as constant. The result is in a graph
    where it depends on something else that requires a gradient, and so gradients nest.

    Raises ShapeError for a result that is not of shape (), AutogradError for wrong `argnums`,
    DtypeError for arguments that are not floating, TypeError for those that are no tensors.

    >>> import autograd_fr as ag
    >>> from autograd_fr.func import grad
    >>> grad(grad(ag.sin))(ag.tensor(0.5)) == -ag.sin(ag.tensor(0.5))
    tensor(True)
    >>> grad(lambda p, x: (p["w"] * x + p["b"]) ** 2)(
    ...     {"w": ag.tensor(2.0), "b": ag.tensor(1.0)}, ag.tensor(3.0))
    {'w': tensor(42.), 'b': tensor(14.)}
    """

    @wraps(func, updated=())
    def gradient(*args: Any, **kwargs: Any) -> Any:
        found, _, aux = _differentiated("grad", func, argnums, has_aux, args, kwargs)
        return (found, aux) if has_aux else found

    return gradient


def grad_and_value(
    func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """The function x ↦ (∇f(x), f(x)): as `grad`, with the value, which comes for free.

    With `has_aux` the second is the pair `(value, aux)`.

    >>> import autograd_fr as ag
    >>> ag.func.grad_and_value(lambda x: (x**2).sum())(ag.tensor([1.0, 2.0]))
    (tensor([2., 4.]), tensor(5.))
    """

    @wraps(func, updated=())
    def both(*args: Any, **kwargs: Any) -> Any:
        found, value, aux = _differentiated("grad_and_value", func, argnums, has_aux, args, kwargs)
        return found, ((value, aux) if has_aux else value)

    return both


def _differentiated(
    name: str, func: Any, argnums: Argnums, has_aux: bool, args: Any, kwargs: Any
) -> tuple[Any, Any, Any]:
    """Gradient, value and aux of a function at its arguments."""
    arguments = Arguments(name, args, argnums)
    output, aux = arguments.run(func, kwargs, has_aux)
    _check_scalar(name, output)
    value, aux = arguments.outward(output), arguments.outward(aux)
    primals = arguments.primals
    create = value._requires_grad
    found = primals.gradients([output], [None], create_graph=create, retain=create or has_aux)
    return arguments.outward(arguments.nested(primals.filled(found))), value, aux


def _check_scalar(name: str, output: Any) -> None:
    if not isinstance(output, Value):
        hint = "" if not isinstance(output, tuple) else "; what else it gives: has_aux=True"
        raise DtypeError(
            f"{name}: the function must return a tensor, not a {type(output).__name__}{hint}"
        )
    if output.array.shape != ():
        raise ShapeError(
            f"{name}: the function must return a tensor of shape (), not {output.array.shape}: "
            "reduce it, e.g. with .sum(), or take jacrev or vjp"
        )
