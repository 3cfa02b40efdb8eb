"""How many threads multiply matrices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Multiply matrices on one thread inside the block, where threadpoolctl is installed.

    For small matrices one is as fast as several. And several wait for each other by spinning, which
    takes many times as long as soon as another program wants the same cores.

    >>> with one_blas_thread():
    ...     print("steady")
    steady
    """
    try:
        from threadpoolctl import threadpool_limits  # only here
    except ImportError:
        yield
        return
    with threadpool_limits(1, user_api="blas"):
        yield
