"""Random tensors, drawn from the package's own stream or from a generator of one's own.

Every function that makes a tensor also takes `requires_grad`, and PyTorch's `device` and the like.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.composites import composite, numpy_names
from ..autograd.op import Sample, differentiable
from ..autograd.value import Value, wrap
from ..batching.known import Batched, anywhere
from ..devices import maker
from ..errors import DtypeError, RangeError, ShapeError
from ..random import Generator as Generator
from ..random import default_generator as default_generator
from ..random import fork_rng as fork_rng
from ..random import get_rng_state as get_rng_state
from ..random import initial_seed as initial_seed
from ..random import manual_seed as manual_seed
from ..random import seed as seed
from ..random import set_rng_state as set_rng_state
from ..random import stream
from .lengths import shape_of

__all__ = [
    "bernoulli", "multinomial", "normal", "poisson", "rand", "rand_like", "randint",
    "randint_like", "randn", "randn_like", "randperm",
]  # fmt: skip


def uniform(generator: Generator | None, shape: Any, dtype: Any) -> Any:
    """Numbers of [0, 1) in `dtype`, as an array: what is rounded up to 1 becomes the one below."""
    single = dtype != dtypes.float64
    numbers = stream(generator).random(shape, np.float32 if single else np.float64)
    return np.minimum(in_dtype(numbers, dtype), np.nextafter(dtype.type(1), dtype.type(0)))


def in_dtype(numbers: Any, dtype: Any) -> Any:
    """Numbers that were drawn, as an array of `dtype`."""
    return numbers.astype(dtype) if isinstance(numbers, Batched) else np.asarray(numbers, dtype)


def floating(name: str, dtype: Any) -> np.dtype[Any]:
    """`dtype`, or the default one; DtypeError unless it is floating."""
    wanted = dtypes.get_default_dtype() if dtype is None else dtypes.as_dtype(dtype)
    if wanted.kind != "f":
        raise DtypeError(f"{name} draws floating numbers, not {wanted}: use randint for integers")
    return wanted


@maker
def rand(*size: Any, generator: Generator | None = None, dtype: Any = None) -> Any:
    """Uniform on [0, 1). Raises DtypeError for a dtype that is not floating.

    >>> import autograd_fr as ag
    >>> ag.rand(2, 3).shape
    torch.Size([2, 3])
    """
    return wrap(uniform(generator, shape_of("rand", size), floating("rand", dtype)))


@maker
def randn(*size: Any, generator: Generator | None = None, dtype: Any = None) -> Any:
    """Normal with mean 0 and variance 1. Raises DtypeError for a dtype that is not floating.

    >>> import autograd_fr as ag
    >>> ag.randn(2, 3).shape
    torch.Size([2, 3])
    """
    wanted = floating("randn", dtype)
    return wrap(in_dtype(stream(generator).standard_normal(shape_of("randn", size)), wanted))


@maker
def randint(*bounds_and_size: Any, generator: Any = None, dtype: Any = None, **named: Any) -> Any:
    """Integers from `low` (0 if left out) up to, not including, `high`.

    `randint(high, size)`, `randint(low, high, size)`. By default int64. Raises RangeError where
    there is nothing to draw from, and where the dtype does not go that far.

    >>> import autograd_fr as ag
    >>> ag.randint(10, (2, 3)).shape, ag.randint(5, 6, (1,))
    (torch.Size([2, 3]), tensor([5]))
    """
    return _integers(*_sorted_out(bounds_and_size, named), generator, dtype or dtypes.int64)


def _sorted_out(given: tuple[Any, ...], named: dict[str, Any]) -> tuple[int, int, Any]:
    """The bounds and the size from a call of `randint`."""
    names = ("low", "high", "size") if len(given) + len(named) == 3 else ("high", "size")
    free = [name for name in names if name not in named]
    if len(free) != len(given) or not named.keys() <= set(names):
        raise TypeError("randint takes (high, size) or (low, high, size)")
    call = {"low": 0} | dict(zip(free, given)) | named
    if isinstance(call["size"], int):
        raise TypeError(f"randint: the size is a sequence of lengths, as in ({call['size']},)")
    return call["low"], call["high"], call["size"]


def _integers(low: Any, high: Any, size: Any, generator: Any, dtype: Any) -> Any:
    if not low < high:
        raise RangeError(f"randint draws from low up to high, got low={low} and high={high}")
    wanted = dtypes.as_dtype(dtype)
    least, greatest = dtypes.bounds(wanted)
    if low < least or high - 1 > greatest:
        raise RangeError(f"randint: {wanted} goes from {least} to {greatest}, not from {low} to "
                         f"{high - 1}")  # fmt: skip
    numbers = stream(generator).integers(int(low), int(high), shape_of("randint", (size,)))
    return wrap(in_dtype(numbers, wanted))


@maker
def randperm(n: int, *, generator: Generator | None = None, dtype: Any = dtypes.int64) -> Any:
    """The integers from 0 to n - 1 in random order.

    >>> import autograd_fr as ag
    >>> sorted(ag.randperm(4).tolist())
    [0, 1, 2, 3]
    """
    (count,) = shape_of("randperm", (n,))
    return wrap(stream(generator).permutation(count).astype(dtypes.as_dtype(dtype)))


@maker
def rand_like(input: Any, *, generator: Generator | None = None, dtype: Any = None) -> Any:
    """Uniform on [0, 1), in the shape, and by default the dtype, of `input`.

    >>> import autograd_fr as ag
    >>> ag.rand_like(ag.zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    return rand(input.shape, generator=generator, dtype=dtype or input.dtype)


@maker
def randn_like(input: Any, *, generator: Generator | None = None, dtype: Any = None) -> Any:
    """Normal with mean 0 and variance 1, in the shape, and by default the dtype, of `input`.

    >>> import autograd_fr as ag
    >>> ag.randn_like(ag.zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    return randn(input.shape, generator=generator, dtype=dtype or input.dtype)


@maker
def randint_like(
    input: Any, *bounds: int, generator: Generator | None = None, dtype: Any = None, **named: int
) -> Any:
    """Integers from `low` (0) up to `high`, in the shape, and by default the dtype, of `input`.

    `randint_like(input, high)`, `randint_like(input, low, high)`.

    >>> import autograd_fr as ag
    >>> ag.randint_like(ag.zeros(2), 5, 6)
    tensor([5., 5.])
    """
    low, high, size = _sorted_out(bounds, {**named, "size": input.shape})
    return _integers(low, high, size, generator, dtype or input.dtype)


# What depends on tensors: a draw is constant almost everywhere, so zero flows back


@differentiable(
    x=lambda g: 0 * g,
    derivatives={"x": "0"},
    push="entrywise", latex=r"\mathit{outcome}", symbol="draw",
    samples=[Sample((3, 4), outcome=np.eye(3, 4)), Sample((), outcome=1.0)],
)  # fmt: skip
def drawn(x: Any, outcome: Any) -> Any:
    """What was drawn with `x` as its parameter.

    >>> import autograd_fr as ag
    >>> drawn(ag.tensor([0.5, 0.5]), np.array([1.0, 0.0]))
    tensor([1., 0.])
    """
    return in_dtype(outcome, x.dtype)[()]


def _linked(outcome: Any, *parameters: Any) -> Any:
    """`outcome` as a tensor in the graph of a parameter that requires a gradient."""
    for parameter in parameters:
        if isinstance(parameter, Value) and parameter.requires_grad:
            return drawn(parameter, outcome)
    return wrap(outcome)


def normal(
    mean: Any, std: Any = 1.0, size: Any = None, *, generator: Any = None, **options: Any
) -> Any:
    """Normal with the given mean and standard deviation.

    Either may be a tensor, whose entries each give a draw; of two numbers, `size` says how many.
    Raises RangeError for a negative `std`. Gradients through it are zero.

    >>> import autograd_fr as ag
    >>> ag.normal(ag.tensor([1.0, 5.0]), 0.0)
    tensor([1., 5.])
    """
    if not isinstance(mean, Value) and not isinstance(std, Value):
        if size is None:
            raise TypeError("normal of two numbers needs the size: normal(mean, std, size)")
        return _normal_of_numbers(*shape_of("normal", (size,)), mean=mean, std=std,
                                  generator=generator, **options)  # fmt: skip
    if size is not None or options.pop("out", None) is not None or options:
        raise TypeError("normal with a tensor has the shape and dtype of it, and takes no others")
    m, s = (p.array if isinstance(p, Value) else p for p in (mean, std))
    dtype = floating("normal", (m if isinstance(mean, Value) else s).dtype)
    noise = stream(generator).standard_normal(np.broadcast_shapes(np.shape(m), np.shape(s)))
    return _linked(in_dtype(m + deviation(s) * noise, dtype)[()], mean, std)


@maker
def _normal_of_numbers(
    *size: int, mean: float, std: float, generator: Any, dtype: Any = None
) -> Any:
    noise = stream(generator).standard_normal(size)
    return wrap(in_dtype(mean + deviation(std) * noise, floating("normal", dtype)))


def deviation(std: Any) -> Any:
    """`std`, or RangeError where it is negative."""
    if anywhere(np.less(std, 0)):
        raise RangeError("a standard deviation is 0 or more")
    return std


@numpy_names
def bernoulli(input: Any, p: float | None = None, *, generator: Generator | None = None) -> Any:
    """1 with the probability that each entry gives (or `p` for all of them), else 0.

    Raises RangeError for what is no probability. Gradients through it are zero.

    >>> import autograd_fr as ag
    >>> ag.bernoulli(ag.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    chances = input.array if p is None else p
    if p is None:
        floating("bernoulli", input.dtype)
    return _linked(coins(chances, input.shape, input.dtype, generator), input)


def coins(chances: Any, shape: Any, dtype: Any, generator: Generator | None) -> Any:
    """Ones with the given chances, else zeros, as an array; RangeError for no probability."""
    if anywhere(~(np.greater_equal(chances, 0) & np.less_equal(chances, 1))):
        raise RangeError("a probability is between 0 and 1")
    return in_dtype(stream(generator).random(shape) < chances, dtype)[()]


@composite
def poisson(input: Any, generator: Generator | None = None) -> Any:
    """Poisson with the rate that each entry gives. Gradients through it are zero.

    Raises RangeError for a negative rate.

    >>> import autograd_fr as ag
    >>> ag.poisson(ag.tensor([0.0, 0.0]))
    tensor([0., 0.])
    """
    floating("poisson", input.dtype)
    if anywhere(~(input.array >= 0)):
        raise RangeError("poisson: a rate is 0 or more")
    return _linked(in_dtype(stream(generator).poisson(input.array), input.dtype)[()], input)


@composite
@numpy_names
def multinomial(
    input: Any,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
) -> Any:
    """Indices drawn with chances in proportion to the entries; of a matrix, for each row.

    Without `replacement` no index comes twice in a row. Raises ShapeError for more axes than two,
    RangeError for weights that are negative, infinite or all 0, and for more draws than entries.

    >>> import autograd_fr as ag
    >>> ag.multinomial(ag.tensor([0.0, 1.0, 0.0]), 2, replacement=True)
    tensor([1, 1])
    """
    floating("multinomial", input.dtype)
    weights = np.asarray(input.array, np.float64)
    if not 1 <= weights.ndim <= 2:
        raise ShapeError(f"multinomial takes one or two axes, got shape {weights.shape}")
    if not (np.isfinite(weights) & (weights >= 0)).all() or (weights.sum(-1) <= 0).any():
        raise RangeError("multinomial: weights are finite, 0 or more, and not all 0")
    if num_samples <= 0 or (not replacement and num_samples > weights.shape[-1]):
        raise RangeError(f"multinomial: {num_samples} draws from {weights.shape[-1]} entries")
    choose = _with_replacement if replacement else _without_replacement
    return wrap(choose(weights, num_samples, stream(generator)))


def _with_replacement(weights: Any, count: int, rng: np.random.Generator) -> Any:
    """Where uniform numbers fall among the running sums of the weights."""
    ends = weights.cumsum(-1)
    at = rng.random((*weights.shape[:-1], count)) * ends[..., -1:]
    return (at[..., None] >= ends[..., None, :]).sum(-1)


def _without_replacement(weights: Any, count: int, rng: np.random.Generator) -> Any:
    """The first of clocks that ring at exponential times, each with its weight as its rate."""
    with np.errstate(divide="ignore"):
        rings = rng.standard_exponential(weights.shape) / weights
    return np.argsort(rings, -1)[..., :count]
