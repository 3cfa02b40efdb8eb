"""From an answer to outcomes: per sample whether it holds, else what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.gradcheck.report import GradcheckReport
from ...autograd.gradcheck.verdict import FACTOR, NONE_FITS
from . import fault
from .calling import Function, Results, check_dtypes, check_shapes
from .fault import Fault
from .gradients import checked
from .playing import Turn, plays
from .sample import Sample

if TYPE_CHECKING:
    from .exercise import Exercise

BY_HAND = "do the worst entry by hand, on paper, and print what your function has on the way"
VAGUE = (fault.DIFFERS, NONE_FITS)  # which say less than the sentence of a mistake
TOLERANCES: dict[Any, tuple[float, float]] = {np.float64: (1e-6, 1e-8), np.float32: (1e-4, 1e-5)}


@dataclass
class Outcome:
    """How an answer did on a sample.

    `function`: the answer. `fault`: what is wrong, None where nothing is. `turns` and `right`: the
    calls of the answer, up to the one that failed, and those of the reference. `check`: what
    gradcheck said. `typical`: the sentence of the mistake that gives the same numbers, where
    `fault` does not say it.
    """

    sample: Sample
    function: Function
    fault: Fault | None = None
    turns: list[Turn] = field(default_factory=list)
    right: list[Turn] = field(default_factory=list)
    check: GradcheckReport | None = None
    typical: str = ""

    @property
    def yours(self) -> Results:
        """What the last call of the answer gave; nothing where that gave nothing to compare."""
        return self.turns[-1].results if len(self.turns) == len(self.right) else {}

    @property
    def wanted(self) -> Results:
        """What the reference gave in its place."""
        return self.right[-1].results

    def different(self, name: str) -> Any:
        """Which entries of a result differ from the right ones."""
        yours, right = self.yours[name], self.wanted[name]
        rtol, atol = TOLERANCES[self.sample.dtype]
        return ~np.isclose(yours, right, rtol, atol, equal_nan=True)

    def parted(self) -> list[str]:
        """The results that are comparable with the right ones, and not equal to them."""
        fit = (
            n for n, x in self.yours.items()
            if isinstance(x, np.ndarray) and x.shape == self.wanted[n].shape
        )  # fmt: skip
        return [name for name in fit if self.different(name).any()]


def outcomes(exercise: Exercise, function: Function) -> list[Outcome]:
    """How an answer does on every sample; the first failure is diagnosed."""
    found: list[Outcome] = []
    for sample in exercise.all_samples():
        first = all(outcome.fault is None for outcome in found)
        found.append(_outcome(exercise, function, sample, first))
    failed = next((outcome for outcome in found if outcome.fault), None)
    if failed is not None:
        sentence = _typical(exercise, found)
        if sentence and failed.fault and failed.fault.kind in VAGUE:
            failed.fault = Fault(fault.TYPICAL, sentence, "", failed.fault.result)
        else:
            failed.typical = sentence
    return found


def _outcome(exercise: Exercise, function: Function, sample: Sample, diagnose: bool) -> Outcome:
    outcome = Outcome(sample, function)
    try:
        for turn, right in _side_by_side(exercise, function, sample, outcome):
            if exercise.judge is not None:
                exercise.judge(turn.results[exercise.returns[0]], **turn.arguments)
                continue
            owners = dict(zip(exercise.returns, exercise.wrt))
            check_shapes(turn.results, right.results, owners)
            if sample.float32:
                check_dtypes(turn.results, np.float32)
            if diagnose and exercise.forward is not None and not sample.float32:
                _check_gradients(exercise, function, outcome)
            _compare(exercise, outcome)
    except Fault as found:
        outcome.fault = found
    return outcome


def _side_by_side(
    exercise: Exercise, function: Function, sample: Sample, outcome: Outcome
) -> Iterator[tuple[Turn, Turn]]:
    """The calls of the answer and of the reference, which `outcome` keeps.

    Raises RuntimeError where the reference fails: that is the exercise's fault.
    """
    try:
        wanted = list(plays(exercise, exercise.reference, sample))
    except Fault as broken:
        raise RuntimeError(
            f"the reference of {exercise.name} fails on {sample}: {broken}"
        ) from broken
    yours = plays(exercise, function, sample)
    for right in wanted:
        outcome.right.append(right)
        outcome.turns.append(next(yours))
        yield outcome.turns[-1], right


def _check_gradients(exercise: Exercise, function: Function, outcome: Outcome) -> None:
    """Raise Fault with the verdict of gradcheck, where that finds something."""
    outcome.check = checked(exercise, function, outcome.sample)
    if not outcome.check:
        _check_reference(exercise, outcome.sample)
        verdict = outcome.check.verdicts[0]
        fix = BY_HAND if verdict.kind == NONE_FITS else verdict.fix
        raise Fault(verdict.kind, verdict.because, fix, _worst(exercise, outcome))


def _check_reference(exercise: Exercise, sample: Sample) -> None:
    """Raise RuntimeError where the reference is wrong itself: that is the exercise's fault."""
    check = checked(exercise, exercise.reference, sample)
    if not check:
        raise RuntimeError(
            f"the reference of {exercise.name} is not the derivative of its forward on {sample}: "
            f"{check.verdicts[0].because}"
        )


