"""Backpropagation without an engine, in the notations of the lectures, to be read and compared.

Each module writes the same derivatives down in its own way, with NumPy alone:

    logistic        logistic regression of one layer and of two, a row per example
    matrices        a matrix per layer, a column per example, layers of any number
"""

from . import logistic as logistic
from . import matrices as matrices
