"""What the user's own `vmap` of a `Function` makes of batches."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..batching import known
from ..errors import BatchingError
from .value import Value


class VmapInfo(NamedTuple):
    """What a `Function` is told of the `vmap` around it."""

    batch_size: int
    randomness: str


def mapped(cls: Any, args: tuple[Any, ...]) -> Any:
    """The outputs of `cls.vmap` for the innermost batch among `args`, whose axis it is shown."""
    from ..batching.graph import hide, show  # only where there are batches
    from ..batching.levels import outside

    inner = max((i for x in args for i in known.levels_of(x)), key=lambda level: level.number)
    own = [inner in known.levels_of(x) for x in args]
    shown = [show.function(x, at=0, level=inner) if k else x for x, k in zip(args, own)]
    info = VmapInfo(inner.size, inner.randomness)
    with outside(inner):
        returned = cls.vmap(info, tuple(0 if k else None for k in own), *shown)
    outputs, dims = _parted(cls.__name__, returned, inner.size)
    hidden = tuple(
        y if d is None else hide.function(y, at=d % y.ndim, level=inner)
        for y, d in zip(outputs, dims)
    )
    return hidden if isinstance(returned[0], tuple) else hidden[0]


def _parted(name: str, returned: Any, size: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What a `vmap` returned, as the outputs and the axis of the samples of each, checked."""
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise BatchingError(f"{name}.vmap returns a pair, (output, out_dims)")
    output, out_dims = returned
    outputs = output if isinstance(output, tuple) else (output,)
    dims = out_dims if isinstance(out_dims, tuple) else (out_dims,) * len(outputs)
    if len(dims) != len(outputs):
        raise BatchingError(
            f"{name}.vmap returned {len(outputs)} outputs and {len(dims)} out_dims: one for each"
        )
    for k, (y, d) in enumerate(zip(outputs, dims)):
        fits = d is None or (isinstance(y, Value) and -y.ndim <= d < y.ndim and y.shape[d] == size)
        if not fits:
            raise BatchingError(
                f"{name}.vmap: output {k} has no axis {d} of the {size} samples; out_dims names "
                "the axis of each output that has one, and None for the others"
            )
    return outputs, dims
