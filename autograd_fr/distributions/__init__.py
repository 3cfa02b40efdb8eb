"""Probability distributions: densities, draws with gradients, divergences.

    >>> import autograd_fr as ag
    >>> _ = ag.manual_seed(0)
    >>> loc = ag.tensor(0.0, requires_grad=True)
    >>> ag.distributions.Normal(loc, 1.0).rsample((3,)).sum().backward()
    >>> loc.grad
    tensor(3.)

All parameters broadcast; their common shape is the `batch_shape`, that of one draw the
`event_shape`.
"""

from ..messages.suggestions import suggest as _suggest
from . import constraints as constraints
from . import kl_rules as kl_rules
from . import utils as utils
from .bernoulli import Bernoulli as Bernoulli
from .bernoulli import Geometric as Geometric
from .categorical import Categorical as Categorical
from .classes import Multinomial as Multinomial
from .classes import OneHotCategorical as OneHotCategorical
from .classes import OneHotCategoricalStraightThrough as OneHotCategoricalStraightThrough
from .counts import Binomial as Binomial
from .counts import NegativeBinomial as NegativeBinomial
from .counts import Poisson as Poisson
from .dirichlet import Beta as Beta
from .dirichlet import Dirichlet as Dirichlet
from .distribution import Distribution as Distribution
from .folded import HalfCauchy as HalfCauchy
from .folded import HalfNormal as HalfNormal
from .gamma import Chi2 as Chi2
from .gamma import Exponential as Exponential
from .gamma import Gamma as Gamma
from .independent import Independent as Independent
from .kl import kl_divergence as kl_divergence
from .kl import register_kl as register_kl
from .location_scale import Cauchy as Cauchy
from .location_scale import Gumbel as Gumbel
from .location_scale import Laplace as Laplace
from .mixture import MixtureSameFamily as MixtureSameFamily
from .multivariate_normal import MultivariateNormal as MultivariateNormal
from .normal import LogNormal as LogNormal
from .normal import Normal as Normal
from .powers import Pareto as Pareto
from .powers import Weibull as Weibull
from .student_t import StudentT as StudentT
from .uniform import Uniform as Uniform

_suggest(
    __name__,
    absent=(
        "ContinuousBernoulli", "ExponentialFamily", "FisherSnedecor", "GeneralizedPareto",
        "InverseGamma", "Kumaraswamy", "LKJCholesky", "LogisticNormal",
        "LowRankMultivariateNormal", "RelaxedBernoulli", "RelaxedOneHotCategorical", "Transform",
        "TransformedDistribution", "VonMises", "Wishart", "biject_to", "transform_to",
        "transforms",
    ),
)  # fmt: skip
