"""The engine itself, as all lectures need it: operations, and the order in which they go back."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz

from .items import ITEMS, computes, float64, leaf


@computes("U-01")
def tensors(given):
    u = ag.tensor(given["u"], requires_grad=True, name="u")
    assert u.grad is None and u.grad_fn is None and u.is_leaf and u.requires_grad
    assert u.shape == () and u.dtype is ag.float32 and u.name == "u"
    assert [(3 + u).item(), (3 - u).item(), (6 / u).item(), (u**2).item()] == [5, 1, 3, 4]
    assert (np.float32(3) - u).item() == (u.data * 0 + 1).item() == 1
    y = u + 1
    assert [parent for parent in y.grad_fn.parents if parent is not None] == [u]
    assert y.grad_fn.name() == "AddBackward0" and not y.is_leaf
    assert repr(u) == "tensor(2., requires_grad=True)"
    assert u.detach().numpy() == u.data.numpy() == given["u"]


@computes("U-02")
def sum_with_broadcasting(given):
    a, b = leaf(given["A"]), leaf(given["b"])
    out = a + b
    out.backward(float64(given["upstream"]))
    return {"out": out, "dA": a.grad, "db": b.grad}


@computes("U-03")
def product_with_broadcasting(given):
    a, b, x = leaf(given["A"]), leaf(given["b"]), leaf(3)
    (x * x).backward()
    assert x.grad == 6
    out = a * b
    out.backward(getattr(ag, given["upstream"] + "_like")(out))
    return {"out": out, "dA": a.grad, "db": b.grad}


@computes("U-04")
def product_of_matrices(given):
    a, b = leaf(given["A"]), leaf(given["B"])
    out = a @ b
    out.backward(float64(given["upstream"]))
    assert ag.equal(ag.mm(a, b), out)
    assert ag.equal(a @ b[:, 0], out[:, 0])  # by a vector
    assert a[0] @ b[:, 0] == out[0, 0]  # of two vectors
    assert ag.equal(ag.stack([a, -a]) @ b, ag.stack([out, -out]))  # of batches
    return {"out": out, "dA": a.grad, "dB": b.grad}


@computes("U-05")
def rectifier(given):
    x = leaf(given["x"])
    out = x.relu()
    out.backward(float64(given["upstream"]))
    assert ag.equal(nn.ReLU()(x), out)
    return {"out": out, "dx": x.grad}


def with_slope(function, x):
    """A function that goes entry by entry, and its derivative."""
    out = function(x)
    (slope,) = ag.autograd.grad(out.sum(), x)
    return {"out": out, "dx": slope}


@computes("U-06")
def logistic_function(given):
    far = leaf([-1000, 1000])
    assert with_slope(ag.sigmoid, far)["out"].tolist() == [0, 1]
    assert with_slope(ag.sigmoid, far)["dx"].tolist() == [0, 0]
    return with_slope(ag.sigmoid, leaf(given["x"]))


@computes("U-07")
def hyperbolic_tangent(given):
    x = leaf(given["x"])
    assert ag.equal(nn.Tanh()(x), x.tanh())
    assert with_slope(ag.tanh, leaf([-1000, 1000]))["out"].tolist() == [-1, 1]
    return with_slope(ag.tanh, x)


@computes("U-08")
def softmax_of_rows(given):
    z = leaf(given["z"])
    out = z.softmax(axis=given["axis"])
    out.backward(float64(given["upstream"]))
    assert ag.allclose((z + 1000).softmax(given["axis"]), out)
    return {"out": out, "dz": z.grad}


@computes("U-09")
def logarithm(given):
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert ag.log(float64(0)) == -np.inf
    certain, wrong = float64([1, 0]), float64([0, 1])
    assert nn.functional.binary_cross_entropy(certain, wrong).isfinite()
    x = leaf(given["x"])
    out = x.log()
    out.backward(float64(given["upstream"]))
    return {"out": out, "dx": x.grad}


@computes("U-10")
def further_functions(given):
    x, four = leaf(given["x"]), leaf([1, 2, 3, 4])
    (share,) = set(ag.autograd.grad(four.mean(), four)[0].tolist())
    a, b = leaf([[0.3, 1.2, 2.0], [0.7, 0.4, 1.6]]), leaf([1.1, 0.2, 0.9])
    others = [
        lambda a, b: -a - b / a,
        lambda a, b: ag.maximum(a, b) + ag.where(a > 1, a, b),
        lambda a, b: a.max(1).values + a.sum(1) * b[:2],
        lambda a, b: a.t().reshape(2, 3) @ b + (a.T @ b[:2]).mean(),
        lambda a, b: a.gather(1, ag.tensor([[2], [0]])) * a[:, 1:],
        lambda a, b: ag.cat([a, ag.stack([b, b])], 1).logsumexp(1) * a.log_softmax(1).T,
    ]
    for function in others:
        assert ag.autograd.gradcheck(function, (a, b))
    return {
        "pow3": with_slope(lambda x: x**3, x),
        "sqrt": with_slope(ag.sqrt, x),
        "exp": with_slope(ag.exp, x),
        "abs(-2)": with_slope(ag.abs, leaf(-2)),
        "sin": with_slope(ag.sin, x),
        "cos": with_slope(ag.cos, x),
        "1/x": with_slope(lambda x: 1 / x, x),
        "mean_of_4": {"dx": share},
        "clip(x,0,1)": with_slope(lambda x: x.clip(0, 1), x),
    }


@computes("U-11")
def a_variable_waits_for_all_that_use_it(given):
    x = leaf(3)
    a = x * x
    b = a + x
    c = a * b
    calls = []
    for y in (a, b, c):
        y.retain_grad()
        y.grad_fn.register_hook(lambda *_, y=y: calls.append(y))
    c.backward()
    assert calls == [c, b, a]  # each once, and a when b has had its say
    # Who handles a before b hands on what came to a directly, never what comes to it through b.
    late = [path for path in viz.grad_paths(c, x) if path.variables == ("c", "b", "a", "x")]
    assert x.grad - sum(path.contribution for path in late) == 12 * 6 + 9 * 1 == 81
    assert x.grad == viz.play(c).frames[-1]["x"] != viz.play(c, order="naive").frames[-1]["x"]
    return {"a": a, "b": b, "c": c, "dc_db": b.grad, "dc_da": a.grad, "dc_dx": x.grad}


@computes("U-12")
def gradients_that_have_to_be_given(given):
    def raises(error, gradient=None, shape=given["tensor_shape"]):
        with pytest.raises(error) as raised:
            (2 * ag.ones(shape, requires_grad=True)).backward(gradient)
        return str(raised.value)

    x = leaf([1, 2, 3])
    (2 * x).backward(ag.ones(3))
    assert x.grad.tolist() == [2, 2, 2]
    missing, wrong = raises(ag.errors.GraphError), raises(ag.errors.ShapeError, ag.ones(4))
    turned = raises(ag.errors.ShapeError, ag.ones(1, 20), shape=[20, 1])
    assert "(20, 1)" in turned and "(1, 20)" in turned
    return {
        "backward_without_gradient_raises": "(3,)" in missing,
        "backward_with_wrong_shape_raises": "(3,)" in wrong and "(4,)" in wrong,
    }


@computes("U-13")
def gradients_add_up(given):
    x = leaf(given["x"])
    found = []
    for _ in range(2):
        (x**2).backward()
        found.append(x.grad.item())
    x.zero_grad()
    (x**2).backward()
    net = nn.Linear(2, 1)
    for owner in (net, ag.optim.SGD(net.parameters(), lr=1)):
        net(ag.ones(1, 2)).sum().backward()
        owner.zero_grad()
        assert net.weight.grad is None
    return {
        "grad_after_1_backward": found[0],
        "grad_after_2_graphs_no_zero": found[1],
        "grad_after_zero_grad_and_backward": x.grad,
    }


@computes("U-14")
def what_is_not_recorded(given):
    x = leaf(3)
    (with_detach,) = ag.autograd.grad(x * x.detach(), x)
    (without,) = ag.autograd.grad(x * x, x)
    with ag.no_grad():
        y = x * x
    assert not (float64(3) * 2).requires_grad
    return {
        "dy_dx": with_detach,
        "without_detach": without,
        "no_grad_result_has_parents": y.grad_fn is not None,
    }


@computes("U-15")
def deep_graphs(given):
    x = leaf(0)
    y = x
    for _ in range(10_000):
        y = y + 1
    try:
        y.backward()
    except RecursionError:
        return {"dy_dx": x.grad, "raises_recursion_error": True}
    return {"dy_dx": x.grad, "raises_recursion_error": False}


@computes("U-16")
def shared_graphs(given):
    x = leaf(1)
    y = x
    for _ in range(50):
        y = y + y
    y.backward()
    return {"dy_dx": x.grad, "op_nodes": len(viz.trace(y).operations)}


@computes("U-19")
def second_derivatives(given):
    x, step = leaf(given["x"]), 1e-4

    def slope(x):
        return ag.autograd.grad(x**3, x, create_graph=True)[0]

    first = slope(x)
    (second,) = ag.autograd.grad(first, x)
    difference = (slope(x + step) - slope(x - step)) / (2 * step)
    saddle = ag.func.hessian(lambda p: p[0] ** 2 - p[1] ** 2)(float64([1, 1]))
    assert ag.equal(saddle, ag.diag(float64([2, -2])))
    return {
        "first": first,
        "second_if_supported": second,
        "second_by_central_difference_of_gradient_eps1e-4": difference,
    }


@computes("U-20")
def scalars_and_vectors(given):
    numbers = ITEMS["S002-45"].given
    names = ("w1", "x1", "w2", "x2", "b_active", "w3")
    w1, x1, w2, x2, b, w3 = scalars = [leaf(numbers[name]) for name in names]
    w, x = leaf([numbers["w1"], numbers["w2"]]), leaf([numbers["x1"], numbers["x2"]])
    bias, factor = leaf(numbers["b_active"]), leaf(numbers["w3"])
    f = w3 * ag.relu(w1 * x1 + w2 * x2 + b)
    g = factor * ag.relu(w @ x + bias)
    f.backward()
    g.backward()
    assert f == g
    grads = [w.grad[0], x.grad[0], w.grad[1], x.grad[1], bias.grad, factor.grad]
    assert [s.grad.item() for s in scalars] == [grad.item() for grad in grads]
    return {"f": g, "dw": w.grad, "dx": x.grad, "db": bias.grad, "dw3": factor.grad}
