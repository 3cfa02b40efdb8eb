"""Entry by entry."""

from __future__ import annotations

import numpy as np

from ..operation import Operation, Shape, one, positive, two, with_row


def two_with_mask(shape: Shape) -> list[np.ndarray]:
    a, b = two(shape)
    return [a > 0, a, b]


ELEMENTWISE = [
    Operation("a + b", lambda lib, a, b: a + b, np.add, two),
    Operation("a - b", lambda lib, a, b: a - b, np.subtract, two),
    Operation("a * b", lambda lib, a, b: a * b, np.multiply, two),
    Operation("a / b", lambda lib, a, b: a / b, np.divide, lambda s: one(s) + positive(s)),
    Operation("a + row", lambda lib, a, r: a + r, np.add, with_row),
    Operation("a * row", lambda lib, a, r: a * r, np.multiply, with_row),
    Operation("2 * a", lambda lib, a: 2 * a, lambda a: 2 * a),
    Operation("a + 1", lambda lib, a: a + 1, lambda a: a + 1),
    Operation("a ** 2", lambda lib, a: a**2, lambda a: a**2),
    Operation("a ** 1.5", lambda lib, a: a**1.5, lambda a: a**1.5, positive),
    Operation("-a", lambda lib, a: -a, np.negative),
    Operation("abs", lambda lib, a: lib.abs(a), np.abs),
    Operation("exp", lambda lib, a: lib.exp(a), np.exp),
    Operation("log", lambda lib, a: lib.log(a), np.log, positive),
    Operation("sqrt", lambda lib, a: lib.sqrt(a), np.sqrt, positive),
    Operation("sin", lambda lib, a: lib.sin(a), np.sin),
    Operation("tanh", lambda lib, a: lib.tanh(a), np.tanh),
    Operation("maximum", lambda lib, a, b: lib.maximum(a, b), np.maximum, two),
    Operation("clamp", lambda lib, a: lib.clamp(a, -1, 1), lambda a: np.clip(a, -1, 1)),
    Operation("where", lambda lib, m, a, b: lib.where(m, a, b), np.where, two_with_mask),
    Operation("erf", lambda lib, a: lib.erf(a)),
]
