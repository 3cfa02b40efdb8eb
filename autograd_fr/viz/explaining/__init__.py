"""Gradients told in formulas: the chain rule with the names and the numbers of a program."""

from .explanation import Explanation as Explanation
from .explanation import explain as explain
from .paths import grad_paths as grad_paths
from .table import GradPath as GradPath
from .table import GradPaths as GradPaths
