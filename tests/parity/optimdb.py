"""Every optimizer here and in PyTorch, side by side: settings, and runs on the same small net.

`results()` says of each optimizer and setting whether 50 steps are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any
from unittest import mock

import numpy as np
import torch
from torch.testing._internal.common_optimizers import optim_db

import autograd_fr as ag
from autograd_fr import nn

Options = dict[str, Any]

# Besides PyTorch's own settings.
FURTHER: list[tuple[str, Options]] = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.01}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.3, "maximize": True}),
    ("SGD", {"lr": 0.01, "weight_decay": 0.01, "nesterov": True, "momentum": 0.5,
             "maximize": True}),
    ("ASGD", {"lr": 0.1, "t0": 10, "lambd": 0.1, "alpha": 0.5}),
    ("ASGD", {"lr": 0.1, "t0": 0, "weight_decay": 0.1}),
    ("Adagrad", {"lr": 0.1, "eps": 1e-3, "lr_decay": 0.1, "maximize": True}),
    ("Adadelta", {"lr": 0.5, "rho": 0.5, "eps": 1e-3}),
    ("RMSprop", {"alpha": 0.9, "momentum": 0.5, "eps": 1e-4, "lr": 0.001}),
    ("Adam", {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-4}),
    ("Adam", {"lr": 0.01, "amsgrad": True, "maximize": True}),
    ("Adam", {"lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {"lr": 0.01, "weight_decay": 0.1, "amsgrad": True}),
    ("AdamW", {"lr": 0.01, "maximize": True}),
    ("Adamax", {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-2}),
    ("NAdam", {"lr": 0.05, "betas": (0.5, 0.9), "maximize": True,
               "decoupled_weight_decay": True, "weight_decay": 0.01}),
    ("RAdam", {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3}),
    ("Rprop", {"lr": 0.1, "step_sizes": (1e-3, 0.2), "maximize": True}),
    ("Adafactor", {"lr": 0.1, "eps": (1e-3, 0.1), "beta2_decay": -0.5}),
    ("Muon", {"lr": 0.05, "nesterov": False}),
    ("Muon", {"lr": 0.05, "adjust_lr_fn": "match_rms_adamw"}),
    ("LBFGS", {"max_iter": 4, "history_size": 3}),
    ("LBFGS", {"lr": 0.5, "max_iter": 5, "history_size": 2, "line_search_fn": "strong_wolfe"}),
    ("LBFGS", {"max_iter": 8, "max_eval": 3, "line_search_fn": "strong_wolfe"}),
]  # fmt: skip


def settings() -> list[tuple[str, Options]]:
    """Optimizers and options, PyTorch's own first."""
    own = [
        (info.optim_cls.__name__, given.kwargs)
        for info in optim_db
        for given in info.optim_inputs_func(device="cpu")
        if info.optim_cls.__name__ != "SparseAdam"
    ]
    return [*own, *FURTHER]


def described(setting: tuple[str, Options]) -> str:
    """A setting as one would write it."""
    name, options = setting
    return f"{name}({', '.join(f'{k}={v!r}' for k, v in options.items())})"


def here(options: Options) -> Options:
    """The options with tensors of this package in the place of PyTorch's."""

    def own(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(own, value))
        return ag.tensor(value.numpy()) if isinstance(value, torch.Tensor) else value

    return {name: own(value) for name, value in options.items()}


class Side:
    """A net and its optimizer, in one of both packages."""

    def __init__(self, package: Any, name: str, options: Options, dtype: str = "float64") -> None:
        T = package.nn
        self.package, self.dtype = package, dtype
        self.net = T.Sequential(
            T.Linear(4, 5), T.Tanh(), T.Linear(5, 6), T.Sigmoid(), T.Linear(6, 4)
        )
        self.set_parameters(start(dtype))
        self.loss = T.CrossEntropyLoss()
        rng = np.random.default_rng(0)
        self.x = package.tensor(rng.normal(size=(8, 4)).astype(dtype))
        self.y = package.tensor(rng.integers(0, 4, 8))
        params = [p for p in self.net.parameters() if name != "Muon" or p.ndim == 2]
        self.optimizer = getattr(package.optim, name)(params, **options)

    def set_parameters(self, arrays: list[np.ndarray]) -> None:
        for p, array in zip(self.net.parameters(), arrays):
            p.data = self.package.tensor(array)

    def parameters(self) -> list[np.ndarray]:
        return [p.detach().numpy().copy() for p in self.net.parameters()]

    def closure(self) -> Any:
        self.optimizer.zero_grad()
        loss = self.loss(self.net(self.x), self.y)
        # Such that there is a minimum: far out, rounding decides where a quasi-Newton method goes.
        loss = loss + 0.02 * sum((p * p).sum() for p in self.net.parameters())
        loss.backward()
        return loss

    def steps(self, number: int) -> list[np.ndarray]:
        """The parameters after some more steps."""
        exact = isinstance(self.optimizer, torch.optim.Muon)
        with _without_bfloat16() if exact else nullcontext():
            for _ in range(number):
                self.optimizer.step(self.closure)
        return self.parameters()


