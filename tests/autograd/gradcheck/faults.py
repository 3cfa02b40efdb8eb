"""Faults to plant, each with the verdict that it should get.

`python -m tests.autograd.gradcheck.faults` plants them all and prints what the reports say.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import autograd_fr as ag
from autograd_fr.autograd import Function, gradcheck
from autograd_fr.autograd.gradcheck import GradcheckReport


class Fault(NamedTuple):
    """A function with something wrong, the shapes or entries of its inputs, the verdict due."""

    f: Callable[..., Any]
    inputs: tuple[Any, ...]
    verdict: str
    says: str = ""  # what else the report says
    options: dict[str, Any] = {}  # noqa: RUF012

    def report(self) -> GradcheckReport:
        return gradcheck(self.f, leaves(self.inputs), raise_exception=False, **self.options)


def leaves(inputs: Any) -> list[ag.Tensor]:
    """Random leaves of these shapes, or leaves with these entries."""
    rng = np.random.default_rng(0)
    arrays = [rng.uniform(0.5, 1.5, i) if isinstance(i, tuple) else np.array(i) for i in inputs]
    return [ag.tensor(a, requires_grad=True) for a in arrays]


def function(forward: Callable[..., Any], backward: Callable[..., Any]) -> Callable[..., Any]:
    """A Function of the user's own: `backward` gets the gradient and the inputs."""

    class Own(Function):
        @staticmethod
        def forward(ctx, *inputs):
            ctx.save_for_backward(*inputs)
            return forward(*inputs)

        @staticmethod
        def backward(ctx, g):
            return backward(g, *ctx.saved_tensors)

    return Own.apply


class AddBias(Function):
    """x + b with the gradient of the first row only for b, or whatever else `reduce` makes."""

    @staticmethod
    def forward(ctx, x, b, reduce):
        ctx.reduce = reduce
        return x + b

    @staticmethod
    def backward(ctx, g):
        return g, ctx.reduce(g), None


