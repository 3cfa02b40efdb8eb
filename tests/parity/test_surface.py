"""Calls around tensors, as programs write them: the same text gives the same here and there."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")

CREATION = """
torch.zeros(2, 3)
torch.zeros((2, 3), dtype=torch.int32, device="cpu")
torch.zeros(size=(2,), requires_grad=True)
torch.zeros(())
torch.ones([2, 3], layout=torch.strided, pin_memory=False)
torch.ones(torch.Size([2]), device=torch.device("cpu"), dtype=torch.bool)
torch.empty(0, 3, device="cpu:0")
torch.full((2,), 1)
torch.full((2,), True)
torch.full((2,), 1, dtype=torch.float64)
torch.full(size=(2, 1), fill_value=2.5)
torch.full((2,), torch.tensor(2.5))
torch.full_like(torch.ones(2), 3)
torch.full((2,), -9, dtype=torch.uint8), torch.tensor([-1], dtype=torch.uint8)
torch.full((2,), 2.7, dtype=torch.int8), torch.full((2,), float("inf"), dtype=torch.float16)
torch.tensor([1e300], dtype=torch.float16), torch.tensor(np.array([300]), dtype=torch.uint8)
torch.fill(torch.zeros(2, dtype=torch.int64), 3.5), torch.fill(torch.zeros(2), torch.tensor(3))
torch.zeros(2, dtype=torch.uint8).fill_(torch.tensor(300))
torch.zeros_like(torch.ones(2, 3), dtype=torch.long)
torch.ones_like(torch.zeros(2, dtype=torch.uint8), memory_format=torch.preserve_format)
torch.arange(5)
torch.arange(5.0)
torch.arange(1, 6, 2)
torch.arange(start=1, end=6, step=2, dtype=torch.float32)
torch.arange(0, 1, 0.1)
torch.arange(1, 0, -0.25)
torch.arange(5, dtype=torch.uint8)
torch.arange(torch.tensor(3))
torch.arange(0, 3, 0.7, dtype=torch.float64)
torch.arange(1.5, 4, dtype=torch.int64)
torch.arange(0, 2, 0.5, dtype=torch.int32)
torch.arange(0, -8.5, -1.7, dtype=torch.int16), torch.arange(0, -8.5, -1.7, dtype=torch.int64)
torch.arange(-1.5, 3, dtype=torch.uint8)
torch.linspace(0, 10, 4)
torch.linspace(0, 10, steps=4, dtype=torch.int64)
torch.linspace(-3.5, 3.5, 10, dtype=torch.float64)
torch.linspace(0, 1, 0)
torch.linspace(3, 1, 1)
torch.logspace(0, 2, 3)
torch.logspace(0, 4, 5, base=2)
torch.eye(3)
torch.eye(2, 3, dtype=torch.int64)
torch.tril_indices(3, 3)
torch.tril_indices(3, 4, -1)
torch.triu_indices(3, 3, 1)
torch.triu_indices(4, 3, offset=-1, dtype=torch.int32)
torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij")[1]
torch.meshgrid(torch.arange(2), torch.arange(3), torch.arange(4), indexing="xy")[0]
torch.meshgrid([torch.arange(2.0), torch.tensor(5.0)], indexing="ij")[1]
torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4, 5]))
torch.cartesian_prod(torch.tensor([1, 2]))
torch.combinations(torch.tensor([1, 2, 3, 4]), r=3)
torch.combinations(torch.tensor([1, 2, 3]), with_replacement=True)
torch.tensor([2.0, torch.tensor(1.5, dtype=torch.float64)]), torch.tensor([torch.tensor(1.5), 2])
torch.tensor([torch.tensor(1, dtype=torch.int8), True]), torch.tensor([[torch.tensor(True)], [2]])
torch.tensor([np.float64(1.5), 2]), torch.tensor([1, np.float16(1.5)]), torch.tensor(range(3))
torch.scalar_tensor(3)
torch.scalar_tensor(True, dtype=torch.int16)
torch.asarray([1, 2], dtype=torch.float64)
torch.asarray(np.ones(2), copy=True)
torch.as_tensor(np.arange(3), device="cpu")
torch.from_numpy(np.ones((2, 2), np.float32))
torch.frombuffer(bytearray(8), dtype=torch.int32, count=1, offset=4)
torch.tensor([1.0, 2.0], dtype=torch.half, device=torch.device("cpu"))
torch.Tensor(2, 3).shape
torch.Tensor([1, 2])
torch.Tensor(np.array([1, 2]))
torch.Tensor(torch.tensor([1, 2]))
torch.Tensor((2, 3))
torch.Tensor()
torch.Tensor(torch.Size([2, 1])).shape
torch.LongTensor([1, 2])
torch.LongTensor(2).dtype.itemsize
torch.FloatTensor([[1, 2]])
torch.BoolTensor([True, False])
torch.ones(2).new_zeros(2, 3)
torch.ones(2).new_ones((2, 3), dtype=torch.int8)
torch.ones(2).double().new_full((2,), 3)
torch.ones(2).new_tensor([1, 2])
torch.ones(2).long().new_empty(0)
torch.ones(2).new(0, 3)
"""

ABOUT = """
torch.zeros(2, 3).shape
torch.zeros(2, 3).size()
torch.zeros(2, 3).size(-1)
torch.zeros(2, 3).shape + (1,)
(1,) + torch.zeros(2).shape
torch.zeros(2, 3, 4).shape[1:]
torch.zeros(2, 3, 4).shape[-1]
torch.zeros(2, 3).shape * 2
torch.zeros(2, 3).shape.numel()
torch.zeros(2, 3).shape == (2, 3)
list(torch.zeros(2, 3).shape)
torch.Size([2, 3])
torch.Size()
torch.broadcast_shapes((2, 1), (3,)), torch.broadcast_shapes(2, (3, 1))
f"{torch.zeros(2).shape}"
torch.zeros(2).device
str(torch.zeros(2).device)
torch.device("cpu")
torch.device("cuda:1")
torch.device("cuda", 1).index
torch.device(type="mps").type
torch.device("cpu") == torch.device("cpu:0")
torch.device("cpu") == "cpu"
torch.zeros(2).device == torch.device("cpu")
torch.zeros(2, 3).numel(), torch.zeros(2, 3).nelement(), torch.numel(torch.zeros(2, 3))
torch.zeros(2, 3).dim(), torch.zeros(2, 3).ndimension(), torch.zeros(2, 3).ndim
torch.zeros(2, 3).element_size(), torch.zeros(2, 3).nbytes, torch.zeros(2).itemsize
torch.zeros(2, 3).stride(), torch.zeros(2, 3).t().stride(), torch.zeros(2, 3).stride(0)
torch.zeros(2, 3).is_contiguous(), torch.zeros(2, 3).t().is_contiguous()
torch.zeros(2, 3).t().contiguous().stride()
torch.zeros(4)[1:].storage_offset()
torch.zeros(2).data_ptr() == torch.zeros(2).data_ptr() or True
torch.zeros(2).type(), torch.zeros(2, dtype=torch.bool).type()
torch.zeros(2).is_floating_point(), torch.is_floating_point(torch.tensor(1))
torch.zeros(2).is_cuda, torch.zeros(2).get_device(), torch.zeros(2).is_complex()
torch.zeros(2).is_sparse, torch.zeros(2).layout == torch.strided
torch.is_tensor(torch.zeros(2)), torch.is_tensor([1])
isinstance(torch.zeros(2), torch.Tensor), isinstance(torch.zeros(2), torch.FloatTensor)
isinstance(torch.zeros(2), torch.LongTensor)
torch.finfo(torch.float32)
torch.finfo(torch.float16)
torch.finfo().eps, torch.finfo(torch.float64).max, torch.finfo(torch.float32).tiny
torch.finfo(torch.float32).bits, torch.finfo(torch.float32).dtype
torch.iinfo(torch.int8), torch.iinfo(torch.int64).max, torch.iinfo(torch.uint8).bits
torch.cuda.is_available(), torch.cuda.device_count(), torch.backends.mps.is_available()
torch.accelerator.is_available(), torch.accelerator.current_accelerator()
torch.cuda.manual_seed_all(1), torch.cuda.manual_seed(1)
torch.get_default_device()
torch.equal(torch.ones(2), torch.ones(2)), torch.equal(torch.ones(2), torch.ones(3))
torch.equal(torch.tensor([1, 2]), torch.tensor([1.0, 2.0]))
torch.allclose(torch.ones(2), torch.ones(2) + 1e-6), torch.ones(2).allclose(torch.zeros(2))
torch.can_cast(torch.float64, torch.float32), torch.can_cast(torch.float32, torch.int32)
torch.can_cast(torch.int8, torch.uint8), torch.can_cast(torch.uint8, torch.int8)
torch.pi, torch.inf, torch.newaxis
3 in torch.tensor([1, 2, 3]), torch.tensor([9]) in torch.tensor([1, 2, 3])
round(float(torch.tensor(2.6))), int(torch.tensor([2.6])), complex(torch.tensor(2.5))
"""

CONVERSION = """
torch.tensor([1.5, -2.5]).to(torch.int64)
torch.tensor([1.5]).to("cpu")
torch.tensor([1.5]).to("cpu", torch.float64)
torch.tensor([1.5]).to(device="cpu", dtype=torch.float16, non_blocking=True)
torch.tensor([1.5]).to(torch.tensor([1]))
torch.tensor([1.5]).to(torch.float64, True, True)
torch.tensor([1.5]).to(copy=True)
torch.tensor([1.5]).to(torch.device("cpu"), non_blocking=True)
torch.tensor([1.5]).to(None, torch.float64)
torch.tensor([1.5]).cpu()
torch.tensor([1.5]).type(torch.int32)
torch.tensor([1.5]).type("torch.DoubleTensor")
torch.tensor([1.5]).type(torch.LongTensor)
torch.tensor([1]).type_as(torch.tensor(1.0))
torch.tensor([1.5]).half(), torch.tensor([1.5]).int(), torch.tensor([1.5]).short()
torch.tensor([1.5]).char(), torch.tensor([1.5]).byte(), torch.tensor([1.5]).bool()
torch.tensor([1.5]).long(), torch.tensor([1.5]).double(), torch.tensor([1]).float()
torch.tensor([1.5]).long(memory_format=torch.contiguous_format), torch.tensor([1.5]).cpu()
torch.isclose(torch.tensor([1.0, 2.0, np.inf]), torch.tensor([1.000001, 2.1, np.inf]))
torch.isclose(torch.tensor([1.0, np.nan]), torch.tensor([1.1, np.nan]), equal_nan=True, rtol=0.2)
torch.isclose(torch.tensor([1, 5]), torch.tensor([2, 5]), atol=1.0)
torch.isclose(torch.tensor([np.inf, -np.inf]), torch.tensor([-np.inf, 1.0]), rtol=1.0)
torch.tensor([1.0, 2.0], requires_grad=True).numpy(force=True)
torch.ones(2, dtype=torch.float64).new_zeros(1).numpy()
torch.promote_types(torch.int8, torch.uint8), torch.result_type(torch.tensor([1]), 1.0)
torch.bernoulli(torch.tensor([0.0, 1.0]))
torch.multinomial(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), 1)
torch.randint(5, 6, (2,)), torch.randint(1, (2,))
torch.randint(high=1, size=(2,), dtype=torch.int8)
torch.randperm(1, dtype=torch.int32)
torch.normal(torch.tensor([1.0, 5.0]), torch.zeros(2)), torch.normal(2.0, 0.0, (1, 2))
torch.normal(torch.zeros(2, 1), 0.0)
torch.randint_like(torch.zeros(2), 1)
torch.zeros(2).random_(1), torch.zeros(2).random_(to=1), torch.zeros(2).random_(3, to=4)
torch.zeros(2).uniform_(3, 3), torch.zeros(2).bernoulli_(1.0), torch.zeros(2).normal_(1.0, 0.0)
"""


def lines(text: str) -> list[str]:
    return text.strip().splitlines()


def there(result) -> object:
    """A result of PyTorch's as ours would be, where types differ."""
    if isinstance(result, tuple) and not isinstance(result, torch.Size):
        return tuple(map(there, result))
    return repr(result).replace("torch.", "")


