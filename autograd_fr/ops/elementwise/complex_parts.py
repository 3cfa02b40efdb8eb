"""What belongs to complex numbers, for tensors whose entries are all real."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import NUMPY_TWINS
from ...errors import DtypeError

__all__ = ["conj", "imag", "real"]


def real(input: Any) -> Any:
    """The real part of every entry: this very tensor.

    >>> import autograd_fr as ag
    >>> ag.real(ag.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    return input


def conj(input: Any) -> Any:
    """The complex conjugate of every entry: this very tensor.

    >>> import autograd_fr as ag
    >>> ag.conj(ag.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    return input


def imag(input: Any) -> Any:
    """Raises DtypeError: there are no complex tensors here, and PyTorch refuses real ones too.

    >>> import autograd_fr as ag
    >>> try:
    ...     ag.imag(ag.tensor([1.0]))
    ... except TypeError as error:
    ...     print(str(error).splitlines()[0])
    imag: tensors are real here; their imaginary part is zeros_like()
    """
    raise DtypeError("imag: tensors are real here; their imaginary part is zeros_like()")


NUMPY_TWINS |= {np.real: real, np.conj: conj}
