"""Ctrl-C: the model has its best weights, the history is returned; a second one is obeyed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograd_fr.training import Callback

from .problem import X, Y, fitted, line, same

ROOT = Path(__file__).parents[2]


class Interrupt(Callback):
    """Ctrl-C in the second batch of the second epoch."""

    def on_batch_end(self, run):
        if run.epoch == 2 and run.batch == 2:
            raise KeyboardInterrupt


def test_without_validation_the_model_keeps_the_weights_it_has():
    model, seen = line().eval(), []

    class Look(Callback):
        def on_batch_end(self, run):
            seen.append({name: w.clone() for name, w in run.model.state_dict().items()})

    history = fitted(model, callbacks=[Look(), Interrupt()])
    assert history.stopped == "interrupted" and len(history) == 1
    assert same(dict(model.state_dict()), seen[-1])
    assert not model.training


def test_with_validation_it_gets_those_of_the_best_epoch():
    model, best = line(), line()
    history = fitted(model, validation=(X, Y), callbacks=[Interrupt()])
    fitted(best, validation=(X, Y), epochs=1)
    assert history.stopped == "interrupted" and history.best_epoch == 1
    assert same(model.state_dict(), best.state_dict())


def test_in_the_first_epoch_there_is_no_best():
    model, same_steps = line(), line()

    class First(Callback):
        def on_batch_end(self, run):
            raise KeyboardInterrupt

    history = fitted(model, validation=(X, Y), callbacks=[First()])
    assert (history.stopped, len(history), history.best_epoch) == ("interrupted", 0, None)
    assert repr(history) == "History of no epochs"
    assert not same(model.state_dict(), same_steps.state_dict())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
@pytest.mark.parametrize("how", ["obedient", "stubborn"])
def test_from_the_keyboard(how):
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.training.interrupted", how], text=True, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    if how == "stubborn":
        assert process.stdout.readline() == "asleep\n"
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=600)
    if how == "stubborn":
        assert process.returncode and "KeyboardInterrupt" in err and not out
    else:
        assert (process.returncode, out, err) == (0, "interrupted True True\n", "")
