"""The classifier."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.sparse import issparse
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import (
    _check_partial_fit_first_call,
    check_classification_targets,
    type_of_target,
    unique_labels,
)

from ..creation.values import as_tensor
from ..nn import functional as F
from ..training import predict
from .base import Net, has_epochs
from .objective import Samples

Array = np.ndarray[Any, Any]


class NetClassifier(ClassifierMixin, Net):
    """A classifier: of two classes and more, or of several labels at a time.

    What becomes small is `alpha / (2 n) ‖W‖²` and the mean over the samples of

        -log p[y]                             p = softmax, an output for each class
        -Σ y log p + (1 - y) log(1 - p)       p = sigmoid, one output for two classes, or n labels

    with p named in `out_activation_`. A `loss` of your own is given an output for each class (two
    of two) and the numbers of the classes, as `nn.CrossEntropyLoss` takes them; of several labels,
    an output for each, and zeros and ones. `Net.__init__` tells of the parameters.

    After `fit`: `classes_`, `module_` (the net), `coefs_`, `intercepts_`, `loss_`, `loss_curve_`,
    `best_loss_`, `validation_scores_`, `best_validation_score_`, `n_iter_`, `t_` (samples seen),
    `n_features_in_`, `feature_names_in_`, `n_layers_`, `n_outputs_`, `out_activation_`.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> net = NetClassifier((20,), solver="lbfgs", alpha=1, tol=5e-3, random_state=0).fit(X, y)
    >>> net.predict(X[::50]), [w.shape for w in net.coefs_]
    (array([0, 1, 2]), [(4, 20), (20, 3)])
    >>> net.predict_proba(X[:1]).round(2)
    array([[1., 0., 0.]])
    """

    @available_if(has_epochs)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Self:
        """Learn once from every sample. The first call needs `classes`, all that there will be;
        of several labels, `y` says how many.

        >>> net = NetClassifier().partial_fit([[1.0], [2.0]], ["a", "b"], classes=["a", "b", "c"])
        >>> net.predict_proba([[1.0]]).shape
        (1, 3)
        """
        if type_of_target(y).startswith("multilabel"):
            return self._learn_once(X, y, sample_weight)
        _check_partial_fit_first_call(self, classes)
        return self._learn_once(X, y, sample_weight, self.classes_)

    def _encoded(self, y: Any, dtype: Any, classes: Any, fresh: bool) -> Array:
        """What the outputs are to be: numbers of classes, or zeros and ones."""
        _check_targets(y)
        several = type_of_target(y).startswith("multilabel")
        present = unique_labels(y)
        if fresh:
            self.classes_ = present if classes is None else classes
            one = self.loss is None and len(self.classes_) <= 2 and not several
            self.n_outputs_ = 1 if one else len(self.classes_)
            self.out_activation_ = "logistic" if one or several else "softmax"
            self._several = several
        if several != self._several:
            raise ValueError("one label per sample at first, several now, or the other way round")
        strangers = np.setdiff1d(present, self.classes_)
        if len(strangers):
            raise ValueError(f"y has classes that were not there at first: {strangers}")
        if several:
            return np.asarray(y.toarray() if issparse(y) else y).astype(dtype)
        numbers = np.searchsorted(self.classes_, y)
        return numbers if self.out_activation_ == "softmax" else numbers[:, None].astype(dtype)

    def _chosen(self, scores: Array) -> Array:
        """What the scores speak for, written as `_encoded` does."""
        return scores.argmax(1) if self.out_activation_ == "softmax" else scores > 0

    def _score(self, held_out: Samples) -> float:
        chosen = self._chosen(predict(self.module_, held_out.x))
        return float(accuracy_score(held_out.target, chosen, sample_weight=held_out.weight))

    def _strata(self, target: Array) -> Array | None:
        """What `early_stopping` keeps the shares of: two classes, as scikit-learn's nets do."""
        return target if self.n_outputs_ == 1 else None

    def predict(self, X: Any) -> Array:
        """The class of each row, (n); of several labels, zeros and ones, (n, labels)."""
        chosen = self._chosen(self._scores(X)).astype(int)
        return chosen if self._several else self.classes_[chosen.reshape(-1)]

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`: right also where a probability is next to 1 or 0.

        None is below the logarithm of the dtype's smallest number, so that none is infinite.
        """
        scores = as_tensor(self._scores(X))
        if self.out_activation_ == "softmax":
            logs = F.log_softmax(scores, 1).numpy()
        elif self._several:
            logs = F.logsigmoid(scores).numpy()
        elif len(self.classes_) == 1:
            logs = np.zeros(scores.shape, scores.dtype)
        else:
            logs = np.hstack([F.logsigmoid(-scores).numpy(), F.logsigmoid(scores).numpy()])
        return np.maximum(logs, np.log(np.finfo(logs.dtype).tiny))

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class in the order of `classes_`, (n, classes).

        None is 0 or 1: what would be rounded to these is the number next to them. That of a class
        which is the only one is 1.
        """
        found = np.exp(self.predict_log_proba(X))
        if len(self.classes_) == 1 and not self._several:
            return found
        return np.minimum(found, np.nextafter(found.dtype.type(1), found.dtype.type(0)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def _check_targets(y: Any) -> None:
    """Raise ValueError for what is neither a class for each row nor several labels."""
    if type_of_target(y) == "multiclass-multioutput":
        raise ValueError(
            f"Unknown label type: multiclass-multioutput: y of shape {y.shape} has several columns "
            "of classes; a net takes one column of classes, or several of zeros and ones. For the "
            "rest there is sklearn.multioutput.MultiOutputClassifier"
        )
    check_classification_targets(y)
