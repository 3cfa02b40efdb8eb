"""Jacobians and Hessians of functions, as functions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import wraps
from typing import Any

from ..autograd.entries import columns, jacobians
from ..autograd.modes import is_grad_enabled
from ..autograd.primals import Primals
from ..autograd.value import Value
from ..errors import RangeError
from .arguments import Argnums, Arguments, tensors
from .trees import flatten


def jacrev(
    func: Callable[..., Any],
    argnums: Argnums = 0,
    *,
    has_aux: bool = False,
    chunk_size: int | None = None,
    _preallocate_and_copy: bool = False,
) -> Callable[..., Any]:
    """The function x ↦ ∂f/∂x, the Jacobian, by reverse mode: best for fewer outputs than inputs.

    For an output of shape s and an argument of shape t it has the shape s + t. Outputs and
    arguments may be nests of tensors: each output gives way to a nest like the argument, and with
    a tuple for `argnums` to a tuple of such nests.
    `has_aux`: f returns a pair `(output, aux)`, and the new function `(jacobian, aux)`.
    `chunk_size`: how many entries of the output go through one backward pass; all, if left out,
    as one batch, which takes so many times the memory of a single one.
    `_preallocate_and_copy`: accepted for PyTorch's sake; it changes no result.

    In which graph the result is, and what is an error, is as for `grad` and `vjp`.

    >>> import autograd_fr as ag
    >>> ag.func.jacrev(lambda x: x**2)(ag.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    >>> W, x = ag.ones(3, 2), ag.tensor([1.0, 2.0])
    >>> by_name = ag.func.jacrev(lambda p: p["W"] @ x + p["b"])({"W": W, "b": ag.zeros(3)})
    >>> {name: tuple(J.shape) for name, J in by_name.items()}
    {'W': (3, 3, 2), 'b': (3, 3)}
    """
    if chunk_size is not None and operator.index(chunk_size) <= 0:
        raise RangeError(f"jacrev: chunk_size must be greater than 0, got {chunk_size}")

    def by_rows(primals: Primals, outputs: list[Value], create: bool) -> list[list[Any]]:
        return [jacobians(primals, y, create, chunk_size) for y in outputs]

    return _jacobian("jacrev", func, argnums, has_aux, by_rows)


def jacfwd(
    func: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    *,
    randomness: str = "error",
) -> Callable[..., Any]:
    """The function x ↦ ∂f/∂x, the Jacobian, by forward mode: best for fewer inputs than outputs.

    The function is evaluated once, and tangents are pushed through its graph, whatever the number
    of outputs. Everything else is as for `jacrev`. `randomness`: accepted for PyTorch's sake; what
    is drawn at random is drawn once.

    >>> import autograd_fr as ag
    >>> ag.func.jacfwd(lambda x: ag.stack([x.sum(), x.prod()]))(ag.tensor([2.0, 3.0]))
    tensor([[1., 1.],
            [3., 2.]])
    """

    return _jacobian("jacfwd", func, argnums, has_aux, columns)


def hessian(func: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function x ↦ ∂²f/∂x², the Hessian.

    For an argument of shape s it has the shape s + s, after that of the output if that is not ().
    For a nest of tensors it is a nest of nests: with respect to the parameters of a module, say,
    entry by entry under their names.

    >>> import autograd_fr as ag
    >>> ag.func.hessian(lambda x: x[0] ** 2 * x[1])(ag.tensor([1.0, 2.0]))
    tensor([[4., 2.],
            [2., 0.]])
    >>> model, x, y = ag.nn.Linear(3, 1), ag.ones(5, 3), ag.zeros(5, 1)
    >>> def loss_of(params):
    ...     return ((ag.func.functional_call(model, params, x) - y) ** 2).mean()
    >>> H = ag.func.hessian(loss_of)(dict(model.named_parameters()))
    >>> H["weight"]["bias"].detach(), tuple(H["weight"]["weight"].shape)
    (tensor([[[2.],
              [2.],
              [2.]]]), (1, 3, 1, 3))
    """
    return jacfwd(jacrev(func, argnums), argnums)


def _jacobian(
    name: str,
    func: Callable[..., Any],
    argnums: Argnums,
    has_aux: bool,
    entries: Callable[[Primals, list[Value], bool], list[list[Any]]],
) -> Callable[..., Any]:
    """The Jacobian as a function; `entries` finds, of each output, those by each primal."""

    @wraps(func, updated=())
    def jacobian(*args: Any, **kwargs: Any) -> Any:
        arguments = Arguments(name, args, argnums)
        output, aux = arguments.run(func, kwargs, has_aux)
        outputs = tensors(name, output, floating=name == "jacrev")
        primals = arguments.primals
        create = is_grad_enabled() and primals.reach_out(outputs)
        found = [arguments.nested(by) for by in entries(primals, outputs, create)]
        result = arguments.outward(flatten(output)[1](found))
        return (result, arguments.outward(aux)) if has_aux else result

    return jacobian
