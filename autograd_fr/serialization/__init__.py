"""Tensors in files: arrays in an archive, safetensors, and the files of torch.save.

Nothing in a file is ever executed, and what a file says of its sizes is held against its real size
before memory is taken. A file is written beside its place, and takes it when it is complete.
"""

from ..messages.suggestions import suggest as _suggest
from .loading import load as load
from .native import save as save
from .safe_globals import add_safe_globals as add_safe_globals
from .safe_globals import safe_globals as safe_globals
from .safetensors import load_safetensors as load_safetensors
from .safetensors import safe_open as safe_open
from .safetensors import save_safetensors as save_safetensors
from .torch_reader import load_torch as load_torch
from .torch_writer import save_torch as save_torch

_suggest(__name__)
