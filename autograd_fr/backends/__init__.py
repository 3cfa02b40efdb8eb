"""Settings of what computes: those of PyTorch's libraries have no effect here, `fast` has."""

from . import cuda as cuda
from . import cudnn as cudnn
from . import fast as fast
from . import mps as mps
