"""What `debug()` says and advises, where infinities came in, and of what came from elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import NonFiniteError

INF, NAN = math.inf, math.nan


def leaf(*entries):
    return ag.tensor(entries, requires_grad=True)


def said(program, **options):
    with pytest.raises(NonFiniteError) as caught, ag.debug(**options):
        program()
    return str(caught.value)


ADVICE = {  # the program, what the fix speaks of, and what it does not
    "mean of infinities": (lambda: leaf(INF, -INF).mean(), "infinit", "no entries"),
    "mean of none": (lambda: leaf(1.0)[:0].mean(), "no entries", "infinit"),
    "std of infinities": (lambda: leaf(INF, 1.0).std(), "infinit", "one entry"),
    "std of one": (lambda: leaf(1.0).std(), "correction=0", "infinit"),
    "var of none": (lambda: leaf(1.0)[:0].var(), "no entries", "correction"),
    "inf by inf": (lambda: leaf(INF) / leaf(INF), "infinit", "divisor"),
    "one by zero": (lambda: 1 / leaf(0.0), "a divisor is 0", "infinit"),
    "inf less inf": (lambda: leaf(INF) - leaf(INF), "inf - inf", "divisor"),
    "zero times inf": (lambda: leaf(0.0) * leaf(INF), "0 times inf", "divisor"),
    "sum of infinities": (lambda: leaf(INF, -INF).sum(), "infinit", "divisor"),
    "softmax with inf": (lambda: ag.softmax(leaf(INF, 1.0), 0), "infinit", "-inf"),
    "rsqrt of zero": (lambda: ag.rsqrt(leaf(0.0)), "small number", "below 0"),
    "rsqrt below": (lambda: ag.rsqrt(leaf(-1.0)), "below 0", "small number"),
    "log1p at -1": (lambda: ag.log1p(leaf(-1.0)), "at -1 and below", "at 0"),
    "logit outside": (lambda: ag.logit(leaf(2.0)), "(0, 1)", "at 0 and below"),
}


@pytest.mark.parametrize(("program", "right", "wrong"), ADVICE.values(), ids=ADVICE)
def test_the_fix_fits_the_inputs(program, right, wrong):
    fix = said(lambda: program().sum().backward()).partition("fix: ")[2]
    assert right in fix and wrong not in fix


def test_the_fix_fits_the_inputs_in_backward():
    x = leaf(INF)
    assert "infinit" in said(lambda: (1 / (x**2)).sum().backward()).partition("fix: ")[2]


BESIDE = {
    "sum": lambda x: (x * leaf(1.0)).sum(),
    "mean": lambda x: (x * leaf(1.0)).mean(),
    "matmul": lambda x: (x.reshape(1, 3) @ leaf(1.0, 1.0, 1.0)).sum(),
    "softmax": lambda x: ag.softmax(x * leaf(1.0), 0).sum(),
}


@pytest.mark.parametrize("program", BESIDE.values(), ids=BESIDE)
def test_a_nan_that_came_in_beside_an_infinity(program):
    x = ag.tensor([-INF, NAN, 1.0])
    assert said(lambda: program(x).backward()).startswith("`x` came in with nan at [1]")


def test_rows_that_are_masked_altogether():
    mask = ag.tensor([[True, True]])
    text = said(lambda: ag.softmax(leaf([1.0, 2.0]).masked_fill(mask, -INF), 1).sum().backward())
    assert text.startswith("softmax made nan of -inf, forward") and "2 of 2 entries" in text
    mask = ag.tensor([[True, True], [False, True]])
    scores = ag.zeros(2, 2, requires_grad=True)
    text = said(lambda: ag.log_softmax(scores.masked_fill(mask, -INF), 1)[:, 0].sum().backward())
    assert text.startswith("log_softmax made nan of -inf, forward") and "2 of 4 entries" in text


def test_a_query_that_sees_no_key():
    x, mask = ag.ones(2, 1, 4), ag.tensor([[False, False], [True, True]])
    text = said(lambda: ag.nn.MultiheadAttention(4, 2)(x, x, x, attn_mask=mask))
    assert text.startswith("attention_weights made nan of -inf") and "leave one unmasked" in text


# Graphs from before the block


def test_an_output_from_before():
    with np.errstate(all="ignore"):
        y = ag.log(leaf(-1.0)).sum()
    text = said(lambda: y.backward())
    assert "computed before debug() began" in text
    assert text.partition("fix: ")[2].startswith("put the forward pass inside the block")


def test_an_intermediate_result_from_before():
    with np.errstate(all="ignore"):
        h = ag.log(leaf(-1.0))
    text = said(lambda: (h * 2).sum().backward())
    assert text.startswith("`h` came in with nan at [0]")
    assert "it was made by log at " in text
    assert text.partition("fix: ")[2].startswith("put the forward pass inside the block")


# Lines and names


def test_the_line_of_a_second_derivative():
    x = leaf(0.0)

    def program():
        (g,) = ag.autograd.grad((x**1.5).sum(), x, create_graph=True)
        g.sum().backward()

    assert "`(g,) = ag.autograd.grad((x**1.5).sum(), x, create_graph=True)`" in said(program)


def test_what_is_written_in_place_is_not_called_a_clone():
    a = leaf(1.0, 2.0) * 1
    text = said(lambda: a.div_(0.0).sum().backward())
    assert "made by mul at" in text and "clone" not in text


def test_a_number_that_is_not_finite():
    a = leaf(1.0, 2.0) * 1
    text = said(lambda: a.fill_(NAN).sum().backward())
    assert text.startswith("a number came in with nan") and "`text = said(lambda: a.fill_" in text


def test_errors_begin_with_what_happened():
    y = leaf(0.0)
    assert said(lambda: ag.log(y).sum().backward()).startswith("log made -inf")
    mask = ag.tensor([[True, True]])
    rows = leaf([1.0, 2.0]).masked_fill(mask, -INF)
    assert said(lambda: ag.softmax(rows, 1).sum().backward()).startswith("softmax made nan")


def test_lines_show_themselves():
    with ag.debug(action="record") as found:
        ag.log(leaf(0.0)).sum().backward()
    assert "object at" not in repr(found) and f"of {__file__}>" in repr(found[0].line)


# The end of the block: results that nothing was computed of, held or not


LEFT_OVER = {
    "a number that is read": lambda: ag.log(ag.tensor(0.0)).item(),
    "a number that is dropped": lambda: 1 / ag.tensor(0.0),
    "an array that is read": lambda: ag.log(ag.tensor([0.0])).tolist(),
    "an array that is dropped": lambda: 1 / ag.tensor([0.0]) and None,
    "an array that is printed": lambda: f"{ag.log(ag.tensor([0.0]))}",
    "a recorded one": lambda: ag.log(leaf(0.0)) is None,
}


@pytest.mark.parametrize("program", LEFT_OVER.values(), ids=LEFT_OVER)
def test_left_over_results(program):
    assert " made " in said(program)


def test_results_dropped_in_a_loop_are_told_once():
    with ag.debug(action="record") as found:
        for _ in range(100):
            ag.log(ag.tensor([0.0, 1.0]))
    assert len(found) == 1
