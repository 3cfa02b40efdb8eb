"""Functions entry by entry, as formulas name them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def log(x: Any, under: float = math.e) -> Any:
    return np.log(x) / np.log(under)


OPERATORS: dict[str, Callable[..., Any]] = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh,
    "arcsin": np.arcsin, "arccos": np.arccos, "arctan": np.arctan,
    "arsinh": np.arcsinh, "arcosh": np.arccosh, "artanh": np.arctanh, "atan2": np.arctan2,
    "exp": np.exp, "ln": np.log, "log": log,
    "sigma": lambda x: 1 / (1 + np.exp(-x)),
    "sgn": np.sign, "abs": np.abs, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc,
    "max": np.maximum, "min": np.minimum,
}  # fmt: skip
