"""How parameters start: each function fills a tensor in place and returns it.

Nothing is recorded of it. `generator`: the stream to draw from, if not that of the package.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from ..creation.random import floating
from ..errors import RangeError, ShapeError
from ..messages.suggestions import suggest as _suggest
from ..random import Generator, stream
from ..tensor import Tensor
from ..tensor.inplace import assign

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=Tensor)


def _fills(function: Callable[P, R], drawing: bool = False) -> Callable[P, R]:
    """For what fills a tensor: TypeError for anything else, and where that is by `drawing`,
    DtypeError for integers, which would cut the numbers.
    """
    name = function.__name__

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        for tensor in (*args[:1], *(kwargs[key] for key in kwargs if key == "tensor")):
            if not isinstance(tensor, Tensor):
                hint = ": give its weight, say" if hasattr(tensor, "parameters") else ""
                raise TypeError(f"{name} fills a tensor, not {type(tensor).__name__}{hint}")
            if drawing:
                floating(name, tensor.dtype)
        return function(*args, **kwargs)

    return call


def _draws(function: Callable[P, R]) -> Callable[P, R]:
    return _fills(function, drawing=True)


@_draws
def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> T:
    """Uniform on [a, b). Raises RangeError for a > b.

    >>> import autograd_fr as ag
    >>> bool((ag.nn.init.uniform_(ag.empty(9), 2.0, 3.0) >= 2).all())
    True
    """
    if a > b:
        raise RangeError(f"uniform_ draws from a up to b, got a={a} and b={b}")
    return _filled(tensor, stream(generator).uniform(a, b, tensor.shape))


@_draws
def normal_(
    tensor: T, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> T:
    """Normal with the given mean and standard deviation. Raises RangeError for a negative one.

    >>> import autograd_fr as ag
    >>> ag.nn.init.normal_(ag.empty(2), mean=3.0, std=0.0)
    tensor([3., 3.])
    """
    if std < 0:
        raise RangeError(f"normal_: a standard deviation is 0 or more, got {std}")
    return _filled(tensor, stream(generator).normal(mean, std, tensor.shape))


@_draws
def trunc_normal_(
    tensor: T,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> T:
    """Normal with the given mean and standard deviation, cut off outside [a, b].

    Drawn again until all lie inside; where few would, uniform on [a, b], and kept in proportion to
    the density. Warns where the mean lies more than 2 std outside, as PyTorch does. Raises
    RangeError for a > b.

    >>> import autograd_fr as ag
    >>> bool((ag.nn.init.trunc_normal_(ag.empty(99), std=5.0).abs() <= 2).all())
    True
    """
    if a > b:
        raise RangeError(f"trunc_normal_ draws from a up to b, got a={a} and b={b}")
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            f"trunc_normal_: the mean {mean} is more than 2 std from [{a}, {b}]; "
            "the distribution may be inexact",
            stacklevel=3,
        )
    numbers = _truncated(stream(generator), tensor.numel(), mean, std, a, b)
    return _filled(tensor, numbers.reshape(tensor.shape))


def _truncated(rng: Any, n: int, mean: float, std: float, a: float, b: float) -> Any:
    """`n` draws from the normal distribution on [a, b]."""
    low, high = (math.erf((end - mean) / (std * math.sqrt(2))) for end in (a, b))
    often = (high - low) / 2 > 0.3
    peak = ((min(max(mean, a), b) - mean) / std) ** 2
    drawn, left = np.empty(n), np.arange(n)
    while len(left):
        x = rng.normal(mean, std, len(left)) if often else rng.uniform(a, b, len(left))
        height = np.exp((peak - ((x - mean) / std) ** 2) / 2)
        kept = (x >= a) & (x <= b) if often else rng.random(len(left)) <= height
        drawn[left[kept]] = x[kept]
        left = left[~kept]
    return drawn


@_fills
def constant_(tensor: T, val: float) -> T:
    """One value throughout.

    >>> import autograd_fr as ag
    >>> ag.nn.init.constant_(ag.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    return _filled(tensor, np.full(tensor.shape, val))


@_fills
def zeros_(tensor: T) -> T:
    """Zeros."""
    return constant_(tensor, 0.0)


@_fills
def ones_(tensor: T) -> T:
    """Ones."""
    return constant_(tensor, 1.0)


@_fills
def eye_(tensor: T) -> T:
    """1 on the diagonal of a matrix, 0 elsewhere: a linear layer that keeps its inputs.

    Raises ShapeError unless there are two axes.

    >>> import autograd_fr as ag
    >>> ag.nn.init.eye_(ag.empty(2, 3))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    _check_axes("eye_", tensor, (2,))
    return _filled(tensor, np.eye(*tensor.shape))


@_fills
def dirac_(tensor: T, groups: int = 1) -> T:
    """1 at the centre of each kernel from a channel to itself: a convolution that keeps its inputs.

    The tensor is (out, in, kernel...), with one to three axes of kernels; in each of the `groups`
    of output channels the first are those kept. Raises ShapeError for other shapes.

    >>> import autograd_fr as ag
    >>> ag.nn.init.dirac_(ag.empty(2, 1, 3), groups=2).tolist()
    [[[0.0, 1.0, 0.0]], [[0.0, 1.0, 0.0]]]
    """
    _check_axes("dirac_", tensor, (3, 4, 5))
    out, channels, *kernel = tensor.shape
    if out % groups:
        raise ShapeError(f"dirac_: {out} output channels do not divide into {groups} groups")
    values = np.zeros((groups, out // groups, channels, *kernel))
    kept = np.arange(min(out // groups, channels))
    centre: Any = tuple(n // 2 for n in kernel)
    values[:, kept, kept, *centre] = 1
    return _filled(tensor, values.reshape(tensor.shape))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor that keeps the spread of activations through a nonlinearity.

    `param`: the negative slope of "leaky_relu", 0.01 unless given. Raises ValueError for a name
    that is not known.

    >>> calculate_gain("tanh")
    1.6666666666666667
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"the negative slope of leaky_relu is a number, not {slope!r}")
        return math.sqrt(2 / (1 + slope**2))
    linear = [f"conv{way}{n}d" for way in ("", "_transpose") for n in (1, 2, 3)]
    gains = dict.fromkeys(("linear", *linear, "sigmoid"), 1.0)
    gains |= {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75}
    if nonlinearity not in gains:
        raise ValueError(
            f"no gain is known for {nonlinearity!r}; choose leaky_relu, {', '.join(gains)}"
        )
    return gains[nonlinearity]


@_draws
def xavier_uniform_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Uniform with variance gain² · 2 / (fan_in + fan_out) (Glorot & Bengio 2010, eq. 16)."""
    bound = math.sqrt(3) * _xavier_std(tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


@_draws
def xavier_normal_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Normal with variance gain² · 2 / (fan_in + fan_out) (Glorot & Bengio 2010)."""
    return normal_(tensor, 0.0, _xavier_std(tensor, gain), generator)


@_draws
def kaiming_uniform_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:
    """Uniform with variance gain² / fan (He et al. 2015, eq. 10).

    `mode`: "fan_in" keeps the spread of activations, "fan_out" that of gradients. `a`: the
    negative slope for "leaky_relu". Warns, and does nothing, where there are no entries.
    """
    if _empty(tensor):
        return tensor
    bound = math.sqrt(3) * _kaiming_std(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


@_draws
def kaiming_normal_(
    tensor: T,
    a: float = 0.0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:
    """Normal with variance gain² / fan (He et al. 2015, eq. 10); the rest as `kaiming_uniform_`."""
    if _empty(tensor):
        return tensor
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


@_draws
def orthogonal_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """`gain` times a matrix with orthonormal rows, or columns where there are more rows.

    All axes but the first count as columns. Each such matrix is as likely as any other: Q of the
    QR decomposition of normal numbers, with the signs that make the diagonal of R positive
    (Mezzadri 2007, arXiv:math-ph/0609050). Raises ShapeError for fewer axes than two. Source: Saxe
    et al. 2014, arXiv:1312.6120.

    >>> import autograd_fr as ag
    >>> w = ag.nn.init.orthogonal_(ag.empty(2, 3))
    >>> ag.allclose(w @ w.T, ag.eye(2), atol=1e-6)
    True
    """
    if tensor.ndim < 2:
        raise ShapeError(f"orthogonal_ needs two axes or more, got shape {tensor.array.shape}")
    if not tensor.numel():
        return tensor
    rows, columns = len(tensor), tensor.numel() // len(tensor)
    drawn = stream(generator).standard_normal((max(rows, columns), min(rows, columns)))
    Q, R = np.linalg.qr(drawn)
    Q = Q * np.sign(np.diagonal(R))
    return _filled(tensor, gain * (Q if rows >= columns else Q.T).reshape(tensor.shape))


@_draws
def sparse_(tensor: T, sparsity: float, std: float = 0.01, generator: Generator | None = None) -> T:
    """Normal with mean 0, but in each column the part `sparsity` of the entries is 0, drawn too.

    Their number is rounded up. Raises ShapeError unless there are two axes. Source: Martens 2010,
    Deep learning via Hessian-free optimization.

    >>> import autograd_fr as ag
    >>> (ag.nn.init.sparse_(ag.empty(10, 3), 0.35) == 0).sum(0)
    tensor([4, 4, 4])
    """
    _check_axes("sparse_", tensor, (2,))
    normal_(tensor, 0.0, std, generator)
    order = np.argsort(stream(generator).random(tensor.shape), axis=0)
    dropped = order < math.ceil(sparsity * len(tensor))
    return _filled(tensor, np.where(dropped, 0, tensor.detach().array))


def _xavier_std(tensor: Tensor, gain: float) -> float:
    fans = sum(_calculate_fan_in_and_fan_out(tensor))
    if not fans:
        raise ShapeError(f"no fans can be taken of a tensor of shape {tensor.array.shape}")
    return gain * math.sqrt(2 / fans)


def _kaiming_std(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', not {mode!r}")
    fan = _calculate_fan_in_and_fan_out(tensor)[mode.lower() == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many inputs an output has, and how many outputs an input."""
    if tensor.ndim < 2:
        raise ShapeError(f"fans need a tensor of two axes or more, got shape {tensor.array.shape}")
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


def _empty(tensor: Tensor) -> bool:
    """Whether there are no entries to draw, with a warning."""
    if not tensor.numel():
        warnings.warn(
            f"a tensor of shape {tensor.array.shape} has no entries: nothing to draw", stacklevel=4
        )
    return not tensor.numel()


def _check_axes(name: str, tensor: Tensor, numbers: tuple[int, ...]) -> None:
    if tensor.ndim not in numbers:
        wanted = " or ".join(map(str, numbers))
        raise ShapeError(f"{name} needs {wanted} axes, got shape {tensor.array.shape}")


def _filled(tensor: T, values: Any) -> T:
    assign(tensor, values)
    return tensor


def _older(function: Callable[P, R]) -> Callable[P, R]:
    """The function under the name it once had, without the underscore."""
    name = function.__name__

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        message = f"`nn.init.{name[:-1]}` is now deprecated in favor of `nn.init.{name}`."
        warnings.warn(message, FutureWarning, stacklevel=2)
        return function(*args, **kwargs)

    call.__name__ = call.__qualname__ = name[:-1]
    call.__doc__ = f"`{name}`, under its older name, with a FutureWarning."
    return call


uniform, normal, constant = _older(uniform_), _older(normal_), _older(constant_)
eye, dirac, sparse = _older(eye_), _older(dirac_), _older(sparse_)
xavier_uniform, xavier_normal = _older(xavier_uniform_), _older(xavier_normal_)
kaiming_uniform, kaiming_normal = _older(kaiming_uniform_), _older(kaiming_normal_)
orthogonal = _older(orthogonal_)

_suggest(__name__)
