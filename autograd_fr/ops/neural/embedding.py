"""Rows of a table by their numbers, and their gradient: rows added up."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import kernels
from ...autograd.op import Sample, differentiable, polymorphic

NUMBERS = np.array([[0, 2, 2], [4, 0, 2]])


@differentiable(
    x=lambda g, like, numbers, padding, by_frequency: _added(
        g, like.shape[0], numbers, padding, by_frequency
    ),
    push="linear",
    latex=r"x_{\mathit{numbers}}",
    derivatives={"x": r"\operatorname{addrows}(G, \mathit{numbers})"},
    symbol="embedding",
    samples=[
        Sample((5, 2), numbers=NUMBERS),
        Sample((5, 2), numbers=NUMBERS, padding=1),
        Sample((5, 3), numbers=np.array(3)),
        Sample((5, 3), numbers=np.zeros((0, 2), int)),
    ],
)  # fmt: skip
def rows_at(x: Any, numbers: Any, padding: int | None = None, by_frequency: bool = False) -> Any:
    """The rows of a table that have these numbers.

    The row `padding` has no gradient, and with `by_frequency` that of each row is divided by how
    often it occurs: neither is the derivative, where there are such rows; the tangent is.

    >>> import autograd_fr as ag
    >>> rows_at(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), np.array([1, 0, 1]))
    tensor([[3., 4.],
            [1., 2.],
            [3., 4.]])
    """
    return x[numbers]


@differentiable(
    x=lambda g, numbers, padding, by_frequency: _weighed(
        g[numbers], numbers, padding, by_frequency
    ),
    push="linear",
    latex=r"\operatorname{addrows}(x, \mathit{numbers})",
    derivatives={"x": r"\operatorname{weighed}({G}_{\mathit{numbers}})"},
    symbol="add rows",
    samples=[
        Sample((2, 3, 2), rows=5, numbers=NUMBERS),
        Sample((2, 3, 2), rows=5, numbers=NUMBERS, padding=2, by_frequency=True),
        Sample((3,), rows=5, numbers=np.array(3)),
        Sample((0, 2, 2), rows=5, numbers=np.zeros((0, 2), int)),
    ],
)  # fmt: skip
def add_rows(
    x: Any, rows: int, numbers: Any, padding: int | None = None, by_frequency: bool = False
) -> Any:
    """Zeros, `rows` of them, with each row of `x` added to the one that has its number.

    >>> import autograd_fr as ag
    >>> add_rows(ag.tensor([[1.0], [2.0], [4.0]]), rows=2, numbers=np.array([1, 0, 1]))
    tensor([[2.],
            [5.]])
    """
    weighed = _weighed(x, numbers, padding, by_frequency)
    return kernels.add_at(weighed, (rows, *x.shape[len(numbers.shape) :]), (numbers,))


def _added(g: Any, rows: int, numbers: Any, padding: int | None, by_frequency: bool) -> Any:
    return polymorphic(add_rows)(
        g, rows=rows, numbers=numbers, padding=padding, by_frequency=by_frequency
    )


def _weighed(x: Any, numbers: Any, padding: int | None, by_frequency: bool) -> Any:
    """Rows without those of the `padding`, each divided by how often it occurs."""
    if padding is not None:
        x = np.where((numbers != padding)[..., None], x, x.dtype.type(0))
    if by_frequency:
        x = x / frequencies(numbers)[..., None].astype(x.dtype)
    return x


def frequencies(numbers: Any) -> Any:
    """How often each number occurs among all."""
    found, place = np.unique(numbers, return_inverse=True)
    return np.bincount(place.reshape(-1), minlength=found.size)[place].reshape(numbers.shape)
