"""Looking at a model, and leaving everything as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ...autograd.readings import covered
from ...autograd.value import Value
from ...dtypes import get_default_dtype
from ...random import fork_rng


@contextmanager
def undisturbed(model: Any, tensors: Iterable[Value] = ()) -> Iterator[None]:
    """What the block does to these tensors and to the random numbers is undone at its end.

    Of a module that is all parameters and buffers, and its modes. Within the block the tensors have
    copies of their memory: their own is not even written into, so that graphs stay valid.
    """
    modules = list(model.modules()) if hasattr(model, "modules") else []
    modes = [module.training for module in modules]
    tables = [t for module in modules for t in (module._parameters, module._buffers)]
    entries = [dict(table) for table in tables]
    found = [*tensors, *(t for table in tables for t in table.values() if t is not None)]
    kept = [(t, t.array, t._grad) for t in {id(t): t for t in found}.values()]
    gradients = [(g, g.array) for _, _, g in kept if g is not None]
    with fork_rng(), covered():
        try:
            for t, array in [*((t, array) for t, array, _ in kept), *gradients]:
                t.array = array.copy()
            yield
        finally:
            for t, array, gradient in kept:
                t.array, t._grad = array, gradient
            for g, array in gradients:
                g.array = array
            for table, before in zip(tables, entries):
                table.clear()
                table.update(before)
            for module, mode in zip(modules, modes):
                module.training = mode


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """The same, with a module in evaluation mode."""
    with undisturbed(model):
        if hasattr(model, "modules"):
            model.eval()
        yield


def floating(model: Any, x: Any = None) -> Any:
    """The dtype that a model computes in: of its parameters, else of `x`, else the default one."""
    parameters = model.parameters() if hasattr(model, "parameters") else ()
    found = [t.dtype for t in (*parameters, x) if isinstance(t, Value)]
    return next((dtype for dtype in found if dtype.kind == "f"), get_default_dtype())
