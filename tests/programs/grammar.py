"""Random programs: a few tensors, and up to thirty operations on them, written once for any library
with PyTorch's names.

A program is drawn by hypothesis, which makes a failing one small, and runs as it stands on this
package and on PyTorch. The steps keep numbers moderate and away from poles (they divide by 1 + x²,
say), for derivatives are compared with differences; kinks and ties do occur.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

import autograd_fr as ag

MOST_ENTRIES = 64


@dataclass
class Step:
    """One line of a program: `lib` is the library, `v` the list of the values so far."""

    text: str

    def run(self, lib: Any, v: list[Any], tensor: Callable[[Any], Any]) -> Any:
        if "; " not in self.text:
            return eval(self.text, {"lib": lib, "v": v, "tensor": tensor})
        *statements, result = self.text.split("; ")  # writes in place come as statements
        space = {"lib": lib, "v": v, "tensor": tensor}
        exec("\n".join(statements), space)
        return eval(result, space)


@dataclass
class Program:
    """Inputs by shape, the numbers in them by a seed, and the steps."""

    shapes: list[tuple[int, ...]]
    seed: int
    steps: list[Step]

    def inputs(self) -> list[np.ndarray]:
        rng = np.random.default_rng(self.seed)
        return [rng.uniform(-2, 2, shape) for shape in self.shapes]

    def direction(self) -> list[np.ndarray]:
        rng = np.random.default_rng(self.seed + 1)
        return [rng.normal(size=shape) for shape in self.shapes]

    def run(self, lib: Any, inputs: list[Any], tensor: Callable[[Any], Any]) -> Any:
        """One number that depends on every value of the program."""
        v = list(inputs)
        for step in self.steps:
            v.append(step.run(lib, v, tensor))
        used = "".join(step.text for step in self.steps)
        ends = [y for k, y in enumerate(v) if f"v[{k}]" not in used]
        weights = np.random.default_rng(self.seed + 2)
        terms = [(y * tensor(weights.normal(size=tuple(y.shape)))).sum() for y in ends]
        return sum(terms[1:], terms[0])

    def __repr__(self) -> str:
        lines = [f"v[{k}]: {shape}" for k, shape in enumerate(self.shapes)]
        n = len(lines)
        lines += [f"v[{n + k}] = {step.text}" for k, step in enumerate(self.steps)]
        return "\n".join([f"seed {self.seed}", *lines])


SHAPES = st.lists(st.integers(1, 4), max_size=3).map(tuple)

# x stands for the value that the step is about, u for another that broadcasts with it.
ENTRY_BY_ENTRY = [
    "lib.sin({x})", "lib.cos({x})", "lib.tanh({x})", "lib.sigmoid({x})", "lib.atan({x})",
    "lib.erf({x})", "lib.exp(lib.tanh({x}))", "lib.log1p({x} * {x})", "lib.sqrt(1 + {x} ** 2)",
    "1 / (1 + {x} * {x})", "lib.abs({x})", "lib.relu({x})", "{x}.clamp(-1.0, 1.5)", "-{x}",
    "lib.asinh({x})", "lib.tanh({x}) ** 3", "lib.rsqrt(1 + {x}.square())",
    "lib.expm1(lib.sin({x}))", "lib.sinc({x})", "lib.lgamma(1.5 + lib.sigmoid({x}))",
    "lib.exp2(lib.tanh({x}))",
]  # fmt: skip
OF_TWO = [
    "0.5 * ({x} + {u})", "{x} - {u}", "lib.tanh({x}) * {u}", "{x} / (1 + {u} * {u})",
    "lib.maximum({x}, {u})", "lib.minimum({x}, {u})", "lib.atan2({x}, 1 + {u} ** 2)",
    "lib.hypot({x}, 1 + {u} ** 2)", "lib.logaddexp({x}, {u})", "lib.lerp({x}, {u}, 0.3)",
    "lib.where({x} > 0.5, {x}, {u})", "lib.addcmul({x}, lib.sin({u}), lib.cos({u}), value=0.5)",
    "(1 + {x} ** 2) ** lib.tanh({u})", "lib.xlogy(lib.sigmoid({x}), 1 + {u} ** 2)",
]  # fmt: skip
ALONG = [
    "{x}.sum({d}) * {r}", "{x}.mean({d}, keepdim=True)", "{x}.amax({d})",
    "{x}.amin({d}, keepdim=True)", "lib.tanh({x}).prod({d})", "lib.logsumexp({x}, {d})",
    "lib.softmax({x}, {d})",
    "lib.log_softmax({x}, {d})", "{x}.cumsum({d}) * {r}", "lib.tanh({x}).cumprod({d})",
    "lib.linalg.vector_norm(1 + {x} ** 2, dim={d}) * {r}", "{x}.var({d}, correction=0)",
    "{x}.sort({d}).values", "{x}.max({d}).values", "lib.logcumsumexp({x}, {d})",
    "(1 + {x} ** 2).std({d}, correction=0) if {n} > 1 else {x}.mean()",
]  # fmt: skip
REARRANGED = [
    "{x}.reshape(-1)", "{x}.unsqueeze({d})", "{x}.flip({d})", "{x}.roll(1, {d})",
    "{x}.transpose({d}, -1)", "lib.cat([{x}, lib.sin({x})], {d})", "lib.stack([{x}, -{x}], {d})",
    "{x}.movedim({d}, 0)", "{x}.squeeze({d})", "{x}.repeat_interleave(2, {d})",
    "{x}.narrow({d}, 0, 1)", "{x}.split(1, {d})[-1]", "{x}.unbind({d})[0]",
    "{x}.expand(2, *{s})", "{x}.flatten()", "{x}.swapaxes(0, {d})",
]  # fmt: skip
INDEXED = [
    "{x}[-1]", "{x}[:1]", "{x}[::2]", "{x}[..., 0]", "{x}[[0, -1, 0]]", "{x}[None]",
    "{x}.index_select({d}, tensor([0, 0, {n} - 1]).to(lib.int64))",
    "{x}.masked_fill({x} > 1, 0.5)", "{x}.take_along_dim({x}.argsort({d}), {d})",
    "{x}.gather({d}, lib.zeros_like({x}).to(lib.int64))",
    "lib.zeros_like({x}).index_add({d}, tensor([0] * {n}).to(lib.int64), {x}) * {r}",
    "y = {x}.clone(); y[-1] = 2 * {x}[0]; y",
    "y = lib.sin({x}); y.mul_({x}); y",
    "y = {x} * 1; y[..., 0].add_({x}[..., -1]); y",
    "y = lib.zeros_like({x}); y[0] = {x}[-1]; y",
]  # fmt: skip
MATRICES = [
    "{x} @ {x}.mT * {r}", "lib.einsum('...ij,...kj->...ik', {x}, lib.sin({x})) * {r}",
    "{x}.mT @ {x} * {r}", "{x}.tril()", "{x}.triu(1)", "{x}.diagonal(0, -2, -1)",
    "lib.linalg.inv({x} @ {x}.mT + 2 * lib.eye({m}, dtype=lib.float64))",
    "lib.linalg.det(lib.tanh({x} @ {x}.mT) + 2 * lib.eye({m}, dtype=lib.float64)) * {r}",
    "lib.linalg.solve({x} @ {x}.mT + 2 * lib.eye({m}, dtype=lib.float64), {x})",
    "lib.linalg.cholesky({x} @ {x}.mT + 2 * lib.eye({m}, dtype=lib.float64))",
    "lib.matmul({x}, lib.cos({x}[..., :1, :]).mT)",
    "lib.outer({x}.reshape(-1)[:3], {x}.reshape(-1)[:2])",
]  # fmt: skip

FAMILIES = {
    "entry by entry": (ENTRY_BY_ENTRY, 0),
    "of two": (OF_TWO, 0),
    "along an axis": (ALONG, 1),
    "rearranged": (REARRANGED, 1),
    "indexed": (INDEXED, 1),
    "matrices": (MATRICES, 2),
}


@st.composite
def programs(draw: Any, favourite: str) -> Program:
    """A program of 2 to 30 steps, a third of which are of the favourite family."""
    shapes = draw(st.lists(SHAPES, min_size=1, max_size=3))
    if FAMILIES[favourite][1] > max(map(len, shapes)):
        shapes[0] = (3, 2)
    v = [ag.zeros(shape, dtype=ag.float64) for shape in shapes]  # to know shapes by
    steps: list[Step] = []
    for _ in range(draw(st.integers(2, 30))):
        family = draw(st.sampled_from([favourite, favourite, favourite, *FAMILIES]))
        step = _step(draw, family, v)
        y = step.run(ag, v, ag.tensor)
        if y.numel() > MOST_ENTRIES:
            step = Step(f"({step.text}).mean()" if ";" not in step.text else f"v[{len(v) - 1}] * 1")
            y = step.run(ag, v, ag.tensor)
        steps.append(step)
        v.append(y)
    return Program(shapes, draw(st.integers(0, 10**6)), steps)


def _step(draw: Any, family: str, v: list[Any]) -> Step:
    """A step of a family on one of the values that have axes enough; else entry by entry."""
    forms, axes = FAMILIES[family]
    fit = [k for k, y in enumerate(v) if y.ndim >= axes]
    if not fit:
        forms, axes, fit = ENTRY_BY_ENTRY, 0, list(range(len(v)))
    # Late values more often: programs are to be deep.
    k = draw(st.sampled_from([*fit, *fit[-3:], *fit[-1:]]))
    x = v[k]
    partners = [j for j, y in enumerate(v) if _broadcasts(x.shape, y.shape)]
    d = draw(st.integers(0, x.ndim - 1)) if x.ndim else 0
    n = x.shape[d] if x.ndim else 1
    text = draw(st.sampled_from(forms)).format(
        x=f"v[{k}]", u=f"v[{draw(st.sampled_from(partners))}]", d=d, n=n, s=tuple(x.shape),
        m=x.shape[-2] if x.ndim > 1 else 1, r=round(1 / max(1, *x.shape, 1), 3),
    )  # fmt: skip
    return Step(text)


def _broadcasts(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    try:
        return math.prod(np.broadcast_shapes(tuple(a), tuple(b))) <= MOST_ENTRIES
    except ValueError:
        return False
