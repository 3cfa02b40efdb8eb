"""Looking at a graph: `draw(f)` shows it, `trace(f)` describes it."""

from .drawing import Drawing as Drawing
from .drawing import draw as draw
from .explaining import Explanation as Explanation
from .explaining import GradPath as GradPath
from .explaining import GradPaths as GradPaths
from .explaining import explain as explain
from .explaining import grad_paths as grad_paths
from .graph.model import Absent as Absent
from .graph.model import Graph as Graph
from .graph.model import Kind as Kind
from .graph.model import Operation as Operation
from .graph.model import Scope as Scope
from .graph.model import Variable as Variable
from .graph.summary import Summary as Summary
from .graph.trace import trace as trace
from .pictures.render import RenderError as RenderError
from .player.player import Player as Player
from .player.player import play as play
from .plots import plot_activation as plot_activation
from .plots import plot_confusion as plot_confusion
from .plots import plot_decision_regions as plot_decision_regions
from .plots import plot_filters as plot_filters
from .plots import plot_gradient_flow as plot_gradient_flow
from .plots import plot_history as plot_history
from .plots import plot_loss_surface as plot_loss_surface
from .plots import plot_misclassified as plot_misclassified
