"""The name that was meant in the place of one that is not there."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Iterable
from types import ModuleType
from typing import Any

# What NumPy, PyTorch or habit call otherwise than this package does.
ELSEWHERE = {
    "array": "tensor", "average": "mean", "axes": "dim", "axis": "dim", "copy": "clone",
    "dims": "dim", "dot_product": "dot", "expand_dims": "unsqueeze", "in_channels": "in_features",
    "in_dim": "in_features", "in_size": "in_features", "input_dim": "in_features",
    "input_size": "in_features", "learning_rate": "lr", "mult": "mul", "ndims": "ndim",
    "newshape": "shape", "num_features": "in_features", "out_channels": "out_features",
    "out_dim": "out_features", "out_size": "out_features", "output_dim": "out_features",
    "output_size": "out_features", "power": "pow", "product": "prod", "rate": "lr",
    "swap_axes": "swapaxes", "times": "mul", "to_list": "tolist", "to_numpy": "numpy",
    "use_bias": "bias",
}  # fmt: skip


class Elsewhere:
    """The place of a method that others have under this word: asked for, it says the own name."""

    def __init__(self, word: str, own: str) -> None:
        self.word, self.own = word, own

    def __get__(self, instance: Any, owner: type) -> Any:
        kind = owner.__name__
        raise AttributeError(
            f"{kind} has no attribute {self.word!r}; did you mean {self.own!r}?", obj=owner
        )


def meant(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that `name` was most likely to be: another spelling, or another's word."""
    import difflib  # only when a name is missing

    names = list(known)
    if ELSEWHERE.get(name) in names:
        return ELSEWHERE[name]
    lower = {k.lower(): k for k in reversed(names)}
    near = difflib.get_close_matches(name.lower(), lower, 1)
    return lower[near[0]] if near else None


def hint(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'Linear'?`, or nothing."""
    found = meant(name, known)
    return "" if found is None else f"; did you mean {found!r}?"


def missing_from(
    module: str, more: Iterable[str] = (), absent: Collection[str] = ()
) -> Callable[[str], Any]:
    """A `__getattr__` for a module: its error suggests what is there, or one of `more`.

    `absent`: what PyTorch has there, and this package has not.
    """

    def __getattr__(name: str) -> Any:
        if name in absent:
            raise AttributeError(
                f"{module}.{name} is not offered: of PyTorch's module this is left out",
                obj=sys.modules[module],
            )
        near = "" if name.startswith("_") else hint(name, [*_public(module), *more])
        # The object alone, without a name: else Python would make the suggestion once more.
        raise AttributeError(
            f"module {module!r} has no attribute {name!r}{near}", obj=sys.modules[module]
        )

    return __getattr__


class _File(ModuleType):
    """A module of files that are called like what is in them, and may be taken for that."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        package, _, name = self.__name__.rpartition(".")
        there = vars(sys.modules[package])
        classes = [own for own in _public(package) if inspect.isclass(there.get(own))]
        raise TypeError(f"module {self.__name__!r} is not callable{hint(name, classes)}")


def suggest(module: str, absent: Collection[str] = ()) -> None:
    """Let the errors of a module about names it has not suggest those it has.

    And those of its files, which are modules, where they are called. `absent`: see `missing_from`.
    """
    for name, there in vars(sys.modules[module]).items():
        if type(there) is ModuleType and there.__name__ == f"{module}.{name}":
            there.__class__ = _File
    # Set, not written there: type checkers would take it for a promise of any name.
    setattr(sys.modules[module], "__getattr__", missing_from(module, absent=absent))  # noqa: B010


def list_names_only(module: str) -> None:
    """Let `dir` of a package list what it offers, and not the files that this stands in."""
    listed = [name for name, x in vars(sys.modules[module]).items() if not inspect.ismodule(x)]
    offered = [name for name in listed if not name.startswith("_") or name.endswith("__")]
    setattr(sys.modules[module], "__dir__", lambda: offered)  # noqa: B010


def _public(module: str) -> list[str]:
    """The names that a module offers."""
    there = vars(sys.modules[module])
    offered = there.get("__all__") or [name for name in there if not name.startswith("_")]
    # A file may be called like what is in it, `linear` like `Linear`: that comes first.
    return sorted(offered, key=lambda name: inspect.ismodule(there.get(name)))


def misnamed(function: Any, error: TypeError, kwargs: Iterable[str], name: str = "") -> TypeError:
    """An error of Python's about the arguments of a call, with the keyword that was meant."""
    told = _unknown_keyword(function, kwargs, name)
    return error if told is None else TypeError(told)


def check_keywords(cls: type, kwargs: Iterable[str]) -> None:
    """Raise TypeError for a keyword that a class does not take, with the one that was meant."""
    told = _unknown_keyword(cls.__init__, kwargs, cls.__name__)  # type: ignore[misc]
    if told is not None:
        raise TypeError(told)


def _unknown_keyword(function: Any, kwargs: Iterable[str], called: str) -> str | None:
    """What to say of a keyword that a function does not take; None where it takes them all."""
    try:
        known = inspect.signature(function).parameters
    except (TypeError, ValueError):  # of a function that is not written in Python
        return None
    wrong = next((key for key in kwargs if key not in known), None)
    if wrong is None or any(p.kind is p.VAR_KEYWORD for p in known.values()):
        return None
    named = [p.name for p in known.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    named = [name for name in named if name != "self"]
    found = meant(wrong, named)
    near = f"did you mean {found!r}? " if found else ""
    return f"{called}() got an unexpected keyword argument {wrong!r}; {near}" + (
        f"its arguments are {', '.join(named)}" if named else "it takes none"
    )
