"""The changes in place that PyTorch also has as functions: `exp_(t)` is `t.exp_()`."""

from __future__ import annotations

from .inplace_methods import InPlace

__all__ = [
    "abs_",
    "acos_",
    "acosh_",
    "addmv_",
    "arccos_",
    "arccosh_",
    "arcsin_",
    "arcsinh_",
    "arctan_",
    "arctanh_",
    "asin_",
    "asinh_",
    "atan_",
    "atanh_",
    "ceil_",
    "clamp_",
    "clamp_max_",
    "clamp_min_",
    "clip_",
    "cos_",
    "cosh_",
    "deg2rad_",
    "erf_",
    "erfc_",
    "exp2_",
    "exp_",
    "expm1_",
    "fill_",
    "fix_",
    "floor_",
    "frac_",
    "gcd_",
    "index_put_",
    "lcm_",
    "ldexp_",
    "log1p_",
    "log2_",
    "log10_",
    "log_",
    "logit_",
    "nan_to_num_",
    "neg_",
    "negative_",
    "rad2deg_",
    "reciprocal_",
    "relu_",
    "round_",
    "rsqrt_",
    "sigmoid_",
    "sin_",
    "sinc_",
    "sinh_",
    "sqrt_",
    "square_",
    "tan_",
    "tanh_",
    "trunc_",
    "xlogy_",
    "zero_",
]

abs_ = InPlace.abs_
acos_ = InPlace.acos_
acosh_ = InPlace.acosh_
addmv_ = InPlace.addmv_
arccos_ = InPlace.arccos_
arccosh_ = InPlace.arccosh_
arcsin_ = InPlace.arcsin_
arcsinh_ = InPlace.arcsinh_
arctan_ = InPlace.arctan_
arctanh_ = InPlace.arctanh_
asin_ = InPlace.asin_
asinh_ = InPlace.asinh_
atan_ = InPlace.atan_
atanh_ = InPlace.atanh_
ceil_ = InPlace.ceil_
clamp_ = InPlace.clamp_
clamp_max_ = InPlace.clamp_max_
clamp_min_ = InPlace.clamp_min_
clip_ = InPlace.clip_
cos_ = InPlace.cos_
cosh_ = InPlace.cosh_
deg2rad_ = InPlace.deg2rad_
erf_ = InPlace.erf_
erfc_ = InPlace.erfc_
exp2_ = InPlace.exp2_
exp_ = InPlace.exp_
expm1_ = InPlace.expm1_
fill_ = InPlace.fill_
fix_ = InPlace.fix_
floor_ = InPlace.floor_
frac_ = InPlace.frac_
gcd_ = InPlace.gcd_
index_put_ = InPlace.index_put_
lcm_ = InPlace.lcm_
ldexp_ = InPlace.ldexp_
log10_ = InPlace.log10_
log1p_ = InPlace.log1p_
log2_ = InPlace.log2_
log_ = InPlace.log_
logit_ = InPlace.logit_
nan_to_num_ = InPlace.nan_to_num_
neg_ = InPlace.neg_
negative_ = InPlace.negative_
rad2deg_ = InPlace.rad2deg_
reciprocal_ = InPlace.reciprocal_
relu_ = InPlace.relu_
round_ = InPlace.round_
rsqrt_ = InPlace.rsqrt_
sigmoid_ = InPlace.sigmoid_
sin_ = InPlace.sin_
sinc_ = InPlace.sinc_
sinh_ = InPlace.sinh_
sqrt_ = InPlace.sqrt_
square_ = InPlace.square_
tan_ = InPlace.tan_
tanh_ = InPlace.tanh_
trunc_ = InPlace.trunc_
xlogy_ = InPlace.xlogy_
zero_ = InPlace.zero_
