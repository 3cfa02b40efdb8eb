"""Products with the Jacobian: what forward mode computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.duals import Level, check_fits
from ..autograd.modes import is_grad_enabled
from ..autograd.pushing import push
from ..autograd.readings import peek
from ..autograd.value import Value, share, wrap
from ..errors import AutogradError, GraphError
from .arguments import Arguments, parted, tensors
from .trees import aligned, flatten, tree_map


def jvp(
    func: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    *,
    strict: bool = False,
    has_aux: bool = False,
) -> Any:
    """f(x) and J t, how f changes where x moves in the direction t, J = ∂f/∂x.

    One evaluation of f with tangents beside its values, in which nothing is kept for later:
    its cost does not depend on how many outputs there are. Primals, tangents and outputs may be
    nests of tensors. Zeros for outputs that do not depend on the primals; with `strict` an error.
    `has_aux`: f returns a pair `(output, aux)`; then aux is the third result.

    Raises AutogradError for tangents that are not nested as the primals, ShapeError and DtypeError
    for those that do not fit, GraphError for an independent output with `strict`.

    >>> import autograd_fr as ag
    >>> ag.func.jvp(ag.sin, (ag.tensor(0.0),), (ag.tensor(2.0),))
    (tensor(0.), tensor(2.))
    """
    moving = _directions("jvp", tangents, primals)
    recording = is_grad_enabled()
    leaves, again = flatten(primals)
    with Level() as level:
        output = func(*again([level.dual(x, t) for x, t in zip(leaves, moving)]))
        output, aux = parted("jvp", output, has_aux)
        ys = tensors("jvp", output, floating=False)
        found = [_tangent(y, level.tangent_of(y), strict) for y in ys]

        def outward(y: Any) -> Any:
            if not isinstance(y, Value) or not y._requires_grad:
                return y
            if recording:
                return level.outward(level.primal_of(y))
            peek("jvp", y)
            return share(y.array)

        value, tangent = tree_map(outward, (output, flatten(output)[1](found)))
        return (value, tangent, tree_map(outward, aux)) if has_aux else (value, tangent)


def linearize(func: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """f(x), and the function t ↦ J t, J = ∂f/∂x: f is evaluated once, and its graph serves many t.

    The function takes one tangent per primal, of its form, and gives one of the form of f(x).
    Raises as `jvp` does.

    >>> import autograd_fr as ag
    >>> y, push = ag.func.linearize(lambda x: x**3, ag.tensor([1.0, 2.0]))
    >>> push(ag.tensor([1.0, 0.0])), push(ag.tensor([0.0, 1.0]))
    (tensor([3., 0.]), tensor([ 0., 12.]))
    """
    arguments = Arguments("linearize", primals, tuple(range(len(primals))))
    output, _ = arguments.run(func, {}, False)
    outputs = tensors("linearize", output, floating=False)
    outer = arguments.primals.reach_out(outputs)

    def pushed(*tangents: Any) -> Any:
        moving = _directions("linearize", tangents, primals)
        create = is_grad_enabled() and (outer or any(t._requires_grad for t in moving))
        directions = {v.node or v: t for v, t in zip(arguments.primals.values, moving)}
        found = push(outputs, directions, create)
        return flatten(output)[1]([_tangent(y, t) for y, t in zip(outputs, found)])

    return arguments.outward(output), pushed


def _directions(name: str, tangents: Any, primals: tuple[Any, ...]) -> list[Value]:
    """The tangents, in the order of the primals."""
    if not isinstance(primals, tuple) or not isinstance(tangents, tuple):
        raise AutogradError(
            f"{name}: primals and tangents are tuples, with one entry per argument of the function"
        )
    moving = aligned(tangents, primals)
    if moving is None or not moving:
        raise AutogradError(
            f"{name}: the tangents must be nested as the primals are, one tensor for each of the "
            f"{len(flatten(primals)[0])}"
        )
    for given in (*flatten(primals)[0], *moving):
        if not isinstance(given, Value):
            raise TypeError(
                f"{name}: primals and tangents must be tensors, not {type(given).__name__}"
            )
    for x, t in zip(flatten(primals)[0], moving):
        check_fits(x, t)
    return moving


def _tangent(y: Value, t: Any, strict: bool = False) -> Any:
    """The tangent of an output; zeros where it does not move."""
    if t is None and strict:
        raise GraphError("jvp: with strict=True every output must depend on the primals")
    return wrap(np.zeros_like(y.array)) if t is None else t
