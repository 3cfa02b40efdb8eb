"""Products of vectors and matrices. Operands must have one dtype, as in PyTorch.

Each name but `matmul` takes operands of fixed numbers of axes, and refuses others.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.engine import fit
from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.sums import summed, with_product
from ...errors import DtypeError, OperandError, ShapeError
from ...kernels.products import product, product_as
from ...kernels.sums import total
from ..elementwise.arithmetic import mul
from ..reductions.reduction import sum
from ..shapes.axes import at, axis
from ..shapes.shape import reshape

__all__ = [
    "bmm",
    "cross",
    "dot",
    "ger",
    "kron",
    "linear",
    "matmul",
    "mm",
    "mv",
    "outer",
    "trace",
    "vdot",
]


@differentiable(
    a=lambda g, b, likes: _pulled_left(g, b, *likes),
    b=lambda g, a, likes: _pulled_right(g, a, *likes),
    push={"a": lambda t, b: t @ b, "b": lambda t, a: a @ t},
    latex=r"a\,b", symbol="@", numpy=(np.matmul,), promotes=False,
    derivatives={"a": r"G\,b^\top", "b": r"a^\top G"},
    samples=[
        Sample((2, 3), (3, 4)),
        Sample((3,), (3,)),
        Sample((3,), (3, 4)),
        Sample((2, 3), (3,)),
        Sample((5, 2, 3), (3, 4)),
        Sample((2, 3), (5, 3, 4)),
        Sample((2, 1, 2, 3), (5, 3, 4)),
        Sample((5, 2, 3), (3,)),
        Sample((3,), (5, 3, 4)),
        Sample((0, 3), (3, 4)),
        Sample((2, 0), (0, 3)),
    ],
)  # fmt: skip
def matmul(a: Any, b: Any) -> Any:
    """Product of matrices (m, k) @ (k, n), batches of them, or vectors, as in NumPy.

    Both must have one dtype, as in PyTorch.

    >>> import autograd_fr as ag
    >>> ag.matmul(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), ag.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if a.ndim == 2 == b.ndim and a.shape[1] == b.shape[0] and a.dtype.kind == "f":
        return product(a, b)
    if not a.ndim or not b.ndim:
        raise OperandError(
            f"matmul of shapes {a.shape} and {b.shape}: vectors or matrices are needed; multiply "
            "numbers with *"
        )
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(
            f"the rows of the first have {a.shape[-1]} entries, the columns of the second "
            f"{b.shape[-2 if b.ndim > 1 else 0]}"
        )
    if a.dtype.kind == "b":
        raise TypeError("a product sums numbers, not bools; convert with .long() or .float()")
    return product(a, b)


def _with_axes(g: Any, a: Any, b: Any) -> Any:
    """`g` with the axes that matmul drops for vectors put back."""
    if b.ndim == 1:
        g = g[..., None]
    return g[..., None, :] if a.ndim == 1 else g


def _pulled_left(g: Any, matrix: Any, a: Any, b: Any) -> Any:
    return product(_with_axes(g, a, b), (matrix[..., None] if b.ndim == 1 else matrix).mT)


def _pulled_right(g: Any, matrix: Any, a: Any, b: Any) -> Any:
    """The gradient of the right factor; where many matrices share one, as a single product."""
    g, matrix = _with_axes(g, a, b), matrix[None] if a.ndim == 1 else matrix
    if b.ndim == 1:
        return product(matrix.mT, g)[..., 0]
    return product(_rows(matrix).mT, _rows(g)) if b.ndim == 2 else product_as(matrix.mT, g, b)


def _pull(g: Any, node: Any, into: Any) -> None:
    """The rules of `matmul` in an ordinary backward pass: what several products of matrices have
    on their right, as the weights of a network in time, gets one gradient of all their rows."""
    (a, b), to_a, to_b = node.args, node.left, node.right
    matrices = a.ndim == b.ndim == 2
    if to_a is not None:
        _arrive(into, to_a, product(g, b.T) if matrices else fit(_pulled_left(g, b, a, b), a))
    if to_b is not None:
        if matrices:
            into[to_b] = with_product(into.get(to_b), a, g)
        else:
            _arrive(into, to_b, fit(_pulled_right(g, a, a, b), b))


def _arrive(into: Any, to: Any, d: Any) -> None:
    """Add `d` to the gradient that has arrived at `to`."""
    into[to] = summed(into[to], d) if to in into else d


polymorphic(matmul).pull = _pull


