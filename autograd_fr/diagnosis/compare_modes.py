"""One function, four ways to its derivative: what each costs, and how exact it is."""

from __future__ import annotations

import html
import math
import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.derivatives import grad
from ..autograd.forward_ad import dual_level, make_dual, unpack_dual
from ..autograd.modes import enable_grad, no_grad
from ..autograd.value import Value, wrap
from ..errors import DtypeError, ShapeError
from ..graphs.complex_step import NotAnalytic, complex_step
from ..random import get_rng_state, set_rng_state

Function = Callable[..., Any]
Inputs = Sequence[Any]
HEADINGS = ("mode", "error", "passes", "time", "memory")
DOUBTFUL = 0.05  # an error that is neither rounding nor the curvature between two steps


@dataclass(frozen=True)
class Mode:
    """A derivative by one mode: dy_i/dx_j in row i, column j, entries counted through all inputs.

    `error`: the greatest difference to the most exact of the others, relative to its greatest
    entry. `passes`: how often the function, or its graph, was gone through. `seconds`: the median
    of several runs. `bytes`: the most memory held at a time, the function's own included. All are
    None, and `missing` says why, where the mode could not be used.
    """

    name: str
    derivative: Any = None
    error: float | None = None
    passes: int | None = None
    seconds: float | None = None
    bytes: int | None = None
    missing: str = ""


@dataclass(frozen=True)
class Comparison:
    """The modes side by side, as a table; `inputs` and `outputs` are numbers of entries."""

    inputs: int
    outputs: int
    modes: tuple[Mode, ...]

    def __getitem__(self, name: str) -> Mode:
        """The mode of that name: reverse, forward, central or complex."""
        try:
            return next(mode for mode in self.modes if mode.name == name)
        except StopIteration:
            known = ", ".join(mode.name for mode in self.modes)
            raise KeyError(f"no mode {name!r}; there are {known}") from None

    @property
    def explanation(self) -> str:
        """Why the modes need as many passes as they do."""
        n, m = _counted(self.inputs, "input"), _counted(self.outputs, "output")
        return (
            f"{n}, {m}: reverse mode goes back once per output, forward mode and the complex step "
            "go through once per input, central differences twice per input."
        )

    @property
    def doubts(self) -> str:
        """What it may mean that modes differ by more than rounding; "" where they do not."""
        errors = {mode.name: mode.error for mode in self.modes if mode.error is not None}
        central = errors.pop("central")
        if any(not error <= DOUBTFUL for error in errors.values()):
            return (
                "The modes differ by more than rounding. At a kink, as of abs() at 0, each may be "
                "right; else a rule is wrong, perhaps that of an autograd.Function."
            )
        if math.isnan(central):
            return "Central differences are nan: so is the function a step of eps from here."
        if central > DOUBTFUL:
            return (
                "Central differences see how the values of the function change, the other modes "
                "what it recorded; here these differ. Look in it for detach(), .item(), .data, "
                "no_grad(), an autograd.Function with a wrong backward, and a jump or a kink "
                "within a step of eps; a very small or large eps makes them differ too."
            )
        return ""

    @property
    def _remarks(self) -> list[str]:
        """What stands below the table."""
        notes = [f"{mode.name}: {mode.missing}" for mode in self.modes if mode.missing]
        return [self.explanation, *notes, *filter(None, [self.doubts])]

    def __str__(self) -> str:
        rows = [HEADINGS, *map(_cells, self.modes)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
        lines = [
            "  ".join((row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))))
            for row in rows
        ]
        return "\n".join([*(line.rstrip() for line in lines), *self._remarks])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in HEADINGS)
        body = "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in _cells(mode))}</tr>"
            for mode in self.modes
        )
        text = "".join(f"<p>{html.escape(line)}</p>" for line in self._remarks)
        return f"<table><tr>{head}</tr>{body}</table>{text}"


