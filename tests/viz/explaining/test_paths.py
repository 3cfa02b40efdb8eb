"""Contributions of paths: each is right, and with the rest they add up to the gradient."""

from __future__ import annotations

from xml.dom import minidom

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.errors import GraphError, ReleasedError


def scalars(*values):
    return [ag.tensor(v, dtype=ag.float64, requires_grad=True) for v in values]


def neuron(x):
    w1, w2, w3, b = scalars(2.0, -1.0, 5.0, 1.0)
    return w3 * ag.relu(w1 * x + w2 * x + b)


def test_the_branching_variable_of_the_lecture():
    (x,) = scalars(3.5)
    f = neuron(x)
    paths = viz.grad_paths(f, x)
    assert [p.contribution for p in paths] == [10.0, -5.0]
    assert [p.share for p in paths] == [2.0, -1.0]
    assert (paths.gradient, paths.rest, paths.n_paths, paths.exact) == (5.0, 0.0, 2, True)
    assert paths[0].operations == ("mul", "relu", "add", "add", "mul")


def test_the_largest_of_a_million_paths():
    (x,) = scalars(1.0)
    z = x
    for _ in range(20):
        z = z * 3.0 + z * 0.5
    paths = viz.grad_paths(z, x, k=25)
    assert paths.n_paths == 2**20 and paths.exact
    assert [p.contribution for p in paths] == pytest.approx([3.0**20] + [3.0**19 / 2] * 20
                                                           + [3.0**18 / 4] * 4)  # fmt: skip
    assert sum(p.contribution for p in paths) + paths.rest == pytest.approx(3.5**20)


@pytest.mark.parametrize("k", [1, 2, 3, 100])
def test_arrays_add_up(k):
    ag.manual_seed(1)
    w = ag.randn(4, 4, dtype=ag.float64, requires_grad=True)
    h = ag.randn(2, 4, dtype=ag.float64)
    for _ in range(3):
        h = h + ag.tanh(h @ w)  # 7 paths: by one of three uses, then past or through the later ones
    loss = (h * h).sum()
    paths = viz.grad_paths(loss, w, k)
    (gradient,) = ag.autograd.grad(loss, w)
    assert paths.n_paths == 14 and len(paths) == min(k, 14)
    np.testing.assert_allclose(sum(p.contribution for p in paths) + paths.rest, gradient.numpy())
    np.testing.assert_allclose(paths.gradient, gradient.numpy())
    sizes = [np.linalg.norm(p.contribution) for p in paths]
    assert sizes == sorted(sizes, reverse=True)


def test_results_of_operations_with_several():
    ag.manual_seed(2)
    a = ag.randn(3, 3, dtype=ag.float64, requires_grad=True)
    u, s, _ = ag.linalg.svd(a)
    loss = s.sum() + u[0, 0]
    paths = viz.grad_paths(loss, a)
    (gradient,) = ag.autograd.grad(loss, a)
    assert paths.n_paths == 2
    np.testing.assert_allclose(sum(p.contribution for p in paths), gradient.numpy())


def test_a_result_on_the_way_and_the_root_itself():
    (x,) = scalars(2.0)
    y = x * x
    z = y + y * 3.0
    assert viz.grad_paths(z, y).gradient == 4.0
    (only,) = viz.grad_paths(z, z)
    assert (only.contribution, only.operations, str(only)) == (1.0, (), "z")


def test_twenty_thousand_operations():
    (x,) = scalars(1.0)
    z = x
    for _ in range(20_000):
        z = z + 0.001
    (path,) = viz.grad_paths(z, x)
    assert path.contribution == 1.0 and len(path.operations) == 20_000
    assert str(path) == "z ← add · add · add · … 19994 more … · add · add · add ← x"


def test_paths_are_told_by_operations_and_by_names():
    w1, w2, x = scalars(2.0, -1.0, 3.5)
    a, b = w1 * x, w2 * x
    f = ag.relu(a + b) * 5.0
    assert repr(viz.grad_paths(f, x)).splitlines() == [
        "∂f/∂x = 5 over 2 paths",
        "  10   200 %  f ← mul · relu · add ← a ← mul ← x",
        "  -5  -100 %  f ← mul · relu · add ← b ← mul ← x",
    ]
    y = x * x
    assert [str(path) for path in viz.grad_paths(y, x)] == ["y ← mul₁ ← x", "y ← mul₂ ← x"]


