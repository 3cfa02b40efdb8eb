"""Normalisation beyond PyTorch's databases: running statistics, precision, errors, vmap."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, DtypeError, RangeError, ShapeError
from autograd_fr.nn import functional as F


def drawn(*shape, seed=0):
    return ag.tensor(np.random.default_rng(seed).normal(size=shape))


def two_pass(x, axes, eps=1e-5):
    x = np.asarray(x.numpy(), np.float64)
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


FORMULAS = {
    "batch of vectors": (lambda x: F.batch_norm(x, None, None, training=True), (5, 3), (0,)),
    "batch of images": (lambda x: F.batch_norm(x, None, None, training=True), (4, 3, 5, 2),
                        (0, 2, 3)),
    "instance": (F.instance_norm, (4, 3, 5, 2), (2, 3)),
    "layer": (lambda x: F.layer_norm(x, (5, 2)), (4, 3, 5, 2), (2, 3)),
    "one group": (lambda x: F.group_norm(x, 1), (4, 3, 5), (1, 2)),
}  # fmt: skip


@pytest.mark.parametrize(("norm", "shape", "axes"), FORMULAS.values(), ids=FORMULAS)
def test_the_mean_is_0_and_the_variance_1_over_these_axes(norm, shape, axes):
    x = drawn(*shape) * 3 + 2
    np.testing.assert_allclose(norm(x).numpy(), two_pass(x, axes), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("norm", "shape", "axes"), FORMULAS.values(), ids=FORMULAS)
def test_a_large_mean_costs_no_more_digits_than_it_must(norm, shape, axes):
    x = (drawn(*shape) + 1000).float()
    np.testing.assert_allclose(norm(x).numpy(), two_pass(x, axes), atol=1e-3)


def test_half_precision_is_computed_in_single():
    x = ((drawn(8, 40) + 1) * 1000).half()  # whose squares are beyond float16
    y = F.layer_norm(x, (40,))
    assert y.dtype == ag.float16
    np.testing.assert_allclose(y.numpy(), two_pass(x, (1,)), atol=2e-3)
    mean, var = ag.zeros(40), ag.ones(40)
    F.batch_norm(x, mean, var, training=True)
    np.testing.assert_allclose(var.numpy(), 0.9 + 0.1 * x.double().var(0).numpy(), rtol=1e-5)


def test_running_statistics_follow_the_batches():
    norm, mean, var = nn.BatchNorm1d(2, momentum=0.3), np.zeros(2), np.ones(2)
    for k in range(3):
        x = drawn(6, 2, 4, seed=k).float()
        norm(x)
        mean = 0.7 * mean + 0.3 * x.numpy().mean((0, 2))
        var = 0.7 * var + 0.3 * x.numpy().var((0, 2), ddof=1) * (24 / 24)
    rows = x.numpy().transpose(1, 0, 2).reshape(2, -1)
    assert rows.shape == (2, 24)
    np.testing.assert_allclose(norm.running_mean.numpy(), mean, rtol=1e-5)
    np.testing.assert_allclose(norm.running_var.numpy(), var, rtol=1e-5)
    assert norm.num_batches_tracked.item() == 3


def test_without_momentum_they_are_averages():
    norm, xs = nn.BatchNorm1d(3, momentum=None), [drawn(4, 3, seed=k).float() for k in range(3)]
    for x in xs:
        norm(x)
    expected = np.mean([x.numpy().mean(0) for x in xs], 0)
    np.testing.assert_allclose(norm.running_mean.numpy(), expected, rtol=1e-5, atol=1e-7)


def test_evaluation_goes_by_the_running_statistics_and_leaves_them():
    norm = nn.BatchNorm2d(3).eval()
    norm.running_mean += 2.0
    norm.running_var *= 4.0
    x = drawn(2, 3, 4, 4).float()
    expected = (x.numpy() - 2) / np.sqrt(4 + 1e-5)
    np.testing.assert_allclose(norm(x).detach().numpy(), expected, rtol=1e-5, atol=1e-6)
    assert norm.num_batches_tracked.item() == 0 and norm.running_mean.tolist() == [2.0] * 3


def test_reset_forgets_what_was_seen():
    norm = nn.BatchNorm1d(3)
    norm(drawn(4, 3).float())
    norm.reset_running_stats()
    assert norm.running_mean.tolist() == [0.0] * 3 and norm.running_var.tolist() == [1.0] * 3
    assert norm.num_batches_tracked.item() == 0


def test_a_state_from_before_batches_were_counted_loads():
    norm, old = nn.BatchNorm1d(2), nn.BatchNorm1d(2).state_dict()
    old["running_mean"] += 5.0
    del old["num_batches_tracked"]
    with pytest.raises(AutogradError, match="num_batches_tracked"):
        norm.load_state_dict(old)  # it says that it is of the second version
    bare = dict(old)
    norm.load_state_dict(bare)
    assert norm.running_mean.tolist() == [5.0, 5.0]


def test_what_comes_after_may_work_in_place():
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(inplace=True))
    x = drawn(5, 3).float().requires_grad_()
    (net(x) ** 2).sum().backward()
    kept = x.grad.numpy()
    net[2], x.grad = nn.ReLU(), None
    (net(x) ** 2).sum().backward()
    np.testing.assert_array_equal(kept, x.grad.numpy())


def test_each_sample_of_a_batch_in_vmap_is_its_own():
    x, w = drawn(3, 4, 5), drawn(5)
    norm = lambda row: F.layer_norm(row, (5,), w, w)  # noqa: E731
    np.testing.assert_allclose(ag.vmap(norm)(x).numpy(), norm(x).numpy(), rtol=1e-12)
    batch = lambda x: F.batch_norm(x, None, None, training=True)  # noqa: E731
    expected = ag.stack([batch(one) for one in x])
    np.testing.assert_allclose(ag.vmap(batch)(x).numpy(), expected.numpy(), rtol=1e-12)


def test_running_statistics_of_samples_apart_have_no_room():
    norm = nn.BatchNorm1d(5)
    with pytest.raises(AutogradError, match="vmap"):
        ag.vmap(norm)(drawn(3, 4, 5).float())


def test_sync_batch_norm_takes_over_parameters_and_buffers():
    net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.BatchNorm1d(3)))
    weight, mean = net[1][0].weight, net[1][0].running_mean
    net = nn.SyncBatchNorm.convert_sync_batchnorm(net.eval())
    assert type(net[1][0]) is nn.SyncBatchNorm and not net[1][0].training
    assert net[1][0].weight is weight and net[1][0].running_mean is mean


REFUSED = {
    "one value per channel": (lambda: nn.BatchNorm1d(3)(ag.ones(1, 3)), ShapeError, "more than 1"),
    "one position": (lambda: F.instance_norm(ag.ones(2, 3, 1)), ShapeError, "one position"),
    "one value per group": (lambda: F.group_norm(ag.ones(1, 2), 2), ShapeError, "more than 1"),
    "axes": (lambda: nn.BatchNorm2d(3)(ag.ones(2, 3, 4)), ShapeError, r"4 axes, got shape \(2, 3,"),
    "channels": (lambda: nn.BatchNorm1d(3)(ag.ones(2, 4)), ShapeError, "4 channels.*running_mean"),
    "no statistics": (lambda: F.batch_norm(ag.ones(2, 3), None, None), AutogradError, "running_"),
    "groups": (lambda: F.group_norm(ag.ones(2, 4), 3), ShapeError, "4 channels.*num_groups=3"),
    "groups of a layer": (lambda: nn.GroupNorm(3, 4), ValueError, "multiple of num_groups=3"),
    "lengths": (lambda: nn.LayerNorm((3, 4))(ag.ones(2, 4, 3)), ShapeError, r"\(2, 4, 3\).*\(3, 4"),
    "weight": (lambda: F.layer_norm(ag.ones(2, 3), (3,), ag.ones(2)), ShapeError, "weight has"),
    "eps": (lambda: nn.BatchNorm1d(3, eps=0.0)(ag.ones(2, 3)), RangeError, "eps is positive.*0.0"),
    "integers": (lambda: F.layer_norm(ag.ones(2, 3).long(), (3,)), DtypeError, "float"),
    "dtypes": (lambda: nn.LayerNorm(3)(ag.ones(2, 3).double()), DtypeError, "float64.*float32"),
    "two axes": (lambda: F.local_response_norm(ag.ones(2, 3), 2), ShapeError, "three axes"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_an_error_says_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_channels_that_do_not_matter_are_told():
    with pytest.warns(UserWarning, match="num_features=3, the input has 4"):
        nn.InstanceNorm1d(3)(drawn(2, 4, 5))
