"""Activations made of straight pieces as modules: thin objects around the functions.

With `inplace` the memory of the input is used, where that need not be kept for a gradient.
"""

from __future__ import annotations

from typing import Any

from ..creation.values import zeros
from ..devices import on_cpu
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


class InPlace(Module):
    """A module with nothing but the option `inplace`."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


def inplace_shown(module: Any) -> str:
    """The end of the text in a repr: that a module works in place, if it does."""
    return ", inplace=True" if module.inplace else ""


class ReLU(InPlace):
    """`max(0, x)`, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.ReLU()(ag.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def forward(self, input: Any) -> Any:
        """`max(0, input)`."""
        return F.relu(input, self.inplace)


class LeakyReLU(Module):
    """x above 0, `negative_slope * x` below.

    >>> import autograd_fr as ag
    >>> ag.nn.LeakyReLU(0.1)(ag.tensor([-1.0, 2.0]))
    tensor([-0.1000,  2.0000])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope, self.inplace = negative_slope, inplace

    def forward(self, input: Any) -> Any:
        """`leaky_relu(input, negative_slope)`."""
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}{inplace_shown(self)}"


class PReLU(Module):
    """x above 0, `weight * x` below, with slopes that are learned (He et al. 2015).

    Parameter: `weight`, (num_parameters), one for all or one for each channel; `init` at first.

    >>> import autograd_fr as ag
    >>> ag.nn.PReLU()(ag.tensor([-1.0, 2.0]))
    tensor([-0.2500,  2.0000], grad_fn=<SlopedBackward0>)
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        on_cpu(device)
        self.num_parameters, self.init = num_parameters, init
        self.weight = Parameter(zeros(num_parameters, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set all slopes to `init`."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Any) -> Any:
        """`prelu(input, weight)`."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """x above 0, `a * x` below: a is drawn from [lower, upper] in training, else their mean.

    >>> import autograd_fr as ag
    >>> ag.nn.RReLU(0.0, 0.5).eval()(ag.tensor([-1.0, 2.0]))
    tensor([-0.2500,  2.0000])
    """

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Any) -> Any:
        """`rrelu(input, lower, upper, training)`."""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        return f"lower={self.lower}, upper={self.upper}{inplace_shown(self)}"


class Hardtanh(Module):
    """x confined to [min_val, max_val], entry by entry. Raises ValueError where none is between.

    >>> import autograd_fr as ag
    >>> ag.nn.Hardtanh()(ag.tensor([-3.0, 0.5]))
    tensor([-1.0000,  0.5000])
    """

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        self.min_val = min_val if min_value is None else min_value  # their names of old
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise ValueError(f"min_val={self.min_val} must be below max_val={self.max_val}")

    def forward(self, input: Any) -> Any:
        """`hardtanh(input, min_val, max_val)`."""
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}{inplace_shown(self)}"


class ReLU6(Hardtanh):
    """`min(max(0, x), 6)`, entry by entry.

    >>> import autograd_fr as ag
    >>> ag.nn.ReLU6()(ag.tensor([-1.0, 2.0, 7.0]))
    tensor([0., 2., 6.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def forward(self, input: Any) -> Any:
        """`relu6(input)`."""
        return F.relu6(input, self.inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Hardsigmoid(InPlace):
    """0 up to -3, 1 from 3 on, and `x / 6 + 1/2` between them.

    >>> import autograd_fr as ag
    >>> ag.nn.Hardsigmoid()(ag.tensor([-4.0, 0.0, 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """

    def forward(self, input: Any) -> Any:
        """`hardsigmoid(input)`."""
        return F.hardsigmoid(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


class Hardswish(InPlace):
    """`x * hardsigmoid(x)`, entry by entry (arXiv:1905.02244).

    >>> import autograd_fr as ag
    >>> ag.nn.Hardswish()(ag.tensor([0.0, 3.0]))
    tensor([0., 3.])
    """

    def forward(self, input: Any) -> Any:
        """`hardswish(input)`."""
        return F.hardswish(input, self.inplace)

    def extra_repr(self) -> str:
        return ""


class Hardshrink(Module):
    """x where |x| is above `lambd`, else 0.

    >>> import autograd_fr as ag
    >>> ag.nn.Hardshrink()(ag.tensor([-1.0, 0.25]))
    tensor([-1.,  0.])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        """`hardshrink(input, lambd)`."""
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Softshrink(Module):
    """x brought nearer to 0 by `lambd`, and no farther than to 0.

    >>> import autograd_fr as ag
    >>> ag.nn.Softshrink()(ag.tensor([-1.0, 0.25]))
    tensor([-0.5000,  0.0000])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def forward(self, input: Any) -> Any:
        """`softshrink(input, lambd)`."""
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        return str(self.lambd)


class Threshold(Module):
    """x where it is above the threshold, else `value`.

    >>> import autograd_fr as ag
    >>> ag.nn.Threshold(0.0, 5.0)(ag.tensor([-1.0, 2.0]))
    tensor([5., 2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold, self.value, self.inplace = threshold, value, inplace

    def forward(self, input: Any) -> Any:
        """`threshold(input, threshold, value)`."""
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}{inplace_shown(self)}"
