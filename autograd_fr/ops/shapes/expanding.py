"""Entries repeated along axes of length 1, without a copy."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import NUMPY_TWINS, Sample, differentiable
from ...batching.known import as_strided
from ...errors import ShapeError

__all__ = [
    "broadcast_tensors",
    "broadcast_to",
]


@differentiable(
    x=lambda g: g,  # summed over the repeated axes by the engine
    push="linear",
    latex=r"\operatorname{broadcast}(x, \mathit{size})", numpy=(np.broadcast_to,), view=True,
    derivatives={"x": r"\operatorname{sumto}(G, \operatorname{shape}(x))"},
    samples=[
        Sample((4,), size=(3, 4)),
        Sample((3, 1), size=(2, 3, 4)),
        Sample((3, 1), size=(2, -1, 4)),
        Sample((), size=(2,)),
        Sample((1, 3), size=(0, 3)),
    ],
)  # fmt: skip
def broadcast_to(x: Any, size: Any) -> Any:
    """The entries repeated along new axes in front, and along axes of length 1; -1 keeps a length.

    Nothing is copied: repeated entries are one place in memory, reached with the stride 0.

    >>> import autograd_fr as ag
    >>> ag.broadcast_to(ag.tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    if not isinstance(size, (tuple, list)):
        raise TypeError(f"the shape is a tuple of lengths, not {size!r}")
    new = len(size) - x.ndim
    own = (1,) * new + x.shape
    lengths = tuple([n if w == -1 and i >= new else w for i, (w, n) in enumerate(zip(size, own))])
    if new < 0 or any(w != n and (n != 1 or w < 0) for w, n in zip(lengths, own)):
        raise ValueError(
            f"this cannot take the shape {tuple(size)}: only axes of length 1 can be repeated, "
            "and new axes come in front"
        )
    strides = (0,) * new + x.strides
    repeated = [0 if w != n else step for w, n, step in zip(lengths, own, strides)]
    # Unlike the result of np.broadcast_to it may be written into: one row of it is ordinary memory.
    if type(x) is np.ndarray and x.size and x.flags.c_contiguous:
        return np.ndarray(lengths, x.dtype, x, 0, tuple(repeated))  # ten times faster
    return as_strided(x, lengths, tuple(repeated))


def expand(input: Any, size: Any) -> Any:
    """`broadcast_to` under its name as a method.

    >>> import autograd_fr as ag
    >>> ag.tensor([[1.0], [2.0]]).expand(-1, 3)
    tensor([[1., 1., 1.],
            [2., 2., 2.]])
    """
    return broadcast_to(input, size)


def expand_as(input: Any, other: Any) -> Any:
    """The entries repeated to the shape of `other`.

    >>> import autograd_fr as ag
    >>> ag.zeros(3, 1).expand_as(ag.zeros(2, 3, 4)).shape
    torch.Size([2, 3, 4])
    """
    return broadcast_to(input, other.shape)


def common_shape(*shapes: Any) -> tuple[int, ...]:
    """The shape that arrays of the given shapes have in common after broadcasting.

    >>> common_shape((2, 1), (3,), ())
    (2, 3)
    """
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        given = " and ".join(map(str, shapes))
        raise ShapeError(
            f"shapes {given} do not broadcast: counted from the last, axes have one length, or 1"
        ) from None


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """Each tensor repeated to the shape that they have in common, as a tuple.

    >>> import autograd_fr as ag
    >>> [x.shape for x in ag.broadcast_tensors(ag.zeros(2, 1), ag.zeros(3))]
    [torch.Size([2, 3]), torch.Size([2, 3])]
    """
    shape = common_shape(*(np.shape(x) for x in tensors))
    return tuple(broadcast_to(x, shape) for x in tensors)


NUMPY_TWINS[np.broadcast_arrays] = broadcast_tensors
