"""What programs set before they start: accepted where it holds anyway, or has an effect here."""

from __future__ import annotations

import operator
import warnings
from typing import Any

from .kernels import allocation, blas, threads

_PRECISIONS = ("highest", "high", "medium")
_COMPILE = {"fullgraph", "dynamic", "backend", "mode", "options", "name", "disable"}
_COMPILE |= {"recompile_limit", "isolate_recompiles", "shapes_spec"}
_state: dict[str, Any] = {"precision": "highest", "deterministic": False}


def compile(model: Any = None, **options: Any) -> Any:
    """The function or module that is given: there is nothing to compile. Also a decorator.

    Raises TypeError for options that PyTorch has not, as Keras's, which would be without effect.

    >>> @compile(mode="reduce-overhead")
    ... def f(x):
    ...     return x + 1
    >>> f(1)
    2
    """
    for name in options:
        if name not in _COMPILE:
            raise TypeError(
                f"compile() has no argument {name!r}, as in PyTorch; a model is trained by "
                "training.fit(model, data, loss, optimizer)"
            )
    if model is None:
        return lambda given: given
    if not callable(model):
        raise TypeError(f"compile takes a function or a module, not {type(model).__name__}")
    return model


def get_float32_matmul_precision() -> str:
    """What `set_float32_matmul_precision` was given."""
    return str(_state["precision"])


def set_float32_matmul_precision(precision: str) -> None:
    """Note how exact float32 products must be at least; here they have full precision always.

    Raises ValueError for a word other than "highest", "high" and "medium".

    >>> set_float32_matmul_precision("high"); get_float32_matmul_precision()
    'high'
    """
    if precision not in _PRECISIONS:
        raise ValueError(f"the precision is one of {', '.join(_PRECISIONS)}, not {precision!r}")
    _state["precision"] = precision


def are_deterministic_algorithms_enabled() -> bool:
    """Whether `use_deterministic_algorithms` asked for what is the case anyway."""
    return bool(_state["deterministic"])


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Note that the same program shall give the same numbers, as it does.

    >>> use_deterministic_algorithms(True); are_deterministic_algorithms_enabled()
    True
    """
    _state["deterministic"] = bool(mode)


def get_num_threads() -> int:
    """How many threads compute: as set, as OPENBLAS_NUM_THREADS or OMP_NUM_THREADS said at the
    start, or one per processor."""
    return threads.number


def set_num_threads(n: int) -> None:
    """Compute on `n` threads from now on, those of NumPy's matrix products among them.

    A BLAS other than the OpenBLAS of NumPy's wheels cannot be told, of which a RuntimeWarning
    tells. Raises ValueError below 1, TypeError for what is no integer.

    >>> before = get_num_threads()
    >>> set_num_threads(1); get_num_threads()
    1
    >>> set_num_threads(before)
    """
    threads.number = _whole(n, 1, "the number of threads")
    if not blas.tell(n):
        warnings.warn(
            "NumPy's BLAS cannot be told how many threads to take: its products keep theirs; set "
            "OMP_NUM_THREADS before the program starts",
            RuntimeWarning,
            stacklevel=2,
        )


def _whole(n: Any, least: int, what: str) -> int:
    """`n`, an integer from `least` on, in an error that says `what` it is to be."""
    try:
        number = operator.index(n)
    except TypeError:
        raise TypeError(f"{what} is an integer, not {n!r}") from None
    if number < least:
        raise ValueError(f"{what} is at least {least}, got {n}")
    return number


def get_num_interop_threads() -> int:
    """How many operations run side by side: one."""
    return 1


def set_num_interop_threads(n: int) -> None:
    """Accepted; operations run one after another."""


def get_memory_kept() -> int:
    """How many bytes of freed memory are kept for new arrays; 0 where the system decides."""
    return allocation.kept


def set_memory_kept(limit: int) -> bool:
    """Keep up to `limit` bytes of freed memory for new arrays; False where glibc is not in use.

    At first it is 256 MB, unless MALLOC_TRIM_THRESHOLD_ or its like stands in the environment. It
    concerns the whole process, and spares it to have the same memory cleared in every step.
    """
    return allocation.keep(_whole(limit, 0, "the number of bytes"))


def set_flush_denormal(mode: bool) -> bool:
    """Whether numbers next to 0 are rounded to it from now on: NumPy has no such setting."""
    return False
