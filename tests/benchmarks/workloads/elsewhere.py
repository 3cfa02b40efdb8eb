"""The step of a net with ReLU, cross-entropy and SGD in other libraries."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from ..workload import Run
from .by_hand import weights_of


def mygrad_net(sizes: tuple[int, ...], data: list[Any], lr: float) -> Run:
    import mygrad
    from mygrad.nnet.activations import relu
    from mygrad.nnet.losses import softmax_crossentropy

    weights, source = [mygrad.tensor(w) for w in weights_of(sizes)], cycle(data)

    def step() -> Any:
        h, labels = next(source)
        for k in range(0, len(weights) - 2, 2):
            h = relu(mygrad.matmul(h, weights[k].T) + weights[k + 1])
        loss = softmax_crossentropy(mygrad.matmul(h, weights[-2].T) + weights[-1], labels)
        loss.backward()
        for w in weights:
            w.data -= lr * w.grad
        return loss.data

    return Run(step, weights)


def _loss(numpy: Any, weights: list[Any], x: Any, labels: Any) -> Any:
    """The mean cross-entropy, by the NumPy of the library."""
    for k in range(0, len(weights) - 2, 2):
        x = numpy.maximum(x @ weights[k].T + weights[k + 1], 0)
    z = x @ weights[-2].T + weights[-1]
    z = z - numpy.max(z, axis=1, keepdims=True)
    picked = z[numpy.arange(len(labels)), labels]
    return numpy.mean(numpy.log(numpy.sum(numpy.exp(z), axis=1)) - picked)


def hips_net(sizes: tuple[int, ...], data: list[Any], lr: float) -> Run:
    import autograd.numpy
    from autograd.differential_operators import value_and_grad

    derivative = value_and_grad(lambda weights, x, y: _loss(autograd.numpy, weights, x, y))
    weights, source = weights_of(sizes), cycle(data)

    def step() -> Any:
        loss, grads = derivative(weights, *next(source))
        for w, g in zip(weights, grads):
            w -= lr * g
        return loss

    return Run(step, weights)


def jax_net(sizes: tuple[int, ...], data: list[Any], lr: float, *, compiled: bool) -> Run:
    import jax

    def update(weights: list[Any], x: Any, y: Any) -> Any:
        loss, grads = jax.value_and_grad(lambda w: _loss(jax.numpy, w, x, y))(weights)
        return loss, [w - lr * g for w, g in zip(weights, grads)]

    update = jax.jit(update) if compiled else update
    state = [jax.numpy.asarray(w) for w in weights_of(sizes)]
    source = cycle([tuple(map(jax.numpy.asarray, arrays)) for arrays in data])

    def step() -> Any:
        loss, state[:] = jax.block_until_ready(update(state, *next(source)))
        return loss

    return Run(step, state)
