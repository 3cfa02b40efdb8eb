"""Code written out for one operation, by its signature and rules: what must not cost a loop.

A call of an operation and its place in a backward pass are the same for all; written once with
loops over arguments they would be short, and cost a small net half of its time. So they are
templates here, filled in with the names of an operation's own arguments at its first use.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..kernels.fast import LEAST

if TYPE_CHECKING:
    from .op import Op

# What it records was called by the user's program: it has to lie in the package.
_FILE = os.path.join(os.path.dirname(__file__), "<written>")


class Together(NamedTuple):
    """How an ordinary step shares work that the rules of an operation would do each by itself.

    `forward` gives the result, and then what it has computed on the way, which is kept with the
    node under the names of `saves`. `pull` gives the gradients of all arguments, None for one that
    has none; it asks as rules do, and for what is kept, which is None where another way than the
    usual one has led to the node. The rules do not know of it: they hold at every order.
    `spares`: arguments of which it reads but the shape where all has been kept.
    """

    forward: Callable[..., tuple[Any, ...]]
    saves: tuple[str, ...]
    pull: Callable[..., tuple[Any, ...]]
    spares: tuple[str, ...] = ()


_PULL = """
def pull(g, node, into):
    [{arguments}] = node.args
    {edges} = {parents}
"""

# Where a node has them, by their number; several lie in a tuple.
_PARENTS = {1: "node.left", 2: "node.left, node.right"}

_PULL_TOGETHER = """
    {saved}, = getattr(node, "saved", None) or nothing
    {results}, = together({asked})
"""

# A rule may give a scalar for a scalar, and an array of the shape and dtype of its argument; all
# else goes through `fit`.
_PULL_ONE = """
    if e{i} is not None:
        d = {source}
        if type(d) is ndarray:
            if d.shape != a{i}.shape or d.dtype is not a{i}.dtype or not d.ndim:
                d = fit(d, a{i})
        elif type(d) is not type(a{i}) and d is not None:
            d = fit(d, a{i})
        if d is not None:
            if e{i} not in into:
                into[e{i}] = d
            else:
                into[e{i}] = summed(into[e{i}], d) if type(d) is ndarray else into[e{i}] + d
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
    source = _PULL.format(
        arguments=", ".join(places),
        edges=", ".join(edges),
        parents=_PARENTS.get(len(edges), "node.left"),
    )
    sources = {"y": "node.y", "likes": "node.args", **dict(zip(op.arguments, places))}
    sources |= {name: f"node.params[{name!r}]" for name in op.parameters}
    namespace = dict(names)
    if (together := op.together) is not None:
        saved = [f"saved{i}" for i in range(len(together.saves))]
        namespace |= {"together": together.pull, "nothing": (None,) * len(saved)}
        source += _PULL_TOGETHER.format(
            saved=", ".join(saved),
            results=", ".join(f"d{i}" for i in range(len(op.arguments))),
            asked=asked(together.pull, {**sources, **dict(zip(together.saves, saved))}),
        )
    for i, argument in enumerate(op.arguments):
        if (rule := op.written.get(argument)) is not None:
            namespace[f"rule{i}"] = rule
            name = f"rule{i}"
            if (kernel := op.fused.get(argument)) is not None:
                namespace[f"fused{i}"] = kernel
                least = getattr(kernel, "least", LEAST)
                name = f"(fused{i} if type(g) is ndarray and g.size >= {least} else rule{i})"
            given = f"{name}({asked(rule, {**sources, 'like': f'a{i}'})})"
            source += _PULL_ONE.format(i=i, source=given if together is None else f"d{i}")
    return made(source, namespace, "pull")


_CALL = """
def call({head}):
    try:
        {taken}
        _fits = {agree}
        if _fits:
            _params = {params}
            _y{saved} = _forward({given})
    except _REFUSALS:
        _fits = False
    if not _fits:
        return _careful({again})
    if {unreached}:
        return {plain}_unrecorded(_op, _params, ({tensors},), ({arrays},), _y)
    if not _is_grad_enabled() or {unfloating}:
        return _looked(_op, _params, ({tensors},), ({arrays},), _y)
"""

