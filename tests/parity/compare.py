"""The same call in PyTorch and here, on PyTorch's own samples.

Values, first and second derivatives are compared. Every sample falls in one class: equal, in every
form of the operator; refused, with a clear error; or wrong. `python -m tests.parity` shows which.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch

import autograd_fr as ag
from autograd_fr.errors import AutogradError

from .opdb import (
    RANDOM,
    SUMS,
    Form,
    Unfit,
    converted,
    family,
    faulty,
    forms,
    samples,
    tensors,
    title,
)

DERIVED = 40  # samples per operator and dtype of which derivatives are compared
TOLERANCE = {"float64": (1e-10, 1e-12), "float32": (1e-5, 1e-6), "float16": (2e-3, 2e-3)}
# Wider by a factor, for a reason.
WIDER: dict[str, tuple[float, str]] = {}
# Results with a freedom, which the sample's own processing takes out; only that is compared.
NOT_UNIQUE = {
    "linalg.svd": "the signs of singular vectors",
    "linalg.eigh": "the signs of eigenvectors",
}

# PyTorch's refusal of a Python number as an operand. Here numbers stand for tensors everywhere.
WANTS_TENSORS = re.compile(
    r"must be Tensor, not (int|float)|got \(int, (int|Tensor)\)|apply to a 'int' object"
)
# What a message says that comes from the inside of an operator.
UNCLEAR = re.compile(r"ufunc '|operand type\(s\)|'NoneType'|' object |numpy\.dtypes")


class Refused(Exception):
    """Our call said, clearly, that it does not do this."""


class Differs(Exception):
    """Ours is not what PyTorch's is."""


@dataclass
class Tally:
    """What became of the samples of one operator in one dtype."""

    missing: list[str]  # forms of the operator
    equal: int = 0
    second: int = 0  # those whose second derivatives were compared, too
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def examine(info: Any, dtype: str, only: int | None = None) -> Tally:
    """Put every sample of an operator in its class: equal, refused or wrong."""
    found, missing = forms(info)
    tally = Tally(missing)
    if not any(form.main for form in found):
        return tally
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for place, (number, sample) in enumerate(samples(info, dtype)):
            if only is None or number == only:
                derive = place < DERIVED and dtype in ("float64", "float32")
                _count(tally, number, partial(_sample, info, found, sample, dtype, derive))
    return tally


