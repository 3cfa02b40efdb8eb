"""The same call in PyTorch and here: values, shapes, dtypes, first and second derivatives."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import REGISTRY

torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")

TOLERANCE = {"float64": (1e-12, 1e-13), "float32": (1e-5, 1e-6)}
DTYPES = pytest.mark.parametrize("dtype", list(TOLERANCE))


def same(ours, theirs, dtype="float64", wider=1.0) -> None:
    """Equal values, shape and dtype."""
    rtol, atol = (wider * tolerance for tolerance in TOLERANCE[dtype])
    assert tuple(ours.shape) == tuple(theirs.shape)
    assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
    found = theirs.numpy(force=True)
    np.testing.assert_allclose(ours.array, found, rtol=rtol, atol=atol)


def first(result):
    """The values of a result that also has indices."""
    return (
        getattr(result, "values", result) if not callable(getattr(result, "values", 0)) else result
    )


def compare(call, arrays, dtype="float64", second=True, wider=1.0) -> None:
    """`call(module, *tensors)` done by both, with derivatives for random upstream gradients."""
    arrays = [
        np.array(a, dtype) if np.asarray(a).dtype.kind == "f" else np.array(a) for a in arrays
    ]
    xs = [ag.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    ts = [torch.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    y, u = first(call(ag, *xs)), first(call(torch, *ts))
    same(y, u, dtype, wider)
    assert y.requires_grad == u.requires_grad
    if not u.requires_grad:
        return
    rng = np.random.default_rng(7)
    g = np.array(rng.uniform(0.5, 1.5, u.shape), str(y.dtype))
    xs, ts = [x for x in xs if x.requires_grad], [t for t in ts if t.requires_grad]
    dx = ag.autograd.grad(y, xs, g, create_graph=second, allow_unused=True)
    dt = torch.autograd.grad(u, ts, torch.tensor(g), create_graph=second, allow_unused=True)
    matching(dx, dt, dtype, wider)
    if not second:
        return
    weights = [np.array(rng.uniform(0.5, 1.5, a.shape), str(a.dtype)) for a in xs]
    total, wanted = (
        sum((d * make(w)).sum() for d, w in zip(ds, weights) if d is not None)
        for ds, make in ((dx, ag.tensor), (dt, torch.tensor))
    )
    if wanted.requires_grad and wanted.grad_fn is not None:
        ddx = (
            ag.autograd.grad(total, xs, allow_unused=True)
            if total.requires_grad
            else [None] * len(xs)
        )
        ddt = torch.autograd.grad(wanted, ts, allow_unused=True)
        matching(ddx, ddt, dtype, wider)


def matching(ours, theirs, dtype, wider=1.0) -> None:
    """Equal gradients; none at all is as good as zeros."""
    for d, e in zip(ours, theirs, strict=True):
        if e is None:
            assert d is None or not d.array.any()
        elif d is None:
            assert not e.any()
        else:
            same(d, e, dtype, wider)


def drawn(*shapes, seed=0, low=-2.0, high=2.0):
    rng = np.random.default_rng(seed)
    return [rng.uniform(low, high, shape) for shape in shapes]


M, V, C, S = drawn((3, 4), (4,), (2, 3, 4), ())
N = np.abs(M) + 0.3

CALLS = {
    # arithmetic
    "x + y": (lambda m, x, y: x + y, M, V),
    "1 - x": (lambda m, x: 1 - x, M),
    "2 / x": (lambda m, x: 2 / x, N),
    "x / y": (lambda m, x, y: x / y, V, N),
    "x ** 3": (lambda m, x: x**3, M),
    "x ** -2": (lambda m, x: x**-2, N),
    "x ** 0": (lambda m, x: x**0, M),
    "x ** 0.5": (lambda m, x: x**0.5, N),
    "x ** y": (lambda m, x, y: x**y, N, V),
    "2 ** x": (lambda m, x: 2**x, M),
    "-x": (lambda m, x: -x, M),
    "abs(x)": (lambda m, x: abs(x), M),
    "x * True": (lambda m, x: x * True, M),
    "number * x": (lambda m, s, x: s * x, S, M),
    "x - x.mean()": (lambda m, x: x - x.mean(), M),
    "pow method": (lambda m, x: x.pow(2), M),
    "div function": (lambda m, x: m.div(x, 3), M),
    "maximum": (lambda m, x, y: m.maximum(x, y), M, V),
    "minimum": (lambda m, x, y: x.minimum(y), M, V),
    "max of two": (lambda m, x, y: m.max(x, y), M, V),
    "where": (lambda m, x, y: m.where(x > 0, x, y), M, V),
    "where number": (lambda m, x: m.where(x > 0, x, 0.5), M),
    "clamp": (lambda m, x: x.clamp(-1, 1), M),
    "clamp min": (lambda m, x: m.clamp(x, min=0.5), M),
    "clamp max": (lambda m, x: m.clamp(x, max=0.5), M),
    "clamp crossed": (lambda m, x: x.clamp(1, -1), M),
    # reductions
    "sum": (lambda m, x: x.sum(), C),
    "sum dim": (lambda m, x: x.sum(1), C),
    "sum negative dim": (lambda m, x: m.sum(x, -1), C),
    "sum dims": (lambda m, x: x.sum((0, 2)), C),
    "sum list of dims": (lambda m, x: x.sum([0, -1]), C),
    "sum keepdim": (lambda m, x: x.sum(dim=1, keepdim=True), C),
    "sum keepdim by position": (lambda m, x: x.sum(1, True), C),
    "mean": (lambda m, x: x.mean(), C),
    "mean dims": (lambda m, x: x.mean((0, 1), keepdim=True), C),
    "mean list of dims": (lambda m, x: m.mean(x, [1, 2]), C),
    "var": (lambda m, x: x.var(), C),
    "var dim": (lambda m, x: x.var(1), C),
    "var dims": (lambda m, x: m.var(x, dim=(0, 2), correction=0, keepdim=True), C),
    "amax": (lambda m, x: x.amax(), C),
    "amax dims": (lambda m, x: x.amax((0, 2)), C),
    "amin list": (lambda m, x: m.amin(x, [0, 1], True), C),
    "max": (lambda m, x: x.max(), C),
    "max dim": (lambda m, x: x.max(1), C),
    "max dim keepdim": (lambda m, x: m.max(x, -1, True), C),
    "max indices": (lambda m, x: x.max(1).indices, C),
    "max unpacked": (lambda m, x: next(iter(x.max(dim=0))), C),
    "min dim": (lambda m, x: x.min(dim=2, keepdim=True), C),
    "max of a number": (lambda m, x: x.max(0), S),
    "argmax": (lambda m, x: x.argmax(), C),
    "argmax dim": (lambda m, x: x.argmax(1), C),
    "argmin keepdim": (lambda m, x: m.argmin(x, dim=-1, keepdim=True), C),
    "logsumexp": (lambda m, x: x.logsumexp(1), C),
    "logsumexp dims": (lambda m, x: m.logsumexp(x, (0, 2), keepdim=True), C),
    "logsumexp list": (lambda m, x: m.logsumexp(x, [0, 2]), C),
    "softmax": (lambda m, x: x.softmax(-1), C),
    "softmax function": (lambda m, x: m.softmax(x, dim=1), C),
    "log_softmax": (lambda m, x: x.log_softmax(dim=0), C),
    "sum of a number": (lambda m, x: x.sum(0), S),
    "all": (lambda m, x: (x > -9).all(), M),
    "any": (lambda m, x: (x > 1).any(), M),
    # shape
    "reshape": (lambda m, x: x.reshape(2, 6), M),
    "reshape tuple": (lambda m, x: m.reshape(x, (-1, 2)), M),
    "view": (lambda m, x: x.view(4, -1), M),
    "flatten": (lambda m, x: x.flatten(), C),
    "flatten from": (lambda m, x: m.flatten(x, 1), C),
    "flatten between": (lambda m, x: x.flatten(start_dim=0, end_dim=1), C),
    "flatten a number": (lambda m, x: x.flatten(), S),
    "transpose": (lambda m, x: x.transpose(0, 2), C),
    "transpose by name": (lambda m, x: x.transpose(dim0=0, dim1=-1), C),
    "permute": (lambda m, x: x.permute(2, 0, 1), C),
    "permute tuple": (lambda m, x: m.permute(x, (1, 2, 0)), C),
    "swapaxes": (lambda m, x: x.swapaxes(0, 1), C),
    "t": (lambda m, x: x.t(), M),
    "T": (lambda m, x: x.T, M),
    "mT": (lambda m, x: x.mT, C),
    "squeeze": (lambda m, x: x.squeeze(), M[None, :, None]),
    "squeeze dim": (lambda m, x: x.squeeze(0), M[None, :, None]),
    "squeeze a long dim": (lambda m, x: x.squeeze(1), M[None]),
    "squeeze dims": (lambda m, x: x.squeeze((0, 2)), M[None, :, None]),
    "squeeze a number": (lambda m, x: x.squeeze(), S),
    "squeeze a number's dim": (lambda m, x: x.squeeze(0), S),
    "unsqueeze": (lambda m, x: x.unsqueeze(1), M),
    "unsqueeze last": (lambda m, x: m.unsqueeze(x, -1), M),
    "unsqueeze first from the end": (lambda m, x: m.unsqueeze(x, -3), M),
    "unsqueeze a number": (lambda m, x: x.unsqueeze(0), S),
    "expand": (lambda m, x: x.expand(3, 4), V),
    "expand -1": (lambda m, x: x.expand(2, -1, -1), M),
    "expand length 1": (lambda m, x: x.expand(-1, 5), M[:, :1]),
    "broadcast_to": (lambda m, x: m.broadcast_to(x, (2, 3, 4)), M),
    "cat": (lambda m, x, y: m.cat([x, y]), M, M[:1]),
    "cat dim": (lambda m, x, y: m.cat((x, y, x), dim=-1), M, M[:, :1]),
    "cat empty part": (lambda m, x, y: m.cat([x, y]), M, M[:0]),
    "stack": (lambda m, x, y: m.stack([x, y]), M, N),
    "stack dim": (lambda m, x, y: m.stack((x, y), dim=1), M, N),
    "stack last": (lambda m, x, y: m.stack((x, y), -1), M, N),
    "clone": (lambda m, x: x.clone(), M),
    # indexing
    "row": (lambda m, x: x[1], M),
    "entry": (lambda m, x: x[1, -1], M),
    "slice": (lambda m, x: x[:, 1:3], M),
    "step": (lambda m, x: x[::2, ::3], M),
    "ellipsis": (lambda m, x: x[..., 0], C),
    "new axis": (lambda m, x: x[:, None], M),
    "list": (lambda m, x: x[[0, 2, 2]], M),
    "empty list": (lambda m, x: x[[]], M),
    "empty slice": (lambda m, x: x[5:], M),
    "two lists": (lambda m, x: x[[0, 1, 1], [1, 2, 2]], M),
    "tensor": (lambda m, x: x[m.tensor([2, 0, 2])], M),
    "rows and a tensor": (lambda m, x: x[m.arange(3), m.tensor([1, 0, 3])], M),
    "split by a slice": (lambda m, x: x[[0, 1], :, [1, 2]], C),
    "mask": (lambda m, x: x[x > 0], M),
    "mask of rows": (lambda m, x: x[m.tensor([True, False, True])], M),
    "list of bools": (lambda m, x: x[[True, False, True]], M),
    "a True": (lambda m, x: x[True], M),
    "0-d index": (lambda m, x: x[m.tensor(1)], M),
    "take_along_dim": (lambda m, x: m.take_along_dim(x, m.tensor([[0, 3], [1, 1], [2, 0]]), 1), M),
    "take_along_dim broadcast": (lambda m, x: m.take_along_dim(x, m.tensor([[1]]), 1), M),
    "take_along_dim rows": (lambda m, x: m.take_along_dim(x, m.tensor([[0, 2, 2, 1]]), dim=0), M),
    "take_along_dim flat": (lambda m, x: m.take_along_dim(x, m.tensor([1, 7])), M),
    # products
    "matrix @ matrix": (lambda m, x, y: x @ y.T, M, N),
    "matrix @ vector": (lambda m, x, y: x @ y, M, V),
    "vector @ matrix": (lambda m, x, y: y @ x.T, M, V),
    "vector @ vector": (lambda m, x: x @ x, V),
    "batch @ matrix": (lambda m, x, y: m.matmul(x, y.T), C, M),
    "mm": (lambda m, x: x.mm(x.t()), M),
}  # fmt: skip


@DTYPES
@pytest.mark.parametrize(("call", "arrays"), [(c, a) for c, *a in CALLS.values()], ids=CALLS)
def test_calls(call, arrays, dtype):
    compare(call, arrays, dtype)


# Every operation of the registry that PyTorch has, on its own samples

THEIRS = {
    "add_at": None, "cast": None, "read_at": lambda x, index: x[index],
    "linear": torch.nn.functional.linear, "softplus": torch.nn.functional.softplus,
    "where": lambda c, a, b: torch.where(c, a, b),
    "reshape": lambda x, shape: x.reshape(shape), "clone": torch.clone,
    # Inner operations of functions whose names they have, and which are compared in their place.
    "binary_cross_entropy_with_logits": None, "convolution": None, "ctc_loss": None,
}  # fmt: skip

# Where PyTorch is the less exact one, by how much.
WIDER = {
    "digamma": 1e4, "lgamma": 1e4, "polygamma": 1e4,  # it cuts the series of trigamma off early
    "sinc": 10,  # in float32 its derivatives subtract close numbers
}  # fmt: skip


# Flat almost everywhere: here the derivative is 0, PyTorch has none and raises.
UNDERIVED = {"floor_divide", "heaviside"}


def counterpart(op):
    """PyTorch's function for an operation; None where there is none."""
    return THEIRS.get(op.name, getattr(torch, op.name, None))


