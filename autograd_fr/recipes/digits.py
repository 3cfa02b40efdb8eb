"""Learning to read the small digits that come with the package."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..creation import random
from ..datasets import digits
from ..kernels.blas import one_thread
from ..models import MLP
from ..nn import CrossEntropyLoss, Module, Sequential
from ..optim import SGD
from ..training import evaluate, fit
from ..training.split import stratified_split
from .schedule import falling

EPOCHS = 40
HIDDEN = 256
NOISE = 0.5  # where pixels go from -1 to 1
BATCH_SIZE = 32
LEARNING_RATE = 0.1
MOMENTUM = 0.9
HELD_OUT = 1 / 5


class Noise(Module):
    """Normal noise of standard deviation `std` added in training, so that less is learnt by heart.

    Source: Bishop 1995, "Training with Noise is Equivalent to Tikhonov Regularization".

    >>> import autograd_fr as ag
    >>> noise = Noise(0.5)
    >>> noise(ag.zeros(1000)).var().item() > 0.2
    True
    >>> noise.eval()(ag.zeros(2))
    tensor([0., 0.])
    """

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, input: Any) -> Any:
        """The input with noise in training mode, the input itself in evaluation mode."""
        return input + self.std * random.randn(*input.shape) if self.training else input

    def extra_repr(self) -> str:
        return f"std={self.std}"


class Outcome(NamedTuple):
    """How many digits were learnt from and held out, how long it took, and the share got right."""

    learnt: int
    held_out: int
    seconds: float
    accuracy: float


@one_thread()
def learn_digits(seed: int = 0, epochs: int = EPOCHS, progress: bool = False) -> Outcome:
    """Train a perceptron on four fifths of the digits, then test it on the fifth held out.

    `seed` settles which fifth that is, the first parameters, the order of the digits, the noise.
    `progress`: with a bar, on a terminal.
    """
    rng = random.manual_seed(seed).numpy
    images, labels = digits()
    x = 2 * images.reshape(len(images), -1) - 1
    learnt, held_out = stratified_split(labels, HELD_OUT, rng)
    model = Sequential(Noise(NOISE), *MLP(x.shape[1], HIDDEN, 10))
    optimizer = SGD(model.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)
    history = fit(
        model, (x[learnt], labels[learnt]), CrossEntropyLoss(), optimizer, epochs=epochs,
        batch_size=BATCH_SIZE, scheduler=falling(optimizer, epochs, len(learnt), BATCH_SIZE),
        scheduler_per="batch", progress=progress,
    )  # fmt: skip
    share = evaluate(model, (x[held_out], labels[held_out]), "accuracy")["accuracy"]
    return Outcome(len(learnt), len(held_out), sum(history.seconds), share)
