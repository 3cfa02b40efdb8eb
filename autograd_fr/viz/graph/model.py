"""What a picture shows of a computation: variables, operations, and the modules they were made in.

It holds numbers and text only, nothing of the engine, so that it neither changes when the program
goes on nor keeps arrays alive. Views make one graph into another, renderers read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .summary import Summary


class Absent(Enum):
    """Why a variable has no gradient to show."""

    NOT_REQUIRED = "not required"
    NOT_COMPUTED = "not computed yet"
    NOT_KEPT = "not kept"


class Kind(Enum):
    """Where a variable comes from."""

    PARAMETER = "a parameter of a module"
    LEAF = "made by the user, requires a gradient"
    INPUT = "made by the user, requires none"
    CONSTANT = "an array without a name, requires none"
    NUMBER = "a number in an expression, without a name"
    RESULT = "made by an operation"


@dataclass(frozen=True)
class Variable:
    """A value: its name (None for a plain number), entries and gradient.

    `derivative`: whether the gradient is the derivative of the graph's output; else `provenance`
    says in words where it comes from: from another one's backward pass, from several, from a hook.
    `changed`: whether the value was written into since the graph was recorded. `detached`: the name
    of the tensor that it has been detached from, if it has one of its own. `repeats`: the number of
    the variable that this one only refers to, by its name, where that one is drawn too far away;
    value and gradient are those of that one. `count`: how many variables of one shape this one
    stands for; then its value and gradient are those of all, stacked. `named`: whether the name is
    the user's; else it was made up for the graph.
    """

    number: int
    name: str | None
    kind: Kind
    value: Summary
    gradient: Summary | Absent
    derivative: bool = False
    changed: bool = False
    repeats: int | None = None
    count: int = 1
    named: bool = True
    provenance: str = ""
    detached: str = ""


@dataclass(frozen=True)
class Operation:
    """What made the variables `outputs` of the variables `inputs`, all given by number.

    `arguments` are the operation's own names for its inputs; `parameters` are its further
    arguments as text, where they are not the default. `outputs` is mostly one; of an operation
    with several results, those that were used. `latex` is the formula of the result, `derivatives`
    are those of the gradient for each input, both in the operation's own names. `locals`: the
    values of the local derivatives, for each input, where they were asked for and are entry by
    entry. `scope`: the number of the innermost module call that it happened in. `count`: how many
    recorded operations it stands for. `opened`: of an operation on single entries, the name of the
    one on arrays that it is a part of. `module`: the name of the scope that it stands for, where it
    stands for a whole call of a module.
    """

    number: int
    name: str
    symbol: str
    parameters: tuple[str, ...]
    arguments: tuple[str, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    latex: str = ""
    derivatives: tuple[str | None, ...] = ()
    locals: tuple[Summary | None, ...] = ()
    scope: int | None = None
    count: int = 1
    opened: str = ""
    module: str = ""


@dataclass(frozen=True)
class Scope:
    """One call of a module: its path in the module it was called in, its class, its options.

    `parent`: the number of the call that it was made in, a smaller one. `parameters`: the numbers
    of the variables that are parameters of the module, or constants that it holds.
    """

    number: int
    name: str
    kind: str
    detail: str = ""
    parent: int | None = None
    parameters: tuple[int, ...] = ()


@dataclass(frozen=True)
class Graph:
    """Variables and operations in order of creation; `output` is the number of the traced one."""

    variables: tuple[Variable, ...]
    operations: tuple[Operation, ...]
    output: int
    scopes: tuple[Scope, ...] = ()
