"""Sums of products over labelled axes, after Einstein: `einsum` and what is written with it.

The labels of the public notation, letters or numbers, become numbers from 0 without gaps. One
operation computes on those; its derivatives are again of its kind.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ... import dtypes, kernels
from ...autograd.op import NUMPY_TWINS, Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...errors import DimensionError, ShapeError
from ..elementwise.arithmetic import mul
from ..shapes.axes import axes
from ..shapes.diagonals import diagonal
from ..shapes.permuting import permute

__all__ = [
    "einsum",
    "inner",
    "tensordot",
]

Labels = tuple[int, ...]


@differentiable(
    tensors=lambda g, others, k, labels, result: _pulled(g, others, k, labels, result),
    latex=r"\operatorname{einsum}(\mathit{tensors}, \mathit{labels}, \mathit{result})",
    symbol="einsum", variadic=True, promotes=False,
    derivatives={
        "tensors": (
            r"\operatorname{einsum}_k(G, \mathit{tensors}, \mathit{labels}, \mathit{result})"
        ),
    },
    samples=[
        Sample((3, 4), (4, 5), labels=((0, 1), (1, 2)), result=(0, 2)),
        Sample((2, 3, 4), (2, 4, 2), labels=((0, 1, 2), (0, 2, 3)), result=(0, 1, 3)),
        Sample((3, 3), labels=((0, 0),), result=(0,)),
        Sample((3, 3, 3), (3, 2), labels=((0, 0, 0), (0, 1)), result=(1,)),
        Sample((3, 4), labels=((0, 1),), result=()),
        Sample((3, 4), labels=((0, 1),), result=(1, 0)),
        Sample((3,), (1,), (3, 2), labels=((0,), (0,), (0, 1)), result=(0,)),
        Sample((1, 2), (3, 2), labels=((0, 1), (0, 1)), result=(1,)),
        Sample((), (3,), labels=((), (0,)), result=(0,)),
        Sample((0, 3), (3, 2), labels=((0, 1), (1, 2)), result=(0, 2)),
        Sample((2, 0), (0, 3), labels=((0, 1), (1, 2)), result=(0, 2)),
    ],
)  # fmt: skip
def contraction(tensors: Any, labels: tuple[Labels, ...], result: Labels) -> Any:
    """Products of entries, one of each tensor, summed over the labels not in `result`.

    Axes with one label run together; of length 1, they broadcast.

    >>> import autograd_fr as ag
    >>> contraction([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])], ((0,), (0,)), ())
    tensor(11.)
    """
    sizes = _sizes(tensors, labels)
    kind = tensors[0].dtype.kind
    summed = sizes.keys() - set(result)
    if kind == "b" and summed and len(tensors) > 1:
        raise TypeError("a sum of products needs numbers, not bools; convert with .long()")
    owners = [sum(label in own for own in labels) for label in summed]
    if kind != "f" and 1 in owners:  # a sum within one tensor, which makes integers int64
        tensors = [x.astype(np.int64) for x in tensors]
    if math.prod(sizes.values()) == 0:
        return np.zeros([sizes[i] for i in result], tensors[0].dtype)
    operands = [part for x, own in zip(tensors, labels) for part in (x, list(own))]
    y = np.einsum(*operands, list(result), optimize=len(tensors) > 1)
    return kernels.contiguous(y) if len(tensors) > 1 else y


def _sizes(tensors: Sequence[Any], labels: Sequence[Labels]) -> dict[int, int]:
    """The length of every label's axes, 1 giving way to others; ShapeError where they clash."""
    sizes: dict[int, int] = {}
    for k, (x, own) in enumerate(zip(tensors, labels)):
        for label, n in zip(own, x.shape):
            known = sizes.setdefault(label, n)
            if known == 1:
                sizes[label] = n
            elif n not in (1, known):
                raise ShapeError(
                    f"einsum: operand {k} has length {n} on an axis whose label stands for "
                    f"length {known} before"
                )
        for label in set(own):
            found = {n for i, n in zip(own, x.shape) if i == label}
            if len(found) > 1:
                raise ShapeError(
                    f"einsum: operand {k} repeats a label on axes of lengths "
                    f"{' and '.join(map(str, sorted(found)))}; a diagonal needs equal ones"
                )
    return sizes


