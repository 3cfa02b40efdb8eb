"""A training without an end, to press Ctrl-C on; run by test_interrupt.py.

    python interrupted.py stubborn|obedient

`stubborn`: goes to sleep when the training ends, so that only a second Ctrl-C ends it.
"""

from __future__ import annotations

import signal
import sys
import time

from autograd_fr import nn, optim, training
from autograd_fr.training import evaluate
from tests.training.problem import X, Y, line


class Told(training.Callback):
    def on_epoch_end(self, run):
        if run.epoch == 2:
            run.optimizer.param_groups[0]["lr"] = 1e-9
            print("ready", flush=True)

    def on_fit_end(self, run):
        if "stubborn" in sys.argv:
            print("asleep", flush=True)
            time.sleep(60)


if __name__ == "__main__":
    # What a shell has started in the background may have been told to ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    model = line()
    history = training.fit(
        model, (X, Y), nn.MSELoss(), optim.SGD(model.parameters(), lr=0.1), epochs=10**9,
        validation=(X, Y), callbacks=[Told()], num_workers=1,
    )  # fmt: skip
    loss = evaluate(model, (X, Y), (), loss=nn.MSELoss())["loss"]
    print(history.stopped, model.training, loss == min(history["val_loss"]), flush=True)
