"""Every typical mistake of the catalogue, by what an answer that makes it has to be told."""

TYPICAL = "typical mistake"
FACTOR, TRANSPOSED = "constant factor", "transposed"
MISSING_SUM = "missing sum over a broadcast axis"
NOT_LINEAR = "not linear in the incoming gradient"
UNMASKED = "gradient where nothing depends on it"
DETACHED = "detached"
CONVENTION = "convention at a kink"
NOT_FINITE = "not finite"
ORDER, LISTED = "order of the backward pass", "not what was asked"
ACCUMULATED = "not accumulated"

# In the order of the exercise's own `mistakes`.
VERDICTS = {
    "add.backward": (MISSING_SUM, FACTOR),
    "mul.backward": (TYPICAL, MISSING_SUM, FACTOR),
    "matmul.backward": (TRANSPOSED, NOT_LINEAR),
    "relu.backward": (UNMASKED, NOT_LINEAR, CONVENTION, NOT_LINEAR),
    "sigmoid.backward": (TYPICAL, TYPICAL, FACTOR, TYPICAL, TYPICAL),
    "max.backward": (UNMASKED, CONVENTION),
    "softmax.backward": (DETACHED, FACTOR, TYPICAL, TYPICAL),
    "mse.backward": (FACTOR, FACTOR, FACTOR, FACTOR, NOT_LINEAR),
    "cross_entropy.backward": (FACTOR, FACTOR, TYPICAL, NOT_FINITE),
    "bce_with_logits.backward": (FACTOR, FACTOR, TYPICAL, TYPICAL),
    "hinge.backward": (TYPICAL, FACTOR, DETACHED, FACTOR),
    "linear.backward": (TRANSPOSED, MISSING_SUM, FACTOR, TRANSPOSED),
    "conv2d.backward": (DETACHED, TYPICAL, TYPICAL, FACTOR),
    "batch_norm.backward": (TYPICAL, TYPICAL, TYPICAL, FACTOR),
    "softmax.forward": (NOT_FINITE, TYPICAL, TYPICAL),
    "rnn_cell.forward": (TYPICAL,) * 4,
    "batch_norm.forward": (TYPICAL, TYPICAL, TYPICAL, FACTOR),
    "dropout.forward": (FACTOR, FACTOR, FACTOR, FACTOR, TYPICAL),
    "sgd.step": (TYPICAL,) * 4,
    "rmsprop.step": (TYPICAL,) * 4,
    "adam.step": (TYPICAL,) * 5,
    "halving.step": (TYPICAL,) * 3,
    "engine.order": (ORDER, ORDER, LISTED),
    "engine.backward": (ACCUMULATED, ACCUMULATED, ORDER),
    "loops.forward": (TYPICAL,) * 3,
    "loops.backward": (TYPICAL,) * 3,
}
