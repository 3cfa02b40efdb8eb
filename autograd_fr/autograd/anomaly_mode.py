"""Anomaly mode: backward stops where a derivative becomes nan, and names the forward line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ContextDecorator
from contextvars import ContextVar
from typing import Any

import numpy as np

from ..batching import known
from ..errors import NonFiniteError
from . import memory
from .node import Node
from .value import Value, show_shape
from .watching import Pass, Watcher, unwatch, watch

# Where a node's `metadata` has the calls that led to it: PyTorch's key.
TRACE = "traceback_"


class _Anomalies(Watcher):
    """Notes how the program came to every operation; in backward, looks for nan if `check_nan`."""

    def __init__(self, check_nan: bool) -> None:
        self.check_nan = check_nan

    def operated(self, op: Any, params: Any, args: Any, y: Any, node: Node | None) -> None:
        import traceback  # only when asked for

        if node is not None:
            node.metadata[TRACE] = traceback.format_stack(memory.calling_frame())

    def backward(self, outputs: Sequence[Value], seeds: Mapping[Any, Any]) -> Pass:
        return _Checked(self.check_nan)


class _Checked(Pass):
    """A backward pass that stops at the first nan."""

    def __init__(self, check_nan: bool) -> None:
        super().__init__()
        self.check_nan = check_nan

    def after(self, node: Node, computed: tuple[Any, ...], grads: tuple[Any, ...]) -> None:
        ruled = getattr(node.op, "ruled", None)
        for i, d in enumerate(computed):
            if self.check_nan and d is not None and _has_nan(d.array):
                nth = i if ruled is None or node.op.variadic else sum(ruled[:i])
                raise NonFiniteError(
                    f"Function {node.name()!r} returned nan values in its {nth}th output."
                )

    def failed(self, error: Exception) -> None:
        if self.now is not None:
            from ..messages.passes import Operation

            error.add_note(Operation(_forward_call(self.now)))


def _has_nan(d: Any) -> bool:
    parts = d if isinstance(d, tuple) else (d,)  # of what has several results, one for each
    arrays = map(known.entries, parts)
    return any(np.isnan(x).any() for x in arrays if isinstance(x, (np.ndarray, np.generic)))


def _forward_call(node: Node) -> str:
    """What a node computed, of what, and how the program came to it."""
    operands = ", ".join(
        f"{name} {show_shape(arg)}" if arg.shape or known.levels_of(arg) else f"{name} = {arg}"
        for name, arg in zip(_argument_names(node), node.args)
        if hasattr(arg, "shape")
    )
    text = f"In forward this was `{node.op.name}` of {operands}, {node.line}"
    trace = node.extra().metadata.get(TRACE)
    if trace is None:
        return text + "; to have all the calls that led there, compute it in detect_anomaly() too"
    return f"{text}, called from (last call last):\n{''.join(trace)}"


def _argument_names(node: Node) -> Sequence[str]:
    names = node.op.arguments
    return [f"{names[0]}[{k}]" for k in range(len(node.args))] if node.op.variadic else names


_mode: ContextVar[_Anomalies | None] = ContextVar("anomaly mode", default=None)
# The modes to come back to, innermost first: several threads may be inside the same manager.
_former: ContextVar[tuple[Any, ...]] = ContextVar("former anomaly modes", default=())


def _switch(mode: _Anomalies | None) -> None:
    before = _mode.get()
    if before is not None:
        unwatch(before)
    if mode is not None:
        watch(mode)
    _mode.set(mode)


def set_anomaly_enabled(enabled: bool, check_nan: bool = True) -> None:
    """Switch anomaly mode on or off. Raises TypeError for what is no bool.

    >>> import autograd_fr as ag
    >>> ag.set_anomaly_enabled(True)
    >>> ag.is_anomaly_enabled()
    True
    >>> ag.set_anomaly_enabled(False)
    """
    _switch(_mode_for(enabled, check_nan))


def _mode_for(enabled: bool, check_nan: bool) -> _Anomalies | None:
    for name, switch in (("enabled", enabled), ("check_nan", check_nan)):
        if not isinstance(switch, bool):
            raise TypeError(f"anomaly mode: {name} must be a bool, not {type(switch).__name__}")
    return _Anomalies(check_nan) if enabled else None


def is_anomaly_enabled() -> bool:
    """Whether anomaly mode is on.

    >>> import autograd_fr as ag
    >>> with ag.autograd.detect_anomaly():
    ...     ag.is_anomaly_enabled()
    True
    """
    return _mode.get() is not None


def is_anomaly_check_nan_enabled() -> bool:
    """Whether a nan in backward is an error, if anomaly mode is on.

    >>> is_anomaly_check_nan_enabled()
    True
    """
    mode = _mode.get()
    return mode is None or mode.check_nan


class detect_anomaly(ContextDecorator):
    """While it lasts, an error in backward names the operation of forward, its line and its calls.

    With `check_nan` a derivative that is nan is such an error, a NonFiniteError (which is also a
    RuntimeError). `ag.debug()` looks at forward too, and says where the nan was born. As a
    decorator too. Unlike PyTorch it does not warn that the mode is slow.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([0.0], requires_grad=True)
    >>> with ag.autograd.detect_anomaly():
    ...     y = (ag.sqrt(x) * 0).sum()
    ...     try:
    ...         y.backward()
    ...     except RuntimeError as error:
    ...         print(error)
    Function 'SqrtBackward0' returned nan values in its 0th output.
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._wanted = _mode_for(True, check_nan)

    def __enter__(self) -> None:
        _former.set((_mode.get(), _former.get()))
        _switch(self._wanted)

    def __exit__(self, *_: Any) -> None:
        mode, rest = _former.get()
        _switch(mode)
        _former.set(rest)


class set_detect_anomaly(ContextDecorator):
    """Switch anomaly mode at once; as a context manager, give the former mode back at the end.

    >>> import autograd_fr as ag
    >>> with ag.autograd.set_detect_anomaly(True, check_nan=False):
    ...     ag.is_anomaly_enabled(), ag.is_anomaly_check_nan_enabled()
    (True, False)
    >>> ag.is_anomaly_enabled()
    False
    """

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = _mode.get()
        self._wanted = _mode_for(mode, check_nan)
        _switch(self._wanted)

    def __call__(self, func: Any) -> Any:
        _switch(self._before)  # decorating a function switches nothing by itself
        return super().__call__(func)

    def __enter__(self) -> None:
        _switch(self._wanted)

    def __exit__(self, *_: Any) -> None:
        _switch(self._before)