@differentiable(
    x=lambda g, weight: _by_rows(g, weight),
    weight=lambda g, x: product(_rows(g).mT, _rows(x)),
    bias=lambda g: g,
    push={
        "x": lambda t, weight: t @ weight.mT,
        "weight": lambda t, x: x @ t.mT,
        "bias": lambda t: t,
    },
    latex=r"x\,\mathit{weight}^\top + \mathit{bias}", promotes=False,
    derivatives={"x": r"G\,\mathit{weight}", "weight": r"G^\top x", "bias": "G"},
    samples=[
        Sample((5, 3), (4, 3), (4,)),
        Sample((3,), (4, 3), (4,)),
        Sample((2, 5, 3), (4, 3), (4,)),
        Sample((5, 3), (4, 3)),
        Sample((0, 3), (4, 3), (4,)),
    ],
)  # fmt: skip
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """`x @ weight.T + bias`: x (..., in), weight (out, in), bias (out), result (..., out).

    >>> import autograd_fr as ag
    >>> W = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.linear(ag.tensor([1.0, 10.0]), W, ag.tensor([0.5, 0.5]))
    tensor([21.5000, 43.5000])
    """
    if weight.ndim != 2:
        raise ValueError("weight is a matrix (out, in); for a vector use x @ weight")
    if not x.ndim or x.shape[-1] != weight.shape[-1]:
        raise ValueError(
            f"the input has {x.shape[-1] if x.ndim else 'no'} features, weight takes "
            f"{weight.shape[-1]}"
        )
    y = _by_rows(x, weight.T)
    if type(y) is type(bias) is np.ndarray and y.dtype is bias.dtype and bias.ndim == 1 <= y.ndim:
        y += bias  # y is nobody else's
        return y
    return y if bias is None else y + bias


def _by_rows(x: Any, matrix: Any) -> Any:
    """`x @ matrix` as one product: NumPy would take one for each index of the leading axes."""
    if x.ndim < 3:
        return product(x, matrix)
    return product(_rows(x), matrix).reshape((*x.shape[:-1], matrix.shape[-1]))


def _rows(x: Any) -> Any:
    """All axes but the last made into one."""
    return x if x.ndim == 2 else x.reshape((math.prod(x.shape[:-1]), x.shape[-1]))


def _pull_linear(g: Any, node: Any, into: Any) -> None:
    """The rules of `linear` in an ordinary backward pass, gathered by rows as those of `matmul`."""
    (x, weight, _), (to_x, to_weight, to_bias) = node.args, node.parents
    rows = _rows(g)
    if to_x is not None:
        d = product(rows, weight)
        _arrive(into, to_x, d if x.ndim == 2 else d.reshape(x.shape))
    if to_weight is not None:
        into[to_weight] = with_product(into.get(to_weight), rows, _rows(x))
    if to_bias is not None:
        _arrive(into, to_bias, total(rows, (0,)))


polymorphic(linear).pull = _pull_linear


def check_axes(name: str, **wanted: tuple[Any, int]) -> None:
    """Raise ShapeError for an operand that has not as many axes as the operation takes."""
    for argument, (tensor, ndim) in wanted.items():
        if tensor.ndim != ndim:
            raise ShapeError(
                f"{name}: {argument} must have {ndim} {'axis' if ndim == 1 else 'axes'}, "
                f"its shape is {tuple(tensor.shape)}; matmul takes any"
            )


def mm(input: Any, mat2: Any) -> Any:
    """Product of two matrices, (m, k) and (k, n).

    >>> import autograd_fr as ag
    >>> ag.mm(ag.tensor([[1.0, 2.0]]), ag.tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    check_axes("mm", input=(input, 2), mat2=(mat2, 2))
    return matmul(input, mat2)


def mv(input: Any, vec: Any) -> Any:
    """Product of a matrix (m, k) and a vector (k).

    >>> import autograd_fr as ag
    >>> ag.mv(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), ag.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    check_axes("mv", input=(input, 2), vec=(vec, 1))
    return matmul(input, vec)


def bmm(input: Any, mat2: Any) -> Any:
    """Products of as many matrices, (n, m, k) and (n, k, p); the batches do not broadcast.

    >>> import autograd_fr as ag
    >>> ag.bmm(ag.ones(5, 2, 3), ag.ones(5, 3, 4)).shape
    torch.Size([5, 2, 4])
    """
    check_axes("bmm", input=(input, 3), mat2=(mat2, 3))
    if len(input) != len(mat2):
        raise ShapeError(
            f"bmm: {len(input)} matrices and {len(mat2)}; there must be as many, matmul broadcasts"
        )
    return matmul(input, mat2)


