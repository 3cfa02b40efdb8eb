"""What to do about a number that is not finite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .births import Birth

NO_ENTRIES = "there are no entries to take it of: see why the tensor is empty"
FORWARD = {
    "log": "log has no value at 0 and below: clamp(min=...) its input, or take log1p, xlogy, "
    "log_softmax, or a loss that takes logits, where one of these is meant",
    "log1p": "log1p has no value at -1 and below: clamp(min=...) its input",
    "logit": "logit exists on (0, 1) only: give eps, or clamp the input to stay inside",
    "sqrt": "sqrt has no real value below 0: clamp(min=0) its input where that is rounding, else "
    "look at what made it negative",
    "div": "a divisor is 0: add a small number to it, or choose with where(d == 0, 1, d) before "
    "dividing",
    "reciprocal": "the input is 0: add a small number to it",
    "pow": "a negative base has no real power with a fraction in the exponent, and 0 none with a "
    "negative one",
    "asin": "asin and acos exist on [-1, 1] only: clamp(-1, 1) the input where it is rounding",
    "atanh": "atanh exists on (-1, 1) only: clamp the input to stay inside",
    "var": "there are too few entries for this correction: give correction=0, or a larger batch",
}
ALIKE = {
    "log2": "log", "log10": "log", "xlogy": "log",
    "rsqrt": "sqrt", "addcdiv": "div", "fmod": "div", "remainder": "div",
    "acos": "asin", "std": "var",
}  # fmt: skip
INFINITE = {  # where it takes infinities to make it
    "rows": "every entry of this row is -inf: leave one unmasked in each row, or replace the "
    "row afterwards with where",
    "sub": "inf - inf has no value: keep its operands finite",
    "mul": "0 times inf has no value: keep its operands finite, or choose with where",
}
BACKWARD = {
    "sqrt": "the slope of sqrt at 0 is infinite: take the root of x + eps, or keep 0 out of it "
    "with where before the root, not after it",
    "pow": "the slope of this power at 0 is infinite: add a small number to the base",
    "log": "the slope of log at 0 is infinite: clamp(min=...) its input",
    "div": "the derivative divides by the square of the divisor: keep that away from 0",
    "asin": "the slope of asin and acos at -1 and 1 is infinite: clamp the input to stay inside",
    "exp": "its result has overflowed already: keep the input smaller, e.g. subtract its maximum",
}
SAME_SLOPE = {
    **ALIKE,
    "log1p": "log",
    "logit": "log",
    "reciprocal": "div",
    "cbrt": "pow",
    "acosh": "sqrt",
}

_ROWS = ("softmax", "log_softmax", "attention_weights", "cross_entropy")
_AVERAGES = ("mean", "var", "std")


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
    return (
        _advice(birth) or f"keep the inputs of {birth.op} where it, and its derivative, are finite"
    )


def _advice(birth: Birth) -> str | None:
    """What is known of the operation: for ordinary numbers, or for infinite ones."""
    op = birth.op
    if birth.direction == "backward":
        if birth.infinities.size:
            return f"{op} has no derivative at infinite numbers: keep its inputs finite"
        return BACKWARD.get(op) or BACKWARD.get(SAME_SLOPE.get(op, ""))
    if birth.infinite:
        masked = op in _ROWS and (birth.infinities == -np.inf).all()
        return INFINITE.get("rows" if masked else op) or (
            f"{op} has no value for infinite numbers like these: keep its inputs finite"
        )
    if op in _AVERAGES and not birth.inputs:
        return NO_ENTRIES
    if op == "rsqrt" and np.isinf(birth.value):
        op = "reciprocal"
    return FORWARD.get(op) or FORWARD.get(ALIKE.get(op, ""))


def _outside(birth: Birth) -> str:
    if birth.maker is not None:
        return "put the forward pass inside the block too: it shows where the number was born"
    if birth.op == "backward":
        return "give backward() a finite gradient, and see that hooks return one"
    if birth.writer is not None:
        return (
            "where an optimizer wrote it: take smaller steps (lr), or clip the gradients before "
            "step(); else look at what was written"
        )
    return "check the data: isfinite() finds such entries, nan_to_num() replaces them"