def _pulled(g: Any, tensors: Any, k: int, labels: tuple[Labels, ...], result: Labels) -> Any:
    """The gradient of the k-th tensor: `g` contracted with all the others.

    A label that only this tensor has was summed, and so was one on which all others have length 1:
    the gradient repeats itself on that axis, as by a vector of ones.
    One that it repeats took a diagonal: the gradient is 0 off it, as by identity matrices.
    """
    others = [(x, own) for i, (x, own) in enumerate(zip(tensors, labels)) if i != k]
    factors = [(g, result), *others]
    lengths = _sizes(*zip(*factors))
    fresh = 1 + max((i for own in labels for i in own), default=0)
    axes: list[int] = []
    for label, n in zip(labels[k], tensors[k].shape):
        if label in axes:
            factors.append((np.eye(n, dtype=g.dtype), (label, fresh)))
            label, fresh = fresh, fresh + 1
        elif label not in lengths or lengths[label] == 1 != n:
            factors.append((np.ones(n, g.dtype), (label,)))
        axes.append(label)
    parts, own = zip(*factors)
    return polymorphic(contraction)(parts, labels=own, result=tuple(axes))


# The notation of `einsum`: a term is a list of labels, among them at most one Ellipsis.
Term = list[Any]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def einsum(*args: Any) -> Any:
    """Sum of products of entries, in Einstein's notation: `einsum("ij,jk->ik", a, b)` is `a @ b`.

    A letter names an axis of every operand in whose term it stands; axes of one letter run
    together, and letters without a place after `->` are summed over. A letter twice in a term takes
    the diagonal; `...` stands for any axes, which broadcast. Without `->` the result has the axes
    of `...`, then the letters that occur once, capitals first. Spaces do not count. The operands
    may come in a list, or each be followed by a list of numbers for letters, the result's last.

    >>> import autograd_fr as ag
    >>> m = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> ag.einsum("ii->i", m)
    tensor([1., 4.])
    >>> ag.einsum("...i,i", m, ag.tensor([1.0, 10.0]))
    tensor([21., 43.])
    >>> ag.einsum(m, [0, 1], [1, 0])
    tensor([[1., 3.],
            [2., 4.]])
    """
    tensors, terms, wanted = _read(*args) if args and isinstance(args[0], str) else _listed(args)
    if not tensors or len(tensors) != len(terms):
        raise ShapeError(f"einsum: {len(terms)} terms for {len(tensors)} operands")
    spread = [_spread(k, x, term) for k, (x, term) in enumerate(zip(tensors, terms))]
    broadcast = max(spread)
    whole = [("...", i) for i in range(broadcast)]
    named = [_named(term, whole[broadcast - n :]) for term, n in zip(terms, spread)]
    result = _implied(named, whole) if wanted is None else _named(wanted, whole)
    _check_result(result, named)
    number = {name: i for i, name in enumerate(dict.fromkeys(n for term in named for n in term))}
    labels = tuple(tuple(map(number.__getitem__, term)) for term in named)
    kept = tuple(map(number.__getitem__, result))
    if len(tensors) == 1 and len(kept) == len(number):
        _sizes(tensors, labels)
        return _seen(tensors[0], list(labels[0]), kept)
    return contraction(_promoted(tensors, labels, kept), labels=labels, result=kept)


def _promoted(tensors: Sequence[Any], labels: Sequence[Labels], result: Labels) -> Sequence[Any]:
    """The operands in one dtype, where none is summed with one of another: these are refused.

    They are multiplied from the left, and a label is summed as soon as no later one has it.
    """
    common = tensors[0].dtype
    for k, x in enumerate(tensors[1:], 1):
        before, later = set().union(*labels[:k]), set(result).union(*labels[k + 1 :])
        if x.dtype != common and before & set(labels[k]) - later:
            return tensors
        common = dtypes.promote_types(common, x.dtype)
    return [x.to(common) for x in tensors]


def _seen(x: Any, own: list[int], result: Labels) -> Any:
    """The view of a tensor in which its repeated labels are diagonals, in the order of `result`."""
    for label in result:
        while own.count(label) > 1:
            i, j = [k for k, name in enumerate(own) if name == label][:2]
            x = diagonal(x, 0, i, j)
            own = [name for k, name in enumerate(own) if k not in (i, j)] + [label]
    return permute(x, tuple(map(own.index, result)))


NUMPY_TWINS[np.einsum] = einsum


def _read(equation: str, *tensors: Any) -> tuple[Sequence[Any], list[Term], Term | None]:
    """The operands, their terms and the result's, from letters."""
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    terms, arrow, result = equation.replace(" ", "").partition("->")
    return tensors, [_letters(t) for t in terms.split(",")], _letters(result) if arrow else None


