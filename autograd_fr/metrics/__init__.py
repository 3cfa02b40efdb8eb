"""How good predictions are: `metric(predicted, target)`, of tensors, arrays or lists.

Accuracy and the like are computed with NumPy alone; `classification_report` and `roc_auc` by
scikit-learn, which comes with the extra `sklearn`.
"""

from ..messages.suggestions import suggest as _suggest
from .confusion import confusion_matrix as confusion_matrix
from .correctness import accuracy as accuracy
from .correctness import error_rate as error_rate
from .correctness import errors as errors
from .precision_recall import PrecisionRecallF1 as PrecisionRecallF1
from .precision_recall import f1 as f1
from .precision_recall import precision as precision
from .precision_recall import precision_recall_f1 as precision_recall_f1
from .precision_recall import recall as recall
from .ranking import topk as topk
from .registry import named as named
from .regression import mean_absolute_error as mean_absolute_error
from .regression import mean_squared_error as mean_squared_error
from .regression import r2 as r2
from .reports import classification_report as classification_report
from .reports import roc_auc as roc_auc

_suggest(__name__)
