"""What is checked: a function, its inputs, and what both are called."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...errors import GradcheckError, NothingToCheckError
from ..function import Function
from ..value import Value
from .check import Func


class Problem:
    """A function with its inputs; of those, the ones that require a gradient are `checked`.

    Outputs are the floating tensors among the results; `judged` are those that require a gradient
    or, where none does, all.
    """

    def __init__(
        self,
        func: Func,
        inputs: Value | Sequence[Any],
        input_names: Sequence[str] | None = None,
        output_names: Sequence[str] | None = None,
    ) -> None:
        if not callable(func):
            raise TypeError(f"func is the function to check, and is called; got {func!r}")
        self.func = func
        self.inputs = _one_by_one(inputs)
        self.checked = checked_places(self.inputs)
        self.input_names = list(input_names or names_of(func, self.inputs))
        self._output_names = output_names
        self._before = [np.array(x.array) if isinstance(x, Value) else None for x in self.inputs]
        self.first = self.outputs()
        if not self.first:
            raise GradcheckError(
                "no output is a floating tensor: there is nothing to differentiate"
            )
        requiring = [o for o, y in enumerate(self.first) if y._requires_grad]
        self.connected = bool(requiring)
        self.judged = requiring or list(range(len(self.first)))

    def outputs(self) -> list[Value]:
        """The floating tensors that the function returns now."""
        result = self.func(*self.inputs)
        listed = list(result) if isinstance(result, (tuple, list)) else [result]
        self.numbers = [
            i for i, y in enumerate(listed) if isinstance(y, Value) and y.array.dtype.kind == "f"
        ]
        return [listed[i] for i in self.numbers]

    def output_name(self, o: int) -> str:
        """What the o-th output is called."""
        if self._output_names is not None:
            return self._output_names[o]
        return f"output {self.numbers[o]}"

    @contextmanager
    def at(self, i: int, array: Any) -> Iterator[None]:
        """Let input `i` have the entries of `array` for a while."""
        x = self.inputs[i]
        original = x.array
        x.array = array if array.ndim else array[()]
        try:
            yield
        finally:
            x.array = original

    def changed(self) -> list[int]:
        """The inputs whose entries are no longer what they were."""
        return [
            i for i, (x, before) in enumerate(zip(self.inputs, self._before))
            if before is not None
            and not np.array_equal(x.array, before, equal_nan=before.dtype.kind == "f")
        ]  # fmt: skip

    def restore(self) -> None:
        """Give the inputs the entries back that they had."""
        for i in self.changed():
            x, before = self.inputs[i], np.asarray(self._before[i])
            if isinstance(x.array, np.ndarray):
                x.array[...] = before
            else:
                x.array = before[()]


def _one_by_one(inputs: Any) -> tuple[Any, ...]:
    """The inputs as a tuple. Raises TypeError where they come in another way than they may."""
    rule = "inputs are a tensor, or a flat sequence of tensors"
    if isinstance(inputs, Value):
        return (inputs,)
    if not isinstance(inputs, Sequence) or isinstance(inputs, str):
        raise TypeError(f"{rule}; got {type(inputs).__name__}")
    for i, x in enumerate(inputs):
        if _hides(x):
            kind = type(x).__name__
            raise TypeError(f"{rule}; input {i} is a {kind}: give its tensors one by one")
    return tuple(inputs)


def _hides(x: Any) -> bool:
    """Whether a tensor that requires a gradient lies deeper than checks look."""
    parts = x.values() if isinstance(x, dict) else x if isinstance(x, (list, tuple)) else ()
    return any(_requires(part) or _hides(part) for part in parts)


def _requires(x: Any) -> bool:
    return isinstance(x, Value) and x._requires_grad


def checked_places(inputs: Sequence[Any]) -> list[int]:
    """The places of the inputs that require a gradient; the first of one that is given twice.

    Raises NothingToCheckError where there is none.
    """
    first = {id(x): i for i, x in reversed(list(enumerate(inputs))) if _requires(x)}
    if not first:
        raise NothingToCheckError(
            "no input requires a gradient: create one with requires_grad=True"
        )
    return sorted(first.values())


def names_of(func: Func, inputs: Sequence[Any]) -> list[str]:
    """What the inputs are called: by themselves, by the signature of `func`, by their number."""
    given = [getattr(x, "_name", None) for x in inputs]
    written = _parameters(func, len(inputs))
    names = [str(g or w or f"input {i}") for i, (g, w) in enumerate(zip(given, written))]
    count = Counter(names)
    return [name if count[name] == 1 else f"{name} (input {i})" for i, name in enumerate(names)]


def _parameters(func: Func, n: int) -> list[str | None]:
    """The names of the first `n` positional parameters of `func`; None where there is none."""
    owner = getattr(func, "__self__", None)
    skipped = 0
    if isinstance(owner, type) and issubclass(owner, Function) and func.__name__ == "apply":
        func = owner.forward
        skipped = owner.setup_context is Function.setup_context
    try:
        parameters = list(inspect.signature(func).parameters.values())[skipped:]
    except (TypeError, ValueError):
        parameters = []
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names: list[str | None] = [p.name for p in parameters if p.kind in positional]
    return (names + [None] * n)[:n]
