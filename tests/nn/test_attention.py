"""Attention and transformers: what starts how, what is dropped, what is refused and why."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, DtypeError, ShapeError
from autograd_fr.kernels.softmaxes import softmax

F = nn.functional
attend = F.scaled_dot_product_attention


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("far", [0.0, 6.0, 50.0, 3000.0])
def test_weights_are_a_softmax_however_far_the_lines_lie_apart(dtype, far):
    x = np.random.default_rng(0).normal(size=(5, 7)).astype(dtype)
    x[2] -= far
    x[3, 1:] = -np.inf
    exact = np.exp(x.astype(np.float64) - x.max(-1, keepdims=True))
    exact /= exact.sum(-1, keepdims=True)
    found = softmax(x, -1, 0.0)
    assert found.dtype == dtype
    np.testing.assert_allclose(found, exact, rtol=2e-6 if dtype == np.float32 else 1e-14)


def test_what_sees_nothing():
    x = np.array([[0.0, 1.0], [-np.inf, -np.inf]], np.float32)
    assert (softmax(x, -1, 0.0)[1] == 0).all()
    assert np.isnan(softmax(x, -1, np.nan)[1]).all()
    assert np.isfinite(softmax(x, -1, np.nan)[0]).all()
    assert np.isnan(softmax(np.array([[0.0, np.nan]]), -1, 0.0)).all()


def test_dropout_acts_on_the_weights_and_keeps_their_mean():
    q, k = ag.zeros(1, 4), ag.zeros(1000, 4)
    y = attend(q, k, ag.ones(1000, 1), dropout_p=0.25)
    assert y.item() == pytest.approx(1, abs=0.06) and y.item() != 1
    layer = nn.MultiheadAttention(4, 2, dropout=0.5)
    x = ag.randn(20, 1, 4)
    dropped = layer(x, x, x, average_attn_weights=False)[1]
    assert 0.4 < (dropped == 0).float().mean().item() < 0.6
    layer.eval()
    kept = layer(x, x, x, average_attn_weights=False)[1]
    assert (kept > 0).all()
    hit = dropped != 0
    np.testing.assert_allclose(dropped[hit].detach(), 2 * kept[hit].detach(), rtol=1e-5)


def test_attention_is_three_steps_in_the_graph():
    q = ag.randn(2, 3, 4, requires_grad=True)
    node, names = attend(q, q, q).grad_fn, []
    while node is not None and len(names) < 3:
        names.append(type(node).__name__ if not hasattr(node, "name") else node.name())
        node = node.next_functions[0][0]
    assert names == ["MatmulBackward0", "AttentionWeightsBackward0", "AttentionScoresBackward0"]


def test_the_start_of_the_parameters():
    layer = nn.MultiheadAttention(64, 4, add_bias_kv=True)
    bound = math.sqrt(6 / (64 + 3 * 64))
    w = layer.in_proj_weight.detach().numpy()
    assert 0.98 * bound < abs(w).max() <= bound
    assert abs(layer.out_proj.weight.detach().numpy()).max() <= 1 / 8
    assert not layer.in_proj_bias.detach().numpy().any()
    assert not layer.out_proj.bias.detach().numpy().any()
    assert layer.bias_k.std().item() == pytest.approx(math.sqrt(2 / (64 + 64)), rel=0.3)
    other = nn.MultiheadAttention(64, 4, kdim=8, vdim=16, bias=False)
    for weight, width in zip((other.q_proj_weight, other.k_proj_weight, other.v_proj_weight),
                             (64, 8, 16)):  # fmt: skip
        assert abs(weight.detach().numpy()).max() <= math.sqrt(6 / (64 + width))
    assert other.in_proj_weight is None and other.in_proj_bias is None


def test_the_layers_of_a_stack_are_copies():
    layer = nn.TransformerEncoderLayer(4, 2, 8)
    stack = nn.TransformerEncoder(layer, 2)
    first, second = stack.layers
    assert (first.linear1.weight == second.linear1.weight).all()
    assert first.linear1.weight is not second.linear1.weight
    assert first is not layer
    with ag.no_grad():
        first.linear1.weight.zero_()
    assert second.linear1.weight.any() and layer.linear1.weight.any()


def test_a_transformer_starts_all_matrices_by_glorot():
    net = nn.Transformer(16, 2, 1, 1, 32)
    for name, p in net.named_parameters():
        if p.ndim > 1:
            bound = math.sqrt(6 / sum(p.shape))
            assert 0.9 * bound < abs(p.detach().numpy()).max() <= bound, name


def test_functions_and_modules_as_activations():
    x = ag.randn(3, 1, 4)
    for activation in (ag.tanh, nn.Tanh()):
        layer = nn.TransformerEncoderLayer(4, 2, 8, 0.0, activation)
        assert layer(x).shape == x.shape
        assert ("(activation): Tanh()" in repr(layer)) == isinstance(activation, nn.Module)


@pytest.mark.parametrize("dtype", [ag.float32, ag.float64])
def test_causal_masks_are_recognised_and_change_nothing(dtype):
    layer = nn.TransformerEncoderLayer(4, 2, 8, 0.0, dtype=dtype)
    net, x = nn.TransformerEncoder(layer, 1), ag.randn(5, 2, 4, dtype=dtype)
    mask = nn.Transformer.generate_square_subsequent_mask(5, dtype=dtype)
    given = []
    layer = net.layers[0].self_attn
    layer.register_forward_pre_hook(
        lambda module, args, kwargs: given.append(kwargs["is_causal"]), with_kwargs=True
    )
    results = [net(x, mask), net(x, mask != 0), net(x, mask, is_causal=False),
               net(x, mask.clone().fill_diagonal_(-1.0) if hasattr(mask, "fill_diagonal_")
                   else mask + 0.5 * ag.eye(5, dtype=dtype))]  # fmt: skip
    assert given == [True, True, False, False]
    for y in results[1:3]:
        np.testing.assert_allclose(y.detach(), results[0].detach(), rtol=1e-5)
    changed = x.clone()
    changed[3:] = 0
    np.testing.assert_allclose(net(changed, mask)[:3].detach(), results[0][:3].detach(), rtol=1e-5)


def test_samples_can_be_mapped_over():
    layer = nn.MultiheadAttention(4, 2, batch_first=True)
    x = ag.randn(3, 5, 4)
    together = layer(x, x, x, need_weights=False)[0].detach()
    each = ag.vmap(lambda v: layer(v, v, v, need_weights=False)[0])(x)
    np.testing.assert_allclose(each.detach(), together, rtol=1e-5, atol=1e-6)


def test_gradients_of_second_order():
    x = [ag.randn(2, 3, 2, dtype=ag.float64, requires_grad=True) for _ in range(3)]
    mask = ag.randn(3, 3, dtype=ag.float64, requires_grad=True)
    ag.autograd.gradgradcheck(lambda q, k, v, m: attend(q, k, v, m), (*x, mask))


X = ag.zeros(5, 2, 4)
LAYER, FIRST = nn.MultiheadAttention(4, 2), nn.MultiheadAttention(4, 2, batch_first=True)
REFUSED = [
    (lambda: attend(X, X.double(), X), DtypeError, "the key is float64, the query float32"),
    (lambda: attend(X.long(), X.long(), X.long()), DtypeError, "the query is int64"),
    (lambda: attend(X, ag.zeros(5, 2, 3), X), ShapeError, "4 features, a key 3"),
    (lambda: attend(X, ag.zeros(5, 3, 4), X), ShapeError, "3 keys and 2 values"),
    (lambda: attend(X[0, 0], X, X), ShapeError, "query has two axes or more"),
    (lambda: attend(X, X, X, ag.zeros(2, 2), is_causal=True), AutogradError, "not both"),
    (lambda: attend(X, X, X, ag.zeros(2, 2).double()), DtypeError, "this is float64"),
    (lambda: attend(X, X, X, ag.zeros(2, 3)), ShapeError, r"\(2, 3\), which does not.*\(5, 2, 2\)"),
    (lambda: attend(X[None], X[:3], X[:3]), ShapeError, r"do not broadcast: \(1, 5, 2, 4\)"),
    (lambda: attend(ag.zeros(4, 2, 4), X[:2], X[:2]), ShapeError, "enable_gqa=True lets"),
    (lambda: attend(X, X, X, ag.zeros(2, 2).half()), DtypeError, "this is float16"),
    (lambda: LAYER(X, ag.zeros(5, 3, 4), ag.zeros(5, 3, 4)), ShapeError,
     r"batch of 2, the key \(5, 3, 4\) one of 3: without batch_first=True"),
    (lambda: FIRST(X, ag.zeros(3, 2, 4), ag.zeros(3, 2, 4)), ShapeError, ": with batch_first=True"),
    (lambda: LAYER(X, X, X, key_padding_mask=ag.zeros(5, 2)), ShapeError, "without batch_first"),
    (lambda: LAYER(X, X, X, attn_mask=ag.zeros(2, 2)), ShapeError, "without batch_first=True"),
    (lambda: LAYER(X, X, X, attn_mask=ag.zeros(2, 5, 5)), ShapeError, r"repeat_interleave\(2, 0\)"),
    (lambda: LAYER(ag.zeros(5, 2, 3), X, X), ShapeError, "embed_dim=4, but the query has 3"),
    (lambda: nn.MultiheadAttention(4, 2, kdim=3)(X, X, X), ShapeError, "kdim=3, but the key has 4"),
    (lambda: LAYER(X, X, X, attn_mask=[[0.0]]), TypeError, "'attn_mask' must be a tensor"),
    (lambda: nn.TransformerDecoderLayer(4, 2)(X, ag.zeros(5, 3, 4)), ShapeError, "one of 3"),
    (lambda: attend(X, X[:2], X[:2], enable_gqa=True), ShapeError, "enable_gqa: the key"),
    (lambda: nn.MultiheadAttention(5, 2), ValueError, "embed_dim=5 features"),
    (lambda: nn.MultiheadAttention(0, 2), ValueError, "greater than 0"),
    (lambda: LAYER(X[0, 0], X, X), ShapeError, "without a batch"),
    (lambda: LAYER(X, X[:3], X), ShapeError, "each key has a value"),
    (lambda: LAYER(X, X, X, is_causal=True), AutogradError, "there is no attn_mask"),
    (lambda: LAYER(X, X, X, attn_mask=ag.zeros(5, 4)), ShapeError, r"\(L, S\), \(5, 5\)"),
    (lambda: LAYER(X, X, X, key_padding_mask=ag.zeros(5, 2)), ShapeError, r"must be \(2, 5\)"),
    (lambda: LAYER(X, X, X, attn_mask=ag.zeros(5, 5).long()), DtypeError, "not of int64"),
    (lambda: nn.TransformerEncoderLayer(4, 2, activation="swish"), AutogradError, "'swish'"),
    (lambda: nn.Transformer(4, 2, 1, 1, 8)(X, ag.zeros(5, 3, 4)), ShapeError, "one batch size"),
    (lambda: nn.Transformer(4, 2, 1, 1, 8)(X[..., :3], X), ShapeError, "d_model=4"),
    (lambda: nn.MultiheadAttention(4, 2, device="cuda"), AutogradError, "cuda"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_masks_of_float32_go_with_any_queries():
    mask = ag.tensor([[0.0, -ag.inf], [0.0, 0.0]])
    for dtype in (ag.float16, ag.float64):
        x = ag.arange(8, dtype=dtype).reshape(1, 2, 4)
        y = attend(x, x, x, mask)
        assert y.dtype == dtype
        np.testing.assert_array_equal(y, attend(x, x, x, is_causal=True))


def test_the_right_features_are_asked_for_by_the_function():
    weights = (ag.zeros(12, 4), None, None, None, False, 0.0, ag.zeros(4, 4), None)
    with pytest.raises(ShapeError, match="was to have 8 features"):
        F.multi_head_attention_forward(X, X, X, 8, 2, *weights)
