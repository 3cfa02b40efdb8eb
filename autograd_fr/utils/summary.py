"""A table of the layers of a model: what comes out of each, and how many parameters it has."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from numbers import Integral, Real
from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.modes import no_grad
from ..autograd.readings import covered
from ..autograd.watching import Watcher, unwatch, watch
from ..creation.values import as_tensor, ones, zeros
from ..nn.module import Module
from ..nn.parameter import Parameter, is_lazy
from ..nn.snapshot import Snapshot
from ..random import get_rng_state, set_rng_state
from ..tensor import Tensor


@dataclass
class Row:
    """One call of a layer, or, where nothing was called, the layer.

    `parameters` are those that no row above has counted: the layer's own, and, at the greatest
    depth shown, those of its parts. `recursive`: the layer has had a row before.
    """

    path: str
    kind: str
    input_shape: Any = None
    output_shape: Any = None
    parameters: int = 0
    trainable: int = 0
    recursive: bool = False

    @property
    def depth(self) -> int:
        """How many modules it is inside of."""
        return self.path.count(".") + 1 if self.path else 0


@dataclass
class Summary:
    """What `summary` found; its text is the table.

    `total_params` counts every parameter once; the memory is in bytes, that of the activations is
    what the innermost layers gave.
    """

    rows: list[Row] = field(default_factory=list)
    total_params: int = 0
    trainable_params: int = 0
    param_bytes: int = 0
    buffer_bytes: int = 0
    input_bytes: int = 0
    activation_bytes: int = 0
    not_called: list[str] = field(default_factory=list)  # layers with parameters
    without_shape: list[str] = field(default_factory=list)  # parameters of lazy layers

    @property
    def non_trainable_params(self) -> int:
        """How many parameters require no gradient."""
        return self.total_params - self.trainable_params

    def __repr__(self) -> str:
        return "\n".join([*_table(self.rows), *_totals(self)])


def summary(
    model: Module,
    input_size: Any = None,
    input_data: Any = None,
    dtypes: Any = None,
    depth: int = 3,
    mode: str = "eval",
    **kwargs: Any,
) -> Summary:
    """A table of the layers of `model`: shape of the output, parameters, memory.

    `input_size`: the shape of the input, batch included, or several shapes; `dtypes`: as many
    dtypes, by default that of the parameters. Or `input_data`: the input itself, a tuple or list of
    several, a dict by name. `kwargs` go to `forward`, too. Without any of these nothing is called,
    and parameters are counted only. `depth`: of the parts shown. `mode`: "eval", "train", or "same"
    as it is in now.

    The model is left as it was; layers without a shape yet are tried on a copy. An error of a layer
    is raised as it is, with the table up to there and the layer's input in its notes.

    >>> import autograd_fr as ag
    >>> from autograd_fr import nn
    >>> ag.summary(nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)), (5, 2))
    Layer        Output  Parameters  Trainable
    ------------------------------------------
    Sequential   (5, 1)
      0: Linear  (5, 3)           9          9
      1: ReLU    (5, 3)
      2: Linear  (5, 1)           4          4
    ------------------------------------------
    Parameters: 13, of which 13 trainable and 0 not
    Memory: parameters 52 B, inputs 40 B, activations 140 B
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: a Module is needed, not {type(model).__name__}")
    if mode not in ("eval", "train", "same"):
        raise ValueError(f"summary: the mode is 'eval', 'train' or 'same', not {mode!r}")
    kind = next((p.dtype for p in model.parameters() if p.dtype.kind == "f"), None)
    args, named = _inputs(input_size, input_data, dtypes or kind)
    named |= kwargs
    if not args and not named:
        return _of_parts(model, depth)
    if any(map(is_lazy, (*model.parameters(), *model.buffers()))):
        model = copy.deepcopy(model)
    with _as_found(model), np.errstate(all="ignore"), no_grad(), covered():
        if mode != "same":
            model.train(mode == "train")
        return _Calls(model, depth).run(args, named)


def _of_parts(model: Module, depth: int) -> Summary:
    """A summary without a call."""
    found = Summary()
    parts = [(Row(path, type(part).__name__), part) for path, part in model.named_modules()]
    _count([(row, part) for row, part in parts if row.depth <= depth], model, found, depth)
    return found


# The inputs


