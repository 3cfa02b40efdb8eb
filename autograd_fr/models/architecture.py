"""Models told as plain data, a class by its name and its arguments, and made of that again.

    {"model": "MLP", "arguments": {"widths": (784, 30, 10), "activation": {"nn": "Sigmoid"}, ...}}

An argument may be a number, text, None, a dtype, a class of `nn`, a model, or a list, a tuple or a
dict of those. A class that is not of this package stands under "class" in the place of "model".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import nn
from ..errors import AutogradError, DataError
from ..serialization.files import Unsupported
from .char_rnn import CharRNN
from .committee import Committee
from .crops import Crops
from .digit_net import DigitNet
from .gpt import GPT
from .lenet import LeNet
from .mlp import MLP
from .model import Model
from .nielsen import Nielsen1, Nielsen3, Nielsen6
from .resnet import ResNet

Classes = Mapping[str, Callable[..., Any]]

OWN: dict[str, type[Model]] = {
    kind.__name__: kind
    for kind in (
        CharRNN,
        Committee,
        Crops,
        DigitNet,
        GPT,
        LeNet,
        MLP,
        Nielsen1,
        Nielsen3,
        Nielsen6,
        ResNet,
    )
}
_PLAIN = (bool, int, float, str, type(None), np.dtype)


def told(model: Any) -> dict[str, Any]:
    """The architecture of a model. Raises AutogradError, naming what cannot be told."""
    kind = type(model)
    config: Any = getattr(model, "config", None)
    if not isinstance(config, Mapping):
        raise AutogradError(
            f"{kind.__name__} does not know the arguments that it was made with, so no file can "
            "tell them: derive it from models.Model, or save its numbers alone, by "
            "ag.save(model.state_dict(), path)"
        )
    word = "model" if OWN.get(kind.__name__) is kind else "class"
    arguments = {
        name: _told_argument(x, f"the argument {name} of {kind.__name__}")
        for name, x in config.items()
    }
    return {word: kind.__name__, "arguments": arguments}


def _told_argument(argument: Any, place: str) -> Any:
    x: Any = argument.item() if isinstance(argument, np.generic) else argument
    if isinstance(x, _PLAIN):
        return x
    if isinstance(x, (list, tuple)):
        parts = [_told_argument(part, f"{place}, at {i},") for i, part in enumerate(x)]
        return parts if isinstance(x, list) else tuple(parts)
    if isinstance(x, dict):
        return {
            "dict": {key: _told_argument(part, f"{place}, {key!r},") for key, part in x.items()}
        }
    if isinstance(x, nn.Module):
        return told(x)
    name = getattr(x, "__name__", "")
    if isinstance(x, type) and vars(nn).get(name) is x:
        return {"nn": name}
    raise AutogradError(
        f"{place} is {x!r}, which no file can tell: numbers, text, dtypes, classes of nn, models, "
        "and lists and dicts of them it can. Save the numbers alone, by "
        "ag.save(model.state_dict(), path)"
    )


def made(architecture: Any, classes: Classes) -> Any:
    """A new model of this architecture; `classes` are those that are not of this package.

    Raises DataError for what `told` does not give, and for a class that is not known; and whatever
    the class raises for its arguments.
    """
    if not isinstance(architecture, dict) or set(architecture) not in _KEYS:
        raise DataError("its architecture is not one that save_model writes")
    word, name = next(iter(architecture.items()))
    arguments = {key: _made_argument(x, classes) for key, x in architecture["arguments"].items()}
    known: Classes = OWN if word == "model" else classes
    if name not in known:
        raise Unsupported(
            f"holds a {name}, a class of its author's: give it, as in "
            f"load_model(path, classes={{{name!r}: {name}}})"
            if word == "class"
            else f"holds a {name}, which this version of the package has not"
        )
    kind = known[name]
    if isinstance(kind, type) and issubclass(kind, Model):
        return kind.from_config(arguments)
    return kind(**arguments)


_KEYS = ({"model", "arguments"}, {"class", "arguments"})


def _made_argument(x: Any, classes: Classes) -> Any:
    if isinstance(x, (list, tuple)):
        return type(x)(_made_argument(part, classes) for part in x)
    if not isinstance(x, dict):
        return x
    if set(x) == {"dict"}:
        return {key: _made_argument(part, classes) for key, part in x["dict"].items()}
    if set(x) == {"nn"}:
        kind = getattr(nn, x["nn"])
        if not (isinstance(kind, type) and issubclass(kind, nn.Module)):
            raise DataError(f"nn.{x['nn']} is no class of modules")
        return kind
    return made(x, classes)
