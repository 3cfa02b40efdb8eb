"""Exercises that check themselves: rules of backward, layers, steps of optimizers, the engine."""

from .exercise import Exercise as Exercise
from .listing import exercise as exercise
from .listing import exercises as exercises
from .report import Report as Report
from .sample import Sample as Sample
