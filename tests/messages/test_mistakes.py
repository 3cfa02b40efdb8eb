"""Planted mistakes about everything but shapes, and what the message must say of each."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from tests.messages.programs import failing, said

MISTAKES = {
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
    "a layer in two places": (
        "one = nn.Linear(3, 4)\nnet = nn.Sequential(one, nn.ReLU(), one)\nnet(ag.zeros(2, 3))",
        "fix: one layer stands at net.0 and net.2: make one of its own, Linear(4, 4)",
        "in net.0: Linear(3, 4) (one layer, at net.0 and net.2)",
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
        "counted from 0: give `t - 1`",
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
    "weights": (
        "s, t, w = ag.zeros(2, 3), ag.tensor([0, 1]), ag.ones(4)\nF.cross_entropy(s, t, w)",
        "s  (2, 3)\n           ^\n    w  (4,)\n        ^",
        "fix: the weights have to be of shape (3,)",
    ),
    "probabilities": (
        "s, p = ag.zeros(5, 3), ag.zeros(5, 4)\nF.cross_entropy(s, p)",
        "class numbers, integers of shape (5,), or probabilities of shape (5, 3)",
    ),
    "a target of another shape": (
        "y = ag.zeros(4)\nF.mse_loss(y, ag.zeros(5))",
        "`y` has length 4, `ag.zeros(5)` 5",
        "fix: the target has to be of the shape of the input",
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
    "grad of many": (
        "w = ag.zeros(2, requires_grad=True)\nag.autograd.grad(w * 2, w)",
        "grad_outputs",
    ),
    "backward of a comparison": (
        "x = ag.zeros(2, requires_grad=True)\nloss = (x > 0).sum()\nloss.backward()",
        "`gt` at program",
        ":2: `loss = (x > 0).sum()` cuts the graph",
    ),
    "backward of an argmax": (
        "x = ag.zeros(2, requires_grad=True)\nk = x.argmax()\nloss = (k - 1.0) ** 2\n"
        "loss.backward()",
        "`argmax` at program",
        ":2: `k = x.argmax()` may have cut the graph",
    ),
    "backward of a number": (
        "x = ag.zeros(2, requires_grad=True)\ny = ag.tensor(x.sum().item())\ny.backward()",
        "`item` at program",
        "cuts the graph",
    ),
    "backward of a derivative": (
        "x = ag.ones(2, requires_grad=True)\n(g,) = ag.autograd.grad((x * x).sum(), x)\n"
        "ag.autograd.grad(g.sum(), x)",
        "grad((x * x).sum(), x)` gave constants",
        "create_graph=True",
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
    "a method for its parameters": ("optim.SGD(nn.Linear(1, 1).parameters)", "call parameters()"),
    "text for a rate": ("optim.SGD([ag.zeros(1)], lr='0.1')", "lr is a number, got '0.1'"),
    "a loss that is not called": (
        "y, t = ag.zeros(2), ag.zeros(2)\nnn.MSELoss(y, t)",
        "then called: nn.MSELoss()(input, target)",
    ),
    "a list of state": ("nn.Linear(1, 1).load_state_dict([1])", "a state is a dict"),
    "a keyword of tensor": ("ag.tensor(1.0, requires_gard=True)", "did you mean 'requires_grad'?"),
    "a file for a layer": ("nn.linear(2, 3)", "is not callable; did you mean 'Linear'?"),
    "a file for an optimizer": ("optim.sgd([])", "did you mean 'SGD'?"),
    "an option": ("nn.MSELoss(reduction='avg')", "'mean', 'sum' or 'none', not 'avg'"),
}


@pytest.mark.parametrize(("source", "fragments"), [(m[0], m[1:]) for m in MISTAKES.values()],
                         ids=MISTAKES)  # fmt: skip
def test_a_mistake_is_told(source, fragments):
    text = said(failing(source))
    for fragment in fragments:
        assert fragment in text, text


KINDS = {
    "ag.zeros(3)[1.0]": (IndexError, TypeError),
    "ag.zeros(3)[ag.tensor([0.0])]": (IndexError, TypeError),
    "[1, 2, 3][ag.tensor([0, 1])]": (TypeError, ValueError),
    "range(ag.tensor([1, 2]))": (TypeError, ValueError),
    "x = ag.zeros(3)\ndel x[0]": (TypeError,),
    "ag.zeros(3) @ 3.0": (TypeError, ValueError),
    "ag.cat([1.0, 2.0])": (TypeError, ValueError),
}


@pytest.mark.parametrize("source", KINDS)
def test_an_error_is_of_the_kinds_that_programs_catch(source):
    error = failing(source)
    assert all(isinstance(error, kind) for kind in KINDS[source])
    assert str(error)


def test_parameters_with_their_names_are_taken_and_doubled_ones_warned_of():
    net = nn.Linear(2, 2)
    (group,) = optim.SGD(net.named_parameters(), lr=0.1).param_groups
    assert group["params"] == [net.weight, net.bias]
    with pytest.warns(UserWarning, match="given twice"):
        optim.SGD([net.weight, net.weight], lr=0.1)


NAMES = [
    ("nn.Linaer", "Linear"),
    ("nn.functional.rleu", "relu"),
    ("nn.init.xavier_unifrom_", "xavier"),
    ("nn.utils.clip_gradnorm_", "clip_grad_norm_"),
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


def test_a_tuple_that_a_layer_can_take_is_not_blamed():
    packed = nn.utils.rnn.pack_sequence([ag.ones(2, 5)])
    with pytest.raises(RuntimeError) as caught:
        nn.LSTM(3, 3)(packed)
    assert "takes a tensor" not in str(caught.value)
