"""All workloads, in the order of the table."""

from .workload import Workload
from .workloads import attention, elementwise, images, perceptrons, recurrent, scalars, words

WORKLOADS: list[Workload] = [
    scalars.scalar_expression,
    scalars.tanh_net,
    perceptrons.sigmoid_step,
    perceptrons.relu_step,
    perceptrons.relu_adam_step,
    perceptrons.wide_step,
    perceptrons.deep_step,
    recurrent.cell_by_hand,
    recurrent.lstm,
    words.softmax_of_5000,
    scalars.hessian,
    scalars.functional_hessian,
    perceptrons.adam,
    elementwise.indexing,
    attention.by_hand,
    elementwise.norm_gelu,
    attention.block,
    elementwise.chain,
    images.lenet,
    images.batch_norm,
]
