"""Forms of what changes shapes, joins tensors, and copies."""

from __future__ import annotations

from ....dtypes import as_dtype
from ..call import Call
from ..text import reshaped, sequence
from .form import Form, Writer


def _reshaped(c: Call) -> str:
    return reshaped(c.args[0], c.result.shape)


def _shaped_back(c: Call) -> str:
    return reshaped(c.g, c.like(0).shape)


def _swapped(text: str, c: Call) -> str:
    ndim = len(c.like(0).shape)
    if ndim < 2:
        return text
    i, j = (c.params[name] % ndim for name in ("dim0", "dim1"))
    return f"{text}.T" if ndim == 2 and i != j else f"{text}.swapaxes({i}, {j})"


def _order(c: Call) -> list[int]:
    ndim = len(c.like(0).shape)
    return [d % ndim for d in c.params["dims"]]


def _permuted_back(c: Call) -> str:
    order = _order(c)
    return f"{c.g}.transpose{sequence(map(str, map(order.index, range(len(order)))))}"


def _joined(function: str) -> Writer:
    return lambda c: f"np.{function}({_list(c)}, axis={_along(c)})" if _fits(c) else None


def _list(c: Call) -> str:
    return f"[{', '.join(c.args)}]"


def _fits(c: Call) -> bool:
    """Whether all tensors have as many axes: `cat` skips empty ones that do not."""
    return len({len(variable.shape) for variable in c.variables if variable}) == 1


def _along(c: Call) -> int:
    return int(c.params["dim"]) % len(c.result.shape)


def _of_joined(c: Call) -> str | None:
    i = _along(c)
    lengths = [c.like(j).shape[i] for j in range(len(c.args))] if _fits(c) else None
    if lengths is None:
        return None
    start = sum(lengths[: c.k])
    return f"{c.g}[{':, ' * i}{start}:{start + lengths[c.k]}]"


def _of_stacked(c: Call) -> str:
    return f"{c.g}[{':, ' * _along(c)}{c.k}]"


def _turned_back(c: Call) -> str:
    shifts = c.params["shifts"]
    back = tuple(-n for n in shifts) if isinstance(shifts, tuple) else -shifts
    return f"np.roll({c.g}, {back}, {c.params['dims']})"


SHAPES = {
    **dict.fromkeys(("reshape", "view", "squeeze", "unsqueeze"), Form(_reshaped, x=_shaped_back)),
    "transpose": Form(lambda c: _swapped(c.args[0], c), x=lambda c: _swapped(c.g, c)),
    "permute": Form(
        lambda c: f"{c.args[0]}.transpose{sequence(map(str, _order(c)))}", x=_permuted_back
    ),
    "broadcast_to": Form(lambda c: f"np.broadcast_to({c.args[0]}, {c.result.shape})", x="{g}"),
    "cat": Form(_joined("concatenate"), tensors=_of_joined),
    "stack": Form(_joined("stack"), tensors=_of_stacked),
    "clone": Form("{x}.copy()", x="{g}"),
    "cast": Form(lambda c: f"{c.args[0]}.astype(np.{as_dtype(c.params['dtype']).name})", x="{g}"),
    "flip": Form(
        lambda c: f"np.flip({c.args[0]}, {c.params['dims']})" if c.like(0).shape else None,
        x=lambda c: f"np.flip({c.g}, {c.params['dims']})" if c.like(0).shape else None,
    ),
    "roll": Form(
        lambda c: f"np.roll({c.args[0]}, {c.params['shifts']}, {c.params['dims']})", x=_turned_back
    ),
    "tril": Form(
        lambda c: f"np.tril({c.args[0]}, {c.params['diagonal']})",
        x=lambda c: f"np.tril({c.g}, {c.params['diagonal']})",
    ),
    "triu": Form(
        lambda c: f"np.triu({c.args[0]}, {c.params['diagonal']})",
        x=lambda c: f"np.triu({c.g}, {c.params['diagonal']})",
    ),
}
