"""Trainings from beginning to end, which the command line runs: `RECIPES`, by their names."""

from . import committee as _committee
from . import nielsen as _nielsen
from . import perceptron as _perceptron
from .data import Data as Data
from .recipe import Options as Options
from .recipe import Outcome as Outcome
from .recipe import Recipe as Recipe
from .tabular import Tabular as Tabular

RECIPES = {module.RECIPE.name: module.RECIPE for module in (_perceptron, _nielsen, _committee)}
