"""Functions that make derivatives of functions, and batches of them: PyTorch's `torch.func`."""

from ..messages.suggestions import suggest as _suggest

_suggest(__name__)
