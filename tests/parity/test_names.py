"""Every name of the catalogue is here where PyTorch has it, and takes PyTorch's arguments."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import reduce
from typing import Any

import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the names are compared with")

from tests.parity.test_surface import here, lines, there  # noqa: E402

NAMES = """
tensor as_tensor from_numpy zeros ones full empty zeros_like ones_like full_like empty_like arange
linspace logspace eye rand randn randint randperm rand_like randn_like randint_like normal bernoulli
multinomial manual_seed Generator meshgrid tril_indices triu_indices set_default_dtype
get_default_dtype set_printoptions allclose isclose equal testing.assert_close save load

data grad grad_fn is_leaf requires_grad shape dtype ndim T mT name _version output_nr retains_grad
backward detach detach_ requires_grad_ retain_grad register_hook numpy item tolist clone to float
double half long int short char byte bool type type_as zero_ fill_ copy_ add_ sub_ mul_ div_ clamp_
masked_fill_ size dim numel stride is_contiguous element_size data_ptr storage_offset new_zeros
new_ones new_empty new_full new_tensor is_floating_point expand_as view_as reshape_as
uniform_ normal_ bernoulli_ exponential_ random_ cpu device
__getitem__ __setitem__ __len__ __iter__ __contains__ __bool__ __float__ __int__ __index__
__neg__ __pos__ __abs__ __invert__ __add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__
__rmul__ __imul__ __truediv__ __rtruediv__ __itruediv__ __floordiv__ __rfloordiv__ __ifloordiv__
__mod__ __rmod__ __imod__ __pow__ __rpow__ __ipow__ __matmul__ __rmatmul__ __eq__ __ne__ __lt__
__le__ __gt__ __ge__ __and__ __rand__ __iand__ __or__ __ror__ __ior__ __xor__ __rxor__ __ixor__
__lshift__ __rlshift__ __rshift__ __rrshift__ __reversed__ __array__ __array_priority__ __dlpack__
__dlpack_device__ __reduce_ex__ __hash__ __format__

neg negative abs absolute sign sqrt rsqrt cbrt square reciprocal exp exp2 expm1 log log2 log10 log1p
sin cos tan asin arcsin acos arccos atan arctan sinh cosh tanh asinh arcsinh acosh arccosh atanh
arctanh sinc erf erfc erfinv lgamma digamma sigmoid logit floor ceil round trunc fix frac clamp clip
nan_to_num deg2rad rad2deg isnan isinf isfinite relu softmax log_softmax positive

add sub subtract mul multiply div divide true_divide addcmul addcdiv pow floor_divide remainder fmod
maximum minimum fmax fmin atan2 arctan2 hypot logaddexp lerp where copysign xlogy eq ne not_equal lt
less le less_equal gt greater ge greater_equal logical_and logical_or logical_xor logical_not
bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift

sum mean prod max min amax amin argmax argmin var std var_mean std_mean norm logsumexp median
quantile any all cumsum cumprod cummax cummin logcumsumexp nansum nanmean nanmedian nanquantile diff
trapezoid trapz count_nonzero aminmax

matmul mm mv bmm dot outer inner einsum tensordot kron cross trace addmm addmv addr baddbmm addbmm
linalg.inv linalg.pinv linalg.det linalg.slogdet linalg.solve linalg.solve_triangular
linalg.cholesky linalg.qr linalg.svd linalg.svdvals linalg.eigh linalg.eigvalsh linalg.lstsq
linalg.norm linalg.vector_norm linalg.matrix_norm linalg.matrix_power linalg.multi_dot linalg.cross

reshape view contiguous flatten unflatten ravel squeeze unsqueeze transpose t permute swapaxes
swapdims movedim moveaxis expand broadcast_to broadcast_tensors broadcast_shapes repeat tile
repeat_interleave cat concat concatenate stack hstack vstack dstack split chunk tensor_split unbind
flip fliplr flipud roll rot90 diag diagonal diag_embed diagflat tril triu unfold atleast_1d
atleast_2d atleast_3d

