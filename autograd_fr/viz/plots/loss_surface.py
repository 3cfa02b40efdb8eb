"""`plot_loss_surface`: the loss over a plane through the space of parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.value import Value
from ...creation.values import from_numpy
from ..progress import progress
from .canvas import as_array, axes

Arrays = list[Any]


def plot_loss_surface(
    loss: Callable[[], Any],
    parameters: Any,
    *,
    directions: Sequence[Sequence[Any]] | None = None,
    span: float = 1.0,
    steps: int = 31,
    path: Iterable[Sequence[Any]] = (),
    kind: Literal["contour", "surface"] = "contour",
    seed: int = 0,
    ax: Any = None,
) -> Any:
    r"""The loss at w + a d1 + b d2, for a and b from -`span` to `span`, around where it is now.

    `loss()` computes it, of `parameters`: a module, or tensors, which are moved and put back.
    Where they are two numbers in all, these are the axes. Else the `directions`, each a sequence of
    arrays shaped as the parameters, are by default random, every row (filter) of them as long as
    that of the parameter. `path`: parameters at several moments, drawn as they project onto the
    plane. `steps`: points along each axis. Returns the axes.

    Raises ValueError where shapes do not fit; MissingExtra without matplotlib.
    Source: Li et al., Visualizing the Loss Landscape of Neural Nets, 2018, section 4.

    >>> from autograd_fr import viz
    >>> _ = viz.plot_loss_surface(lambda: criterion(net(x), y), net)  # doctest: +SKIP
    """
    tensors = _tensors(parameters)
    plane = _Plane(tensors, directions, seed)
    shifts = np.linspace(-span, span, steps)
    values = plane.losses(loss, shifts)
    trace = np.array([plane.place(moment) for moment in path]).reshape(-1, 2)
    ax = axes(ax, (5.6, 4.6), **({"projection": "3d"} if kind == "surface" else {}))
    across, up = (shifts + origin for origin in plane.origin)
    if kind == "surface":
        ax.plot_surface(*np.meshgrid(across, up), values, cmap="viridis", alpha=0.9)
        ax.set_zlabel("loss")
    elif kind == "contour":
        _draw_contours(ax, across, up, values, trace + plane.origin)
    else:
        raise ValueError(f'kind is "contour" or "surface", not {kind!r}')
    ax.set(xlabel=plane.labels[0], ylabel=plane.labels[1])
    return ax


def _draw_contours(ax: Any, across: Any, up: Any, values: Any, trace: Any) -> None:
    filled = ax.contourf(across, up, values, levels=24, cmap="viridis")
    ax.contour(across, up, values, levels=24, colors="white", linewidths=0.3)
    ax.figure.colorbar(filled, ax=ax, label="loss")
    here = (across[len(across) // 2], up[len(up) // 2])
    ax.plot(*here, "x", color="white", markersize=9, label="now")
    if len(trace):
        ax.plot(*trace.T, ".-", color="#ff922b", linewidth=1.2, label="path")
        ax.legend()


class _Plane:
    """A plane through the values that parameters have now."""

    def __init__(self, tensors: list[Any], directions: Any, seed: int) -> None:
        self.tensors = tensors
        self.center = [t.detach().numpy().copy() for t in tensors]
        self.origin, self.labels = np.zeros(2), ["direction 1", "direction 2"]
        if directions is not None:
            self.directions = [self._shaped("a direction", d) for d in directions]
            if len(self.directions) != 2:
                raise ValueError(f"a plane has two directions, not {len(self.directions)}")
        elif sum(c.size for c in self.center) == 2:
            self.origin = np.concatenate([c.ravel() for c in self.center])
            self.directions = [self._split(row) for row in np.eye(2)]
            self.labels = ["first parameter", "second parameter"]
        else:
            rng = np.random.default_rng(seed)
            self.directions = [[_as_long(c, rng) for c in self.center] for _ in range(2)]

    def losses(self, loss: Callable[[], Any], shifts: Any) -> Any:
        """The loss at each point of a grid; the parameters are put back whatever happens."""
        values = np.empty((len(shifts), len(shifts)))
        try:
            with no_grad():
                for k in progress(range(values.size), "loss surface"):
                    i, j = divmod(k, len(shifts))
                    self._move(shifts[j], shifts[i])
                    values[i, j] = float(loss())
        finally:
            self._move(0.0, 0.0)
        return values

    def place(self, moment: Sequence[Any]) -> Any:
        """Where parameters of another moment lie on the plane, by least squares."""
        given = self._shaped("a moment of the path", moment)
        gone = np.concatenate([np.ravel(m - c) for m, c in zip(given, self.center)])
        basis = np.stack([np.concatenate([np.ravel(d) for d in ds]) for ds in self.directions], 1)
        return np.linalg.lstsq(basis, gone, rcond=None)[0]

    def _move(self, a: float, b: float) -> None:
        with no_grad():
            for t, c, d, e in zip(self.tensors, self.center, *self.directions):
                t.copy_(from_numpy(c + a * d + b * e))

    def _split(self, flat: Any) -> Arrays:
        ends = np.cumsum([c.size for c in self.center])[:-1]
        return [p.reshape(c.shape) for p, c in zip(np.split(flat, ends), self.center)]

    def _shaped(self, what: str, arrays: Sequence[Any]) -> Arrays:
        found = [as_array(what, a) for a in arrays]
        if [a.shape for a in found] != [c.shape for c in self.center]:
            raise ValueError(
                f"{what} has shapes {[a.shape for a in found]}, "
                f"the parameters have {[c.shape for c in self.center]}"
            )
        return found


def _as_long(center: Any, rng: np.random.Generator) -> Any:
    """A random direction, each row of which has the length of that row of the parameter."""
    d = rng.standard_normal(center.shape)
    if center.ndim < 2:
        return d * (np.linalg.norm(center) / max(np.linalg.norm(d), 1e-12))
    axes = tuple(range(1, center.ndim))
    own, drawn = (np.sqrt((x**2).sum(axes, keepdims=True)) for x in (center, d))
    return d * (own / np.maximum(drawn, 1e-12))


def _tensors(parameters: Any) -> list[Any]:
    if hasattr(parameters, "parameters"):
        parameters = parameters.parameters()
    tensors = [parameters] if isinstance(parameters, Value) else list(parameters)
    if not tensors or not all(isinstance(t, Value) for t in tensors):
        raise TypeError("give a module, or tensors, whose loss is to be seen")
    return tensors
