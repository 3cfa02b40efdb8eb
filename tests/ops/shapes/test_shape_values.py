"""What shape operations give where the registry's samples do not say: dtypes, calls, gradients."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

X = np.arange(24.0).reshape(2, 3, 4)


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


CALLS = {  # the call, and the same in NumPy
    "reshape": (lambda x: x.reshape([6, -1]), lambda a: a.reshape(6, -1)),
    "reshape by name": (lambda x: x.reshape(shape=(6, 4)), lambda a: a.reshape(6, 4)),
    "view by name": (lambda x: x.view(size=(6, 4)), lambda a: a.reshape(6, 4)),
    "reshape by tensors": (
        lambda x: x.reshape(ag.tensor(6), np.int64(4)), lambda a: a.reshape(6, 4),
    ),
    "permute by name": (lambda x: x.permute(dims=(1, 0, 2)), lambda a: a.transpose(1, 0, 2)),
    "movedim": (
        lambda x: ag.movedim(x, (0, 1), (-1, 0)), lambda a: np.moveaxis(a, (0, 1), (-1, 0)),
    ),
    "moveaxis": (lambda x: x.moveaxis(2, 0), lambda a: np.moveaxis(a, 2, 0)),
    "flip": (lambda x: x.flip(0, -1), lambda a: np.flip(a, (0, -1))),
    "flip by name": (lambda x: x.flip(dims=[1]), lambda a: np.flip(a, 1)),
    "fliplr": (ag.fliplr, np.fliplr),
    "flipud": (ag.flipud, np.flipud),
    "roll": (lambda x: x.roll((1, 2), (0, 2)), lambda a: np.roll(a, (1, 2), (0, 2))),
    "roll all": (lambda x: ag.roll(x, 5), lambda a: np.roll(a, 5)),
    "rot90": (lambda x: x.rot90(1, (1, 2)), lambda a: np.rot90(a, 1, (1, 2))),
    "rot90 twice": (lambda x: x.rot90(-2), lambda a: np.rot90(a, 2)),
    "rot90 back": (lambda x: x.rot90(3, [2, 0]), lambda a: np.rot90(a, 3, (2, 0))),
    "repeat": (lambda x: x.repeat(2, 1, 2, 1), lambda a: np.tile(a, (2, 1, 2, 1))),
    "tile": (lambda x: x.tile(2, 2), lambda a: np.tile(a, (2, 2))),
    "repeat_interleave": (lambda x: x.repeat_interleave(2, 1), lambda a: np.repeat(a, 2, 1)),
    "repeat_interleave all": (lambda x: x.repeat_interleave(2), lambda a: np.repeat(a, 2)),
    "repeat_interleave each": (
        lambda x: x.repeat_interleave(ag.tensor([2, 0, 1]), dim=1, output_size=3),
        lambda a: np.repeat(a, [2, 0, 1], 1),
    ),
    "diag_embed": (
        lambda x: x.diag_embed(-1, 0, 2).diagonal(-1, 0, 2), lambda a: a,
    ),
    "diagflat": (lambda x: ag.diagflat(x[0, 0], 1), lambda a: np.diagflat(a[0, 0], 1)),
    "block_diag": (
        lambda x: ag.block_diag(x[0], x[0, 0], x[0, 0, 0])[3:, 4:],
        lambda a: np.vstack([[*a[0, 0], 0], [0, 0, 0, 0, a[0, 0, 0]]]),
    ),
    "column_stack": (
        lambda x: ag.column_stack([x[0, :, 0], x[0]]),
        lambda a: np.column_stack([a[0, :, 0], a[0]]),
    ),
    "dstack": (lambda x: ag.dstack([x[0], x[1]]), lambda a: np.dstack([a[0], a[1]])),
    "hstack of numbers": (lambda x: ag.hstack([x[0, 0, 1], x[0, 0, 2]]), lambda a: a[0, 0, 1:3]),
    "unfold": (
        lambda x: x.unfold(-1, 2, 2),
        lambda a: np.lib.stride_tricks.sliding_window_view(a, 2, -1)[:, :, ::2],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("ours", "theirs"), CALLS.values(), ids=CALLS)
def test_values_are_those_of_numpy(ours, theirs):
    x = ag.tensor(X)
    expected = theirs(X)
    y = ours(x)
    np.testing.assert_array_equal(y.array, expected)
    assert y.shape == expected.shape


TWINS = {
    "transpose": lambda a: np.transpose(a),
    "transpose axes": lambda a: np.transpose(a, (1, 0, 2)),
    "moveaxis": lambda a: np.moveaxis(a, 0, -1),
    "expand_dims": lambda a: np.expand_dims(a, 1),
    "squeeze": lambda a: np.squeeze(a[:1], axis=0),
    "flip": lambda a: np.flip(a),
    "flip axis": lambda a: np.flip(a, axis=1),
    "roll": lambda a: np.roll(a, 1, axis=0),
    "rot90": lambda a: np.rot90(a, axes=(1, 2)),
    "diagonal": lambda a: np.diagonal(a, 1, 1, 2),
    "diag": lambda a: np.diag(a[0]),
    "tril": lambda a: np.tril(a),
    "repeat": lambda a: np.repeat(a, 2, axis=1),
    "tile": lambda a: np.tile(a, (2, 1)),
    "vstack": lambda a: np.vstack([a, a]),
    "array_split": lambda a: np.array_split(a, 2, axis=2)[1],
    "ravel": lambda a: np.ravel(a),
}


@pytest.mark.parametrize("f", TWINS.values(), ids=TWINS)
def test_functions_of_numpy_take_tensors(f):
    y = f(leaf(X))
    assert y.requires_grad
    np.testing.assert_array_equal(y.array, f(X))


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        (lambda x: x.split(2), [2, 2, 1]),
        (lambda x: x.split(split_size=9), [5]),
        (lambda x: x[:0].split(2), [0]),
        (lambda x: x[:0].split(0), [0]),
        (lambda x: ag.split(x, (1, 0, 4)), [1, 0, 4]),
        (lambda x: x.chunk(4), [2, 2, 1]),
        (lambda x: x[:0].chunk(3), [0, 0, 0]),
        (lambda x: x.tensor_split(3), [2, 2, 1]),
        (lambda x: x.tensor_split(sections=2), [3, 2]),
        (lambda x: x.tensor_split(indices=(3, 1)), [3, 0, 4]),
        (lambda x: x.tensor_split(ag.tensor([-2, 9])), [3, 2, 0]),
        (lambda x: x.hsplit(5), [1] * 5),
        (lambda x: x.hsplit([1]), [1, 4]),
    ],
    ids=range(13),
)
def test_lengths_of_parts(sizes, expected):
    assert [len(part) for part in sizes(ag.zeros(5))] == expected


def test_joining_promotes():
    f, d, i, b = (ag.zeros(2, dtype=t) for t in (ag.float32, ag.float64, ag.int64, ag.bool))
    assert ag.cat([f, d]).dtype == ag.stack([d, f]).dtype == ag.float64
    assert ag.cat([i, f]).dtype == ag.hstack([b, f]).dtype == ag.float32
    assert ag.cat([b, i]).dtype == ag.block_diag(b, i).dtype == ag.int64
    assert ag.cat([b, b]).dtype == ag.block_diag(b, b).dtype == ag.bool
    assert ag.cat([ag.zeros(2, 3), ag.zeros(0, dtype=ag.float64)]).dtype == ag.float64


def test_a_cast_in_joining_is_in_the_graph():
    x = ag.tensor([1.0], requires_grad=True)
    (ag.cat([x, ag.zeros(1, dtype=ag.float64)]) * 3).sum().backward()
    assert x.grad.tolist() == [3]
    assert x.grad.dtype == ag.float32


def test_empty_vectors_are_passed_over_in_joining():
    x, nothing = leaf(X[0]), leaf([])
    y = ag.cat([nothing, x, nothing], 1)
    y.sum().backward()
    assert y.shape == (3, 4)
    assert nothing.grad.shape == (0,)
    assert x.grad.array.all()
    assert ag.cat([ag.zeros(0), ag.zeros(0)]).shape == (0,)


def test_entries_seen_often_have_the_sum_of_their_gradients():
    x = leaf([1, 2, 3, 4])
    x.unfold(0, 3, 1).sum().backward()
    assert x.grad.tolist() == [1, 2, 2, 1]
    x.grad = None
    x.as_strided((3, 2), (0, 2), 1).sum().backward()
    assert x.grad.tolist() == [0, 3, 0, 3]


def test_memory_that_is_not_the_argument_s_has_no_gradient():
    x = leaf([1, 2, 3, 4])
    middle = x[1:3]
    middle.as_strided((4,), (1,), 0).sum().backward()
    assert x.grad.tolist() == [0, 1, 1, 0]


def test_entries_that_share_a_place_share_its_gradient():
    x = leaf([1, 2])
    (expanded,) = ag.autograd.grad((wide := x.expand(4, 2)).as_strided((2,), (1,)).sum(), wide)
    assert expanded.tolist() == [[0.25, 0.25]] * 4


def test_second_derivatives_of_as_strided():
    x = leaf([[1, 2, 3], [4, 5, 6]])
    assert ag.autograd.gradgradcheck(lambda x: x.T.as_strided((2, 3), (2, 1), 1) ** 3, [x])


def test_repeats_alone_give_their_positions():
    assert ag.repeat_interleave(ag.tensor([1, 0, 2])).tolist() == [0, 2, 2]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.transpose(0, -1),
        lambda x: x.movedim(0, 0),
        lambda x: x.squeeze(0),
        lambda x: x.flip(0),
        lambda x: x.roll(1),
        lambda x: x.permute(()),
        lambda x: x.expand(()),
        lambda x: x.mT,
        lambda x: x.T,
        lambda x: x.t(),
    ],
    ids=range(10),
)
def test_numbers_pass_through(f):
    x = leaf(3.0)
    y = f(x)
    (2 * y).backward()
    assert (y.shape, y.item(), x.grad.item()) == ((), 3, 2)


@pytest.mark.parametrize("dtype", [ag.float16, ag.int8, ag.uint8, ag.bool], ids=str)
@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.tril(), lambda x: x.diag_embed(), lambda x: x.repeat(2, 1),
        lambda x: x.unfold(0, 2, 1), lambda x: x.diagonal(), lambda x: x.rot90(),
        lambda x: x.roll(1, 0), lambda x: ag.block_diag(x, x), lambda x: ag.stack([x, x]),
    ],
    ids=range(9),
)  # fmt: skip
def test_dtypes_stay(f, dtype):
    assert f(ag.zeros(2, 3, dtype=dtype)).dtype == dtype


def test_shapes_broadcast():
    assert ag.broadcast_shapes((2, 1), 3, ()) == (2, 3)
    assert ag.broadcast_shapes() == ()
    assert [x.shape for x in ag.atleast_2d([ag.tensor(1.0), ag.zeros(3)])] == [(1, 1), (1, 3)]
