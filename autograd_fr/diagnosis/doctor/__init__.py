"""The training doctor: `with doctor(model, optimizer) as report:` around a training loop."""

from .consultation import doctor as doctor
from .limits import Limits as Limits
from .report import Finding as Finding
from .report import Report as Report
