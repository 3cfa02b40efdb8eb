"""One tensor taken apart into views of its parts."""

from __future__ import annotations

import operator
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.op import NUMPY_TWINS
from ...autograd.value import Value
from ...errors import DimensionError, DtypeError, ShapeError
from ..indexing.reading import getitem, read_at
from .axes import at, axis

__all__ = [
    "chunk",
    "dsplit",
    "hsplit",
    "split",
    "split_with_sizes",
    "tensor_split",
    "unbind",
    "vsplit",
]


def _own_axis(dim: int, x: Any, name: str) -> int:
    """`dim` as a number from 0, of a tensor that has an axis."""
    if not x.ndim:
        raise DimensionError(f"{name}: a tensor of shape () has no axis to take apart")
    return axis(dim, x.ndim, name)


def _parts(x: Any, bounds: Any, dim: int) -> tuple[Any, ...]:
    """The parts of `x` from each bound to the next."""
    return tuple(getitem(x, at(slice(i, j), dim)) for i, j in pairwise(bounds))


@numpy_names
def split(tensor: Any, split_size_or_sections: Any, dim: int = 0) -> tuple[Any, ...]:
    """Views of parts of one length, the last perhaps shorter; or of the lengths in a list.

    >>> import autograd_fr as ag
    >>> ag.split(ag.tensor([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    >>> ag.split(ag.tensor([1.0, 2.0, 3.0]), [1, 2])
    (tensor([1.]), tensor([2., 3.]))
    """
    if isinstance(split_size_or_sections, (tuple, list)):
        return split_with_sizes(tensor, split_size_or_sections, dim)
    i, size = _own_axis(dim, tensor, "split"), operator.index(split_size_or_sections)
    n = tensor.shape[i]
    if size < 0 or (n and not size):
        raise ShapeError(f"split: {n} entries cannot be split into parts of {size}")
    return _parts(tensor, [*(range(0, n, size) if n else (0,)), n], i)


@numpy_names
def split_with_sizes(input: Any, split_sizes: Any, dim: int = 0) -> tuple[Any, ...]:
    """Views of parts of the given lengths, which sum to the length of the axis.

    >>> import autograd_fr as ag
    >>> [x.shape for x in ag.split_with_sizes(ag.zeros(2, 5), [1, 4], dim=1)]
    [torch.Size([2, 1]), torch.Size([2, 4])]
    """
    i, sizes = _own_axis(dim, input, "split_with_sizes"), list(map(operator.index, split_sizes))
    if any(n < 0 for n in sizes) or sum(sizes) != input.shape[i]:
        raise ShapeError(
            f"split_with_sizes: the lengths {sizes} do not make up the {input.shape[i]} of axis {i}"
        )
    return _parts(input, accumulate(sizes, initial=0), i)


@numpy_names
def chunk(input: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """Views of at most `chunks` parts of one length, ⌈n / chunks⌉, the last perhaps shorter.

    >>> import autograd_fr as ag
    >>> ag.chunk(ag.tensor([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    """
    i, chunks = _own_axis(dim, input, "chunk"), operator.index(chunks)
    if chunks < 1:
        raise ShapeError(f"chunk: the number of parts must be 1 or more, got {chunks}")
    n = input.shape[i]
    return split(input, -(-n // chunks), i) if n else split_with_sizes(input, [0] * chunks, i)


@numpy_names
def tensor_split(
    input: Any,
    indices_or_sections: Any = None,
    dim: int = 0,
    *,
    sections: Any = None,
    indices: Any = None,
) -> tuple[Any, ...]:
    """Views of so many parts, the first ones longer by one where need be; or cut at indices.

    The indices are slice ends: they may count from the end or lie outside.

    >>> import autograd_fr as ag
    >>> ag.tensor_split(ag.tensor([1.0, 2.0, 3.0]), 2)
    (tensor([1., 2.]), tensor([3.]))
    >>> ag.tensor_split(ag.tensor([1.0, 2.0, 3.0]), (1, 2))
    (tensor([1.]), tensor([2.]), tensor([3.]))
    """
    given = [where for where in (indices_or_sections, sections, indices) if where is not None]
    if len(given) != 1:
        raise TypeError("tensor_split() takes either a number of sections or indices")
    i = _own_axis(dim, input, "tensor_split")
    cuts = _cuts(given[0], "tensor_split")
    if not isinstance(cuts, int):
        return _parts(input, [0, *cuts, input.shape[i]], i)
    if cuts < 1:
        raise ShapeError(f"tensor_split: the number of parts must be 1 or more, got {cuts}")
    size, longer = divmod(input.shape[i], cuts)
    return split_with_sizes(input, [size + (k < longer) for k in range(cuts)], i)


def _cuts(where: Any, name: str) -> Any:
    """A number of parts, or a list of indices to cut at, from Python or from a tensor."""
    given: Any = where.array if isinstance(where, Value) else where
    given = given.tolist() if hasattr(given, "tolist") else given
    try:
        if isinstance(given, (tuple, list)):
            return list(map(operator.index, given))
        return operator.index(given)
    except TypeError:
        raise DtypeError(
            f"{name}: a number of parts or a list of indices is needed, integers, got {given!r}"
        ) from None


def hsplit(input: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """Views of equal parts side by side, or cut at indices: along axis 1, or the only one.

    >>> import autograd_fr as ag
    >>> [x.shape for x in ag.hsplit(ag.zeros(2, 6), 3)]
    [torch.Size([2, 2]), torch.Size([2, 2]), torch.Size([2, 2])]
    """
    return _evenly(input, indices_or_sections, min(1, input.ndim - 1), 1, "hsplit")


def vsplit(input: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """Views of equal parts one below the other, or cut at indices: along axis 0.

    >>> import autograd_fr as ag
    >>> [x.shape for x in ag.vsplit(ag.zeros(6, 2), [1])]
    [torch.Size([1, 2]), torch.Size([5, 2])]
    """
    return _evenly(input, indices_or_sections, 0, 2, "vsplit")


def dsplit(input: Any, indices_or_sections: Any) -> tuple[Any, ...]:
    """Views of equal parts one behind the other, or cut at indices: along axis 2.

    >>> import autograd_fr as ag
    >>> [x.shape for x in ag.dsplit(ag.zeros(2, 3, 4), 2)]
    [torch.Size([2, 3, 2]), torch.Size([2, 3, 2])]
    """
    return _evenly(input, indices_or_sections, 2, 3, "dsplit")


def _evenly(x: Any, where: Any, dim: int, least: int, name: str) -> tuple[Any, ...]:
    if x.ndim < least:
        raise DimensionError(
            f"{name}: {least} axes or more are needed, this has shape {tuple(x.shape)}"
        )
    cuts = _cuts(where, name)
    if isinstance(cuts, int) and (cuts < 1 or x.shape[dim] % cuts):
        raise ShapeError(
            f"{name}: the length {x.shape[dim]} of axis {dim} is no multiple of {cuts}; "
            "tensor_split allows parts of different lengths"
        )
    return tensor_split(x, cuts, dim)


@numpy_names
def unbind(input: Any, dim: int = 0) -> tuple[Any, ...]:
    """Views of all slices along an axis, which they lose.

    >>> import autograd_fr as ag
    >>> ag.unbind(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1)
    (tensor([1., 3.]), tensor([2., 4.]))
    """
    i = _own_axis(dim, input, "unbind")
    return tuple(read_at(input, at(k, i)) for k in range(input.shape[i]))


NUMPY_TWINS |= {
    np.array_split: tensor_split,
    np.dsplit: dsplit,
    np.hsplit: hsplit,
    np.vsplit: vsplit,
}
