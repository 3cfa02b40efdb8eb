"""Less memory for more time: compute a part of a network again when its gradient is needed."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from ..autograd.graph import saved_tensors_hooks
from ..autograd.memory import Guard, owner, tick
from ..autograd.modes import enable_grad
from ..autograd.value import Value
from ..errors import GraphError
from ..random import get_rng_state, set_rng_state


def checkpoint(
    function: Callable[..., Any],
    *args: Any,
    use_reentrant: bool | None = None,
    preserve_rng_state: bool = True,
    **kwargs: Any,
) -> Any:
    """`function(*args, **kwargs)`, keeping nothing of what it computes for backward but its inputs.

    Backward calls `function` once more and takes the values from there, so it must compute the
    same again; random numbers are those of the first time with `preserve_rng_state`.
    `use_reentrant` is accepted for PyTorch's sake; this is always its `False`.

    Raises GraphError where the second call records something else than the first, or what it reads
    was written into in between.
    Source: Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True)
    >>> checkpoint(lambda x: x.exp().sin(), x).sum().backward()
    >>> x.grad
    tensor([-2.4784,  3.3129])
    """
    again = _Again(function, args, kwargs, get_rng_state() if preserve_rng_state else None)
    return again.run()


def checkpoint_sequential(
    functions: Sequence[Callable[..., Any]], segments: int, input: Any, **kwargs: Any
) -> Any:
    """The functions (or modules) one after the other, in `segments` parts, each a checkpoint.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([1.0], requires_grad=True)
    >>> checkpoint_sequential([ag.exp, ag.sin, ag.cos, ag.tanh], 2, x).backward()
    >>> x.grad
    tensor([0.4704])
    """
    listed = list(functions)
    if not 1 <= segments <= len(listed):
        raise ValueError(f"{len(listed)} functions cannot be taken in {segments} segments")
    size = len(listed) // segments
    bounds = [k * size for k in range(segments)] + [len(listed)]
    for start, end in pairwise(bounds):
        input = checkpoint(_chain(listed[start:end]), input, **kwargs)
    return input


def _chain(functions: list[Callable[..., Any]]) -> Callable[[Any], Any]:
    def run(x: Any) -> Any:
        for function in functions:
            x = function(x)
        return x

    return run


class _Again:
    """The saved tensors of one call, which exist by number only until they are asked for."""

    def __init__(
        self, function: Callable[..., Any], args: Any, kwargs: Any, rng_state: Any
    ) -> None:
        self._call = (function, args, kwargs)
        self._inputs = [Guard(t.array) for t in (*args, *kwargs.values()) if isinstance(t, Value)]
        self._rng_state = rng_state
        self._count = 0
        self._running = True
        self._found: list[Any] = []

    def run(self) -> Any:
        """The first call."""
        function, args, kwargs = self._call
        with saved_tensors_hooks(self._pack, self._unpack):
            result = function(*args, **kwargs)
        self._running = False
        return result

    def _pack(self, tensor: Any) -> _Packed:
        self._count += 1
        return _Packed(self._count - 1, tensor)

    def _unpack(self, packed: _Packed) -> Any:
        if packed.scalar is not None:
            return packed.scalar
        if packed.number >= len(self._found):
            self._found = self._recompute()
        tensor = self._found[packed.number]
        packed.check(tensor)
        return tensor

    def _recompute(self) -> list[Any]:
        """All that the function saves; so far, where it is itself what asks for a derivative."""
        for writer in filter(None, (guard.writer() for guard in self._inputs)):
            raise _changed(writer)
        function, args, kwargs = self._call
        found: list[tuple[Any, int]] = []
        wanted = self._count if self._running else None

        def keep(tensor: Any) -> Any:
            found.append((tensor, tick()))
            if len(found) == wanted:
                raise _Enough
            return tensor

        now = get_rng_state()
        if self._rng_state is not None:
            set_rng_state(self._rng_state)
        try:
            with enable_grad(), saved_tensors_hooks(keep, lambda tensor: tensor):
                function(*args, **kwargs)
        except _Enough:
            pass
        finally:
            set_rng_state(now)
        if len(found) != self._count:
            raise GraphError(
                f"checkpoint: the function saved {self._count} tensors at first and {len(found)} "
                "when called again; it must do the same both times"
            )
        for tensor, when in found:
            if tensor.written > when:
                raise GraphError(
                    "checkpoint: the function wrote into a tensor that it had saved for backward, "
                    f"by {tensor._writes}; it must write into a clone()"
                )
        return [tensor for tensor, _ in found]


class _Enough(Exception):
    """All that was wanted has been computed again."""


class _Packed:
    """What stays of a tensor: its number and shape, the memory it was in, since when; a scalar."""

    __slots__ = ("_memory", "_shape", "_when", "number", "scalar")

    def __init__(self, number: int, tensor: Any) -> None:
        small = not isinstance(tensor.array, np.ndarray)
        self.number, self.scalar = number, tensor if small else None
        self._shape, self._when = tensor.shape, tick()
        self._memory = None if small else weakref.ref(owner(tensor.array))

    def check(self, tensor: Any) -> None:
        """Raise GraphError where `tensor`, computed again, cannot be what there was at first.

        Lying in the very same memory, it is an input or a parameter.
        """
        if tensor.shape != self._shape:
            raise GraphError(
                f"checkpoint: the function computed a tensor of shape {self._shape} at first and "
                f"one of shape {tensor.shape} when called again; it must do the same both times"
            )
        assert self._memory is not None
        if owner(tensor.array) is self._memory() and tensor.written > self._when:
            raise _changed(str(tensor._writes))


def _changed(writer: str) -> GraphError:
    return GraphError(
        f"checkpoint: a tensor that the function reads was written into since, by {writer}: "
        "call backward() before that, or write into a clone()"
    )
