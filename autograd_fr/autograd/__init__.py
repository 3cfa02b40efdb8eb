"""The chain rule and what is built on it alone."""

from . import anomaly_mode as anomaly_mode
from . import graph as graph
from .anomaly_mode import detect_anomaly as detect_anomaly
from .anomaly_mode import set_detect_anomaly as set_detect_anomaly
from .derivatives import backward as backward
from .derivatives import grad as grad
from .function import Function as Function
from .function import once_differentiable as once_differentiable
from .gradcheck import gradcheck as gradcheck
from .gradcheck import gradgradcheck as gradgradcheck
from .modes import enable_grad as enable_grad
from .modes import inference_mode as inference_mode
from .modes import is_grad_enabled as is_grad_enabled
from .modes import no_grad as no_grad
from .modes import set_grad_enabled as set_grad_enabled
from .variable import Variable as Variable

# Imported at first use: not every program asks for them.
_LATE = ("forward_ad", "functional")


def __getattr__(name: str) -> object:
    import importlib

    if name in _LATE:
        return importlib.import_module(f"{__name__}.{name}")
    from ..messages.suggestions import missing_from

    return missing_from(__name__, _LATE)(name)
