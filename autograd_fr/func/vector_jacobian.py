"""Products with the transposed Jacobian: what one backward pass computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..autograd.modes import enable_grad, is_grad_enabled, no_grad
from ..autograd.value import Value, show_shape
from ..errors import AutogradError, ShapeError
from .arguments import Arguments, tensors
from .trees import aligned


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """f(x), and the function v ↦ Jᵀv that pulls back a v of the form of f(x), J = ∂f/∂x.

    Primals and outputs may be nests of tensors. The function returns a tuple, one entry per primal
    and of its form; it may be called often, unless with `retain_graph=False`, and is
    differentiable by v and by what else requires a gradient.
    `has_aux`: f returns a pair `(output, aux)`; then aux is the third result.

    Raises AutogradError for a v that is not nested as the output, ShapeError for one of another
    shape, DtypeError for outputs that are no floating tensors, and as `grad` does for primals.

    >>> import autograd_fr as ag
    >>> y, pull = ag.func.vjp(lambda x: x**2, ag.tensor([1.0, 2.0, 3.0]))
    >>> y, pull(ag.tensor([1.0, 0.0, 10.0]))
    (tensor([1., 4., 9.]), (tensor([ 2.,  0., 60.]),))
    """
    arguments = Arguments("vjp", primals, tuple(range(len(primals))))
    output, aux = arguments.run(func, {}, has_aux)
    outputs = tensors("vjp", output)

    def pull(
        cotangents: Any, retain_graph: bool = True, create_graph: bool | None = None
    ) -> tuple[Any, ...]:
        weights = _weights(cotangents, output, outputs)
        wanted = is_grad_enabled() if create_graph is None else create_graph
        create = wanted and arguments.primals.reach_out([*outputs, *weights])
        found = arguments.primals.gradients(outputs, weights, create, retain_graph)
        with enable_grad() if create else no_grad():
            return arguments.outward(arguments.nested(arguments.primals.filled(found)))

    value = arguments.outward(output)
    return (value, pull, arguments.outward(aux)) if has_aux else (value, pull)


def _weights(cotangents: Any, output: Any, outputs: list[Value]) -> list[Value]:
    """The leaves of the cotangents, each fit for its output."""
    weights = aligned(cotangents, output)
    if weights is None:
        raise AutogradError(
            "vjp: the cotangents must be nested as the output of the function is; that is a "
            f"{type(output).__name__} of {len(outputs)} tensors"
        )
    for w, y in zip(weights, outputs):
        if not isinstance(w, Value):
            raise TypeError(f"vjp: the cotangents must be tensors, not {type(w).__name__}")
        if w.array.shape != y.array.shape:
            raise ShapeError(
                f"vjp: a cotangent has the shape of its output: {show_shape(w.array)} was given "
                f"for one {show_shape(y.array)}"
            )
    return weights
