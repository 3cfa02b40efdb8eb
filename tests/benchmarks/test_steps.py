"""Every workload: the contenders compute the same, and those that do not are found."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks import measuring
from tests.benchmarks.listing import WORKLOADS
from tests.benchmarks.steps import chosen
from tests.benchmarks.workload import NUMPY, OURS, PYTORCH, Run, Workload


@pytest.mark.filterwarnings("ignore:.torch.jit.script:DeprecationWarning")  # by torch.func
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda w: w.name)
def test_contenders_agree(workload):
    runs = measuring.agreeing(workload)
    assert OURS in runs


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda w: w.name)
def test_steps_differ_from_each_other(workload):
    run = workload.builders[OURS]()
    first, second = (measuring.vector(run.step()) for _ in range(2))
    assert not np.array_equal(first, second)


def test_names_and_titles_tell_workloads_apart():
    assert len({w.name for w in WORKLOADS}) == len({w.title for w in WORKLOADS}) == len(WORKLOADS)
    assert [w.name for w in chosen("LSTM,")] == ["lstm"]
    with pytest.raises(SystemExit, match="no workload"):
        chosen("no such")


def two(ours: Run, theirs: Run) -> Workload:
    return Workload("two", "two", {}, 1e-3, {OURS: lambda: ours, PYTORCH: lambda: theirs})


def test_another_result_is_found():
    with pytest.raises(measuring.Disagreement, match="the results of autograd_fr are"):
        measuring.agreeing(two(Run(lambda: 1.01), Run(lambda: 1.0)))
    assert measuring.agreeing(two(Run(lambda: 1.0001), Run(lambda: 1.0)))


def test_nan_and_another_shape_are_found():
    for wrong in (np.nan, [1.0, 1.0]):
        with pytest.raises(measuring.Disagreement):
            measuring.agreeing(two(Run(lambda wrong=wrong: wrong), Run(lambda: 1.0)))


def test_another_move_of_the_weights_is_found():
    def moving(by):
        weights = np.ones(3)

        def step():
            weights[:] += by
            return 0.0

        return Run(step, [weights])

    assert measuring.agreeing(two(moving(0.1), moving(0.1)))
    with pytest.raises(measuring.Disagreement, match="moves"):
        measuring.agreeing(two(moving(0.1), moving(-0.1)))


def test_ratios_are_taken_within_rounds():
    times = {OURS: [1.0, 4.0, 9.0], PYTORCH: [2.0, 4.0, 3.0], NUMPY: [1.0, 1.0, 1.0]}
    figures = measuring.figures_of(times)
    assert [figures[name].ratio for name in times] == [1.0, 1.0, 4.0]
    assert [figures[name].seconds for name in times] == [4.0, 3.0, 1.0]


def test_contenders_take_turns(monkeypatch):
    turns: list[str] = []
    for name in ("PAUSE", "WARM_UP", "TURN"):
        monkeypatch.setattr(measuring, name, 0.0)
    monkeypatch.setattr(measuring, "agreeing", lambda w: {n: b() for n, b in w.builders.items()})
    workload = two(Run(lambda: turns.append("o")), Run(lambda: turns.append("t")))
    figures = measuring.measure(workload, rounds=3)
    assert set(figures) == {OURS, PYTORCH}
    assert "".join(turns) == "oott" * 3  # one step to warm up, one that counts
