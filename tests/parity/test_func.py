"""Derivatives of functions: the same text gives the same nests, numbers and graphs here and there.

What is refused there is refused here; what is possible here only is in tests/func.
"""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.func.trees import flatten

torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # says PyTorch

# Constants: x 2.0, v (3,), m (2, 3), i an integer; p, w of the shapes of x, v require gradients.
FUNC = """
grad(torch.sin)(x), grad(grad(torch.sin))(x), grad(grad(grad(grad(torch.sin))))(x)
grad(lambda a: x * 1)(x), grad(lambda a: i * 1)(x), grad(lambda a: a)(x)
grad(lambda a: a.detach() * a)(x)
grad(lambda a, b: a * b * b, argnums=-1)(x, x)
grad(lambda a, b: a * b * b, argnums=(1, 0))(x, x), grad(lambda a, b: a * b, argnums=(1,))(x, x)
grad(lambda a, k: a * k["b"])(x, {"b": x}), grad(lambda a, k: a * k)(x, k=x)
grad(lambda a: (a[0] * a[1]["b"][0]).sum())((v, {"b": [v]}))
grad(lambda a: (a**3, {"y": a * 2}), has_aux=True)(x)
grad_and_value(lambda a: a**3)(x), grad_and_value(lambda a: (a**3, a), has_aux=True)(x)
grad_and_value(lambda a: (a * a, (a, p * 1, x * 1)), has_aux=True)(p)
grad_and_value(lambda a: (a * a, (a, p * 1, x * 1)), has_aux=True)(x)
grad(lambda a: a**3)(p), grad(lambda a: a**3 * p)(x), grad(lambda a: a**3 + p)(x)
no_grad(grad(lambda a: a**3))(p), no_grad(grad(grad(lambda a: a**3)))(x)
no_grad(grad_and_value(lambda a: a * p))(x)
grad(no_grad(lambda a: a * a))(x), grad(lambda a: a - no_grad(torch.sin)(a))(x)
grad(lambda a: a * no_grad(grad(lambda c: c**3))(a))(x)
grad(lambda a: a * grad(lambda b: a + b)(x))(x)
grad(lambda a: a * grad(lambda b: a * b * b)(a))(x)
grad(lambda a: grad(lambda b: a * a * b)(a) + grad(lambda b: b**4)(a))(x)
torch.autograd.grad(grad(lambda a: (a**3).sum())(w).sum(), w)
torch.autograd.grad(grad(lambda a: (a**3 * p).sum())(v).sum(), p)
grad(lambda a: torch.autograd.grad(a**3, a, create_graph=True)[0])(x)
vjp(lambda a: a * 2, v)[0], vjp(lambda a: a * 2, v)[1](v), vjp(lambda a: x * 1, x)[1](x)
pulled(lambda a, b: (a * b, {"s": a.sum()}), v, v, by=(v, {"s": x}))
pulled(lambda a: {"s": a["b"] * a["c"], "t": a["c"]}, {"b": x, "c": x}, by={"s": x, "t": x})
pulled(torch.sin, v, by=w), pulled(torch.sin, w, by=v), pulled(lambda a: a**2 * p, v, by=v)
vjp(lambda a: (a * 2, a), v, has_aux=True)[2]
no_grad(pulled)(torch.sin, w, by=v), pulled(no_grad(torch.sin), w, by=v)
jacrev(lambda a: a**2)(v), jacrev(lambda a: (a**2, a.sum()))(v), jacrev(lambda a: (a**2,))(v)
jacrev(lambda a: [a**2])(v), jacrev(lambda a: {"k": (a**2,)})(v), jacrev(lambda a: x * m)(v)
jacrev(lambda a: {"k": (a["w"] * m,)})({"w": v, "b": x})
jacrev(lambda a, b: a * b, argnums=(0, 1))(v, x), jacrev(lambda a, b: a * b, argnums=1)(v, x)
jacrev(lambda a, b: (a * b, a), argnums=(0, 1))(v, x)
jacrev(lambda a, b: (a * b, a), argnums=(1,))(v, x)
jacrev(lambda a: a.double() ** 2)(v), jacrev(lambda a: (a.double(), a.half()))(v)
jacrev(lambda a: (a * 2, a), has_aux=True)(v)
jacrev(lambda a: a**2, chunk_size=2)(v), jacrev(lambda a: a**2, _preallocate_and_copy=True)(v)
jacrev(lambda a: a**2)(p), jacrev(lambda a: a**2 * p)(x), no_grad(jacrev(lambda a: a**2 * p))(x)
jacrev(lambda a: a * 2)(torch.ones(0)), jacrev(lambda a: a.sum() * v)(torch.ones(0))
jacrev(jacrev(lambda a: a**3))(v), jacrev(grad(lambda a: (a**3).sum()))(v)
grad(lambda a: jacrev(lambda b: a * b * b)(v).sum())(x)
torch.autograd.grad(jacrev(lambda a: a**3)(w).sum(), w)
hessian(lambda a: (a**3).sum())(v), hessian(lambda a: a**3)(v), hessian(lambda a: a**3)(p)
hessian(lambda a: a["w"].sin().sum() * a["b"])({"w": v, "b": x})
hessian(lambda a, b: (a * b).sum(), argnums=(0, 1))(v, x), hessian(lambda a, b: a * b, 1)(v, x)
functional_call(linear, {"weight": m}, v), functional_call(linear, {"weight": m}, (v,))
functional_call(linear, ({"weight": m}, {"bias": x.new_ones(2)}), kwargs={"input": v})
functional_call(linear, [{"weight": m}, {"bias": None}], v)
functional_call(linear, {"weight": m, "other": v}, v), functional_call(linear, {}, v)
functional_call(tied, {"0.weight": 3 * eye}, eye), functional_call(tied, {"1.weight": 3 * eye}, eye)
functional_call(tied, {"0.weight": 3 * eye}, eye, tie_weights=False)
functional_call(tied, {"0.weight": 3 * eye, "1.weight": eye}, eye, tie_weights=False)
functional_call(tied, {"0.weight": eye, "1.weight": eye}, eye, strict=True)
functional_call(tied, {"1.weight": 3 * eye}, eye, strict=True)
grad(lambda s: functional_call(linear, s, v).sum())(state), state["weight"].grad
hessian(lambda s: (functional_call(linear, s, v) ** 2).sum())(state)
jacrev(lambda s: functional_call(linear, s, v))({"weight": m})
stack_module_state([linear, linear]), stack_module_state([tied, tied, tied])[0]["0.weight"].is_leaf
""".strip().splitlines()

