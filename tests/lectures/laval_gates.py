"""Laval: gates, the nets that learn through them or do not, and dead units."""

from __future__ import annotations

import warnings

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import GradcheckWarning

from .items import ITEMS, computes, float64, leaf, linear


def hard(b):
    """1 where b > 0, else 0."""
    return ag.heaviside(b, 0.0)


def piecewise_linear(b):
    return ag.clamp((b + 2) / 4, 0, 1)


def network(given, gate, wC, t=None):
    """A: a = wA xA; C: b = wC xC; the gate: z = a g(b); B: y = wB z; L = ½ (y - t)².

    Its variables by name.
    """
    v = {name: leaf(float(given[name])) for name in ("wA", "wB")}
    v["wC"] = wC if isinstance(wC, ag.Tensor) else leaf(float(wC))
    v["a"], v["b"] = v["wA"] * given["xA"], v["wC"] * given["xC"]
    v["gate"] = gate(v["b"])
    v["z"] = v["a"] * v["gate"]
    v["y"] = v["wB"] * v["z"]
    v["L"] = 0.5 * (v["y"] - (given["t"] if t is None else t)).square()
    return v


def report(given, gate, wC):
    """The values of the network, and the derivatives by each of its three nets."""
    v = network(given, gate, wC)
    names = ("y", "wB", "z", "a", "wA", "b", "wC")
    grads = ag.autograd.grad(v["L"], [v[name] for name in names], retain_graph=True)
    da, db = ag.autograd.grad(v["z"], [v["a"], v["b"]])
    return {
        **{name: v[name] for name in ("a", "b", "gate", "z", "y", "L")},
        **{f"dL_d{name}": grad for name, grad in zip(names, grads)},
        "dz_da": da,
        "dz_db": db,
    }


def trained(given, gate, start):
    """wC after training net C alone, as S002-49 does, and the first and the last loss."""
    how = ITEMS["S002-49"].given
    wC = leaf(float(start))
    optimizer = optim.SGD([wC], lr=how["lr"])
    first = network(given, gate, wC, how["t"])["L"]
    for _ in range(how["steps"]):
        optimizer.zero_grad()
        network(given, gate, wC, how["t"])["L"].backward()
        optimizer.step()
    return wC, first, network(given, gate, wC, how["t"])["L"]


@computes("S002-47")
def all_or_nothing_gate(given):
    found = {wC: network(given, hard, wC)["z"] for wC in (given["wC"], -given["wC"])}
    return {
        "z": found[given["wC"]],
        "forward_open": found[given["wC"]],
        "forward_closed": found[-given["wC"]],
    }


@computes("S002-48")
def cases_of_the_hard_gate(given):
    names = ("case1_open", "case2_closed", "case3_threshold")
    a = given["wA"] * given["xA"]

    def z(b):
        return a * hard(b)

    (central,) = ag.compare_modes(z, float64(0.0), eps=1e-5, repeat=1)["central"].derivative
    with pytest.warns(GradcheckWarning, match="kink"):  # flagged, and not averaged over
        checked = ag.autograd.gradcheck(z, leaf(0.0))
    assert checked.status == "undecided"
    return {
        **{name: report(given, hard, wC) for name, wC in zip(names, given["cases_wC"])},
        "case3_central_difference_dz_db_eps1e-5": central.item(),
    }


@computes("S002-49")
def gate_that_never_learns(given):
    wC, first, last = trained(given, hard, given["wC0"])
    return {
        "hard_gate_wC_final": wC,
        "hard_gate_L_first": first,
        "hard_gate_L_final": last,
        "never_learns": wC.item() == given["wC0"] and first.item() == last.item(),
    }


@computes("S002-50")
def sigmoid_gate(given):
    opened, closed = given["cases_wC"]
    wC, first, last = trained(given, ag.sigmoid, opened)
    return {
        "open": report(given, ag.sigmoid, opened),
        "closed": report(given, ag.sigmoid, closed),
        "train_wC_t0_lr0.1_200steps": {"wC_final": wC, "L_first": first, "L_final": last},
    }


@computes("S002-51")
def piecewise_linear_gate(given):
    names = ("in_linear_zone", "saturated_open", "saturated_closed")
    runs = {start: trained(given, piecewise_linear, start) for start in given["cases_wC"][:2]}
    b = float64([-3.0, -1.0, 0.0, 1.0, 3.0])
    ag.testing.assert_close(piecewise_linear(b), nn.functional.hardsigmoid(1.5 * b))
    return {
        **{name: report(given, piecewise_linear, w) for name, w in zip(names, given["cases_wC"])},
        **{
            f"train_t0_from_wC_{start}": {"wC_final": wC, "L_final": last}
            for start, (wC, _, last) in runs.items()
        },
    }


@computes("S002-52")
def dead_relu(given):
    X = float64(given["X_all_positive"])
    unit, outputs, grads = _after_sgd(given, nn.ReLU(), X)
    revived, _, _ = _after_sgd(given, nn.LeakyReLU(0.1), X)
    start = {"weight": float64([given["w"]]), "bias": float64([given["b"]])}
    assert all((revived.state_dict()[name] != there).all() for name, there in start.items())
    return {
        "pre": unit(X)[:, 0],
        "outputs": outputs[:, 0],
        "dw": grads[0][0],
        "db": grads[1][0],
        "after_100_sgd_steps_unchanged": all(
            (unit.state_dict()[name] == there).all().item() for name, there in start.items()
        ),
    }


def _after_sgd(given, activation, X):
    """The unit after 100 steps towards an output of 1, its outputs and gradients; the training
    doctor says so of a dead one, and of no other.
    """
    unit = linear([given["w"]], [given["b"]])
    net = nn.Sequential(unit, activation)
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with ag.doctor(net, optimizer) as told:
            for _ in range(100):
                optimizer.zero_grad()
                (net(X) - 1).square().mean().backward()
                optimizer.step()
    dead = isinstance(activation, nn.ReLU)
    assert ("dead ReLUs" in {finding.kind for finding in told.findings}) == dead
    return unit, net(X), [p.grad for p in unit.parameters()]


@computes("S002-53")
def gradient_of_the_maximum(given):
    upstream = float64(float(given["upstream"]))
    tied = [3, 3, 1]

    def gradient(largest, z):
        z = leaf([float(number) for number in z])
        return ag.autograd.grad(largest(z), z, upstream)[0]

    def first(z):
        return z.max(0).values

    assert (gradient(first, given["z"]) == gradient(ag.max, given["z"])).all()
    return {
        "max": float64(given["z"]).max(),
        "dz": gradient(ag.max, given["z"]),
        "tie_example": tied,
        "tie_first": gradient(first, tied),
        "tie_split": gradient(ag.amax, tied),
    }
