"""A plain training loop, what it can do besides, and how models are judged."""

from .callbacks import Averaging as Averaging
from .callbacks import Callback as Callback
from .callbacks import Checkpoint as Checkpoint
from .callbacks import CSVLog as CSVLog
from .callbacks import EarlyStopping as EarlyStopping
from .callbacks import LivePlot as LivePlot
from .callbacks import ProgressBar as ProgressBar
from .evaluation import evaluate as evaluate
from .evaluation import predict as predict
from .fit import fit as fit
from .history import History as History
from .run import Run as Run
from .split import stratified_split as stratified_split
