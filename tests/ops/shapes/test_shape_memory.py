"""Which shape operations share memory with their argument, and what can be written through it."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import ShapeError


def counted(*shape) -> ag.Tensor:
    return ag.arange(int(np.prod(shape)), dtype=ag.float64).reshape(shape)


X = counted(2, 3, 4)

VIEWS = {
    "view": lambda x: x.view(6, 4),
    "view as another dtype": lambda x: x.view(ag.int64),
    "view_as": lambda x: x.view_as(ag.zeros(4, 6)),
    "reshape": lambda x: x.reshape(6, 4),
    "reshape, transposed": lambda x: x.transpose(0, 1).reshape(3, 1, 2, 2, 2),
    "ravel": lambda x: x.ravel(),
    "flatten": lambda x: x.flatten(1),
    "unflatten": lambda x: x.unflatten(2, (2, 2)),
    "squeeze": lambda x: x[:1].squeeze(),
    "unsqueeze": lambda x: x.unsqueeze(1),
    "transpose": lambda x: x.transpose(0, 2),
    "permute": lambda x: x.permute(2, 0, 1),
    "movedim": lambda x: x.movedim(0, 2),
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "H": lambda x: x[0].H,
    "t": lambda x: x[0].t(),
    "adjoint": lambda x: x.adjoint(),
    "swapdims": lambda x: x.swapdims(0, 1),
    "expand": lambda x: x[:, :1].expand(-1, 5, -1),
    "broadcast_to": lambda x: ag.broadcast_to(x, (5, 2, 3, 4)),
    "broadcast_tensors": lambda x: ag.broadcast_tensors(x, ag.zeros(2, 1, 1, 1))[0],
    "diagonal": lambda x: x.diagonal(1, 1, 2),
    "unfold": lambda x: x.unfold(2, 2, 1),
    "as_strided": lambda x: x.as_strided((3, 3), (4, 1), 2),
    "split": lambda x: x.split(2, 1)[1],
    "split into given lengths": lambda x: x.split([1, 2], 1)[1],
    "chunk": lambda x: x.chunk(2, 2)[1],
    "tensor_split": lambda x: x.tensor_split((1, 2), 1)[1],
    "hsplit": lambda x: x.hsplit(3)[1],
    "unbind": lambda x: x.unbind(2)[1],
    "atleast_3d": lambda x: ag.atleast_3d(x[0]),
}


@pytest.mark.parametrize("f", VIEWS.values(), ids=VIEWS)
def test_views_share_memory_and_can_be_written(f):
    y = f(X)
    assert np.shares_memory(X.array, y.array)
    assert y.array.flags.writeable


COPIES = {
    "clone": lambda x: x.clone(),
    "contiguous": lambda x: x.mT.contiguous(),
    "reshape": lambda x: x.mT.reshape(-1),
    "flatten": lambda x: x.mT.flatten(),
    "flip": lambda x: x.flip(0),
    "flip along nothing": lambda x: x.flip(()),
    "roll": lambda x: x.roll(0),
    "rot90 by nothing": lambda x: x.rot90(4),
    "repeat": lambda x: x.repeat(1, 1, 1),
    "repeat_interleave": lambda x: x.repeat_interleave(ag.tensor([1, 1]), 0),
    "diag": lambda x: x[0].diag(),
    "tril": lambda x: x.tril(5),
    "cat": lambda x: ag.cat([x]),
}


@pytest.mark.parametrize("f", COPIES.values(), ids=COPIES)
def test_others_have_memory_of_their_own(f):
    assert not np.shares_memory(X.array, f(X).array)


def test_what_is_contiguous_stays_as_it_is():
    x = counted(2, 3)
    assert x.contiguous() is x
    assert x[:, :1].mT.contiguous().array.flags.c_contiguous
    assert x.T.contiguous().array.flags.c_contiguous


def test_a_clone_keeps_the_order_in_memory_unless_told():
    x = counted(2, 3).T
    assert x.clone().array.strides == x.array.strides
    assert ag.clone(x, memory_format=ag.contiguous_format).array.flags.c_contiguous


def test_a_row_of_an_expanded_tensor_is_an_ordinary_one():
    x = counted(3)
    with ag.no_grad():
        x.expand(2, 3)[1].add_(10)
    assert x.tolist() == [10, 11, 12]


def test_overlapping_entries_are_not_written():
    with pytest.raises(ag.errors.GraphError, match="share one place"):
        counted(3).expand(2, 3).add_(1)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x.diagonal(),
        lambda x: x.T.unsqueeze(0),
        lambda x: x.view(3, 1, 3).squeeze(1),
        lambda x: x.unfold(1, 1, 2).permute(2, 1, 0),
        lambda x: x.as_strided((2, 2), (4, 1), 1),
        lambda x: x.T.as_strided((2, 2), (4, 1), 1),
    ],
    ids=["diagonal", "transposed", "view", "unfold", "as_strided", "as_strided of a view"],
)
def test_writing_through_a_view_is_recorded(f):
    leaf = ag.tensor(counted(3, 3).array, requires_grad=True)
    x = leaf * 1
    f(x).mul_(2)
    marked = np.zeros((3, 3))
    f(ag.from_numpy(marked)).fill_(1)
    np.testing.assert_array_equal(x.array, leaf.array * (1 + marked))
    x.sum().backward()
    np.testing.assert_array_equal(leaf.grad.array, 1 + marked)


def test_another_dtype_reads_the_bytes():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = x.view(ag.int32)
    assert y.tolist() == np.array([1, 2], np.float32).view(np.int32).tolist()
    assert not y.requires_grad
    assert x.detach().view(dtype=ag.uint8).shape == (8,)
    assert x.detach().view(ag.float64).shape == (1,)


def test_as_strided_counts_from_the_start_of_the_memory():
    x = counted(10)[2:5]
    assert x.as_strided((2,), (3,)).tolist() == [2, 5]
    assert x.as_strided((2,), (3,), 0).tolist() == [0, 3]
    assert [x.as_strided((2,), (1,), n).storage_offset() for n in (None, 1)] == [2, 1]
    assert x.as_strided((2, 2), (0, 1), 8).tolist() == [[8, 9], [8, 9]]
    assert x.expand(2, 3).as_strided((2,), (1,), 1).tolist() == [1, 2]
    assert ag.zeros(0).as_strided((0, 2), (1, 1)).shape == (0, 2)


def test_as_strided_of_samples_counts_from_the_start_of_each():
    def seen(x, *given):
        return ag.vmap(lambda x: x.as_strided(*given))(x).tolist()

    x = counted(8).reshape(2, 4)
    assert seen(x, (2,), (2,), 0) == [[0, 2], [4, 6]]
    assert seen(x, (3,), (1,), 1) == [[1, 2, 3], [5, 6, 7]]
    assert ag.vmap(lambda x: x[1:].as_strided((2,), (1,), 2))(x).tolist() == [[2, 3], [6, 7]]
    assert ag.vmap(lambda x: x.as_strided((2,), (2,), 0), 1)(x.reshape(4, 2)).tolist() == [
        [0, 2], [1, 3],
    ]  # fmt: skip
    with pytest.raises(ShapeError, match="of which the sample has those from 2 on"):
        seen(x[:, 2:], (2,), (1,), 0)
    with pytest.raises(ShapeError, match="entry 4 of a memory of 4"):
        seen(x, (2,), (1,), 3)
    ag.vmap(lambda x: x.as_strided((2,), (2,)).zero_())(x)
    assert x.tolist() == [[0, 1, 0, 3], [0, 5, 0, 7]]


@pytest.mark.parametrize("f", [lambda x: x.t(), lambda x: x.T, lambda x: x.movedim(0, 0)])
@pytest.mark.parametrize("shape", [(), (3,)])
def test_a_view_that_changes_nothing_is_a_result_all_the_same(f, shape):
    x = ag.ones(*shape, requires_grad=True)
    y = f(x)
    assert not y.is_leaf and np.shares_memory(y.array, x.array)
    y.sum().backward()
    assert x.grad.tolist() == np.ones(shape).tolist()


def test_new_results_lie_in_row_major_order():
    x = ag.ones(3, 2).t()
    assert ag.stack([x, x]).view(-1).shape == (12,)
    assert ag.cat([x, x]).view(-1).shape == (12,)
    assert ag.einsum("ij,jk->ik", ag.ones(2, 3), ag.ones(3, 4)).view(-1).shape == (8,)
    assert ag.linalg.cross(ag.ones(3, 3).t(), ag.ones(3, 3)).view(-1).shape == (9,)
