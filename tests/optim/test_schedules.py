"""Schedules on published numbers, and what they refuse; the rest is compared with PyTorch."""

from __future__ import annotations

import io

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.optim import lr_scheduler, swa_utils


def sgd(lr: float = 1.0, **options) -> optim.SGD:
    return optim.SGD([ag.zeros(1, requires_grad=True)], lr=lr, **options)


def rates(scheduler, steps: int) -> list[float]:
    seen = scheduler.get_last_lr()[:]
    for _ in range(steps):
        scheduler.optimizer.step()
        scheduler.step()
        seen += scheduler.get_last_lr()
    return seen


def test_multiplied_by_less_than_one_at_each_step():
    seen = rates(lr_scheduler.ExponentialLR(sgd(), gamma=0.9), 45)
    assert seen[:6] == pytest.approx([1, 0.9, 0.81, 0.729, 0.6561, 0.59049])
    assert seen[43] >= 0.01 > seen[44]


def test_divided_by_ten_at_given_epochs():
    seen = rates(lr_scheduler.MultiStepLR(sgd(1e-3), [60, 90], gamma=0.1), 160)
    assert [seen[k] for k in (59, 60, 89, 90, 159)] == pytest.approx([1e-3, 1e-4, 1e-4, 1e-5, 1e-5])


def test_a_polynomial_of_power_four():
    seen = rates(lr_scheduler.PolynomialLR(sgd(0.1), total_iters=160, power=4), 160)
    assert [seen[k] for k in (0, 40, 80, 160)] == pytest.approx(
        [0.1, 0.1 * 0.75**4, 0.1 * 0.5**4, 0.0]
    )


def test_a_plateau():
    scheduler, seen = lr_scheduler.ReduceLROnPlateau(sgd(0.1), factor=0.1, patience=2), []
    for loss in (1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8):
        scheduler.step(loss)
        seen += scheduler.get_last_lr()
    assert seen == pytest.approx([0.1] * 4 + [0.01] * 5 + [0.001])


