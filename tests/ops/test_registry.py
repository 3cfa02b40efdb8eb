"""Every operation of the registry, tried on its own samples."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.autograd.op import REGISTRY, Op, Sample

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
    if op.variadic:
        return lambda *ts: op.function(ts, **sample.params)
    return lambda *ts: op.function(*ts, **sample.params)


@pytest.mark.parametrize("op", REGISTRY.values(), ids=REGISTRY)
def test_an_operation_has_all_that_is_told_about_it(op: Op):
    assert op.samples, "no sample inputs: nothing would check its rules"
    assert op.latex and op.symbol
    assert op.function.__doc__ and ">>>" in op.function.__doc__


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_first_derivatives(op: Op, sample: Sample):
    assert gradcheck(calling(op, sample), tensors(op, sample), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_second_derivatives(op: Op, sample: Sample):
    assert gradgradcheck(calling(op, sample), tensors(op, sample), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_memory_layout_does_not_matter(op: Op, sample: Sample):
    def scattered(array):
        wide = np.zeros((*array.shape, 2), array.dtype)
        wide[..., 0] = array
        return wide[..., 0].T.copy().T if array.ndim else np.asarray(array)

    call = calling(op, sample)
    results = []
    for convert in (np.ascontiguousarray, scattered, lambda array: array):
        inputs = tensors(op, sample, convert)
        y = call(*[x.reshape(np.shape(a)) for x, a in zip(inputs, arrays(op, sample))])
        y.sum().backward()
        results.append([y, *(x.grad for x in inputs if x.requires_grad)])
    for other in results[1:]:
        for expected, found in zip(results[0], other, strict=True):
            np.testing.assert_allclose(expected.array, found.array, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_float32_stays_float32(op: Op, sample: Sample):
    if op.name == "cast":
        pytest.skip("changing the dtype is what it does")
    single = lambda array: array.astype(np.float32) if array.dtype.kind == "f" else array  # noqa: E731
    inputs = tensors(op, sample, single)
    y = calling(op, sample)(*inputs)
    assert y.dtype == np.float32
    rules = op.rules_for(tuple(x.array for x in inputs))
    g = np.ones(y.shape, np.float32) if y.ndim else np.float32(1)
    raw = tuple(x.array for x in inputs)
    params = op.defaults | dict(sample.params)
    for x, rule, flows in zip(inputs, rules, differentiable_arguments(op, len(inputs))):
        if flows and x.requires_grad:
            assert rule(g, y.array, raw, params, x.array).dtype == np.float32


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_inputs_and_parameters_are_left_alone(op: Op, sample: Sample):
    inputs = tensors(op, sample)
    before = [np.array(x.array) for x in inputs]
    calling(op, sample)(*inputs).sum().backward()
    for x, expected in zip(inputs, before, strict=True):
        np.testing.assert_array_equal(x.array, expected)
