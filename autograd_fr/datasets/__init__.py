"""Data to train on: small sets that come with the package, large ones from local files."""

from .bundled import Digits as Digits
from .bundled import digits as digits
from .idx import read_idx as read_idx
from .local import MNIST as MNIST
from .local import mnist as mnist
