"""`plot_filters`: each filter an image, all on one scale."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

import autograd_fr as ag
from autograd_fr import nn, viz


def images(ax):
    return np.stack([np.asarray(image.get_array()) for image in ax.images])


def scales(ax):
    return {(image.norm.vmin, image.norm.vmax) for image in ax.images}


def test_a_convolution_gives_one_image_per_filter_on_one_scale():
    layer = nn.Conv2d(1, 6, 5)
    ax = viz.plot_filters(layer)
    weight = layer.weight.detach().numpy()
    assert np.array_equal(images(ax), weight[:, 0])
    bound = float(np.abs(weight).max())
    assert scales(ax) == {(-bound, bound)}
    assert ax.get_title() == "6 filters, weight (6, 1, 5, 5)"


def test_they_lie_in_rows_and_do_not_overlap():
    ax = viz.plot_filters(np.arange(7 * 12.0).reshape(7, 3, 4), columns=3)
    places = [image.get_extent() for image in ax.images]  # left, right, bottom, top
    assert [(r - le, b - t) for le, r, b, t in places] == [pytest.approx((4, 3))] * 7
    tops, lefts = sorted({p[3] for p in places}), sorted({p[0] for p in places})
    assert (len(tops), len(lefts)) == (3, 3)
    assert [(tops.index(p[3]), lefts.index(p[0])) for p in places] == [
        divmod(k, 3) for k in range(7)
    ]
    assert min(np.diff(tops)) > 3 and min(np.diff(lefts)) > 4
    left, right, bottom, top = *ax.get_xlim(), *ax.get_ylim()
    assert all(left < p[0] and p[1] < right and top < p[3] and p[2] < bottom for p in places)


def test_zero_is_grey_positive_white_and_negative_black():
    image = viz.plot_filters([[[-2.0, 0.0, 2.0]]]).images[0]
    assert image.cmap(image.norm([-2.0, 0.0, 2.0]))[:, 0] == pytest.approx([0, 0.5, 1], abs=0.01)


def test_three_inputs_are_the_colours_of_one_image():
    weight = np.random.default_rng(0).normal(size=(4, 3, 5, 5))
    ax = viz.plot_filters(ag.tensor(weight, requires_grad=True))
    bound = np.abs(weight).max()
    assert images(ax) == pytest.approx((np.moveaxis(weight, 1, -1) / bound + 1) / 2)
    assert len(ax.figure.axes) == 1  # no scale stands for colours


def test_of_other_convolutions_each_input_is_an_image():
    weight = np.arange(2 * 4 * 9.0).reshape(2, 4, 3, 3)
    assert np.array_equal(images(viz.plot_filters(weight)), weight.reshape(8, 3, 3))


def places(ax):
    """The row and the column of each image, by where it lies."""
    extents = [image.get_extent() for image in ax.images]  # left, right, bottom, top
    tops, lefts = sorted({e[3] for e in extents}), sorted({e[0] for e in extents})
    return [(tops.index(e[3]), lefts.index(e[0])) for e in extents]


def test_a_filter_of_several_inputs_is_a_row(rendered):
    layer = nn.Conv2d(6, 16, 3)
    ax = viz.plot_filters(layer)
    assert ax.get_title() == "16 filters of 6 inputs, weight (16, 6, 3, 3)"
    assert np.array_equal(images(ax), layer.weight.detach().numpy().reshape(96, 3, 3))
    assert places(ax) == [(i, j) for i in range(16) for j in range(6)]
    ax = viz.plot_filters(layer, limit=20)
    assert ax.get_title() == "3 of 16 filters of 6 inputs, weight (16, 6, 3, 3)"
    assert places(ax) == [(i, j) for i in range(3) for j in range(6)]
    assert ax.get_title() in rendered(ax)


def test_several_short_filters_are_in_one_row_and_apart():
    ax = viz.plot_filters(nn.Conv2d(2, 6, 3), columns=5)
    assert places(ax) == [(i // 2, i % 2 * 2 + j) for i in range(6) for j in range(2)]
    lefts = sorted({image.get_extent()[0] for image in ax.images})
    within, between, _ = np.diff(lefts)
    assert between > within


@pytest.mark.parametrize(("columns", "each"), [(4, 4), (None, 10)])
def test_a_long_filter_has_several_rows(columns, each, rendered):
    ax = viz.plot_filters(nn.Conv2d(20, 3, 3), columns=columns)
    rows = 20 // each
    assert places(ax) == [(i * rows + j // each, j % each) for i in range(3) for j in range(20)]
    assert rendered(ax)


def test_of_very_many_inputs_the_first_are_shown():
    ax = viz.plot_filters(nn.Conv2d(300, 2, 3))
    assert len(ax.images) == 100
    title = "1 of 2 filters of 300 inputs, the first 100, weight (2, 300, 3, 3)"
    assert ax.get_title() == title


def test_of_a_transposed_convolution_a_row_is_of_one_input():
    layer = nn.ConvTranspose2d(4, 2, 3)
    ax = viz.plot_filters(layer, columns=2)
    assert ax.get_title() == "4 inputs of 2 outputs, weight (4, 2, 3, 3)"
    assert np.array_equal(images(ax), layer.weight.detach().numpy().reshape(8, 3, 3))
    title = viz.plot_filters(nn.ConvTranspose2d(4, 3, 3)).get_title()
    assert title == "4 inputs, weight (4, 3, 3, 3)"


def test_rows_of_a_linear_layer_are_images():
    layer = nn.Linear(784, 5)
    ax = viz.plot_filters(layer)
    assert np.array_equal(images(ax), layer.weight.detach().numpy().reshape(5, 28, 28))
    assert ax.get_title() == "5 filters, weight (5, 784)"
    rows = np.arange(24.0).reshape(2, 12)
    assert np.array_equal(images(viz.plot_filters(rows, shape=(3, 4))), rows.reshape(2, 3, 4))
    coloured = images(viz.plot_filters(rows, shape=(3, 2, 2)))
    assert coloured == pytest.approx((np.moveaxis(rows.reshape(2, 3, 2, 2), 1, -1) / 23 + 1) / 2)


def test_of_many_the_first_are_shown(rendered):
    ax = viz.plot_filters(np.ones((100, 2, 2)), limit=10)
    assert len(ax.images) == 10
    assert "10 of 100 filters, weight (100, 2, 2)" in rendered(ax)
    assert "1 filter, weight (1, 2, 2)" in rendered(viz.plot_filters(np.ones((1, 2, 2))))


@pytest.mark.parametrize("shape", [(64, 8, 8), (6, 1, 50), (2, 100, 1)])
def test_no_figure_is_too_large(shape, rendered):
    ax = viz.plot_filters(np.ones(shape))
    assert max(ax.figure.get_size_inches()) < 10
    rendered(ax)


@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_not_finite_is_orange(channels, rendered):
    weight = np.ones((2, channels, 2, 2))
    weight[0, 0, 0, 0], weight[1, 0, 1, 1] = np.nan, -np.inf
    ax = viz.plot_filters(weight)
    ax.figure.canvas.draw()
    for image, (i, j) in zip(ax.images, ((0, 0), (1, 1))):
        colours = image.to_rgba(image.get_array())[..., :3]
        orange = (np.abs(colours - to_rgb("#d55e00")) < 0.01).all(-1)
        assert np.argwhere(orange).tolist() == [[i, j]]
    rendered(viz.plot_filters(np.full((2, channels, 2, 2), np.nan)))


@pytest.mark.parametrize(
    "weight",
    [np.full((1, 2, 2), 6e4, np.float16), np.full((1, 2, 2), 60_000), np.zeros((1, 2, 2))],
)
def test_other_dtypes_and_zeros(weight):
    ax = viz.plot_filters(ag.tensor(weight))
    bound = float(weight.max()) or 1.0
    assert scales(ax) == {(-bound, bound)}


@pytest.mark.parametrize(
    ("weight", "options", "error"),
    [
        (nn.ReLU(), {}, "ReLU has no weight: give one of the layers in it"),
        (nn.BatchNorm1d(3, affine=False), {}, "has no weight"),
        (nn.BatchNorm1d(3), {}, r"a weight of shape \(3,\) is no stack of images"),
        (nn.Conv3d(1, 1, 2), {}, "is no stack of images"),
        (np.empty((0, 3, 3)), {}, "is no stack of images"),
        (nn.Linear(10, 2), {}, r"a row of 10 weights is no image of shape \(3, 3\): give shape="),
        (nn.Linear(10, 2), {"shape": (10,)}, "no image of shape"),
        (nn.Conv2d(1, 2, 3), {"shape": (3, 3)}, "has no rows"),
    ],
)
def test_what_is_no_stack_of_images_is_refused(weight, options, error):
    with pytest.raises(ValueError, match=error):
        viz.plot_filters(weight, **options)
    assert not plt.get_fignums()


@pytest.mark.parametrize("option", ["limit", "columns"])
def test_numbers_of_images_are_whole(option):
    for wrong, kind in ((0, ValueError), (-1, ValueError), (2.5, TypeError), ("a", TypeError)):
        with pytest.raises(kind, match=f"{option} is "):
            viz.plot_filters(nn.Conv2d(1, 4, 3), **{option: wrong})
    assert not plt.get_fignums()


def test_what_is_no_weight_at_all_is_refused():
    with pytest.raises(TypeError, match="weight: cannot make a tensor of None"):
        viz.plot_filters(None)
    with pytest.raises(ag.errors.UninitializedError, match="call the module once"):
        viz.plot_filters(nn.LazyLinear(3))
