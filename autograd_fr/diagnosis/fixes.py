"""What to do about a number that is not finite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .births import Birth

FORWARD = {
    "log": "log has no value at 0 and below: clamp(min=...) its input, or take log1p, xlogy, "
    "log_softmax, or a loss that takes logits, where one of these is meant",
    "sqrt": "sqrt has no real value below 0: clamp(min=0) its input where that is rounding, else "
    "look at what made it negative",
    "div": "a divisor is 0: add a small number to it, or choose with where(d == 0, 1, d) before "
    "dividing",
    "reciprocal": "the input is 0: add a small number to it",
    "pow": "a negative base has no real power with a fraction in the exponent, and 0 none with a "
    "negative one",
    "asin": "asin and acos exist on [-1, 1] only: clamp(-1, 1) the input where it is rounding",
    "atanh": "atanh exists on (-1, 1) only: clamp the input to stay inside",
    "softmax": "every entry of this row is -inf: leave one unmasked in each row, or replace the "
    "row afterwards with where",
    "var": "one entry has no variance with correction=1: give correction=0, or a larger batch",
    "sub": "inf - inf has no value: keep its operands finite",
    "mul": "0 times inf has no value: keep its operands finite, or choose with where",
    "mean": "the mean of no entries has no value: see why the tensor is empty",
}
ALIKE = {
    "log2": "log", "log10": "log", "log1p": "log", "xlogy": "log", "logit": "log",
    "rsqrt": "sqrt", "addcdiv": "div", "fmod": "div", "remainder": "div",
    "acos": "asin", "log_softmax": "softmax", "std": "var",
}  # fmt: skip
BACKWARD = {
    "sqrt": "the slope of sqrt at 0 is infinite: take the root of x + eps, or keep 0 out of it "
    "with where before the root, not after it",
    "pow": "the slope of this power at 0 is infinite: add a small number to the base",
    "log": "the slope of log at 0 is infinite: clamp(min=...) its input",
    "div": "the derivative divides by the square of the divisor: keep that away from 0",
    "asin": "the slope of asin and acos at -1 and 1 is infinite: clamp the input to stay inside",
    "exp": "its result has overflowed already: keep the input smaller, e.g. subtract its maximum",
}
SAME_SLOPE = {**ALIKE, "reciprocal": "div", "cbrt": "pow", "acosh": "sqrt"}


def fix_for(birth: Birth) -> str:
    """The advice that fits a birth best."""
    if birth.direction == "outside":
        return _outside(birth)
    if birth.overflow and birth.dtype is not None:
        return (
            f"numbers of {birth.dtype} end at {np.finfo(birth.dtype).max:.4g}: keep the input "
            "smaller (a smaller learning rate or scale, subtract the maximum before exp), or "
            "compute in a wider dtype"
        )
    table, alike = (FORWARD, ALIKE) if birth.direction == "forward" else (BACKWARD, SAME_SLOPE)
    advice = table.get(birth.op) or table.get(alike.get(birth.op, ""))
    if advice is not None:
        return advice
    return f"keep the inputs of {birth.op} where it, and its derivative, are finite"


def _outside(birth: Birth) -> str:
    if birth.op == "backward":
        return "give backward() a finite gradient, and see that hooks return one"
    if birth.writer is not None:
        return (
            "where an optimizer wrote it: take smaller steps (lr), or clip the gradients before "
            "step(); else look at what was written"
        )
    return "check the data: isfinite() finds such entries, nan_to_num() replaces them"
