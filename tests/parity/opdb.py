"""PyTorch's own samples for the operators of the catalogue, and the ways to call each.

PyTorch keeps a database of its operators for its own tests: per operator the dtypes, sample inputs,
calls that must fail, and the forms it can be called in. Here these are chosen from, and brought
over: tensors become ours, of the same values, dtype and layout in memory.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from types import FunctionType
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.opinfo import core

import autograd_fr as ag

# Before it gives samples, the database looks for a test of PyTorch's own on the stack, through all
# source files: there is none, and that takes longer than the comparison.
core.extract_test_fn = lambda: None

FAMILIES = {
    "unary": """neg abs sign sqrt rsqrt square reciprocal exp exp2 expm1 log log2 log10 log1p sin
        cos tan asin acos atan sinh cosh tanh asinh acosh atanh sinc erf erfc erfinv lgamma digamma
        sigmoid logit floor ceil round trunc frac clamp nan_to_num deg2rad rad2deg isnan isinf
        isfinite bitwise_not logical_not softmax log_softmax nn.functional.relu
        nn.functional.softplus""",
    "binary": """add sub mul div addcmul addcdiv pow floor_divide remainder fmod maximum minimum
        atan2 hypot logaddexp lerp where copysign xlogy eq ne lt le gt ge isclose allclose equal
        logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor
        __radd__ __rsub__ __rmul__ __rdiv__ __rpow__ __rmod__ __rand__ __ror__ __rxor__""",
    "reduction": """sum mean prod max min amax amin argmax argmin var std var_mean std_mean norm
        logsumexp median quantile any all cumsum cumprod cummax cummin logcumsumexp nansum nanmean
        diff trapezoid count_nonzero""",
    "linear algebra": """matmul __rmatmul__ mm mv bmm dot outer inner einsum tensordot kron cross
        trace addmm baddbmm nn.functional.linear
        linalg.inv linalg.pinv linalg.det linalg.slogdet linalg.solve
        linalg.solve_triangular linalg.cholesky linalg.qr linalg.svd linalg.svdvals linalg.eigh
        linalg.eigvalsh linalg.lstsq linalg.norm linalg.vector_norm linalg.matrix_norm
        linalg.matrix_power linalg.multi_dot""",
    "shape": """reshape view contiguous flatten unflatten squeeze unsqueeze transpose t T mT permute
        movedim expand broadcast_to broadcast_tensors repeat tile repeat_interleave cat stack hstack
        vstack split chunk unbind flip roll rot90 diag diagonal tril triu unfold atleast_1d
        atleast_2d atleast_3d clone float double long bool item""",
    "indexing": """__getitem__ select narrow index_put gather scatter scatter_add index_select
        index_add index_fill take take_along_dim masked_select masked_fill sort argsort topk unique
        nonzero searchsorted bincount fill zero_""",
    # Those of networks: one line for each topic.
    "activations": """
        nn.functional.gelu nn.functional.elu nn.functional.celu nn.functional.selu
        nn.functional.silu nn.functional.mish nn.functional.glu nn.functional.leaky_relu
        nn.functional.prelu nn.functional.rrelu nn.functional.relu6 nn.functional.hardswish
        nn.functional.hardsigmoid nn.functional.hardtanh nn.functional.hardshrink
        nn.functional.softshrink nn.functional.tanhshrink nn.functional.softsign
        nn.functional.softmin nn.functional.logsigmoid nn.functional.threshold""",
    "normalisation": """nn.functional.batch_norm nn.functional.layer_norm nn.functional.group_norm
        nn.functional.instance_norm nn.functional.rms_norm nn.functional.local_response_norm""",
    "convolution": """nn.functional.conv1d nn.functional.conv2d nn.functional.conv3d
        nn.functional.conv_transpose1d nn.functional.conv_transpose2d
        nn.functional.conv_transpose3d nn.functional.unfold""",
    "padding and resampling": """nn.functional.pad constant_pad_nd nn.functional.interpolate
        nn.functional.upsample_bilinear nn.functional.upsample_nearest nn.functional.grid_sample
        nn.functional.pixel_shuffle nn.functional.pixel_unshuffle
        nn.functional.channel_shuffle""",
    "pooling": """nn.functional.max_pool1d nn.functional.max_pool2d nn.functional.max_pool3d
        nn.functional.avg_pool1d nn.functional.avg_pool2d nn.functional.avg_pool3d
        nn.functional.adaptive_avg_pool1d nn.functional.adaptive_avg_pool2d
        nn.functional.adaptive_avg_pool3d nn.functional.adaptive_max_pool1d
        nn.functional.adaptive_max_pool2d nn.functional.adaptive_max_pool3d
        nn.functional.fractional_max_pool2d nn.functional.fractional_max_pool3d
        nn.functional.max_unpool1d nn.functional.max_unpool2d nn.functional.max_unpool3d""",
    "dropout": """nn.functional.dropout nn.functional.dropout2d nn.functional.dropout3d
        nn.functional.alpha_dropout nn.functional.feature_alpha_dropout""",
    "embedding and distances": """nn.functional.embedding nn.functional.embedding_bag
        nn.functional.one_hot nn.functional.cosine_similarity nn.functional.pairwise_distance
        nn.functional.pdist nn.functional.normalize nn.functional.bilinear""",
    "attention": """nn.functional.scaled_dot_product_attention
        nn.functional.multi_head_attention_forward""",
    "losses": """nn.functional.mse_loss nn.functional.l1_loss nn.functional.smooth_l1_loss
        nn.functional.huber_loss nn.functional.cross_entropy nn.functional.nll_loss
        nn.functional.linear_cross_entropy nn.functional.binary_cross_entropy
        nn.functional.binary_cross_entropy_with_logits nn.functional.kl_div
        nn.functional.gaussian_nll_loss nn.functional.poisson_nll_loss
        nn.functional.hinge_embedding_loss nn.functional.cosine_embedding_loss
        nn.functional.triplet_margin_loss nn.functional.triplet_margin_with_distance_loss
        nn.functional.margin_ranking_loss nn.functional.soft_margin_loss
        nn.functional.multi_margin_loss nn.functional.multilabel_margin_loss
        nn.functional.multilabel_soft_margin_loss nn.functional.ctc_loss""",
    "creation": """zeros ones full empty zeros_like ones_like full_like empty_like arange linspace
        logspace eye meshgrid tril_indices rand_like randn randn_like randint randint_like normal
        bernoulli multinomial""",
}
# Families whose results are sums of many terms.
SUMS = {
    "reduction", "linear algebra", "attention", "convolution", "padding and resampling",
}  # fmt: skip
DTYPES = ("float64", "float32", "float16", "int64", "int32", "uint8", "bool")
RANDOM = {
    "empty", "empty_like", "rand_like", "randn", "randn_like", "randint", "randint_like", "normal",
    "bernoulli", "multinomial", "nn.functional.multi_head_attention_forward",
    "nn.functional.fractional_max_pool2d",
    "nn.functional.fractional_max_pool3d",
    "nn.functional.rrelu", "nn.functional.dropout",
    "nn.functional.dropout2d", "nn.functional.dropout3d", "nn.functional.alpha_dropout",
    "nn.functional.feature_alpha_dropout",
}  # fmt: skip
# Their samples write entries twice, of which here the last has the gradient, and in PyTorch all.
# PyTorch, too, tests derivatives only on the samples of a variant, where none is written twice.
DERIVED_APART = {f"nn.functional.max_unpool{d}d" for d in (1, 2, 3)}
FOR_OTHERS = {"bmm.triton_optimized"}  # forms that exist on other devices only
# Whose second derivatives PyTorch gives as 0, or not at all.
ONCE = {"nn.functional.linear_cross_entropy.chunked"}
CAP = 250  # samples per operator and dtype; of more, so many are drawn


def is_random(name: str, sample: Any) -> bool:
    """Whether what the operator gives for a sample is drawn."""
    return name in RANDOM or bool(sample is not None and sample.kwargs.get("dropout_p"))


def title(info: Any) -> str:
    """The operator's name, with that of the variant where it has several."""
    return ".".join(filter(None, (info.name, info.variant_test_name)))


