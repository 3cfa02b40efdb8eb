"""Where tensors lie, and how: on the CPU, densely. What scripts say about it is read here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import CO_VARARGS
from typing import Any, TypeVar

from .autograd.composites import composite
from .errors import AutogradError

R = TypeVar("R")

_KINDS = ("cpu", "cuda", "hpu", "ipu", "meta", "mps", "mtia", "xla", "xpu")


class device:
    """A place for tensors: `device("cpu")`, `device("cuda:0")`, `device("cuda", 0)`.

    All computation is on the CPU; other places can be named and compared, not used. As a context
    manager it says where new tensors go, which must be the CPU then.

    Raises AutogradError for a name that is none of PyTorch's.

    >>> device("cuda:1").type, device("cuda:1").index, device("cpu") == device("cpu")
    ('cuda', 1, True)
    """

    __slots__ = ("index", "type")

    type: str
    index: int | None

    def __init__(self, type: Any, index: int | None = None) -> None:
        if isinstance(type, device):
            type, index = type.type, type.index
        elif isinstance(type, str):
            type, index = _parsed(type, index)
        else:
            raise AutogradError(
                f"a device is a name such as 'cpu', got {type!r}: all computation is on the CPU"
            )
        object.__setattr__(self, "type", type)
        object.__setattr__(self, "index", index)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a device does not change: make another one")

    def __reduce__(self) -> Any:
        return device, (self.type, self.index)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{index})"

    def __enter__(self) -> device:
        on_cpu(self)
        return self

    def __exit__(self, *_: Any) -> None:
        pass


def _parsed(name: str, index: int | None) -> tuple[str, int | None]:
    kind, colon, number = name.partition(":")
    fits = kind in _KINDS and (number.isdecimal() and index is None if colon else True)
    if not fits or (index is not None and index < 0):
        raise AutogradError(
            f"{name!r} is not a device: use 'cpu' (known by name: {', '.join(_KINDS)}, "
            "with a number as in 'cuda:0')"
        )
    return kind, int(number) if colon else index


CPU = device("cpu")


def on_cpu(place: Any) -> None:
    """Pass over a device that is the CPU, or none; raise AutogradError for another.

    >>> on_cpu("cpu")
    >>> on_cpu("cuda")
    Traceback (most recent call last):
    autograd_fr.errors.AutogradError: no 'cuda' here: all computation is on the CPU, device='cpu'
    """
    if place is not None and place is not CPU and (chosen := device(place)).type != "cpu":
        raise AutogradError(f"no '{chosen}' here: all computation is on the CPU, device='cpu'")


def is_device_name(name: str) -> bool:
    """Whether a string names a device, as against a dtype."""
    return name.partition(":")[0] in _KINDS


def get_default_device() -> device:
    """Where new tensors go: the CPU."""
    return CPU


def set_default_device(device: Any) -> None:
    """Accept the CPU as the place of new tensors; raise AutogradError for another."""
    on_cpu(device)


class Format:
    """A way of laying out entries, known by its name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"torch.{self.name}"


strided = Format("strided")
contiguous_format = Format("contiguous_format")
preserve_format = Format("preserve_format")
channels_last = Format("channels_last")
channels_last_3d = Format("channels_last_3d")

# Formats only hint at an order in memory: entries and results are the same in each.
_FORMATS = (None, contiguous_format, preserve_format, channels_last, channels_last_3d)

_ACCEPTED: dict[str, tuple[Any, ...]] = {
    "device": (),  # any way of naming the CPU
    "layout": (None, strided),
    "pin_memory": (None, False),
    "memory_format": _FORMATS,
    "out": (None,),
    "names": (None,),
}


def plain_options(name: str, options: dict[str, Any]) -> None:
    """Check that options which PyTorch has and this package has not say only what is the case.

    Raises AutogradError for another value.
    """
    for option, value in options.items():
        if option == "device":
            on_cpu(value)
        elif not any(value is accepted for accepted in _ACCEPTED[option]):
            raise AutogradError(f"{name}() does not support {option}={value!r}: leave it out")


def maker(function: Callable[..., R]) -> Callable[..., R]:
    """Give a function that makes tensors the options which all of PyTorch's such functions have.

    They are `requires_grad`, and `device`, `layout`, `pin_memory`, `memory_format` and `out`, which
    may say only what is the case anyway. Lengths given one by one may also come as `size`.
    """
    by_one = bool(function.__code__.co_flags & CO_VARARGS)
    function = composite(function)

    @wraps(function)
    def make(*args: Any, requires_grad: bool = False, **options: Any) -> R:
        if options:
            if by_one and "size" in options:
                args = (*args, options.pop("size"))
            plain = options.keys() & _ACCEPTED.keys()
            plain_options(function.__name__, {name: options.pop(name) for name in plain})
        made: Any = function(*args, **options)
        if requires_grad:
            made.requires_grad = requires_grad
        return made

    return make
