"""S004, Y. Bosqued, "Apprentissage des réseaux de neurones": costs, differentials, and updates."""

from __future__ import annotations

import re

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim, training, viz
from autograd_fr.utils.data import DataLoader

from .items import computes, float64, leaf


@computes("S004-01")
def search_for_a_minimum(given):
    x = leaf(given["x0"])
    optimizer = optim.SGD([x], lr=given["alpha"])
    places = [x.item()]
    for _ in range(50):
        optimizer.zero_grad()
        ((x - 3) ** 2).backward()
        optimizer.step()
        places.append(x.item())
    return {"iterates": places[:6], "x_50": places[50]}


@computes("S004-02")
def learning_loop(given):
    """The picture has its five stages: X, f(θ), prediction, cost with Y, a number; then θ moves."""
    ag.manual_seed(0)
    net, cost = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid()), nn.HalfMSELoss(reduction="sum")
    optimizer = optim.SGD(net.parameters(), lr=0.5)
    X, Y = ag.tensor([[0.05, 0.10]]), ag.tensor([[0.01, 0.99]])
    prediction = net(X)
    h = cost(prediction, Y)
    drawn = viz.draw(h, style="modules")
    shown = re.findall(r"<B>(\w+)</B>(?: (\w+)<)?", drawn.dot)
    assert {("X", ""), ("prediction", ""), ("Y", ""), ("h", "")} <= set(shown)
    assert {("net", "Sequential"), ("cost", "HalfMSELoss")} <= set(shown)
    assert "</svg>" in drawn.svg

    h.backward()
    assert all(p.grad.abs().sum() > 0 for p in net.parameters())
    optimizer.step()
    assert cost(net(X), Y) < h


@computes("S004-03")
def half_the_squared_distance(given):
    X, Y = leaf(given["X_prediction"]), float64(given["Y_target"])
    cost = nn.HalfMSELoss(reduction="sum")(X, Y)
    cost.backward()
    return {"L2": cost, "dL2": X.grad}


@computes("S004-04")
def sum_of_distances(given):
    X, Y = leaf(given["X_prediction"]), float64(given["Y_target"])
    loss = nn.L1Loss(reduction="sum")
    cost, equal = loss(X, Y), Y.clone().requires_grad_()
    cost.backward()
    loss(equal, Y).backward()
    (slope,) = set(equal.grad.tolist())
    return {"L1": cost, "dL1": X.grad, "subgradient_at_equality": slope}


@computes("S004-05")
def binary_cross_entropy(given):
    X, Y = leaf(given["X_prediction"]), float64(given["Y_target"])
    each, total, mean = (nn.BCELoss(reduction=r)(X, Y) for r in ("none", "sum", "mean"))
    total.backward()

    def as_printed(X, Y):
        return -(Y * ag.log(X) + (1 - Y) * ag.log(1 - X))

    assert ag.allclose(as_printed(X, Y), each)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        swapped = as_printed(Y, X).sum()
    # BCELoss holds logarithms above -100, so that it is finite and no less wrong.
    assert nn.BCELoss(reduction="none")(Y, X.detach()).tolist() == pytest.approx([20, 30])
    return {
        "ce_vector_as_printed": each,
        "ce_sum": total,
        "ce_mean": mean,
        "dsum": X.grad,
        "swapped_arguments": swapped,
    }


@computes("S004-06")
def each_parameter_against_its_own_derivative(given):
    w, b = leaf(given["w"]), leaf(given["b"])
    optimizer = optim.SGD([w, b], lr=given["alpha"])

    def g():
        return (w * given["x"] + b - given["y"]) ** 2 / 2

    before = g()
    before.backward()
    found = {"g0": before, "dg_dw": w.grad, "dg_db": b.grad}
    optimizer.step()
    return {**found, "w1": w, "b1": b, "g1": g()}


@computes("S004-07")
def linear_approximation(given):
    x, h = leaf(2), given["h"]
    y = x**3
    moved = ag.nudge(y, x, h)
    exact, approximation = y + moved.actual, y + moved.predicted
    assert ag.allclose(exact, (x + h) ** 3)
    return {"exact": exact, "linear_approx": approximation, "remainder": exact - approximation}


def product_and_sum(p):
    return ag.stack([p[0] * p[1], p[0] + p[1]])


@computes("S004-08")
def jacobian_of_a_composition(given):
    def g(q):
        return (q[0] ** 2 + q[1]).reshape(1)

    def h(p):
        return g(product_and_sum(p))

    a = float64(given["a"])
    f_a = product_and_sum(a)
    J_f, J_g, J_h = (ag.func.jacrev(fn)(at) for fn, at in ((product_and_sum, a), (g, f_a), (h, a)))
    assert ag.equal(J_g @ J_f, J_h)
    assert ag.equal(ag.func.jacfwd(h)(a), J_h)
    assert ag.equal(ag.autograd.functional.jacobian(h, a), J_h)
    return {"f_a": f_a, "J_f": J_f, "J_g": J_g, "J_h": J_h, "h_a": h(a).item()}


