"""Université de Bordeaux, "Introduction au Deep Learning": from a hyperplane to nets."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import datasets, models, nn, optim, viz
from autograd_fr.nn import functional as F

from ..viz.reading import boxes, groups
from .items import ITEMS, computes, float64, leaf, linear, size

close = np.testing.assert_allclose


# From the hyperplane to nets


@computes("S001-11")
def sides_of_a_hyperplane(given):
    w, points = float64(given["w"]), float64(given["points"])
    values = points @ w + given["b"]
    names = {1: "above", -1: "below", 0: "on"}
    off = values != 0
    ax = viz.plot_decision_regions(
        lambda x: x @ w + given["b"], points[off], values[off].sign().int()
    )
    assert ax.get_legend_handles_labels()[1] == ["class -1", "class 1"]
    return {
        "values": values,
        "signed_distance": values / ag.linalg.norm(w),
        "side": [names[sign] for sign in values.sign().int().tolist()],
    }


def step(z):
    """1 from 0 on, as the lecture has it."""
    return ag.heaviside(z, ag.ones_like(z))


def rosenblatt(gate):
    """Pass after pass of w += (t - step(w x + b)) x, until one is without a mistake.

    Whether there was one, the neuron, and the passes. There never will be, if what a pass begins
    with comes again.
    """
    x, target = map(float64, datasets.truth_table(gate))
    neuron = linear([[0.0] * x.shape[1]], [0.0])
    sgd = optim.SGD(neuron.parameters(), lr=1.0)
    seen = []
    while (weights := [p.tolist() for p in neuron.parameters()]) not in seen:
        seen.append(weights)
        mistakes = 0
        for example, t in zip(x, target):
            sgd.zero_grad()
            score = neuron(example)
            mistake = (step(score) - t).detach()
            (score * mistake).sum().backward()
            sgd.step()
            mistakes += mistake.abs().item()
        if not mistakes:
            return True, neuron, len(seen)
    return False, neuron, len(seen)


@computes("S001-12")
def perceptron(given):
    x = float64(given["inputs"])
    *w, b = given["and_w_b"]
    gate = linear([w], [b])
    close(datasets.truth_table("and")[0], x)
    out = {"and": step(gate(x)).flatten()}
    ag.nn.init.constant_(gate.bias, given["or_b"])
    out["or"] = step(gate(x)).flatten()
    close(out["or"].detach(), datasets.truth_table("or")[1])

    z = leaf([-2.0, 0.0, 3.0])
    step(z).sum().backward()  # so backpropagation cannot train it
    assert not z.grad.any()
    _, neuron, passes = rosenblatt("and")
    close(step(neuron(x)).flatten().detach(), datasets.truth_table("and")[1])
    return {name: value.detach() for name, value in out.items()} | {
        "heaviside_at_0": step(float64(0.0)),
        "heaviside_grad": z.grad[1],
        "perceptron_rule_and_final_w": neuron.weight[0].detach(),
        "perceptron_rule_and_final_b": neuron.bias[0].detach(),
        "perceptron_rule_and_epochs_incl_clean_pass": passes,
        "xor_linearly_separable": rosenblatt("xor")[0],
    }


@computes("S001-13")
def activations(given):
    z = float64(given["z"])
    for activation in (nn.Sigmoid, nn.ReLU, nn.Tanh):
        assert isinstance(models.MLP(1, 2, 1, activation=activation)[1], activation)
    return {"heaviside": step(z), "sigmoid": z.sigmoid(), "relu": z.relu()}


@computes("S001-14")
def shape_that_does_not_fit(given):
    d, d1 = given["d"], given["d1"]
    x = ag.ones(d)
    works = nn.Linear(d, d1).weight
    assert (works @ x).shape == (d1,)
    printed = ag.ones(d, d1)
    raises = False
    for product_of in (lambda: printed @ x, lambda: F.linear(x, printed)):
        with pytest.raises(ValueError) as failure:
            product_of()
        raises = str((d, d1)) in str(failure.value) and str((d,)) in str(failure.value)
    return {
        "W1_shape_that_works_for_W_x": works.shape,
        "W1_shape_printed": printed.shape,
        "literal_raises": raises,
    }


def one_hidden_layer(given):
    return nn.Sequential(
        linear(given["W1"], given["b1"]), nn.Sigmoid(), linear(given["W2"], given["b2"])
    )


@computes("S001-15")
def regression_net(given):
    net, x0 = one_hidden_layer(given), float64(given["x0"])
    with ag.no_grad():
        return {"a1": net[0](x0), "h1": net[:2](x0), "f": net(x0).item()}


@computes("S001-16")
def classification_net(given):
    net, x0 = one_hidden_layer(given), float64(given["x0"])
    logits = net(x0).detach()
    probs = net.append(nn.Softmax(-1))(x0).detach()
    return {"logits": logits, "probs": probs, "sum": probs.sum(), "argmax": probs.argmax()}


@computes("S001-17")
def multilayer_perceptron(given):
    net = models.MLP(*given["sizes"])
    layers = [part for part in net if isinstance(part, nn.Linear)]
    x = ag.ones(5, given["sizes"][0])
    recursion = x
    for layer in layers[:-1]:
        recursion = F.relu(layer(recursion))
    recursion = layers[-1](recursion)
    close(net(x).detach(), recursion.detach())  # the last σ is the identity, or:
    close(nn.Sequential(*net, nn.Softmax(-1))(x).sum(-1).detach(), 1, rtol=1e-6)
    return {"param_count": size(net), "layers_L": len(layers)}


@computes("S001-18")
def softmax(given):
    return {"softmax": F.softmax(float64(given["z"]), -1)}


@computes("S001-19")
def circles_and_links(given):
    drawing = viz.draw_network(given["sizes"])
    assert drawing.parameters == size(models.MLP(*given["sizes"]))
    neurons = [node for node in boxes(drawing.svg) if node.startswith("n")]
    return {"nodes": len(neurons), "edges": len(groups(drawing.svg, "edge"))}


# Four classes in the plane


@computes("S001-20")
def bayes_rule_of_the_mixture(given):
    mixture = datasets.GaussianMixture(given["means"])
    close(mixture.means, datasets.gaussian_mixture().means)
    x, y = mixture.sample(4000, generator=ag.Generator(0))
    quadrant = {(1, 1): 0, (-1, 1): 1, (-1, -1): 2, (1, -1): 3}
    signs = [quadrant[point] for point in map(tuple, np.sign(x).astype(int).tolist())]
    assert mixture.bayes_rule(x).tolist() == signs
    right = (mixture.bayes_rule(x) == y).mean()
    # A point stays on its side of each axis, from which its mean is |m| standard deviations away.
    accuracy = ag.distributions.Normal(float64(0.0), 1.0).cdf(float64(given["means"][0])).prod()
    close(1 - mixture.bayes_error(generator=ag.Generator(0)), accuracy, atol=0.005)
    close(right, accuracy, atol=0.02)
    return {"bayes_accuracy": accuracy}


@computes("S001-21")
def hidden_neurons_and_what_they_can_separate(given):
    wanted, mixture = ITEMS["S001-21"].expected, datasets.gaussian_mixture()
    generator = ag.Generator(0)
    train, test = (mixture.sample(given[n], generator=generator) for n in ("n_train", "n_test"))
    x, y = float64(train[0]), ag.tensor(train[1])
    ag.manual_seed(0)
    accuracy = {}
    for hidden in (1, 2, 10):
        nets = [trained_by_bfgs(hidden, x, y, given) for _ in range(given["restarts"])]
        _, best = min(nets, key=lambda pair: pair[0])
        assert size(best) == wanted["param_counts"][str(hidden)]
        accuracy[hidden] = ag.metrics.accuracy(best(float64(test[0])).detach(), test[1])
    assert accuracy[1] < accuracy[2] - 0.1
    assert min(accuracy[2], accuracy[10]) >= 0.82
    assert max(accuracy.values()) <= wanted["bayes_accuracy"] + 0.02


def trained_by_bfgs(hidden, x, y, given):
    net = models.MLP(2, hidden, 4, activation=nn.Sigmoid, dtype=ag.float64)
    bfgs = optim.BFGS(net.parameters(), max_iter=200)

    def closure():
        bfgs.zero_grad()
        penalty = sum(p.square().sum() for p in net.parameters())
        loss = F.cross_entropy(net(x), y) + given["weight_decay"] * penalty
        loss.backward()
        return loss

    bfgs.step(closure)
    return closure().item(), net
