"""Tensors print as PyTorch's do."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the text is compared with")

INF, NAN = float("inf"), float("nan")
rng = np.random.default_rng(0)
SHOWN = {
    "number": 1.5,
    "whole number": 3.0,
    "integer": 3,
    "truth": True,
    "negative zero": -0.0,
    "large": 123456.789,
    "large whole": 1e7,
    "very large whole": 1e9,
    "small": 1e-5,
    "nan": NAN,
    "inf": -INF,
    "vector": [1.0, 2.5, -3.25],
    "whole": [1.0, -2.0, 30.0],
    "whole of many sizes": [1.0, 2000.0],
    "whole and zero": [0.0, 10000.0],
    "zeros": [0.0, 0.0],
    "sizes": [0.001, 1.0, 100.0],
    "ratio of 1000": [0.5, 500.0],
    "ratio above 1000": [0.5, 501.0],
    "tiny": [1e-5, 2e-5],
    "just not tiny": [1e-4, 2e-4],
    "huge": [1.5e8, 2.5e8],
    "huge whole": [1e8, 2e8],
    "just huge": [99999999.0, 1.0],
    "nan among": [1.5, NAN, 2.0],
    "nan among whole": [1.0, NAN, 2.0],
    "inf among": [1.5, INF, -INF],
    "inf among whole": [1.0, INF, -INF],
    "only nan": [NAN, NAN],
    "integers": [1, -20, 300],
    "truths": [True, False],
    "matrix": [[1.0, 2.5], [-3.25, 100.125]],
    "integer matrix": [[1, 2], [30, -4]],
    "cube": rng.normal(size=(2, 2, 3)).round(3).tolist(),
    "four axes": rng.integers(0, 9, (2, 1, 2, 2)).tolist(),
    "long": list(range(40)),
    "long floats": rng.normal(size=30).tolist(),
    "long truths": [True, False] * 20,
    "long scientific": (10.0 ** rng.uniform(-6, 6, 12)).tolist(),
    "wide matrix": rng.normal(size=(2, 15)).tolist(),
    "summary": np.arange(1001).tolist(),
    "not yet a summary": np.arange(1000).tolist(),
    "summary of floats": np.linspace(0, 1, 2000).tolist(),
    "summary with large middle": [1.0] * 600 + [1e6] + [1.0] * 600,
    "summary of a matrix": np.arange(3000).reshape(50, 60).tolist(),
    "summary of a tall matrix": np.arange(2000).reshape(1000, 2).tolist(),
    "summary of a cube": np.arange(8000.0).reshape(20, 20, 20).tolist(),
    "empty": [],
    "empty matrix": [[]],
}


def ours(t: ag.Tensor) -> str:
    return repr(t)


def theirs(t) -> str:
    return repr(t).replace("torch.", "")


@pytest.mark.parametrize("data", SHOWN.values(), ids=SHOWN)
def test_text(data):
    assert ours(ag.tensor(data)) == theirs(torch.tensor(data))


@pytest.mark.parametrize("dtype", ["float16", "float64", "int8", "int32", "uint8", "int64", "bool"])
@pytest.mark.parametrize("data", [2, [0, 1, 2], [[]]], ids=["number", "vector", "empty"])
def test_dtypes(data, dtype):
    expected = theirs(torch.tensor(data, dtype=getattr(torch, dtype)))
    assert ours(ag.tensor(data, dtype=dtype)) == expected


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0,), (2, 0, 1)])
def test_empty_shapes(shape):
    assert ours(ag.zeros(shape)) == theirs(torch.zeros(shape))


@pytest.mark.parametrize("data", [2.0, [1.0, 2.0], [[0.5] * 12] * 2])
@pytest.mark.parametrize("f", [lambda x: x, lambda x: x + 1, lambda x: x.exp(), lambda x: x.sum()])
def test_gradients_are_mentioned(data, f):
    x, t = ag.tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
    assert ours(f(x)) == theirs(f(t))


def test_gradients_and_dtype_are_mentioned_together():
    x = ag.tensor([1.0], dtype="float64", requires_grad=True)
    t = torch.tensor([1.0], dtype=torch.float64, requires_grad=True)
    assert ours(x) == theirs(t)
    assert ours(x * 2) == theirs(t * 2)


@pytest.mark.parametrize("spec", ["", ".3f", "5.1e"])
def test_format_of_a_number(spec):
    assert format(ag.tensor(1.5), spec) == format(torch.tensor(1.5), spec)


def test_format_of_several_entries():
    assert f"{ag.tensor([1.0, 2.0])}" == f"{torch.tensor([1.0, 2.0])}"
    with pytest.raises(TypeError):
        format(ag.tensor([1.0, 2.0]), ".2f")


OPTIONS = [
    {"sci_mode": True}, {"sci_mode": False}, {"precision": 2}, {"precision": 0},
    {"precision": 8, "sci_mode": True}, {"linewidth": 20}, {"linewidth": 120}, {"profile": "short"},
    {"profile": "full"}, {"threshold": 2, "edgeitems": 1},
    {"threshold": 5, "linewidth": 40, "edgeitems": 2},
]  # fmt: skip


@pytest.fixture(params=OPTIONS, ids=str)
def options(request):
    for module in (ag, torch):
        module.set_printoptions(**request.param)
    yield
    for module in (ag, torch):
        module.set_printoptions(profile="default")


def test_options(options):
    for data in SHOWN.values():
        assert ours(ag.tensor(data)) == theirs(torch.tensor(data))
        if isinstance(data, list) and data and isinstance(data[0], float):
            x, t = ag.tensor(data, requires_grad=True), torch.tensor(data, requires_grad=True)
            assert ours(x) == theirs(t)
            assert ours(x * 1) == theirs(t * 1)


def test_an_unknown_profile():
    with pytest.raises(ValueError, match="default, short, full"):
        ag.set_printoptions(profile="tiny")
