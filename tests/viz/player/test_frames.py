"""The steps as data: what is stored after each, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.errors import ReleasedError
from autograd_fr.viz.graph.model import Absent
from autograd_fr.viz.player.lines import text
from tests.viz.player.programs import branching, leaf, lecture, neuron, perceptron


def said(player, progress):
    """The lines of the step at which a play stands at `progress`."""
    (step,) = [step for step in player.steps if step.progress == progress]
    return [text(line) for line in step.lines]


def test_the_frames_of_the_lecture():
    assert lecture().frames == [
        {}, {"f": 1}, {"f": 1, "w": 5, "t1": 4}, {"f": 1, "w": 5, "t1": 4, "u": 4, "v": 4},
    ]  # fmt: skip


def test_the_drawings_show_what_the_frames_hold():
    player = lecture()
    for frame, drawing in zip(player.frames, player.drawings, strict=True):
        boxes = [(v.name, v.gradient) for v in drawing.graph.variables]
        filled = {name: box.entries for name, box in boxes if box is not Absent.NOT_COMPUTED}
        assert filled == frame
        assert all(f"∂f/∂{name} = {number:g}" in drawing.svg for name, number in frame.items())


def test_the_drawings_of_a_variable_without_gradient_stay_grey():
    *_, last = neuron().drawings
    (x1,) = (v for v in last.graph.variables if v.name == "x1")
    assert x1.gradient is Absent.NOT_REQUIRED


def test_the_steps_of_the_lecture():
    player = lecture()
    assert [step.progress for step in player.steps] == [
        "start", "forward 1/2", "forward 2/2", "backward 1/3", "backward 2/3", "backward 3/3",
    ]  # fmt: skip
    assert said(player, "forward 1/2")[1:] == ["t1 = u + v = 2 + 3 = 5"]
    assert said(player, "backward 1/3")[1:] == ["∂f/∂f = 1"]
    assert said(player, "backward 2/3") == [
        "× passes on the gradient of f to t1 and w.",
        "arrives: ∂f/∂f = 1",
        "local: ∂f/∂t1 = w = 4",
        "∂f/∂t1 = ∂f/∂f · ∂f/∂t1 = 1 · 4 = 4",
        "local: ∂f/∂w = t1 = 5",
        "∂f/∂w = ∂f/∂f · ∂f/∂w = 1 · 5 = 5",
    ]
    assert "∂f/∂u = ∂f/∂t1 · ∂t1/∂u = 4 · 1 = 4" in said(player, "backward 3/3")


def test_what_accumulates_is_added_up_in_words():
    assert said(branching(), "backward 3/3")[2:] == [
        "local: (∂b/∂a)_local = 1 (as input 1)",
        "∂c/∂a += ∂c/∂b · (∂b/∂a)_local = 2 · 1 = 2",
        "∂c/∂a = 2 (so far)",
        "local: (∂b/∂a)_local = 1 (as input 2)",
        "∂c/∂a += ∂c/∂b · (∂b/∂a)_local = 2 · 1 = 2",
        "∂c/∂a = 2 + 2 = 4",
    ]


def test_a_flow_is_the_product_of_what_arrives_and_the_local_derivative():
    for step in neuron().steps:
        for flow in step.flows:
            (incoming,) = flow.incoming.values()
            assert incoming.entries * flow.local.entries == flow.product.entries
            before = 0 if flow.before is None else flow.before.entries
            assert before + flow.product.entries == flow.total.entries


def test_the_last_frame_has_what_the_engine_computes():
    ag.manual_seed(0)
    net = ag.nn.Sequential(ag.nn.Linear(3, 4), ag.nn.Tanh(), ag.nn.Linear(4, 2))
    x, t = ag.randn(5, 3), ag.tensor([0, 1, 1, 0, 1])
    loss = ag.nn.functional.cross_entropy(net(x), t)
    found = viz.play(loss, names=dict(net.named_parameters())).frames[-1]
    loss.backward()
    for name, parameter in net.named_parameters():
        np.testing.assert_allclose(np.float32(found[name]), parameter.grad.numpy(), rtol=2e-6)


def test_formulas_of_matrices():
    player = perceptron()
    assert said(player, "forward 4/7")[1:] == [
        "t3 = hidden W2 = [0.9705 0.1974 0.1974; 0.989 -1 0.8854] [1; 2; -0.5] = [1.267; -1.454]"
    ]
    lines = said(player, "backward 5/8")
    assert lines[2].startswith("∂loss/∂hidden = (∂loss/∂t3) W2ᵀ = [0.2665; -1.454] [1; 2; -0.5]ᵀ =")
    assert lines[3].startswith("∂loss/∂W2 = hiddenᵀ (∂loss/∂t3) = ")
    (bias,) = [line for line in said(player, "backward 7/8") if line.startswith("∂loss/∂b1")]
    assert bias.startswith("∂loss/∂b1 = Σ_(axis 0) (∂loss/∂t2 ⊙ ∂t2/∂b1) = Σ_(axis 0) ([")


def test_the_sum_over_what_was_broadcast_is_told_for_layers_too():
    x, W, b = ag.ones(2, 3), leaf(np.ones((4, 3))), leaf(np.ones(4))
    y = ag.nn.functional.linear(x.double(), W, b)
    lines = said(viz.play(y), "backward 2/2")
    assert any(line.startswith("∂y/∂b = Σ_(axis 0) (∂y/∂y) = Σ_(axis 0) (") for line in lines)
    assert any(line.startswith("∂y/∂W = (∂y/∂y)ᵀ ") for line in lines)


def test_large_arrays_are_told_by_shape_and_mean():
    x, W = ag.ones(8, 6), leaf(np.full((6, 5), 2.0))
    y = (x.double() @ W).sum()
    player = viz.play(y)
    (line,) = said(player, "backward 3/3")[2:]
    assert line == "∂y/∂W = c1ᵀ (∂y/∂t1) = (float64 (6, 5), mean 8)"
    assert np.shape(player.frames[-1]["W"]) == (6, 5)


def test_a_root_of_several_entries_begins_with_ones_and_says_so():
    x = leaf([1.0, 2.0])
    y = x * 3
    player = viz.play(y)
    assert player.frames == [{}, {"y": [1, 1]}, {"y": [1, 1], "x": [3, 3]}]
    assert any("sum of its entries" in line for line in said(player, "backward 1/2"))


def test_operations_of_several_results():
    A = leaf([[2.0, 1.0], [1.0, 3.0]])
    Q, R = ag.linalg.qr(A)
    f = Q.sum() + (R * R).sum()
    player = viz.play(f, names={"A": A, "Q": Q, "R": R, "f": f})
    f.backward()
    np.testing.assert_array_equal(player.frames[-1]["A"], A.grad.numpy())
    assert said(player, "forward 1/5")[1].startswith("Q, R = qr(A) = qr([2 1; 1 3]) = [")
    assert player.svg and player.html


def test_one_result_of_several_may_be_unused():
    A = leaf([[2.0, 1.0], [1.0, 3.0]])
    w, _ = ag.linalg.eigh(A)
    f = w.sum()
    assert np.allclose(viz.play(f).frames[-1]["A"], np.eye(2))


def test_it_is_played_before_and_after_backward_and_changes_nothing():
    u, v = leaf(2.0), leaf(3.0)
    f = u * v
    before = viz.play(f)
    assert before.frames[-1] == {"f": 1, "u": 3, "v": 2}
    assert u.grad is None
    f.backward()
    after = viz.play(f)
    assert after.frames == before.frames
    assert after.html == before.html
    assert u.grad.item() == 3


def test_gradients_of_an_earlier_pass_are_not_shown():
    u = leaf(2.0)
    f = u * 3
    f.backward()
    u.grad = ag.tensor(77777.0)
    player = viz.play(f)
    assert "77777" not in player.svg
    assert player.frames[-1]["u"] == 3


def test_variables_of_the_same_name_are_told_apart():
    a, b = leaf(2.0, name="x"), leaf(3.0, name="x")
    f = a * b
    assert viz.play(f).frames[-1] == {"f": 1, "x": 3, "x#1": 2}


def test_what_cannot_be_played_is_refused_with_a_reason():
    x = leaf(1.0)
    with pytest.raises(ValueError, match="nothing to play"):
        viz.play(x)
    with pytest.raises(TypeError, match="tensor"):
        viz.play(1.0)
    y = x
    for _ in range(81):
        y = y * 2
    with pytest.raises(ValueError, match=r"81 operations .* up to 80 .* viz\.draw"):
        viz.play(y)
    with pytest.raises(ValueError, match="'random'"):
        viz.play(x * 2, order="random")
    with pytest.raises(ValueError, match="'RL'"):
        viz.play(x * 2, direction="RL")


def test_a_large_array_that_backward_let_go_of():
    x = leaf(np.ones(1000))
    f = (x.exp() * 2).sum()
    f.backward()
    with pytest.raises(ReleasedError, match="retain_graph=True"):
        viz.play(f)


def test_eighty_operations():
    x = leaf(1.0)
    y = x
    for _ in range(80):
        y = y * 1.01
    player = viz.play(y)
    assert len(player.frames) == 82
    assert player.frames[-1]["x"] == pytest.approx(1.01**80)
