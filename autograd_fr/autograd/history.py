"""What an in-place change does to graphs: the tensor, its base and its views get a new history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import GraphError
from .failures import called
from .modes import is_grad_enabled
from .node import Node
from .record import KEPT_BYTES, record
from .value import Value
from .views import Path, base_of, refresh, view_of, views_of

if TYPE_CHECKING:
    from .op import Op

# The operation that writes into a part of a tensor: told once by the module that defines it.
_slices_op: Op


def slices_are_by(op: Op) -> None:
    """Say which operation writes into a part of a tensor."""
    global _slices_op
    _slices_op = op


def check_not_leaf(t: Value, name: str) -> None:
    """Raise GraphError where `t` is a leaf that requires a gradient, or a view of one."""
    base = base_of(t)
    if base._requires_grad and base.node is None and is_grad_enabled():
        who, what = called(t, ""), "a leaf" if base is t else "a view of a leaf"
        raise GraphError(
            f"{name}: {who}{', ' if who else ''}{what} that requires a gradient"
            f"{', ' if who else ' '}cannot be changed in place; make a new "
            "tensor, as in x = x + y, or update a parameter under no_grad()"
        )


def is_recorded(t: Value, value: Value) -> bool:
    """Whether graphs are to know that `value` is written into `t`."""
    return is_grad_enabled() and (base_of(t)._requires_grad or value._requires_grad)


def check_views(t: Value, name: str) -> None:
    """Raise GraphError where a write into `t` has no place in the history of its base or views."""
    view = view_of(t)
    barred = None if view is None else view.barred
    if barred is not None:
        raise GraphError(
            f"{name}: this view {barred}, and so the graph cannot be told what is written into "
            "it; write into its clone(), or under no_grad()"
        )
    for other in views_of(base_of(t)):
        if other._view.path is None:
            raise GraphError(
                f"{name}: a view of this tensor {other._view.barred}, and so cannot follow the "
                "change; write into a clone()"
            )


def rewrite(t: Value, value: Value, path: Path = ()) -> None:
    """Give `t`, into which `value` was written, and all that share its memory, their new history.

    `path`: the operations that lead from `t` to the part that was written.
    """
    view = view_of(t)
    if view is None and not path and value.node is not None:
        _adopt(t, value.node)
    else:
        base = t if view is None else view.base
        whole = path if view is None else (*(view.path or ()), *path)
        parents = tuple(x.node or x if x._requires_grad else None for x in (base, value))
        arrays = (_as_it_is(base), value.array)
        _adopt(base, record(_slices_op, {"path": whole}, parents, arrays, base.array).node)
    refresh(base_of(t))


def _as_it_is(base: Value) -> Any:
    """The array of `base`; a copy where it is a small constant, which may be written into again."""
    small = base.node is None and base.array.nbytes <= KEPT_BYTES
    return base.array.copy() if small else base.array


def _adopt(t: Value, node: Node) -> None:
    """Make `t` the result of `node`; a gradient that it retained is from now on that one's."""
    former = t.node.extras if t.node is not None else None
    if former is not None and former.retained is not None and former.retained() is t:
        node.extra().retained, former.retained = former.retained, None
    t.node, t._requires_grad = node, True
