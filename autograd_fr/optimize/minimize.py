"""`minimize`: SciPy's, with exact derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .bounds import flat_bounds, pairs
from .extra import scipy_optimize
from .objective import Objective
from .settings import arguments, check_settings
from .system import System
from .unknowns import Unknowns

# What SciPy's methods ask for besides values and gradients.
NO_DERIVATIVES = ("nelder-mead", "powell", "cobyla", "cobyqa")
PRODUCTS = ("newton-cg", "trust-ncg", "trust-krylov", "trust-constr")
WHOLE = ("dogleg", "trust-exact")


def minimize(
    f: Callable[..., Any],
    x0: Any,
    *,
    method: Any = None,
    jac: None = None,
    hess: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: float | None = None,
    callback: Callable[[Any], Any] | None = None,
    options: dict[str, Any] | None = None,
    args: Any = (),
) -> Any:
    """A minimum of f near x0, by `scipy.optimize.minimize` with the gradients of this engine.

    `x0`: a tensor, an array, a number, or a nest of them in dictionaries, lists and tuples; numbers
    alone in a list are a vector. f gets the same nest with tensors of float64, then `args`, a tuple
    or one value, and returns one number as a tensor; data of a matrix product with x has to be
    float64, too. `method`, `tol`, `options`: SciPy's; `jac` is left out. Newton-CG,
    trust-ncg, trust-krylov and trust-constr get products Hv of the Hessian, dogleg and trust-exact
    the Hessian; `hess=True` gives it to all that take one, and what else SciPy takes there, as
    `scipy.optimize.BFGS()`, is passed on.
    `bounds`: a pair (least, greatest) of numbers or None, or one for each entry; for a nest, a nest
    of these; or SciPy's `Bounds`. `constraints`: SciPy's, whose functions get what f gets; they
    too get exact Jacobians, and in trust-constr Hessians. A `LinearConstraint` is about the vector
    of all entries. `callback`: called with x after each iteration; StopIteration ends the search.

    Returns SciPy's result: `x` as x0, of its kinds, shapes and floating dtypes, `fun`, `success`,
    `message`, `nit`, `nfev` and the rest, in which vectors have the entries of x one after the
    other. Where f is inf or nan on the way, a search turns back.

    Raises DtypeError, ShapeError where f does not return one number as a tensor, GraphError where
    it does not depend on x, NonFiniteError where it is inf or nan at x0, MissingExtra without
    SciPy, TypeError for settings of another kind, and what SciPy raises.

    >>> import autograd_fr as ag
    >>> def rosenbrock(x):
    ...     return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
    >>> found = ag.optimize.minimize(rosenbrock, ag.tensor([-1.2, 1.0]))
    >>> found.x, found.success
    (tensor([1.0000, 1.0000]), True)
    >>> found = ag.optimize.minimize(
    ...     lambda p: (p["u"] - 3) ** 2 + p["v"].exp().sum(), {"u": 0.0, "v": [0.0, 1.0]},
    ...     bounds={"u": (0, 2), "v": (-1, None)})
    >>> found.x
    {'u': 2.0, 'v': [-1.0, -1.0]}
    """
    scipy = scipy_optimize()
    unknowns = Unknowns("minimize", x0)
    check_settings("minimize", f, jac=jac, tol=tol, callback=callback, options=options)
    objective = Objective(f, unknowns, arguments(args))
    function, derivatives = _derivatives(objective, method, hess)
    result = scipy.minimize(
        function, unknowns.start, method=method, tol=tol,
        bounds=flat_bounds(bounds, unknowns, pairs),
        constraints=_constraints(constraints, unknowns, _called(method) == "trust-constr"),
        callback=telling(callback, unknowns), options=options, **derivatives,
    )  # fmt: skip
    result.x = unknowns.given_back(result.x)
    return result


def telling(callback: Callable[[Any], Any] | None, unknowns: Unknowns) -> Any:
    """A callback that is told x as it was given."""
    if callback is None:
        return None
    return lambda x, *state: callback(unknowns.given_back(np.asarray(x)))


def _called(method: Any) -> str | None:
    return method.lower() if isinstance(method, str) else None


def _derivatives(objective: Objective, method: Any, hess: Any) -> tuple[Any, dict[str, Any]]:
    """The function for SciPy, and what it is to know of its derivatives."""
    called = _called(method)
    if called in NO_DERIVATIVES:
        return objective.value, {}
    known: dict[str, Any] = {"jac": True}
    if hess is True or (hess is None and called in WHOLE):
        known["hess"] = objective.hessian
    elif hess is not None:
        known["hess"] = hess
    elif called in PRODUCTS or callable(method):
        known["hessp"] = objective.product
    return objective.value_and_gradient, known


def _constraints(constraints: Any, unknowns: Unknowns, with_hessians: bool) -> list[Any]:
    """Constraints whose functions take vectors, and have derivatives."""
    several = isinstance(constraints, (list, tuple))
    listed = constraints if several else [constraints]
    return [_constraint(constraint, unknowns, with_hessians) for constraint in listed]


def _constraint(constraint: Any, unknowns: Unknowns, with_hessian: bool) -> Any:
    scipy = scipy_optimize()
    if isinstance(constraint, dict) and callable(constraint.get("fun")):
        kind = _kind(constraint)
        given = arguments(constraint.get("args", ()), (tuple, list))
        system = System(constraint["fun"], unknowns, given)
        known = {"fun": system.value, "jac": system.jacobian}
        if not with_hessian:
            return {"type": kind, **known}
        greatest = 0 if kind == "eq" else np.inf
        return scipy.NonlinearConstraint(**known, lb=0, ub=greatest, hess=system.hessian)
    if isinstance(constraint, scipy.LinearConstraint):
        return constraint
    if not isinstance(constraint, scipy.NonlinearConstraint):
        raise TypeError(f"minimize: a constraint is {_CONSTRAINT}, not {constraint!r}")
    system = System(constraint.fun, unknowns)
    return scipy.NonlinearConstraint(
        system.value, constraint.lb, constraint.ub, system.jacobian,
        **({"hess": system.hessian} if with_hessian else {}),
        keep_feasible=constraint.keep_feasible,
    )  # fmt: skip


_CONSTRAINT = (
    "a dictionary {'type': 'eq' or 'ineq', 'fun': function}, where the function is 0 or not "
    "negative, or SciPy's NonlinearConstraint or LinearConstraint"
)


def _kind(constraint: dict[str, Any]) -> str:
    """Whether a constraint is an equation, "eq", or an inequality, "ineq"."""
    kind = str(constraint.get("type")).lower()
    if kind not in ("eq", "ineq"):
        raise ValueError(f"minimize: a constraint is {_CONSTRAINT}; the type here is {kind!r}")
    return kind
