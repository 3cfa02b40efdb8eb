"""Looking at a model, and leaving everything as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ...autograd.readings import covered
from ...autograd.value import Value
from ...dtypes import get_default_dtype
from ...random import fork_rng


@contextmanager
def undisturbed(models: Iterable[Any], tensors: Iterable[Value] = ()) -> Iterator[None]:
    """What the block does to these tensors and to the random numbers is undone at its end.

    Of modules that is all parameters and buffers, and their modes; functions have none. Within the
    block the tensors have copies of their memory: their own is not even written into, so that
    graphs stay valid.
    """
    nested = (module for model in models if hasattr(model, "modules") for module in model.modules())
    modules = list({id(module): module for module in nested}.values())
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
    """The same, with a module in evaluation mode.

    Raises TypeError for what cannot be called with a tensor.
    """
    _check(model)
    with undisturbed([model]):
        if hasattr(model, "modules"):
            model.eval()
        yield


def _check(model: Any) -> None:
    """Raise TypeError for what is no function from tensor to tensor, and say what to give."""
    wanted = "a module, or a function from tensor to tensor"
    if isinstance(model, type):
        raise TypeError(f"{model.__name__} is a class: give {wanted}, as {model.__name__}() is")
    if not callable(model):
        raise TypeError(f"give {wanted}, not {type(model).__name__}")
    if any(kind.__module__.partition(".")[0] == "torch" for kind in type(model).__mro__):
        raise TypeError(
            f"{type(model).__name__} is a module of torch: give {wanted}, which may call it, "
            "lambda x: ag.tensor(model(torch.tensor(x.numpy())).detach().numpy())"
        )


def owners(tensors: Iterable[Value]) -> list[Any]:
    """The modules that hold some of these tensors, and those around them.

    A tensor does not know its module, so all objects that there are are looked at.
    """
    wanted = {id(t) for t in tensors}
    modules = [thing for thing in gc.get_objects() if hasattr(type(thing), "named_parameters")]
    holding = {
        id(module) for module in modules
        if any(id(p) in wanted for p in vars(module).get("_parameters", {}).values())
    }  # fmt: skip
    return [module for module in modules if any(id(m) in holding for m in module.modules())]


def floating(model: Any, x: Any = None) -> Any:
    """The dtype that a model computes in: of its parameters, else of `x`, else the default one."""
    parameters = model.parameters() if hasattr(model, "parameters") else ()
    found = [t.dtype for t in (*parameters, x) if isinstance(t, Value)]
    return next((dtype for dtype in found if dtype.kind == "f"), get_default_dtype())
