"""Jacobians, Hessians and products with them, by the names of `torch.autograd.functional`.

Each takes a function, and the tensor or tuple of tensors at which it is differentiated; it returns
one tensor for a tensor, and a tuple for a tuple. Common to all:

`create_graph`: the results can be differentiated in their turn; otherwise they are in no graph.
`strict`: an error for what does not depend on an input; otherwise its derivatives are zeros.

Raises TypeError where something else than tensors is given or returned, DtypeError for inputs that
are not floating, ShapeError for a `v` that does not fit, GraphError for the errors of `strict`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import GraphError, ShapeError
from .entries import UNSEEN, columns, rows, stacked
from .modes import enable_grad
from .primals import Primals
from .pushing import push
from .value import Value, share, show_shape, wrap

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Function = Callable[..., Any]


def vjp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """f(x) and the product vᵀJ of a vector with the Jacobian, by one backward pass.

    `v`, of the form of f(x), may be left out for a single result of one entry; then it is 1.

    >>> import autograd_fr as ag
    >>> x, v = ag.tensor([1.0, 2.0]), ag.tensor([1.0, 10.0])
    >>> ag.autograd.functional.vjp(lambda x: x**2, x, v)
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    run = _Run("vjp", func, inputs, create_graph, strict)
    weights = run.directions(v, run.outputs, run.returns_tuple)
    found = run.derivatives(run.outputs, weights)
    run.check_strict(found, "the output", "the Jacobian")
    return run.given_out(run.like_inputs(run.primals.filled(found)))


def jvp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """f(x) and the product Jv of the Jacobian with a vector: the derivative of f along v.

    `v`, of the form of x, may be left out for a single input of one entry; then it is 1.
    Two backward passes compute it; forward mode, `func.jvp`, does it in one.

    >>> import autograd_fr as ag
    >>> x, v = ag.tensor([1.0, 2.0]), ag.tensor([1.0, 10.0])
    >>> ag.autograd.functional.jvp(lambda x: x**2, x, v)
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    run = _Run("jvp", func, inputs, create_graph, strict)
    v = run.directions(v, run.given, run.takes_tuple)
    return run.given_out(run.like_outputs(run.pushed(run.outputs, v, "the Jacobian")))


def vhp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """f(x) and the product vᵀH of a vector with the Hessian of an f with one number for a result.

    `v`: as for `jvp`.

    >>> import autograd_fr as ag
    >>> x, v = ag.tensor([1.0, 2.0]), ag.tensor([1.0, 10.0])
    >>> ag.autograd.functional.vhp(lambda x: (x**3).sum(), x, v)
    (tensor(9.), tensor([  6., 120.]))
    """
    run = _Run("vhp", func, inputs, create_graph, strict)
    v = run.directions(v, run.given, run.takes_tuple)
    found = run.derivatives(run.gradient(), v)
    run.check_strict(found, "the Jacobian", "the Hessian")
    return run.given_out(run.like_inputs(run.primals.filled(found)))


def hvp(
    func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """f(x) and the product Hv of the Hessian with a vector: the derivative of ∇f along v.

    Where the second derivatives are continuous this is the same as `vhp`, which takes a backward
    pass less. `v`: as for `jvp`.

    >>> import autograd_fr as ag
    >>> x, v = ag.tensor([1.0, 2.0]), ag.tensor([1.0, 10.0])
    >>> ag.autograd.functional.hvp(lambda x: (x**3).sum(), x, v)
    (tensor(9.), tensor([  6., 120.]))
    """
    run = _Run("hvp", func, inputs, create_graph, strict)
    v = run.directions(v, run.given, run.takes_tuple)
    return run.given_out(run.like_inputs(run.pushed(run.gradient(), v, "the Hessian")))


def jacobian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The Jacobian ∂f/∂x, of the shape of the output followed by that of the input.

    For several outputs, a tuple over them; for several inputs, of each output a tuple over these.
    `strategy`: "reverse-mode", a backward pass per entry of the outputs, or "forward-mode", a
    forward pass per entry of the inputs. `vectorize`: all these passes as one, over a batch,
    which is faster and takes as many times the memory. Otherwise passes go together where arrays
    are small, and no hook or `Function` of the user's would see it.

    >>> import autograd_fr as ag
    >>> ag.autograd.functional.jacobian(lambda x: x**2, ag.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    return _jacobian("jacobian", func, inputs, create_graph, strict, vectorize, strategy)


def hessian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The Hessian ∂²f/∂x² of an f with one number for a result.

    For several inputs a tuple of tuples. `vectorize` and `outer_jacobian_strategy` are what
    `jacobian` takes for the Jacobian of the gradient.

    >>> import autograd_fr as ag
    >>> x, y = ag.tensor(2.0), ag.tensor([1.0, 3.0])
    >>> ag.autograd.functional.hessian(lambda x, y: (x**2 * y).sum(), (x, y))
    ((tensor(8.), tensor([4., 4.])), (tensor([4., 4.]), tensor([[0., 0.],
            [0., 0.]])))
    """
    given, takes_tuple = _listed(inputs, "hessian: the inputs")

    def gradient(*xs: Any) -> tuple[Any, ...]:
        return tuple(_Run("hessian", func, xs, True, strict).gradient())

    strategy = outer_jacobian_strategy
    found = _jacobian("hessian", gradient, tuple(given), create_graph, strict, vectorize, strategy)
    return found if takes_tuple else found[0][0]


