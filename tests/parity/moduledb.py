"""PyTorch's own samples for the modules of `nn`, and cases for those it has no samples for.

A case says how a module is made and what it is called with; the arguments are PyTorch's, and are
brought over as those of operators are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import torch
from torch.testing._internal.common_modules import ModuleErrorEnum, module_db

from autograd_fr import nn

from .module_cases import CASES
from .opdb import converted as converted_values
from .opdb import seeded

CAP = 150  # cases per module and dtype; of more, so many are taken, evenly


@dataclass
class Case:
    """One way to make a module and to call it."""

    made_with: tuple[tuple[Any, ...], dict[str, Any]]
    called_with: tuple[tuple[Any, ...], dict[str, Any]]
    training: bool = True
    fails: str = ""  # where an error is expected: "made" or "called"
    description: str = ""
    kind: Any = field(default=None, repr=False)  # PyTorch's class


@cache
def entries() -> dict[str, Any]:
    """The entries of PyTorch's database by the name of the class."""
    return {info.name.removeprefix("nn."): info for info in module_db}


def names() -> list[str]:
    """All modules that are compared: those of the database, then those with cases of our own."""
    return [*entries(), *(name for name in CASES if name not in entries())]


def cases(name: str, dtype: str) -> list[tuple[int, Case]]:
    """The cases of a module with their numbers, or so many of them."""
    kind = getattr(torch, dtype)
    found = seeded(lambda: [*_from_database(name, kind), *_own(name, kind)])
    step = max(1, -(-len(found) // CAP))
    return [(number, found[number]) for number in range(0, len(found), step)]


def faulty(name: str) -> list[tuple[int, Case]]:
    """The cases that PyTorch says must raise."""
    info = entries().get(name)
    if info is None or info.module_error_inputs_func is None:
        return []
    return list(enumerate(seeded(lambda: list(_failing(info)))))


def _from_database(name: str, kind: Any) -> Iterator[Case]:
    info = entries().get(name)
    if info is None or kind not in info.dtypes:
        return
    for training in (True, False) if info.train_and_eval_differ else (True,):
        inputs = info.module_inputs_func(
            info, device="cpu", dtype=kind, requires_grad=kind.is_floating_point, training=training
        )
        for sample in inputs:
            yield _case(info, sample, kind, training=training)


def _failing(info: Any) -> Iterator[Case]:
    inputs = info.module_error_inputs_func(
        info, device="cpu", dtype=torch.float64, requires_grad=False, training=True
    )
    for error in inputs:
        at_once = error.error_on == ModuleErrorEnum.CONSTRUCTION_ERROR
        sample = error.module_error_input
        yield _case(info, sample, torch.float64, fails="made" if at_once else "called")


def _case(info: Any, sample: Any, kind: Any, training: bool = True, fails: str = "") -> Case:
    made, called = sample.constructor_input, sample.forward_input
    places = ("device",) if fails else ("device", "dtype")  # else the column has the dtype
    return Case(
        (tuple(made.args), {k: x for k, x in made.kwargs.items() if k not in places}),
        (tuple(called.args), dict(called.kwargs)) if called else ((), {}),
        training, fails, sample.desc, info.module_cls,
    )  # fmt: skip


def _own(name: str, kind: Any) -> Iterator[Case]:
    for made, called in CASES.get(name, ()):
        for training in (True, False):
            args = tuple(_filled(x, kind) for x in called)
            yield Case(
                (made[0], made[1]), (args, {}), training, kind=getattr(torch.nn, name)
            )  # fmt: skip


def _filled(x: Any, kind: Any) -> Any:
    """A shape as a random tensor of that shape, anything else as it is."""
    if isinstance(x, tuple):
        return torch.randn(x, dtype=kind).requires_grad_()
    return x.to(kind) if isinstance(x, torch.Tensor) and x.is_floating_point() else x


# From theirs to ours


def counterpart(theirs: Any) -> Any:
    """Our class of the same name; AttributeError where there is none."""
    return getattr(nn, theirs.__name__)


def converted(thing: Any, made: dict[int, Any]) -> Any:
    """As for operators; and functions, options and layers of PyTorch's as ours."""
    if isinstance(thing, torch.nn.TransformerEncoderLayer):
        return _encoder_layer(thing)
    if dataclasses.is_dataclass(thing) and type(thing).__module__.startswith("torch."):
        options = {f.name: getattr(thing, f.name) for f in dataclasses.fields(thing)}
        return counterpart(type(thing))(**converted(options, made))
    if isinstance(thing, dict):
        return {key: converted(value, made) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return type(thing)(converted(part, made) for part in thing)
    return _function(thing) if callable(thing) else converted_values(thing, made)


def _function(theirs: Callable[..., Any]) -> Any:
    module = getattr(theirs, "__module__", "") or ""
    if isinstance(theirs, torch.Tensor | torch.dtype):
        return converted_values(theirs, {})
    if not module.startswith("torch"):
        return theirs
    return getattr(nn.functional, theirs.__name__)


def _encoder_layer(theirs: Any) -> Any:
    """A layer made as `theirs` was."""
    layer = nn.TransformerEncoderLayer(
        theirs.self_attn.embed_dim, theirs.self_attn.num_heads, theirs.linear1.out_features,
        theirs.dropout.p, _function(theirs.activation), theirs.norm1.eps,
        theirs.self_attn.batch_first, theirs.norm_first, theirs.linear1.bias is not None,
    )  # fmt: skip
    return layer.double() if theirs.linear1.weight.dtype == torch.float64 else layer
