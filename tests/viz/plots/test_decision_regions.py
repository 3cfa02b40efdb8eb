"""`plot_decision_regions`: what the model says, and where the points lie."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

import autograd_fr as ag
from autograd_fr import nn, viz

POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [1.0, 2.0]])


def plot(model, labels, steps=21, points=POINTS, **options):
    return viz.plot_decision_regions(model, points, labels, steps=steps, **options)


def regions(ax):
    """The points of the grid, and the class that is drawn at each."""
    (image,) = ax.images
    drawn = image.get_array()
    assert image.origin == "lower"
    rows, columns = drawn.shape
    left, right, bottom, top = image.get_extent()
    across = left + (np.arange(columns) + 0.5) * (right - left) / columns
    up = bottom + (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.stack(np.meshgrid(across, up), -1).reshape(-1, 2), drawn.reshape(-1)


def scattered(ax):
    """The points that are drawn, by the entry in the legend."""
    return {c.get_label(): c.get_offsets().tolist() for c in ax.collections
            if c.get_label().startswith("class")}  # fmt: skip


@pytest.mark.parametrize("k", [2, 3, 12])
def test_the_regions_are_the_largest_scores_of_the_model(k):
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, k, bias=False))
    net[0].weight.detach().mul_(5)
    grid, drawn = regions(plot(net, [0, 1, 0, 1]))
    with ag.no_grad():
        scores = net(ag.tensor(grid, dtype=ag.float32))
    assert len(set(drawn.tolist())) > 1
    assert drawn.tolist() == scores.argmax(1).tolist()


@pytest.mark.parametrize("form", [lambda s: s, lambda s: s[:, None]])
@pytest.mark.parametrize("threshold", [0.013, 0.513])
def test_of_one_score_the_second_class_is_above_the_threshold(form, threshold):
    def model(x):
        return form(x[:, 0] - 0.3 * x[:, 1])

    grid, drawn = regions(plot(model, [0, 1, 0, 1], threshold=threshold))
    assert drawn.tolist() == (grid[:, 0] - 0.3 * grid[:, 1] > threshold).astype(int).tolist()
    assert 0 < drawn.sum() < len(drawn)


def test_a_tie_goes_to_the_first_class():
    assert not regions(plot(lambda x: x[:, 0] * 0, [0, 1, 1, 0]))[1].any()


def test_the_plane_is_that_of_the_points_with_some_room():
    ax = plot(lambda x: x, [0, 1, 0, 1], margin=0.5)
    grid, _ = regions(ax)
    assert grid.min(0) == pytest.approx([-0.5, -1])
    assert grid.max(0) == pytest.approx([1.5, 3])
    assert regions(plot(lambda x: x, [1], points=[[2.0, 5.0]]))[0].mean(0) == pytest.approx([2, 5])


@pytest.mark.parametrize("make", [list, np.array, ag.tensor, lambda y: ag.tensor(y)[:, None]])
@pytest.mark.parametrize("values", [(0, 1), (-1, 1), (0.0, 1.0), (False, True)])
def test_points_are_drawn_as_what_they_are(make, values):
    low, high = values
    ax = plot(lambda x: x[:, 0], make([low, high, high, low]))
    assert scattered(ax) == {
        f"class {int(low)}": [[0, 0], [1, 2]], f"class {int(high)}": [[1, 0], [0, 2]],
    }  # fmt: skip
    assert [t.get_text() for t in ax.get_legend().get_texts()] == list(scattered(ax))


def test_classes_without_points_are_in_the_legend_too():
    ax = plot(lambda x: ag.cat([x, x], 1), [3, 3, 3, 3])
    assert {name: len(points) for name, points in scattered(ax).items()} == {
        "class 0": 0, "class 1": 0, "class 2": 0, "class 3": 4,
    }  # fmt: skip


def test_classes_differ_in_more_than_colour():
    ax = plot(lambda x: ag.stack([x[:, 0], x[:, 1], 1 - x[:, 0]], 1), [0, 1, 2, 0])
    groups = [c for c in ax.collections if c.get_label().startswith("class")]
    shapes = {len(c.get_paths()[0].vertices) for c in groups}
    hatches = [
        h for c in ax.collections for h in getattr(c, "hatches", None) or [] if h is not None
    ]
    assert len(shapes) == len(set(hatches)) == 3


def test_a_region_has_the_colour_of_its_points():
    ax = plot(lambda x: ag.stack([x[:, 0], x[:, 1], 1 - x[:, 0]], 1), [0, 1, 2, 0])
    colours = [
        c.get_facecolor()[0][:3] for c in ax.collections if c.get_label().startswith("class")
    ]
    for k, own in enumerate(colours):
        tint = np.array(to_rgb(ax.images[0].cmap(ax.images[0].norm(k))))
        assert tint == pytest.approx(0.72 + 0.28 * own)


def boundary(ax):
    """The points of the lines between regions."""
    lines = [c for c in ax.collections if c.get_facecolor().size == 0 and c.get_paths()]
    return np.concatenate([p.vertices for c in lines for p in c.get_paths()] or [np.empty((0, 2))])


def test_lines_run_where_two_scores_are_equal():
    ax = plot(lambda x: ag.stack([x[:, 0], 1 - x[:, 0]], 1), [0, 1, 0, 1])
    assert len(boundary(ax)) > 10
    assert boundary(ax)[:, 0] == pytest.approx(0.5, abs=1e-5)


def test_lines_separate_hard_decisions_too():
    ax = plot(lambda x: (x > 0.45).float()[:, 0], [0, 1, 0, 1], steps=61)
    assert len(boundary(ax)) > 10
    assert boundary(ax)[:, 0] == pytest.approx(0.45, abs=0.02)


def test_there_is_no_line_where_all_is_one_region():
    assert not len(boundary(plot(lambda x: x[:, 0] * 0 + 1, [0, 1, 0, 1])))


def test_where_the_score_is_nan_there_is_no_region(rendered):
    ax = plot(lambda x: ag.log(x[:, 0] - 0.4), [0, 1, 0, 1])
    grid, drawn = regions(ax)
    assert np.ma.getmaskarray(drawn).tolist() == (grid[:, 0].astype(np.float32) < 0.4).tolist()
    rendered(ax)
    rendered(plot(lambda x: x * float("nan"), [0, 1, 0, 1]))


def test_infinite_scores_count():
    grid, drawn = regions(plot(lambda x: (x[:, 0] - 0.45) * float("inf"), [0, 1, 0, 1]))
    assert drawn.tolist() == (grid[:, 0] > 0.45).astype(int).tolist()


def test_a_module_is_evaluated_in_batches_in_evaluation_mode_and_left_as_it_was():
    seen = []

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5), nn.Linear(2, 2))

        def forward(self, x):
            seen.append((len(x), self.layers[1].training, ag.is_grad_enabled()))
            return self.layers(x)

    net = Model()
    net.layers[2].weight.grad = ag.ones(2, 2)
    before = {name: t.tolist() for name, t in net.state_dict().items()}
    plot(net, [0, 1, 0, 1], steps=120)
    assert seen == [(10_000, False, False), (4_400, False, False)]
    assert {name: t.tolist() for name, t in net.state_dict().items()} == before
    assert all(module.training for module in net.modules())
    assert net.layers[2].weight.grad.tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize("dtype", [ag.float16, ag.float32, ag.float64])
def test_the_grid_has_the_dtype_of_the_model(dtype):
    seen = []
    net = nn.Linear(2, 2).to(dtype)
    net.register_forward_pre_hook(lambda _, args: seen.append(args[0].dtype))
    plot(net, ag.tensor([0, 1, 0, 1]), points=ag.tensor([[0, 0], [1, 0], [0, 2], [1, 2]]))
    assert seen == [dtype]


@pytest.mark.parametrize(
    ("points", "labels", "error"),
    [
        ([[1.0], [2.0]], [0, 1], r"x has shape \(2, 1\) and y \(2,\): give points of the plane"),
        ([[1.0, 2.0]], [0, 1], "give points of the plane"),
        ([[1.0, 2.0], [0.0, 0.0]], [[0, 1], [1, 0]], "give points of the plane"),
        (np.empty((0, 2)), [], "there are no points"),
        ([[1.0, np.nan], [0.0, 0.0]], [0, 1], "some of the points are nan or inf"),
        ([[1.0, 2.0], [0.0, 0.0]], [0, 0.5], "y has to hold classes"),
        ([[1.0, 2.0], [0.0, 0.0]], [0, 7], "tells the classes 0 and 1 apart, and y has 7"),
        ([[1.0, 2.0], [0.0, 0.0]], [-1, 0], "tells the classes -1 and 1 apart, and y has 0"),
    ],
)
def test_points_and_classes_that_do_not_fit_are_refused(points, labels, error):
    with pytest.raises(ValueError, match=error):
        plot(lambda x: x, labels, points=points)
    assert not plt.get_fignums()


def test_what_is_no_classifier_is_refused():
    with pytest.raises(ValueError, match=r"the model makes \(\) of \(441, 2\), points of a grid"):
        plot(lambda x: x.sum(), [0, 1, 0, 1])
    with pytest.raises(TypeError, match="the model has to give a tensor, not ndarray"):
        plot(lambda x: x.numpy(), [0, 1, 0, 1])
    with pytest.raises(TypeError, match="a function from tensor to tensor, not list"):
        plot([1.0], [0, 1, 0, 1])
    assert not plt.get_fignums()


def test_a_model_of_torch_is_refused():
    torch = pytest.importorskip("torch")
    for model in (torch.nn.Linear(2, 2), torch.nn.ReLU()):
        with pytest.raises(TypeError, match=f"{type(model).__name__} is a module of torch"):
            plot(model, [0, 1, 0, 1])
    net = torch.nn.Linear(2, 2)
    plot(lambda x: ag.tensor(net(torch.tensor(x.numpy())).detach().numpy()), [0, 1, 0, 1])


@pytest.mark.parametrize(
    ("options", "kind", "error"),
    [
        ({"steps": 1}, ValueError, "steps is 2 or more, not 1"),
        ({"steps": 2.5}, TypeError, "steps is a whole number, not 2.5"),
        ({"threshold": "a"}, TypeError, "threshold is a number, not 'a'"),
        ({"threshold": np.nan}, ValueError, "threshold is a finite number, not nan"),
        ({"margin": -1}, ValueError, "margin is 0 or more, not -1"),
        ({"margin": None}, TypeError, "margin is one number, not NoneType"),
    ],
)
def test_options_that_mean_nothing_are_refused(options, kind, error):
    with pytest.raises(kind, match=error):
        plot(lambda x: x, [0, 1, 0, 1], **options)
    assert not plt.get_fignums()


def test_probabilities_without_a_threshold_of_theirs_are_warned_of():
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
    with pytest.warns(UserWarning, match="between 0 and 1, as probabilities are: threshold=0.5"):
        plot(net, [0, 1, 0, 1])
    for quiet in ({"threshold": 0.5}, {"threshold": 0.4}):
        plot(net, [0, 1, 0, 1], **quiet)
    plot(net[0], [0, 1, 0, 1])
    plot(lambda x: (x[:, 0] > 0.4).float(), [0, 1, 0, 1])  # 0 and 1 are on both sides of 0
    plot(nn.Softmax(1), [0, 1, 0, 1])
