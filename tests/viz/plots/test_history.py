"""`plot_history`: every number at its epoch, in the panel of its quantity."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz

HISTORY = {
    "loss": [1.0, 0.5, 0.25], "val_loss": [1.1, 0.6, 0.7],
    "accuracy": [0.5, 0.7, 0.9], "val_accuracy": [0.5, 0.65, 0.6],
}  # fmt: skip


class Epoch(NamedTuple):
    number: int
    loss: float


def curves(cell):
    """What is drawn in a panel, by label: pairs of an epoch and a value."""
    return {line.get_label(): line.get_xydata().tolist() for line in cell.lines}


def counted(values):
    return [[k, v] for k, v in enumerate(values, 1)]


def test_a_quantity_has_one_panel_for_training_and_validation():
    loss, accuracy = viz.plot_history(HISTORY)
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("loss", "accuracy")
    assert curves(loss) == {
        "loss": counted([1.0, 0.5, 0.25]), "val_loss": counted([1.1, 0.6, 0.7]),
        "best 0.6, epoch 2": [[2, 0.6]],
    }  # fmt: skip
    assert curves(accuracy)["best 0.65, epoch 2"] == [[2, 0.65]]
    assert loss.figure is accuracy.figure
    assert [text.get_text() for text in loss.get_legend().get_texts()] == list(curves(loss))
    assert {loss.get_xlabel(), accuracy.get_xlabel()} == {"epoch"}


def test_of_tests_none_is_marked_as_best():
    (cell,) = viz.plot_history({"loss": [3, 1, 2], "test_loss": [3, 1, 2]})
    assert set(curves(cell)) == {"loss", "test_loss"}


def test_curves_differ_in_more_than_colour():
    (cell,) = viz.plot_history({f"{p}loss": [1, 2] for p in ("", "val_", "test_")})
    lines = cell.lines[:1] + [line for line in cell.lines if len(line.get_xdata()) == 2]
    assert len({line.get_linestyle() for line in lines}) == 3


@pytest.mark.parametrize(
    "history",
    [
        {"loss": [1.0, 0.5]},
        {"loss": np.array([1.0, 0.5])},
        {"loss": ag.tensor([1.0, 0.5], requires_grad=True)},
        {"loss": [ag.tensor(1.0, requires_grad=True), np.float16(0.5)]},
        [{"loss": 1.0}, {"loss": 0.5}],
        ({"loss": v} for v in (1.0, 0.5)),
        [1.0, 0.5],
        ag.tensor([1.0, 0.5]),
        [Epoch(1, 1.0), Epoch(2, 0.5)],
        {"epoch": [1, 2], "loss": [1.0, 0.5]},
    ],
)
def test_histories_come_in_many_forms(history):
    (cell,) = viz.plot_history(history)
    assert curves(cell) == {"loss": [[1, 1], [2, 0.5]]}
    assert cell.get_ylabel() == "loss"
    assert cell.get_legend() is None  # the axis says it


def test_epochs_are_those_that_are_given():
    (cell,) = viz.plot_history([{"epoch": 10, "loss": 3}, {"epoch": 20, "loss": 2}])
    assert curves(cell) == {"loss": [[10, 3], [20, 2]]}
    (cell,) = viz.plot_history({"step": [0, 100], "loss": [3, 2]})
    assert curves(cell) == {"loss": [[0, 3], [100, 2]]}


def test_what_was_not_measured_is_left_out_and_nan_interrupts(rendered):
    (cell,) = viz.plot_history(
        [
            {"loss": 3, "val_loss": 4},
            {"loss": float("nan")},
            {"loss": float("inf"), "val_loss": None},
            {"loss": 1, "val_loss": 2},
        ]
    )
    drawn = curves(cell)
    assert np.array(drawn["loss"])[:, 0].tolist() == [1, 2, 3, 4]
    assert np.isnan(drawn["loss"][1][1])
    assert drawn["val_loss"] == [[1, 4], [4, 2]]
    rendered(cell)
    rendered(viz.plot_history({"val_loss": [float("nan")] * 3})[0])


def test_one_epoch_is_seen(rendered):
    cell, _ = viz.plot_history({name: values[:1] for name, values in HISTORY.items()})
    assert cell.lines[0].get_marker() == "o"
    assert cell.get_xlim() == (0.5, 1.5)
    rendered(cell)


def test_epochs_are_counted_in_whole_numbers():
    (cell,) = viz.plot_history({"loss": [1, 2, 3]})
    ticks = cell.get_xticks()
    assert (ticks == ticks.round()).all()


def test_losses_may_be_on_a_logarithmic_axis(rendered):
    loss, accuracy = viz.plot_history(HISTORY, log=True)
    assert (loss.get_yscale(), accuracy.get_yscale()) == ("log", "linear")
    (cell,) = viz.plot_history({"loss": [0.0, 0.0]}, log=True)
    assert cell.get_yscale() == "linear"  # there is nothing above 0
    rendered(cell)


def test_many_quantities_are_in_rows_of_three(rendered):
    cells = viz.plot_history({f"q{k}": [1, 2] for k in range(7)})
    assert len(cells) == 7
    rendered(cells[0])
    rows = {round(cell.get_position().y0, 2) for cell in cells}
    assert len(rows) == 3


def test_the_legend_covers_no_data(rendered):
    for cell in viz.plot_history(HISTORY):
        rendered(cell)
        assert cell.get_legend().get_window_extent().y0 >= cell.get_window_extent().y1 - 1


def test_axes_may_be_given_for_each_panel():
    _, pair = plt.subplots(1, 2)
    assert viz.plot_history(HISTORY, ax=pair) == pair.tolist()
    assert curves(pair[0])["loss"] == counted(HISTORY["loss"])
    for ax in (pair[0], [*pair, pair[0]]):
        with pytest.raises(ValueError, match="this history has 2 quantities"):
            viz.plot_history(HISTORY, ax=ax)


def test_any_name_will_do(rendered):
    name = 'a$b$_"é"\n<b>'
    (cell,) = viz.plot_history({name: [1, 2], f"val_{name}": [2, 3], f"test_{name}": [2, 3]})
    texts = [text.replace("\\", "") for text in rendered(cell)]
    assert {name, f"val_{name}", f"test_{name}"} <= set(texts)
    (cell,) = viz.plot_history({"_l": [1, 2], "val__l": [1, 3]})
    assert [t.get_text().strip() for t in cell.get_legend().get_texts()][:2] == ["_l", "val__l"]


@pytest.mark.parametrize("history", [{}, [], {"loss": []}, {"epoch": [1]}, {"loss": [None]}, [{}]])
def test_an_empty_history_is_refused(history):
    with pytest.raises(ValueError, match="there is nothing in this history yet"):
        viz.plot_history(history)
    assert not plt.get_fignums()


@pytest.mark.parametrize("history", [3, None, {"loss": 3.0}])
def test_what_is_no_history_is_refused(history):
    with pytest.raises(TypeError, match="a history is lists of numbers by name"):
        viz.plot_history(history)


@pytest.mark.parametrize("values", [["much"], [[1, 2]], np.ones((2, 2)), [{}]])
def test_what_is_no_number_is_refused(values):
    with pytest.raises(ValueError, match="'loss' has to hold one number per epoch"):
        viz.plot_history({"loss": values})


def test_lengths_have_to_fit():
    with pytest.raises(ValueError, match="'loss' has 1 values for 2 epochs: give None for those"):
        viz.plot_history({"epoch": [1, 2], "loss": [1.0]})
    with pytest.raises(ValueError, match="'val_loss' has 1 values for 3 epochs"):
        viz.plot_history({"loss": [1, 0.5, 0.4], "val_loss": [0.7]})  # of which epoch?
    (cell,) = viz.plot_history({"loss": [1, 0.5], "val_loss": []})
    assert [*curves(cell)] == ["loss"]


NAMES = [
    ("train", "val"), ("loss_train", "loss_val"), ("loss/train", "loss/test"),
    ("trainLoss", "valLoss"), ("training loss", "validation loss"), ("Train Loss", "Dev Loss"),
    ("metrics/train_loss", "metrics/val_loss"), ("loss", "lossVal"), ("loss.train", "loss"),
]  # fmt: skip


@pytest.mark.parametrize("names", NAMES, ids=lambda names: names[0])
def test_training_and_validation_share_a_panel_however_they_are_named(names):
    (cell,) = viz.plot_history({name: [2.0, 1.0] for name in names})
    drawn = [line for line in cell.lines if len(line.get_xdata()) == 2]
    assert [line.get_label() for line in drawn] == [*names]
    assert names[0] in [text.get_text() for text in cell.get_legend().get_texts()]


def test_other_quantities_have_panels_of_their_own():
    names = ["value", "trainable", "latest", "contest", "VALUE2", "loss", "evaluation"]
    assert len(viz.plot_history({name: [2.0, 1.0] for name in names})) == len(names)
    labels = [cell.get_ylabel() for cell in viz.plot_history({"top5/val/acc": [1], "valLoss": [1]})]
    assert labels == ["top5/acc", "Loss"]


def test_of_a_quantity_without_a_name_nobody_knows_the_best():
    (cell,) = viz.plot_history({"train": [2.0, 1.0], "val": [2.0, 1.5]}, log=True)
    assert [*curves(cell)] == ["train", "val"]
    assert cell.get_yscale() == "log"


def test_what_keras_gives_back_is_a_history():
    (cell,) = viz.plot_history(SimpleNamespace(history={"loss": [1.0, 0.5]}))
    assert curves(cell) == {"loss": [[1, 1], [2, 0.5]]}


def test_epochs_of_different_kinds_are_refused():
    with pytest.raises(
        TypeError, match=r"epoch 2 of this history is 0\.5, others are dictionaries"
    ):
        viz.plot_history([{"loss": 1}, 0.5])


@pytest.mark.parametrize(
    ("n", "size"), [(9, (1, 1)), (20_000, (2, 3)), (200_000, (1, 1)), (1_000, (3, 4))]
)
def test_the_numbers_of_epochs_do_not_overlap(n, size):
    ax = plt.subplots(*size, squeeze=False)[1][0, 0]
    (cell,) = viz.plot_history({"loss": np.linspace(1, 0, n)}, ax=ax)
    cell.figure.draw_without_rendering()
    low, high = cell.get_xlim()
    shown = [t.label1 for t in cell.xaxis.get_major_ticks() if low <= t.get_loc() <= high]
    boxes = [label.get_window_extent() for label in shown]
    assert len(boxes) >= 2
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))
