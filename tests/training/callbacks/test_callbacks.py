"""When callbacks are called, and what the ready-made ones do."""

from __future__ import annotations

import io
import sys
import types
from importlib.util import find_spec

import numpy as np
import pytest

from autograd_fr import nn, optim
from autograd_fr.optim import swa_utils
from autograd_fr.training import (
    Averaging,
    Callback,
    CSVLog,
    EarlyStopping,
    History,
    LivePlot,
    evaluate,
    fit,
)
from autograd_fr.training.callbacks.early_stopping import direction
from autograd_fr.utils.data import DataLoader, TensorDataset
from tests.training.problem import LABELS, POINTS, X, Y, classifier, fitted, line, same


class Told(Callback):
    """Writes down every call."""

    def __init__(self):
        self.told = []

    def on_fit_begin(self, run):
        self.told.append(("fit begins", run.epoch, run.epochs, run.batches))

    def on_epoch_begin(self, run):
        self.told.append(("epoch begins", run.epoch))

    def on_batch_end(self, run):
        self.told.append((run.epoch, run.batch, run.step))
        assert run.loss == run.loss and len(run.history) == run.epoch - 1

    def on_epoch_end(self, run):
        self.told.append(("epoch ends", run.epoch, run.batch))
        assert run.logs == {name: values[-1] for name, values in run.history.history.items()}

    def on_fit_end(self, run):
        self.told.append(("fit ends", run.epoch))


def test_all_calls_in_their_order():
    told = Told()
    fitted(line(), epochs=2, callbacks=[told])
    assert told.told == [
        ("fit begins", 0, 2, 3),
        ("epoch begins", 1), (1, 1, 1), (1, 2, 2), (1, 3, 3), ("epoch ends", 1, 3),
        ("epoch begins", 2), (2, 1, 4), (2, 2, 5), (2, 3, 6), ("epoch ends", 2, 3),
        ("fit ends", 2),
    ]  # fmt: skip


def test_any_object_with_some_of_the_methods():
    steps = []
    fitted(
        line(), callbacks=[types.SimpleNamespace(on_batch_end=lambda run: steps.append(run.step))]
    )
    assert steps == list(range(1, 10))


@pytest.mark.parametrize(
    "wrong", [print, Callback, types.SimpleNamespace(on_epochs_end=print), "bar"]
)
def test_what_is_no_callback(wrong):
    with pytest.raises(TypeError, match="a callback is an object with some of the methods on_fit"):
        fitted(line(), callbacks=[wrong])


def test_a_callback_ends_the_training_after_its_batch():
    class Enough(Callback):
        def on_batch_end(self, run):
            if run.step == 5:
                run.stop("enough")

    told = Told()
    history = fitted(line(), callbacks=[Enough(), told])
    assert history.stopped == "enough" and len(history) == 2
    assert told.told[-3:] == [(2, 2, 5), ("epoch ends", 2, 2), ("fit ends", 2)]


def test_errors_in_callbacks_pass_and_the_end_is_told():
    class Fails(Callback):
        def on_batch_end(self, run):
            raise ZeroDivisionError

    told = Told()
    with pytest.raises(ZeroDivisionError):
        fitted(line(), callbacks=[told, Fails()])
    assert told.told[-1] == ("fit ends", 1)


# Early stopping


class Valued(Callback):
    """Brings the model to errors of our choice, epoch after epoch."""

    def __init__(self, errors):
        self.errors = errors

    def on_batch_end(self, run):
        nn.init.zeros_(run.model.weight)
        nn.init.constant_(run.model.bias, self.errors[run.epoch - 1])


def stopped(errors, **options):
    """A training whose validation loss is that of an error, and the bias it ends with."""
    model = line()
    data = np.zeros((4, 3), np.float32), np.zeros((4, 1), np.float32)
    history = fitted(model, data, lr=0.0, epochs=len(errors), validation=data,
                     callbacks=[Valued(errors)], **options)  # fmt: skip
    return history, round(model.bias.item(), 3)