@DTYPES
@pytest.mark.parametrize(
    ("op", "sample"),
    [
        pytest.param(op, sample, id=f"{op.name}: {sample}")
        for op in REGISTRY.values()
        for sample in op.samples
        if counterpart(op) and op.name not in UNDERIVED
    ],
)
def test_samples_of_the_registry(op, sample, dtype):
    theirs = counterpart(op)
    params = dict(sample.params)
    arrays = sample.arrays(np.random.default_rng(1))
    if op.name == "pow" and not isinstance(sample.tensors[-1], tuple):
        arrays[0] = np.abs(arrays[0]) + 0.3  # else the derivative by the exponent is nan

    def call(module, *tensors):
        if module is ag:
            return (
                op.function(tensors, **params) if op.variadic else op.function(*tensors, **params)
            )
        given = {k: torch.tensor(v) if isinstance(v, np.ndarray) else v for k, v in params.items()}
        if "index" in given and isinstance(given["index"], tuple):
            given["index"] = tuple(
                torch.tensor(i) if isinstance(i, np.ndarray) else i for i in given["index"]
            )
        return theirs(tensors, **given) if op.variadic else theirs(*tensors, **given)

    # PyTorch's derivative of b * a**(b - 1) by b is 0 at b = 0, which is not so.
    second = not (op.name == "pow" and (arrays[1] == 0).any())
    compare(call, arrays, dtype, second, WIDER.get(op.name, 1))


