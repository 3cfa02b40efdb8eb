"""Laval: computation graphs, drawn, played and replayed, and the chain rule on them."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.errors import GraphError

from ..viz.reading import beside_arrows, boxes, dot_arrows, dot_boxes
from .items import computes, float64, leaf


def lecture(given):
    """f = (u + v) w, before its backward pass, and its leaves."""
    u, v, w = (leaf(float(given[name])) for name in "uvw")
    t1 = u + v
    f = t1 * w
    return f, {"u": u, "v": v, "t1": t1, "w": w, "f": f}


def triples(found):
    """What stands in the boxes of the variables: name, value, gradient, as text."""
    rows = [box for node, box in found.items() if node.startswith("v")]
    return [[name, value.removeprefix(" = "), g.split(" = ")[1]] for name, value, g in rows]


def arrows_between(drawn):
    """How many arrows lead from variables to operations, and from operations to variables."""
    ends = [arrow.split("->") for arrow in dot_arrows(drawn.dot)]
    into = sum(tail[0] == "v" and head[0] == "o" for tail, head in ends)
    out = sum(tail[0] == "o" and head[0] == "v" for tail, head in ends)
    assert into + out == len(ends)
    return into, out


@computes("S002-28")
def recorded_once_evaluated_again(given):
    u, v, w = (leaf(float(number)) for number in given["first"])
    f = (u + v) * w
    nodes = len(viz.trace(f).operations)
    found = {"f_first": f.item()}
    f.backward(retain_graph=True)
    found["grads_first_u_v_w"] = ag.stack([u.grad, v.grad, w.grad])
    counts = [nodes]
    for time in ("second", "third"):
        point = [leaf(float(number)) for number in given[time]]
        again = ag.replay(f, dict(zip((u, v, w), point)))
        again.backward()
        counts.append(len(viz.trace(again).operations))
        found[f"f_{time}"] = again.item()
        found[f"grads_{time}_u_v_w"] = ag.stack([each.grad for each in point])
    assert ag.replay(f, {"u": 0}).item() == v.item() * w.item()  # by name
    x = leaf(2.0)
    y = x * 3 if x > 0 else x
    with pytest.raises(GraphError):  # the program would take the other branch
        ag.replay(y, {x: -2.0})
    return {**found, "graph_nodes_unchanged": counts == [nodes] * 3}


@computes("S002-30")
def values_of_f(given):
    f, named = lecture(given)
    assert f.requires_grad
    return {"t1": named["t1"], "f": f}


@computes("S002-31")
def drawing_of_f(given):
    f, named = lecture(given)
    drawn = viz.draw(f, names=named)
    found = dot_boxes(drawn.dot)
    assert dot_boxes(drawn.dot).keys() == boxes(drawn.svg).keys()
    variables = triples(found)
    operations = [box for node, box in found.items() if node.startswith("o")]
    into, out = arrows_between(drawn)
    x = leaf(3.0)
    assert viz.draw(x * x).dot.count("<B>x</B>") == 1  # used twice, drawn once
    assert arrows_between(viz.draw(x * x)) == (2, 1)
    signs = {"+": "+", "×": "*"}  # as a lecture writes them and as a program does
    literal = viz.draw(f, names=named, style="variables")
    assert dot_boxes(literal.dot) == {node: box for node, box in found.items() if node[0] == "v"}
    assert beside_arrows(literal.svg) == {
        "v0->v2": ["+"], "v1->v2": ["+"], "v2->v4": ["×"], "v3->v4": ["×"],
    }  # fmt: skip
    return {
        "variable_nodes": [name for name, _, _ in variables],
        "n_variable_nodes": len(variables),
        "operations": [signs[sign] for (sign,) in operations],
        "n_operations": len(operations),
        "n_edges_variable_to_op": into,
        "n_edges_op_to_variable": out,
        "n_edges_if_nodes_are_variables_only": len(dot_arrows(literal.dot)),
        "values": {name: float(value) for name, value, _ in variables},
    }


@computes("S002-32")
def gradient_boxes(given):
    f, named = lecture(given)
    before = triples(dot_boxes(viz.draw(f, names=named).dot))
    assert {gradient for _, _, gradient in before} == {"–"}
    f.backward()
    drawn = viz.draw(f, names=named)
    after = triples(dot_boxes(drawn.dot))
    assert after == triples(boxes(drawn.svg))
    gradients = {f"df_d{name}": float(gradient) for name, _, gradient in after}
    for name in "uvw":
        assert named[name].grad.item() == gradients[f"df_d{name}"]
    return {
        **gradients,
        "boxes_name_value_gradient": [[n, float(value), float(g)] for n, value, g in after],
    }


@computes("S002-33")
def boxes_that_fill(given):
    f, named = lecture(given)
    player = viz.play(f, names=named)
    states = {name: box[2:] for name, box in boxes(player.svg).items() if name in named}
    assert states == {n: [f"∂f/∂{n} = –", f"∂f/∂{n} = {g:g}"] for n, g in player.frames[-1].items()}
    assert all(state in player.html for both in states.values() for state in both)
    return {"frames": player.frames}


@computes("S002-34")
def local_rules(given):
    upstream = float(given["upstream"])

    def gradients(f, *numbers):
        leaves = [leaf(float(number)) for number in numbers]
        found = ag.autograd.grad(f(*leaves), leaves, float64(upstream))
        return found[0] if len(found) == 1 else ag.stack(found)

    x, y = given["x"], given["y"]
    copied = leaf(float(x))
    branches = [copied.clone(), copied.clone()]
    ag.autograd.backward(branches, [float64(3.0), float64(4.0)])
    return {
        "add": gradients(ag.add, x, y),
        "mul": gradients(ag.mul, x, y),
        "sub": gradients(ag.sub, x, y),
        "relu_active": gradients(ag.relu, x),
        "relu_inactive": gradients(ag.relu, y),
        "max": gradients(ag.maximum, x, y),
        "copy_fanout_of_2_with_upstreams_3_and_4": copied.grad,
        "div_x_over_y": gradients(ag.div, x, y),
        "neg": gradients(ag.neg, x),
        "square_of_x": gradients(ag.square, x),
        "exp_of_0": gradients(ag.exp, 0),
        "log_of_x": gradients(ag.log, x),
    }


@computes("S002-37")
def loop_that_depends_on_values(given):
    found = {}
    *positive, negative = given["x"]
    assert _doubled(leaf(float(negative)))[1] is None  # it would never end
    for start in positive:
        x = leaf(float(start))
        y, count = _doubled(x)
        y.backward()
        found[f"x{start}_y"] = y.item()
        found[f"x{start}_dy_dx"] = x.grad
        found[f"x{start}_mul_nodes"] = sum(o.name == "mul" for o in viz.trace(y).operations)
        assert count == found[f"x{start}_mul_nodes"]
    return found


def _doubled(x, most=50):
    """x doubled until it is 100 or more, and how often: None where `most` times are too few."""
    y = x
    for count in range(most):
        if y >= 100:
            return y, count
        y = y * 2
    return y, None


@computes("S002-44")
def sum_over_the_intermediates(given):
    x = leaf(given["x"])
    y1, y2 = x**2, ag.exp(x)
    z = y1 * y2 + y1
    dy1, dy2, dx = ag.autograd.grad(z, [y1, y2, x])
    routes = [path.contribution for path in viz.grad_paths(z, x)]
    assert len(routes) == 3 and sum(routes) == pytest.approx(dx.item())
    return {"z": z, "dz_dy1": dy1, "dz_dy2": dy2, "dz_dx": dx}


def neuron(given, b, **shared):
    """f = w3 ReLU(w1 x1 + w2 x2 + b), and its variables by name."""
    numbers = {name: float(given[name]) for name in ("w1", "x1", "w2", "x2", "w3") if name in given}
    v = {**{name: leaf(number) for name, number in numbers.items()}, **shared, "b": leaf(float(b))}
    v["t1"], v["t2"] = v["w1"] * v["x1"], v["w2"] * v["x2"]
    v["t3"] = v["t1"] + v["t2"]
    v["z"] = v["t3"] + v["b"]
    v["r"] = ag.relu(v["z"])
    v["f"] = v["w3"] * v["r"]
    return v


@computes("S002-45")
def neuron_with_a_weight_behind(given):
    cases = {}
    for case in ("active", "inactive", "kink"):
        v = neuron(given, given[f"b_{case}"])
        frames = viz.play(v["f"], names=v).frames
        v["f"].backward()
        drawn = viz.draw(v["f"], names=v)
        shown = {name: float(g) for name, _, g in triples(dot_boxes(drawn.dot))}
        assert shown == frames[-1]
        written = {"t1": "t1=w1*x1", "t2": "t2=w2*x2", "t3": "t3=t1+t2", "r": "r=relu(z)"}
        values = {written.get(n, n): v[n].item() for n in ("t1", "t2", "t3", "z", "r", "f")}
        cases[case] = {**values, "grads": shown}
    into, out = arrows_between(drawn)
    made = {k for operation in drawn.graph.operations for k in operation.outputs}
    return {
        **cases,
        "n_leaf_variables": len(drawn.graph.variables) - len(made),
        "n_intermediate_variables": len(made),
        "n_ops": len(drawn.graph.operations),
        "n_edges_var_to_op": into,
        "n_edges_op_to_var": out,
    }


@computes("S002-46")
def gradients_that_add_up(given):
    x = leaf(given["x1=x2=x"])
    v = neuron(given, given["b"], x1=x, x2=x)
    routes = {path.variables[-2]: path.contribution for path in viz.grad_paths(v["f"], x, names=v)}
    v["f"].backward()
    return {
        "z": v["z"],
        "f": v["f"],
        "branch_contributions": [routes["t1"], routes["t2"]],
        "df_dx": x.grad,
    }
