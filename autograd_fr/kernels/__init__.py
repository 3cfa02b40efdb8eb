"""Fast array code: NumPy arrays in, NumPy arrays out, nothing else known."""

from .arrays import *
from .entrywise import *
