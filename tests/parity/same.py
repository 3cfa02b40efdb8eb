"""When two results count as the same, and which errors count as clear."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

import autograd_fr as ag
from autograd_fr.errors import AutogradError

from .opdb import Unfit, is_random

TOLERANCE = {"float64": (1e-10, 1e-12), "float32": (1e-5, 1e-6), "float16": (2e-3, 2e-3)}
# Wider by a factor, where PyTorch itself is further from the truth than that, or the problem is
# ill-conditioned: then two right ways of rounding lead that far apart.
WIDER = {
    ("nn.functional.normalize", "float32"): 10.0,  # of vectors of one entry: all terms cancel
    ("digamma", "float64"): 10.0,  # the trigamma of its derivative has 9 digits
    ("digamma", "float32"): 10.0,
    # Differences of sums of products, and exponentials of sums of many logarithms.
    ("nn.functional.linear_cross_entropy", "float32"): 10.0,
    ("nn.functional.linear_cross_entropy.chunked", "float32"): 10.0,
    ("nn.functional.linear_cross_entropy.chunked_none", "float32"): 10.0,
    ("nn.functional.ctc_loss", "float32"): 50.0,
    ("logcumsumexp", "float32"): 500.0,  # its derivative loses 3 digits to large exponents
    ("nn.functional.scaled_dot_product_attention", "float32"): 5.0,  # exponentials of large scores
    ("nn.functional.hardsigmoid", "float64"): 1e3,  # its derivative, 1/6, has single precision
    ("nn.functional.layer_norm", "float32"): 300.0,  # of one entry, whose derivative is 0
    ("nn.functional.grid_sample", "float16"): 10.0,  # cubics in halves: PyTorch's own is 1e-2 off
    ("linalg.svd", "float32"): 100.0,  # its derivative divides by differences of singular values
    ("linalg.eigh", "float32"): 100.0,  # and here of eigenvalues
}
# Where PyTorch overflows on the way to a number that there is; the rest is compared.
OVERFLOWING = {("nn.functional.soft_margin_loss", "float16")}
# Results with a freedom, which the sample's own processing takes out; only that is compared.
NOT_UNIQUE = {
    "linalg.svd": "the signs of singular vectors",
    "linalg.eigh": "the signs of eigenvectors",
}


# Indices of equal entries, in any order: what counts is where they point. Per operator, from the
# arguments of the call: the axis, and whether the order is free; with the number of the output.
def _sorting(dim: int = -1, descending: bool = False, stable: bool = False) -> tuple[int, bool]:
    return dim, not stable


def _picking(k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> tuple[int, bool]:
    return dim, True


def _halving(dim: int = 0, keepdim: bool = False) -> tuple[int, bool]:
    return dim, True


POINTERS: dict[str, tuple[int, Callable[..., tuple[int, bool]]]] = {
    "sort": (1, _sorting),
    "argsort": (0, _sorting),
    "topk": (1, _picking),
    "median": (1, _halving),
}

# What a message says that comes from the inside of an operator.
UNCLEAR = re.compile(r"ufunc '|operand type\(s\)|'NoneType'|' object |numpy\.dtypes")


class Refused(Exception):
    """Our call said, clearly, that it does not do this."""


class Taken(Exception):
    """Our call gave a result where PyTorch refuses, and may."""


class Differs(Exception):
    """Ours is not what PyTorch's is."""


@contextmanager
def clear_errors(doing: str = "", expected: bool = False) -> Iterator[None]:
    """Errors of ours inside: the clear ones as Refused, all others as Differs.

    Clear are the package's own, and Python's about a call; where an error is `expected`, any that
    the package raises itself.
    """
    try:
        yield
    except (Refused, Differs, Unfit):
        raise
    except Exception as error:
        text = str(error)
        ours = isinstance(error, TypeError) and re.match(r"[\w.<>]+\(\)", text)
        ours = ours or (expected and _deliberate(error))
        if (ours or isinstance(error, AutogradError)) and not UNCLEAR.search(text):
            raise Refused(normalised(text)) from error
        raise Differs(f"{doing}raises {type(error).__name__}: {text}") from error