@cache
def operators() -> dict[str, Any]:
    """The entries of PyTorch's database for the catalogue, by title, family by family.

    Those for dtypes that do not exist here are left out.
    """
    entries: dict[str, list[Any]] = {}
    for info in op_db:
        if title(info) not in FOR_OTHERS and dtypes(info):
            entries.setdefault(info.name, []).append(info)
    names = " ".join(FAMILIES.values()).split()
    return {title(info): info for name in names for info in entries[name]}


def family(info: Any) -> str:
    """The family that an operator is listed in."""
    return next(name for name, listed in FAMILIES.items() if info.name in listed.split())


def dtypes(info: Any) -> list[str]:
    """The names of the dtypes that PyTorch's operator takes, of those that exist here."""
    taken = info.supported_dtypes("cpu")
    return [name for name in DTYPES if getattr(torch, name) in taken]


def seeded(make: Callable[[], Any]) -> list[Any]:
    """The list that `make` draws, the same every time, whoever drew before."""
    torch.manual_seed(0)
    random.seed(0)
    return list(make())


def samples(info: Any, dtype: str) -> list[tuple[int, Any]]:
    """PyTorch's samples with their numbers, or so many of them."""
    kind = getattr(torch, dtype)
    derive = kind.is_floating_point and info.supports_autograd
    found = seeded(lambda: info.sample_inputs("cpu", kind, requires_grad=derive))
    chosen = range(len(found))
    if len(found) > CAP:
        chosen = sorted(random.Random(0).sample(chosen, CAP))
    return [(number, found[number]) for number in chosen]


