"""The same call in PyTorch and here, on PyTorch's own samples.

Values, first and second derivatives are compared. Every sample falls in one class: equal, in every
form of the operator; refused, with a clear error; or wrong. `python -m tests.parity` shows which.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch

import autograd_fr as ag

from .opdb import (
    DERIVED_APART,
    ONCE,
    SUMS,
    Form,
    Unfit,
    converted,
    family,
    faulty,
    forms,
    is_random,
    samples,
    tensors,
    title,
)
from .same import NOT_UNIQUE, WIDER, Differs, Refused, Taken, Yardstick, clear_errors, flat, shown

# PyTorch's refusal of a Python number as an operand. Here numbers stand for tensors everywhere.
WANTS_TENSORS = re.compile(
    r"must be Tensor, not (int|float)|got \(int, (int|Tensor)\)|'int' object"
)


@dataclass
class Tally:
    """What became of the samples of one operator in one dtype."""

    missing: list[str]  # forms of the operator
    equal: int = 0
    second: int = 0  # those whose second derivatives were compared, too
    taken: int = 0  # of calls that must raise: numbers where PyTorch wants tensors
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def examine(info: Any, dtype: str, only: int | None = None) -> Tally:
    """Put every sample of an operator in its class: equal, refused or wrong."""
    found, missing = forms(info)
    tally = Tally(missing)
    if not any(form.main for form in found):
        return tally
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, sample in samples(info, dtype):
            if only is None or number == only:
                counted(tally, number, partial(_sample, info, found, sample, dtype))
            if number == only:
                break  # further samples take their time to make
    return tally


def examine_errors(info: Any) -> Tally:
    """See that what PyTorch says must raise, and does raise there, raises clearly here."""
    found, missing = forms(info)
    tally = Tally(missing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if any(form.main for form in found):
            for number, sample in faulty(info):
                counted(tally, number, partial(_must_raise, found[0], sample))
    return tally


def counted(tally: Tally, number: int, compare: Callable[[], bool | None]) -> None:
    """Enter into `tally` what comes of one comparison."""
    try:
        second = compare()
    except Unfit:
        return
    except Refused as refusal:
        tally.refused[str(refusal)] += 1
    except Taken:
        tally.taken += 1
    except Differs as difference:
        tally.wrong.append((number, str(difference)))
    else:
        if second is not None:
            tally.equal += 1
            tally.second += second


def _sample(info: Any, found: list[Form], sample: Any, dtype: str) -> bool | None:
    """Compare one sample in every form; whether second derivatives were; None where PyTorch raises.

    Wrong in one form outweighs refused in another.
    """
    second: bool | None = None
    refusal = None
    for form in found:
        if form.takes_tensor and not isinstance(sample.input, torch.Tensor):
            continue
        try:
            derived = Comparison(info, form, sample, dtype).run()
        except Refused as error:
            refusal = refusal or error
            continue
        except Differs as error:
            raise Differs(f"{form.written}: {error}") from error
        if form.main:
            second = derived
            if derived is None:
                return None
    if refusal:
        raise refusal
    return second


def _must_raise(form: Form, sample: Any) -> bool | None:
    given = (sample.input, *sample.args), sample.kwargs
    try:
        args, kwargs = converted(given, {})
    except (ag.errors.AutogradError, Unfit):
        return None  # a complex tensor, say
    try:
        form.theirs(*given[0], **given[1])
    except Exception as error:
        expected = str(error).splitlines()[0]
    else:
        return None
    try:
        with clear_errors(expected=True):
            result = form.ours(*args, **kwargs)
    except Refused:
        return False
    if WANTS_TENSORS.search(expected):
        raise Taken
    raise Differs(f"gives {shown(result)}, PyTorch raises: {expected}")


class Comparison:
    """One form of an operator on one sample, done by both."""

    def __init__(self, info: Any, form: Form, sample: Any, dtype: str) -> None:
        self.name, self.form, self.sample = info.name, form, sample
        self.derive = (form.main or form.in_place) and dtype in ("float64", "float32")
        self.derive = self.derive and title(info) not in DERIVED_APART
        self.second = (
            self.derive and form.main and info.supports_gradgrad and title(info) not in ONCE
        )
        given = (sample.input, *sample.args), sample.kwargs
        self.leaves = list({id(t): t for t in tensors(given) if t.requires_grad}.values())
        self.given = given
        wider = WIDER.get((title(info), dtype), 1.0)
        self.yardstick = Yardstick(info.name, dtype, family(info) in SUMS, sample, wider)

    def run(self) -> bool | None:
        """Whether second derivatives were compared; None where PyTorch itself refuses."""
        made: dict[int, Any] = {}
        with clear_errors("conversion "):
            args, kwargs = converted(self.given, made)
        try:
            theirs = self._called(self.form.theirs, *self.given)
        except Exception as error:
            if self.form.in_place and not self.form.main:
                return self._must_refuse(args, kwargs, error)
            return None
        with clear_errors():
            ours = self._called(self.form.ours, args, kwargs)
        self._results(ours, theirs)
        if not self.derive or is_random(self.name, self.sample):
            return False
        with clear_errors("processing the output "):
            ours = flat(self.sample.output_process_fn_grad(ours))
        theirs = flat(self.sample.output_process_fn_grad(theirs))
        if self.name in NOT_UNIQUE:
            self.yardstick.all_same("processed output", ours, theirs)
        return self._derivatives(ours, theirs, [made[id(t)] for t in self.leaves])

    def _called(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        if not self.form.in_place:
            return function(*args, **kwargs)
        changed = args[0].clone()
        result = function(changed, *args[1:], **kwargs)
        return result, changed

    def _must_refuse(self, args: Any, kwargs: Any, expected: Exception) -> bool:
        try:
            with clear_errors(expected=True):
                result = self._called(self.form.ours, args, kwargs)
        except Refused:
            return False
        message = str(expected).splitlines()[0]
        raise Differs(f"gives {shown(result)}, PyTorch raises: {message}")

    def _results(self, ours: Any, theirs: Any) -> None:
        names = getattr(type(theirs), "__match_args__", None)
        if isinstance(theirs, tuple) and names and names != getattr(type(ours), "_fields", None):
            raise Differs(f"{type(ours).__name__} has not the fields {names}")
        self.yardstick.all_same("output", flat(ours), flat(theirs))

    # Derivatives

    def _derivatives(self, ours: list[Any], theirs: list[Any], xs: list[Any]) -> bool:
        """Compare first, and where PyTorch has them second, derivatives."""
        pairs = [(y, u) for y, u in zip(ours, theirs) if _derivable(u)]
        ts = self.leaves
        if not pairs or not ts:
            return False
        ours, theirs = ([pair[k] for pair in pairs] for k in (0, 1))
        rng = np.random.default_rng(0)
        vs = [_weight(rng, u) for u in theirs]
        again = self.second
        gs, ws = [_leaf(ag, v, again) for v in vs], [_leaf(torch, v, again) for v in vs]
        try:
            dt = torch.autograd.grad(theirs, ts, ws, create_graph=again, allow_unused=True)
        except RuntimeError:
            return False  # no derivative there, so none to compare
        with clear_errors("first derivative "):
            dx = ag.autograd.grad(ours, xs, gs, create_graph=again, allow_unused=True)
        self._all_same_gradients("first derivative", dx, dt, ts)
        if not again:
            return False
        totals = self._totals(rng, dx, dt)
        if totals is None:
            return False
        try:
            ddt = torch.autograd.grad(totals[1], [*ts, *ws], allow_unused=True)
        except RuntimeError:
            return False
        with clear_errors("second derivative "):
            ddx = [None] * len(ddt)
            if totals[0] is not None and totals[0].requires_grad:
                ddx = ag.autograd.grad(totals[0], [*xs, *gs], allow_unused=True)
        self._all_same_gradients("second derivative", ddx, ddt, [*ts, *ws])
        return True

    def _totals(self, rng: Any, dx: Any, dt: Any) -> tuple[Any, Any] | None:
        """Sums of the first derivatives with random weights; None where there is none to derive."""
        ours = theirs = None
        for d, e in zip(dx, dt):
            if e is None or not e.requires_grad:
                continue
            weight = _weight(rng, e)
            part = (e * torch.from_numpy(weight)).sum()
            theirs = part if theirs is None else theirs + part
            if d is not None:
                part = (d * ag.from_numpy(weight)).sum()
                ours = part if ours is None else ours + part
        return None if theirs is None else (ours, theirs)

    def _all_same_gradients(self, label: str, ours: Any, theirs: Any, of: list[Any]) -> None:
        """Equal gradients; none at all is as good as zeros."""
        second = label.startswith("second")
        for number, (d, e, t) in enumerate(zip(ours, theirs, of, strict=True)):
            name = f"{label} by tensor {number}" if number < len(self.leaves) else f"{label} by g"
            zeros = torch.zeros_like(t)
            if d is None:
                d = ag.from_numpy(zeros.detach().numpy())
            self.yardstick.same(name, d, zeros if e is None else e, second=second)


def _derivable(u: Any) -> bool:
    return isinstance(u, torch.Tensor) and u.requires_grad and u.dtype.is_floating_point


def _weight(rng: Any, like: Any) -> Any:
    kind = str(like.dtype).removeprefix("torch.")
    return np.asarray(rng.uniform(0.5, 1.5, tuple(like.shape)), kind)


def _leaf(module: Any, array: Any, requires_grad: bool) -> Any:
    return module.tensor(array.copy(), requires_grad=requires_grad)
