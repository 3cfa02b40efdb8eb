"""Functions made of straight pieces, entry by entry: magnitude and sign, rounding, bounds.

Level pieces have the derivative 0. Integers stay integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import kernels
from ...autograd.dispatch import as_value
from ...autograd.op import NUMPY_TWINS, Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...errors import AutogradError, DtypeError
from ...kernels import slopes
from .samples import ANY, OFF_HALVES, OFF_ZERO

__all__ = [
    "abs",
    "absolute",
    "ceil",
    "clamp",
    "clamp_max",
    "clamp_min",
    "clip",
    "fix",
    "floor",
    "frac",
    "nan_to_num",
    "positive",
    "relu",
    "round",
    "sgn",
    "sign",
    "trunc",
]


def level(g: Any) -> Any:
    """The gradient through a level piece: 0, where `g` is infinite too."""
    return np.zeros_like(g) if type(g) is np.ndarray else np.where(False, g, 0)


def _no_bools(x: Any) -> None:
    if x.dtype.kind == "b":
        raise TypeError("bools are no numbers here; convert with .to(int64) or .float()")


def _whole(x: Any) -> bool:
    """Whether the entries are integers already; bools are refused."""
    _no_bools(x)
    integers: bool = x.dtype.kind != "f"
    return integers


# Magnitude and sign


@differentiable(
    x=level,
    derivatives={"x": "0"},
    latex=r"\operatorname{sgn} x", symbol="sgn", numpy=(np.sign,), samples=OFF_ZERO,
)  # fmt: skip
def sign(x: Any) -> Any:
    """-1, 0 or 1; 0 for nan. Its derivative is 0 everywhere, at the jump too.

    >>> import autograd_fr as ag
    >>> ag.sign(ag.tensor([-2.0, 0.0, 3.0]))
    tensor([-1.,  0.,  1.])
    """
    return np.subtract(x > 0, x < 0, dtype=x.dtype) if x.dtype.kind != "b" else x.copy()


sgn = sign


@differentiable(
    x=lambda g, x: g * polymorphic(sign)(x),
    derivatives={"x": r"\operatorname{sgn} x"},
    latex="|x|", symbol="|·|", numpy=(np.absolute,), samples=OFF_ZERO,
)  # fmt: skip
def abs(x: Any) -> Any:
    """Absolute value. Its derivative at 0 is 0.

    >>> import autograd_fr as ag
    >>> ag.abs(ag.tensor([-2.0, 3.0]))
    tensor([2., 3.])
    """
    _no_bools(x)
    return np.abs(x)


absolute = abs


def positive(input: Any) -> Any:
    """The tensor itself, `+x`. Bools are refused.

    >>> import autograd_fr as ag
    >>> ag.positive(ag.tensor([-2.0, 3.0]))
    tensor([-2.,  3.])
    """
    x = as_value(input)
    if x.dtype.kind == "b":
        raise DtypeError("positive: the operator + is for numbers, not for bools; see .to(int64)")
    return x


NUMPY_TWINS[np.positive] = positive


@differentiable(
    x=lambda g, y: _passed(g, y),
    derivatives={"x": "[x > 0]"}, fused={"x": slopes.rectified},
    latex=r"\max(0, x)", samples=OFF_ZERO,
)  # fmt: skip
def relu(x: Any) -> Any:
    """Rectifier, `max(0, x)`. Its derivative at 0 is 0.

    >>> import autograd_fr as ag
    >>> ag.relu(ag.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    _no_bools(x)
    return kernels.rectified(x)


def _passed(g: Any, y: Any) -> Any:
    """`g` where y, which is not negative, is not 0 either; and 0 there, whatever `g` is."""
    positive = (y.array if isinstance(y, Value) else y) != 0
    if isinstance(g, Value):
        choose: Any = np.where  # which tensors answer, too
        return choose(positive, g, 0 * y)  # made of y: the second derivative is 0, not absent
    return kernels.chosen(positive, g)


# Rounding


@differentiable(
    x=level,
    derivatives={"x": "0"},
    latex=r"\lfloor x \rfloor", symbol="⌊·⌋", numpy=(np.floor,), samples=OFF_HALVES,
)  # fmt: skip
def floor(x: Any) -> Any:
    """The greatest integer that is not above x.

    >>> import autograd_fr as ag
    >>> ag.floor(ag.tensor([-1.5, 1.5]))
    tensor([-2.,  1.])
    """
    return x.copy() if _whole(x) else np.floor(x)


@differentiable(
    x=level,
    derivatives={"x": "0"},
    latex=r"\lceil x \rceil", symbol="⌈·⌉", numpy=(np.ceil,), samples=OFF_HALVES,
)  # fmt: skip
def ceil(x: Any) -> Any:
    """The least integer that is not below x.

    >>> import autograd_fr as ag
    >>> ag.ceil(ag.tensor([-1.5, 1.5]))
    tensor([-1.,  2.])
    """
    return x.copy() if _whole(x) else np.ceil(x)


@differentiable(
    x=level,
    derivatives={"x": "0"},
    latex=r"\operatorname{trunc} x", numpy=(np.trunc, np.fix), samples=OFF_HALVES,
)  # fmt: skip
def trunc(x: Any) -> Any:
    """x without its fraction: the next integer towards 0.

    >>> import autograd_fr as ag
    >>> ag.trunc(ag.tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """
    return x.copy() if _whole(x) else np.trunc(x)


fix = trunc


@differentiable(
    x=lambda g: g,
    derivatives={"x": "1"},
    latex=r"x - \operatorname{trunc} x", samples=OFF_HALVES,
)  # fmt: skip
def frac(x: Any) -> Any:
    """The fraction of x, with its sign: `x - trunc(x)`. Its derivative is 1, at the jumps too.

    >>> import autograd_fr as ag
    >>> ag.frac(ag.tensor([-1.5, 1.25]))
    tensor([-0.5000,  0.2500])
    """
    if _whole(x):
        raise TypeError("integers have no fraction; convert with .float()")
    return x - np.trunc(x)


@differentiable(
    x=level,
    derivatives={"x": "0"},
    push="entrywise", latex=r"\operatorname{round}(x, \mathit{decimals})", numpy=(np.rint,),
    samples=[
        *OFF_HALVES,
        Sample((3, 4), decimals=1, low=-0.3, high=0.3, gap=0.025),
        Sample((2, 3), decimals=-1, low=-20, high=20, gap=2.5),
    ],
)  # fmt: skip
def round(x: Any, *, decimals: int = 0) -> Any:
    """The nearest number with so many decimals, and the even one of two that are as near.

    Negative `decimals` round to tens, hundreds and so on.

    >>> import autograd_fr as ag
    >>> ag.round(ag.tensor([0.5, 1.5, -1.2]))
    tensor([ 0.,  2., -1.])
    >>> ag.round(ag.tensor([1.26]), decimals=1)
    tensor([1.3000])
    """
    if _whole(x):
        if decimals:
            raise TypeError("integers are rounded to units only; convert with .float()")
        return x.copy()
    if not decimals:
        return np.rint(x)
    scale = x.dtype.type(10.0 ** np.abs(decimals))
    return np.rint(x * scale) / scale if decimals > 0 else np.rint(x / scale) * scale


NUMPY_TWINS[np.round] = lambda a, decimals=0: round(a, decimals=decimals)


# Bounds


@differentiable(
    x=lambda g, x, min, max: kernels.chosen(_inside(x, min, max), g),
    min=lambda g, x, min, max: kernels.chosen(_below(x, min, max), g),
    max=lambda g, x, min, max: kernels.chosen(_above(x, min, max), g),
    derivatives={
        "x": r"[\mathit{min} \le x \le \mathit{max}]",
        "min": r"[x < \mathit{min} < \mathit{max}]",
        "max": r"[x > \mathit{max} \lor \mathit{min} > \mathit{max}]",
    },
    push="entrywise", latex=r"\min(\max(x, \mathit{min}), \mathit{max})", symbol="clamp",
    samples=[
        Sample((3, 4), min=-1.0, max=1.0),
        Sample((3, 4), min=0.5),
        Sample((3, 4), max=0.5),
        Sample((), min=-1.0, max=1.0),
        Sample((0, 2), min=0.0),
        Sample((3, 4), (4,), (3, 1), gap=0.1),
        Sample((3, 4), (), gap=0.1),
    ],
)  # fmt: skip
def clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    """x confined to [min, max], numbers or tensors; where min exceeds max, max.

    At a bound the gradient goes to x, beyond it to the bound.
    Raises AutogradError where neither bound is given.

    >>> import autograd_fr as ag
    >>> ag.clamp(ag.tensor([-3.0, 0.5, 3.0]), min=-1, max=1)
    tensor([-1.0000,  0.5000,  1.0000])
    """
    if min is None and max is None:
        raise AutogradError("clamp needs `min`, `max`, or both")
    return np.clip(x, min, max)


def _inside(x: Any, low: Any, high: Any) -> Any:
    above = True if low is None else x >= low
    below = True if high is None else x <= high
    return above & below


def _below(x: Any, low: Any, high: Any) -> Any:
    """Where the result is the lower bound."""
    return x < low if high is None else (x < low) & (low < high)


def _above(x: Any, low: Any, high: Any) -> Any:
    """Where the result is the upper bound."""
    return x > high if low is None else (x > high) | (high < low)


def _numpy_clip(
    a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None
) -> Any:
    """np.clip on a tensor, with NumPy's names for the bounds."""
    return clamp(a, a_min if min is None else min, a_max if max is None else max)


NUMPY_TWINS[np.clip] = _numpy_clip
clip = clamp


def clamp_min(input: Any, min: Any) -> Any:
    """`clamp` with a lower bound only.

    >>> import autograd_fr as ag
    >>> ag.clamp_min(ag.tensor([-3.0, 0.5]), -1)
    tensor([-1.0000,  0.5000])
    """
    return clamp(input, min=min)


def clamp_max(input: Any, max: Any) -> Any:
    """`clamp` with an upper bound only.

    >>> import autograd_fr as ag
    >>> ag.clamp_max(ag.tensor([0.5, 3.0]), 1)
    tensor([0.5000, 1.0000])
    """
    return clamp(input, max=max)


@differentiable(
    x=lambda g, x: kernels.chosen(np.isfinite(x), g),
    derivatives={"x": r"[|x| < \infty]"},
    latex=(
        r"\begin{cases} "
        r"x & \text{if } |x| < \infty \\ "
        r"\mathit{posinf} & \text{if } x = \infty \\ "
        r"\mathit{neginf} & \text{if } x = -\infty \\ "
        r"\mathit{nan} & \text{else} \end{cases}"
    ),
    symbol="nan_to_num", samples=ANY,
)  # fmt: skip
def nan_to_num(
    x: Any, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Any:
    """x with nan, inf and -inf replaced: by 0 and the extremes of the dtype where not given.

    No gradient passes at the entries replaced.

    >>> import autograd_fr as ag
    >>> ag.nan_to_num(ag.tensor([float("nan"), 1.0, float("inf")]), posinf=100.0)
    tensor([  0.,   1., 100.])
    """
    return np.nan_to_num(x, nan=nan or 0.0, posinf=posinf, neginf=neginf)


def _numpy_nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """np.nan_to_num on a tensor, which always gives a new one."""
    return nan_to_num(x, nan, posinf, neginf)


NUMPY_TWINS[np.nan_to_num] = _numpy_nan_to_num
