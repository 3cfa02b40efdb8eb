"""Forms of reductions, of what runs along an axis, and of the exponentials normalised there."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ....dtypes import as_dtype
from ..call import Call, Lines
from ..text import reshaped
from .axes import axis_arguments, put_back, reduced_axes, repeated
from .exponentials import log_softmax, logsumexp, softmax
from .form import Form, Writer


def _count(c: Call) -> int:
    return math.prod(c.like(0).shape[i] for i in reduced_axes(c))


def _reduction(name: str) -> Writer:
    def forward(c: Call) -> str | None:
        arguments = axis_arguments(c)
        dtype = c.params.get("dtype")
        if dtype is not None:
            arguments += f"{', ' if arguments else ''}dtype=np.{as_dtype(dtype).name}"
        return f"{c.args[0]}.{name}({arguments})" if _count(c) or name == "sum" else None

    return forward


def _of_sum(c: Call) -> str:
    return repeated(c, c.g)


def _of_mean(c: Call) -> str | None:
    return repeated(c, f"{c.g} / {_count(c)}") if _count(c) else None


def _correction(c: Call) -> float:
    """What is taken off the number of entries in a variance."""
    correction, unbiased = c.params["correction"], c.params["unbiased"]
    dim = c.params["dim"]
    if isinstance(dim, bool):
        return -1
    given = correction if correction is not None else 1 if unbiased is None else int(unbiased)
    return given if _count(c) > given >= 0 else -1


def _var(c: Call) -> str | None:
    correction = _correction(c)
    arguments = ", ".join(filter(None, (axis_arguments(c), f"ddof={correction}")))
    return f"{c.args[0]}.var({arguments})" if correction >= 0 else None


def _of_var(c: Call) -> str | None:
    x, n = c.args[0], _count(c) - _correction(c)
    deviation = f"({x} - {x}.mean({axis_arguments(c, keep=True)}))"
    return f"2 / {n} * {put_back(c, c.g)} * {deviation}" if _correction(c) >= 0 else None


def _of_prod(c: Call) -> Lines | None:
    """Per entry the product of all before it, times that of all after it: no division by 0."""
    shape, whole = c.like(0).shape, c.params["dim"] is None
    if c.params["dtype"] is not None or 0 in (*shape, len(shape)):
        return None
    x, k = (c.temporary("flat"), 0) if whole else (c.args[0], _along(c))
    at, axis = ":, " * k, f", axis={k}" if k else ""
    one, before, after = map(c.temporary, ("one", "before", "after"))
    cumprod = f"np.cumprod(np.concatenate([{one}, {x}[{at}{{}}]]{axis}), axis={k})".format
    product = f"{put_back(c, c.g)} * {before} * {after}"
    return Lines([
        *([f"{x} = {c.args[0]}.ravel()"] if whole else []),
        f"{one} = np.ones_like({x}[{at}:1])",
        f"{before} = {cumprod(':-1')}",
        f"{after} = {cumprod(':0:-1')}[{at}::-1]",
        "{} = " + (reshaped(f"({product})", shape) if whole else product),
    ])  # fmt: skip


def _of_extreme(c: Call) -> Lines | None:
    """Shared evenly by all that are the greatest."""
    if not c.like(0).shape or 0 in c.like(0).shape:
        return None
    chosen = c.temporary("chosen")
    narrow = "" if c.result.dtype == np.float64 else f"dtype=np.{c.result.dtype.name}"
    total = f"{chosen}.sum({', '.join(filter(None, (axis_arguments(c, keep=True), narrow)))})"
    return Lines([
        f"{chosen} = {c.args[0]} == {put_back(c, c.y)}",
        f"{{}} = {put_back(c, c.g)} * {chosen} / {total}",
    ])  # fmt: skip


def _along(c: Call) -> int:
    ndim = len(c.like(0).shape)
    return int(c.params["dim"]) % ndim if ndim else 0


def _normalised(function: Callable[..., Any]) -> Writer:
    def forward(c: Call) -> str | None:
        x = c.args[0]
        if c.params["dtype"] is not None or not c.like(0).shape:
            return None
        return f"{c.library.function(function)}({x}, {_along(c)})"

    return forward


def _of_softmax(c: Call) -> str | None:
    along = f"axis={_along(c)}, keepdims=True"
    return c.fill(f"{{y}} * ({{g}} - ({{g}} * {{y}}).sum({along}))") if c.like(0).shape else None


def _of_log_softmax(c: Call) -> str | None:
    along = f"axis={_along(c)}, keepdims=True"
    return c.fill(f"{{g}} - np.exp({{y}}) * {{g}}.sum({along})") if c.like(0).shape else None


def _logsumexp(c: Call) -> str:
    axes = reduced_axes(c)
    dim = axes[0] if len(axes) == 1 else axes
    return f"{c.library.function(logsumexp)}({c.args[0]}, {dim}, {c.params['keepdim']})"


def _of_logsumexp(c: Call) -> str:
    return f"{put_back(c, c.g)} * np.exp({c.args[0]} - {put_back(c, c.y)})"


def _cumsum(c: Call) -> str | None:
    plain = c.params["dtype"] is None and c.like(0).shape
    return f"np.cumsum({c.args[0]}, axis={_along(c)})" if plain else None


def _of_cumsum(c: Call) -> str | None:
    k = _along(c)
    return f"np.flip(np.cumsum(np.flip({c.g}, {k}), {k}), {k})" if c.like(0).shape else None


def _std(c: Call) -> str | None:
    text = _var(c)
    return text and text.replace(".var(", ".std(")


def _of_std(c: Call) -> str | None:
    """That of the variance over 2 y; nothing where all entries are equal."""
    x, n = c.args[0], _count(c) - _correction(c)
    deviation = f"({x} - {x}.mean({axis_arguments(c, keep=True)}))"
    y = put_back(c, c.y)
    divisor = f"({n} * np.where({y} == 0, 1, {y}))"
    return f"{put_back(c, c.g)} * {deviation} / {divisor}" if _correction(c) >= 0 else None


def _norm(c: Call) -> str | None:
    return f"np.sqrt(({c.args[0]} ** 2).sum({axis_arguments(c)}))" if _is_euclidean(c) else None


def _is_euclidean(c: Call) -> bool:
    return c.params["ord"] == 2 and c.params["dtype"] is None


def _of_norm(c: Call) -> str | None:
    y = put_back(c, c.y)
    if not _is_euclidean(c):
        return None
    return f"{put_back(c, c.g)} * {c.args[0]} / np.where({y} == 0, 1, {y})"


REDUCTIONS = {
    "sum": Form(_reduction("sum"), x=_of_sum),
    "prod": Form(_reduction("prod"), x=_of_prod),
    "mean": Form(_reduction("mean"), x=_of_mean),
    "amax": Form(_reduction("max"), x=_of_extreme),
    "amin": Form(_reduction("min"), x=_of_extreme),
    "var": Form(_var, x=_of_var),
    "std": Form(_std, x=_of_std),
    "vector_norm": Form(_norm, x=_of_norm),
    "softmax": Form(_normalised(softmax), x=_of_softmax),
    "log_softmax": Form(_normalised(log_softmax), x=_of_log_softmax),
    "logsumexp": Form(_logsumexp, x=_of_logsumexp),
    "cumsum": Form(_cumsum, x=_of_cumsum),
}
