"""Recurrent layers, cells and packed sequences against PyTorch, with the same weights."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.nn.utils import rnn

torch = pytest.importorskip("torch", reason="PyTorch is the reference of these tests")

LENGTHS = [3, 5, 1, 5]


def assert_equal(ours, theirs, tolerance=1e-10):
    found, expected = ours.detach().numpy(), theirs.detach().numpy()
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, tolerance, tolerance)


def pair(name: str, *args, dtype=np.float64, **options):
    """One of our modules and PyTorch's with its weights."""
    torch.manual_seed(0)
    theirs = getattr(torch.nn, name)(*args, dtype=getattr(torch, dtype.__name__), **options)
    ours = getattr(nn, name)(*args, dtype=dtype, **options)
    ours.load_state_dict({key: t.numpy() for key, t in theirs.state_dict().items()})
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    return ours, theirs


def leaves(shape, dtype=np.float64, seed=0):
    array = np.random.default_rng(seed).normal(size=shape).astype(dtype)
    return ag.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)


def flat(nest) -> list:
    """The tensors of an output that is differentiable: the data of a packed sequence."""
    if isinstance(nest, (rnn.PackedSequence, torch.nn.utils.rnn.PackedSequence)):
        return [nest.data]
    return [t for part in nest for t in flat(part)] if isinstance(nest, tuple) else [nest]


def compare(ours, theirs, our_inputs, their_inputs, call, second=False, tolerance=1e-10):
    """Outputs, gradients, and derivatives of gradients, are equal."""
    results = []
    for module, inputs in ((ours, our_inputs), (theirs, their_inputs)):
        outputs = flat(call(module, *inputs))
        wanted = [*inputs, *module.parameters()]
        lib = ag if module is ours else torch
        loss = sum((y * y * (k + 1)).sum() for k, y in enumerate(outputs))
        grads = lib.autograd.grad(loss, wanted, create_graph=second)
        more = []
        if second:
            loss = sum((g * g).sum() for g in grads)
            more = lib.autograd.grad(loss, wanted)
        results.append([*outputs, *grads, *more])
    for found, expected in zip(*results, strict=True):
        assert_equal(found, expected, tolerance)


GRID = [
    (name, layers, bidirectional, bias, options)
    for name in ("RNN", "LSTM", "GRU")
    for layers, bidirectional, bias in itertools.product((1, 2), (False, True), (False, True))
    for options in ({"RNN": ({}, {"nonlinearity": "relu"}), "LSTM": ({}, {"proj_size": 2})}
                    .get(name, ({},)))
]  # fmt: skip


def built(name, layers, bidirectional, bias, options, **more):
    return pair(
        name, 3, 4, num_layers=layers, bidirectional=bidirectional, bias=bias, **options, **more
    )


def states(name, layers, bidirectional, options, batch=(4,)):
    """Initial states, ours and theirs: one, or two for LSTM."""
    shape = (layers * (1 + bidirectional), *batch)
    widths = (options.get("proj_size", 4), 4)[: 1 + (name == "LSTM")]
    return zip(*(leaves((*shape, width), seed=width + k) for k, width in enumerate(widths)))


def with_state(module, x, *hx):
    return module(x, hx if len(hx) == 2 else hx[0])


@pytest.mark.parametrize(("name", "layers", "bidirectional", "bias", "options"), GRID)
def test_sequences(name, layers, bidirectional, bias, options):
    ours, theirs = built(name, layers, bidirectional, bias, options)
    x, tx = leaves((5, 4, 3))
    compare(ours, theirs, [x], [tx], lambda m, x: m(x), second=layers == 1)
    h, th = states(name, layers, bidirectional, options)
    compare(ours, theirs, [x, *h], [tx, *th], with_state)
    x, tx = leaves((5, 3))
    h, th = states(name, layers, bidirectional, options, batch=())
    compare(ours, theirs, [x, *h], [tx, *th], with_state)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("single", [False, True])
def test_batch_first(name, single):
    ours, theirs = pair(name, 3, 4, batch_first=True, bidirectional=True)
    x, tx = leaves((5, 3) if single else (2, 5, 3))
    compare(ours, theirs, [x], [tx], lambda m, x: m(x), second=True)


