"""Laval: sigmoids, signs of gradients, feedforward nets and what they put out."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.errors import GraphError, OverwrittenError
from autograd_fr.nn import functional as F

from ..viz.reading import boxes, groups
from .items import computes, float64, leaf, linear, size


@computes("S002-01")
def saturating_sigmoid(given):
    z = leaf(given["z"])
    a = ag.sigmoid(z)
    a.sum().backward()
    x = leaf(0.5)
    chained = nn.Sequential(*[nn.Sigmoid()] * 10)(x)
    chained.backward()
    steepest = z.grad.max()
    assert z[z.grad.argmax()] == 0
    assert x.grad < steepest**10
    return {
        "sigmoid": a,
        "dsigmoid": z.grad,
        "max_derivative": steepest,
        "chain_gradient_after_10": x.grad,
        "upper_bound_0.25^10": steepest**10,
    }


@computes("S002-02")
def signs_of_the_weight_gradient(given):
    w, b = leaf(given["w"]), float64(given["b"])
    x = float64(given["x"])
    centred = x - x.mean()
    upstream = dict(zip(("plus1", "minus1"), float64(given["upstream"])))

    def dw(x, g):
        """The gradient of the weights of the neuron f(w·x + b)."""
        return ag.autograd.grad(ag.sigmoid(w @ x + b), w, g)[0]

    z = w @ x + b
    plus, minus = (dw(x, g) for g in upstream.values())
    mixed = dw(centred, upstream["plus1"])
    batch = dw(x, upstream["plus1"]) + dw(x.flip(0), upstream["minus1"])
    assert len(set(batch.sign().tolist())) > 1  # one sign for each example, not for their sum
    return {
        "z": z,
        "f": ag.sigmoid(z),
        "dw_upstream_plus1": plus,
        "dw_upstream_minus1": minus,
        "all_same_sign": bool((plus > 0).all() and (minus < 0).all()),
        "x_centered": centred,
        "dw_centered_upstream_plus1": mixed,
        "centered_signs": mixed.sign(),
    }


@computes("S002-03")
def composed_functions(given):
    x = leaf(given["x"])
    layer = linear([[2.0]], [1.0])
    by_modules = nn.Sequential(layer, nn.ReLU())(x.reshape(1)).square().squeeze()
    f = F.relu(2 * x + 1).square()
    f.backward()
    assert by_modules == f
    assert ag.autograd.grad(by_modules, x)[0] == x.grad
    return {"f": f, "df_dx": x.grad}


@computes("S002-04")
def unrolled_recurrence(given):
    w, h = leaf(given["w"]), float64(given["h0"])
    states = [h := ag.tanh(w * h + x) for x in given["x"]]
    paths = sorted(viz.grad_paths(h, w), key=lambda path: len(path.operations))
    graph = viz.trace(h)
    h.backward()
    assert sum(path.contribution for path in paths) == pytest.approx(w.grad.item())
    assert [v.name for v in graph.variables].count("w") == 1  # shared, and yet no circle:
    made = {k: operation.number for operation in graph.operations for k in operation.outputs}
    assert all(made.get(k, -1) < op.number for op in graph.operations for k in op.inputs)
    return {
        "h": [state.item() for state in states],
        "dh3_dw": w.grad,
        "contributions_t3_t2_t1": [path.contribution for path in paths],
        "cycle_must_raise": _a_circle_is_refused(w.detach().requires_grad_()),
    }


def _a_circle_is_refused(w):
    """Whether h = tanh(w h), written back into h itself, raises: h a leaf, h a result."""
    h = leaf(0.2)
    with pytest.raises(GraphError, match="in place"):
        h.copy_(ag.tanh(w * h))
    h = leaf(0.2) * 1
    h.copy_(ag.tanh(w * h))
    with pytest.raises(OverwrittenError, match=r"`mul`.*copy_"):
        h.backward()
    return True


@computes("S002-05")
def numbers_of_a_fully_connected_net(given):
    net = ag.models.MLP(*given["sizes"])
    layers = [layer for layer in net if isinstance(layer, nn.Linear)]
    table = ag.summary(net, (1, given["sizes"][0]))
    assert [row.output_shape for row in table.rows if row.kind == "Linear"] == [
        (1, width) for width in given["sizes"][1:]
    ]
    y = net(ag.ones(1, given["sizes"][0]))
    drawn = viz.draw(y, style="modules", depth=1).dot
    assert drawn.count("Linear") == len(layers)
    drawing = viz.draw_network(net)
    assert drawing.dot == viz.draw_network(given["sizes"]).dot
    assert drawing.parameters == table.total_params
    neurons = [node for node in boxes(drawing.svg) if node.startswith("n")]
    return {
        "nodes": len(neurons),
        "edges": len(groups(drawing.svg, "edge")),
        "depth_layers_of_weights": drawing.depth,
        "width": drawing.width,
        "params": drawing.parameters,
    }


@computes("S002-11")
def a_new_head(given):
    """Three convolutions of 3x3, then one of 1x1; the logic of shapes with few channels."""
    channels, filters = given["in_channels"], given["three_3x3_convs"]

    def head(c, k, outputs):
        convs = [nn.Conv2d(n, k, 3, padding="same") for n in (c, k, k)]
        return nn.Sequential(*convs, nn.Conv2d(k, outputs, 1))

    old = nn.Sequential(nn.Conv2d(3, 8, 3, padding="same"), nn.ReLU(), nn.Conv2d(8, 10, 1))
    new = nn.Sequential(*old[:-1], *head(8, 6, given["outputs"]))
    assert new(ag.ones(1, 3, 7, 7)).shape == (1, given["outputs"], 7, 7)
    fresh = nn.Sequential(nn.Conv2d(3, 8, 3, padding="same"), nn.ReLU(), *head(8, 6, 5))
    found = fresh.load_state_dict(old[:-1].state_dict(), strict=False)
    assert not found.unexpected_keys
    assert set(found.missing_keys) == {f"{i}.{p}" for i in range(2, 6) for p in ("weight", "bias")}
    assert (fresh[0].weight == old[0].weight).all()

    three = [nn.Conv2d(n, filters, 3, padding="same") for n in (channels, filters, filters)]
    return {
        "params_one_3x3_1024_to_1024": size(three[-1]),
        "params_three_if_input_1024": sum(map(size, three)),
        "params_1x1_to_125": size(nn.Conv2d(filters, given["outputs"], 1)),
    }


@computes("S002-12")
def another_resolution(given):
    """The same net on larger images: halved five times, then averaged over all places."""
    ag.manual_seed(0)
    halvings = int(math.log2(given["total_stride"]))
    trunk = nn.Sequential(
        nn.Conv2d(3, 2, 3, padding=1),
        *[layer for _ in range(halvings) for layer in (nn.MaxPool2d(2), nn.ReLU())],
    )
    net = nn.Sequential(trunk, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 4))
    before = [p.shape for p in net.parameters()]
    maps = []
    for side in given["input"]:
        images = ag.rand(2, 3, side, side)
        maps.append(trunk(images).shape[-1])
        assert net(images).shape == (2, 4)
    optimizer = ag.optim.SGD(net.parameters(), lr=given["finetune_lr"])
    targets = ag.tensor([0, 1])
    history = ag.training.fit(
        net, (images, targets), loss=nn.CrossEntropyLoss(), optimizer=optimizer,
        epochs=given["finetune_epochs"],
    )  # fmt: skip
    assert [p.shape for p in net.parameters()] == before
    assert len(history["loss"]) == given["finetune_epochs"]
    assert history["loss"][-1] < history["loss"][0]
    return {"feature_map": maps}


@computes("S002-13")
def exclusive_classes_and_labels(given):
    logits, targets = float64(given["logits"]), float64(given["multi_hot"])
    softmax, sigmoids = F.softmax(logits, 0), ag.sigmoid(logits)
    return {
        "softmax": softmax,
        "softmax_max_sum": softmax.sum(),
        "sigmoid": sigmoids,
        "bce_mean": nn.BCEWithLogitsLoss()(logits, targets),
        "labels_above_half_sigmoid": (sigmoids > 0.5).sum(),
        "labels_above_half_softmax": (softmax > 0.5).sum(),
    }


@computes("S002-14")
def ranges_of_outputs(given):
    z = float64(given["z"])
    sigmoid, tanh = ag.sigmoid(z), ag.tanh(z)
    ag.testing.assert_close(tanh, 2 * ag.sigmoid(2 * z) - 1)
    wide = ag.linspace(-30, 30, 61, dtype=ag.float64)
    assert (ag.sigmoid(wide) > 0).all() and (ag.sigmoid(wide) < 1).all()
    assert (ag.tanh(wide).abs() <= 1).all()
    return {"sigmoid": sigmoid, "tanh": tanh}


@computes("S002-15")
def angles_as_sine_and_cosine(given):
    target, found = float64(given["target_deg"]), float64(given["pred_deg"])

    def pair(degrees):
        return ag.stack([ag.sin(ag.deg2rad(degrees)), ag.cos(ag.deg2rad(degrees))])

    def decoded(sine, cosine):
        return ag.rad2deg(ag.atan2(sine, cosine))

    assert decoded(*pair(found)).item() == pytest.approx(given["pred_deg"])
    return {
        "naive_sq_error_deg2": F.mse_loss(found, target),
        "sincos_sq_error": F.mse_loss(pair(found), pair(target), reduction="sum"),
        "true_gap_deg": decoded(*pair(found - target)).abs(),
        "decoded_deg": decoded(*float64(given["raw_output_sin_cos"])),
    }


@computes("S002-16")
def linear_output(given):
    z = leaf(given["z"])
    out = nn.Identity()(z)
    out.sum().backward()
    (slope,) = set(z.grad.tolist())
    net = nn.Sequential(nn.Linear(1, 3), nn.Linear(3, 1)).double()  # no activation at its end
    far = float64([[0.0], [1e6], [2e6]])
    steps = np.diff(net(far).detach().ravel())
    np.testing.assert_allclose(steps[0], steps[1])
    return {"linear_out": out, "derivative": slope}
