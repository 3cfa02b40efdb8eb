"""Where the lectures contradict each other about losses, data and descent, and what is right."""

from __future__ import annotations

import re

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import datasets, metrics, nn, optim
from autograd_fr.nn import functional as F
from autograd_fr.optim.lr_scheduler import ExponentialLR, LambdaLR, ReduceLROnPlateau
from autograd_fr.utils.data import DataLoader, TensorDataset

from .items import computes, float64, leaf, linear, size, taught

close = np.testing.assert_allclose


# Losses


@computes("X-01")
def order_of_prediction_and_target(given):
    p, target = float64(given["p"]), float64(given["target_one_hot"])

    def cross_entropy(prediction, target):
        return -ag.special.xlogy(target, prediction).sum()

    right = F.cross_entropy(p.log(), target)  # the prediction first
    close(right, F.cross_entropy(input=p.log(), target=target.argmax()))
    close(right, cross_entropy(p, target))
    with np.errstate(divide="ignore"):
        swapped = cross_entropy(target, p)  # log 0
    y, z = (float64(given["soft_target_example"][name]) for name in "yz")
    return {
        "correct": right,
        "swapped": swapped,
        "soft_target_example": {  # no error can be raised here
            "H(y,z)": F.cross_entropy(z.log(), y),
            "H(z,y)": F.cross_entropy(y.log(), z),
        },
    }


@computes("X-02")
def factors_of_the_squared_loss(given):
    out = {}
    for name, grad, loss in (
        ("sum_sq", "grad_sum", nn.MSELoss(reduction="sum")),
        ("half_sum", "grad_half_sum", nn.HalfMSELoss(reduction="sum")),
        ("mean", "grad_mean", nn.MSELoss()),
        ("half_mean_1_over_2m", "grad_half_mean", nn.HalfMSELoss()),
    ):
        residual = leaf(given["residual"])
        assert len(residual) == given["m"]
        out[name] = loss(residual, ag.zeros_like(residual))
        (out[grad],) = ag.autograd.grad(out[name], residual)
        out[name] = out[name].item()
    return out


@computes("X-03")
def three_kinds_of_shrinking(given):
    step, strength = given["step"], given["lambda"]

    def one_step(loss=lambda theta: 0.0, decoupled=0.0, **options):
        theta = leaf(given["theta"])
        sgd = optim.SGD([theta], lr=step, **options)
        (given["g"] * theta + loss(theta)).backward()
        with ag.no_grad():
            theta -= decoupled * theta
        sgd.step()
        return theta.item()

    s004 = one_step(decoupled=strength)
    close(one_step(weight_decay=strength / step), s004)  # the same, through the step size
    close(one_step(lambda theta: strength / step / 2 * theta**2), s004)
    # AdamW multiplies it by the step size, as no lecture does: θ - step λ θ - step.
    theta = leaf(given["theta"])
    adamw = optim.AdamW([theta], lr=step, weight_decay=strength)
    theta.grad = ag.full_like(theta, given["g"])
    adamw.step()
    close(theta.item(), given["theta"] * (1 - step * strength) - step, rtol=1e-6)

    layer = linear([[1.0]], [1.0])  # a group without decay for biases
    groups = [{"params": [layer.weight], "weight_decay": 0.5}, {"params": [layer.bias]}]
    for p in layer.parameters():
        p.grad = ag.zeros_like(p)
    optim.SGD(groups, lr=step).step()
    assert layer.bias.item() == 1 and layer.weight.item() == 1 - step * 0.5
    return {
        "S001_penalty_step": one_step(lambda theta: strength * theta**2),
        "S004_step": s004,
        "pytorch_wd_step": one_step(weight_decay=strength),
    }


@computes("X-07")
def sum_or_mean(given):
    descent, expected = taught("S000-13")
    u, c = leaf(float(descent["u"])), float64(descent["c"])
    (of_sum,) = ag.autograd.grad(F.half_mse_loss(u.expand(3), c, reduction="sum"), u)
    (of_mean,) = ag.autograd.grad(F.half_mse_loss(u.expand(3), c), u)
    close((of_sum, of_mean), (expected["sum_grad"], expected["mean_grad"]))

    sleep, expected = taught("S002-75")
    W1, W2 = leaf(sleep["W1"]), leaf(sleep["W2"])
    yhat = ((float64(sleep["X_scaled"]) @ W1).sigmoid() @ W2).sigmoid()[:, 0]
    y = float64(sleep["y_scaled"])
    (total,) = ag.autograd.grad(F.half_mse_loss(yhat, y, reduction="sum"), W1)
    close(total, expected["sum_dW1"], rtol=1e-6)
    yhat = ((float64(sleep["X_scaled"]) @ W1).sigmoid() @ W2).sigmoid()[:, 0]
    (mean,) = ag.autograd.grad(F.half_mse_loss(yhat, y), W1)
    close(mean * len(y), total)  # a step of the mean is 3 times smaller
    close(mean, expected["mean_dW1"], rtol=1e-6)


