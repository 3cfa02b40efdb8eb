"""Element types and PyTorch's promotion rules for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from .batching.known import Batched
from .errors import AutogradError, DtypeError, RangeError, SequenceError, ShapeError

__all__ = [
    "bfloat16", "can_cast", "complex64", "complex128", "dtype", "float16", "float32", "float64",
    "get_default_dtype", "int8", "int16", "int32", "int64", "promote_types",
    "set_default_dtype", "uint8",
]  # fmt: skip

dtype = np.dtype
float16 = np.dtype(np.float16)
float32 = np.dtype(np.float32)
float64 = np.dtype(np.float64)
int8 = np.dtype(np.int8)
int16 = np.dtype(np.int16)
int32 = np.dtype(np.int32)
int64 = np.dtype(np.int64)
uint8 = np.dtype(np.uint8)
bool_ = np.dtype(np.bool_)


class Absent:
    """A dtype of PyTorch's that NumPy or this package has not: it can be named, not used."""

    is_floating_point = True

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


bfloat16 = Absent("bfloat16")
complex64, complex128 = Absent("complex64"), Absent("complex128")

SUPPORTED = (float16, float32, float64, int8, int16, int32, int64, uint8, bool_)

# A wider category wins over a narrower one, whatever the sizes: int64 with float32 is float32.
_CATEGORY = {"b": 0, "i": 1, "u": 1, "f": 2}
_PYTHON = {"bool": bool_, "int": int64, "float": float32}
PYTHON_NUMBERS = frozenset((bool, int, float))


def get_default_dtype() -> np.dtype[Any]:
    """The dtype of Python floats: float32 unless `set_default_dtype` chose another.

    >>> get_default_dtype()
    dtype('float32')
    """
    return _PYTHON["float"]


def set_default_dtype(dtype: Any) -> None:
    """Choose the dtype that Python floats become: float16, float32 or float64.

    Raises DtypeError for any other.

    >>> set_default_dtype(float64); get_default_dtype()
    dtype('float64')
    >>> set_default_dtype(float32)
    """
    chosen = as_dtype(dtype)
    if chosen.kind != "f":
        raise DtypeError(f"the default dtype must be a floating one, got {chosen}")
    _PYTHON["float"] = chosen


def as_dtype(dtype: Any) -> np.dtype[Any]:
    """`dtype` as one of the supported element types, or DtypeError.

    >>> as_dtype("float64")
    dtype('float64')
    """
    if isinstance(dtype, Absent):
        raise DtypeError(f"dtype {dtype} is not supported; choose one of {_names()}")
    try:
        found = np.dtype(dtype)
    except TypeError:
        raise DtypeError(f"{dtype!r} is not a dtype; choose one of {_names()}") from None
    for supported in SUPPORTED:
        if found == supported:
            return supported
    raise DtypeError(f"dtype {found} is not supported; choose one of {_names()}")


def of_scalar(number: Any) -> np.dtype[Any]:
    """The dtype a number takes as a tensor: bool, int64, or the default floating one."""
    number = number.item() if isinstance(number, np.generic) else number
    if type(number) not in PYTHON_NUMBERS:
        raise DtypeError(f"a number is needed, got {_shortened(number)}")
    return _PYTHON[type(number).__name__]


def as_array(data: Any, dtype: Any = None) -> Any:
    """`data` as an array of a supported dtype (a NumPy scalar where it has no axes).

    Arrays keep their dtype. Lists take the narrowest that holds all their entries, of which
    Python's count with PyTorch's dtypes, and tensors in them must be single numbers.
    Raises DtypeError for anything that is not numeric, ShapeError for ragged lists and for longer
    tensors in a list, RangeError for integers beyond int64.

    >>> as_array([1, 2.5]), as_array([1, np.float64(2.5)])
    (array([1. , 2.5], dtype=float32), array([1. , 2.5]))
    """
    wanted = None if dtype is None else as_dtype(dtype)
    if type(data) is float and (wanted is None or wanted.kind == "f"):
        return (wanted or get_default_dtype()).type(data)
    if type(data) is not np.ndarray and not isinstance(data, (np.generic, Batched)):
        given, found = data, set[np.dtype[Any]]()
        data = _numbers(given, found)
        own = reduce(_wider, found)
        beyond = data.dtype.kind == "f" or (wanted is None and data.dtype == np.uint64)
        wanted = as_dtype(own) if wanted is None else wanted
        if beyond and own.kind == "i" == wanted.kind:
            raise RangeError(f"cannot make a tensor of {_shortened(given)}: numbers are needed "
                             "that int64 can hold, or floats")  # fmt: skip
    array = data.astype(as_dtype(data.dtype) if wanted is None else wanted, copy=False)
    return array if array.ndim else array[()]