def _jacobian(
    name: str, func: Function, inputs: Any, create_graph: bool, strict: bool, vectorize: bool,
    strategy: str,
) -> Any:  # fmt: skip
    if strategy not in ("reverse-mode", "forward-mode"):
        known = "'reverse-mode' or 'forward-mode'"
        raise ValueError(f"{name}: the strategy is {known}, not {strategy!r}")
    forward = strategy == "forward-mode"
    if forward and strict:
        raise GraphError(
            f"{name}: strict=True needs reverse mode, which knows what an output depends on"
        )
    run = _Run(name, func, inputs, create_graph, strict)
    found = (
        columns(run.primals, run.outputs, create_graph, None if vectorize else UNSEEN) if forward
        else [run.jacobians(y, vectorize) for y in run.outputs]
    )  # fmt: skip
    return run.like_outputs([run.like_inputs(row) for row in found])


class _Run:
    """One run of a function on stand-ins for its inputs, with what it returned."""

    def __init__(
        self, name: str, func: Function, inputs: Any, create_graph: bool, strict: bool
    ) -> None:
        self._name, self._create, self._strict = name, create_graph, strict
        self.given, self.takes_tuple = _listed(inputs, f"{name}: the inputs")
        self.primals = Primals(self.given, lambda k: f"{name}: input {k}")
        with enable_grad():
            returned = func(*self.primals.values)
        self.outputs, self.returns_tuple = _listed(returned, f"{name}: the results of the function")
        if strict:
            for k, y in enumerate(self.outputs):
                self._refuse_constant(y, f"output {k} does not depend on the inputs")

    def like_inputs(self, results: Sequence[Any]) -> Any:
        """Results, one per input: a tuple where the inputs are one."""
        return tuple(results) if self.takes_tuple else results[0]

    def like_outputs(self, results: Sequence[Any]) -> Any:
        """Results, one per output: a tuple where the function returned one."""
        return tuple(results) if self.returns_tuple else results[0]

    def given_out(self, result: Any) -> tuple[Any, Any]:
        """The outputs, in no graph unless wanted, and beside them a result."""
        ys = self.outputs if self._create else [share(y.array) for y in self.outputs]
        return self.like_outputs(ys), result

    def directions(self, v: Any, like: Sequence[Value], many: bool) -> list[Any]:
        """The vectors to multiply with, one for each of `like`; ones where a number needs none."""
        if v is None:
            if len(like) != 1 or like[0].array.size != 1:
                raise ShapeError(
                    f"{self._name}: v can be left out only where it is a single number; "
                    f"give tensors {_shapes(like, many)}"
                )
            return [wrap(np.ones_like(like[0].array))]
        vectors, _ = _listed(v, f"{self._name}: v")
        if [x.array.shape for x in vectors] != [x.array.shape for x in like]:
            raise ShapeError(
                f"{self._name}: v must be {_shapes(like, many)}, not {_shapes(vectors, many)}"
            )
        return vectors

    def derivatives(self, ys: Sequence[Any], weights: Sequence[Any]) -> list[Any]:
        """The derivatives of weighted results for each input; None where there are none."""
        return self.primals.gradients(ys, weights, self._create, retain=True)

    def gradient(self) -> list[Any]:
        """The gradient of the function's one number, in the graph."""
        if self.returns_tuple:
            raise GraphError(f"{self._name}: the function must return one tensor, not a tuple")
        (y,) = self.outputs
        if y.array.size != 1:
            raise ShapeError(
                f"{self._name}: the function must return one number, not a tensor {show_shape(y)}"
            )
        found = self.primals.gradients([y], [None], create_graph=True, retain=True)
        self._refuse_none(found, "the output")
        for k, g in enumerate(found):
            if self._strict:
                self._refuse_constant(g, f"the Jacobian for input {k} is independent of the inputs")
        return self.primals.filled(found)

    def pushed(self, ys: Sequence[Any], v: Sequence[Any], what: str) -> list[Any]:
        """The derivatives of results along a direction of the inputs."""
        if self._strict:
            ones = [wrap(np.ones_like(y.array)) for y in ys]
            self._refuse_none(self.primals.gradients(ys, ones, True, retain=True), "the output")
        directions = {x.node or x: t for x, t in zip(self.primals.values, v)}
        found = push(ys, directions, self._create)
        self.check_strict(found, what, what)
        return [wrap(np.zeros_like(y.array)) if t is None else t for y, t in zip(ys, found)]

    def jacobians(self, y: Value, vectorize: bool) -> list[Any]:
        """The Jacobians of an output for each input."""
        found = rows(self.primals, y, self._create, None if vectorize else UNSEEN)
        for _, derivatives in found:
            self.check_strict(derivatives, "the output", "the Jacobian")
        return stacked(self.primals, y, found, self._create)

    def check_strict(self, found: Sequence[Any], what: str, derivative: str) -> None:
        """Raise GraphError where that is wished, and the derivatives depend on no input."""
        self._refuse_none(found, what)
        if self._strict and self._create:
            for g in found:
                self._refuse_constant(g, f"{derivative} is independent of the inputs")

    def _refuse_none(self, found: Sequence[Any], what: str) -> None:
        if self._strict and None in (missing := [g if g is None else 0 for g in found]):
            k = missing.index(None)
            raise GraphError(
                f"{self._name}: {what} is independent of input {k}, which strict=True forbids"
            )

    def _refuse_constant(self, y: Value, what: str) -> None:
        if not y._requires_grad:
            raise GraphError(f"{self._name}: {what}, which strict=True forbids")


def _listed(given: Any, what: str) -> tuple[list[Value], bool]:
    """Tensors as a list, and whether they came in a tuple."""
    listed = list(given) if isinstance(given, tuple) else [given]
    for x in listed:
        if not isinstance(x, Value):
            raise TypeError(f"{what} must be a tensor or a tuple of tensors, got {_kind(given, x)}")
    return listed, isinstance(given, tuple)


def _kind(given: Any, x: Any) -> str:
    name = type(x).__name__
    return f"a tuple with {name}" if isinstance(given, tuple) else name


def _shapes(tensors: Sequence[Value], many: bool) -> str:
    """The shapes of tensors, for messages."""
    shapes = ", ".join(str(t.array.shape) for t in tensors)
    return f"of the shapes {shapes}" if many or len(tensors) != 1 else f"of shape {shapes}"
