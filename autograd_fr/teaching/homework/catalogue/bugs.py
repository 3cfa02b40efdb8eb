"""Find the bugs: loops that a lecture prints with the warning not to copy them.

A. Chan-Hon-Tong, "L'entrainement de réseau profond", ENSTA MI203. `by_hand.indices` has them mended
just enough to run.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..exercise import Exercise
from ..sample import Sample

# [b | W] of two layers: a row per unit, which begins with its bias.
W1, W2 = [[0.2, 1.0, -1.0], [0.1, 0.5, 0.5]], [[0.3, 1.0, 2.0]]
SAMPLES = [
    Sample("all is above 0", W1=W1, W2=W2, x=[0.5, 0.1]),
    Sample("an input below 0", W1=W1, W2=W2, x=[0.5, -0.3]),
    Sample("a hidden unit that is inactive", W1=W1, W2=[[0.3, 0.5, -1.0]], x=[-1.0, 1.0]),
    Sample("the last unit inactive", W1=W1, W2=[[-2.0, 1.0, -1.0]], x=[0.5, 0.1]),
    Sample("a loss of 0", W1=W1, W2=W2, x=[2.0, 1.0]),
]


def _activations(W1: Any, W2: Any, x: Any, early: bool = False, last: bool = True) -> Any:
    """α and x of all layers. `early`: relu of the input, too. `last`: relu of the last sum."""
    X, alpha = [np.append(1.0, np.maximum(x, 0) if early else x)], [x]
    for W in (W1, W2):
        alpha.append(W @ X[-1])
        active = np.maximum(alpha[-1], 0) if last or W is W1 else alpha[-1]
        X.append(np.append(1.0, active))
    return alpha, X


FORWARD = """
def forward(W1, W2, x):
    w, A = [W1, W2], [np.append(1, x), np.zeros(1 + len(W1)), np.zeros(1 + len(W2))]
    for t in range(3):
        for i in range(len(A[t])):
            A[t][i] = 0
            for i in range(len(A[t-1])):
                A[t][i] += w[t-1][i, j] * relu(A[t-1][j])
    return A[2][1]
"""


@Exercise.define(
    "loops.forward",
    kind="bugs",
    level=2,
    asks="Find the bugs in the loops that a lecture prints for two layers of ReLUs. It warns "
    "that they do not work: write them so that they do. A row of W1 or W2 is the bias of a "
    "unit and then its weights; the last layer has one unit. Indices are your choice.",
    formula="α[t, i] = Σ_j w[t, i, j] x[t−1, j],   x[t, i] = relu(α[t, i]),   x[t, 0] = 1",
    faulty=FORWARD,
    samples=SAMPLES,
    hints=(
        "Which layer has no layer before it? Which value has i in the inner loop, and j? What "
        "happens to unit 0, which is to stay 1? Once it runs: what does A hold, sums or "
        "activations, and what is relu applied to?",
        "keep the activations: X[0] = (1, input); X[t][i] = relu(Σ_j w[t, i, j] X[t−1][j]) for "
        "i ≥ 1, X[t][0] = 1; the output is X[2][1]",
        "X = np.append(1.0, x); for W in (W1, W2): X = np.append(1.0, np.maximum(W @ X, 0)); "
        "that is it in matrices, loops do the same",
    ),
    mistakes={
        "A holds sums: relu comes too early, at the input, and never at the output":
            lambda W1, W2, x: _activations(W1, W2, x, early=True, last=False)[1][2][1],
        "relu is applied to the input, too: what is below 0 there is lost":
            lambda W1, W2, x: _activations(W1, W2, x, early=True)[1][2][1],
        "the last relu is missing: this is the sum α of the last unit, which may be below 0":
            lambda W1, W2, x: _activations(W1, W2, x, last=False)[1][2][1],
    },
)  # fmt: skip
def loops_forward(W1: Any, W2: Any, x: Any) -> Any:
    X = [np.append(1.0, x)]
    for W in (W1, W2):
        X.append(np.ones(1 + len(W)))
        for i in range(1, 1 + len(W)):
            alpha = 0.0
            for j in range(len(X[-2])):
                alpha += W[i - 1, j] * X[-2][j]
            X[-1][i] = max(alpha, 0.0)
    return X[2][1]


BACKWARD = """
def backward(W1, W2, x):
    w, A = [W1, W2], ...  # the sums, as loops.forward prints them
    DA = [np.zeros(len(a)) for a in A]
    DA[z][1] = -1 if 1 - relu(A[z][1]) > 0 else 0
    for t in range(1, 0, -1):
        for i in range(len(DA[t])):
            for i in range(len(DA[t+1])):
                DA[t][j] += DA[t+1][i] * w[t][i, j] * relu_slope(A[t][j])
    return DA
