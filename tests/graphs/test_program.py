"""Programs written out from graphs of the kinds that courses build, against the engine."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import GraphError, ShapeError
from autograd_fr.nn import functional as F

GRAPHS = {}


def graph(build):
    """Enter a function that returns a root and the leaves by name."""
    GRAPHS[build.__name__] = build
    return build


def leaf(*shape, low=-1.0, high=1.0):
    return (ag.rand(*shape) * (high - low) + low).requires_grad_()


@graph
def scalars():
    u, v, w = leaf(), leaf(), leaf()
    f = (u + v) * w
    return f, locals()


@graph
def a_value_used_often():
    x = leaf(3)
    a = x * x
    f = (a * x + a - x / a).sum()
    return f, locals()


def two_layers(loss_of):
    x, W1, b1, W2, b2 = ag.randn(6, 3), leaf(3, 5), leaf(5), leaf(5, 4), leaf(4)
    h = ag.tanh(x @ W1 + b1)
    y = h @ W2 + b2
    loss = loss_of(y)
    return loss, locals()


@graph
def squared_error():
    t = ag.randn(6, 4)
    loss, names = two_layers(lambda y: ((y - t) ** 2).mean())
    return loss, {**names, "t": t}


@graph
def cross_entropy():
    t = ag.randint(0, 4, (6,))
    loss, names = two_layers(lambda y: F.cross_entropy(y, t))
    return loss, {**names, "t": t}


@graph
def weighted_and_smoothed_cross_entropy():
    t, weight = ag.randint(0, 4, (6,)), ag.rand(4)
    return two_layers(lambda y: F.cross_entropy(y, t, weight=weight, label_smoothing=0.1))


@graph
def cross_entropy_over_pixels():
    t, scores = ag.randint(0, 3, (2, 4)), leaf(2, 3, 4)
    return F.cross_entropy(scores, t), locals()


@graph
def cross_entropy_against_probabilities():
    t = ag.softmax(ag.randn(6, 4), 1)
    return two_layers(lambda y: F.cross_entropy(y, t))


@graph
def two_cross_entropies_of_the_same_scores():
    t, s = ag.randint(0, 4, (6,)), ag.randint(0, 4, (6,))
    return two_layers(lambda y: F.cross_entropy(y, t) + 2 * F.cross_entropy(y, s))


@graph
def softmax_along_the_other_axis():
    x, t = leaf(4, 4), ag.tensor([2, 0, 2, 1])
    return -ag.log_softmax(x, 0)[ag.arange(4), t].sum() / 4 + (
        (-ag.log_softmax(x, 0)[ag.arange(4), t]).sum() / 4
    ), locals()


@graph
def likelihood():
    t = ag.randint(0, 4, (6,))
    return two_layers(lambda y: F.nll_loss(ag.log_softmax(y, 1), t))


@graph
def binary_cross_entropy():
    t = ag.rand(6, 4)
    return two_layers(lambda y: F.binary_cross_entropy_with_logits(y, t))


@graph
def modules():
    net = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Dropout(0.5), nn.Linear(5, 2), nn.Sigmoid())
    x = ag.randn(4, 3)
    return net(x).sum(), locals()


@graph
def recurrent_network():
    Wx, Wh, b, h = leaf(2, 3), leaf(3, 3), leaf(3), ag.zeros(4, 3)
    xs = ag.randn(3, 4, 2)
    for x in xs:
        h = ag.tanh(x @ Wx + h @ Wh + b)
    loss = (h**2).sum()
    return loss, {"Wx": Wx, "Wh": Wh, "b": b, "loss": loss}


@graph
def layer_norm():
    x, scale, shift = leaf(4, 5), leaf(5), leaf(5)
    centred = x - x.mean(-1, keepdim=True)
    spread = (x.var(-1, keepdim=True, unbiased=False) + 1e-5).sqrt()
    y = centred / spread * scale + shift
    return (y * ag.randn(4, 5)).sum(), locals()


@graph
def attention():
    x, Wq, Wk, Wv = leaf(2, 4, 3), leaf(3, 3), leaf(3, 3), leaf(3, 3)
    q, k, v = x @ Wq, x @ Wk, x @ Wv
    hidden = ag.ones(4, 4).triu(1).bool()
    scores = (q @ k.transpose(-2, -1) / 3**0.5).masked_fill(hidden, float("-inf"))
    y = ag.softmax(scores, -1) @ v
    return (y**2).mean(), locals()


@graph
def embedding():
    table, words = leaf(5, 3), ag.tensor([[0, 2, 2], [4, 0, 1]])
    return (table[words].mean(1) ** 2).sum(), locals()


@graph
def reading_and_writing():
    x, v = leaf(4, 3), leaf(3)
    y = x * 2
    y[1] = v
    y[2:, 0] += 1
    z = y[[0, 1, 1]] * y.gather(0, ag.tensor([[0, 1, 2]]))
    return (z * ag.where(z > 0, z.exp(), z)).sum(), locals()


@graph
def written_at_places():
    x, v = leaf(4, 3), leaf(2)
    y = x * 1
    y[[2, 0], [1, 1]] *= v
    y[1:][[2, 0]] = v[:, None] ** 2
    return (y * ag.randn(4, 3)).sum(), locals()


@graph
def products():
    x = leaf(2, 3, 4)
    return x.prod() + (x.prod(1) * x.prod(-1, keepdim=True)[:, 0]).sum() + x[0, 0].prod(), locals()


@graph
def logarithm_behind_where():
    x = leaf(4).detach()
    x[1] = -1.0
    x[2] = 0.0
    x.requires_grad_()
    with np.errstate(all="ignore"):
        return ag.where(x > 0, x.log(), x * 0).sum(), locals()


@graph
def axes():
    x, y = leaf(2, 3, 4), leaf(4, 1, 2)
    z = x.permute(2, 1, 0) * y + x.reshape(4, 3, 2).flip(0) - y.squeeze(1).unsqueeze(1)
    s = ag.cat([z, z[:2]], 0).amax((0, 2)) + ag.stack([z.sum((0, 2)), z.std((0, 2))]).prod(0)
    return ag.einsum("i,jik->", s, x), locals()


@graph
def broadcasting():
    a, b, c, d = leaf(3, 1), leaf(2, 1, 4), leaf(), leaf(1)
    return ((a + b) * c / (b.exp() - d + 3) + a.maximum(d)).sum(), locals()


@graph
def vectors_and_batches_of_matrices():
    A, B, v, w = leaf(2, 3, 4), leaf(4, 2), leaf(4), leaf(3)
    return ((A @ B).sum() + (A @ v).sum() + (w @ A).sum() + w @ (A[0] @ v)), locals()


@graph
def no_number():
    x, W = leaf(3, 2), leaf(2, 2)
    return ag.relu(x @ W), locals()


@graph
def several_results():
    A = leaf(3, 3)
    Q, R = ag.linalg.qr(A)
    return (Q[0] * 2).sum() + R.sum(), locals()


@graph
def mixed_precision():
    x, W = leaf(3, 2), leaf(2, 2)
    return ((x.float() @ W.float()).double() * 2).sum(), locals()


def build(name, dtype):
    """A graph: its root, and its leaves that a gradient is asked for."""
    ag.manual_seed(1)
    before = ag.get_default_dtype()
    ag.set_default_dtype(dtype)
    try:
        root, names = GRAPHS[name]()
    finally:
        ag.set_default_dtype(before)
    return root, {k: v for k, v in names.items() if isinstance(v, ag.Tensor)}


def gradients(root, leaves):
    """Those of the engine, of the sum of all entries."""
    tensors = list(leaves.values())
    found = ag.autograd.grad(root, tensors, ag.ones_like(root), allow_unused=True)
    return {k: g.array for k, g in zip(leaves, found) if g is not None}


@pytest.mark.parametrize("dtype", [ag.float64, ag.float32])
@pytest.mark.parametrize("name", GRAPHS)
def test_the_program_computes_what_the_engine_does(name, dtype):
    root, names = build(name, dtype)
    program = ag.to_numpy(root, names=names)
    assert not program.missing
    with np.errstate(all="ignore"):
        y, found = program.run()
    tolerance = 1e-12 if dtype == ag.float64 and name != "mixed_precision" else 1e-5
    np.testing.assert_allclose(y, root.array, tolerance, tolerance)
    leaves = {k: v for k, v in names.items() if v.requires_grad and v.is_leaf}
    expected = gradients(root, leaves)
    assert {k: v for k, v in found.items() if k in leaves}.keys() == expected.keys()
    for k, g in expected.items():
        assert np.shape(found[k]) == g.shape and np.asarray(found[k]).dtype == g.dtype
        np.testing.assert_allclose(found[k], g, tolerance, tolerance, err_msg=k)


DIFFERENTIABLE = GRAPHS.keys() - {"logarithm_behind_where", "mixed_precision"}


@pytest.mark.parametrize("name", sorted(DIFFERENTIABLE))
def test_the_program_passes_its_own_check(name):
    root, names = build(name, ag.float64)
    program = ag.to_numpy(root, names=names, check=True)
    assert program.namespace()["check"](**program.arguments) < 1e-6


def test_the_check_finds_a_wrong_gradient():
    root, names = build("squared_error", ag.float64)
    program = ag.to_numpy(root, names=names, check=True)
    wrong = program.source.replace("1 - h ** 2", "1 - h")
    assert wrong != program.source
    space = {"__name__": "wrong"}
    exec(wrong, space)
    assert space["check"](**program.arguments) > 1e-3


@pytest.mark.parametrize("name", ["cross_entropy", "attention", "several_results", "axes"])
def test_the_program_runs_where_there_is_only_numpy(name, tmp_path):
    root, names = build(name, ag.float64)
    program = ag.to_numpy(root, names=names)
    program.save(tmp_path / "program.py")
    np.savez(tmp_path / "arguments.npz", **program.arguments)
    (tmp_path / "run.py").write_text(
        "import sys\n"
        "sys.modules['autograd_fr'] = None\n"
        f"sys.path.insert(0, {str(tmp_path)!r})\n"
        "import numpy as np, program\n"
        f"y, cache = program.forward(**np.load({str(tmp_path / 'arguments.npz')!r}))\n"
        "print(float(y), *(float(np.sum(d)) for d in program.backward(cache).values()))\n"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(tmp_path / "run.py")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    y, found = program.run()
    expected = [y, *(np.sum(g) for g in found.values())]
    np.testing.assert_allclose([float(n) for n in run.stdout.split()], expected, 1e-12)


def test_a_program_with_its_arguments_written_in_runs_by_itself(tmp_path):
    program = ag.to_numpy(build("scalars", ag.float64)[0], check=True)
    program.save(tmp_path / "program.py")
    run = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "program.py")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    error = float(run.stdout.removeprefix("greatest error of a gradient: "))
    assert 0 <= error < 1e-8


def test_backward_does_not_matter():
    root, names = build("cross_entropy", ag.float64)
    before = ag.to_numpy(root, names=names)
    root.backward()
    after = ag.to_numpy(root, names=names)
    assert after.source == before.source
    np.testing.assert_array_equal(after.run()[0], before.run()[0])


def test_it_reads_like_homework():
    x, t = ag.randn(32, 5), ag.randint(0, 3, (32,))
    W1, b1, W2, b2 = leaf(5, 8), leaf(8), leaf(8, 3), leaf(3)
    h = ag.relu(x @ W1 + b1)
    y = h @ W2 + b2
    loss = F.cross_entropy(y, t)
    source = str(ag.to_numpy(loss))
    for line in (
        "def forward(x, W1, b1, W2, b2, t):",
        "    z = x @ W1 + b1       # (32, 8)",
        "    h = np.maximum(z, 0)  # (32, 8)",
        "    y = h @ W2 + b2       # (32, 3)",
        "    loss = -log_softmax(y, 1)[np.arange(32), t].sum() / 32",
        "    return loss, (x, W2, t, h, y)",
        "    x, W2, t, h, y = cache",
        "    dy = softmax(y, 1)    # (32, 3)",
        "    dy[np.arange(32), t] -= 1",
        "    dW2 = h.T @ dy        # (8, 3)",
        "    db2 = dy.sum(axis=0)  # (3,)",
        "    dz = dh * (h > 0)     # (32, 8)",
        '    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}',
    ):
        assert line in source.splitlines(), line


def test_writing_and_products_read_like_homework_too():
    x, i, v = leaf(3, 3), ag.tensor([2, 0]), leaf(2)
    y = x * 2
    y[i, i] = v
    z = y.prod(1)
    source = str(ag.to_numpy(z.prod()))
    assert source.count("def ") == 2
    for line in ("    y[i, i] = v ", "    dv = dy[i, i] "):
        assert any(found.startswith(line) for found in source.splitlines()), (line, source)


def test_products_with_zeros_have_their_gradients():
    x = ag.tensor([[2.0, 0.0, 3.0], [0.0, 0.0, 5.0]], requires_grad=True)
    assert ag.to_numpy(x.prod(1)).run()[1]["x"].tolist() == [[0.0, 6.0, 0.0], [0.0, 0.0, 0.0]]


def test_gradients_add_up_in_place_only_where_nobody_else_has_the_array():
    x = leaf(3)
    a = x + 1
    f = (a * a + a).sum()
    program = ag.to_numpy(f)
    assert "da += " in program.source or "da = da + " in program.source
    np.testing.assert_allclose(program.run()[1]["x"], 2 * (x.array + 1) + 1)


def test_names_are_the_callers_and_valid():
    größe, cache, np_ = leaf(2), leaf(2), leaf(2)
    d = {"a key": leaf(2)}
    weights = [leaf(2), leaf(2)]
    f = ((größe + cache) * np_ + d["a key"] * weights[0] - weights[1]).sum()
    program = ag.to_numpy(f, names={"np": np_, "lambda": größe})
    arguments = {"lambda_", "cache_2", "np_2", "d_a_key", "weights_0", "weights_1"}
    assert program.arguments.keys() == arguments
    assert program.run()[1].keys() == arguments


def test_names_that_name_nothing_are_refused():
    w, other, t = leaf(2), leaf(2), ag.tensor([1, 0])
    f = (w[t] ** 2).sum()
    assert ag.to_numpy(f, names={"v": w, "order": t}).arguments.keys() <= {"v", "order"}
    with pytest.raises(GraphError, match="does not have what `names` calls 'b'"):
        ag.to_numpy(f, names={"b": other})
    with pytest.raises(TypeError, match="'n' to no tensor but to a float"):
        ag.to_numpy(f, names={"n": 2.0})
    with pytest.raises(TypeError, match="it is a list"):
        ag.to_numpy(f, names=["w"])


def test_run_takes_numbers_lists_and_tensors_of_the_recorded_shape():
    w, c = leaf(2), leaf()
    f = (w**2).sum() * c
    program = ag.to_numpy(f)
    for given in ([3, 4], np.array([3.0, 4.0], np.float32), ag.tensor([3.0, 4.0])):
        y, found = program.run(w=given, c=2)
        assert y == 50.0 and y.dtype == np.float32 and found["w"].tolist() == [12.0, 16.0]
    with pytest.raises(ShapeError, match=r"w was recorded with the shape \(2,\)"):
        program.run(w=[1.0])
    with pytest.raises(GraphError, match="no argument 'q'; it has w, c"):
        program.run(q=1.0)


def test_an_array_that_nobody_holds_is_asked_for():
    W = leaf(100, 10)

    def loss():
        t = ag.randn(200, 10)
        return (ag.ones(200, 100) @ W - t).sum()

    program = ag.to_numpy(loss())
    assert program.missing
    with pytest.raises(GraphError, match=r"give it, as in program\.run\("):
        program.run()
    given = dict.fromkeys(program.missing, np.zeros((200, 10)))
    np.testing.assert_allclose(program.run(**given)[1]["W"], np.full((100, 10), 200.0))


def test_a_long_chain_is_written_without_recursion():
    x = leaf()
    y = x
    for _ in range(1500):
        y = y + x
    y = y * 1.5
    np.testing.assert_allclose(ag.to_numpy(y).run()[1]["x"], 1501 * 1.5, rtol=1e-6)


class Doubled(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, g):
        return 2 * g


def test_what_cannot_be_written_is_refused_by_name_and_line():
    x = leaf(2)
    with pytest.raises(GraphError, match=r"Doubled, called at line \d+ of .*test_program"):
        ag.to_numpy(Doubled.apply(x).sum())
    with pytest.raises(GraphError, match="not the result of a recorded operation"):
        ag.to_numpy(x)
    with pytest.raises(TypeError, match="only a tensor"):
        ag.to_numpy(np.ones(2))
