"""Small parameters that are updated together become, bit by bit, what each becomes alone."""

import copy
import pickle

import numpy as np
import pytest

import autograd_fr as ag

SHAPES = [(3, 4), (5,), (1,), (2, 3, 2), (), (0,), (7, 1), (200, 200)]
MADE = [
    (ag.optim.Adam, {}),
    (ag.optim.Adam, {"amsgrad": True, "weight_decay": 0.1, "maximize": True}),
    (ag.optim.AdamW, {}),
    (ag.optim.NAdam, {}),
    (ag.optim.RAdam, {"weight_decay": 0.1}),
    (ag.optim.Adamax, {}),
    (ag.optim.Adadelta, {}),
]


class Twins:
    """The same parameters twice: under an optimizer of all, and under one of each."""

    def __init__(self, make, shapes=SHAPES, **options):
        self.rng = np.random.default_rng(0)
        given = [self.rng.standard_normal(s) for s in shapes]
        self.params, self.alone = (
            [ag.tensor(x, dtype=ag.float32, requires_grad=True) for x in given] for _ in range(2)
        )
        self.together = make(self.params, **options)
        self.each = [make([p], **options) for p in self.alone]

    def step(self, without=()):
        """One step of both, with the same gradients, but for parameters `without` one."""
        for i, (p, q) in enumerate(zip(self.params, self.alone)):
            g = self.rng.standard_normal(p.shape).astype("f")
            p.grad, q.grad = (None if i in without else ag.tensor(g) for _ in range(2))
        self.together.step()
        for one in self.each:
            one.step()

    def check(self):
        for p, q, one in zip(self.params, self.alone, self.each):
            assert np.array_equal(p.array, q.array)
            assert self.together.state[p].keys() == one.state[q].keys()
            for name, kept in self.together.state[p].items():
                assert np.array_equal(kept.array, one.state[q][name].array), name

    def packed(self):
        """How many parameters are updated together."""
        return sum(len(pack.params) for pack in self.together._packs[0].packs)


@pytest.mark.parametrize(("make", "options"), MADE)
def test_together_they_become_what_they_become_alone(make, options):
    twins = Twins(make, **options)
    for _ in range(8):
        twins.step()
        twins.check()
    assert twins.packed() == 5


def test_parameters_without_a_gradient_rest():
    twins = Twins(ag.optim.Adam)
    for without in ((), (), (1,), (1,), (), (0, 3), (), ()):
        twins.step(without)
        twins.check()


def test_many_go_in_packs_of_bounded_length():
    twins = Twins(ag.optim.Adam, [(64, 64)] * 19)
    for _ in range(3):
        twins.step()
    twins.check()
    assert [len(pack.params) for pack in twins.together._packs[0].packs] == [8, 8, 3]


@pytest.mark.parametrize("again", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
def test_a_copy_goes_on_from_there(again):
    twins = Twins(ag.optim.Adam, SHAPES[:4])
    for _ in range(3):
        twins.step()
    twins.together = again(twins.together)
    twins.params = twins.together.param_groups[0]["params"]
    for _ in range(3):
        twins.step()
        twins.check()
    assert twins.packed() == 4


def test_a_state_that_is_loaded_or_changed_counts():
    twins = Twins(ag.optim.Adam)
    for _ in range(3):
        twins.step()
    twins.together.load_state_dict(copy.deepcopy(twins.together.state_dict()))
    for _ in range(3):
        twins.step()
    assert twins.packed() == 5
    for optimizer, p in ((twins.together, twins.params[0]), (twins.each[0], twins.alone[0])):
        optimizer.state[p]["exp_avg"].mul_(2)
        optimizer.state[p]["exp_avg_sq"] = ag.ones(3, 4)
        optimizer.state[p]["step"] += 1
    for _ in range(3):
        twins.step()
        twins.check()
    for optimizer, p in ((twins.together, twins.params[1]), (twins.each[1], twins.alone[1])):
        del optimizer.state[p]
    twins.step()
    twins.check()


def test_a_parameter_with_other_memory_is_followed():
    twins = Twins(ag.optim.Adam)
    for _ in range(3):
        twins.step()
    twins.params[0].data, twins.alone[0].data = (ag.ones(3, 4) for _ in range(2))
    for _ in range(2):
        twins.step()
        twins.check()


def test_parameters_in_one_memory_are_all_updated():
    twins = Twins(ag.optim.Adam, [(4,), (4,)])
    for params in (twins.params, twins.alone):
        params[1].data = params[0].detach()
    for _ in range(4):
        twins.step()
        twins.check()


def test_what_is_kept_stays_where_somebody_holds_it():
    twins = Twins(ag.optim.Adam, SHAPES[:4])
    twins.step()
    held = twins.together.state[twins.params[0]]["exp_avg"].detach()
    for _ in range(3):
        twins.step()
    assert twins.packed() == 3
    assert np.array_equal(held.array, twins.each[0].state[twins.alone[0]]["exp_avg"].array)


def test_an_update_of_its_own_is_given_every_parameter():
    class Longest(ag.optim.Adam):
        def update(self, p, g, state, group):
            shapes.append(p.shape)
            super().update(p, g, state, group)

    shapes = []
    twins = Twins(Longest)
    twins.step()
    shapes.clear()
    twins.step()
    assert shapes == SHAPES + SHAPES


def test_backward_notices_the_step_of_packed_parameters():
    twins = Twins(ag.optim.Adam, SHAPES[:4])
    for _ in range(3):
        twins.step()
    y = (twins.params[0] * twins.params[0]).sum()
    twins.step()
    with pytest.raises(ag.errors.GraphError, match="Adam"):
        y.backward()
