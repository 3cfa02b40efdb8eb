"""The divergence of Kullback and Leibler, `KL(p, q) = E_p[ln p(x) - ln q(x)]`, in closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .distribution import Distribution

Rule = Callable[[Any, Any], Any]
_RULES: dict[tuple[type, type], Rule] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[Rule], Rule]:
    """Make a function of p and q the one for these classes and those below them.

    >>> import autograd_fr as ag
    >>> class Spike(ag.distributions.Distribution): ...
    >>> @ag.distributions.register_kl(Spike, Spike)
    ... def nothing(p, q):
    ...     return ag.tensor(0.0)
    >>> ag.distributions.kl_divergence(Spike(), Spike())
    tensor(0.)
    """
    for kind in (type_p, type_q):
        if not (isinstance(kind, type) and issubclass(kind, Distribution)):
            raise TypeError(f"register_kl takes classes of distributions, not {kind!r}")

    def decorate(rule: Rule) -> Rule:
        _RULES[type_p, type_q] = rule
        return rule

    return decorate


def kl_divergence(p: Distribution, q: Distribution) -> Any:
    """`E_p[ln p(x) - ln q(x)]`, of the batch; inf where q excludes what p does not.

    The rule for the nearest classes is taken. Raises NotImplementedError where there is none.

    >>> import autograd_fr as ag
    >>> N = ag.distributions.Normal
    >>> ag.distributions.kl_divergence(N(1.0, 1.0), N(0.0, 1.0))
    tensor(0.5000)
    """
    for kind_p in type(p).__mro__:
        for kind_q in type(q).__mro__:
            if (kind_p, kind_q) in _RULES:
                return _RULES[kind_p, kind_q](p, q)
    raise NotImplementedError(
        f"no KL divergence is known of {type(p).__name__} from {type(q).__name__}; give one with "
        "register_kl"
    )
