"""Axes as text: which are summed, and how a result is brought back to where they were."""

from __future__ import annotations

from typing import Any

from ..call import Call


def reduced_axes(c: Call) -> tuple[int, ...]:
    """The axes, from 0 on, that a reduction takes away."""
    ndim, dim = len(c.like(0).shape), c.params.get("dim")
    if dim is None or dim == ():
        return tuple(range(ndim))
    given = dim if isinstance(dim, tuple) else (dim,)
    return tuple(sorted(d % ndim for d in given)) if ndim else ()


def axis_arguments(c: Call, keep: bool | None = None) -> str:
    """`axis=1, keepdims=True` as far as it is needed."""
    axes, ndim = reduced_axes(c), len(c.like(0).shape)
    keepdims = c.params["keepdim"] if keep is None else keep
    parts = []
    if len(axes) < ndim:
        parts.append(f"axis={axes[0] if len(axes) == 1 else axes}")
    if keepdims and ndim and not (keep and len(axes) == ndim):
        parts.append("keepdims=True")
    return ", ".join(parts)


def put_back(c: Call, reduced: str) -> str:
    """`reduced`, shaped as the result, with axes of length 1 where the others were summed."""
    axes, ndim = reduced_axes(c), len(c.like(0).shape)
    if c.params["keepdim"] or len(axes) == ndim:
        return reduced
    trailing = ", ".join("None" if i in axes else ":" for i in range(ndim))
    return f"{reduced}[{trailing}]"


def repeated(c: Call, g: str) -> str:
    """`g`, an expression shaped as the result, on all the entries that were summed."""
    shape: Any = c.like(0).shape
    if not shape or shape == c.result.shape:
        return g
    if not c.result.shape:
        return f"np.full({shape}, {g})"
    return f"np.broadcast_to({put_back(c, '{}').format(_bracketed(c, g))}, {shape})"


def _bracketed(c: Call, g: str) -> str:
    return g if put_back(c, "") == "" or g.isidentifier() else f"({g})"
