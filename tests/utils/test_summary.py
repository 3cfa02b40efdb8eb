"""The table of the layers of a model."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import ShapeError


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Linear(2, 2), nn.Sequential(nn.BatchNorm1d(2), nn.ReLU())])
        self.unused, self.head = nn.Linear(3, 3), nn.LazyLinear(4)
        self.last = None

    def forward(self, x, y=None):
        for block in self.blocks:
            x = block(x)
        self.last = x = self.blocks[0](x)
        return {"scores": self.head(x)}, x if y is None else x + y


def rows(found):
    return [(r.path, r.kind, r.output_shape, r.parameters, r.recursive) for r in found.rows]


def test_every_call_has_a_row_and_every_parameter_counts_once():
    model = Net()
    model.blocks[0].bias.requires_grad_(False)
    found = ag.summary(model, (5, 2))
    assert rows(found) == [
        ("", "Net", [(5, 4), (5, 2)], 0, False),
        ("blocks", "ModuleList", None, 0, False),
        ("blocks.0", "Linear", (5, 2), 6, False),
        ("blocks.1", "Sequential", (5, 2), 0, False),
        ("blocks.1.0", "BatchNorm1d", (5, 2), 4, False),
        ("blocks.1.1", "ReLU", (5, 2), 0, False),
        ("blocks.0", "Linear", (5, 2), 0, True),
        ("head", "Linear", (5, 4), 12, False),
    ]
    assert found.total_params == 6 + 4 + 12 + 12
    assert (found.trainable_params, found.non_trainable_params) == (32, 2)
    assert found.rows[2].trainable == 4
    assert found.param_bytes == 4 * 34
    assert found.buffer_bytes == 4 * 4 + 8
    assert found.input_bytes == 4 * 10
    assert found.activation_bytes == 4 * (4 * 10 + 20)
    assert found.not_called == ["unused (Linear)"]
    assert "recursive" in repr(found) and "Not called: unused (Linear)" in repr(found)


@pytest.mark.parametrize("mode", ["eval", "train", "same"])
def test_the_model_is_left_as_it_was(mode):
    model = Net()
    model(ag.ones(3, 2))[1].sum().backward()
    model.blocks[1].eval()
    model.last = None
    before = {name: t.clone() for name, t in model.state_dict().items()}
    grads, modes = [p.grad for p in model.parameters()], [m.training for m in model.modules()]
    ag.manual_seed(3)
    ag.summary(nn.Sequential(model, nn.Identity()), (5, 2), mode=mode)
    after = ag.rand(1).item()
    ag.manual_seed(3)
    assert ag.rand(1).item() == after
    assert model.last is None
    assert all(p.grad is g for p, g in zip(model.parameters(), grads))
    assert [m.training for m in model.modules()] == modes
    assert all(m._call_hooks is None or not m._call_hooks.before for m in model.modules())
    for name, t in model.state_dict().items():
        np.testing.assert_array_equal(t, before[name], err_msg=name)


def test_lazy_layers_are_tried_on_a_copy():
    model = nn.Sequential(nn.LazyLinear(2))
    assert ag.summary(model, (1, 3)).total_params == 8
    assert model[0].has_uninitialized_params()
    found = ag.summary(model)
    assert found.total_params == 0 and found.without_shape == ["0.weight", "0.bias"]


def test_without_an_input_parameters_are_counted_only():
    found = ag.summary(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)))
    assert [(r.path, r.parameters, r.output_shape) for r in found.rows] == [
        ("", 0, None), ("0", 9, None), ("1", 4, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("depth", "counts"), [(0, [34]), (1, [0, 10, 12]), (2, [0, 0, 6, 4, 0, 12])]
)
def test_what_is_deeper_counts_with_what_is_shown(depth, counts):
    found = ag.summary(Net(), (5, 2), depth=depth)
    assert [r.parameters for r in found.rows] == counts


def test_inputs_come_as_shapes_or_as_they_are():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.one = nn.Identity()

        def forward(self, x, y, scale=1):
            return self.one(x + y * scale)

    model = Two()
    assert ag.summary(model, [(2, 3), (3,)]).rows[-1].output_shape == (2, 3)
    x = np.ones((4, 1), np.float32)
    assert ag.summary(model, input_data=(x, ag.ones(3)), scale=2).rows[-1].output_shape == (4, 3)
    assert ag.summary(model, input_data={"x": ag.ones(2), "y": ag.ones(1)}).input_bytes == 12
    kinds = ag.summary(model, [(2,), (2,)], dtypes=[ag.float64, ag.int64])
    assert kinds.activation_bytes == 16 and kinds.input_bytes == 32


def test_an_error_says_how_far_the_model_came():
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(4, 4)), nn.Tanh())
    with pytest.raises(ShapeError, match="3 features") as caught:
        ag.summary(model, (7, 2))
    notes = "\n".join(caught.value.__notes__)
    assert "0: Linear      (7, 3)" in notes
    assert "failed in 1.1 (Linear), whose input has shape (7, 3)" in notes
    assert "Tanh" not in notes
    assert not model._call_hooks


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ag.summary(ag.sin, (2,)), TypeError, "a Module is needed"),
        (lambda: ag.summary(nn.ReLU(), (2,), mode="test"), ValueError, "'eval', 'train' or"),
        (lambda: ag.summary(nn.ReLU(), (2,), ag.ones(2)), ValueError, "not both"),
        (lambda: ag.summary(nn.ReLU(), [(2,)], dtypes=[ag.float64] * 2), ValueError, "2 dtypes"),
    ],
)
def test_wrong_arguments_are_told(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_part_whose_parameters_are_used_without_a_call_counts_there():
    model = nn.TransformerEncoderLayer(4, 2, 8)
    found = ag.summary(model, (3, 2, 4))
    assert found.not_called == []
    assert [row.parameters for row in found.rows if row.path == "self_attn"] == [60 + 20]
    assert sum(row.parameters for row in found.rows) == found.total_params


@pytest.mark.parametrize("size", [2, (None, 2), (1.0, 2), "ab", [(2, 2), 3]])
def test_sizes_that_are_none_are_told(size):
    with pytest.raises(TypeError, match=r"a shape of integers, the size of a batch first"):
        ag.summary(nn.Linear(2, 3), size)


def test_an_input_in_the_place_of_its_size_is_told():
    with pytest.raises(TypeError, match="give the input itself as input_data"):
        ag.summary(nn.Linear(2, 3), ag.ones(4, 2))


def test_inputs_have_the_dtype_of_the_parameters():
    assert ag.summary(nn.Linear(2, 3).double(), (4, 2)).input_bytes == 8 * 8
    model = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 1))
    assert ag.summary(model, (2, 3), dtypes=[ag.int64]).rows[-1].output_shape == (2, 3, 1)
    with pytest.raises(RuntimeError) as caught:
        ag.summary(model, (2, 3))
    assert any("whole numbers come with dtypes=[int64]" in n for n in caught.value.__notes__)
