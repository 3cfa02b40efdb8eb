"""A plain training loop, and what the command line runs with it."""

from .demo import run_demo as run_demo
from .digits import learn_digits as learn_digits
from .loop import Epoch as Epoch
from .loop import accuracy as accuracy
from .loop import minibatches as minibatches
from .loop import step as step
from .loop import train as train
from .mnist import run_mnist as run_mnist
from .perceptron import perceptron as perceptron
from .schedule import LinearDecay as LinearDecay
from .split import stratified_split as stratified_split
