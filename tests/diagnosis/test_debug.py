"""Planted births: `debug()` names the operation, the direction, the entry and the line."""

from __future__ import annotations

import linecache
import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import NonFiniteError
from autograd_fr.utils.checkpoint import checkpoint

INF, NAN = math.inf, math.nan


def leaf(*entries, dtype=ag.float32):
    return ag.tensor(entries, dtype=dtype, requires_grad=True)


# Each leaves a loss, whose backward pass follows; the guilty line is marked.


def log_of_zero():
    p = leaf(0.5, 0.0, 1.0)
    q = ag.log(p)  # here
    return q.sum()


def log_of_negative():
    return ag.log(leaf(0.5, 1.0, -1.0)).mean()  # here


def root_of_negative():
    a, b = leaf(1.0, 2.0), ag.tensor([0.5, 3.0])
    return ag.sqrt(a - b).sum()  # here


def passed_on_by_many():
    x = leaf(1.0, 0.0, 3.0)
    y = 1 / x  # here
    z = (y.reshape(3, 1) * 2).T
    return ag.tanh(z).sum() + z.sum()


def zero_by_zero():
    a = leaf(1.0, 0.0)
    return (a / a.detach()).sum()  # here


def exp_too_large():
    x = leaf(1.0, 1000.0)
    return ag.exp(x).sum()  # here


def half_too_large():
    x = leaf(1.0, 300.0, dtype=ag.float16)
    return (x * x).sum()  # here


def sum_too_large_either_way():
    x = leaf(10000.0, 20000.0, 30000.0, 5000.0, dtype=ag.float16)
    y = x * 3  # here
    return (y / 1).sum()


def sum_too_large():
    x = leaf(60000.0, 60000.0, dtype=ag.float16)
    return x.sum()  # here


def product_of_rows():
    a = ag.tensor([[1.0, 1.0], [3e38, 3e38]], requires_grad=True)
    b = ag.tensor([[0.1, 1.0], [0.1, 1.0]])
    return (a @ b).sum()  # here


def softmax_of_nothing():
    scores = ag.zeros(2, 3, requires_grad=True)
    mask = ag.tensor([[False, True, False], [True, True, True]])
    return ag.softmax(scores.masked_fill(mask, -INF), 1).sum()  # here


def inf_less_inf():
    x = leaf(100.0, 1.0)
    y = ag.exp(x)  # here
    return (y - y).sum()


def variance_of_one():
    return leaf(3.0).var()  # here


def mean_of_none():
    return leaf(1.0, 2.0)[:0].mean()  # here


def masked_logs_summed():
    scores = ag.zeros(2, requires_grad=True)
    logs = ag.log_softmax(scores + ag.tensor([0.0, -INF]), 0)
    return (logs * ag.tensor([1.0, 0.0])).sum()  # here


def arccosine_outside():
    return ag.acos(leaf(0.5, 1.5)).sum()  # here


def power_of_negative():
    return (leaf(4.0, -4.0) ** 0.5).sum()  # here


def unrecorded():
    with ag.no_grad():
        scale = ag.log(ag.tensor([1.0, 0.0]))  # here
        scale = scale * 2
    return (leaf(1.0, 1.0) * scale).sum()


def written_into_a_part():
    x, y = leaf(1.0, -1.0), ag.zeros(4)
    y[1:3] = ag.log(x)  # here
    return (2 * y).sum()


def written_past_the_graph():
    y = ag.ones(3)
    y[2] = ag.log(ag.tensor(0.0))  # here
    return (leaf(1.0, 1.0, 1.0) * y).sum()


def scalar():
    x = ag.tensor(0.0, requires_grad=True)
    y = ag.log(x)  # here
    return y.reshape(1)[0] * 2


def smallest_of_several():
    values, _ = ag.sort(leaf(3.0, -1.0, 2.0))
    return ag.sqrt(values).sum()  # here


def beside_a_masked_one():
    x = leaf(0.0, 1.0, -3.0)
    y = ag.log(x)  # here
    return ag.where(x == 0, 0.0, y).sum()


def in_a_checkpoint():
    def part(x):
        return ag.log(x - 1)  # here

    return checkpoint(part, leaf(2.0, 1.0)).sum()


