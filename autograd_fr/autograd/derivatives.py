"""Derivatives asked for by function call: `backward` into leaves, `grad` as a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GraphError, ShapeError
from . import passes
from .failures import called
from .modes import enable_grad, no_grad
from .value import Value, wrap

if TYPE_CHECKING:
    from ..tensor import Tensor

Tensors = Value | Sequence[Value]


def backward(
    tensors: Tensors,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Accumulate the derivatives of several outputs into the leaves, or into `inputs`.

    `grad_tensors`: per output, the gradient that flows into it; 1 where left out.
    Raises as `Tensor.backward` does.

    >>> import autograd_fr as ag
    >>> x = ag.tensor(3.0, requires_grad=True)
    >>> ag.autograd.backward([x * x, 2 * x])
    >>> x.grad
    tensor(8.)
    """
    outputs = _listed(tensors)
    passes.backward(outputs, _weights(grad_tensors, outputs), retain_graph, create_graph, inputs)


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Tensor | None, ...]:
    """The derivatives of the outputs with respect to each input; no `.grad` is touched.

    `grad_outputs`: per output, the weight of its derivatives; 1 for one-element outputs.
    `create_graph`: the results can be differentiated again.
    `only_inputs`: always so; accepted for PyTorch's sake.
    `allow_unused`: None, not an error, for an input that the outputs do not depend on.
    `is_grads_batched`: the `grad_outputs` have an axis more, in front, and so have the results:
    all of them go through one pass. With the rows of a unit matrix, that is the Jacobian.
    `materialize_grads`: zeros, not an error, for such an input.

    Raises GraphError for such an input otherwise, and as `Tensor.backward` does.

    >>> import autograd_fr as ag
    >>> x = ag.tensor(2.0, requires_grad=True)
    >>> (dx,) = ag.autograd.grad(x**3, x, create_graph=True)
    >>> (ddx,) = ag.autograd.grad(dx, x)
    >>> dx.item(), ddx.item()
    (12.0, 12.0)
    """
    if not only_inputs:
        raise GraphError("grad() gives derivatives for the inputs only: leave only_inputs out")
    ys, xs = _listed(outputs), _listed(inputs)
    for number, x in enumerate(xs):
        if not x._requires_grad:
            raise GraphError(
                f"input {number} does not require a gradient: create {called(x, 'it')} with "
                "requires_grad=True, before the outputs are computed from it"
            )
    weights = _weights(grad_outputs, ys)
    if is_grads_batched:
        results = _batched(ys, weights, xs, retain_graph, create_graph)
    else:
        results = _derivatives(ys, weights, xs, retain_graph, create_graph)
    if materialize_grads:
        lead = _length(weights) if is_grads_batched else ()
        results = [
            wrap(np.zeros(lead + x.array.shape, x.array.dtype)) if r is None else r
            for x, r in zip(xs, results)
        ]
    if not allow_unused and None in (missing := [r if r is None else 0 for r in results]):
        raise GraphError(
            f"the outputs do not depend on input {missing.index(None)}"
            f"{_with_name(xs[missing.index(None)])}, or only where their "
            "derivative is 0: leave it out, or give allow_unused=True for None in its place, or "
            "materialize_grads=True for zeros"
        )
    return tuple(results)


def _with_name(x: Value) -> str:
    name = called(x, "")
    return f" ({name})" if name else ""


def _derivatives(
    ys: list[Value], weights: list[Any], xs: list[Value], retain: bool | None, create: bool
) -> list[Any]:
    return passes.derivatives(ys, weights, xs, retain, create)


def _length(weights: list[Any]) -> tuple[int, ...]:
    """The length of the first axis, which all weights have alike."""
    lengths = {np.shape(getattr(w, "array", w))[:1] for w in weights if w is not None}
    if len(lengths) != 1 or lengths == {()} or any(w is None for w in weights):
        raise ShapeError(
            "is_grads_batched: every output needs a gradient in grad_outputs, and the first axes "
            f"of these must be equally long; they have {', '.join(map(str, sorted(lengths)))}"
        )
    return lengths.pop()


def _batched(
    ys: list[Value], weights: list[Any], xs: list[Value], retain: bool | None, create: bool
) -> list[Any]:
    """The derivatives for each entry along the first axis of the weights, in one pass."""
    from ..batching import loops  # noqa: F401  (rarely needed, and it stands on operations)
    from ..batching.graph import hide, show
    from ..batching.levels import level

    (n,) = _length(weights)
    if not n:
        return [wrap(np.zeros((0, *x.array.shape), x.array.dtype)) for x in xs]
    with level(n) as inside, enable_grad() if create else no_grad():
        seeds = [hide.function(w, at=0, level=inside) for w in weights]
        results = _derivatives(ys, seeds, xs, retain, create)
        return [None if r is None else show.function(r, at=0, level=inside) for r in results]


def _listed(tensors: Tensors) -> list[Value]:
    listed: list[Any] = list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]
    for t in listed:
        if not isinstance(t, Value):
            raise TypeError(f"tensors are needed, got {type(t).__name__}")
    return listed


def _weights(given: Any, outputs: list[Value]) -> list[Any]:
    if given is None:
        return [None] * len(outputs)
    weights = [given] if not isinstance(given, (list, tuple)) else list(given)
    if len(weights) != len(outputs):
        raise GraphError(f"{len(outputs)} outputs, but {len(weights)} gradients for them")
    return weights
