"""Looking at a graph: `draw(f)` shows it, `trace(f)` describes it."""

from .drawing import Drawing as Drawing
from .drawing import draw as draw
from .graph import Absent as Absent
from .graph import Graph as Graph
from .graph import Kind as Kind
from .graph import Operation as Operation
from .graph import Variable as Variable
from .graph import trace as trace
from .render import RenderError as RenderError
from .summary import Summary as Summary