FUNC_ERRORS = """
grad(lambda a: a * 2)(2.0)
grad(lambda a: a * 2)(i)
grad(lambda a: a["w"] * 2)({"w": x, "k": 3.0})
grad(lambda a: a * 2)(v)
grad(lambda a: a * 2)(torch.ones(1))
grad(lambda a: 2.0)(x)
grad(lambda a: (a * a, a))(x)
grad(lambda a: a, argnums=1)(x)
grad(lambda a, b: a * b, argnums=-3)(x, x)
grad(lambda a, b: a * b, argnums=(0, 0))(x, x)
grad(lambda a, b: a * b, argnums=(0, -2))(x, x)
grad(lambda a, b: a * b, argnums=())(x, x)
grad(lambda a, b: a * b, argnums=[0])(x, x)
grad(lambda a, b: a * b, argnums="a")(x, x)
grad(lambda a, b: a * b, argnums=(0.5,))(x, x)
grad(lambda: x)()
grad(lambda a: a)(a=x)
grad(lambda a: a * a, has_aux=True)(x)
grad(lambda a: [a * a, a], has_aux=True)(x)
grad(lambda a: a.add_(1).sum())(v)
grad(lambda a: a.add_(1).sum())(w * 1)
pulled(lambda a: (a * 2, a), v, by=v)
pulled(lambda a: (a * 2, a), v, by=[v, v])
pulled(lambda a: (a * 2, a), v, by=(v,))
pulled(lambda a: a * 2, v, by=x)
pulled(lambda a: a * 2, v, by=2.0)
vjp(lambda a: (), v)
vjp(lambda a: a * 2, i)
vjp(lambda a: (a, 2), x)
vjp(lambda a: a * x, 2.0)
vjp(lambda a: a * 2, v, has_aux=True)
jacrev(lambda a: a, argnums=5)(v)
jacrev(lambda a: i * m.long())(v)
jacrev(lambda a: 2.0)(v)
jacrev(lambda a: a * 2, has_aux=True)(v)
jacrev(lambda a: a * 2, chunk_size=0)
jacrev(lambda a: a * 2, chunk_size=-1)
jacrev(lambda a: a * 2, chunk_size=2.5)(v)
jacrev(lambda a: a * 2)(i)
jacrev(lambda a: ())(v)
functional_call(linear, ({"weight": m}, {"weight": m}), v)
functional_call(linear, {"weight": m, "part.bias": v}, v)
functional_call(linear, {"weight": m}, v, strict=True)
functional_call(linear, {"weight": m, "bias": None, "more": v}, v, strict=True)
functional_call(linear, 3, v)
functional_call(linear, {"weight": 3}, v)
functional_call(lambda a: a, {"weight": m}, v)
functional_call(linear, {"weight": v}, v)
functional_call(linear, {"weight": m}, [v])
functional_call(linear, {"weight": m})
functional_call(tied, {"0.weight": eye * 1, "1.weight": eye * 1}, eye)
functional_call(tied, {"1.weight": eye}, eye, strict=True, tie_weights=False)
stack_module_state([])
stack_module_state([linear, tied])
stack_module_state([3, 4])
stack_module_state([linear, type(linear)(3, 4)])
stack_module_state([linear, type(linear)(3, 2).eval()])
stack_module_state([linear, type(linear)(3, 2).requires_grad_(False)])
""".strip().splitlines()