def test_the_best_weights_come_back_with_and_without_patience():
    errors = [3.0, 1.0, 2.0, 4.0, 0.5]
    history, bias = stopped(errors, patience=2)
    assert (history.stopped, len(history), history.best_epoch, bias) == ("patience", 4, 2, 1.0)
    assert history["val_loss"] == [9.0, 1.0, 4.0, 16.0]
    history, bias = stopped(errors[:4])
    assert (history.stopped, len(history), history.best_epoch, bias) == (None, 4, 2, 1.0)
    history, bias = stopped(errors[:4], restore_best=False)
    assert (history.best_epoch, bias) == (2, 4.0)


def test_a_gain_has_to_be_more_than_min_delta():
    history, bias = stopped([3.0, 2.9, 2.8, 2.7], min_delta=1.0, patience=3)
    assert (history.best_epoch, bias) == (3, 2.8)
    history, _ = stopped([3.0, 2.9, 2.8, 2.7], min_delta=5.0, patience=2)
    assert (history.stopped, len(history), history.best_epoch) == ("patience", 3, 1)


def test_more_may_be_better():
    history, bias = stopped([1.0, 3.0, 2.0], monitor="val_loss", mode="max")
    assert (history.best_epoch, history.monitor, bias) == (2, "val_loss", 3.0)
    metric = {"accuracy": lambda scores, target: float(abs(scores).max())}
    history, bias = stopped([1.0, 3.0, 2.0], metrics=metric, monitor="val_accuracy")
    assert (history.best_epoch, bias) == (2, 3.0)


def test_which_way_is_better():
    assert [direction(n) for n in ("loss", "val_error_rate", "f1_macro")] == ["min", "min", "max"]
    with pytest.raises(ValueError, match="is less or more of 'luck' better"):
        direction("luck")


def test_without_validation_the_last_weights_stay():
    model, other = line(), line()
    fitted(model, epochs=3, lr=0.6)
    fitted(other, epochs=3, lr=0.6, validation=(X, Y), restore_best=False)
    assert same(model.state_dict(), other.state_dict())


def test_as_a_callback_it_takes_the_place_of_the_arguments():
    keep = EarlyStopping(patience=1)
    model = line()
    assert fitted(model, validation=(X, -Y * 9), epochs=50, lr=0.5, callbacks=[keep]).stopped
    with pytest.raises(ValueError, match="one EarlyStopping"):
        fitted(line(), callbacks=[EarlyStopping(), EarlyStopping()])
    with pytest.raises(ValueError, match="to EarlyStopping"):
        fitted(line(), patience=3, validation=0.3, callbacks=[keep])


# Averages


def averaged(decay, **options):
    """The final weights with an average, and the average that swa_utils makes of the same steps."""
    model, seen = classifier(), []
    get = swa_utils.get_swa_multi_avg_fn
    join = get() if decay is None else swa_utils.get_ema_multi_avg_fn(decay)
    by_hand = swa_utils.AveragedModel(model, multi_avg_fn=join)

    class ByHand(Callback):
        def on_batch_end(self, run):
            seen.append(run.step)
            if run.epoch >= options.get("start", 1) and run.step % options.get("every", 1) == 0:
                by_hand.update_parameters(run.model)

    data = POINTS, LABELS
    history = fit(
        model, data, nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1), epochs=3,
        validation=data, restore_best=False, callbacks=[ByHand(), Averaging(decay, **options)],
        batch_size=10, progress=False,
    )  # fmt: skip
    return model, by_hand.module, history


@pytest.mark.parametrize("decay", [0.9, None])
@pytest.mark.parametrize("options", [{}, {"start": 2, "every": 3}])
def test_the_average_is_validated_and_is_the_model_in_the_end(decay, options):
    model, by_hand, history = averaged(decay, **options)
    assert same(model.state_dict(), by_hand.state_dict())
    loss = evaluate(model, (POINTS, LABELS), (), loss=nn.CrossEntropyLoss())["loss"]
    assert history["val_loss"][-1] == pytest.approx(loss, abs=1e-7)


def test_before_the_start_the_weights_themselves_count():
    states = []
    for callbacks in ([Averaging(start=9)], []):
        model = classifier()
        fit(model, (POINTS, LABELS), nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.1),
            seed=0, callbacks=callbacks, progress=False)  # fmt: skip
        states.append(model.state_dict())
    assert same(*states)
    with pytest.raises(ValueError, match="1 or more"):
        Averaging(start=0)


# In files and pictures


