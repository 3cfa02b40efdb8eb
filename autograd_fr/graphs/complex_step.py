"""Derivatives by the complex step: f'(x) = Im f(x + ih) / h, exact to the last digit.

Where a function is analytic, f(x + ih) = f(x) + ih f'(x) + O(h²), so with h = 1e-20 the imaginary
part is the derivative. The recorded operations are evaluated on complex arrays: most as they are,
some by a formula that is analytic where the operation is not written so (|x| is x or -x). Each
result must have the recorded operation's own real part. What has no such form is refused.

Source: Squire and Trapp, Using Complex Variables to Estimate Derivatives of Real Functions, SIAM
Review 40 (1998).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.node import Node
from ..autograd.value import Value
from ..errors import AutogradError
from .evaluation import evaluate, values_at

STEP = 1e-20


class NotAnalytic(AutogradError):
    """An operation that cannot be evaluated on complex numbers."""


def complex_step(root: Value, leaves: Sequence[Value], directions: Sequence[Any]) -> Any:
    """The derivative of `root` where the leaves move in these directions, as an array.

    Raises NotAnalytic, with the name of the operation, where the graph has one without a complex
    form.
    """
    edge: Any = root.node or root
    with no_grad(), np.errstate(all="ignore"):
        real = values_at([edge], {})
    given: dict[Any, Any] = {
        leaf: leaf.array + STEP * 1j * np.asarray(d, float) for leaf, d in zip(leaves, directions)
    }
    with np.errstate(all="ignore"):
        found = evaluate(
            [edge], given, lambda node, args: _moved(node, args, real), lambda leaf: leaf.array
        )
    return np.imag(found[edge]) / STEP


def _moved(node: Node, args: list[Any], real: Mapping[Any, Any]) -> Any:
    """What the operation of a node makes of complex arguments."""
    name = node.op.name
    if not any(map(_is_complex, args)):
        value = real[node]
        return tuple(v.array for v in value) if isinstance(value, tuple) else value.array
    form = _FORMS.get(name) or (node.op.forward if name in _AS_THEY_ARE else None)
    if form is None:
        raise NotAnalytic(f"`{name}` ({node.line}) has no form for complex numbers")
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)  # an imaginary part was lost
        try:
            y = form(tuple(args), **node.params) if node.op.variadic else form(*args, **node.params)
        except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
            raise NotAnalytic(f"`{name}` ({node.line}) of complex numbers: {error}") from error
    return _checked(node, y, real[node].array)


def _is_complex(x: Any) -> bool:
    return any(map(_is_complex, x)) if type(x) is tuple else np.iscomplexobj(x)


def _checked(node: Node, y: Any, expected: Any) -> Any:
    """`y`, which has the real part of the recorded operation; nan where that gives nan."""
    tolerance = 1e-6 if expected.dtype == np.float64 else 1e-2
    y = np.where(np.isnan(expected), complex(np.nan, np.nan), y)
    if not np.allclose(np.real(y), expected, rtol=tolerance, atol=tolerance, equal_nan=True):
        raise NotAnalytic(
            f"`{node.op.name}` ({node.line}) gives something else for complex numbers there"
        )
    return y if y.ndim else y[()]


def _along(dim: Any) -> Any:
    """The axes as NumPy takes them; none named are all."""
    return None if dim == () else dim


def _abs(x: Any) -> Any:
    return np.where(np.real(x) < 0, -x, x)


def _pow(a: Any, b: Any) -> Any:
    if _is_complex(b) and np.any(np.real(a) <= 0):
        raise ValueError("the exponent moves, and a base is not above 0")
    return np.power(a, b)


def _softplus(x: Any, beta: float = 1, threshold: float = 20) -> Any:
    return np.where(np.real(beta * x) > threshold, x, np.log1p(np.exp(beta * x)) / beta)


def _softmax(x: Any, dim: int, dtype: Any = None) -> Any:
    z = np.exp(x - np.real(x).max(dim, keepdims=True, initial=-np.inf))
    return z / z.sum(dim, keepdims=True)


def _logaddexp(a: Any, b: Any) -> Any:
    greater = np.where(np.real(a) >= np.real(b), a, b)
    return greater + np.log(np.exp(a - greater) + np.exp(b - greater))


def _var(x: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *,
         correction: Any = None) -> Any:  # fmt: skip
    if correction is None:
        correction = 1 if unbiased in (None, True) else 0
    rest = x - x.mean(_along(dim), keepdims=True)
    n = x.size // max(np.sum(rest, _along(dim)).size, 1)
    return (rest * rest).sum(_along(dim), keepdims=keepdim) / max(n - correction, 0)


def _vector_norm(
    x: Any, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    if ord in (1, 2):
        return (_abs(x) ** ord).sum(_along(dim), keepdims=keepdim) ** (1 / ord)
    raise ValueError(f"the norm of order {ord}")


def _contraction(tensors: Any, labels: Any, result: Any) -> Any:
    operands = [part for x, own in zip(tensors, labels) for part in (x, list(own))]
    return np.einsum(*operands, list(result))


def _copy_slices(a: Any, b: Any, path: Any) -> Any:
    from ..ops.indexing.slices import place

    y = np.array(a, complex)
    place(y, path, b)
    return y


def _folded(fold: Callable[..., Any]) -> Callable[..., Any]:
    """A reduction with the parameters of the operation; the dtype is complex in any case."""
    return lambda x, dim=None, keepdim=False, *, dtype=None: fold(
        x, axis=_along(dim), keepdims=keepdim
    )


def _accumulated(accumulate: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, dim, *, dtype=None: accumulate(x, axis=dim) if np.ndim(x) else x


def _flat(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is constant between its jumps: nothing moves."""
    return lambda *args: function(*map(np.real, args)) + 0j