"""


def _gradients(
    W1: Any, W2: Any, x: Any, seeded: bool = True, hidden: bool = True, by_sums: bool = False
) -> Any:
    """dW1, dW2. Without `seeded`, `hidden`: no slope of relu there; `by_sums`: α for x."""
    alpha, X = _activations(W1, W2, x)
    if by_sums:
        X[1] = np.append(1.0, alpha[1])
    last = -float(X[2][1] < 1) * ((alpha[2] > 0) if seeded else np.ones(1))
    first = (W2[:, 1:].T @ last) * ((alpha[1] > 0) if hidden else 1)
    return tuple(np.outer(d, x).astype(W1.dtype) for d, x in ((first, X[0]), (last, X[1])))


@Exercise.define(
    "loops.backward",
    kind="bugs",
    level=3,
    asks="Find the bugs in the loops that a lecture prints for the way back through two layers of "
    "ReLUs. It warns that they do not work: write them so that they do, and give what it is all "
    "for, the derivatives of the loss relu(1 − output) by the weights.",
    formula="∂l/∂x[2, 1] = −1 where the output is below 1, else 0\n"
    "∂l/∂α[t, i] = ∂l/∂x[t, i] relu'(α[t, i])\n"
    "∂l/∂w[t, i, j] = ∂l/∂α[t, i] x[t−1, j],   ∂l/∂x[t−1, j] = Σ_i ∂l/∂α[t, i] w[t, i, j]",
    returns=("dW1", "dW2"),
    faulty=BACKWARD,
    samples=SAMPLES,
    hints=(
        "What is z? Which loop has which index? DA is to hold ∂l/∂α: does the first line give "
        "that? And what is it all for: where are the derivatives by the weights?",
        "DA[2] = −1[output < 1] · 1[α[2] > 0];   DA[1][j] = Σ_i DA[2][i] w[2, i, j] 1[α[1, j] > 0];"
        "   dW[t] = DA[t] ⊗ x[t−1], with x[t−1, 0] = 1 for the biases",
        "d2 = -(y < 1) * (alpha2 > 0); dW2 = np.outer(d2, X1); "
        "d1 = (W2[:, 1:].T @ d2) * (alpha1 > 0); dW1 = np.outer(d1, X0); in the dtype of W1",
    ),
    mistakes={
        "it begins with ∂l/∂x: the slope of the last relu is missing, an inactive unit learns":
            lambda W1, W2, x: _gradients(W1, W2, x, seeded=False),
        "the slope of the hidden relu is missing: inactive units learn":
            lambda W1, W2, x: _gradients(W1, W2, x, hidden=False),
        "a weight's derivative takes the activation x that it was multiplied with, not the sum α":
            lambda W1, W2, x: _gradients(W1, W2, x, by_sums=True),
    },
)  # fmt: skip
def loops_backward(W1: Any, W2: Any, x: Any) -> Any:
    X0 = np.append(1.0, x)
    alpha1 = W1 @ X0
    X1 = np.append(1.0, np.maximum(alpha1, 0))
    alpha2 = W2 @ X1
    dW1, dW2 = np.zeros_like(W1), np.zeros_like(W2)
    dalpha2 = -1.0 if 0 < alpha2[0] < 1 else 0.0  # the hinge is at work, and the unit active
    for j in range(len(X1)):
        dW2[0, j] = dalpha2 * X1[j]
    for i in range(len(alpha1)):
        dalpha1 = dalpha2 * W2[0, i + 1] * (alpha1[i] > 0)
        for j in range(len(X0)):
            dW1[i, j] = dalpha1 * X0[j]
    return dW1, dW2
