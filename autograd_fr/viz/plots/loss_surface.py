"""`plot_loss_surface`: the loss over a plane through the space of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ...progress import progress
from .canvas import VERMILION, above, axes, number, plain, pyplot, whole
from .plane import Plane

LEVELS = 25
TRAILS = (("white", "-"), (VERMILION, "--"), ("#56b4e9", "-."), ("black", ":"))
Range = tuple[float, float]
Moments = Iterable[Any]


def plot_loss_surface(
    loss: Callable[[], Any],
    parameters: Any,
    *,
    directions: Sequence[Sequence[Any]] | None = None,
    span: float | None = None,
    ranges: tuple[Range, Range] | None = None,
    steps: int | tuple[int, int] = 31,
    path: Moments | Mapping[str, Moments] = (),
    kind: Literal["contour", "surface"] = "contour",
    log: bool = False,
    seed: int = 0,
    ax: Any = None,
) -> Any:
    r"""The loss at w + a d + b e, where w are the parameters as they are now.

    `loss()` computes it, without `backward()`, of `parameters`: a module, or tensors. Where they
    are two numbers in all, these are the axes. Else the `directions` d and e are sequences of
    arrays shaped as the parameters; by default random, every row (filter) of them as long as that
    of the parameter, or, where a path is given, its principal components; where it is straight,
    its own direction, and a random one at right angles.

    `path`: the parameters at several moments, copied, or copies of `state_dict`, drawn as they
    project onto the plane; or several paths by name. `ranges`: from where to where along each axis;
    by default `span` to both sides of where the parameters are (1 where there is no path), and as
    far as paths go. `steps`: points along each axis. `log`: logarithmic levels.

    Random numbers are the same at every point, and the parameters, their gradients, and the buffers
    and modes of their modules are as before afterwards. Returns the axes.

    Raises TypeError, ValueError where shapes or arguments do not fit; MissingExtra without
    matplotlib.
    Source: Li et al., Visualizing the Loss Landscape of Neural Nets, 2018, section 4.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> x, y = (ag.tensor(0.0, requires_grad=True) for _ in range(2))
    >>> ax = viz.plot_loss_surface(lambda: x**2 - y**2, [x, y])  # a saddle
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('x', 'y')
    """
    _check(kind, ax)
    span = span if span is None else number("span", span, above=0)
    paths = _paths(path)
    plane = Plane(parameters, directions, [m for moments in paths.values() for m in moments], seed)
    _check_copies(plane, paths)
    trails = {name: np.array([*map(plane.place, moments)]) for name, moments in paths.items()}
    across, up = _grid(ranges or _ranges(plane, [*trails.values()], span), steps)
    values = _values(plane, loss, across, up, log)
    if kind == "contour":
        ax = axes(ax, (6.4, 5.0))
        _draw_contours(ax, across, up, values, log)
        _draw_now(ax, *plane.here)
    else:
        ax = axes(ax, (6.2, 5.2), projection="3d")
        _draw_surface(ax, across, up, values, log)
        for name, trail in trails.items():
            heights = np.array([plane.loss(loss, *point) for point in trail])
            trails[name] = np.c_[trail, np.log10(heights) if log else heights]
    _draw_trails(ax, trails)
    ax.set(xlabel=plain(plane.labels[0]), ylabel=plain(plane.labels[1]))
    ax.locator_params(nbins=6)
    if ax.get_legend_handles_labels()[1]:
        above(ax)
    return ax


def _check(kind: str, ax: Any) -> None:
    """Raise ValueError for a kind that there is not, or axes that do not fit it."""
    pyplot()
    if kind not in ("contour", "surface"):
        raise ValueError(f'kind is "contour" or "surface", not {kind!r}')
    if ax is not None and (axes(ax).name == "3d") != (kind == "surface"):
        raise ValueError(
            'kind="surface" is drawn into axes made with subplot_kw={"projection": "3d"}, '
            'kind="contour" into plain ones'
        )


def _paths(path: Any) -> dict[str, list[Any]]:
    """The moments of each path that has some, by its name."""
    paths = path if isinstance(path, Mapping) else {"path": path}
    for moments in paths.values():
        if not isinstance(moments, Iterable):
            raise TypeError("a path is a list of moments, each of which has one array for each "
                            f"parameter; {moments!r} is none")  # fmt: skip
    moments = {str(name): list(moments) for name, moments in paths.items()}
    return {name: listed for name, listed in moments.items() if listed}


def _check_copies(plane: Plane, paths: Mapping[str, list[Any]]) -> None:
    """Raise ValueError where several moments of a path are one and the same, that of now."""
    for name, moments in paths.items():
        if sum(map(plane.is_here, moments)) > 1:
            raise ValueError(
                f"{name!r} holds the parameters themselves several times, as they are now: keep "
                "copies, [p.detach().clone() for p in parameters], or deepcopy(net.state_dict())"
            )


def _ranges(plane: Plane, trails: list[Any], span: float | None) -> Any:
    """From where to where along each axis: around `here`, and so that all paths have room."""
    points = np.concatenate([plane.here[None], *trails])
    points = points[np.isfinite(points).all(1)]
    low, high = points.min(0), points.max(0)
    moved = np.where(high - low > plane.still, high - low, 0.0)
    room = np.where(moved, 0.08 * moved, 0.58 * moved.max() or 1.0)  # as wide as the other one
    low, high = low - room, high + room
    if span is not None:
        low, high = np.minimum(low, plane.here - span), np.maximum(high, plane.here + span)
    return np.stack([low, high], 1)


def _grid(ranges: Any, steps: int | tuple[int, int]) -> list[Any]:
    """The points along both axes."""
    along = steps if isinstance(steps, tuple | list) else (steps, steps)
    counts = [whole("steps", count, 2) for count in along]
    ends = np.array(ranges, float)
    if len(counts) != 2:
        raise ValueError(f"steps are one number, or one for each of the two axes, not {steps}")
    if ends.shape != (2, 2) or not np.isfinite(ends).all() or not (ends[:, 0] < ends[:, 1]).all():
        raise ValueError(f"ranges are ((low, high), (low, high)), each rising, not {ranges}")
    return [np.linspace(low, high, count) for (low, high), count in zip(ends, counts)]


def _values(plane: Plane, loss: Callable[[], Any], across: Any, up: Any, log: bool) -> Any:
    """The loss on the grid, (up, across); nan where it is not finite."""
    points = [(a, b) for b in up for a in across]
    found = [plane.loss(loss, a, b) for a, b in progress(points, "loss surface")]
    values = np.array(found).reshape(len(up), len(across))
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise ValueError("the loss is finite nowhere on this plane: try a smaller span")
    if log and finite.min() <= 0:
        raise ValueError(f"log=True is for losses above 0; the least one here is {finite.min():g}")
    return np.where(np.isfinite(values), values, np.nan)


def _draw_contours(ax: Any, across: Any, up: Any, values: Any, log: bool) -> None:
    low, high = np.nanmin(values), np.nanmax(values)
    if low == high:
        low, high = (low / 2, high * 2) if log else (low - 0.5, high + 0.5)
    levels = np.geomspace(low, high, LEVELS) if log else np.linspace(low, high, LEVELS)
    levels[[0, -1]] = low, high
    values = np.ma.masked_invalid(values)
    filled = ax.contourf(across, up, values, levels, cmap="viridis", norm="log" if log else None)
    ax.contour(across, up, values, levels[1:-1], colors="white", linewidths=0.4)
    ax.figure.colorbar(filled, ax=ax, label="loss", format="%.3g", ticks=levels[::4])


def _draw_surface(ax: Any, across: Any, up: Any, values: Any, log: bool) -> None:
    ax.computed_zorder = False  # else the paths, which lie on the surface, sink into it
    heights = np.log10(values) if log else values
    ax.plot_surface(
        *np.meshgrid(across, up), heights, cmap="viridis", edgecolor="white", linewidth=0.2,
        rcount=60, ccount=60, zorder=1,
    )  # fmt: skip
    ax.set_zlabel("log10 of the loss" if log else "loss", labelpad=8)
    ax.xaxis.labelpad = ax.yaxis.labelpad = 10
    ax.set_box_aspect(None, zoom=0.9)  # its labels are not counted by layouts


def _draw_now(ax: Any, a: float, b: float) -> None:
    ax.plot(a, b, "X", color="white", markeredgecolor="black", markersize=10, label="now", zorder=5)


def _draw_trails(ax: Any, trails: Mapping[str, Any]) -> None:
    """The paths, each in its own colour and dashes, edged in black, from a ring to their end."""
    from matplotlib.patheffects import withStroke

    for k, (name, trail) in enumerate(trails.items()):
        colour, dashes = TRAILS[k % len(TRAILS)]
        ax.plot(
            *trail.T, dashes, color=colour, linewidth=1.8, label=plain(name), zorder=4,
            marker="o" if len(trail) <= 60 else None, markersize=3.5,
            path_effects=[withStroke(linewidth=3.2, foreground="black")],
        )  # fmt: skip
        ax.plot(*trail[:1].T, "o", color="none", markeredgecolor=colour, markersize=9, zorder=4)
