"""Inputs that nets are not made for: nan and infinite ones, and large ones."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from ...autograd.value import Value
from ...batching.known import Batched
from .patient import Examination
from .sights import ModuleCall, here, norm, percent


class Inputs(Examination):
    """Speaks at once of floating inputs that are not finite; of large ones after a few batches."""

    def __init__(self, patient: Any) -> None:
        super().__init__(patient)
        self._sizes: deque[float] = deque(maxlen=self.limits.repeats)

    def module_called(self, call: ModuleCall) -> None:
        given = call.args[0] if call.args else None
        if call.path != self.patient.name or not call.recording or not isinstance(given, Value):
            return
        array = given.array
        if isinstance(array, Batched) or array.dtype.kind != "f" or not array.size:
            return
        if not np.isfinite(array).all():
            self._holes(array)
            return
        self._sizes.append(norm(array) / array.size**0.5)
        size = float(np.median(self._sizes))
        if len(self._sizes) == self._sizes.maxlen and size > self.limits.inputs:
            self.say(
                "large inputs", "hint", "",
                f"The inputs lie between {array.min():.4g} and {array.max():.4g}, with a root mean "
                f"square of {size:.3g}; weights start as for inputs of about 1.",
                f"{self.patient.name} called in {here()}",
                "Normalise them: (x - mean) / std with those of the training data; pixels from 0 "
                "to 255 divided by 255.",
            )  # fmt: skip

    def _holes(self, array: Any) -> None:
        wrong = ~np.isfinite(array)
        what = "nan" if np.isnan(array).any() else "infinite"
        self.say(
            "inputs not finite", "warning", "",
            f"{int(wrong.sum())} of {wrong.size} entries of the inputs ({percent(wrong.mean())}) "
            f"are {what}, and so is all that is computed of them.",
            f"{self.patient.name} called in {here()}",
            "Look at the data before the model gets them: leave out the examples with gaps, or "
            "fill them (ag.nan_to_num, or the mean of the feature); was there a division by 0?",
        )  # fmt: skip
