"""`play`: the forward and the backward pass of a computation, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ...random import fork_rng
from ..drawing import Drawing
from ..explaining.telling import Telling
from ..files import path_of, write
from ..graph.recording import Recording, recording_of
from ..graph.trace import trace
from ..pictures.slide import Direction
from . import naive, page, scenes
from .scenes import Scene
from .stage import Stage, staged

Order = Literal["topological", "naive"]
LARGEST = 80  # operations
SUFFIXES = (".html", ".gif")


def play(
    root: Any,
    *,
    names: Mapping[str, Any] | None = None,
    order: Order = "topological",
    direction: Direction = "LR",
) -> Player:
    """Backpropagation from `root`, played: every operation forward, then every one backward.

    Each backward step shows, in formulas with numbers, the gradient that arrives at an operation,
    the local derivatives, their products, ∂f/∂u = ∂f/∂t · ∂t/∂u, and what accumulates in the
    inputs. A root that is no single number begins with ones. Nothing is changed: no `.grad` is
    written, before or after `backward()`, and no hook is called: where there are some, a step says
    so. The backward of a user's own `Function` is called.

    `names` and `direction` are those of `draw`. `order="naive"` plays the pass that lacks a
    topological order: each variable passes its gradient on as soon as something has arrived, and
    again, all of it, when more arrives; at the end it says which gradients that made wrong.

    Raises TypeError where `root` is not a tensor; ValueError where nothing has computed it, where
    there are more than 80 operations, or, in the naive order, more than 300 steps; ReleasedError
    where `backward()` has let go of a large array that is needed, OverwrittenError where one was
    written into since: in a training loop play before `optimizer.step()`.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    >>> f = (u + v) * w
    >>> for frame in viz.play(f).frames:
    ...     print(frame)
    {}
    {'f': 1.0}
    {'f': 1.0, 't1': 4.0, 'w': 5.0}
    {'f': 1.0, 't1': 4.0, 'w': 5.0, 'u': 4.0, 'v': 4.0}
    >>> a = ag.tensor(3.0, requires_grad=True)
    >>> b = a + a
    >>> c = b + b
    >>> [viz.play(c, order=order).frames[-1]["a"] for order in ("topological", "naive")]
    [4.0, 6.0]
    """
    if direction not in ("LR", "TB"):
        raise ValueError(f'direction is "LR" or "TB", not {direction!r}')
    if order not in ("topological", "naive"):
        raise ValueError(f'order is "topological" or "naive", not {order!r}')
    recording = recording_of(root)
    _check_playable(recording)
    graph = trace(root, names=names)
    with fork_rng(), np.errstate(all="ignore"):  # for what users' own rules may do
        return Player(Telling(recording, graph), order, direction)


def _check_playable(recording: Recording) -> None:
    count = len(recording.steps)
    if not count:
        raise ValueError("there is nothing to play: no recorded operation has made this tensor")
    if count > LARGEST:
        raise ValueError(
            f"{count} operations are too many to watch one by one, up to {LARGEST} can be played: "
            "play a smaller part or a smaller net, or look at the whole with viz.draw"
        )


class Player:
    """A pass that is played in a notebook or a page.

    `steps`: what is shown of each, in its `phase` ("start", "forward", "backward", "end"), with
    its `lines` and the `gradients` that are stored then. `frames`: these gradients by name, and
    `drawings` as pictures. `graph` describes the computation, with the gradients that this pass
    ends with. `order` and `direction` are as they were given to `play`, `html` and `svg` what is
    shown in a page.
    """

    def __init__(self, told: Telling, order: Order, direction: Direction) -> None:
        recording, graph = told.recording, told.graph
        moves = told.moves if order == "topological" else naive.moves(recording)
        steps = [*scenes.forward(told), *scenes.backward(told, moves)]
        final = steps[-1].gradients
        if order == "naive":
            wrong, lines = naive.verdict(recording, graph, moves, told.moves)
            steps.append(Scene("end", gradients=final, lines=lines, wrong=wrong))
        self.order, self.direction = order, direction
        self.steps = tuple(steps)
        self.graph = scenes.with_gradients(graph, final)

    @cached_property
    def frames(self) -> list[dict[str, Any]]:
        """The gradients that are stored before the backward pass and after each of its steps: by
        the name of the variable, a number or nested lists of numbers.

        The second variable of the same name has its number behind it, as `x#4`.
        """
        keys = scenes.keys(self.graph)
        return [{keys[k]: scenes.plain(g) for k, g in now.items()} for now in self._stored]

    @cached_property
    def drawings(self) -> list[Drawing]:
        """The same as pictures, as `draw` shows them: boxes that fill step by step.

        >>> import autograd_fr as ag
        >>> from autograd_fr import viz
        >>> x = ag.tensor(3.0, requires_grad=True)
        >>> y = x * x
        >>> ["∂y/∂x = 6" in drawing.svg for drawing in viz.play(y).drawings]
        [False, False, True]
        """
        graphs = (scenes.with_gradients(self.graph, now) for now in self._stored)
        return [Drawing(graph, self.direction) for graph in graphs]

    @property
    def _stored(self) -> list[dict[int, Any]]:
        """The gradients, by variable, before the backward pass and after each of its steps."""
        return [{}, *(step.gradients for step in self.steps if step.phase == "backward")]

    @cached_property
    def html(self) -> str:
        """A block of HTML that plays the steps, in any page: no server, no network."""
        return page.block(self.graph, self.steps, self.stage)

    @cached_property
    def svg(self) -> str:
        """The picture as it is in the end, as one `<svg>` element."""
        return page.still(self.graph, self.stage, self.steps[-1])

    @cached_property
    def stage(self) -> Stage:
        """The picture that is played on."""
        return staged(self.graph, self.steps, self.direction)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write a page (.html) or a film (.gif), its folders included, and return its path.

        Raises ValueError for any other suffix; ImportError for a film where Pillow is missing.
        """
        path = path_of(path)
        suffix = path.suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(f"cannot save {path.name!r}: give it one of {', '.join(SUFFIXES)}")
        if suffix == ".html":
            content = page.page(self.graph, self.html).encode()
        else:
            from .gif import film

            content = film(self.graph, self.steps, self.stage)
        return write(path, content)

    def _repr_html_(self) -> str:
        return self.html

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "image/svg+xml": self.svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        name = self.graph.variables[self.graph.output].name
        return f"<Player of {name}: {len(self.steps)} steps, {self.order} order>"
