"""The nets that recipes train, in the sizes that the data ask for."""

from __future__ import annotations

import math
from collections.abc import Callable

from ..errors import DataError
from ..models import MLP, LeNet, Nielsen1, Nielsen3, Nielsen6, ResNet
from ..nn import Linear, Module
from .data import Data
from .tabular import Tabular

FIXED = ("LeNet", "ResNet", "Nielsen6")  # nets with widths of their own

Widths = tuple[int, ...]


def net(name: str, data: Data, hidden: Widths | None = None) -> Module:
    """A new net for the data, the columns of a table standardised in it.

    Raises DataError where the net is not made for such data.

    >>> import numpy as np
    >>> from autograd_fr.recipes.data import divided
    >>> x, y = np.eye(10, dtype=np.float32), np.arange(10) % 2
    >>> data = divided("made up", x, y, ("no", "yes"), tuple("abcdefghij"))
    >>> net("MLP", data, (5,)).net[0]
    Linear(in_features=10, out_features=5, bias=True)
    """
    made = NETS[name](data, hidden or ())
    if data.images:
        return made
    table = Tabular(made, data.columns, data.classes, tuple(data.origin))
    return table.standardize(data.x, data.y)


def described(model: Module) -> str:
    """A perceptron by its widths, another net by its class.

    >>> described(MLP(784, 100, 10)), described(LeNet())
    ('784-100-10', 'LeNet')
    """
    inner = model.net if isinstance(model, Tabular) else model
    if not isinstance(inner, MLP):
        return type(inner).__name__
    layers = [layer for layer in inner if isinstance(layer, Linear)]
    return "-".join(str(n) for n in (layers[0].in_features, *(x.out_features for x in layers)))


def _widths(data: Data, hidden: Widths) -> Widths:
    return math.prod(data.x.shape[1:]), *hidden, data.outputs


def _side(name: str, data: Data) -> int:
    """The side of square images in classes. Raises DataError for other data."""
    if not data.images or data.x.shape[2] != data.x.shape[3]:
        raise DataError(f"{name} takes square images; {data.name} has others, or none")
    return int(data.x.shape[2])


def _lenet(data: Data, _: Widths) -> Module:
    side = _side("LeNet", data)
    try:
        return LeNet(size=side, num_classes=data.outputs)
    except ValueError as error:
        raise DataError(f"{data.name}: {error}") from None


def _resnet(data: Data, _: Widths) -> Module:
    _side("ResNet", data)
    return ResNet(1, in_channels=1, num_classes=data.outputs)


def _nielsen(kind: type[Nielsen1], usual: Widths) -> Callable[[Data, Widths], Module]:
    def made(data: Data, hidden: Widths) -> Module:
        if not data.classes:
            raise DataError(f"{kind.__name__} tells classes; {data.name} has a number to predict")
        return kind(*_widths(data, hidden or usual))

    return made


def _nielsen6(data: Data, _: Widths) -> Module:
    if _side("Nielsen6", data) != 28 or data.outputs != 10:
        raise DataError(f"Nielsen6 takes images 28x28 in 10 classes, as of MNIST, not {data.name}")
    return Nielsen6()


NETS: dict[str, Callable[[Data, Widths], Module]] = {
    "MLP": lambda data, hidden: MLP(*_widths(data, hidden)),
    "LeNet": _lenet,
    "ResNet": _resnet,
    "Nielsen1": _nielsen(Nielsen1, (30,)),
    "Nielsen3": _nielsen(Nielsen3, (100,)),
    "Nielsen6": _nielsen6,
}