select narrow index_put gather scatter scatter_add scatter_reduce index_select index_add index_copy
index_fill take take_along_dim masked_select masked_fill masked_scatter fill sort argsort topk
kthvalue unique unique_consecutive nonzero searchsorted bucketize bincount interp
"""

OWN = {"name": "method", "cbrt": "both", "interp": "function"}  # names that PyTorch has not
METHODS = {
    "zero_",
    "fill_",
    "clamp_",
    "detach_",
    "cpu",
}  # as functions undocumented, or no functions


def found(home: Any, name: str) -> Any:
    """What `name`, with its dots, stands for; None where there is no such thing."""
    return reduce(lambda place, part: getattr(place, part, None), name.split("."), home)


@pytest.mark.parametrize("name", NAMES.split())
def test_the_name_is_here(name):
    function = found(torch, name) is not None and name not in METHODS
    method = hasattr(torch.Tensor, name)
    assert function or method or name in OWN
    if function or OWN.get(name) in ("function", "both"):
        assert found(ag, name) is not None
    if method or OWN.get(name) in ("method", "both"):
        assert hasattr(ag.Tensor, name)


# What PyTorch's schemas say of arguments: every one can be given by its name and at its place

SETTINGS = {"layout", "device", "pin_memory", "memory_format", "requires_grad"}  # see test_surface
APART = {
    **dict.fromkeys(("split", "tensordot"), "functions of Python there, with names of their own"),
    **dict.fromkeys(("einsum", "meshgrid", "broadcast_tensors"), "operands come one by one"),
    **dict.fromkeys(("atleast_1d", "atleast_2d", "atleast_3d"), "likewise"),
    **dict.fromkeys(("new_zeros", "new_ones", "new_empty"), "lengths come one by one"),
    **dict.fromkeys(("random_", "uniform_"), "`from` is no name in Python"),
    "tensor_split": "one argument, with a name for each of its types",
}
OTHERS = {
    *(("eq", "Tensor_list"), ("ne", "Tensor_list"), ("sort", "Tensor")),  # for TorchScript
    *(("add", "Scalar"), ("sub", "Scalar"), ("subtract", "Scalar")),  # old: alpha at third place
    *(("mm", "dtype"), ("bmm", "dtype"), ("addmm", "dtype"), ("baddbmm", "dtype")),  # for CUDA
}
BY_TYPE = {  # what stands at a place goes by its type: the names alone are compared
    *(("max", "other"), ("min", "other"), ("scatter", "value"), ("scatter", "value_reduce")),
    *(
        ("var", ""),
        ("std", ""),
        ("var_mean", ""),
        ("std_mean", ""),
        ("repeat_interleave", "Tensor"),
    ),
}


def schemas(name: str) -> Iterator[Any]:
    """The forms in which PyTorch's operator can be called from Python."""
    for schema in torch._C._jit_get_schemas_for_operator("aten::" + name.replace(".", "_")):
        text = str(schema)
        first = str(schema.arguments[0].type) if schema.arguments else ""
        private = "Dimname" in text or any(a.is_out for a in schema.arguments)
        if (
            first.startswith("Tensor")
            and not private
            and (name, schema.overload_name) not in OTHERS
        ):
            yield schema


def signatures() -> Iterator[Any]:
    for name in sorted(set(NAMES.split()) - APART.keys()):
        for home, written in ((ag, name), (ag.Tensor, f"Tensor.{name}")):
            ours = found(home, name)
            theirs = found(torch if home is ag else torch.Tensor, name)
            if inspect.isroutine(ours) and callable(theirs):
                for schema in schemas(name):
                    if home is ag or schema.arguments[0].name == "self":
                        case = f"{written} {schema.overload_name}".strip()
                        yield pytest.param(name, ours, home is ag.Tensor, schema, id=case)


