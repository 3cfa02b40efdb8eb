"""What a dtype can hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import dtypes
from .errors import DtypeError


class finfo:
    """The limits of a floating dtype, by default of the default one, as Python numbers.

    `max`, `min` (the most negative), `tiny` and `smallest_normal` (the least above 0 at full
    precision), `eps` (from 1 to the next), `resolution`, `bits`, `dtype`.

    Raises DtypeError for a dtype that is not floating.

    >>> finfo("float32").eps, finfo("float16").max
    (1.1920928955078125e-07, 65504.0)
    """

    def __init__(self, type: Any = None) -> None:
        dtype = dtypes.get_default_dtype() if type is None else dtypes.as_dtype(type)
        if dtype.kind != "f":
            raise DtypeError(f"finfo is for floating dtypes, not {dtype}: use iinfo")
        known = np.finfo(dtype)
        self.dtype, self.bits = str(dtype), known.bits
        self.max, self.min, self.eps = float(known.max), float(known.min), float(known.eps)
        self.tiny = self.smallest_normal = float(known.smallest_normal)
        self.resolution = 10.0**-known.precision

    def __repr__(self) -> str:
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        shown = ", ".join(f"{name}={getattr(self, name):g}" for name in names)
        return f"finfo({shown}, dtype={self.dtype})"


class iinfo:
    """The limits of an integer dtype: `max`, `min`, `bits`, `dtype`.

    Raises DtypeError for a dtype of no integers.

    >>> iinfo("int8")
    iinfo(min=-128, max=127, dtype=int8)
    """

    def __init__(self, type: Any) -> None:
        dtype = dtypes.as_dtype(type)
        if dtype.kind not in "iu":
            raise DtypeError(f"iinfo is for integer dtypes, not {dtype}: use finfo")
        known = np.iinfo(dtype)
        self.dtype, self.bits = str(dtype), known.bits
        self.max, self.min = int(known.max), int(known.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"