def faulty(info: Any) -> list[tuple[int, Any]]:
    """The samples that PyTorch says must raise, with their numbers."""
    if info.error_inputs_func is None:
        return []
    found = seeded(lambda: info.error_inputs("cpu"))
    return list(enumerate(error.sample_input for error in found))


# The ways to call an operator


@dataclass(frozen=True)
class Form:
    """One way to call an operator: how it is written, PyTorch's callable and ours."""

    written: str
    theirs: Callable[..., Any]
    ours: Any
    in_place: bool = False
    main: bool = False
    takes_tensor: bool = False  # the first argument must be one: a method, or an operator


def forms(info: Any) -> tuple[list[Form], list[str]]:
    """The ways to call an operator, and those that are missing here.

    As a function, as a method, by its sign, in place, and all that under its aliases. Where two of
    ours are the very same function, the first is enough.
    """
    found: list[Form] = []
    missing = []
    for form, find in _all_forms(info):
        try:
            ours = find()
        except AttributeError:
            missing.append(form.written)
            continue
        if not any(ours is other.ours for other in found):
            found.append(replace(form, ours=ours))
    return found, missing


def _all_forms(info: Any) -> Iterator[tuple[Form, Callable[[], Any]]]:
    """Every form, without ours, which the function beside it finds (or raises AttributeError)."""
    if info.name == "zero_" or info.variant_test_name == "in_place":
        name = info.inplace_variant.__name__
        form = Form(f"Tensor.{name}", info.inplace_variant, None, in_place=True, main=True)
        yield form, partial(_ours, info.inplace_variant, name, True)
        return
    method = getattr(torch.Tensor, info.name, None) is info.op
    written = f"{'Tensor' if method else 'torch'}.{info.name}"
    yield Form(written, info.op, None, main=True), partial(_ours, info.op, info.name, method)
    for this in (info, *info.aliases):
        name, within = this.name, this.inplace_variant
        if this is not info:
            yield Form(f"torch.{name}", this.op, None), partial(_ours, this.op, name)
        if callable(this.method_variant) and this.method_variant is not info.op:
            form = Form(f"Tensor.{name}", this.method_variant, None, takes_tensor=True)
            yield form, partial(_ours, this.method_variant, name, True)
        if within is not None:
            form = Form(f"Tensor.{name}_", within, None, in_place=True, takes_tensor=True)
            yield form, partial(_ours, within, f"{name}_", True)
    for sign, in_place in ((info.operator_variant, False), (info.inplace_operator_variant, True)):
        if sign is not None:
            form = Form(f"operator.{sign.__name__}", sign, None, in_place, takes_tensor=True)
            yield form, partial(_itself, sign)