def numbers_array(operand: Any) -> Any:
    """`operand` of an operation, which is no tensor, as an array: of lists of numbers, `as_array`.

    Raises as that does, and as `check_no_tensors`.
    """
    check_no_tensors(operand)
    return as_array(operand)


def check_no_tensors(operand: Any) -> None:
    """Raise SequenceError for tensors in lists, whose graph would be cut."""
    if holds_tensors(operand):
        raise SequenceError(
            f"a {type(operand).__name__} of tensors, where one tensor is needed; stack() or cat() "
            "makes one of several"
        )


def holds_tensors(data: Any) -> bool:
    """Whether there is a tensor in these nested lists.

    >>> holds_tensors([1, [2, 3.0]])
    False
    """
    if not isinstance(data, (list, tuple)) or PYTHON_NUMBERS.issuperset(map(type, data)):
        return False
    return any(_is_tensor(x) or holds_tensors(x) for x in data)


def _is_tensor(x: Any) -> bool:
    return hasattr(x, "array") and hasattr(x, "node")


def fitting(data: Any, dtype: Any, overflow: bool = False) -> Any:
    """`data` as an array of `dtype`, where the numbers of Python in it must fit.

    Fractions are cut off and negative numbers wrapped around in uint8, as in PyTorch. Raises
    DtypeError for what is beyond the dtype; `overflow` lets floating numbers become inf.

    >>> fitting(-9, uint8)
    np.uint8(247)
    """
    with np.errstate(invalid="ignore", over="ignore"):
        array = as_array(data, dtype)
    given = isinstance(data, (np.ndarray, np.generic, Batched))
    if given or array.dtype.kind == "b" or (overflow and array.dtype.kind == "f"):
        return array
    source = _numbers(data, set())
    low, high = bounds(array.dtype)
    inside = (source >= (-high if low == 0 else low)) & (source <= high)
    if array.dtype.kind == "f":
        inside |= ~np.isfinite(source)
    if not inside.all():
        raise DtypeError(
            f"{source[~inside].flat[0]} does not fit in {array.dtype}, which goes from {low} to "
            f"{high}"
        )
    return array


