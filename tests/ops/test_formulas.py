"""Every operation's formulas, evaluated on its own samples, against its forward and its rules."""

from __future__ import annotations

import math
import zlib
from typing import Any

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import REGISTRY, Op, Sample
from autograd_fr.viz.explaining.formulas import tokens
from tests.ops.formulas.evaluator import evaluate, sides
from tests.ops.formulas.operators import READINGS
from tests.ops.test_registry import arrays, differentiable_arguments

OPS = list(REGISTRY.values())
CASES = [pytest.param(op, sample, id=f"{op.name}: {sample}") for op in OPS for sample in op.samples]


class Run:
    """One call of an operation: its values as its formulas call them, and its gradients.

    `gradients`: what the rules give back for random gradients of the results, by argument; of a
    variadic operation, a list.
    """

    def __init__(self, op: Op, sample: Sample) -> None:
        self.op = op
        inputs = self._inputs(sample)
        y = op.function(*([inputs] if op.variadic else inputs), **sample.params)
        results = list(y) if op.result else [y]
        names = list(op.result._fields) if op.result else ["y"]
        rng = np.random.default_rng(zlib.crc32(f"{op.name}: {sample}".encode()))
        flowing = [(name, r) for name, r in zip(names, results) if r.requires_grad]
        weights = [rng.uniform(-2, 2, r.shape) for _, r in flowing]
        wanted = [t for t in inputs if t.requires_grad]
        found = ag.autograd.grad(
            [r for _, r in flowing],
            wanted,
            [ag.from_numpy(np.asarray(w)) for w in weights],
            materialize_grads=True,
        )
        self.values = self._values(sample, inputs, dict(zip(names, results)))
        for (name, _), weight in zip(flowing, weights):
            self.values["G_" + name if op.result else "G"] = weight
        self.gradients = self._by_argument(inputs, wanted, found)
        self.values = READINGS.get(op.name, dict)(self.values)
        self.entrywise = not any(told_by_gradient(d) for d in op.derivatives.values())

    def _inputs(self, sample: Sample) -> list[ag.Tensor]:
        made = [ag.from_numpy(array) for array in arrays(self.op, sample)]
        if sample.through is not None:
            made[0] = sample.through(made[0])
        for t, ruled in zip(made, differentiable_arguments(self.op, len(made))):
            t.requires_grad = ruled and t.dtype.kind == "f"
        return made

    def _values(self, sample: Sample, inputs: Any, results: dict[str, ag.Tensor]) -> dict[str, Any]:
        op = self.op
        given = [t.array for t in inputs]
        tensors = {op.arguments[0]: given} if op.variadic else dict(zip(op.arguments, given))
        missing = dict.fromkeys(op.arguments) | op.defaults
        return missing | sample.params | tensors | {n: r.array for n, r in results.items()}

    def _by_argument(self, inputs: Any, wanted: Any, found: Any) -> dict[str, Any]:
        by_id = {id(t): g.array for t, g in zip(wanted, found)}
        if self.op.variadic:
            return {self.op.arguments[0]: [by_id[id(t)] for t in inputs]}
        named = zip(self.op.arguments, inputs)
        return {name: by_id[id(t)] for name, t in named if id(t) in by_id}


def told_by_gradient(latex: str) -> bool:
    """Whether a derivative is told by what it makes of `G`, not entry by entry."""
    return any(t.name == "G" or t.name.startswith("G_") for t in tokens(latex))


def fitted(value: Any, shape: tuple[int, ...]) -> Any:
    """A gradient brought to the shape of its argument as the engine does: what was broadcast is
    summed, and one number for all entries is repeated."""
    value = np.asarray(value, float)
    value = value.sum(tuple(range(max(value.ndim - len(shape), 0))))
    stretched = np.broadcast_shapes(value.shape, shape)
    more = tuple(i for i, n in enumerate(shape) if n == 1 and stretched[i] != 1)
    return np.broadcast_to(value.sum(more, keepdims=True) if more else value, shape)


def close(found: Any, expected: Any) -> None:
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_every_rule_has_a_formula(op: Op):
    assert op.derivatives.keys() == op.written.keys()


