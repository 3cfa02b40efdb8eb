"""Operands that are no tensors of numbers, or not of one dtype."""

from __future__ import annotations

from typing import Any

from ..failure import Failure, Operand, Row, Story


def story(f: Failure) -> Story | None:
    """Of None, of text, and of floating numbers of several widths."""
    about_none = "None" in str(f.error).split(": ", 1)[-1]  # after "linear of (2, 3) and None: "
    for operand in f.operands:
        if operand.value is None and about_none:  # else it is one that may be left out
            return Story(_head(f, operand), _rows(f), _nothing(operand))
        if isinstance(operand.value, str) and operand.name is not None:
            return Story(None, _rows(f), f"{operand} is text: float({operand.name}) is a number")
    kinds = {str(x.value.dtype) for x in f.shaped}
    return Story(rows=_rows(f), fix=_cast(f)) if len(kinds) > 1 else None


def _head(f: Failure, operand: Operand) -> str | None:
    known = "NoneType" not in str(f.error)
    return None if known else f"{f.op}: {operand} is None, not a tensor"


def _nothing(operand: Operand) -> str:
    if operand.label.endswith(".grad"):
        return f"{operand} is None until backward() has filled it"
    why = "as is what a function without `return` gives"
    return f"{operand} is None, {why}" if operand.name else f"it is None, {why}"


def _rows(f: Failure) -> list[Row]:
    return [Row(operand) for operand in f.shaped if operand.shape]


def _cast(f: Failure) -> str:
    """How the input of a layer gets the dtype of its parameters."""
    layer: Any = f.calls[0][0] if f.calls else None
    if f.op != "linear" or layer is None or getattr(layer, "weight", None) is None:
        return ""
    dtype = layer.weight.dtype
    x = f.operands[0]
    cast = f"{x.term}.to({dtype})" if x.can("to") else f"ag.tensor({x.label}, dtype=ag.{dtype})"
    return f"the layer is {dtype}: give it {cast}"