def compare_modes(f: Function, x: Any, *, eps: float | None = None, repeat: int = 5) -> Comparison:
    """The derivative of `f` at `x` by reverse mode, forward mode, central differences
    (f(x + h) - f(x - h)) / 2h, and the complex step Im f(x + ih) / h.

    `f` takes a tensor, or as many as the tuple `x` has, and returns a tensor of any shape. `eps`:
    h of the central differences, by default the cube root of the precision of the inputs.
    `repeat`: how many runs the time is the median of. Every evaluation draws the same random
    numbers.

    An error is the distance to the complex step, which rounds only; where `f` has an operation
    without a complex form, to reverse mode. At a kink the modes may differ, and all be right;
    what else it may mean that they differ stands in `doubts`, and below the table.

    Raises DtypeError for an input that is not floating, ShapeError for one without entries,
    TypeError where `f` gives no tensor, ValueError for an `eps` that is no step.

    >>> import autograd_fr as ag
    >>> x = ag.linspace(0, 1, 50, dtype=ag.float64)
    >>> modes = ag.compare_modes(lambda x: (x.sin() * x).sum(), x)
    >>> [mode.passes for mode in modes.modes]
    [1, 50, 100, 50]
    >>> modes["reverse"].error < 1e-14 < modes["central"].error < 1e-8
    True
    """
    _check_options(eps, repeat)
    inputs = [_checked(t) for t in (x if isinstance(x, (tuple, list)) else (x,))]
    if not inputs:
        raise TypeError("compare_modes() needs at least one tensor to differentiate by")
    function = _drawing_the_same(f)
    y = _output(function, inputs)
    n, m = sum(t.array.size for t in inputs), y.array.size
    step = _step(inputs) if eps is None else eps
    ways: list[tuple[str, Callable[[], Any], int]] = [
        ("reverse", lambda: _reverse(function, inputs), m),
        ("forward", lambda: _forward(function, inputs), n),
        ("central", lambda: _central(function, inputs, step), 2 * n),
        ("complex", lambda: _complex(function, inputs), n),
    ]
    modes = [_measured(name, way, passes, repeat) for name, way, passes in ways]
    return Comparison(n, m, tuple(_with_errors(modes)))


def _check_options(eps: Any, repeat: Any) -> None:
    if not isinstance(repeat, int):
        raise TypeError(f"repeat is a number of runs, an int, not {type(repeat).__name__}")
    if repeat < 1:
        raise ValueError(f"repeat is the number of runs, at least 1, not {repeat}")
    if eps is None:
        return
    if not isinstance(eps, (int, float, np.floating)):
        raise TypeError(f"eps is the step of central differences, not {type(eps).__name__}")
    if not 0 < eps < math.inf:
        raise ValueError(f"eps is the step of central differences, above 0, not {eps}")


def _checked(t: Any) -> Value:
    if not isinstance(t, Value):
        raise TypeError(f"compare_modes() takes tensors, not {type(t).__name__}")
    if t.array.dtype.kind != "f":
        raise DtypeError(f"derivatives are with respect to floating tensors, not {t.array.dtype}")
    if not t.array.size:
        raise ShapeError(f"an input of shape {t.array.shape} has no entries to differentiate by")
    return t


def _drawing_the_same(f: Function) -> Function:
    """`f`, which draws the same random numbers at every call."""
    state = get_rng_state()

    def call(*args: Any) -> Any:
        now = get_rng_state()
        set_rng_state(state)
        try:
            return f(*args)
        finally:
            set_rng_state(now)

    return call


def _output(function: Function, inputs: Inputs) -> Value:
    with no_grad():
        y = function(*(wrap(t.array) for t in inputs))
    if not isinstance(y, Value):
        raise TypeError(f"the function must return a tensor, not {type(y).__name__}")
    if not y.array.size:
        raise ShapeError("the function returned a tensor without entries")
    return y


def _step(inputs: Inputs) -> float:
    """The step at which rounding and curvature of a central difference weigh about the same."""
    return float(max(np.finfo(t.array.dtype).eps for t in inputs) ** (1 / 3))


def _leaves(inputs: Inputs) -> list[Any]:
    leaves = [wrap(t.array.copy()) for t in inputs]
    for leaf in leaves:
        leaf.requires_grad = True
    return leaves


def _directions(inputs: Inputs) -> Any:
    """Per input entry, arrays that are 1 there and 0 elsewhere."""
    sizes = [t.array.size for t in inputs]
    for j in range(sum(sizes)):
        row = np.zeros(sum(sizes))
        row[j] = 1
        parts = np.split(row, np.cumsum(sizes)[:-1])
        yield [part.reshape(t.array.shape).astype(t.array.dtype) for part, t in zip(parts, inputs)]


