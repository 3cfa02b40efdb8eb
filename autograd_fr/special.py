"""Special functions under the names that PyTorch gives them in `torch.special`.

>>> import autograd_fr as ag
>>> ag.special.expit(ag.tensor([0.0, 2.0]))
tensor([0.5000, 0.8808])
"""

from .messages.suggestions import suggest as _suggest
from .ops import (
    digamma,
    erf,
    erfc,
    erfinv,
    exp2,
    expm1,
    lgamma,
    log1p,
    log_softmax,
    logit,
    logsumexp,
    mvlgamma,
    polygamma,
    round,
    sigmoid,
    sinc,
    softmax,
    xlogy,
)
from .ops.elementwise.special import entr, erfcx, log_ndtr, ndtr, xlog1py

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcx",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "log1p",
    "log_ndtr",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
]

expit, gammaln, multigammaln, psi = sigmoid, lgamma, mvlgamma, digamma

_suggest(__name__)
