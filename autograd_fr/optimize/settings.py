"""What the searches are given besides a function and a start, and what they refuse of it."""

from __future__ import annotations

from typing import Any


def arguments(args: Any, several: Any = tuple) -> tuple[Any, ...]:
    """`args` as a sequence: a value alone, what is not of the kind `several`, is one argument.

    >>> arguments((1, 2)), arguments(3.0), arguments([1, 2])
    ((1, 2), (3.0,), ([1, 2],))
    """
    return tuple(args) if isinstance(args, several) else (args,)


def check_settings(
    name: str,
    f: Any,
    *,
    jac: Any = None,
    tol: Any = None,
    callback: Any = None,
    options: Any = None,
) -> None:
    """Raise TypeError for what is not of its kind, before a search begins."""
    if not callable(f):
        raise TypeError(f"{name}: the first argument is a function, not {f!r}")
    if jac is not None and jac is not False:
        raise TypeError(
            f"{name}: derivatives are exact here, of the tensors that the function returns: leave "
            "jac out"
        )
    if tol is not None and not isinstance(tol, (int, float)):
        raise TypeError(f"{name}: tol is a number or None, not {tol!r}")
    if callback is not None and not callable(callback):
        raise TypeError(f"{name}: callback is a function or None, not {callback!r}")
    if options is not None and not isinstance(options, dict):
        raise TypeError(
            f"{name}: options are a dictionary by SciPy's names, as {{'maxiter': 100}}, not "
            f"{options!r}"
        )
