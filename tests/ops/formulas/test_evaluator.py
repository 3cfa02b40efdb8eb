"""The evaluator of formulas against NumPy written by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.ops.formulas.evaluator import evaluate, sides
from tests.ops.formulas.parser import FormulaError

A = np.array([[1.0, 2.0], [3.0, 5.0]])
B = np.array([[0.5, -1.0], [2.0, 4.0]])
V = np.array([1.0, -2.0, 3.0])

ENTRIES = {
    "2 x": 2 * V,
    "-x^2": -(V**2),
    "x - x - x": -V,
    "x / x / x": 1 / V,
    r"\frac{1}{x^2}": V**-2,
    r"x^{-1}": 1 / V,
    r"2^{x + 1}": 2 ** (V + 1),
    r"\sqrt{x^2}": abs(V),
    r"\sqrt[3]{x}": np.cbrt(V),
    r"|x| x": abs(V) * V,
    r"\sin^2 x + \cos^2 x": np.ones(3),
    r"\sin(\pi x)": np.sin(math.pi * V),
    r"\sin x \cos x": np.sin(V) * np.cos(V),
    r"e^{x}": np.exp(V),
    r"\log_2 |x|": np.log2(abs(V)),
    r"[x > 0]": np.array([1.0, 0, 1]),
    r"[0 \le x < 2 \lor x = 3]": np.array([1.0, 0, 1]),
    r"[\lnot x > 0]": np.array([0.0, 1, 0]),
    r"\begin{cases} x & \text{if } x > 2 \\ -1 & \text{if } x < 0 \\ 0 & \text{else} \end{cases}":
        np.array([0.0, -1, 3]),
    r"\max(0, x)": np.maximum(V, 0),
    r"\max x": np.array([3.0]),
    r"\sum x^2 - x": V @ V - V,
    r"\frac{1}{2} \sum x \cdot x": np.array([7.0]),
    r"\operatorname{mean} x": np.array([2 / 3]),
    r"\lfloor \frac{x}{2} \rfloor": np.array([0.0, -1, 1]),
    r"\sum_{j \le i} x_j": np.cumsum(V),
    r"\prod_{j \ne i} x_j": np.array([-6.0, 3, -2]),
    r"\sum_{j \ge i} x_j \prod_{k < j} x_k": np.array([-7.0, -8, -6]),
    r"z - 1 \text{ where } z = x + t, t = 2 x": 3 * V - 1,
    r"\sigma(x)": 1 / (1 + np.exp(-V)),
}  # fmt: skip


@pytest.mark.parametrize("latex", ENTRIES)
def test_entries(latex):
    np.testing.assert_allclose(evaluate(latex, {"x": V, "dim": 0}), ENTRIES[latex])


MATRICES = {
    "a b": A @ B,
    r"a \odot b": A * B,
    r"a\,b^\top": A @ B.T,
    r"2 a - b": 2 * A - B,
    "a^{-1} b": np.linalg.solve(A, B),
    r"a^{-\top}": np.linalg.inv(A).T,
    "a^{+}": np.linalg.pinv(A),
    r"\sum a \odot b": (A * B).sum(1, keepdims=True),
    r"\frac{a}{b}": A / B,
    r"(a - b) b": (A - B) @ B,
    r"\operatorname{flip}(a, \mathit{dims})": A[::-1],
    r"G_Q + b": A + B,
}


@pytest.mark.parametrize("latex", MATRICES)
def test_matrices(latex):
    values = {"a": A, "b": B, "G_Q": A, "dim": 1, "dims": (0,)}
    np.testing.assert_allclose(evaluate(latex, values, matrices=True), MATRICES[latex])


def test_equations_have_two_sides():
    one, (left, right) = sides(r"a b, a = 2 b", {"a": A, "b": B}, matrices=True)
    np.testing.assert_array_equal(one, A @ B)
    np.testing.assert_array_equal(left, A)
    np.testing.assert_array_equal(right, 2 * B)


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("x +", "the end"),
        ("(x", "the end"),
        ("x)", "between two factors"),
        (r"\frac{x}", r"the end.*\{"),
        ("x z", "no value for 'z', only for x"),
        (r"\operatorname{odd}(x)", "no function 'odd'"),
        (r"\sin x x", "in parentheses"),
        ("x = x", "not one expression"),
        (r"\sum_{j < i} 1", "an index, of a body without one"),
        (r"x + \mathit{name}", "cannot calculate"),
        (r"x \text{ where } 2 = x", "defines no symbol"),
        (r"|x + (|", "should be"),
    ],
)
def test_what_cannot_be_read_says_so(latex, message):
    with pytest.raises(FormulaError, match=message):
        evaluate(latex, {"x": V} | ({"name": "sum"} if "name" in latex else {}))
