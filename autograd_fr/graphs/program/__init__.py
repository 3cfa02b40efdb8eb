"""A recorded graph as a program that imports NumPy and nothing else.

`reading` brings a graph into order and names its values; `forms` knows how operations are written
by hand, and `borrowed` takes the source of the others from the catalogue itself; `forward` and
`backward` write the two functions; `program` puts them together.
"""

from .program import Program as Program
from .program import to_numpy as to_numpy
