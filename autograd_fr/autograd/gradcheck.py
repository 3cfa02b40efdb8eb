"""Numerical derivatives against analytical ones, in first and in second order."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import GradcheckError
from .derivatives import grad
from .value import Value, share

Function = Callable[..., Any]


def gradcheck(
    func: Function,
    inputs: Value | Sequence[Any],
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    *,
    raise_exception: bool = True,
) -> bool:
    """Whether backward agrees with central differences, for every entry of every input.

    The numerical derivative is (f(x + eps) - f(x - eps)) / (2 eps); the two agree where
    |analytical - numerical| <= atol + rtol |numerical|. Inputs that require a gradient take part;
    they should be float64. `func` may return one tensor or several.

    Raises GradcheckError with the worst entry, or returns False without `raise_exception`.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([0.5, 2.0], dtype=ag.float64, requires_grad=True)
    >>> ag.autograd.gradcheck(lambda x: (x * x).sum(), x)
    True
    """
    inputs = (inputs,) if isinstance(inputs, Value) else tuple(inputs)
    checked = _checked(inputs)
    for _, x in checked:
        if x.array.dtype != np.float64:
            warnings.warn(
                f"an input is {x.array.dtype}: differences of {eps} drown in its rounding; "
                "use float64",
                stacklevel=2,
            )
    outputs = _outputs(func, inputs)
    if not any(y._requires_grad for y in outputs):
        raise GradcheckError("no output depends on an input that requires a gradient")
    for i, x in checked:
        numerical = _numerical(func, inputs, x, eps)
        for o, y in enumerate(outputs):
            analytical = _analytical(y, x)
            wrong = ~np.isclose(analytical, numerical[o], rtol=rtol, atol=atol)
            if wrong.any():
                if not raise_exception:
                    return False
                raise GradcheckError(_report(x, i, y, o, analytical, numerical[o], wrong))
    return True


def gradgradcheck(
    func: Function,
    inputs: Value | Sequence[Any],
    grad_outputs: Any = None,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    *,
    raise_exception: bool = True,
) -> bool:
    """Whether the second derivatives agree with central differences of the first ones.

    `grad_outputs`: the weights of the outputs; random ones where left out, the same every time.
    Raises and returns as `gradcheck` does.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([0.5, 2.0], dtype=ag.float64, requires_grad=True)
    >>> ag.autograd.gradgradcheck(lambda x: x**3, x)
    True
    """
    inputs = (inputs,) if isinstance(inputs, Value) else tuple(inputs)
    checked = [x for _, x in _checked(inputs)]
    outputs = [y for y in _outputs(func, inputs) if y._requires_grad]
    if not outputs:
        raise GradcheckError("no output depends on an input that requires a gradient")
    if grad_outputs is None:
        rng = np.random.default_rng(0)
        grad_outputs = [share(np.array(rng.uniform(0.5, 1.5, y.array.shape))) for y in outputs]
        for weight in grad_outputs:
            weight.requires_grad = True
    elif isinstance(grad_outputs, Value):
        grad_outputs = [grad_outputs]

    def first_derivatives(*args: Any) -> tuple[Any, ...]:
        xs, weights = args[: len(inputs)], args[len(inputs) :]
        ys = [y for y in _outputs(func, xs) if y._requires_grad]
        wanted = [x for _, x in _checked(xs)]
        derivatives = grad(ys, wanted, weights, create_graph=True, allow_unused=True)
        return tuple(d for d in derivatives if d is not None)

    # The check below holds recorded rules against themselves: first, are they the ordinary ones?
    ordinary = grad(outputs, checked, grad_outputs, allow_unused=True)
    recorded = first_derivatives(*inputs, *grad_outputs)
    for d, r in zip([d for d in ordinary if d is not None], recorded, strict=True):
        if d.shape != r.shape or not np.allclose(d.array, r.array, rtol=rtol, atol=atol):
            if not raise_exception:
                return False
            raise GradcheckError(
                "a first derivative computed with create_graph=True differs from the ordinary one: "
                f"{r.array} and {d.array}"
            )
    return gradcheck(
        first_derivatives,
        (*inputs, *grad_outputs),
        eps,
        atol,
        rtol,
        raise_exception=raise_exception,
    )


def _checked(inputs: Sequence[Any]) -> list[tuple[int, Value]]:
    """The inputs that require a gradient, each with its number."""
    checked = [(i, x) for i, x in enumerate(inputs) if isinstance(x, Value) and x._requires_grad]
    if not checked:
        raise GradcheckError("no input requires a gradient: create one with requires_grad=True")
    return checked


def _outputs(func: Function, inputs: Sequence[Any]) -> list[Value]:
    """The floating tensors that `func` returns."""
    result = func(*inputs)
    listed = list(result) if isinstance(result, (tuple, list)) else [result]
    return [y for y in listed if isinstance(y, Value) and y.array.dtype.kind == "f"]


def _numerical(func: Function, inputs: Sequence[Any], x: Value, eps: float) -> list[Any]:
    """Per output the matrix of central differences, (entries of x, entries of y)."""
    original = x.array
    rows: list[list[Any]] = []
    try:
        for k in range(original.size):
            ends = []
            for step in (eps, -eps):
                moved = np.array(original)
                moved.flat[k] += step
                x.array = moved if moved.ndim else moved[()]
                ends.append([np.ravel(y.array) for y in _outputs(func, inputs)])
            rows.append([(high - low) / (2 * eps) for high, low in zip(*ends, strict=True)])
    finally:
        x.array = original
    if not rows:
        return [np.empty((0, y.array.size)) for y in _outputs(func, inputs)]
    return [np.stack(columns) for columns in zip(*rows, strict=True)]


def _analytical(y: Value, x: Value) -> Any:
    """The matrix of derivatives by backward, (entries of x, entries of y), a pass per column."""
    jacobian = np.zeros((x.array.size, y.array.size))
    if not y._requires_grad:
        return jacobian
    for k in range(y.array.size):
        weight = np.zeros(y.array.shape, y.array.dtype)
        weight.flat[k] = 1
        (d,) = grad(y, x, weight, retain_graph=True, allow_unused=True)
        if d is not None:
            jacobian[:, k] = np.ravel(d.array)
    return jacobian


def _report(x: Value, i: int, y: Value, o: int, analytical: Any, numerical: Any, wrong: Any) -> str:
    """What differs, and where most."""
    error = np.where(wrong, np.abs(analytical - numerical), -1.0)
    error[np.isnan(error)] = np.inf
    worst = np.unravel_index(np.argmax(error), error.shape)
    at_x = tuple(map(int, np.unravel_index(worst[0], x.array.shape)))
    at_y = tuple(map(int, np.unravel_index(worst[1], y.array.shape)))
    name = getattr(x, "_name", None)
    return (
        f"the derivative of output {o} with respect to input {i}{f' ({name})' if name else ''} is "
        f"wrong in {int(wrong.sum())} of {wrong.size} entries; the worst: output {list(at_y)} by "
        f"input {list(at_x)}, analytical {analytical[worst]:.6g}, numerical {numerical[worst]:.6g}"
    )