def _inputs(size: Any, data: Any, kinds: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments to call a model with, by position and by name."""
    if size is not None and data is not None:
        raise ValueError("summary: give input_size or input_data, not both")
    if isinstance(data, Mapping):
        return (), dict(data)
    if data is not None:
        listed = data if isinstance(data, (tuple, list)) else (data,)
        return tuple(as_tensor(x) if isinstance(x, np.ndarray) else x for x in listed), {}
    if size is None:
        return (), {}
    sizes = _shapes(size)
    if kinds is None or not isinstance(kinds, (list, tuple)):
        kinds = [kinds] * len(sizes)
    if len(kinds) != len(sizes):
        raise ValueError(f"summary: {len(kinds)} dtypes for {len(sizes)} inputs")
    return tuple(_input(shape, kind) for shape, kind in zip(sizes, kinds)), {}


def _shapes(size: Any) -> list[Any]:
    """The shapes of the inputs, of which one may be given alone."""
    if isinstance(size, (Tensor, np.ndarray)):
        raise TypeError("summary: input_size is a shape; give the input itself as input_data")
    shapes = [size] if isinstance(size, Real) or all(map(_is_length, size)) else list(size)
    for shape in shapes:
        if not isinstance(shape, Sequence) or not all(isinstance(n, Integral) for n in shape):
            raise TypeError(
                "summary: input_size is a shape of integers, the size of a batch first, as in "
                f"(32, 2), or a list of shapes, got {size!r}"
            )
    return shapes


def _is_length(n: Any) -> bool:
    return n is None or isinstance(n, (Real, str))


def _input(shape: Sequence[int], kind: Any) -> Tensor:
    """Ones, which most layers can take; zeros of integers, which may be places in a table."""
    dtype = dtypes.as_dtype(kind or dtypes.get_default_dtype())
    return (ones if dtype.kind == "f" else zeros)(*shape, dtype=dtype)


def _tensors(tree: Any) -> Iterator[Tensor]:
    """The tensors in a nest."""
    if isinstance(tree, Tensor):
        yield tree
    elif isinstance(tree, (tuple, list, Mapping)):
        for part in tree.values() if isinstance(tree, Mapping) else tree:
            yield from _tensors(part)


def _shape(tree: Any) -> Any:
    """The shapes of the tensors in a nest; of a single one, its shape."""
    shapes = [tuple(t.shape) for t in _tensors(tree)]
    return shapes[0] if len(shapes) == 1 else shapes or None


# The calls


@contextmanager
def _as_found(model: Module) -> Iterator[None]:
    """Leave the modules, their buffers and the random numbers to come as they were."""
    attributes = [(module, dict(vars(module))) for module in model.modules()]
    before, random = Snapshot(model), get_rng_state()
    try:
        yield
    finally:
        for module, held in attributes:
            vars(module).clear()
            vars(module).update(held)
        before.restore()
        set_rng_state(random)


class _Uses(Watcher):
    """Which arrays operations were given: a layer may use the parameters of one in it itself."""

    def __init__(self) -> None:
        self.arrays: set[int] = set()

    def operated(self, op: Any, params: Any, args: Any, y: Any, node: Any) -> None:
        """Remember the arrays; those of parameters stay, and so do their identities."""
        self.arrays.update(map(id, args))


class _Calls:
    """A call of a model, and the rows that it makes."""

    def __init__(self, model: Module, depth: int) -> None:
        self.model, self.depth, self.found = model, depth, Summary()
        self.paths = {id(module): path for path, module in model.named_modules()}
        self.shown: list[tuple[Row, Module]] = []
        self.running: list[Row] = []
        self.called: set[int] = set()

    def run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Summary:
        """Call the model. An error is told what was found up to there."""
        found = self.found
        found.input_bytes = sum(t.nbytes for t in _tensors((args, kwargs)))
        handles, uses = [], _Uses()
        watch(uses)
        for module in self.model.modules():
            handles.append(module.register_forward_pre_hook(self._enter, with_kwargs=True))
            handles.append(module.register_forward_hook(self._leave))
        try:
            self.model(*args, **kwargs)
        except Exception as error:
            if self.running:
                _count(self.shown, self.model, found, self.depth)
                error.add_note("\n".join([*_table(found.rows), _failed(self.running[-1])]))
            raise
        finally:
            unwatch(uses)
            for handle in handles:
                handle.remove()
        used = set()
        for path, module in self.model.named_modules():
            own = list(module.parameters(recurse=False))
            if own and id(module) not in self.called:
                if uses.arrays.isdisjoint(id(p.array) for p in own if not is_lazy(p)):
                    found.not_called.append(f"{path} ({type(module).__name__})")
                else:
                    used.add(id(module))
        _count(self.shown, self.model, found, self.depth, used)
        return found

    def _enter(self, module: Module, args: Any, kwargs: Any) -> None:
        path = self.paths[id(module)]
        row = Row(path, type(module).__name__, _shape((args, kwargs)))
        self.running.append(row)
        self._show_holders(path)
        self.called.add(id(module))
        if row.depth <= self.depth:
            self.shown.append((row, module))

    def _show_holders(self, path: str) -> None:
        """Rows for the lists of modules above, which are not called themselves."""
        names = path.split(".")
        for n in range(1, min(len(names), self.depth + 1)):
            above = ".".join(names[:n])
            holder = self.model.get_submodule(above)
            if id(holder) not in self.called:
                self.called.add(id(holder))
                self.shown.append((Row(above, type(holder).__name__), holder))

    def _leave(self, module: Module, args: Any, output: Any) -> None:
        row = self.running.pop()
        row.kind = type(module).__name__  # which the first call of a lazy layer changes
        row.output_shape = _shape(output)
        if next(module.children(), None) is None:
            self.found.activation_bytes += sum(t.nbytes for t in _tensors(output))


def _failed(row: Row) -> str:
    where = f"{row.path} ({row.kind})" if row.path else row.kind
    integers = "; whole numbers come with dtypes=[int64]" if "Embedding" in row.kind else ""
    return f"failed in {where}, whose input has shape {row.input_shape}{integers}"


# The numbers


def _count(
    shown: list[tuple[Row, Module]],
    model: Module,
    found: Summary,
    depth: int,
    used: Collection[int] = (),
) -> None:
    """Count parameters and buffers, each once: of every row, and of the whole model.

    `used`: the modules that are not called, but that what they are in uses the parameters of.
    """
    modules: set[int] = set()
    counted: set[int] = set()
    for row, module in shown:
        row.recursive = id(module) in modules
        modules.add(id(module))
        whole = row.depth == depth
        parts = [module, *(part for part in module.children() if id(part) in used)]
        for p in chain.from_iterable(part.parameters(recurse=whole) for part in parts):
            if id(p) not in counted and not is_lazy(p):
                counted.add(id(p))
                row.parameters += p.numel()
                row.trainable += p.numel() * p.requires_grad
    found.rows = [row for row, _ in shown]
    for name, t in (*model.named_parameters(), *model.named_buffers()):
        if is_lazy(t):
            found.without_shape.append(name)
        elif isinstance(t, Parameter):
            found.total_params += t.numel()
            found.trainable_params += t.numel() * t.requires_grad
            found.param_bytes += t.nbytes
        else:
            found.buffer_bytes += t.nbytes


# The text


def _table(rows: list[Row]) -> list[str]:
    """The rows below their heads, in columns."""
    cells = [("Layer", "Output", "Parameters", "Trainable"), *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = [
        "  ".join(
            [cell.ljust(w) for cell, w in zip(line[:2], widths)]
            + [cell.rjust(w) for cell, w in zip(line[2:], widths[2:])]
        ).rstrip()
        for line in cells
    ]
    rule = "-" * (sum(widths) + 6)
    return [lines[0], rule, *lines[1:], rule]


def _cells(row: Row) -> tuple[str, str, str, str]:
    name = row.path.rpartition(".")[2]
    layer = "  " * row.depth + (f"{name}: {row.kind}" if name else row.kind)
    output = "" if row.output_shape is None else str(row.output_shape)
    if row.recursive:
        return layer, output, "recursive", ""
    if not row.parameters:
        return layer, output, "", ""
    return layer, output, f"{row.parameters:,}", f"{row.trainable:,}"


def _totals(found: Summary) -> list[str]:
    lines = [
        f"Parameters: {found.total_params:,}, of which {found.trainable_params:,} trainable and "
        f"{found.non_trainable_params:,} not"
    ]
    sizes = {
        "parameters": found.param_bytes, "buffers": found.buffer_bytes,
        "inputs": found.input_bytes, "activations": found.activation_bytes,
    }  # fmt: skip
    memory = [f"{name} {_size(size)}" for name, size in sizes.items() if size]
    if memory:
        lines.append(f"Memory: {', '.join(memory)}")
    if found.not_called:
        lines.append(f"Not called: {', '.join(found.not_called)}")
    if found.without_shape:
        lines.append(f"Without a shape yet, not counted: {', '.join(found.without_shape)}")
    return lines


def _size(n: float) -> str:
    """A number of bytes, as one reads it."""
    for unit in ("B", "KB", "MB"):
        if n < 1000:
            return f"{n:.3g} {unit}"
        n /= 1000
    return f"{n:.3g} GB"
