"""A plain training loop."""

from .loop import Epoch as Epoch
from .loop import accuracy as accuracy
from .loop import minibatches as minibatches
from .loop import step as step
from .loop import train as train
from .perceptron import perceptron as perceptron
from .schedule import LinearDecay as LinearDecay
from .split import stratified_split as stratified_split
