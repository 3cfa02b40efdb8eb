"""From the arguments of a function to those that it is differentiated by, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..autograd.modes import enable_grad
from ..autograd.primals import Primals
from ..autograd.value import Value
from ..errors import AutogradError, DtypeError
from .trees import flatten, paths, tree_map

Argnums = int | tuple[int, ...]


class Arguments:
    """The positional arguments of a function, and stand-ins for those it is differentiated by.

    `name` is that of the transform, for messages.
    """

    def __init__(self, name: str, args: Sequence[Any], argnums: Argnums) -> None:
        self._name, self._args = name, args
        self._single = not isinstance(argnums, tuple)
        self._numbers = _numbers(name, argnums, len(args))
        chosen = tuple(args[k] for k in self._numbers)
        leaves, self._structure = flatten(chosen)
        self.primals = Primals(leaves, self._place)

    def _place(self, k: int) -> str:
        """How to call the k-th tensor that is differentiated by."""
        named = [f"argument {n}{path}" for n in self._numbers for path in paths(self._args[n])]
        return f"{self._name}: {named[k]}"

    def run(self, func: Callable[..., Any], kwargs: Any, has_aux: bool) -> tuple[Any, Any]:
        """What the function makes of the stand-ins: its output, and what else it gives."""
        args = list(self._args)
        for number, stand_in in zip(self._numbers, self._structure(self.primals.values)):
            args[number] = stand_in
        with enable_grad():
            output = func(*args, **kwargs)
        return parted(self._name, output, has_aux)

    def nested(self, leaves: Sequence[Any]) -> Any:
        """One result per tensor differentiated by, in the places of these in the arguments."""
        made = self._structure(leaves)
        return made[0] if self._single else made

    def outward(self, results: Any) -> Any:
        """A nest of results as it is seen from outside."""
        return tree_map(self.primals.outward, results)


def parted(name: str, output: Any, has_aux: bool) -> tuple[Any, Any]:
    """What a function returned, parted in what is differentiated and what else it gives."""
    if not has_aux:
        return output, ()
    if not isinstance(output, tuple) or len(output) != 2:
        raise AutogradError(
            f"{name}: with has_aux=True the function returns a pair, (output, aux), "
            f"but it returned {_described(output)}"
        )
    return output


def tensors(name: str, output: Any, floating: bool = True) -> list[Value]:
    """The leaves of what a function returned, all of which must be tensors: `floating`, or any."""
    leaves = flatten(output)[0]
    if not leaves:
        raise AutogradError(f"{name}: the function returned an empty {type(output).__name__}")
    for leaf, path in zip(leaves, paths(output)):
        if not isinstance(leaf, Value) or (floating and leaf.array.dtype.kind != "f"):
            found = f"of {leaf.array.dtype}" if isinstance(leaf, Value) else type(leaf).__name__
            raise DtypeError(
                f"{name}: the function must return {'floating ' * floating}tensors, but "
                f"output{path} is {found}"
            )
    return leaves


def _described(output: Any) -> str:
    kind = type(output).__name__
    return f"a {kind} of {len(output)}" if isinstance(output, (tuple, list)) else f"a {kind}"


def _numbers(name: str, argnums: Argnums, n: int) -> tuple[int, ...]:
    """The numbers of the arguments, all counted from the front."""
    given = argnums if isinstance(argnums, tuple) else (argnums,)
    if not given:
        raise AutogradError(f"{name}: there is no argument to differentiate by")
    for k in given:
        if not isinstance(k, int):
            raise DtypeError(f"{name}: argnums is an int or a tuple of ints, got {argnums!r}")
        if not -n <= k < n:
            raise AutogradError(
                f"{name}: argnums names argument {k}, but the function was called with {n} "
                "positional arguments; by keyword arguments it is not differentiated"
            )
    numbers = tuple(k % n for k in given)
    if len(set(numbers)) < len(numbers):
        raise AutogradError(f"{name}: argnums names an argument twice, {argnums}")
    return numbers
