"""A leaf moved a little: the change that its derivative predicts, and the actual one."""

from __future__ import annotations

import copy
import io
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import DtypeError, GraphError, ShapeError


def leaf(value):
    return ag.tensor(value, dtype=ag.float64, requires_grad=True)


@pytest.mark.parametrize("passed", [False, True], ids=["before backward", "after"])
def test_the_example(passed):
    u, v, w = leaf(2.0), leaf(3.0), leaf(4.0)
    f = (u + v) * w
    if passed:
        f.backward()
    n = ag.nudge(f, w, 0.01)
    assert n.value.item() == 20.0
    assert n.predicted.item() == pytest.approx(0.05)
    assert n.actual.item() == pytest.approx(0.05) and abs(n.error.item()) < 1e-14
    both = ag.nudge(f, {u: 0.1, "w": 0.1})
    assert both.predicted.item() == pytest.approx(0.9)
    assert both.error.item() == pytest.approx(0.01)  # 0.1 times 0.1: the second order
    assert str(both) == ("u: 2 → 2.1, w: 4 → 4.1; f predicted +0.9, actual +0.91, difference +0.01")


def test_the_error_is_of_second_order():
    x = leaf(np.linspace(0, 1, 5))
    y = x.exp().sum()
    errors = [abs(ag.nudge(y, x, h).error.item()) for h in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.05)


def test_the_prediction_is_the_gradient_times_the_move():
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    loss = net(ag.randn(5, 3, dtype=ag.float64)).square().mean()
    loss.backward()
    weight = net[0].weight
    move = ag.randn(4, 3, dtype=ag.float64) * 1e-6
    n = ag.nudge(loss, weight, move)
    assert n.predicted.item() == pytest.approx((weight.grad * move).sum().item(), rel=1e-12)
    assert n.actual.item() == pytest.approx(n.predicted.item(), rel=1e-2)
    assert "net.0.weight, of shape (4, 3): entries moved by up to" in str(n)


def test_results_of_any_shape_and_intermediate_values():
    x = leaf([1.0, 2.0])
    h = x * 3
    y = h * h
    n = ag.nudge(y, h, ag.tensor([0.0, 1.0]))
    assert n.predicted.tolist() == [0.0, 12.0] and n.actual.tolist() == [0.0, 13.0]
    assert str(n) == (
        "h, of shape (2,): entries moved by up to 1; "
        "y, of shape (2,): predicted changes up to 12, differences up to 1"
    )


def test_a_leaf_without_influence_in_the_first_order():
    x = leaf(0.0)
    assert str(ag.nudge(x * x, x, 0.1)).endswith("predicted 0, actual +0.01, difference +0.01")
    assert ag.nudge((x > 1).double() + 0 * x, x, 0.1).predicted.item() == 0.0


def test_nan_has_no_sign():
    x = leaf(float("nan"))
    y = x * x
    assert str(ag.nudge(y, x, 0.1)).endswith("y predicted nan, actual nan, difference nan")


def test_notebooks_show_a_table():
    x = leaf(2.0)
    y = x * x
    assert ag.nudge(y, x, 0.5)._repr_html_() == (
        "<table><tr><th>moved</th><th>y predicted</th><th>actual</th><th>difference</th></tr>"
        "<tr><td>x: 2 → 2.5</td><td>+2</td><td>+2.25</td><td>+0.25</td></tr></table>"
    )


def test_it_touches_no_gradient():
    x = leaf(3.0)
    y = x * x
    ag.nudge(y, x, 0.1)
    assert x.grad is None and x.item() == 3.0
    y.backward()
    assert x.grad.item() == 6.0


def test_refusals():
    x = leaf([1.0, 2.0])
    y = x.sum() if x[0] > 0 else -x.sum()
    with pytest.raises(GraphError, match="the program looked at"):
        ag.nudge(y, x, -5.0)
    assert ag.nudge(y, x, -5.0, force=True).actual.item() == -10.0
    with pytest.raises(ShapeError, match=r"x is of shape \(2,\)"):
        ag.nudge(y, x, [1.0, 2.0, 3.0])
    with pytest.raises(DtypeError, match="cannot make a tensor of 'far'"):
        ag.nudge(y, x, "far")
    with pytest.raises(ValueError, match="no moves"):
        ag.nudge(y, {})
    with pytest.raises(TypeError, match="how far it moves"):
        ag.nudge(y, x)
    with pytest.raises(TypeError, match="how far it moves"):
        ag.nudge(y, {x: 1.0}, 1.0)


WHOLE = {
    "state_dict": lambda net: net.state_dict(), "deepcopy": copy.deepcopy,
    "copy": copy.copy, "pickle": pickle.dumps, "repr": lambda net: repr(net.weight),
    "conversion": lambda net: net.double().float(), "summary": lambda net: ag.summary(net, (3, 2)),
    "optimizer": lambda net: optim.Adam(net.parameters()),
    "loading": lambda net: net.load_state_dict(net.state_dict()),
    "save": lambda net: ag.save(net.state_dict(), io.BytesIO()),
    "a module more": lambda net: copy.deepcopy(net)(ag.ones(1, 2)).item(),
}  # fmt: skip


@pytest.mark.parametrize("done", WHOLE.values(), ids=WHOLE)
def test_what_is_done_with_a_whole_module_is_no_look(done):
    net = nn.Linear(2, 1)
    done(net)
    loss = net(ag.ones(3, 2)).square().mean()
    n = ag.nudge(loss, net.weight, 1e-3)
    assert n.predicted.item() == pytest.approx(n.actual.item(), rel=0.1, abs=1e-5)


@pytest.mark.parametrize("look", [lambda w: w.sum().item(), lambda w: w.detach() > 0])
def test_a_look_at_a_parameter_before_the_graph_counts(look):
    net = nn.Linear(2, 1)
    kept = [look(net.weight)]
    loss = net(ag.ones(3, 2)).square().mean()
    with pytest.raises(GraphError, match="the program looked at values"):
        ag.nudge(loss, net.weight, 1.0)
    assert kept
