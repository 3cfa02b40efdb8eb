"""SparseAdam, which is not here."""

from __future__ import annotations

from typing import Any

from ..errors import AutogradError
from .optimizer import Optimizer


class SparseAdam(Optimizer):
    """Raises AutogradError: it is for sparse gradients, and gradients are dense here."""

    def __init__(
        self,
        params: Any,
        lr: Any = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:
        raise AutogradError("SparseAdam is for sparse gradients; here they are dense: take Adam")
