"""What all distributions share: shapes, checks, and how they are shown."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from .. import ops
from ..autograd.dispatch import as_value
from ..autograd.modes import no_grad
from ..autograd.value import wrap
from ..batching.known import anywhere, first_of
from ..creation.random import in_dtype
from ..errors import DtypeError, RangeError, ShapeError
from ..messages.suggestions import check_keywords
from ..random import stream
from ..tensor.size import Size
from .constraints import Constraint, is_dependent

NO_SHAPE = Size(())


class Distribution:
    """Base of all: independent draws of `batch_shape`, each of `event_shape`.

    A subclass gives `arg_constraints`, the conditions on its parameters, `support`, that on values,
    and `event_dims`, how many last axes of each parameter belong to one event. `validate_args`
    False spares the checks; the others raise RangeError, which names parameter, index and value.
    """

    arg_constraints: Any = {}
    event_dims: dict[str, int] = {}
    has_rsample = False
    has_enumerate_support = False
    _validate_args = True

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if kwargs:
            check_keywords(cls, kwargs)
        return object.__new__(cls)

    def __init__(
        self,
        batch_shape: Any = NO_SHAPE,
        event_shape: Any = NO_SHAPE,
        validate_args: bool | None = None,
    ) -> None:
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            for name, constraint in self.arg_constraints.items():
                lazy = isinstance(getattr(type(self), name, None), cached_property)
                if (name in self.__dict__ or not lazy) and not is_dependent(constraint):
                    self._check(f"parameter {name}", getattr(self, name), constraint)

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Say whether distributions are checked that do not say so themselves."""
        if value not in (True, False):
            raise ValueError(f"set_default_validate_args takes True or False, not {value!r}")
        Distribution._validate_args = bool(value)

    def _check(self, what: str, value: Any, constraint: Constraint) -> None:
        """Raise RangeError where a constraint does not hold."""
        wrong = ~constraint.check(value.detach()).array
        if anywhere(wrong):
            event = value.shape[value.ndim - constraint.event_dim :]
            place, found = first_of(wrong, np.broadcast_to(value.array, (*wrong.shape, *event)))
            raise RangeError(
                f"{type(self).__name__}: {what}, of shape {tuple(value.shape)}, must satisfy "
                f"{constraint}, but{place and ' at '}{place} it is {found}"
            )

    def _checked(self, value: Any) -> Any:
        """A value as a tensor, after its shape and its entries were checked."""
        value = as_value(value)
        if self._validate_args:
            self._validate_sample(value)
        return value

    def _validate_sample(self, value: Any) -> None:
        """Raise ShapeError or RangeError for a value that cannot have been drawn."""
        wanted, n = (*self.batch_shape, *self.event_shape), len(self.event_shape)
        fits = all(i == j or 1 in (i, j) for i, j in zip(value.shape[::-1], wanted[::-1]))
        if not fits or tuple(value.shape[value.ndim - n :]) != tuple(self.event_shape):
            raise ShapeError(
                f"{type(self).__name__}: a value of shape {tuple(value.shape)} does not broadcast "
                f"with batch and event, {tuple(self.batch_shape)} and {tuple(self.event_shape)}"
            )
        self._check("the value", value, self.support)

    @property
    def batch_shape(self) -> Size:
        """The shape over which parameters differ."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one draw."""
        return self._event_shape

    @property
    def support(self) -> Any:
        """The condition that values satisfy."""
        raise self._without("a support")

    @property
    def mean(self) -> Any:
        """The expected value."""
        raise self._without("a mean")

    @property
    def mode(self) -> Any:
        """The value of the greatest density."""
        raise self._without("a mode")

    @property
    def variance(self) -> Any:
        """The expected square of the distance from the mean."""
        raise self._without("a variance")

    @property
    def stddev(self) -> Any:
        """The square root of the variance."""
        return ops.sqrt(self.variance)

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        """Draws of shape sample_shape + batch_shape + event_shape, without gradients."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        """Draws that gradients go through to the parameters."""
        raise self._without("reparametrised draws")

    def log_prob(self, value: Any) -> Any:
        """The logarithm of the density or probability of a value."""
        raise self._without("a density")

    def cdf(self, value: Any) -> Any:
        """The probability of what is not greater."""
        raise self._without("a cdf")

    def icdf(self, value: Any) -> Any:
        """The value with that probability below it."""
        raise self._without("an icdf")

    def entropy(self) -> Any:
        """The expected value of -log_prob."""
        raise self._without("an entropy")

    def enumerate_support(self, expand: bool = True) -> Any:
        """All values that can be drawn, along a first axis; the others of the batch or, without
        `expand`, of length 1.
        """
        raise self._without("a finite support")

    def perplexity(self) -> Any:
        """The exponential of the entropy."""
        return ops.exp(self.entropy())

    def _without(self, what: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self).__name__} has not {what}")

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        """The same distribution with its parameters broadcast to a batch.

        `_instance`: the one to fill, where a subclass has made it.
        """
        if not self.event_dims:
            raise self._without("an expand")
        new = object.__new__(type(self)) if _instance is None else _instance
        new.__dict__.update(self.__dict__)
        batch_shape = lengths("expand", batch_shape)
        for name, n in self.event_dims.items():
            if name in self.__dict__:
                x = self.__dict__[name]
                new.__dict__[name] = ops.broadcast_to(x, (*batch_shape, *x.shape[x.ndim - n :]))
        new._batch_shape = Size(batch_shape)
        return new

    def _get_checked_instance(self, cls: type, _instance: Any = None) -> Any:
        """Another of the class of `self`, for its `expand` to fill, unless there is one.

        Raises NotImplementedError where a class below `cls` has an __init__ that it knows not of.
        """
        if _instance is not None:
            return _instance
        if type(self).__init__ is not cls.__init__:  # type: ignore[misc]
            raise NotImplementedError(
                f"{type(self).__name__} has an __init__ of its own: give it an expand as well"
            )
        return type(self).__new__(type(self))

    def _extended_shape(self, sample_shape: Any = NO_SHAPE) -> Size:
        """The shape of draws; TypeError or RangeError for what is no `sample_shape`."""
        return Size((*lengths("sample", sample_shape), *self.batch_shape, *self.event_shape))

    def __repr__(self) -> str:
        given = {n: self.__dict__[n] for n in self.arg_constraints if n in self.__dict__}
        shown = (f"{n}: {x if x.numel() == 1 else x.shape}" for n, x in given.items())
        return f"{type(self).__name__}({', '.join(shown)})"


def lengths(name: str, shape: Any) -> Size:
    """A shape that was given, checked."""
    try:
        found = Size(shape)
    except TypeError:
        raise TypeError(f"{name} takes a shape, a tuple as (3,) is one, not {shape!r}") from None
    if found and min(found) < 0:
        raise RangeError(f"{name}: lengths are 0 or more, not {tuple(found)}")
    return found


def floating(like: Any) -> np.dtype[Any]:
    """The dtype that draws have from a parameter; DtypeError for integers, which would cut them."""
    if like.dtype.kind != "f":
        raise DtypeError(
            f"draws have the dtype of the parameters, and cannot be {like.dtype}: give floating "
            "parameters, with .float()"
        )
    return like.dtype


def drawn_as(numbers: Any, like: Any) -> Any:
    """Numbers that were drawn, as a tensor of the dtype of another."""
    return wrap(in_dtype(numbers, like.dtype))


def uniforms(shape: Any, like: Any) -> Any:
    """Uniform numbers above 0 and below 1, of the dtype of a tensor."""
    dtype = floating(like)
    tiny, last = np.finfo(dtype).tiny, np.nextafter(dtype.type(1), dtype.type(0))
    return drawn_as(np.clip(stream().random(shape).astype(dtype), tiny, last), like)


def normals(shape: Any, like: Any) -> Any:
    """Standard normal numbers, of the dtype of a tensor."""
    floating(like)
    return drawn_as(stream().standard_normal(shape), like)


def where_not(condition: Any, x: Any, otherwise: float) -> Any:
    """`x`, but `otherwise` where a condition holds."""
    return ops.where(condition, otherwise, x)


def counted(values: Any, distribution: Distribution, expand: bool) -> Any:
    """The values of a finite support along a first axis, in the shape of the batch."""
    ones = (1,) * len(distribution.batch_shape)
    values = ops.reshape(values, (-1, *ones))
    if not expand:
        return values
    return ops.broadcast_to(values, (len(values), *distribution.batch_shape))
