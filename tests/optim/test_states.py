"""What optimizers remember, how it is saved, loaded and copied; and hooks around that."""

from __future__ import annotations

import copy
import io
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import optim


def leaf(*values: float) -> ag.Tensor:
    return ag.tensor(list(values), requires_grad=True)


def stepped(optimizer: optim.Optimizer, times: int = 1) -> None:
    for _ in range(times):
        optimizer.zero_grad()
        params = [p for group in optimizer.param_groups for p in group["params"]]
        sum((p * p).sum() for p in params).backward()
        optimizer.step()


def test_the_state_of_a_parameter_is_readable():
    w = leaf(1.0, 2.0)
    optimizer = optim.Adam([w])
    assert optimizer.state[w] == {}
    stepped(optimizer, 2)
    assert optimizer.state[w]["step"].item() == 2.0
    assert optimizer.state[w]["exp_avg"].shape == (2,)
    assert optimizer.state[w]["exp_avg"].dtype == ag.float32


def test_a_state_has_the_tensors_of_the_optimizer():
    optimizer = optim.SGD([leaf(1.0)], lr=0.1, momentum=0.5)
    stepped(optimizer)
    state = optimizer.state_dict()
    kept = copy.deepcopy(state)
    stepped(optimizer)
    assert state["state"][0]["momentum_buffer"].tolist() == pytest.approx([2.6])
    assert kept["state"][0]["momentum_buffer"].tolist() == [2.0]


def test_what_is_loaded_is_copied():
    a, b = (optim.SGD([leaf(1.0)], lr=0.1, momentum=0.5) for _ in range(2))
    stepped(a)
    b.load_state_dict(a.state_dict())
    stepped(b)
    assert a.state_dict()["state"][0]["momentum_buffer"].tolist() == [2.0]


