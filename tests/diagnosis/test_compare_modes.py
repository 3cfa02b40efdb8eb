"""The four modes side by side: their derivatives, errors, passes and costs."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import DtypeError, ShapeError

MODES = ("reverse", "forward", "central", "complex")


def at(*values):
    return ag.tensor(values, dtype=ag.float64)


@pytest.mark.parametrize(
    ("f", "x", "jacobian"),
    [
        (lambda x: (x**3).sum(), at(1.0, 2.0), [[3.0, 12.0]]),
        (lambda x: x[0] * x, at(2.0, 3.0), [[4.0, 0.0], [3.0, 2.0]]),
        (lambda x, y: x.sum() * y, (at(2.0, 3.0), at(4.0)), [[4.0, 4.0, 5.0]]),
        (lambda x: ag.zeros(2, dtype=ag.float64), at(1.0), [[0.0], [0.0]]),
        (lambda x: ag.relu(x).sum() + x.abs().sum(), at(-1.0, 2.0), [[-1.0, 2.0]]),
        (lambda x: x * 2 if x > 0 else x * 3, ag.tensor(-1.0, dtype=ag.float64), [[3.0]]),
    ],
)
def test_derivatives(f, x, jacobian):
    modes = ag.compare_modes(f, x, repeat=1)
    for name in MODES:
        np.testing.assert_allclose(modes[name].derivative, jacobian, rtol=1e-8, atol=1e-9)
        assert modes[name].error < (1e-8 if name == "central" else 1e-14)


def test_passes_and_costs():
    w = ag.randn(20, 30, dtype=ag.float64)
    modes = ag.compare_modes(lambda x: (w @ x).tanh().sum(), ag.randn(30, dtype=ag.float64))
    assert [modes[name].passes for name in MODES] == [1, 30, 60, 30]
    assert (modes.inputs, modes.outputs) == (30, 1)
    assert all(mode.seconds > 0 and mode.bytes > 0 for mode in modes.modes)
    assert modes["reverse"].seconds < modes["forward"].seconds
    many = ag.compare_modes(lambda x: x * ag.ones(30, dtype=ag.float64), at(2.0), repeat=1)
    assert [many[name].passes for name in MODES] == [30, 1, 2, 1]


def test_a_wrong_derivative_shows():
    class Wrong(ag.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * x

        @staticmethod
        def backward(ctx, g):
            return g

    modes = ag.compare_modes(lambda x: Wrong.apply(x).sum(), at(3.0), repeat=1)
    assert modes["central"].error == pytest.approx(5.0)  # from reverse mode: 6 is not 1
    assert "`Wrong`" in modes["complex"].missing
    assert "an autograd.Function with a wrong backward" in modes.doubts


@pytest.mark.parametrize(
    "f", [lambda x: (x * x.detach()).sum(), lambda x: x.sum() * x[0].item(), lambda x: x.round()]
)
def test_what_central_differences_alone_see_is_told(f):
    modes = ag.compare_modes(f, at(1.0, 2.5), repeat=1)
    assert modes["central"].error > 0.3
    assert "Look in it for detach(), .item()" in modes.doubts
    assert modes.doubts in str(modes) and "Look in it for detach()" in modes._repr_html_()


def test_doubts_of_kinks_and_of_nan_and_none_of_rounding():
    assert "At a kink, as of abs() at 0" in ag.compare_modes(ag.abs, at(0.0), repeat=1).doubts
    with np.errstate(invalid="ignore"):
        modes = ag.compare_modes(ag.sqrt, at(1e-9), eps=1e-3, repeat=1)
    assert "a step of eps from here" in modes.doubts
    assert ag.compare_modes(ag.exp, ag.tensor([1.0]), repeat=1).doubts == ""


def test_what_has_no_complex_form():
    modes = ag.compare_modes(ag.special.erf, at(0.5), repeat=1)
    assert modes["complex"].derivative is None
    assert "not available, `erf`" in str(modes) and "erf" in modes._repr_html_()
    assert modes["reverse"].error < 1e-14 and modes["central"].error < 1e-8


def test_the_step_of_central_differences():
    errors = [ag.compare_modes(ag.exp, at(1.0), eps=h, repeat=1)["central"].error
              for h in (1e-1, 1e-2)]  # fmt: skip
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.02)  # of second order
    single = ag.compare_modes(ag.exp, ag.tensor([1.0]), repeat=1)
    assert single["central"].error < 1e-3 and single["reverse"].error < 1e-6


def test_random_numbers_are_the_same_each_time():
    ag.manual_seed(0)
    modes = ag.compare_modes(
        lambda x: nn.functional.dropout(x * x, 0.5).sum(), ag.arange(1.0, 9.0, dtype=ag.float64)
    )
    assert modes["central"].error < 1e-8
    assert 0 < np.count_nonzero(modes["reverse"].derivative) < 8


def test_the_table():
    text = str(ag.compare_modes(lambda x: x.sum(), at(1.0, 2.0), repeat=1))
    lines = text.splitlines()
    assert lines[0].split() == ["mode", "error", "passes", "time", "memory"]
    assert [line.split()[0] for line in lines[1:5]] == list(MODES)
    assert len({len(line) for line in lines[:5]}) == 1
    assert lines[5].startswith("2 inputs, 1 output: reverse mode goes back once per output")


def test_inputs_stay_as_they_are():
    x = ag.tensor([1.0, 2.0], dtype=ag.float64, requires_grad=True)
    with ag.no_grad():
        modes = ag.compare_modes(lambda x: (x * x).sum(), x, repeat=1)
    assert modes["reverse"].derivative.tolist() == [[2.0, 4.0]]
    assert x.grad is None and x.tolist() == [1.0, 2.0]


def test_memory_that_is_being_traced_goes_on_being_so():
    tracemalloc.start()
    try:
        assert ag.compare_modes(ag.sin, at(1.0), repeat=1)["reverse"].bytes > 0
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("f", "x", "error", "message"),
    [
        (ag.sin, ag.tensor([1]), DtypeError, "int64"),
        (ag.sin, 1.0, TypeError, "not float"),
        (lambda x: 3.0, at(1.0), TypeError, "must return a tensor"),
        (lambda x: x[:0], at(1.0), ValueError, "without entries"),
        (ag.sum, at(), ShapeError, "no entries to differentiate by"),
        (ag.sum, (), TypeError, "at least one tensor"),
    ],
)
def test_bad_calls(f, x, error, message):
    with pytest.raises(error, match=message):
        ag.compare_modes(f, x)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [({"eps": 0}, ValueError, "above 0, not 0"), ({"eps": float("nan")}, ValueError, "not nan"),
     ({"eps": "a"}, TypeError, "not str"), ({"repeat": 1.5}, TypeError, "an int, not float")],
)  # fmt: skip
def test_bad_options(options, error, message):
    with pytest.raises(error, match=message):
        ag.compare_modes(ag.sin, at(1.0), **options)


def test_unknown_modes_and_repeats():
    modes = ag.compare_modes(ag.sin, at(1.0), repeat=1)
    with pytest.raises(KeyError, match="reverse, forward, central, complex"):
        modes["adjoint"]
    with pytest.raises(ValueError, match="at least 1"):
        ag.compare_modes(ag.sin, at(1.0), repeat=0)
