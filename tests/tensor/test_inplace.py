"""Changes in place: values, derivatives, who follows, and what the errors say."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import DtypeError, GraphError, ShapeError


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def swap_rows(h, w):
    h[[0, 1]] = h[[1, 0]]


def swap_rows_by_copies(h, w):
    h[0], h[1] = h[1].clone(), h[0].clone()


def through_parts(split):
    def change(h, w):
        first, *_ = split(h)
        first.mul_(w[0])

    return change


def rows_in_a_loop(h, w):
    for row in h:
        row.mul_(w)


def base_then_view(h, w):
    v = h[0]
    h.mul_(w)
    return v


def two_views(h, w):
    a, b = h.view(-1), h.T
    a[1:3] = w[:2] * a[0].clone()
    b[2].add_(a[1])
    return b.sum() * a


def transposed(h, w):
    h.T[0].mul_(10)
    h.T[1] = w[:2]


def iadd(h, w):
    alias, view = h, h[:1]
    h += w
    assert alias is h
    return view


def repeated(h, w):
    h[[0, 0]] += w


CHANGES = {
    "add_": lambda h, w: h.add_(w),
    "mul_ by itself": lambda h, w: h.mul_(h),
    "mul_ by an entry of itself": lambda h, w: h[0].mul_(h[1, 1].clone()),
    "pow_": lambda h, w: h.pow_(2).mul_(w),
    "by name": lambda h, w: h.mul_(other=w),
    "unary": lambda h, w: h.sin_().exp_().mul_(w),
    "copy_": lambda h, w: h.copy_(w * w),
    "fill_": lambda h, w: h[1].fill_(w[0]),
    "zero_": lambda h, w: h[:, 1].zero_(),
    "entry": lambda h, w: h.__setitem__((0, 1), w[2] ** 2),
    "row": lambda h, w: h.__setitem__(1, w * h[0].clone()),
    "column": lambda h, w: h.__setitem__((slice(None), -1), w[1:]),
    "every other": lambda h, w: h.__setitem__((slice(None), slice(None, None, 2)), w[0]),
    "mask": lambda h, w: h.__setitem__(h > 0.5, w[0]),
    "rows by number": lambda h, w: h.__setitem__([1, 0], h.clone() * w),
    "masked_fill_": lambda h, w: h.masked_fill_(h > 0.5, 2.0).mul_(w),
    "index_add_": lambda h, w: h.index_add_(0, ag.tensor([1, 1]), h.clone() * w),
    "rows swapped": swap_rows,
    "rows swapped by copies": swap_rows_by_copies,
    "parts of split": through_parts(lambda h: h.split(1)),
    "parts of chunk": through_parts(lambda h: h.chunk(2, 1)),
    "parts of unbind": through_parts(lambda h: h.unbind(1)),
    "rows in a loop": rows_in_a_loop,
    "a view follows its base": base_then_view,
    "views of one base": two_views,
    "T of what is not square": transposed,
    "+=, seen by alias and view": iadd,
    "+= at an index twice the same": repeated,
    "an entry of an expanded view": lambda h, w: h[:, :1].expand(2, 3)[1].__setitem__(2, w[0]),
    "reshape to a view": lambda h, w: h.reshape(3, 2)[1].mul_(w[0]),
    "reshape to a copy": lambda h, w: h.T.reshape(6).mul_(w[0]) * 1,
    "diagonal": lambda h, w: h.diagonal().mul_(w[:2]),
    "unfold": lambda h, w: h.unfold(1, 2, 2)[0].mul_(w[0]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_derivatives(change):
    def f(x, w):
        h = x * 1
        result = change(h, w)
        if isinstance(result, ag.Tensor):
            h = h * 2 + result.sum()
        return h * h

    rng = np.random.default_rng(0)
    inputs = [leaf(rng.uniform(0.1, 1, (2, 3))), leaf(rng.uniform(1, 2, 3))]
    assert gradcheck(f, inputs)
    assert gradgradcheck(f, inputs)


def test_values_reach_all_that_share_the_memory():
    b = ag.zeros(2, 3)
    row, flat, t, detached, array = b[0], b.view(6), b.T, b.detach(), b.numpy()
    t[2, 0] = 5.0
    row.add_(1)
    flat[3:] = ag.tensor([7.0, 8.0, 9.0])
    expected = [[1, 1, 6], [7, 8, 9]]
    for seen in (b, flat.view(2, 3), t.T, detached, b.data):
        assert seen.tolist() == expected
    assert array.tolist() == expected
    assert b.clone().add_(1).tolist() != expected


def test_a_copy_is_not_the_original():
    b = ag.zeros(2, 3)
    b.T.reshape(6).add_(1)
    b[[0, 1]].add_(1)
    b.clone().add_(1)
    b.to(ag.float64).add_(1)
    assert not b.any()


def test_a_constant_written_with_what_requires_a_gradient():
    w, b = leaf(2.0), ag.zeros(3, dtype=ag.float64)
    before, view = b[2:], b[:2]
    view.add_(w)
    assert (b.requires_grad, view.requires_grad, before.requires_grad) == (True,) * 3
    (b * ag.tensor([1.0, 10.0, 100.0])).sum().backward()
    assert w.grad.item() == 11


def test_repeated_positions_are_written_once():
    h = ag.zeros(2)
    h[[0, 0]] += 1
    assert h.tolist() == [1, 0]
    h.index_put_((ag.tensor([0, 0]),), ag.ones(2), accumulate=True)
    assert h.tolist() == [3, 0]


# Leaves


@pytest.mark.parametrize(
    ("change", "name"),
    [(lambda x: x.add_(1), "add_"), (lambda x: x.__iadd__(1), "add_"),
     (lambda x: x.zero_(), "zero_"),
     (lambda x: x.__setitem__(0, 1.0), "assignment"), (lambda x: x[0].mul_(2), "mul_"),
     (lambda x: x.view(-1)[1:].fill_(0), "fill_")],
)  # fmt: skip
def test_a_leaf_that_requires_a_gradient_is_refused(change, name):
    x = leaf([1.0, 2.0])
    with pytest.raises(GraphError, match=rf"{name}: .*leaf"):
        change(x)
    assert x.tolist() == [1, 2]


def test_a_leaf_is_updated_without_recording():
    x = leaf([1.0, 2.0])
    with ag.no_grad():
        x.add_(1)
        x[0].mul_(5)
    assert (x.tolist(), x.is_leaf, x.requires_grad, x._version) == ([10, 3], True, True, 2)
    (x * x).sum().backward()
    assert x.grad.tolist() == [20, 6]


# Views that graphs cannot be told of


def test_a_view_made_without_recording_is_not_written_while_recording():
    h = leaf([1.0, 2.0]) * 1
    with ag.no_grad():
        v = h[:1]
        inner = v.view(1)
        v.mul_(5)
    for view in (v, inner, v[0]):
        with pytest.raises(GraphError, match="no_grad"):
            view.mul_(5)
    assert h.tolist() == [5, 2]
    plain = ag.zeros(2)
    with ag.no_grad():
        v = plain[:1]
    v.add_(1)  # no graph is concerned
    with pytest.raises(GraphError, match="no_grad"):
        v.add_(leaf(1.0))


def test_an_expanded_tensor_is_refused():
    b = ag.zeros(1, 3)
    e = b.expand(2, 3)
    for change in (lambda: e.add_(1), lambda: e[:, 0].zero_(), lambda: e.__setitem__([0], 1.0)):
        with pytest.raises(GraphError, match="expanded"):
            change()
    e[0] = 1
    assert b.tolist() == [[1, 1, 1]]


def test_read_only_memory_is_refused():
    array = np.zeros(2)
    array.flags.writeable = False
    t = ag.from_numpy(array)
    with pytest.raises(GraphError, match="read-only"):
        t.add_(1)


def test_shapes_and_dtypes_that_do_not_fit():
    with pytest.raises(ShapeError, match="add_"):
        ag.zeros(2).add_(ag.zeros(3, 2))
    with pytest.raises(ShapeError, match="assignment"):
        ag.zeros(3)[:] = ag.zeros(2)
    with pytest.raises(DtypeError, match="add_"):
        ag.tensor([1, 2]).add_(1.5)
    with pytest.raises(DtypeError, match="div_"):
        ag.tensor([1, 2]).div_(2)


def test_dtypes_stay():
    x, w = ag.ones(2, requires_grad=True), leaf([3.0, 4.0])
    y = x * 1
    y.mul_(w).add_(1)
    y[0] = w[1]
    y.sum().backward()
    assert (y.dtype, x.grad.dtype, w.grad.dtype) == (ag.float32, ag.float32, ag.float64)
    assert (x.grad.tolist(), w.grad.tolist()) == ([0, 4], [0, 2])
    whole = ag.zeros(2, dtype=ag.int64)
    whole[0] = 2.7
    assert whole.tolist() == [2, 0]


# Numbers without axes


def test_a_number_is_changed():
    x = leaf(3.0)
    h = x * 2
    h.mul_(h)
    h += x
    h.backward()
    assert (h.item(), x.grad.item(), h._version) == (39, 8 * 3 + 1, 2)


def test_the_version_of_a_number_lasts():
    x = ag.tensor(1.0)
    x.add_(1)
    x.detach().add_(1)
    x.view(1)[0] = 5
    assert (x._version, x.item()) == (3, 5)


def test_versions_count_writes_into_the_memory():
    x = ag.zeros(3)
    v, d = x[:1], x.detach()
    x.add_(1)
    v.add_(1)
    x[1] = 2
    d.mul_(2)
    assert {x._version, v._version, d._version} == {4}
    assert x.clone()._version == 0


def test_other_data_is_other_memory():
    x = leaf([1.0, 2.0])
    v = x.detach()[:1]
    x.data = ag.tensor([5.0, 6.0], dtype=ag.float64)
    v.add_(10)
    (x * x).sum().backward()
    assert (x.tolist(), x.grad.tolist()) == ([5, 6], [10, 12])


def test_detach_in_place():
    y = leaf([1.0, 2.0]) * 2
    assert y.detach_() is y
    assert (y.is_leaf, y.requires_grad) == (True, False)
    with pytest.raises(GraphError, match="view"):
        (leaf([1.0, 2.0]) * 2)[0].detach_()


# Errors name both operations, and where they stand


def here() -> int:
    return sys._getframe(1).f_lineno


def plain(x):
    h = x * 1
    y, saved = h.sin(), here()
    h.add_(1)
    return y, "sin", saved, "add_", here() - 1


def over_lines(x):
    h = x * 1
    saved = here() + 2
    y = (
        h
        * h
    )  # fmt: skip
    h[0] = 1
    return y, "mul", saved, "assignment", here() - 1


def in_a_layer(x):
    net = ag.nn.Sequential(ag.nn.Linear(2, 2, dtype=ag.float64), ag.nn.Tanh())
    y, saved = net(x), here()
    with ag.no_grad():
        net[0].weight.mul_(2)
    return y, "linear", saved, "mul_", here() - 1


def by_an_optimizer(x):
    w = leaf([3.0, 4.0])
    w.grad = ag.ones_like(w)
    y, saved = x * w, here()
    ag.optim.Adam([w]).step()
    return y, "mul", saved, "Adam", here() - 1


def of_a_number(x):
    h = x[0] * 1
    y, saved = h * h, here()
    h += 1
    return y, "mul", saved, "add_", here() - 1


def of_a_result(x):
    y, saved = x.exp(), here()
    y.T.view(-1).zero_()
    return y, "exp", saved, "zero_", here() - 1


@pytest.mark.parametrize(
    "program", [plain, over_lines, in_a_layer, by_an_optimizer, of_a_number, of_a_result]
)
def test_errors_name_both_places(program):
    y, reader, saved, writer, written = program(leaf([1.0, 2.0]))
    with pytest.raises(GraphError) as error:
        y.sum().backward()
    places = [f"`{op}` (line {line} of {__file__})" for op, line in
              ((reader, saved), (writer, written))]  # fmt: skip
    assert all(place in str(error.value) for place in places)


# What no rule is going to read may be written into


UNREAD = {  # the result is written into; the rule reads the operands only
    "quotient by a number": lambda w: w / 5,
    "number over": lambda w: 1 / w,
    "power": lambda w: w**2,
    "mean of squares": lambda w: (w**2).mean() / 3,
    "cross entropy": lambda w: ag.nn.functional.cross_entropy(w[None], ag.tensor([0])),
    "trapezoid": ag.trapezoid,
}


@pytest.mark.parametrize("f", UNREAD.values(), ids=UNREAD)
def test_a_result_that_no_rule_reads_may_be_changed(f):
    plain, changed = leaf([1.0, 2.0]), leaf([1.0, 2.0])
    f(plain).sum().backward()
    y = f(changed)
    y += 0.1
    y.sum().backward()
    np.testing.assert_allclose(changed.grad.array, plain.grad.array)


FACTORS = {  # the factor with the gradient is written into; its rule reads the other one only
    "matmul": lambda x: x @ ag.ones(3, dtype=ag.float64),
    "mm": lambda x: ag.mm(x, ag.ones(3, 2, dtype=ag.float64)),
    "einsum": lambda x: ag.einsum("ij,jk->ik", x, ag.ones(3, 2, dtype=ag.float64)),
    "kron": lambda x: ag.kron(x, ag.ones(2, 2, dtype=ag.float64)),
    "tensordot": lambda x: ag.tensordot(x, ag.ones(3, dtype=ag.float64), 1),
}


@pytest.mark.parametrize("f", FACTORS.values(), ids=FACTORS)
def test_a_factor_that_no_rule_reads_may_be_changed(f):
    w = leaf(np.ones((2, 3)))
    x = w * 1
    y = f(x)
    x.mul_(5)
    y.sum().backward()
    np.testing.assert_allclose(w.grad.array, w.grad.array[0, 0])
    assert w.grad.array[0, 0] in (1, 2, 4)


# Rearranged in place


def test_a_leaf_rearranged_under_no_grad_stays_a_leaf_with_its_gradient():
    w = leaf([[1.0], [2.0]])
    with ag.no_grad():
        w.t_()
    assert w.is_leaf and w.requires_grad and w.shape == (1, 2)
    (w * ag.tensor([3.0, 4.0], dtype=ag.float64)).sum().backward()
    assert w.grad.tolist() == [[3, 4]]


def test_a_result_rearranged_under_no_grad_keeps_its_history():
    x = leaf(np.ones((2, 3)))
    y = x * 2
    with ag.no_grad():
        y.unsqueeze_(0)
    y.sum().backward()
    assert x.grad.tolist() == [[2, 2, 2], [2, 2, 2]]


def test_views_follow_a_tensor_that_was_rearranged():
    x = leaf(np.ones((2, 3)))
    y = x * 1
    row = y[0]
    y.t_()
    y[0].mul_(3)  # the first column by now
    assert row.tolist() == [3, 1, 1]
    (row.sum() + y.sum()).backward()
    assert x.grad.tolist() == [[6, 2, 2], [3, 1, 1]]


def test_a_number_is_traced_to_the_line_of_the_user_s_program():
    loss = leaf(2.0) ** 2
    loss /= 3
    assert str(loss.grad_fn.line).endswith(__file__)


def test_a_gradient_may_lie_in_memory_in_another_way_than_the_view_written_through():
    x = leaf(np.ones((2, 2)))
    y = x * 1
    y.view(4).mul_(2)
    (y.t() @ ag.ones(2, 2).double()).sum().backward()
    assert x.grad.tolist() == [[4, 4], [4, 4]]
