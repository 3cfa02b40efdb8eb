"""`plot_misclassified`: the wrong ones, in the right order, with the right names."""

from __future__ import annotations

from pathlib import Path

import matplotlib.colors as colours
import matplotlib.pyplot as plt
import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import datasets, viz
from autograd_fr.viz.plots.canvas import BLUE, VERMILION

REAL = Path(__file__).parents[4] / "shared/data/mnist"
TARGET, PREDICTED = [3, 8, 1, 0, 5], [3, 3, 1, 6, 5]


def grey(n: int = 5, height: int = 10, width: int = 10) -> np.ndarray:
    """Images of one shade each, from black to white."""
    return np.broadcast_to(np.linspace(0, 1, n)[:, None, None], (n, height, width))


def named(ax):
    """The pairs of names, true and predicted, in the order of the images."""
    texts = [text.get_text() for text in ax.texts]
    return list(zip(texts[::2], texts[1::2]))


def cells(ax):
    """The colour in the middle of each image."""
    picture = np.asarray(ax.images[0].get_array())
    found = []
    for above, below in zip(ax.texts[::2], ax.texts[1::2]):
        (right, top), bottom = above.get_position(), below.get_position()[1]
        middle = picture[(top + bottom) // 2, right - (bottom - top) // 2]
        found.append(np.round(middle, 3).tolist())
    return found


def test_the_errors_of_the_lecture():
    ax = viz.plot_misclassified(grey(), TARGET, PREDICTED)
    assert named(ax) == [("8", "3"), ("0", "6")]
    assert ax.get_title() == "2 of 5 wrong (40.00%)"
    assert cells(ax) == [[0.75] * 3, [0.25] * 3]  # 0 is white, 1 is ink: these are 0.25 and 0.75


def test_true_is_above_and_predicted_below_at_the_right():
    ax = viz.plot_misclassified(grey(), TARGET, PREDICTED)
    ax.figure.draw_without_rendering()
    for true, predicted in zip(ax.texts[::2], ax.texts[1::2]):
        assert (true.get_color(), predicted.get_color()) == (BLUE, VERMILION)
        a, b = true.get_window_extent(), predicted.get_window_extent()
        assert abs(a.x1 - b.x1) < 3
        assert a.y0 > b.y1


LOGITS = np.array([[9, 0, 0], [0, 2, 0], [800, 0, 0], [0, 0, 0.5], [900, 0, 0.0]])


@pytest.mark.parametrize("shares", [False, True])
def test_the_most_confident_comes_first(shares):
    scores = LOGITS - LOGITS.max(1, keepdims=True)
    scores = np.exp(scores) / np.exp(scores).sum(1, keepdims=True) if shares else LOGITS
    target = [1, 0, 2, 1, 0]
    ax = viz.plot_misclassified(grey(), target, ag.tensor(scores, requires_grad=True))
    assert named(ax) == [("2", "0"), ("1", "0"), ("0", "1"), ("1", "2")]
    ax = viz.plot_misclassified(grey(), target, scores, limit=2)
    assert named(ax) == [("2", "0"), ("1", "0")]
    assert ax.get_title() == "4 of 5 wrong (80.00%), the first 2"
    ax = viz.plot_misclassified(grey(), target, scores, limit=1)
    assert ax.get_title() == "4 of 5 wrong (80.00%), the first one"


@pytest.mark.parametrize("shape", [(5,), (5, 1)])
def test_of_one_score_the_farthest_from_the_threshold(shape):
    logits = np.array([1.0, -3.0, 2.0, 0.5, -0.1])
    target = [0, 1, 0, 1, 0]
    ax = viz.plot_misclassified(grey(), target, logits.reshape(shape))
    assert cells(ax) == [[0.75] * 3, [0.5] * 3, [1.0] * 3]
    shares = 1 / (1 + np.exp(-logits)).reshape(shape)
    assert cells(viz.plot_misclassified(grey(), target, shares, threshold=0.5)) == cells(ax)


def test_of_classes_the_first_comes_first():
    assert named(viz.plot_misclassified(grey(), [7, 2, 0, 1, 0], [0] * 5)) == [
        ("7", "0"), ("2", "0"), ("1", "0"),
    ]  # fmt: skip


RED, BLUISH = [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]
COLOURED = np.array([RED, BLUISH])[:, :, None, None] * np.ones((2, 3, 6, 6))
IMAGES = {
    "bytes": ((255 * grey(2)).astype(np.uint8), [[1.0] * 3, [0.0] * 3]),
    "booleans": (grey(2) > 0.5, [[1.0] * 3, [0.0] * 3]),
    "normalised": (grey(2) * 4 - 2, [[1.0] * 3, [0.0] * 3]),
    "tensor": (ag.tensor(grey(2).copy()), [[1.0] * 3, [0.0] * 3]),
    "one channel": (grey(2)[:, None], [[1.0] * 3, [0.0] * 3]),
    "rows": (grey(2).reshape(2, -1), [[1.0] * 3, [0.0] * 3]),
    "oblong": (grey(2, 6, 12), [[1.0] * 3, [0.0] * 3]),
    "all alike and beyond": (np.full((2, 6, 6), 7.0), [[1.0] * 3] * 2),
    "colours first": (COLOURED, [RED, BLUISH]),
    "colours last": (np.moveaxis(COLOURED, 1, -1), [RED, BLUISH]),
    "colours in bytes": ((255 * COLOURED).astype(np.uint8), [RED, BLUISH]),
    "normalised colours": (COLOURED * 4 - 2, [RED, BLUISH]),
}


@pytest.mark.parametrize("kind", IMAGES)
def test_images_of_every_kind(kind):
    images, expected = IMAGES[kind]
    assert cells(viz.plot_misclassified(images, [0, 1], [1, 0])) == expected


@pytest.mark.parametrize("n", [1, 2, 33, 300])
@pytest.mark.parametrize("given", [False, True])
def test_it_can_be_read(n, given, rendered):
    ax = plt.subplots(1, 2, figsize=(9, 4))[1][0] if given else None
    ax = viz.plot_misclassified(grey(n, 28, 28), [8] * n, [3] * n, limit=300, ax=ax)
    assert rendered(ax)[0] == "8"
    assert len(ax.texts) == 2 * n
    assert max(ax.figure.get_size_inches()) < 11
    if not given:
        assert min(text.get_fontsize() for text in ax.texts) >= 7
    boxes = [text.get_window_extent() for text in ax.texts]
    assert all(a.y0 >= b.y1 for a, b in zip(boxes[::2], boxes[1::2])), "true and predicted overlap"


def test_columns():
    ax = viz.plot_misclassified(grey(), [1] * 5, [0] * 5, columns=2)
    places = [text.get_position() for text in ax.texts[::2]]
    assert len({x for x, _ in places}) == 2
    assert len({y for _, y in places}) == 3


def test_names_stay_in_their_images(rendered):
    names = ["T-shirt", "an extraordinarily long name", "$b_1$"]
    ax = viz.plot_misclassified(grey(3), [0, 1, 2], [1, 2, 0], names=names, columns=3)
    rendered(ax)
    assert named(ax)[0] == ("T-shirt", "an extraord…")
    assert named(ax)[2][0] == r"\$b_1\$"
    boxes = [text.get_window_extent() for text in ax.texts]
    width = (ax.transData.transform((10, 0)) - ax.transData.transform((0, 0)))[0]
    assert max(box.width for box in boxes) <= width


@pytest.mark.parametrize("images", [np.zeros((2, 20, 20)), np.zeros((2, 3, 20, 20))])
def test_long_names_stand_above_and_below(images, rendered):
    ax = viz.plot_misclassified(images, [0, 1], [1, 0], names=["T-shirt", "ankle boot"], columns=2)
    rendered(ax)
    picture = np.asarray(ax.images[0].get_array())
    ink = 0.0 if images.ndim == 4 else 1.0  # black, and paper
    rows = np.flatnonzero((picture[:, 4] == ink).all(-1))
    assert len(rows) == 20
    to_data = ax.transData.inverted()
    (_, above), (_, below) = (
        to_data.transform((0, getattr(text.get_window_extent(), edge)))
        for text, edge in zip(ax.texts, ("y0", "y1"))
    )
    assert above <= rows[0] + 1 and below >= rows[-1] - 1


def test_where_nothing_is_wrong_there_is_a_smile(rendered):
    ax = viz.plot_misclassified(grey(), TARGET, TARGET)
    assert ax.get_title() == "0 of 5 wrong (0.00%)"
    assert not ax.images
    faces = [colours.to_hex(patch.get_facecolor()) for patch in ax.patches]
    assert len(faces) == 4 and faces[0] == "#f0e442"
    rendered(ax)


@pytest.mark.skipif(not REAL.is_dir(), reason="the MNIST files are not beside the repository")
def test_the_real_digits(rendered):
    data = datasets.mnist(REAL)
    guess = np.where(data.test_labels == 9, 4, data.test_labels)
    ax = viz.plot_misclassified(data.test_images, data.test_labels, guess)
    assert ax.get_title() == "1009 of 10000 wrong (10.09%), the first 100"
    assert set(named(ax)) == {("9", "4")}
    rendered(ax)


@pytest.mark.parametrize(
    ("args", "options", "error"),
    [
        ((grey(4), TARGET, PREDICTED), {}, "4 images for 5 targets"),
        ((np.zeros((5, 3)), TARGET, PREDICTED), {}, r"images have shape \(5, 3\): give \(n, heig"),
        ((np.zeros((5, 2, 8, 8)), TARGET, PREDICTED), {}, r"images have shape \(5, 2, 8, 8\)"),
        ((np.zeros((5, 0, 0)), TARGET, PREDICTED), {}, r"images have shape \(5, 0, 0\)"),
        ((np.zeros(5), TARGET, PREDICTED), {}, r"images have shape \(5,\)"),
        ((np.full((5, 4, 4), np.nan), TARGET, PREDICTED), {}, "images hold nan or inf"),
        ((grey(), TARGET, PREDICTED[:4]), {}, "target has 5 entries and predicted 4"),
        ((grey(), [], []), {}, "target is empty"),
        ((grey(), TARGET, PREDICTED), {"names": "ab"}, "2 names for 9 classes"),
        ((grey(), TARGET, PREDICTED), {"limit": 0}, "limit is 1 or more"),
        ((grey(), TARGET, PREDICTED), {"columns": 0}, "columns is 1 or more"),
        ((grey(2), [0, 1], [0.3, 0.4]), {}, "Give threshold=0 for logits"),
    ],
)
def test_what_does_not_fit_is_refused(args, options, error):
    with pytest.raises(ValueError, match=error):
        viz.plot_misclassified(*args, **options)
    assert not plt.get_fignums()