@computes("X-21")
def mean_absolute_difference_is_twice_the_error_rate(given):
    scores, expected = taught("S000-04")
    f, y = np.array(scores["f"]), np.array(scores["y"])
    rate = metrics.error_rate((f > 0).astype(int), (y > 0).astype(int))
    close(rate, expected["error_rate"])
    close(metrics.mean_absolute_error(f, y), expected["mean_abs_error"])
    close(metrics.mean_absolute_error(f, y), 2 * rate)


@computes("X-25")
def logarithm_of_what_the_prediction_leaves(given):
    samples, forward = taught("S003-24")
    X, y = float64(samples["X"]), float64(samples["y"])
    a = (X @ float64(samples["W"]) + samples["b"]).sigmoid()
    assert {*y.tolist()} == {0.0, 1.0}
    right = F.binary_cross_entropy(a, y, reduction="none")
    close(right, taught("S003-26")[1]["per_example"])
    close(right.mean(), forward["L"])
    with np.errstate(divide="ignore", invalid="ignore"):
        misprint = -(y * a.log() + (1 - y) * (1 - y).log())
    assert (misprint.isfinite() == (y == 0)).all()  # 0 log 0 wherever the label is 1


# Labels, shapes, batches


@computes("X-04")
def orientation_of_weights(given):
    out, inputs = taught("S001-14")[1]["W1_shape_that_works_for_W_x"]
    assert nn.Linear(inputs, out).weight.shape == (out, inputs)

    keras, expected = taught("S003-14")
    W0, W1 = (np.array(keras[name]) for name in ("W0_NxH", "W1_HxK"))  # (in, out)
    net = nn.Sequential(
        linear(W0.T, keras["b0"]), nn.Tanh(), linear(W1.T, keras["b1"]), nn.Softmax(-1)
    )
    X = float64(keras["X"])
    close(net(X).detach(), expected["probs"], rtol=1e-6)
    close(net[0](X).detach(), X @ W0 + float64(keras["b0"]), rtol=1e-12)
    assert size(net) == expected["param_count"]
    with pytest.raises(RuntimeError, match=re.escape(str((2, 3)))):
        net[0].load_state_dict({"weight": float64(W0), "bias": float64(keras["b0"])})


@computes("X-05")
def examples_as_rows(given):
    net, _ = taught("S002-69")
    vectorised, expected = taught("S002-70")
    W1, W2 = float64(net["W1_4x3"]), float64(net["W2_1x4"])
    b1, b2 = float64(net["b1"]), float64(net["b2"])
    columns = float64(vectorised["X_columns_are_examples"])
    rows = nn.Sequential(linear(W1, b1), nn.Sigmoid(), linear(W2, b2), nn.Sigmoid())
    as_rows = rows(columns.T)[:, 0].detach()
    close(as_rows, expected["A2"], rtol=1e-6)
    as_columns = (W2 @ (W1 @ columns + b1[:, None]).sigmoid() + b2[:, None]).sigmoid()[0]
    one_by_one = ag.stack([rows(x)[0] for x in columns.T]).detach()
    close(as_columns, as_rows, rtol=0, atol=1e-15)
    close(one_by_one, as_rows, rtol=0, atol=1e-15)


