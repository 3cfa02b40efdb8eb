"""Functions of matrices, the last two axes, as formulas name them."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np


def diag(v: Any) -> Any:
    """The square matrix with a vector on its diagonal."""
    return v[..., None] * np.eye(v.shape[-1])


def skew(m: Any) -> Any:
    return (m - m.mT) / 2


def copyltu(m: Any) -> Any:
    """The symmetric matrix with the lower triangle of another."""
    n = m.shape[-1]
    result = np.empty_like(m)
    for i, j in product(range(n), repeat=2):
        result[..., i, j] = m[..., max(i, j), min(i, j)]
    return result


def gaps(v: Any) -> Any:
    """v_j - v_i at (i, j), and 1 on the diagonal."""
    return v[..., None, :] - v[..., :, None] + np.eye(v.shape[-1])


def minor(m: Any, i: int, j: int) -> Any:
    """A matrix without row i and column j."""
    return np.delete(np.delete(m, i, -2), j, -1)


def det(m: Any) -> Any:
    """Laplace's expansion along the first row."""
    n = m.shape[-1]
    if not n:
        return np.ones(m.shape[:-2])
    return sum((-1) ** j * m[..., 0, j] * det(minor(m, 0, j)) for j in range(n))


def cof(m: Any) -> Any:
    """The matrix of cofactors."""
    n = m.shape[-1]
    result = np.empty_like(m)
    for i, j in product(range(n), repeat=2):
        result[..., i, j] = (-1) ** (i + j) * det(minor(m, i, j))
    return result


def tri(m: Any, upper: bool, unitriangular: bool) -> Any:
    """The triangular matrix that is read from another, with ones on the diagonal if asked for."""
    return dtri(m, upper, unitriangular) + unitriangular * np.eye(m.shape[-1])


def dtri(m: Any, upper: bool, unitriangular: bool) -> Any:
    """The entries that `tri` reads, among zeros."""
    result = np.zeros_like(m)
    for i, j in product(range(m.shape[-1]), repeat=2):
        if (i < j if upper else i > j) or (i == j and not unitriangular):
            result[..., i, j] = m[..., i, j]
    return result


def stril(packed: Any) -> Any:
    """What is below the diagonal of a matrix (m, n), in (m, k), k the lesser of m and n."""
    return np.tril(packed[..., : min(packed.shape[-2:])], -1)


def lower(packed: Any) -> Any:
    """The L of the matrix in which elimination leaves L and U: with ones on its diagonal."""
    return stril(packed) + np.eye(packed.shape[-2], min(packed.shape[-2:]))


def upper(packed: Any) -> Any:
    """The U of the matrix in which elimination leaves L and U: (k, n)."""
    return np.triu(packed[..., : min(packed.shape[-2:]), :])


def left(m: Any) -> Any:
    """The inverse of the first rows of a tall matrix, and zeros beside it: a left inverse."""
    rows, k = m.shape[-2:]
    inverse = np.linalg.inv(m[..., :k, :])
    return np.concatenate([inverse, np.zeros((*m.shape[:-2], k, rows - k))], -1)


def right(m: Any) -> Any:
    """The inverse of the first columns of a wide matrix, and zeros below it: a right inverse."""
    return left(m.mT).mT


def perm(pivots: Any, rows: int) -> Any:
    """The matrix of the exchanges of row i with row pivots[i], counted from 1, undone."""
    result = np.zeros((*pivots.shape[:-1], rows, rows))
    for at in np.ndindex(pivots.shape[:-1]):
        order = list(range(rows))
        for i, j in enumerate(pivots[at] - 1):
            order[i], order[j] = order[j], order[i]
        for i, j in enumerate(order):
            result[(*at, j, i)] = 1
    return result


def expm(m: Any) -> Any:
    """The series of the exponential."""
    total = term = np.zeros_like(m) + np.eye(m.shape[-1])
    for n in range(1, 80):
        term = term @ m / n
        total = total + term
    return total


