"""Backpropagation without an engine, in the notations of the lectures, to be read and compared.

Each module writes the same derivatives down in its own way, with NumPy alone:

    indices         single weights with three indices, and sums over them
    logistic        logistic regression of one layer and of two, a row per example
    matrices        a matrix per layer, a column per example, layers of any number
    jacobian_rows   rows of Jacobians, from the cost to the input
"""

from . import indices as indices
from . import jacobian_rows as jacobian_rows
from . import logistic as logistic
from . import matrices as matrices
