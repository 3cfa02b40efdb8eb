"""Many numbers to few, and along rows."""

from __future__ import annotations

import numpy as np

from ..operation import Operation, Shape


def distinct(shape: Shape) -> list[np.ndarray]:
    """No two alike, so that there is one order only."""
    order = np.random.default_rng(0).permutation(shape[0] * shape[1])
    return [(order / order.size).astype(np.float32).reshape(shape)]


def softmax(a: np.ndarray) -> np.ndarray:
    e = np.exp(a - a.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def log_softmax(a: np.ndarray) -> np.ndarray:
    z = a - a.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


REDUCTIONS = [
    Operation("sum", lambda lib, a: a.sum(), np.sum),
    Operation("sum(0)", lambda lib, a: a.sum(0), lambda a: a.sum(0)),
    Operation("sum(1)", lambda lib, a: a.sum(1), lambda a: a.sum(1)),
    Operation("mean", lambda lib, a: a.mean(), np.mean),
    Operation("mean(1)", lambda lib, a: a.mean(1), lambda a: a.mean(1)),
    Operation("max", lambda lib, a: a.max(), np.max),
    Operation("amax(1)", lambda lib, a: a.amax(1), lambda a: a.max(1)),
    Operation("var(1)", lambda lib, a: a.var(1), lambda a: a.var(1, ddof=1)),
    Operation("std", lambda lib, a: a.std(), lambda a: a.std(ddof=1)),
    Operation("norm", lambda lib, a: lib.linalg.vector_norm(a), np.linalg.norm),
    Operation("cumsum(1)", lambda lib, a: a.cumsum(1), lambda a: a.cumsum(1)),
    Operation("logsumexp(1)", lambda lib, a: lib.logsumexp(a, 1)),
    Operation("softmax(1)", lambda lib, a: a.softmax(1), softmax),
    Operation("log_softmax(1)", lambda lib, a: a.log_softmax(1), log_softmax),
    Operation("sort(1)", lambda lib, a: lib.sort(a, 1)[0], lambda a: np.sort(a, 1), distinct),
    Operation("topk", lambda lib, a: lib.topk(a, 2, 1)[0], None, distinct),
]
