"""vmap of the same programs in PyTorch and here: values, gradients through it, and refusals."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")

rng = np.random.default_rng(0)
X = rng.normal(size=(3, 4, 5))
V = rng.normal(size=(3, 5))
A = rng.normal(size=(3, 4, 4))
I = rng.integers(0, 4, (3, 4, 5))
J = rng.integers(0, 4, (3, 3))
B = rng.random((3, 4, 5)) > 0.5


def written(y):
    y[0] = y[1] * 2
    y[:, 1] += 3
    return y


# Functions of a library, T, and of one sample, with what is mapped over.
PROGRAMS = {
    "max": (lambda T, x: x.max(), X),
    "max along": (lambda T, x: x.max(1).values, X),
    "places of max": (lambda T, x: x.max(1).indices, X),
    "argmax": (lambda T, x: x.argmax(), X),
    "sort": (lambda T, x: T.sort(x, 0, True).values, X),
    "argsort": (lambda T, x: x.argsort(1), X),
    "topk": (lambda T, x: T.topk(x, 2, 1).values, X),
    "median": (lambda T, x: x.median(1).values, X),
    "mode": (lambda T, x: x.round().mode(1).values, X),
    "kthvalue": (lambda T, x: x.kthvalue(2, 1).values, X),
    "quantile": (lambda T, x: x.quantile(0.3, 1), X),
    "cummax": (lambda T, x: x.cummax(0).values, X),
    "gather": (lambda T, x, i: T.gather(x, 0, i), X, I),
    "take_along_dim": (lambda T, x, i: T.take_along_dim(x, i, 0), X, I),
    "index_select": (lambda T, x, j: T.index_select(x, 0, j), X, J),
    "x[j]": (lambda T, x, j: x[j], X, J),
    "x[j, 1:3]": (lambda T, x, j: x[j, 1:3], X, J),
    "x[:, j]": (lambda T, x, j: x[:, j], X, J),
    "x[j, :, None]": (lambda T, x, j: x[j, :, None], X, J),
    "x[j[0]]": (lambda T, x, j: x[j[0]], X, J),
    "x[:, None, j]": (lambda T, x, j: x[:, None, j], X, J),
    "x[j, 0]": (lambda T, x, j: x[j, 0], X, J),
    "take": (lambda T, x, j: T.take(x, j), X, J),
    "scatter": (lambda T, x, i: (0 * x).scatter(0, i, x), X, np.argsort(I, 1)),
    "scatter of one": (lambda T, i: T.zeros(4, 5).scatter(0, i, 1.0), np.argsort(I, 1)),
    "scatter_add": (lambda T, x, i: T.zeros(4, 5, dtype=x.dtype).scatter_add(0, i, x), X, I),
    "scatter_reduce": (lambda T, x, i: (0 * x).scatter_reduce(0, i, x, "amax"), X, I),
    "index_add": (lambda T, x, j: (0 * x).index_add(0, j, x[:3]), X, J),
    "index_fill": (lambda T, x, j: x.index_fill(0, j, 1.5), X, J),
    "masked_fill": (lambda T, x, b: x.masked_fill(b, 2.0), X, B),
    "where": (lambda T, x, b: T.where(b, x, x * 2), X, B),
    "cov": (lambda T, x: T.cov(x), X),
    "corrcoef": (lambda T, x: T.corrcoef(x), X),
    "std": (lambda T, x: x.std(0), X),
    "nansum": (lambda T, x: x.nansum(1), X),
    "einsum": (lambda T, x: T.einsum("ij,kj->ik", x, x), X),
    "tensordot": (lambda T, x: T.tensordot(x, x, dims=([1], [1])), X),
    "outer": (lambda T, v: T.outer(v, v), V),
    "dot and entries": (lambda T, v: v[0] * v[1] + T.dot(v, v), V),
    "kron": (lambda T, x: T.kron(x, x), X),
    "matrix, vector": (lambda T, a, v: a @ v[:4], A, V),
    "inv": (lambda T, a: T.linalg.inv(a), A),
    "det": (lambda T, a: T.linalg.det(a), A),
    "solve": (lambda T, a: T.linalg.solve(a, a[0]), A),
    "svdvals": (lambda T, a: T.linalg.svdvals(a), A),
    "eigvalsh": (lambda T, a: T.linalg.eigvalsh(a + a.T), A),
    "lu": (lambda T, a: T.linalg.lu(a)[1], A),
    "matrix_exp": (lambda T, a: T.matrix_exp(a), A),
    "lstsq": (lambda T, x: T.linalg.lstsq(x.T, x.T).solution, X),
    "diag": (lambda T, v: T.diag(v), V),
    "diag_embed": (lambda T, x: T.diag_embed(x), X),
    "rot90": (lambda T, x: T.rot90(x, 1, (0, 1)), X),
    "roll": (lambda T, x: x.roll(2), X),
    "repeat": (lambda T, x: x.repeat(2, 2, 1), X),
    "expand": (lambda T, v: v.expand(3, 5), V),
    "unfold": (lambda T, v: v.unfold(0, 3, 1), V),
    "as_strided": (lambda T, x: x.as_strided((2, 2), (1, 2)), X),
    "split and cat": (lambda T, x: T.cat(x.split(3, 1)[::-1], 1), X),
    "softmax": (lambda T, x: x.softmax(0), X),
    "erf": (lambda T, x: T.erf(x), X),
    "lgamma": (lambda T, x: T.lgamma(x + 5), X),
    "bucketize": (lambda T, x: T.bucketize(x, T.tensor([-1.0, 0, 1])), X),
    "searchsorted": (lambda T, x: T.searchsorted(x.sort(1).values, x), X),
    "bincount": (lambda T, i: T.bincount(i[:, 0], minlength=5), I),
    "float times integer": (lambda T, x, i: x.float() * i, X, I),
    "atan2 of integer": (lambda T, x, i: T.atan2(x.float(), i), X, I),
    "comparison": (lambda T, x, i: x.float() > i, X, I),
    "integers divided": (lambda T, i: i // (i + 1), I),
    "written into": (lambda T, x: written(x.clone()), X),
    "changed in place": (lambda T, x: x.clone().add_(1).mul_(x).relu_(), X),
    "detached": (lambda T, x: x.detach() * x, X),
    "sizes": (lambda T, x: x * x.numel() + x.size(0) + x.ndim, X),
    "cross_entropy": (lambda T, x, i: T.nn.functional.cross_entropy(x, i[:, 0]), X, I),
    "of one row": (lambda T, x, i: T.nn.functional.cross_entropy(x[0], i[0, 0]), X, I),
    "weighted": (
        lambda T, x, i: T.nn.functional.cross_entropy(
            x, i[:, 0], weight=T.arange(5, dtype=x.dtype), label_smoothing=0.1, ignore_index=1
        ),
        X,
        I,
    ),
    "mse_loss": (lambda T, x: T.nn.functional.mse_loss(x, x.flip(0)), X),
}


def tensors(T, arrays):
    made = [T.tensor(array) for array in arrays]
    for t, array in zip(made, arrays, strict=True):
        t.requires_grad = array.dtype.kind == "f"
    return made


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name):
    program, *arrays = PROGRAMS[name]
    ours, theirs = tensors(ag, arrays), tensors(torch, arrays)
    y = ag.vmap(lambda *ts: program(ag, *ts))(*ours)
    expected = torch.stack([program(torch, *(t[k] for t in theirs)) for k in range(3)])
    assert str(expected.dtype) == f"torch.{y.dtype}"
    np.testing.assert_allclose(y.detach().numpy(), expected.detach().numpy(), rtol=1e-5, atol=1e-7)
    if not expected.requires_grad:
        return
    weights = np.random.default_rng(1).normal(size=expected.shape)
    (y * ag.tensor(weights)).sum().backward()
    (expected * torch.tensor(weights)).sum().backward()
    for t, other in zip(ours, theirs, strict=True):
        if other.grad is not None:
            np.testing.assert_allclose(t.grad.numpy(), other.grad.numpy(), rtol=1e-4, atol=1e-7)


def mapped(T, case):
    x, y = T.tensor(V), T.tensor(V * 2)
    d = {"a": x, "b": [y]}
    calls = {
        "first axis": lambda: T.vmap(T.dot)(x, y),
        "last axis": lambda: T.vmap(lambda a, b: a * b.sum(), in_dims=(-1, 1))(x, y),
        "shared": lambda: T.vmap(lambda a, b: a @ b.T, in_dims=(0, None))(x, y),
        "a number": lambda: T.vmap(lambda a, n: a * n, in_dims=(0, None))(x, 3),
        "nest": lambda: T.vmap(lambda d: d["a"] + d["b"][0])(d),
        "nested axes": lambda: T.vmap(
            lambda d: d["a"] + d["b"][0][0], in_dims=({"a": 0, "b": [None]},)
        )(d),
        "several results": lambda: T.vmap(lambda a: (a, a.sum()), out_dims=(1, 0))(x)[0],
        "results in a nest": lambda: T.vmap(
            lambda a: {"a": a, "b": [a]}, out_dims={"a": 1, "b": [0]}
        )(x)["a"],
        "one place for all": lambda: T.vmap(lambda a: [a, a], out_dims=-1)(x)[1],
        "a result for all": lambda: T.vmap(lambda a: T.ones(2))(x),
        "unmapped result": lambda: T.vmap(lambda a: T.ones(2), out_dims=None)(x),
        "chunks": lambda: T.vmap(lambda a: (a * 2, a.sum()), out_dims=(1, 0), chunk_size=2)(x)[0],
        "by name": lambda: T.vmap(lambda a, *, k: a * k)(x, k=y),
        "two levels": lambda: T.vmap(T.vmap(T.dot, (None, 0)), (0, None))(x, y),
        "crossed levels": lambda: T.vmap(T.vmap(lambda a, b: a - b, (0, None)), (1, 0), 1)(
            x, T.tensor(np.arange(5.0))
        ),
        "no samples": lambda: T.vmap(lambda a: a.sin().sum())(x[:0]),
    }
    return calls[case]() if case is not None else list(calls)


@pytest.mark.parametrize("case", mapped(ag, None))
def test_axes(case):
    y, expected = mapped(ag, case), mapped(torch, case)
    assert tuple(y.shape) == tuple(expected.shape)
    np.testing.assert_allclose(y.numpy(), expected.numpy(), rtol=1e-6)


def refused(T, case):
    x = T.tensor(V)
    one = lambda a: a  # noqa: E731
    calls = {
        "an int returned": lambda: T.vmap(lambda a: 3)(x),
        "None returned": lambda: T.vmap(lambda a: None)(x),
        "out_dims None": lambda: T.vmap(one, out_dims=None)(x),
        "out_dims of two": lambda: T.vmap(one, out_dims=(0, 1))(x),
        "out_dims beyond": lambda: T.vmap(one, out_dims=3)(x),
        "out_dims a word": lambda: T.vmap(one, out_dims="a")(x),
        "out_dims of another nest": lambda: T.vmap(lambda a: {"a": a}, out_dims={"b": 0})(x),
        "in_dims of one": lambda: T.vmap(lambda a, b: a, in_dims=(0,))(x, x),
        "in_dims None": lambda: T.vmap(one, in_dims=(None,))(x),
        "in_dims beyond": lambda: T.vmap(one, in_dims=2)(x),
        "in_dims before": lambda: T.vmap(one, in_dims=-3)(x),
        "in_dims of a number": lambda: T.vmap(one)(T.tensor(1.0)),
        "in_dims a list": lambda: T.vmap(lambda a, b: a, in_dims=[0, 0])(x, x),
        "in_dims a word": lambda: T.vmap(one, in_dims="a")(x),
        "in_dims a fraction": lambda: T.vmap(one, in_dims=0.5)(x),
        "in_dims of another nest": lambda: T.vmap(lambda d: d["a"], ({"a": 0},))({"a": x, "b": x}),
        "lengths": lambda: T.vmap(lambda a, b: a)(x, T.ones(2)),
        "no arguments": lambda: T.vmap(lambda: x)(),
        "no tensor": lambda: T.vmap(lambda a, n: a)(x, 3),
        "item": lambda: T.vmap(lambda a: a.sum().item())(x),
        "float": lambda: T.vmap(lambda a: float(a.sum()))(x),
        "if": lambda: T.vmap(lambda a: a if a.sum() > 0 else -a)(x),
        "numpy": lambda: T.vmap(lambda a: a.numpy())(x),
        "shapes that differ": lambda: T.vmap(lambda a: (a > 0).nonzero())(x),
        "randomness": lambda: T.vmap(lambda a: a + T.rand(5))(x),
        "dropout": lambda: T.vmap(T.nn.functional.dropout)(x),
        "randomness a word": lambda: T.vmap(one, randomness="often")(x),
        "chunk_size": lambda: T.vmap(one, chunk_size=0)(x),
        "into what is shared": lambda: T.vmap(lambda a, b: b.add_(a), (0, None))(x, T.ones(5)),
    }
    return calls[case]() if case is not None else list(calls)


@pytest.mark.parametrize("case", refused(ag, None))
def test_refusals(case):
    with pytest.raises(Exception) as theirs:
        refused(torch, case)
    with pytest.raises(theirs.type):
        refused(ag, case)


def test_what_is_shown():
    seen = []
    for T in (ag, torch):
        T.vmap(T.vmap(lambda a: (seen.append(repr(a)), a)[1]))(T.ones(2, 2))
    ours, theirs = seen
    assert ours == theirs


def composed(T, case):
    F, x, w, v = T.func, T.tensor(X[0]), T.tensor(A[0][:3]), T.tensor(X[1])

    def f(w, x):
        return (w @ x[:4]).tanh().pow(2).sum() * x[0]

    def h(x):
        return T.stack([x.sin().sum(), (x * x.roll(1)).prod()])

    calls = {
        "vmap of grad": lambda: T.vmap(F.grad(f), (None, 0))(w, x),
        "vmap of grad by the sample": lambda: T.vmap(F.grad(f, 1), (None, 0))(w, x),
        "vmap of grad_and_value": lambda: T.vmap(F.grad_and_value(f), (None, 0))(w, x)[0],
        "grad of vmap": lambda: F.grad(lambda w: T.vmap(f, (None, 0))(w, x).cos().sum())(w),
        "grad of vmap of grad": lambda: F.grad(
            lambda w: (T.vmap(F.grad(f), (None, 0))(w, x) ** 2).sum()
        )(w),
        "vmap of grad of grad": lambda: T.vmap(F.grad(lambda x: (F.grad(f, 1)(w, x) ** 3).sum()))(
            x
        ),
        "vmap of vjp": lambda: T.vmap(lambda x: F.vjp(h, x)[1](T.ones(2, dtype=x.dtype))[0])(x),
        "vjp's pull mapped": lambda: T.vmap(F.vjp(h, x[0])[1])(T.eye(2, dtype=x.dtype))[0],
        "vmap of jacrev": lambda: T.vmap(F.jacrev(h))(x),
        "vmap of jacfwd": lambda: T.vmap(F.jacfwd(h))(x),
        "vmap of hessian": lambda: T.vmap(F.hessian(lambda x: h(x).sum()))(x),
        "jacrev of vmap": lambda: F.jacrev(T.vmap(h))(x),
        "jacfwd of vmap": lambda: F.jacfwd(T.vmap(h))(x),
        "hessian of vmap": lambda: F.hessian(lambda x: T.vmap(h)(x).cos().sum())(x),
        "vmap of jvp": lambda: T.vmap(lambda x, v: F.jvp(h, (x,), (v,))[1])(x, v),
        "jvp of vmap": lambda: F.jvp(T.vmap(h), (x,), (v,))[1],
        "jvp's direction mapped": lambda: T.vmap(lambda t: F.jvp(h, (x[0],), (t,))[1])(v),
        "two levels of grad": lambda: T.vmap(
            T.vmap(F.grad(lambda x, v: (x * v).sin().sum()), (None, 0)), (0, None)
        )(x, v),
        "vmap of jacrev of vmap": lambda: T.vmap(F.jacrev(T.vmap(T.sin)))(T.tensor(X)),
    }
    return calls[case]() if case is not None else list(calls)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")
@pytest.mark.parametrize("case", composed(ag, None))
def test_derivatives_composed(case):
    y, expected = composed(ag, case), composed(torch, case)
    assert tuple(y.shape) == tuple(expected.shape)
    np.testing.assert_allclose(y.detach().numpy(), expected.detach().numpy(), rtol=1e-7, atol=1e-9)
