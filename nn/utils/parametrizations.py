"""Parametrizations: weights of a given norm, and orthogonal ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import linalg, ops
from ...creation.grids import eye
from ...creation.random import randn
from ...creation.values import zeros
from ...tensor import Tensor
from ...tensor.inplace import assign
from ..module import Module
from .norms import as_matrix, norm_except, normalized, toward_first
from .parametrize import register_parametrization


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Have a weight computed from its length and its direction: g v / |v|; returns the module.

    Each slice along `dim` has a length of its own; with None there is one. They are
    `parametrizations.weight.original0` (g) and `original1` (v).

    Source: Salimans, Kingma, Weight Normalization, 2016.

    >>> import autograd_fr as ag
    >>> layer = weight_norm(ag.nn.Linear(20, 40))
    >>> layer.parametrizations.weight.original0.shape
    torch.Size([40, 1])
    """
    register_parametrization(module, name, _WeightNorm(dim), unsafe=True)
    module._register_load_state_dict_pre_hook(_OldNames(name))
    return module


class _OldNames:
    """The hook that loads what `nn.utils.weight_norm` saved, too."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, state_dict: Any, prefix: str, *_: Any) -> None:
        old = [f"{prefix}{self.name}_g", f"{prefix}{self.name}_v"]
        if all(key in state_dict for key in old):
            for i, key in enumerate(old):
                new = f"{prefix}parametrizations.{self.name}.original{i}"
                state_dict[new] = state_dict.pop(key)


class _WeightNorm(Module):
    def __init__(self, dim: int | None) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, g: Any, v: Any) -> Any:
        return v * (g / norm_except(v, self.dim))

    def right_inverse(self, weight: Any) -> Any:
        return norm_except(weight, self.dim), weight


def spectral_norm(
    module: Module,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> Module:
    """Have a weight divided by its largest singular value, estimated; returns the module.

    The weight is taken as a matrix with the rows of axis `dim` (1 for transposed convolutions, else
    0); every call in training mode makes `n_power_iterations` steps of the power method.

    Source: Miyato et al., Spectral Normalization for GANs, 2018.

    >>> import autograd_fr as ag
    >>> layer = spectral_norm(ag.nn.Linear(20, 40))
    >>> abs(ag.linalg.matrix_norm(layer.weight, 2) - 1) < 0.5
    tensor(True)
    """
    weight = tensor_of(module, name)
    if dim is None:
        dim = 1 if "ConvTranspose" in type(module).__name__ else 0
    return register_parametrization(
        module, name, _SpectralNorm(weight, n_power_iterations, dim, eps)
    )


class _SpectralNorm(Module):
    def __init__(self, weight: Any, n_power_iterations: int, dim: int, eps: float) -> None:
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(f"dim={dim} is not an axis of a weight with {weight.ndim} axes")
        if n_power_iterations < 1:
            raise ValueError(f"n_power_iterations must be at least 1, got {n_power_iterations}")
        self.dim, self.eps = dim % weight.ndim, eps
        if weight.ndim > 1:
            self.n_power_iterations = n_power_iterations
            matrix = as_matrix(weight, self.dim).detach()
            for buffer, length in zip(("_u", "_v"), matrix.shape):
                start = randn(length).to(matrix.dtype)
                self.register_buffer(buffer, normalized(start, eps))
            self._iterate(matrix, 15)

    def _iterate(self, matrix: Any, times: int) -> None:
        """Bring the two vectors nearer to the first singular ones."""
        u, v = toward_first(matrix, self._u, self._v, times, self.eps)
        assign(self._u, u.array)
        assign(self._v, v.array)

    def forward(self, weight: Any) -> Any:
        if weight.ndim == 1:
            return normalized(weight, self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._iterate(matrix, self.n_power_iterations)
        # Copies: the next call writes into the buffers.
        u, v = self._u.clone(), self._v.clone()
        return weight / (u @ (matrix @ v))

    def right_inverse(self, value: Any) -> Any:
        return value


def tensor_of(module: Module, name: str) -> Any:
    """The parameter or buffer of a module; ValueError where there is none."""
    found = getattr(module, name, None)
    if not isinstance(found, Tensor):
        raise ValueError(f"{type(module).__name__} has no parameter or buffer {name!r}")
    return found


MAPS = ("matrix_exp", "cayley", "householder")


def orthogonal(
    module: Module,
    name: str = "weight",
    orthogonal_map: str | None = None,
    *,
    use_trivialization: bool = True,
) -> Module:
    """Have a weight with orthogonal columns, or rows where it is wide; returns the module.

    `orthogonal_map`: how it is computed from an unconstrained matrix: "matrix_exp", exp(A), or
    "cayley", (I + A/2) (I - A/2)⁻¹, of a skew A; or "householder", a product of reflections. By
    default the first for square weights, else the last. `use_trivialization`: relative to the
    weight it was assigned last, which stays in the buffer `base`.

    Source: Lezcano-Casado, Trivializations for Gradient-Based Optimization on Manifolds, 2019.

    >>> import autograd_fr as ag
    >>> W = orthogonal(ag.nn.Linear(20, 40)).weight
    >>> ag.allclose(W.T @ W, ag.eye(20), atol=1e-5)
    True
    """
    weight = tensor_of(module, name)
    if weight.ndim < 2:
        raise ValueError(f"{name} is to be orthogonal, but has {weight.ndim} axes: a matrix has 2")
    if orthogonal_map is None:
        orthogonal_map = MAPS[0] if weight.shape[-2] == weight.shape[-1] else MAPS[2]
    if orthogonal_map not in MAPS:
        raise ValueError(f"orthogonal_map is one of {', '.join(MAPS)}, not {orthogonal_map!r}")
    made = _Orthogonal(weight.shape, orthogonal_map, use_trivialization)
    return register_parametrization(module, name, made, unsafe=True)


class _Orthogonal(Module):
    base: Any

    def __init__(self, shape: Any, orthogonal_map: str, use_trivialization: bool) -> None:
        super().__init__()
        self.shape, self.orthogonal_map = shape, orthogonal_map
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, X: Any) -> Any:
        wide = X.shape[-2] < X.shape[-1]
        X = X.mT if wide else X
        Q = _reflections(X) if self.orthogonal_map == "householder" else self._of_skew(X)
        if "base" in self._buffers:
            Q = self.base @ Q
        return Q.mT if wide else Q

    def _of_skew(self, X: Any) -> Any:
        """The orthogonal matrix that belongs to the skew one with the lower triangle of X."""
        n, k = X.shape[-2:]
        X = X.tril()
        if n > k:
            X = ops.cat([X, zeros(*X.shape[:-1], n - k, dtype=X.dtype)], -1)
        A = X - X.mT
        if self.orthogonal_map == "matrix_exp":
            Q = linalg.matrix_exp(A)
        else:
            Id = eye(n, dtype=A.dtype)
            Q = linalg.solve(Id - A / 2, Id + A / 2)
        return Q[..., :k]

    def right_inverse(self, Q: Any) -> Any:
        if Q.shape != self.shape:
            raise ValueError(
                f"an orthogonal weight of shape {tuple(self.shape)} cannot become one of shape "
                f"{tuple(Q.shape)}"
            )
        wide = Q.shape[-2] < Q.shape[-1]
        tall = Q.detach().mT if wide else Q.detach()
        if "base" not in self._buffers:
            if self.orthogonal_map != "householder":
                raise NotImplementedError(
                    f"with {self.orthogonal_map} and use_trivialization=False the weight cannot "
                    "be assigned to"
                )
            X = _to_reflections(tall)
            return X.mT if wide else X
        n, k = tall.shape[-2:]
        if n > k:
            rest = randn(*tall.shape[:-1], n - k).to(tall.dtype)
            tall = ops.cat([tall, rest], -1)
        self.base = _nearest(tall) if n > k or not _is_orthogonal(tall) else tall.clone()
        start = zeros(*Q.shape, dtype=Q.dtype)
        np.einsum("...ii->...i", start.array[..., : min(n, k), : min(n, k)])[...] = -1
        return start


def _reflections(X: Any) -> Any:
    """The first columns of the product of the reflections whose vectors stand below the diagonal.

    Of each vector the entry on the diagonal is 1; what X has there are the signs of the columns.
    H₁ ... Hₖ = I - V S⁻¹ Vᵀ, S upper triangular with VᵀV above the diagonal and half of it there.
    Source: Joffrain et al., Accumulating Householder Transformations, Revisited, 2006.
    """
    n, k = X.shape[-2:]
    first = eye(n, k, dtype=X.dtype)
    V = X.tril(-1) + first
    G = V.mT @ V
    S = G.triu(1) + G * (eye(k, dtype=X.dtype) / 2)
    Q = first - V @ linalg.solve(S, V[..., :k, :].mT)
    return Q * X.detach().diagonal(dim1=-2, dim2=-1).trunc().unsqueeze(-2)


def _to_reflections(Q: Any) -> Any:
    """A matrix of which `_reflections` makes the orthogonal Q."""
    h, tau = np.linalg.qr(Q.array, mode="raw")  # reflections that take Q to a triangular matrix
    X: Any = np.swapaxes(h, -1, -2).astype(Q.dtype)
    diagonal = np.einsum("...ii->...i", X[..., : X.shape[-1], :])
    diagonal[...] = np.sign(diagonal) * np.where(tau == 0, -1, 1)
    return Q.new_tensor(X)


def _is_orthogonal(Q: Any) -> bool:
    a = Q.array
    atol = 10 * a.shape[-2] * np.finfo(a.dtype).eps
    return bool(np.allclose(np.swapaxes(a, -1, -2) @ a, np.eye(a.shape[-1]), atol=atol))


def _nearest(A: Any) -> Any:
    """An orthogonal matrix with the directions of A: Q of A = QR, the diagonal of R positive."""
    Q, R = np.linalg.qr(A.array)
    return A.new_tensor(Q * np.sign(np.einsum("...ii->...i", R))[..., None, :])
