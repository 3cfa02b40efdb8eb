"""Nielsen's first net: the settings of the book, and what they reach."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from autograd_fr.models import Nielsen1, quadratic_cost
from autograd_fr.recipes import RECIPES, Options
from autograd_fr.recipes.fitting import loss_of
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
    assert len(told["data"].y) == 200 - 33
    np.testing.assert_array_equal(told["validation"][1], data.y[-33:])
    assert not {"scheduler", "patience"} & told.keys()


def test_it_tells_what_is_validated_and_learns(tmp_path, capsys):
    data = read(idx_files(tmp_path))
    outcome = run(data, None, Options(epochs=20))
    assert (
        "784-30-10, 167 images to train on, 33 to validate, 30 to test" in capsys.readouterr().out
    )
    assert outcome.scores["accuracy"] >= 0.6  # of ten


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