def dexpm(m: Any, direction: Any) -> Any:
    """The derivative of `expm` at m in a direction, of each term of the series."""
    power, changed, total = np.zeros_like(m) + np.eye(m.shape[-1]), np.zeros_like(m), 0.0
    for n in range(1, 80):
        changed = (changed @ m + power @ direction) / n
        power = power @ m / n
        total = total + changed
    return total


def pairs(a: Any, b: Any) -> Any:
    """a_i - b_j for all rows of two matrices, with axes (i, j, coordinate)."""
    return a[..., :, None, :] - b[..., None, :, :]


def cdist(a: Any, b: Any, p: float) -> Any:
    """The p-norms of a_i - b_j."""
    apart = np.abs(pairs(a, b))
    return apart.max(-1, initial=0) if p == math.inf else (apart**p).sum(-1) ** (1 / p)


def dcdist(G: Any, a: Any, b: Any, p: float) -> Any:
    """Per row i of a: the gradients of the p-norms of a_i - b_j, summed with the weights G_ij."""
    apart, lengths = pairs(a, b), cdist(a, b, p)[..., None]
    share = np.abs(apart) / lengths
    gradients = np.sign(apart) * (share == 1 if p == math.inf else share ** (p - 1))
    return (G[..., None] * gradients).sum(-2)


def einsum(*given: Any, under: int | None = None) -> Any:
    """Products of entries of tensors, summed over the labels not in the result's, term by term.

    With `under`, the number of a tensor, the first argument G weighs the terms, and each goes, less
    its factor from that tensor, where that factor stood: the gradient of the tensor.
    """
    *G, tensors, labels, result = given
    sizes: dict[int, int] = {}
    for x, own in zip(tensors, labels):
        for label, n in zip(own, x.shape):
            sizes[label] = n if sizes.get(label, 1) == 1 else sizes[label]
    total = np.zeros(tensors[under].shape if G else [sizes[label] for label in result])
    for place in product(*map(range, sizes.values())):
        value = dict(zip(sizes, place))
        at = tuple(value[label] for label in result)
        own = [tuple(value[i] % n for i, n in zip(own, x.shape)) for x, own in zip(tensors, labels)]
        factors = [x[i] for x, i in zip(tensors, own)]
        if G:
            total[own[under]] += G[0][at] * math.prod(np.delete(factors, under))
        else:
            total[at] += math.prod(factors)
    return total


OPERATORS: dict[str, Callable[..., Any]] = {
    "diag": diag, "skew": skew, "copyltu": copyltu, "gaps": gaps, "det": det, "cof": cof,
    "tri": tri, "dtri": dtri, "lower": lower, "upper": upper, "left": left, "right": right,
    "perm": perm, "stril": stril, "expm": expm, "dexpm": dexpm,
    "cdist": cdist, "dcdist": dcdist, "einsum": einsum,
    "rows": lambda m: m.shape[-2], "columns": lambda m: m.shape[-1],
}  # fmt: skip


def as_matrices(values: dict[str, Any]) -> dict[str, Any]:
    """A vector on the left as a row, on the right as a column; the result as their product."""
    a, b = values["a"], values["b"]
    row, column = a.ndim == 1, b.ndim == 1
    wide = {"a": a[None] if row else a, "b": b[:, None] if column else b}
    for name in ("y", "G"):
        wide[name] = values[name][..., None] if column else values[name]
        wide[name] = wide[name][..., None, :] if row else wide[name]
    return values | wide


def as_rows(values: dict[str, Any]) -> dict[str, Any]:
    """A vector as a row; no bias as 0."""
    rows = {name: np.atleast_2d(values[name]) for name in ("x", "y", "G")}
    return values | rows | ({"bias": 0.0} if values["bias"] is None else {})


def as_factors(*names: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """One number per matrix of a batch so that it scales the matrix."""
    return lambda values: values | {n: values[n][..., None, None] for n in names}


READINGS = {
    "matmul": as_matrices,
    "linear": as_rows,
    "linalg_det": as_factors("G"),
    "linalg_slogdet": as_factors("G_logabsdet"),
}
