"""Every operation of the registry, written out on its own samples."""

from __future__ import annotations

import ast
import sys

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import REGISTRY, Op, Sample
from tests.ops.test_registry import calling, tensors, total

REFUSED: set[str] = set()  # operations that cannot be written out

KEPT = [op for op in REGISTRY.values() if op.name not in REFUSED]
CASES = [(op, sample, np.float64, 1e-12) for op in KEPT for sample in op.samples]
CASES += [(op, op.samples[0], np.float32, 2e-5) for op in KEPT]


def written(op: Op, sample: Sample, dtype: type):
    """The program of an operation and a weighted sum of its results, the sum, and the leaves."""
    inputs = tensors(op, sample, lambda a: a.astype(dtype) if a.dtype.kind == "f" else a)
    leaves = {f"v{i}": x for i, x in enumerate(inputs)}
    root = total(calling(op, sample)(*inputs))
    return ag.to_numpy(root, names=leaves), root, leaves


@pytest.mark.parametrize(("op", "sample", "dtype", "tolerance"), CASES)
def test_the_program_agrees_with_the_engine(op: Op, sample: Sample, dtype, tolerance):
    program, root, leaves = written(op, sample, dtype)
    with np.errstate(all="ignore"):
        y, found = program.run()
    assert y.dtype == root.dtype
    np.testing.assert_allclose(y, root.array, tolerance, tolerance)
    root.backward()
    for name, x in leaves.items():
        if x.requires_grad:
            g = np.asarray(found[name])
            assert g.shape == x.shape
            assert g.dtype == x.dtype
            np.testing.assert_allclose(g, x.grad.array, tolerance, tolerance)


def imported(source: str) -> set[str]:
    """The modules that a program imports."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    return plain | {n.module for n in nodes if isinstance(n, ast.ImportFrom)}


@pytest.mark.parametrize("op", KEPT, ids=lambda op: op.name)
def test_the_program_imports_numpy_and_no_other_package(op: Op):
    program, _, _ = written(op, op.samples[0], np.float64)
    assert imported(program.source) - sys.stdlib_module_names == {"numpy"}
    assert "autograd_fr" not in program.source
