"""`draw_network`: the circles and links of a fully connected net."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from typing import Any

from ...autograd.value import Value
from ..picture import Picture
from ..views.fold import spaced
from .net import Layer, of_model, of_sizes
from .plan import plan
from .renderers import key, to_dot, to_mermaid, to_tikz

LIMIT = 10  # neurons of a column that are drawn one by one
FEWEST = 3  # the first, a sign that some are left out, and the last

NO_SIZES = (str, bytes, Mapping, Set, Value)  # can be gone through, but not as numbers in an order


def draw_network(
    net: Any,
    *,
    labels: Iterable[str] | None = None,
    bias: bool = False,
    weights: bool = False,
    grads: bool = False,
    limit: int | None = LIMIT,
) -> NetworkDrawing:
    """A fully connected net as circles and links: a circle for each neuron, a column for each
    layer, a line for each weight.

    `net`: the numbers of neurons from input to output, as [3, 4, 4, 2]; or a model whose parameters
    are those of `Linear` layers, one after the other in the order in which it has them, each once.
    Layers of m and n neurons have mn weights between them, and n biases, which are counted as
    parameters of sizes alone, too. `labels`: what stands over the columns in place of input, hidden
    1, ..., output. `bias`: with a small circle for the biases of each layer, a 1 that they are
    multiplied with. `weights`: the lines of a model are as wide as its weights are great, red above
    0, blue and dashed below; `grads`: the same of their gradients. Of columns of more than `limit`
    neurons the first ones and the last one are drawn; None draws all.

    Raises ValueError for what is no such net, and names the layer that cannot be drawn; for
    `weights` or `grads` that there are none of; for labels that are not one for each column; for a
    `limit` below 3. TypeError for what is neither sizes nor a model.

    >>> from autograd_fr import viz
    >>> drawing = viz.draw_network([3, 4, 4, 2])
    >>> drawing
    <Drawing of a net 3-4-4-2: 13 neurons, 36 weights, depth 3, width 4, 46 parameters>
    >>> drawing.nodes, drawing.edges, drawing.depth, drawing.width, drawing.parameters
    (13, 36, 3, 4, 46)
    """
    if weights and grads:
        raise ValueError("the lines show either weights or gradients: give weights or grads")
    if limit is not None and (type(limit) is not int or limit < FEWEST):
        raise ValueError(
            f"`limit` is an integer from {FEWEST} on, or None to draw all neurons, not {limit!r}"
        )
    if hasattr(net, "named_modules") and not isinstance(net, type):
        layers = of_model(net, "weight" if weights else "grad" if grads else "")
    elif weights or grads:
        raise ValueError("sizes alone have no weights to show: give the model")
    elif isinstance(net, Iterable) and not isinstance(net, NO_SIZES):
        layers = of_sizes(net)
    else:
        way = "; viz.draw(...) draws what was computed" if isinstance(net, Value) else ""
        raise TypeError(f"draw_network takes sizes or a model, not {type(net).__name__}{way}")
    return NetworkDrawing(layers, _labels(labels, len(layers) + 1), bias, limit)


def _labels(labels: Iterable[str] | None, columns: int) -> list[str]:
    """What stands over the columns."""
    if labels is None:
        return ["input", *(f"hidden {k}" for k in range(1, columns - 1)), "output"]
    found = [labels] if isinstance(labels, str) else list(labels)
    if len(found) != columns or not all(isinstance(label, str) for label in found):
        raise ValueError(f"`labels` are {columns} texts, one for each column, not {labels!r}")
    return found


class NetworkDrawing(Picture):
    """A picture of a net that shows itself in a notebook; `save` writes it to a file.

    What is drawn is in `sizes`, `nodes`, `edges`, `depth`, `width` and `parameters`, its text in
    `svg`, `dot`, `tikz`, `mermaid` and `html`.
    """

    def __init__(
        self, layers: Sequence[Layer], labels: Sequence[str], bias: bool, limit: int | None
    ) -> None:
        self._plan = plan(layers, labels, bias, limit)
        self.sizes = (layers[0].inputs, *(layer.outputs for layer in layers))
        self.nodes = sum(self.sizes)  # neurons, inputs included, biases not
        self.edges = sum(layer.inputs * layer.outputs for layer in layers)  # weights
        self.depth = len(layers)  # layers of weights
        self.width = max(self.sizes[1:])  # neurons of the widest layer
        self.parameters = sum(layer.parameters for layer in layers)  # weights and biases

    @cached_property
    def dot(self) -> str:
        """The picture in the language of Graphviz, whose `dot` and `neato` both draw it so."""
        return to_dot(self._plan, self._told)

    @cached_property
    def tikz(self) -> str:
        """The picture as a tikzpicture, for documents with amsmath and tikz."""
        return to_tikz(self._plan, self._told)

    @cached_property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart, its columns in frames."""
        return to_mermaid(self._plan)

    @property
    def title(self) -> str:
        """What it is a picture of."""
        return f"A net {'-'.join(map(str, self.sizes))}"

    @property
    def _told(self) -> list[str]:
        """What stands under the picture."""
        width, parameters = spaced(self.width), spaced(self.parameters)
        found = f"depth {self.depth}, width {width}, {parameters} parameters"
        return [text for text in (found, key(self._plan)) if text]

    def __repr__(self) -> str:
        net = "-".join(map(str, self.sizes))
        return (
            f"<Drawing of a net {net}: {spaced(self.nodes)} neurons, {spaced(self.edges)} "
            f"weight{'s' * (self.edges > 1)}, {self._told[0]}>"
        )