def _reverse(function: Function, inputs: Inputs) -> Any:
    leaves = _leaves(inputs)
    with enable_grad():
        y = function(*leaves)
    m = y.array.size
    if not y._requires_grad:
        return np.zeros((m, sum(t.array.size for t in inputs)))
    units = np.eye(m, dtype=y.array.dtype).reshape(m, *y.array.shape)
    rows = [
        grad(y, leaves, wrap(unit), retain_graph=i + 1 < m, materialize_grads=True)
        for i, unit in enumerate(units)
    ]
    return np.array([np.concatenate([_flat(g) for g in row]) for row in rows])


def _forward(function: Function, inputs: Inputs) -> Any:
    columns = []
    for direction in _directions(inputs):
        with dual_level():
            y = function(*(make_dual(wrap(t.array), wrap(d)) for t, d in zip(inputs, direction)))
            t = unpack_dual(y).tangent
            columns.append(np.zeros(y.array.size) if t is None else _flat(t))
    return np.stack(columns, 1)


def _central(function: Function, inputs: Inputs, h: float) -> Any:
    columns = []
    with no_grad():
        for direction in _directions(inputs):
            after, before = (
                function(*(wrap(t.array + sign * d) for t, d in zip(inputs, direction)))
                for sign in (h, -h)
            )
            columns.append((_flat(after) - _flat(before)) / (2 * h))
    return np.stack(columns, 1)


def _complex(function: Function, inputs: Inputs) -> Any:
    leaves = _leaves(inputs)
    with enable_grad():
        y = function(*leaves)
    if not y._requires_grad:
        return np.zeros((y.array.size, sum(t.array.size for t in inputs)))
    columns = [np.reshape(complex_step(y, leaves, d), -1) for d in _directions(inputs)]
    return np.stack(columns, 1)


def _flat(t: Any) -> Any:
    return np.reshape(t.array, -1).astype(np.float64)


def _measured(name: str, way: Callable[[], Any], passes: int, repeat: int) -> Mode:
    """The derivative by one way, with its costs."""
    try:
        derivative, most = _with_peak(way)
    except NotAnalytic as error:
        return Mode(name, missing=f"not available, {error}")
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        way()
        times.append(time.perf_counter() - start)
    return Mode(name, derivative, None, passes, statistics.median(times), most)


def _with_peak(way: Callable[[], Any]) -> tuple[Any, int]:
    """What a way gives, and how many bytes more than before it held at most."""
    traced = tracemalloc.is_tracing()
    if not traced:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        result = way()
        _, most = tracemalloc.get_traced_memory()
    finally:
        if not traced:
            tracemalloc.stop()
    return result, most - before


def _with_errors(modes: list[Mode]) -> list[Mode]:
    """The modes with their distance to the complex step, or to reverse mode; of that to the other.

    The complex step has its own from reverse mode.
    """
    known = {mode.name: mode.derivative for mode in modes if mode.derivative is not None}
    best = "complex" if "complex" in known else "reverse"
    return [
        mode if mode.derivative is None
        else Mode(
            mode.name, mode.derivative, _distance(mode.derivative, known[_judge(mode.name, best)]),
            mode.passes, mode.seconds, mode.bytes,
        )
        for mode in modes
    ]  # fmt: skip


def _judge(name: str, best: str) -> str:
    return best if name != best else "reverse" if best == "complex" else "forward"


def _distance(a: Any, b: Any) -> float:
    largest = np.max(np.abs(b), initial=0.0)
    return float(np.max(np.abs(a - b), initial=0.0) / (largest or 1.0))


def _cells(mode: Mode) -> tuple[str, ...]:
    if mode.missing or mode.error is None or mode.seconds is None or mode.bytes is None:
        return (mode.name, *["-"] * (len(HEADINGS) - 1))
    return (
        mode.name, f"{mode.error:.1e}", str(mode.passes), f"{mode.seconds * 1e3:.3g} ms",
        f"{mode.bytes / 1024:.3g} KiB",
    )  # fmt: skip


def _counted(n: int, thing: str) -> str:
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"
