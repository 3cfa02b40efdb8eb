"""Nielsen's first net: the settings of the book, and what they reach."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from autograd_fr.models import Nielsen1, quadratic_cost
from autograd_fr.recipes import RECIPES, Options
from autograd_fr.recipes.fitting import loss_of
from autograd_fr.recipes.table import read_table
from tests.recipes.made_up import idx_files
from tests.recipes.test_perceptron import REAL, needs_files, read

run = RECIPES["nielsen"].run


def test_the_settings_of_the_book(tmp_path, monkeypatch):
    told = {}

    def course(model, data, out, options, optimizer, **more):
        told.update(more, model=model, data=data, options=options, optimizer=optimizer)

    monkeypatch.setattr("autograd_fr.recipes.nielsen.course", course)
    data = read(idx_files(tmp_path))
    run(data, None, Options())
    model, options = told["model"], told["options"]
    assert type(model) is Nielsen1
    assert [tuple(p.shape) for p in model.parameters()] == [(30, 784), (30,), (10, 30), (10,)]
    assert (options.epochs, options.batch_size) == (30, 10)
    (group,) = told["optimizer"].param_groups
    assert (group["lr"], group["momentum"], group["weight_decay"]) == (3, 0, 0)
    assert loss_of(model, data) is quadratic_cost
    assert np.bincount(told["data"].y).tolist() == [17] * 10
    assert np.bincount(told["validation"][1]).tolist() == [3] * 10
    assert told["data"].test_x is data.test_x
    assert not {"scheduler", "patience"} & told.keys()


def test_it_tells_what_is_validated_and_learns(tmp_path, capsys):
    data = read(idx_files(tmp_path))
    outcome = run(data, None, Options(epochs=20))
    assert (
        "784-30-10, 170 images to train on, 30 to validate, 30 to test" in capsys.readouterr().out
    )
    assert outcome.scores["accuracy"] >= 0.6  # of ten


def test_a_table_sorted_by_class_is_learnt_with_all_classes(tmp_path, capsys):
    path = tmp_path / "sorted.csv"
    path.write_text("a,kind\n" + "".join(f"{k},{'xyz'[k // 60]}\n" for k in range(180)))
    outcome = run(read_table(path), None, Options(epochs=40))
    assert outcome.scores["accuracy"] > 0.8


def test_validating_it_is_judged_by_what_is_held_out(tmp_path, capsys):
    data = read(idx_files(tmp_path))
    run(data._replace(test_x=data.test_x * np.nan), None, Options(epochs=1, validate=True))
    head, *_, last = capsys.readouterr().out.splitlines()
    assert head == "784-30-10, 170 images to train on, 30 to validate"
    assert last.startswith("validation accuracy")


def test_other_nets_have_smaller_steps(tmp_path):
    data = read(idx_files(tmp_path))
    assert run(data, None, Options(epochs=10, model="MLP")).scores["accuracy"] >= 0.8


def test_its_log_is_that_of_the_whole_course():
    log = files("autograd_fr.recipes") / "logs/nielsen.txt"
    lines = log.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "784-30-10, 50000 images to train on, 10000 to validate, 10000 to test"
    assert sum(line.startswith("epoch ") for line in lines) == 30
    accuracy = next(line for line in lines if line.startswith("test accuracy"))
    assert float(accuracy.split()[2]) >= 0.94


@needs_files
@pytest.mark.slow
def test_the_real_images():
    assert run(read(REAL), None, Options()).scores["accuracy"] >= 0.94
