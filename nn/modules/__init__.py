"""PyTorch's places of what is in `nn`: `nn.modules.conv`, for one, has Conv2d and `_ConvNd`."""

import sys as _sys

from . import module as module
from . import utils as utils
from .places import PLACES as _PLACES
from .places import Place as _Place

for _name, _files in _PLACES.items():
    globals()[_name] = _sys.modules[f"{__name__}.{_name}"] = _Place(f"{__name__}.{_name}", _files)


def __getattr__(name: str) -> object:
    return getattr(_sys.modules[__name__.rpartition(".")[0]], name)
