"""Several models that decide together."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ..nn import Module, ModuleList
from ..ops import log_softmax, logsumexp, stack
from .model import Model


class Committee(Model):
    """The mean of the members' class probabilities, as its logarithm: x to (n, classes).

        log (1/M Σ_m softmax(score_m(x)))

    The members give scores (n, classes), or logarithms of probabilities, as a committee does.
    The logarithm has the same greatest entry, `exp` of it is the mean, and `nll_loss` takes it as
    it is; so does `cross_entropy`, for its softmax leaves probabilities as they are.

    The members are trained one by one, each from another start; the gain is in what they get
    wrong for different reasons. Raises ValueError for none, TypeError for what is no module.
    Source: Hansen, Salamon 1990, "Neural network ensembles".

    >>> import autograd_fr as ag
    >>> members = [ag.nn.Linear(2, 2), ag.nn.Linear(2, 2)]
    >>> vote = ag.models.Committee(members)(ag.ones(1, 2)).exp()
    >>> mean = sum(member(ag.ones(1, 2)).softmax(1) for member in members) / 2
    >>> ag.allclose(vote, mean)
    True
    """

    def __init__(self, members: Iterable[Module]) -> None:
        super().__init__()
        self.members = ModuleList(_listed(members))
        if not self.members:
            raise ValueError("a committee has one member at least")
        del self._given  # the parts tell, and may be exchanged

    @property
    def config(self) -> dict[str, Any]:
        """The members there are now."""
        return {"members": list(self.members)}

    def forward(self, x: Any) -> Any:
        """The logarithms of the mean probabilities."""
        return log_mean_probability([member(x) for member in self.members])


def _listed(members: Any) -> list[Module]:
    """Raises TypeError for one model in the place of a list, as a `Sequential` of layers is."""
    alone = isinstance(members, Module) and not isinstance(members, ModuleList)
    if alone or not isinstance(members, Iterable):
        raise TypeError(
            "Committee takes a list of models, as in Committee([net, net]), not "
            f"{type(members).__name__}"
        )
    listed = list(members)
    for place, member in enumerate(listed):
        if not isinstance(member, Module):
            raise TypeError(
                f"Committee takes a list of models; member {place} is {type(member).__name__}"
            )
    return listed


def log_mean_probability(scores: list[Any]) -> Any:
    """`log (1/M Σ_m softmax(score_m))`, with the classes where `cross_entropy` has them."""
    dim = 1 if scores[0].ndim > 1 else 0
    return logsumexp(stack([log_softmax(s, dim) for s in scores]), 0) - math.log(len(scores))
