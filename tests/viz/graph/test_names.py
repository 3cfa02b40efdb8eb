"""Where the names in a picture come from."""

from __future__ import annotations

import time
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
    assert names(viz.trace(f)) == ["v1", "w", "f"]
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
        "ws[0]", "ws[1]", "d['k']", "d[3]", "v1", "pair[0]", "point.x", "point.y", "f",
    ]  # fmt: skip


def test_a_variable_goes_before_an_entry():
    ws = [leaf()]
    w = ws[0]
    assert names(viz.trace(w)) == ["w"]


def test_names_that_start_with_an_underscore_are_passed_over():
    _u = leaf()
    f = _u.exp()
    assert names(viz.trace(f)) == ["v1", "f"]


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
    assert names(viz.trace(f)) == ["v1", "f"]


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


class Holder:
    def __init__(self, **held):
        vars(self).update(held)


def test_attributes_and_what_lies_deeper():
    s = Holder(w=leaf(), layers=[leaf(), leaf()], inner=Holder(b=leaf()))
    params = {"layer": {"w": leaf()}, "head": [leaf()]}
    rows = [[leaf(), leaf()], [leaf()]]
    held = [s.w, *s.layers, s.inner.b, params["layer"]["w"], *params["head"], *rows[0], *rows[1]]
    f = ag.stack(held)
    del held
    assert names(viz.trace(f)) == [
        "s.w", "s.layers[0]", "s.layers[1]", "s.inner.b", "params['layer']['w']",
        "params['head'][0]", "rows[0][0]", "rows[0][1]", "rows[1][0]", "f",
    ]  # fmt: skip


def test_attributes_of_self():
    class Neuron:
        def __init__(self):
            self.w, self._hidden = leaf(), leaf()

        def drawn(self, x):
            y = self.w * x * self._hidden
            return viz.trace(y)

    x = leaf()
    assert names(Neuron().drawn(x)) == ["self.w", "x", "t1", "v1", "y"]


def test_modules_in_lists_and_attributes():
    nets = [nn.Linear(1, 1), nn.Linear(1, 1)]
    trainer = Holder(model=nn.Sequential(nn.Linear(1, 1)))
    x = ag.ones(1, 1)
    for net in nets:
        x = net(x)
    y = trainer.model(x)
    graph = viz.trace(y)
    found = [v.name for v in graph.variables if v.kind is viz.Kind.PARAMETER]
    assert [name.rpartition(".")[0] for name in found[::2]] == [
        "nets[0]", "nets[1]", "trainer.model.0",
    ]  # fmt: skip
    assert [scope.name for scope in graph.scopes] == ["nets[0]", "nets[1]", "trainer.model", "0"]


def test_buffers_go_by_their_path():
    norm = nn.BatchNorm1d(2).eval()
    x = ag.ones(3, 2)
    y = norm(x)
    assert {"norm.running_mean", "norm.running_var"} <= set(names(viz.trace(y)))


def test_what_a_loop_has_left_behind_does_not_win():
    xs, pairs = [leaf(), leaf(), leaf()], [(leaf(), leaf()), (leaf(), leaf())]
    s = 0.0
    for x in xs:
        s = s + x
    for w, b in pairs:
        s = s * w + b
    found = names(viz.trace(s))
    assert {"xs[0]", "xs[1]", "xs[2]", "pairs[0][0]", "pairs[1][0]", "pairs[1][1]"} <= set(found)
    assert not {"x", "w", "b"} & set(found)


def test_the_root_goes_by_its_variable():
    h, hs = leaf(), []
    for _ in range(3):
        h = h * 2
        hs.append(h)
    assert names(viz.trace(h))[-1] == "h"


def test_variables_that_a_list_repeats_win():
    W, b = leaf(), leaf()
    params = [W, b]
    f = W * 2 + b
    assert names(viz.trace(f)) == ["W", None, "t1", "b", "f"]
    assert len(params) == 2