class Halved(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return ag.log(x) / 2  # here

    @staticmethod
    def backward(ctx, g):
        return g


def in_a_function():
    return Halved.apply(leaf(1.0, 0.0)).sum()


def root_at_zero():
    x = leaf(4.0, 0.0)
    return (ag.sqrt(x) * ag.tensor([1.0, 0.0])).sum()  # here


def root_at_zero_recorded():
    x = leaf(4.0, 0.0)
    y = ag.sqrt(x)  # here
    return (y * y).sum()


def power_at_zero():
    return (leaf(1.0, 0.0) ** 0.5).sum()  # here


def root_of_no_variance():
    x = leaf(2.0, 2.0, 2.0)
    return x.var().sqrt()  # here


def overflow_divided_away():
    x = leaf(1.0, 200.0)
    y = ag.exp(x)  # here
    return (1 / y).sum()


def arcsine_at_one():
    return ag.asin(leaf(0.5, 1.0)).sum()  # here


def log_beside_zero():
    return ag.log(leaf(1e-40, 1.0)).sum()  # here


class Divided(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        return g / 0


def function_in_backward():
    return Divided.apply(leaf(1.0, 2.0)).sum()  # here


FORWARD = [
    (log_of_zero, "log", (1,), -INF), (log_of_negative, "log", (2,), NAN),
    (root_of_negative, "sqrt", (1,), NAN), (passed_on_by_many, "div", (1,), INF),
    (zero_by_zero, "div", (1,), NAN), (exp_too_large, "exp", (1,), INF),
    (half_too_large, "mul", (1,), INF), (sum_too_large, "sum", (), INF),
    (sum_too_large_either_way, "mul", (2,), INF),
    (product_of_rows, "matmul", (1, 1), INF), (softmax_of_nothing, "softmax", (1, 0), NAN),
    (inf_less_inf, "exp", (0,), INF), (variance_of_one, "var", (), NAN),
    (mean_of_none, "mean", (), NAN), (masked_logs_summed, "mul", (1,), NAN),
    (arccosine_outside, "acos", (1,), NAN), (power_of_negative, "pow", (1,), NAN),
    (unrecorded, "log", (1,), -INF), (written_into_a_part, "log", (1,), NAN),
    (written_past_the_graph, "log", (), -INF), (scalar, "log", (), -INF),
    (smallest_of_several, "sqrt", (0,), NAN), (beside_a_masked_one, "log", (2,), NAN),
    (in_a_checkpoint, "log", (1,), -INF), (in_a_function, "log", (1,), -INF),
]  # fmt: skip
BACKWARD = [
    (root_at_zero, "sqrt", (1,), NAN), (root_at_zero_recorded, "sqrt", (1,), NAN),
    (power_at_zero, "pow", (1,), INF), (root_of_no_variance, "sqrt", (), INF),
    (overflow_divided_away, "exp", (1,), NAN), (arcsine_at_one, "asin", (1,), INF),
    (log_beside_zero, "log", (0,), INF), (function_in_backward, "Divided", (0,), INF),
]  # fmt: skip
PLANTED = [(*case, "forward") for case in FORWARD] + [(*case, "backward") for case in BACKWARD]


@pytest.mark.parametrize(
    ("program", "op", "index", "value", "direction"), PLANTED, ids=[c[0].__name__ for c in PLANTED]
)
def test_a_planted_birth(program, op, index, value, direction):
    with pytest.raises(NonFiniteError) as caught, ag.debug():
        program().backward()
    birth = caught.value.birth
    assert (birth.op, birth.direction, birth.index) == (op, direction, index)
    assert np.array_equal(birth.value, value, equal_nan=True)
    line = linecache.getline(birth.line.code.co_filename, birth.line.number)
    assert line.rstrip().endswith("# here")
    assert line.strip()[:40] in str(caught.value)


OVERFLOWS = {exp_too_large, half_too_large, sum_too_large, sum_too_large_either_way,
             product_of_rows, inf_less_inf}  # fmt: skip


@pytest.mark.parametrize("program", [c[0] for c in FORWARD], ids=lambda p: p.__name__)
def test_overflow_is_told_from_what_has_no_value(program):
    with ag.debug(action="record") as found:
        program().backward()
    assert found[0].overflow == (program in OVERFLOWS)
    assert ("overflowed" in str(found[0])) == (program in OVERFLOWS)


@pytest.mark.parametrize("program", [c[0] for c in PLANTED], ids=lambda p: p.__name__)
def test_the_gradients_are_the_same_where_it_only_records(program):
    def gradients():
        with np.errstate(all="ignore"):
            loss = program()
        leaves = leaves_of(loss)
        loss.backward()
        return [x.grad.array for x in leaves]

    with ag.debug(action="record"):
        watched = gradients()
    for a, b in zip(watched, gradients(), strict=True):
        assert np.array_equal(a, b, equal_nan=True)


def leaves_of(root):
    found, seen = [], [root.grad_fn]
    for node in seen:
        for parent, _ in node.next_functions:
            if hasattr(parent, "variable"):
                found.append(parent.variable)
            elif parent is not None:
                seen.append(parent)
    return found
