"""The decorator `differentiable`, the calls it makes, dtype promotion, and the errors."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import dtypes
from autograd_fr.autograd.op import NUMPY_TWINS, REGISTRY, Sample, differentiable, polymorphic
from autograd_fr.errors import (
    AutogradError,
    DataError,
    DimensionError,
    DtypeError,
    GradcheckError,
    GraphError,
    MissingExtra,
    ShapeError,
)


def leaf(data, dtype=np.float64) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=dtype), requires_grad=True)


@pytest.fixture
def make():
    """`differentiable` for one test only: what it registers goes afterwards."""
    before = dict(REGISTRY), dict(NUMPY_TWINS)

    def decorate(forward, **rules):
        return differentiable(**({"latex": "?", "samples": [Sample(())]} | rules))(forward)

    yield decorate
    for registry, former in zip((REGISTRY, NUMPY_TWINS), before):
        registry.clear()
        registry.update(former)


def scaled(x, factor=2.0):
    """x times a factor."""
    return x * factor


# The decorator


def test_an_operation_is_registered_and_works_on_tensors(make):
    f = make(scaled, x=lambda g, factor: g * factor)
    x = leaf([1.0, 2.0])
    f(x, factor=3.0).sum().backward()
    assert x.grad.tolist() == [3, 3]
    assert REGISTRY["scaled"].function is f
    assert (f.__name__, f.__doc__) == ("scaled", "x times a factor.")


def test_a_rule_for_an_unknown_argument(make):
    with pytest.raises(TypeError, match=r"scaled has no argument 'y'"):
        make(scaled, x=lambda g: g, y=lambda g: g)
    assert "scaled" not in REGISTRY


def test_a_rule_that_asks_for_an_unknown_thing(make):
    with pytest.raises(TypeError, match=r"rule of scaled for x asks for 'gain'.*factor"):
        make(scaled, x=lambda g, gain: g * gain)
    assert "scaled" not in REGISTRY


def test_a_rule_gets_what_it_names(make):
    seen = {}

    def combine(a, b, power=2, *, scale=1.0):
        return (a * b) ** power * scale

    def rule(like, scale, y, power, b, g, likes, a):
        seen.update(a=a, b=b, y=y, power=power, scale=scale, like=like.shape, n=len(likes))
        return g * power * (a * b) ** (power - 1) * b * scale

    f = make(combine, a=rule, b=lambda g: g)
    f(leaf(3), ag.tensor(2.0), power=3, scale=0.5).backward()
    assert seen == {"a": 3, "b": 2, "y": 108, "power": 3, "scale": 0.5, "like": (), "n": 2}


def test_an_argument_without_rule_has_no_gradient(make):
    def pick(mask, x):
        return x * mask

    f = make(pick, x=lambda g, mask: g * mask)
    mask, x = leaf([1.0, 0.0]), leaf([3.0, 4.0])
    f(mask, x).sum().backward()
    assert x.grad.tolist() == [1, 0]
    assert mask.grad is None


def test_numpy_twins_are_entered(make):
    make(scaled, x=lambda g: g, numpy=(np.cbrt,))
    assert np.cbrt(ag.tensor([1.0])).tolist() == [2]


def test_a_rule_written_with_another_operation_is_recorded(make):
    def wave(x):
        return np.sin(x)

    f = make(wave, x=lambda g, x: g * polymorphic(ag.cos)(x))
    x = leaf(0.3)
    (dx,) = ag.autograd.grad(f(x), x, create_graph=True)
    (ddx,) = ag.autograd.grad(dx, x)
    assert ddx.item() == pytest.approx(-np.sin(0.3))


# Calls


@pytest.mark.parametrize("name", ["sum", "mean", "amax", "amin", "logsumexp", "var"])
def test_numpy_s_keywords_are_understood(name):
    x = leaf(np.arange(6.0).reshape(2, 3))
    f = getattr(ag, name)
    expected = f(x, dim=1, keepdim=True)
    for found in (f(x, axis=1, keepdims=True), getattr(x, name)(axis=1, keepdims=True)):
        np.testing.assert_array_equal(found.array, expected.array)


@pytest.mark.parametrize("name", ["max", "min", "argmax", "argmin"])
def test_numpy_s_keywords_are_understood_by_searches(name):
    x = leaf(np.arange(6.0).reshape(2, 3))
    f = getattr(ag, name)
    result = f(x, axis=1, keepdims=True)
    assert getattr(result, "values", result).shape == (2, 1)


def test_an_axis_given_twice_is_refused():
    with pytest.raises(TypeError, match="dim"):
        leaf([[1.0]]).sum(dim=0, axis=1)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: ag.sum(x, dims=0), "sum"),
        (lambda x: ag.exp(x, 3), "exp"),
        (lambda x: ag.exp(x, base=2), "exp"),
        (lambda x: ag.mul(x), "mul"),
        (lambda x: ag.mul(x, x, x), "mul"),
        (lambda x: ag.softmax(x), "softmax"),
        (lambda x: ag.cat(), "cat"),
    ],
)
def test_arguments_that_do_not_fit(call, name):
    with pytest.raises(TypeError, match=rf"{name}\(\)"):
        call(leaf([1.0]))


# Dtypes


@pytest.mark.parametrize(("a", "b"), [("float32", "float64"), ("float16", "float32")])
@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "pow", "maximum", "minimum"])
def test_mixed_dtypes_are_recorded_as_casts(name, a, b):
    x, z = leaf([2.0, 3.0], a), leaf([1.0, 2.0], b)
    y = getattr(ag, name)(x, z)
    assert y.dtype == b
    y.sum().backward()
    assert (x.grad.dtype, z.grad.dtype) == (a, b)


def test_a_wide_number_does_not_widen():
    x = leaf([1.0, 2.0], np.float32)
    y = x * np.float64(2) + 1
    y.sum().backward()
    assert y.dtype == x.grad.dtype == ag.float32


def test_a_cast_in_the_graph_is_exact():
    x = leaf([1.0, 2.0], np.float32)
    (x.double() * ag.tensor([1.0, 1e-3], dtype=ag.float64)).sum().backward()
    assert x.grad.dtype == ag.float32
    np.testing.assert_array_equal(x.grad.array, np.float32([1, 1e-3]))


@pytest.mark.parametrize(
    ("a", "b", "advice"),
    [
        ("float32", "float64", r"\.to\(float32\) or \.to\(float64\)"),
        ("int64", "float32", r"with \.to\(float32\)\n"),
        ("int32", "int64", r"\.to\(int32\) or \.to\(int64\)"),
    ],
)
@pytest.mark.parametrize("f", [ag.matmul, ag.linear])
def test_products_of_matrices_refuse_mixed_dtypes(f, a, b, advice):
    x, z = ag.tensor(np.ones((2, 2), a)), ag.tensor(np.ones((2, 2), b))
    with pytest.raises(DtypeError, match=rf"{f.__name__}: .*{a} and {b}; .*{advice}"):
        f(x, z)


def test_cat_and_where_promote():
    x, z = leaf([1.0], np.float32), leaf([2.0])
    y = ag.cat([x, z])
    y.sum().backward()
    assert (y.dtype, x.grad.dtype, z.grad.dtype) == (ag.float64, ag.float32, ag.float64)
    assert ag.where(ag.tensor([True]), x, z).dtype == ag.float64


@pytest.mark.parametrize(
    "name", ["exp", "log1p", "sqrt", "sin", "cos", "tanh", "sigmoid", "softplus"]
)
@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
def test_integers_become_the_default_floating_dtype(name, dtype):
    assert getattr(ag, name)(ag.tensor([0, 1], dtype=dtype)).dtype == ag.float32


TORCH_KINDS = ["dim", "0-d", "number"]


def operands(dtype):
    """One tensor with an axis, one without, and a Python number, of about this dtype."""
    one = np.ones((), dtype).item()
    return np.ones(2, dtype), np.ones((), dtype), one


@pytest.mark.parametrize("b_kind", TORCH_KINDS)
@pytest.mark.parametrize("a_kind", TORCH_KINDS[:2])
def test_promotion_is_pytorch_s(a_kind, b_kind):
    torch = pytest.importorskip("torch", reason="the reference for promotion")
    for d1, d2 in itertools.product(dtypes.SUPPORTED, repeat=2):
        a = operands(d1)[TORCH_KINDS.index(a_kind)]
        b = operands(d2)[TORCH_KINDS.index(b_kind)]
        ours = dtypes.result_type(
            *(dtypes.as_array(x) if isinstance(x, np.ndarray) else x for x in (a, b))
        )
        ta, tb = (torch.from_numpy(x) if isinstance(x, np.ndarray) else x for x in (a, b))
        expected = str(torch.result_type(ta, tb)).removeprefix("torch.")
        assert str(ours) == expected, (d1, d2)
        added = ag.tensor(a) + (ag.tensor(b) if isinstance(b, np.ndarray) else b)
        assert str(added.dtype) == expected, (d1, d2)


# Errors


def test_kinds_of_errors():
    assert issubclass(AutogradError, RuntimeError)
    assert issubclass(ShapeError, ValueError)
    assert issubclass(DimensionError, IndexError)
    assert issubclass(DimensionError, ShapeError)
    assert issubclass(DtypeError, TypeError)
    assert all(
        issubclass(e, AutogradError) for e in (ShapeError, DtypeError, GraphError, GradcheckError)
    )
    assert issubclass(DataError, ValueError)
    assert issubclass(MissingExtra, ImportError)


X = ag.zeros(2, 3)
MISFITS = [
    (lambda: X + ag.zeros(4), ShapeError, r"add: shapes \(2, 3\) and \(4,\)"),
    (lambda: X @ ag.zeros(2), ShapeError, r"matmul: shapes \(2, 3\) and \(2,\)"),
    (lambda: X @ 2, ShapeError, r"matmul of shapes \(2, 3\) and \(\)"),
    (lambda: X.reshape(4, 2), ShapeError, r"reshape: `X` of shape \(2, 3\)"),
    (lambda: ag.cat([X, ag.zeros(2, 2)]), ShapeError, "cat.*tensor 1 has length 2 along axis 1.*3"),
    (lambda: ag.cat([]), ShapeError, "cat"),
    (lambda: ag.stack([X, ag.zeros(2, 2)]), ShapeError, "stack: tensor 1"),
    (lambda: X.expand(2, 4), ShapeError, r"expand of \(2, 3\)"),
    (lambda: ag.linear(X, ag.zeros(4, 2)), ShapeError, r"linear: .*\(2, 3\).*\(4, 2\)"),
    (lambda: X.sum(2), DimensionError, "sum: axis 2 of a tensor with 2 axes"),
    (lambda: X.softmax(-3), DimensionError, "softmax: axis -3"),
    (lambda: X[2], DimensionError, r"getitem of \(2, 3\)"),
    (lambda: X[0, 0, 0], DimensionError, "getitem of"),
    (lambda: X.transpose(0, 2), DimensionError, "transpose: axis 2"),
    (lambda: X.permute(0), ShapeError, "permute of"),
    (lambda: X.squeeze(2), DimensionError, "squeeze"),
    (lambda: X.unsqueeze(4), DimensionError, "unsqueeze"),
    (lambda: X.unsqueeze(-4), DimensionError, "unsqueeze"),
    (lambda: X.flatten(2), DimensionError, "flatten"),
    (lambda: X.flatten(0, 2), DimensionError, "flatten"),
    (lambda: X.flatten(1, 0), ShapeError, "flatten"),
    (lambda: X.max(2), DimensionError, "max"),
    (lambda: X.argmax(2), DimensionError, "argmax"),
    (lambda: ag.zeros(0).max(), ShapeError, "max of"),
    (lambda: ag.zeros(0).argmax(), ShapeError, "argmax"),
    (lambda: X.lt(ag.zeros(4)), ShapeError, "lt: shapes"),
    (lambda: X + "a", DtypeError, "'a'"),
    (lambda: X + None, DtypeError, "None"),
    (lambda: X + 1j, DtypeError, "1j"),
    (lambda: -ag.tensor([True]), DtypeError, "neg of"),
    (lambda: ag.tensor([1]).mean(), DtypeError, r"mean.*float\(\)"),
    (lambda: ag.tensor([1]).var(), DtypeError, r"var.*float\(\)"),
    (lambda: ag.tensor([2]) ** -1, AutogradError, r"pow of .*negative"),
    (lambda: ag.clamp(X), AutogradError, "clamp needs"),
    (lambda: X[ag.zeros(2)], DtypeError, "getitem: .*float32"),
    (lambda: ag.take_along_dim(X, ag.tensor([[5]]), 1), DimensionError, "take_along_dim of"),
]


@pytest.mark.parametrize(("call", "kind", "message"), MISFITS, ids=range(len(MISFITS)))
def test_errors_name_the_operation_and_what_it_was_given(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_a_negative_power_of_integers_is_no_matter_of_shapes():
    with pytest.raises(AutogradError) as caught:
        ag.tensor([2]) ** -1
    assert not isinstance(caught.value, ShapeError)
