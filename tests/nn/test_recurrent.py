"""Recurrent layers: options, errors that teach, how weights start, and derivatives of all kinds."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd import gradcheck
from autograd_fr.errors import AutogradError, DtypeError, ShapeError
from autograd_fr.nn.utils import rnn

LAYERS = [nn.RNN, nn.LSTM, nn.GRU]


@pytest.mark.parametrize("kind", [*LAYERS, nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_weights_start_uniform_on_one_over_the_root_of_hidden_size(kind):
    ag.manual_seed(0)
    net = kind(50, 100)
    values = np.concatenate([p.detach().numpy().ravel() for p in net.parameters()])
    bound = 1 / math.sqrt(100)
    assert abs(values).max() <= bound
    assert abs(values).max() > 0.99 * bound
    assert values.std() == pytest.approx(bound / math.sqrt(3), rel=0.02)
    ag.manual_seed(0)
    again = kind(50, 100)
    assert all((p == q).all() for p, q in zip(net.parameters(), again.parameters()))


def test_names_in_order():
    net = nn.LSTM(3, 4, num_layers=2, bidirectional=True, proj_size=2)
    kinds = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"]
    expected = [f"{kind}_l{k}{end}" for k in (0, 1) for end in ("", "_reverse") for kind in kinds]
    assert list(net.state_dict()) == expected
    assert [tuple(w.shape) for w in net.all_weights[2]] == [
        (16, 4), (16, 2), (16,), (16,), (2, 4)]  # fmt: skip
    assert net.flatten_parameters() is None


X, H = ag.zeros(5, 2, 3), ag.zeros(1, 2, 4)
WRONG = [
    (lambda: nn.LSTM(0, 4), ValueError, "input_size must be greater than zero"),
    (lambda: nn.LSTM(3, 4, proj_size=4), ValueError, "less than hidden_size"),
    (lambda: nn.LSTM(3, 4, dropout=1.5), ValueError, "between 0 and 1"),
    (lambda: nn.GRU(3, 4, bias=1), TypeError, "bias is True or False"),
    (lambda: nn.GRU(3.0, 4), TypeError, "input_size is an integer"),
    (lambda: nn.RNN(3, 4, nonlinearity="sigmoid"), ValueError, "'tanh' or 'relu'"),
    (lambda: nn.LSTM(3, 4)(ag.zeros(5, 2, 7)), ShapeError, "input_size, 3"),
    (lambda: nn.LSTM(3, 4)(ag.zeros(3)), ShapeError, "3 axes"),
    (lambda: nn.LSTM(3, 4)(ag.zeros(5, 2, 3), ag.zeros(1, 2, 4)), ShapeError, "pair"),
    (lambda: nn.GRU(3, 4)(ag.zeros(5, 2, 3), ag.zeros(1, 3, 4)), ShapeError, r"\(1, 2, 4\)"),
    (lambda: nn.GRU(3, 4)(ag.zeros(5, 2, 3), ag.zeros(2, 4)), ShapeError, "3 axes"),
    (lambda: nn.GRU(3, 4)(ag.zeros(5, 3), ag.zeros(1, 1, 4)), ShapeError, "2 axes"),
    (lambda: nn.GRU(3, 4)(ag.zeros(0, 2, 3)), ShapeError, "one step or more"),
    (lambda: nn.GRU(3, 4)(ag.zeros(5, 2, 3, dtype=ag.float64)), DtypeError, "model.to"),
    (lambda: nn.GRUCell(3, 4)(ag.zeros(2, 3), ag.zeros(3, 4)), ShapeError, "batch of 2"),
    (lambda: nn.GRUCell(3, 4)(ag.zeros(2, 3), ag.zeros(2, 5)), ShapeError, "5 features"),
    (lambda: nn.GRUCell(3, 4)(ag.zeros(2, 7)), ShapeError, "input_size 3"),
    (lambda: nn.RNNCell(3, 4)(ag.zeros(1, 2, 3)), ShapeError, "2 axes"),
    (lambda: nn.GRU(3, 4)(X, (H, H)), TypeError, r"the state hx is one tensor, not \(Tensor, "),
    (lambda: nn.LSTM(3, 4)(X, (H, None)), TypeError, r"\(h, c\), not \(Tensor, NoneType\)"),
    (lambda: nn.LSTM(3, 4)(X, H), TypeError, "a pair of tensors"),
    (lambda: nn.GRU(3, 4)(None), TypeError, "'input' must be a tensor, not NoneType"),
    (lambda: nn.GRU(3, 4)([[1.0, 2.0, 3.0]]), TypeError, "'input' must be a tensor, not list"),
    (lambda: nn.GRU(3, 4)(X, H.double()), DtypeError, r"h_0 is float64.*h_0.to\(float32\)"),
    (lambda: nn.GRU(3, 4)(X.long()), DtypeError, r"nn.Embedding first.*input.float\(\)"),
    (lambda: nn.GRU(3, 4)(X, ag.zeros(1, 5, 4)), ShapeError, "without batch_first=True the input"),
    (lambda: nn.GRU(3, 4, batch_first=True)(X, H), ShapeError, "with batch_first=True the input"),
    (lambda: nn.RNNBase("XX", 3, 4), ValueError, "'RNN_RELU', not 'XX'"),
    (lambda: nn.GRU(3, 4, proj_size=2), ValueError, "LSTM alone has a proj_size"),
    (lambda: nn.RNNCell(3, 4)(X[0, 0], ag.ones(1, 4)), ShapeError, r"\(3,\), hx \(1, 4\)"),
    (lambda: nn.LSTMCell(3, 4)(X[0], ag.ones(2, 4)), TypeError, "a pair of tensors"),
    (lambda: nn.LSTM(3, 4, device="cuda"), AutogradError, "cuda"),
    (lambda: ag.lstm(ag.zeros(5, 2, 3)), TypeError, "num_layers"),
    (lambda: rnn.pad_sequence([]), ShapeError, "empty"),
    (lambda: rnn.pad_sequence([ag.zeros(2, 3), ag.zeros(2, 4)]), ShapeError, r"\(2, 4\)"),
    (lambda: rnn.pack_sequence([ag.zeros(1), ag.zeros(2)]), ShapeError, "enforce_sorted=False"),
    (lambda: rnn.pack_padded_sequence(ag.zeros(3, 2), [3, 0]), ShapeError, "one step or more"),
    (lambda: rnn.pack_padded_sequence(ag.zeros(3, 2), [4, 2]), ShapeError, "length of 4"),
    (lambda: rnn.pack_padded_sequence(ag.zeros(3, 2), [3]), ShapeError, "2 lengths"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "words"), WRONG)
def test_errors_teach(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_dropout_acts_between_layers_in_training_only():
    with pytest.warns(UserWarning, match="between layers"):
        nn.GRU(3, 4, dropout=0.5)
    ag.manual_seed(0)
    net, x = nn.GRU(3, 4, num_layers=2, dropout=0.5), ag.ones(5, 2, 3)
    (first, _), (second, _) = net(x), net(x)
    assert (first != second).any()
    net.eval()
    (first, _), (second, _) = net(x), net(x)
    assert (first == second).all()
    net.train()
    net.dropout = 1.0  # nothing reaches the second layer but its own bias
    y, _ = net(x)
    np.testing.assert_allclose(y[:, 0].detach(), y[:, 1].detach())
    bare = net(ag.zeros(5, 2, 3))[0]
    np.testing.assert_allclose(y.detach(), bare.detach())


@pytest.mark.parametrize("kind", LAYERS)
def test_the_order_of_sequences_does_not_matter(kind):
    ag.manual_seed(0)
    net = kind(3, 4, bidirectional=True, dtype=ag.float64)
    given = [ag.randn(n, 3, dtype=ag.float64) for n in (2, 5, 1)]
    packed, final = net(rnn.pack_sequence(given, enforce_sorted=False))
    for k, (found, x) in enumerate(zip(rnn.unpack_sequence(packed), given)):
        expected, last = net(x)
        np.testing.assert_allclose(found.detach(), expected.detach(), 1e-12, 1e-12)
        ours, theirs = (final, last) if kind is not nn.LSTM else (final[1], last[1])
        np.testing.assert_allclose(ours[:, k].detach(), theirs.detach(), 1e-12, 1e-12)


@pytest.mark.parametrize("kind", LAYERS)
def test_gradcheck_through_packing(kind):
    ag.manual_seed(0)
    net = kind(2, 2, bidirectional=True, dtype=ag.float64)
    x = ag.randn(3, 2, 2, dtype=ag.float64, requires_grad=True)

    def last(x):
        packed = rnn.pack_padded_sequence(x, [3, 2])
        return rnn.pad_packed_sequence(net(packed)[0])[0]

    assert gradcheck(last, [x], check_forward_ad=True)


@pytest.mark.parametrize("kind", LAYERS)
def test_vmap_over_sequences(kind):
    ag.manual_seed(0)
    net, x = kind(2, 3), ag.randn(4, 5, 2)
    found = ag.vmap(lambda s: net(s)[0])(x)
    expected = ag.stack([net(s)[0] for s in x])
    np.testing.assert_allclose(found.detach(), expected.detach(), 1e-5, 1e-6)


def test_an_output_and_the_last_state_do_not_share_memory():
    cell = nn.RNN(2, 2)
    with ag.no_grad():
        output, last = cell(ag.ones(1, 1, 2))
        before = last.clone()
        output += 1
    assert (last == before).all()


def test_backward_walks_the_steps_once(monkeypatch):
    from autograd_fr.ops.neural import recurrent

    walks = []
    pulled = recurrent._pulled_lstm
    monkeypatch.setattr(recurrent, "_pulled_lstm", lambda *a: walks.append(1) or pulled(*a))
    net = nn.LSTM(2, 2)
    net(ag.ones(3, 1, 2, requires_grad=True))[0].sum().backward()
    assert len(walks) == 1
