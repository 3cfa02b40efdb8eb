"""What can be done in the course of a training, besides training."""

from .averaging import Averaging as Averaging
from .base import Callback as Callback
from .checkpoint import Checkpoint as Checkpoint
from .csv_log import CSVLog as CSVLog
from .early_stopping import EarlyStopping as EarlyStopping
from .live_plot import LivePlot as LivePlot
from .progress_bar import ProgressBar as ProgressBar
