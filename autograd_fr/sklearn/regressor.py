"""The regressor."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if

from ..training import predict
from .base import Net, has_epochs
from .objective import Samples

Array = np.ndarray[Any, Any]


class NetRegressor(RegressorMixin, Net):
    """A regressor: of one number per sample, or of several.

    What becomes small is `alpha / (2 n) ‖W‖²` and the mean over the samples of

        Σ (y - ŷ)² / 2                    loss None or "squared_error"
        Σ y log(y / ŷ) - y + ŷ            loss "poisson": ŷ = exp(scores), for counts y >= 0

    summed over the numbers of a sample (of several, `MLPRegressor` notes in `loss_` the mean and
    follows the gradient of the sum). A `loss` of your own gets the outputs of the net and `y`, both
    (n, numbers). `Net.__init__` tells of the parameters.

    After `fit`: `module_` (the net), `coefs_`, `intercepts_`, `loss_`, `loss_curve_`, `best_loss_`,
    `validation_scores_`, `best_validation_score_`, `n_iter_`, `t_` (samples seen),
    `n_features_in_`, `feature_names_in_`, `n_layers_`, `n_outputs_`, `out_activation_`.

    >>> X = np.linspace(-2, 2, 50)[:, None]
    >>> net = NetRegressor((20,), activation="tanh", solver="lbfgs", random_state=0)
    >>> net.fit(X, np.sin(X[:, 0])).score(X, np.sin(X[:, 0])) > 0.99
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Net._parameter_constraints,
        "loss": [StrOptions({"squared_error", "poisson"}), callable, None],
    }

    @available_if(has_epochs)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn once from every sample."""
        return self._learn_once(X, y, sample_weight)

    def _encoded(self, y: Array, dtype: Any, classes: None, fresh: bool) -> Array:
        """What the outputs are to be, (n, numbers)."""
        target = y.reshape(len(y), -1).astype(dtype)
        if fresh:
            self.n_outputs_ = target.shape[1]
            self.out_activation_ = "exp" if self.loss == "poisson" else "identity"
        if target.shape[1] != self.n_outputs_:
            raise ValueError(f"y had {self.n_outputs_} numbers a row, now {target.shape[1]}")
        if self.loss == "poisson" and (target < 0).any():
            raise ValueError("loss='poisson' is for counts, and y has numbers below 0")
        return target

    def _strata(self, target: Array) -> None:
        """Nothing that `early_stopping` would keep the shares of."""

    def _score(self, held_out: Samples) -> float:
        found = self._numbers(predict(self.module_, held_out.x))
        if not np.isfinite(found).all():
            return np.nan
        return float(r2_score(held_out.target, found, sample_weight=held_out.weight))

    def _numbers(self, scores: Array) -> Array:
        return np.exp(scores) if self.out_activation_ == "exp" else scores

    def predict(self, X: Any) -> Array:
        """The number of each row, (n), or its numbers, (n, numbers)."""
        found = self._numbers(self._scores(X))
        return found[:, 0] if self.n_outputs_ == 1 else found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
