"""vmap: a function of one sample, called once for a whole batch of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from numbers import Integral
from typing import Any

from .. import ops
from ..autograd.failures import told_of_samples
from ..autograd.value import Value
from ..batching import loops  # noqa: F401  (what has no rule for batches needs it)
from ..batching.graph import hide, show
from ..batching.known import levels_of
from ..batching.levels import Level, level
from ..errors import AutogradError, BatchingError, DimensionError, NotBatchable
from ..random import get_rng_state, set_rng_state
from .trees import flatten

_MODES = ("error", "same", "different")


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The function that maps `func` over an axis: `vmap(f)(xs)[i]` is `f(xs[i])`, in one call.

    `in_dims`: which axis of each argument counts the samples: one for all, or a nest like the
    arguments; None for what all samples share. `out_dims`: where that axis stands in the results.
    `randomness`: what functions that draw numbers do inside: raise an error, draw the same for
    all samples, or different ones. `chunk_size`: at most so many samples at a time.
    Arguments given by name are shared by all samples.

    Inside `func` the tensors show the shape of one sample, while every operation computes on the
    whole batch. Derivatives go through vmap, and those taken inside are per sample. One sample
    after the other is computed only where products are formed at repeated places (`scatter_reduce`
    and `index_reduce` with prod, `scatter` that multiplies), by the `median` of all entries, by
    what counts and finds (`bincount`, `histc`, `isin`, `multinomial`, `nonzero`, `unique`, and
    `searchsorted` and `bucketize` in edges of each sample), at masks of each sample, where
    `repeat_interleave` has numbers of each, and by NumPy functions outside of the catalogue. `if`,
    `item()` and the like are refused, for the samples may differ: `where` chooses
    for each. Into what a function makes itself, `x.new_zeros(3)` or `zeros_like(x)`, values of each
    sample may be written where x differs; `zeros(3)` is one for all.

    Raises BatchingError for axes that do not fit the arguments, or what `func` returns, and
    NotBatchable for what cannot be answered for many samples.

    >>> import autograd_fr as ag
    >>> xs = ag.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> ag.vmap(ag.dot)(xs, xs)
    tensor([ 5., 25., 61.])
    >>> ag.vmap(lambda x, w: x * w, in_dims=(0, None), out_dims=1)(xs, ag.tensor([1.0, 10.0]))
    tensor([[ 1.,  3.,  5.],
            [20., 40., 60.]])
    """
    _check_options(randomness, chunk_size)
    name = getattr(func, "__name__", type(func).__name__)

    @wraps(func)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        leaves, again = flatten(args)
        dims = _dims_of(name, in_dims, args)
        size = _size(name, leaves, dims)
        dims = [None if d is None else d % x.ndim for x, d in zip(leaves, dims)]
        step = chunk_size or max(size, 1)
        starts = range(0, max(size, 1), step)
        drawn = get_rng_state() if randomness == "same" and len(starts) > 1 else None
        results = []
        for i in starts:
            if drawn is not None:  # what all samples share, all chunks do
                set_rng_state(drawn)
            part = _part(leaves, dims, slice(i, i + step), len(starts))
            results.append(
                _mapped_once(name, func, part, dims, again, min(step, size - i), out_dims,
                             randomness, kwargs)
            )  # fmt: skip
        return _put_together(results)

    return mapped


def _check_options(randomness: Any, chunk_size: Any) -> None:
    if randomness not in _MODES:
        raise AutogradError(
            f"vmap: randomness is 'error', 'same' or 'different', not {randomness!r}"
        )
    if chunk_size is not None and (not isinstance(chunk_size, Integral) or chunk_size < 1):
        raise BatchingError(
            f"vmap: chunk_size is None or an integer, 1 at least, not {chunk_size!r}"
        )


def _mapped_once(
    name: str, func: Any, leaves: Any, dims: Any, again: Any, size: int, out_dims: Any,
    randomness: str, kwargs: Any,
) -> tuple[list[Any], list[Any], Any]:  # fmt: skip
    """The results for one chunk of samples, with their axes shown, these axes, and their nest."""
    with level(size, randomness) as inside:
        batch = [
            x if d is None else hide.function(x, at=d, level=inside) for x, d in zip(leaves, dims)
        ]
        try:
            outputs = func(*again(batch), **kwargs)
        except NotBatchable as error:
            told_of_samples(error)
            raise
        flat, nest = flatten(outputs)
        places = _out_dims(name, out_dims, outputs, len(flat))
        shown = [_shown(name, y, d, inside) for y, d in zip(flat, places)]
    return shown, places, nest


def _part(leaves: list[Any], dims: list[Any], chunk: slice, chunks: int) -> list[Any]:
    if chunks == 1:
        return leaves
    return [
        x if d is None else ops.getitem(x, (slice(None),) * d + (chunk,))
        for x, d in zip(leaves, dims)
    ]


