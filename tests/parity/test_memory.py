"""Which results share memory with their argument, and what a write into them does."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")
pytest.importorskip("expecttest", reason="PyTorch's database of operators imports it")

from tests.parity import opdb  # noqa: E402
from tests.parity.same import flat  # noqa: E402

# Calls that may give back what they are given: those that do nothing to it, or hardly anything.
CALLS = """
x.repeat_interleave(1)
x.repeat_interleave(1,0)
x[:1].repeat_interleave(2,0)
x.repeat(1,1)
x.tile((1,))
t.tile(x,(1,1))
x.roll(0)
x.roll(0,0)
x.flip(())
x.flip(0)
x[:1].flip(0)
x.rot90(0)
x.rot90(4)
x.rot90(2)
x.fliplr()
x.matrix_power(1)
x.matrix_power(0)
t.linalg.matrix_power(x,1)
x.clamp(min=None,max=9.)
x.nan_to_num()
x.sum(())
x.sum(0)
x[:1].sum(0)
x[:1].mean(0)
x[:1].prod(0)
x[:1].amax(0)
x[:1].max(0).values
x[:1].max(0).indices
x[:1].logsumexp(0)
x[:1].cumsum(0)
x[:1].cumprod(0)
x[:1].cummax(0)[0]
x[:1].sort(0)[0]
x[:1].median(0)[0]
x[:1].mode(0)[0]
x[:1].kthvalue(1,0)[0]
x[:1].topk(1,0)[0]
x[:1].unique()
x[:1].quantile(.5,0)
x[:1].nansum(0)
x[:1].norm(dim=0)
x[:1].diff(0)
x.diff(n=0)
t.cat([x])
t.stack([x])
t.hstack([x])
t.vstack([x])
t.dstack([x])
t.column_stack([x])
t.block_diag(x)
t.cartesian_prod(x[0])
t.combinations(x[0],1)
t.meshgrid(x[0],indexing="ij")[0]
t.chain_matmul(x)
t.linalg.multi_dot([x,x])
t.einsum("ij",x)
t.einsum("ij->ji",x)
t.einsum("ii->i",x)
t.einsum("ii",x)
t.einsum("ij->ij",x)
t.einsum("ij->i",x[:,:1])
t.tensordot(x,x,0)
x.tril(5)
x.triu(-5)
x.diag()
x.diag().diag()
x.diag_embed()
x[0].diagflat()
x.floor()
x.round()
i.floor()
i.ceil()
i.round()
i.trunc()
i.abs()
u.abs()
u.sign()
x.positive()
+x
x.to(t.float64)
x.to(t.float32)
x.float()
x.double()
x.to(x)
x.type(t.float32)
x.type_as(x)
x.contiguous()
x.clone()
x.detach()
x.cpu()
x.squeeze()
x.expand(2,2)
x.expand_as(x)
x.reshape(2,2)
x.reshape(4)
x.t().reshape(4)
x.flatten()
x[0].flatten()
x.ravel()
x.t().ravel()
x[0].view_as(x[0])
t.atleast_1d(x)
t.atleast_2d(x)
t.atleast_3d(x)
t.broadcast_to(x,(2,2))
x.split(2)[0]
x.chunk(1)[0]
x.tensor_split(1)[0]
x.movedim(0,0)
x.permute(0,1)
x.transpose(0,0)
x.swapaxes(0,0)
x.unfold(0,2,1)
x.narrow(0,0,2)
x.select(0,0)
x.index_select(0,t.tensor([0,1]))
x.take_along_dim(t.zeros(2,2,dtype=t.int64),0)
x.gather(0,t.zeros(2,2,dtype=t.int64))
x.masked_select(t.ones(2,2,dtype=t.bool))
x.masked_fill(t.zeros(2,2,dtype=t.bool),0.)
x.masked_scatter(t.zeros(2,2,dtype=t.bool),x)
x.where(t.ones(2,2,dtype=t.bool),x)
x.index_fill(0,t.zeros(0,dtype=t.int64),1.)
x.index_add(0,t.zeros(0,dtype=t.int64),x[:0])
x.scatter(0,t.zeros(0,0,dtype=t.int64),x[:0])
x.index_put((t.zeros(0,dtype=t.int64),),x[:0])
x.take(t.tensor([0]))
x[...]
x[:]
x[None]
x[t.tensor([0,1])]
x[[0,1]]
x[t.ones(2,2,dtype=t.bool)]
x[()]
x[0:2,0:2]
x[0]
x[:,0]
x.pow(1)
x**1
x*1
x/1
x+0
x.lerp(x,0.)
x.maximum(x)
x.relu()
t.as_tensor(x)
t.tensor(x)
x.new_tensor(x)
t.ones_like(x)
t.full_like(x,1.)
t.movedim(x,(0,1),(0,1))
t.squeeze(x,0)
t.unflatten(x,1,(2,))
t.diagonal(x)
t.trace(x)
t.trace(x[:1,:1])
t.det(x[:1,:1])
t.linalg.inv(x[:1,:1])
t.kron(x,t.ones(1,1))
t.outer(x[0],t.ones(1))
t.addmm(x,x,x,beta=1,alpha=0)
t.add(x,x,alpha=0)
t.linalg.vector_norm(x[:1],dim=0)
t.linalg.matrix_exp(x)
t.special.logit(x)
t.frac(x)
t.bucketize(x,x[0])
t.searchsorted(x[0],x[0])
t.sort(x[:,:1])[0]
t.msort(x[:1])
t.trapezoid(x,dim=0)
t.select_scatter(x,x[0],0,0)
t.slice_scatter(x,x)
t.diagonal_scatter(x,x.diagonal())
t.flatten(x,1)
t.flatten(x,0,0)
t.flatten(x.t(),1)
t.unbind(x)[0]
t.moveaxis(x,0,0)
t.hsplit(x,1)[0]
x.mT
x.T
x.H
x.adjoint()
x.bool()
i.long()
i.int()
b.bool()
x.data
x.view(2,2)
x.view(t.float32)
x.unsqueeze(0)
x.as_strided((2,2),(2,1))
s.flatten()
s.ravel()
s.repeat_interleave(1)
s.sum()
s.mean()
s.max()
s.amax()
s.cumsum(0)
s.sort()[0]
s.median()
s.mode()[0]
s.topk(1)[0]
s.kthvalue(1)[0]
s.squeeze()
s.logsumexp(0)
s.quantile(.5)
s.unique()
s.prod()
s.flip(0)
s.roll(0)
s.min()
s.softmax(0)*1
s.clone()
s.view(1)
s.reshape(())
s.expand(2)
s.unsqueeze(0)
s.index_select(0,t.tensor([0]))
s.gather(0,t.tensor(0))
s.take(t.tensor(0))
s.masked_select(t.tensor(True))
s[()]
s[...]
s[None]
s.cummax(0)[0]
s.contiguous()
s.where(t.tensor(True),s)
s.cov()
s.maximum(s)
t.stack([s])
t.meshgrid(s,indexing="ij")[0]
t.block_diag(s)
s.nansum()
s.argsort()
s.tile(())
s.cumprod(0)
s.logcumsumexp(0)
s.amin(())
s.dist(s)
s.norm(1)
s.double()
s.float()
s.to(t.float32)
s.detach()
x.diagonal().diag()
""".strip().splitlines()


def given(t):
    """The tensors that the calls are about."""
    tensors = {
        "x": t.tensor([[1.0, 2.0], [3.0, 4.0]]),
        "i": t.tensor([[1, 2], [3, 4]]),
        "u": t.tensor([[1, 2], [3, 4]], dtype=t.uint8),
        "b": t.ones(2, 2, dtype=t.bool),
        "s": t.tensor(2.0),
    }
    return tensors | {"t": t}


def ours_shares(result, tensors):
    memories = [x.array if x.ndim else x.memory() for x in (result, *tensors)]
    return any(np.may_share_memory(memories[0], memory) for memory in memories[1:])


def theirs_shares(result, tensors):
    places = [x.untyped_storage().data_ptr() for x in tensors if x.numel()]
    return result.numel() > 0 and result.untyped_storage().data_ptr() in places


def shares(call, t, sharing):
    names = given(t)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = eval(call, names)
    return sharing(result, [names[name] for name in "xiubs"])


@pytest.mark.parametrize("call", CALLS)
def test_memory_is_shared_where_theirs_is(call):
    assert shares(call, ag, ours_shares) == shares(call, torch, theirs_shares)


def gradients(call, t):
    """Those of x and s, where the result was tripled in place; None where that is refused."""
    names = given(t)
    leaves = [names[name].requires_grad_() for name in "xs"]
    x, s = (leaf * 1 for leaf in leaves)
    names |= {"x": x, "s": s}
    with warnings.catch_warnings():  # PyTorch's asarray tells of a change of its own, once
        warnings.simplefilter("ignore", UserWarning)
        result = eval(call, names)
    try:
        result.mul_(3)
        (x.sum() + s).backward()
    except RuntimeError:
        return None
    return [leaf.grad.tolist() for leaf in leaves]


@pytest.mark.parametrize("call", [c for c in CALLS if shares(c, torch, theirs_shares)])
def test_a_write_through_it_reaches_the_graph(call):
    theirs, ours = gradients(call, torch), gradients(call, ag)
    assert theirs is None or theirs == ours


# Of PyTorch's samples, those that ask for a layout which is not known here.
LAYOUTS = ("double", "long")


@pytest.mark.parametrize("title", [t for t in opdb.operators() if t not in LAYOUTS])
def test_catalogue(title):
    info = opdb.operators()[title]
    found = [form for form in opdb.forms(info)[0] if not form.in_place]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = opdb.samples(info, opdb.dtypes(info)[0])[:40]
    for number, sample in samples:
        for form in found:
            if form.takes_tensor and not isinstance(sample.input, torch.Tensor):
                continue
            call, made = (sample.input, sample.args, sample.kwargs), {}
            try:
                with warnings.catch_warnings(), torch.no_grad(), ag.no_grad():
                    warnings.simplefilter("ignore")
                    input, args, kwargs = opdb.converted(call, made)
                    theirs = flat(form.theirs(call[0], *call[1], **call[2]))
                    ours = flat(form.ours(input, *args, **kwargs))
            except (opdb.Unfit, RuntimeError, TypeError, NotImplementedError):
                continue  # a call that either refuses; the parity of values counts these
            for y, z in zip(ours, theirs):
                if isinstance(z, torch.Tensor):
                    shared = theirs_shares(z, list(opdb.tensors(call)))
                    assert ours_shares(y, list(made.values())) == shared, (form.written, number)
