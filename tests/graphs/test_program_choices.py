"""What looks at values have chosen: found again by the program, or said to be as recorded."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

FIRST = [[3.0, 1.0, 7.0, 5.0], [2.0, 8.0, 6.0, 4.0], [9.0, 0.0, 1.5, 2.5]]
SECOND = [[0.0, 6.0, 2.0, 1.0], [7.0, 3.0, 5.0, 9.0], [1.5, 8.0, 4.0, 2.5]]

FOUND_AGAIN = {
    "max": lambda x: x.max(0).values,
    "min, kept": lambda x: x.min(-1, keepdim=True).values,
    "sort": lambda x: x.sort(1).values,
    "sort, descending": lambda x: x.sort(dim=0, descending=True).values,
    "np.sort": lambda x: np.sort(x, axis=0),
    "msort": lambda x: ag.msort(x),
    "topk": lambda x: x.topk(2).values,
    "least": lambda x: x.topk(2, 0, largest=False).values,
    "kthvalue": lambda x: x.kthvalue(3, axis=1).values,
    "median along": lambda x: x.median(1).values,
    "median": lambda x: x.median(),
    "mode": lambda x: x.mode(0).values,
    "of a result": lambda x: (2 * x).max(1).values ** 2,
}


@pytest.mark.parametrize("function", FOUND_AGAIN.values(), ids=FOUND_AGAIN)
def test_what_stands_where_is_found_again(function):
    x, other = (ag.tensor(v, dtype=ag.float64, requires_grad=True) for v in (FIRST, SECOND))
    program = ag.to_numpy(function(x), names={"x": x})
    assert program.arguments.keys() == {"x"} and "recorded" not in program.source
    y, found = program.run(x=other)
    expected = function(other)
    np.testing.assert_allclose(y, expected.array)
    expected.sum().backward()
    np.testing.assert_allclose(found["x"], other.grad.array)


def test_a_maximum_reads_like_homework():
    x = ag.tensor(FIRST, requires_grad=True)
    source = str(ag.to_numpy(x.max(0).values))
    for line in (
        "    index = x.argmax(axis=0, keepdims=True)",
        "    t1 = np.take_along_axis(x, index, axis=0)  # (1, 4)",
        "    np.put_along_axis(dx, index, dt1, axis=0)",
    ):
        assert line in source.splitlines(), line


AS_RECORDED = {
    "index: as recorded, from argmax(x)": lambda x: x[x.argmax(0), ag.arange(4)],
    "index: as recorded, from argsort(x)": lambda x: x.gather(1, x.argsort(1)),
    "index: as recorded, from max(x)": lambda x: x[x.max(0).indices],
    "index: as recorded, from cummax(x)": lambda x: x.cummax(1).values,
    "mask: as recorded, from gt(x)": lambda x: x[x > 3],
    "mask: as recorded, from lt(x)": lambda x: ag.where(x < 3, x, 0.0),
    "mask: as recorded, from gt(t1)": lambda x: ag.where((y := 2 * x) > 4, y, y * y),
}


@pytest.mark.parametrize("comment", AS_RECORDED)
def test_what_is_not_found_again_is_an_argument_with_a_comment(comment):
    x = ag.tensor(FIRST, requires_grad=True)
    y = AS_RECORDED[comment](x)
    program = ag.to_numpy(y, names={"x": x})
    assert f"    # {comment} in line " in program.source
    assert comment.partition(":")[0] in program.arguments
    assert "looked at" not in program.source
    np.testing.assert_array_equal(program.run()[0], y.array)


def test_an_order_that_happens_to_count_is_no_literal():
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    program = ag.to_numpy(x[x.argsort()])
    assert program.arguments.keys() == {"x", "index"}
    assert program.run(index=[0, 0, 1])[1]["x"].tolist() == [2.0, 1.0, 0.0]


def test_looks_that_left_no_trace_are_told_of():
    x = ag.tensor(FIRST, requires_grad=True)
    factor = x.sum().item()
    y = x * factor if x[0, 0] > 0 else -x
    assert "looked at" not in ag.to_numpy(y).source  # what it looked at is gone
    s = x.sum()
    y = x * s if s > 0 else -x
    source = ag.to_numpy(y).source
    assert "# as recorded: the program looked at gt(s) in line" in source
    assert "led it another way" in " ".join(source.replace("#", "").split())


def test_what_nobody_looked_at_has_no_comment():
    x = ag.tensor(FIRST, requires_grad=True)
    program = ag.to_numpy((x[[2, 0]] * ag.eye(4)[:2]).sum())
    assert "recorded" not in program.source and "x[[2, 0]]" in program.source
    bool(x.sum() > 0)
    later = (x * 2).sum()
    program, _ = ag.to_numpy(later), bool(later > 0)
    assert program.source == ag.to_numpy(later).source


def test_a_multiple_of_the_identity_is_no_mask():
    x = ag.tensor(FIRST, requires_grad=True)
    program = ag.to_numpy(x @ (3 * ag.eye(4)))
    assert program.arguments.keys() == {"x", "c"}