# Ties, kinks and ends

INF = float("inf")
EDGES = {
    "relu at 0": (lambda m, x: m.relu(x), [-1.0, 0.0, -0.0, 2.0]),
    "abs at 0": (lambda m, x: m.abs(x), [-1.0, 0.0, 2.0]),
    "maximum at a tie": (lambda m, x, y: m.maximum(x, y), [1.0, 2.0], [1.0, 3.0]),
    "minimum at a tie": (lambda m, x, y: m.minimum(x, y), [1.0, 2.0], [1.0, 3.0]),
    "amax with ties": (lambda m, x: x.amax(1), [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]),
    "amin with ties": (lambda m, x: x.amin((0, 1)), [[1.0, 3.0], [1.0, 1.0]]),
    "max with ties": (lambda m, x: x.max(), [1.0, 3.0, 3.0]),
    "max dim with ties": (lambda m, x: x.max(1), [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]),
    "min dim with ties": (lambda m, x: x.min(0), [[1.0, 3.0, 3.0], [1.0, 2.0, 3.0]]),
    "clamp at its bounds": (lambda m, x: x.clamp(-1, 1), [-2.0, -1.0, 0.0, 1.0, 2.0]),
    "sqrt at 0": (lambda m, x: x.sqrt(), [0.0, 4.0]),
    "log at 0": (lambda m, x: x.log(), [0.0, 4.0]),
    "1 / 0": (lambda m, x: 1 / x, [0.0, 4.0]),
    "0 ** 0": (lambda m, x: x**0, [0.0, 1.0]),
    "0 ** 1": (lambda m, x: x**1, [0.0, 1.0]),
    "0 ** 2": (lambda m, x: x**2, [0.0, -1.0]),
    "0 ** -1": (lambda m, x: x**-1, [0.0, 1.0]),
    "0 ** 0.5": (lambda m, x: x**0.5, [0.0, 1.0]),
    "pow of tensors": (
        lambda m, x, y: x**y, [0.0, 0.0, 0.0, -1.0, 2.0], [0.0, 2.0, -1.0, 2.0, 0.0],
    ),
    "0 ** x": (lambda m, y: 0.0**y, [0.0, 1.0, 2.0]),
    "negative ** x": (lambda m, y: (-2.0) ** y, [0.0, 1.0, 2.0]),
    "0-d tie": (lambda m, x, y: m.maximum(x, y), 1.0, 1.0),
    "var of one": (lambda m, x: x.var(), [3.0]),
    "var of one, dim": (lambda m, x: x.var(1), [[3.0], [4.0]]),
    "var of equal entries": (lambda m, x: x.var(), [3.0, 3.0]),
    "logsumexp of -inf": (lambda m, x: x.logsumexp(1), [[-INF, 0.0], [-INF, -INF]]),
    "logsumexp of inf": (lambda m, x: x.logsumexp(0), [INF, 0.0]),
    "softmax masked": (lambda m, x: x.softmax(0), [-INF, 0.0, 1.0]),
    "log_softmax masked": (lambda m, x: x.log_softmax(0)[1:], [-INF, 0.0, 1.0]),
    "where hides nan": (lambda m, x: m.where(x > 0, x, 0.0), [-1.0, 2.0]),
    "max with nan": (lambda m, x: x.max(0), [1.0, float("nan"), 3.0]),
    "empty sum": (lambda m, x: x.sum(), np.zeros(0)),
    "empty sum dim": (lambda m, x: x.sum(0), np.zeros((0, 3))),
    "empty mean": (lambda m, x: x.mean(), np.zeros(0)),
    "empty softmax": (lambda m, x: x.softmax(0), np.zeros((0, 3))),
    "empty log_softmax": (lambda m, x: x.log_softmax(0), np.zeros((0, 3))),
    "empty logsumexp": (lambda m, x: x.logsumexp(0), np.zeros((0, 3))),
    "empty matmul": (lambda m, x, y: x @ y, np.zeros((2, 0)), np.zeros((0, 3))),
}  # fmt: skip


