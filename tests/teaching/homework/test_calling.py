"""Answers that give nothing to compare: each is told what it does, and how to go on."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag


def told(report, verdict, *words):
    assert not report and report.verdict == verdict, report
    text = " ".join(str(report).split())
    for word in words:
        assert word in text, text
    page = report._repr_html_()
    assert page.count("<svg") == 2 and page.count("<figure>") == 2


def test_an_error_is_shown_with_the_line_it_comes_from(fresh):
    def backward(y, grad):
        z = y * grad
        return z.missing

    told(
        fresh("sigmoid.backward").check(backward), "an error is raised",
        "AttributeError", "line", "`return z.missing`", "NumPy arrays",
    )  # fmt: skip


def test_an_error_of_a_layer_is_drawn_too(fresh):
    def forward(x, h, W_x, W_h, b):
        return np.tanh(x @ W_x + h @ W_h + b)

    told(fresh("rnn_cell.forward").check(forward), "an error is raised", "shape of every array")


def test_an_error_later_than_at_the_first_sample(fresh):
    def backward(y, grad):
        if y.ndim > 1:
            raise ValueError("only rows")
        return y * (grad - (grad * y).sum())

    report = fresh("softmax.backward").check(backward)
    told(report, "an error is raised", "only rows", "sample 3")
    assert report.passed == 3  # the two rows, and one of them in float32


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (lambda x, W, b, grad: None, "nothing is returned", ("return dx, dW, db",)),
        (lambda x, W, b, grad: (grad @ W, grad.T @ x), "another number of results", ("2 results",)),
        (lambda x, W, b, grad: grad @ W, "another number of results", ("1 result,",)),
        (lambda x, W, b, grad: (grad @ W, grad.T @ x, None), "nothing is returned",
         ("db is None",)),
        (lambda x, W, b, grad: (grad @ W, grad.T @ x, "db"), "not an array",
         ("db is the text 'db'",)),
        (lambda x, W, b, grad: (grad @ W, grad.T @ x, grad), "missing sum over a broadcast axis",
         ("db has the shape (1, 2)", "(2,), that of b", "sum the gradient")),
        (lambda x, W, b, grad: (grad @ W, grad.T @ x, grad.sum()), "wrong shape", ("db",)),
        (lambda x, W, grad: (grad @ W, grad.T @ x, grad.sum(0)), "other arguments", None),
    ],
)  # fmt: skip
def test_wrong_results(fresh, answer, verdict, words):
    report = fresh("linear.backward").check(answer)
    if words is None:
        assert report.verdict == verdict and not report.outcomes
        assert "(x, W, b, grad)" in str(report) and "no sample" in str(report)
        assert report._repr_html_()
        with pytest.raises(ValueError, match="nothing to draw"):
            report.draw()
    else:
        told(report, verdict, *words)


def test_a_transposed_gradient(fresh):
    def backward(A, B, grad):
        return (grad @ B.T).T, (A.T @ grad).T

    told(fresh("matmul.backward").check(backward), "transposed", "dA")


def test_an_axis_that_is_gone_from_a_layer(fresh):
    told(fresh("softmax.forward").check(lambda x: x.sum(-1)), "wrong shape", "keepdims")


@pytest.mark.parametrize("name", ["x", "grad"])
def test_what_was_given_must_not_be_written_into(fresh, name):
    def backward(x, grad):
        result = grad * (x > 0)
        (x if name == "x" else grad)[...] *= 2
        return result

    told(fresh("relu.backward").check(backward), "in-place change", f"writes into {name}")


def test_a_step_must_not_write_into_its_state(fresh):
    def step(w, grad, v, lr, momentum, weight_decay):
        v *= momentum
        v += grad + weight_decay * w
        return w - lr * v, v

    told(fresh("sgd.step").check(step), "in-place change", "v.copy()")


def test_tensors_may_be_given_back(fresh):
    assert fresh("relu.backward").check(lambda x, grad: ag.tensor(grad) * ag.tensor(x > 0))


def test_the_result_of_a_single_one_may_be_a_tuple(fresh):
    assert fresh("relu.backward").check(lambda x, grad: (grad * (x > 0),))


@pytest.mark.parametrize(
    ("answer", "verdict", "words"),
    [
        (lambda x, grad: (grad * (x > 0), grad), "another number of results", "gives 2 results"),
        (lambda x, grad: grad + 0j, "not an array", "dx is a ndarray of dtype complex128"),
        (lambda x, grad: np.array([None] * x.size).reshape(x.shape), "not an array", "object"),
        (lambda x, grad: exit(), "an error is raised", "SystemExit"),
    ],
)
def test_wrong_results_of_one(fresh, answer, verdict, words):
    told(fresh("relu.backward").check(answer), verdict, words)


def test_what_is_no_function(fresh):
    with pytest.raises(TypeError, match="the function itself, not a float"):
        fresh("relu.backward").check(0.5)


def test_names_of_arguments_are_free(fresh):
    assert fresh("relu.backward").check(lambda z, g: g * (z > 0))


def test_overflow_on_the_way_warns_nobody(fresh):
    report = fresh("softmax.forward").check(lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True))
    told(report, "not finite", "yours nan", "right 0.731059")


def test_other_results_that_differ_are_named(fresh):
    report = fresh("batch_norm.backward").check(
        lambda x, weight, eps, grad: (grad, (grad * x).sum(0), grad.sum(0))
    )
    told(report, "no simple hypothesis fits", "also dweight differs, too", "by hand, on paper")


def test_a_rule_that_draws_at_random(fresh):
    rng = np.random.default_rng(0)
    report = fresh("sigmoid.backward").check(
        lambda y, grad: grad * y * (1 - y) + 1e-3 * rng.normal(size=y.shape)
    )
    told(report, "non-deterministic")


def test_an_error_for_gradients_that_only_gradcheck_tries(fresh):
    def backward(y, grad):
        if (grad == 0).any():
            raise ZeroDivisionError("a gradient of 0")
        return grad * y * (1 - y)

    told(fresh("sigmoid.backward").check(backward), "an error is raised", "a gradient of 0")


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("engine.order", lambda parents, output: None, "return order"),
        ("engine.order", lambda parents, output: [output], "t is not in the order"),
        ("engine.order", lambda parents, output: ["f", "t", "w", "u", "v", "q"], "q is in no"),
        ("engine.order", lambda parents, output: ["f", "t", "w", "u", "v", "f"], "f comes 2 times"),
        ("engine.order", lambda parents, output: {1, 2}, "it gives a set"),
        ("engine.order", lambda parents, output: [["f"], ["t"]], "give a list of names"),
        ("engine.backward", lambda graph, output: None, "return gradient"),
        ("engine.backward", lambda graph, output: [1.0], "it gives a list"),
        ("engine.backward", lambda graph, output: {output: 1.0}, "t has no gradient"),
        ("engine.backward", lambda graph, output: dict.fromkeys("ftuvw"), "∂f/∂f is None"),
    ],
)
def test_what_the_engine_is_not(fresh, name, answer, words):
    report = fresh(name).check(answer)
    told(report, report.verdict, words)


def test_of_several_right_orders_any_passes(fresh):
    first = fresh("engine.order").reference

    def other(parents, output):
        return first({n: ps[::-1] for n, ps in parents.items()}, output)

    assert other({"f": ["t", "w"]}, "f") != first({"f": ["t", "w"]}, "f")
    assert fresh("engine.order").check(other)


@pytest.mark.parametrize("number", [ag.tensor, np.array, np.float32])
def test_a_gradient_of_the_engine_may_be_any_number(fresh, number):
    e = fresh("engine.backward")
    first = e.reference

    def numbers(graph, output):
        return {node: number(g) for node, g in first(graph, output).items()}

    assert e.check(numbers)
    report = e.check(lambda graph, output: {n: number(7.0) for n in numbers(graph, output)})
    told(report, "order of the backward pass", "∂f/∂f is 7, where it should be 1")
