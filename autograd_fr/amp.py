"""Mixed precision, as programs switch it on for accelerators: off here, and said so."""

from __future__ import annotations

import warnings
from contextlib import ContextDecorator
from typing import Any

from . import dtypes
from .autograd.value import Value
from .devices import device as _device
from .errors import AutogradError, DtypeError


class autocast(ContextDecorator):
    """A block, or a function, in which PyTorch would compute with fewer bits; here nothing changes.

    For an accelerator, which is not there, it warns and does nothing. On the CPU it must be off,
    or ask for float32: DtypeError is raised otherwise.

    >>> with autocast("cpu", enabled=False):
    ...     print("in full precision")
    in full precision
    """

    def __init__(
        self,
        device_type: str,
        dtype: Any = None,
        enabled: bool = True,
        cache_enabled: bool | None = None,
    ) -> None:
        self.device = _device(device_type).type
        if not enabled or dtype is dtypes.float32:
            return
        if self.device != "cpu":
            _warn_of_absence(f"autocast for {self.device!r}")
        else:
            raise DtypeError(
                f"autocast cannot compute in {dtype or 'bfloat16'} on the CPU: leave it out, or "
                "pass enabled=False"
            )

    def __enter__(self) -> autocast:
        return self

    def __exit__(self, *_: Any) -> None:
        pass


class GradScaler:
    """The scaling of losses that half precision needs; without it, losses and gradients stay.

    For an accelerator, which is not there, it warns and is off. Raises AutogradError where it shall
    be on for the CPU.

    >>> scaler = GradScaler(enabled=False)
    >>> scaler.scale(2.0), scaler.is_enabled()
    (2.0, False)
    """

    def __init__(self, device: str = "cuda", *_: Any, enabled: bool = True, **__: Any) -> None:
        if enabled and _device(device).type == "cpu":
            raise AutogradError("GradScaler is for half precision, there is none: enabled=False")
        if enabled:
            _warn_of_absence(f"GradScaler for {device!r}")

    def is_enabled(self) -> bool:
        """Whether it scales: never."""
        return False

    def get_scale(self) -> float:
        """The factor of the losses: 1."""
        return 1.0

    def scale(self, outputs: Any) -> Any:
        """`outputs` as they are."""
        return outputs

    def unscale_(self, optimizer: Any) -> None:
        """Leave the gradients as they are."""

    def step(self, optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        """`optimizer.step()`."""
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale: float | Value | None = None) -> None:
        """Leave the factor as it is."""

    def state_dict(self) -> dict[str, Any]:
        """Nothing to remember."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Nothing to take over."""


def _warn_of_absence(what: str) -> None:
    warnings.warn(f"{what} has no effect: all computation is on the CPU", stacklevel=3)
