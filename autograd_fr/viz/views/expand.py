"""One operation on small arrays opened into the operations on numbers that it consists of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ...autograd.op import REGISTRY
from ...autograd.tangents import entrywise
from ..graph.model import Absent, Graph, Operation
from ..graph.selection import numbered
from ..graph.summary import Summary
from .scalars import Entries, Scalars

MOST = 200  # operations on numbers in place of one

Numbers = np.ndarray[Any, Any]


def expand(
    graph: Graph,
    operations: int | Iterable[int],
    full: Mapping[int, Entries] | None = None,
    flowing: Mapping[int, Any] | None = None,
) -> Graph:
    """`graph` with one operation, or several, given by number, opened into operations on entries.

    Products of matrices become products and sums of numbers, operations entry by entry one for each
    entry, `sum` and `mean` sums. What goes in is taken apart by an operation "entries", what comes
    out is put together by one called "stack", where somebody needs it whole. `full`: by the number
    of a variable, the entries of its value and of its gradient, where summaries have none.
    `flowing`: what the operations add to the gradient of each of their inputs. It is the gradient
    of its entries where other operations use it whole, and add to its gradient too.

    Raises ValueError for an operation that cannot be opened, or with too many entries.
    """
    numbers = {operations} if isinstance(operations, int) else {*operations}
    for number in sorted(numbers):
        _check(graph, graph.operations[numbered(graph, number)])
    scalars = Scalars(graph, numbers, full or {}, flowing or {})
    for operation in graph.operations:
        opener = _opener(operation.name) if operation.number in numbers else None
        if opener is None:
            scalars.operations.append(operation)
        else:
            scalars.part_of = operation
            with np.errstate(all="ignore"):
                opener(scalars, operation)
            scalars.joined(operation.outputs[0])
    return scalars.done()


def _check(graph: Graph, operation: Operation) -> None:
    """Raise ValueError where an operation cannot be opened, or should not."""
    name = operation.name
    if _opener(name) is None:
        raise ValueError(
            f"{name} cannot be opened into operations on numbers; {', '.join(OPENERS)} and what "
            "computes entry by entry, such as add, mul or tanh, can"
        )
    shapes = [graph.variables[k].value.shape for k in operation.inputs]
    size = int(np.prod(graph.variables[operation.outputs[0]].value.shape))
    if name in ("matmul", "linear"):
        size *= shapes[0][-1] + 1
    elif name in OPENERS:
        size = int(np.prod(shapes[0]))
    if not 0 < size <= MOST:
        of = " and ".join(str(shape) for shape in shapes)
        raise ValueError(
            f"{name} of {of} would be {size} operations on numbers, and {MOST} at most are drawn: "
            "take smaller tensors"
            if size
            else f"{name} of {of} has no entries to open"
        )


def _open_product(scalars: Scalars, operation: Operation) -> None:
    """`matmul` and `linear`: each entry is a sum of products."""
    left, right, *bias = (scalars.entries(k) for k in operation.inputs)
    results = scalars.results(operation.outputs[0])
    if operation.name == "linear":
        right = right.T
    left = left[None] if left.ndim == 1 else left
    right = right[:, None] if right.ndim == 1 else right
    rows, columns = np.broadcast_arrays(
        left[..., :, None, :], np.swapaxes(right, -1, -2)[..., None, :, :]
    )
    length = rows.shape[-1]
    terms = zip(rows.reshape(-1, length), columns.reshape(-1, length))
    added = [np.broadcast_to(b, results.shape).ravel() for b in bias]
    for result, (row, column), *rest in zip(results.flat, terms, *added):
        products = [_product(scalars, a, b, result) for a, b in zip(row, column)]
        _add_sum(scalars, [*products, *rest], result)


def _product(scalars: Scalars, a: Any, b: Any, result: Any) -> int:
    """The product of two entries, a term of `result`."""
    x, y = scalars.value(a), scalars.value(b)
    names = [scalars.variables[int(k)].name for k in (a, b)]
    value = None if x is None or y is None else x * y
    product = scalars.between(
        f"({'·'.join(map(str, names))})", (a, b), value, scalars.gradient(result)
    )
    scalars.add("mul", "×", (a, b), (product,), (y, x))
    return product


def _add_sum(scalars: Scalars, terms: list[Any], result: Any) -> None:
    scalars.add("add", "+", terms, (result,), [1.0] * len(terms))


def _open_sum(scalars: Scalars, operation: Operation) -> None:
    """`sum` and `mean`, along all axes or some."""
    x = scalars.entries(operation.inputs[0])
    results = scalars.results(operation.outputs[0])
    along = _axes(operation, x.ndim)
    terms = np.moveaxis(x, along, range(-len(along), 0)).reshape(results.size, -1)
    for result, row in zip(results.flat, terms):
        if operation.name == "sum":
            _add_sum(scalars, [*row], result)
        else:
            _add_mean(scalars, [*row], result)


def _add_mean(scalars: Scalars, terms: list[Any], result: Any) -> None:
    """A sum divided by the number of its terms."""
    values = [scalars.value(k) for k in terms]
    gradient, n = scalars.gradient(result), len(terms)
    ends = [scalars.variables[int(k)].name for k in (terms[0], terms[-1])]
    total = scalars.between(
        f"({'+…+'.join(map(str, ends))})",
        terms,
        None if None in values else sum(values),
        gradient if isinstance(gradient, Absent) else gradient / n,
    )
    _add_sum(scalars, terms, total)
    scalars.add("div", "/", (total, scalars.number(n)), (result,), (1 / n, None))


def _axes(operation: Operation, ndim: int) -> tuple[int, ...]:
    """The axes that are summed, as the parameters tell."""
    found = [p.removeprefix("dim=") for p in operation.parameters if p.startswith("dim=")]
    dim = ast.literal_eval(found[0]) if found else None
    axes = range(ndim) if dim is None or dim == () else (dim,) if isinstance(dim, int) else dim
    return tuple(axis % ndim for axis in axes)


def _open_entrywise(scalars: Scalars, operation: Operation) -> None:
    """The same operation for each entry."""
    inputs = [scalars.entries(k) for k in operation.inputs]
    results = scalars.results(operation.outputs[0])
    spread = [np.broadcast_to(numbers, results.shape).ravel() for numbers in inputs]
    slopes = [_slopes(local, results) for local in operation.locals]
    for place, (result, *parts) in enumerate(zip(results.flat, *spread)):
        scalars.add_alike(parts, result, tuple(slope[place] for slope in slopes))


def _slopes(local: Summary | None, results: Numbers) -> list[Summary | None]:
    """The local derivatives entry by entry, where they are known."""
    if local is None or local.entries is None:
        return [None] * results.size
    entries = np.broadcast_to(np.asarray(local.entries), results.shape)
    return [Summary((), local.dtype, x) for x in entries.ravel().tolist()]


Opener = Callable[[Scalars, Operation], None]

OPENERS: dict[str, Opener] = {
    "matmul": _open_product, "linear": _open_product, "sum": _open_sum, "mean": _open_sum,
}  # fmt: skip


def _opener(name: str) -> Opener | None:
    """What opens operations of that name, if anything does."""
    known = REGISTRY.get(name)
    if name not in OPENERS and known and (known.elementwise or known.push is entrywise):
        return _open_entrywise
    return OPENERS.get(name)
