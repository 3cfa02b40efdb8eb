"""Backpropagation with three indices: sums over single weights, in loops.

Layer t has the units 1, ..., units[t], and a unit 0 that is always 1, whose weights are the biases.
The weight w[t, i, j] leads from unit j of layer t to unit i of layer t + 1:

    α[t+1, i] = Σ_j w[t, i, j] x[t, j],    x[t, i] = relu(α[t, i]),    x[t, 0] = 1.

Layer 0 is the input; the last layer, T, has the one unit 1, and y x[T, 1] is to be 1 or more for a
label y of -1 or 1. All variables are dictionaries, so that the indices are those of the formulas.
A. Chan-Hon-Tong, "L'entrainement de réseau profond", ENSTA MI203.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Units = Sequence[int]
ByUnit = dict[tuple[int, int], float]
ByWeight = dict[tuple[int, int, int], float]


def relu(a: float) -> float:
    """`max(0, a)`."""
    return max(0.0, a)


def relu_slope(a: float) -> float:
    """The derivative of relu, 1 for a > 0, else 0; at the kink that is a convention."""
    return 1.0 if a > 0 else 0.0


def loss(output: float, y: float = 1.0) -> float:
    """The hinge `relu(1 - y x[T, 1])`."""
    return relu(1 - y * output)


def forward(w: ByWeight, units: Units, inputs: Sequence[float]) -> tuple[ByUnit, ByUnit]:
    """The sums and the activations of all units, layer by layer: (α, x).

        α[t, i] = Σ_j w[t-1, i, j] x[t-1, j],    x[t, i] = relu(α[t, i])

    >>> w, units = weights([[[0.5, 1.0, -1.0]], [[0.0, 2.0]]])
    >>> alpha, x = forward(w, units, [3.0, 1.0])
    >>> alpha[1, 1], x[2, 1]
    (2.5, 5.0)
    """
    alpha, x = {}, {}
    for i in range(1, units[0] + 1):
        x[0, i] = inputs[i - 1]
    for t in range(1, len(units)):
        x[t - 1, 0] = 1.0
        for i in range(1, units[t] + 1):
            alpha[t, i] = 0.0
            for j in range(units[t - 1] + 1):
                alpha[t, i] += w[t - 1, i, j] * x[t - 1, j]
            x[t, i] = relu(alpha[t, i])
    return alpha, x


def backward(
    w: ByWeight, units: Units, alpha: ByUnit, x: ByUnit, y: float = 1.0
) -> tuple[ByUnit, ByUnit, ByWeight]:
    """The derivatives of the loss l by activations, sums and weights: (dx, dα, dw).

        dl/dx[T, 1]      = -y  where 1 - y x[T, 1] > 0, else 0
        dl/dα[t, i]      = dl/dx[t, i] relu'(α[t, i])
        dl/dw[t-1, i, j] = dl/dα[t, i] x[t-1, j]
        dl/dx[t-1, j]    = Σ_i dl/dα[t, i] w[t-1, i, j]

    The sum over i is not that of α: x[t-1, j] reaches the loss through every α[t, i].

    >>> w, units = weights([[[0.5, 0.25, -0.25]], [[0.0, 0.5]]])
    >>> dx, dalpha, dw = backward(w, units, *forward(w, units, [3.0, 1.0]))
    >>> dw[1, 1, 1], dalpha[1, 1], dw[0, 1, 1], dx[0, 2]
    (-1.0, -0.5, -1.5, 0.125)
    """
    dx, dalpha, dw = {}, {}, {}
    last = len(units) - 1
    dx[last, 1] = -y * relu_slope(1 - y * x[last, 1])
    for t in range(last, 0, -1):
        for i in range(1, units[t] + 1):
            dalpha[t, i] = dx[t, i] * relu_slope(alpha[t, i])
            for j in range(units[t - 1] + 1):
                dw[t - 1, i, j] = dalpha[t, i] * x[t - 1, j]
        for j in range(1, units[t - 1] + 1):
            dx[t - 1, j] = 0.0
            for i in range(1, units[t] + 1):
                dx[t - 1, j] += dalpha[t, i] * w[t - 1, i, j]
    return dx, dalpha, dw


def forward_as_printed(w: ByWeight, units: Units, inputs: Sequence[float]) -> ByUnit:
    """WRONG ON PURPOSE: the loop that a lecture prints with the warning not to copy it. What is it?

        A[0, i] = the input,    A[t, i] = Σ_j w[t-1, i, j] relu(A[t-1, j])

    - A holds sums, not activations, so relu is applied to what comes in, also to the input: what
      is below 0 there is lost.
    - The last relu is missing: A[T, 1] is α[T, 1], which may be below 0, not the output.

    What would not even run has been mended: t starts at 1, as there is no layer -1; the two inner
    loops have two names, i and j, not i both times; and unit 0 stays 1 instead of getting a sum.

    >>> w, units = weights([[[0.0, 1.0]]])
    >>> forward_as_printed(w, units, [-2.0])[1, 1], forward(w, units, [-2.0])[0][1, 1]
    (0.0, -2.0)
    """
    A: ByUnit = {}
    for i in range(1, units[0] + 1):
        A[0, i] = inputs[i - 1]
    for t in range(1, len(units)):
        A[t - 1, 0] = 1.0
        for i in range(1, units[t] + 1):
            A[t, i] = 0.0
            for j in range(units[t - 1] + 1):
                A[t, i] += w[t - 1, i, j] * relu(A[t - 1, j])
    return A


def backward_as_printed(w: ByWeight, units: Units, A: ByUnit) -> ByUnit:
    """WRONG ON PURPOSE: the loop that a lecture prints with the warning not to copy it. What is it?

        DA[T, 1] = -1 where 1 - relu(A[T, 1]) > 0, else 0
        DA[t, j] = Σ_i DA[t+1, i] w[t, i, j] relu'(A[t, j])

    - It begins with dl/dx[T, 1], where DA is to hold dl/dα: the factor relu'(A[T, 1]) is missing,
      and a last unit that is inactive, through which nothing flows, gets -1 instead of 0.
    - It ends with DA: the derivatives by the weights, for which all is done, are never computed.

    What would not even run has been mended: the last layer is T, which is called z there and never
    defined, and the two inner loops have two names, i and j, not i both times.

    >>> w, units = weights([[[-2.0, 1.0]]])
    >>> A = forward_as_printed(w, units, [0.5])
    >>> backward_as_printed(w, units, A)[1, 1]
    -1.0
    >>> dx, dalpha, dw = backward(w, units, *forward(w, units, [0.5]))
    >>> dalpha[1, 1] == 0
    True
    """
    DA: ByUnit = {}
    last = len(units) - 1
    DA[last, 1] = -relu_slope(1 - relu(A[last, 1]))
    for t in range(last - 1, 0, -1):
        for j in range(1, units[t] + 1):
            DA[t, j] = 0.0
            for i in range(1, units[t + 1] + 1):
                DA[t, j] += DA[t + 1, i] * w[t, i, j] * relu_slope(A[t, j])
    return DA


def sums_with_constant_input(rows: Sequence[Sequence[float]], x: Sequence[float]) -> list[float]:
    """The bias as a weight like the others, of an input that is always 1.

        α[i] = Σ_{j ≥ 0} w[i, j] x[j],    x[0] = 1

    >>> sums_with_constant_input([[0.5, 1.0, -1.0]], [3.0, 1.0])
    [2.5]
    """
    x = [1.0, *x]
    return [sum(row[j] * x[j] for j in range(len(x))) for row in rows]


def sums_with_biases(
    b: Sequence[float], w: Sequence[Sequence[float]], x: Sequence[float]
) -> list[float]:
    """The bias beside the weights.

        α[i] = b[i] + Σ_j w[i, j] x[j]

    >>> sums_with_biases([0.5], [[1.0, -1.0]], [3.0, 1.0])
    [2.5]
    """
    return [b[i] + sum(w[i][j] * x[j] for j in range(len(x))) for i in range(len(w))]


def weights(layers: Sequence[Any]) -> tuple[ByWeight, list[int]]:
    """w[t, i, j] and the units of every layer, of matrices [b | W]: a row per unit, its bias first.

    >>> weights([[[0.5, 1.0, -1.0]]])
    ({(0, 1, 0): 0.5, (0, 1, 1): 1.0, (0, 1, 2): -1.0}, [2, 1])
    """
    w = {}
    for t, layer in enumerate(layers):
        for i, row in enumerate(layer, start=1):
            for j, weight in enumerate(row):
                w[t, i, j] = weight
    return w, [len(layers[0][0]) - 1, *map(len, layers)]


def matrices(w: ByWeight, units: Units) -> list[list[list[float]]]:
    """The same back: a matrix [b | W] per layer, of weights or of derivatives by them.

    >>> matrices(*weights([[[0.5, 1.0, -1.0]]]))
    [[[0.5, 1.0, -1.0]]]
    """
    return [
        [[w[t, i, j] for j in range(units[t] + 1)] for i in range(1, units[t + 1] + 1)]
        for t in range(len(units) - 1)
    ]
