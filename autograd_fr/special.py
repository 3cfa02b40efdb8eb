"""Special functions under the names that PyTorch gives them in `torch.special`.

>>> import autograd_fr as ag
>>> ag.special.expit(ag.tensor([0.0, 2.0]))
tensor([0.5000, 0.8808])
"""

from .ops import (
    digamma,
    erf,
    erfc,
    erfinv,
    exp2,
    expm1,
    lgamma,
    log1p,
    logit,
    mvlgamma,
    polygamma,
    round,
    sigmoid,
    sinc,
)
from .ops.special import erfcx, log_ndtr, ndtr, xlog1py

__all__ = [
    "digamma",
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
    "logit",
    "multigammaln",
    "ndtr",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "xlog1py",
]

expit, gammaln, multigammaln, psi = sigmoid, lgamma, mvlgamma, digamma
