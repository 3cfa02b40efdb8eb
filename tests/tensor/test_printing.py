"""Tensors as text."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag


@pytest.mark.parametrize(
    ("tensor", "text"),
    [
        (ag.tensor(3), "tensor(3)"),
        (ag.tensor(3.0), "tensor(3.)"),
        (ag.tensor(0.5), "tensor(0.5000)"),
        (ag.tensor([1.0, -2.5]), "tensor([ 1.0000, -2.5000])"),
        (ag.tensor([True]), "tensor([True])"),
        (ag.tensor([1e-6, 1.0]), "tensor([1.0000e-06, 1.0000e+00])"),
        (ag.tensor([1.0], dtype=ag.float64), "tensor([1.], dtype=float64)"),
        (ag.zeros(0, 3), "tensor([], size=(0, 3))"),
        (ag.tensor([[1, 2], [3, 4]]), "tensor([[1, 2],\n        [3, 4]])"),
        (ag.tensor(2.0, requires_grad=True), "tensor(2., requires_grad=True)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_text(tensor, text):
    assert repr(tensor) == text
    assert str(tensor) == text


def test_a_result_names_its_derivative():
    x = ag.tensor([[1.0, 2.0]], requires_grad=True)
    assert repr(x.log_softmax(1).sum()) == "tensor(-1.6265, grad_fn=<SumBackward0>)"
    assert repr(x.log_softmax(1)).endswith("grad_fn=<LogSoftmaxBackward0>)")


def test_the_default_dtype_is_not_mentioned():
    ag.set_default_dtype(ag.float64)
    try:
        assert repr(ag.tensor(1.5)) == "tensor(1.5000)"
        assert repr(ag.tensor(1.5, dtype=ag.float32)) == "tensor(1.5000, dtype=float32)"
    finally:
        ag.set_default_dtype(ag.float32)


def test_large_tensors_are_summarised():
    text = repr(ag.zeros(100, 100))
    assert "..." in text
    assert len(text) < 600


def test_what_is_not_shown_takes_no_memory():
    assert repr(ag.tensor(1).expand(2, 1 << 33)) == (
        "tensor([[1, 1, 1,  ..., 1, 1, 1],\n        [1, 1, 1,  ..., 1, 1, 1]])"
    )


def test_lines_are_short():
    assert max(map(len, repr(ag.rand(3, 40)).splitlines())) <= 80


def test_a_view_prints_as_a_copy_does():
    x = ag.tensor(np.arange(6.0).reshape(2, 3))
    assert repr(x.T) == repr(x.T.clone())
