"""S000, A. Chan-Hon-Tong, "L'entrainement de réseau profond": neurons, nets, what they are for."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import metrics, nn, optim, viz
from autograd_fr.utils.data import random_split

from .items import ITEMS, computes, float64, leaf, linear, size


@computes("S000-01")
def neuron(given):
    found = {}
    for state in ("active", "inactive"):
        w, x, b = (leaf(given[name]) for name in ("w", "x", f"b_{state}"))
        pre = w @ x + b
        out = pre.relu()
        out.backward()
        numbers = {"pre": pre, "out": out, "dw": w.grad, "dx": x.grad, "db": b.grad}
        found |= {f"{name}_{state}": number for name, number in numbers.items()}
        assert f"∂out/∂b = {b.grad.item():g}" in viz.draw(out).dot
    return found


@computes("S000-02")
def layer(given):
    W, b, x = (float64(given[name]) for name in ("W", "b", "x"))
    sums = linear(W, b)
    first = [0, 0, 0]  # the stack that has neuron 1 in every row
    return {
        "pre": sums(x),
        "out": nn.Sequential(sums, nn.ReLU())(x),
        "literal_typo_out": nn.functional.linear(x, W[first], b[first]).relu(),
    }


@computes("S000-03")
def network(given):
    x, y = float64(given["x"]), float64([given["y"]])
    first, last = (linear(given[f"W{k}"], given[f"b{k}"]) for k in (1, 2))
    net = nn.Sequential(first, nn.ReLU(), last)
    hinge = nn.HingeLoss()
    out = net(x)
    # With relu to the end nothing is below 0: such an output can neither be -1, nor learn to be.
    pre = out.detach().requires_grad_()
    literal = nn.ReLU()(pre)
    hinge(literal, y).backward()
    return {
        "hidden_pre": net[0](x),
        "hidden": net[:2](x),
        "out_linear": out.item(),
        "sign_linear": out.sign().item(),
        "hinge_linear": hinge(out, y),
        "out_literal_relu": literal.item(),
        "sign_literal": literal.sign().item(),
        "hinge_literal": hinge(literal, y),
        "grad_out_literal_wrt_pre": pre.grad.item(),
        "param_count_2_2_1": size(net),
    }


@computes("S000-04")
def scores_of_labels_of_minus_one_and_one(given):
    y, f = given["y"], given["f"]
    classes = (float64(y) > 0).long()
    distance = metrics.mean_absolute_error(f, y)
    error = metrics.error_rate(f, classes, threshold=0)
    assert distance == 2 * error
    assert metrics.errors([0.0], [0], threshold=0) == 0  # sign(0) counts as the class of -1
    return {
        "mean_abs_error": distance,
        "error_rate": error,
        "accuracy": metrics.accuracy(f, classes, threshold=0),
    }


@computes("S000-05")
def training_and_test_base(given):
    n, ratio = given["n"], given["test_ratio"]

    def split(seed):
        return random_split(range(n), [1 - ratio, ratio], ag.Generator(seed))

    train, test = map(set, split(0))
    assert train | test == set(range(n))
    assert [list(part) for part in split(0)] == [list(part) for part in split(0)]
    assert [list(part) for part in split(0)] != [list(part) for part in split(1)]
    return {"n_train": len(train), "n_test": len(test), "intersection": len(train & test)}


@computes("S000-09")
def hinge_losses(given):
    scores, y = leaf(given["scores"]), float64(given["y"])
    total = nn.HingeLoss(reduction="sum")(scores, y)
    total.backward()
    score, label = leaf(1), float64(1)  # just at the margin
    kink = nn.HingeLoss()(score, label)
    kink.backward()
    return {
        "per_example": nn.HingeLoss(reduction="none")(scores, y),
        "sum": total,
        "mean": nn.HingeLoss()(scores, y),
        "dscores": scores.grad,
        "kink_example": {"score": score, "y": label, "loss": kink, "grad_convention": score.grad},
    }


@computes("S000-11")
def slopes_at_the_kink(given):
    x, eps = leaf(0), given["eps"]
    x.relu().backward()
    at, above, below = (ag.relu(float64(place)) for place in (0, eps, -eps))
    with pytest.warns(ag.errors.GradcheckWarning, match="kink"):
        report = ag.autograd.gradcheck(ag.relu, leaf(0), eps=eps)
    assert report.status == "undecided"
    return {
        "relu_prime_0_convention": x.grad,
        "central_at_0": (above - below) / (2 * eps),
        "forward_at_0": (above - at) / eps,
        "backward_at_0": (at - below) / eps,
    }


@computes("S000-20")
def gradients_of_two_ways_are_added(given):
    u = leaf(given["u"])
    b = u**2
    c = 3 * u
    a = b * c
    for way in (b, c):
        way.retain_grad()
    a.backward()
    ways = {path.variables[1]: path.contribution for path in viz.grad_paths(a, u)}
    return {
        "a": a,
        "da_db": b.grad,
        "da_dc": c.grad,
        "via_b": ways["b"],
        "via_c": ways["c"],
        "da_du": u.grad,
    }


@computes("S000-21")
def the_recipe(given):
    ag.manual_seed(0)
    points, labels = (ag.from_numpy(array).double() for array in ag.datasets.ring(600))
    radius = points.norm(dim=1)
    assert ag.equal(labels, ag.where(radius < 1.3, 1.0, -1.0).double())
    assert ((radius - 1.3).abs() > 0.15).all() and points.abs().max() <= 2
    train, test = random_split(range(600), [0.7, 0.3])
    net = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1)).double()
    hinge = nn.HingeLoss()
    optimizer = optim.SGD(net.parameters(), lr=0.05)
    schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step / 5000))
    for k in ag.randint(0, len(train), (20_000,)).tolist():
        i = train[k]
        optimizer.zero_grad()
        hinge(net(points[i]), labels[i : i + 1]).backward()
        optimizer.step()
        schedule.step()
    test = list(test)
    classes = (labels[test] > 0).long()
    accuracy = metrics.accuracy(net(points[test]), classes, threshold=0)
    assert accuracy >= ITEMS["S000-21"].expected["required_test_accuracy"]
