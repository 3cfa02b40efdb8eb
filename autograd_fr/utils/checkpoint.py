"""Less memory for more time: compute a part of a network again when its gradient is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from ..autograd.graph import saved_tensors_hooks
from ..autograd.modes import enable_grad
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

    Raises GraphError where the second call records something else than the first.
    Source: Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True)
    >>> checkpoint(lambda x: x.exp().sin(), x).sum().backward()
    >>> x.grad
    tensor([-2.4784,  3.3129])
    """
    again = _Again(function, args, kwargs, get_rng_state() if preserve_rng_state else None)
    with saved_tensors_hooks(again.pack, again.unpack):
        return function(*args, **kwargs)


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
        self._rng_state = rng_state
        self._count = 0
        self._found: list[Any] | None = None

    def pack(self, tensor: Any) -> tuple[int, tuple[int, ...]]:
        self._count += 1
        return self._count - 1, tensor.shape

    def unpack(self, packed: tuple[int, tuple[int, ...]]) -> Any:
        number, shape = packed
        if self._found is None:
            self._found = self._recompute()
        tensor = self._found[number]
        if tensor.shape != shape:
            raise GraphError(
                f"checkpoint: the function computed a tensor of shape {shape} at first and one of "
                f"shape {tensor.shape} when called again; it must do the same both times"
            )
        return tensor

    def _recompute(self) -> list[Any]:
        function, args, kwargs = self._call
        found: list[Any] = []
        now = get_rng_state()
        if self._rng_state is not None:
            set_rng_state(self._rng_state)
        try:
            with enable_grad(), saved_tensors_hooks(found.append, lambda nothing: nothing):
                function(*args, **kwargs)
        finally:
            set_rng_state(now)
        if len(found) != self._count:
            raise GraphError(
                f"checkpoint: the function saved {self._count} tensors at first and {len(found)} "
                "when called again; it must do the same both times"
            )
        return found
