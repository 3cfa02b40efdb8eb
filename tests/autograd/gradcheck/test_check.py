"""gradcheck and gradgradcheck: right rules pass, wrong ones are caught and named."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.autograd.op import NUMPY_TWINS, REGISTRY, Sample, differentiable
from autograd_fr.errors import GradcheckError, GradcheckWarning

CHECKS = pytest.mark.parametrize("check", [gradcheck, gradgradcheck])


def leaf(data, **kwargs) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True, **kwargs)


def random(*shape, seed=0) -> ag.Tensor:
    return leaf(np.random.default_rng(seed).uniform(0.5, 1.5, shape))


@pytest.fixture
def plant(monkeypatch):
    """Makes an operation for one test only; what is registered meanwhile goes afterwards."""
    before, twins = dict(REGISTRY), dict(NUMPY_TWINS)

    def make(forward, **rules):
        return differentiable(latex="?", samples=[Sample(())], **rules)(forward)

    yield make
    for registry, former in ((REGISTRY, before), (NUMPY_TWINS, twins)):
        registry.clear()
        registry.update(former)


# Right functions pass

RIGHT = {
    "polynomial": (lambda x: x**3 + 2 * x, [(3,)]),
    "broadcast product": (lambda x, y: x * y, [(2, 3), (3,)]),
    "matrices": (lambda a, b: (a @ b).tanh(), [(2, 3), (3, 4)]),
    "several outputs": (lambda x: (x.sin(), (x * x).sum()), [(3,)]),
    "outputs in a list": (lambda x, y: [x * y, y.exp()], [(3,), (3,)]),
    "shared subexpression": (lambda x: (x.exp() * x).sum() * x, [(3,)]),
    "number": (lambda x: x.log(), [()]),
    "softmax": (lambda x: x.softmax(-1), [(2, 3)]),
    "empty": (lambda x: x * 2, [(0, 3)]),
    "empty sum": (lambda x: x.sum(0) * 2, [(0, 3)]),
    "linear": (lambda x: 3 * x, [(4,)]),
    "identity": (lambda x: x, [(4,)]),
    "an integer output": (lambda x: (x * x, x.argmax()), [(3,)]),
}


@CHECKS
@pytest.mark.parametrize(("f", "shapes"), RIGHT.values(), ids=RIGHT)
def test_right_derivatives_pass(check, f, shapes):
    assert check(f, [random(*shape, seed=i) for i, shape in enumerate(shapes)]).status == "pass"


@CHECKS
def test_a_single_input_need_not_be_in_a_list(check):
    assert check(lambda x: x**2, random(3))


@CHECKS
@pytest.mark.parametrize("fast_mode", [False, True])
def test_a_tensor_given_twice_is_one_variable(check, fast_mode):
    forward = {gradcheck: "check_forward_ad", gradgradcheck: "check_fwd_over_rev"}[check]
    t = random(3)
    report = check(lambda a, c, b: a * a * b, [t, 2, t], fast_mode=fast_mode, **{forward: True})
    assert report.status == "pass" and {p.input for p in report.pairs} <= {0, 3}


@CHECKS
def test_non_contiguous_inputs(check):
    x = ag.from_numpy(np.arange(1.0, 25).reshape(4, 6)[::2, ::-3].T / 10)
    x.requires_grad = True
    assert not x.array.flags.c_contiguous
    assert check(lambda x: x**3, x)


@CHECKS
def test_constants_take_no_part(check):
    assert check(lambda x, c, n: x**n * c, [random(2), ag.tensor([2.0, 3.0]), 3])


def test_gradgradcheck_takes_weights():
    assert gradgradcheck(lambda x: x**3, random(2), leaf([1.0, -2.0]))


@CHECKS
def test_inputs_are_as_before(check):
    x = random(3)
    before = x.array
    saved = before.copy()
    check(lambda x: x**3, x)
    assert x.array is before
    np.testing.assert_array_equal(before, saved)
    assert x.grad is None


def test_inputs_are_as_before_when_the_function_raises():
    x = random(3)
    before = x.array
    calls = []

    def f(x):
        calls.append(x)
        if len(calls) > 2:
            raise KeyError
        return x**2

    with pytest.raises(KeyError):
        gradcheck(f, x)
    assert x.array is before


# Wrong rules are caught

WRONG = {
    "factor": (lambda x: x**2, {"x": lambda g, x: 4 * g * x}, [(3,)]),
    "sign": (lambda x: np.cos(x), {"x": lambda g, x: g * np.sin(x)}, [(3,)]),
    "missing transpose": (
        lambda a, b: a @ b,
        {"a": lambda g, b: g @ b, "b": lambda g, a: a.swapaxes(0, 1) @ g}, [(3, 3), (3, 3)],
    ),
    "missing term": (
        lambda x: x * np.exp(x), {"x": lambda g, x: g * np.exp(x)}, [(3,)],
    ),
    "mean taken for a sum": (
        lambda x: x.mean(0), {"x": lambda g, like: np.broadcast_to(g, like.shape)}, [(3, 2)],
    ),
    "first row only": (
        lambda x: x.sum(0),
        {"x": lambda g, x: g * (np.arange(3) == 0)[:, None] + 0 * x}, [(3, 2)],
    ),
    "other operand": (
        lambda a, b: a * b * b,
        {"a": lambda g, b: g * b * b, "b": lambda g, a, b: g * a * b}, [(2,), (2,)],
    ),
    "nan": (lambda x: x * 1, {"x": lambda g: g * float("nan")}, [(2,)]),
    "tiny error": (lambda x: x * 1, {"x": lambda g: g * 1.01}, [(2,)]),
}  # fmt: skip


@pytest.mark.parametrize(("forward", "rules", "shapes"), WRONG.values(), ids=WRONG)
def test_wrong_rules_are_caught(plant, forward, rules, shapes):
    def wrong(*args):
        raise NotImplementedError

    names = list(rules)
    forward.__name__ = "wrong"
    assert list(forward.__code__.co_varnames) == names
    f = plant(forward, **rules)
    inputs = [random(*shape, seed=i) for i, shape in enumerate(shapes)]
    with pytest.raises(GradcheckError):
        gradcheck(f, inputs)
    assert gradcheck(f, inputs, raise_exception=False).status == "fail"


def test_a_rule_without_a_term_is_named(plant):
    def wrong(x):
        return x * np.exp(x)

    f = plant(wrong, x=lambda g, x: g * np.exp(x))
    report = gradcheck(lambda x: f(x.sin()), random(3), raise_exception=False)
    assert report.verdict == "no simple hypothesis fits"
    assert report.worst.culprit.startswith("the rule of `wrong`, called in line")


def test_the_message_names_input_place_and_both_values(plant):
    def wrong(a, b):
        return a * b

    f = plant(wrong, a=lambda g, b: g * b, b=lambda g, a: g * a * np.array([[1, 1, 1], [1, 1, 2]]))
    a = leaf([[1, 2, 3], [4, 5, 6]])
    b = leaf(np.full((2, 3), 2.0), name="bias")
    message = (
        r"(?s)output 0 .*bias \(input 1\): 1 of 36 .*output 0\[1, 2\] / ∂ bias\[1, 2\]"
        r".*analytical +12\n.*numerical +6\n"
    )
    with pytest.raises(GradcheckError, match=message):
        gradcheck(f, [a, b])


def test_the_message_numbers_inputs_as_they_were_given(plant):
    f = plant(wrong_double, x=lambda g: 3 * g)
    with pytest.raises(GradcheckError, match="input 1"):
        gradcheck(lambda c, x: f(x) * c, [ag.tensor(1.0, dtype=ag.float64), random(2)])


def test_the_message_names_the_output(plant):
    f = plant(wrong_double, x=lambda g: 3 * g)
    with pytest.raises(GradcheckError, match="output 1 "):
        gradcheck(lambda x: (x * x, f(x)), random(2))


def wrong_double(x):
    return 2 * x


def test_the_worst_entry_is_named(plant):
    def wrong(x):
        return x * 1

    f = plant(wrong, x=lambda g: g * np.array([1.0, 1.5, 7.0, 1.5]))
    with pytest.raises(GradcheckError, match=r"(?s)3 of 16 .*0\[2\] / ∂ input\[2\].*analytical +7"):
        gradcheck(f, random(4))


def test_a_rule_that_detaches_is_wrong_in_second_order_only(plant):
    def detaching(x):
        return x**3

    def rule(g, x):
        return g * 3 * (x.detach() if isinstance(x, ag.Tensor) else x) ** 2

    f = plant(detaching, x=rule)
    x = random(3)
    assert gradcheck(f, x)
    with pytest.raises(GradcheckError, match=r"(?s)analytical +0\n.*numerical +\d"):
        gradgradcheck(f, x)
    assert not gradgradcheck(f, x, raise_exception=False)


def test_a_rule_that_is_wrong_when_recorded_only_is_caught(plant):
    def half(a, b):
        return a * b

    def rule_b(g, a):
        return (g * a).sum(0) if isinstance(g, np.ndarray) else (g * a)[0] * 1

    f = plant(half, a=lambda g, b: g * b, b=rule_b)
    a, b = random(2, 3), random(3, seed=1)
    assert gradcheck(f, [a, b])
    assert gradgradcheck(f, [a, b], raise_exception=False).verdict == "differs when recorded"


def test_relu_at_its_kink_does_not_pass():
    with pytest.warns(GradcheckWarning, match="kink"):
        report = gradcheck(lambda x: x.relu(), leaf([0.0, 1.0]))
    assert report.status == "undecided"


def test_tolerances_are_used():
    x = random(3)
    off = lambda x: x + (x.detach() * 0.01)  # noqa: E731
    assert not gradcheck(off, x, raise_exception=False)
    assert gradcheck(off, x, rtol=0.1)
    assert gradcheck(off, x, atol=0.1)


# Misuse


@CHECKS
def test_float32_inputs_warn(check):
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with pytest.warns(UserWarning, match=r"float32.*float64"):
        check(lambda x: x * 1, x, raise_exception=False)


@CHECKS
def test_float32_inputs_do_not_warn_of_steps_that_are_wide_enough(check):
    assert check(lambda x: x * x, ag.tensor([1.0, 2.0], requires_grad=True), eps=1e-2)


@CHECKS
@pytest.mark.parametrize(
    ("inputs", "got"),
    [({"x": random(2)}, "got dict"), ((random(2) for _ in "ab"), "got generator"),
     ([[random(2)], random(2)], "input 0 is a list"), ([{"x": [random(2)]}], "input 0 is a dict"),
     (None, "got NoneType"), (3, "got int"), ("x", "got str")],
    ids=str,
)  # fmt: skip
def test_inputs_are_a_flat_sequence(check, inputs, got):
    with pytest.raises(TypeError, match=f"a tensor, or a flat sequence of tensors; {got}"):
        check(lambda *xs: random(2), inputs)


@CHECKS
def test_a_list_of_constants_may_be_given(check):
    assert check(lambda x, sizes: x.expand(sizes) ** 2, [random(1), [2, 3]])


@CHECKS
def test_what_is_checked_is_called(check):
    with pytest.raises(TypeError, match=r"func is the function to check.*None"):
        check(None, random(2))


@CHECKS
def test_no_input_requires_a_gradient(check):
    for kind in (GradcheckError, ValueError):
        with pytest.raises(kind, match="no input requires"):
            check(lambda x: x * 2, ag.tensor([1.0], dtype=ag.float64))


@CHECKS
def test_no_output_depends_on_the_inputs(check):
    with pytest.raises(GradcheckError, match=r"no output depends|no gradient of output 0 arrives"):
        check(lambda x: x.detach() * 2, random(2))


def test_no_tensor_comes_out():
    with pytest.raises(GradcheckError, match="no output"):
        gradcheck(lambda x: x.item(), leaf(1.0))


def test_planting_leaves_no_trace():
    assert "wrong" not in REGISTRY
    assert "wrong_double" not in REGISTRY
