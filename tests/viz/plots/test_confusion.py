"""`plot_confusion`: the counts, in the right cells, legibly."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz

TARGET, PREDICTED = [0, 1, 1, 2, 2, 2], [0, 1, 2, 2, 2, 0]
COUNTS = [[1, 0, 0], [0, 1, 1], [1, 0, 2]]


def cells(ax):
    """The texts by row and column."""
    return {(int(t.get_position()[1]), int(t.get_position()[0])): t.get_text() for t in ax.texts}


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


@pytest.mark.parametrize("make", [list, np.array, ag.tensor, lambda x: ag.tensor(x).float()])
def test_rows_are_true_and_columns_predicted_classes(make):
    ax = viz.plot_confusion(make(TARGET), make(PREDICTED))
    assert ax.images[0].get_array().tolist() == COUNTS
    assert cells(ax) == {(i, j): str(COUNTS[i][j]) for i in range(3) for j in range(3)}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert ax.get_title() == "4 of 6 right (66.7%)"
    assert ticks(ax.xaxis) == ticks(ax.yaxis) == ["0", "1", "2"]


def test_the_matrix_alone_will_do():
    ax = viz.plot_confusion(ag.tensor(COUNTS))
    assert ax.images[0].get_array().tolist() == COUNTS
    assert ax.get_title() == "4 of 6 right (66.7%)"


@pytest.mark.parametrize(
    ("normalize", "shares"),
    [
        ("true", [[1, 0, 0], [0, 1 / 2, 1 / 2], [1 / 3, 0, 2 / 3]]),
        ("pred", [[1 / 2, 0, 0], [0, 1, 1 / 3], [1 / 2, 0, 2 / 3]]),
        ("all", (np.array(COUNTS) / 6).tolist()),
    ],
)
def test_shares(normalize, shares):
    ax = viz.plot_confusion(TARGET, PREDICTED, normalize=normalize)
    assert np.asarray(ax.images[0].get_array()) == pytest.approx(np.array(shares))
    assert cells(ax)[2, 2] == f"{shares[2][2]:.2f}"
    assert ax.get_title() == "4 of 6 right (66.7%)"


def test_scores_stand_for_their_greatest():
    ax = viz.plot_confusion(TARGET, ag.tensor(np.eye(3)[PREDICTED] - 7))
    assert ax.images[0].get_array().tolist() == COUNTS
    ax = viz.plot_confusion([0, 1], [0.2, 0.3], threshold=0.25)
    assert ax.images[0].get_array().tolist() == [[1, 0], [0, 1]]


def test_a_class_that_was_never_predicted_has_no_share():
    ax = viz.plot_confusion([0, 1], [0, 0], normalize="pred")
    assert ax.images[0].get_array().tolist() == [[0.5, 0], [0.5, 0]]


def test_names_stand_on_both_axes_and_none_is_cut(rendered):
    names = ["a very long name, indeed", "$b_1$", "<c>", "never met"]
    ax = viz.plot_confusion(TARGET, PREDICTED, labels=names)
    assert ax.images[0].get_array().shape == (4, 4)
    assert ticks(ax.xaxis) == ticks(ax.yaxis)
    assert rendered(ax).count(names[0]) == 2


def test_numbers_can_be_read_on_their_cells():
    ax = viz.plot_confusion([[9, 0], [1, 9]])
    colours = {t.get_text(): t.get_color() for t in ax.texts}
    assert colours == {"9": "white", "1": "black", "0": "0.65"}


def test_counts_have_all_their_digits(rendered):
    ax = viz.plot_confusion([[5_999_999, 0], [1, 6_000_001]])
    assert ax.get_title() == "12000000 of 12000001 right (100.0%)"
    assert cells(ax)[0, 0] == "5999999"
    assert ax.get_title() in rendered(ax)
    assert cells(viz.plot_confusion([[0.25, 0.5], [0, 0.25]]))[0, 1] == "0.5"


def overlapping(texts):
    boxes = [text.get_window_extent() for text in texts]
    return [(a, b) for a, b in pairwise(boxes) if a.y0 == b.y0 and a.x1 >= b.x0]


@pytest.mark.parametrize(("n", "digits"), [(2, 15), (10, 4), (18, 6), (20, 9)])
@pytest.mark.parametrize("given", [False, True])
def test_numbers_do_not_overlap(n, digits, given):
    ax = plt.subplots(2, 3)[1][0, 0] if given else None
    ax = viz.plot_confusion(np.full((n, n), 10**digits - 1), ax=ax)
    ax.figure.draw_without_rendering()
    assert not overlapping(ax.texts)
    assert bool(ax.texts) is (len(ax.figure.axes) == (6 if given else 1))  # else a scale tells


@pytest.mark.parametrize(("n", "letters"), [(2, 26), (2, 200), (10, 1), (10, 40)])
def test_long_names_leave_room_for_the_matrix(n, letters, rendered):
    names = [f"{k:{'_'}^{letters}}" for k in range(n)]
    ax = viz.plot_confusion(np.arange(n), np.arange(n), labels=names)
    assert ax.get_title() in rendered(ax)
    side = ax.get_window_extent().height / ax.figure.dpi
    assert side > max(2.5, 0.45 * n)
    assert max(ax.figure.get_size_inches()) < 14
    assert max(len(tick.strip()) for tick in ticks(ax.yaxis)) == min(letters, 40)


def test_one_class():
    assert cells(viz.plot_confusion([0, 0], [0, 0])) == {(0, 0): "2"}


@pytest.mark.parametrize("labels", [None, [f"class {k}" for k in range(100)]])
def test_of_many_classes_a_scale_tells(labels, rendered):
    rng = np.random.default_rng(0)
    target = np.concatenate([np.arange(100), rng.integers(0, 100, 400)])
    ax = viz.plot_confusion(target, target, labels=labels)
    assert not ax.texts
    assert [other.get_ylabel() for other in ax.figure.axes if other is not ax] == ["examples"]
    assert ticks(ax.xaxis)[:2] == (["0", "10"] if labels is None else ["class 0", "class 2"])
    assert max(ax.figure.get_size_inches()) < 12
    rendered(ax)
    boxes = [label.get_window_extent() for label in ax.yaxis.get_ticklabels()]
    assert all(a.y0 >= b.y1 - 1 for a, b in pairwise(boxes)), "the names overlap"


@pytest.mark.parametrize(
    ("args", "options", "error"),
    [
        (([], []), {}, "target is empty"),
        (([0, 1], [0]), {}, "target has 2 entries and predicted 1"),
        (([0.5], [1]), {}, "target has to hold class indices"),
        (([0, -1], [0, 0]), {}, "target has to hold class indices"),
        (([0, float("nan")], [0, 0]), {}, "target has to hold class indices"),
        (([0, 1], [[[0.1], [0.9]]]), {}, r"predicted has shape \(1, 2, 1\): give one class"),
        (([0, 1], [0.2, 0.3]), {}, "Give threshold=0 for logits"),
        (([3], [1]), {"labels": "ab"}, "class 3 occurs, but there are 2 labels"),
        (([[1]],), {"labels": "ab"}, "2 labels for 1 classes"),
        (([0, 1],), {}, r"is square, not \(2,\): give it, or target and predicted"),
        (([[0, 0], [0, 0]],), {}, "not all of them 0"),
        (([[1, -1], [0, 0]],), {}, "none below 0"),
        (([5000], [1]), {}, "more than 1000 classes"),
        (([1], [1]), {"normalize": "rows"}, 'normalize is "true", "pred", "all" or None'),
    ],
)
def test_what_does_not_fit_is_refused(args, options, error):
    with pytest.raises(ValueError, match=error):
        viz.plot_confusion(*args, **options)
    assert not plt.get_fignums()


def test_names_for_classes_are_refused():
    with pytest.raises(TypeError, match="target: "):
        viz.plot_confusion(["cat"], ["dog"])