def test_the_optimizer_goes_by_the_rate():
    w = ag.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.5)
    scheduler = lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    for expected in (0.5, 0.25, 0.125):
        before = w.item()
        optimizer.zero_grad()
        w.sum().backward()
        optimizer.step()
        scheduler.step()
        assert before - w.item() == expected


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: lr_scheduler.StepLR(nn.Linear(1, 1), 1), TypeError, "Linear"),
        (lambda: lr_scheduler.StepLR(sgd(), 1, last_epoch=3), KeyError, "initial_lr"),
        (lambda: lr_scheduler.LambdaLR(sgd(), [len, len]), ValueError, "2 values.* 1 groups"),
        (lambda: lr_scheduler.LambdaLR(sgd(), 0.5), TypeError, "function, got float"),
        (lambda: lr_scheduler.ConstantLR(sgd(), 1.5), ValueError, "1.5"),
        (lambda: lr_scheduler.StepLR(sgd(), 0), ValueError, "step_size .* at least 1, got 0"),
        (lambda: lr_scheduler.CosineAnnealingLR(sgd(), 0), ValueError, "T_max .* got 0"),
        (lambda: lr_scheduler.ChainedScheduler(lr_scheduler.StepLR(sgd(), 1)), TypeError,
         "in a list, not as StepLR"),
        (lambda: lr_scheduler.StepLR(sgd(), 1).load_state_dict(None), TypeError, "NoneType"),
        (lambda: lr_scheduler.LinearLR(sgd(), 0.0), ValueError, "start_factor"),
        (lambda: lr_scheduler.LinearLR(sgd(), end_factor=2.0), ValueError, "end_factor"),
        (lambda: lr_scheduler.CosineAnnealingWarmRestarts(sgd(), 0), ValueError, "T_0"),
        (lambda: lr_scheduler.CosineAnnealingWarmRestarts(sgd(), 1, 1.5), ValueError, "T_mult"),
        (lambda: lr_scheduler.CyclicLR(sgd(), 0.1, 1, mode="up"), ValueError, "'up'"),
        (lambda: lr_scheduler.CyclicLR(optim.Adagrad([ag.ones(1)]), 0.1, 1), ValueError,
         "neither momentum nor betas"),
        (lambda: lr_scheduler.OneCycleLR(sgd(), 1.0), ValueError, "total_steps"),
        (lambda: lr_scheduler.OneCycleLR(sgd(), 1.0, 10, pct_start=2.0), ValueError, "pct_start"),
        (lambda: lr_scheduler.OneCycleLR(sgd(), 1.0, epochs=0, steps_per_epoch=2), ValueError,
         "epochs is a positive integer, got 0"),
        (lambda: lr_scheduler.ReduceLROnPlateau(sgd(), "low"), ValueError, "'low'"),
        (lambda: lr_scheduler.ReduceLROnPlateau(sgd(), factor=1.0), ValueError, "factor"),
        (lambda: lr_scheduler.ChainedScheduler([]), ValueError, "none"),
        (lambda: lr_scheduler.ChainedScheduler([lr_scheduler.ReduceLROnPlateau(sgd())]),
         ValueError, "metric"),
        (lambda: lr_scheduler.SequentialLR(sgd(), [lr_scheduler.StepLR(sgd(), 1)], []),
         ValueError, "another optimizer"),
        (lambda: swa_utils.SWALR(sgd(), 0.1, anneal_strategy="step"), ValueError, "'step'"),
        (lambda: swa_utils.get_ema_avg_fn(1.5), ValueError, "1.5"),
        (lambda: swa_utils.AveragedModel(nn.ReLU(), None, max, max), ValueError, "not both"),
    ],
)  # fmt: skip
def test_what_schedules_refuse(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize("save", [ag.save, ag.save_torch])
@pytest.mark.parametrize("around", [lambda s: s, lambda s: lr_scheduler.ChainedScheduler([s])])
def test_milestones_go_through_a_file(save, around):
    first, second = (around(lr_scheduler.MultiStepLR(sgd(), [1, 3, 3], 0.5)) for _ in range(2))
    rates(first, 2)
    file = io.BytesIO()
    save({"schedule": first.state_dict(), "optimizer": first.optimizer.state_dict()}, file)
    file.seek(0)
    loaded = ag.load(file)
    second.optimizer.load_state_dict(loaded["optimizer"])
    second.load_state_dict(loaded["schedule"])
    assert rates(second, 1) == [0.5, 0.125]


def test_a_cycle_ends():
    scheduler = lr_scheduler.OneCycleLR(sgd(momentum=0.9), 1.0, total_steps=3)
    rates(scheduler, 3)
    scheduler.optimizer.step()
    with pytest.raises(ValueError, match="step 4 is one more than total_steps=3"):
        scheduler.step()


def test_sequential_schedules_need_milestones_between_them():
    optimizer = sgd()
    parts = [lr_scheduler.StepLR(optimizer, 1), lr_scheduler.StepLR(optimizer, 1)]
    with pytest.raises(ValueError, match="at 1 milestones, got 2"):
        lr_scheduler.SequentialLR(optimizer, parts, [1, 2])


def test_a_schedule_of_ones_own():
    class Zigzag(lr_scheduler.LRScheduler):
        def get_lr(self):
            return [base * (1 + self.last_epoch % 2) for base in self.base_lrs]

    assert rates(Zigzag(sgd(0.25)), 3) == [0.25, 0.5, 0.25, 0.5]


def test_states_keep_what_callable_objects_hold():
    class Falling:
        def __init__(self, base):
            self.base = base

        def __call__(self, t):
            return self.base**t

    first = lr_scheduler.LambdaLR(sgd(), Falling(0.5))
    second = lr_scheduler.LambdaLR(sgd(), Falling(0.9))
    rates(first, 2)
    second.load_state_dict(first.state_dict())
    assert second.lr_lambdas[0].base == 0.5 and second.last_epoch == 2


def test_an_averaged_model_is_an_own_copy():
    net = nn.Linear(2, 1)
    averaged = swa_utils.AveragedModel(net)
    averaged.update_parameters(net)
    before = averaged.module.weight.tolist()
    nn.init.zeros_(net.weight)
    assert averaged.module.weight.tolist() == before
    assert list(averaged.state_dict()) == ["n_averaged", "module.weight", "module.bias"]
