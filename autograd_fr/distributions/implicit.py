"""Draws of gamma and Dirichlet distributions, and how they move with their parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..autograd import Function
from ..autograd.composites import composite
from ..autograd.value import wrap
from ..errors import GraphError
from ..kernels import implicit
from ..random import stream
from .distribution import drawn_as


@composite
def standard_gamma(shape: Any) -> Any:
    """A draw from the gamma distribution of rate 1 for each shape, without gradients."""
    tiny = np.finfo(shape.dtype).tiny
    draw = stream().standard_gamma(shape.array.astype(np.float64))
    return drawn_as(np.maximum(draw, tiny), shape)


@composite
def shares(concentration: Any) -> Any:
    """A draw from a Dirichlet distribution for each row, without gradients.

    The shares that gamma numbers have of their sum, by way of logarithms: a may be tiny.
    """
    info = np.finfo(concentration.dtype)
    a, rng = concentration.array.astype(np.float64), stream()
    log_gamma = np.log(rng.standard_gamma(a + 1)) - rng.standard_exponential(a.shape) / a
    found = np.exp(log_gamma - log_gamma.max(-1, keepdims=True))
    found = found / found.sum(-1, keepdims=True)
    return drawn_as(np.clip(found, info.tiny, 1 - info.epsneg), concentration)


class GammaDraw(Function):
    """The second argument, a draw of `standard_gamma`, which moves with the first, its shape."""

    @staticmethod
    def forward(ctx: Any, shape: Any, draw: Any) -> Any:
        draw = draw.clone()
        ctx.save_for_backward(shape, draw)
        ctx.save_for_forward(shape, draw)
        return draw

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * GammaSlope.apply(*ctx.saved_tensors), None

    @staticmethod
    def jvp(ctx: Any, t: Any, _: Any) -> Any:
        return t * GammaSlope.apply(*ctx.saved_tensors)


class GammaBelow(Function):
    """The distribution function at x of the gamma distribution of rate 1."""

    @staticmethod
    def forward(ctx: Any, shape: Any, x: Any) -> Any:
        ctx.save_for_backward(shape, x)
        ctx.save_for_forward(shape, x)
        return _numbers(implicit.gamma_below, shape, x)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        by_shape, by_x = GammaBelow.slopes(*ctx.saved_tensors)
        return g * by_shape, g * by_x

    @staticmethod
    def jvp(ctx: Any, t: Any, u: Any) -> Any:
        by_shape, by_x = GammaBelow.slopes(*ctx.saved_tensors)
        return t * by_shape + u * by_x

    @staticmethod
    def slopes(shape: Any, x: Any) -> Any:
        """The derivatives by the shape and by x."""
        density = ops.exp(ops.xlogy(shape - 1, x) - x - ops.lgamma(shape))
        inside = ops.logical_and(x > 0, density > 0)
        known = ops.where(inside, x, 1.0)
        by_shape = -GammaSlope.apply(shape, known) * ops.where(inside, density, 0.0)
        return by_shape, density


class GammaSlope(Function):
    """How a draw x moves with the shape: dx/da, a function of both."""

    @staticmethod
    def forward(ctx: Any, shape: Any, x: Any) -> Any:
        y = _numbers(implicit.gamma_slope, shape, x)
        ctx.save_for_backward(shape, x, y)
        ctx.save_for_forward(shape, x, y)
        return y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        by_shape, by_x = GammaSlope.slopes(*ctx.saved_tensors)
        return g * by_shape, g * by_x

    @staticmethod
    def jvp(ctx: Any, t: Any, u: Any) -> Any:
        by_shape, by_x = GammaSlope.slopes(*ctx.saved_tensors)
        return t * by_shape + u * by_x

    @staticmethod
    def slopes(shape: Any, x: Any, y: Any) -> Any:
        """The derivatives by the shape and by x: the latter as y f = -∂F/∂a."""
        by_x = ops.digamma(shape) - ops.log(x) - y * ((shape - 1) / x - 1)
        return GammaBend.apply(shape, x), by_x


class Last(Function):
    """Derivatives which themselves have none here, as their `ctx.limit` says."""

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        raise GraphError(ctx.limit)

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:
        raise GraphError(ctx.limit)


class GammaBend(Last):
    """The derivative of `GammaSlope` by the shape."""

    @staticmethod
    def forward(ctx: Any, shape: Any, x: Any) -> Any:
        ctx.limit = "Gamma, and what draws by it: there are no third derivatives by its shape"
        return _numbers(implicit.gamma_bend, shape, x)


class DirichletDraw(Function):
    """The second argument, a draw of `shares`, which moves with the first, the concentration.

    As one share grows with its concentration, by what its own beta distribution says, the others
    shrink in proportion.
    """

    @staticmethod
    def forward(ctx: Any, concentration: Any, draw: Any) -> Any:
        draw = draw.clone()
        ctx.save_for_backward(concentration, draw)
        ctx.save_for_forward(concentration, draw)
        return draw

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        a, x = ctx.saved_tensors
        return DirichletSlope.apply(a, x) * (g - (x * g).sum(-1, keepdim=True)), None

    @staticmethod
    def jvp(ctx: Any, t: Any, _: Any) -> Any:
        a, x = ctx.saved_tensors
        moved = DirichletSlope.apply(a, x) * t
        return moved - x * moved.sum(-1, keepdim=True)


class DirichletSlope(Last):
    """How each share moves with its own concentration, divided by what the others are together."""

    @staticmethod
    def forward(ctx: Any, concentration: Any, x: Any) -> Any:
        ctx.limit = "draws of Dirichlet and Beta have no second derivatives by the concentration"
        a = np.asarray(concentration.array, np.float64)
        slope = implicit.dirichlet_slope(x.array, a, a.sum(-1, keepdims=True) - a)
        return drawn_as(slope, x)


def _numbers(kernel: Any, shape: Any, x: Any) -> Any:
    """What array code makes of shapes and draws, as a tensor."""
    return wrap(np.asarray(kernel(shape.array, x.array), x.dtype))