# With `red` and `two`, functions of one and of two tensors whose result is a number.
FUNCTIONAL = """
A.vjp(red, x), A.vjp(red, v), A.vjp(lambda a: (red(a),), (v,)), A.vjp(two, (v, x))
A.vjp(lambda a: a * m, v, m), A.vjp(lambda a: (a**2, a.sum()), v, (v, x))
A.vjp(lambda a: a**2, torch.ones(1)), A.vjp(lambda a: i * 2, x, i), A.vjp(red, v, x.double())
A.vjp(lambda a, b: red(a), (v, x)), A.vjp(lambda a: x * 1, v), A.vjp(red, v, i)
A.vjp(red, v, create_graph=True), A.vjp(red, w, create_graph=True), A.vjp(red, w)
A.vjp(red, w, p, create_graph=True), A.vjp(lambda a: 2 * a.sum(), v, create_graph=True)
A.vjp(red, v, strict=True, create_graph=True), no_grad(A.vjp)(red, w)
A.jvp(red, x), A.jvp(lambda a: a**3, v, v), A.jvp(two, (v, x), (v, x))
A.jvp(lambda a: (a**3, a.sum(), x * 1), v, v), A.jvp(lambda a: a**2, torch.ones(1))
A.jvp(lambda a, b: red(a), (v, x), (v, x)), A.jvp(lambda a: x * 1, v, v), A.jvp(red, v, v.double())
A.jvp(red, w, v, create_graph=True), A.jvp(red, v, w, create_graph=True), A.jvp(red, w, w)
A.jvp(lambda a: 2 * a.sum(), v, v, create_graph=True), no_grad(A.jvp)(red, w, v)
A.vhp(red, x), A.vhp(red, v, v), A.vhp(two, (v, x), (v, x)), A.vhp(lambda a: x * 1, v, v)
A.vhp(lambda a, b: red(a), (v, x), (v, x)), A.vhp(lambda a: a.sum(), v, v)
A.vhp(red, w, v, create_graph=True), A.vhp(red, v, w, create_graph=True), A.vhp(red, w, w)
A.vhp(red, v, v, strict=True, create_graph=True), no_grad(A.vhp)(red, w, v)
A.hvp(red, x), A.hvp(red, v, v), A.hvp(two, (v, x), (v, x)), A.hvp(lambda a: x * 1, v, v)
A.hvp(lambda a, b: red(a), (v, x), (v, x)), A.hvp(lambda a: a.sum(), v, v)
A.hvp(red, w, v, create_graph=True), A.hvp(red, v, w, create_graph=True), A.hvp(red, w, w)
A.hvp(red, v, v, strict=True, create_graph=True), no_grad(A.hvp)(red, w, v)
A.jacobian(red, x), A.jacobian(red, (x,)), A.jacobian(lambda a: (red(a),), x)
A.jacobian(lambda a: (red(a),), (x,)), A.jacobian(lambda a: a**2, v), A.jacobian(two, (v, x))
A.jacobian(lambda a: (a * m, a.sum()), v), A.jacobian(lambda a, b: (a * b, a.sum()), (v, x))
A.jacobian(lambda a, b: red(a), (v, x)), A.jacobian(lambda a: x * 1, v), A.jacobian(red, w)
A.jacobian(red, w, create_graph=True), A.jacobian(lambda a: 2 * a.sum(), v, create_graph=True)
A.jacobian(red, v, strict=True, create_graph=True), A.jacobian(lambda a: 2 * a, v, strict=True)
A.jacobian(lambda a: i * 2, x), A.jacobian(lambda a: (a.double() ** 2).sum(), v)
A.jacobian(lambda a: (a * m, a.sum()), v, vectorize=True), no_grad(A.jacobian)(red, w)
A.jacobian(red, w, create_graph=True, vectorize=True), A.jacobian(two, (v, x), vectorize=True)
A.jacobian(lambda a: (a * m, a.sum()), v, vectorize=True, strategy="forward-mode")
A.jacobian(lambda a: i * 2, x, vectorize=True, strategy="forward-mode")
A.jacobian(lambda a: (a.double() ** 2).sum(), v, vectorize=True, strategy="forward-mode")
A.hessian(red, x), A.hessian(red, (x,)), A.hessian(red, v), A.hessian(two, (v, x))
A.hessian(lambda a, b: red(a), (v, x)), A.hessian(lambda a: x * 1, v), A.hessian(red, w)
A.hessian(lambda a: a.sum(), v), A.hessian(lambda a: a**3, torch.ones(1, 1))
A.hessian(red, w, create_graph=True), A.hessian(red, v, strict=True, create_graph=True)
A.hessian(lambda a: 2 * a.sum(), v, create_graph=True), A.hessian(two, (v, x), vectorize=True)
A.hessian(red, v, vectorize=True, outer_jacobian_strategy="forward-mode").detach()
torch.autograd.grad(A.hessian(red, w, create_graph=True).sum(), w)
""".strip().splitlines()

