"""Planted mistakes about shapes and positions, and what the message must say of each."""

from __future__ import annotations

import pytest

from tests.messages.programs import failing, said

MISTAKES = {
    # Products of matrices
    "inner lengths": (
        "x = ag.zeros(4, 3)\nw = ag.zeros(5, 3)\nx @ w",
        "matmul: shapes (4, 3) and (5, 3) cannot be multiplied: `x` has 3 columns, `w` has 5 rows",
        "x  (4, 3)\n           ^\n    w  (5, 3)\n        ^",
        "fix: `x @ w.T`, of shape (4, 5)",
        ":3: `x @ w`",
        "w was assigned at ",
        ":2: `w = ag.zeros(5, 3)`",
    ),
    "swapped": ("a = ag.zeros(3, 4)\nb = ag.zeros(5, 3)\na @ b", "`b @ a`, of shape (5, 4)"),
    "left transposed": (
        "a, b = ag.zeros(3, 4), ag.zeros(3, 2)\na @ b",
        "`a.T @ b`, of shape (4, 2)",
    ),
    "outer": (
        "u, r = ag.zeros(4), ag.zeros(1, 3)\nu @ r",
        "`u` has 4 entries, `r` has 1 rows",
        "`u[:, None] @ r`, of shape (4, 3)",
    ),
    "entry by entry": ("a, b = ag.zeros(3, 2, 5), ag.zeros(2, 5)\na @ b", "a @ b.T"),
    "batches": (
        "a, b = ag.zeros(3, 2, 5), ag.zeros(4, 5, 2)\na @ b",
        "matmul",
        "a  (3, 2, 5)",
        "b  (4, 5, 2)",
    ),
    "batches that differ": (
        "a, b = ag.zeros(3, 2, 5), ag.zeros(4, 5, 2)\na @ b",
        "`a` has a batch of (3,) matrices, `b` one of (4,), which do not broadcast",
        "a  (3, 2, 5)\n        ^",
    ),
    "written transposed": (
        "X, W = ag.zeros(32, 10), ag.zeros(10, 5)\nX @ W.T",
        "`W.T` has 5 rows",
        "fix: `X @ W`, of shape (32, 5)",
    ),
    "a weight transposed": (
        "X, W = ag.zeros(32, 10), ag.zeros(10, 5)\nF.linear(X, W)",
        "(out, in): `W.T` takes 10",
    ),
    "a bias": (
        "x, W, b = ag.zeros(2, 3), ag.zeros(4, 3), ag.zeros(5)\nF.linear(x, W, b)",
        "has 4 rows, `b` is of shape (5,)",
        "has to be of shape (4,)",
    ),
    "batches of systems": (
        "A, B = ag.rand(3, 2, 2), ag.rand(4, 2, 2)\nag.linalg.solve(A, B)",
        "linalg.solve: a batch (3,) of matrices A and one (4,) of B",
    ),
    "bools subtracted": ("a = ag.ones(2) > 0\na - a", "sub: bools have no difference"),
    "uneven rows": (
        "ag.tensor([[[1], [2]], [[1, 2], [3]]])",
        "data[1][0] has 2 entries, data[0][0] has 1",
    ),
    "as a method": ("x, w = ag.zeros(2, 3), ag.zeros(4, 5)\nx.matmul(w)", "`x` has 3 columns"),
    "another name for it": (
        "a, b = ag.zeros(2, 3), ag.zeros(2, 3)\nag.mm(a, b)",
        "mm: shapes",
        "`a @ b.T`",
    ),
    "an operation inside": (
        "a = ag.zeros(2, 3)\nag.baddbmm(a, a, a)",
        "baddbmm: input must have 3",
    ),
    "dtypes": (
        "x = ag.zeros(2, 3)\nw = x.T.double()\nx @ w",
        "different dtypes",
        "x  (2, 3)  float32",
        "w  (3, 2)  float64",
        ".to(float32)",
    ),
    "bools": ("b = ag.ones(2, 2).bool()\nb @ b", "not bools", ".float()"),
    "a number": ("x = ag.zeros(2)\nx @ 2", "multiply numbers with *", "x  (2,)"),
    # None and text
    "None in a product": (
        "x, y = ag.zeros(2, 3), None\nx @ y",
        "matmul: `y` is None, not a tensor",
    ),
    "None in a sum": ("x = ag.zeros(2)\ny = print()\nx + y", "add: ", "`y` is None", "return"),
    "a gradient not there": (
        "w = ag.zeros(2, requires_grad=True)\nw + w.grad",
        "`w.grad` is None until backward()",
    ),
    "None to reshape": ("y = None\nag.reshape(y, (2,))", "reshape: `y` is None"),
    "text": ("x, n = ag.zeros(2), '3'\nx * n", "mul: ", "'3'", "`n` is text: float(n)"),
    # Broadcasting
    "broadcasting": (
        "scores = ag.zeros(4, 3)\nbias = ag.zeros(4)\nscores + bias",
        "add: shapes (4, 3) and (4,) do not broadcast",
        "along axis -1 `scores` has length 3, `bias` 4",
        "    scores  (4, 3)\n                ^\n    bias       (4,)\n                ^",
        "fix: `bias.unsqueeze(1)`, for a result of shape (4, 3)",
    ),
    "a transposed operand": (
        "a, b = ag.zeros(4, 3), ag.zeros(3, 4)\na * b",
        "`a.T`, for a result",
        "`b.T`",
    ),
    "as many entries": (
        "a, b = ag.zeros(6), ag.zeros(2, 3, 1)\na - b.reshape(2, 3)[:, :2]",
        "sub: ",
    ),
    "a product was meant": (
        "a, b = ag.zeros(4, 3), ag.zeros(3, 5)\na * b",
        "the product of matrices",
        "`a @ b`",
    ),
    "a list": ("x = ag.zeros(3)\nx + [1, 2]", "`x` has length 3, other 2"),
    "three operands": (
        "c = ag.ones(4, 3) > 0\na, b = ag.zeros(3), ag.zeros(5)\nag.where(c, a, b)",
        "where: shapes (4, 3) and (5,)",
        "`c` has length 3, `b` 5",
    ),
    "in place": ("x = ag.zeros(3)\ny = ag.zeros(4)\nx.add_(y)", "add_: shapes", "`y` 4"),
    "by an operator in place": (
        "x = ag.zeros(3)\ny = ag.zeros(4)\nx += y",
        "`x` has length 3, `y` 4",
    ),
    "into a smaller one": (
        "a, b = ag.zeros(4), ag.zeros(1, 3)\na.add_(b)",
        "fix: make the marked lengths of `b` those of `a`, or 1",
    ),
    "no product of matrices either": (
        "c, d = ag.zeros(2, 3), ag.zeros(3, 1, 4)\nc * d",
        "make the marked lengths equal",
    ),
    "an expression": (
        "a, b = ag.zeros(2, 3), ag.zeros(3, 2)\nag.where(a > 0, b, b)",
        "`a > 0` has length 3, `b` 2",
        "`(a > 0).T`, for a result of shape (3, 2)",
    ),
    "an assignment": (
        "x = ag.zeros(3, 4)\nx[0] = ag.ones(3)",
        "entries     (4,)\n                 ^\n    ag.ones(3)  (3,)",
    ),
    "a gradient": ("x = ag.zeros(3)\nx.grad = ag.zeros(4)", "x            (3,)", "ag.zeros(4)"),
    "comparison": ("x, y = ag.zeros(3), ag.zeros(4)\nx < y", "lt: shapes (3,) and (4,)", "`x`"),
    # Shapes
    "reshape": (
        "x = ag.zeros(2, 5)\nx.reshape(3, -1)",
        "reshape: `x` of shape (2, 5) has 10 entries",
        "10 is not divisible by 3",
        "fix: (2, 5) would fit",
    ),
    "view": (
        "x = ag.zeros(3, 4)\nx.view(5, 4)",
        "view: `x`",
        "that takes 20 entries",
        "fix: (3, 4) would fit",
    ),
    "the shape of another": ("x = ag.zeros(2, 3)\nx.view_as(ag.zeros(7))", "do not fill (7,)"),
    "two lengths free": ("x = ag.zeros(3, 4)\nx.reshape(3, -1, -1)", "only one length can be -1"),
    "cat": (
        "a = ag.zeros(2, 3)\nb = ag.zeros(2, 4)\nag.cat([a, b])",
        "cat along axis 0: tensor 1",
        "a  (2, 3)\n           ^\n    b  (2, 4)",
        "fix: along dim=1 they do fit",
    ),
    "cat of other depths": (
        "a, b = ag.zeros(2, 3), ag.zeros(3)\nag.cat([a, b])",
        "fix: `b.unsqueeze(0)` fits",
    ),
    "stack": (
        "a, b = ag.zeros(2, 3), ag.zeros(4, 3)\nag.stack([a, b])",
        "stack: tensor 1",
        "cat(..., dim=0) joins them",
    ),
    "one deeper to stack": (
        "a, b = ag.zeros(1), ag.zeros(1, 1)\nag.stack([a, b])",
        "`b.squeeze(0)` fits",
    ),
    "None to join": ("a, b = ag.zeros(2), None\nag.cat([a, b])", "cat: number 1", "`b` is None"),
    "no list": ("a, b = ag.zeros(2), ag.zeros(2)\nag.cat(a, b)", "several tensors go into a list"),
    "expand": ("x = ag.zeros(2, 3)\nx.expand(4, 3)", "expand of (2, 3)", "x  (2, 3)"),
    # Positions
    "an index": (
        "x = ag.zeros(4, 3)\nx[:, 5]",
        "index 5 is out of range for axis 1 of size 3",
        "x  (4, 3)\n           ^",
        "axis 1 goes from 0 to 2, or from -3 to -1",
    ),
    "an index of another axis": ("x = ag.zeros(2, 9)\nx[5]", "axis 1 is longer"),
    "a mask": (
        "x, m = ag.zeros(2, 3), ag.ones(3) > 0\nx[m]",
        "a mask of shape (3,)",
        "axis 1 has 3: `x[:, mask]`",
    ),
    "gather": (
        "x, i = ag.zeros(2, 3), ag.tensor([[7]])\nx.gather(1, i)",
        "gather of (2, 3)",
        "x  (2, 3)\n           ^",
    ),
    "an axis": (
        "x = ag.zeros(2, 3)\nx.sum(2)",
        "sum: axis 2 of a tensor with 2 axes",
        "x     (2, 3)\n    axis  (0, 1)",
    ),
}


@pytest.mark.parametrize(("source", "fragments"), [(m[0], m[1:]) for m in MISTAKES.values()],
                         ids=MISTAKES)  # fmt: skip
def test_a_mistake_is_told(source, fragments):
    text = said(failing(source))
    for fragment in fragments:
        assert fragment in text, text
