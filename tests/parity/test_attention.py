"""Attention and transformers against PyTorch, with its weights, in float64."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is the reference of these tests")

RNG = np.random.default_rng(0)


def pair(x):
    """The array as a leaf of ours and one of PyTorch's."""
    floating = x.dtype.kind == "f" and np.isfinite(x).all()
    return ag.tensor(x, requires_grad=bool(floating)), torch.tensor(x, requires_grad=bool(floating))


def twins(name: str, *args, **kwargs):
    """A module of ours and PyTorch's with its numbers."""
    torch.manual_seed(0)
    theirs = getattr(torch.nn, name)(*args, **kwargs, dtype=torch.float64)
    with torch.no_grad():  # biases that start at 0 would hide what becomes of them
        for parameter in theirs.parameters():
            parameter += 0.1 * torch.randn_like(parameter)
    ours = getattr(ag.nn, name)(*args, **kwargs, dtype=ag.float64)
    load(ours, theirs)
    return ours, theirs


def load(ours, theirs) -> None:
    ours.load_state_dict({key: t.numpy() for key, t in theirs.state_dict().items()})


def close(ours, theirs, rtol=1e-9) -> None:
    assert (ours is None) == (theirs is None)
    if ours is not None:
        a, b = ours.detach().numpy(), theirs.detach().numpy()
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol, 1e-11)


def compare(call, inputs, ours=None, theirs=None) -> None:
    """`call(torch or ag, module, inputs)` gives the same, and so do the gradients of all."""
    left, right = zip(*map(pair, inputs))
    a, b = call(ag, ours, left), call(torch, theirs, right)
    a, b = (y if isinstance(y, tuple) else (y,) for y in (a, b))
    for x, t in zip(a, b, strict=True):
        close(x, t)
    for package, results in ((ag, a), (torch, b)):
        rng = np.random.default_rng(1)
        known = [y for y in results if y is not None]
        sum((y * package.tensor(rng.normal(size=tuple(y.shape)))).sum() for y in known).backward()
    for x, t in zip(left, right):
        close(x.grad, t.grad)
    if ours is not None:
        for (name, p), (other, q) in zip(
            ours.named_parameters(), theirs.named_parameters(), strict=True
        ):
            assert name == other
            close(p.grad, q.grad)


SHAPES = [
    ((3, 4), (5, 4), (5, 2)),
    ((2, 3, 4), (2, 5, 4), (2, 5, 2)),
    ((2, 2, 3, 4), (2, 1, 5, 4), (1, 2, 5, 2)),
    ((2, 2, 6, 4), (2, 2, 6, 4), (2, 2, 6, 4)),
]
HIDDEN = np.where(RNG.random((3, 5)) < 0.4, -np.inf, RNG.normal(size=(3, 5)))
HIDDEN[1] = -np.inf
MASKS = {"bools": np.isfinite(HIDDEN), "numbers": RNG.normal(size=(3, 5)), "-inf": HIDDEN,
         "of each head": RNG.normal(size=(2, 1, 1, 5))}  # fmt: skip


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("scale", [None, 0.3])
@pytest.mark.parametrize("is_causal", [False, True])
def test_scaled_dot_product_attention(shapes, scale, is_causal):
    def call(package, _, inputs):
        function = package.nn.functional.scaled_dot_product_attention
        return function(*inputs, is_causal=is_causal, scale=scale)

    compare(call, [RNG.normal(size=shape) for shape in shapes])


@pytest.mark.parametrize("mask", MASKS)
def test_masks_of_scaled_dot_product_attention(mask):
    def call(package, _, inputs):
        return package.nn.functional.scaled_dot_product_attention(*inputs)

    shapes = [(2, 2, 3, 4), (2, 2, 5, 4), (2, 2, 5, 2)]
    compare(call, [*(RNG.normal(size=shape) for shape in shapes), MASKS[mask]])


def test_grouped_queries():
    def call(package, _, inputs):
        function = package.nn.functional.scaled_dot_product_attention
        return function(*inputs, is_causal=True, enable_gqa=True)

    compare(call, [RNG.normal(size=shape) for shape in ((2, 6, 3, 4), (2, 2, 5, 4), (2, 2, 5, 4))])


