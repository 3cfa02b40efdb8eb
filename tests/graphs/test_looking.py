"""Every public function replayed: what it computes, or a refusal, and never something else."""

from __future__ import annotations

import inspect
import itertools

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.readings import listed
from autograd_fr.errors import GraphError

SHAPES = ([(3, 3)], [(4,)], [(3, 3), (3, 3)], [(4,), (4,)], [(3, 3), (3,)], [(4,), (4,), (4,)])
OPTIONS = ((), (1,), (0,), ((1, 0),))
MODULES = {"": ag.ops, "linalg.": ag.linalg, "special.": ag.special}
FUNCTIONS = {
    prefix + name: function
    for prefix, module in MODULES.items()
    for name in getattr(module, "__all__", dir(module))
    if callable(function := getattr(module, name, None))
    and not (hasattr(function, "op") or inspect.isclass(function))
}


def called(function, arrays, options):
    """The tensors that the function gives, None where it takes no such arguments."""
    tensors = [ag.tensor(a, requires_grad=True) for a in arrays]
    try:
        results = listed(function(*tensors, *options))
    except (TypeError, ValueError, LookupError, RuntimeError, AttributeError):
        return None
    return tensors, [y for y in results if isinstance(y, ag.Tensor)]


def used(x, y):
    """A graph that is made of a result, recorded or not."""
    recorded = y.dtype.kind == "f" and y.requires_grad
    return y * 1.0 if recorded else x.sum() * y.double().sum()


@pytest.mark.filterwarnings("ignore")  # of logarithms of negative numbers and the like
@pytest.mark.parametrize(("name", "function"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_it_is_right_or_refused(name, function):
    for (k, shapes), options in itertools.product(enumerate(SHAPES), OPTIONS):
        rng = np.random.default_rng(k)
        at, to = ([rng.normal(size=shape) for shape in shapes] for _ in range(2))
        made, expected = called(function, at, options), called(function, to, options)
        if made is None or expected is None or len(made[1]) != len(expected[1]):
            continue
        for y, z in zip(made[1], expected[1]):
            f, goal = used(made[0][0], y), used(expected[0][0], z)
            given = dict(zip(made[0], to))
            try:
                found = ag.replay(f, given)
            except GraphError:
                continue
            np.testing.assert_allclose(found.detach().numpy(), goal.detach().numpy(), rtol=1e-9)
