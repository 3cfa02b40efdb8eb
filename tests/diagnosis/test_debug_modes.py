"""What `debug()` is silent about, what it says of data and steps, and its ways of speaking."""

from __future__ import annotations

import math
import threading
import warnings

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.autograd.op import REGISTRY
from autograd_fr.autograd.watching import watchers
from autograd_fr.diagnosis import fixes
from autograd_fr.errors import NonFiniteError, ShapeError
from autograd_fr.nn import functional as F
from autograd_fr.utils.checkpoint import checkpoint

INF, NAN = math.inf, math.nan


def leaf(*entries, dtype=ag.float32):
    return ag.tensor(entries, dtype=dtype, requires_grad=True)


# Programs in which nothing is wrong.


def masked_attention():
    q, k, v = (ag.randn(2, 4, 3, requires_grad=True) for _ in range(3))
    later = ag.triu(ag.ones(4, 4), 1) == 1
    scores = (q @ k.transpose(-1, -2)).masked_fill(later, -INF)
    (ag.softmax(scores, -1) @ v).sum().backward()


def mask_added():
    mask = ag.zeros(4, 4).masked_fill(ag.triu(ag.ones(4, 4), 1) == 1, -INF)
    scores = ag.randn(4, 4, requires_grad=True) + mask
    ag.log_softmax(scores, -1).diagonal().sum().backward()


def guarded_log():
    x = leaf(-1.0, 0.0, 2.0)
    ag.where(x > 0, ag.log(x), 0.0).sum().backward()


def guarded_unrecorded():
    x = ag.tensor([-1.0, 0.0, 2.0])
    y = ag.where(x > 0, ag.log(x), 0.0)
    (leaf(1.0, 1.0, 1.0) * y).sum().backward()


def guarded_in_place():
    x = leaf(-1.0, 2.0)
    y = ag.log(x)
    y[x <= 0] = 0.0
    y.sum().backward()


def small_net():
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        F.cross_entropy(net(ag.randn(5, 4)), ag.tensor([0, 1, 0, 1, 1])).backward()
        optimizer.step()


def small_halves():
    x = leaf(0.5, 1e-3, 200.0, dtype=ag.float16)
    (ag.tanh(x) + ag.sigmoid(x) * x / 4).sum().backward()


def higher_order():
    x = leaf(1.0, 2.0)
    (g,) = ag.autograd.grad((x**3).sum(), x, create_graph=True)
    (g * g).sum().backward()


def recomputed():
    checkpoint(lambda x: ag.exp(x).sin(), leaf(1.0, 2.0)).sum().backward()


def nothing_better_yet():
    best = ag.tensor(INF)
    for loss in (2.0, 1.0):
        best = ag.minimum(best, ag.tensor(loss))


