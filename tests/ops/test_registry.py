"""Every operation of the registry, tried on its own samples."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.autograd.op import REGISTRY, Op, Sample
from autograd_fr.errors import DtypeError

CASES = [
    pytest.param(op, sample, id=f"{op.name}: {sample}")
    for op in REGISTRY.values()
    for sample in op.samples
]


def arrays(op: Op, sample: Sample) -> list[np.ndarray]:
    return sample.arrays(np.random.default_rng(zlib.crc32(op.name.encode())))


def tensors(op: Op, sample: Sample, convert=lambda array: array) -> list[ag.Tensor]:
    """The sample's tensors; those that it draws and a rule is for require a gradient."""
    made = [ag.from_numpy(convert(array)) for array in arrays(op, sample)]
    ruled = differentiable_arguments(op, len(made))
    for t, flows, given in zip(made, ruled, sample.tensors, strict=True):
        t.requires_grad = flows and isinstance(given, tuple)
    return made


def differentiable_arguments(op: Op, n: int) -> list[bool]:
    return [True] * n if op.variadic else [a in op.written for a in op.arguments[:n]]


def calling(op: Op, sample: Sample):
    return lambda *ts: sample.applied(op, ts)


def results(y) -> list[ag.Tensor]:
    """The floating results of an operation, which may have several."""
    return [part for part in (y if isinstance(y, tuple) else (y,)) if part.dtype.kind == "f"]


def total(y) -> ag.Tensor:
    """One number that depends on all results."""
    return sum((k + 1) * part.sum() for k, part in enumerate(results(y)))


@pytest.mark.parametrize("op", REGISTRY.values(), ids=REGISTRY)
def test_an_operation_has_all_that_is_told_about_it(op: Op):
    assert op.samples, "no sample inputs: nothing would check its rules"
    assert op.latex and op.symbol
    assert op.function.__doc__ and ">>>" in op.function.__doc__


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_first_derivatives(op: Op, sample: Sample):
    report = gradcheck(
        calling(op, sample), tensors(op, sample), rtol=1e-6, atol=1e-8, check_forward_ad=True
    )
    assert report.status == "pass"


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_second_derivatives(op: Op, sample: Sample):
    report = gradgradcheck(
        calling(op, sample),
        tensors(op, sample),
        rtol=1e-6,
        atol=1e-7,
        check_fwd_over_rev=True,
        check_rev_over_rev=True,
    )
    assert report.status == "pass"


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_memory_layout_does_not_matter(op: Op, sample: Sample):
    def scattered(array):
        wide = np.zeros((*array.shape, 2), array.dtype)
        wide[..., 0] = array
        return wide[..., 0].T.copy().T if array.ndim else np.asarray(array)

    call = calling(op, sample)
    found = []
    for convert in (np.ascontiguousarray, scattered, lambda array: array):
        inputs = tensors(op, sample, convert)
        y = call(*[x.reshape(np.shape(a)) for x, a in zip(inputs, arrays(op, sample))])
        total(y).backward()
        found.append([*results(y), *(x.grad for x in inputs if x.requires_grad)])
    for others in found[1:]:
        for expected, other in zip(found[0], others, strict=True):
            np.testing.assert_allclose(expected.array, other.array, rtol=1e-13, atol=1e-15)


# Systems and decompositions, which NumPy, as PyTorch, has in no less than float32.
NOT_HALF = {
    "linalg_cholesky", "linalg_det", "linalg_eigh", "linalg_inv", "linalg_lu_factor", "linalg_pinv",
    "linalg_qr", "linalg_slogdet", "linalg_svd", "matrix_solution", "triangular_solution",
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize(("op", "sample"), CASES)
def test_no_dtype_becomes_wider(op: Op, sample: Sample, dtype: type):
    if op.name == "cast":
        pytest.skip("changing the dtype is what it does")
    narrowed = lambda array: array.astype(dtype) if array.dtype.kind == "f" else array  # noqa: E731
    inputs = tensors(op, sample, narrowed)
    if dtype is np.float16 and op.name in NOT_HALF:
        with pytest.raises(DtypeError, match="float16"):
            calling(op, sample)(*inputs)
        return
    y = calling(op, sample)(*inputs)
    assert all(part.dtype == dtype for part in results(y))
    node = results(y)[0].grad_fn.whole
    if op.result:
        g = tuple(np.ones_like(part.array) for part in y)
    else:
        g = np.ones_like(y.array) if y.ndim else dtype(1)
    rules = op.rules_for(node.args)
    for rule, parent, like in zip(rules, node.parents, node.args, strict=True):
        if parent is not None:  # before the engine fits it to the argument
            assert rule(g, node.y, node.args, node.params, like).dtype == dtype


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_inputs_and_parameters_are_left_alone(op: Op, sample: Sample):
    inputs = tensors(op, sample)
    before = [np.array(x.array) for x in inputs]
    total(calling(op, sample)(*inputs)).backward()
    for x, expected in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(x.array, expected)
