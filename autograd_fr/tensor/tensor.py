"""Tensor: the engine's value wearing the catalogue."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from .. import dtypes, ops
from ..autograd import passes
from ..autograd.op import polymorphic
from ..autograd.readings import copied, note
from ..autograd.value import Value, results_are, share
from ..autograd.views import part_from, view_of, views_of
from ..devices import on_cpu
from ..errors import DtypeError, GraphError
from ..interop import protocols as interop
from ..messages.suggestions import ELSEWHERE, Elsewhere
from .casts import Casts
from .filling import Filling
from .inplace_methods import InPlace
from .siblings import Siblings


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The operation for a tensor on the right of its operator."""
    return lambda self, other: operation(other, self)


def _bare(function: Callable[..., Any]) -> Callable[..., Any]:
    """The operation behind a function."""
    return polymorphic(function).function


def _equality(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A comparison with anything: of what is no number, Python knows that it is not the same."""

    def call(self: Any, other: Any) -> Any:
        try:
            return compare(self, other)
        except DtypeError:
            return NotImplemented

    return call


class Tensor(InPlace, Casts, Siblings, Filling):
    """An array of any shape, () included, that remembers how it was computed.

    `tensor(data)` makes one. The class itself, called, is PyTorch's old constructor: of lengths,
    `Tensor(2, 3)`, or of data, `Tensor([1, 2])`, brought to `dtype`, by default the default one.
    `requires_grad`: whether derivatives with respect to it are wanted (floating dtypes only).
    `name`: shown in drawings.

    Raises DtypeError for what is not numeric, ShapeError for ragged lists, TypeError for a number
    that is no length.

    >>> import autograd_fr as ag
    >>> x = ag.Tensor([1, 2]).requires_grad_()
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ()

    def __init__(
        self,
        *data: Any,
        dtype: Any = None,
        device: Any = None,
        requires_grad: builtins.bool = False,
        name: str | None = None,
    ) -> None:
        from ..legacy import array_of  # rarely used

        on_cpu(device)
        own = data[0].dtype if len(data) == 1 and isinstance(data[0], Value) else None
        chosen = dtype or own or dtypes.get_default_dtype()
        self._begin(array_of("Tensor", dtypes.as_dtype(chosen), data), requires_grad, name)

    def _begin(self, array: Any, requires_grad: builtins.bool, name: str | None = None) -> None:
        """Become a leaf over `array`."""
        self.array = array
        self.node = self._grad = None
        self._requires_grad = False
        self._peeked = 0
        self._name = name
        if requires_grad is not False:
            self.requires_grad = requires_grad

    # What it is

    @property
    def name(self) -> str | None:
        """The name given to it, if any; drawings show it."""
        return getattr(self, "_name", None)

    @name.setter
    def name(self, name: str | None) -> None:
        self._name = name

    @property
    def data(self) -> Tensor:
        """The same memory as a tensor that is part of no graph."""
        return self.detach()

    @data.setter
    def data(self, value: Any) -> None:
        copied("data", value)
        array = value.array if isinstance(value, Value) else fresh(value).array
        if self._requires_grad and array.dtype.kind != "f":
            raise DtypeError(f"a tensor that requires a gradient cannot become {array.dtype}")
        part_from(self)
        self.array = array

    def __repr__(self) -> str:
        from .printing import to_text  # only when shown

        return to_text(self)

    def _repr_svg_(self) -> str | None:
        """For a notebook: the text, and under it the graph of what it was computed from, if small.

        One picture, because of several forms notebooks show one only, and because they, their
        exports and their viewers keep pictures, where they take SVG or scripts out of HTML. A
        terminal never asks for it.
        """
        from ..display import picture  # only when shown

        return picture(self)

    __hash__ = object.__hash__

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in ELSEWHERE]

    # In and out of the graph

    def backward(
        self,
        gradient: Any = None,
        retain_graph: builtins.bool | None = None,
        create_graph: builtins.bool = False,
        inputs: Any = None,
    ) -> None:
        """Add the derivatives of this value to the `.grad` of the leaves it depends on.

        `gradient`: what flows into this value, of its shape; may be left out for one element (1).
        `retain_graph`: keep what a second backward through the same graph needs.
        `create_graph`: record the backward pass itself, for higher derivatives.
        `inputs`: accumulate into these tensors only.

        Raises GraphError where nothing requires a gradient or the graph was released, ShapeError
        for a gradient of another shape.

        >>> import autograd_fr as ag
        >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
        >>> ((u + v) * w).backward()
        >>> u.grad, v.grad, w.grad
        (tensor(4.), tensor(4.), tensor(5.))
        """
        passes.backward([self], [gradient], retain_graph, create_graph, inputs)

    def detach(self) -> Tensor:
        """The same memory as a tensor that is part of no graph."""
        if self._requires_grad:
            note("detach", Tensor.clone, self)
        detached: Tensor = share(self.memory())
        return detached

    def detach_(self) -> Tensor:
        """Cut this tensor from its graph: it becomes a leaf without gradient. Returns the tensor.

        Raises GraphError for a view, and where views of it in use are in the graph.
        """
        if view_of(self) is not None or any(view.requires_grad for view in views_of(self)):
            raise GraphError("detach_: a view and its base are in the graph together; use detach()")
        if self._requires_grad:
            note("detach_", Tensor.clone, self)
        self.node, self._requires_grad = None, False
        return self

    def requires_grad_(self, requires_grad: builtins.bool = True) -> Tensor:
        """Ask for derivatives with respect to this leaf, or no longer; returns the tensor."""
        self.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: builtins.bool = True) -> None:
        """Forget the accumulated gradient, or, without `set_to_none`, write zeros into it."""
        held = self._grad
        if set_to_none or held is None:
            self._grad = None
        else:
            self._grad_of = None
            held.detach_().zero_()  # type: ignore[attr-defined]

    # Arithmetic: the bare operations, without what their functions take besides

    __add__ = __radd__ = _bare(ops.add)
    __mul__ = __rmul__ = ops.mul
    __sub__ = _bare(ops.sub)
    __truediv__ = _bare(ops.div)
    __floordiv__ = ops.floor_divide
    __mod__ = ops.remainder
    __pow__ = _bare(ops.pow)
    __matmul__ = ops.matmul
    __neg__ = ops.neg
    __abs__ = ops.abs

    __rsub__ = _reflected(__sub__)
    __rtruediv__ = _reflected(__truediv__)
    __rfloordiv__ = _reflected(__floordiv__)
    __rmod__ = _reflected(__mod__)
    __rpow__ = _reflected(__pow__)
    __rmatmul__ = _reflected(__matmul__)

    def __pos__(self) -> Tensor:
        return self

    __eq__ = _equality(ops.eq)
    __ne__ = _equality(ops.ne)
    __lt__ = ops.lt
    __le__ = ops.le
    __gt__ = ops.gt
    __ge__ = ops.ge
    __and__ = __rand__ = ops.bitwise_and
    __or__ = __ror__ = ops.bitwise_or
    __xor__ = __rxor__ = ops.bitwise_xor
    __lshift__ = ops.bitwise_left_shift
    __rshift__ = ops.bitwise_right_shift
    __rlshift__ = _reflected(__lshift__)
    __rrshift__ = _reflected(__rshift__)
    __invert__ = ops.bitwise_not

    __getitem__ = ops.getitem

    # Under NumPy's own names

    __array_priority__ = 1000

    __array_ufunc__ = interop.array_ufunc
    __array_function__ = interop.array_function


def fresh(
    data: Any, dtype: Any = None, requires_grad: bool = False, name: str | None = None
) -> Tensor:
    """A leaf with a copy of `data`, for `tensor`: writing into what was given changes nothing."""
    source = data.array if isinstance(data, Value) else data
    copied("tensor", data)
    array = (
        dtypes.as_array(source) if dtype is None else dtypes.fitting(source, dtype, overflow=True)
    )
    made: Tensor = share(array.copy() if array is source else array)
    made._name = name
    if requires_grad:
        made.requires_grad = requires_grad
    return made


results_are(Tensor)

# A `__getattr__` would make every attribute slower; these are found only by who asks for them.
for _word, _own in ELSEWHERE.items():
    if hasattr(Tensor, _own) and not hasattr(Tensor, _word):
        setattr(Tensor, _word, Elsewhere(_word, _own))
