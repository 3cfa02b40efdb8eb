"""What formulas of activations, normalisation, losses, embedding, distances and attention name."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .pullback import pulled

# Activations: halves of an axis


def first(x: Any, *, dim: int = -1) -> Any:
    """The first half along an axis."""
    return np.split(x, 2, dim)[0]


def second(x: Any, *, dim: int = -1) -> Any:
    """The second half along an axis."""
    return np.split(x, 2, dim)[1]


def joined(a: Any, b: Any, *, dim: int = -1) -> Any:
    """Two halves put together."""
    return np.concatenate([a, b], dim)


# The normal distribution

erf = np.vectorize(math.erf, otypes=[float])


def Phi(x: Any, *, approximate: str = "none") -> Any:
    """Its distribution, or that approximated by a tanh."""
    if approximate == "tanh":
        return (1 + np.tanh(_inner(x))) / 2
    return (1 + erf(x / math.sqrt(2))) / 2


def varphi(x: Any, *, approximate: str = "none") -> Any:
    """Its density, or the slope of the approximation."""
    if approximate == "tanh":
        slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
        return slope / (2 * np.cosh(_inner(x)) ** 2)
    return np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def _inner(x: Any) -> Any:
    return math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)


# Normalisation: entries have four axes, samples, groups, channels of a group, positions


def by_channel(values: dict[str, Any]) -> dict[str, Any]:
    """Entries with their four axes, numbers of channels beside them, and the axes of `\\sum`, whose
    sums are per channel; `group`, the axes that a mean is taken over."""
    shape = values["shape"]
    wide = {
        name: np.reshape(values[name], shape)
        for name in ("x", "v", "z", "y", "G", "G_z")
        if name in values
    }
    beside = (1, shape[1], shape[2], 1)
    group = values.get("dim", ())
    per_channel = {
        name: np.reshape(values[name], beside)
        for name in ("weight", "bias", "mean", "var")
        if name in values
    }
    n = math.prod(shape[axis] for axis in group)
    return values | wide | per_channel | {"dim": (0, 3), "group": group, "n": n}


def group_mean(x: Any, *, group: Any) -> Any:
    """The mean over the axes that are normalised together."""
    return x.mean(group, keepdims=True) if x.size else x.sum(group, keepdims=True)


def neighbours(x: Any, before: int, after: int) -> Any:
    """Sums of channels near each other: a matrix of ones about the diagonal, times x."""
    n = x.shape[1]
    near = np.array([[-before <= j - i <= after for j in range(n)] for i in range(n)], float)
    return np.einsum("cd,nd...->nc...", near.reshape(n, n), x)


# Losses


def reduction(x: Any, *, reduction: str, weights: Any = None) -> Any:
    """The mean, the sum, or all: where there are weights, the weighted ones."""
    part = np.ones(x.shape) if weights is None else weights.astype(float)
    if reduction == "none":
        return part * x
    total = sum(p * entry for p, entry in zip(part.flat, x.flat, strict=True))
    return np.asarray(total / part.sum() if reduction == "mean" else total, float)


def share(g: Any, *, reduction: str, a: Any = None, b: Any = None, index: Any = None, weights=None):
    """What each entry has of the gradient of a reduction: the part that it had in the result."""
    shape = np.broadcast_shapes(a.shape, b.shape) if index is None else index[-1].shape
    part = np.ones(shape) if weights is None else weights.astype(float)
    return part * g / part.sum() if reduction == "mean" else part * g


def softmax(x: Any) -> Any:
    """Exponentials over their sum, along the last axis."""
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def column(x: Any) -> Any:
    """One number for each row, beside all its entries."""
    return np.asarray(x)[..., None]


# Rows of tables


def addrows(
    z: Any, numbers: Any, *, padding: Any, by_frequency: bool, x: Any, rows: Any = None
) -> Any:
    """Each row of z, weighed, added to the row of a table that has its number."""
    z = weighed(z, numbers=numbers, padding=padding, by_frequency=by_frequency)
    table = np.zeros((len(x) if rows is None else rows, *z.shape[numbers.ndim :]))
    for at in np.ndindex(*numbers.shape):
        table[numbers[at]] += z[at]
    return table


def weighed(z: Any, *, numbers: Any, padding: Any = None, by_frequency: bool = False) -> Any:
    """Rows without those whose number is `padding`, each over how often its number occurs."""
    y = np.array(z, float)
    for at in np.ndindex(*numbers.shape):
        y[at] *= numbers[at] != padding
        y[at] /= np.sum(numbers == numbers[at]) if by_frequency else 1
    return y


# Distances


def pairs(x: Any) -> Any:
    """The differences of every two rows."""
    n = len(x)
    rows = [x[i] - x[j] for i in range(n) for j in range(i + 1, n)]
    return np.array(rows).reshape(len(rows), x.shape[1])


def pairs_adjoint(z: Any, *, x: Any) -> Any:
    """Adjoint of `pairs`."""
    return pulled(pairs, np.zeros(x.shape), z)


def length(d: Any, under: float) -> Any:
    """The p-norm of each row, as a column."""
    if under == math.inf:
        return np.abs(d).max(-1, keepdims=True, initial=0)
    return (np.abs(d) ** under).sum(-1, keepdims=True) ** (1 / under)


def direction(d: Any, under: float) -> Any:
    """The gradient of the p-norm of each row; of rows of zeros 0."""
    size = np.abs(d) / np.where(d == 0, 1.0, length(d, under))
    return np.sign(d) * (size == 1 if under == math.inf else size ** (under - 1))


def columns(values: dict[str, Any]) -> dict[str, Any]:
    """Distances as columns, beside rows."""
    return values | {name: values[name][:, None] for name in ("y", "G")}


# Attention


def heads(x: Any, under: float, *, num_heads: int, time: int) -> Any:
    """Of rows with queries, keys and values side by side, those of each head: 1, 2 or 3."""
    x = x if time else x.swapaxes(0, 1)
    part = np.split(x, 3, -1)[int(under) - 1]
    return np.stack(np.split(part, num_heads, -1), 1)


def heads_adjoint(query: Any, key: Any, value: Any, *, x: Any, num_heads: int, time: int) -> Any:
    """Adjoint of `heads`, all three."""

    def taken(e: Any) -> Any:
        return tuple(heads(e, k, num_heads=num_heads, time=time) for k in (1, 2, 3))

    return pulled(taken, np.zeros(x.shape), (query, key, value))


def along_rows(values: dict[str, Any]) -> dict[str, Any]:
    """Sums go along the last axis."""
    return values | {"dim": -1}


def without_bias(values: dict[str, Any]) -> dict[str, Any]:
    """Where there is no bias, it is 0."""
    return values | {"bias": 0.0 if values["bias"] is None else values["bias"]}


OPERATORS = {
    "first": first, "second": second, "joined": joined,
    "Phi": Phi, "varphi": varphi,
    "E": group_mean, "neighbours": neighbours,
    "reduction": reduction, "share": share, "softmax": softmax, "column": column,
    "addrows": addrows, "weighed": weighed,
    "pairs": pairs, r"pairs^\top": pairs_adjoint, "length": length, "direction": direction,
    "heads": heads, r"heads^\top": heads_adjoint,
}  # fmt: skip

READINGS = {
    **dict.fromkeys(("normalize", "normalize_slope", "standardize", "rescale"), by_channel),
    "pair_distances": columns, "attention_weights": along_rows, "attention_scores": without_bias,
}  # fmt: skip
