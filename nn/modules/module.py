"""Module, and the hooks on the calls of all modules."""

from ..hooks import register_module_forward_hook as register_module_forward_hook
from ..hooks import register_module_forward_pre_hook as register_module_forward_pre_hook
from ..hooks import register_module_full_backward_hook as register_module_full_backward_hook
from ..hooks import register_module_full_backward_pre_hook as register_module_full_backward_pre_hook
from ..loading import IncompatibleKeys as IncompatibleKeys
from ..loading import IncompatibleKeys as _IncompatibleKeys  # noqa: F401
from ..module import Module as Module
from ..registration import (
    register_module_buffer_registration_hook as register_module_buffer_registration_hook,
)
from ..registration import (
    register_module_module_registration_hook as register_module_module_registration_hook,
)
from ..registration import (
    register_module_parameter_registration_hook as register_module_parameter_registration_hook,
)
