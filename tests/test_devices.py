"""Devices, mixed precision and settings: one device, and clear words about all others."""

from __future__ import annotations

import copy
import pickle

import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, DtypeError
from autograd_fr.kernels import blas


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))])
def test_devices_are_values(duplicate):
    d = ag.device("cuda:1")
    assert duplicate(d) == d
    assert {d: 1}[ag.device("cuda", 1)] == 1
    with pytest.raises(AttributeError):
        d.type = "cpu"


def test_a_device_as_a_context():
    with ag.device("cpu"):
        assert ag.zeros(1).device.type == "cpu"
    with pytest.raises(AutogradError, match="no 'cuda' here"), ag.device("cuda"):
        pass


@pytest.mark.parametrize(
    "use",
    [
        lambda: ag.rand(2, device="cuda"),
        lambda: ag.tensor(1.0, device="mps"),
        lambda: ag.zeros(2).to("xpu:0"),
        lambda: ag.ones_like(ag.zeros(2), device=ag.device("meta")),
        lambda: nn.Linear(1, 1).cuda(),
        lambda: ag.cuda.set_device(0),
    ],
)
def test_other_devices_are_refused_in_one_line(use):
    with pytest.raises(
        AutogradError, match=r"^no '.*' here: all computation is on the CPU"
    ) as caught:
        use()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "use",
    [
        lambda: ag.zeros(2, out=ag.ones(2)),
        lambda: ag.zeros(2, pin_memory=True),
        lambda: ag.zeros(2, layout="sparse"),
    ],
)
def test_options_that_would_change_something_are_refused(use):
    with pytest.raises(AutogradError, match=r"zeros\(\) does not support"):
        use()


@pytest.mark.parametrize("name", ["bfloat16", "complex64", "complex128"])
def test_absent_dtypes_can_be_named_but_not_used(name):
    dtype = getattr(ag, name)
    assert ag.zeros(1).dtype != dtype
    for use in (lambda: ag.zeros(2, dtype=dtype), lambda: ag.zeros(2).to(dtype)):
        with pytest.raises(DtypeError, match=f"dtype {name} is not supported; choose one of"):
            use()


def test_modules_move_between_dtypes():
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    net.register_buffer("count", ag.tensor([1]))
    weight = net[0].weight
    net(ag.ones(1, 2)).sum().backward()
    assert net.to("cpu") is net
    assert net.double()[0].weight is weight
    assert {p.dtype for p in net.parameters()} == {p.grad.dtype for p in net.parameters()}
    assert (weight.dtype, weight.grad.dtype, net.count.dtype) == (ag.float64, ag.float64, ag.int64)
    assert net.to(ag.zeros(1)).float()[1].bias.dtype == ag.float32
    assert net.half()[1].bias.dtype == ag.float16
    net.float()(ag.ones(1, 2)).sum().backward()
    with pytest.raises(DtypeError, match="floating"):
        net.to(ag.int64)


def test_autocast():
    @ag.autocast("cpu", enabled=False)
    def f(x):
        return x + 1

    assert f(ag.ones(1)).dtype == ag.float32
    with ag.amp.autocast("cpu", dtype=ag.float32):
        pass
    with pytest.warns(UserWarning, match="no effect"), ag.autocast("cuda"):
        pass
    with pytest.raises(DtypeError, match="bfloat16 on the CPU"):
        ag.autocast("cpu")


def test_a_scaler_that_is_off_steps_as_without():
    w = ag.tensor([1.0], requires_grad=True)
    optimizer = ag.optim.SGD([w], lr=0.5)
    with pytest.warns(UserWarning, match="no effect"):
        scaler = ag.amp.GradScaler()
    scaler.scale((w * w).sum()).backward()
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    scaler.update()
    assert w.item() == 0


def test_compile_gives_back_what_it_is_given():
    net = nn.Linear(1, 1)
    assert ag.compile(net) is net

    @ag.compile(fullgraph=True)
    def f(x):
        return x + 1

    assert f(1) == 2
    with pytest.raises(TypeError):
        ag.compile(3)


def test_settings():
    ag.set_float32_matmul_precision("high")
    assert ag.get_float32_matmul_precision() == "high"
    with pytest.raises(ValueError, match="highest"):
        ag.set_float32_matmul_precision("low")
    ag.set_float32_matmul_precision("highest")
    ag.backends.cudnn.deterministic = True
    ag.backends.cuda.matmul.allow_tf32 = True
    ag.use_deterministic_algorithms(True)
    assert ag.are_deterministic_algorithms_enabled()


def test_how_many_threads_compute(monkeypatch):
    before = ag.get_num_threads()
    assert before >= 1
    for n, error in [(0, ValueError), (2.5, TypeError), ("2", TypeError), (None, TypeError)]:
        with pytest.raises(error, match="the number of threads is"):
            ag.set_num_threads(n)
    assert ag.get_num_threads() == before
    monkeypatch.setattr(blas, "controls", lambda: None)
    with pytest.warns(RuntimeWarning, match="OMP_NUM_THREADS"):
        ag.set_num_threads(before + 1)
    monkeypatch.undo()
    ag.set_num_threads(before)
    with pytest.raises(TypeError, match="bytes is an integer"):
        ag.set_memory_kept(1.5)


def test_what_is_imported_late_is_listed_and_found():
    for name in ag._LATE:
        assert getattr(ag, name) is not None
    assert not hasattr(ag, "sparse_coo_tensor")


def test_the_number_of_a_gpu_is_no_dtype():
    for call in (lambda: ag.ones(1).to(0), lambda: ag.ones(1, device=0)):
        with pytest.raises(RuntimeError, match="all computation is on the CPU"):
            call()
