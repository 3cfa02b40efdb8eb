"""An exercise: what is asked, what it is checked against, and on what."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .calling import Function, check_signature
from .fault import Fault
from .judging import outcomes
from .report import Report
from .sample import Sample
from .task import html, source, text

LEVELS = (1, 2, 3)


class Exercise:
    """A function that a student writes, and all that is needed to judge it.

    `name`: what it is about and, after the last dot, the name of the function to write.
    `reference`: the right answer; its signature is the one that is asked for, its source the
    solution. `asks` and `formula`: the task in a sentence, and the mathematics, line by line.
    `samples`: simplest first, for a report is about the first that fails; the first one is checked
    in float32 as well. `hints`: what to think of, the formula, nearly the code. `level`: 1 to 3.
    `mistakes`: wrong answers that are often given, each under a sentence that says what is wrong;
    an answer that gives their numbers is told so.

    What else is given makes the kind:

    - a **rule** has a `forward`, of tensors, called with the inputs of a sample in their order: the
      reference takes of these, its result `y` and the incoming gradient `grad` what it needs,
      and gives the gradient of every input in `wrt`, by default of all arrays of floats. It is
      held against differences by gradcheck.
    - a **layer** has none: the results, called `returns`, are those of the reference.
    - a **step** is repeated: of its results, called `returns`, those that are arguments too are
      what the next step is called with; `slope(w)` is the gradient that it gets, a sample's `steps`
      says how often, and `t` counts.
    - of other kinds, `kind` is the name; `judge(result, **inputs)` may raise a fault where several
      answers are right; `faulty` is code that is wrong, told with the task, to find its bugs.

    Raises ValueError for hints that are not three, no samples, samples that lack an argument, an
    unknown level.

    >>> from autograd_fr import teaching
    >>> @teaching.Exercise.define(
    ...     "cube.backward",
    ...     asks="Pull the gradient of y = x³, entry by entry, back to x.",
    ...     formula="y = x³",
    ...     forward=lambda x: x**3,
    ...     samples=[teaching.Sample("one number", x=[2.0]), teaching.Sample("a matrix", x=(2, 3))],
    ...     hints=("Which power is left?", "dx = grad · 3 x²", "return grad * 3 * x**..."),
    ... )
    ... def cube_backward(x, grad):
    ...     return grad * 3 * x**2
    >>> bool(cube_backward.check(lambda x, grad: grad * 3 * x * x))
    True
    >>> cube_backward.check(lambda x, grad: grad * x**2).verdict
    'constant factor'
    """

    def __init__(
        self, name: str, reference: Function, *, asks: str, formula: str,
        samples: Sequence[Sample], hints: Sequence[str], forward: Function | None = None,
        level: int = 1, kind: str = "", wrt: Sequence[str] = (), returns: Sequence[str] = (),
        slope: Callable[[Any], Any] | None = None, judge: Function | None = None,
        faulty: str = "", mistakes: Mapping[str, Function] | None = None,
    ) -> None:  # fmt: skip
        if isinstance(hints, str) or len(hints) != 3:
            raise ValueError(f"{name}: hints are three, each saying more; got {len(hints)}")
        if not samples:
            raise ValueError(f"{name}: give it samples, or nothing can be checked")
        if level not in LEVELS:
            raise ValueError(f"{name}: level is 1, 2 or 3, not {level!r}")
        self.name, self.reference, self.forward = name, reference, forward
        self.asks, self.formula, self.level = asks, formula, level
        self.samples, self.hints = list(samples), tuple(hints)
        self.slope, self.judge, self.faulty = slope, judge, faulty.strip()
        self.mistakes = dict(mistakes or {})
        self.kind = kind or ("rule" if forward else "step" if slope else "layer")
        self.wrt = tuple(wrt) or (self._floats() if forward else ())
        self.returns = tuple(returns) or tuple(f"d{x}" for x in self.wrt) or ("y",)
        self.hinted = 0  # how many hints have been given
        self._check_samples()

    @classmethod
    def define(cls, name: str, **told: Any) -> Callable[[Function], Exercise]:
        """A decorator that makes an exercise of its reference; arguments as of the class."""
        return lambda reference: cls(name, reference, **told)

    @property
    def called(self) -> str:
        """The name of the function to write."""
        return self.name.rpartition(".")[2]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of what it is called with."""
        return tuple(inspect.signature(self.reference).parameters)

    @property
    def brief(self) -> str:
        """The first sentence, or half, of what is asked."""
        return re.split(r"[.:;] ", self.asks.rstrip("."))[0]

    def check(self, function: Function) -> Report:
        """The report on an answer; where it fails, with the next hint.

        Raises TypeError for what is no function.
        """
        try:
            check_signature(function, self.arguments, self.called)
        except Fault as fault:
            report = Report(self, [], fault)
        else:
            report = Report(self, outcomes(self, function))
        if not report and self.hinted < len(self.hints):
            report.hint = self.hint()
        report.hints_left = len(self.hints) - self.hinted
        return report

    def __call__(self, function: Function) -> Function:
        """As a decorator: check at once, show the report, and give the function back."""
        show(self.check(function))
        return function

    def hint(self) -> str:
        """The next hint; after the third, that one again."""
        self.hinted = min(self.hinted + 1, len(self.hints))
        return f"hint {self.hinted} of {len(self.hints)}: {self.hints[self.hinted - 1]}"

    def restart(self) -> Exercise:
        """Forget which hints have been given; returns the exercise."""
        self.hinted = 0
        return self

    def solution(self) -> str:
        """The source of the reference."""
        return Source(source(self.reference, self.called))

    def all_samples(self) -> list[Sample]:
        """The samples, and the first one in float32, if it has arrays of floats.

        Code that is given makes its arrays as it does: that of `faulty` is checked in float64 only.
        """
        floats = any(_is_floating(x) for x in self.samples[0].inputs().values()) and not self.faulty
        return [*self.samples, *([self.samples[0].in_float32()] if floats else [])]

    def _check_samples(self) -> None:
        """Raise ValueError where a sample lacks an argument."""
        made = {"y", "grad"} if self.forward else {"grad", "t"} if self.slope else set()
        for sample in self.samples:
            given = sample.inputs().keys()
            if odd := [name for name in self.wrt if name not in given]:
                raise ValueError(f"{self.name}: wrt names {odd[0]}, which no sample has")
            if lacks := [name for name in self.arguments if name not in given | made]:
                raise ValueError(
                    f"{self.name}: the sample {sample.title!r} lacks {lacks[0]}, which the "
                    "reference takes"
                )

    def _floats(self) -> tuple[str, ...]:
        inputs = self.samples[0].inputs()
        return tuple(n for n, x in inputs.items() if n != "grad" and _is_floating(x))

    def __repr__(self) -> str:
        return text(self)

    def _repr_html_(self) -> str:
        return html(self)


class Source(str):
    """Source code, which shows itself as it stands in a file."""

    __slots__ = ()

    def __repr__(self) -> str:
        return self.rstrip()


def _is_floating(x: Any) -> bool:
    return isinstance(x, np.ndarray) and x.dtype.kind == "f"


def show(report: Report) -> None:
    """Display a report in a notebook, print it elsewhere."""
    import sys

    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display(report)
    else:
        print(report)
