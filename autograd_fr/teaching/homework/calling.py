"""Calling a student's function: what it gives, or a sentence about why that cannot be compared."""

from __future__ import annotations

import copy
import inspect
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...autograd.gradcheck.verdict import MISSING_SUM, TRANSPOSED
from ...autograd.value import Value
from ...messages.things import described
from . import fault
from .fault import Fault

Function = Callable[..., Any]
Results = dict[str, Any]


def check_signature(function: Function, names: Sequence[str], called: str) -> None:
    """Raise TypeError for what is no function, Fault for one that takes other arguments."""
    if not callable(function):
        raise TypeError(f"the answer is the function itself, not {described(function)}")
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # of a function that is not written in Python
        return
    try:
        signature.bind(*names)
    except TypeError:
        raise Fault(
            fault.SIGNATURE,
            f"it is called as {called}({', '.join(names)}); yours is {called}{signature}",
            "take these arguments, in this order; their names are your choice",
        ) from None


def called(function: Function, arguments: Mapping[str, Any]) -> Any:
    """What a function gives for copies of the arguments.

    Raises Fault where it raises an error, or writes into what it was given.
    """
    given = copy.deepcopy(dict(arguments))
    try:
        with np.errstate(all="ignore"):
            result = function(*given.values())
    except (Exception, SystemExit) as error:  # exit() must not end a notebook, or the marking
        raise raised(function, error) from error
    for name, before in arguments.items():
        if isinstance(before, np.ndarray) and not np.array_equal(
            before, given[name], equal_nan=before.dtype.kind == "f"
        ):
            raise Fault(
                fault.WRITES,
                f"it writes into {name}: the array that it was given has other entries afterwards",
                f"work on a copy, {name}.copy(), or make a new array: `{name} = {name} * 2` "
                f"makes one, `{name} *= 2` does not",
            )
    return result


def raised(function: Function, error: BaseException) -> Fault:
    """An error, with the line of the student's code that it comes from."""
    frames = traceback.extract_tb(error.__traceback__)[1:]  # without the call itself
    own = getattr(getattr(function, "__code__", None), "co_filename", None)
    line = next((f for f in reversed(frames) if f.filename == own), None)
    where = ""
    if line is not None:
        where = f" in line {line.lineno}" + (f", `{line.line}`" if line.line else "")
    return Fault(fault.RAISED, f"{type(error).__name__}{where}: {error}", _way_out(error))


def _way_out(error: BaseException) -> str:
    if isinstance(error, TypeError) and "keepdim" in str(error):
        return "the arguments are NumPy arrays: write axis= and keepdims=True"
    if isinstance(error, AttributeError) and "ndarray" in str(error):
        return "the arguments are NumPy arrays: use their methods, or functions of numpy"
    if isinstance(error, ValueError) and ("broadcast" in str(error) or "matmul" in str(error)):
        return "write the shape of every array in the line beside it, and see which do not fit"
    if isinstance(error, NameError):
        return "define the name before, or import it; your function gets its arguments, no more"
    return "call it by hand on the example of the exercise, and print what the line works with"


def listed(result: Any, names: Sequence[str]) -> Results:
    """The results by name. Raises Fault where they are others in number, or missing."""
    several = (result,)
    if isinstance(result, tuple) or (isinstance(result, list) and len(names) > 1):
        several = tuple(result)
    wanted = ", ".join(names)
    if result is None or all(x is None for x in several):
        raise Fault(
            fault.NOTHING, f"it gives None, where {wanted} should come out",
            f"end with `return {wanted}`: without `return` a function gives None",
        )  # fmt: skip
    if len(several) != len(names):
        raise Fault(
            fault.COUNT,
            f"it gives {len(several)} result{'s' * (len(several) != 1)}, where {len(names)} "
            f"should come out: {wanted}",
            f"end with `return {wanted}`, one for each, in this order",
        )
    for name, x in zip(names, several):
        if x is None:
            raise Fault(
                fault.NOTHING, f"{name} is None: it was forgotten", f"compute {name} as well", name
            )
    return {name: _array(x, name) for name, x in zip(names, several)}


def _array(x: Any, name: str) -> Any:
    try:
        array = x.array if isinstance(x, Value) else np.asarray(x)
    except ValueError:  # nested sequences of several lengths
        array = np.empty(0, object)
    if array.dtype.kind not in "fiub":
        of_dtype = f" of dtype {x.dtype}" if hasattr(x, "dtype") else ""
        raise Fault(
            fault.NOT_NUMBERS,
            f"{name} is {described(x)}{of_dtype}, not an array of real numbers",
            "give back a NumPy array, a tensor or a number",
            name,
        )
    return np.asarray(array)


def number(x: Any) -> float | None:
    """A number, an array or a tensor without axes as a float; None for anything else."""
    x = x.array if isinstance(x, Value) else x
    plain = isinstance(x, (int, float, np.number, np.ndarray)) and not np.iscomplexobj(x)
    return float(x) if plain and np.ndim(x) == 0 and np.asarray(x).dtype != object else None


def check_shapes(results: Results, like: Results, of: Mapping[str, str]) -> None:
    """Raise Fault for a result of another shape than that of the same name in `like`.

    `of`: per name the input that a gradient belongs to, which has the same shape; else nothing.
    """
    for name, x in results.items():
        is_, want = x.shape, like[name].shape
        if is_ == want:
            continue
        owner = of.get(name)
        told = f"{name} has the shape {is_}, where it should be {want}"
        told += f", that of {owner}" if owner else ""
        if owner and _broadcast(want, is_):
            raise Fault(
                MISSING_SUM,
                f"{told}: {owner} was broadcast, each of its entries is used several times",
                f"sum the gradient over the broadcast axes: .sum(axis), with keepdims=True where "
                f"{owner} has an axis of length 1",
                name,
            )
        if len(is_) > 1 and is_ == want[::-1]:
            raise Fault(TRANSPOSED, told, f"transpose a factor, or {name} as a whole", name)
        fix = "a gradient has the shape of what it belongs to" if owner else _reshaping(is_, want)
        raise Fault(fault.SHAPE, told, fix, name)


def _reshaping(is_: tuple[int, ...], want: tuple[int, ...]) -> str:
    if len(is_) < len(want):
        return "an axis is gone: a reduction keeps it with keepdims=True; an index removes it"
    return "look which axes a sum, a product or an index leaves, and which broadcasting adds"


def _broadcast(small: tuple[int, ...], large: tuple[int, ...]) -> bool:
    """Whether an array of the one shape is broadcast to the other, a larger one."""
    try:
        return np.broadcast_shapes(small, large) == large
    except ValueError:
        return False


def check_dtypes(results: Results, dtype: Any) -> None:
    """Raise Fault for a floating array that is not of the dtype of the inputs."""
    for name, x in results.items():
        if x.ndim and x.dtype.kind == "f" and x.dtype != dtype:
            raise Fault(
                fault.DTYPE,
                f"of inputs in {np.dtype(dtype)}, {name} becomes {x.dtype}: it takes twice the "
                "memory, and all that follows, too",
                "make arrays with np.zeros_like(x) or dtype=x.dtype; use Python's numbers: "
                "np.sqrt(2), and the quotient with an array of integers, are float64",
                name,
            )
