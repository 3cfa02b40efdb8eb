"""Gradients and values of all parameters at once, compared with PyTorch where it is installed."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import AutogradError, ShapeError
from autograd_fr.nn import utils


def parameters(module, grads):
    made = []
    for g in grads:
        p = module.zeros(len(g)).requires_grad_()
        p.grad = module.tensor(g)
        made.append(p)
    return [*made, module.zeros(2).requires_grad_()]


@pytest.mark.parametrize("norm_type", [1.0, 2.0, 3.0, float("inf"), 0.0])
@pytest.mark.parametrize("max_norm", [0.5, 1e3])
def test_clipping_as_pytorch_does(norm_type, max_norm):
    torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")
    grads = [[3.0, -4.0], [0.5], [1.0, 2.0, -2.0]]
    ours, theirs = parameters(ag, grads), parameters(torch, grads)
    norm = utils.clip_grad_norm_(ours, max_norm, norm_type)
    reference = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    assert norm.item() == pytest.approx(reference.item())
    for p, q in zip(ours[:-1], theirs[:-1]):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-6)
    assert ours[-1].grad is None


def test_clipping_values():
    (p, _) = parameters(ag, [[3.0, -4.0, 0.5]])
    utils.clip_grad_value_(p, 1.0)
    assert p.grad.tolist() == [1, -1, 0.5]


def test_a_norm_that_is_not_finite():
    ps = parameters(ag, [[float("inf")]])
    with pytest.raises(AutogradError, match="inf, not finite"):
        utils.clip_grad_norm_(ps, 1.0, error_if_nonfinite=True)
    assert utils.clip_grad_norm_([], 1.0).item() == 0


@pytest.mark.parametrize("entry", [float("nan"), float("inf")])
def test_clipping_by_a_norm_that_is_not_finite_as_pytorch_does(entry):
    torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")
    grads = [[1.0, entry], [2.0]]
    ours, theirs = parameters(ag, grads), parameters(torch, grads)
    norm, reference = utils.clip_grad_norm_(ours, 1.0), torch.nn.utils.clip_grad_norm_(theirs, 1.0)
    np.testing.assert_equal(norm.item(), reference.item())
    for p, q in zip(ours[:-1], theirs[:-1]):
        np.testing.assert_equal(p.grad.numpy(), q.grad.numpy())


def test_the_greatest_entry_may_be_asked_for_by_a_word():
    ps = parameters(ag, [[3.0, -4.0], [0.5]])
    assert utils.clip_grad_norm_(ps, 9.0, norm_type="inf").item() == 4


def test_a_generator_that_is_used_up_is_told():
    ps = (p for p in parameters(ag, [[3.0]]))
    list(ps)
    with pytest.warns(UserWarning, match="empty generator"):
        assert utils.clip_grad_norm_(ps, 1.0).item() == 0


@pytest.mark.parametrize("kinds", [["float16"], ["float16", "float32"], ["float64", "float16"]])
def test_clipping_float16_and_several_dtypes_as_pytorch_does(kinds):
    torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")
    norms, grads = [], []
    for module in (ag, torch):
        ps = [module.zeros(2, dtype=getattr(module, kind), requires_grad=True) for kind in kinds]
        for p in ps:
            p.grad = module.tensor([300.0, 400.0], dtype=p.dtype)
        norms.append(module.nn.utils.clip_grad_norm_(ps, "1").numpy())
        grads.append([p.grad.numpy() for p in ps])
    assert norms[0].dtype == norms[1].dtype
    np.testing.assert_allclose(*norms, rtol=1e-3 if kinds == ["float16"] else 1e-7)
    for ours, theirs in zip(*grads):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-3)


def test_clipping_under_its_former_name():
    ps = parameters(ag, [[3.0, 4.0]])
    with pytest.warns(FutureWarning, match="use clip_grad_norm_"):
        assert utils.clip_grad_norm(ps, 1.0).item() == 5


def test_a_row_of_all_parameters():
    net = ag.nn.Linear(2, 3)
    row = utils.parameters_to_vector(net.parameters())
    assert row.shape == (9,)
    utils.vector_to_parameters(ag.arange(9.0), net.parameters())
    assert net.weight.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert net.bias.tolist() == [6, 7, 8]
    with pytest.raises(ShapeError, match="9"):
        utils.vector_to_parameters(ag.ones(8), net.parameters())


def test_zero_grad_can_make_zeros():
    net = ag.nn.Linear(2, 1)
    net(ag.ones(1, 2)).sum().backward()
    net.zero_grad(set_to_none=False)
    assert net.weight.grad.tolist() == [[0, 0]]
    ag.optim.SGD(net.parameters(), lr=0.1).zero_grad(set_to_none=False)
    assert net.bias.grad.tolist() == [0]
    net.zero_grad()
    assert net.weight.grad is None


def test_errors_say_what_was_given():
    layer = ag.nn.Linear(1, 1)
    with pytest.raises(TypeError, match="a tensor is needed, got list"):
        utils.vector_to_parameters([1.0, 2.0], layer.parameters())
    with pytest.raises(AutogradError, match="an argument `device`, Sequential has none"):
        utils.skip_init(ag.nn.Sequential)
    with pytest.raises(TypeError, match="'a'; it takes none"):
        ag.nn.Module(a=3)
