"""Learning rates against PyTorch: step by step, in closed form, and after states went across."""

from __future__ import annotations

import copy
import inspect
import warnings

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import optim
from autograd_fr.optim import lr_scheduler

torch = pytest.importorskip("torch", reason="PyTorch is the reference of these tests")

from tests.parity.scheduledb import (  # noqa: E402
    COMPOSED,
    SETTINGS,
    composed,
    described,
    optimizer_of,
    rates_of,
    run,
    schedule_of,
    steps_of,
)

each = pytest.mark.parametrize("setting", SETTINGS, ids=described)


@each
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
def test_rates_step_by_step(setting, kind):
    steps = steps_of(setting)
    ours, theirs = (
        run(package, o := optimizer_of(package, kind), schedule_of(package, o, setting), steps)
        for package in (ag, torch)
    )
    assert ours == theirs


@each
def test_rates_that_are_tensors(setting):
    seen = []
    for package in (ag, torch):
        params = [package.ones(1, requires_grad=True) for _ in range(2)]
        rate = package.tensor(0.1, dtype=package.float64)
        optimizer = package.optim.SGD([{"params": [p]} for p in params], rate, momentum=0.9)
        for group in optimizer.param_groups:
            group["lr"] = group["lr"].clone()
        scheduler = schedule_of(package, optimizer, setting)
        given = optimizer.param_groups[0]["lr"]
        seen.append(run(package, optimizer, scheduler, 20))
        assert optimizer.param_groups[0]["lr"] is given
    np.testing.assert_allclose(*seen, 1e-12)


@each
def test_states_go_across_in_the_middle(setting):
    (a, ours), (b, theirs) = (
        (o := optimizer_of(package), schedule_of(package, o, setting)) for package in (ag, torch)
    )
    run(ag, a, ours, 10), run(torch, b, theirs, 10)
    own, other = ours.state_dict(), theirs.state_dict()
    hidden = {"_scale_fn_ref"}
    assert own.keys() - hidden == other.keys() - hidden
    assert {k: own[k] for k in own} == {k: other[k] for k in own}

    (c, new), (d, their_new) = (
        (o := optimizer_of(package), schedule_of(package, o, setting)) for package in (ag, torch)
    )
    c.load_state_dict(copy.deepcopy(b.state_dict()))
    d.load_state_dict(copy.deepcopy(a.state_dict()))
    new.load_state_dict(copy.deepcopy(other))
    their_new.load_state_dict(copy.deepcopy(own))
    expected = run(torch, b, theirs, 20)
    assert run(ag, c, new, 20) == expected
    assert run(torch, d, their_new, 20) == expected


@each
@pytest.mark.filterwarnings("ignore")
def test_numbers_of_steps_gone_to_at_once(setting):
    seen = []
    for package in (ag, torch):
        optimizer = optimizer_of(package)
        scheduler = schedule_of(package, optimizer, setting)
        optimizer.step()
        rates = []
        for epoch in (3, 17, 6, 0, 12):
            scheduler.step(epoch)
            rates.append(rates_of(optimizer))
        scheduler.step()
        seen.append([*rates, rates_of(optimizer)])
    assert seen[0] == seen[1]


@each
def test_going_on_from_a_number_of_steps(setting):
    seen = []
    for package in (ag, torch):
        optimizer = optimizer_of(package)
        run(package, optimizer, schedule_of(package, optimizer, setting), 8)
        if setting[0] == "OneCycleLR" or "cycle_momentum" in setting[1]:
            optimizer.step()
        scheduler = schedule_of(package, optimizer, setting, last_epoch=8)
        seen.append(run(package, optimizer, scheduler, 20))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize(
    "options",
    [{}, {"patience": 0}, {"patience": 2, "cooldown": 3, "factor": 0.5},
     {"patience": 1, "min_lr": [0.01, 0.2], "threshold": 0.1}],
)  # fmt: skip
def test_plateaus(mode, threshold_mode, options):
    metrics = np.random.default_rng(0).normal(size=60).cumsum()
    seen = []
    for package in (ag, torch):
        optimizer = optimizer_of(package)
        scheduler = package.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, mode=mode, threshold_mode=threshold_mode, **options
        )
        rates = []
        for place, metric in enumerate(metrics):
            scheduler.step(package.tensor(metric))
            rates.append(rates_of(optimizer))
            if place == 30:
                state = scheduler.state_dict()
                scheduler = package.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
                scheduler.load_state_dict(state)
        seen.append((rates, state))
    assert seen[0] == seen[1]


