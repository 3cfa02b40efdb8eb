"""ATC: data and what is learned from them, with labels, with few, with none, and from rewards."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import metrics, models, nn, optim, training
from autograd_fr.nn import functional as F
from autograd_fr.utils.data import TensorDataset, random_split

from .items import computes, float64, leaf


@computes("S003-02")
def words_learned_and_compared(given):
    """Words become numbers, in their order of the alphabet, and come back as words."""
    classes, true = np.unique(given["y_true"], return_inverse=True)
    predicted = np.searchsorted(classes, given["y_pred"])

    net, x = nn.Linear(1, len(classes), dtype=ag.float64), 2.0 * true[:, None] - 1
    optimizer = optim.SGD(net.parameters(), lr=1.0)
    training.fit(net, (x, true), nn.CrossEntropyLoss(), optimizer, epochs=20, progress=False)
    learned = training.predict(net, x).argmax(axis=1)
    assert classes[learned].tolist() == given["y_true"]
    judged = training.evaluate(net, (x, true), ["accuracy"])
    assert judged["accuracy"] == 1

    return {
        "accuracy": metrics.accuracy(predicted, true),
        "confusion_rows_true_cols_pred_order_chat_chien": metrics.confusion_matrix(predicted, true),
    }


@computes("S003-03")
def groups_without_labels(given):
    cluster = pytest.importorskip("sklearn.cluster")
    start = np.array(given["init"], float)
    found = cluster.KMeans(given["k"], init=start, n_init=1).fit(np.array(given["points"]))
    return {
        "assignments": found.labels_,
        "centroids": found.cluster_centers_,
        "inertia": found.inertia_,
        "iterations_to_stable": found.n_iter_,
    }


@computes("S003-04")
def labels_spread_by_similarity(given):
    """The unlabelled point nearest to a labelled one gets its label, again and again."""
    points = float64(given["points"])[:, None]
    distances = ag.cdist(points, points).numpy()
    labels = [given["labelled"].get(str(point)) for point in given["points"]]
    while None in labels:
        known = [i for i, label in enumerate(labels) if label]
        new = [i for i, label in enumerate(labels) if not label]
        nearest = distances[np.ix_(new, known)]
        i, j = np.unravel_index(nearest.argmin(), nearest.shape)
        labels[new[i]] = labels[known[j]]
    return {"labels": labels}


@computes("S003-05")
def learning_from_rewards(given):
    rewards = float64(given["bandit_rewards"])
    theta = leaf([float(value) for value in given["theta"]])

    def policy():
        return ag.softmax(theta, dim=0)

    def estimate(action):
        (gradient,) = ag.autograd.grad(rewards[action] * policy()[action].log(), theta)
        return gradient

    estimates = ag.stack([estimate(action) for action in range(len(rewards))])
    expected_reward = policy() @ rewards
    expected_reward.backward()
    found = {
        "expected_reward": expected_reward,
        "dJ_dtheta": theta.grad.clone(),
        "reinforce_estimate_if_action0": estimates[0],
        "reinforce_estimate_if_action1": estimates[1],
    }
    # The estimates are right on average: that is why sampling learns.
    np.testing.assert_allclose((policy() @ estimates).tolist(), theta.grad.tolist())
    optim.SGD([theta], lr=1.0, maximize=True).step()
    return {**found, "after_one_ascent_step_lr1_pi0": policy()[0]}


@computes("S003-06")
def sales_table(given):
    table = ag.datasets.sales_table()
    assert [list(row) for row in zip(*table)] == given["rows"]
    sales, rating = float64(table.sales), float64(table.rating)
    columns = ag.stack([sales, ag.ones_like(sales)], dim=1)
    line = ag.linalg.lstsq(columns, rating[:, None]).solution
    fitted = (columns @ line).squeeze(1)
    categories, numbers, counts = np.unique(table.category, return_inverse=True, return_counts=True)
    assert F.one_hot(ag.tensor(numbers)).sum(dim=0).tolist() == counts.tolist()
    slope, intercept = line.squeeze(1)
    assert descended(sales, rating) == pytest.approx((slope.item(), intercept.item()))
    assert not np.isfinite(descended(sales, rating, scaled=False)).all()
    return {
        "n_rows": len(sales),
        "ventes_mean": sales.mean(),
        "ventes_std_population": sales.std(correction=0),
        "evaluation_mean": rating.mean(),
        "slope": slope,
        "intercept": intercept,
        "r2": metrics.r2(fitted, rating),
        "J_half_mse_at_optimum": nn.HalfMSELoss()(fitted, rating),
        "n_categories": len(categories),
        "categories": categories.tolist(),
        "category_counts": dict(zip(categories.tolist(), counts.tolist())),
        "n_years": len(np.unique(table.year)),
    }


def descended(x, y, lr=0.1, steps=500, scaled=True):
    """Slope and intercept of the line that gradient descent finds, of x standardised or not."""
    shift, scale = (x.mean(), x.std(correction=0)) if scaled else (0.0, 1.0)
    a, b = leaf(0.0), leaf(0.0)
    optimizer = optim.SGD([a, b], lr=lr)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            optimizer.zero_grad()
            nn.HalfMSELoss()(a * (x - shift) / scale + b, y).backward()
            optimizer.step()
        slope = a / scale
        return slope.item(), (b - slope * shift).item()


@computes("S003-49")
def what_is_chosen_and_what_is_learned(given):
    """Parameters are tensors; what was chosen beside them is plain data, which a file can hold."""
    net = models.MLP(2, 3, 1, activation=nn.Tanh, dropout=0.25)
    optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    kinds = {name.rpartition(".")[2] for name, _ in net.named_parameters()}
    assert kinds == {"weight", "bias"}
    assert net.config["widths"] == (2, 3, 1) and net.config["dropout"] == 0.25
    (group,) = optimizer.state_dict()["param_groups"]
    assert group["lr"] == 0.1 and group["momentum"] == 0.9
    assert not {"lr", "momentum", "dropout"} & set(net.state_dict())
    assert type(net).from_config(net.config).state_dict().keys() == net.state_dict().keys()
    return {
        "n_hyperparameters_listed": len(given["hyperparameters"]),
        "n_parameter_kinds_listed": len(given["examples_of_parameters"]),
    }


@computes("S003-50")
def train_and_test(given):
    n, share = given["n"], given["test_size"]
    data = TensorDataset(ag.arange(n))

    def split(seed):
        return random_split(data, [1 - share, share], generator=ag.Generator(seed))

    train, test = split(0)
    assert split(0)[1].indices == test.indices != split(1)[1].indices
    labels = np.repeat(np.arange(3), n // 3)
    learned, held_out = training.stratified_split(labels, share, np.random.default_rng(0))
    assert sorted([*learned, *held_out]) == list(range(n))
    return {
        "train": len(train),
        "test": len(test),
        "disjoint": not set(train.indices) & set(test.indices),
        "stratified_3_classes_of_50_test_counts": np.bincount(labels[held_out]),
    }
