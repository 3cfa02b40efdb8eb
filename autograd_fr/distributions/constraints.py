"""What parameters and values must satisfy. Each constraint checks a tensor, entry by entry."""

from __future__ import annotations

from typing import Any

from .. import linalg, ops


class Constraint:
    """A condition; `event_dim` last axes are judged together."""

    is_discrete = False
    event_dim = 0

    def check(self, value: Any) -> Any:
        """Whether it holds, a tensor of bools without the axes of an event."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__.removeprefix('_')}()"


class _Dependent(Constraint):
    """One that depends on other parameters, so that the class alone does not tell it."""

    def __init__(self, *, is_discrete: bool = False, event_dim: int = 0) -> None:
        self.is_discrete, self.event_dim = is_discrete, event_dim

    def check(self, value: Any) -> Any:
        raise ValueError("a dependent constraint is known of an instance only")


class dependent_property(property):
    """A property that is a constraint: `support`, say, where that depends on parameters."""

    def __init__(self, fn: Any = None, *, is_discrete: bool = False, event_dim: int = 0) -> None:
        super().__init__(fn)
        self.is_discrete, self.event_dim = is_discrete, event_dim

    def __call__(self, fn: Any) -> dependent_property:
        return dependent_property(fn, is_discrete=self.is_discrete, event_dim=self.event_dim)


def is_dependent(constraint: Any) -> bool:
    """Whether a constraint is known of an instance only."""
    return isinstance(constraint, (_Dependent, dependent_property))


class _Real(Constraint):
    def check(self, value: Any) -> Any:
        return ops.eq(value, value)


class _Boolean(Constraint):
    is_discrete = True

    def check(self, value: Any) -> Any:
        return ops.logical_or(ops.eq(value, 0), ops.eq(value, 1))


class _Bounded(Constraint):
    """Numbers above `lower_bound` and below `upper_bound`, each where there is one."""

    def __init__(self, lower_bound: Any = None, upper_bound: Any = None) -> None:
        self.lower_bound, self.upper_bound = lower_bound, upper_bound

    above, below = staticmethod(ops.ge), staticmethod(ops.le)

    def check(self, value: Any) -> Any:
        holds = ops.eq(value, value)
        if self.lower_bound is not None:
            holds = ops.logical_and(holds, self.above(value, self.lower_bound))
        if self.upper_bound is not None:
            holds = ops.logical_and(holds, self.below(value, self.upper_bound))
        return holds

    def __repr__(self) -> str:
        given = {"lower_bound": self.lower_bound, "upper_bound": self.upper_bound}
        text = ", ".join(f"{name}={bound}" for name, bound in given.items() if bound is not None)
        return f"{type(self).__name__.removeprefix('_')}({text})"


class _Interval(_Bounded):
    pass


class _GreaterThanEq(_Bounded):
    pass


class _GreaterThan(_Bounded):
    above = staticmethod(ops.gt)


class _LessThan(_Bounded):
    below = staticmethod(ops.lt)

    def __init__(self, upper_bound: Any) -> None:
        super().__init__(None, upper_bound)


class _IntegerInterval(_Bounded):
    is_discrete = True

    def check(self, value: Any) -> Any:
        return ops.logical_and(super().check(value), ops.eq(ops.remainder(value, 1), 0))


class _IntegerGreaterThan(_IntegerInterval):
    pass


class _HalfOpenInterval(_Bounded):
    below = staticmethod(ops.lt)


class _OneHot(Constraint):
    is_discrete = True
    event_dim = 1

    def check(self, value: Any) -> Any:
        bits = ops.all(boolean.check(value), -1)
        return ops.logical_and(bits, ops.eq(ops.sum(value, -1), 1))


class _IndependentConstraint(Constraint):
    """A constraint that must hold for all entries of an event."""

    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint = base_constraint
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        self.is_discrete = base_constraint.is_discrete
        self.event_dim = base_constraint.event_dim + reinterpreted_batch_ndims

    def check(self, value: Any) -> Any:
        holds = self.base_constraint.check(value)
        for _ in range(self.reinterpreted_batch_ndims):
            holds = ops.all(holds, -1)
        return holds

    def __repr__(self) -> str:
        return f"IndependentConstraint({self.base_constraint}, {self.reinterpreted_batch_ndims})"


class _Simplex(Constraint):
    event_dim = 1

    def check(self, value: Any) -> Any:
        close = ops.lt(ops.abs(ops.sub(ops.sum(value, -1), 1)), 1e-6)
        return ops.logical_and(ops.all(ops.ge(value, 0), -1), close)


class _Multinomial(Constraint):
    is_discrete = True
    event_dim = 1

    def __init__(self, upper_bound: int) -> None:
        self.upper_bound = upper_bound

    def check(self, value: Any) -> Any:
        total = ops.le(ops.sum(value, -1), self.upper_bound)
        return ops.logical_and(ops.all(ops.ge(value, 0), -1), total)


class _LowerCholesky(Constraint):
    event_dim = 2

    def check(self, value: Any) -> Any:
        triangular = ops.all(ops.flatten(ops.eq(ops.tril(value), value), -2), -1)
        diagonal = ops.diagonal(value, dim1=-2, dim2=-1)
        return ops.logical_and(triangular, ops.all(ops.gt(diagonal, 0), -1))


class _PositiveDefinite(Constraint):
    event_dim = 2

    def check(self, value: Any) -> Any:
        symmetric = ops.all(ops.flatten(ops.isclose(value, value.mT, atol=1e-6), -2), -1)
        least = linalg.eigvalsh(value.detach())[..., 0]
        return ops.logical_and(symmetric, ops.gt(least, 0))


real = _Real()
real_vector = _IndependentConstraint(real, 1)
boolean = _Boolean()
positive = _GreaterThan(0.0)
nonnegative = _GreaterThanEq(0.0)
unit_interval = _Interval(0.0, 1.0)
nonnegative_integer = _IntegerGreaterThan(0)
positive_integer = _IntegerGreaterThan(1)
one_hot = _OneHot()
dependent = _Dependent()
simplex = _Simplex()
lower_cholesky = _LowerCholesky()
positive_definite = _PositiveDefinite()
independent = _IndependentConstraint
integer_interval = _IntegerInterval
interval = _Interval
half_open_interval = _HalfOpenInterval
greater_than = _GreaterThan
greater_than_eq = _GreaterThanEq
less_than = _LessThan
multinomial = _Multinomial