def test_paths_of_the_same_operations_are_told_by_variables():
    w1, w2, w3, b, x = scalars(2.0, -1.0, 5.0, 1.0, 3.5)
    f = w3 * ag.relu(w1 * x + w2 * x + b)
    assert repr(viz.grad_paths(f, x)).splitlines()[1:] == [
        "  10   200 %  f ← t5 ← t4 ← t3 ← t1 ← x",
        "  -5  -100 %  f ← t5 ← t4 ← t3 ← t2 ← x",
    ]


def test_skip_connections_have_the_larger_share():
    ag.manual_seed(0)
    x = ag.randn(8, 16, requires_grad=True)
    block = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 16))
    h = x + block(x)
    loss = h.square().mean()
    skip, through = viz.grad_paths(loss, x)
    assert str(skip) == "loss ← mean · square ← h ← add ← x"
    assert str(through) == "loss ← mean · square ← h ← add · linear · relu · linear ← x"
    assert skip.share > 0.85 and skip.share + through.share == pytest.approx(1.0)


def test_in_a_notebook_a_table_with_nothing_that_runs():
    (x,) = scalars(3.0)
    f = x * 2.0 + x
    table = viz.grad_paths(f, x, 1, names={"<script>": f, "é & ü": x})._repr_html_()
    assert table.startswith(
        "<table>\n<caption>∂&lt;script&gt;/∂é &amp; ü = 3 over 2 paths</caption>"
    )
    assert "<script>" not in table and "1 other</td>" in table and "66.7 %" in table
    minidom.parseString(table)


def test_whether_the_largest_are_certain():
    h = ag.ones(2, dtype=ag.float64, requires_grad=True)
    z = h
    for _ in range(8):
        z = z * 3.0 + z * 0.5
    paths = viz.grad_paths(z.sum(), h)
    assert not paths.exact and "251 others, some perhaps larger than these" in repr(paths)
    assert viz.grad_paths(z.sum(), h, 300).exact


def test_array_paths_that_bring_nothing_are_not_listed():
    x = ag.ones(3, requires_grad=True)
    y = x * 2
    for i in range(3):
        y[i] *= 3
    loss = y.sum()
    paths = viz.grad_paths(loss, x, 10)
    assert len(paths) == 3 and paths.n_paths == 64 and "0 %  61 others" in repr(paths)
    nothing = viz.grad_paths((x * 0).sum(), x)
    assert len(nothing) == 1 and nothing.rest_share is None


def test_released_arrays_are_told():
    x = ag.ones(1000, requires_grad=True)
    f = (x.exp() * 2).sum()
    f.backward()
    with pytest.raises(ReleasedError, match="retain_graph=True"):
        viz.grad_paths(f, x)


def test_a_gradient_of_zero_has_no_shares():
    w, x, b = scalars(2.0, 1.0, -9.0)
    f = ag.relu(w * x + b)
    paths = viz.grad_paths(f, x)
    assert paths.gradient == 0.0 and paths[0].share is None and "–" in repr(paths)


def test_what_cannot_be():
    (x,) = scalars(2.0)
    f = x * x
    with pytest.raises(ValueError, match="1 or more, not 0"):
        viz.grad_paths(f, x, 0)
    with pytest.raises(TypeError, match="of a tensor, not of float"):
        viz.grad_paths(f, 2.0)
    with pytest.raises(TypeError, match="only a tensor has a graph to show"):
        viz.grad_paths(nn.ReLU(), x)
    with pytest.raises(GraphError, match="requires no gradient"):
        viz.grad_paths(f, ag.tensor(1.0))
    with pytest.raises(GraphError, match="f was not computed from this tensor"):
        viz.grad_paths(f, scalars(2.0)[0])
    with pytest.raises(GraphError, match="the other way round: exchange the two"):
        viz.grad_paths(x, f)
