"""Work in processes."""

from __future__ import annotations

import os
import time

import pytest

from autograd_fr.recipes.teams import side_by_side, tell


def squared(shared, number, wait):
    time.sleep(wait)
    tell(f"{number} of {shared}")
    if number < 0:
        raise ValueError(f"no root of {number}")
    return number * number, os.getpid()


@pytest.mark.slow
def test_results_come_in_order_and_lines_as_they_are_said():
    lines: list[str] = []
    jobs = [(3, 0.5), (4, 0.0), (5, 0.0)]
    results = side_by_side(squared, jobs, "three", lines.append, processes=2)
    assert [value for value, _ in results] == [9, 16, 25]
    assert os.getpid() not in {process for _, process in results}
    assert sorted(lines) == ["3 of three", "4 of three", "5 of three"]


@pytest.mark.slow
def test_what_a_job_raises_is_raised_and_drops_those_that_have_not_begun():
    lines: list[str] = []
    jobs = [(-1, 0.0)] + [(n, 0.1) for n in range(50)]
    with pytest.raises(ValueError, match="no root of -1"):
        side_by_side(squared, jobs, "many", lines.append, processes=1)
    assert "-1 of many" in lines
    assert len(lines) < 20
