"""Equations and sums of squares: SciPy's `root` and `least_squares`, with exact Jacobians."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import ShapeError
from .bounds import flat_bounds, limits
from .extra import scipy_optimize
from .minimize import telling
from .settings import arguments, check_settings
from .system import System
from .unknowns import Unknowns

WITH_JACOBIANS = ("hybr", "lm")


def root(
    f: Callable[..., Any],
    x0: Any,
    *,
    method: str = "hybr",
    jac: None = None,
    tol: float | None = None,
    callback: Callable[[Any], Any] | None = None,
    options: dict[str, Any] | None = None,
    args: Any = (),
) -> Any:
    """An x near x0 with f(x) = 0, by `scipy.optimize.root` with the Jacobians of this engine.

    `x0`: as for `minimize`. f gets the same nest with tensors of float64, then `args`, and returns
    as many numbers as x has, in a tensor or several. `method`, `tol`, `options`: SciPy's; "hybr"
    and "lm" get Jacobians, the others approximate them by themselves and call `callback` with x.

    Returns SciPy's result with `x` as x0. Raises ShapeError where f has not as many results as
    there are unknowns, and what `minimize` does.

    >>> import autograd_fr as ag
    >>> found = ag.optimize.root(lambda x: x.cos() - x, 1.0)
    >>> round(found.x, 6)
    0.739085
    """
    scipy = scipy_optimize()
    unknowns = Unknowns("root", x0)
    check_settings("root", f, jac=jac, tol=tol, callback=callback, options=options)
    system = System(f, unknowns, arguments(args))
    m, n = system.value(unknowns.start).size, unknowns.start.size
    if m < n or (m > n and method != "lm"):
        raise ShapeError(
            f"root: the function returns {m} numbers for {n} unknowns: as many are needed; "
            "take least_squares where they are not"
        )
    result = scipy.root(
        system.value, unknowns.start, method=method, tol=tol, options=options,
        jac=system.jacobian if method in WITH_JACOBIANS else None,
        callback=telling(callback, unknowns),
    )  # fmt: skip
    result.x = unknowns.given_back(result.x)
    return result


def least_squares(
    f: Callable[..., Any], x0: Any, *, bounds: Any = None, args: Any = (), **options: Any
) -> Any:
    """A minimum of Σ f(x)² / 2 near x0, by `scipy.optimize.least_squares` with exact Jacobians.

    `x0`: as for `minimize`. f gets the same nest with tensors of float64, then `args`, and returns
    the residuals, in a tensor or several. `bounds`: SciPy's, which here are two, the least values
    and the greatest, each a number or a vector; for a nest, a nest of these; or SciPy's `Bounds`.
    `options`: SciPy's, as `method` and `loss`.

    Returns SciPy's result with `x` as x0. What is raised: as for `minimize`.

    >>> import autograd_fr as ag
    >>> t = ag.arange(5, dtype=ag.float64)
    >>> y = 2 * (-0.5 * t).exp()
    >>> found = ag.optimize.least_squares(lambda p: p["a"] * (-p["k"] * t).exp() - y,
    ...                                   {"a": 1.0, "k": 1.0})
    >>> {name: round(value, 6) for name, value in found.x.items()}
    {'a': 2.0, 'k': 0.5}
    """
    scipy = scipy_optimize()
    unknowns = Unknowns("least_squares", x0)
    check_settings("least_squares", f, jac=options.pop("jac", None))
    system = System(f, unknowns, arguments(args, (tuple, list)))
    if bounds is not None:
        options["bounds"] = flat_bounds(bounds, unknowns, limits)
    result = scipy.least_squares(system.value, unknowns.start, system.jacobian, **options)
    result.x = unknowns.given_back(result.x)
    return result
