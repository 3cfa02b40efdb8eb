"""Pictures of learning, drawn by matplotlib, which comes with the extra `plots`.

Each function draws into the axes it is given, or into a figure of its own, and returns the axes:
one Axes, and `plot_history` a list of them, one for each quantity.
"""

from .activation import plot_activation as plot_activation
from .confusion import plot_confusion as plot_confusion
from .decision_regions import plot_decision_regions as plot_decision_regions
from .filters import plot_filters as plot_filters
from .gradient_flow import plot_gradient_flow as plot_gradient_flow
from .history import plot_history as plot_history
from .loss_surface import plot_loss_surface as plot_loss_surface
from .misclassified import plot_misclassified as plot_misclassified