# As `record` and `connect` do, but without a call and a loop for what an operation has not.
_RECORD = """
    {scalar}
    _node = _Node()
    _node.op = _op
    _node.params = _params
    _node.left = {left}
    _node.right = {right}
    _node.grad = _node.extras = None
    _node.released = False
    _node.number = _tick()
    {keep}
    _frame = _frame_at(2)  # the first is that of the public function
    _code = _frame.f_code
    while (_code.co_filename not in _strangers  # the usual case, found sooner
           and _is_own[_code.co_filename] and _frame.f_back is not None):
        _frame = _frame.f_back
        _code = _frame.f_code
    _node.code = _code
    _node.offset = _frame.f_lasti
    if _memory.watched:
        _watch(_node, {arrays}, _y)
    _value = _new(_values.result_class)
    _value.array = _y
    _value.node = _node
    _value._grad = None
    _value._requires_grad = True
    _value._peeked = 0
    {enter}
    return _value
"""

_KEEP = """_node.light = {light}
    _node.args = ({kept},)
    _node.y = {kept_y}"""

# Of what is computed entry by entry; scalars are kept as they are.
_RECORDED = """
def recorded({edges}, _args, _y):
    _params = _no_params
"""

_KEEP_ENTRYWISE = """if type(_y) is _ndarray and _y.ndim:
        [{arrays}] = _args
        _node.light = {light}
        _node.args = ({kept},)
        _node.y = {kept_y}
    else:
        if type(_y) is _ndarray: _y = _y[()]
        _node.light = True
        _node.args = _args
        _node.y = _y"""

_RECORD_SEVERAL = """
    return _op.result(*_record(_op, _params, {edges}, {arrays}, _y))
"""


def call_of(op: Op, names: Mapping[str, Any]) -> Callable[..., Any]:
    """The public call of `op` on tensors of one dtype; all else is for the `careful` one."""
    tensors, others = op.public[: len(op.arguments)], op.public[len(op.arguments) :]
    ruled = [i for i, rule in enumerate(op.ruled) if rule]
    optional = [op.defaults.get(name, "needed") is None for name in op.arguments]
    arrays = [f"_a{i}" for i in range(len(tensors))]
    edges = [f"_e{i}" if op.ruled[i] else "None" for i in range(len(tensors))]
    source = _CALL.format(
        head=head_of(op),
        taken="\n        ".join(_taken(op, i, name) for i, name in enumerate(tensors)),
        agree=_agree(op, ruled, optional),
        params=params_of(op) if op.parameters else "_no_params",
        saved="" if op.together is None else ", *_saved",
        given=", ".join(arrays + [_passed(op, name) for name in op.parameters]),
        again=", ".join([*tensors, *(f"{name}={name}" for name in others)]),
        unreached=" and ".join(f"_e{i} is None" for i in ruled),
        plain="" if op.result or op.view else "_wrap(_y) if not _memory.watched else ",
        unfloating="False" if op.result or op.view else "_y.dtype.kind != 'f'",
        tensors=", ".join(tensors),
        arrays=", ".join(arrays),
    )
    given = f"({', '.join(arrays)},)"
    enter = f"_enter({tensors[0]}, _value, _op, _params)"
    source += _record(op, arrays, edges, given, _KEEP, enter)
    return _known(source, op, names, "call")


def recorded_of(op: Op, names: Mapping[str, Any]) -> Callable[..., Any]:
    """What records a result of `op`, where that is computed entry by entry.

    It is called with an edge for each argument, and then args and y; it gives a value, as `record`
    does.
    """
    arrays = [f"_a{i}" for i in range(len(op.arguments))]
    edges = [f"_e{i}" for i in range(len(op.arguments))]
    source = _RECORDED.format(edges=", ".join(edges))
    source += _record(op, arrays, edges, "_args", _KEEP_ENTRYWISE, "", scalar="")
    return _known(source, op, names, "recorded")


def _record(
    op: Op, arrays: list[str], edges: list[str], given: str, keep: str, enter: str,
    scalar: str = "if type(_y) is _ndarray and not _y.ndim: _y = _y[()]",
) -> str:  # fmt: skip
    """The end of a call, where its result is recorded. `given`: all arrays. `scalar`: how a result
    without axes becomes one, where `keep` does not see to it."""
    joined, n = f"({', '.join(edges)},)", len(edges)
    left, right = edges if n == 2 else (edges[0] if n == 1 else joined, n)
    kept = keep.format(
        arrays=", ".join(arrays),
        kept=", ".join(
            a if reads else f"_thin_from({a}, {edge})"
            for a, edge, reads in zip(arrays, edges, op.reads_args)
        ),
        kept_y="_y" if op.reads_y else "_thin(_y)",
        light=_light(op, arrays),
    )
    if op.together is not None:
        kept += "\n    _node.saved = _saved"
    return (_RECORD_SEVERAL if op.result else _RECORD).format(
        scalar="" if op.view else scalar,
        edges=joined, left=left, right=right, arrays=given, keep=kept,
        enter=enter if op.view else "",
    )  # fmt: skip


