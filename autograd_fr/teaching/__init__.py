"""For those who learn backpropagation, and those who teach it.

`exercises` is homework that checks itself; `by_hand` is what a lecture shows beside the engine.
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from ..late import by_name as _by_name
from ..late import found as _found

_LATE = _by_name({"": "by_hand", "homework": "Exercise Report Sample exercise exercises"})

if _TYPE_CHECKING:
    from . import by_hand as by_hand
    from .homework import Exercise as Exercise
    from .homework import Report as Report
    from .homework import Sample as Sample
    from .homework import exercise as exercise
    from .homework import exercises as exercises


def __getattr__(name: str) -> object:
    return _found(__name__, _LATE, name)


def __dir__() -> list[str]:
    return [*globals(), *_LATE]
