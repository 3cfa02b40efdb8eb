"""Tables of vectors: whose rows have which gradient, bags, one-hot vectors, errors."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd import gradcheck
from autograd_fr.errors import AutogradError, DimensionError, DtypeError, RangeError, ShapeError
from autograd_fr.nn import functional as F

NUMBERS = np.array([[1, 2, 2, 5], [0, 2, 1, 1]])
TABLE = np.random.default_rng(0).normal(size=(6, 3))


def table(dtype=np.float64):
    return ag.tensor(TABLE.astype(dtype), requires_grad=True)


def gradient(**options):
    """What each row of the table receives where each vector that is read receives its place."""
    w = table()
    g = np.arange(24.0).reshape(2, 4, 3)
    y = F.embedding(ag.tensor(NUMBERS), w, **options)
    np.testing.assert_array_equal(y.detach().numpy(), w.detach().numpy()[NUMBERS])
    y.backward(ag.tensor(g))
    return w.grad.numpy(), g


def test_rows_that_occur_several_times_add_up():
    found, g = gradient()
    expected = [g[k == NUMBERS].sum(0) for k in range(6)]
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("padding_idx", [2, -4])
def test_the_padding_has_no_gradient(padding_idx):
    found, g = gradient(padding_idx=padding_idx)
    expected = [g[k == NUMBERS].sum(0) * (k != 2) for k in range(6)]
    np.testing.assert_allclose(found, expected)


def test_a_gradient_of_nan_at_the_padding_stays_outside():
    w = table()
    F.embedding(ag.tensor([2, 1]), w, padding_idx=2).backward(ag.tensor([[np.nan] * 3, [1.0] * 3]))
    assert w.grad.sum().item() == 3


def test_gradients_divided_by_how_often_a_row_occurs():
    found, g = gradient(scale_grad_by_freq=True)
    expected = [g[k == NUMBERS].mean(0) if (k == NUMBERS).any() else [0] * 3 for k in range(6)]
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("p", [1.0, 2.0])
def test_long_rows_that_occur_are_shortened_in_place(p):
    w = table(np.float32)
    y = F.embedding(ag.tensor(NUMBERS), w, max_norm=0.5, norm_type=p)
    lengths = np.linalg.norm(w.detach().numpy(), p, axis=1)
    before = np.linalg.norm(TABLE, p, axis=1)
    assert (before > 0.5).all()
    np.testing.assert_allclose(lengths[[0, 1, 2, 5]], 0.5, rtol=1e-5)
    np.testing.assert_allclose(lengths[[3, 4]], before[[3, 4]], rtol=1e-6)
    np.testing.assert_array_equal(y.detach().numpy(), w.detach().numpy()[NUMBERS])
    y.sum().backward()
    assert w.grad.dtype == np.float32


def test_each_sample_of_a_batch_has_rows_and_gradients_of_its_own():
    numbers = ag.tensor(NUMBERS)
    slope = ag.func.grad(lambda w, i: (F.embedding(i, w, padding_idx=2) ** 2).sum())
    found = ag.vmap(slope, in_dims=(None, 0))(table().detach(), numbers)
    for one, i in zip(found, numbers):
        np.testing.assert_allclose(one.numpy(), slope(table().detach(), i).numpy())


# Bags


BAGS = {"sum": lambda rows: rows.sum(0), "mean": lambda rows: rows.mean(0),
        "max": lambda rows: rows.max(0)}  # fmt: skip


@pytest.mark.parametrize("mode", BAGS)
@pytest.mark.parametrize(
    ("offsets", "last", "bags"),
    [
        (None, False, [NUMBERS[0], NUMBERS[1]]),
        ([0, 3, 3, 5], False, [[1, 2, 2], [], [5, 0], [2, 1, 1]]),
        ([0, 3, 3, 7], True, [[1, 2, 2], [], [5, 0, 2, 1]]),
    ],
)
@pytest.mark.parametrize("padding_idx", [None, 2])
def test_bags(mode, offsets, last, bags, padding_idx):
    numbers = NUMBERS if offsets is None else NUMBERS.reshape(-1)
    offsets = None if offsets is None else ag.tensor(offsets)
    options = {"mode": mode, "include_last_offset": last, "padding_idx": padding_idx}
    y = F.embedding_bag(ag.tensor(numbers), table(), offsets, **options)
    rows = [TABLE[[k for k in bag if k != padding_idx]] for bag in bags]
    expected = [BAGS[mode](r) if len(r) else np.zeros(3) for r in rows]
    np.testing.assert_allclose(y.detach().numpy(), expected, rtol=1e-12)
    found = gradcheck(
        lambda w: F.embedding_bag(ag.tensor(numbers), w, offsets, **options) ** 2, (table(),)
    )
    assert found.status == "pass"


def test_factors_of_the_rows_in_a_bag():
    factors = ag.tensor(np.arange(1.0, 9.0).reshape(2, 4), requires_grad=True)
    call = lambda w, f: F.embedding_bag(  # noqa: E731
        ag.tensor(NUMBERS), w, mode="sum", per_sample_weights=f, padding_idx=5
    )
    expected = (TABLE[NUMBERS] * (factors.detach().numpy() * (NUMBERS != 5))[..., None]).sum(1)
    np.testing.assert_allclose(call(table(), factors).detach().numpy(), expected)
    assert gradcheck(call, (table(), factors)).status == "pass"


def test_of_equal_entries_in_a_bag_the_first_has_the_gradient():
    w = ag.zeros(3, 1, requires_grad=True)
    F.embedding_bag(ag.tensor([[2, 0, 1]]), w, mode="max").sum().backward()
    assert w.grad.tolist() == [[0], [0], [1]]


# Modules


@pytest.mark.parametrize("layer", [nn.Embedding, nn.EmbeddingBag])
def test_tables_start_standard_normal_with_zeros_at_the_padding(layer):
    ag.manual_seed(0)
    w = layer(500, 40, padding_idx=-1).weight.detach().numpy()
    assert w.dtype == np.float32 and not w[-1].any()
    assert abs(w[:-1].mean()) < 0.02 and w[:-1].std() == pytest.approx(1, rel=0.02)
    assert layer(2, 3, dtype=ag.float64).weight.dtype == ag.float64


@pytest.mark.parametrize("layer", [nn.Embedding, nn.EmbeddingBag])
def test_given_vectors_are_frozen_unless_said(layer):
    vectors = ag.tensor(TABLE)
    assert not layer.from_pretrained(vectors).weight.requires_grad
    made = layer.from_pretrained(vectors, freeze=False, padding_idx=0)
    assert made.weight.requires_grad and made.padding_idx == 0
    np.testing.assert_array_equal(made.weight.detach().numpy(), TABLE)
    with pytest.raises(ShapeError, match="rows of a matrix"):
        layer.from_pretrained(ag.ones(3))


# One-hot


def test_one_hot_vectors():
    y = F.one_hot(ag.tensor([[0, 2], [1, 1]]), 4)
    np.testing.assert_array_equal(y.numpy(), np.eye(4, dtype=int)[[[0, 2], [1, 1]]])
    assert y.dtype == ag.int64 and F.one_hot(ag.tensor(2)).tolist() == [0, 0, 1]
    assert ag.vmap(lambda i: F.one_hot(i, 3))(ag.tensor([2, 0])).tolist() == [[0, 0, 1], [1, 0, 0]]


W = ag.ones(4, 2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: F.embedding(ag.tensor([[0, 1], [4, 0]]), W), DimensionError,
         r"input\[1, 0\] is 4, but there are 4 rows in weight, 0 to 3"),
        (lambda: F.embedding(ag.tensor([0, -1]), W), IndexError, r"input\[1\] is -1"),
        (lambda: F.embedding(ag.tensor([0.0]), W), DtypeError, "int64 or int32, not float32"),
        (lambda: F.embedding(ag.tensor([0]), W[0]), ShapeError, r"\(rows, size\), not \(2,\)"),
        (lambda: F.embedding(ag.tensor([0]), W, sparse=True), AutogradError, "the dense gradient"),
        (lambda: nn.Embedding(4, 2, sparse=True), AutogradError, "no sparse tensors here"),
        (lambda: nn.Embedding(4, 2, padding_idx=4), DimensionError, "4 is no row of a table of 4"),
        (lambda: nn.Embedding(4, 2, _weight=ag.ones(2, 4)), ShapeError, r"must be \(4, 2\)"),
        (lambda: nn.Embedding(4, 2, device="cuda"), AutogradError, "no 'cuda' here"),
        (lambda: F.embedding_bag(ag.tensor([0]), W), ValueError, "needs offsets"),
        (lambda: F.embedding_bag(ag.tensor([[0]]), W, ag.tensor([0])), ValueError, "no offsets"),
        (lambda: F.embedding_bag(ag.tensor([0]), W, ag.tensor([1])), RangeError, "begins at 0"),
        (lambda: F.embedding_bag(ag.tensor([0]), W, ag.tensor([0, 2])), RangeError, "1 entries"),
        (lambda: F.embedding_bag(ag.tensor([[0]]), W, mode="min"), ValueError, "'min'"),
        (lambda: F.embedding_bag(ag.tensor([[0]]), W, mode="max", scale_grad_by_freq=True),
         ValueError, "'sum' and 'mean'"),
        (lambda: F.embedding_bag(ag.tensor([[0]]), W, per_sample_weights=ag.ones(1, 1)),
         ValueError, "mode='sum'"),
        (lambda: F.embedding_bag(ag.tensor([[0]]), W, mode="sum", per_sample_weights=ag.ones(1)),
         ShapeError, "one for each number"),
        (lambda: F.one_hot(ag.tensor([0, 3]), 3), DimensionError, r"tensor\[1\] is 3, .* 3 class"),
        (lambda: F.one_hot(ag.tensor([0, -2])), DimensionError,
         r"tensor\[1\] is -2, but classes are numb"),
        (lambda: F.one_hot(ag.tensor([0.0])), DtypeError, "int64, not float32"),
        (lambda: F.one_hot(ag.zeros(0, dtype=ag.int64)), RangeError, "give num_classes"),
    ],
)  # fmt: skip
def test_bad_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("options", [{"padding_idx": 1}, {"scale_grad_by_freq": True}])
def test_tangents_know_nothing_of_what_is_done_to_gradients(options):
    def read(w):
        return F.embedding(ag.tensor(NUMBERS), w, **options)

    _, found = ag.func.jvp(read, (table(),), (ag.tensor(TABLE),))
    np.testing.assert_array_equal(found.numpy(), TABLE[NUMBERS])


def test_numbers_may_be_written_into_before_backward():
    for embed in (F.embedding, lambda i, w: F.embedding_bag(i.reshape(1, -1), w, mode="sum")):
        weight, numbers = ag.zeros(3, 1, requires_grad=True), ag.tensor([0, 1])
        y = embed(numbers, weight)
        numbers.add_(1)
        y.sum().backward()
        assert weight.grad.tolist() == [[1], [1], [0]]
