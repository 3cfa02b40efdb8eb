"""The functions behind the transforms, under torchvision's names; numbers may be one per image."""

from .affine import affine as affine
from .affine import rotate as rotate
from .colour import adjust_brightness as adjust_brightness
from .colour import adjust_contrast as adjust_contrast
from .colour import adjust_saturation as adjust_saturation
from .colour import rgb_to_grayscale as rgb_to_grayscale
from .crops import center_crop as center_crop
from .crops import crop as crop
from .erasing import erase as erase
from .flips import horizontal_flip as horizontal_flip
from .flips import vertical_flip as vertical_flip
from .hsv import adjust_hsv as adjust_hsv
from .hsv import adjust_hue as adjust_hue
from .hsv import hsv_to_rgb as hsv_to_rgb
from .hsv import rgb_to_hsv as rgb_to_hsv
from .padding import pad as pad
from .values import normalize as normalize
from .values import to_float as to_float
from .warping import warp as warp
