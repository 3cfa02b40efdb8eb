"""How a check is to be made: what its callers may choose."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import RangeError


@dataclass(frozen=True)
class Settings:
    """The options of gradcheck and gradgradcheck, under PyTorch's names."""

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

    def __post_init__(self) -> None:
        if not self.eps > 0:
            raise RangeError(f"eps is the step of the differences, above 0; got {self.eps}")
        if self.atol < 0 or self.rtol < 0 or self.nondet_tol < 0:
            raise RangeError("atol, rtol and nondet_tol are tolerances: 0 or above")
        if not (self.check_backward_ad or self.check_forward_ad):
            raise ValueError(
                "nothing to check: leave check_backward_ad on, or set check_forward_ad"
            )
        if self.check_batched_grad and not self.check_backward_ad:
            raise ValueError(
                "check_batched_grad=True is about backward: set check_backward_ad=True"
            )
        if self.check_batched_forward_grad:
            raise NotImplementedError(
                "check_batched_forward_grad: tangents are compared one by one only; leave it out"
            )
