"""Slopes of a function known at the points of a grid."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.value import wrap
from ...errors import AutogradError, DtypeError, ShapeError
from ..shapes.axes import axes
from ..shapes.joining import cat
from ..shapes.shape import reshape

__all__ = ["gradient"]


def gradient(
    input: Any, *, spacing: Any = 1, dim: Any = None, edge_order: int = 1
) -> tuple[Any, ...]:
    """The slopes of the values on a grid along each axis of `dim`, by default all, as a tuple.

    Inside, the derivative of the parabola through a value and its neighbours; at both ends that of
    the line through two values, or with `edge_order=2` of the parabola through three. `spacing`:
    the distance of neighbours, a number for all axes or one for each; or the coordinates along
    each axis, vectors.

    Fornberg 1988, Generation of finite difference formulas on arbitrarily spaced grids.

    >>> import autograd_fr as ag
    >>> ag.gradient(ag.tensor([1.0, 2.0, 4.0, 8.0]))
    (tensor([1.0000, 1.5000, 3.0000, 4.0000]),)
    """
    if edge_order not in (1, 2):
        raise AutogradError(f"gradient: edge_order is 1 or 2, not {edge_order!r}")
    if input.dtype.kind == "b" or input.dtype == dtypes.uint8:
        raise DtypeError(f"gradient of {input.dtype} is not defined; convert with .float()")
    along = axes(tuple(range(input.ndim)) if dim is None else dim, input.ndim, "gradient")
    each = isinstance(spacing, (list, tuple))
    if each and len(spacing) != len(along):
        raise ShapeError(f"gradient: {len(spacing)} spacings for {len(along)} axes")
    y = input if input.dtype.kind == "f" else input.to(dtypes.get_default_dtype())
    spacings = spacing if each else [spacing] * len(along)
    return tuple(_slopes(y, d, space, edge_order) for d, space in zip(along, spacings))


def _slopes(y: Any, d: int, spacing: Any, edge_order: int) -> Any:
    n = y.shape[d]
    if n <= edge_order:
        raise ShapeError(f"gradient: axis {d} has {n} entries, {edge_order + 1} are needed")
    steps = _steps(spacing, y, d, n)
    f, h = (lambda a, b: y.narrow(d, a, b - a)), (lambda a, b: steps.narrow(d, a, b - a))
    slopes = (f(1, n) - f(0, n - 1)) / h(0, n - 1)  # between neighbours

    def s(a: int, b: int) -> Any:
        return slopes.narrow(d, a, b - a)

    first, last = s(0, 1), s(n - 2, n - 1)
    if edge_order == 2:
        a, b, c, e = h(0, 1), h(1, 2), h(n - 2, n - 1), h(n - 3, n - 2)
        first = first + (first - s(1, 2)) * a / (a + b)
        last = last + (last - s(n - 3, n - 2)) * c / (c + e)
    if n == 2:
        return cat([first, last], d)
    before, after = h(0, n - 2), h(1, n - 1)
    inside = (after * s(0, n - 2) + before * s(1, n - 1)) / (before + after)
    return cat([first, inside, last], d)


def _steps(spacing: Any, y: Any, d: int, n: int) -> Any:
    """The distances of neighbours along axis d, with as many axes as `y` has."""
    shape = (1,) * d + (n - 1,) + (1,) * (y.ndim - d - 1)
    if not np.ndim(spacing):
        return wrap(np.full(shape, float(spacing), y.dtype))
    if spacing.shape != (n,):
        raise ShapeError(f"gradient: axis {d} needs {n} coordinates, got {tuple(spacing.shape)}")
    return reshape(spacing[1:] - spacing[:-1], shape)