FUNCTIONAL_ERRORS = """
A.vjp(red, [x])
A.vjp(lambda a: [red(a)], x)
A.vjp(lambda a: a * 2, v)
A.vjp(red, v, v)
A.vjp(red, v, (x, x))
A.vjp(two, (v, x), (x, x))
A.vjp(red, v, 3.0)
A.vjp(red, i)
A.vjp(two, (x, 2.0))
A.vjp(lambda a: (a, 2.0), x)
A.vjp(lambda a: None, x)
A.vjp(lambda a, b: red(a), (v, x), strict=True)
A.vjp(lambda a: x * 1, v, strict=True)
A.vjp(lambda a: 2 * a.sum(), v, strict=True, create_graph=True)
A.jvp(red, v)
A.jvp(red, v, torch.ones(2))
A.jvp(red, v, (v, v))
A.jvp(two, (v, x), v)
A.jvp(two, (v, x), (v, None))
A.jvp(lambda a: 2 * a.sum(), v, v, strict=True, create_graph=True)
A.jvp(lambda a, b: red(a), (v, x), (v, x), strict=True)
A.vhp(lambda a: (red(a),), v, v)
A.vhp(lambda a: a * 2, v, v)
A.vhp(lambda a: a.sum(), v, v, strict=True)
A.vhp(lambda a, b: red(a), (v, x), (v, x), strict=True)
A.hvp(red, v)
A.hvp(lambda a: (red(a),), v, v)
A.hvp(lambda a: a.sum(), v, v, strict=True)
A.hvp(lambda a, b: red(a), (v, x), (v, x), strict=True)
A.jacobian(red, [x])
A.jacobian(lambda a: [red(a)], x)
A.jacobian(red, i)
A.jacobian(lambda a, b: red(a), (v, x), strict=True)
A.jacobian(lambda a: x * 1, v, strict=True)
A.jacobian(lambda a: 2 * a.sum(), v, strict=True, create_graph=True)
A.jacobian(red, v, strategy="sideways")
A.jacobian(red, v, strict=True, vectorize=True, strategy="forward-mode")
A.hessian(red, [x])
A.hessian(red, i)
A.hessian(lambda a: a * 2, v)
A.hessian(lambda a: (red(a),), v)
A.hessian(lambda a: a.sum(), v, strict=True)
A.hessian(lambda a, b: red(a), (v, x), strict=True)
A.hessian(red, v, outer_jacobian_strategy="sideways")
""".strip().splitlines()