@pytest.mark.filterwarnings("ignore")  # both tell of steps that compositions make themselves
@pytest.mark.parametrize("way", COMPOSED)
def test_schedules_of_schedules(way):
    seen = []
    for package in (ag, torch):
        optimizer = optimizer_of(package)
        scheduler = composed(package, optimizer, way)
        rates = run(package, optimizer, scheduler, 9)
        kept, state = copy.deepcopy(optimizer.state_dict()), copy.deepcopy(scheduler.state_dict())
        rates += run(package, optimizer, scheduler, 20)
        optimizer = optimizer_of(package)
        scheduler = composed(package, optimizer, way)
        optimizer.load_state_dict(kept)
        scheduler.load_state_dict(state)
        assert run(package, optimizer, scheduler, 20) == rates[10:]
        seen.append((rates, state))
    assert seen[0] == seen[1]


def test_several_schedules_act_on_one_optimizer():
    seen = []
    for package in (ag, torch):
        optimizer, s = optimizer_of(package), package.optim.lr_scheduler
        schedules = [s.ExponentialLR(optimizer, 0.9), s.StepLR(optimizer, 4), s.LinearLR(optimizer)]
        rates = []
        for _ in range(20):
            optimizer.step()
            for scheduler in schedules:
                scheduler.step()
            rates.append(rates_of(optimizer))
        seen.append(rates)
    assert seen[0] == seen[1]


def test_warnings_come_where_pytorchs_come():
    def noted(package):
        optimizer = optimizer_of(package)
        told = []

        def doing(action):
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                action()
            told.append(len(caught))

        scheduler = package.optim.lr_scheduler.StepLR(optimizer, 2)
        doing(scheduler.step)  # before optimizer.step
        doing(scheduler.step)
        doing(scheduler.get_lr)
        doing(lambda: scheduler.step(3))
        optimizer = optimizer_of(package)
        scheduler = package.optim.lr_scheduler.StepLR(optimizer, 2)
        doing(optimizer.step)
        doing(scheduler.step)
        return told

    assert noted(ag) == noted(torch) == [1, 0, 1, 1, 0, 0]


NAMES = sorted({name for name, _ in SETTINGS} | {"ReduceLROnPlateau", "SequentialLR",
                                                "ChainedScheduler"})  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_pytorchs(name):
    a, b = (
        inspect.signature(
            getattr(home.swa_utils if name == "SWALR" else home.lr_scheduler, name).__init__
        ).parameters
        for home in (optim, torch.optim)
    )
    assert [(p.name, p.default) for p in a.values()] == [(p.name, p.default) for p in b.values()]


def test_every_schedule_of_pytorch_is_here():
    theirs = set(torch.optim.lr_scheduler.__all__)
    assert not theirs - set(dir(lr_scheduler))
    assert not set(torch.optim.swa_utils.__all__) - set(dir(optim.swa_utils))


# Averages


@pytest.mark.parametrize("use_buffers", [False, True])
@pytest.mark.parametrize("way", ["", "get_ema_avg_fn", "get_swa_avg_fn", "get_ema_multi_avg_fn",
                                 "get_swa_multi_avg_fn"])  # fmt: skip
def test_averaged_models(way, use_buffers):
    seen = []
    for package in (ag, torch):
        swa = package.optim.swa_utils
        net = package.nn.Sequential(package.nn.Linear(2, 3), package.nn.Tanh()).double()
        net.register_buffer("seen", package.zeros(2, dtype=package.float64))
        options = {"use_buffers": use_buffers}
        if way:
            key = "multi_avg_fn" if "multi" in way else "avg_fn"
            options[key] = getattr(swa, way)(*([0.8] if "ema" in way else []))
        averaged = swa.AveragedModel(net, **options)
        rng = np.random.default_rng(0)
        for _ in range(5):
            for t in (*net.parameters(), *net.buffers()):
                t.data = package.tensor(rng.normal(size=tuple(t.shape)))
            averaged.update_parameters(net)
        state = averaged.state_dict()
        seen.append({name: t.tolist() for name, t in state.items()})
    assert seen[0].keys() == seen[1].keys()
    for name in seen[0]:
        np.testing.assert_allclose(seen[0][name], seen[1][name], 1e-13)


def test_running_statistics_of_an_averaged_model():
    rng = np.random.default_rng(0)
    batches, seen = [rng.normal(size=(6, 3)) for _ in range(4)], []
    for package in (ag, torch):
        T = package.nn
        net = T.Sequential(T.BatchNorm1d(3), T.Tanh(), T.BatchNorm1d(3, momentum=0.3)).double()
        averaged = package.optim.swa_utils.AveragedModel(net).eval()
        inputs = [package.tensor(batch) for batch in batches]
        package.optim.swa_utils.update_bn([inputs[0], (inputs[1], 0), *inputs[2:]], averaged)
        assert not averaged.training and averaged.module[2].momentum == 0.3
        seen.append({name: t.tolist() for name, t in averaged.state_dict().items()})
    assert seen[0].keys() == seen[1].keys()
    for name in seen[0]:
        np.testing.assert_allclose(seen[0][name], seen[1][name], 1e-12, 1e-14)


def test_a_model_without_batch_normalization_is_left_alone():
    optim.swa_utils.update_bn(iter(int, 1), ag.nn.Linear(1, 1))  # which has no end
