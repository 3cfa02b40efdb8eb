"""The same module in PyTorch and here: made, filled, called, derived, and trained a little.

Compared are the text, the state's keys, shapes and dtypes, then, from the same state, outputs,
first and second derivatives by inputs and parameters, and the buffers after three calls.
"""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import numpy as np
import torch

import autograd_fr as ag

from .compare import Tally, counted
from .moduledb import Case, cases, converted, counterpart, faulty
from .opdb import Unfit, tensors
from .same import Differs, Refused, Yardstick, clear_errors, flat, shown

WIDER = {
    ("CosineSimilarity", "float32"): 30.0,  # of short vectors: terms of 1000 that cancel
    ("CTCLoss", "float32"): 50.0,  # exponentials of sums of many logarithms
    ("GRU", "float32"): 30.0,  # small gradients are what remains of large ones
    ("Hardsigmoid", "float64"): 1e3,  # its derivative, 1/6, has single precision in PyTorch
    ("MultiheadAttention", "float32"): 5.0,  # second derivatives of exponentials
    ("RNN", "float32"): 30.0,
    ("Transformer", "float32"): 20.0,  # hundreds of operations one upon another
    ("TransformerDecoderLayer", "float32"): 20.0,
    ("TransformerEncoder", "float32"): 20.0,
    ("TransformerEncoderLayer", "float32"): 20.0,
}


def examine(name: str, dtype: str, only: int | None = None) -> Tally:
    """Put every case of a module in its class: equal, refused or wrong."""
    tally = Tally([] if hasattr(ag.nn, name) else [name])
    if not tally.missing:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, case in cases(name, dtype):
                if only is None or number == only:
                    counted(tally, number, Comparison(name, case, dtype).run)
    return tally


def examine_errors(name: str) -> Tally:
    """See that what must raise raises clearly here."""
    tally = Tally([] if hasattr(ag.nn, name) else [name])
    if not tally.missing:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for number, case in faulty(name):
                counted(tally, number, partial(_must_raise, case))
    return tally


def _must_raise(case: Case) -> bool | None:
    made: dict[int, Any] = {}
    try:
        given, call = converted(case.made_with, made), converted(case.called_with, made)
    except (ag.errors.AutogradError, Unfit):
        return None
    kind = counterpart(case.kind)
    try:
        with clear_errors(expected=True):
            module = kind(*given[0], **given[1])
            if case.fails == "made":
                raise Differs(f"makes {module!r}")
            result = module(*call[0], **call[1])
    except Refused:
        return False
    raise Differs(f"gives {shown(result)}")