def bounds(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """The least and the greatest number of a dtype.

    >>> bounds(uint8)
    (0, 255)
    """
    if dtype.kind == "b":
        return 0, 1
    info: Any = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return info.min, info.max


def plain(name: str, operand: Any) -> Any:
    """What stands beside a tensor in an operation: a Python number as it is, else an array.

    NumPy scalars count as Python numbers, as in PyTorch: they do not widen a float32 tensor.
    """
    if type(operand) in PYTHON_NUMBERS:
        return operand
    return operand.item() if isinstance(operand, np.generic) else operand_array(name, operand)


def operand_array(name: str, operand: Any) -> Any:
    """`operand` of the operation `name` as an array; its errors name the operation.

    >>> operand_array("add", "a")
    Traceback (most recent call last):
    autograd_fr.errors.DtypeError: add: cannot make a tensor of 'a': numbers are needed
    """
    try:
        return numbers_array(operand)
    except AutogradError as error:
        raise type(error)(f"{name}: {error}") from None


def to_promote(operands: Sequence[Any], floating: bool) -> np.dtype[Any] | None:
    """The dtype that operands must be brought to before an operation; None where they agree.

    `floating` asks for a floating result. At least one operand is no Python number.
    """
    first: Any = None
    for x in operands:
        if type(x) in PYTHON_NUMBERS:
            continue
        if first is None:
            first = x.dtype
        elif x.dtype is not first:
            break
    else:
        if first.kind == "f":  # the common case; no Python number is wider than that
            return None
    common = result_type(*operands)
    if floating and common.kind != "f":
        common = get_default_dtype()
    agree = all(type(x) in PYTHON_NUMBERS or x.dtype == common for x in operands)
    return None if agree else common


def result_type(*operands: Any) -> np.dtype[Any]:
    """The dtype of an elementwise result of tensors, arrays and numbers, by PyTorch's rule.

    Those with axes decide; 0-d ones count only where they are of a wider category
    (bool < integer < floating), and Python numbers likewise after them.

    >>> result_type(np.zeros(2, np.float32), np.float64(1.0), 2)
    dtype('float32')
    >>> result_type(np.zeros(2, np.int64), 0.5)
    dtype('float32')
    """
    ranks: list[np.dtype[Any] | None] = [None, None, None]
    for x in operands:
        if type(x) in PYTHON_NUMBERS:
            rank, dtype = 2, of_scalar(x)
        elif hasattr(x, "dtype"):
            rank, dtype = (0 if x.ndim else 1), x.dtype
        else:
            raise DtypeError(f"a tensor or a number is needed, got {_shortened(x)}")
        ranks[rank] = _wider(ranks[rank], dtype)
    result: np.dtype[Any] | None = None
    for candidate in ranks:
        if candidate is not None and (result is None or category(candidate) > category(result)):
            result = candidate
    assert result is not None
    return result


def category(dtype: np.dtype[Any]) -> int:
    """0 for bool, 1 for integers, 2 for floating numbers: none fits in a narrower one."""
    return _CATEGORY[dtype.kind]


def promote_types(type1: Any, type2: Any) -> np.dtype[Any]:
    """The narrowest dtype that the entries of both can be brought to, by PyTorch's rule.

    >>> promote_types("int64", "float16")
    dtype('float16')
    """
    return _wider(as_dtype(type1), as_dtype(type2))


def can_cast(from_: Any, to: Any) -> bool:
    """Whether a result of the one dtype may be written into the other: not to a narrower category.

    >>> can_cast(float64, float32), can_cast(float32, int64)
    (True, False)
    """
    return category(as_dtype(from_)) <= category(as_dtype(to))


def _wider(a: np.dtype[Any] | None, b: np.dtype[Any]) -> np.dtype[Any]:
    if a is None or _CATEGORY[b.kind] > _CATEGORY[a.kind]:
        return b
    return a if _CATEGORY[a.kind] > _CATEGORY[b.kind] else np.promote_types(a, b)


def kind(operand: Any) -> str:
    """`b`, `i`, `u` or `f`: the kind of an array or a Python number."""
    dtype = of_scalar(operand) if type(operand) in PYTHON_NUMBERS else operand.dtype
    return str(dtype.kind)


def wrapped(*operands: Any) -> list[Any]:
    """`operands` with Python integers beyond the others' dtype wrapped around, as in PyTorch.

    >>> wrapped(np.zeros(1, np.uint8), 300)
    [array([0], dtype=uint8), np.uint8(44)]
    """
    dtype = next(x.dtype for x in operands if hasattr(x, "dtype"))
    return [as_array(x, dtype) if type(x) is int else x for x in operands]


def _names() -> str:
    return ", ".join(str(d) for d in SUPPORTED)


def _numbers(data: Any, found: set[np.dtype[Any]]) -> np.ndarray[Any, Any]:
    """Numbers, arrays and nested lists of them as one array; their own dtypes go into `found`."""
    bare = _unwrapped(data, found)
    try:
        array = np.asarray(bare)
    except ValueError:
        array = None
    if array is None:  # the error of NumPy is gone by now, and what it held
        raise ShapeError(f"cannot make a tensor of rows of different lengths: {_uneven(data)}")
    if array.dtype.kind == "O" and array.dtype not in found:
        array = array.astype(float64)  # there are integers beyond what NumPy's dtypes hold
    if array.dtype.kind not in "biuf":
        known = "complex numbers are not supported" if array.dtype.kind == "c" else (
            "numbers are needed")  # fmt: skip
        raise DtypeError(f"cannot make a tensor of {_shortened(data)}: {known}")
    return array


def _unwrapped(data: Any, found: set[np.dtype[Any]]) -> Any:
    """Nested lists with the tensors in them replaced by numbers."""
    if _is_tensor(data):
        found.add(data.dtype)
        return data.array
    if type(data) in PYTHON_NUMBERS:
        found.add(of_scalar(data))
        return data
    if not isinstance(data, (list, tuple)):
        array = np.array(data)  # a copy: what else may hold this memory, nobody knows
        bare = array.dtype.kind == "f" and not hasattr(data, "dtype")
        found.add(get_default_dtype() if bare else array.dtype)
        return array
    kinds = set(map(type, data))
    if kinds <= PYTHON_NUMBERS:
        found.update([_PYTHON[kind.__name__] for kind in kinds] or [get_default_dtype()])
        return data
    return [_single(_unwrapped(x, found)) if hasattr(x, "node") else _unwrapped(x, found)
            for x in data]  # fmt: skip


def _uneven(data: Any) -> str:
    """Which of nested rows is the first that is not as long as the first beside it.

    >>> _uneven([[1, 2], [3]])
    'data[1] has 1 entries, data[0] has 2'
    """
    level: list[tuple[str, Any]] = [("data", data)]
    while level:
        sizes = [f"{len(row)} entries" if hasattr(row, "__len__") else "none" for _, row in level]
        for (name, _), size in zip(level, sizes):
            if size != sizes[0]:
                return f"{name} has {size}, {level[0][0]} has {sizes[0].removesuffix(' entries')}"
        if sizes[0] == "none":
            break
        level = [(f"{name}[{k}]", x) for name, row in level for k, x in enumerate(row)]
    return "rows and numbers stand side by side"


def _single(array: Any) -> Any:
    """The entry of an array that stands for a tensor in a list."""
    if array.size != 1:
        raise ShapeError(f"a tensor of shape {array.shape} in a list: only tensors of one entry "
                         "can be numbers in it; use stack() or cat() for longer ones")  # fmt: skip
    return array.reshape(())[()]


def _shortened(data: Any) -> str:
    text = repr(data)
    return text if len(text) <= 60 else text[:57] + "..."
