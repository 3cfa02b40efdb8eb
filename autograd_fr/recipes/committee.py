"""Learning MNIST with a committee of small convolutional nets, for about 30 errors of 10 000."""

from __future__ import annotations

import math
from contextlib import ExitStack, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from ..creation import random
from ..errors import DataError
from ..kernels.blas import one_thread
from ..metrics import errors
from ..models import Committee, Crops, DigitNet, load_model, save_model
from ..nn import CrossEntropyLoss, Module
from ..optim import AdamW
from ..optim.lr_scheduler import OneCycleLR
from ..progress import bar, say
from ..training import History, fit, predict
from ..transforms import RandomDistortion
from .course import HISTORY, MODEL, Lines
from .data import Array, Data
from .folders import writable_folder
from .pictures import save_misclassified
from .recipe import Options, Outcome, Recipe
from .teams import side_by_side, tell
from .validation import validating

MEMBERS = 6
CROP = 24  # the digits fill 20x20 of the 28x28 pixels
WEIGHT_DECAY = 0.02
SMOOTHING = 0.1

Examples = tuple[Array, Array]


def run(data: Data, out: Path | None, options: Options) -> Outcome:
    """Train the members, each on a core of its own, and let them vote.

    Each is a `DigitNet` that learns from distorted crops, by AdamW with one cycle of the learning
    rate, and votes on an image from nine places.

    All of it was chosen with `options.validate`: the last 10 000 of MNIST's images to train on are
    held out then, and judge in the place of those to test on. `logs/committee.txt` is what a run
    said, of 30 errors after 21 minutes on 2 cores. Raises DataError for other images than grey ones
    of 28x28, and for a net of another kind.
    """
    if options.model or options.hidden:
        raise DataError("the committee has nets of its own; --model and --hidden are for others")
    options = options.filled(RECIPE.usual)
    learnt, judging = _parts(data, options.validate)
    use = "validate" if options.validate else "test"
    say(
        f"{MEMBERS} nets, epochs each: {options.epochs}, {len(learnt[1])} images to train on, "
        f"{len(judging[1])} to {use}"
    )
    start = perf_counter()
    with ExitStack() as stack:
        folder = writable_folder(out) if out else Path(stack.enter_context(TemporaryDirectory()))
        results = _train((*learnt, *judging), folder, options)
        model = Committee([load_model(_path(folder, number)) for number in range(1, MEMBERS + 1)])
    scores = np.mean([votes for votes, _ in results], 0)
    wrong = int(errors(scores, judging[1]))
    say(f"all together: {wrong} errors of {len(scores)}, {perf_counter() - start:.0f} s in all")
    history = _together([history for _, history in results])
    if out is not None:
        _leave(out, data, model, history, judging, scores)
    return Outcome(model, history, {"errors": wrong, "accuracy": 1 - wrong / len(scores)})


def _parts(data: Data, validate: bool) -> tuple[Examples, Examples]:
    """What to learn from, and what to judge by."""
    if not data.images or data.x.shape[1:] != (1, 28, 28):
        raise DataError(f"the committee is made for grey images of 28x28; {data.name} has others")
    data = validating(data) if validate else data
    return data.part("train"), data.part("test")


def _leave(
    out: Path, data: Data, model: Module, history: History, judging: Examples, scores: Array
) -> None:
    """Write the committee, its history and what it got wrong in the place of its members."""
    written = [out / MODEL, out / HISTORY]
    save_model(model, written[0])
    history.save(written[1])
    written += save_misclassified(out, data, *judging, scores)
    for path in written:
        say(f"written: {path}")
    for number in range(1, MEMBERS + 1):
        _path(out, number).unlink()


# The members


def _train(examples: Any, folder: Path, options: Options) -> list[tuple[Array, History]]:
    """The votes and the history of every member, whose net is left in the folder."""
    jobs = [(number, folder, options) for number in range(1, MEMBERS + 1)]
    with _bar(options) as shown:

        def told(line: str) -> None:
            say(line)
            if shown is not None and "epoch" in line:
                shown.update()

        return side_by_side(learn, jobs, examples, told)


def _bar(options: Options) -> Any:
    """A bar of the epochs of all members, where one is asked for and tqdm is there."""
    try:
        shown = bar(total=MEMBERS * options.epochs, unit="epoch") if options.progress else None
    except ImportError:
        shown = None
    return nullcontext() if shown is None else shown


@one_thread()
def learn(examples: Any, number: int, folder: Path, options: Options) -> tuple[Array, History]:
    """Train one member on the examples, leave it in the folder, and have it vote.

    Goes on where it was stopped with `options.resume`.
    """
    x, y, judging_x, judging_y = examples
    seed = MEMBERS * options.seed + number
    random.manual_seed(seed)
    net = DigitNet()
    optimizer = AdamW(_groups(net), lr=options.lr)
    steps = options.epochs * math.ceil(len(y) / options.batch_size)
    checkpoint = folder / f"net-{number}-checkpoint.npz"
    lines = Lines("", lambda line: tell(f"net {number}  {line}"))
    history = fit(
        net, (x, y), CrossEntropyLoss(label_smoothing=SMOOTHING), optimizer, seed=seed,
        epochs=options.epochs, batch_size=options.batch_size, transform=distortion(),
        scheduler=OneCycleLR(optimizer, options.lr, steps, pct_start=0.2, cycle_momentum=False),
        callbacks=[lines], checkpoint=checkpoint, resume=options.resume, progress=False,
    )  # fmt: skip
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    member = Crops(net, CROP)
    votes = np.exp(predict(member, judging_x))
    tell(f"net {number}: {errors(votes, judging_y)} errors")
    save_model(member, _path(folder, number))
    checkpoint.unlink()
    return votes, history


def distortion() -> RandomDistortion:
    """What makes no other digit of a digit: turned, moved, scaled, sheared, bent; and cropped."""
    return RandomDistortion(
        degrees=10, translate=(0.05, 0.05), scale=(0.92, 1.08), shear=7, alpha=24, sigma=4,
        size=CROP,
    )  # fmt: skip


def _groups(net: Module) -> list[dict[str, Any]]:
    """Weights decay; biases and the scales of normalisations do not."""
    parameters = list(net.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in parameters if p.ndim == 1], "weight_decay": 0.0},
    ]


def _path(folder: Path, number: int) -> Path:
    return folder / f"net-{number}.npz"


def _together(histories: list[History]) -> History:
    """The mean loss of the members, epoch by epoch, and the time of all."""
    losses = np.mean([history["loss"] for history in histories], 0)
    seconds = np.sum([history.seconds for history in histories], 0)
    return History({"loss": losses.tolist()}, seconds=seconds.tolist())


RECIPE = Recipe(
    "committee",
    f"{MEMBERS} convolutional nets that vote: about 30 errors on MNIST, in half an hour on 2 cores",
    Options(epochs=10, lr=4e-3, batch_size=128),
    run,
)
