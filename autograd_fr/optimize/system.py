"""A function of tensors with several numbers for a result, as SciPy wants it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autograd.modes import enable_grad
from ..creation.values import tensor
from ..errors import DtypeError, NonFiniteError
from ..func.jacobians import jacfwd, jacrev
from ..func.trees import flatten
from ..ops import cat
from ..tensor import Tensor
from .objective import Objective, independent
from .unknowns import Array, Unknowns


class System:
    """f at vectors, with all its results in one, and its exact Jacobian; what is raised: as there.

    f returns a tensor, or several in a list or another nest.
    """

    def __init__(self, f: Callable[..., Any], unknowns: Unknowns, args: Sequence[Any] = ()) -> None:
        self._f, self._unknowns, self._args = f, unknowns, args
        self._begun = False

    def value(self, x: Array) -> Array:
        """f(x), (m,)."""
        with enable_grad(), np.errstate(all="ignore"):
            found = self._results(*self._unknowns.tensors(x))
        if not found.requires_grad:
            raise independent(self._unknowns.name)
        values = found.array.astype(np.float64)
        if not self._begun and not np.isfinite(values).all():
            raise NonFiniteError(f"{self._unknowns.name}: inf or nan at the start: begin elsewhere")
        self._begun = True
        return values

    def jacobian(self, x: Array) -> Array:
        """∂f/∂x, (m, n): by reverse mode for few results, by forward mode for few unknowns."""
        leaves = self._unknowns.tensors(x)
        m = self.value(x).size
        by = jacfwd if m > x.size else jacrev
        with np.errstate(all="ignore"):
            found = by(self._results, tuple(range(len(leaves))))(*leaves)
        return self._unknowns.vector(found, (m,))

    def hessian(self, x: Array, v: Array) -> Array:
        """The Hessian of v · f at x, as constraints need it."""
        weights = tensor(v)

        def weighted(nest: Any) -> Any:
            return (weights * self._joined(nest)).sum()

        return Objective(weighted, self._unknowns).hessian(x)

    def _results(self, *leaves: Tensor) -> Tensor:
        return self._joined(self._unknowns.nest(leaves))

    def _joined(self, nest: Any) -> Any:
        found = flatten(self._f(nest, *self._args))[0]
        for part in found:
            if not isinstance(part, Tensor):
                raise DtypeError(
                    f"{self._unknowns.name}: the function must return tensors, not "
                    f"{type(part).__name__}: compute them from those it is given"
                )
        return cat([part.reshape(-1) for part in found])
