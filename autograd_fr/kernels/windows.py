"""Windows that a kernel sees of an image: how many there are, and where they lie."""

from __future__ import annotations

from typing import Any

Lengths = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]


def windows(
    lengths: Lengths, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths
) -> Lengths:
    """How many windows there are along each axis."""
    return tuple(
        (n + sum(pads) - d * (k - 1) - 1) // s + 1
        for n, k, s, pads, d in zip(lengths, kernel, stride, padding, dilation)
    )


def cells(n: int, window: tuple[int, ...]) -> list[slice]:
    """The entries of each window, of an axis of n entries."""
    if len(window) == 1:
        (count,) = window
        return [slice(i * n // count, -(-(i + 1) * n // count)) for i in range(count)]
    count, size, stride, padding, dilation = window
    starts = [i * stride - padding for i in range(count)]
    ends = [min(start + (size - 1) * dilation + 1, n) for start in starts]
    return [
        slice(start if start > 0 else start % dilation, max(end, 0), dilation)
        for start, end in zip(starts, ends)
    ]


class Windows:
    """For each axis the length, and kernel, stride, padding, dilation and number of the windows."""

    __slots__ = ("counts", "dilation", "kernel", "lengths", "padding", "stride")

    def __init__(
        self, lengths: Any, kernel: Any, stride: Lengths, padding: Pads, dilation: Lengths
    ) -> None:
        self.lengths, self.kernel, self.stride = tuple(lengths), tuple(kernel), stride
        self.padding, self.dilation = padding, dilation
        self.counts = windows(self.lengths, self.kernel, stride, padding, dilation)