def test_the_log_grows_with_the_epochs(tmp_path):
    path, rows = tmp_path / "run.csv", []

    class Read(Callback):
        def on_epoch_end(self, run):
            rows.append(len(path.read_text().splitlines()) - 1)

    history = fitted(line(), callbacks=[CSVLog(path), Read()])
    assert rows == [1, 2, 3]
    assert History.load(path).history == history.history


def test_curves_go_into_a_file(tmp_path):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    path, sizes, figures = tmp_path / "curves.png", [], pyplot.get_fignums()

    class Look(Callback):
        def on_epoch_end(self, run):
            sizes.append(path.exists() and path.stat().st_mtime_ns)

    fitted(line(), epochs=5, callbacks=[LivePlot(path, every=2), Look()])
    assert sizes[0] is False and len(set(sizes)) == 4
    assert pyplot.get_fignums() == figures
    with pytest.raises(ValueError, match="elsewhere give it a path"):
        fitted(line(), callbacks=[LivePlot()])


def test_in_a_notebook_one_picture_is_drawn_anew(monkeypatch):
    pytest.importorskip("matplotlib")
    shown = []

    class Handle:
        def update(self, figure):
            shown.append(("again", len(figure.axes)))

    ipython = types.ModuleType("IPython")
    ipython.get_ipython = lambda: types.SimpleNamespace(kernel=None)
    ipython.display = types.ModuleType("IPython.display")
    ipython.display.display = lambda figure, display_id: shown.append("first") or Handle()
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython.display)
    fitted(line(), callbacks=[LivePlot()])
    assert shown == ["first", ("again", 1), ("again", 1)]


def test_paths_and_options_that_do_not_fit_are_refused_at_once(tmp_path):
    pytest.importorskip("matplotlib")
    for make, error, told in (
        (lambda: CSVLog("a.txt"), ValueError, r"\.csv or \.json"),
        (lambda: LivePlot("a.xyz"), ValueError, r"no picture is written as \.xyz: .*png"),
        (lambda: LivePlot("a"), ValueError, "a file without an ending"),
        (lambda: LivePlot("a.png", every=0), ValueError, "every is 1 or more, got 0"),
        (lambda: LivePlot("a.png", lag=True), TypeError, "lag"),
    ):
        with pytest.raises(error, match=told):
            make()
    for make in (lambda: CSVLog(tmp_path / "b/a.csv"), lambda: LivePlot(tmp_path / "b/a.png")):
        with pytest.raises(FileNotFoundError, match="no such folder"):
            fitted(line(), callbacks=[make()])


# The bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(monkeypatch, data=(X, Y), **options) -> str:
    """What a training shows on a terminal."""
    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    fitted(line(), data, progress=True, **options)
    return shown.getvalue()


needs_tqdm = pytest.mark.skipif(find_spec("tqdm") is None, reason="tqdm is not installed")


@needs_tqdm
def test_a_bar_on_a_terminal(monkeypatch, capsys):
    half = {"distance": lambda scores, target: 0.5}
    last = on_terminal(monkeypatch, metrics=half, validation=(X, Y)).split("\r")[-1]
    for text in ("epoch 3/3", "9/9", "100%", "loss=", "distance=0.5000", "val_distance=0.5000"):
        assert text in last
    assert not capsys.readouterr().out


@needs_tqdm
def test_the_bar_leaves_out_what_cannot_be_told_yet(monkeypatch):
    def demanding(scores, target):
        if len(scores) < 10:
            raise ValueError("too few")
        return 0.25

    shown = on_terminal(monkeypatch, metrics={"distance": demanding}, epochs=1)
    assert "distance=0.2500" in shown.split("\r")[-1]


@needs_tqdm
def test_a_bar_without_an_end_for_streams(monkeypatch):
    class Stream:
        def __iter__(self):
            return iter(DataLoader(TensorDataset(X, Y), 4))

    shown = on_terminal(monkeypatch, Stream(), seed=None)
    assert "epoch 3/3" in shown and "9batch" in shown


def test_no_bar_where_nobody_watches(capsys):
    fitted(line(), progress=True)
    assert capsys.readouterr() == ("", "")


def test_a_line_per_epoch_without_tqdm(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    hint, *lines = on_terminal(monkeypatch).splitlines()
    assert "pip install 'autograd_fr[progress]'" in hint
    assert [text.split(":")[0] for text in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
