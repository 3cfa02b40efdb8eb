"""Inputs that do not go with the weight of a convolution: channels, axes, lengths."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..failure import Failure, Operand, Row, Shape, Story
from ..modules import described


def story(f: Failure) -> Story | None:
    """Of `convolution` and its transpose, under whatever name."""
    if not f.params or len(f.operands) < 2:
        return None
    x, weight = f.operands[:2]
    given, kernel = x.shape, weight.shape
    if given is None or kernel is None or len(kernel) < 3:
        return None
    if "split" in str(f.error):
        return Story(None, [Row(weight, (0,))], "give a divisor of it for groups")
    n, groups = len(kernel) - 2, f.params["groups"]
    transposed = f.op == "convolution_transposed"
    wanted = kernel[0] if transposed else kernel[1] * groups
    if len(given) in (n + 1, n + 2) and given[-n - 1] == wanted:
        return _lengths(f, x, weight) if "kernel" in str(f.error) else None
    marked = (-n - 1,) if len(given) > n else ()
    rows = [Row(x, marked), Row(weight, (0 if transposed else 1,))]
    ways = [*_rearranged(x, n, wanted), *_other_layer(f, given, n, wanted)]
    return Story(None, rows, ", or ".join(ways[:2]), left=True)


def _rearranged(x: Operand, n: int, wanted: int) -> Iterator[str]:
    """Changes of the input after which it has the channels, and as many axes as it has to."""
    shape = x.shape or ()
    lead = len(shape) - n - 1  # 1 with a batch, 0 without
    if not x.can("reshape"):
        return
    if lead in (0, 1) and shape[-1] == wanted:
        order = (*range(lead), len(shape) - 1, *range(lead, len(shape) - 1))
        yield f"channels come before lengths: `{x.term}.permute{order}`"
    if len(shape) == 2 and n == 2 and wanted:
        side = math.isqrt(shape[1] // wanted)
        if side and wanted * side * side == shape[1]:
            yield f"`{x.term}.reshape{(shape[0], wanted, side, side)}`"
    if lead in (-1, 0) and wanted == 1:
        made = (*shape[: lead + 1], 1, *shape[lead + 1 :])
        yield f"`{x.term}.unsqueeze({lead + 1})`, of shape {made}"


def _other_layer(f: Failure, given: Shape, n: int, wanted: int) -> Iterator[str]:
    layer: Any = f.calls[0][0] if f.calls else None
    if getattr(layer, "in_channels", None) == wanted and len(given) == n + 2 and layer.groups == 1:
        old = described(layer)
        new = old.replace(f"({wanted}, ", f"({given[1]}, ", 1)
        yield f"make the layer {new} in the place of {old}"


def _lengths(f: Failure, x: Operand, weight: Operand) -> Story:
    """Where the kernel reaches beyond the padded input: by how much it would have to be padded."""
    kernel, shape = weight.shape or (), x.shape or ()
    n = len(kernel) - 2
    sizes = zip(shape[-n:], kernel[2:], f.params["dilation"], f.params["padding"])
    missing = [(d * (k - 1) + 1 - m - sum(pads), pads) for m, k, d, pads in sizes]
    marked = [i - n for i, (lack, _) in enumerate(missing) if lack > 0]
    pads = tuple(max(p) + max(-(-lack // 2), 0) for lack, p in missing)
    padding = pads[0] if len(set(pads)) == 1 else pads
    rows = [Row(x, marked), Row(weight, marked)]
    return Story(None, rows, f"padding={padding} is enough, or a longer input, or a smaller kernel")
