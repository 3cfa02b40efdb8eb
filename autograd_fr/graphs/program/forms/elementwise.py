"""Forms of operations entry by entry."""

from __future__ import annotations

import math

from ....kernels import sigmoid
from ..call import Call
from ..text import literal
from .form import Form

LN_2, LN_10 = math.log(2), math.log(10)


def _lower_power(c: Call) -> str | None:
    """The derivative of a to the n for a number n."""
    n = c.plain(1)
    if n is None or n == 0:
        return None
    if n == 1:
        return c.g
    if n == 2:
        return c.fill("2 * {a} * {g}")
    lower = n - 1
    return c.fill(f"{literal(n, repr)} * {{a}} ** {literal(lower, repr)} * {{g}}")


def _power(c: Call) -> str | None:
    return c.fill("{a} ** {b}") if c.plain(1) is not None else None


def _clamped(c: Call) -> str:
    low, high = c.args[1:]
    if low == "None":
        return c.fill("np.minimum({x}, {max})")
    return c.fill("np.maximum({x}, {min})" if high == "None" else "np.clip({x}, {min}, {max})")


def _inside(c: Call) -> str:
    low, high = c.args[1:]
    if low == "None":
        return c.fill("{g} * ({x} <= {max})")
    if high == "None":
        return c.fill("{g} * ({x} >= {min})")
    return c.fill("{g} * (({x} >= {min}) & ({x} <= {max}))")


def _softplus(c: Call) -> str | None:
    plain = c.params["beta"] == 1 and c.params["threshold"] == 20
    return c.fill("np.where({x} > 20, {x}, np.logaddexp({x}, 0))") if plain else None


def _of_softplus(c: Call) -> str | None:
    plain = c.params["beta"] == 1 and c.params["threshold"] == 20
    f = c.library.function(sigmoid)
    return c.fill(f"{{g}} * np.where({{x}} > 20, 1, {f}({{x}}))") if plain else None


def _sigmoid(c: Call) -> str:
    return f"{c.library.function(sigmoid)}({c.args[0]})"


def _of_maximum(mine: str, other: str) -> str:
    lost, tie = f"{{{mine}}} < {{{other}}}", f"{{{mine}}} == {{{other}}}"
    return f"np.where({lost}, 0, np.where({tie}, {{g}} / 2, {{g}}))"


NOTHING = "np.zeros_like({g})"

ELEMENTWISE = {
    "add": Form("{a} + {b}", a="{g}", b="{g}"),
    "sub": Form("{a} - {b}", a="{g}", b="-{g}"),
    "mul": Form("{a} * {b}", a="{g} * {b}", b="{g} * {a}"),
    "div": Form("{a} / {b}", a="{g} / {b}", b="-{g} * {y} / {b}"),
    "neg": Form("-{x}", x="-{g}"),
    "pow": Form(_power, a=_lower_power),
    "square": Form("{x} ** 2", x="2 * {x} * {g}"),
    "sqrt": Form("np.sqrt({x})", x="{g} / (2 * {y})"),
    "rsqrt": Form("1 / np.sqrt({x})", x="-{g} * {y} ** 3 / 2"),
    "cbrt": Form("np.cbrt({x})", x="{g} / (3 * {y} ** 2)"),
    "reciprocal": Form("1 / {x}", x="-{g} * {y} ** 2"),
    "exp": Form("np.exp({x})", x="{g} * {y}"),
    "exp2": Form("np.exp2({x})", x=f"{{g}} * {{y}} * {LN_2}"),
    "expm1": Form("np.expm1({x})", x="{g} * ({y} + 1)"),
    "log": Form("np.log({x})", x="{g} / {x}"),
    "log2": Form("np.log2({x})", x=f"{{g}} / ({{x}} * {LN_2})"),
    "log10": Form("np.log10({x})", x=f"{{g}} / ({{x}} * {LN_10})"),
    "log1p": Form("np.log1p({x})", x="{g} / (1 + {x})"),
    "logaddexp": Form(
        "np.logaddexp({a}, {b})",
        a="{g} * np.exp({a} - {y})", b="{g} * np.exp({b} - {y})",
    ),
    "sigmoid": Form(_sigmoid, x="{g} * {y} * (1 - {y})"),
    "softplus": Form(_softplus, x=_of_softplus),
    "tanh": Form("np.tanh({x})", x="{g} * (1 - {y} ** 2)"),
    "sinh": Form("np.sinh({x})", x="{g} * np.cosh({x})"),
    "cosh": Form("np.cosh({x})", x="{g} * np.sinh({x})"),
    "asinh": Form("np.arcsinh({x})", x="{g} / np.sqrt({x} ** 2 + 1)"),
    "acosh": Form("np.arccosh({x})", x="{g} / np.sqrt({x} ** 2 - 1)"),
    "atanh": Form("np.arctanh({x})", x="{g} / (1 - {x} ** 2)"),
    "sin": Form("np.sin({x})", x="{g} * np.cos({x})"),
    "cos": Form("np.cos({x})", x="-{g} * np.sin({x})"),
    "tan": Form("np.tan({x})", x="{g} * (1 + {y} ** 2)"),
    "asin": Form("np.arcsin({x})", x="{g} / np.sqrt(1 - {x} ** 2)"),
    "acos": Form("np.arccos({x})", x="-{g} / np.sqrt(1 - {x} ** 2)"),
    "atan": Form("np.arctan({x})", x="{g} / (1 + {x} ** 2)"),
    "atan2": Form(
        "np.arctan2({a}, {b})",
        a="{g} * {b} / ({a} ** 2 + {b} ** 2)", b="-{g} * {a} / ({a} ** 2 + {b} ** 2)",
    ),
    "hypot": Form("np.hypot({a}, {b})", a="{g} * {a} / {y}", b="{g} * {b} / {y}"),
    "relu": Form("np.maximum({x}, 0)", x="{g} * ({y} > 0)"),
    "abs": Form("np.abs({x})", x="{g} * np.sign({x})"),
    "sign": Form("np.sign({x})", x=NOTHING),
    "floor": Form("np.floor({x})", x=NOTHING),
    "ceil": Form("np.ceil({x})", x=NOTHING),
    "trunc": Form("np.trunc({x})", x=NOTHING),
    "frac": Form("{x} - np.trunc({x})", x="{g}"),
    "maximum": Form(
        "np.maximum({a}, {b})", a=_of_maximum("a", "b"), b=_of_maximum("b", "a"),
    ),
    "minimum": Form(
        "np.minimum({a}, {b})",
        a=_of_maximum("a", "b").replace("<", ">"), b=_of_maximum("b", "a").replace("<", ">"),
    ),
    "where": Form(
        "np.where({condition}, {a}, {b})",
        a="np.where({condition}, {g}, 0)", b="np.where({condition}, 0, {g})",
    ),
    "clamp": Form(_clamped, x=_inside),
    "alias": Form("{x}", x="{g}"),
}  # fmt: skip