def digits():
    images, labels = (ag.tensor(data[:64]) for data in ag.datasets.digits())
    rows = images.reshape(64, 64).float() / 16
    net = nn.Sequential(nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
    optimizer = optim.Adam(net.parameters())
    for _ in range(5):
        optimizer.zero_grad()
        F.cross_entropy(net(rows), labels.long()).backward()
        optimizer.step()


HEALTHY = [masked_attention, mask_added, guarded_log, guarded_unrecorded, guarded_in_place,
           small_net, digits, small_halves, higher_order, recomputed,
           nothing_better_yet]  # fmt: skip


@pytest.mark.parametrize("program", HEALTHY, ids=lambda p: p.__name__)
def test_silent_where_nothing_is_wrong(program):
    ag.manual_seed(0)
    with ag.debug():
        program()
    assert not watchers()


def test_an_entry_that_no_gradient_enters_at_is_not_asked_about():
    with ag.debug():
        scores = leaf(1.0, 0.0) + ag.tensor([0.0, -INF])
        ag.log_softmax(scores, 0).backward(ag.tensor([1.0, 0.0]))


# What was not finite before.


def error_of(program, **options):
    with pytest.raises(NonFiniteError) as caught, ag.debug(**options):
        program()
    return caught.value


def test_data_that_came_in_with_nan():
    x, w = ag.tensor([[1.0, 2.0], [NAN, NAN]]), leaf(1.0, 1.0)
    error = error_of(lambda: (x * w).sum().backward())
    assert str(error).startswith("`x` came in with nan at [1, 0]   (2 of 4 entries)")
    assert error.birth.direction == "outside"


def test_a_step_that_was_too_large():
    w = leaf(1.0, 2.0)
    optimizer = optim.SGD([w], lr=1e30)

    def train():
        for _ in range(2):
            optimizer.zero_grad()
            (w * 1e20).sum().backward()
            optimizer.step()

    error = error_of(train)
    assert str(error).startswith("`w` came in with -inf at [0]")
    assert "last written by `SGD` (line" in str(error)


def test_an_output_from_before():
    with np.errstate(all="ignore"):
        loss = ag.log(leaf(0.0)).sum()
    with pytest.raises(NonFiniteError, match="computed before debug"), ag.debug():
        loss.backward()


def test_a_gradient_from_outside():
    x = leaf(1.0, 2.0)
    with pytest.raises(NonFiniteError, match="given to backward"), ag.debug():
        (x * 2).backward(ag.tensor([1.0, NAN]))


def test_a_hook_is_not_the_fault_of_a_rule():
    x = leaf(1.0, 2.0)
    y = x * 2
    y.register_hook(lambda g: g / 0)
    with pytest.raises(NonFiniteError, match="returned by a hook"), ag.debug():
        (y * 3).sum().backward()


def test_an_infinity_that_was_given_is_named_beside_the_nan_made_of_it():
    def program():
        logs = ag.log_softmax(leaf(0.0, 0.0) + ag.tensor([0.0, -INF]), 0)
        (logs * ag.tensor([1.0, 0.0])).sum().backward()

    error = error_of(program)
    assert "mul made nan of -inf" in str(error)
    assert "the -inf was given: it came in by the argument 'other' of add" in str(error)


# The end of the block, and eagerness.


def test_a_result_that_is_left_over():
    kept = []
    error = error_of(lambda: kept.append(ag.log(ag.tensor([1.0, 0.0]))))
    assert "log made -inf" in str(error)


def test_no_report_hides_another_error():
    kept = []
    with pytest.raises(KeyError), ag.debug():
        kept.append(ag.log(ag.tensor([1.0, 0.0]))) or {}["lost"]


def test_eager_asks_not_what_becomes_of_it():
    x = leaf(-1.0, 2.0)
    with pytest.raises(NonFiniteError, match="log made nan"), ag.debug(eager=True):
        ag.where(x > 0, ag.log(x), 0.0)


def test_eager_takes_no_offence_at_a_mask():
    with ag.debug(eager=True):
        ag.softmax(ag.zeros(3).masked_fill(ag.tensor([True, False, False]), -INF), 0)


# Actions.


def test_recording_goes_on_and_keeps_the_facts():
    x = leaf(4.0, 0.0)
    with ag.debug(action="record") as found:
        for _ in range(3):
            (ag.sqrt(x) * 0).sum().backward()
    (birth,) = found  # once for the line
    (input,) = birth.inputs
    assert (birth.op, birth.index, birth.count, birth.size) == ("sqrt", (1,), 1, 2)
    assert (input.name, input.index, input.value, input.derivative) == ("x", (1,), 0.0, INF)
    assert birth.gradient == 0
    assert x.grad.isnan().any()


def test_warning_points_at_the_line():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with ag.debug(action="warn"):
            loss = ag.log(leaf(0.0)).sum()
            loss.backward()
    (warning,) = caught
    assert warning.category is RuntimeWarning
    assert warning.filename == __file__


def test_an_unknown_action():
    with pytest.raises(ValueError, match="raise, warn, record"):
        ag.debug(action="print")


@ag.debug()
def doubled_log(x):
    return ag.log(x).sum() * 2


def test_as_a_decorator_again_and_again():
    for _ in range(2):
        assert doubled_log(ag.tensor([1.0])).item() == 0
        with pytest.raises(NonFiniteError):
            doubled_log(ag.tensor([0.0]))


def test_the_text_forward():
    def program():
        a, b = leaf(1.0, 2.0), ag.tensor([0.5, 3.0])
        s = a - b
        ag.sqrt(s).sum().backward()

    lines = str(error_of(program)).splitlines()
    assert lines[0].startswith("sqrt made nan of finite numbers, forward, at ")
    assert lines[0].endswith(": `ag.sqrt(s).sum().backward()`")
    assert lines[1] == "  entry [1]: sqrt(-1) = nan   (1 of 2 entries)"
    assert lines[2] == "  s[1] = -1; its local derivative is nan"
    assert lines[3].startswith("    it was made by sub at ")
    assert lines[3].endswith(": `s = a - b`")
    assert lines[4].startswith("fix: ")


def test_the_text_backward():
    x = leaf(4.0, 0.0)
    with pytest.raises(NonFiniteError) as caught, ag.debug():
        (ag.sqrt(x) * 0).sum().backward()
    assert "sqrt made nan of a finite gradient, backward" in str(caught.value)
    assert (
        "entry [1]: the incoming gradient is 0, the local derivative inf, their product nan"
        "   (1 of 2 entries)" in str(caught.value)
    )
    assert "  x[1] = 0; " in str(caught.value)


def test_parameters_go_by_their_paths():
    net = nn.Sequential(nn.Linear(2, 2))
    with ag.no_grad():
        net[0].bias[1] = NAN
    with pytest.raises(NonFiniteError, match=r"`net\.0\.bias` came in with nan"), ag.debug():
        net(ag.ones(3, 2)).sum().backward()


def test_what_large_operations_were_given_is_still_known_in_backward():
    x = ag.ones(1000)
    x[700] = 0.0
    x.requires_grad_()
    with pytest.raises(NonFiniteError) as caught, ag.debug():
        (ag.sqrt(x * 1) * 0).sum().backward()
    birth = caught.value.birth
    assert (birth.index, birth.inputs[0].value) == ((700,), 0.0)


def test_advice_is_for_operations_that_exist():
    tables = (fixes.FORWARD, fixes.ALIKE, fixes.BACKWARD, fixes.SAME_SLOPE)
    assert {name for table in tables for name in table} <= set(REGISTRY)


# Around it.


def test_losses_that_broadcast_are_refused():
    with pytest.warns(UserWarning, match="broadcasts"):
        F.mse_loss(ag.zeros(3, 1), ag.zeros(3))
    with pytest.raises(ShapeError, match=r"target.reshape\(input.shape\)"), ag.debug():
        F.mse_loss(ag.zeros(3, 1), ag.zeros(3))


def test_the_second_derivative():
    x = leaf(0.0)

    def program():
        (g,) = ag.autograd.grad((x**1.5).sum(), x, create_graph=True)
        g.sum().backward()

    assert error_of(program).birth.op == "pow"


def test_other_threads_are_not_watched():
    found = []

    def work():
        with np.errstate(all="ignore"):
            ag.log(leaf(0.0)).sum().backward()
        found.append("done")

    with ag.debug():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert found == ["done"]


def test_the_pass_of_another_thread_through_the_same_nodes_is_not_watched():
    x = leaf(1.0, 2.0)
    y = x * 2
    z = (y * 3).sum()

    def pass_elsewhere(_):
        bad = ag.tensor([NAN, NAN])
        other = threading.Thread(target=lambda: y.backward(bad, retain_graph=True))
        other.start()
        other.join()

    z.register_hook(pass_elsewhere)
    with ag.debug(action="record", eager=True) as found:
        z.backward(retain_graph=True)
    assert not found


def test_threads_have_blocks_of_their_own():
    reports = {}

    def work(n):
        with ag.debug(action="record") as found:
            for _ in range(20):
                x = leaf(*([1.0] * n), 0.0)
                ag.log(x).sum().backward()
        reports[n] = [birth.index for birth in found]

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reports == {n: [(n,)] for n in range(4)}


def test_blocks_lie_in_each_other():
    x = leaf(0.0)
    with ag.debug(action="record") as outer, ag.debug(action="record") as inner:
        ag.log(x).sum().backward()
    assert [birth.op for birth in outer] == [birth.op for birth in inner] == ["log"]


def test_graphs_are_not_kept_alive():
    with ag.debug():
        x = leaf(1.0, 0.0)
        y = ag.where(x > 0, ag.log(x), 0.0).sum()
        y.backward()
        (session,) = watchers()
        assert len(session.known) == 3
        del y
        assert not session.known
        assert not session._sources
