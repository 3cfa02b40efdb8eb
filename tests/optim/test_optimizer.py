"""What all optimizers share: groups, state, refusals."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.errors import AutogradError, GraphError


def leaf(*values: float) -> ag.Tensor:
    return ag.tensor(list(values), requires_grad=True)


def stepped(optimizer: optim.Optimizer, *params: ag.Tensor) -> None:
    optimizer.zero_grad()
    sum((p * p).sum() for p in params).backward()
    optimizer.step()


def test_groups_have_options_of_their_own():
    a, b = leaf(1.0), leaf(1.0)
    optimizer = optim.SGD([{"params": [a]}, {"params": b, "lr": 0.5}], lr=0.1)
    stepped(optimizer, a, b)
    assert a.tolist() == [pytest.approx(0.8)]
    assert b.tolist() == [0.0]


def test_a_parameter_without_gradient_stays():
    a, b = leaf(1.0), leaf(1.0)
    optimizer = optim.Adam([a, b], lr=0.1)
    stepped(optimizer, a)
    assert b.tolist() == [1.0]


def test_a_scalar_parameter_is_optimized_too():
    w = ag.tensor(1.0, requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)
    for _ in range(2):
        stepped(optimizer, w)
    assert w.item() == pytest.approx(0.64)
    assert w.dtype == ag.float32


def test_step_calls_its_closure_with_recording_on():
    w = leaf(1.0)
    optimizer = optim.SGD([w], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    with ag.no_grad():
        assert optimizer.step(closure).item() == 1.0
    assert w.tolist() == [pytest.approx(0.8)]


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ([], ValueError, "empty"),
        (leaf(1.0), TypeError, "iterable of tensors"),
        ([1.0], TypeError, "float"),
        ([leaf(1.0) * 2], ValueError, "leaf"),
        ([{"params": [w := leaf(1.0)]}, {"params": [w]}], ValueError, "two groups"),
        ([{"params": {leaf(1.0)}}], TypeError, "set"),
        ([{"weights": [leaf(1.0)]}], KeyError, "under 'params'; it has .'weights'"),
        ([ag.ones(1).expand(3).requires_grad_()], ValueError, "expanded .* optimize its clone"),
        (
            [ag.from_numpy(np.frombuffer(b"abcd", np.float32)).requires_grad_()],
            ValueError,
            "read-only",
        ),
        ([("w", leaf(1.0)), leaf(1.0)], ValueError, "names"),
        ([{"params": [("w", leaf(1.0))]}, {"params": leaf(1.0)}], ValueError, "names"),
    ],
)
def test_what_cannot_be_optimized_is_refused(params, error, message):
    with pytest.raises(error, match=message):
        optim.SGD(params, lr=0.1)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optim.SGD(p, lr=-1),
        lambda p: optim.SGD(p, lr=0.1, momentum=-0.1),
        lambda p: optim.SGD(p, lr=0.1, nesterov=True),
        lambda p: optim.Adam(p, betas=(1.0, 0.9)),
        lambda p: optim.Adam(p, eps=-1),
        lambda p: optim.Adam(p, lr=float("nan")),
        lambda p: optim.Adam([{"params": p, "rate": 1}]),
        lambda p: optim.Adam([{"params": p, "weight_deacy": 1}]),
        lambda p: optim.SGD([{"params": p, "lr": 1}], lr=-1),
        lambda p: optim.SGD(p, lr=ag.ones(2)),
        lambda p: optim.RMSprop(p, alpha=-1),
        lambda p: optim.Adadelta(p, rho=1.5),
        lambda p: optim.Rprop(p, etas=(0.5, 0.9)),
        lambda p: optim.Adafactor(p, d=0.5),
        lambda p: optim.Muon(p),
        lambda p: optim.HalvingGD(p, max_halvings=-1),
    ],
)
def test_options_out_of_range_are_refused(make):
    with pytest.raises(ValueError):
        make([leaf(1.0)])


def test_options_of_groups_may_go_further_as_in_pytorch():
    a, b = leaf(1.0), leaf(1.0)
    groups = [{"params": a}, {"params": b, "momentum": 0, "lr": -0.5}]
    stepped(optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True), a, b)
    assert a.item() == pytest.approx(0.62) and b.item() == 2.0
    optimizer = optim.Adagrad([{"params": a, "initial_accumulator_value": 9.0}])
    assert optimizer.state[a]["sum"].item() == 0


def test_names_that_programs_for_pytorch_use():
    assert issubclass(optim.lr_scheduler.StepLR, optim.lr_scheduler._LRScheduler)
    for name in ("register_optimizer_step_pre_hook", "register_optimizer_step_post_hook"):
        assert getattr(optim.optimizer, name) is getattr(optim, name)
    assert optim.optimizer.ParamsT and repr(optim.optimizer.required) == "<required parameter>"


def test_an_option_that_every_group_must_give():
    from autograd_fr.optim.optimizer import required

    class Plain(optim.Optimizer):
        def __init__(self, params, lr=required):
            super().__init__(params, {"lr": lr})

    assert Plain([{"params": leaf(1.0), "lr": 0.1}]).param_groups[0]["lr"] == 0.1
    with pytest.raises(ValueError, match="no 'lr', which has no default"):
        Plain([leaf(1.0)])


@pytest.mark.parametrize("name", ["SGD", "Adam", "ASGD", "Rprop", "Adafactor", "BFGS"])
def test_a_parameter_that_changes_its_shape_is_named(name):
    w = ag.ones(2, 2, requires_grad=True)
    optimizer = getattr(optim, name)([w], **({"momentum": 0.9} if name == "SGD" else {}))

    def closure():
        optimizer.zero_grad()
        loss = (w**4).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    w.grad, w.data = None, ag.ones(3, 2)
    message = "for 4 entries .* here are 6" if name == "BFGS" else r"parameter 0 .* now .*\(3, 2\)"
    with pytest.raises(ValueError, match=message):
        optimizer.step(closure)


@pytest.mark.parametrize("name", ["SGD", "LBFGS", "HalvingGD"])
def test_what_is_no_closure_is_refused(name):
    optimizer = getattr(optim, name)([leaf(1.0)])
    with pytest.raises(TypeError, match=f"{name}.step takes a closure, .* not Tensor"):
        optimizer.step(ag.tensor(1.0))


@pytest.mark.parametrize("name", ["LBFGS", "BFGS", "HalvingGD"])
def test_closures_that_leave_something_out(name):
    w = leaf(1.0)
    optimizer = getattr(optim, name)([w])
    with pytest.raises(TypeError, match=f"{name}.step takes a closure, .* not NoneType"):
        optimizer.step()
    with pytest.raises(TypeError, match=f"given to {name}.step returns None"):
        optimizer.step(lambda: None)
    with pytest.warns(UserWarning, match="no gradient|no parameter has a gradient"):
        optimizer.step(lambda: (w * w).sum())
    assert w.item() == 1.0


def test_the_option_and_its_value_are_named():
    with pytest.raises(ValueError, match=r"betas\[1\] .* got 1\.0"):
        optim.Adam([leaf(1.0)], betas=(0.9, 1.0))
    with pytest.raises(ValueError, match="no option 'weight_deacy'; did you mean 'weight_decay'"):
        optim.Adam([{"params": leaf(1.0), "weight_deacy": 1}])


def test_groups_may_have_entries_of_their_own():
    group = {"params": leaf(1.0), "label": "last", "max_lr": 1.0, "initial_lr": 0.5}
    optimizer = optim.SGD([group], lr=0.1)
    assert optimizer.param_groups[0] is group
    assert group["label"] == "last" and group["lr"] == 0.1


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam, optim.NAdam])
def test_what_pytorch_promises_for_other_machines(kind):
    kind([leaf(1.0)], foreach=True)
    with pytest.raises(AutogradError, match="differentiable"):
        kind([leaf(1.0)], differentiable=True)
    with pytest.raises(AutogradError, match="exclude"):
        optim.SGD([leaf(1.0)], foreach=True, fused=True)


def test_gradients_are_dense_here():
    with pytest.raises(AutogradError, match="dense: take Adam"):
        optim.SparseAdam([leaf(1.0)])


@pytest.mark.parametrize("maximize", [False, True])
def test_a_step_leaves_the_gradient_alone(maximize):
    kinds = [optim.SGD, optim.ASGD, optim.Adagrad, optim.Adadelta, optim.RMSprop, optim.Adam,
             optim.AdamW, optim.Adamax, optim.NAdam, optim.RAdam]  # fmt: skip
    for kind in kinds:
        w = leaf(1.0, -2.0)
        optimizer = kind([w], maximize=maximize, weight_decay=0.1)
        for _ in range(2):
            stepped(optimizer, w)
            before = w.grad.tolist()
            optimizer.step()
            assert w.grad.tolist() == before, kind


def test_parameters_of_one_shape_do_not_disturb_each_other():
    a, b = leaf(1.0, 2.0), leaf(3.0, 4.0)
    both = optim.Adam([a, b], lr=0.1, weight_decay=0.1)
    alone = [leaf(1.0, 2.0), leaf(3.0, 4.0)]
    each = [optim.Adam([p], lr=0.1, weight_decay=0.1) for p in alone]
    for _ in range(3):
        stepped(both, a, b)
        for p, optimizer in zip(alone, each):
            stepped(optimizer, p)
    assert [a.tolist(), b.tolist()] == [p.tolist() for p in alone]


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        lambda p: optim.Adam(p, lr=0.1, amsgrad=True),
    ],
)
def test_training_goes_on_from_a_saved_state_as_if_never_stopped(make):
    a, b = leaf(1.0, -2.0), leaf(1.0, -2.0)
    first = make([a])
    for _ in range(3):
        stepped(first, a)
    saved, middle = copy.deepcopy(first.state_dict()), a.array.copy()
    for _ in range(3):
        stepped(first, a)

    b.array[...] = middle
    second = make([b])
    second.load_state_dict(saved)
    for _ in range(3):
        stepped(second, b)
    np.testing.assert_array_equal(a.array, b.array)


def test_a_state_for_other_groups_is_refused():
    saved = optim.SGD([leaf(1.0)], lr=0.1).state_dict()
    with pytest.raises(ValueError, match="groups"):
        optim.SGD([leaf(1.0), leaf(2.0)], lr=0.1).load_state_dict(saved)


@pytest.mark.parametrize("optimizer", [optim.SGD, optim.Adam])
def test_a_net_learns_xor(optimizer):
    ag.manual_seed(3)
    x = ag.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = ag.tensor([[0.0], [1.0], [1.0], [0.0]])
    net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    learner = optimizer(net.parameters(), lr=0.5 if optimizer is optim.SGD else 0.05)
    for _ in range(500):
        learner.zero_grad()
        loss = nn.BCEWithLogitsLoss()(net(x), y)
        loss.backward()
        learner.step()
    assert ((net(x) > 0).float() == y).all()


def test_the_text_lists_the_options():
    text = repr(optim.SGD([leaf(1.0)], lr=0.1))
    assert "SGD (" in text
    assert "lr: 0.1" in text


def test_backward_through_what_a_step_has_overwritten_is_refused():
    w = leaf(1.0, 2.0)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    optim.SGD([w], lr=0.1).step()
    before = w.grad.tolist()
    with pytest.raises(
        GraphError, match=r"`mul` .* saved for backward was written into since by `SGD`"
    ):
        loss.backward()
    assert w.grad.tolist() == before


def test_backward_that_reads_no_overwritten_value_goes_on():
    w, x = leaf(1.0, 2.0), ag.tensor([3.0, 4.0])
    loss = (w * x + w).sum()  # the derivative needs x, not w
    loss.backward(retain_graph=True)
    optim.SGD([w], lr=0.1).step()
    w.grad = None
    loss.backward()
    assert w.grad.tolist() == [4.0, 5.0]


def test_an_update_by_hand_keeps_the_memory_and_is_noticed_too():
    w = leaf(1.0, 2.0)
    alias, loss = w.detach(), (w * w).sum()
    with ag.no_grad():
        w -= 0.5
    assert alias.tolist() == w.tolist() == [0.5, 1.5]
    with pytest.raises(GraphError, match="written into"):
        loss.backward()


def test_plain_descent_of_every_size_and_dtype():
    rng = np.random.default_rng(0)
    kinds = [((), "f4"), ((3, 2), "f8"), ((1 << 14,), "f4"), ((0,), "f4"), ((5,), "f2"), ((), "f8")]
    before = [np.asarray(rng.standard_normal(shape), kind) for shape, kind in kinds]
    slopes = [np.asarray(rng.standard_normal(shape), kind) for shape, kind in kinds]
    params = [ag.tensor(x, requires_grad=True) for x in before]
    for p, g in zip(params, slopes):
        p.grad = ag.tensor(g)
    arrays = [p.memory() for p in params]
    optim.SGD(params, lr=0.1).step()
    for p, array, x, g in zip(params, arrays, before, slopes):
        assert p.array is array and array.dtype == x.dtype
        np.testing.assert_array_equal(array, x - g * x.dtype.type(0.1))
        assert p.grad.array == pytest.approx(g)


def test_an_update_of_its_own_is_called_for_each_parameter():
    class Signed(optim.SGD):
        def update(self, p, g, state, group):
            p -= group["lr"] * np.sign(g)

    class Stopped(optim.SGD):
        def update_all(self, params, group):
            pass

    a, b = leaf(3.0, -2.0), leaf(5.0)
    stepped(Signed([a, b], lr=1.0), a, b)
    assert a.tolist() == [2.0, -1.0] and b.tolist() == [4.0]
    stepped(Stopped([a], lr=1.0), a)
    assert a.tolist() == [2.0, -1.0]


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_an_update_may_come_from_another_base(kind):
    class Still:
        def update(self, p, g, state, group):
            pass

    class Mixed(Still, kind):
        pass

    a, b = leaf(3.0, -2.0), leaf(5.0)
    optimizer = Mixed([a, b], lr=1.0)
    for _ in range(3):  # small parameters would be gathered from the second step on
        stepped(optimizer, a, b)
    assert a.tolist() == [3.0, -2.0] and b.tolist() == [5.0]


def test_what_is_remembered_may_be_replaced_by_a_scalar():
    p = ag.tensor(1.0, requires_grad=True)
    optimizer = optim.SGD([p], lr=0.1, momentum=0.9)
    for expected in (0.9, 0.71, 0.439, 0.0951):
        p.grad = ag.tensor(1.0)
        optimizer.step()
        assert p.item() == pytest.approx(expected)
        optimizer.state[p]["momentum_buffer"] = optimizer.state[p]["momentum_buffer"] * 1.0
