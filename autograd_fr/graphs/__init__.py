"""Recorded graphs put to use again: evaluated with other values, moved a little, written out."""

from .constants import keep as keep
from .nudge import Nudge as Nudge
from .nudge import nudge as nudge
from .replay import replay as replay
