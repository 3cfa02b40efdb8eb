"""Planted mistakes, and what the message must say of each."""

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
    # Modules
    "features": (
        "net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(9, 2))\nx = ag.zeros(32, 4)\n"
        "y = net(x)",
        "linear: an input of shape (32, 8) does not fit a weight of shape (2, 9)",
        "the result of relu has 8 features, `net.2.weight` takes 9",
        "fix: make the layer Linear(8, 2) in the place of Linear(9, 2)",
        "in net.2: Linear(9, 2), inside net: Sequential",
        ":3: `y = net(x)`",
        "input was made by relu at ",
    ),
    "images": (
        "layer = nn.Linear(12, 2)\nx = ag.zeros(5, 3, 4)\nlayer(x)",
        "fix: flatten the input first, with nn.Flatten(1)",
        "in layer: Linear(12, 2)",
    ),
    "a layer's dtype": (
        "layer = nn.Linear(3, 2)\nx = ag.zeros(4, 3).double()\nlayer(x)",
        "different dtypes",
        "the layer is float32: give it x.to(float32)",
    ),
    "None to a net": (
        "net = nn.Sequential(nn.Linear(3, 2))\nnet(None)",
        "linear: input is None",
        "in net.0: Linear(3, 2), inside net: Sequential",
    ),
    "a net of one's own": (
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(nn.Linear(4, 4), nn.Tanh())
                self.gain = nn.Parameter(ag.ones(3))
            def forward(self, x):
                h = self.body(x)
                return h * self.gain
        model = Net()
        model(ag.zeros(2, 4))
        """,
        "`h` has length 4, `self.gain` 3",
        "in model: Net",
        ":8: `return h * self.gain`",
        "h was made by tanh at ",
        ":7: `h = self.body(x)`",
        "self.gain is a parameter, model.gain",
    ),
    "an error of one's own": (
        """
        class Picky(nn.Module):
            def forward(self, x):
                raise ValueError("not like this")
        net = nn.Sequential(nn.ReLU(), Picky())
        net(ag.zeros(1))
        """,
        "not like this",
        "in net.1: Picky(), inside net: Sequential",
    ),
    # Losses
    "too few targets": (
        "s, t = ag.zeros(4, 3), ag.tensor([0, 1])\nF.cross_entropy(s, t)",
        "s  (4, 3)\n        ^\n    t  (2,)\n        ^",
        "has to be of shape (4,)",
    ),
    "a class beyond": (
        "s, t = ag.zeros(2, 3), ag.tensor([0, 5])\nF.cross_entropy(s, t)",
        "target[1] is 5",
        "let the last layer give 6 scores",
    ),
    "classes from 1": (
        "s, t = ag.zeros(3, 3), ag.tensor([1, 2, 3])\nF.nll_loss(s, t)",
        "counted from 0: give `target - 1`",
    ),
    "classes as floats": (
        "s, t = ag.zeros(2, 3), ag.tensor([0.0, 1.0])\nF.cross_entropy(s, t)",
        "fix: `t.long()`",
    ),
    "a column of classes": (
        "s, t = ag.zeros(2, 3), ag.tensor([[0], [1]])\nF.cross_entropy(s, t)",
        "fix: `t.squeeze(1)`",
    ),
    "one-hot rows": (
        "s = ag.zeros(1, 3)\nt = ag.tensor([[0, 1, 0]])\nnn.CrossEntropyLoss()(s, t)",
        "`t.argmax(1)`",
        "in CrossEntropyLoss(",
    ),
    "a target to broadcast": (
        "y, t = ag.zeros(4, 3), ag.zeros(2)\nF.mse_loss(y, t)",
        "mse_loss: shapes (4, 3) and (2,)",
    ),
    "no target": ("y, t = ag.zeros(4), None\nF.mse_loss(y, t)", "mse_loss: ", "`t` is None"),
    # Graphs
    "a leaf in place": (
        "w = ag.zeros(2, requires_grad=True)\nw.add_(1)",
        "add_: `w`, a leaf that requires a gradient",
        "under no_grad()",
    ),
    "backward of many": (
        "w = ag.zeros(2, requires_grad=True)\ny = w * 2\ny.backward()",
        "`y` is of shape (2,)",
        ".sum()",
        "y was made by mul at ",
        ":2: `y = w * 2`",
    ),
    "backward of nothing": (
        "x = ag.zeros(2)\ny = x.sum()\ny.backward()",
        "`y` depends on nothing",
        "requires_grad=True",
    ),
    "backward twice": (
        "w = ag.tensor(1.0, requires_grad=True)\ny = w.sin()\ny.backward()\ny.backward()",
        "`sin` (line 2 of program",
        "retain_graph=True",
    ),
    "grad of a constant": (
        "x, w = ag.tensor(1.0), ag.tensor(1.0, requires_grad=True)\n"
        "ag.autograd.grad(x * w, [w, x])",
        "input 1 does not require a gradient: create `x` with requires_grad=True",
    ),
    "grad of what is not used": (
        "x, w = (ag.tensor(1.0, requires_grad=True) for _ in 'ab')\n"
        "ag.autograd.grad(w * 2, [w, x])",
        "input 1 (`x`)",
        "allow_unused",
    ),
    "a backward of one's own": (
        """
        class Cube(ag.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x**3
            @staticmethod
            def backward(ctx, g):
                return g.sum()
        w = ag.zeros(4, requires_grad=True)
        y = Cube.apply(w)
        y.sum().backward()
        """,
        "Cube.backward returned",
        "in the backward pass of `Cube`, called at ",
        ":9: `y = Cube.apply(w)`",
    ),
    # Words
    "a keyword": (
        "x = ag.zeros(2)\nag.sum(x, dims=0)",
        "sum() got an unexpected keyword argument 'dims'",
        "did you mean 'dim'?",
    ),
    "a keyword of a composition": (
        "x = ag.zeros(2)\nag.flatten(x, start=0)",
        "did you mean 'start_dim'?",
    ),
    "a keyword of a layer": (
        "nn.Linear(3, 4, biass=False)",
        "Linear() got",
        "did you mean 'bias'?",
    ),
    "a keyword of an optimizer": (
        "optim.SGD([ag.zeros(1)], learning_rate=1)",
        "did you mean 'lr'?",
    ),
    "a net for its parameters": ("optim.SGD(nn.Linear(1, 1), lr=1)", "the Linear's .parameters()"),
    "an option": ("nn.MSELoss(reduction='avg')", "'mean', 'sum' or 'none', not 'avg'"),
}


@pytest.mark.parametrize(("source", "fragments"), [(m[0], m[1:]) for m in MISTAKES.values()],
                         ids=MISTAKES)  # fmt: skip
def test_a_mistake_is_told(source, fragments):
    text = said(failing(source))
    for fragment in fragments:
        assert fragment in text, text


NAMES = [
    ("nn.Linaer", "Linear"),
    ("nn.functional.rleu", "relu"),
    ("nn.init.xavier_unifrom_", "xavier"),
    ("nn.utils.clip_grad_norm", "clip_grad_norm_"),
    ("optim.Addam", "Adam"),
    ("optim.adm", "Adam"),
    ("ag.linalg.slove", "solve"),
    ("ag.special.expti", "expit"),
    ("ag.autograd.gradchek", "gradcheck"),
    ("ag.array", "tensor"),
    ("ag.expand_dims", "unsqueeze"),
    ("ag.tensr", "tensor"),
    ("ag.zeros(1).to_numpy", "numpy"),
    ("ag.zeros(1).expand_dims", "unsqueeze"),
    ("nn.Linear(1, 1).wieght", "weight"),
    ("nn.Sequential().forwrad", "forward"),
    ("ag.utils.checkpiont", "checkpoint"),
]


@pytest.mark.parametrize(("expression", "meant"), NAMES)
def test_a_name_that_is_not_there_is_suggested(expression, meant):
    error = failing(expression)
    assert isinstance(error, AttributeError)
    assert f"did you mean '{meant}" in str(error)
    assert error.name is None, "else Python would suggest once more"