@pytest.mark.parametrize("far", [-40.0, -8.0, 8.0, 40.0])
def test_queries_whose_scores_lie_far_from_the_others_in_float32(far):
    x = RNG.normal(size=(4, 3))
    x[:, 0], x[1, 0] = 1.0, far
    expected = torch.nn.functional.scaled_dot_product_attention(*[torch.tensor(x)] * 3)
    q = ag.tensor(x.astype(np.float32))
    found = ag.nn.functional.scaled_dot_product_attention(q, q, q)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=2e-5)


HEADS = list(itertools.product([False, True], repeat=4))


@pytest.mark.parametrize(("bias", "more", "zero", "batch_first"), HEADS)
@pytest.mark.parametrize("kind", ["itself", "another", "other widths", "one key"])
@pytest.mark.parametrize("need_weights", [True, False])
def test_multihead_attention(bias, more, zero, batch_first, kind, need_weights):
    widths = {"kdim": 3, "vdim": 5} if kind == "other widths" else {}
    ours, theirs = twins("MultiheadAttention", 4, 2, bias=bias, add_bias_kv=more,
                         add_zero_attn=zero, batch_first=batch_first, **widths)  # fmt: skip
    assert repr(ours) == repr(theirs)
    query = RNG.normal(size=(3, 2, 4))
    key, value = RNG.normal(size=(6, 2, widths.get("kdim", 4))), RNG.normal(
        size=(6, 2, widths.get("vdim", 4)))  # fmt: skip
    inputs = {"itself": [query], "one key": [query, key]}.get(kind, [query, key, value])
    if batch_first:
        inputs = [x.swapaxes(0, 1).copy() for x in inputs]

    def call(_, module, given):
        padded = {"itself": given * 3, "one key": (*given, given[-1])}.get(kind, given)
        return module(*padded, need_weights=need_weights, average_attn_weights=zero)

    compare(call, inputs, ours, theirs)


PADDING = np.array([[False, False, False, True, True, True], [False] * 6])


@pytest.mark.parametrize("attn", [None, "matrix", "of each head", "numbers", "causal"])
@pytest.mark.parametrize("padding", [None, "bools", "numbers"])
@pytest.mark.parametrize("need_weights", [True, False])
@pytest.mark.parametrize("more", [False, True])
def test_masks_of_multihead_attention(attn, padding, need_weights, more):
    ours, theirs = twins("MultiheadAttention", 4, 2, add_bias_kv=more, add_zero_attn=more)
    x = RNG.normal(size=(6, 2, 4))
    causal = np.triu(np.ones((6, 6), bool), 1)
    masks = {
        None: None, "matrix": causal, "of each head": RNG.random((4, 6, 6)) < 0.3,
        "numbers": RNG.normal(size=(6, 6)), "causal": np.where(causal, -np.inf, 0.0),
    }  # fmt: skip
    hidden = {None: None, "bools": PADDING, "numbers": np.where(PADDING, -np.inf, 0.0)}[padding]

    def call(package, module, given):
        chosen = {"attn_mask": masks[attn], "key_padding_mask": hidden}
        made = {key: None if mask is None else package.tensor(mask) for key, mask in chosen.items()}
        return module(*given * 3, need_weights=need_weights, is_causal=attn == "causal", **made)

    kinds = [mask.dtype for mask in (masks[attn], hidden) if mask is not None]
    if len(set(kinds)) > 1:
        with pytest.warns(UserWarning, match="give both one kind"):
            ours(*[ag.tensor(x)] * 3, key_padding_mask=ag.tensor(hidden),
                 attn_mask=ag.tensor(masks[attn]))  # fmt: skip
        return
    compare(call, [x], ours, theirs)


def test_unbatched_and_a_query_that_sees_nothing():
    ours, theirs = twins("MultiheadAttention", 4, 2, batch_first=True)
    x, mask = RNG.normal(size=(3, 4)), np.eye(3, dtype=bool)
    mask[1] = True

    def call(package, module, given):
        y, weights = module(*given * 3, attn_mask=package.tensor(mask))
        return package.nan_to_num(y), package.nan_to_num(weights)

    left, right = call(ag, ours, (ag.tensor(x),)), call(torch, theirs, (torch.tensor(x),))
    for a, b in zip(left, right):
        close(a, b)
    nothing = ours(*[ag.tensor(x)] * 3, attn_mask=ag.tensor(mask))
    assert nothing[0][1].isnan().all() and nothing[1][1].isnan().all()
    compare(lambda package, module, given: module(*given * 3, need_weights=False,
            attn_mask=package.tensor(mask)), [x], ours, theirs)  # fmt: skip


