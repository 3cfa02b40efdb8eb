"""Smooth activations as modules: thin objects around the functions."""

from __future__ import annotations

from typing import Any

from ..errors import ShapeError
from . import functional as F
from .activation import InPlace, inplace_shown
from .module import Module


class Sigmoid(Module):
    """`1 / (1 + exp(-x))`, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.Sigmoid()(ag.tensor([0.0]))
    tensor([0.5000])
    """

    def forward(self, input: Any) -> Any:
        """`sigmoid(input)`."""
        return F.sigmoid(input)


class Tanh(Module):
    """Hyperbolic tangent, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.Tanh()(ag.tensor([0.0]))
    tensor([0.])
    """

    def forward(self, input: Any) -> Any:
        """`tanh(input)`."""
        return F.tanh(input)


class LogSigmoid(Module):
    """`log(sigmoid(x))`, also where the sigmoid is 0.

    >>> import autograd_fr as ag
    >>> ag.nn.LogSigmoid()(ag.tensor([0.0]))
    tensor([-0.6931])
    """

    def forward(self, input: Any) -> Any:
        """`logsigmoid(input)`."""
        return F.logsigmoid(input)


class Softsign(Module):
    """`x / (1 + |x|)`, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.Softsign()(ag.tensor([3.0]))
    tensor([0.7500])
    """

    def forward(self, input: Any) -> Any:
        """`softsign(input)`."""
        return F.softsign(input)


class Tanhshrink(Module):
    """`x - tanh(x)`, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.Tanhshrink()(ag.tensor([2.0]))
    tensor([1.0360])
    """

    def forward(self, input: Any) -> Any:
        """`tanhshrink(input)`."""
        return F.tanhshrink(input)


class SELU(InPlace):
    """`elu` with factors that keep mean 0 and variance 1 (arXiv:1706.02515).

    >>> import autograd_fr as ag
    >>> ag.nn.SELU()(ag.tensor([-1000.0, 1.0]))
    tensor([-1.7581,  1.0507])
    """

    def forward(self, input: Any) -> Any:
        """`selu(input)`."""
        return F.selu(input, self.inplace)


class SiLU(InPlace):
    """`x * sigmoid(x)`, also called swish, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.SiLU()(ag.tensor([-1.0, 1.0]))
    tensor([-0.2689,  0.7311])
    """

    def forward(self, input: Any) -> Any:
        """`silu(input)`."""
        return F.silu(input, self.inplace)


class Mish(InPlace):
    """`x * tanh(softplus(x))`, entry by entry (arXiv:1908.08681).

    >>> import autograd_fr as ag
    >>> ag.nn.Mish()(ag.tensor([-1.0, 1.0]))
    tensor([-0.3034,  0.8651])
    """

    def forward(self, input: Any) -> Any:
        """`mish(input)`."""
        return F.mish(input, self.inplace)


class ELU(Module):
    """x above 0, `alpha * (exp(x) - 1)` below (arXiv:1511.07289).

    >>> import autograd_fr as ag
    >>> ag.nn.ELU()(ag.tensor([-1000.0, 2.0]))
    tensor([-1.,  2.])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Any) -> Any:
        """`elu(input, alpha)`."""
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{inplace_shown(self)}"


class CELU(Module):
    """x above 0, `alpha * (exp(x / alpha) - 1)` below (arXiv:1704.07483).

    >>> import autograd_fr as ag
    >>> ag.nn.CELU(2.0)(ag.tensor([-1000.0, 2.0]))
    tensor([-2.,  2.])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha, self.inplace = alpha, inplace

    def forward(self, input: Any) -> Any:
        """`celu(input, alpha)`."""
        return F.celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}{inplace_shown(self)}"


class GELU(Module):
    """`x * Φ(x)`, Φ being the normal distribution, or `approximate` it by "tanh".

    >>> import autograd_fr as ag
    >>> ag.nn.GELU()(ag.tensor([-1.0, 1.0]))
    tensor([-0.1587,  0.8413])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Any) -> Any:
        """`gelu(input, approximate)`."""
        return F.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """`log(1 + exp(beta * x)) / beta`, and x where beta x is above the threshold.

    >>> import autograd_fr as ag
    >>> ag.nn.Softplus()(ag.tensor([0.0, 30.0]))
    tensor([ 0.6931, 30.0000])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta, self.threshold = beta, threshold

    def forward(self, input: Any) -> Any:
        """`softplus(input, beta, threshold)`."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class GLU(Module):
    """`a * sigmoid(b)`, a and b being the halves of x along `dim` (arXiv:1612.08083).

    >>> import autograd_fr as ag
    >>> ag.nn.GLU()(ag.tensor([3.0, 0.0]))
    tensor([1.5000])
    """

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        """`glu(input, dim)`."""
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(Module):
    """Exponentials normalised to the sum 1 along `dim`.

    >>> import autograd_fr as ag
    >>> ag.nn.Softmax(dim=0)(ag.tensor([1.0, 1.0]))
    tensor([0.5000, 0.5000])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        """`softmax(input, dim)`."""
        return F.softmax(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmin(Module):
    """`softmax(-x)` along `dim`.

    >>> import autograd_fr as ag
    >>> ag.nn.Softmin(dim=0)(ag.tensor([1.0, 1.0]))
    tensor([0.5000, 0.5000])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        """`softmin(input, dim)`."""
        return F.softmin(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """`log(softmax(x))` along `dim`, accurate where the softmax is tiny.

    >>> import autograd_fr as ag
    >>> ag.nn.LogSoftmax(dim=0)(ag.tensor([1.0, 1.0]))
    tensor([-0.6931, -0.6931])
    """

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Any) -> Any:
        """`log_softmax(input, dim)`."""
        return F.log_softmax(input, self.dim, _stacklevel=5)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax2d(Module):
    """Exponentials normalised over the channels of (N, C, H, W) or (C, H, W).

    >>> import autograd_fr as ag
    >>> ag.nn.Softmax2d()(ag.zeros(2, 1, 1)).flatten()
    tensor([0.5000, 0.5000])
    """

    def forward(self, input: Any) -> Any:
        """`softmax(input, -3)`; ShapeError for an input of neither 3 nor 4 axes."""
        if input.ndim not in (3, 4):
            raise ShapeError(f"Softmax2d takes 3 or 4 axes, got shape {tuple(input.shape)}")
        return F.softmax(input, -3)