@pytest.mark.parametrize(("name", "ours", "method", "schema"), list(signatures()))
def test_arguments_have_pytorchs_names_and_places(name, ours, method, schema):
    signature = inspect.signature(ours)
    taken = [a for a in schema.arguments if a.name not in SETTINGS | {"implicit"}]
    names = ["input" if a.name == "self" else a.name for a in taken]
    if method:
        signature.bind(None, **dict.fromkeys(names[1:]))
    else:
        signature.bind(**dict.fromkeys(names))
    kinds = {p.kind for p in signature.parameters.values()}
    if inspect.Parameter.VAR_POSITIONAL in kinds or (name, schema.overload_name) in BY_TYPE:
        return
    placed = [name for name, a in zip(names, taken) if not a.kwarg_only]
    bound = {value: key for key, value in signature.bind_partial(*placed).arguments.items()}
    for argument in placed[1:] if method else placed:
        assert bound[argument] == argument


# The same calls, with arguments by name

CALLS = """
torch.broadcast_to(v, size=(3, 2)), v.expand(size=(3, 2)), x.broadcast_to(size=(1, 2, 2))
torch.reshape(input=x, shape=(4,)), x.reshape(shape=(4,)), x.view(size=(4,))
x.flatten(start_dim=0, end_dim=1), torch.unflatten(input=v, dim=0, sizes=(2, 1))
x[None].squeeze(dim=0), x.transpose(dim0=0, dim1=1), torch.swapaxes(x, axis0=0, axis1=1)
x.permute(dims=(1, 0)), x.movedim(source=0, destination=1), x.unsqueeze(dim=-1)
x.tile(dims=(2,)), x.repeat(repeats=(2, 2)), x.unfold(dimension=0, size=1, step=1)
torch.repeat_interleave(repeats=torch.tensor([1, 2])), torch.repeat_interleave(v, 2, dim=0)
torch.stack(tensors=[v, v], dim=1), torch.cat(tensors=[x, x], dim=1), torch.concat((x, x), axis=1)
torch.chunk(input=x, chunks=2, dim=1), torch.unbind(input=x, dim=1), torch.split(x, 1, dim=0)
x.split(split_size=1), torch.flip(input=x, dims=(0,)), torch.roll(input=x, shifts=1, dims=0)
torch.rot90(input=x, k=1, dims=(0, 1)), torch.diag(input=v, diagonal=1), x.tril(diagonal=-1)
torch.diagonal(input=x, offset=1, dim1=1, dim2=0), torch.meshgrid(v, v, indexing="xy")
torch.sort(x, stable=True, dim=0, descending=True), x.sort(descending=True, dim=0)
torch.topk(x, k=1, dim=0, largest=False, sorted=True), torch.argsort(x, dim=0, descending=True)
torch.kthvalue(input=x, k=2, dim=0, keepdim=True), torch.msort(input=x)
torch.unique(x, True, True, True), torch.nonzero(x, as_tuple=True), x.take(index=i)
torch.searchsorted(v, input=x, right=True), torch.searchsorted(v, x, side="left", out_int32=True)
torch.bucketize(input=x, boundaries=v, right=True), torch.isin(elements=x, test_elements=v)
torch.narrow(x, dim=0, start=0, length=1), torch.select(input=x, dim=0, index=1)
x.gather(dim=0, index=i[None]), torch.take_along_dim(input=x, indices=i[None], dim=0)
x.scatter(dim=0, index=i[None], src=x), x.scatter(0, i[None], value=9.0)
x.scatter(0, i[None], 9.0), x.scatter_add(dim=0, index=i[None], src=x)
x.scatter_reduce(dim=0, index=i[None], src=x, reduce="amax", include_self=False)
x.index_put(indices=(i,), values=v, accumulate=True), x.index_select(dim=0, index=i)
x.index_add(dim=0, index=i, source=x[:1], alpha=2), x.index_fill(dim=1, index=i, value=9)
x.masked_fill(mask=x > 1, value=9), x.masked_select(mask=x > 1), x.clone().fill_(value=9)
torch.fill(input=x, value=9), x.clone().masked_fill_(mask=x > 1, value=9)
torch.where(condition=x > 1, input=x, other=-x), x.where(condition=x > 1, other=0)
torch.bincount(input=i, weights=v[:1], minlength=3), torch.gather(input=x, axis=0, index=i[None])
torch.add(input=x, other=v, alpha=2), x.sub(other=v, alpha=2), torch.mul(input=x, other=v)
torch.div(input=x, other=v, rounding_mode="floor"), x.remainder(other=v), torch.fmod(x, other=3)
torch.pow(input=x, exponent=2), torch.pow(2, x), x.pow(exponent=v)
torch.maximum(input=x, other=v), torch.max(input=x, other=-x), torch.hypot(input=x, other=x)
torch.lerp(input=x, end=v, weight=0.5), torch.xlogy(input=x, other=v), torch.atan2(x, other=v)
torch.addcmul(input=x, tensor1=x, tensor2=v, value=2), torch.addcdiv(x, tensor1=x, tensor2=v)
torch.clamp(input=x, min=2, max=3), x.clamp(v, v + 1), x.clone().clamp_(min=2), x.clip(max=2)
torch.nan_to_num(input=torch.tensor([torch.inf, torch.nan]), nan=1.0, posinf=2.0, neginf=3.0)
torch.logit(input=x, eps=0.1), torch.sigmoid(input=x), torch.sinc(input=x * 0)
torch.round(input=x / 3, decimals=1), torch.round(x, decimals=0), torch.sin(input=x)
torch.isclose(input=x, other=x, rtol=0.0, atol=0.0, equal_nan=True), torch.equal(input=x, other=x)
torch.allclose(input=x, other=v, rtol=9.0, atol=9.0, equal_nan=False), torch.eq(input=x, other=v)
torch.sum(input=x, dim=0, keepdim=True, dtype=torch.float64), x.sum(0, True, dtype=torch.float64)
torch.mean(input=x, dim=(0, 1)), torch.prod(x, 0, False, dtype=torch.float64), x.prod(dim=1)
torch.var(x, unbiased=True), torch.var(x, 0, True, True), torch.var(x, dim=0, correction=0)
torch.std(x, False), torch.std_mean(input=x, dim=0, correction=0), torch.var_mean(x, dim=1)
torch.max(x, dim=0, keepdim=True), torch.amax(input=x, dim=(0, 1)), torch.argmax(input=x, dim=1)
torch.median(input=x, dim=0), torch.quantile(input=x, q=0.5, dim=0, interpolation="lower")
torch.nanquantile(x, q=v / 2, dim=0, keepdim=True), torch.nansum(input=x, dim=0, keepdim=True)
torch.norm(input=x, p=2), x.norm(p=1, dim=0, keepdim=True), torch.logsumexp(input=x, dim=0)
torch.cumsum(input=x, dim=0, dtype=torch.float64), torch.cummax(input=x, dim=1), x.cumprod(dim=0)
torch.diff(input=x, n=1, dim=0, prepend=x, append=x), torch.logcumsumexp(input=x, dim=0)
torch.trapezoid(y=x), torch.trapezoid(x, dx=2.0), torch.trapezoid(y=x, x=v, dim=0)
torch.all(input=x > 1, dim=0, keepdim=True), torch.count_nonzero(input=x, dim=0), x.any(dim=1)
torch.softmax(x, dim=0, dtype=torch.float64), torch.log_softmax(input=x, dim=0), x.softmax(axis=0)
torch.sum(x, axis=0, keepdims=True), x.max(axis=0), x.cumsum(axis=1), x.softmax(0, torch.float64)
torch.matmul(input=x, other=v), torch.mm(input=x, mat2=x), torch.mv(input=x, vec=v)
torch.dot(input=v, tensor=v), torch.outer(input=v, vec2=v), torch.inner(input=v, other=v)
torch.bmm(input=x[None], mat2=x[None]), torch.kron(input=x, other=v), torch.trace(input=x)
torch.addmm(input=v, mat1=x, mat2=x, beta=2, alpha=3), torch.addmv(input=v, mat=x, vec=v, beta=0)
torch.baddbmm(input=x, batch1=x[None], batch2=x[None]), torch.addr(x, vec1=v, vec2=v, alpha=2)
torch.einsum("ij->i", x), torch.einsum("ij,jk->ik", [x, x]), torch.einsum(x, [0, 1], [0])
torch.tensordot(a=x, b=x, dims=1), torch.tensordot(x, x, dims=([0], [1]))
torch.cross(input=w, other=w.flip(0), dim=0), torch.linalg.cross(input=w, other=w.flip(0), dim=-1)
torch.linalg.inv(A=x), torch.linalg.det(A=x), torch.linalg.slogdet(A=x), torch.det(input=x)
torch.linalg.solve(A=x, B=v), torch.linalg.solve(x, x.T, left=False), torch.inverse(input=x)
torch.linalg.solve_triangular(input=x, B=x, upper=True, left=True, unitriangular=False)
torch.linalg.cholesky(input=x @ x.T, upper=True), torch.linalg.svdvals(A=x)
torch.linalg.qr(A=x, mode="r"), torch.linalg.svd(A=x, full_matrices=False).S
torch.linalg.eigvalsh(input=x @ x.T, UPLO="U"), torch.linalg.eigh(input=x @ x.T).eigenvalues
torch.linalg.lstsq(input=x, b=x.T).solution, torch.linalg.pinv(input=x, rtol=1e-3)
torch.linalg.matrix_power(input=x, n=2), torch.linalg.multi_dot(tensors=[x, x, v])
torch.linalg.matrix_norm(input=x, ord=1, dim=(0, 1)), torch.linalg.norm(input=x, ord="fro")
torch.linalg.vector_norm(x, ord=1, dim=0, keepdim=True), torch.linalg.norm(x, dim=0)
torch.tensor(data=[1.0]), torch.as_tensor(data=[1.0], dtype=torch.float64), torch.arange(end=3)
torch.arange(start=0, end=3, step=1), torch.linspace(start=0, end=1, steps=3), torch.eye(n=2, m=3)
torch.logspace(start=0, end=1, steps=3, base=2.0), torch.full(size=(2,), fill_value=1.0)
torch.tril_indices(row=2, col=2, offset=0), torch.triu_indices(row=2, col=2, offset=1)
torch.randperm(n=3).shape, torch.randint(low=0, high=2, size=(3,)).shape
torch.rand(size=(2,)).shape, torch.randn_like(input=x, dtype=torch.float64).dtype
torch.multinomial(input=x, num_samples=1, replacement=True).shape, x.multinomial(1).shape
torch.normal(mean=x, std=1.0).shape, torch.normal(mean=0.0, std=1.0, size=(2,)).shape
torch.bernoulli(input=x / 9).shape, x.bernoulli(p=0.5).shape, torch.rand_like(input=x).shape
x.to(dtype=torch.float64, copy=True), x.type_as(other=i)
x.contiguous(memory_format=torch.contiguous_format), x.clone(memory_format=torch.preserve_format)
x.clone().add_(other=1, alpha=2), x.clone().mul_(other=2), x.clone().copy_(other=v)
x.detach().requires_grad_(requires_grad=False), (2 * x.clone().requires_grad_()).detach_().is_leaf
reversed(x), x.retains_grad, x.output_nr, x._version, x.mT, x.T, x.is_leaf, x.grad_fn, x.grad
"""


@pytest.mark.parametrize("call", lines(CALLS))
def test_the_same_call(call):
    theirs, ours = eval(call, tensors_of(torch)), eval(call, tensors_of(ag))
    assert here(ours) == there(theirs)


def tensors_of(m: Any) -> dict[str, Any]:
    """What the calls speak of, in the package `m`."""
    return {
        "torch": m,
        "x": m.tensor([[2.0, 1.0], [3.0, 5.0]]),
        "v": m.tensor([1.0, 2.0]),
        "w": m.tensor([1.0, 2.0, 4.0]),
        "i": m.tensor([1]),
    }


def test_every_call_knows_no_other_arguments():
    x = ag.ones(2, 2)
    for call in (ag.sum, ag.cat, ag.matmul, ag.linalg.inv, ag.Tensor.gather, ag.Tensor.float):
        with pytest.raises(TypeError, match="unexpected keyword argument 'no_such'"):
            call(x, no_such=1)
