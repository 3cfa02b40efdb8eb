"""The doctor at work: what it listens to while a model is trained, and what it says at the end."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Sequence
from typing import Any

from ...autograd import passes
from ...autograd.hooks import RemovableHandle
from ...autograd.memory import calling_frame
from ...autograd.modes import is_grad_enabled
from ...autograd.value import Value
from ...batching.known import Batched
from ...errors import DoctorWarning
from ...nn import Module
from ...nn.functional import loss_parts
from ...optim import Optimizer
from .activations import DeadReLUs, Saturated
from .graphs import KeptGraphs, OldGraphs
from .inputs import Inputs
from .layers import Layers, Updates
from .limits import limits_from
from .modes import Modes
from .parameters import Parameters
from .patient import Patient
from .progress import Progress, Uphill
from .report import Report
from .rhythm import Rhythm, params_of
from .sights import Layer, LossCall, ModuleCall, Pass, Step, here, norm
from .softmaxes import Scores, Softmaxes
from .structure import Hidden, Stacked
from .targets import Targets

EXAMINATIONS = (
    Softmaxes, Scores, Targets, Rhythm, Parameters, Hidden, Stacked, DeadReLUs, Saturated, Layers,
    Updates, Progress, Uphill, KeptGraphs, OldGraphs, Modes, Inputs,
)  # fmt: skip


class doctor:
    """Watches a training loop, and names what is wrong with it, where, and what to do.

    `optimizer`: one, or a list of them. `tell`: at the end of the block, "print" the findings to
    stderr, "warn" of each with a `DoctorWarning`, or None; the report of the block has them in any
    case, in `findings`, also while it runs. Anything else is a threshold, by its name in `Limits`.

    It changes no number. It looks at every graph before its gradients flow, and at all weights in
    every step, which takes time: a few dozen steps tell most. A healthy training has no findings.

    >>> import autograd_fr as ag
    >>> _ = ag.manual_seed(0)
    >>> net = ag.nn.Sequential(ag.nn.Linear(4, 3), ag.nn.Softmax(1))
    >>> optimizer = ag.optim.SGD(net.parameters(), lr=0.1)
    >>> x, y = ag.randn(8, 4), ag.tensor([0, 1, 2, 0, 1, 2, 0, 1])
    >>> with ag.doctor(net, optimizer, tell=None) as report:
    ...     for _ in range(5):
    ...         optimizer.zero_grad()
    ...         ag.nn.functional.cross_entropy(net(x), y).backward()
    ...         optimizer.step()
    >>> [finding.kind for finding in report.findings]
    ['softmax before cross-entropy']
    """

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer | Sequence[Optimizer] | None = None,
        *,
        tell: str | None = "print",
        **limits: Any,
    ) -> None:
        if not isinstance(model, Module):
            raise TypeError(f"the doctor looks at a Module, not at a {type(model).__name__}")
        if tell not in ("print", "warn", None):
            raise ValueError(f"tell is 'print', 'warn' or None, not {tell!r}")
        self._model, self._optimizers, self._tell = model, _listed(optimizer), tell
        self._limits = limits_from(limits)
        self._handles: list[RemovableHandle] = []
        self._thread: int | None = None

    def __enter__(self) -> Report:
        if self._handles:
            raise RuntimeError("this doctor is at work already: make another one")
        self._patient = Patient(self._model, _name_of(self._model), self._optimizers, self._limits)
        self._examinations = [kind(self._patient) for kind in EXAMINATIONS]
        self._thread = threading.get_ident()
        self._pass: Pass | None = None
        self._weights: dict[int, Any] = {}
        self._order: dict[int, int] = {}  # of the leaves since the last step
        for path, module in self._patient.calls.modules.items():
            enter, leave = (_Watcher(self, path, event) for event in ("enter", "leave"))
            self._handles += [
                module.register_forward_pre_hook(enter),
                module.register_forward_hook(leave, always_call=True),
            ]
        for optimizer in self._optimizers:
            self._handles += [
                optimizer.register_step_pre_hook(self._before_step),
                optimizer.register_step_post_hook(self._after_step),
            ]
        self._handles += [
            RemovableHandle(loss_parts.watching, self._loss),
            RemovableHandle(passes.before_pass, self._before_pass),
            RemovableHandle(passes.after_pass, self._after_pass),
        ]
        return self._patient.report

    def __exit__(self, kind: Any, *_: Any) -> None:
        self._thread = self._pass = None
        while self._handles:
            self._handles.pop().remove()
        self._show("finish")
        report = self._patient.report
        if self._tell == "print" and report.findings:
            print(report, file=sys.stderr)
        if self._tell == "warn" and kind is None:
            for finding in report.findings:
                warnings.warn(str(finding), DoctorWarning, stacklevel=2)

    def _here(self) -> bool:
        """Whether this is the doctor's own thread, and it is at work."""
        return self._thread == threading.get_ident()

    def _show(self, event: str, *sight: Any) -> None:
        for examination in list(self._examinations):
            try:
                getattr(examination, event)(*sight)
            except Exception as error:  # that of the doctor must not end the training
                self._examinations.remove(examination)
                name = type(examination).__name__
                warnings.warn(f"the doctor's {name} failed: {error!r}", DoctorWarning, stacklevel=4)

    def entered(self, path: str) -> None:
        """A module is called; while gradients flow, by a checkpoint, which is no matter."""
        if self._here() and self._pass is None:
            self._patient.calls.enter(path, is_grad_enabled())

    def left(self, path: str, module: Module, args: Any, output: Any) -> None:
        """It is done, or has failed."""
        if self._here() and self._pass is None:
            self._patient.calls.leave(is_grad_enabled())
            call = ModuleCall(path, module, args, output, is_grad_enabled())
            self._show("module_called", call)

    def _loss(self, name: str, input: Any, target: Any) -> None:
        batched = isinstance(input.array, Batched) or isinstance(target.array, Batched)
        if self._here() and not batched:  # inside vmap there are no entries to look at
            self._show("loss_called", LossCall(name, input, target, here()))

    def _before_pass(self, outputs: Sequence[Value]) -> None:
        self._pass = None
        if not self._here():
            return
        sight = Pass(outputs)
        patient = self._patient
        if sight.leaves.keys().isdisjoint((*patient.named(), *patient.optimized())):
            return
        patient.saw(sight)
        self._show("before_pass", sight)
        self._pass = sight

    def _after_pass(self, outputs: Sequence[Value]) -> None:
        sight, self._pass = self._pass, None
        if not self._here() or sight is None:
            return
        for key in sight.leaves:
            self._order.setdefault(key, len(self._order))
        self._show("after_pass", sight)
        if not self._optimizers:
            self._patient.advance()

    def _before_step(self, optimizer: Optimizer, *_: Any) -> None:
        if self._here():
            matrices = [p for p in params_of(optimizer) if p.ndim > 1 and p.requires_grad]
            self._weights = {id(p): p.array.copy() for p in matrices}

    def _after_step(self, optimizer: Optimizer, *_: Any) -> None:
        if self._here():
            known = self._weights.keys() & self._order.keys()
            reached = [p for p in params_of(optimizer) if id(p) in known and p._grad is not None]
            reached.sort(key=lambda p: self._order[id(p)])
            layers = [self._layer(p) for p in reached]
            self._weights = {}
            self._order.clear()
            self._show("stepped", Step(optimizer, here(), layers))
            self._patient.advance()

    def _layer(self, p: Any) -> Layer:
        before = self._weights[id(p)]
        change = norm(p.array - before)
        return Layer(self._patient.called(p), norm(before), norm(p._grad.array), change)


