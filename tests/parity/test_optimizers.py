"""Optimizers against PyTorch: numbers, signatures, refusals, and states that go there and back."""

from __future__ import annotations

import copy
import inspect
import warnings

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import optim

torch = pytest.importorskip("torch", reason="PyTorch is the reference of these tests")
pytest.importorskip("expecttest", reason="PyTorch's own samples need it")

from . import optimdb  # noqa: E402

SETTINGS = optimdb.settings()
NAMES = sorted({name for name, _ in SETTINGS})
each_setting = pytest.mark.parametrize("setting", SETTINGS, ids=optimdb.described)
each_name = pytest.mark.parametrize("name", NAMES)


@each_setting
def test_fifty_steps(setting):
    optimdb.compare(setting)


@each_name
def test_fifty_steps_in_float32(name):
    setting = next(s for s in SETTINGS if s[0] == name and s[1])
    ours, theirs = optimdb.sides(setting, "float32")
    number = 1 if name == "LBFGS" else 10  # it lets roundings grow
    for a, b in zip(ours.steps(number), theirs.steps(number)):
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, 2e-4, 2e-5)


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 1, 3)])
@each_setting
def test_a_parameter_of_any_shape(setting, shape):
    name, options = setting
    if name == "Muon":
        shape = (2, 3)
    array = np.linspace(1.0, 2.0, int(np.prod(shape))).reshape(shape)
    a, b = ag.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    ours = getattr(optim, name)([a], **optimdb.here(options))
    theirs = getattr(torch.optim, name)([b], **options)
    if name == "LBFGS" and not array.size:
        pytest.skip("PyTorch's has no largest entry of nothing")
    if name == "Adafactor" and not array.size:
        pytest.skip("PyTorch's divides by its size")

    def closure_of(optimizer, p):
        def closure():
            optimizer.zero_grad()
            loss = (p * p).sum() + (p * p * p * p).sum()
            loss.backward()
            return loss

        return closure

    for _ in range(5):
        ours.step(closure_of(ours, a))
        if name == "Muon":
            with optimdb._without_bfloat16():
                theirs.step(closure_of(theirs, b))
        else:
            theirs.step(closure_of(theirs, b))
    assert a.shape == shape
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), 1e-8, 1e-9)
    for key, value in (theirs.state[b] or {}).items():
        if isinstance(value, torch.Tensor) and name != "LBFGS":
            assert ours.state[a][key].shape == tuple(value.shape), key


# What they look like


def the_same(ours: type, theirs: type) -> None:
    a, b = (inspect.signature(f.__init__).parameters for f in (ours, theirs))
    assert [(p.name, p.kind, p.default) for p in a.values()] == [
        (p.name, p.kind, p.default) for p in b.values()
    ]


@each_name
def test_arguments_are_pytorchs(name):
    the_same(getattr(optim, name), getattr(torch.optim, name))


@each_name
def test_options_and_texts_are_pytorchs(name):
    ours, theirs = optimdb.sides((name, {}))
    assert ours.optimizer.defaults == theirs.optimizer.defaults
    assert repr(ours.optimizer) == repr(theirs.optimizer)


def test_every_name_of_pytorch_is_here():
    kinds = [n for n in dir(torch.optim) if inspect.isclass(getattr(torch.optim, n))]
    assert [n for n in kinds if not hasattr(optim, n)] == []


