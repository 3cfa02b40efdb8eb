"""What the estimators share: their parameters, and how they learn."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, is_regressor
from sklearn.neural_network import MLPClassifier
from sklearn.utils import check_random_state
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from ..nn import Module
from ..random import derived, drawing_from
from ..training import predict
from . import lbfgs, stochastic
from .nets import affine_layers, check_takes, module_of, perceptron
from .objective import LOSSES, Objective, Samples

Array = np.ndarray[Any, Any]


def has_epochs(net: Net) -> bool:
    """Whether the solver learns in epochs, so that `partial_fit` is one of them."""
    if net.solver == "lbfgs":
        raise AttributeError("partial_fit is there with solver='adam' and 'sgd', not with 'lbfgs'")
    return True


class Net(BaseEstimator):
    """A net that scikit-learn can fit, score, clone and search over."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **MLPClassifier._parameter_constraints,
        "activation": [*MLPClassifier._parameter_constraints["activation"], callable],
        "module": [callable, None],
        "loss": [callable, None],
        "optimizer": [callable, None],
        "callbacks": [list, tuple],
    }

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: Any = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        module: Callable[[int, int], Module] | None = None,
        loss: Any = None,
        optimizer: Callable[..., Any] | None = None,
        callbacks: Any = (),
    ) -> None:
        """Keep the parameters; `fit` looks at them.

        Those of scikit-learn's MLPClassifier and MLPRegressor, with their meanings and defaults:
        `hidden_layer_sizes, activation, solver, alpha, batch_size, learning_rate,
        learning_rate_init, power_t, max_iter, shuffle, random_state, tol, verbose, warm_start,
        momentum, nesterovs_momentum, early_stopping, validation_fraction, beta_1, beta_2, epsilon,
        n_iter_no_change, max_fun`. `activation` may also be a class of modules, as `nn.GELU`.
        "sgd" and "adam" are the optimizers of `optim`: their momentum and `epsilon` are PyTorch's.

        - `module(n_features, n_outputs)` makes the net, in the place of the perceptron: a class of
          modules or a function. The net gives scores, before softmax and the like. "lbfgs" learns
          with it in evaluation mode, without dropout.
        - `loss(scores, target)` is made small, in the place of the usual: a class of losses, or a
          function that gives one number per sample, or their mean.
        - `optimizer(parameters, lr=learning_rate_init)` makes the optimizer, in the place of
          `solver`: a class of `optim`, with `functools.partial` where it has further options.
        - `callbacks` are called with the estimator after every epoch (of "lbfgs": iteration); one
          that returns True ends the fit.
        """
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.module = module
        self.loss = loss
        self.optimizer = optimizer
        self.callbacks = callbacks

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn `y` from `X`: (n, features) against (n) or (n, outputs); returns the estimator.

        With `warm_start` it goes on from what it knows, else it starts anew. `sample_weight` (n):
        how much each sample counts. Raises ValueError for data or parameters that do not fit and
        where the training diverges, TypeError for sparse data; warns (ConvergenceWarning) where it
        was cut short.
        """
        self._check_parameters()
        descend = lbfgs.descend if self.solver == "lbfgs" else stochastic.descend
        fresh = not (self.warm_start and hasattr(self, "module_"))
        return self._learn(X, y, sample_weight, fresh, descend)

    def _learn_once(self, X: Any, y: Any, sample_weight: Any, classes: Any = None) -> Self:
        """An epoch, for `partial_fit`."""
        self._check_parameters()
        if self.early_stopping:
            raise ValueError("partial_fit has no samples to hold out: leave early_stopping out")
        fresh = not hasattr(self, "module_")
        return self._learn(X, y, sample_weight, fresh, stochastic.descend_once, classes)

    def _learn(
        self, X: Any, y: Any, sample_weight: Any, fresh: bool, descend: Any, classes: Any = None
    ) -> Self:
        X, y = validate_data(
            self, X, y, multi_output=True, y_numeric=is_regressor(self), reset=fresh,
            dtype=(np.float64, np.float32) if fresh else self._dtype,
        )  # fmt: skip
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=X.dtype)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        samples = Samples(X, self._encoded(y, X.dtype, classes, fresh), sample_weight)
        if not samples.total > 0:
            raise ValueError(
                f"sample_weight: the weights add up to {samples.total:g}; more than 0 is needed"
            )
        rng = check_random_state(self.random_state)
        seed = 0 if self.module is None else int(rng.randint(2**31))
        with drawing_from(derived(seed, 0 if fresh else self.t_)):
            if fresh:
                self._start(X, rng)
            self.n_iter_ = 0
            objective = Objective(self.module_, self.n_outputs_, self._loss(), self.alpha)
            descend(self, objective, samples, rng)
        self._check_finite()
        return self

    def _check_parameters(self) -> None:
        self._validate_params()
        if isinstance(self.module, Module):
            raise TypeError(
                "module takes a class or a function of (n_features, n_outputs), for every fit "
                f"makes a new net; this is a {type(self.module).__name__} already made"
            )
        if self.optimizer is not None and self.solver == "lbfgs":
            raise ValueError("optimizer stands in the place of solver='adam' or 'sgd', not 'lbfgs'")
        if "lr" in getattr(self.optimizer, "keywords", ()):
            raise ValueError("give lr as learning_rate_init: the optimizer is made with that")
        if self.optimizer is not None:
            told = "optimizer(parameters, lr=learning_rate_init)"
            check_takes("optimizer", self.optimizer, told, [], lr=self.learning_rate_init)
        for callback in self.callbacks:
            if not callable(callback):
                raise TypeError(f"callbacks are functions of the estimator, not {callback!r}")
        if self.module is None and min(self._hidden(), default=1) <= 0:
            raise ValueError(f"hidden_layer_sizes are greater than 0, got {self._hidden()}")

    def _hidden(self) -> list[int]:
        try:
            return [index(width) for width in np.atleast_1d(self.hidden_layer_sizes)]
        except TypeError:
            raise TypeError(
                "hidden_layer_sizes are whole numbers greater than 0, got "
                f"{self.hidden_layer_sizes!r}"
            ) from None

    def _start(self, X: Array, rng: np.random.RandomState) -> None:
        """A new net, and an empty record."""
        features = X.shape[1]
        if self.module is None:
            widths = [features, *self._hidden(), self.n_outputs_]
            module: Module = perceptron(widths, self.activation, rng)
        else:
            module = module_of(self.module, features, self.n_outputs_)
        self._dtype = X.dtype
        self.module_ = module.to(X.dtype).eval()
        self.__dict__.pop("_optimizer", None)
        self.t_ = 0
        self.loss_curve_: list[float] = []
        self.validation_scores_: list[float] | None = [] if self.early_stopping else None

    def _iteration_ends(self, loss: float) -> bool:
        """Note an epoch, or an iteration of L-BFGS; whether a callback ends the fit here."""
        self.n_iter_ += 1
        self.loss_ = loss
        self.loss_curve_.append(loss)
        if self.verbose:
            scores = self.validation_scores_
            print(f"Iteration {self.n_iter_}, loss = {loss:.8f}", end="")
            print(f", validation score = {scores[-1]:.6f}" if scores else "")
        answers = [callback(self) for callback in self.callbacks]
        return True in answers

    def _check_finite(self) -> None:
        if not all(np.isfinite(p.array).all() for p in self.module_.parameters()):
            raise ValueError(
                "the fit diverged, and parameters are infinite or nan: scale the data, as "
                "StandardScaler does, or lower learning_rate_init"
            )

    def _loss(self) -> Callable[..., Any]:
        """The loss of each sample: one's own, or what belongs to the activation of the outputs."""
        if callable(self.loss):
            made: Callable[..., Any] = self.loss() if isinstance(self.loss, type) else self.loss
            check_takes("loss", made, "loss(scores, target)", None, None)
            return made
        return LOSSES[self.out_activation_]

    def _scores(self, X: Any) -> Array:
        """What the net gives, (n, n_outputs_), before any `out_activation_`."""
        check_is_fitted(self)
        return predict(self.module_, validate_data(self, X, reset=False, dtype=self._dtype))

    @property
    def coefs_(self) -> list[Array]:
        """The weights of each layer of the perceptron, (inputs, outputs); views, as those below."""
        return [layer.weight.detach().numpy().T for layer in self._layers()]

    @property
    def intercepts_(self) -> list[Array]:
        """The biases of each layer of the perceptron."""
        return [layer.bias.detach().numpy() for layer in self._layers()]

    @property
    def n_layers_(self) -> int:
        """How many layers the perceptron has, the inputs among them."""
        return len(self._layers()) + 1

    def _layers(self) -> list[Any]:
        if self.module is not None:
            raise AttributeError("a net of your own: its parameters are in module_.state_dict()")
        check_is_fitted(self)
        return affine_layers(self.module_)

    @property
    def best_loss_(self) -> float | None:
        """The least loss of all epochs; with `early_stopping` None."""
        check_is_fitted(self)
        return None if self.early_stopping else min(self.loss_curve_, default=None)

    @property
    def best_validation_score_(self) -> float | None:
        """The greatest score on the samples held out by `early_stopping`; without, None."""
        check_is_fitted(self)
        return max(self.validation_scores_ or (), default=None)
