"""Whether data are fit to learn from: what they hold, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ..recipes.data import Data
from .table import table

UNEVEN = 10  # times as many examples of one class as of another
APART = 1000  # times as wide is one column as another
NAMED = 5  # classes or columns that are named

Array = np.ndarray[Any, Any]


class Finding(NamedTuple):
    """What was noticed; `wrong` where learning from it will go wrong."""

    wrong: bool
    said: str


def described(data: Data) -> str:
    """Shapes, ranges, and how many there are of each class.

    >>> from autograd_fr.recipes.data import divided
    >>> print(described(divided("made up", np.eye(10, dtype="f"), np.arange(10) % 2, ("a", "b"))))
    part   examples  inputs  dtype    least  mean  greatest
    train         8      10  float32      0   0.1         1
    test          2      10  float32      0   0.1         1
    <BLANKLINE>
    class  train  test
    a          4     1
    b          4     1
    """
    head: list[str] = ["part", "examples", "inputs", "dtype", "least", "mean", "greatest"]
    parts = [table(head, [_range(part, *data.part(part)) for part in ("train", "test")])]
    if data.classes:
        counts = zip(data.classes, _counts(data, "train"), _counts(data, "test"))
        parts.append(table(("class", "train", "test"), list(counts)))
    else:
        head = ["target", "least", "mean", "greatest"]
        parts.append(table(head, [(p, *_spread(data.part(p)[1])) for p in ("train", "test")]))
    return "\n\n".join(parts)


def examined(data: Data) -> list[Finding]:
    """All that is noticed, in words. An empty list: nothing is amiss."""
    remarks = [Finding(False, remark) for remark in data.remarks]
    return [*remarks, *_unfilled(data), *_classes(data), *_columns(data), *_repeated(data)]


def _unfilled(data: Data) -> Iterator[Finding]:
    """Values that are missing, or no finite numbers."""
    for part in ("train", "test"):
        x, y = (np.asarray(a, float).reshape(len(a), -1) for a in data.part(part))
        for what, values in (("inputs", x), ("targets", y)):
            missing, infinite = np.isnan(values), np.isinf(values)
            for kind, found in (("missing", missing), ("infinite", infinite)):
                if found.any():
                    where = _names(data, found.any(0)) if what == "inputs" else what
                    yield Finding(True, f"{part}: {_values(found.sum())} {kind}, in {where}")


def _classes(data: Data) -> Iterator[Finding]:
    """Classes without examples, and those that are rare."""
    if not data.classes:
        return
    train, test = _counts(data, "train"), _counts(data, "test")
    for part, counts in (("train", train), ("test", test)):
        absent = [name for name, n in zip(data.classes, counts) if not n]
        if absent:
            wrong = part == "train"
            yield Finding(wrong, f"{part}: no example of class {_listed(absent)}")
    present = train[train > 0]
    if len(present) > 1 and present.max() > UNEVEN * present.min():
        rare = [name for name, n in zip(data.classes, train) if 0 < UNEVEN * n < present.max()]
        yield Finding(
            False,
            f"train: the classes are uneven, from {present.min()} to {present.max()} examples; "
            f"rare: {_listed(rare)}. Accuracy says little then: look at precision and recall",
        )


def _columns(data: Data) -> Iterator[Finding]:
    """Inputs that never change, and columns of very different scales."""
    if not len(data.x):
        return
    x = data.x.reshape(len(data.x), -1)
    with np.errstate(invalid="ignore", over="ignore"):
        width = x.max(0) - x.min(0)
        widths = width[np.isfinite(width) & (width > 0)]
    constant = width == 0
    if constant.any() and not data.images:
        yield Finding(
            False, f"train: never changing, and so telling nothing: {_names(data, constant)}"
        )
    if not len(widths):
        yield Finding(True, "train: no input ever changes: there is nothing to tell examples by")
    elif widths.max() > APART * widths.min() and not data.images:
        yield Finding(
            False,
            f"train: some columns are {widths.max() / widths.min():.0f} times as wide as others: "
            "standardise them (the recipe perceptron does)",
        )


def _repeated(data: Data) -> Iterator[Finding]:
    """Examples that occur again, with another class, or among those to test on."""
    train, test = _keys(data.x), _keys(data.test_x)
    both = set(train) & set(test)
    if both:
        n = sum(key in both for key in test)
        yield Finding(False, f"test: {_inputs(n)} among those to train on, too")
    if len(set(train)) < len(train):
        known: dict[bytes, Any] = {}
        torn = {k for k, y in zip(train, data.y.tolist()) if known.setdefault(k, y) != y}
        again = len(train) - len(set(train))
        contrary = f", {len(torn)} with different targets" if torn else ""
        yield Finding(False, f"train: {_inputs(again)} there again{contrary}")


def _keys(x: Array) -> list[bytes]:
    return [row.tobytes() for row in np.ascontiguousarray(x)]


def _counts(data: Data, part: str) -> Array:
    return np.bincount(data.part(part)[1], minlength=len(data.classes))


def _range(part: str, x: Array, _: Array) -> tuple[Any, ...]:
    shape = " x ".join(map(str, x.shape[1:]))
    return (part, len(x), shape, x.dtype, *_spread(x))


def _spread(values: Array) -> list[str]:
    """The least, the mean and the greatest of the values that are there."""
    there = values[np.isfinite(values)]
    if not there.size:
        return ["–"] * 3
    return [f"{f(there) + 0.0:.4g}" for f in (np.min, np.mean, np.max)]  # -0 is 0


def _values(n: int) -> str:
    return f"{n} value is" if n == 1 else f"{n} values are"


def _inputs(n: int) -> str:
    return f"{n} input is" if n == 1 else f"{n} inputs are"


def _names(data: Data, chosen: Array) -> str:
    places = np.flatnonzero(chosen)
    if not data.columns:
        return f"{len(places)} inputs of {len(chosen)}"
    several = "s" * (len(places) != 1)
    return f"column{several} {_listed([data.columns[k] for k in places])}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
