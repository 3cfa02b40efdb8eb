"""Formulas of a call with the variables of the program, or their values, for its symbols."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..graph.chain import Contribution
from .calls import result_formula
from .formulas import rewritten, tokens
from .reducing import WHERE as WHERE
from .telling import Shown, Telling
from .tidying import tidied
from .trees import bare, parts, tree, written

LISTED = 6  # tensors of a list
EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Statement:
    """A formula, and the definitions of the symbols that it has of its own."""

    body: str
    definitions: tuple[str, ...] = ()

    @property
    def in_full(self) -> str:
        """The formula with its definitions."""
        said = r", \; ".join(self.definitions)
        return f"{self.body} {WHERE} {said}" if said else self.body


def stated(
    formula: str,
    names: Mapping[str, str],
    taken: Container[str] = (),
    before: Mapping[str, str] = EMPTY,
) -> Statement:
    r"""A formula with names for its symbols.

    Symbols that it defines itself get primes where they are `taken` by variables, or where they
    have been defined `before` as something else.

    >>> stated(r"t x \text{ where } t = \tanh x", {"x": "t"}, {"t"})
    Statement(body="t' t", definitions=("t' = \\tanh t",))
    """
    (_, body), *after = parts(tree(formula), (WHERE,))
    definitions = [written(part) for _, part in parts(after[0][1], ",")] if after else []
    own = {name_of(symbol): symbol for symbol in map(defined, definitions)}
    given = {key: name for key, name in names.items() if key not in own}
    primed = {key: int(symbol in taken) for key, symbol in own.items()}
    while True:
        given |= {key: own[key] + "'" * primes for key, primes in primed.items()}
        told = [tidied(rewritten(text, given)) for text in definitions]
        clash = [key for key, text in zip(own, told) if before.get(defined(text), text) != text]
        if not clash:
            break
        primed |= {key: primed[key] + 1 for key in clash}
    whole = tree(tidied(rewritten(written(body), given)))
    return Statement(written(bare(whole)), tuple(told))


def defined(definition: str) -> str:
    """The symbol that a definition is of."""
    return written(parts(tree(definition), "=")[0][1])


def name_of(symbol: str) -> str:
    return next(token.name for token in tokens(symbol) if token.kind == "symbol")


def names_of(told: Telling, operation: int, shown: Shown, gradient: Shown) -> dict[str, str | None]:
    """What stands for the arguments, results and gradients of a call; None for what is too large
    to be shown."""
    step, told_of = told.recording.steps[operation], told.graph.operations[operation]
    op = step.node.op
    names = {name: shown(k) for name, k in zip(told_of.arguments, told_of.inputs)}
    if op.variadic:
        names = {op.arguments[0]: _list([shown(k) for k in told_of.inputs])}
    fields = op.result._fields if op.result else None
    for k in told_of.outputs:
        field = None if fields is None else fields[told.recording.sources[k].params["k"]]
        names["y" if field is None else field] = shown(k)
        names["G" if field is None else f"G_{field}"] = gradient(k)
    if fields is not None:
        flowing = [k for k in told_of.outputs if k in told.gradients]
        names["G"] = ", ".join(filter(None, (gradient(k) for k in flowing)))
    return names


def _list(shown: list[str | None]) -> str | None:
    found = [text for text in shown if text is not None]
    if len(found) < len(shown):
        return None
    if len(found) > LISTED:
        found[LISTED - 1 : -1] = [r"\dots"]
    return f"({', '.join(found)})"


def told_result(told: Telling, operation: int, shown: Shown) -> Statement | None:
    """What an operation has computed; None where nobody has said."""
    column = told.graph.operations[operation].inputs[0] in told.columns
    step = told.recording.steps[operation]
    formula = result_formula(step, told.numbers(operation), column)
    if formula is None:
        return None
    if _several(told, operation):
        formula = formula.replace(r"\cdot", r"\odot")
    names = names_of(told, operation, shown, lambda _: None)
    return stated(formula, {name: text for name, text in names.items() if text}, told.taken)


def _several(told: Telling, operation: int) -> bool:
    """Whether arrays are multiplied entry by entry, to an array."""
    found = told.graph.operations[operation]
    arrays = [k for k in found.inputs if told.shape(k)]
    return len(arrays) > 1 and bool(told.shape(found.outputs[0]))


def of_edge(
    told: Telling,
    edge: Contribution,
    formula: str,
    shown: tuple[Shown, Shown],
    before: Mapping[str, str] = EMPTY,
) -> Statement | None:
    """The formula of an edge, with variables and gradients as they are `shown`; None where it
    reads something that is not."""
    names = names_of(told, edge.operation, *shown)
    read = {token.name for token in tokens(formula) if token.kind == "symbol"}
    if any(name in read and text is None for name, text in names.items()):
        return None
    return stated(formula, {name: text for name, text in names.items() if text}, told.taken, before)
