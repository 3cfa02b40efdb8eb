"""Hooks on modules and optimizers: the same programs, in PyTorch and here, tell the same."""

from __future__ import annotations

import copy

import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch")


def results_replace(lib, log):
    layer = lib.nn.ReLU()
    layer.register_forward_pre_hook(lambda m, args: log(args[0].tolist()) or args[0] - 1)
    layer.register_forward_pre_hook(lambda m, args: (args[0] * 2,))
    layer.register_forward_hook(lambda m, args, y: log(args[0].tolist(), y.tolist()))
    layer.register_forward_hook(lambda m, args, y: y + 10)
    log(layer(lib.tensor([3.0, -3.0])).tolist())


def prepended_and_removed(lib, log):
    layer = lib.nn.ReLU()
    layer.register_forward_hook(lambda *_: log("first"))
    layer.register_forward_hook(lambda *_: log("second"), prepend=True)
    handle = layer.register_forward_hook(lambda *_: log("gone"))
    layer.register_forward_pre_hook(lambda *_: log("third"), prepend=True)
    handle.remove()
    layer(lib.tensor([1.0]))


def keywords(lib, log):
    class Scaled(lib.nn.Module):
        def forward(self, x, factor=1.0):
            return x * factor

    layer = Scaled()

    def doubled(m, args, kwargs):
        log(len(args), kwargs)
        return args, {"factor": 2 * kwargs["factor"]}

    layer.register_forward_pre_hook(doubled, with_kwargs=True)
    layer.register_forward_hook(lambda m, args, kwargs, y: log(kwargs), with_kwargs=True)
    log(layer(lib.tensor([1.0]), factor=3.0).tolist())


def after_an_error(lib, log):
    class Failing(lib.nn.Module):
        def forward(self, x):
            raise ValueError("no")

    layer = Failing()
    layer.register_forward_hook(lambda *_: log("not called"))
    layer.register_forward_hook(lambda m, args, y: log("called", y), always_call=True)
    try:
        layer(lib.tensor([1.0]))
    except ValueError as error:
        log(str(error))


def around_steps(lib, log):
    w = lib.tensor([1.0], requires_grad=True)
    optimizer = lib.optim.SGD([w], lr=0.5)
    optimizer.register_step_pre_hook(lambda o, args, kwargs: log("pre", w.tolist(), kwargs))
    optimizer.register_step_post_hook(lambda o, args, kwargs: log("post", w.tolist(), kwargs))
    log(args_begin_with_the_optimizer(optimizer, lib))
    for _ in range(2):
        optimizer.zero_grad()
        (w * w).sum().backward()
        optimizer.step()
    copy.deepcopy(optimizer).step()
    optimizer.step(lambda: log("closure"))


def args_begin_with_the_optimizer(optimizer, lib):
    found = []
    hook = optimizer.register_step_pre_hook(lambda o, args, kwargs: found.append(args[0] is o))
    optimizer.step()
    hook.remove()
    return found


def other_closure(lib, log):
    w = lib.tensor([1.0], requires_grad=True)
    optimizer = lib.optim.SGD([w], lr=0.5)
    optimizer.register_step_pre_hook(lambda o, args, kwargs: ((o, lambda: log("other")), {}))
    optimizer.step(lambda: log("mine"))


PROGRAMS = [results_replace, prepended_and_removed, keywords, after_an_error, around_steps,
            other_closure]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_hooks_are_called_as_in_pytorch(program):
    ours, theirs = [], []
    program(ag, lambda *told: ours.append(told))
    program(torch, lambda *told: theirs.append(told))
    assert ours == theirs
    assert ours


@pytest.mark.parametrize("given", [1, (1, 2, 3)])
def test_a_hook_before_a_step_gives_a_pair_or_nothing(given):
    w = ag.tensor([1.0], requires_grad=True)
    optimizer = ag.optim.SGD([w], lr=0.5)
    optimizer.register_step_pre_hook(lambda *_: given)
    with pytest.raises(TypeError, match="pair"):
        optimizer.step()
