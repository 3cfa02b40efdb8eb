"""What a lecture shows beside the engine."""

from . import by_hand as by_hand
