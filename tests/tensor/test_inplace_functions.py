"""Changes in place by functions: PyTorch's with an underscore, and the user's own."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError, GraphError
from autograd_fr.tensor import inplace_functions


@pytest.mark.parametrize("name", inplace_functions.__all__)
def test_functions_with_an_underscore_are_the_methods(name):
    assert getattr(ag, name) is getattr(ag.Tensor, name)


def test_a_function_with_an_underscore_is_recorded():
    x = ag.tensor([0.0, 1.0], requires_grad=True)
    y = x * 1
    assert ag.exp_(y) is y
    y.sum().backward()
    assert x.grad.tolist() == y.tolist()


def test_python_functions_entry_by_entry():
    x = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert x.apply_(lambda entry: entry + 1) is x
    assert x.tolist() == [[2, 3], [4, 5]]
    assert x.map_(ag.tensor([1.0, 2.0]), lambda a, b: a * b).tolist() == [[2, 6], [4, 10]]
    assert ag.tensor(2).apply_(lambda n: n / 4).tolist() == 0
    with pytest.raises(DtypeError, match="map_: a tensor of float32"):
        x.map_(ag.tensor([1, 2]), max)
    with pytest.raises(GraphError, match="apply_ has no derivative"):
        x.requires_grad_().apply_(abs)
