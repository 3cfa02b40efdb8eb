"""What may be asked of a CSV file."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import Any

from ..dtypes import as_dtype

WAYS = ("onehot", "label")


def check_arguments(
    *,
    target: Any,
    columns: Any,
    encode: Any,
    missing: Any,
    header: Any,
    delimiter: Any,
    decimal: Any,
    encoding: Any,
    dtype: Any,
) -> None:
    """Raises ValueError for arguments of `read_csv` that make no sense."""
    if isinstance(columns, str):
        raise ValueError(f"columns is a list, of names or places: [{columns!r}] for one")
    keys = [target] if target is not None else []
    keys += [] if columns is None else list(columns)
    keys += list(encode) if isinstance(encode, Mapping) else []
    if strange := [key for key in keys if not _is_key(key)]:
        raise ValueError(f"a column goes by its name or its place, not by {strange[0]!r}")
    ways = encode.values() if isinstance(encode, Mapping) else [encode] if encode else []
    if strange := [way for way in ways if way not in WAYS]:
        raise ValueError(f"words are encoded as {' or '.join(WAYS)}, not as {strange[0]!r}")
    if not (missing is None or isinstance(missing, numbers.Real)):
        raise ValueError(f"missing is the number that stands in, got {missing!r}")
    if header not in (None, True, False):
        raise ValueError(f"header is True or False, or left out, got {header!r}")
    if decimal not in (None, ".", ","):
        raise ValueError(f"decimal is a point or a comma, got {decimal!r}")
    if delimiter is not None and not _is_delimiter(delimiter, decimal):
        other = f" and not {decimal!r}" if decimal else ""
        raise ValueError(f"the delimiter is one character, no quote{other}, got {delimiter!r}")
    if as_dtype(dtype).kind != "f":
        raise ValueError(f"numbers become a floating dtype, not {dtype}")
    try:
        "x".encode(encoding)
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(f"encoding is the name of one, as 'utf-8', got {encoding!r}") from error


def _is_key(key: Any) -> bool:
    whole = isinstance(key, numbers.Integral) and not isinstance(key, bool)
    return isinstance(key, str) or whole


def _is_delimiter(given: Any, decimal: str | None) -> bool:
    return isinstance(given, str) and len(given) == 1 and given not in '\r\n"' + (decimal or "")
