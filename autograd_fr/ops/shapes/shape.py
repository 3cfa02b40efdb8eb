"""The same entries under another shape, in other memory, or in another dtype."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.composites import numpy_names
from ...autograd.failures import cause_of, explained
from ...autograd.op import NUMPY_TWINS, Sample, differentiable
from ...autograd.value import share, wrap
from ...errors import DimensionError, ShapeError
from .axes import axes, axis

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "clone",
    "flatten",
    "ravel",
    "reshape",
    "squeeze",
    "unflatten",
    "unsqueeze",
]


@differentiable(
    x=lambda g: g,  # brought back to the dtype of its argument by the engine
    push="linear", latex="x",
    derivatives={"x": "1"},
    samples=[Sample((3, 4), dtype="float64"), Sample((), dtype="float64")],
)  # fmt: skip
def cast(x: Any, dtype: Any) -> Any:
    """The entries in another dtype; a result that is not floating takes no part in the graph.

    >>> import autograd_fr as ag
    >>> cast(ag.tensor([1.5, 2.5]), ag.float64)
    tensor([1.5000, 2.5000], dtype=float64)
    """
    return x.astype(dtypes.as_dtype(dtype))


@differentiable(
    x=lambda g: g,
    push="linear", latex="x", numpy=(np.copy,),
    derivatives={"x": "1"},
    samples=[Sample((3, 4)), Sample(()), Sample((0, 3))],
)  # fmt: skip
def clone(x: Any, *, memory_format: Any = None) -> Any:
    """A copy with memory of its own; gradients flow through it.

    Its entries lie in the order of those of `x`, or in row-major order with
    `memory_format=contiguous_format`.

    >>> import autograd_fr as ag
    >>> ag.clone(ag.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    return x.copy("C" if str(memory_format).endswith("contiguous_format") else "K")


def contiguous(input: Any, memory_format: Any = None) -> Any:
    """The entries in row-major order without gaps: `input` itself where they lie so, else a copy.

    >>> import autograd_fr as ag
    >>> x = ag.zeros(2, 3)
    >>> contiguous(x) is x, contiguous(x.T).array.flags.c_contiguous
    (True, True)
    """
    return input if input.array.flags.c_contiguous else clone(input, memory_format=_ROW_MAJOR)


_ROW_MAJOR = "contiguous_format"


@differentiable(
    x=lambda g, like: g.reshape(like.shape),
    push="linear",
    latex=r"\operatorname{reshape}(x, \mathit{shape})", numpy=(np.reshape,), view=True,
    derivatives={"x": r"\operatorname{reshape}(G, \operatorname{shape}(x))"},
    samples=[
        Sample((3, 4), shape=(2, 6)),
        Sample((3, 4), shape=(-1,)),
        Sample((), shape=(1, 1)),
        Sample((1,), shape=()),
        Sample((0, 3), shape=(3, 0)),
    ],
)  # fmt: skip
def reshape(x: Any, shape: Any) -> Any:
    """The entries, in row-major order, in another shape; one length may be -1.

    It shares the memory of `x` where the layout allows, else it is a copy.

    >>> import autograd_fr as ag
    >>> ag.reshape(ag.tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    tensor([[1., 2.],
            [3., 4.]])
    """
    return _reshaped(x, shape)


@differentiable(
    x=lambda g, like: g.reshape(like.shape),
    push={"x": lambda t, size: t.reshape(size)},  # which may lie in memory in another way
    latex=r"\operatorname{reshape}(x, \mathit{size})", view=True,
    derivatives={"x": r"\operatorname{reshape}(G, \operatorname{shape}(x))"},
    samples=[
        Sample((3, 4), size=(3, 2, -1)),
        Sample((3, 4), size=(3, 1, 4)),
        Sample((), size=(1, 1)),
        Sample((0, 3), size=(3, 0)),
    ],
)  # fmt: skip
def view(x: Any, size: Any) -> Any:
    """The same memory in another shape, in row-major order; one length may be -1.

    Raises ShapeError where the layout in memory does not allow it: `reshape` makes a copy there.

    >>> import autograd_fr as ag
    >>> view(ag.tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    tensor([[1., 2.],
            [3., 4.]])
    """
    y = _reshaped(x, size)
    if y.base is not x and x.ndim and x.size and not np.may_share_memory(x, y):
        raise ValueError(
            f"with strides {tuple(step // x.itemsize for step in x.strides)} its memory cannot be "
            f"seen in the shape {size}; use reshape(), which makes a copy"
        )
    return y


def _reshaped(x: Any, shape: Any) -> Any:
    """`x` in a shape in which no length is negative, but one may be -1."""
    if isinstance(shape, tuple) and shape and min(shape) < -1:
        raise ValueError(f"a length is negative in {shape}; -1 stands for what remains")
    try:
        return x.reshape(shape)
    except ValueError:
        only = "; only one length can be -1" if shape.count(-1) > 1 else ""
        raise ValueError(f"{x.size} entries do not fill the shape {shape}{only}") from None


def view_as(input: Any, other: Any) -> Any:
    """The same memory in the shape of `other`.

    >>> import autograd_fr as ag
    >>> view_as(ag.zeros(6), ag.zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    return view(input, other.shape)


def reshape_as(input: Any, other: Any) -> Any:
    """The entries in the shape of `other`.

    >>> import autograd_fr as ag
    >>> reshape_as(ag.zeros(6), ag.zeros(2, 3)).shape
    torch.Size([2, 3])
    """
    return reshape(input, other.shape)


def reinterpreted(input: Any, dtype: Any) -> Any:
    """The same memory read as another dtype, bytes as they are; it takes no part in the graph.

    Where the sizes of the entries differ, so does the length of the last axis.

    >>> import autograd_fr as ag
    >>> reinterpreted(ag.tensor([1.0, -2.0]), ag.int32)
    tensor([ 1065353216, -1073741824], dtype=int32)
    """
    array = input.memory()
    try:
        return share(array.view(dtypes.as_dtype(dtype)))
    except ValueError as error:
        raise explained("view", (array,), error) from cause_of(error)


@differentiable(
    x=lambda g, like: g.reshape(like.shape),
    push="linear", latex=r"\operatorname{squeeze}(x, \mathit{dim})", numpy=(np.squeeze,), view=True,
    derivatives={"x": r"\operatorname{reshape}(G, \operatorname{shape}(x))"},
    samples=[
        Sample((1, 3, 1)),
        Sample((1, 3, 1), dim=0),
        Sample((1, 3, 1, 2), dim=(0, 1, -2)),
        Sample((3,), dim=0),
        Sample(()),
        Sample((0, 1), dim=1),
    ],
)  # fmt: skip
def squeeze(x: Any, dim: Any = None) -> Any:
    """`x` without its axes of length 1, or without those of `dim` that have length 1.

    >>> import autograd_fr as ag
    >>> ag.squeeze(ag.zeros(1, 3, 1)).shape
    torch.Size([3])
    """
    if dim is None:
        return x.reshape([n for n in x.shape if n != 1])
    gone = axes(dim, x.ndim, "squeeze")
    return x.reshape([n for i, n in enumerate(x.shape) if n != 1 or i not in gone])


@differentiable(
    x=lambda g, like: g.reshape(like.shape),
    push="linear", latex=r"\operatorname{unsqueeze}(x, \mathit{dim})", view=True,
    derivatives={"x": r"\operatorname{reshape}(G, \operatorname{shape}(x))"},
    samples=[
        Sample((3, 4), dim=0),
        Sample((3, 4), dim=-1),
        Sample((), dim=0),
        Sample((0, 3), dim=1),
    ],
)  # fmt: skip
def unsqueeze(x: Any, dim: int) -> Any:
    """`x` with a new axis of length 1 at position `dim`.

    >>> import autograd_fr as ag
    >>> ag.unsqueeze(ag.zeros(3), -1).shape
    torch.Size([3, 1])
    """
    i = axis(dim, x.ndim + 1, "unsqueeze")
    return x.reshape((*x.shape[:i], 1, *x.shape[i:]))


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """`input` with the axes from `start_dim` to `end_dim`, both included, made into one.

    It shares the memory of `input` where the layout allows, else it is a copy.

    >>> import autograd_fr as ag
    >>> ag.flatten(ag.zeros(2, 3, 4), start_dim=1).shape
    torch.Size([2, 12])
    """
    start, end = (axis(d, input.ndim, "flatten") for d in (start_dim, end_dim))
    if start > end:
        raise ShapeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    if start == end and input.ndim:
        return input
    shape = input.shape
    return reshape(input, (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


@numpy_names
def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """`input` with one axis made into several, of lengths `sizes`; one of them may be -1.

    >>> import autograd_fr as ag
    >>> ag.unflatten(ag.zeros(2, 12), 1, (3, -1)).shape
    torch.Size([2, 3, 4])
    """
    sizes = tuple(map(operator.index, sizes))
    i = _own_axis(dim, input, "unflatten")
    shape, known = input.shape, math.prod(n for n in sizes if n != -1)
    if sizes.count(-1) == 1 and known > 0 and not shape[i] % known:
        sizes = tuple(shape[i] // known if n == -1 else n for n in sizes)
    if not sizes or min(sizes) < 0 or math.prod(sizes) != shape[i]:
        raise ShapeError(
            f"unflatten: axis {dim} of length {shape[i]} cannot be split into the lengths {sizes}"
        )
    return reshape(input, (*shape[:i], *sizes, *shape[i + 1 :]))


def _own_axis(dim: int, x: Any, name: str) -> int:
    if not x.ndim:
        raise DimensionError(f"{name}: a tensor of shape () has no axis; reshape it to (1,)")
    return axis(dim, x.ndim, name)


def ravel(input: Any) -> Any:
    """All entries in one axis, in row-major order.

    >>> import autograd_fr as ag
    >>> ag.ravel(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 2., 3., 4.])
    """
    return reshape(input, (-1,))


def atleast_1d(*tensors: Any) -> Any:
    """A tensor of shape () as one of shape (1,), others as they are; of several, a tuple.

    >>> import autograd_fr as ag
    >>> ag.atleast_1d(ag.tensor(2.0))
    tensor([2.])
    """
    return _each(tensors, lambda x: x if x.ndim else reshape(x, (1,)))


def atleast_2d(*tensors: Any) -> Any:
    """A tensor of shape () or (n,) as one row, others as they are; of several, a tuple.

    >>> import autograd_fr as ag
    >>> ag.atleast_2d(ag.tensor([2.0, 3.0]))
    tensor([[2., 3.]])
    """
    return _each(tensors, lambda x: x if x.ndim > 1 else reshape(x, (1, *(x.shape or (1,)))))


def atleast_3d(*tensors: Any) -> Any:
    """Tensors with three axes: (n,) becomes (1, n, 1) and (n, m) becomes (n, m, 1).

    Those with more stay as they are; of several, a tuple.

    >>> import autograd_fr as ag
    >>> [x.shape for x in ag.atleast_3d(ag.zeros(4), ag.zeros(2, 3))]
    [torch.Size([1, 4, 1]), torch.Size([2, 3, 1])]
    """
    full = {0: (1, 1, 1), 1: (1, -1, 1)}
    return _each(
        tensors,
        lambda x: x if x.ndim > 2 else reshape(x, full.get(x.ndim) or (*x.shape, 1)),
    )


def _each(tensors: Any, change: Any) -> Any:
    """`change` done to the one tensor given, or to each of several, alone or in one sequence."""
    if len(tensors) == 1 and not isinstance(tensors[0], (tuple, list)):
        return change(_tensor(tensors[0]))
    given = tensors[0] if len(tensors) == 1 else tensors
    return tuple(change(_tensor(x)) for x in given)


def _tensor(x: Any) -> Any:
    return x if hasattr(x, "ndim") else wrap(dtypes.as_array(x))


NUMPY_TWINS |= {
    np.atleast_1d: atleast_1d,
    np.atleast_2d: atleast_2d,
    np.atleast_3d: atleast_3d,
    np.expand_dims: lambda a, axis: unsqueeze(a, axis),
    np.ravel: ravel,
}
