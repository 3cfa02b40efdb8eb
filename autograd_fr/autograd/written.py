"""Code written out for one operation, by its signature and rules: what must not cost a loop.

A call of an operation and its place in a backward pass are the same for all; written once with
loops over arguments they would be short, and cost a small net half of its time. So they are
templates here, filled in with the names of an operation's own arguments at its first use.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .op import Op

# What it records was called by the user's program: it has to lie in the package.
_FILE = os.path.join(os.path.dirname(__file__), "<written>")

_PULL = """
def pull(g, node, into):
    [{arguments}] = node.args
    [{edges}] = node.parents
"""

# A rule may give a scalar for a scalar, and an array of the shape and dtype of its argument; all
# else goes through `fit`.
_PULL_ONE = """
    if e{i} is not None:
        d = rule{i}({asked})
        if type(d) is ndarray:
            if d.shape != a{i}.shape or d.dtype is not a{i}.dtype or not d.ndim:
                d = fit(d, a{i})
        elif type(d) is not type(a{i}) and d is not None:
            d = fit(d, a{i})
        if d is not None:
            into[e{i}] = into[e{i}] + d if e{i} in into else d
"""


def wants(rule: Callable[..., Any]) -> tuple[str, ...]:
    """The names of what a rule asks for."""
    code = rule.__code__
    return code.co_varnames[: code.co_argcount]


def asked(rule: Callable[..., Any], sources: Mapping[str, str], whose: str = "") -> str:
    """The arguments of a call of `rule`: for every name that it asks for, its source.

    `g`, the gradient, is also `t`, the tangent. Raises TypeError for a name without a source.
    """
    sources = {"g": "g", "t": "g", **sources}
    if unknown := [name for name in wants(rule) if name not in sources]:
        raise TypeError(f"{whose} asks for {unknown[0]!r}; it can have {', '.join(sources)}")
    return ", ".join(sources[name] for name in wants(rule))


def pull_of(op: Op, names: Mapping[str, Any]) -> Callable[..., None]:
    """What has the rules of `op` add to the gradients `into` of what its arguments came from.

    It is called as pull(g, node, into), where all are arrays.
    """
    places = [f"a{i}" for i in range(len(op.arguments))]
    edges = [f"e{i}" for i in range(len(op.arguments))]
    source = _PULL.format(arguments=", ".join(places), edges=", ".join(edges))
    sources = {"y": "node.y", "likes": "node.args", **dict(zip(op.arguments, places))}
    sources |= {name: f"node.params[{name!r}]" for name in op.parameters}
    namespace = dict(names)
    for i, argument in enumerate(op.arguments):
        if (rule := op.written.get(argument)) is not None:
            namespace[f"rule{i}"] = rule
            source += _PULL_ONE.format(i=i, asked=asked(rule, {**sources, "like": f"a{i}"}))
    return made(source, namespace, "pull")


def made(source: str, namespace: dict[str, Any], name: str) -> Any:
    """The function `name` that `source` defines."""
    exec(compile(source, _FILE, "exec"), namespace)
    return namespace[name]
