"""Functions that make derivatives of functions, and batches of them: PyTorch's `torch.func`."""

from ..messages.suggestions import suggest as _suggest
from .functional_call import functional_call as functional_call
from .gradients import grad as grad
from .gradients import grad_and_value as grad_and_value
from .jacobian_vector import jvp as jvp
from .jacobian_vector import linearize as linearize
from .jacobians import hessian as hessian
from .jacobians import jacfwd as jacfwd
from .jacobians import jacrev as jacrev
from .module_state import replace_all_batch_norm_modules_ as replace_all_batch_norm_modules_
from .module_state import stack_module_state as stack_module_state
from .vector_jacobian import vjp as vjp
from .vmap import vmap as vmap

_suggest(__name__)
