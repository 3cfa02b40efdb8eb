"""Planes through the space of parameters: where they lie, and what is computed on them."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.viz.plots.plane import Plane


def plane(_parameters, directions=None, moments=(), seed=0):
    return Plane(_parameters, directions, list(moments), seed)  # the names are those of the tests


def values(tensors):
    return [t.detach().numpy().tolist() for t in tensors]


def test_two_numbers_are_the_axes():
    a, b = ag.tensor(2.0, requires_grad=True), ag.tensor([3.0], requires_grad=True)
    two = plane([a, b])
    assert two.labels == ["a", "b"]
    assert two.here.tolist() == [2, 3]
    assert two.loss(lambda: 10 * a + b.sum(), 0.1, 0.2) == pytest.approx(1.2)
    assert two.place([5.0, [6.0]]).tolist() == pytest.approx([5, 6])
    w = ag.tensor([[1.0], [2.0]], name="$W$")
    assert plane(w).labels == ["$W$[0, 0]", "$W$[1, 0]"]
    net = nn.Linear(1, 1)
    assert plane(net).labels == ["net.weight", "net.bias"]


def test_names_that_nobody_gave_are_numbers():
    made = plane([ag.tensor(1.0), ag.tensor(2.0)])
    assert made.labels == ["parameter 1", "parameter 2"]


def test_given_directions_are_followed():
    w = ag.tensor([1.0, 2.0, 3.0])
    flat = plane(w, [[1.0, 0.0, 0.0], [[0.0, 2.0, 0.0]]])
    assert flat.here.tolist() == [0, 0]
    assert flat.loss(lambda: (w * ag.tensor([1.0, 10.0, 100.0])).sum(), 0.5, -1.0) == 301.5
    assert flat.place([2.0, 6.0, 9.0]) == pytest.approx([1, 2])  # what lies beside is dropped


def test_random_directions_have_rows_as_long_as_those_of_the_parameters():
    ag.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Flatten(), nn.Linear(3, 2))
    nn.init.zeros_(net[2].bias)
    first, second = plane(net).directions
    for d, e, p in zip(first, second, net.parameters()):
        assert d.shape == p.shape
        rows = [np.linalg.norm(np.reshape(x, (len(x) if x.ndim > 1 else 1, -1)), axis=1)
                for x in (d, e, p.detach().numpy())]  # fmt: skip
        assert rows[0] == pytest.approx(rows[2], abs=1e-6)
        assert rows[1] == pytest.approx(rows[2], abs=1e-6)
    assert not np.allclose(first[0], second[0])
    again, other = plane(net).directions[0], plane(net, seed=1).directions[0]
    assert np.array_equal(again[0], first[0]) and not np.array_equal(other[0], first[0])


def test_a_path_is_followed_along_its_principal_directions():
    w = ag.tensor([1.0, 1.0, 1.0, 1.0])
    gone = np.array([[3.0, 0, 0, 0], [2, 1, 0, 0], [-1, -1, 0, 0.01]])
    followed = plane(w, moments=1 + gone)
    points = np.array([followed.place(1 + g) for g in gone])
    back = points @ np.stack([d[0] for d in followed.directions])
    assert back == pytest.approx(gone, abs=0.011)  # hardly anything is beside the plane
    shares = np.linalg.svd(gone)[1] ** 2 / (gone**2).sum()
    assert followed.labels[0] == f"direction 1 ({shares[0]:.0%} of the path)"


def test_of_a_line_the_second_direction_is_random_as_long_and_at_right_angles():
    w = ag.tensor([1.0, 1.0, 1.0, 1.0])
    first, second = (plane(w, moments=[w * 2, w * 3], seed=seed).directions for seed in (0, 1))
    for d, e in (first, second):
        assert np.abs(d[0]) == pytest.approx(0.5)
        assert np.linalg.norm(e[0]) == pytest.approx(1)
        assert d[0] @ e[0] == pytest.approx(0, abs=1e-12)
    assert not np.allclose(first[1][0], second[1][0])


def test_a_path_that_turns_but_little_is_no_line():
    w = ag.tensor([1.0, 1.0, 1.0])
    turned = plane(w, moments=[[2.0, 1.0, 1.0], [3.0, 1.001, 1.0]])
    assert turned.labels[1] == "direction 2 (0% of the path)"
    assert np.abs(turned.directions[1][0]) == pytest.approx([0, 1, 0], abs=1e-3)


def test_moments_that_are_not_finite_are_nowhere():
    w = ag.tensor([1.0, 1.0, 1.0])
    path = [[0.0, 0, 0], [1, 2, 3], [np.nan, 0, 0], [np.inf, 0, 0]]
    points = np.array([plane(w, moments=path).place(m) for m in path])
    assert np.isfinite(points).all(1).tolist() == [True, True, False, False]


def test_everything_is_as_before_after_each_evaluation():
    net = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
    x = ag.randn(8, 2)
    net(x).sum().backward()
    state = {name: t.array.tobytes() for name, t in net.state_dict().items()}
    gradients = [p.grad for p in net.parameters()]
    stream = ag.get_rng_state()

    def loss():
        net.zero_grad()
        assert not ag.is_grad_enabled()
        return net.train()(x).sum()

    net.eval()
    found = [plane(net).loss(loss, 0.5, 0.25) for _ in range(2)]
    assert found[0] == found[1]  # dropout draws the same
    assert {name: t.array.tobytes() for name, t in net.state_dict().items()} == state
    assert all(p.grad is g for p, g in zip(net.parameters(), gradients))
    assert (ag.get_rng_state() == stream).all()
    assert not any(module.training for module in net.modules())


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_the_parameters_are_put_back_when_the_loss_fails(error):
    w = ag.tensor([0.1, -0.0, 3.0], requires_grad=True)
    array, before = w.array, w.array.tobytes()

    def loss():
        assert w.tolist() != [0.1, -0.0, 3.0]
        raise error

    with pytest.raises(error):
        plane(w).loss(loss, 1.0, 1.0)
    assert w.array is array
    assert array.tobytes() == before


@pytest.mark.parametrize("dtype", [ag.float16, ag.float32, ag.float64])
def test_parameters_keep_their_dtype(dtype):
    w = ag.tensor([1.0, 2.0, 3.0], dtype=dtype)
    seen = []
    plane(w).loss(lambda: seen.append(w.dtype) or w.sum(), 0.1, 0.1)
    assert seen == [dtype]


@pytest.mark.parametrize(
    ("value", "number"), [(2, 2), (np.float32(0.5), 0.5), ([3.0], 3), (float("inf"), float("inf"))]
)
def test_a_loss_is_a_number_of_any_kind(value, number):
    w = ag.tensor([1.0, 2.0])
    assert plane(w).loss(lambda: value, 0, 0) == number
    assert plane(w).loss(lambda: ag.tensor(value), 0, 0) == number


def test_what_is_no_loss_is_refused():
    w = ag.tensor([1.0, 2.0])
    with pytest.raises(ValueError, match=r"one number, not \(2,\): take its mean"):
        plane(w).loss(lambda: w, 0, 0)
    with pytest.raises(TypeError, match=r"loss\(\): cannot make a tensor of None"):
        plane(w).loss(lambda: None, 0, 0)


@pytest.mark.parametrize("parameters", [nn.ReLU(), [], "ab", [1.0, 2.0], ag.tensor([1, 2])])
def test_what_cannot_be_moved_is_refused(parameters):
    with pytest.raises(TypeError, match="a module with some, or tensors of floats"):
        plane(parameters)


@pytest.mark.parametrize(
    ("tensor", "directions", "error"),
    [
        ([1.0], None, "one number has a curve, no surface"),
        ([1.0, np.nan, 2.0], None, "some parameters are nan or inf"),
        ([0.0, 0.0, 0.0], None, "a direction is 0 throughout"),
        ([1.0, 2.0, 3.0], [[1.0, 0, 0], [-2.0, 0, 0]], "the two directions are the same"),
        ([1.0, 2.0, 3.0], [[1.0, 0, 0]], "a plane has two directions, not 1"),
        ([1.0, 2.0, 3.0], [[1.0, 0], [0.0, 1]], r"\[\(2,\)\], the parameters have \[\(3,\)\]"),
    ],
)
def test_what_makes_no_plane_is_refused(tensor, directions, error):
    with pytest.raises(ValueError, match=error):
        plane(ag.tensor(tensor), directions)