def _put_together(results: list[tuple[list[Any], list[Any], Any]]) -> Any:
    """The results of all chunks, joined along the axis of the samples."""
    shown, places, nest = results[0]
    if len(results) > 1:
        columns = zip(*(parts for parts, _, _ in results))
        shown = [
            column[0] if d is None else ops.cat(column, d % column[0].ndim)
            for column, d in zip(columns, places)
        ]
    return nest(shown)


def _dims_of(name: str, in_dims: Any, args: tuple[Any, ...]) -> list[Any]:
    """The axis of each leaf of the arguments."""
    if not isinstance(in_dims, (int, tuple)) or isinstance(in_dims, bool):
        raise BatchingError(
            f"vmap({name}): in_dims is an axis, or a tuple of axes, None and nests like the "
            f"arguments, not {in_dims!r}"
        )
    if not flatten(args)[0]:
        raise BatchingError(f"vmap({name}): there are no arguments to map over")
    dims = _spread(in_dims, args)
    if dims is None:
        raise BatchingError(
            f"vmap({name}): in_dims={in_dims!r} is not nested as the arguments are: give one axis "
            f"(or None) for each of the {len(args)}, or a nest like theirs"
        )
    return dims


def _spread(prefix: Any, tree: Any) -> list[Any] | None:
    """The leaves of `prefix`, each as often as `tree` has leaves there; None where it misfits."""
    if isinstance(prefix, dict):
        if not isinstance(tree, dict) or prefix.keys() != tree.keys():
            return None
        pairs: Any = [(prefix[key], part) for key, part in tree.items()]
    elif isinstance(prefix, (tuple, list)):
        kind = tuple if isinstance(prefix, tuple) else list
        if not isinstance(tree, kind) or len(prefix) != len(tree):
            return None
        pairs = list(zip(prefix, tree))
    else:
        return [prefix] * len(flatten(tree)[0])
    parts = [_spread(one, part) for one, part in pairs]
    return None if None in parts else [d for part in parts for d in part or ()]


def _size(name: str, leaves: list[Any], dims: list[Any]) -> int:
    """How many samples there are, the same along all mapped axes."""
    sizes: list[int] = []
    for x, d in zip(leaves, dims):
        if d is None:
            continue
        if not isinstance(d, int):
            raise BatchingError(
                f"vmap({name}): an axis in in_dims is an integer or None, not {d!r}"
            )
        if not isinstance(x, Value):
            raise BatchingError(
                f"vmap({name}): in_dims says axis {d} for an argument that is no tensor but "
                f"{type(x).__name__}; give None for it"
            )
        if not -x.ndim <= d < x.ndim:
            raise BatchingError(
                f"vmap({name}): in_dims says axis {d} for a tensor of shape {tuple(x.array.shape)}"
                + ("" if x.ndim else ", which has none to map over; give None for it")
            )
        sizes.append(x.array.shape[d])
    if not sizes:
        raise BatchingError(
            f"vmap({name}): in_dims is None everywhere; one tensor must be mapped over"
        )
    if len(set(sizes)) > 1:
        raise BatchingError(
            f"vmap({name}): the mapped axes have the lengths {', '.join(map(str, sizes))}, and "
            "must have one in common"
        )
    return sizes[0]


def _out_dims(name: str, out_dims: Any, outputs: Any, n: int) -> list[Any]:
    """The place of the mapped axis in each result."""
    places = _spread(out_dims, outputs)
    if isinstance(out_dims, (tuple, list)) and not isinstance(outputs, (tuple, list, dict)):
        places = list(out_dims) if len(out_dims) == 1 else None
    if places is None:
        raise BatchingError(
            f"vmap({name}): out_dims={out_dims!r} is not nested as what {name} returns, which is "
            f"{type(outputs).__name__} of {n}"
        )
    for d in places:
        if d is not None and (not isinstance(d, int) or isinstance(d, bool)):
            raise BatchingError(f"vmap({name}): out_dims is made of integers and None, not {d!r}")
    return places


def _shown(name: str, y: Any, place: int | None, inside: Level) -> Any:
    """A result with the axis of the samples at its place."""
    if place is None:
        if isinstance(y, Value) and inside in levels_of(y):
            raise BatchingError(
                f"vmap({name}): out_dims is None for a result that differs from sample to sample; "
                "give the axis to stack them along"
            )
        return y
    if not isinstance(y, Value):
        raise BatchingError(
            f"vmap({name}): {name} returns {type(y).__name__}, and only tensors are stacked; "
            "give out_dims=None for what all samples share"
        )
    if not -y.ndim - 1 <= place <= y.ndim:
        raise DimensionError(
            f"vmap({name}): out_dims says axis {place} for results of shape {tuple(y.array.shape)}"
        )
    return show.function(y, at=place % (y.ndim + 1), level=inside)