@computes("S004-09")
def four_shapes_of_a_derivative(given):
    jacobian, h, h2 = ag.func.jacrev, given["h_R"], float64(given["h_R2"])
    point = float64([2, 3])
    number = jacobian(lambda x: x**2)(float64(3))
    column = jacobian(lambda t: ag.stack([t**2, t**3]))(float64(2))
    row = jacobian(lambda p: p[0] ** 2 * p[1])(point)
    matrix = jacobian(product_and_sum)(point)
    assert [J.shape for J in (number, column, row, matrix)] == [(), (2,), (2,), (2, 2)]
    return {
        "R_to_R_df_h": number * h,
        "R_to_Rm_derivative": column,
        "Rn_to_R_gradient": row,
        "Rn_to_R_df_h": row @ h2,
        "Rn_to_Rm_df_h": matrix @ h2,
    }


def stepped(params, mean_costs, **options):
    """What one step of SGD makes of parameters, from the mean of what each example costs."""
    optimizer = optim.SGD(params, **options)
    mean_costs.backward()
    optimizer.step()


@computes("S004-14")
def update_with_the_mean_gradient(given):
    W, each = leaf(given["W"]), float64(given["dW_per_example"])
    assert len(each) == given["k"]
    stepped([W], (each @ W).mean(), lr=given["alpha"])
    return {"mean_dW": W.grad, "W_new": W}


@computes("S004-15")
def update_with_regularisation(given):
    alpha, shrinkage = given["alpha"], given["lambda"]
    dW, dB = float64(given["dW_per_example"]), float64(given["dB_per_example"])
    decay, penalty = shrinkage / alpha, shrinkage / (2 * alpha)
    assert len(dW) == len(dB) == given["k"]

    W, B = leaf(given["W"]), leaf(given["B"])
    groups = [{"params": [W], "weight_decay": decay}, {"params": [B]}]
    stepped(groups, (dW @ W).mean() + (dB * B).mean(), lr=alpha)

    penalised, multiplied, turned = (leaf(given["W"]) for _ in range(3))
    stepped([penalised], (dW @ penalised).mean() + penalty * (penalised**2).sum(), lr=alpha)
    assert ag.allclose(penalised, W)
    stepped([multiplied], (dW @ multiplied).mean(), lr=alpha, weight_decay=shrinkage)
    stepped([turned], 0 * turned.sum(), lr=alpha, weight_decay=1.5 / alpha)
    assert (turned < 0).all()  # λ > 1 flips the signs of the weights
    return {
        "W_new_as_printed": W,
        "B_new_not_regularised": B,
        "equivalent_optim_weight_decay": decay,
        "equivalent_penalty_lambda_S001": penalty,
        "adamw_style_if_lambda_times_alpha": multiplied,
    }


@computes("S004-16")
def rotation_of_the_examples(given):
    loader = DataLoader(
        range(given["n"]), batch_size=given["k"], shuffle=True, generator=ag.Generator(0)
    )
    epochs = [list(loader) for _ in range(given["epochs"])]
    orders = [ag.cat(batches).tolist() for batches in epochs]
    return {
        "updates": sum(map(len, epochs)),
        "each_epoch_visits_each_index_once": all(
            sorted(order) == list(range(given["n"])) for order in orders
        ),
        "order_changes_between_epochs": orders[0] != orders[1],
    }


@computes("S004-17")
def four_knobs(given):
    x = ag.linspace(-1, 1, 12)[:, None]

    def train(alpha=0.1, shrinkage=0.01, k=4, epochs=3):
        ag.manual_seed(0)
        net, steps = nn.Linear(1, 1), []
        optimizer = optim.SGD(net.parameters(), lr=alpha, weight_decay=shrinkage)
        optimizer.register_step_post_hook(lambda *_: steps.append(1))
        history = training.fit(
            net, (x, 2 * x), nn.MSELoss(), optimizer,
            batch_size=k, epochs=epochs, progress=False, seed=0,
        )  # fmt: skip
        assert len(steps) == epochs * (12 // k) and len(history) == epochs
        return history, net.weight.item()

    history, weight = train()
    knobs = {"alpha": {"alpha": 0.2}, "lambda": {"shrinkage": 0.5}, "k": {"k": 2}}
    knobs["epochs"] = {"epochs": 5}
    assert sorted(knobs) == sorted(given["hyperparameters"])
    assert all(train(**turned)[1] != weight for turned in knobs.values())

    plt = pytest.importorskip("matplotlib.pyplot")
    (axes,) = viz.plot_history(history)
    assert axes.lines[0].get_ydata().tolist() == pytest.approx(history["loss"])
    plt.close(axes.figure)
