"""Programs that run in PyTorch and here, and what they tell: the same, where all is well."""

from __future__ import annotations

import warnings


def told(x):
    """What a program tells, in the words of neither: tensors as lists of rounded numbers."""
    if hasattr(x, "detach"):
        return ("tensor", [round(v, 6) for v in x.detach().reshape(-1).tolist()], tuple(x.shape))
    if isinstance(x, dict):
        return {key: told(value) for key, value in x.items()}
    if isinstance(x, (tuple, list)):
        return tuple(map(told, x))
    return x


def run(program, lib):
    log = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program(lib, lambda *told_of: log.append(told(told_of)))
    return log


def filled(module, lib):
    """The module with the same numbers in both."""
    module.double()
    for i, p in enumerate(module.parameters()):
        p.data = (lib.arange(p.numel(), dtype=lib.float64) * 1.7 + i).sin().reshape(p.shape)
    return module


def failing(log, function, *errors):
    try:
        log("passed", function())
    except (AttributeError, KeyError, IndexError, RuntimeError, TypeError, ValueError) as error:
        log("failed", any(isinstance(error, kind) for kind in errors))


def leaf(lib, *shape, requires_grad=True):
    n = 1
    for length in shape:
        n *= length
    x = (lib.arange(n, dtype=lib.float64) * 0.37).cos().reshape(shape)
    return x.requires_grad_(requires_grad)


def assert_same(program, ours, theirs):
    """A program tells the same in two libraries."""
    mine, other = run(program, ours), run(program, theirs)
    for i, (a, b) in enumerate(zip(mine, other)):
        assert a == b, i
    assert len(mine) == len(other) > 0