def examine_errors(info: Any) -> Tally:
    """See that what PyTorch says must raise, and does raise there, raises clearly here."""
    found, missing = forms(info)
    tally = Tally(missing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if any(form.main for form in found):
            for number, sample in faulty(info):
                _count(tally, number, partial(_must_raise, found[0], sample))
    return tally


def _count(tally: Tally, number: int, compare: Callable[[], bool | None]) -> None:
    try:
        second = compare()
    except Unfit:
        return
    except Refused as refusal:
        tally.refused[str(refusal)] += 1
    except Differs as difference:
        tally.wrong.append((number, str(difference)))
    else:
        if second is not None:
            tally.equal += 1
            tally.second += second


def _sample(info: Any, found: list[Form], sample: Any, dtype: str, derive: bool) -> bool | None:
    """Compare one sample in every form; whether second derivatives were; None where PyTorch raises.

    Wrong in one form outweighs refused in another.
    """
    second: bool | None = None
    refusal = None
    for form in found:
        if form.takes_tensor and not isinstance(sample.input, torch.Tensor):
            continue
        try:
            derived = Comparison(info, form, sample, dtype, derive).run()
        except Refused as error:
            refusal = refusal or error
            continue
        except Differs as error:
            raise Differs(f"{form.written}: {error}") from error
        if form.main:
            second = derived
            if derived is None:
                return None
    if refusal:
        raise refusal
    return second


def _must_raise(form: Form, sample: Any) -> bool | None:
    given = (sample.input, *sample.args), sample.kwargs
    try:
        args, kwargs = converted(given, {})
    except AutogradError:
        return None
    try:
        form.theirs(*given[0], **given[1])
    except Exception as error:
        expected = str(error).splitlines()[0]
    else:
        return None
    try:
        with clear_errors():
            result = form.ours(*args, **kwargs)
    except Refused:
        return False
    if WANTS_TENSORS.search(expected):
        raise Refused("takes Python numbers, where PyTorch wants tensors")
    raise Differs(f"gives {_shown(result)}, PyTorch raises: {expected}")


@contextmanager
def clear_errors(doing: str = "") -> Iterator[None]:
    """Errors of ours inside: the clear ones as Refused, all others as Differs."""
    try:
        yield
    except (AutogradError, TypeError) as error:
        ours = isinstance(error, AutogradError) or re.match(r"[\w.<>]+\(\)", str(error))
        if ours and not UNCLEAR.search(str(error)):
            raise Refused(normalised(str(error))) from error
        raise Differs(f"{doing}raises {type(error).__name__}: {error}") from error
    except AttributeError as error:
        missing = re.search(r"(module|'Tensor' object|type object 'Tensor').*?'(\w+)'$", str(error))
        text = str(error).split(";")[0]
        raise Differs(f"missing: {text}" if missing or "autograd_fr" in text else text) from error
    except (Refused, Differs, Unfit):
        raise
    except Exception as error:
        raise Differs(f"{doing}raises {type(error).__name__}: {error}") from error


def normalised(message: str) -> str:
    """A message without the numbers and shapes of its case, in one line."""
    line = message.splitlines()[0] if message else ""
    line = re.sub(r"\b(u?int|float)\d+\b|\bbool\b", "dtype", line)
    line = re.sub(r"[(\[][-\d., ]*[)\]]", "(…)", line)
    line = re.sub(r"\b(True|False)\b", "n", line)
    line = re.sub(r"(?<![\w.])-?\d+(\.\d+)?(e[-+]?\d+)?(?![\w])", "n", line)
    return re.sub(r"\s+", " ", line).replace("|", "/").strip()


class Comparison:
    """One form of an operator on one sample, done by both."""

    def __init__(self, info: Any, form: Form, sample: Any, dtype: str, derive: bool) -> None:
        self.name, self.form, self.sample, self.dtype = info.name, form, sample, dtype
        self.derive = derive and (form.main or form.in_place)
        self.second = self.derive and form.main and info.supports_gradgrad
        given = (sample.input, *sample.args), sample.kwargs
        self.leaves = list({id(t): t for t in tensors(given) if t.requires_grad}.values())
        self.given = given
        self.sums = family(info) in SUMS
        self.wider = WIDER.get(title(info), (1.0, ""))[0]

    def run(self) -> bool | None:
        """Whether second derivatives were compared; None where PyTorch itself refuses."""
        made: dict[int, Any] = {}
        with clear_errors("conversion "):
            args, kwargs = converted(self.given, made)
        try:
            theirs = self._called(self.form.theirs, *self.given)
        except Exception as error:
            if self.form.in_place and not self.form.main:
                return self._must_refuse(args, kwargs, error)
            return None
        with clear_errors():
            ours = self._called(self.form.ours, args, kwargs)
        self._results(ours, theirs)
        if not self.derive or self.name in RANDOM:
            return False
        with clear_errors("processing the output "):
            ours = flat(self.sample.output_process_fn_grad(ours))
        theirs = flat(self.sample.output_process_fn_grad(theirs))
        if self.name in NOT_UNIQUE:
            self._all_same("processed output", ours, theirs)
        return self._derivatives(ours, theirs, [made[id(t)] for t in self.leaves])

    def _called(self, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        if not self.form.in_place:
            return function(*args, **kwargs)
        changed = args[0].clone()
        result = function(changed, *args[1:], **kwargs)
        return result, changed

    def _must_refuse(self, args: Any, kwargs: Any, expected: Exception) -> bool:
        try:
            with clear_errors():
                result = self._called(self.form.ours, args, kwargs)
        except Refused:
            return False
        message = str(expected).splitlines()[0]
        raise Differs(f"gives {_shown(result)}, PyTorch raises: {message}")

    def _results(self, ours: Any, theirs: Any) -> None:
        names = getattr(type(theirs), "__match_args__", None)
        if isinstance(theirs, tuple) and names and names != getattr(type(ours), "_fields", None):
            raise Differs(f"{type(ours).__name__} has not the fields {names}")
        self._all_same("output", flat(ours), flat(theirs))

    def _all_same(self, what: str, ours: list[Any], theirs: list[Any]) -> None:
        if len(ours) != len(theirs):
            raise Differs(f"{len(ours)} outputs, PyTorch has {len(theirs)}")
        for number, (x, t) in enumerate(zip(ours, theirs)):
            label = what if len(theirs) == 1 else f"{what} {number}"
            if not isinstance(t, torch.Tensor):
                self._plain(label, x, t)
                continue
            free = self.name in RANDOM or (self.name in NOT_UNIQUE and what == "output")
            self._same(label, x, t, values=not free)
            if x.requires_grad != t.requires_grad:
                raise Differs(f"{label}: requires_grad={x.requires_grad}, not {t.requires_grad}")

    def _plain(self, label: str, x: Any, t: Any) -> None:
        """Results that are no tensors."""
        same = type(x) is type(t) and (x == t or (x != x and t != t))
        if isinstance(t, float) and isinstance(x, float) and not same:
            same = bool(np.isclose(x, t, *TOLERANCE.get(self.dtype, (1e-6, 0)), equal_nan=True))
        if not same:
            raise Differs(f"{label}: {x!r}, not {t!r}")

    def _same(self, label: str, x: Any, t: Any, values: bool = True, factor: float = 1.0) -> None:
        """Equal shape and dtype, and values within the tolerance of the dtype."""
        if not isinstance(x, ag.Tensor):
            raise Differs(f"{label}: {_shown(x)} is no tensor")
        if tuple(x.shape) != tuple(t.shape):
            raise Differs(f"{label}: shape {tuple(x.shape)}, not {tuple(t.shape)}")
        if str(x.dtype).removeprefix("torch.") != str(t.dtype).removeprefix("torch."):
            raise Differs(f"{label}: {x.dtype}, not {t.dtype}")
        if not values:
            return
        a, b = np.asarray(x.detach().numpy()), t.numpy(force=True)
        # Loose where it is the sample that is coarse, and the result has another dtype.
        coarse = max(self.dtype, str(b.dtype), key=lambda d: TOLERANCE.get(d, (0, 0))[0])
        rtol, atol = (factor * self.wider * tol for tol in TOLERANCE.get(coarse, (0, 0)))
        if b.dtype.kind != "f":
            rtol = atol = 0.0
        if self.sums:  # small entries are what remains of large terms
            atol *= max(1.0, float(np.max(np.abs(b), initial=0.0, where=np.isfinite(b))))
        with np.errstate(all="ignore"):
            off = ~np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
        if off.any():
            where = tuple(int(i) for i in np.argwhere(off)[0])
            raise Differs(
                f"{label}: {int(off.sum())} of {off.size} entries differ, "
                f"at {where}: {a[where]!r}, not {b[where]!r}"
            )

    # Derivatives

    def _derivatives(self, ours: list[Any], theirs: list[Any], xs: list[Any]) -> bool:
        """Compare first, and where PyTorch has them second, derivatives."""
        pairs = [(y, u) for y, u in zip(ours, theirs) if _derivable(u)]
        ts = self.leaves
        if not pairs or not ts:
            return False
        ours, theirs = ([pair[k] for pair in pairs] for k in (0, 1))
        rng = np.random.default_rng(0)
        vs = [_weight(rng, u) for u in theirs]
        again = self.second
        gs, ws = [_leaf(ag, v, again) for v in vs], [_leaf(torch, v, again) for v in vs]
        try:
            dt = torch.autograd.grad(theirs, ts, ws, create_graph=again, allow_unused=True)
        except RuntimeError:
            return False  # no derivative there, so none to compare
        with clear_errors("first derivative "):
            dx = ag.autograd.grad(ours, xs, gs, create_graph=again, allow_unused=True)
        self._all_same_gradients("first derivative", dx, dt, ts)
        if not again:
            return False
        totals = self._totals(rng, dx, dt)
        if totals is None:
            return False
        try:
            ddt = torch.autograd.grad(totals[1], [*ts, *ws], allow_unused=True)
        except RuntimeError:
            return False
        with clear_errors("second derivative "):
            ddx = [None] * len(ddt)
            if totals[0] is not None and totals[0].requires_grad:
                ddx = ag.autograd.grad(totals[0], [*xs, *gs], allow_unused=True)
        self._all_same_gradients("second derivative", ddx, ddt, [*ts, *ws])
        return True

    def _totals(self, rng: Any, dx: Any, dt: Any) -> tuple[Any, Any] | None:
        """Sums of the first derivatives with random weights; None where there is none to derive."""
        ours = theirs = None
        for d, e in zip(dx, dt):
            if e is None or not e.requires_grad:
                continue
            weight = _weight(rng, e)
            part = (e * torch.from_numpy(weight)).sum()
            theirs = part if theirs is None else theirs + part
            if d is not None:
                part = (d * ag.from_numpy(weight)).sum()
                ours = part if ours is None else ours + part
        return None if theirs is None else (ours, theirs)

    def _all_same_gradients(self, label: str, ours: Any, theirs: Any, of: list[Any]) -> None:
        """Equal gradients; none at all is as good as zeros."""
        factor = 10.0 if label.startswith("second") else 1.0
        for number, (d, e, t) in enumerate(zip(ours, theirs, of, strict=True)):
            name = f"{label} by tensor {number}" if number < len(self.leaves) else f"{label} by g"
            zeros = torch.zeros_like(t)
            if d is None:
                d = ag.from_numpy(zeros.detach().numpy())
            self._same(name, d, zeros if e is None else e, factor=factor)


def flat(result: Any) -> list[Any]:
    """The tensors and numbers of a result, whatever tuples and lists they come in."""
    if isinstance(result, (list, tuple)):
        return [leaf for part in result for leaf in flat(part)]
    return [result]


def _derivable(u: Any) -> bool:
    return isinstance(u, torch.Tensor) and u.requires_grad and u.dtype.is_floating_point


def _weight(rng: Any, like: Any) -> Any:
    kind = str(like.dtype).removeprefix("torch.")
    return np.asarray(rng.uniform(0.5, 1.5, tuple(like.shape)), kind)


def _leaf(module: Any, array: Any, requires_grad: bool) -> Any:
    return module.tensor(array.copy(), requires_grad=requires_grad)


def _shown(result: Any) -> str:
    if isinstance(result, (list, tuple)):
        return f"{type(result).__name__} of {len(result)}"
    if isinstance(result, ag.Tensor):
        return f"a tensor {tuple(result.shape)} {result.dtype}"
    return repr(result)[:60]
