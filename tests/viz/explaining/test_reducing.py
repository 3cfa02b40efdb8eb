"""Formulas reduced to one call: they must go on meaning what the general ones mean."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.autograd.op import REGISTRY
from autograd_fr.viz.explaining.reducing import Facts, reduced
from tests.ops.formulas.evaluator import sides
from tests.ops.test_formulas import AT_KINKS, CASES, Run

REDUCED = {
    ("linalg_cholesky", "x"): (
        Facts({"upper": True}),
        r"\frac{1}{2} y^{-1} \operatorname{copyltu}",
    ),
    ("vector_norm", "x"): (Facts({"ord": 0}), "0"),
    ("clamp", "x"): (Facts(left_out=frozenset({"min"})), r"[x \le \mathit{max}]"),
    ("clamp", "max"): (Facts(left_out=frozenset({"min"})), r"[x > \mathit{max}]"),
    ("nll_loss", "x"): (
        Facts({"reduction": "mean"}),
        r"-\operatorname{scatter}(\frac{1}{n} \cdot G",
    ),
    ("linalg_svd", "A"): (
        Facts(zero=frozenset({"G_U", "G_Vh"})),
        r"U \operatorname{diag}(G_S) \mathit{Vh}",
    ),
    ("linalg_qr", "A"): (Facts(shapes={"A": (2, 3)}), r"Q\,G_R + (G_Q + Q\,(K - G_R R^\top))"),
    ("standardize", "x"): (
        Facts({"centred": True}, zero=frozenset({"G_r"})),
        r"r \odot (G_{\mathit{z}} - \operatorname{E}(G_{\mathit{z}}) - z \odot",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("op", "argument"), REDUCED)
def test_only_what_applies_is_left(op, argument):
    facts, start = REDUCED[op, argument]
    assert reduced(REGISTRY[op].derivatives[argument], facts).startswith(start)


def formulas(op):
    return [op.latex, *op.derivatives.values()]


@pytest.mark.parametrize("op", REGISTRY.values(), ids=lambda op: op.name)
def test_without_facts_a_formula_stays_as_it_is(op):
    def bare(latex):
        return (
            latex.replace(r"\left", "").replace(r"\right", "").replace(r"\;", "").replace(" ", "")
        )

    for latex in formulas(op):
        assert bare(reduced(latex, Facts())) == bare(latex)


@pytest.mark.parametrize(("op", "sample"), CASES + AT_KINKS)
def test_formulas_of_a_call_mean_the_same(op, sample):
    run = Run(op, sample)
    known = {name: run.values[name] for name in op.parameters if name in run.values}
    known.pop("nonlinearity", None)  # the evaluator has no name for the functions it stands for
    arrays = {n: v for n, v in run.values.items() if isinstance(v, np.ndarray)}
    left_out = frozenset(n for n in op.arguments if sample.params.get(n, 0) is None)
    shapes = {name: array.shape for name, array in arrays.items()}
    facts = Facts(known | {"n": 1}, left_out, frozenset(), shapes)
    values = run.values | ({"k": 0} if op.variadic else {})
    values |= {} if "n" in values else {"n": counted(run.values)}
    for latex in formulas(op):
        same(latex, reduced(latex, facts), values, repeated(values), matrices=not run.entrywise)


def repeated(values):
    """The values with a number that goes to all places of an index as one for each."""
    index = values.get("index")
    if not isinstance(index, tuple) or "weights" not in values:
        return values
    numbers = [name for name in ("G", "x") if not np.ndim(values[name])]
    return values | {name: np.full(index[-1].shape, values[name]) for name in numbers}


def counted(values):
    """How many entries a loss is averaged over."""
    index = values.get("index")
    if isinstance(index, tuple) and index and isinstance(index[-1], np.ndarray):
        return index[-1].size
    return max((v.size for v in values.values() if isinstance(v, np.ndarray)), default=1)


@pytest.mark.parametrize(
    "op", [op for op in REGISTRY.values() if op.result], ids=lambda op: op.name
)
def test_a_gradient_that_does_not_flow_counts_as_zero(op):
    run = Run(op, op.samples[0])
    for silent in [name for name in run.values if name.startswith("G_")]:
        values = run.values | {silent: np.zeros_like(run.values[silent])}
        for latex in op.derivatives.values():
            if "RNN" not in latex and "LSTM" not in latex and "GRU" not in latex:
                facts = Facts(zero=frozenset({silent}))
                same(latex, reduced(latex, facts), values, values, matrices=True)


def same(latex, told, values, told_values, *, matrices):
    with np.errstate(all="ignore"):
        expected = sides(latex, values, matrices=matrices)
        found = sides(told, told_values, matrices=matrices)
    for one, other in zip(found, expected, strict=True):
        one, other = (np.asarray(side[-1] if isinstance(side, tuple) else side, float)
                      for side in (one, other))  # fmt: skip
        np.testing.assert_allclose(*np.broadcast_arrays(one, other), 1e-9, 1e-9, err_msg=told)