def add_bias(reduce: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, b: AddBias.apply(x, b, reduce)


class Remembering(Function):
    """2 x, with a backward that changes what it has saved."""

    @staticmethod
    def forward(ctx, x):
        ctx.factor = np.array(2.0)
        return 2 * x

    @staticmethod
    def backward(ctx, g):
        ctx.factor += 1
        return g * float(ctx.factor - 1)


class TwoResults(Function):
    """(2 x, 3 x), with a backward that forgets one result where the other has no gradient."""

    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(False)
        return 2 * x, 3 * x

    @staticmethod
    def backward(ctx, g, h):
        if g is None or h is None:
            return 2 * g if h is None else 3 * h
        return 2 * g


def writes_into_its_input(x):
    with ag.no_grad():
        x.mul_(2.0)
    return x.clone() * 3


def coarse_inside(x):
    return (x.float() ** 3).double()


def writes_into_the_gradient(g, x):
    g *= 2
    return g * x


def writes_into_what_it_saved(g, x):
    with ag.no_grad():
        x.mul_(2.0)
    return g * x


MIXING = ag.tensor(np.arange(16.0).reshape(4, 4) % 7)
COUNTER = ag.ones(3, dtype=ag.float64)
RNG = np.random.default_rng(5)

FAULTS = {
    "factor 2": Fault(
        function(lambda x: x**2, lambda g, x: g * 4 * x), ((3,),), "constant factor", "= 2 ×"
    ),
    "factor 2 of a number": Fault(
        function(lambda x: x**3, lambda g, x: g * 6 * x**2), ((),), "constant factor", "= 2 ×"
    ),
    "sign": Fault(function(ag.cos, lambda g, x: g * x.sin()), ((3,),), "constant factor",
        "= -1 × numerical: the sign is turned",
    ),
    "mean for a sum": Fault(
        function(lambda x: x.sum(), lambda g, x: g.expand(5) / 5), ((5,),),
        "constant factor", "= 1/5 ×",
    ),
    "sum for a mean": Fault(
        function(lambda x: x.mean(0), lambda g, x: g.expand(4, 3)), ((4, 3),),
        "constant factor", "= 4 ×",
    ),
    "an odd factor": Fault(
        function(lambda x: x**2, lambda g, x: g * 2.2 * x), ((3,),), "constant factor", "11/10"
    ),
    "transposed gradient": Fault(
        function(lambda a: (a * ag.arange(9.0).reshape(3, 3).double()).sum(),
                 lambda g, a: g * ag.arange(9.0).reshape(3, 3).double().T), ((3, 3),), "transposed",
    ),
    "matmul without a transpose": Fault(
        function(lambda a, b: a @ b, lambda g, a, b: (g @ b, a.T @ g)), ((3, 3), (3, 3)),
        "transposed", "operand",
    ),
    "matmul, the other": Fault(
        function(lambda a, b: a @ b, lambda g, a, b: (g @ b.T, a @ g)), ((3, 3), (3, 3)),
        "transposed",
    ),
    "reshaped, not transposed": Fault(
        function(lambda a: a.T * 1, lambda g, a: g.reshape(2, 3)), ((2, 3),), "transposed"
    ),
    "gradient of the output transposed": Fault(
        function(lambda x: x.exp(), lambda g, x: g.T * x.exp()), (np.ones((3, 3)) / 2,),
        "transposed",
    ),
    "Jacobian for its transpose": Fault(
        function(lambda m, x: m @ x, lambda g, m, x: (g[:, None] * x, m @ g)), ((3, 3), (3,)),
        "transposed",
    ),
    "Jacobian of matrices for its transpose": Fault(
        function(lambda x: (MIXING @ x.reshape(4)).reshape(2, 2),
                 lambda g, x: (MIXING @ g.reshape(4)).reshape(2, 2)), ((2, 2),), "transposed",
    ),
    "inputs swapped": Fault(
        function(lambda a, b: a * b * b, lambda g, a, b: (g * 2 * a * b, g * b * b)),
        ((3,), (3,)), "swapped inputs",
    ),
    "missing sum, first row": Fault(
        add_bias(lambda g: g[0]), ((4, 3), (3,)), "missing sum over a broadcast axis", "slice 0"
    ),
    "missing sum, last row": Fault(
        add_bias(lambda g: g[-1:]), ((4, 3), (1, 3)), "missing sum over a broadcast axis",
        "slice 3",
    ),
    "mean over a broadcast axis": Fault(
        add_bias(lambda g: g.mean(0)), ((4, 3), (3,)), "constant factor",
        "along which b is broadcast",
    ),
    "sum over an axis too many": Fault(
        add_bias(lambda g: g.sum().expand(3)), ((4, 3), (3,)), "summed over an axis too many"
    ),
    "maximum without a mask": Fault(
        function(lambda x: x.max(), lambda g, x: g.expand(4)), ((4,),),
        "gradient where nothing depends on it", "does not change with",
    ),
    "clamp without a mask": Fault(
        function(lambda x: x.clamp(max=1.0), lambda g, x: g * 1), ([0.3, 0.5, 1.7],),
        "gradient where nothing depends on it", "input 0[2]",
    ),
    "gradient through steps": Fault(
        function(lambda x: (x * 90).round() / 90, lambda g, x: g * 1), ((3,),),
        "piecewise constant", "the value does not move at all",
    ),
    "gradient through a step far off": Fault(
        function(lambda x: (x > 0).double(), lambda g, x: g * 1), ((3,),), "piecewise constant"
    ),
    "product rule half done": Fault(
        function(lambda x: x * x.sin(), lambda g, x: g * x.sin()), ((3,),),
        "not accumulated", "`sin` is left out",
    ),
    "one of three uses": Fault(
        function(lambda x: x.exp() * x.sin() + x**3,
                 lambda g, x: g * x.exp() * (x.sin() + x.cos())),
        ((3,),), "not accumulated", "`pow`",
    ),
    "detached": Fault(lambda x: x.detach() ** 2, ((3,),), "detached", "arrives at x"),
    "detached, with a constant path": Fault(
        function(lambda x: x**2, lambda g, x: 0 * g), ((3,),), "detached", "only zeros"
    ),
    "backward returns None": Fault(
        function(lambda a, b: a * b, lambda g, a, b: (g * b, None)), ((3,), (3,)), "detached"
    ),
    "detached in one use": Fault(lambda x: x.sin() * x.detach(), ((3,),), "detached", "in part"),
    "detached in a factor": Fault(lambda x: x * x.detach(), ((3,),), "detached", "in part"),
    "detached in one row": Fault(
        lambda x: ag.cat([x[:1], x[1:].detach()]) ** 2, ((3, 2),), "detached", "x[1:]"
    ),
    "kink of relu": Fault(lambda x: x.relu(), ([-1.0, 0.0, 2.0],), "kink", "1 entry is left out"),
    "kink of abs near by": Fault(lambda x: x.abs(), ([1e-9, 2.0],), "kink", "slope to the right"),
    "tie of max": Fault(lambda x: x.amax(), ([1.0, 1.0, 0.0],), "kink", "between"),
    "edge of a domain": Fault(lambda x: x.sqrt().sum(), ([0.0, 1.0],), "edge of the domain"),
    "not even a slope of the kink": Fault(
        function(ag.relu, lambda g, x: 5 * g * (x == 0) + g * (x > 0)), ([-1.0, 0.0, 2.0],),
        "outside the slopes of a kink",
    ),
    "float32": Fault(lambda x: x**2, (np.array([1.3, 2.7], np.float32),), "precision too low"),
    "float16": Fault(lambda x: x**2, (np.array([1.3, 2.7], np.float16),), "precision too low"),
    "float32 inside": Fault(coarse_inside, ((3,),), "precision too low", "float32"),
    "float32 inside, and zeros": Fault(
        function(lambda x: x.float().sin().double(), lambda g, x: 0 * g), ((3,),), "detached"
    ),
    "steps lost in float32": Fault(
        function(lambda x: x.float().sin().double(), lambda g, x: 0 * g), ((3,),),
        "precision too low", "prove nothing", {"eps": 1e-8},
    ),
    "steps lost in float16": Fault(
        function(lambda x: x.half().sin().double(), lambda g, x: 0 * g), ((3,),),
        "precision too low", "prove nothing",
    ),
    "step too wide": Fault(
        lambda x: (1e4 * x).sin(), ((3,),), "precision too low", "smaller step", {"eps": 1e-3}
    ),
    "in-place": Fault(writes_into_its_input, ((3,),), "in-place change", "writes into x"),
    "constant written into": Fault(
        lambda x: x * COUNTER.add_(1.0), ((3,),), "in-place change", "saved for backward"
    ),
    "backward in place": Fault(Remembering.apply, ((3,),), "in-place change", "backward writes"),
    "incoming gradient in place": Fault(
        function(lambda x: x**2, writes_into_the_gradient), ((3,),), "in-place change",
        "of the incoming gradient", {"check_forward_ad": True},
    ),
    "input in place in backward": Fault(
        function(lambda x: x**2, writes_into_what_it_saved), ((3,),), "in-place change",
        "backward writes into input 0",
    ),
    "random function": Fault(
        lambda x: x * ag.from_numpy(RNG.uniform(size=3)), ((3,),), "non-deterministic", "two calls"
    ),
    "random backward": Fault(
        function(lambda x: 2 * x, lambda g, x: 2 * g * float(RNG.uniform())), ((3,),),
        "non-deterministic", "two backward passes",
    ),
    "incoming gradient ignored": Fault(
        function(lambda x: (x**2).sum(), lambda g, x: 2 * x), ((3,),),
        "not linear in the incoming gradient", "multiply by the incoming",
    ),
    "incoming gradient squared": Fault(
        function(lambda x: (x**2).sum(), lambda g, x: 2 * x * g * g), ((3,),),
        "not linear in the incoming gradient",
    ),
    "undefined gradients": Fault(TwoResults.apply, ((3,),), "undefined gradient"),
    "nan": Fault(
        function(lambda x: x * 1, lambda g, x: g * float("nan")), ((3,),), "not finite"
    ),
    "wrong dtype": Fault(
        function(lambda x: 2 * x, lambda g, x: (2 * g).float()), ((3,),), "wrong dtype",
        "float32", {"check_grad_dtypes": True},
    ),
    "a factor at this point only": Fault(
        function(lambda x: x**2, lambda g, x: 8 * g), (2.0,), "no simple hypothesis fits"
    ),
    "an offset at an extremum": Fault(
        function(lambda x: x**2, lambda g, x: g * (2 * x + 1)), ([0.0, 0.0],),
        "no simple hypothesis fits",
    ),
    "no simple fault": Fault(
        function(lambda x: x.exp(), lambda g, x: g * x.sqrt()), ((3,),),
        "no simple hypothesis fits",
    ),
}  # fmt: skip


def table() -> str:
    """Every fault with the verdict on it."""
    lines = [f"{'fault':<34} {'status':<10} verdict", ""]
    for name, fault in FAULTS.items():
        report = fault.report()
        mark = "" if report.verdict == fault.verdict else f"   expected: {fault.verdict}"
        lines.append(f"{name:<34} {report.status:<10} {report.verdict}{mark}")
    return "\n".join(lines)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(table())