def _deliberate(error: Exception) -> bool:
    """Whether a line of the package raised it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    inside = Path(place.filename).is_relative_to(Path(ag.__file__).parents[1])
    return inside and (place.line or "").startswith("raise ")


def normalised(message: str) -> str:
    """A message without the numbers, shapes, dtypes and places of its case, in one line."""
    line = re.sub(r" \(line \d+ of [^)]*\)", "", message.splitlines()[0] if message else "")
    line = re.sub(r"(?<![.\w])((u?int|float)\d+|bool)\b", "dtype", line)
    line = re.sub(r"[(\[][-\d., ]*[)\]]", "(…)", line)
    line = re.sub(r"\b(True|False)\b|(?<![\w.])-?\d+(\.\d+)?(e[-+]?\d+)?(?![\w])", "n", line)
    return re.sub(r"\s+", " ", line).replace("|", "/").strip()


class Yardstick:
    """The comparison of results of one operator or module on one sample.

    `sums`: results add up many terms, and small ones are what remains of large ones. `wider`: by
    this factor the tolerance is.
    """

    def __init__(
        self, name: str, dtype: str, sums: bool, sample: Any = None, wider: float = 1.0
    ) -> None:
        self.name, self.sample, self.dtype = name, sample, dtype
        self.sums, self.wider = sums, wider

    def all_same(self, what: str, ours: list[Any], theirs: list[Any]) -> None:
        """The same tensors and numbers; `what` says in messages which."""
        if len(ours) != len(theirs):
            raise Differs(f"{len(ours)} outputs, PyTorch has {len(theirs)}")
        for number, (x, t) in enumerate(zip(ours, theirs)):
            label = what if len(theirs) == 1 else f"{what} {number}"
            if not isinstance(t, torch.Tensor):
                self._same_number(label, x, t)
                continue
            drawn = is_random(self.name, self.sample)
            free = drawn or (self.name in NOT_UNIQUE and what == "output")
            points = what == "output" and number == POINTERS.get(self.name, (None, None))[0]
            self.same(label, x, t, values=not (free or points))
            if points:
                self._same_numbers(label, self._pointed(x), self._pointed(t))
            if x.requires_grad != t.requires_grad:
                raise Differs(f"{label}: requires_grad={x.requires_grad}, not {t.requires_grad}")

    def _same_number(self, label: str, x: Any, t: Any) -> None:
        """Results that are no tensors."""
        same = type(x) is type(t) and (x == t or (x != x and t != t))
        if isinstance(t, float) and isinstance(x, float) and not same:
            same = bool(np.isclose(x, t, *TOLERANCE.get(self.dtype, (1e-6, 0)), equal_nan=True))
        if not same:
            raise Differs(f"{label}: {x!r}, not {t!r}")

    def same(self, label: str, x: Any, t: Any, values: bool = True, second: bool = False) -> None:
        """Equal shape and dtype, and values within the tolerance of the dtype.

        For `second` derivatives that is wider; where PyTorch's is nan, there is no answer.
        """
        if not isinstance(x, ag.Tensor):
            raise Differs(f"{label}: {shown(x)} is no tensor")
        if tuple(x.shape) != tuple(t.shape):
            raise Differs(f"{label}: shape {tuple(x.shape)}, not {tuple(t.shape)}")
        if str(x.dtype).removeprefix("torch.") != str(t.dtype).removeprefix("torch."):
            raise Differs(f"{label}: {x.dtype}, not {t.dtype}")
        if values:
            self._same_numbers(label, x.detach().numpy(), t.numpy(force=True), second)

    def _same_numbers(self, label: str, a: Any, b: Any, second: bool = False) -> None:
        rtol, atol = ((10 if second else 1) * self.wider * tol for tol in self._tolerance(b))
        with np.errstate(all="ignore"):
            off = ~np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
        if (self.name, self.dtype) in OVERFLOWING:
            off &= ~np.isinf(b)
        if second:
            off &= ~np.isnan(b)
        if off.any():
            a, where = np.asarray(a), tuple(int(i) for i in np.argwhere(off)[0])
            raise Differs(
                f"{label}: {int(off.sum())} of {off.size} entries differ, "
                f"at {where}: {a[where]!r}, not {b[where]!r}"
            )

    def _tolerance(self, expected: Any) -> tuple[float, float]:
        """The tolerance, relative and absolute, of the coarser of sample and result."""
        if expected.dtype.kind != "f":
            return 0.0, 0.0
        kinds = [kind for kind in (self.dtype, str(expected.dtype)) if kind in TOLERANCE]
        rtol, atol = max(TOLERANCE[kind] for kind in kinds)
        if self.sums or self.dtype == "float16":  # small entries are what remains of large terms
            known = np.isfinite(expected)
            atol *= max(1.0, float(np.max(np.abs(expected), initial=0.0, where=known)))
        return rtol, atol

    def _pointed(self, indices: Any) -> Any:
        """The entries that free indices point to; other indices as they are."""
        dim, free = POINTERS[self.name][1](*self.sample.args, **self.sample.kwargs)
        data, found = self.sample.input.numpy(force=True), np.asarray(indices.detach().numpy())
        if not free or not data.ndim:
            return found
        if found.ndim < data.ndim:
            found = np.expand_dims(found, dim)
        if (np.diff(np.sort(found, axis=dim), axis=dim) == 0).any():
            raise Differs("an index occurs twice")
        return np.take_along_axis(data, found, dim)


def flat(result: Any) -> list[Any]:
    """The tensors and numbers of a result, whatever tuples and lists they come in."""
    if isinstance(result, (list, tuple)):
        return [leaf for part in result for leaf in flat(part)]
    return [result]


def shown(result: Any) -> str:
    """A result in a few words."""
    if isinstance(result, (list, tuple)):
        return f"{type(result).__name__} of {len(result)}"
    if isinstance(result, ag.Tensor):
        return f"a tensor {tuple(result.shape)} {result.dtype}"
    return repr(result)[:60]
