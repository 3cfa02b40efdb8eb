"""How a check is to be made: what its callers may choose."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real

from ...errors import RangeError


@dataclass(frozen=True)
class Settings:
    """The options of gradcheck, under PyTorch's names.

    `modes`: what the caller knows check_backward_ad and check_forward_ad by.
    """

    eps: float = 1e-6
    atol: float = 1e-5
    rtol: float = 1e-3
    nondet_tol: float = 0.0
    check_undefined_grad: bool = True
    check_grad_dtypes: bool = False
    check_batched_grad: bool = False
    check_batched_forward_grad: bool = False
    check_forward_ad: bool = False
    check_backward_ad: bool = True
    fast_mode: bool = False
    modes: tuple[str, str] = ("check_backward_ad", "check_forward_ad")

    def __post_init__(self) -> None:
        for name in ("eps", "atol", "rtol", "nondet_tol"):
            if not isinstance(getattr(self, name), Real):
                raise TypeError(f"{name} is a number; got {getattr(self, name)!r}")
        if not self.eps > 0:
            raise RangeError(f"eps is the step of the differences, above 0; got {self.eps}")
        if self.atol < 0 or self.rtol < 0 or self.nondet_tol < 0:
            raise RangeError("atol, rtol and nondet_tol are tolerances: 0 or above")
        backward, forward = self.modes
        if not (self.check_backward_ad or self.check_forward_ad):
            raise ValueError(f"nothing to check: leave {backward} on, or set {forward}")
        if self.check_batched_grad and not self.check_backward_ad:
            raise ValueError(f"check_batched_grad=True is about backward: set {backward}=True")
        if self.check_batched_forward_grad and not self.check_forward_ad:
            raise ValueError(
                f"check_batched_forward_grad=True is about forward mode: set {forward}=True"
            )
