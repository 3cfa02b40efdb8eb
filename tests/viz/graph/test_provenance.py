"""Whose derivative a gradient is, and what is said where it is not that of what is drawn."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn, viz


def leaf(value):
    return ag.tensor(value, requires_grad=True)


def told(f, **names):
    """By name, what is said of each gradient; "" where it is the derivative of `f`."""
    graph = viz.trace(f, names={"f": f, **names})
    found = {}
    for v in graph.variables:
        if isinstance(v.gradient, viz.Summary):
            assert v.derivative == (not v.provenance)
            found[v.name] = v.provenance
    return found


def test_those_of_another_tensor_and_of_several_passes():
    x = leaf(3.0)
    y = x * 2
    l1, l2 = y * y, y * 3
    l1.backward(retain_graph=True)
    assert told(l1) == {"x": "", "y": "", "f": ""}
    l2.backward()
    assert told(l1) == {"x": "the sum of several backward passes", "y": "of l2", "f": ""}


def test_a_tensor_without_a_name_is_another_tensor():
    x = leaf(3.0)
    y = x * 2
    (y * 3).backward()
    assert told(y * y)["y"] == "of another tensor"


CHANGES = {
    "clip_grad_norm_": lambda x: nn.utils.clip_grad_norm_([x], 0.1),
    "clip_grad_value_": lambda x: nn.utils.clip_grad_value_([x], 0.1),
    "mul_": lambda x: x.grad.mul_(1000.0),
    "assignment": lambda x: x.grad.__setitem__(0, 1.0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_writes_into_a_gradient(name):
    x = leaf([3.0, 4.0])
    f = (x * x).sum()
    f.backward()
    assert told(f)["x"] == ""
    CHANGES[name](x)
    assert told(f)["x"] == f"changed by {name}"
    assert "∂f/∂x" not in viz.draw(f).dot


def test_writes_into_a_single_number_and_by_numpy():
    x = leaf(3.0)
    f = x * x
    f.backward()
    x.grad.mul_(2)
    assert told(f)["x"] == "changed by mul_"
    x = leaf([3.0, 4.0])
    f = (x * x).sum()
    f.backward()
    x.grad.numpy()[0] = 7
    assert told(f)["x"] == "changed by NumPy"


def test_a_gradient_that_is_set():
    x = leaf(3.0)
    f = x * x
    f.backward()
    x.grad = ag.tensor(1.0)
    assert told(f)["x"] == "set by hand"
    (x * x).backward()
    assert told(f)["x"] == "set by hand"  # and added to


@pytest.mark.parametrize("value", [3.0, [3.0, 4.0]])
@pytest.mark.parametrize("zero", [lambda x: x.grad.zero_(), lambda x: x.zero_grad(False)])
def test_after_zeros_a_gradient_is_the_derivative_again(value, zero):
    x = leaf(value)
    f = (x * x).sum()
    f.backward()
    zero(x)
    assert told(f)["x"] == "set to zero"
    f = (x * x).sum()
    f.backward()
    assert told(f)["x"] == ""
    f = (x * x).sum()
    f.backward()
    assert told(f)["x"] == "the sum of several backward passes"


def test_zeros_in_a_part_are_no_new_beginning():
    x = leaf([3.0, 4.0])
    (x * x).sum().backward()
    x.grad[:1].zero_()
    f = (x * x).sum()
    f.backward()
    assert told(f)["x"] == "the sum of several backward passes"


def test_weights_and_several_results():
    x = leaf([3.0, 4.0])
    f = x * 2
    f.backward(ag.tensor([1.0, 10.0]))
    assert set(told(f).values()) == {"weighted by what backward() was given"}
    x.grad = None
    f = (x * 2).sum()
    ag.autograd.backward([f, x.sum()])
    assert told(f)["x"] == "of several results together"


def test_hooks_that_change_a_gradient_change_all_that_comes_from_it():
    x, w = leaf(3.0), leaf(5.0)
    h = x * 2
    h.register_hook(lambda g: g * 100)
    z = h * w
    z.backward()
    changed = "changed by a hook"
    assert told(z, h=h) == {"x": changed, "h": changed, "w": "", "f": ""}


def test_hooks_on_nodes_and_leaves():
    changed = "changed by a hook"
    x = leaf(3.0)
    h = x * 2
    f = h * h
    h.grad_fn.register_hook(lambda into, out: (into[0] * 2, None))
    f.backward()
    assert told(f)["x"] == changed
    h = x * 2
    f = h * h
    h.grad_fn.register_prehook(lambda out: (out[0] * 2,))
    x.grad = None
    f.backward()
    assert told(f)["x"] == changed
    x.grad = None
    with x.register_hook(lambda g: g * 2):
        f = x * 2
        f.backward()
    assert told(f) == {"x": changed, "f": ""}
    x.grad = None
    f = x * 2
    f.backward()
    assert told(f) == {"x": "", "f": ""}


def test_hooks_that_only_look_change_nothing():
    x, seen = leaf(3.0), []
    h = x * 2
    h.register_hook(lambda g: seen.append(g.item()))
    h.grad_fn.register_hook(lambda into, out: None)
    f = h * h
    f.backward()
    assert seen == [12.0]
    assert set(told(f).values()) == {""}


def test_a_leaf_is_the_derivative_of_itself():
    x = leaf(3.0)
    x.backward()
    assert told(x) == {"f": ""}
    assert told(x * 2)["x"] == "of another tensor"


def hooked():
    x = leaf(2.0)
    y = x * x
    handle = y.register_hook(lambda g: g * 10)
    z = y * 3 + x
    z.backward(retain_graph=True)
    return x, y, z, handle


def test_a_pass_that_keeps_nothing_changes_no_word():
    x, y, z, _ = hooked()
    ag.autograd.grad(z * 2, [x], retain_graph=True)
    ag.autograd.grad(z, [x], grad_outputs=ag.tensor(5.0), retain_graph=True)
    changed = "changed by a hook"
    assert {told(z, y=y)[name] for name in "xy"} == {changed}
    x = leaf(2.0)
    y = x * 3
    y.backward(retain_graph=True)
    y.register_hook(lambda g: g * 10)
    ag.autograd.grad(y, [x], retain_graph=True)
    assert set(told(y).values()) == {""}


def test_without_the_hook_the_next_gradient_is_the_derivative():
    x, y, z, handle = hooked()
    handle.remove()
    x.grad = None
    z.backward(retain_graph=True)
    assert set(told(z, y=y).values()) == {""}


def test_hooks_on_a_node_leave_its_own_gradient():
    x = leaf(2.0)
    y = x * x
    y.grad_fn.register_hook(lambda into, out: tuple(g * 4 for g in into))
    z = y * 3
    z.backward()
    words = told(z, y=y)
    assert (words["x"], words["y"]) == ("changed by a hook", "")


def test_hooks_on_modules():
    net = ag.nn.Linear(2, 1)
    handle = net.register_full_backward_hook(lambda module, into, out: (into[0] * 7,))
    x = ag.ones(1, 2, requires_grad=True)
    f = net(x).sum()
    f.backward()
    words = told(f)
    assert words["x"] == "changed by a hook"
    assert words["f"] == ""
    handle.remove()
    net.register_full_backward_hook(lambda module, into, out: None)
    x = ag.ones(1, 2, requires_grad=True)
    f = net(x).sum()
    f.backward()
    assert told(f)["x"] == ""
