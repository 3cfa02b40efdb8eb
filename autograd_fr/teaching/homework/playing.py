"""An answer at work on a sample: called once, or step by step with what the step before left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.value import Value
from ...creation.values import tensor
from .calling import Function, Results, called, listed
from .sample import Sample

if TYPE_CHECKING:
    from .exercise import Exercise


@dataclass
class Turn:
    """One call: what it was given, and what it gave."""

    arguments: dict[str, Any]
    results: Results


def plays(exercise: Exercise, function: Function, sample: Sample) -> Iterator[Turn]:
    """The calls of an answer on a sample. Raises Fault at one whose results are none."""
    inputs = sample.inputs()
    steps = inputs.pop("steps", 1)
    if exercise.forward is not None:
        inputs["y"] = np.array(forward_of(exercise, inputs).array)
        inputs.setdefault("grad", sample.grad_like(inputs["y"]))
    for t in range(1, steps + 1):
        if exercise.slope is not None:
            inputs |= {"grad": exercise.slope(inputs["w"]), "t": t}
        arguments = {name: inputs[name] for name in exercise.arguments}
        result = called(function, arguments)
        names = exercise.returns
        judged = exercise.judge is not None and result is not None
        results = {names[0]: result} if judged else listed(result, names)
        yield Turn(arguments, results)
        inputs |= {name: x for name, x in results.items() if name in inputs}


def forward_of(exercise: Exercise, inputs: dict[str, Any]) -> Value:
    """The result of the forward of a rule, as a tensor, unrecorded."""
    given = [as_tensor(x) for name, x in inputs.items() if name not in ("grad", "y")]
    assert exercise.forward is not None
    with no_grad(), np.errstate(all="ignore"):
        y = exercise.forward(*given)
    return y if isinstance(y, Value) else tensor(np.asarray(y))


def as_tensor(x: Any) -> Any:
    """An array as a tensor; anything else as it is."""
    return tensor(x) if isinstance(x, np.ndarray) else x
