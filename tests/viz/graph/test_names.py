"""Where the names in a picture come from."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz

at_the_top = ag.tensor(7.0, requires_grad=True)


def leaf(value=2.0, **kwargs):
    return ag.tensor(value, requires_grad=True, **kwargs)


def names(graph):
    return [variable.name for variable in graph.variables]


def test_variables_of_the_caller():
    u, v = leaf(), leaf()
    s = u + v
    f = s * at_the_top
    assert names(viz.trace(f)) == ["u", "v", "s", "at_the_top", "f"]


def test_variables_of_callers_further_out():
    def inner(y):
        return viz.trace(y)

    def middle(x):
        h = x * 2
        return inner(h * 3)

    u = leaf()
    assert names(middle(u)) == ["x", None, "h", None, "y"]

    def outer(_hidden):
        return viz.trace(_hidden)

    f = u * u
    assert names(outer(f)) == ["u", "f"]


def test_draw_finds_them_too():
    u = leaf()
    f = u * u
    assert viz.draw(f).graph == viz.trace(f)


def test_a_given_name_goes_before_a_variable():
    u = leaf(name="weight")
    f = u.exp()
    f.name = "cost"
    assert names(viz.trace(f)) == ["weight", "cost"]


def test_given_names_of_results_and_constants():
    u, c = leaf(), ag.tensor([1.0, 2.0], name="data")
    h = u * c
    h.name = "hidden layer"
    f = h.sum()
    assert names(viz.trace(f)) == ["u", "data", "hidden layer", "f"]


def test_a_given_name_is_not_given_twice():
    w = leaf()
    other = leaf(name="w")
    f = w * other
    assert names(viz.trace(f)) == ["t1", "w", "f"]
    assert other.name == "w"


def test_explicit_names_win():
    u = leaf(name="given")
    f = u.exp()
    assert names(viz.trace(f, names={"x": u, "y": f, "n": 3})) == ["x", "y"]


def test_locals_may_be_given_as_names():
    u = leaf()
    _ = f = u.exp()
    assert names(viz.trace(f, names=locals())) == ["u", "f"]


def test_names_are_text():
    u = leaf()
    with pytest.raises(TypeError, match="maps names to tensors"):
        viz.trace(u, names={u: "u"})


def test_parameters_go_by_their_path():
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    for p in model.parameters():  # leaves `p` behind
        assert p.requires_grad
    x = ag.ones(1, 2)
    y = model(x).sum()
    found = [name for name in names(viz.trace(y)) if "." in name]
    assert found == [f"model.{path}" for path, _ in model.named_parameters()]
    assert len(found) == 4


def test_any_object_with_named_parameters_will_do():
    class Line:
        def __init__(self):
            self.slope = leaf()

        def named_parameters(self):
            yield "slope", self.slope

    class Broken:
        def named_parameters(self):
            raise ValueError

    broken, line, kind = Broken(), Line(), Line
    f = line.slope * 3
    assert names(viz.trace(f)) == ["line.slope", None, "f"]
    assert broken is not kind


def test_entries_of_containers():
    ws = [leaf(), leaf()]
    d = {"k": leaf(), 3: leaf(), leaf: leaf()}
    pair = (leaf(),)
    point = namedtuple("Point", "x y")(leaf(), leaf())
    f = ag.stack([*ws, *d.values(), *pair, *point])
    assert names(viz.trace(f)) == [
        "ws[0]", "ws[1]", "d['k']", "d[3]", "t1", "pair[0]", "point.x", "point.y", "f",
    ]  # fmt: skip


def test_a_variable_goes_before_an_entry():
    ws = [leaf()]
    w = ws[0]
    assert names(viz.trace(w)) == ["w"]


def test_names_that_start_with_an_underscore_are_passed_over():
    _u = leaf()
    f = _u.exp()
    assert names(viz.trace(f)) == ["t1", "f"]


def test_made_up_names_never_clash():
    t1, t3 = leaf(), leaf()
    f = (t1 + t3) * t1 * t3
    assert names(viz.trace(f)) == ["t1", "t3", "t2", "t4", "f"]


def test_made_up_names_do_not_clash_with_given_ones():
    u = leaf(name="t1")
    f = (u + u) * u
    assert names(viz.trace(f)) == ["t1", "t2", "f"]


def test_made_up_names_do_not_clash_with_tensors_outside_the_graph():
    t1, u = leaf(), leaf()
    f = (u + u) * u
    assert names(viz.trace(f)) == ["u", "t2", "f"]
    assert t1 is not u


def test_constants_are_found_by_their_arrays():
    data = ag.tensor([1.0, 2.0])
    raw = np.array([3.0, 4.0], np.float32)
    scalar = ag.tensor(5.0)
    large = ag.zeros(1000)
    u = leaf()
    f = (u * data).sum() + (u * raw).sum() + u * scalar + (u + large).sum()
    found = viz.trace(f)
    kinds = {variable.name: variable.kind for variable in found.variables}
    assert {kinds[name] for name in ("data", "raw", "scalar", "large")} == {viz.Kind.INPUT}


def test_a_detached_value_does_not_take_the_name_of_the_original():
    u = ag.tensor([1.0, 2.0], requires_grad=True)
    f = u * u.detach()
    assert names(viz.trace(f)) == ["u", "u.detach()", "f"]


@pytest.fixture
def fixture_leaf():
    return leaf()


def test_a_fixture_goes_by_its_argument(fixture_leaf):
    f = fixture_leaf.exp()
    assert names(viz.trace(f)) == ["fixture_leaf", "f"]


def test_the_machinery_around_a_test_names_nothing(fixture_leaf):
    f = fixture_leaf.exp()
    del fixture_leaf  # pytest still holds it, in a dictionary of arguments
    assert names(viz.trace(f)) == ["t1", "f"]


def test_in_a_notebook_history_names_nothing():
    _space = {"ag": ag, "viz": viz, "__name__": "__main__"}
    exec(
        "u = ag.tensor(2.0, requires_grad=True)\n"
        "Out = {1: u * 3}; In = ['', 'u * 3']; _1 = _ = Out[1]\n"
        "f = Out[1].exp()\n"
        "graph = viz.trace(f)",
        _space,
    )
    assert names(_space["graph"]) == ["u", None, "t1", "f"]
