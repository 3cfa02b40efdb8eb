"""Activations made of straight pieces, entry by entry. At a kink the derivative is PyTorch's.

So it is at nan: whatever is not beyond a bound is within."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import kernels
from ...autograd.op import Sample, differentiable
from ...autograd.value import Value
from ...errors import DtypeError
from ...kernels import activations
from ..elementwise.piecewise import level
from ..elementwise.samples import OFF_ZERO

__all__: list[str] = []

OFF_KINKS = [Sample((3, 4), gap=0.3, low=-5.0, high=5.0), Sample((), gap=0.1), Sample((0, 2))]


def _through(g: Any, x: Any, mask: Any, slope: Any = 0) -> Any:
    """`g` where the mask is true, else `slope * g`.

    Recorded, it hangs on x: the second derivative is 0, not absent.
    """
    if isinstance(g, Value):
        choose: Any = np.where  # which tensors answer, too
        return choose(mask, g, g * slope if type(slope) is not int else 0) + level(x)
    if type(slope) is int:
        return kernels.chosen(mask, g)
    return kernels.selected(mask, g, g * slope)


@differentiable(
    x=lambda g, x, negative_slope: _through(g, x, x > 0, float(negative_slope)),
    fused={"x": lambda g, x, negative_slope: activations.leaky_slope(g, x, negative_slope)},
    push="entrywise",
    latex=(
        r"\begin{cases} x & \text{if } x > 0 \\ \mathit{negative\_slope} \cdot x & "
        r"\text{else} \end{cases}"
    ),
    derivatives={
        "x": (
            r"\begin{cases} 1 & \text{if } x > 0 \\ \mathit{negative\_slope} & \text{else} "
            r"\end{cases}"
        ),
    },
    floating=True,
    samples=[*OFF_ZERO, Sample((3, 4), gap=0.1, negative_slope=2.0)],
)  # fmt: skip
def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """x above 0, `negative_slope * x` below.

    >>> import autograd_fr as ag
    >>> leaky_relu(ag.tensor([-1.0, 2.0]))
    tensor([-0.0100,  2.0000])
    """
    return activations.leaky(x, negative_slope)


@differentiable(
    a=lambda g, a, b: _through(g, a, a > 0, b),
    b=lambda g, a: g * np.minimum(a, 0),
    latex=r"\begin{cases} a & \text{if } a > 0 \\ b \cdot a & \text{else} \end{cases}",
    derivatives={
        "a": r"\begin{cases} 1 & \text{if } a > 0 \\ b & \text{else} \end{cases}",
        "b": r"\min(a, 0)",
    },
    floating=True,
    promotes=False,
    push="entrywise",
    samples=[
        Sample((2, 3, 2), (3, 1), gap=0.1),
        Sample((3, 4), (1,), gap=0.1),
        Sample((), (), gap=0.1),
        Sample((0, 2), (2,), gap=0.1),
    ],
)  # fmt: skip
def sloped(a: Any, b: Any) -> Any:
    """a above 0, `b * a` below: as `leaky_relu`, with slopes that are learned or drawn.

    >>> import autograd_fr as ag
    >>> sloped(ag.tensor([-1.0, 2.0]), ag.tensor(0.25))
    tensor([-0.2500,  2.0000])
    """
    return kernels.below(a) * b + kernels.rectified(a)


@differentiable(
    x=lambda g, x, min_val, max_val: _through(g, x, ~((x <= min_val) | (x >= max_val))),
    push="entrywise",
    latex=r"\min(\max(x, \mathit{min\_val}), \mathit{max\_val})",
    derivatives={"x": r"[\mathit{min\_val} < x < \mathit{max\_val}]"},
    samples=[*OFF_KINKS, Sample((3, 4), gap=0.3, low=-4.0, high=4.0, min_val=-2.0, max_val=3.0)],
)  # fmt: skip
def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """x confined to [min_val, max_val]; there the derivative is 0, unlike that of `clamp`.

    >>> import autograd_fr as ag
    >>> hardtanh(ag.tensor([-3.0, 0.5, 3.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    _no_bool("hardtanh", x)
    if min_val > max_val:
        raise ValueError(f"hardtanh: min_val={min_val} is above max_val={max_val}")
    if x.dtype.kind == "u" and min_val < 0:
        raise DtypeError(f"hardtanh: {x.dtype} has no negative numbers such as min_val={min_val}")
    return np.clip(x, x.dtype.type(min_val), x.dtype.type(max_val))


@differentiable(
    x=lambda g, x: _through(g, x, ~((x <= 0) | (x >= 6))),
    latex=r"\min(\max(0, x), 6)",
    derivatives={"x": "[0 < x < 6]"},
    samples=[*OFF_ZERO, Sample((3, 4), low=3.1, high=9.0, gap=0.4)],
)  # fmt: skip
def relu6(x: Any) -> Any:
    """`min(max(0, x), 6)`. Its derivative at 0 and at 6 is 0.

    >>> import autograd_fr as ag
    >>> relu6(ag.tensor([-1.0, 2.0, 7.0]))
    tensor([0., 2., 6.])
    """
    _no_bool("relu6", x)
    return np.clip(x, 0, 6)


@differentiable(
    x=lambda g, x: _through(g, x, (x > -3) & (x < 3)) / 6,
    latex=r"\frac{1}{6} \min(\max(0, x + 3), 6)",
    derivatives={"x": r"\frac{1}{6} [-3 < x < 3]"},
    floating=True, samples=OFF_KINKS,
)  # fmt: skip
def hardsigmoid(x: Any) -> Any:
    """0 up to -3, 1 from 3 on, and `x / 6 + 1/2` between them.

    >>> import autograd_fr as ag
    >>> hardsigmoid(ag.tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """
    y = np.clip(x + 3, 0, 6)
    y /= 6
    return y


@differentiable(
    x=lambda g, x: np.where(x < 3, np.where(x > -3, g * (x / 3 + 0.5), 0), g),
    latex=r"\frac{x}{6} \min(\max(0, x + 3), 6)",
    derivatives={
        "x": (
            r"\begin{cases} 0 & \text{if } x \le -3 \\ \frac{x}{3} + \frac{1}{2} & \text{if } x "
            r"< 3 \\ 1 & \text{else} \end{cases}"
        ),
    },
    floating=True, samples=OFF_KINKS,
)  # fmt: skip
def hardswish(x: Any) -> Any:
    """`x * hardsigmoid(x)` (Howard et al. 2019, arXiv:1905.02244).

    >>> import autograd_fr as ag
    >>> hardswish(ag.tensor([-4.0, 0.0, 3.0]))
    tensor([-0.,  0.,  3.])
    """
    y = np.clip(x + 3, 0, 6)
    y *= x
    y /= 6
    return y


@differentiable(
    x=lambda g, x, lambd: _through(g, x, ~((x >= -lambd) & (x <= lambd))),
    push="entrywise",
    latex=r"x \, [|x| > \mathit{lambd}]",
    derivatives={"x": r"[|x| > \mathit{lambd}]"},
    floating=True,
    samples=[*OFF_KINKS, Sample((3, 4), gap=0.15, lambd=1.0)],
)  # fmt: skip
def hardshrink(x: Any, lambd: float = 0.5) -> Any:
    """x where |x| is above `lambd`, else 0.

    >>> import autograd_fr as ag
    >>> hardshrink(ag.tensor([-1.0, 0.25, 2.0]))
    tensor([-1.,  0.,  2.])
    """
    return kernels.chosen(~((x >= -lambd) & (x <= lambd)), x)


@differentiable(
    x=lambda g, x, lambd: _through(g, x, ~((x >= -lambd) & (x <= lambd))),
    push="entrywise",
    latex=r"\operatorname{sgn}(x) \max(|x| - \mathit{lambd}, 0)",
    derivatives={"x": r"[|x| > \mathit{lambd}]"},
    floating=True,
    samples=[*OFF_KINKS, Sample((3, 4), gap=0.15, lambd=1.0)],
)  # fmt: skip
def softshrink(x: Any, lambd: float = 0.5) -> Any:
    """x brought nearer to 0 by `lambd`, and no farther than to 0.

    Raises ValueError for a negative `lambd`.

    >>> import autograd_fr as ag
    >>> softshrink(ag.tensor([-1.0, 0.25, 2.0]))
    tensor([-0.5000,  0.0000,  1.5000])
    """
    if lambd < 0:
        raise ValueError(f"softshrink: lambd is not negative, got {lambd}")
    return x - np.clip(x, -lambd, lambd)


@differentiable(
    x=lambda g, x, threshold: _through(g, x, ~(x <= threshold)),
    push="entrywise",
    latex=(
        r"\begin{cases} x & \text{if } x > \mathit{threshold} \\ \mathit{value} & "
        r"\text{else} \end{cases}"
    ),
    derivatives={"x": r"[x > \mathit{threshold}]"},
    samples=[
        Sample((3, 4), threshold=0.0, value=3.0, gap=0.1),
        Sample((), threshold=1.0, value=-1.0),
        Sample((0, 2), threshold=1.0, value=-1.0),
    ],
)  # fmt: skip
def threshold(x: Any, threshold: float, value: float) -> Any:
    """x where it is above the threshold, else `value`.

    >>> import autograd_fr as ag
    >>> threshold(ag.tensor([-1.0, 2.0]), threshold=0.0, value=5.0)
    tensor([5., 2.])
    """
    _no_bool("threshold", x)
    return np.where(x <= threshold, x.dtype.type(value), x)


def _no_bool(name: str, x: Any) -> None:
    if x.dtype.kind == "b":
        raise TypeError(f"{name}: bools are no numbers here; convert with .to(int64) or .float()")