@DTYPES
@pytest.mark.parametrize(("call", "arrays"), [(c, a) for c, *a in EDGES.values()], ids=EDGES)
def test_ties_kinks_and_ends(call, arrays, dtype):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "var.*degrees of freedom", UserWarning)  # PyTorch's own
        compare(call, [np.asarray(a, float) for a in arrays], dtype, second=False)


EXTREME = np.array([[-1000.0, -100, -30, 0], [1000, 100, 30, 1], [-1000, 1000, 0, 1000]])
STABLE = {
    "sigmoid": lambda m, x: m.sigmoid(x),
    "tanh": lambda m, x: m.tanh(x),
    "softplus": lambda m, x: m.nn.functional.softplus(x) if m is torch else m.softplus(x),
    "softmax": lambda m, x: x.softmax(1),
    "softmax columns": lambda m, x: x.softmax(0),
    "log_softmax": lambda m, x: x.log_softmax(1),
    "logsumexp": lambda m, x: x.logsumexp(1),
    "logsumexp all": lambda m, x: x.logsumexp((0, 1)),
    "relu": lambda m, x: m.relu(x),
}


@DTYPES
@pytest.mark.parametrize("call", STABLE.values(), ids=STABLE)
def test_extreme_inputs(call, dtype):
    compare(call, [EXTREME], dtype)
    y = call(ag, ag.tensor(EXTREME.astype(dtype)))
    assert np.isfinite(y.array).all()
