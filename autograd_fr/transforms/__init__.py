"""Images made ready and varied: functions of arrays of images, under torchvision's names."""

from . import functional as functional
from .compose import Compose as Compose
from .compose import RandomApply as RandomApply
from .crops import CenterCrop as CenterCrop
from .crops import RandomCrop as RandomCrop
from .distortion import ElasticTransform as ElasticTransform
from .distortion import RandomAffine as RandomAffine
from .distortion import RandomDistortion as RandomDistortion
from .distortion import RandomRotation as RandomRotation
from .erasing import RandomErasing as RandomErasing
from .flips import RandomHorizontalFlip as RandomHorizontalFlip
from .flips import RandomVerticalFlip as RandomVerticalFlip
from .hsv import RandomHSV as RandomHSV
from .jitter import ColorJitter as ColorJitter
from .labels import one_hot as one_hot
from .noise import GaussianNoise as GaussianNoise
from .padding import Pad as Pad
from .shifts import RandomShift as RandomShift
from .transform import RandomTransform as RandomTransform
from .transform import Transform as Transform
from .values import Normalize as Normalize
from .values import ToFloat as ToFloat
from .warping import warp as warp
