"""Faults are planted, and the verdicts read; right functions get none."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.autograd.gradcheck import verdict
from autograd_fr.autograd.gradcheck.sweep import settled_steps
from autograd_fr.errors import GradcheckError, GradcheckWarning
from tests.autograd.gradcheck.faults import FAULTS, Fault, add_bias, function, leaves

EACH = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
PRECISE = [f for f in FAULTS.values() if f.verdict != verdict.PRECISION]


@EACH
@pytest.mark.filterwarnings("ignore:an input is float", "ignore::UserWarning")
def test_a_planted_fault_gets_its_verdict(fault: Fault):
    report = fault.report()
    assert report.verdict == fault.verdict
    undecided = fault.verdict in (verdict.KINK, verdict.EDGE)
    assert report.status == ("undecided" if undecided else "fail")
    assert bool(report) is undecided
    told = " ".join(str(report).split())
    assert fault.verdict in told and fault.says in told
    assert report.verdicts[0].fix[:40] in told


def test_every_verdict_is_planted():
    names = {v for k, v in vars(verdict).items() if k.isupper()}
    elsewhere = {verdict.HOLDS, verdict.BATCHED, verdict.RECORDED}
    assert {f.verdict for f in FAULTS.values()} == names - elsewhere


# Right functions, some of which look like faults.
RIGHT = {
    "symmetric": (lambda x: x @ x.T, [(3, 3)]),
    "constant": (lambda x: ag.ones(3).double() * 2, [(3,)]),
    "a zero derivative": (lambda x: x * 0, [(3,)]),
    "steep": (lambda x: (x * 300).sin(), [(3,)]),
    "curved": (lambda x: (30 * x).exp(), [(3,)]),
    "large": (lambda x: 1e8 * x**2, [(3,)]),
    "tiny": (lambda x: 1e-8 * x**2, [(3,)]),
    "nearly a kink": (lambda x: ((x - x.detach()) ** 2 + 1e-4).sqrt(), [(3,)]),
    "broadcast": (lambda x, b: (x + b) * b, [(4, 3), (3,)]),
    "in place on a copy": (lambda x: x.clone().mul_(x), [(3,)]),
    "used often": (lambda x: x * x.sin() + x.exp() * x, [(3,)]),
    "sorted": (lambda x: x.sort().values * ag.arange(4.0).double(), [(4,)]),
    "relu away from 0": (lambda x: (x - 0.2).relu() + (x - 3).relu(), [(4,)]),
    "an aside": (lambda x: (x**2, x.detach() * 3), [(3,)]),
    "bias": (add_bias(lambda g: g.sum(0)), [(4, 3), (3,)]),
    "jumps": (function(lambda x: (x * 90).round() / 90, lambda g, x: 0 * g), [(9,)]),
    "halves": (function(lambda x: (x * 2).round() / 2, lambda g, x: 0 * g), [(9,)]),
    "a float32 constant": (lambda x: (x**2, (x * 0 + 0.1).float().double()), [(3,)]),
    "a Function": (function(lambda x: x**2, lambda g, x: 2 * g * x), [(3,)]),
    "empty": (lambda x: x * 2, [(0, 3)]),
    "empty sum": (lambda x: x.sum(0) * 2, [(0, 3)]),
    "a number": (lambda x: x.log(), [()]),
    "float32 and wide steps": (lambda x: x * 2, [np.array([1.0, 2.0], np.float32)]),
}


@pytest.mark.parametrize(("f", "inputs"), RIGHT.values(), ids=RIGHT)
@pytest.mark.parametrize("fast_mode", [False, True])
def test_right_functions_get_no_verdict(f, inputs, fast_mode):
    coarse = any(isinstance(i, np.ndarray) for i in inputs)
    report = gradcheck(f, leaves(inputs), eps=1e-2 if coarse else 1e-6, fast_mode=fast_mode)
    assert (report.status, report.verdict, report.verdicts) == ("pass", "holds", [])
    assert "pass" in str(report).splitlines()[0]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", [n for n, f in FAULTS.items() if f.verdict != verdict.IN_PLACE])
def test_fast_mode_comes_to_the_same_verdict(name: str):
    fault = FAULTS[name]
    slow = fault.report()
    fast = fault._replace(options={**fault.options, "fast_mode": True}).report()
    # A projection along which a tie averages out does not come to the kink at all.
    if slow.status == "fail":
        assert fast.verdict == fault.verdict


def test_fast_mode_does_few_evaluations():
    calls = []

    def f(x):
        calls.append(x)
        return x**2

    report = gradcheck(f, leaves([(40, 50)]), fast_mode=True)
    assert report and len(calls) == 3
    assert report.pairs[0].along


def test_fast_mode_reports_a_projection_where_the_matrix_would_be_too_large():
    double = function(lambda x: x**2, lambda g, x: 4 * g * x)
    report = gradcheck(double, leaves([(1100,)]), fast_mode=True, raise_exception=False)
    assert report.status == "fail" and report.pairs[0].along
    assert report.verdict == "constant factor" and "random direction" in str(report)


# At a kink


def test_a_kink_is_neither_pass_nor_fail():
    with pytest.warns(GradcheckWarning, match=r"(?s)∂ output 0\[1\] / ∂ x\[1\].*kink") as caught:
        report = gradcheck(lambda x: x.relu(), leaves([[-1.0, 0.0, 2.0]]))
    assert caught[0].filename == __file__
    assert report.status == "undecided" and report
    (pair,) = report.pairs
    np.testing.assert_array_equal(np.argwhere(pair.kinks), [[1, 1]])


def test_differences_over_a_jump_agree_at_no_step():
    with pytest.warns(GradcheckWarning, match="kink"):
        report = gradcheck(lambda x: 3 * ag.where(x > 0, 1.0, 0.0), leaves([0.0]))
    (pair,) = report.pairs
    assert pair.numerical == pytest.approx(1.5 / 1e-6)  # and so much is allowed, too
    assert pair.agreeing == [] and "error changes with the step" in str(report)


def test_a_kink_where_both_agree_is_told_without_a_warning():
    report = gradcheck(lambda x: x.abs(), leaves([[0.0, 1.0]]))
    assert report.status == "undecided" and report.verdict == "kink"
    assert "-1 to the left and 1 to the right" in str(report)


@pytest.mark.parametrize("distance", [0.0, 1e-9, 3e-7, 5e-7, 8e-7, 9.5e-7])
@pytest.mark.parametrize("side", [-1, 1])
def test_kinks_are_found_wherever_they_lie_within_eps(distance, side):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GradcheckWarning)
        report = gradcheck(lambda x: 3 * x.abs() + x**2, leaves([[side * distance, 1.0]]))
    assert report.status == "undecided"


@pytest.mark.parametrize("seed", range(8))
def test_noise_is_not_taken_for_a_kink(seed):
    rng = np.random.default_rng(seed)
    report = gradcheck(lambda x: x + rng.uniform(), leaves([()]), raise_exception=False)
    assert report.verdict == "non-deterministic" and not report


def test_the_other_entries_are_still_judged():
    f = function(ag.relu, lambda g, x: g * (x > 0) * 2)
    report = gradcheck(f, leaves([[-1.0, 0.0, 2.0]]), raise_exception=False)
    assert report.status == "fail"
    assert report.worst.worst == ((2,), (2,)) and report.verdict == "constant factor"
    assert "1 more at a kink, left out" in str(report)


# What the report tells


def test_the_error_raised_carries_the_report():
    f = function(lambda x: x**2, lambda g, x: g * 4 * x)
    with pytest.raises(GradcheckError) as caught:
        gradcheck(f, leaves([(3,)]))
    report = caught.value.report
    assert str(caught.value) == str(report) == repr(report)
    assert not report and report.verdict == "constant factor"


def test_a_wrong_gradient_stays_wrong_over_the_sweep():
    f = function(lambda x: x.exp(), lambda g, x: g * 4)
    (pair,) = gradcheck(f, leaves([[1.0, 0.0]]), raise_exception=False).pairs
    steps, errors = zip(*pair.sweep)
    np.testing.assert_allclose(steps, [10.0**-k for k in range(2, 11)])
    np.testing.assert_allclose(errors, 3.0, rtol=1e-3)
    assert pair.worst == ((1,), (1,))
    np.testing.assert_allclose(pair.analytical, np.diag([4.0, 4.0]))
    np.testing.assert_allclose(pair.numerical, np.diag([np.e, 1.0]), atol=1e-8)


def test_a_function_that_refuses_some_steps_is_diagnosed_all_the_same():
    def guarded(x):
        if x.detach().max() > 1.0005:
            raise ValueError("out of my domain")
        return function(lambda x: x**2, lambda g, x: g * 4 * x)(x)

    report = gradcheck(guarded, leaves([[0.5, 1.0]]), raise_exception=False)
    assert report.verdict == "constant factor"
    errors = [error for _, error in report.pairs[0].sweep]
    assert np.isnan(errors[:2]).all() and np.isfinite(errors[3:]).all()


def test_infinite_differences_agree_with_nothing():
    wall = lambda x: ag.where(x.detach() >= 1, ag.inf, 0.0)  # noqa: E731
    report = gradcheck(lambda x: x + wall(x), leaves([[1.0, 0.0]]), raise_exception=False)
    assert report.verdict == "not finite" and report.worst.worst == ((0,), (0,))


def test_the_sweep_of_a_coarse_check_goes_down_and_up():
    with pytest.warns(UserWarning, match="float32"):
        report = gradcheck(lambda x: x**3, leaves([np.float32([1.3])]), raise_exception=False)
    errors = [error for _, error in report.pairs[0].sweep]
    assert min(errors[:3]) < 1e-2 * errors[-1] and "agree" in str(report)


def test_names_come_from_the_tensor_the_signature_or_the_number():
    def f(weight, other, *rest):
        return weight.detach() * other.detach() + rest[0].detach()

    a, b, c = leaves([(), (), ()])
    b.name = "scale"
    report = gradcheck(f, [a, b, c], raise_exception=False)
    assert [p.input_name for p in report.pairs] == ["weight", "scale", "input 2"]


def test_names_of_a_function_come_from_its_forward():
    report = FAULTS["mean over a broadcast axis"].report()
    assert "b is broadcast" in str(report)

    class Double(ag.autograd.Function):
        @staticmethod
        def forward(ctx, speed):
            return speed * 2

        @staticmethod
        def backward(ctx, g):
            return g

    report = gradcheck(Double.apply, leaves([(2,)]), raise_exception=False)
    assert report.pairs[0].input_name == "speed"
    assert "`Double.backward`" in str(report)


def test_equal_names_are_told_apart_by_number():
    a, b = leaves([(), ()])
    a.name = b.name = "w"
    report = gradcheck(lambda a, b: a.detach() * b, [a, b], raise_exception=False)
    assert [p.input_name for p in report.pairs] == ["w (input 0)", "w (input 1)"]


@pytest.mark.parametrize("fast_mode", [False, True])
@pytest.mark.parametrize(
    ("name", "culprit"), [("in-place", "function"), ("input in place in backward", "backward")]
)
@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_inputs_written_into_have_their_entries_back(check, name, culprit, fast_mode):
    x = leaves([[1.0, 2.0]])[0]
    with pytest.raises(GradcheckError, match=f"{culprit} writes into"):
        check(FAULTS[name].f, x, fast_mode=fast_mode)
    assert x.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("f", [lambda f, x: f(x), lambda f, x: (f(x) + x) * 3], ids=["root", "in"])
def test_a_gradient_written_into_is_named_wherever_it_comes_in(f):
    own = FAULTS["incoming gradient in place"].f
    weights = leaves([[1.0, 2.0, 3.0]])
    for check in (gradcheck, gradgradcheck):
        report = check(lambda x: f(own, x), leaves([(3,)]), raise_exception=False)
        assert report.verdict == "in-place change" and "of the incoming gradient" in str(report)
    gradgradcheck(lambda x: f(own, x), leaves([(3,)]), weights, raise_exception=False)
    assert weights[0].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("fast_mode", [False, True])
@pytest.mark.parametrize("shape", [(), (2,), (3,)], ids=str)
@pytest.mark.parametrize(
    "bend", [ag.abs, lambda g: g.clamp(min=0), lambda g: g.clamp(-1, 1), lambda g: g * g.abs()],
    ids=["abs", "guided", "clipped", "squared"],
)  # fmt: skip
def test_a_gradient_bent_on_its_way_in_is_found(bend, shape, fast_mode):
    f = function(lambda x: x**3, lambda g, x: bend(g) * 3 * x**2)
    report = gradcheck(f, leaves([shape]), fast_mode=fast_mode, raise_exception=False)
    assert report.verdict == "not linear in the incoming gradient"


@pytest.mark.parametrize(
    "f", [lambda x, total: x * total.add_(1.0), lambda x, total: x * total.add_(1.0).sum().item()]
)
def test_a_constant_that_every_call_writes_into_is_named(f):
    total = ag.zeros(3, dtype=ag.float64)
    report = gradcheck(f, [*leaves([(3,)]), total], raise_exception=False)
    assert report.verdict == "in-place change" and "writes into total" in str(report)


def test_one_step_that_agrees_by_chance_says_nothing():
    (pair,) = FAULTS["no simple fault"].report().pairs
    steps = [eps for eps, _ in pair.sweep]
    pair.agreeing = steps[4:5]
    assert settled_steps(pair) == []
    pair.agreeing = steps[4:6]
    assert settled_steps(pair) == steps[4:6]


def test_several_inputs_have_their_own_verdicts():
    f = function(lambda a, b: a @ b, lambda g, a, b: (2 * g @ b.T, a @ g))
    report = gradcheck(f, leaves([(3, 3), (3, 3)]), raise_exception=False)
    found = {p.input: p.verdicts[0].kind for p in report.pairs}
    assert found == {0: "constant factor", 1: "transposed"}


def test_a_shape_that_does_not_fit_is_named():
    f = function(lambda a, b: a @ b, lambda g, a, b: (b @ g.T, a.T @ g))
    with pytest.raises(ValueError, match=r"argument 0 .*\(3, 2\).*\(2, 3\)"):
        gradcheck(f, leaves([(2, 3), (3, 4)]))


def test_the_checks_are_imported_when_first_called():
    code = "import sys, autograd_fr; print([m for m in sys.modules if '.gradcheck.' in m])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["['autograd_fr.autograd.gradcheck.check']"]


@pytest.mark.parametrize("check", [gradcheck, gradgradcheck])
def test_a_warning_of_coarse_inputs_points_at_the_call(check):
    with pytest.warns(UserWarning, match="float32") as caught:
        check(lambda x: x * 1, leaves([np.float32([1.0])]), raise_exception=False)
    assert caught[0].filename == __file__


# In a notebook


def test_a_notebook_shows_a_map_with_the_worst_entry_marked():
    report = FAULTS["matmul without a transpose"].report()
    page = report._repr_html_()
    (pair,) = [p for p in report.pairs if p.status == "fail"]
    assert page.count("<rect") == pair.error.size + 7  # and those of the legend
    assert page.count('stroke="currentColor"') == 1
    assert page.count('fill="#3a9d6b"') == int((~pair.differs).sum()) + 1
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_names_are_escaped_and_large_maps_are_cut():
    x = leaves([(60, 50)])[0]
    x.name = "<b>&"
    y = ag.ones(60, 50, dtype=ag.float64)
    y[40, 45] = 2.0
    f = function(lambda x: x.sum(), lambda g, x: g * y)
    page = gradcheck(f, x, raise_exception=False)._repr_html_()
    assert "<b>" not in page and "&lt;b&gt;&amp;[40, 45]" in page
    assert page.count("<rect") == 32 * 32 + 7 and page.count('stroke="currentColor"') == 1


def test_a_map_of_what_passes_marks_nothing():
    page = gradcheck(lambda x: x**2, leaves([(3,)]))._repr_html_()
    assert "stroke=" not in page and page.count("<rect") == 9 + 7
