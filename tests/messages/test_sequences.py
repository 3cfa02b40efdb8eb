"""A list or a tuple of tensors in the place of a tensor: no operation cuts its graph."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import SequenceError
from autograd_fr.nn import functional as F

CALLS = {
    "ag.sigmoid([w, w * 3])": "input", "x + [w, w]": "other", "[w, w] * x": "other",
    "ag.mean((w, w))": "input", "F.mse_loss([w, w], x)": "input", "F.softmin([w], 0)": "input",
    "ag.where(x > 0, [w, w], x)": "input", "F.dropout((w, w))": "input", "ag.dot(x, [w, w])":
    "tensor", "ag.positive([[w]])": "input", "ag.setitem(x, 0, [w])": "value",
    "x.__setitem__(0, [w])": "value", "ag.clamp(x, max=[w])": "max", "ag.lerp(x, x, [w, 1])":
    "weight", "F.linear([[w, w]], x[None])": "input",
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_tensors_in_a_list_are_no_numbers(call):
    w, x = ag.tensor(2.0, requires_grad=True), ag.ones(2)
    with pytest.raises(TypeError, match=f"'{CALLS[call]}' is a (list|tuple) of tensors, not") as e:
        eval(call, {"w": w, "x": x, "ag": ag, "F": F})
    assert isinstance(e.value, SequenceError)
    assert "stack()" in str(e.value)


def test_distributions_take_no_lists_of_tensors():
    w = ag.tensor([2.0], requires_grad=True)
    with pytest.raises(SequenceError, match="list of tensors"):
        ag.distributions.Normal([w, w], 1.0)


def test_lists_of_numbers_and_tensors_that_are_joined_are_taken():
    w = ag.tensor(2.0, requires_grad=True)
    assert ag.sigmoid([0, 0.0]).tolist() == [0.5, 0.5]
    assert ag.stack([w, w]).requires_grad
    assert ag.tensor([w, w * 3]).tolist() == [2.0, 6.0]
    x = ag.zeros(3)
    assert x[(ag.tensor(0),)] == 0
    assert (x == [w, w]) is False


LAYERS = [
    nn.Linear(2, 1), nn.Dropout(0.2), nn.LayerNorm(2), nn.BatchNorm1d(2), nn.Flatten(), nn.ReLU(),
    nn.GRU(2, 1), nn.LSTMCell(2, 1), nn.TransformerEncoderLayer(2, 1), nn.Softmin(0),
]  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_a_layer_refuses_what_a_recurrent_one_returns(layer):
    pair = nn.GRU(3, 1)(ag.ones(1, 3))
    with pytest.raises(TypeError, match=r"is a tuple of tensors[\s\S]*output, _ = layer\(x\)") as e:
        layer(pair)
    assert isinstance(e.value, SequenceError)


def test_in_a_sequential_the_layer_in_front_is_named():
    with pytest.raises(SequenceError, match=r"fix: GRU\(3, 1\) in front of it returns a tuple"):
        nn.Sequential(nn.GRU(3, 1), nn.Linear(2, 1))(ag.ones(1, 3))


def test_attention_is_added_to_nothing_as_a_pair():
    x = ag.ones(3, 2, 4)
    mha = nn.MultiheadAttention(4, 2)
    with pytest.raises(SequenceError, match="add: argument 'other' is a tuple of tensors"):
        x + mha(x, x, x)


def test_a_packed_sequence_is_no_tensor():
    packed = nn.utils.rnn.pack_sequence([ag.ones(3, 4), ag.ones(2, 4)])
    with pytest.raises(SequenceError, match=r"is a PackedSequence, not[\s\S]*pad_packed_sequence"):
        nn.Linear(4, 2)(packed)


def test_an_error_of_the_users_own_module_stays():
    class Last(nn.Module):
        def forward(self, x):
            return x.shape

    with pytest.raises(AttributeError, match="'tuple' object has no attribute 'shape'"):
        Last()((ag.ones(1), ag.ones(1)))