_FORMS: Mapping[str, Callable[..., Any]] = {
    "abs": _abs,
    "addcdiv": lambda x, tensor1, tensor2, *, value=1: x + value * (tensor1 / tensor2),
    "cast": lambda x, dtype: x,
    "ceil": _flat(np.ceil),
    "contraction": _contraction,
    "copy_slices": _copy_slices,
    "cumprod": _accumulated(np.cumprod),
    "cumsum": _accumulated(np.cumsum),
    "floor": _flat(np.floor),
    "hypot": lambda a, b: np.sqrt(a * a + b * b),
    "linalg_det": np.linalg.det,
    "linalg_inv": np.linalg.inv,
    "logaddexp": _logaddexp,
    "mean": _folded(np.mean),
    "pow": _pow,
    "prod": _folded(np.prod),
    "sigmoid": lambda x: np.where(np.real(x) >= 0, 1 / (1 + np.exp(-x)), 1 - 1 / (1 + np.exp(x))),
    "sign": _flat(np.sign),
    "softmax": _softmax,
    "softplus": _softplus,
    "std": lambda x, *args, **params: np.sqrt(_var(x, *args, **params)),
    "sum": _folded(np.sum),
    "trunc": _flat(np.trunc),
    "var": _var,
    "vector_norm": _vector_norm,
}

# Whose array functions are analytic as they are written, or choose by real parts.
_AS_THEY_ARE = frozenset((
    "acos", "acosh", "add", "add_at", "addcmul", "alias", "amax", "amin", "asin", "asinh", "atan",
    "atanh", "broadcast_to", "cat", "clamp", "clone", "col2im", "constant_pad_nd", "convolution",
    "convolution_transposed", "convolution_weight", "cos", "cosh", "deg2rad", "diagonal", "div",
    "exp", "exp2", "expm1", "extended", "extension_folded", "flip", "fmax", "fmin",
    "im2col", "interpolated", "interpolation_summed", "lerp", "linear", "log", "log10", "log1p",
    "log2", "log_softmax", "logit", "logsumexp", "matmul", "matrix_solution", "maximum", "minimum",
    "mul", "nan_to_num", "neg", "on_diagonal", "overlapped", "permute", "rad2deg", "read_at",
    "reciprocal", "relu", "repeat", "reshape", "restrided", "roll", "rsqrt", "sin", "sinh",
    "sqrt", "square", "squeeze", "stack", "sub", "tan", "tanh", "transpose",
    "triangular_solution", "tril", "triu", "unfold", "unsqueeze", "view", "where", "xlog1py",
    "xlogy",
))  # fmt: skip