class Comparison:
    """One case of a module, done by both."""

    def __init__(self, name: str, case: Case, dtype: str) -> None:
        self.case, self.dtype = case, dtype
        wider = WIDER.get((name, dtype), 1.0)
        self.yardstick = Yardstick(f"nn.{name}", dtype, sums=True, wider=wider)
        self.made: dict[int, Any] = {}

    def run(self) -> bool | None:
        """Whether second derivatives were compared; None where PyTorch itself refuses."""
        args, kwargs = self.case.made_with
        try:
            theirs = self.case.kind(*args, **kwargs).to(getattr(torch, self.dtype))
            _certain(theirs)
            theirs.train(self.case.training)
            self._call(theirs, self.case.called_with)
            again = self._call(theirs, self.case.called_with)
        except (RuntimeError, ValueError, NotImplementedError):
            return None
        del again
        with clear_errors("conversion "):
            call = converted(self.case.called_with, self.made)
        ours = self._ours(call)
        self._same_text(ours, theirs)
        self._same_state(ours, theirs, values=False)
        state = {key: ag.tensor(t.numpy()) for key, t in theirs.state_dict().items()}
        with clear_errors("loading "):
            ours.load_state_dict(state)
        second = self._same_results(ours, theirs, call)
        for _ in range(2):
            self._call(ours, call), self._call(theirs, self.case.called_with)
        self._same_state(ours, theirs, values=True)
        return second

    def _call(self, module: Any, given: Any) -> Any:
        return module(*given[0], **given[1])

    def _ours(self, call: Any) -> Any:
        with clear_errors("making "):
            args, kwargs = converted(self.case.made_with, self.made)
            ours = counterpart(self.case.kind)(*args, **kwargs).to(getattr(ag, self.dtype))
        _certain(ours)
        ours.train(self.case.training)
        with clear_errors():
            self._call(ours, call)  # lazy modules take their shapes
        return ours

    def _same_text(self, ours: Any, theirs: Any) -> None:
        if repr(ours) != repr(theirs):
            raise Differs(f"repr {ours!r}, not {theirs!r}")

    def _same_state(self, ours: Any, theirs: Any, values: bool) -> None:
        mine, wanted = ours.state_dict(), theirs.state_dict()
        if list(mine) != list(wanted):
            raise Differs(f"state {list(mine)}, not {list(wanted)}")
        for key, t in wanted.items():
            self.yardstick.same(f"state {key}", mine[key], t, values=values)

    def _same_results(self, ours: Any, theirs: Any, call: Any) -> bool:
        with clear_errors():
            result = flat(self._call(ours, call))
        expected = flat(self._call(theirs, self.case.called_with))
        self.yardstick.all_same("output", result, expected)
        ts = [t for t in tensors(self.case.called_with) if t.requires_grad]
        xs = [self.made[id(t)] for t in ts]
        labels = [f"input {i}" for i in range(len(ts))]
        mine = dict(ours.named_parameters())
        for key, p in theirs.named_parameters():
            ts.append(p), xs.append(mine[key]), labels.append(key)
        return self._same_derivatives(result, expected, xs, ts, labels)

    def _same_derivatives(self, ys: Any, us: Any, xs: Any, ts: Any, labels: list[str]) -> bool:
        """Compare first, and where PyTorch has them second, derivatives."""
        total, sum_ = _weighted(ag, ys, us), _weighted(torch, us, us)
        if sum_ is None or not ts:
            return False
        dt = torch.autograd.grad(sum_, ts, create_graph=True, allow_unused=True)
        with clear_errors("first derivative "):
            dx = ag.autograd.grad(total, xs, create_graph=True, allow_unused=True)
        self._all_same("first derivative", dx, dt, ts, labels)
        total, sum_ = _weighted(ag, dx, dt), _weighted(torch, dt, dt)
        if sum_ is None:
            return False
        try:
            ddt = torch.autograd.grad(sum_, ts, allow_unused=True)
        except (RuntimeError, NotImplementedError):
            return False
        with clear_errors("second derivative "):
            ddx = [None] * len(xs)
            if total is not None and total.requires_grad:
                ddx = ag.autograd.grad(total, xs, allow_unused=True)
        self._all_same("second derivative", ddx, ddt, ts, labels)
        return True

    def _all_same(self, what: str, ours: Any, theirs: Any, ts: Any, labels: list[str]) -> None:
        """Equal gradients; none at all is as good as zeros."""
        for label, d, e, t in zip(labels, ours, theirs, ts, strict=True):
            zeros = torch.zeros_like(t)
            d = ag.from_numpy(zeros.detach().numpy()) if d is None else d
            e = zeros if e is None else e
            self.yardstick.same(f"{what} by {label}", d, e, second=what.startswith("second"))


def _certain(module: Any) -> None:
    """Take the chance out of a module: nothing is dropped."""
    for part in module.modules():
        if "Dropout" in type(part).__name__:
            part.p = 0.0
        elif isinstance(getattr(part, "dropout", None), float):
            part.dropout = 0.0


def _weighted(package: Any, parts: Any, like: Any) -> Any:
    """The sum of tensors with random weights, the same for both; None where nothing derives."""
    rng, total = np.random.default_rng(0), None
    for part, t in zip(parts, like):
        if not isinstance(t, torch.Tensor) or not t.requires_grad:
            continue
        kind = str(t.dtype).removeprefix("torch.")
        weight = np.asarray(rng.uniform(0.5, 1.5, tuple(t.shape)), kind)
        if part is None or (package is ag and not part.requires_grad):
            continue
        term = (part * package.tensor(weight)).sum()
        total = term if total is None else total + term
    return total
