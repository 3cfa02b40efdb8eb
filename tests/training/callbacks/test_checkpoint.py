"""Checkpoints: a training goes on from wherever it was stopped, and from none but its own."""

from __future__ import annotations

import os

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import AutogradError, DataError
from autograd_fr.optim import lr_scheduler
from autograd_fr.training import Averaging, Callback, Checkpoint, CSVLog, fit
from autograd_fr.utils.data import DataLoader, TensorDataset
from tests.training.problem import (
    LABELS,
    POINTS,
    X,
    Y,
    accuracy,
    classifier,
    fitted,
    line,
    noisy,
    same,
)

STEPS = 15  # of 3 epochs


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """No power fails in these tests: nothing need wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


class Stopped(Exception):
    pass


class StopAt(Callback):
    def __init__(self, step):
        self.step = step

    def on_batch_end(self, run):
        if run.step == self.step:
            raise Stopped


def plateau(optimizer):
    return lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, threshold=0.5)


def cycle(optimizer):
    return lr_scheduler.OneCycleLR(optimizer, 0.1, total_steps=STEPS, cycle_momentum=False)


def halving(optimizer):
    return lr_scheduler.StepLR(optimizer, 1, 0.5)


def run(path=None, stop=None, make=optim.Adam, schedule=halving, every=1, **options):
    """All that a training leaves behind, if it is not stopped."""
    model = classifier()
    optimizer = make(model.parameters(), lr=0.01)
    history = fit(
        model, (POINTS, LABELS), nn.CrossEntropyLoss(), optimizer, batch_size=6,
        scheduler=schedule(optimizer), callbacks=[Averaging(0.9), StopAt(stop)], checkpoint=path,
        **{"epochs": 3, "validation": 0.25, "metrics": "accuracy", "transform": noisy, "seed": 5,
           "checkpoint_every": path and every, "resume": path is not None,
           "progress": False} | options,
    )  # fmt: skip
    return {"model": model.state_dict(), "optimizer": optimizer.state_dict(),
            "history": history.history, "best": history.best_epoch,
            "stopped": history.stopped, "random": ag.get_rng_state()}  # fmt: skip


@pytest.mark.parametrize("every", [1, 4, None])
def test_stopped_at_any_step_and_resumed(tmp_path, every):
    whole = run()
    for stop in (1, 2, 5, 6, 8, 11, 14, 15):  # in epochs of 5 steps
        path = tmp_path / f"{stop}.npz"
        with pytest.raises(Stopped):
            run(path, stop, every=every)
        assert same(run(path, every=every), whole), stop


def momentum(params, lr):
    return optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)


@pytest.mark.parametrize("make", [momentum, optim.RMSprop, optim.LBFGS, optim.NAdam, optim.ASGD])
@pytest.mark.parametrize("schedule", [plateau, cycle, halving])
def test_with_every_kind_of_memory(tmp_path, make, schedule):
    options = {"make": make, "schedule": schedule, "num_workers": 1}
    whole = run(**options)
    with pytest.raises(Stopped):
        run(tmp_path / "run.npz", 7, **options)
    assert same(run(tmp_path / "run.npz", **options), whole)


def test_a_seed_that_was_drawn_stays(tmp_path):
    whole = run(seed=None)
    with pytest.raises(Stopped):
        run(tmp_path / "run.npz", 7, seed=None)
    assert same(run(tmp_path / "run.npz", seed=None), whole)


def test_a_loader_of_one_s_own_goes_on_where_it_stood(tmp_path):
    def trained(path=None, stop=None):
        ag.manual_seed(3)
        loaders = [DataLoader(TensorDataset(X, Y), 3, shuffle=True) for _ in range(2)]
        model = line()
        history = fitted(
            model, loaders[0], validation=loaders[1], seed=None, checkpoint=path,
            resume=path is not None, checkpoint_every=path and 1, callbacks=[StopAt(stop)],
        )  # fmt: skip
        return {"model": model.state_dict(), "history": history.history,
                "random": ag.get_rng_state()}  # fmt: skip

    whole = trained()
    for stop in (2, 5, 9, 12):
        with pytest.raises(Stopped):
            trained(tmp_path / f"{stop}.npz", stop)
        assert same(trained(tmp_path / f"{stop}.npz"), whole), stop


def test_a_training_that_was_done_comes_back_at_once(tmp_path):
    whole = run(tmp_path / "run.npz")
    again = run(tmp_path / "run.npz", 1)
    assert same(again, whole)


def test_patience_goes_on_counting(tmp_path):
    options = {"patience": 2, "min_delta": 10.0, "epochs": 9}
    whole = run(**options)
    assert whole["stopped"] == "patience" and len(whole["history"]["loss"]) == 3
    with pytest.raises(Stopped):
        run(tmp_path / "run.npz", 13, **options)
    assert same(run(tmp_path / "run.npz", **options), whole)
    assert same(run(tmp_path / "run.npz", 1, **options), whole)


def test_more_epochs_than_at_first(tmp_path):
    run(tmp_path / "run.npz", epochs=2)
    assert same(run(tmp_path / "run.npz"), run())


def test_nothing_is_resumed_unless_asked_for_and_nothing_is_lost(tmp_path):
    path = tmp_path / "run.npz"
    run(path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError, match=r"run.npz already: .* resume=True, or delete it"):
        run(path, resume=False)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"batch_size": 5}, r"batch size \(4 there, 5 here\)\. Resume"),
        ({"seed": 1}, r"seed \(0 there, 1 here\)"),
        ({"data": (X[:9], Y[:9])}, r"number of examples \(10 there, 9 here\)"),
        ({"model": nn.Sequential(nn.Linear(3, 1))}, r"model \(Linear.* there, Sequential"),
        ({"model": nn.Linear(3, 1, bias=False)}, r"model \(.*bias=True.* there, .*bias=False"),
        ({"model": nn.Linear(3, 1, dtype=ag.float64)}, "weight: .* float32 there, .* float64 here"),
        ({"lr": 0.2}, r"optimizer \(lr=0.1 there, lr=0.2 here\)"),
        ({"validation": (X, Y)}, r"to validate on \(None there, 10 here\)"),
        ({"metrics": [accuracy]}, r"metrics \(nothing there, accuracy here\)"),
        ({"callbacks": [Averaging()]}, r"callbacks \(nothing there, Averaging\(.* here\)"),
        ({"data": (X, 2 * Y)}, r"its data \(.* there, .* here\)\. Resume"),
        ({"transform": noisy}, r"transform \(None there, noisy here\)"),
        ({"clip_norm": 1.0}, r"clipping \(none there, clip_norm=1.0 here\)"),
        ({"loss": nn.MSELoss(reduction="none")}, "loss .*='mean'.* there, .*'none'.* here"),
        ({"loss": nn.L1Loss()}, "loss .MSELoss.* there, L1Loss.* here"),
        ({"batch_size": 5, "seed": 1}, r"batch size \(.*\), seed \(0 there"),
    ],
)  # fmt: skip
def test_another_training_is_refused_by_what_differs(tmp_path, other, message):
    path = tmp_path / "run.npz"
    fitted(line(), checkpoint=path)
    before = path.read_bytes()
    model = other.pop("model", None) or line()
    weights = {name: w.clone() for name, w in model.state_dict().items()}
    with pytest.raises(AutogradError, match=f"run.npz is a checkpoint of another.*{message}"):
        fitted(model, checkpoint=path, resume=True, **other)
    assert path.read_bytes() == before
    assert same(dict(model.state_dict()), weights)


def test_another_optimizer_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    fitted(line(), checkpoint=path)
    model = line()
    with pytest.raises(AutogradError, match=r"optimizer \(SGD there, Adam here\)"):
        fit(model, (X, Y), nn.MSELoss(), optim.Adam(model.parameters()), batch_size=4, seed=0,
            checkpoint=path, resume=True, progress=False)  # fmt: skip


STEPPED, CYCLED = (
    lambda o: lr_scheduler.StepLR(o, 2), lambda o: lr_scheduler.OneCycleLR(o, 0.1, 20)
)  # fmt: skip


@pytest.mark.parametrize(
    ("there", "here", "message"),
    [
        (STEPPED, lambda o: lr_scheduler.StepLR(o, 3), "scheduler .*step_size=2.*step_size=3"),
        (STEPPED, CYCLED, r"scheduler \(StepLR.* there, OneCycleLR"),
        (
            CYCLED,
            lambda o: lr_scheduler.OneCycleLR(o, 0.2, 20),
            "optimizer .initial_lr=0.004 .* initial_lr=0.008 ",
        ),
        (CYCLED, lambda o: lr_scheduler.OneCycleLR(o, 0.1, 20, pct_start=0.2), "scheduler .OneC"),
        (lambda o: None, STEPPED, r"scheduler \(None there, StepLR"),
    ],
)
def test_another_schedule_is_refused(tmp_path, there, here, message):
    def trained(schedule, **options):
        model = line()
        optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
        return fit(model, (X, Y), nn.MSELoss(), optimizer, scheduler=schedule(optimizer), seed=0,
                   checkpoint=tmp_path / "run.npz", progress=False, **options)  # fmt: skip

    trained(there)
    with pytest.raises(AutogradError, match=message):
        trained(here, resume=True)
    assert len(trained(there, resume=True, epochs=2)) == 2


def test_what_only_watches_may_come_and_go(tmp_path):
    path = tmp_path / "run.npz"
    fitted(line(), checkpoint=path, progress=True, epochs=1, callbacks=[StopAt(99), Averaging()])
    history = fitted(line(), checkpoint=path, resume=True, epochs=2,
                     callbacks=[Averaging(), CSVLog(tmp_path / "run.csv")])  # fmt: skip
    assert len(history) == 2 and (tmp_path / "run.csv").exists()
    with pytest.raises(AutogradError, match=r"callbacks \(.*decay=0.999.* there, .*decay=0.5"):
        fitted(line(), checkpoint=path, resume=True, callbacks=[Averaging(0.5)])
    with pytest.raises(AutogradError, match=r"callbacks \(Averaging.* there, nothing here"):
        fitted(line(), checkpoint=path, resume=True)


def test_the_objects_of_a_stopped_training_may_be_used_again(tmp_path):
    """As in a notebook, where model, optimizer and schedule are those that were stopped."""
    model = classifier()
    optimizer = optim.AdamW(model.parameters(), lr=0.01)
    given = {
        "scheduler": plateau(optimizer), "metrics": "accuracy", "epochs": 3, "seed": 1,
        "checkpoint": tmp_path / "a.npz", "checkpoint_every": 1, "progress": False,
    }  # fmt: skip
    data, loss = (POINTS, LABELS), nn.CrossEntropyLoss(weight=ag.ones(3))
    average = Averaging()
    with pytest.raises(Stopped):
        fit(model, data, loss, optimizer, callbacks=[average, StopAt(5)], **given)
    assert len(fit(model, data, loss, optimizer, callbacks=[average], resume=True, **given)) == 3


def test_what_was_interrupted_goes_on(tmp_path):
    class Interrupted(Callback):
        def on_epoch_end(self, run):
            if run.epoch == 1:
                run.stop("interrupted")

    whole, model = line(), line()
    fitted(whole)
    stopped = fitted(line(), checkpoint=tmp_path / "run.npz", callbacks=[Interrupted()])
    assert (stopped.stopped, len(stopped)) == ("interrupted", 1)
    history = fitted(model, checkpoint=tmp_path / "run.npz", resume=True)
    assert history.stopped is None and same(model.state_dict(), whole.state_dict())


def test_more_patience_than_at_first(tmp_path):
    options = {"min_delta": 10.0, "epochs": 9}
    assert len(run(tmp_path / "run.npz", patience=1, **options)["history"]["loss"]) == 2
    more = run(tmp_path / "run.npz", patience=4, **options)
    assert same(more, run(patience=4, **options)) and len(more["history"]["loss"]) == 5
    endless = run(tmp_path / "run.npz", patience=None, **options)
    assert endless["stopped"] is None and len(endless["history"]["loss"]) == 9


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_what_is_no_checkpoint(tmp_path, content):
    path = tmp_path / "run.npz"
    if content is None:
        ag.save({"epoch": 1}, path)
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(DataError, match=r"run\.npz"):
        fitted(line(), checkpoint=path, resume=True)
    told = r"run\.npz is a file of something else.*; give another path"
    with pytest.raises(FileExistsError, match=told) as seen:
        fitted(line(), checkpoint=path)
    assert "delete" not in str(seen.value) and "resume" not in str(seen.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_is_no_checkpoint(tmp_path, resume):
    told = "is a folder; give the path of a file, such as .*run.npz"
    with pytest.raises(IsADirectoryError, match=told):
        fitted(line(), checkpoint=tmp_path, resume=resume)


def test_a_checkpoint_cut_short_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    fitted(line(), checkpoint=path)
    whole = path.read_bytes()
    for n in np.linspace(0, len(whole) - 1, 12).astype(int):
        path.write_bytes(whole[:n])
        with pytest.raises(DataError, match=r"run\.npz"):
            fitted(line(), checkpoint=path, resume=True)


def test_a_loader_that_does_not_know_where_it_stands(tmp_path):
    class Batches:
        def __iter__(self):
            return iter([(X, Y)])

    assert len(fitted(line(), Batches(), seed=None)) == 3
    with pytest.raises(TypeError, match="Batches has no state_dict"):
        fitted(line(), Batches(), seed=None, checkpoint=tmp_path / "run.npz")


def test_what_killed_writers_left_is_cleared_and_nothing_else(tmp_path):
    for name in ("run.npz.01234567.unfinished", "other.npz.01234567.unfinished", "run.npz.txt"):
        (tmp_path / name).touch()
    fitted(line(), checkpoint=tmp_path / "run.npz")
    assert sorted(os.listdir(tmp_path)) == [
        "other.npz.01234567.unfinished",
        "run.npz",
        "run.npz.txt",
    ]


def test_as_a_callback(tmp_path):
    path = tmp_path / "run.npz"
    one, other = line(), line()
    fitted(one, callbacks=[Checkpoint(path, every=2)])
    fitted(other, checkpoint=path, resume=True)
    assert same(one.state_dict(), other.state_dict())
    with pytest.raises(ValueError, match="one Checkpoint"):
        fitted(line(), checkpoint=path, callbacks=[Checkpoint(path)])
    with pytest.raises(ValueError, match="is 1 or more, got 0"):
        Checkpoint(path, every=0)
    with pytest.raises(FileNotFoundError, match="no such folder"):
        fitted(line(), checkpoint=tmp_path / "nowhere" / "run.npz")