def dot(input: Any, tensor: Any) -> Any:
    """Scalar product of two vectors of one length, `Σ x_i y_i`.

    >>> import autograd_fr as ag
    >>> ag.dot(ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0]))
    tensor(11.)
    """
    check_axes("dot", input=(input, 1), tensor=(tensor, 1))
    return matmul(input, tensor)


def vdot(input: Any, other: Any) -> Any:
    """Scalar product of two vectors; the same as `dot`, for complex numbers are not supported.

    >>> import autograd_fr as ag
    >>> ag.vdot(ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0]))
    tensor(11.)
    """
    return dot(input, other)


def outer(input: Any, vec2: Any) -> Any:
    """All products of an entry of one vector and an entry of another, `y_ij = u_i v_j`.

    >>> import autograd_fr as ag
    >>> ag.outer(ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    check_axes("outer", input=(input, 1), vec2=(vec2, 1))
    return mul(reshape(input, (len(input), 1)), vec2)


ger = outer


def kron(input: Any, other: Any) -> Any:
    """Kronecker product: every entry of the first times the whole of the second, as blocks.

    Along every axis the lengths multiply; missing leading axes count as length 1.

    >>> import autograd_fr as ag
    >>> ag.kron(ag.tensor([[1.0, 2.0]]), ag.tensor([[1.0], [3.0]]))
    tensor([[1., 2.],
            [3., 6.]])
    """
    n = max(input.ndim, other.ndim)
    a, b = ((1,) * (n - x.ndim) + tuple(x.shape) for x in (input, other))
    blocks = mul(
        reshape(input, tuple(m for length in a for m in (length, 1))),
        reshape(other, tuple(m for length in b for m in (1, length))),
    )
    return reshape(blocks, tuple(p * q for p, q in zip(a, b)))


@numpy_names
def cross(input: Any, other: Any, dim: int | None = None) -> Any:
    """Vector product of the threes along `dim`, by default the first axis of length 3.

    The other axes broadcast.

    >>> import autograd_fr as ag
    >>> ag.cross(ag.tensor([1.0, 0.0, 0.0]), ag.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if dim is None:
        if 3 not in input.shape:
            raise ShapeError(f"cross: shape {tuple(input.shape)} has no axis of length 3")
        dim = input.shape.index(3)
    return linalg_cross(input, other, dim=dim)


@numpy_names
def linalg_cross(input: Any, other: Any, *, dim: int = -1) -> Any:
    """Vector product of the threes along `dim`; the other axes broadcast.

    >>> import autograd_fr as ag
    >>> ag.linalg.cross(ag.tensor([1.0, 0.0, 0.0]), ag.tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    if input.ndim != other.ndim:
        raise ShapeError(
            f"cross: operands with {input.ndim} and {other.ndim} axes; give both as many"
        )
    check_same_dtype("cross", input, other)
    dim = axis(dim, input.ndim, "cross")
    if input.shape[dim] != 3 or other.shape[dim] != 3:
        raise ShapeError(
            f"cross: axis {dim} must have length 3, it has {input.shape[dim]} and "
            f"{other.shape[dim]}"
        )
    following, last = at([1, 2, 0], dim), at([2, 0, 1], dim)
    y: Any = input[following] * other[last] - input[last] * other[following]
    return y.contiguous()


@numpy_names
def linalg_vecdot(x: Any, y: Any, *, dim: int = -1) -> Any:
    """Scalar products of the vectors along `dim`; the other axes broadcast.

    >>> import autograd_fr as ag
    >>> ag.linalg.vecdot(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), ag.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    check_same_dtype("linalg.vecdot", x, y)
    if x.dtype.kind != "f":
        raise DtypeError(f"linalg.vecdot needs floating entries, not {x.dtype}; use .float()")
    return sum(mul(x, y), dim)


def check_same_dtype(name: str, *tensors: Any) -> None:
    """Raise DtypeError, which names them, for operands of different dtypes."""
    found = {str(t.dtype): t for t in tensors}
    if len(found) > 1:
        raise DtypeError(
            f"{name}: operands of different dtypes, {' and '.join(found)}; "
            f"convert one, with {' or '.join(f'.to({d})' for d in found)}"
        )


def trace(input: Any) -> Any:
    """Sum of the entries on the diagonal of a matrix.

    >>> import autograd_fr as ag
    >>> ag.trace(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    check_axes("trace", input=(input, 2))
    if input.dtype.kind == "b":
        raise DtypeError("trace needs numbers, not bools; convert with .long()")
    i = np.arange(min(input.shape))
    return sum(input[i, i])