@pytest.mark.parametrize(
    ("name", "reason", "error", "params", "options"),
    [pytest.param(*r, id=f"{r[0]}: {r[1]}") for r in optimdb.refusals()],
)
def test_what_pytorch_refuses(name, reason, error, params, options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(error):
            getattr(optim, name)(optimdb.own_params(params), **optimdb.here(options))


# States


def to_torch(thing):
    if isinstance(thing, dict):
        return {k: to_torch(v) for k, v in thing.items()}
    if isinstance(thing, (list, tuple)):
        return type(thing)(map(to_torch, thing))
    return torch.tensor(thing.numpy()) if isinstance(thing, ag.Tensor) else thing


def kinds_in(thing):
    """The keys, shapes, dtypes and numbers of a state."""
    if isinstance(thing, dict):
        return {k: kinds_in(v) for k, v in thing.items() if k != "al"}  # L-BFGS: to compute in
    if isinstance(thing, (ag.Tensor, torch.Tensor)):
        return tuple(thing.shape), str(thing.dtype).removeprefix("torch.")
    if isinstance(thing, (list, tuple)):
        return [kinds_in(v) for v in thing]
    return thing if isinstance(thing, (int, str, type(None))) else "number"


EXCHANGED = [s for s in SETTINGS if not any(isinstance(v, torch.Tensor) for v in s[1].values())]


@pytest.mark.parametrize("setting", EXCHANGED, ids=optimdb.described)
def test_states_go_there_and_back(setting):
    ours, theirs = optimdb.sides(setting)
    first = 10 if setting[0] != "LBFGS" else 2
    ours.steps(first), theirs.steps(first)
    a, b = ours.optimizer.state_dict(), theirs.optimizer.state_dict()
    if setting[0] != "LBFGS":
        assert kinds_in(a) == kinds_in(b)
    else:
        assert b["state"][0].keys() - {"al"} == a["state"][0].keys()
        assert a["param_groups"] == b["param_groups"]

    new, their_new = optimdb.sides(setting)
    new.set_parameters(theirs.parameters())
    their_new.set_parameters(ours.parameters())
    new.optimizer.load_state_dict(copy.deepcopy(b))
    their_new.optimizer.load_state_dict(to_torch(a))
    again = optimdb.sides(setting)[1]
    again.set_parameters(theirs.parameters())
    again.optimizer.load_state_dict(copy.deepcopy(b))
    expected = again.steps(first)
    for side in (new, their_new):
        for x, y in zip(side.steps(first), expected):
            np.testing.assert_allclose(x, y, 1e-9, 1e-10)


def test_states_of_several_groups_and_names():
    array = np.ones((2, 3))
    dicts = []
    for package in (ag, torch):
        p, q = (package.tensor(array, requires_grad=True) for _ in range(2))
        optimizer = package.optim.Adam(
            [{"params": [("p", p)], "lr": 0.5, "label": "first"}, {"params": [("q", q)]}], lr=0.1
        )
        ((p * p).sum() + (q * q).sum()).backward()
        optimizer.step()
        dicts.append((optimizer.state_dict(), repr(optimizer)))
    (ours, text), (theirs, their_text) = dicts
    assert ours["param_groups"] == theirs["param_groups"]
    assert kinds_in(ours) == kinds_in(theirs)
    assert text == their_text


# L-BFGS by itself


def rosenbrock(p):
    return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2


def least_squares(p):
    package = ag if isinstance(p, ag.Tensor) else torch
    rng = np.random.default_rng(5)
    a, b = (package.tensor(rng.normal(size=shape)) for shape in ((7, 2), (7,)))
    return ((a @ p - b) ** 2).sum()


def misled(p):  # the gradient leads up: the line search finds nothing
    return (p.detach() ** 2).sum() + (p**3 + 2 * p).sum() - (p**3 + 2 * p).sum().detach()


def level(p):  # no gradient
    return 0 * p.sum()


def runaway(p):  # no minimum
    return -((1 + p**2) ** 0.75).sum()


def cliff(p):  # not a number beyond 3
    return (p - 1).pow(2).sum() + (3 - p).sqrt().sum()


@pytest.mark.parametrize("function", [rosenbrock, least_squares, misled, level, runaway, cliff])
@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("options", [{}, {"lr": 0.01}, {"max_iter": 4, "history_size": 2}])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_lbfgs_goes_where_pytorchs_goes(function, search, options):
    places = []
    for package in (ag, torch):
        p = package.tensor([-1.2, 1.0], dtype=package.float64, requires_grad=True)
        optimizer = package.optim.LBFGS([p], line_search_fn=search, **options)

        def closure(p=p, optimizer=optimizer):
            optimizer.zero_grad()
            loss = function(p)
            loss.backward()
            return loss

        path = []
        for _ in range(20):
            optimizer.step(closure)
            path.append((*p.tolist(), optimizer.state[p]["func_evals"]))
        places.append(path)
    ours, theirs = map(np.array, places)
    far = np.flatnonzero(~(abs(theirs) < 1e6).all(1))  # where roundings have grown beyond all
    known = slice(far[0] if far.size else None)
    np.testing.assert_allclose(ours[known], theirs[known], 1e-6, 1e-9)
