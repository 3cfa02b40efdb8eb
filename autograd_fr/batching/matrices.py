"""Products of matrices and systems of equations on batches: NumPy's own functions take stacks."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import NotBatchable
from . import known
from .functions import FUNCTIONS, of_entries, rule
from .ufuncs import aligned, common_levels, product, wrapped

FUNCTIONS[np.dot] = lambda a, b: (
    a * b if not np.ndim(a) or not np.ndim(b)
    else product(a, b) if max(np.ndim(a), np.ndim(b)) <= 2
    else np.tensordot(a, b, (-1, -2 if np.ndim(b) > 1 else -1))
)  # fmt: skip


@rule(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    na, nb = np.ndim(a), np.ndim(b)
    if isinstance(axes, int):
        axes = (range(na - axes, na), range(axes))
    first, second = ([d] if isinstance(d, int) else d for d in axes)
    labels = list(range(na, na + nb))
    for i, j in zip(first, second, strict=True):
        labels[j] = i % na
    shared = {i % na for i in first}
    result = [i for i in (*range(na), *labels[:]) if i not in shared]
    return einsum(a, list(range(na)), b, labels, list(dict.fromkeys(result)))


@rule(np.einsum)
def einsum(*operands: Any, **options: Any) -> Any:
    """With labels given as lists: the axes of the batches have labels of their own."""
    if isinstance(operands[0], str) or len(operands) % 2 == 0:
        raise NotBatchable("einsum of letters, or without the labels of the result")
    arrays, labels = operands[:-1:2], [list(own) for own in operands[1:-1:2]]
    levels = common_levels(arrays)
    fresh = 1 + max((label for own in labels for label in own), default=-1)
    numbers = {level: fresh + i for i, level in enumerate(levels)}
    given: list[Any] = []
    for x, own in zip(arrays, labels, strict=True):
        front = [numbers[level] for level in known.levels_of(x)]
        given += [known.entries(x), front + own]
    return wrapped(np.einsum(*given, [*numbers.values(), *operands[-1]], **options), levels)


_func: Any
for _func in (np.linalg.inv, np.linalg.det, np.linalg.slogdet, np.linalg.cholesky, np.linalg.qr,
              np.linalg.svd, np.linalg.eigh, np.linalg.eigvalsh):  # fmt: skip
    FUNCTIONS[_func] = of_entries(_func)


@rule(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    vector = np.ndim(b) == 1
    levels, (left, right) = aligned((a, b[:, None] if vector else b))
    y = np.linalg.solve(left, right)
    return wrapped(y[..., 0] if vector else y, levels)