def _letters(text: str) -> Term:
    parts: Term = re.findall(r"\.\.\.|.", text)
    if unknown := [p for p in parts if p not in LETTERS and p != "..."]:
        raise ShapeError(f"einsum: {unknown[0]!r} is no letter; a term has letters and one `...`")
    return [... if p == "..." else LETTERS.index(p) for p in parts]


def _listed(args: Sequence[Any]) -> tuple[Sequence[Any], list[Term], Term | None]:
    """The operands, their terms and the result's, from lists of numbers."""
    terms = [list(term) for term in args[1::2]]
    result = list(args[-1]) if len(args) % 2 else None
    return args[: len(terms) * 2 : 2], terms, result


def _spread(k: int, x: Any, term: Term) -> int:
    """How many axes of the k-th operand its `...` stands for."""
    if term.count(...) > 1:
        raise ShapeError(f"einsum: the term of operand {k} has more than one `...`")
    rest = x.ndim - len(term) + term.count(...)
    if rest < 0 or (rest and ... not in term):
        raise ShapeError(
            f"einsum: the term of operand {k} names {len(term) - term.count(...)} axes, its shape "
            f"is {tuple(x.shape)}"
        )
    return rest


def _named(term: Term, whole: list[Any]) -> list[Any]:
    """`term` with the names of `whole` in the place of its `...`."""
    return [name for label in term for name in (whole if label is ... else [label])]


def _implied(named: list[list[Any]], whole: list[Any]) -> list[Any]:
    """The result that is meant where none is given: `...`, then what occurs once, in order."""
    letters = [n for term in named for n in term if n not in whole]
    return whole + sorted(n for n in set(letters) if letters.count(n) == 1)


def _check_result(result: list[Any], named: list[list[Any]]) -> None:
    for name in result:
        shown = LETTERS[name] if isinstance(name, int) else "..."
        if result.count(name) > 1:
            raise ShapeError(f"einsum: {shown!r} stands twice in the result")
        if not any(name in term for term in named):
            raise ShapeError(f"einsum: {shown!r} of the result stands in no operand's term")


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Sum of products over some axes of `a` and as many of `b`; the others stay, those of a first.

    `dims`: the number of axes, the last of `a` and the first of `b`; or the axes of each, as two
    lists. Of length 1, an axis broadcasts.

    >>> import autograd_fr as ag
    >>> ag.tensordot(ag.ones(2, 3, 4), ag.ones(4, 3), dims=([1, 2], [1, 0]))
    tensor([12., 12.])
    """
    dims = dims.array.tolist() if isinstance(dims, Value) else dims
    if isinstance(dims, int):
        if not 0 <= dims <= min(a.ndim, b.ndim):
            raise ShapeError(f"tensordot over {dims} axes of {a.ndim} and {b.ndim}")
        dims = range(a.ndim - dims, a.ndim), range(dims)
    dims = tuple(map(tuple, dims))
    if any(own and not x.ndim for x, own in zip((a, b), dims)):
        raise DimensionError("tensordot: a number has no axes to sum over")
    first, second = (axes(own, x.ndim, "tensordot") for x, own in zip((a, b), dims))
    if len(first) != len(second):
        raise ShapeError(f"tensordot: {len(first)} axes of a and {len(second)} of b")
    of_a = list(range(a.ndim))
    of_b = [first[second.index(i)] if i in second else a.ndim + i for i in range(b.ndim)]
    rest = [i for i in of_a if i not in first] + [i for i in of_b if i >= a.ndim]
    return contraction([a, b], labels=(tuple(of_a), tuple(of_b)), result=tuple(rest))


def _numpy_tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """np.tensordot on tensors, with NumPy's name for the axes."""
    return tensordot(
        a, b, ([d] if isinstance(d, int) else d for d in axes) if np.iterable(axes) else axes
    )


NUMPY_TWINS[np.tensordot] = _numpy_tensordot


def inner(input: Any, other: Any) -> Any:
    """Scalar products along the last axes, which are of one length; with a number, the product.

    >>> import autograd_fr as ag
    >>> ag.inner(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), ag.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    if not input.ndim or not other.ndim:
        return mul(input, other)
    if input.shape[-1] != other.shape[-1]:
        raise ShapeError(
            f"inner: the last axes have lengths {input.shape[-1]} and {other.shape[-1]}"
        )
    return tensordot(input, other, ([-1], [-1]))
