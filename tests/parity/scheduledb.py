"""Every schedule here and in PyTorch, side by side: settings, and runs of some optimizer.

`results()` says of each schedule and setting whether all learning rates and momenta are equal.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch

import autograd_fr as ag

Setting = tuple[str, dict[str, Any]]

SETTINGS: list[Setting] = [
    ("LambdaLR", {"lr_lambda": lambda t: 0.95**t}),
    ("LambdaLR", {"lr_lambda": [lambda t: 1 / (1 + t), lambda t: t]}),
    ("MultiplicativeLR", {"lr_lambda": lambda t: 0.95}),
    ("MultiplicativeLR", {"lr_lambda": [lambda t: 1 / (1 + t), lambda t: 1.01]}),
    ("StepLR", {"step_size": 3}),
    ("StepLR", {"step_size": 10, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [3, 7, 7, 30]}),
    ("MultiStepLR", {"milestones": [1], "gamma": 0.3}),
    ("ConstantLR", {}),
    ("ConstantLR", {"factor": 0.25, "total_iters": 12}),
    ("LinearLR", {}),
    ("LinearLR", {"start_factor": 0.1, "end_factor": 0.7, "total_iters": 20}),
    ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 30}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("PolynomialLR", {"total_iters": 20, "power": 4}),
    ("PolynomialLR", {"total_iters": 60, "power": 0.5}),
    ("CosineAnnealingLR", {"T_max": 7}),
    ("CosineAnnealingLR", {"T_max": 40, "eta_min": 0.01}),
    ("CosineAnnealingWarmRestarts", {"T_0": 5}),
    ("CosineAnnealingWarmRestarts", {"T_0": 3, "T_mult": 2, "eta_min": 0.01}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 7}),
    ("CyclicLR", {"base_lr": [0.01, 0.1], "max_lr": [0.1, 1.0], "step_size_up": 7,
                  "step_size_down": 4, "mode": "triangular2"}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 20, "mode": "exp_range",
                  "gamma": 0.99, "base_momentum": 0.5, "max_momentum": [0.6, 0.7]}),
    ("CyclicLR", {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 9, "cycle_momentum": False,
                  "scale_fn": lambda x: 0.9**x, "scale_mode": "iterations"}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 200}),
    ("OneCycleLR", {"max_lr": [1.0, 0.5], "epochs": 10, "steps_per_epoch": 20,
                    "anneal_strategy": "linear", "pct_start": 0.25, "three_phase": True}),
    ("OneCycleLR", {"max_lr": 1.0, "total_steps": 200, "cycle_momentum": False,
                    "div_factor": 2.0, "final_div_factor": 10.0}),
    ("SWALR", {"swa_lr": 0.05}),
    ("SWALR", {"swa_lr": [0.05, 0.5], "anneal_epochs": 20, "anneal_strategy": "linear"}),
    ("SWALR", {"swa_lr": 0.05, "anneal_epochs": 0}),
]  # fmt: skip


def described(setting: Setting) -> str:
    """A setting in a few words."""
    return f"{setting[0]}({', '.join(setting[1])})"


def optimizer_of(package: Any, kind: str = "SGD", lr: float = 0.1) -> Any:
    """An optimizer of two groups."""
    params = [package.ones(2, requires_grad=True) for _ in range(2)]
    more = {"momentum": 0.9} if kind == "SGD" else {}
    groups = [{"params": params[:1]}, {"params": params[1:], "lr": 0.5}]
    return getattr(package.optim, kind)(groups, lr=lr, **more)


def schedule_of(package: Any, optimizer: Any, setting: Setting, **more: Any) -> Any:
    """The schedule of a setting."""
    name, options = setting
    home = package.optim.swa_utils if name == "SWALR" else package.optim.lr_scheduler
    return getattr(home, name)(optimizer, **options, **more)


def rates_of(optimizer: Any) -> list[Any]:
    """Per group, its learning rate and its momentum."""
    return [
        [float(g["lr"]), g.get("momentum", g.get("betas", (0,))[0])] for g in optimizer.param_groups
    ]


def run(package: Any, optimizer: Any, scheduler: Any, steps: int) -> list[Any]:
    """Rates and momenta after every step."""
    seen = [rates_of(optimizer)]
    for _ in range(steps):
        optimizer.step()
        scheduler.step()
        seen.append(rates_of(optimizer))
        assert [float(lr) for lr in scheduler.get_last_lr()] == [lr for lr, _ in seen[-1]]
    return seen


def steps_of(setting: Setting) -> int:
    """So many that each cycle comes more than once."""
    return 199 if setting[0] in ("CyclicLR", "OneCycleLR") else 50


def composed(package: Any, optimizer: Any, way: str) -> Any:
    """A schedule of schedules."""
    s = package.optim.lr_scheduler
    if way == "sequential":
        parts = [s.ConstantLR(optimizer, 0.1, 4), s.ExponentialLR(optimizer, 0.9),
                 s.StepLR(optimizer, 3)]  # fmt: skip
        return s.SequentialLR(optimizer, parts, milestones=[5, 12])
    if way == "warm-up":
        parts = [s.LinearLR(optimizer, 0.01, total_iters=5), s.CosineAnnealingLR(optimizer, 20)]
        return s.SequentialLR(optimizer, parts, milestones=[5])
    if way == "chained":
        return s.ChainedScheduler(
            [s.ConstantLR(optimizer, 0.1, 4), s.ExponentialLR(optimizer, 0.9)], optimizer
        )
    inner = composed(package, optimizer, "chained")
    return s.SequentialLR(optimizer, [inner, s.PolynomialLR(optimizer, 30, 2)], milestones=[6])


COMPOSED = ("sequential", "warm-up", "chained", "nested")


def plateaus(package: Any, mode: str) -> list[Any]:
    """The rates under a schedule that looks at a metric."""
    optimizer = optimizer_of(package)
    schedule = package.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode, patience=2, cooldown=1)
    rates = []
    for metric in np.random.default_rng(0).normal(size=60).cumsum():
        schedule.step(metric)
        rates.append(rates_of(optimizer))
    return rates


def results() -> Iterator[tuple[str, str, str]]:
    """Schedule, setting, and "equal" or what is not."""
    runs: list[tuple[str, str, Callable[[Any], Any]]] = [
        (setting[0], f"{described(setting)} over {kind}", partial(_rates, setting, kind))
        for setting in SETTINGS
        for kind in ("SGD", "Adam")
    ]
    for way in COMPOSED:
        name = "ChainedScheduler" if way == "chained" else "SequentialLR"
        runs.append((name, way, partial(_composed, way)))
    runs += [("ReduceLROnPlateau", mode, partial(plateaus, mode=mode)) for mode in ("min", "max")]
    for name, setting, rates in runs:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield name, setting, "equal" if rates(ag) == rates(torch) else "other rates"


def _rates(setting: Setting, kind: str, package: Any) -> list[Any]:
    optimizer = optimizer_of(package, kind)
    return run(package, optimizer, schedule_of(package, optimizer, setting), steps_of(setting))


def _composed(way: str, package: Any) -> list[Any]:
    optimizer = optimizer_of(package)
    return run(package, optimizer, composed(package, optimizer, way), 50)
