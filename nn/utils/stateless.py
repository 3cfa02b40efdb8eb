"""A module called with other parameters, under PyTorch's older name."""

from __future__ import annotations

from typing import Any

from ..module import Module


def functional_call(
    module: Module,
    parameters_and_buffers: Any,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """The same as `autograd_fr.func.functional_call`."""
    from ...func import functional_call  # which knows modules, and so comes after them

    return functional_call(
        module, parameters_and_buffers, args, kwargs, tie_weights=tie_weights, strict=strict
    )
