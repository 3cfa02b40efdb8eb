"""The parameters of an operation in the words of the function that the user has called.

Operations have parameters of their own making: labels as numbers, windows axis by axis, the rows
beside the classes of a target. What the user gave, or would know, is said; the rest is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...autograd.node import Node
from ...dtypes import PYTHON_NUMBERS
from .text import Word, parameter

Params = Mapping[str, Any]
Called = Callable[[Any], str | None]  # the name of an array, if it has one

LETTERS = "ijklmnopqrstuvwxyzabcdefgh"  # of an equation of einsum, in the order of use


def words(node: Node, called: Called) -> tuple[str, ...]:
    """The parameters that are not the default, as text; arrays by their names."""
    op, params = node.op, node.params
    told = WORDS[op.name](params) if params and op.name in WORDS else params  # a Function has none
    return tuple(
        parameter(name, _named(value, called))
        for name, value in told.items()
        if not (value is None or (name in op.defaults and _same(value, op.defaults[name])))
    )


def _same(value: Any, default: Any) -> bool:
    """Whether a parameter has its default; arrays never have."""
    return value is default or (type(value) in (*PYTHON_NUMBERS, str) and value == default)


def _named(value: Any, called: Called) -> Any:
    """`value` with names in place of the arrays in it that have one."""
    if isinstance(value, np.ndarray):
        name = called(value)
        return value if name is None else Word(name)
    if isinstance(value, Mapping):
        return {key: _named(part, called) for key, part in value.items()}
    return tuple(_named(part, called) for part in value) if type(value) is tuple else value


def _unless(value: Any, usual: Any) -> Any:
    """`value`, or None, which is left out, if it is the usual one."""
    return None if value == usual else value


def _loss(params: Params) -> Params:
    return {"reduction": _unless(params["reduction"], "mean")}


def _classes(params: Params) -> Params:
    return {"target": params["index"][-1], "weights": params["weights"], **_loss(params)}


def _lines(params: Params) -> Params:
    """An index of the entries along one axis, as that axis and where on it they are."""
    index = params["index"]
    grid = type(index) is tuple and all(
        isinstance(part, np.ndarray) and part.ndim == len(index) > 1 for part in index
    )
    others = [k for k, part in enumerate(index) if not _counts(part, k)] if grid else []
    if len(others) != 1:
        return {"index": index}
    return {"dim": others[0], "index": index[others[0]]}


def _counts(part: Any, axis: int) -> bool:
    """Whether an index array of a grid has 0, 1, 2, ... along its own axis, and no other one."""
    return part.size == part.shape[axis] and bool((part.ravel() == np.arange(part.size)).all())


def _equation(params: Params) -> Params:
    def term(labels: Any) -> str:
        return "".join(LETTERS[k] if k < len(LETTERS) else f"[{k}]" for k in labels)

    terms = ",".join(map(term, params["labels"]))
    return {"equation": Word(f"{terms}->{term(params['result'])}")}


def _sliding(params: Params) -> Params:
    """Sizes for all axes alike as one number, and none that change nothing."""
    alone = {name: _alike(value) for name, value in params.items()}
    usual = {"stride": 1, "padding": 0, "dilation": 1}
    public = {"kernel": "kernel_size"}
    kept = ("kernel", "stride", "padding", "dilation", "groups")
    return {public.get(n, n): _unless(alone[n], usual.get(n)) for n in kept if n in alone}


def _pool(params: Params) -> Params:
    windows = params["windows"]
    rest = {"divisor_override": params.get("divisor"), "norm_type": params.get("p")}
    if any(len(window) == 1 for window in windows):
        return {"output_size": _alike(tuple(window[0] for window in windows)), **rest}
    _, size, stride, padding, dilation = map(_alike, zip(*windows))
    return {
        "kernel_size": size,
        "stride": _unless(stride, size),
        "padding": _unless(padding, 0),
        "dilation": _unless(dilation, 1),
        "count_include_pad": _unless(params.get("padded", True) or not padding, True),
        **rest,
    }


def _alike(value: Any) -> Any:
    """One number for a tuple of tuples of that number only."""
    if type(value) is not tuple or not value:
        return value
    parts = tuple(map(_alike, value))
    return parts[0] if type(parts[0]) is int and set(parts) == {parts[0]} else value


def _only(**public: str) -> Callable[[Params], Params]:
    """These parameters alone, under their public names."""
    return lambda params: {name: params[own] for own, name in public.items()}


WORDS: dict[str, Callable[[Params], Params]] = {
    "attention_weights": _only(),
    "average_pool": _pool,
    "binary_cross_entropy": _loss,
    "binary_cross_entropy_with_logits": _loss,
    "clone": _only(),
    "contraction": _equation,
    "convolution": _sliding,
    "convolution_transposed": _sliding,
    "cross_entropy": _classes,
    "ctc_loss": _only(zero_infinity="zero_infinity"),
    "add_at": _lines,
    "extreme_at": lambda params: {**params, **_lines(params)},
    "gru_scan": _only(reverse="reverse"),
    "im2col": _sliding,
    "interpolated": _only(
        size="size", mode="mode", align_corners="align_corners", antialias="antialias"
    ),
    "lstm_scan": _only(reverse="reverse"),
    "max_pool": _pool,
    "mse_loss": _loss,
    "nll_loss": _classes,
    "normalize": lambda params: {"eps": _unless(params["eps"], 1e-5)},
    "power_pool": _pool,
    "read_at": _lines,
    "rescale": lambda params: {"eps": _unless(params["eps"], 1e-5)},
    "rnn_scan": _only(nonlinearity="nonlinearity", reverse="reverse"),
    "rows_at": _only(numbers="input", padding="padding_idx"),
    "vmap": _only(at="dim"),
}


def transposes(node: Node) -> bool:
    """Whether the last two axes change places and no others, which there is a sign for."""
    n = len(node.y.shape) if node.op.name in ("permute", "transpose") else 0
    order = list(range(n))
    if n and node.op.name == "permute":
        order = [d % n for d in node.params["dims"]]
    elif n:
        i, j = (node.params[name] % n for name in ("dim0", "dim1"))
        order[i], order[j] = j, i
    return n > 1 and order == [*range(n - 2), n - 1, n - 2]