def here(result) -> object:
    if isinstance(result, tuple) and not isinstance(result, ag.Size):
        return tuple(map(here, result))
    return result.name if isinstance(result, np.dtype) else repr(result).replace("torch.", "")


@pytest.mark.parametrize("call", lines(CREATION) + lines(ABOUT) + lines(CONVERSION))
def test_the_same_text(call):
    theirs = eval(call, {"torch": torch, "np": np})
    ours = eval(call, {"torch": ag, "np": np})
    assert here(ours) == there(theirs)


REFUSED = """
torch.zeros(2, device="cuda")
torch.zeros(2).to("cuda")
torch.zeros(2).cuda()
torch.zeros(2, device=torch.device("cuda"))
torch.zeros(2).to(torch.device("mps"))
torch.device("gpu")
torch.device("cpu:-1")
torch.Tensor(2.5)
torch.LongTensor(torch.tensor([1.0]))
torch.randint(5, 5, (2,))
torch.randint(2, 2)
torch.meshgrid(torch.arange(2), torch.zeros(2))
torch.normal(0.0, -1.0, (2,))
torch.bernoulli(torch.tensor([2.0]))
torch.multinomial(torch.tensor([-1.0, 1.0]), 1)
torch.multinomial(torch.ones(2), 3)
torch.arange(3, 1)
torch.arange(0, 2, 0.5, dtype=torch.int64)
torch.full((2,), 300, dtype=torch.uint8)
torch.full((2,), -256, dtype=torch.uint8)
torch.full((2,), float("nan"), dtype=torch.int64)
torch.full((2,), 1e10, dtype=torch.float16)
torch.tensor([1, 300], dtype=torch.uint8)
torch.as_tensor([float("inf")], dtype=torch.int32)
torch.zeros(2, dtype=torch.int8).fill_(-129)
torch.zeros(2, dtype=torch.int8).__setitem__(0, 128)
torch.zeros(2).masked_fill(torch.tensor([True, False]), -1e300)
torch.fill(torch.zeros(2), torch.ones(2))
torch.randint(0, 300, (2,), dtype=torch.uint8)
torch.linspace(0, 1, 2.0)
torch.zeros(2).normal_(0, -1)
torch.zeros(2).log_normal_(0, 0)
torch.zeros(2).float(memory_format=torch.strided)
torch.addr(*[torch.ones(1, dtype=torch.int64)] * 3, beta=0.5)
torch.linspace(0, 1, -1)
torch.eye(-1)
torch.rand(2, dtype=torch.int64)
torch.zeros(2).size(1)
torch.zeros(2, dtyp=torch.float32)
torch.finfo(torch.int8)
torch.iinfo(torch.float32)
torch.isclose(torch.ones(2), torch.ones(2).double())
torch.zeros(2).cuda(0)
torch.nn.Linear(2, 1).to("cuda")
torch.nn.Linear(2, 1).to(torch.int64)
torch.ones(1, requires_grad=True).uniform_()
'a' in torch.tensor([1])
"""


@pytest.mark.parametrize("call", lines(REFUSED))
def test_what_both_refuse(call):
    with pytest.raises(Exception):  # noqa: B017
        eval(call, {"torch": torch})
    with pytest.raises((RuntimeError, TypeError, ValueError, IndexError)) as caught:
        eval(call, {"torch": ag})
    assert len(str(caught.value)) > 10
