"""Layers whose gradients vanish or explode, and steps that are too large or too small."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

import numpy as np

from .patient import Examination
from .sights import Layer, Step


class Layers(Examination):
    """Compares the gradient per weight, ‖g‖ / ‖w‖, of all matrices of weights, in the median.

    Small in a layer far from the loss, against that of a later one, it vanishes; the other way
    round, or large in itself, it explodes; but not where it falls, or the loss does: far from the
    solution gradients are large, and that is healthy.
    """

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._ratios: dict[str, deque[float]] = defaultdict(self._window)
        self._gradients: dict[str, deque[float]] = defaultdict(self._window)

    def _window(self) -> deque[float]:
        return deque(maxlen=self.limits.window)

    def stepped(self, step: Step) -> None:
        layers = [layer for layer in step.layers if layer.weight > 0]
        for layer in layers:
            self._ratios[layer.name].append(layer.gradient / layer.weight)
            self._gradients[layer.name].append(layer.gradient)
        medians = {
            layer.name: float(np.median(self._ratios[layer.name]))
            for layer in layers
            if len(self._ratios[layer.name]) == self.limits.window
        }
        if not medians or not np.isfinite(list(medians.values())).all():
            return
        order = list(medians)
        most, least = max(order, key=medians.__getitem__), min(order, key=medians.__getitem__)
        if medians[most] > self.limits.exploding:
            if not (self._falls(most) or self.patient.falls()):
                self._exploding(most, medians[most], "‖gradient‖ / ‖weight‖")
        elif medians[least] < self.limits.vanishing * medians[most]:
            if order.index(least) < order.index(most):
                self._vanishing(least, medians[least], most, medians[most])
            else:
                factor = medians[most] / max(medians[least], 1e-300)
                self._exploding(most, factor, f"gradient per weight, against that of {least},")

    def _falls(self, name: str) -> bool:
        """Whether a gradient is smaller in the later half of the window than in the first."""
        norms = list(self._gradients[name])
        half = len(norms) // 2
        return bool(np.median(norms[half:]) < np.median(norms[:half]))

    def _vanishing(self, least: str, low: float, most: str, high: float) -> None:
        cure = (
            "Use ReLU rather than sigmoid in deep nets, start with weights that keep the variance "
            "(nn.init.kaiming_uniform_, xavier_uniform_), or add connections around layers."
        )
        self.say(
            "vanishing gradient", "warning", least,
            f"Over {self.limits.window} steps ‖gradient‖ / ‖weight‖ was {low:.2g} here, and "
            f"{high:.2g} in {most}: this layer {'hardly learns' if low else 'learns nothing'}.",
            least, cure if low else "Look for dead units and factors of 0 after it.",
        )  # fmt: skip

    def _exploding(self, name: str, number: float, what: str) -> None:
        self.say(
            "exploding gradient", "warning", name,
            f"Over {self.limits.window} steps the {what} was {number:.2g} in the median.",
            name,
            "Normalise inputs and targets, start with smaller weights, and bound the gradients: "
            "nn.utils.clip_grad_norm_(model.parameters(), 1.0) before step().",
        )  # fmt: skip


class Updates(Examination):
    """Compares what a step changes with the weights, ‖Δw‖ / ‖w‖; healthy is about 0.001.

    Speaks at the end: of a large one where the loss has not fallen besides, of small ones where
    no step was larger.
    """

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._largest, self._at = Layer("", 1.0, 0.0, 0.0), ""
        self._steps, self._pull = 0, 0.0

    def stepped(self, step: Step) -> None:
        layers = [layer for layer in step.layers if layer.weight > 0]
        self._steps += bool(layers)
        for layer in layers:
            self._pull = max(self._pull, layer.gradient / layer.weight)
            if layer.update / layer.weight > self._ever:
                self._largest, self._at = layer, f"step() in {step.line}"

    @property
    def _ever(self) -> float:
        return self._largest.update / self._largest.weight

    def finish(self) -> None:
        if self._steps < self.limits.window:
            return
        rate = rates(self.patient.optimizers)
        if self._ever > self.limits.large_update and not self.patient.falls():
            self.say(
                "learning rate too high", "warning", "",
                f"In one step the weights of {self._largest.name} changed by {self._ever:.2g} "
                f"times their size, and the loss has not fallen in {self._steps} steps.",
                self._at,
                f"Lower the learning rate{rate}, tenfold at first.",
                self._steps,
            )  # fmt: skip
        elif self._ever < self.limits.small_update < self._pull / 1000:
            self.say(
                "learning rate too low", "warning", "",
                f"No step of {self._steps} changed any layer by more than {self._ever:.2g} of its "
                f"size, though the gradients were up to {self._pull:.2g} of it.",
                self._at or f"the optimizer given to doctor() in {self.patient.entered_at}",
                f"Raise the learning rate{rate}; changes of about 0.001 per step are usual.",
                self._steps,
            )  # fmt: skip


def rates(optimizers: list[Any]) -> str:
    """The learning rates of optimizers, in words."""
    groups = [group for optimizer in optimizers for group in optimizer.param_groups]
    found = sorted({group["lr"] for group in groups if "lr" in group})
    return f" (now {', '.join(f'{rate:g}' for rate in found)})" if found else ""