class Foreign:
    """What another library may offer for an array."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return self.array


@pytest.mark.parametrize("kind", [np.array, ag.tensor, lambda x: Foreign(np.array(x))])
def test_arrays_of_any_kind_are_loaded(kind):
    w = leaf(1.0, 2.0)
    optimizer = optim.Adam([w])
    state = optimizer.state_dict()
    state["state"] = {0: {"step": 3, "exp_avg": kind([1.0, 2.0]), "exp_avg_sq": kind([3.0, 4.0])}}
    optimizer.load_state_dict(state)
    assert optimizer.state[w]["exp_avg_sq"].tolist() == [3.0, 4.0]
    assert optimizer.state[w]["exp_avg"].dtype == ag.float32
    stepped(optimizer)
    assert optimizer.state[w]["step"].item() == 4.0


def test_a_state_takes_the_dtype_of_its_parameter_but_for_the_count():
    w = ag.tensor([1.0], dtype=ag.float64, requires_grad=True)
    optimizer = optim.Adam([w])
    optimizer.load_state_dict(state_of(optim.Adam))
    assert optimizer.state[w]["exp_avg"].dtype == ag.float64
    assert optimizer.state[w]["step"].dtype == ag.float32


def test_numbers_of_parameters_need_not_be_in_a_row():
    a, b = leaf(1.0), leaf(2.0)
    optimizer = optim.SGD([a, b], momentum=0.5)
    state = optimizer.state_dict()
    state["param_groups"][0]["params"] = [17, 4]
    state["state"] = {4: {"momentum_buffer": np.ones(1)}}
    optimizer.load_state_dict(state)
    assert optimizer.state[b]["momentum_buffer"].tolist() == [1.0]
    assert a not in optimizer.state


def state_of(make, *params, times=1):
    optimizer = make(list(params) or [leaf(1.0)])
    stepped(optimizer, times)
    return optimizer.state_dict()


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        (state_of(optim.SGD), r"not one of Adam: .* lack .*'betas', 'eps', and have 'dampening'"),
        (state_of(optim.Adamax), "parameter 0 .* lacks 'exp_avg_sq' and has 'exp_inf'"),
        (state_of(optim.Adam, leaf(1.0, 2.0)), r"exp_avg of shape \(2,\), .* it is \(1,\)"),
        (state_of(optim.Adam, leaf(1.0), leaf(1.0)), r"groups of \[2\] parameters, here are \[1\]"),
    ],
)
def test_a_state_of_something_else_is_refused_and_nothing_changed(saved, message):
    w = leaf(1.0)
    optimizer = optim.Adam([w], lr=0.125)
    stepped(optimizer)
    before = copy.deepcopy(optimizer.state_dict())
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(saved)
    after = optimizer.state_dict()
    assert after["param_groups"] == before["param_groups"]
    assert after["state"][0]["exp_avg"].tolist() == before["state"][0]["exp_avg"].tolist()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (None, TypeError, "a dict, not NoneType"),
        (ag.nn.Linear(1, 1).state_dict(), ValueError, "no state of an optimizer.* it has 'weight'"),
    ],
)
@pytest.mark.parametrize("kind", [optim.SGD, optim.LBFGS])
def test_what_is_no_state_is_refused(kind, given, error, message):
    with pytest.raises(error, match=message):
        kind([leaf(1.0)]).load_state_dict(given)


def test_a_state_from_the_end_of_a_schedule_that_overshoots_is_loaded():
    first, second = optim.SGD([leaf(1.0)], lr=0.1), optim.SGD([leaf(1.0)], lr=0.1)
    schedule = optim.lr_scheduler.LinearLR(first, 0.3, 0.0, total_iters=3)
    for _ in range(3):
        first.step()
        schedule.step()
    assert -1e-15 < first.param_groups[0]["lr"] < 0
    second.load_state_dict(first.state_dict())
    assert second.param_groups[0]["lr"] == first.param_groups[0]["lr"]


def test_a_state_of_lbfgs_over_other_sizes_is_refused():
    a, b = optim.LBFGS([leaf(1.0, 2.0)]), optim.LBFGS([leaf(1.0)])

    def closure():
        a.zero_grad()
        loss = (a.param_groups[0]["params"][0] ** 2).sum()
        loss.backward()
        return loss

    a.step(closure)
    with pytest.raises(ValueError, match="2 entries of parameters, here are 1"):
        b.load_state_dict(a.state_dict())


def test_a_state_of_an_older_version_is_completed():
    saved = state_of(optim.Adam)
    for name in ("fused", "maximize", "decoupled_weight_decay"):
        del saved["param_groups"][0][name]
    optimizer = optim.Adam([leaf(1.0)])
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["maximize"] is False


def test_adamw_stays_adamw_when_it_loads_a_state_of_adam():
    optimizer = optim.AdamW([leaf(1.0)])
    optimizer.load_state_dict(state_of(optim.Adam))
    assert optimizer.param_groups[0]["decoupled_weight_decay"] is True


def test_names_of_parameters_stay():
    optimizer = optim.SGD([("w", leaf(1.0))])
    state = optimizer.state_dict()
    assert state["param_groups"][0]["param_names"] == ["w"]
    del state["param_groups"][0]["param_names"]
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["param_names"] == ["w"]


def test_a_state_goes_through_a_file():
    first, second = (optim.Adam([leaf(1.0, 2.0)], lr=0.1, amsgrad=True) for _ in range(2))
    stepped(first, 2)
    file = io.BytesIO()
    ag.save(first.state_dict(), file)
    file.seek(0)
    second.load_state_dict(ag.load(file))
    (kept,) = second.state.values()
    assert kept["step"].item() == 2.0
    assert second.param_groups[0]["betas"] == (0.9, 0.999)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
@pytest.mark.parametrize("name", ["SGD", "Adam", "Adagrad", "NAdam"])
def test_copies_go_their_own_way(copied, name):
    optimizer = getattr(optim, name)([leaf(1.0)], lr=0.1)
    optimizer.register_step_post_hook(lambda *_: pytest.fail("hooks stay with the original"))
    optimizer._hooks.after_step.clear()
    stepped(optimizer)
    other = copied(optimizer)
    (w,), (v,) = optimizer.param_groups[0]["params"], other.param_groups[0]["params"]
    assert w is not v and v.tolist() == w.tolist()
    stepped(optimizer)
    middle = w.tolist()
    assert v.tolist() != middle
    stepped(other)
    assert v.tolist() == middle


def test_hooks_around_states():
    optimizer, told = optim.SGD([leaf(1.0)]), []
    optimizer.register_state_dict_pre_hook(lambda o: told.append("second"))
    optimizer.register_state_dict_pre_hook(lambda o: told.append("first"), prepend=True)
    optimizer.register_state_dict_post_hook(lambda o, s: {**s, "more": 1})
    state = optimizer.state_dict()
    assert told == ["first", "second"] and state["more"] == 1

    optimizer.register_load_state_dict_pre_hook(
        lambda o, s: {**s, "param_groups": [{**s["param_groups"][0], "lr": 0.5}]}
    )
    handle = optimizer.register_load_state_dict_post_hook(lambda o: told.append("loaded"))
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["lr"] == 0.5 and told[-1] == "loaded"
    handle.remove()
    optimizer.load_state_dict(state)
    assert told.count("loaded") == 1


def test_hooks_on_every_optimizer():
    told = []
    own = optim.SGD([leaf(1.0)])
    own.register_step_pre_hook(lambda *_: told.append("own before"))
    own.register_step_post_hook(lambda *_: told.append("own after"))
    with (
        optim.register_optimizer_step_pre_hook(lambda o, *_: told.append("before")),
        optim.register_optimizer_step_post_hook(lambda o, *_: told.append("after")),
    ):
        stepped(own)
    assert told == ["before", "own before", "own after", "after"]
    stepped(optim.Adam([leaf(1.0)]))
    assert len(told) == 4


def test_an_optimizer_of_ones_own_has_hooks_and_states():
    class Signs(optim.Optimizer):
        def __init__(self, params, lr=0.1):
            super().__init__(params, {"lr": lr})

        @ag.no_grad()
        def step(self, closure=None):
            for group in self.param_groups:
                for p in group["params"]:
                    state = self.state[p]
                    state["count"] = state.get("count", 0) + 1
                    p.add_(p.grad.sign(), alpha=-group["lr"])

    w, told = leaf(1.0, -1.0), []
    optimizer = Signs([w])
    optimizer.register_step_post_hook(lambda *_: told.append(w.tolist()))
    stepped(optimizer)
    assert told == [pytest.approx([0.9, -0.9])]
    other = Signs([leaf(0.0, 0.0)], lr=1.0)
    other.load_state_dict(optimizer.state_dict())
    (kept,) = other.state.values()
    assert kept == {"count": 1} and other.param_groups[0]["lr"] == 0.1
