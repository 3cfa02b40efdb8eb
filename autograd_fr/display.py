"""How tensors show themselves in notebooks: as text, and where it helps with their graph.

It stands on both tensors and drawings, which know nothing of it but its name.
"""

from __future__ import annotations

from math import prod
from typing import Any

from .autograd.node import Node
from .autograd.value import Value
from .batching.known import levels_of
from .tensor.printing import OPTIONS

MOST = 30  # operations, and twice as many arguments
LINES = 20  # of text, which cannot be copied out of a picture
LARGEST = 4_000_000  # entries of all arrays together, which a picture has to look at


def picture(t: Value) -> str | None:
    """An SVG of the text of a tensor and the graph that it was computed in, if that is small.

    None for a leaf, inside vmap, where there is more to show, or to read, than a glance takes in,
    or nothing to draw it with, and after `set_printoptions(graph=False)`: then a notebook shows the
    text alone.
    """
    try:
        if not OPTIONS.graph or t.node is None or levels_of(t) or not _is_small(t.node):
            return None
        from .viz.drawing import draw  # only when one is shown

        text = repr(t)
        return draw(t).svg_under(text) if text.count("\n") < LINES else None
    except Exception:  # whatever it is, the text can be shown
        return None


def _is_small(root: Node) -> bool:
    """Whether few operations lead to `root`, with few arguments and entries; looks at no more."""
    nodes, seen = [root], {root}
    arguments = entries = 0
    for node in nodes:  # grows while it is walked
        arguments += len(node.args)
        if len(nodes) > MOST or arguments > 2 * MOST:
            return False
        entries += sum(map(_size, (*node.args, node.y)))
        if entries > LARGEST:
            return False
        for parent in node.parents:
            if isinstance(parent, Node) and parent not in seen:
                seen.add(parent)
                nodes.append(parent)
    return True


def _size(array: Any) -> int:
    """How many entries an argument or a result has that a picture would look at."""
    return prod(getattr(array, "shape", ()))
