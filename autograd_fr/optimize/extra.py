"""SciPy, which comes with the extra `scipy`."""

from __future__ import annotations

from typing import Any

from ..errors import MissingExtra


def scipy_optimize() -> Any:
    """scipy.optimize, loaded when first used. Raises MissingExtra where it is not installed."""
    try:
        import scipy.optimize
    except ImportError:
        raise MissingExtra("scipy", "scipy") from None
    return scipy.optimize
