"""Laval: the snippet of the recurrent cell, for PyTorch, as printed and corrected."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.errors import GraphError, ShapeError

from .items import computes

SNIPPET = """
import torch
from torch.autograd import Variable

x = Variable(torch.randn(1, 10))
prev_h = Variable(torch.randn(1, 20))
W_h = Variable(torch.randn(20, 20))
W_x = Variable(torch.randn(20, 10))

i2h = torch.mm(W_x, x.t())
h2h = torch.mm(W_h, prev_h.t())
next_h = i2h + h2h
next_h = next_h.tanh()

next_h.backward(torch.ones(1, 20))
"""


def run(snippet, **changes):
    """The names that a snippet for PyTorch defines, run by this package, and its error if any.

    `changes`: the right hand sides of some of its assignments.
    """
    for name, value in changes.items():
        snippet, found = re.subn(rf"(?m)^{name} = Variable\(.*\)$", f"{name} = {value}", snippet)
        assert found == 1
    snippet = snippet.replace("import torch\n", "import autograd_fr as torch\n")
    snippet = snippet.replace("from torch.", "from autograd_fr.")
    names = {}
    try:
        exec(snippet, names)
    except Exception as error:
        return names, error
    return names, None


def with_leaves(snippet):
    """With variables that require gradients."""
    return re.sub(r"Variable\((.*)\)", r"Variable(\1, requires_grad=True)", snippet)


def corrected(snippet):
    """With leaves, and a seed of the shape of the result."""
    return with_leaves(snippet).replace("ones(1, 20)", "ones(20, 1)")


@computes("S002-35")
def recurrent_cell(given):
    k, h = np.arange(10), np.arange(20)
    values = {
        "x": np.sin(k + 1)[None],
        "prev_h": np.cos(h + 1)[None],
        "W_h": 0.1 * np.cos(1 + np.arange(400)).reshape(20, 20),
        "W_x": 0.1 * np.sin(1 + np.arange(200)).reshape(20, 10),
    }
    for values_of_x, rule in ((values["x"], "x[0,k]"), (values["prev_h"], "prev_h[0,k]")):
        assert given[rule].endswith(f"k=0..{values_of_x.size - 1}")
    kept = "i2h.retain_grad(); h2h.retain_grad()\nnext_h.backward"
    text = {name: f"Variable(torch.tensor({a.tolist()}, dtype=torch.float64))"
            for name, a in values.items()}  # fmt: skip
    names, error = run(corrected(SNIPPET.replace("next_h.backward", kept)), **{
        name: call.replace("))", "), requires_grad=True)") for name, call in text.items()
    })  # fmt: skip
    assert error is None
    graph = viz.draw(names["next_h"], names=names).graph
    signs = {"ᵀ": "t", "@": "mm", "+": "add", "tanh": "tanh"}
    x, prev_h, W_h, W_x, next_h = (names[n] for n in ("x", "prev_h", "W_h", "W_x", "next_h"))
    G = 1 - next_h.detach() ** 2
    ag.testing.assert_close(W_x.grad, G * x.detach())
    ag.testing.assert_close(W_h.grad, G * prev_h.detach())
    return {
        "next_h_shape": list(next_h.shape),
        "next_h_first3": next_h[:3, 0],
        "next_h_sum": next_h.sum(),
        "grad_Wx_shape": list(W_x.grad.shape),
        "grad_Wx_00": W_x.grad[0, 0],
        "grad_Wx_19_9": W_x.grad[19, 9],
        "grad_Wx_sum": W_x.grad.sum(),
        "grad_Wx_fro": W_x.grad.norm(),
        "grad_Wh_00": W_h.grad[0, 0],
        "grad_Wh_sum": W_h.grad.sum(),
        "grad_Wh_fro": W_h.grad.norm(),
        "grad_x_shape": list(x.grad.shape),
        "grad_x": x.grad[0],
        "grad_prev_h_shape": list(prev_h.grad.shape),
        "grad_prev_h_sum": prev_h.grad.sum(),
        "grad_prev_h_first3": prev_h.grad[0, :3],
        "grad_i2h_equals_grad_h2h": bool((names["i2h"].grad == names["h2h"].grad).all()),
        "op_nodes": [signs[operation.symbol] for operation in graph.operations],
    }


@computes("S002-36")
def faults_of_the_snippet(given):
    printed, no_leaf = run(SNIPPET)
    wrong_seed, other_shape = run(with_leaves(SNIPPET))
    assert isinstance(no_leaf, GraphError) and "requires_grad=True" in str(no_leaf)
    assert "`next_h`" in str(no_leaf) and not printed["next_h"].requires_grad
    assert isinstance(other_shape, ShapeError)
    output, seed = (list(map(int, shape)) for shape in re.findall(r"\((\d+), (\d+)\)",
                    str(other_shape).splitlines()[0])[::-1])  # fmt: skip
    assert wrong_seed["W_x"].grad is None
    right, error = run(corrected(SNIPPET))
    assert error is None and right["W_x"].grad.shape == (20, 10)
    assert ElementTree.fromstring(viz.draw(right["next_h"], names=right).svg) is not None
    return {
        "raises_shape_error": isinstance(other_shape, ShapeError),
        "raises_if_no_leaf_requires_grad": isinstance(no_leaf, GraphError),
        "output_shape": output,
        "gradient_shape_given": seed,
    }
