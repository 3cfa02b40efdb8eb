"""The chain rule and what is built on it alone."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from ..late import by_name as _by_name
from ..late import found as _found
from .derivatives import backward as backward
from .derivatives import grad as grad
from .gradcheck import gradcheck as gradcheck
from .gradcheck import gradgradcheck as gradgradcheck
from .modes import enable_grad as enable_grad
from .modes import inference_mode as inference_mode
from .modes import is_grad_enabled as is_grad_enabled
from .modes import no_grad as no_grad
from .modes import set_grad_enabled as set_grad_enabled

# Imported at first use: not every program asks for them.
_LATE = _by_name(
    {
        "": "anomaly_mode forward_ad functional graph",
        "anomaly_mode": "detect_anomaly set_detect_anomaly",
        "function": "Function once_differentiable",
        "variable": "Variable",
    }
)
if _TYPE_CHECKING:
    from . import anomaly_mode as anomaly_mode
    from . import graph as graph
    from .anomaly_mode import detect_anomaly as detect_anomaly
    from .anomaly_mode import set_detect_anomaly as set_detect_anomaly
    from .function import Function as Function
    from .function import once_differentiable as once_differentiable
    from .variable import Variable as Variable


def __getattr__(name: str) -> object:
    return _found(__name__, _LATE, name)


def __dir__() -> list[str]:
    return [*globals(), *_LATE]
