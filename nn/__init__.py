"""Neural networks: modules, layers, losses, initialisation."""

from ..messages.suggestions import suggest as _suggest
from . import functional as functional
from . import init as init
from . import utils as utils
from .activation import ReLU as ReLU
from .activation import Sigmoid as Sigmoid
from .activation import Softmax as Softmax
from .activation import Tanh as Tanh
from .batch_normalization import BatchNorm1d as BatchNorm1d
from .batch_normalization import BatchNorm2d as BatchNorm2d
from .batch_normalization import BatchNorm3d as BatchNorm3d
from .batch_normalization import InstanceNorm1d as InstanceNorm1d
from .batch_normalization import InstanceNorm2d as InstanceNorm2d
from .batch_normalization import InstanceNorm3d as InstanceNorm3d
from .batch_normalization import SyncBatchNorm as SyncBatchNorm
from .containers import Sequential as Sequential
from .dropout import Dropout as Dropout
from .flatten import Flatten as Flatten
from .linear import Linear as Linear
from .losses import BCEWithLogitsLoss as BCEWithLogitsLoss
from .losses import CrossEntropyLoss as CrossEntropyLoss
from .losses import MSELoss as MSELoss
from .losses import NLLLoss as NLLLoss
from .module import Module as Module
from .normalization import CrossMapLRN2d as CrossMapLRN2d
from .normalization import GroupNorm as GroupNorm
from .normalization import LayerNorm as LayerNorm
from .normalization import LocalResponseNorm as LocalResponseNorm
from .normalization import RMSNorm as RMSNorm
from .parameter import Parameter as Parameter

_suggest(__name__)
