"""Functions entry by entry, as formulas name them, by definitions that are not the package's."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np


def each(function: Callable[..., float]) -> Callable[..., Any]:
    """A function of numbers on every entry of its first argument, and of what broadcasts to it."""

    def call(x: Any, *others: Any, **options: Any) -> Any:
        entries = np.broadcast_arrays(x, *others)
        found = [function(*map(float, row), **options) for row in zip(*map(np.ravel, entries))]
        return np.reshape(np.array(found, float), entries[0].shape)

    return call


def log(x: Any, under: float = math.e) -> Any:
    return np.log(x) / np.log(under)


def towards_zero(x: Any) -> Any:
    return np.sign(x) * np.floor(np.abs(x))


def rounded(x: Any, decimals: Any = 0) -> Any:
    return each(lambda entry: round(entry, int(decimals)))(x)


def inverse_erf(x: float) -> float:
    return NormalDist().inv_cdf((1 + x) / 2) / math.sqrt(2)


# Sums and integrals that define special functions


def digamma(x: float) -> float:
    """By its recurrence up to x + 100, and the first terms of its asymptotic series there."""
    z = x + 100
    series = math.log(z) - 1 / (2 * z) - 1 / (12 * z**2) + 1 / (120 * z**4)
    return series - sum(1 / (x + k) for k in range(100))


def polygamma(x: float, n: int) -> float:
    """(-1)^(n + 1) n! times the sum of (x + k)^-(n + 1), its tail by Euler and Maclaurin."""
    s, z = n + 1, x + 100
    tail = z ** (1 - s) / (s - 1) + z**-s / 2 + s * z ** (-s - 1) / 12
    whole = sum((x + k) ** -s for k in range(100)) + tail
    return (-1) ** (n + 1) * math.factorial(n) * whole


def psi(x: Any, order: Any = 0) -> Any:
    n = int(order)
    return each(polygamma)(x, n=n) if n else each(digamma)(x)


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)


def sinc(x: Any, order: Any = 0) -> Any:
    """The derivatives of the integral of cos πxt over t from 0 to 1."""
    n, t = int(order), (_NODES + 1) / 2
    turned = np.cos(math.pi * np.multiply.outer(x, t) + n * math.pi / 2)
    return (turned * (math.pi * t) ** n * _WEIGHTS / 2).sum(-1)


OPERATORS: dict[str, Callable[..., Any]] = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "arsinh": np.arcsinh, "arcosh": np.arccosh, "artanh": np.arctanh,
    "atan2": each(math.atan2),
    "exp": np.exp, "ln": np.log, "log": log,
    "sigma": lambda x: 1 / (1 + np.exp(-x)),
    "sgn": np.sign, "abs": np.abs, "floor": np.floor, "ceil": np.ceil,
    "trunc": towards_zero, "round": rounded, "nextafter": each(math.nextafter),
    "max": np.maximum, "min": np.minimum,
    "erf": each(math.erf), "erfc": each(math.erfc), "erf^{-1}": each(inverse_erf),
    "Gamma": each(math.gamma), "psi": psi, "sinc": sinc,
}  # fmt: skip


# What parameters mean where they are left out


def unbounded(values: dict[str, Any]) -> dict[str, Any]:
    low, high = values["min"], values["max"]
    return values | {
        "min": -math.inf if low is None else low,
        "max": math.inf if high is None else high,
    }


def unconfined(values: dict[str, Any]) -> dict[str, Any]:
    return values | {"eps": values["eps"] or 0}


def finite(values: dict[str, Any]) -> dict[str, Any]:
    most = np.finfo(float).max
    defaults = {"nan": 0.0, "posinf": most, "neginf": -most}
    return values | {k: v if values[k] is None else values[k] for k, v in defaults.items()}


READINGS = {"clamp": unbounded, "logit": unconfined, "nan_to_num": finite}
