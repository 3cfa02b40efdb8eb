"""Hooks on the gradients of modules, event by event, in PyTorch and here."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from tests.parity.told import assert_same, failing, filled, leaf

torch = pytest.importorskip("torch")


def watch(module, log, inner=True):
    """Tell of everything that flows through a module and, but for `inner`, those below it."""
    for name, part in list(module.named_modules())[: None if inner else 1]:
        part.register_full_backward_pre_hook(lambda m, gy, name=name: log("pre", name, gy))
        part.register_full_backward_hook(lambda m, gx, gy, name=name: log("full", name, gx, gy))
        part.register_forward_hook(lambda m, args, y, name=name: log("forward", name, args, y))


def two_in_two_out(lib):
    class Net(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = lib.nn.Linear(2, 3), lib.nn.Linear(3, 2)

        def forward(self, x, y, factor=1.0):
            h = self.a(x).tanh()
            return self.b(h) * factor, h + y, "not a tensor", y * 2

    return filled(Net(), lib)


def a_chain(lib, log):
    net = filled(lib.nn.Sequential(lib.nn.Linear(2, 3), lib.nn.Tanh(), lib.nn.Linear(3, 1)), lib)
    watch(net, log)
    x = leaf(lib, 4, 2)
    net(x).sum().backward()
    log(x.grad, [p.grad for p in net.parameters()])
    net(leaf(lib, 4, 2, requires_grad=False)).sum().backward()
    with lib.no_grad():
        net(x)


def nested_chains(lib, log):
    S, L = lib.nn.Sequential, lib.nn.Linear
    net = filled(S(S(L(2, 2), lib.nn.ReLU()), S(L(2, 2), S(lib.nn.Tanh()))), lib)
    watch(net, log)
    y = net(leaf(lib, 3, 2))
    (y * y).sum().backward(retain_graph=True)
    y.sum().backward()


def several_inputs(lib, log, use=None, y_needs=True, inner=True):
    net = two_in_two_out(lib)
    watch(net, log, inner)
    x, y = leaf(lib, 2, 2), leaf(lib, 2, 3, requires_grad=y_needs)
    out = net(x, y, factor=2.0)
    (use or (lambda out: out[0].sum() + (out[1] ** 2).sum()))(out).backward()
    log(x.grad, y.grad if y_needs else None)


def one_output_used(lib, log):
    several_inputs(lib, log, lambda out: out[0].sum())


def other_output_used(lib, log):
    # PyTorch's engine also visits the layers that no gradient comes to, with None.
    several_inputs(lib, log, lambda out: out[3].sum(), inner=False)


def an_input_without_gradient(lib, log):
    several_inputs(lib, log, y_needs=False)


def gradients_replaced(lib, log):
    net = two_in_two_out(lib)
    net.register_full_backward_pre_hook(lambda m, gy: tuple(g if g is None else 2 * g for g in gy))
    net.register_full_backward_hook(lambda m, gx, gy: log(gx, gy) or (gx[0] * 10, gx[1] - 1))
    net.register_full_backward_hook(lambda m, gx, gy: log("first", gx), prepend=True)
    net.register_full_backward_hook(lambda m, gx, gy: log("last", gx))
    x, y = leaf(lib, 2, 2), leaf(lib, 2, 3)
    out = net(x, y)
    (out[0].sum() + out[1].sum()).backward()
    log(x.grad, y.grad)


def of_a_gradient(lib, log):
    net = filled(lib.nn.Sequential(lib.nn.Linear(2, 2), lib.nn.Tanh()), lib)
    watch(net[1], log)
    x = leaf(lib, 1, 2)
    (g,) = lib.autograd.grad(net(x).sum(), x, create_graph=True)
    log("between")
    (g * g).sum().backward()
    log(x.grad)


def with_respect_to_parameters_only(lib, log):
    net = filled(lib.nn.Sequential(lib.nn.Linear(2, 2), lib.nn.Tanh()), lib)
    watch(net, log)
    x = leaf(lib, 1, 2)
    log(lib.autograd.grad(net(x).sum(), list(net.parameters())))


def a_dictionary_comes_out(lib, log):
    class Net(lib.nn.Module):
        def forward(self, x):
            return {"y": x * 2}

    net = Net()
    net.register_full_backward_hook(lambda *_: log("never"))
    net(leaf(lib, 2))["y"].sum().backward()
    log("done")


def hooks_on_all(lib, log):
    every = lib.nn.modules.module
    net = filled(lib.nn.Sequential(lib.nn.Linear(2, 2), lib.nn.Tanh()), lib)
    watch(net, log)
    name = lambda m: type(m).__name__  # noqa: E731
    handles = [
        every.register_module_forward_pre_hook(lambda m, args: log("all before", name(m), args)),
        every.register_module_forward_hook(lambda m, args, y: log("all after", name(m), y)),
        every.register_module_forward_hook(lambda m, args, kw, y: log(kw), with_kwargs=True),
        every.register_module_forward_hook(lambda *_: log("always"), always_call=True),
        every.register_module_full_backward_pre_hook(lambda m, gy: log("all pre", name(m), gy)),
        every.register_module_full_backward_hook(lambda m, gx, gy: log("all full", name(m), gx)),
    ]  # fmt: skip
    net(leaf(lib, 1, 2)).sum().backward()
    failing(log, lambda: net(leaf(lib, 1, 5)), RuntimeError)
    for handle in handles:
        handle.remove()
    net(leaf(lib, 1, 2)).sum().backward()


def wrong_numbers_of_gradients(lib, log):
    for register in ("register_full_backward_hook", "register_full_backward_pre_hook"):
        net = filled(lib.nn.Linear(2, 2), lib)
        getattr(net, register)(lambda *_: (None, None))
        y = net(leaf(lib, 1, 2)).sum()
        failing(log, y.backward, RuntimeError)


PROGRAMS = [
    a_chain, nested_chains, several_inputs, one_output_used, other_output_used,
    an_input_without_gradient, gradients_replaced, of_a_gradient, with_respect_to_parameters_only,
    a_dictionary_comes_out, hooks_on_all, wrong_numbers_of_gradients,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_same_is_told(program):
    assert_same(program, ag, torch)
