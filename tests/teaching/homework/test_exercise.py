"""Exercises of a teacher's own, and how exercises are found."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr import teaching
from autograd_fr.teaching import Exercise, Sample

HINTS = ("one", "two", "three")


def test_the_table():
    table = teaching.exercises()
    assert len(table) == 26 == len(str(table).splitlines())
    for e in table:
        assert e.name in str(table) and e.name in table._repr_html_()
    assert {e.kind for e in table} == {"rule", "layer", "step", "engine", "bugs"}
    assert {e.level for e in table} == {1, 2, 3}


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("softmx.backward", "softmax.backward, softmax.forward"),
        ("softmax", "softmax.forward"),
        ("Adam.step", "adam.step"),
        ("gelu", "engine.order"),
    ],
)
def test_near_names_are_suggested(asked, near):
    with pytest.raises(KeyError) as error:
        teaching.exercise(asked)
    assert str(error.value).startswith(f"there is no exercise {asked!r}; near it: ")
    assert near in str(error.value)


def test_an_exercise_is_the_same_one_every_time():
    assert teaching.exercise("adam.step") is teaching.exercise("adam.step")


def test_a_rule_of_ones_own():
    def backward(x, y, k, grad):
        return grad * k * y / x

    e = Exercise(
        "power.backward", backward,
        asks="Pull the gradient of a power back.", formula="y = x^k",
        forward=lambda x, k: x**k,
        samples=[Sample("square", x=[1.0, 3.0], k=2), Sample("cube", x=[2.0], k=3)],
        hints=HINTS, mistakes={"no factor": lambda x, y, k, grad: grad * y / x},
    )  # fmt: skip
    assert e.kind == "rule" and e.wrt == ("x",) and e.returns == ("dx",)
    assert e.check(lambda x, y, k, grad: grad * k * x ** (k - 1))
    report = e.check(lambda x, y, k, grad: grad * y / x)
    assert report.verdict == "constant factor" and report.failed.typical == "no factor"
    assert "k = 2" in str(e) and "def backward(x, y, k, grad):" in str(e)


def test_a_layer_and_a_step_of_ones_own():
    def scale(x):
        return 2 * x

    layer = Exercise("scale", scale, asks="Twice.", formula="y = 2x",
                     samples=[Sample("one", x=[1.0])], hints=HINTS)  # fmt: skip
    assert (layer.kind, layer.called, layer.returns) == ("layer", "scale", ("y",))
    assert layer.check(lambda x: x + x) and not layer.check(lambda x: x)

    def step(w, grad):
        return w - 0.1 * grad

    descent = Exercise("gd.step", step, asks="Down.", formula="w = w - g / 10",
                       slope=lambda w: 2 * w, returns=("w",), hints=HINTS,
                       samples=[Sample("one", w=[1.0], steps=3)])  # fmt: skip
    assert descent.kind == "step" and descent.check(lambda w, grad: w - grad / 10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hints": ("one",)}, "hints are three"),
        ({"hints": "abc"}, "hints are three"),
        ({"samples": []}, "give it samples"),
        ({"level": 4}, "level is 1, 2 or 3"),
        ({"samples": [Sample("one", z=[1.0])]}, "sample 'one' lacks x"),
        ({"forward": lambda x: x, "wrt": ["q"]}, "wrt names q, which no sample has"),
    ],
)
def test_what_an_exercise_needs(change, message):
    told = {"asks": "", "formula": "", "samples": [Sample("one", x=[1.0])], "hints": HINTS}
    with pytest.raises(ValueError, match=message):
        Exercise("scale", lambda x: x, **told | change)


def test_a_reference_that_fails_is_the_teachers_fault():
    e = Exercise("scale", lambda x: x.nothing, asks="", formula="", hints=HINTS,
                 samples=[Sample("one", x=[1.0])])  # fmt: skip
    with pytest.raises(RuntimeError, match="the reference of scale fails on one"):
        e.check(lambda x: x)


@pytest.mark.parametrize("answer", [lambda x, grad: grad * 2 * x, lambda x, grad: grad * 3 * x**2])
def test_a_reference_that_is_not_the_derivative_is_the_teachers_fault(answer):
    e = Exercise("square.backward", lambda x, grad: grad * 3 * x**2, asks="", formula="y = x²",
                 forward=lambda x: x**2, hints=HINTS, samples=[Sample("one", x=[3.0])])  # fmt: skip
    with pytest.raises(RuntimeError, match=r"the reference of square.backward .* forward on one"):
        e.check(answer)


def test_samples():
    sample = Sample("all", a=(2, 3), b=[1, 2], labels=np.array([0, 1]), eps=0.5)
    first, again = sample.inputs(), sample.inputs()
    assert np.array_equal(first["a"], again["a"]) and first["a"] is not again["a"]
    assert first["b"].dtype == np.float64 and first["labels"].dtype.kind == "i"
    half = sample.in_float32().inputs()
    assert half["a"].dtype == half["b"].dtype == np.float32 and half["labels"].dtype.kind == "i"
    assert repr(sample) == "all, a (2, 3), b (2,), labels (2,)"
