"""Stand-ins for PyTorch's modules, whose names are looked up in the files that have them here."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from ...messages.suggestions import hint

# The files of `nn` that have what a module of PyTorch's has.
PLACES = {
    "activation": "activation smooth_activation attention",
    "adaptive": "adaptive_softmax",
    "batchnorm": "batch_normalization lazy_layers",
    "channelshuffle": "resampling",
    "container": "containers parameter_containers",
    "conv": "convolution lazy_layers",
    "distance": "distance",
    "dropout": "dropout",
    "flatten": "flatten",
    "fold": "folding",
    "instancenorm": "batch_normalization lazy_layers",
    "lazy": "lazy",
    "linear": "linear bilinear containers lazy_layers",
    "loss": "loss_base classification_losses ctc embedding_losses likelihood_losses margin_losses "
            "regression_losses linear_cross_entropy",
    "normalization": "normalization",
    "padding": "padding",
    "pixelshuffle": "resampling",
    "pooling": "average_pooling max_pooling",
    "rnn": "recurrent recurrent_cells",
    "sparse": "embedding",
    "transformer": "transformer transformer_layers",
    "upsampling": "resampling",
}  # fmt: skip

# What is not public there, and has another name here.
OWN = {"_DropoutNd": "_Dropout", "_Loss": "Loss", "_WeightedLoss": "WeightedLoss"}


class Place(ModuleType):
    """A module of PyTorch's."""

    def __init__(self, name: str, files: str) -> None:
        super().__init__(name, "PyTorch's place of what is in `nn`.")
        self._files = [f"{__name__.rpartition('.modules')[0]}.{file}" for file in files.split()]

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return dir(self)
        if not name.startswith("__"):
            for file in map(import_module, self._files):
                found = getattr(file, OWN.get(name, name), None)
                if getattr(found, "__module__", None) == file.__name__:
                    return found
        near = hint(name, dir(self))
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}{near}", obj=self)

    def __dir__(self) -> list[str]:
        there = [(file, vars(file).items()) for file in map(import_module, self._files)]
        return sorted(
            name for file, items in there for name, value in items
            if getattr(value, "__module__", None) == file.__name__ and not name.startswith("_")
        )  # fmt: skip
