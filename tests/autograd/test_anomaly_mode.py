"""`detect_anomaly`: what it raises, and that PyTorch raises the same."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import autograd_fr as ag
from autograd_fr.autograd import memory
from autograd_fr.errors import NonFiniteError


def zero_root(lib):
    x = lib.tensor([0.0, 1.0], requires_grad=True)
    return (lib.sqrt(x) * 0).sum()


def zero_power(lib):
    x = lib.tensor([0.0, 1.0], requires_grad=True)
    return ((x**0.5) * 0).sum()


def divided(lib):
    a = lib.tensor([1.0], requires_grad=True)
    b = lib.tensor([0.0], requires_grad=True)
    return ((a / b) * 0).sum()


def second_argument(lib):
    a = lib.tensor([1.0], requires_grad=True)
    b = lib.tensor([float("nan")], requires_grad=True)
    return (a.detach() * (a * b)).sum()


def infinite_only(lib):
    return lib.sqrt(lib.tensor([0.0], requires_grad=True)).sum()


PROGRAMS = [zero_root, zero_power, divided, second_argument, infinite_only]


def message(lib, program, **options):
    try:
        with lib.autograd.set_detect_anomaly(True, **options):
            program(lib).backward()
    except RuntimeError as error:
        return str(error)
    return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("check_nan", [True, False])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_the_message_is_that_of_pytorch(program, check_nan):
    torch = pytest.importorskip("torch")
    theirs = message(torch, program, check_nan=check_nan)
    assert message(ag, program, check_nan=check_nan) == theirs


def test_the_notes_name_operation_operands_line_and_calls():
    with pytest.raises(NonFiniteError) as caught, ag.autograd.detect_anomaly():
        zero_root(ag).backward()
    (note,) = caught.value.__notes__
    assert note.startswith("In forward this was `sqrt` of x of shape (2,), line ")
    assert "return (lib.sqrt(x) * 0).sum()" in note
    assert "zero_root(ag).backward()" in note


def test_forward_may_have_been_outside():
    loss = zero_root(ag)
    with pytest.raises(NonFiniteError) as caught, ag.autograd.detect_anomaly():
        loss.backward()
    (note,) = caught.value.__notes__
    assert "`sqrt`" in note
    assert "compute it in detect_anomaly() too" in note


class Failing(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        raise KeyError("lost")


def test_another_error_in_backward_gets_the_line_too():
    x = ag.tensor([1.0], requires_grad=True)
    with pytest.raises(KeyError) as caught, ag.autograd.detect_anomaly(check_nan=False):
        Failing.apply(x).sum().backward()
    (note,) = caught.value.__notes__
    assert "`Failing`" in note
    assert "Failing.apply(x)" in note


@pytest.mark.parametrize("create_graph", [False, True])
def test_grad_is_watched_too(create_graph):
    x = ag.tensor([0.0], requires_grad=True)
    with pytest.raises(NonFiniteError, match="PowBackward0"), ag.autograd.detect_anomaly():
        ag.autograd.grad(((x**0.5) * 0).sum(), x, create_graph=create_graph)


def test_healthy_programs_pass_and_leave_nothing_behind():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    before = memory.watched
    with ag.autograd.detect_anomaly():
        y = (x.exp() * ag.sort(x)[0]).sum()
        node = y.grad_fn
        y.backward(retain_graph=True)
    assert memory.watched == before
    assert not node.extras.post_hooks
    assert not node.extras.pre_hooks
    assert node.metadata["traceback_"]


def states():
    return ag.is_anomaly_enabled(), ag.is_anomaly_check_nan_enabled()


def test_switching():
    detect, switch = ag.autograd.detect_anomaly, ag.autograd.set_detect_anomaly
    assert states() == (False, True)
    with detect(check_nan=False):
        assert states() == (True, False)
        with switch(False):
            assert not ag.is_anomaly_enabled()
        assert states() == (True, False)
    switch(True)
    assert states() == (True, True)
    switch(False)
    assert states() == (False, True)


def test_decorators():
    @ag.autograd.detect_anomaly()
    def detected():
        return ag.is_anomaly_enabled()

    @ag.autograd.set_detect_anomaly(True)
    def switched():
        return ag.is_anomaly_enabled()

    assert not ag.is_anomaly_enabled()
    assert detected()
    assert switched()
    assert not ag.is_anomaly_enabled()


def test_threads_are_independent():
    seen = []
    with ag.autograd.detect_anomaly():
        thread = threading.Thread(target=lambda: seen.append(ag.is_anomaly_enabled()))
        thread.start()
        thread.join()
    assert seen == [False]


@pytest.mark.parametrize("wanted", ["yes", 1, None])
def test_switches_are_bools(wanted):
    for switch in (ag.autograd.set_detect_anomaly, ag.set_anomaly_enabled):
        with pytest.raises(TypeError, match="enabled must be a bool, not"):
            switch(wanted)
        with pytest.raises(TypeError, match="check_nan must be a bool, not"):
            switch(True, wanted)
    assert states() == (False, True)


def test_the_bare_switch():
    ag.set_anomaly_enabled(True, check_nan=False)
    assert states() == (True, False)
    ag.set_anomaly_enabled(enabled=False)
    assert states() == (False, True)


def test_the_line_of_a_second_derivative():
    x = ag.tensor([0.0], requires_grad=True)

    def program():
        (g,) = ag.autograd.grad((x**1.5).sum(), x, create_graph=True)
        (g * 0).sum().backward()

    with pytest.raises(NonFiniteError) as caught, ag.autograd.detect_anomaly():
        program()
    assert f"of {__file__}, called from" in "".join(caught.value.__notes__)
    assert str(Path(ag.__file__).parent) not in "".join(caught.value.__notes__)
