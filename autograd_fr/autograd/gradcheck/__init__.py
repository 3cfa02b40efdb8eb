"""Derivatives by backward held against differences, with a report that says what is wrong."""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from ...errors import GradcheckError as GradcheckError
from ...errors import GradcheckWarning as GradcheckWarning
from ...late import found as _found
from .check import gradcheck as gradcheck
from .check import gradgradcheck as gradgradcheck

if _TYPE_CHECKING:
    from .report import GradcheckReport as GradcheckReport
    from .verdict import Verdict as Verdict

_LATE = {"GradcheckReport": "report", "Verdict": "verdict"}


def __getattr__(name: str) -> object:
    return _found(__name__, _LATE, name)
