"""The stream that is drawn from where none is given, and another in its place for a while."""

from __future__ import annotations

import threading

import autograd_fr as ag
from autograd_fr.random import current, derived, drawing_from


def test_another_stream_stands_in_for_the_packages():
    ag.manual_seed(0)
    expected = ag.rand(3).tolist()
    ag.manual_seed(0)
    with drawing_from(ag.Generator(1)):
        assert ag.rand(3).tolist() == ag.rand(3, generator=ag.Generator(1)).tolist()
        with drawing_from(ag.Generator(2)):
            assert ag.initial_seed() == 2
        assert ag.initial_seed() == 1
        ag.manual_seed(7)  # seeds what is drawn from, not the package's
        state = ag.get_rng_state()
        drawn = ag.rand(2).tolist()
        ag.set_rng_state(state)
        assert ag.rand(2).tolist() == drawn == ag.rand(2, generator=ag.Generator(7)).tolist()
        given = ag.Generator(5)
        assert (
            ag.rand(1, generator=given).tolist() == ag.rand(1, generator=ag.Generator(5)).tolist()
        )
    assert current() is ag.default_generator
    assert ag.rand(3).tolist() == expected


def test_other_threads_draw_from_where_they_did():
    seen = []
    with drawing_from(ag.Generator(1)):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
    assert seen == [ag.default_generator]


def test_derived_seeds_are_the_same_everywhere_and_do_not_meet():
    assert derived(0, 0).initial_seed() == 0xE220A8397B1DCDAF  # the first number of SplitMix64
    seeds = [
        derived(s, i, j).initial_seed() for s in range(9) for i in range(30) for j in range(30)
    ]
    paths = [derived(s, i).initial_seed() for s in range(9) for i in range(900)]
    assert len({*seeds, *paths}) == 2 * 8100
    bits = sum(seed.bit_count() for seed in seeds) / len(seeds)
    assert abs(bits - 32) < 0.2