@computes("X-06")
def encodings_of_labels(given):
    scores, expected = taught("S002-25")
    z, index = float64(scores["z"]), scores["target_0based"]
    close(F.cross_entropy(z, ag.tensor(index)), expected["ce_nats"])
    one_based = index + 1
    close(
        F.cross_entropy(z, ag.tensor(one_based)), expected["ce_if_target_were_index_2_zero_based"]
    )
    for out_of_range in (len(z), -1):
        with pytest.raises(IndexError, match=str(out_of_range)):
            F.cross_entropy(z, ag.tensor(out_of_range))
    for labels in ([-1, 1, 1], [1, 2, 2], [5, 7, 7]):  # any become 0, 1, ...
        assert ag.unique(ag.tensor(labels), return_inverse=True)[1].tolist() == [0, 1, 1]
    ring = datasets.ring(20, generator=ag.Generator(0))[1]
    assert {*ring.tolist()} == {-1, 1}  # signs, for the hinge
    assert {*((ring + 1) // 2).tolist()} == {0, 1}


@computes("X-18")
def one_epoch_is_one_pass(given):
    batches, expected = taught("S001-07")
    ag.manual_seed(0)
    loader = DataLoader(TensorDataset(ag.arange(batches["n"])), batches["q"], shuffle=True)
    seen = [i for (batch,) in loader for i in batch.tolist()]
    assert sorted(seen) == list(range(batches["n"]))
    steps = []
    layer = nn.Linear(1, 1)
    sgd = optim.SGD(layer.parameters(), lr=0.0)
    sgd.register_step_post_hook(lambda *_: steps.append(1))
    x = ag.zeros(batches["n"], 1)
    ag.training.fit(layer, (x, x), nn.MSELoss(), sgd, epochs=3, batch_size=3, progress=False)
    assert len(steps) == 3 * expected["updates_per_epoch"]


# Optimisation


@computes("X-08")
def convex_costs_and_others(given):
    line, expected = taught("S003-35")
    x, y = float64(line["x"]), float64(line["y"])

    def cost(theta):
        return F.half_mse_loss(theta[0] * x + theta[1], y)

    curvature = ag.autograd.functional.hessian(cost, float64([line["a0"], line["b0"]]))
    values = ag.linalg.eigvalsh(curvature)
    close(values, expected["hessian_eigs"], rtol=1e-6)
    assert (values > 0).all()
    close(ag.autograd.functional.hessian(cost, float64([5.0, -7.0])), curvature)  # everywhere

    def loss_of_xor(theta):  # 2-2-1, relu
        W1, b1, W2, b2 = theta[:4].reshape(2, 2), theta[4:6], theta[6:8], theta[8]
        x, y = map(float64, datasets.truth_table("xor"))
        return F.half_mse_loss((x @ W1.T + b1).relu() @ W2 + b2, y)

    # Two solutions, hidden units exchanged; between them the loss is higher.
    one = float64([1, 1, 1, 1, 0, -1, 1, -2, 0])
    other = float64([1, 1, 1, 1, -1, 0, -2, 1, 0])
    assert loss_of_xor(one) == loss_of_xor(other) == 0 < loss_of_xor((one + other) / 2)


@computes("X-09")
def fixed_step_or_schedule(given):
    fixed, expected = taught("S000-13")
    c = float64(fixed["c"])

    def descend(steps, lr, schedule=None):
        u = leaf(float(fixed["u"]))
        sgd = optim.SGD([u], lr=lr)
        decay = schedule and LambdaLR(sgd, schedule)
        path = []
        for i in range(steps):
            sgd.zero_grad()
            F.half_mse_loss(u, c[i % len(c)]).backward()
            sgd.step()
            if decay:
                decay.step()
            path.append(u.item())
        return path

    path = descend(600, fixed["lambda"])
    close(path[:6], expected["after_steps"], rtol=1e-9)
    close(path[-3:], expected["limit_cycle"], rtol=1e-9)
    assert min(abs(u - expected["minimum"]) for u in path[-3:]) > 0.01  # never there
    falling = descend(300, 1.0, lambda i: 1 / (i + 1))
    close(falling[:3], taught("S000-14")[1]["iterates"])
    close(falling[-1], expected["minimum"], atol=1e-9)
    assert abs(falling[-2] - expected["minimum"]) < 0.02


@computes("X-20")
def rule_of_momentum(given):
    yolo, expected = taught("S002-09")
    w = leaf(float(yolo["w0"]))
    sgd = optim.SGD([w], **{name: yolo[name] for name in ("lr", "momentum", "weight_decay")})
    for v, after in expected["v_w_by_step"]:
        w.grad = ag.full_like(w, yolo["g"])
        sgd.step()
        close((sgd.state[w]["momentum_buffer"], w.detach()), (v, after), rtol=1e-9)

    parabola, expected = taught("S003-36")
    for name, options in (
        ("no_momentum", {}),
        ("momentum", {"momentum": parabola["momentum"]}),
        ("nesterov", {"momentum": parabola["momentum"], "nesterov": True}),
    ):
        x = leaf(float(parabola["x0"]))
        sgd = optim.SGD([x], lr=parabola["lr"], **options)
        for after in expected[name]:
            sgd.zero_grad()
            (x**2).backward()
            sgd.step()
            close(x.item(), after, rtol=1e-9)


@computes("X-23")
def decay_at_each_step_or_at_a_plateau(given):
    trick, expected = taught("S003-39")
    sgd = optim.SGD([leaf(0.0)], lr=trick["lr0"])
    decay, rates = ExponentialLR(sgd, trick["beta"]), []
    for _ in expected["lr_by_step"]:
        rates += decay.get_last_lr()
        sgd.step()
        decay.step()
    close(rates, expected["lr_by_step"])

    plateau, expected = taught("S003-40")
    sgd = optim.SGD([leaf(0.0)], lr=plateau["lr0"])
    wait = ReduceLROnPlateau(sgd, factor=plateau["factor"], patience=plateau["patience"])
    rates = []
    for loss in plateau["losses"]:
        wait.step(loss)
        rates += wait.get_last_lr()
    close(rates, expected["pytorch_rule_lr"])
    falling = ReduceLROnPlateau(optim.SGD([leaf(0.0)], lr=1.0), patience=0)
    for loss in (1.0, 0.5, 0.25):
        falling.step(loss)
    assert falling.get_last_lr() == [1.0]  # while the loss falls nothing happens
