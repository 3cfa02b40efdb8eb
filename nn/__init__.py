"""Neural networks: modules, layers, losses, initialisation."""

from ..messages.suggestions import suggest as _suggest
from . import functional as functional
from . import init as init
from . import utils as utils
from .activation import ReLU as ReLU
from .activation import Sigmoid as Sigmoid
from .activation import Softmax as Softmax
from .activation import Tanh as Tanh
from .attention import MultiheadAttention as MultiheadAttention
from .containers import Sequential as Sequential
from .dropout import Dropout as Dropout
from .flatten import Flatten as Flatten
from .linear import Linear as Linear
from .losses import BCEWithLogitsLoss as BCEWithLogitsLoss
from .losses import CrossEntropyLoss as CrossEntropyLoss
from .losses import MSELoss as MSELoss
from .losses import NLLLoss as NLLLoss
from .module import Module as Module
from .parameter import Parameter as Parameter

_suggest(__name__)
