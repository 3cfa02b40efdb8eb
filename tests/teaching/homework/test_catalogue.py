"""Every exercise: its reference passes, its typical mistakes do not, and are named."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from autograd_fr import nn, optim, teaching, tensor
from autograd_fr.nn import functional as F

spec = importlib.util.spec_from_file_location("wrong", Path(__file__).with_name("wrong.py"))
wrong = importlib.util.module_from_spec(spec)
spec.loader.exec_module(wrong)

NAMES = [e.name for e in teaching.exercises()]
RULES = [e.name for e in teaching.exercises() if e.kind == "rule"]


def test_every_exercise_has_its_mistakes_in_the_table():
    assert list(wrong.VERDICTS) == NAMES
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_passes(fresh, name):
    e = fresh(name)
    report = e.check(e.reference)
    assert report and report.passed == report.total >= 3, report
    assert report.verdict == "holds" and not report.hint and e.hinted == 0


@pytest.mark.parametrize("name", NAMES)
def test_typical_mistakes_fail_and_are_named(fresh, name):
    e = fresh(name)
    verdicts = []
    for sentence, mistake in e.mistakes.items():
        report = e.check(mistake)
        assert not report and report.passed < report.total
        assert sentence in (report.failed.typical, report.fault.because)
        assert sentence in " ".join(str(report).split()), report
        verdicts.append(report.verdict)
    assert tuple(verdicts) == wrong.VERDICTS[name]


@pytest.mark.parametrize("name", NAMES)
def test_samples_with_floats_are_checked_in_float32(fresh, name):
    e = fresh(name)
    report = e.check(e.reference)
    assert (report.outcomes[-1].sample.float32) == (e.kind not in ("engine", "bugs"))


@pytest.mark.parametrize("name", RULES)
def test_a_forgotten_gradient_and_float64_are_faults_of_every_rule(fresh, name):
    e = fresh(name)

    def nothing(*arguments):
        e.reference(*arguments)

    def wide(*arguments):
        given = e.reference(*arguments)
        several = given if isinstance(given, tuple) else (given,)
        return tuple(np.asarray(d, np.float64) for d in several)

    assert e.check(nothing).verdict == "nothing is returned"
    report = e.check(wide)
    assert report.verdict == "wrong dtype" and report.passed == report.total - 1


@pytest.mark.parametrize("name", NAMES)
def test_the_task_says_all_that_is_needed(fresh, name):
    e = fresh(name)
    for told in (repr(e), e._repr_html_()):
        assert e.name in told and f"def {e.called}(" in told
    assert all(argument in repr(e) for argument in e.arguments)
    assert len(set(e.hints)) == 3 and len(e.mistakes) >= 2


PRINTED_NAMES = {"np": np, "relu": lambda a: max(a, 0.0)}


def test_a_printed_loop_is_shown_and_fails_as_it_stands(fresh):
    e, names = fresh("loops.forward"), dict(PRINTED_NAMES)
    assert all(line.strip() in repr(e) for line in e.faulty.splitlines())
    exec(e.faulty, names)
    report = e.check(names["forward"])
    assert report.verdict == "an error is raised" and "'j' is not defined" in report.fault.because


def test_a_printed_loop_that_was_made_to_run_is_told_its_fault(fresh):
    e, names = fresh("loops.forward"), dict(PRINTED_NAMES)
    mended = e.faulty.replace("np.zeros", "np.ones").replace("range(3)", "(1, 2)")
    mended = mended.replace("for i in range(len(A[t])", "for i in range(1, len(A[t])")
    mended = mended.replace("for i in range(len(A[t-1])", "for j in range(len(A[t-1])")
    exec(mended.replace("[i, j]", "[i-1, j]"), names)
    assert "A holds sums" in e.check(names["forward"]).fault.because


def test_mended_loops_may_make_their_arrays_as_the_printed_ones_do(fresh):
    def backward(W1, W2, x):
        X = [np.append(1, x), np.append(1, np.zeros(len(W1))), np.zeros(1 + len(W2))]
        DA = [np.zeros(len(X[1])), np.zeros(len(X[2]))]
        for i in range(1, len(X[1])):
            X[1][i] = max(W1[i - 1] @ X[0], 0)
        X[2][1] = max(W2[0] @ X[1], 0)
        DA[1][1] = -1 if 0 < X[2][1] < 1 else 0
        for j in range(1, len(X[1])):
            DA[0][j] = DA[1][1] * W2[0, j] * (X[1][j] > 0)
        return np.outer(DA[0][1:], X[0]), np.outer(DA[1][1:], X[1])

    report = fresh("loops.backward").check(backward)
    assert report, report


def test_a_factor_is_told_once_where_a_mistake_is_known(fresh):
    report = fresh("mse.backward").check(lambda p, t, grad: grad * (p - t) / p.size)
    assert "the factor 2 of the square is missing" in str(report)
    assert "a mean stands" not in str(report)


def test_bugs_that_have_been_found_give_the_gradient_of_the_engine(fresh):
    W1, W2 = np.array([[0.3, 0.5, -1.0], [-0.2, 1.0, 0.5]]), np.array([[0.1, 0.5, 0.25]])
    x = np.array([1.0, -0.5])
    a, b = tensor(W1, requires_grad=True), tensor(W2, requires_grad=True)
    y = F.relu(b[:, 1:] @ F.relu(a[:, 1:] @ tensor(x) + a[:, 0]) + b[:, 0])
    F.relu(1 - y).sum().backward()
    dW1, dW2 = ours("loops.backward", W1, W2, x)
    assert dW1.all() and dW2.all()
    assert ours("loops.forward", W1, W2, x) == pytest.approx(y.item())
    np.testing.assert_allclose(dW1, a.grad.numpy(), rtol=1e-12)
    np.testing.assert_allclose(dW2, b.grad.numpy(), rtol=1e-12)


def ours(name, *arguments):
    return teaching.exercise(name).reference(*map(np.asarray, arguments))


@pytest.mark.parametrize(
    ("name", "optimizer", "state", "options"),
    [
        ("sgd.step", optim.SGD, 1, {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.1}),
        ("rmsprop.step", optim.RMSprop, 1, {"lr": 0.05, "alpha": 0.9, "eps": 0.1}),
        ("adam.step", optim.Adam, 2, {"lr": 0.1, "betas": (0.9, 0.99), "eps": 0.1}),
    ],
)
def test_steps_are_those_of_optim(name, optimizer, state, options):
    p = tensor(np.array([1.0, -2.0]), requires_grad=True)
    stepper = optimizer([p], **options)
    w, kept = p.detach().numpy().copy(), [np.zeros(2)] * state
    betas = options.pop("betas", ())
    lr = options.pop("lr")
    for t in range(1, 6):
        p.grad = 3 * p.detach()
        counted = (t,) if betas else ()
        w, *kept = ours(name, w, 3 * w, *kept, *counted, lr, *betas, *options.values())
        stepper.step()
        assert np.allclose(w, p.detach().numpy(), 1e-12)


def test_halving_is_that_of_optim():
    step = teaching.exercise("halving.step").reference
    p = tensor(np.array([1.0, 1.0]), requires_grad=True)
    optimizer = optim.HalvingGD([p])
    w = p.detach().numpy().copy()

    def f(w):
        return w[0] ** 2 + 10 * w[1] ** 2

    def closure():
        optimizer.zero_grad()
        loss = f(p)
        loss.backward()
        return loss

    for _ in range(4):
        w, taken = step(f, w, np.array([2.0, 20.0]) * w, 1.0)
        optimizer.step(closure)
        assert taken == optimizer.last_step
        assert np.allclose(w, p.detach().numpy(), 1e-12)


def test_layers_are_those_of_nn():
    rng = np.random.default_rng(0)
    x, h = rng.normal(size=(3, 2)), rng.normal(size=(3, 4))
    cell = nn.RNNCell(2, 4, dtype=np.float64)
    cell.bias_hh.data.zero_()
    weights = [p.detach().numpy() for p in (cell.weight_ih, cell.weight_hh, cell.bias_ih)]
    right = cell(tensor(x), tensor(h)).detach().numpy()
    assert np.allclose(ours("rnn_cell.forward", x, h, *weights), right, 1e-12)

    mean, var = tensor(np.array([0.5, 1.0])), tensor(np.array([2.0, 3.0]))
    y, *running = ours(
        "batch_norm.forward", x, mean.numpy().copy(), var.numpy().copy(), 1, 0.2, 1e-3
    )
    right = F.batch_norm(tensor(x), mean, var, training=True, momentum=0.2, eps=1e-3)
    for a, b in zip((y, *running), (right, mean, var)):
        assert np.allclose(a, b.numpy(), 1e-12)
    assert np.allclose(ours("softmax.forward", x), F.softmax(tensor(x), -1).numpy(), 1e-12)