@pytest.mark.parametrize(("name", "layers", "bidirectional", "bias", "options"), GRID)
@pytest.mark.parametrize("batch_first", [False, True])
def test_packed_sequences(name, layers, bidirectional, bias, options, batch_first):
    ours, theirs = built(name, layers, bidirectional, bias, options, batch_first=batch_first)
    x, tx = leaves((4, 5, 3) if batch_first else (5, 4, 3))
    h, th = states(name, layers, bidirectional, options)

    def call(module, x, *hx):
        tools = rnn if module is ours else torch.nn.utils.rnn
        packed = tools.pack_padded_sequence(x, LENGTHS, batch_first, enforce_sorted=False)
        output, final = with_state(module, packed, *hx) if hx else module(packed)
        padded, _ = tools.pad_packed_sequence(output, batch_first, padding_value=2.0)
        return output, final, padded

    compare(ours, theirs, [x], [tx], call, second=layers == 1)
    compare(ours, theirs, [x, *h], [tx, *th], call)


CELLS = [("RNNCell", {}), ("RNNCell", {"nonlinearity": "relu"}), ("LSTMCell", {}), ("GRUCell", {})]


@pytest.mark.parametrize(("name", "options"), CELLS)
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("batch", [(), (2,), (0,)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_cells(name, options, bias, batch, dtype):
    ours, theirs = pair(name, 3, 4, bias=bias, dtype=dtype, **options)
    x, tx = leaves((*batch, 3), dtype)
    (h, th), (c, tc) = (leaves((*batch, 4), dtype, seed) for seed in (1, 2))
    tolerance = 1e-10 if dtype is np.float64 else 1e-4
    compare(ours, theirs, [x], [tx], lambda m, x: m(x), batch != (0,), tolerance)
    hx, thx = ([h, c], [th, tc]) if name == "LSTMCell" else ([h], [th])
    compare(ours, theirs, [x, *hx], [tx, *thx], with_state, batch != (0,), tolerance)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_twenty_steps_of_training(name, dtype):
    ours, theirs = pair(name, 3, 4, num_layers=2, bidirectional=True, dtype=dtype)
    inputs = leaves((5, 4, 3), dtype)
    for module, x, tools in zip((ours, theirs), inputs, (optim, torch.optim)):
        optimizer = tools.Adam(module.parameters(), lr=0.01)
        for _ in range(20):
            optimizer.zero_grad()
            output, _ = module(x.detach())
            ((output - 1) ** 2).mean().backward()
            optimizer.step()
    for found, expected in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert_equal(found, expected, 1e-9 if dtype is np.float64 else 2e-4)


FUNCTIONS = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("packed", [False, True])
def test_functions_of_the_top_level(name, packed):
    rows = FUNCTIONS[name] * 4
    shapes = [(rows, 3), (rows, 4), (rows,), (rows,)] * 2
    weights = [leaves(shape, seed=k) for k, shape in enumerate(shapes)]
    x, h = leaves((6, 3) if packed else (5, 3, 3)), leaves((2, 3, 4), seed=9)
    found = []
    for side, lib in enumerate((ag, torch)):
        hx = (h[side], h[side]) if name == "lstm" else h[side]
        params = [w[side] for w in weights]
        sizes = [lib.tensor([3, 2, 1])] if packed else []
        last = [] if packed else [False]
        call = getattr(lib, name)
        found.append(call(x[side], *sizes, hx, params, True, 1, 0.0, False, True, *last))
    for ours, theirs in zip(*found, strict=True):
        assert_equal(ours, theirs)


def sequences(lib):
    rng = np.random.default_rng(0)
    return [lib.tensor(rng.normal(size=(n, 2))) for n in LENGTHS]


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("side", ["left", "right"])
def test_padding(batch_first, side):
    found = [
        tools.pad_sequence(sequences(lib), batch_first, -1.0, side)
        for lib, tools in ((ag, rnn), (torch, torch.nn.utils.rnn))
    ]
    assert_equal(*found)


def test_packing_and_unpacking():
    ours = rnn.pack_sequence(sequences(ag), enforce_sorted=False)
    theirs = torch.nn.utils.rnn.pack_sequence(sequences(torch), enforce_sorted=False)
    for found, expected in zip(ours, theirs, strict=True):
        assert_equal(found, expected)
    for total in (None, 7):
        found = rnn.pad_packed_sequence(ours, True, 9.0, total)
        expected = torch.nn.utils.rnn.pad_packed_sequence(theirs, True, 9.0, total)
        for one, other in zip(found, expected, strict=True):
            assert_equal(one, other)
    for found, expected in zip(rnn.unpack_sequence(ours), sequences(ag), strict=True):
        np.testing.assert_array_equal(found.numpy(), expected.numpy())
    data = [[[1, 2], [3, 0]], [1, 2]]
    packed = rnn.pack_padded_sequence(ag.tensor(data[0]), ag.tensor([1, 2]), True, False)
    theirs = torch.nn.utils.rnn.pack_padded_sequence(
        torch.tensor(data[0]), torch.tensor([1, 2]), True, False
    )
    assert repr(packed) == repr(theirs)
    assert packed.double().data.dtype == np.float64
