"""Formulas as tokens, and with other names: they must go on meaning what they meant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_fr.autograd.op import Op, Sample
from autograd_fr.viz.explaining.formulas import rewritten, tokens
from tests.ops.formulas.evaluator import sides
from tests.ops.test_formulas import CASES, Run

PIECES = [
    "x", "{", "}", "(", ")", "\\", "\\frac", r"\mathit{a\_b}", r"G_{\mathit{Q}}", "^", "_", " ",
    r"\text{é}", "1.5", r"\left(", r"\,", "&", "\n", "ß", "|",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_the_tokens_of_any_text_are_that_text(text):
    assert "".join(token.text for token in tokens(text)) == text


def kinds(latex: str) -> list[tuple[str, str]]:
    return [(token.kind, token.name) for token in tokens(latex) if token.kind != "space"]


@pytest.mark.parametrize(
    ("latex", "found"),
    [
        (r"\sin x", [("function", "sin"), ("symbol", "x")]),
        (r"\operatorname{nan\_to\_num}", [("function", "nan_to_num")]),
        (r"\mathit{running\_mean}", [("symbol", "running_mean")]),
        (r"\mathit{caf\'{e}}", [("symbol", r"caf\'{e}")]),
        (r"G_Q", [("symbol", "G_Q")]),
        (r"G_{\mathit{Vh}}", [("symbol", "G_Vh")]),
        (r"G_j", [("symbol", "G"), ("sign", "_"), ("symbol", "j")]),
        (r"\beta x", [("symbol", "beta"), ("symbol", "x")]),
        (r"2.5\,y", [("number", "2.5"), ("symbol", "y")]),
        (r"\text{if } x", [("text", r"\text{if }"), ("symbol", "x")]),
        (r"\left(x\right)", [("sign", "("), ("symbol", "x"), ("sign", ")")]),
    ],
)
def test_tokens(latex, found):
    assert kinds(latex) == found


@pytest.mark.parametrize(
    ("latex", "names", "told"),
    [
        ("a + b", {"a": "u", "b": "v + w"}, "u + v + w"),
        ("a - b", {"a": "u - v", "b": "v - w"}, "u - v - (v - w)"),
        ("a + b", {"a": "-1", "b": "-2"}, "-1 + (-2)"),
        (r"a \cdot b", {"a": "-1", "b": "-2"}, r"(-1) \cdot (-2)"),
        ("-x", {"x": "-2"}, "-(-2)"),
        (r"\frac{a}{b^2}", {"a": "u + v", "b": "u v"}, r"\frac{u + v}{(u v)^2}"),
        ("x^2", {"x": r"\frac{1}{2}"}, r"\left(\frac{1}{2}\right)^2"),
        ("a^{b}", {"a": "2", "b": "-3"}, "2^{-3}"),
        ("e^x", {"x": "u + v"}, "e^{u + v}"),
        (r"\sin x", {"x": "u v"}, r"\sin (u v)"),
        (r"\sin x", {"x": "2"}, r"\sin 2"),
        (r"\log_{10} x", {"x": "2"}, r"\log_{10} 2"),
        (r"\log_2 x", {"x": "-2"}, r"\log_2 (-2)"),
        (r"\beta x", {"beta": "2", "x": "3"}, r"2 \cdot 3"),
        ("2 x y", {"x": "3", "y": "4"}, r"2 \cdot 3 \cdot 4"),
        ("2ab", {"a": r"\alpha"}, r"2\alpha b"),
        (r"\sum G \odot y", {"G": "u + v"}, r"\sum (u + v) \odot y"),
        ("[x > 0]", {"x": "-1"}, "[-1 > 0]"),
        ("|x| y", {"x": "u - v", "y": "2"}, r"|u - v| \cdot 2"),
        ("y (1 - y)", {"y": "0.5"}, "0.5 (1 - 0.5)"),
        (r"\lfloor a / b \rfloor", {"a": "u", "b": "u v"}, r"\lfloor u / (u v) \rfloor"),
        (r"x\,\mathit{weight}^\top", {"weight": "W_1"}, r"x\,W_1^\top"),
        (r"x_{\mathit{index}}", {"x": "E_1", "index": "2"}, "{E_1}_{2}"),
        (r"2 & \text{if } x > 0", {"x": "3"}, r"2 & \text{if } 3 > 0"),
        (r"a \text{ where } b = a", {"a": "u + v"}, r"u + v \text{ where } b = u + v"),
        ("x", {"x": "u, v"}, "u, v"),
        (r"2 x", {"x": r"u \cdot v"}, r"2 (u \cdot v)"),
        (r"G\,b^\top", {"G": "X W"}, r"X W\,b^\top"),
        (r"G \odot b", {"G": "u", "b": "X W"}, r"u \odot (X W)"),
        (r"a \bmod b", {"a": "u v", "b": "2"}, r"(u v) \bmod 2"),
        (r"\text{if } x", {"x": "2"}, r"\text{if } 2"),
        (r"\text{a\_b} x", {"x": "2"}, r"\text{a\_b} \cdot 2"),
        (r"\operatorname{cat}(x, d)", {"x": "u, v"}, r"\operatorname{cat}(u, v, d)"),
        ("a + b", {"a": "b", "b": "a"}, "b + a"),
    ],
)
def test_rewritten(latex, names, told):
    assert rewritten(latex, names) == told


def test_the_longest_formula_takes_no_time():
    latex = " + ".join(["x_1 y"] * 20_000)
    assert rewritten(latex, {"y": "u + v"}).count("(u + v)") == 20_000


# Expressions to be put for a symbol, in u and w, and u for what the symbol is.
EXPRESSIONS = {
    "u + w": lambda x, w: x - w,
    "u - w": lambda x, w: x + w,
    "-u": lambda x, w: -x,
    r"u \odot w": lambda x, w: x / w,
    r"w \cdot u": lambda x, w: x / w,
    r"\frac{u}{w}": lambda x, w: x * w,
    "u^{3}": lambda x, w: np.cbrt(x),
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_formulas_mean_the_same_with_expressions_for_their_symbols(expression):
    for op, sample in smallest():
        run = Run(op, sample)
        told, values = {}, dict(run.values)
        arrays = {name: value for name, value in values.items() if is_array(value)}
        for n, (name, value) in enumerate(arrays.items()):
            told[name] = expression.replace("u", f"\\mathit{{u{n}}}").replace(
                "w", f"\\mathit{{w{n}}}"
            )
            with np.errstate(all="ignore"):
                values[f"u{n}"] = EXPRESSIONS[expression](value, 1.25)
            values[f"w{n}"] = np.float64(1.25)
        for latex in (op.latex, *op.derivatives.values()):
            after = rewritten(latex, told)
            assert not {token.name for token in tokens(after)} & told.keys()
            check(run, latex, after, values)


def test_formulas_mean_the_same_with_numbers_for_their_symbols():
    tried = 0
    for op, sample in (case.values for case in CASES):
        run = Run(op, sample)
        numbers = {name: v for name, v in run.values.items() if isinstance(v, float) or is_array(v)}
        if not run.entrywise or any(np.ndim(v) for v in numbers.values()):
            continue
        told = {name: f"{v:.20f}" for name, v in numbers.items() if abs(v) < 1e9}
        values = {name: v for name, v in run.values.items() if name not in told}
        for latex in (op.latex, *op.derivatives.values()):
            check(run, latex, rewritten(latex, told), values)
        tried += 1
    assert tried > 50


def smallest() -> list[tuple[Op, Sample]]:
    """Of every operation the first sample."""
    cases = [case.values for case in CASES]
    return [case for case, before in zip(cases, [(None, None), *cases]) if case[0] is not before[0]]


def is_array(value) -> bool:
    return isinstance(value, (np.ndarray, np.floating)) and value.dtype.kind == "f"


def check(run: Run, before: str, after: str, values) -> None:
    values = values | ({"k": 0} if run.op.variadic else {})
    with np.errstate(all="ignore"):
        expected = sides(before, values | run.values, matrices=not run.entrywise)
        found = sides(after, values, matrices=not run.entrywise)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-7, atol=1e-9, err_msg=f"{before}: {after}")
