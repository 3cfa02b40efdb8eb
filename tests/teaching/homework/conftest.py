from __future__ import annotations

import copy

import pytest

from autograd_fr import teaching


@pytest.fixture
def fresh():
    """An exercise by name, of which no hint has been given."""

    def fresh(name: str) -> teaching.Exercise:
        e = copy.copy(teaching.exercise(name))
        e.hinted = 0
        return e

    return fresh