def _light(op: Op, arrays: list[str]) -> str:
    """Whether all that is kept for rules is small enough to stay with the graph."""
    if op.together is not None or not op.reads_any:
        return "False"
    read = [a for a, reads in zip(arrays, op.reads_args) if reads] + ["_y"] * op.reads_y
    return " and ".join(f"type({a}) is _ndarray and {a}.nbytes <= _kept_bytes" for a in read)


def _known(source: str, op: Op, names: Mapping[str, Any], name: str) -> Any:
    """The function that `source` defines, where all is known by its name with an underscore, for
    the arguments have names of their own."""
    forward = op.forward if op.together is None else op.together.forward
    known = {**names, "op": op, "forward": forward, "defaults": op.defaults}
    return made(source, {f"_{word}": thing for word, thing in known.items()}, name)


def _taken(op: Op, i: int, name: str) -> str:
    """A tensor's array, and its edge of the graph, or None; AttributeError for what is none.

    A number beside a floating tensor is taken in the dtype of that.
    """
    edge = f"; _e{i} = ({name}.node or {name}) if {name}._requires_grad else None"
    cases = []
    if op.defaults.get(op.arguments[i], "needed") is None:
        cases.append((f"{name} is None", f"_a{i} = _e{i} = None"))
    if op.ruled[i] and (first := op.ruled.index(True)) < i:
        number = f"type({name}) in _numbers and _a{first}.dtype in _wide and _small({name})"
        cases.append((number, f"_a{i} = _a{first}.dtype.type({name}); _e{i} = None"))
    taken = f"_a{i} = {name}.array" + (edge if op.ruled[i] else f"; {name}._requires_grad")
    tests = [f"{'elif' if k else 'if'} {test}: {then}" for k, (test, then) in enumerate(cases)]
    return "\n        ".join([*tests, f"else: {taken}"] if tests else [taken])


def _agree(op: Op, ruled: list[int], optional: list[bool]) -> str:
    """Whether the arrays with a rule have one dtype, and the one that the operation needs."""
    first = ruled[0]
    same = [
        f"(_a{i} is None or _a{i}.dtype is _a{first}.dtype)" if optional[i]
        else f"_a{i}.dtype is _a{first}.dtype" for i in ruled[1:]
    ]  # fmt: skip
    if op.floating:
        same.append(f"_a{first}.dtype.kind == 'f'")
    if op.view:  # scalars share no memory
        same.append(f"type(_a{first}) is _ndarray")
    return " and ".join(same) or "True"


def _passed(op: Op, name: str) -> str:
    """A parameter as the forward takes it."""
    keyword = len(op.arguments) + op.parameters.index(name) >= op.positional
    return f"{name}=_params[{name!r}]" if keyword else f"_params[{name!r}]"


def head_of(op: Op) -> str:
    """The parameters of the public function, with `_defaults` in the place of what they are."""
    heads = [
        f"{public}=_defaults[{name!r}]" if name in op.defaults else public
        for public, name in zip(op.public, (*op.arguments, *op.parameters), strict=True)
    ]
    if op.positional < len(heads):
        heads.insert(op.positional, "*")
    return ", ".join(heads)


def params_of(op: Op) -> str:
    """A dictionary of all that are no tensors; lists of axes as tuples of Python's integers."""
    taken = {
        name: f"_integers({name}) if type({name}) in _lists else {name}"
        if name in op.axes
        else name
        for name in op.parameters
    }
    return "{" + ", ".join(f"{name!r}: {value}" for name, value in taken.items()) + "}"


def made(source: str, namespace: dict[str, Any], name: str) -> Any:
    """The function `name` that `source` defines."""
    exec(compile(source, _FILE, "exec"), namespace)
    return namespace[name]