# Ties, kinks and ends, which the samples keep off.
KINKS = {
    "abs": ([-1.0, 0.0],),
    "amax": ([3.0, 1.0, 3.0],),
    "amin": ([1.0, 1.0, 2.0],),
    "clamp": ([0.0, 1.0, 2.0, 3.0, 4.0], [1.0] * 5, [3.0, 1.0, 2.0, 3.0, 0.0]),
    "copysign": ([2.0, -2.0, 0.0], [-3.0, 3.0, 3.0]),
    "cumprod": ([2.0, 0.0, 3.0, 0.0, 5.0],),
    "fmax": ([1.0, 2.0], [1.0, 3.0]),
    "fmin": ([1.0, 2.0], [1.0, 3.0]),
    "maximum": ([1.0, 2.0], [1.0, 3.0]),
    "minimum": ([1.0, 2.0], [1.0, 3.0]),
    "nan_to_num": ([1.0, math.nan, math.inf, -math.inf],),
    "nextafter": ([1.0, 1.0], [1.0, 2.0]),
    "prod": ([2.0, 0.0, 3.0],),
    "relu": ([-1.0, 0.0, 1.0],),
    "sign": ([0.0, 2.0],),
    "xlogy": ([0.0, 1.0], [0.5, 1.0]),
    # layers
    "at_least": ([-1.0, 0.5, 2.0],),
    "celu": ([-1.0, 0.0, 1.0],),
    "elu": ([-1.0, 0.0, 1.0],),
    "hardshrink": ([-0.5, 0.0, 0.5],),
    "hardsigmoid": ([-3.0, 3.0],),
    "hardswish": ([-3.0, 3.0, 3.5],),
    "hardtanh": ([-1.0, 1.0],),
    "huber": ([-2.0, 0.0, 2.0],),
    "leaky_relu": ([-1.0, 0.0, 1.0],),
    "max_pool": ([2.0, 2.0, 1.0, 3.0],),
    "pair_distances": ([[1.0, 2.0], [1.0, 2.0], [0.0, 2.0]],),
    "relu6": ([0.0, 6.0],),
    "selu": ([-1.0, 0.0, 1.0],),
    "sloped": ([-1.0, 0.0, 1.0], [0.5]),
    "softshrink": ([-0.5, 0.0, 0.5],),
    "softsign": ([0.0, 1.0],),
    "threshold": ([0.0, 1.0, 2.0],),
}
PARAMETERS = {
    "at_least": {"least": 0.5},
    "cumprod": {"dim": 0},
    "huber": {"delta": 2.0},
    "max_pool": {"windows": ((2, 2, 2, 0, 1),)},
    "threshold": {"threshold": 1.0, "value": 1.0},
}
AT_KINKS = [
    pytest.param(
        REGISTRY[name], Sample(*map(np.array, arrays), **PARAMETERS.get(name, {})), id=name
    )
    for name, arrays in KINKS.items()
]


@pytest.mark.parametrize(("op", "sample"), CASES + AT_KINKS)
def test_the_formula_of_the_result_holds(op: Op, sample: Sample):
    run = Run(op, sample)
    names = iter(op.result._fields if op.result else ("y",))
    with np.errstate(all="ignore"):
        for side in sides(op.latex, run.values, matrices=not run.entrywise):
            left, right = side if isinstance(side, tuple) else (side, run.values[next(names)])
            close(left, right)


@pytest.mark.parametrize(("op", "sample"), CASES + AT_KINKS)
def test_the_formulas_of_the_rules_hold(op: Op, sample: Sample):
    run = Run(op, sample)
    for argument, expected in run.gradients.items():
        latex = op.derivatives[argument]
        for k, gradient in enumerate(expected if op.variadic else [expected]):
            values = run.values | ({"k": k} if op.variadic else {})
            with np.errstate(all="ignore"):
                found = evaluate(latex, values, matrices=not run.entrywise)
                found = found if told_by_gradient(latex) else values["G"] * found
            shape = np.shape(gradient if op.variadic else values[argument])
            close(fitted(found, shape), np.reshape(gradient, shape))