def _without_bfloat16() -> Any:
    """PyTorch's Muon rounds to two digits on purpose; here it computes exactly, to be compared."""
    return mock.patch.object(torch.Tensor, "bfloat16", torch.Tensor.clone)


def start(dtype: str) -> list[np.ndarray]:
    """The parameters of the net at first."""
    rng = np.random.default_rng(1)
    shapes = [(5, 4), (5,), (6, 5), (6,), (4, 6), (4,)]
    return [rng.normal(size=shape).astype(dtype) for shape in shapes]


def sides(setting: tuple[str, Options], dtype: str = "float64") -> tuple[Side, Side]:
    """The same net under the same optimizer, here and in PyTorch."""
    name, options = setting
    return Side(ag, name, here(options), dtype), Side(torch, name, options, dtype)


def compare(setting: tuple[str, Options], rtol: float = 1e-9, dtype: str = "float64") -> None:
    """Raise AssertionError where parameters differ after some step.

    L-BFGS lets roundings grow: it may differ from PyTorch by what PyTorch does from itself, begun
    the width of a rounding away.
    """
    ours, theirs = sides(setting, dtype)
    shaken = [shaken_side(setting, dtype, seed) for seed in range(2 * (setting[0] == "LBFGS"))]
    for number in range(20 if shaken else 50):
        expected = theirs.steps(1)
        others = [other.steps(1) for other in shaken]
        for k, (a, b) in enumerate(zip(ours.steps(1), expected)):
            apart = max((abs(other[k] - b).max() for other in others), default=0.0)
            atol = max(rtol / 100, 100 * float(apart))
            np.testing.assert_allclose(a, b, rtol, atol, err_msg=f"step {number}")


def shaken_side(setting: tuple[str, Options], dtype: str, seed: int) -> Side:
    """PyTorch's side, begun a rounding away."""
    side, rng = Side(torch, *setting, dtype), np.random.default_rng(seed)
    side.set_parameters(
        [a * (1 + np.finfo(dtype).eps * rng.choice([-1, 1], a.shape)).astype(dtype)
         for a in start(dtype)]
    )  # fmt: skip
    return side


def results() -> Iterator[tuple[str, str, str]]:
    """For each optimizer and setting: its name, the setting, and "equal" or what differs."""
    for setting in settings():
        try:
            compare(setting)
        except Exception as error:
            yield setting[0], described(setting), f"{type(error).__name__}: {error}"
        else:
            yield setting[0], described(setting), "equal"


def refusals() -> Iterator[tuple[str, str, type[Exception], Any, Options]]:
    """PyTorch's own samples of what must raise: optimizer, why, error, parameters, options."""
    for info in optim_db:
        name = info.optim_cls.__name__
        if name == "SparseAdam":
            continue
        for given in info.optim_error_inputs_func(device="cpu", dtype=torch.float64):
            sample = given.optimizer_error_input
            if "complex" not in sample.desc:
                yield name, sample.desc, given.error_type, sample.params, sample.kwargs


def own_params(given: Any) -> Any:
    """Parameters of this package in the place of PyTorch's, in nests of lists, dicts, tuples."""
    made: dict[int, Any] = {}

    def own(thing: Any) -> Any:
        if isinstance(thing, torch.Tensor):
            p = nn.Parameter(ag.tensor(thing.detach().numpy()))
            return made.setdefault(id(thing), p)
        if isinstance(thing, dict):
            return {k: own(v) for k, v in thing.items()}
        return type(thing)(map(own, thing)) if isinstance(thing, (list, tuple)) else thing

    return own(given)
