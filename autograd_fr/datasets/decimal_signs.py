"""The point and the comma in numbers: either may be the decimal sign, or separate thousands."""

from __future__ import annotations

import re

from ..errors import DataError

OTHER = {".": ",", ",": "."}
NAMES = {".": "point", ",": "comma"}
# 1,234 or -12,345,678.9: three digits behind each comma
GROUPED = {
    sign: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:[{sign}]\d{{3}})+(?:[{decimal}]\d*)?")
    for sign, decimal in OTHER.items()
}


class OtherSign(DataError):
    """A cell is a number only by the sign that is not the file's decimal sign."""


def separates_thousands(cell: str, sign: str) -> str:
    """What to do if the sign separates thousands in the cell; empty where it cannot."""
    if not GROUPED[sign].fullmatch(cell):
        return ""
    return f"the {NAMES[sign]} separates thousands: take it out"


def sign_advice(cell: str, sign: str, is_number: bool) -> str:
    """What to do with a cell for its `sign`, by which it `is_number`; empty if it is not that."""
    thousands = separates_thousands(cell, sign)
    if is_number:
        return f"it is one with decimal={sign!r}" + (f", unless {thousands}" if thousands else "")
    return f"it is one if {thousands}" if thousands else ""
