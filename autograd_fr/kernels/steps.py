"""Steps of optimizers, each in place: parameters, and what is remembered of them.

Numbers are arrays without axes, of the dtype of a parameter: so NumPy is fastest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .fast import twin

LONG = 1 << 14  # entries from which on a twin pays that spares no more than one pass or two


def sgd(p: Any, d: Any, factor: Any, scratch: Any) -> None:
    """p = p - factor d."""
    _fitting(_sgd, p)(p, d, factor, scratch)


def momentum(p: Any, d: Any, m: Any, keep: Any, factor: Any, scratch: Any) -> None:
    """m = keep m + d, p = p - factor m."""
    _fitting(_momentum, p)(p, d, m, keep, factor, scratch)


def _fitting(kernel: Any, p: Any) -> Any:
    return kernel if p.size >= LONG else kernel.__wrapped__


@twin
def _sgd(p: Any, d: Any, factor: Any, scratch: Any) -> None:
    p -= np.multiply(d, factor, out=scratch)


@twin
def _momentum(p: Any, d: Any, m: Any, keep: Any, factor: Any, scratch: Any) -> None:
    m *= keep
    m += d
    p -= np.multiply(m, factor, out=scratch)


@twin
def adam(p: Any, d: Any, m: Any, v: Any, top: Any, numbers: Any, scratch: Any) -> None:
    """m = β₁ m + (1 - β₁) d, v = β₂ v + (1 - β₂) d², p = p - step m / (√v + eps).

    `top`: the greatest v so far, which stands for v in the last one; or None. `numbers`: β₁,
    1 - β₁, β₂, 1 - β₂, eps, step.
    """
    keep1, take1, keep2, take2, eps, step = numbers
    np.multiply(d, take1, out=scratch)
    m *= keep1
    m += scratch
    np.multiply(d, d, out=scratch)
    scratch *= take2
    v *= keep2
    v += scratch
    np.sqrt(v if top is None else np.maximum(top, v, out=top), out=scratch)
    scratch += eps
    np.divide(m, scratch, out=scratch)
    scratch *= step
    p -= scratch