def test_nothing_of_the_caller_is_called():
    class Touchy(list):
        def __iter__(self):
            raise AssertionError

        def __getattr__(self, name):
            raise AssertionError

        @property
        def value(self):
            raise AssertionError

        __dict__ = property(lambda self: 1 / 0)

    touchy, u = Touchy(), leaf()
    list.append(touchy, u)
    assert names(viz.trace(u)) == ["u"]
    del u
    assert names(viz.trace(touchy[0])) == ["touchy[0]"]


def test_the_search_is_bounded():
    u = leaf()
    endless = []
    endless.append(endless)
    deep = [[[[[u]]]]]
    crowd = [Holder(a=[Holder(u=None) for _ in range(50)]) for _ in range(500)]
    last = crowd[-1].u = leaf()
    del u
    start = time.perf_counter()
    assert names(viz.trace(deep[0][0][0][0][0])) == ["v1"]
    assert names(viz.trace(last)) == ["last"]
    assert time.perf_counter() - start < 0.5


def test_integers_keep_their_name_and_dtype_through_a_cast():
    u = leaf([1.0, 2.0])
    labels, k, mask, raw = (
        ag.tensor([0, 1]),
        ag.tensor(3),
        ag.tensor([True, False]),
        np.array([5, 6]),
    )
    large = ag.arange(1000)
    f = ((u - labels) ** 2 * mask * raw - labels).sum() * k + (u[0] * large).sum()
    g = f + nn.functional.mse_loss(u, labels)
    found = {v.name: v for v in viz.trace(g).variables}
    dtypes = {name: found[name].value.dtype for name in ("labels", "k", "mask", "raw", "large")}
    assert list(dtypes.values()) == ["int64", "int64", "bool", "int64", "int64"]
    assert {found[name].kind for name in dtypes} == {viz.Kind.INPUT}
    assert found["mask"].value.entries == [True, False]
    assert len([v for v in found.values() if v.value.entries == [0, 1]]) == 1


def test_a_cast_of_what_was_written_into_since_is_not_mistaken_for_it():
    u, labels = leaf([1.0, 2.0]), ag.tensor([0, 1])
    f = u * labels
    labels[0] = 7
    constant = viz.trace(f).variables[1]
    assert (constant.name, constant.value.entries) == ("c1", [0.0, 1.0])


def test_a_cast_of_what_is_gone():
    u = leaf([1.0, 2.0])
    f = u * ag.tensor([0, 1])
    assert [v.value.entries for v in viz.trace(f).variables][1] == [0.0, 1.0]


def test_views_go_by_what_they_show():
    x, w = ag.randn(4, 3), leaf([1.0, 1.0, 1.0])
    f = (x[1] * w + x[1:3].sum() * (x[1:3] @ w).sum()) @ (x.T @ leaf([0.0] * 4))
    f = f + (x.reshape(12)[::2] * leaf(1.0)).sum() + (x / 2 * w).sum() + (x[:, 1] * w[0]).sum()
    found = [v.name for v in viz.trace(f).variables if v.kind is viz.Kind.INPUT]
    assert found == ["x[1]", "x[1:3]", "x.T", "x (view)", "x (view 2)"]


def test_a_view_goes_by_the_nearest_around_it():
    data = ag.randn(6, 2)
    train, test = data[:3], data[3:]
    u = leaf()
    f = (u * train[1:]).sum() + (u * test.T).sum() + (u * data.reshape(3, 4)).sum()
    found = [v.name for v in viz.trace(f).variables if v.kind is viz.Kind.INPUT]
    assert found == ["train[1:3]", "test.T", "data (view)"]


def test_a_view_of_what_lies_elsewhere_has_no_name():
    u, _data = leaf(), ag.randn(6, 2)
    train = _data[:3]
    f = (u * _data[3:]).sum() + (u * train[1:]).sum()
    assert names(viz.trace(f))[:2] == ["u", "c1"]
    assert "train[1:3]" in names(viz.trace(f))