def names(module, func):
    """The names that the lines speak of, as tensors of one of the two packages."""
    linear = module.nn.Linear(3, 2)
    tied = module.nn.Sequential(module.nn.Linear(2, 2, bias=False), module.nn.Linear(2, 2, False))
    tied[1].weight = tied[0].weight
    weights = [(linear.weight, 6), (linear.bias, 2), (tied[0].weight, 4)]
    for t, n in weights:
        t.data = module.arange(1.0, n + 1).reshape(t.shape) / 4

    def pulled(function, *primals, by):
        output, pull = func.vjp(function, *primals)
        return output, pull(by)

    given = {name: getattr(func, name) for name in ("functional_call", "grad", "grad_and_value",
             "hessian", "jacrev", "stack_module_state", "vjp")}  # fmt: skip
    return given | {
        "A": module.autograd.functional,
        "red": lambda a: (a**3).sum(), "two": lambda a, b: (a**3).sum() * b**2,
        "torch": module, "no_grad": module.no_grad(), "pulled": pulled,
        "linear": linear, "tied": tied, "state": dict(linear.named_parameters()),
        "x": module.tensor(2.0), "v": module.tensor([0.5, 1.0, 2.0]), "i": module.tensor(2),
        "m": module.arange(6.0).reshape(2, 3) / 3, "eye": module.eye(2),
        "p": module.tensor(3.0, requires_grad=True),
        "w": module.tensor([0.5, 1.0, 2.0], requires_grad=True),
    }  # fmt: skip


def compare(ours, theirs) -> None:
    """The same nest, and in it the same tensors, in a graph or not."""
    mine, yours = flatten(ours)[0], flatten(theirs)[0]
    assert outline(ours) == outline(theirs)
    for a, b in zip(mine, yours, strict=True):
        if not isinstance(b, torch.Tensor):
            assert a is b or a == b
            continue
        assert str(a.dtype) == str(b.dtype).removeprefix("torch.")
        assert a.requires_grad == b.requires_grad
        np.testing.assert_allclose(a.array, b.numpy(force=True), rtol=2e-6, atol=1e-7)


def outline(nest):
    """A nest with the shapes of its tensors in their places."""
    if isinstance(nest, dict):
        return {key: outline(part) for key, part in nest.items()}
    if isinstance(nest, (tuple, list)):
        return type(nest)(outline(part) for part in nest)
    return str(tuple(nest.shape)) if hasattr(nest, "shape") else "-"


@pytest.mark.parametrize("line", FUNC + FUNCTIONAL)
def test_results(line):
    compare(eval(line, names(ag, ag.func)), eval(line, names(torch, torch.func)))


@pytest.mark.parametrize("line", FUNC_ERRORS + FUNCTIONAL_ERRORS)
def test_what_is_refused(line):
    with pytest.raises(Exception):  # noqa: B017
        eval(line, names(torch, torch.func))
    with pytest.raises((ag.errors.AutogradError, TypeError, ValueError, AttributeError)):
        eval(line, names(ag, ag.func))
