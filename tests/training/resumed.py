"""A training that can be killed and resumed; run by test_killed.py.

    python resumed.py CHECKPOINT RESULT [MOMENT]

Tells of every step on standard output. `MOMENT`: where in the writing of a checkpoint it kills
itself: "member", "fsync", "replace" or "replaced".
"""

from __future__ import annotations

import os
import signal
import sys
import zipfile

import autograd_fr as ag
from autograd_fr import nn, optim, training
from tests.training.problem import LABELS, POINTS, accuracy, classifier, noisy

EPOCHS, BATCH, STEPS = 16, 6, 5  # 30 of 40 examples are learnt from
COUNTDOWN = 3  # the writing that kills


class Told(training.Callback):
    def on_batch_end(self, run):
        print("step", run.step, flush=True)


def kill_at(moment: str) -> None:
    """Let the third checkpoint from now kill this process."""
    left = [COUNTDOWN]

    def deadly(function, after=False):
        def called(*args, **kwargs):
            left[0] -= not after
            if left[0] <= 0 and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = function(*args, **kwargs)
            left[0] -= after
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return called

    if moment == "member":
        left[0] *= 20  # in the midst of the archive's members
        zipfile.ZipFile.open = deadly(zipfile.ZipFile.open)
    elif moment == "fsync":
        os.fsync = deadly(os.fsync)
    else:
        os.replace = deadly(os.replace, after=moment == "replaced")


def main(checkpoint: str, result: str, moment: str | None = None) -> None:
    if moment:
        kill_at(moment)
    model = classifier()
    optimizer = optim.AdamW(model.parameters(), lr=1e-3)
    history = training.fit(
        model, (POINTS, LABELS), nn.CrossEntropyLoss(), optimizer, epochs=EPOCHS, batch_size=BATCH,
        validation=0.25, metrics={"accuracy": accuracy}, transform=noisy, num_workers=2, seed=5,
        scheduler=optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=EPOCHS * STEPS),
        clip_norm=1.0, patience=EPOCHS, callbacks=[training.Averaging(0.9), Told()],
        checkpoint=checkpoint, checkpoint_every=1, resume=True, progress=False,
    )  # fmt: skip
    ag.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
             "history": history.history, "best": history.best_epoch,
             "random": ag.get_rng_state()}, result)  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
