"""Random programs: reverse mode, forward mode, differences and PyTorch must say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings

import autograd_fr as ag
from autograd_fr.autograd.duals import Level

from .grammar import FAMILIES, Program, programs

try:
    import torch
except ImportError:
    torch = None

EACH = 335  # 6 families: 2010 programs


def reverse(program: Program) -> tuple[float, list[np.ndarray]]:
    xs = [ag.tensor(x, requires_grad=True) for x in program.inputs()]
    y = program.run(ag, xs, ag.tensor)
    if not y.requires_grad:  # all was emptied or made constant on the way
        return y.item(), [np.zeros(x.shape) for x in xs]
    grads = ag.autograd.grad(y, xs, materialize_grads=True)
    return y.item(), [g.numpy() for g in grads]


def forward(program: Program) -> float:
    with Level() as level:
        xs = [
            level.dual(ag.tensor(x), ag.tensor(t))
            for x, t in zip(program.inputs(), program.direction())
        ]
        tangent = level.tangent_of(program.run(ag, xs, ag.tensor))
    return 0.0 if tangent is None else tangent.item()


def difference(program: Program, h: float) -> float:
    ends = [
        program.run(
            ag,
            [ag.tensor(x + s * h * t) for x, t in zip(program.inputs(), program.direction())],
            ag.tensor,
        ).item()
        for s in (1, -1)
    ]
    return (ends[0] - ends[1]) / (2 * h)


def by_torch(program: Program) -> tuple[float, list[np.ndarray]]:
    xs = [torch.tensor(x, requires_grad=True) for x in program.inputs()]
    y = program.run(torch, xs, torch.tensor)
    if not y.requires_grad:
        return y.item(), [np.zeros(x.shape) for x in xs]
    grads = torch.autograd.grad(y, xs, materialize_grads=True)
    return y.item(), [g.numpy() for g in grads]


def check(program: Program) -> None:
    value, grads = reverse(program)
    along = sum(float((g * t).sum()) for g, t in zip(grads, program.direction()))
    scale = 1 + max(np.abs(g).max(initial=0) for g in grads)
    assert np.isfinite(value)
    assert np.isfinite(scale)
    assert abs(forward(program) - along) <= 1e-9 * scale, "forward mode"
    # A step that meets a kink, or is lost in rounding, says nothing: one of the three does.
    errors = [abs(difference(program, h) - along) for h in (1e-5, 1e-6, 1e-7)]
    assert min(errors) <= 2e-5 * scale, "differences"
    if torch is not None:
        expected, theirs = by_torch(program)
        np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-9)
        for g, t in zip(grads, theirs):
            np.testing.assert_allclose(g, t, rtol=1e-8, atol=1e-9 * scale)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_random_programs(family: str):
    @seed(0)
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs(family))
    def differentiated_every_way(program: Program):
        check(program)

    differentiated_every_way()
