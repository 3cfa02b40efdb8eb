"""The options of the checks, and second derivatives."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import ShapeError
from tests.autograd.gradcheck.faults import FAULTS, function, leaves


def test_forward_mode_is_checked_beside_backward():
    report = gradcheck(lambda a, b: (a @ b).tanh(), leaves([(2, 3), (3, 2)]), check_forward_ad=True)
    assert [p.mode for p in report.pairs] == ["backward"] * 2 + ["forward"] * 2
    only = gradcheck(lambda x: x**2, leaves([(3,)]), check_forward_ad=True, check_backward_ad=False)
    assert [p.mode for p in only.pairs] == ["forward"]


@pytest.mark.parametrize("fast_mode", [False, True])
@pytest.mark.parametrize(
    ("push", "verdict"),
    [(lambda t, x: t * x, "constant factor"), (lambda t, x: None, "detached")],
    ids=["half", "none"],
)
def test_a_wrong_jvp_is_found(push, verdict, fast_mode):
    class Square(ag.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            ctx.save_for_forward(x)
            return x**2

        @staticmethod
        def backward(ctx, g):
            return 2 * g * ctx.saved_tensors[0]

        @staticmethod
        def jvp(ctx, t):
            return push(t, *ctx.saved_tensors)

    x, f = leaves([(3,)]), lambda x: Square.apply(x.sin()).exp()
    assert gradcheck(f, x, fast_mode=fast_mode).status == "pass"
    report = gradcheck(f, x, check_forward_ad=True, fast_mode=fast_mode, raise_exception=False)
    assert report.verdict == verdict and "by forward mode" in str(report)
    line = Square.jvp.__code__.co_firstlineno
    assert report.worst.culprit == f"`Square.jvp`, line {line} of {__file__}"


def test_batched_gradients_are_compared():
    class Shy(ag.autograd.Function):
        """Counts how often it is asked, and answers otherwise from the eighth time on."""

        calls = 0

        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, g):
            Shy.calls += 1
            return 2 * g * (1 + (Shy.calls > 7))

    x = leaves([(3,)])
    assert gradcheck(lambda x: x**2, x, check_batched_grad=True)
    assert gradcheck(
        Shy.apply, x
    )  # 3 columns and 2 passes more; a batch of 2, after each of it alone, comes last
    Shy.calls = 0
    report = gradcheck(Shy.apply, x, check_batched_grad=True, raise_exception=False)
    assert report.verdict == "differs when batched"


def test_a_tolerance_for_what_is_not_deterministic():
    rng = np.random.default_rng(0)
    f = function(lambda x: 2 * x, lambda g, x: g * (2 + 1e-9 * rng.uniform()))
    assert gradcheck(f, leaves([(3,)]), raise_exception=False).verdict == "non-deterministic"
    assert gradcheck(f, leaves([(3,)]), nondet_tol=1e-6)


def test_undefined_gradients_need_not_be_checked():
    fault = FAULTS["undefined gradients"]
    f = function(lambda x: x * 1, lambda g, x: g)
    assert gradcheck(lambda x: (f(x), x**2), leaves([(3,)]))
    outputs = []

    class Strict(ag.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.set_materialize_grads(False)
            return 2 * x, 3 * x

        @staticmethod
        def backward(ctx, g, h):
            outputs.append((g, h))
            return 2 * g + 3 * h

    for fast_mode in (False, True):
        x = leaves([(3,)])
        assert gradcheck(Strict.apply, x, check_undefined_grad=False, fast_mode=fast_mode)
    assert outputs and all(g is not None and h is not None for g, h in outputs)
    assert fault.report().verdict == "undefined gradient"


@pytest.mark.parametrize(
    "options",
    [{"eps": 0.0}, {"atol": -1.0}, {"check_backward_ad": False},
     {"check_batched_grad": True, "check_backward_ad": False, "check_forward_ad": True},
     {"check_batched_forward_grad": True}],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValueError):
        gradcheck(lambda x: x, leaves([(3,)]), **options)


@pytest.mark.parametrize("options", [{}, {"check_batched_grad": True, "check_fwd_over_rev": True}])
def test_second_derivatives_are_refused_by_the_names_of_their_own_options(options):
    with pytest.raises(ValueError, match="check_rev_over_rev"):
        gradgradcheck(lambda x: x, leaves([(3,)]), check_rev_over_rev=False, **options)


@pytest.mark.parametrize("option", ["eps", "atol", "rtol", "nondet_tol"])
@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_a_tolerance_is_a_number(check, option):
    with pytest.raises(TypeError, match=f"{option} is a number; got 'a'"):
        check(lambda x: x, leaves([(3,)]), **{option: "a"})


@pytest.mark.parametrize(("weights", "got"), [(3, "int"), ([3], "int"), (np.ones(3), "ndarray")])
def test_weights_are_tensors(weights, got):
    with pytest.raises(TypeError, match=f"grad_outputs are tensors.*got {got}"):
        gradgradcheck(lambda x: x * x, leaves([(3,)]), weights)


@pytest.mark.parametrize("shapes", [[(2,)], [(3,), (3,)], []])
def test_weights_have_the_shapes_of_the_outputs(shapes):
    with pytest.raises(ShapeError, match=r"grad_outputs are tensors.*of shape \[\(3,\)\]"):
        gradgradcheck(lambda x: x * x, leaves([(3,)]), leaves(shapes))


@pytest.mark.parametrize("fast_mode", [False, True])
def test_batched_tangents_are_compared(fast_mode):
    class Double(ag.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, g):
            return 2 * g

        @staticmethod
        def jvp(ctx, t):
            return 2 * t if isinstance(t.array, np.ndarray) else t + 1

    options = {"check_forward_ad": True, "fast_mode": fast_mode, "raise_exception": False}
    inputs = leaves([(2, 3), (3,), ()])
    f = lambda x, y, z: ((x @ y).cumsum(0), y.sort().values * z, z * 0 + 1)  # noqa: E731
    assert gradcheck(f, inputs, check_batched_forward_grad=True, **options).status == "pass"
    for checked in (False, True):
        report = gradcheck(
            Double.apply, leaves([(3,)]), check_batched_forward_grad=checked, **options
        )
        assert report.verdict == ("differs when batched" if checked else "holds")
    assert "a batch of tangents of x" in str(report) and "write jvp" in str(report)


@pytest.mark.parametrize("shape", [(), (0, 2), (2, 2)], ids=str)
def test_batched_tangents_go_through_a_function_without_a_jvp(shape):
    f = function(lambda x: x**2, lambda g, x: 2 * g * x)
    options = {"check_forward_ad": True, "check_backward_ad": False}
    assert gradcheck(f, leaves([shape]), check_batched_forward_grad=True, **options)


# Second order


@pytest.mark.parametrize(
    "options",
    [{}, {"gen_non_contig_grad_outputs": True}, {"fast_mode": True}, {"check_fwd_over_rev": True},
     {"check_fwd_over_rev": True, "check_rev_over_rev": False, "check_undefined_grad": False},
     {"check_batched_grad": True}, {"check_grad_dtypes": True, "masked": True}],
    ids=str,
)  # fmt: skip
def test_second_derivatives_by_every_way(options):
    report = gradgradcheck(lambda a, b: (a @ b).tanh(), leaves([(2, 3), (3, 2)]), **options)
    assert report.status == "pass" and str(report).startswith("gradgradcheck: pass")


@pytest.mark.parametrize("gaps", [False, True])
def test_weights_may_have_gaps_in_memory(gaps):
    seen = []
    f = function(lambda x: x**2, lambda g, x: [seen.append(g.is_contiguous()), 2 * g * x][1])
    assert gradgradcheck(f, leaves([(2, 3)]), gen_non_contig_grad_outputs=gaps)
    assert seen[0] is not gaps


def test_second_derivatives_are_named():
    f = function(lambda x: x**3, lambda g, x: 3 * g * x.detach() ** 2)
    report = gradgradcheck(f, leaves([(3,)]), raise_exception=False)
    assert "∂ the gradient of input 0 / ∂ input 0" in str(report)
    assert report.verdict == "detached"