def test_static_keys_and_values():
    query, static = RNG.normal(size=(3, 2, 4)), RNG.normal(size=(2, 4, 5, 2))
    weights = [RNG.normal(size=shape) for shape in ((12, 4), (12,), (4, 4), (4,))]

    def call(package, _, given):
        x, k, v, w, b, out, out_b = given
        return package.nn.functional.multi_head_attention_forward(
            x, x, x, 4, 2, w, b, None, None, True, 0.0, out, out_b, static_k=k, static_v=v
        )

    compare(call, [query, *static, *weights])


LAYERS = list(itertools.product([False, True], [False, True], [False, True], ["relu", "gelu"]))


@pytest.mark.parametrize(("norm_first", "bias", "batch_first", "activation"), LAYERS)
def test_layers_of_transformers(norm_first, bias, batch_first, activation):
    options = {"norm_first": norm_first, "bias": bias, "batch_first": batch_first,
               "activation": activation, "dropout": 0.0, "layer_norm_eps": 1e-3}  # fmt: skip
    src, tgt = RNG.normal(size=(2, 2, 5, 4))
    ours, theirs = twins("TransformerEncoderLayer", 4, 2, 8, **options)
    assert repr(ours) == repr(theirs)
    compare(lambda _, module, given: module(*given), [src], ours, theirs)
    ours, theirs = twins("TransformerDecoderLayer", 4, 2, 8, **options)
    assert repr(ours) == repr(theirs)
    compare(lambda _, module, given: module(*given), [tgt, src], ours, theirs)


@pytest.mark.parametrize("masked", [False, True])
def test_transformer(masked):
    ours, theirs = twins("Transformer", 4, 2, 2, 2, 8, dropout=0.0, batch_first=True)
    assert repr(ours) == repr(theirs)
    assert [*ours.state_dict()] == [*theirs.state_dict()]

    def call(package, module, given):
        if not masked:
            return module(*given)
        causal = module.generate_square_subsequent_mask(3, dtype=package.float64)
        padding = package.tensor(np.where(PADDING, -np.inf, 0.0))
        return module(*given, tgt_mask=causal, src_key_padding_mask=padding,
                      memory_key_padding_mask=padding, tgt_is_causal=True)  # fmt: skip

    compare(call, [RNG.normal(size=(2, 6, 4)), RNG.normal(size=(2, 3, 4))], ours, theirs)


def test_twenty_steps_of_training_lead_to_the_same_numbers():
    torch.manual_seed(0)
    layer = torch.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, dtype=torch.float64)
    theirs = torch.nn.TransformerEncoder(layer, 2, torch.nn.LayerNorm(8, dtype=torch.float64),
                                         enable_nested_tensor=False)  # fmt: skip
    layer = ag.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, dtype=ag.float64)
    ours = ag.nn.TransformerEncoder(layer, 2, ag.nn.LayerNorm(8, dtype=ag.float64))
    load(ours, theirs)
    x, y = RNG.normal(size=(2, 5, 3, 8))
    losses = []
    for package, net in ((ag, ours), (torch, theirs)):
        optimizer = package.optim.Adam(net.parameters(), lr=0.01)
        mask = package.nn.Transformer.generate_square_subsequent_mask(5, dtype=package.float64)
        found = []
        for _ in range(20):
            optimizer.zero_grad()
            loss = ((net(package.tensor(x), mask) - package.tensor(y)) ** 2).mean()
            loss.backward()
            optimizer.step()
            found.append(loss.item())
        losses.append(found)
    np.testing.assert_allclose(*losses, rtol=1e-7)
    assert losses[0][-1] < 0.7 * losses[0][0]
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.detach().numpy(), q.detach().numpy(), rtol=1e-4, atol=1e-6)
