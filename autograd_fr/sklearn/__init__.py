"""Nets as estimators of scikit-learn: `fit`, `predict`, `score`, in pipelines and searches.

>>> from autograd_fr.sklearn import NetClassifier
>>> from sklearn.datasets import load_iris
>>> X, y = load_iris(return_X_y=True)
>>> net = NetClassifier((20,), solver="lbfgs", alpha=1, tol=5e-3, random_state=0).fit(X, y)
>>> net.score(X, y) > 0.95
True
"""

from ..errors import MissingExtra as _MissingExtra

try:
    import sklearn as _sklearn
except ImportError as _missing:
    raise _MissingExtra("scikit-learn", "sklearn") from _missing

from ..messages.suggestions import list_names_only as _list_names_only
from ..messages.suggestions import suggest as _suggest
from .classifier import NetClassifier as NetClassifier
from .regressor import NetRegressor as NetRegressor

_suggest(__name__)
_list_names_only(__name__)
