"""Activations, layers and losses."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..operation import IMAGES, Operation, Shape, chances, drawn, labels, one, two


def functional(name: str, *more: Any, **options: Any) -> Any:
    return lambda lib, *xs: getattr(lib.nn.functional, name)(*xs, *more, **options)


def affine(shape: Shape) -> list[np.ndarray]:
    """Rows, a matrix and a bias."""
    return [*one(shape), drawn(shape[1], shape[1], seed=1), drawn(shape[1], seed=2)]


def scaled_rows(shape: Shape) -> list[np.ndarray]:
    return [*one(shape), drawn(shape[1], seed=1), drawn(shape[1], seed=2)]


def images(shape: Shape) -> list[np.ndarray]:
    return [drawn(*IMAGES[shape])]


def scaled_images(shape: Shape) -> list[np.ndarray]:
    (x,) = images(shape)
    return [x, drawn(x.shape[1], seed=1), drawn(x.shape[1], seed=2)]


def filtered_images(shape: Shape) -> list[np.ndarray]:
    (x,) = images(shape)
    return [x, drawn(x.shape[1], x.shape[1], 3, 3, seed=1), drawn(x.shape[1], seed=2)]


def heads(shape: Shape) -> list[np.ndarray]:
    """Queries, keys and values: samples, heads, steps and features, with as many entries."""
    whole = {2: (1, 2, 2, 2), 64: (2, 4, 16, 32), 1000: (16, 4, 256, 64)}[shape[0]]
    return [drawn(*whole, seed=k) for k in range(3)]


def classified(shape: Shape) -> list[np.ndarray]:
    return [*one(shape), labels(*shape)]


def looked_up(shape: Shape) -> list[np.ndarray]:
    return [labels(shape[0], shape[0]), *one(shape)]


def relu(a: np.ndarray) -> np.ndarray:
    return np.maximum(a, 0)


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-a))


def normalized(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    d = x - x.mean(-1, keepdims=True)
    return d / np.sqrt((d * d).mean(-1, keepdims=True) + 1e-5) * w + b


def batch_norm(lib: Any, x: Any, w: Any, b: Any) -> Any:
    return lib.nn.functional.batch_norm(x, None, None, w, b, training=True)


LAYERS = [
    Operation("relu", functional("relu"), relu),
    Operation("leaky_relu", functional("leaky_relu"), lambda a: np.where(a > 0, a, 0.01 * a)),
    Operation("sigmoid", functional("sigmoid"), sigmoid),
    Operation("silu", functional("silu"), lambda a: a * sigmoid(a)),
    Operation("gelu", functional("gelu")),
    Operation("softplus", functional("softplus"), lambda a: np.logaddexp(a, 0)),
    Operation("linear", functional("linear"), lambda x, w, b: x @ w.T + b, affine),
    Operation("layer_norm", lambda lib, x, w, b: lib.nn.functional.layer_norm(x, w.shape, w, b),
              normalized, scaled_rows),
    Operation("batch_norm", batch_norm, None, scaled_images),
    Operation("group_norm", lambda lib, x, w, b: lib.nn.functional.group_norm(x, 2, w, b),
              None, scaled_images),
    Operation("conv2d 3x3", functional("conv2d", padding=1), None, filtered_images),
    Operation("max_pool2d", functional("max_pool2d", 2), None, images),
    Operation("avg_pool2d", functional("avg_pool2d", 2), None, images),
    Operation("attention", functional("scaled_dot_product_attention"), None, heads),
    Operation("embedding", functional("embedding"), lambda i, w: w[i], looked_up),
    Operation("cross_entropy", functional("cross_entropy"), None, classified),
    Operation("mse_loss", functional("mse_loss"), lambda a, b: ((a - b) ** 2).mean(), two),
    Operation("bce_with_logits", functional("binary_cross_entropy_with_logits"), None, chances),
]  # fmt: skip
