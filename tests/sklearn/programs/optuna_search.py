"""A Bayesian search with Optuna, that gives up early on nets that learn badly."""

import optuna
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from autograd_fr.sklearn import NetClassifier

X, y = load_digits(return_X_y=True)
X_train, X_valid, y_train, y_valid = train_test_split(X / 16, y, random_state=0, stratify=y)


def accuracy(trial: optuna.Trial) -> float:
    """The accuracy on the validation images of a net with the parameters of a trial."""
    net = NetClassifier(
        (trial.suggest_int("hidden", 8, 64, log=True),),
        alpha=trial.suggest_float("alpha", 1e-4, 1, log=True),
        learning_rate_init=trial.suggest_float("learning_rate_init", 1e-4, 1e-1, log=True),
        random_state=0,
    )
    for epoch in range(10):
        net.partial_fit(X_train, y_train, classes=range(10))
        trial.report(net.score(X_valid, y_valid), epoch)
        if trial.should_prune():
            raise optuna.TrialPruned
    return net.score(X_valid, y_valid)


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(
    direction="maximize",
    sampler=optuna.samplers.TPESampler(seed=0),
    pruner=optuna.pruners.MedianPruner(n_startup_trials=4),
)
study.optimize(accuracy, n_trials=12)
pruned = sum(trial.state.name == "PRUNED" for trial in study.trials)
print(f"{len(study.trials)} trials, {pruned} given up early")
print(f"best: {study.best_params}, accuracy {study.best_value:.3f}")
