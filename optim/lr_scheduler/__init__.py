"""Schedules of learning rates, of PyTorch's names."""

from ...messages.suggestions import suggest as _suggest
from .base import LRScheduler as LRScheduler
from .base import LRScheduler as _LRScheduler  # its name before PyTorch 2
from .composed import ChainedScheduler as ChainedScheduler
from .composed import SequentialLR as SequentialLR
from .cosine import CosineAnnealingLR as CosineAnnealingLR
from .cosine import CosineAnnealingWarmRestarts as CosineAnnealingWarmRestarts
from .cyclic import CyclicLR as CyclicLR
from .of_functions import LambdaLR as LambdaLR
from .of_functions import MultiplicativeLR as MultiplicativeLR
from .one_cycle import OneCycleLR as OneCycleLR
from .plateau import ReduceLROnPlateau as ReduceLROnPlateau
from .slopes import ExponentialLR as ExponentialLR
from .slopes import LinearLR as LinearLR
from .slopes import PolynomialLR as PolynomialLR
from .stairs import ConstantLR as ConstantLR
from .stairs import MultiStepLR as MultiStepLR
from .stairs import StepLR as StepLR

_suggest(__name__)
