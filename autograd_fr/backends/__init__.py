"""Settings of the libraries that PyTorch computes with; they can be set, without effect here."""

from . import cuda as cuda
from . import cudnn as cudnn
from . import mps as mps