class _Watcher:
    """A hook on one module. A copy of the module has one that does nothing, and can be pickled."""

    def __init__(self, doctor: doctor, path: str, event: str) -> None:
        self._doctor, self._path, self._event = doctor, path, event

    def __call__(self, module: Module, args: Any, output: Any = None) -> None:
        if self._event == "enter":
            self._doctor.entered(self._path)
        else:
            self._doctor.left(self._path, module, args, output)

    def __reduce__(self) -> tuple[Any, tuple[()]]:
        return _Nobody, ()


class _Nobody:
    """A hook that does nothing."""

    def __call__(self, *_: Any) -> None:
        pass


def _listed(optimizer: Any) -> list[Optimizer]:
    given = [] if optimizer is None else optimizer
    optimizers = list(given) if isinstance(given, (list, tuple)) else [given]
    for one in optimizers:
        if not isinstance(one, Optimizer):
            raise TypeError(
                "the doctor looks at an Optimizer, or a list of them, "
                f"not at a {type(one).__name__}"
            )
    return optimizers


def _name_of(model: Module) -> str:
    """The user's variable that holds the model, or "model"."""
    frame = calling_frame()
    spaces = {**frame.f_globals, **frame.f_locals}
    return next((n for n, v in spaces.items() if v is model and not n.startswith("_")), "model")