def _itself(function: Any) -> Any:
    return function


def _ours(function: Any, name: str, method: bool = False) -> Any:
    """What stands for PyTorch's `function` here.

    The database's own lambdas are taken as they are, with our package in the place of theirs.
    Those of `nn.functional` that work in place do it by a keyword.
    """
    if isinstance(function, partial):
        plain = _ours(function.func, name.removesuffix("_"))
        return partial(plain, *function.args, **function.keywords)
    written_out = isinstance(function, FunctionType) and function.__name__ == "<lambda>"
    if written_out and name.startswith("nn."):
        method, name = False, name.removesuffix("_")
    elif written_out:
        method = method or not hasattr(torch, name.split(".")[0])
    found: Any = ag.Tensor if method else ag
    name = name.replace("rdiv", "rtruediv")  # its name since Python 3
    for part in name.split("."):
        found = getattr(found, part)
    if not written_out:
        return found
    names = {**function.__globals__, "torch": ag, "wrapper_set_seed": _call}
    return FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )


def _call(function: Any, *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


# From theirs to ours


class Unfit(Exception):
    """A sample with something in it that no package but PyTorch has, a sparse tensor say."""


def converted(thing: Any, made: dict[int, Any]) -> Any:
    """`thing` with everything of PyTorch's in it as ours; `made` holds the tensors made so far."""
    if isinstance(thing, torch.Tensor):
        if id(thing) not in made:
            made[id(thing)] = _tensor(thing)
        return made[id(thing)]
    if isinstance(thing, torch.dtype):
        name = str(thing).removeprefix("torch.")
        return getattr(ag, name, name)
    if isinstance(thing, (torch.device, torch.layout, torch.memory_format)):
        name = str(thing).removeprefix("torch.")
        return getattr(ag, name, name)
    if isinstance(thing, torch.Generator):
        return ag.Generator(0)
    if isinstance(thing, torch.nn.PairwiseDistance):
        return ag.nn.PairwiseDistance(thing.norm, thing.eps, thing.keepdim)
    if isinstance(thing, slice):
        return slice(*(converted(end, made) for end in (thing.start, thing.stop, thing.step)))
    if isinstance(thing, dict):
        return {key: converted(value, made) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        parts = [converted(part, made) for part in thing]
        return parts if isinstance(thing, list) else tuple(parts)
    return thing


def _tensor(t: Any) -> Any:
    """A leaf of the same values, dtype and layout, over memory of its own."""
    if t.layout is not torch.strided:
        raise Unfit(f"a tensor of layout {t.layout}")
    if t.ndim > 64:
        raise Unfit("more axes than NumPy has")
    memory = t.detach().resolve_neg().resolve_conj()
    copy = torch.empty(0, dtype=t.dtype).set_(
        memory.untyped_storage().clone(),
        memory.storage_offset(),
        memory.shape,
        memory.stride(),
    )
    x = ag.from_numpy(copy.numpy()) if t.ndim else ag.tensor(copy.numpy()[()])
    if t.requires_grad:
        x.requires_grad_()
    return x


def tensors(thing: Any) -> Iterator[Any]:
    """The tensors in a sample of PyTorch's, in order."""
    if isinstance(thing, torch.Tensor):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from tensors(value)
    elif isinstance(thing, (list, tuple)):
        for value in thing:
            yield from tensors(value)
