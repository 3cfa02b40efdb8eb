"""`plot_loss_surface`: the loss where it is said to be, and the paths on it."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from mpl_toolkits.mplot3d import Axes3D

import autograd_fr as ag
from autograd_fr import nn, optim, viz


@pytest.fixture
def seen(monkeypatch):
    """What is given to `contourf` and `plot_surface`: what they draw does not tell the values."""
    calls = []

    def watch(kind, name):
        drawing = getattr(kind, name)

        def watched(ax, across, up, values, *args, **options):
            calls.append((across, up, np.ma.asarray(values)))
            return drawing(ax, across, up, values, *args, **options)

        monkeypatch.setattr(kind, name, watched)

    watch(plt.Axes, "contourf")
    watch(Axes3D, "plot_surface")
    return calls


def leaves(*numbers):
    return [ag.tensor(number, requires_grad=True) for number in numbers]


def line(ax, label):
    return next(each for each in ax.lines if each.get_label() == label)


def colour_bar(ax):
    (other,) = (each for each in ax.figure.axes if each is not ax)
    return other


def test_a_saddle(seen, rendered):
    x, y = leaves(0.0, 0.0)
    ax = viz.plot_loss_surface(lambda: x**2 - y**2, [x, y], steps=(21, 11))
    across, up, values = seen[0]
    assert across == pytest.approx(np.linspace(-1, 1, 21))
    assert up == pytest.approx(np.linspace(-1, 1, 11))
    assert values.data == pytest.approx(across[None] ** 2 - up[:, None] ** 2, abs=1e-6)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x", "y")
    assert line(ax, "now").get_xydata().tolist() == [[0, 0]]
    assert colour_bar(ax).get_ylabel() == "loss"
    assert colour_bar(ax).get_ylim() == pytest.approx((-1, 1))
    assert "now" in rendered(ax)


def test_the_regression_of_the_lectures(seen):
    """J = 1/(2m) sum (a x + b - y)², whose minimum is 0.01225 at (1.98, 1.05)."""
    a, b = leaves(0.0, 0.0)
    x, y = ag.tensor([1.0, 2.0, 3.0, 4.0]), ag.tensor([2.9, 5.1, 7.2, 8.8])
    viz.plot_loss_surface(
        lambda: 0.5 * ((a * x + b - y) ** 2).mean(), [a, b],
        ranges=((0, 4), (-2, 4)), steps=(41, 61),
    )  # fmt: skip
    across, up, values = seen[0]
    assert values.shape == (61, 41)
    assert values.min() == pytest.approx(0.0125, abs=1e-6)
    i, j = np.unravel_index(values.argmin(), values.shape)
    assert (across[j], up[i]) == pytest.approx((2, 1))


def test_the_grid_surrounds_where_the_parameters_are(seen):
    x, y = leaves(10.0, -5.0)
    for span, half in ((None, 1), (3.0, 3)):
        viz.plot_loss_surface(lambda: x * y, [x, y], span=span, steps=3)
        across, up, _ = seen[-1]
        assert across.tolist() == [10 - half, 10, 10 + half]
        assert up.tolist() == [-5 - half, -5, -5 + half]


def descend(momentum, steps=20):
    w = ag.tensor([10.0, 1.0], requires_grad=True)
    optimizer, seen = optim.SGD([w], lr=0.03, momentum=momentum), [w.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        (0.5 * (w[0] ** 2 + 50 * w[1] ** 2)).backward()
        optimizer.step()
        seen.append(w.detach().clone())
    return seen


def test_paths_through_a_ravine_lie_where_the_parameters_were(seen, rendered):
    w = ag.tensor([0.0, 0.0], requires_grad=True)
    paths = {"SGD": descend(0.0), "$momentum$ 0.7": descend(0.7)}
    ax = viz.plot_loss_surface(lambda: 0.5 * (w[0] ** 2 + 50 * w[1] ** 2), w, path=paths, steps=9)
    first, second = line(ax, "SGD"), line(ax, r"\$momentum\$ 0.7")
    assert first.get_xydata() == pytest.approx(np.array([m.tolist() for m in paths["SGD"]]))
    assert second.get_xydata()[-1] == pytest.approx(paths["$momentum$ 0.7"][-1].tolist())
    assert first.get_linestyle() != second.get_linestyle()
    across, up, _ = seen[0]
    for trail in (first, second):
        x, y = trail.get_data()
        assert across[0] < x.min() and x.max() < across[-1] < 12
        assert up[0] < y.min() and y.max() < up[-1] < 1.5
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        "now", "SGD", r"\$momentum\$ 0.7"
    ]  # fmt: skip
    rendered(ax)


def test_a_net_is_seen_along_its_training(rendered):
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1))
    x = ag.randn(16, 2)
    y = x[:, :1] * x[:, 1:]
    optimizer, path = optim.Adam(net.parameters(), lr=0.1), []

    def loss():
        return nn.functional.mse_loss(net(x), y)

    for _ in range(10):
        path.append([p.detach().clone() for p in net.parameters()])
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
    state = {name: t.array.tobytes() for name, t in net.state_dict().items()}
    ax = viz.plot_loss_surface(loss, net, path=path, steps=7)
    assert {name: t.array.tobytes() for name, t in net.state_dict().items()} == state
    assert "% of the path)" in ax.get_xlabel()
    drawn = line(ax, "path").get_xydata()
    assert len(drawn) == 10
    assert np.linalg.norm(drawn[0]) > np.linalg.norm(drawn[-1])  # it leads to where it is now
    rendered(ax)


def test_in_space_the_surface_and_the_path_on_it(seen, rendered):
    x, y = leaves(0.0, 0.0)
    ax = viz.plot_loss_surface(
        lambda: x**2 - 2 * y, [x, y], kind="surface", path=[(1.0, 0.5), (0.0, 1.0)], steps=5
    )
    assert ax.name == "3d"
    assert ax.get_zlabel() == "loss"
    (trail,) = (each for each in ax.lines if each.get_label() == "path")
    assert np.transpose(trail.get_data_3d()) == pytest.approx(
        np.array([[1, 0.5, 0], [0, 1, -2]]), abs=1e-6
    )
    across, up, values = seen[0]
    assert np.unique(across) == pytest.approx(np.unique(np.linspace(-0.08, 1.08, 5)))
    assert values.data == pytest.approx(across**2 - 2 * up, abs=1e-6)
    assert {"x", "y", "loss", "path"} <= set(rendered(ax))


def test_levels_may_be_logarithmic(seen, rendered):
    x, y = leaves(0.0, 0.0)

    def loss():
        return 0.01 + 100 * x**2 + y**2

    ax = viz.plot_loss_surface(loss, [x, y], steps=5, log=True)
    assert colour_bar(ax).get_yscale() == "log"
    assert seen[0][2].min() == pytest.approx(0.01)
    rendered(ax)
    ax = viz.plot_loss_surface(loss, [x, y], steps=5, log=True, kind="surface")
    assert ax.get_zlabel() == "log10 of the loss"
    assert ax.get_zlim()[0] < -1.9
    with pytest.raises(ValueError, match="the least one here is -1"):
        viz.plot_loss_surface(lambda: x**2 - y**2, [x, y], steps=5, log=True)


@pytest.mark.parametrize("kind", ["contour", "surface"])
def test_where_the_loss_is_not_finite_nothing_is_drawn(kind, seen, rendered):
    x, y = leaves(0.0, 0.0)
    ax = viz.plot_loss_surface(lambda: ag.log(x) + y, [x, y], steps=8, kind=kind)
    if kind == "contour":
        across, _, values = seen[0]
        assert np.ma.getmaskarray(values)[0].tolist() == (across <= 0).tolist()
    rendered(ax)
    with pytest.raises(ValueError, match="the loss is finite nowhere on this plane"):
        viz.plot_loss_surface(lambda: x * float("nan"), [x, y], steps=3, kind=kind)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("kind", ["contour", "surface"])
def test_a_constant_loss_is_flat(kind, log, rendered):
    x, y = leaves(0.0, 0.0)
    rendered(viz.plot_loss_surface(lambda: x * y * 0 + 3, [x, y], steps=3, kind=kind, log=log))


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_loss_that_fails_leaves_parameters_and_no_figure(error):
    x, y = leaves(1.0, 2.0)
    calls = []

    def loss():
        calls.append((x.item(), y.item()))
        if len(calls) == 5:
            raise error
        return x * y

    with pytest.raises(error):
        viz.plot_loss_surface(loss, [x, y])
    assert (x.item(), y.item()) == (1, 2)
    assert len(set(calls)) == 5
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"kind": "heat"}, 'kind is "contour" or "surface", not \'heat\''),
        ({"ranges": ((1, 0), (0, 1))}, "each rising"),
        ({"ranges": (0, 1)}, "ranges are"),
        ({"ranges": ((0, 1), (0, float("inf")))}, "ranges are"),
        ({"steps": 1}, "steps is 2 or more, not 1"),
        ({"steps": (5, 1)}, "steps is 2 or more, not 1"),
        ({"steps": (5, 5, 5)}, "one for each of the two axes"),
        ({"span": 0}, "span is a finite number above 0, not 0"),
        ({"span": -1}, "span is a finite number above 0, not -1"),
        ({"directions": [[1.0, 2.0], [2.0, 4.0]]}, "the two directions are the same but for"),
        ({"path": [[1.0, 2.0, 3.0]]}, "a moment of the path has shapes"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_computed(options, error):
    def never():
        raise AssertionError

    with pytest.raises(ValueError, match=error):
        viz.plot_loss_surface(never, leaves(1.0, 2.0), **options)
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"steps": 2.5}, "steps is a whole number, not 2.5"),
        ({"steps": (3, "a")}, "steps is a whole number, not 'a'"),
        ({"span": "a"}, "span is a number, not 'a'"),
        ({"path": 3}, "a path is a list of moments"),
        ({"path": {"SGD": None}}, "a path is a list of moments"),
        ({"path": [None]}, "a moment of the path: cannot make a tensor of None"),
        ({"path": [{"w": [1.0]}]}, "a moment of the path has names: give the module"),
    ],
)
def test_what_is_none_of_the_kind_is_refused(options, error):
    with pytest.raises(TypeError, match=error):
        viz.plot_loss_surface(lambda: 1.0, leaves(1.0, 2.0), **options)
    assert not plt.get_fignums()


STRAIGHT = {
    "two moments": [0.0, 1.0],
    "one moment": [0.0],
    "interpolated": np.linspace(0, 1, 30),
    "beyond": np.linspace(-1, 3, 7),
}


@pytest.mark.parametrize("where", STRAIGHT.values(), ids=STRAIGHT)
@pytest.mark.parametrize("dtype", [ag.float32, ag.float64])
def test_a_straight_path_is_drawn_straight_and_as_long_as_it_is(where, dtype, seen, rendered):
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)).to(dtype)
    now = [p.detach().clone() for p in net.parameters()]
    start = [p + ag.randn(*p.shape, dtype=dtype) for p in now]
    path = [[(a + t * (b - a)).to(dtype) for a, b in zip(start, now)] for t in where]
    ax = viz.plot_loss_surface(lambda: 1.0, net, path=path, steps=5)
    length = np.sqrt(sum(((b - a) ** 2).sum().item() for a, b in zip(start, now)))
    trail = line(ax, "path").get_xydata()
    assert np.abs(trail[:, 0]) == pytest.approx(np.abs(np.array(where) - 1) * length, abs=1e-5)
    across, up, _ = seen[0]
    assert up[-1] - up[0] == pytest.approx(across[-1] - across[0])  # not a zigzag of roundings
    assert np.abs(trail[:, 1]).max() < 1e-3 * up[-1]
    assert ax.get_xlabel() == "direction 1 (100% of the path)"
    assert ax.get_ylabel() == "direction 2 (random)"
    rendered(ax)


def test_a_path_that_goes_along_one_of_two_axes_is_straight_too(seen):
    x, y = leaves(3.0, 0.1)
    path = [(float(k), 0.1 + 1e-9 * (-1) ** k) for k in range(4)]
    viz.plot_loss_surface(lambda: x * y, [x, y], path=path, steps=3)
    across, up, _ = seen[0]
    assert across[[0, -1]] == pytest.approx([-0.24, 3.24])
    assert up[[0, -1]] == pytest.approx([0.1 - 1.74, 0.1 + 1.74])


def test_a_path_that_never_moved_is_a_point(rendered):
    w = ag.tensor([1.0, 2.0, 3.0])
    ax = viz.plot_loss_surface(lambda: w.sum(), w, path=[w.clone()] * 3, steps=3)
    assert line(ax, "path").get_xydata() == pytest.approx(np.zeros((3, 2)))
    assert ax.get_xlabel() == "direction 1"
    rendered(ax)


def test_states_of_a_module_are_moments():
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2))
    states = [{name: (t + k).clone() for name, t in net.state_dict().items()} for k in range(3)]
    ax = viz.plot_loss_surface(lambda: 1.0, net, path=states, steps=3)
    numbers = sum(p.numel() for p in net.parameters())
    lengths = np.abs(line(ax, "path").get_xdata())
    assert lengths == pytest.approx(np.arange(3) * np.sqrt(numbers), abs=1e-5)
    with pytest.raises(ValueError, match=r"a moment of the path lacks '0\.weight'"):
        viz.plot_loss_surface(lambda: 1.0, net, path=[{"weight": 1.0}])


@pytest.mark.parametrize("keep", [nn.Module.state_dict, lambda net: [*net.parameters()]])
def test_moments_that_are_no_copies_are_refused(keep):
    net = nn.Linear(2, 1)
    start = [p.detach().clone() for p in net.parameters()]
    with pytest.raises(ValueError, match="'path' holds the parameters themselves several times"):
        viz.plot_loss_surface(lambda: 1.0, net, path=[keep(net), keep(net)])
    viz.plot_loss_surface(lambda: 1.0, net, path={k: [start, keep(net)] for k in "ab"}, steps=3)


def test_buffers_stay_whichever_way_the_parameters_are_given(rendered):
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2, affine=False), nn.Linear(2, 1))
    x = ag.randn(8, 2)
    state = {name: t.tolist() for name, t in net.state_dict().items()}
    for parameters in (net, list(net.parameters()), net[2], net[0].weight):
        viz.plot_loss_surface(lambda: net(x).sum(), parameters, steps=3)
        assert {name: t.tolist() for name, t in net.state_dict().items()} == state


def test_axes_have_to_be_of_the_kind():
    x, y = leaves(1.0, 2.0)
    flat = plt.figure().add_subplot()
    space = plt.figure().add_subplot(projection="3d")
    for ax, kind in ((flat, "surface"), (space, "contour")):
        with pytest.raises(ValueError, match="made with subplot_kw="):
            viz.plot_loss_surface(lambda: x * y, [x, y], kind=kind, ax=ax)
    assert viz.plot_loss_surface(lambda: x * y, [x, y], kind="surface", ax=space, steps=3) is space