def _worst(exercise: Exercise, outcome: Outcome) -> str:
    pair = outcome.check.worst if outcome.check else None
    return exercise.returns[pair.input] if pair else ""


def _compare(exercise: Exercise, outcome: Outcome) -> None:
    """Raise Fault where numbers are others than those of the reference."""
    for name in outcome.parted():
        yours, right = outcome.yours[name], outcome.wanted[name]
        if not np.isfinite(yours[outcome.different(name)]).all():
            raise Fault(
                fault.NOT_FINITE,
                f"{name} has entries that are nan or inf",
                "look for exp() of a large number, a division by 0, the logarithm of 0; shift, or "
                "write it so that no number on the way grows beyond all bounds",
                name,
            )
        if outcome.check is not None:
            _check_reference(exercise, outcome.sample)
            raise Fault(
                fault.CONVENTION,
                f"there is no derivative here, as slopes differ to both sides; by convention "
                f"{name} is another",
                "read the task again: it says what holds at a kink, or at a tie",
                name,
            )
        raise (None if exercise.slope else _factor(name, yours, right)) or Fault(
            fault.DIFFERS, f"{name} differs in {_where(outcome, name)}",
            BY_HAND,
            name,
        )  # fmt: skip


def _factor(name: str, yours: Any, right: Any) -> Fault | None:
    """That all entries are the right ones but for one factor, where there are several."""
    a, b = np.ravel(yours).astype(float), np.ravel(right).astype(float)
    if np.count_nonzero(b) < 2:
        return None
    c = float(a @ b / (b @ b))
    if c == 0 or not np.allclose(a, c * b, 1e-4):
        return None
    turned = ": the sign is turned" if abs(c + 1) < 1e-4 else ""
    return Fault(
        FACTOR, f"yours = {c:.4g} × right, in all of {name}{turned}",
        "look for a factor that is missing, one too many, or a sign", name,
    )  # fmt: skip


def _where(outcome: Outcome, name: str) -> str:
    wrong = outcome.different(name)
    if wrong.all():
        return "all entries" if wrong.size > 1 else "its value"
    return f"{int(wrong.sum())} of {wrong.size} entries"


def _typical(exercise: Exercise, found: list[Outcome]) -> str:
    """The sentence of the first mistake that gives the numbers of the answer on every sample."""
    for sentence, mistake in exercise.mistakes.items():
        if all(_alike(exercise, mistake, outcome) for outcome in found):
            return sentence
    return ""


def _alike(exercise: Exercise, mistake: Function, outcome: Outcome) -> bool:
    """Whether a mistake gives what the answer has given."""
    try:
        theirs = list(plays(exercise, mistake, outcome.sample))
    except Fault:
        return False
    rtol, atol = TOLERANCES[outcome.sample.dtype]
    return bool(outcome.turns) and all(
        a.results[n] == x
        if exercise.judge
        else np.shape(a.results[n]) == np.shape(x)
        and np.allclose(a.results[n], x, rtol, atol, equal_nan=True)
        for a, b in zip(theirs, outcome.turns)
        for n, x in b.results.items()
    )
