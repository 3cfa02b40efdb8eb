"""What arranges entries otherwise, as formulas name it: each result filled entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Place = tuple[int, ...]


def on_diagonal(shape: Any, offset: int, dim1: int, dim2: int) -> Iterator[tuple[Place, Place]]:
    """Of each entry of a diagonal, the place in the whole and that in the diagonal."""
    i, j = dim1 % len(shape), dim2 % len(shape)
    for at in np.ndindex(tuple(shape)):
        if at[j] - at[i] == offset:
            rest = tuple(n for k, n in enumerate(at) if k not in (i, j))
            yield at, (*rest, min(at[i], at[j]))


def diagonal(x: Any, offset: Any, dim1: Any, dim2: Any) -> Any:
    found = {to: x[at] for at, to in on_diagonal(x.shape, int(offset), int(dim1), int(dim2))}
    shape = np.diagonal(x, offset, dim1, dim2).shape
    return np.reshape([found[at] for at in np.ndindex(shape)], shape)


def ondiagonal(x: Any, shape: Any, offset: Any, dim1: Any, dim2: Any) -> Any:
    result = np.zeros(shape)
    for at, to in on_diagonal(shape, int(offset), int(dim1), int(dim2)):
        result[at] = x[to]
    return result


def tril(x: Any, diagonal: Any = 0) -> Any:
    i, j = np.indices(x.shape[-2:])
    return np.where(j - i <= diagonal, x, 0)


def triu(x: Any, diagonal: Any = 0) -> Any:
    i, j = np.indices(x.shape[-2:])
    return np.where(j - i >= diagonal, x, 0)


def broadcast(x: Any, size: Any) -> Any:
    new = len(size) - x.ndim
    kept = [x.shape[i - new] if n == -1 else n for i, n in enumerate(size)]
    return x + np.zeros(kept)


def sumto(G: Any, shape: Any) -> Any:
    """Summed over the axes along which a tensor of that shape was repeated."""
    result = np.zeros(shape)
    for at in np.ndindex(G.shape):
        own = at[G.ndim - len(shape) :]
        result[tuple(min(i, n - 1) for i, n in zip(own, shape))] += G[at]
    return result


def sumcopies(G: Any, shape: Any) -> Any:
    """Summed over the copies of a tensor of that shape that lie side by side."""
    result = np.zeros(shape)
    for at in np.ndindex(G.shape):
        own = at[G.ndim - len(shape) :]
        result[tuple(i % n for i, n in zip(own, shape))] += G[at]
    return result


def cat(tensors: Any, dim: int) -> Any:
    slabs = [slab for x in tensors if x.shape != (0,) for slab in np.moveaxis(x, dim, 0)]
    return np.stack(slabs, dim)


def part(G: Any, tensors: Any, dim: int, under: int) -> Any:
    """What tensor number `under` has of a result in which all were joined."""
    lengths = [0 if x.shape == (0,) else x.shape[dim] for x in tensors]
    start = sum(lengths[:under])
    slabs = np.moveaxis(G, dim, 0)[start : start + lengths[under]]
    return np.moveaxis(slabs, 0, dim).reshape(tensors[under].shape)


def stack(tensors: Any, dim: int) -> Any:
    result = np.zeros((len(tensors), *tensors[0].shape))
    for k, x in enumerate(tensors):
        result[k] = x
    return np.moveaxis(result, 0, dim)


def permute(x: Any, dims: Any) -> Any:
    """Axis i of the result is axis dims[i] of x."""
    result = np.zeros([x.shape[d] for d in dims])
    for at in np.ndindex(result.shape):
        own = [0] * x.ndim
        for i, d in zip(at, dims):
            own[d] = i
        result[at] = x[tuple(own)]
    return result


def inverse(dims: Any) -> Any:
    """The order of axes that undoes another."""
    return tuple([d % len(dims) for d in dims].index(i) for i in range(len(dims)))


def moved(x: Any, place: Callable[[int, int, int], int]) -> Any:
    """Entry i of axis d, of length n, brought to `place(d, i, n)`."""
    result = np.zeros_like(x)
    for at in np.ndindex(x.shape):
        result[tuple(place(d, i, n) for d, (i, n) in enumerate(zip(at, x.shape)))] = x[at]
    return result


def flip(x: Any, dims: Any) -> Any:
    along = {d % x.ndim for d in dims}
    return moved(x, lambda d, i, n: n - 1 - i if d in along else i)


def roll(x: Any, shifts: Any, dims: Any) -> Any:
    """Moved on, and from the end back to the start; all entries as one row without `dims`."""
    if dims is None:
        return roll(np.ravel(x), shifts, 0).reshape(np.shape(x))
    ways = np.zeros(x.ndim, int)
    for shift, dim in zip(np.ravel(shifts), np.ravel(dims)):
        ways[int(dim)] += int(shift)
    return moved(x, lambda d, i, n: (i + ways[d]) % n)


def repeat(x: Any, repeats: Any) -> Any:
    """Copies side by side, so many along each axis."""
    own = (1,) * (len(repeats) - x.ndim) + x.shape
    whole = x.reshape(own)
    result = np.zeros([n * m for n, m in zip(own, repeats)])
    for at in np.ndindex(result.shape):
        result[at] = whole[tuple(i % n for i, n in zip(at, own))]
    return result


def squeeze(x: Any, dim: Any) -> Any:
    """Without axes of length 1, all or those named."""
    named = range(x.ndim) if dim is None else [d % x.ndim for d in np.atleast_1d(dim)]
    return x.reshape([n for d, n in enumerate(x.shape) if n != 1 or d not in named])


def unsqueeze(x: Any, dim: int) -> Any:
    shape = list(x.shape)
    shape.insert(dim % (x.ndim + 1), 1)
    return x.reshape(shape)


def windows(x: Any, dimension: int, size: int, step: int) -> Any:
    """The runs of entries along an axis, as a last axis."""
    if not x.ndim:
        return x.reshape(1)[:size]
    starts = range(0, x.shape[dimension] - size + 1, step)
    runs = [np.moveaxis(x, dimension, -1)[..., i : i + size] for i in starts]
    return np.moveaxis(np.array(runs), 0, dimension % x.ndim)


def overlap(G: Any, shape: Any, dimension: int, size: int, step: int) -> Any:
    """Runs added up where they were taken."""
    result = np.zeros(shape)
    if not shape:
        return result + G.sum()
    along = np.moveaxis(result, dimension, -1)
    for k, run in enumerate(np.moveaxis(G, dimension % len(shape), 0)):
        along[..., k * step : k * step + size] += run
    return result


def place(at: Place, stride: Any) -> int:
    """Where in memory the entry at an index lies."""
    return sum(i * step for i, step in zip(at, stride))


def strided(x: Any, own: Any, size: Any, stride: Any, skip: int) -> Any:
    """The memory of a tensor, whose strides are `own`, read with other strides."""
    memory = {place(at, own): x[at] for at in np.ndindex(x.shape)}
    result = np.zeros(size)
    for at in np.ndindex(result.shape):
        result[at] = memory[skip + place(at, stride)]
    return result


def unstrided(G: Any, shape: Any, own: Any, stride: Any, skip: int) -> Any:
    """Summed, for each entry of a tensor of that shape, over all that read its memory."""
    memory: dict[int, float] = {}
    for at in np.ndindex(G.shape):
        where = skip + place(at, stride)
        memory[where] = memory.get(where, 0.0) + G[at]
    result = np.zeros(shape)
    for at in np.ndindex(result.shape):
        result[at] = memory.get(place(at, own), 0.0)
    return result


OPERATORS: dict[str, Callable[..., Any]] = {
    "shape": np.shape, "reshape": np.reshape, "squeeze": squeeze, "unsqueeze": unsqueeze,
    "diagonal": diagonal, "ondiagonal": ondiagonal, "tril": tril, "triu": triu,
    "broadcast": broadcast, "sumto": sumto, "repeat": repeat, "sumcopies": sumcopies,
    "cat": cat, "part": part, "stack": stack, "select": lambda G, dim, k: np.moveaxis(G, dim, 0)[k],
    "permute": permute, "inverse": inverse, "flip": flip, "roll": roll,
    "windows": windows, "overlap": overlap, "strided": strided, "unstrided": unstrided,
}  # fmt: skip
