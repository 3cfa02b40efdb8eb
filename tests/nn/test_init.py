"""How parameters start: bounds, moments and structure of what is drawn, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import DtypeError, RangeError, ShapeError

init = nn.init


ALL = [name for name in vars(init) if name.endswith("_") and not name.startswith("_")]
DRAWING = set(ALL) - {"constant_", "zeros_", "ones_", "eye_", "dirac_"}
MORE = {"constant_": (1.0,), "sparse_": (0.5,)}


@pytest.mark.parametrize("name", ALL)
def test_what_cannot_be_filled(name):
    fill, more = getattr(init, name), MORE.get(name, ())
    for other in (np.zeros((3, 3, 3)), nn.Linear(2, 2), None):
        with pytest.raises(TypeError, match=f"^{name} fills a tensor, not {type(other).__name__}"):
            fill(other, *more)
    if name in DRAWING:
        with pytest.raises(DtypeError, match=f"{name} draws floating numbers, not int64"):
            fill(tensor=ag.zeros(3, 3, dtype=ag.int64), **dict(zip(["sparsity"], more)))


def test_a_warning_points_at_the_call():
    with pytest.warns(UserWarning, match="no entries") as caught:
        init.kaiming_uniform_(ag.empty(0, 3))
    assert caught[0].filename == __file__


def phi(x: float) -> float:
    """The probability of a standard normal number below x."""
    return (1 + math.erf(x / math.sqrt(2))) / 2


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


@pytest.mark.parametrize("shape", [(300, 200), (40, 30, 5), (16, 8, 4, 4)])
@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize("nonlinearity", ["relu", "leaky_relu", "tanh"])
def test_kaiming(shape, mode, nonlinearity):
    field = math.prod(shape[2:])
    fan = (shape[1] if mode == "fan_in" else shape[0]) * field
    std = init.calculate_gain(nonlinearity, 0.3) / math.sqrt(fan)
    uniform = init.kaiming_uniform_(ag.empty(*shape), 0.3, mode, nonlinearity).numpy()
    normal = init.kaiming_normal_(ag.empty(*shape), 0.3, mode, nonlinearity).numpy()
    assert abs(uniform).max() <= math.sqrt(3) * std * (1 + 1e-6)
    assert abs(uniform).max() > 0.99 * math.sqrt(3) * std
    assert uniform.std() == pytest.approx(std, rel=0.05)
    assert normal.std() == pytest.approx(std, rel=0.05)
    assert abs(normal).max() > 2.5 * std


def test_xavier():
    std = 2 * math.sqrt(2 / ((20 + 30) * 5))
    uniform = init.xavier_uniform_(ag.empty(30, 20, 5), gain=2.0).numpy()
    normal = init.xavier_normal_(ag.empty(30, 20, 5), gain=2.0).numpy()
    assert 0.99 * math.sqrt(3) * std < abs(uniform).max() <= math.sqrt(3) * std * (1 + 1e-6)
    assert uniform.std() == pytest.approx(std, rel=0.05)
    assert normal.std() == pytest.approx(std, rel=0.05)


@pytest.mark.parametrize(
    ("mean", "std", "a", "b"),
    [(0, 1, -2, 2), (1, 0.5, 0.9, 4), (0, 1, 1.5, 2), (3, 1, -1, 1.5), (-1, 2, -0.5, 0.5)],
)
def test_a_truncated_normal_has_the_distribution_of_one(mean, std, a, b):
    x = np.sort(init.trunc_normal_(ag.empty(20000), mean, std, a, b).numpy())
    assert a <= x[0] and x[-1] <= b
    below, above = phi((a - mean) / std), phi((b - mean) / std)
    expected = np.array([(phi((v - mean) / std) - below) / (above - below) for v in x])
    assert abs(expected - np.arange(1, len(x) + 1) / len(x)).max() < 1.95 / math.sqrt(len(x))


def test_a_truncated_normal_far_from_its_mean_warns_and_is_right():
    with pytest.warns(UserWarning, match="more than 2 std"):
        x = init.trunc_normal_(ag.empty(20000), 0.0, 1.0, 10.0, 12.0).numpy()
    assert x.min() >= 10 and x.max() < 12
    assert x.mean() == pytest.approx(10.0981, abs=0.005)  # φ(10) / (1 - Φ(10))


@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (7, 3), (4, 2, 3), (6, 2, 2)])
def test_orthogonal(shape):
    w = init.orthogonal_(ag.empty(*shape, dtype=ag.float64), gain=2.0).numpy()
    w = w.reshape(len(w), -1) / 2
    gram = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(gram, np.eye(len(gram)), atol=1e-12)


def test_orthogonal_matrices_are_all_as_likely():
    signs = [init.orthogonal_(ag.empty(3, 3))[0, 0].item() for _ in range(400)]
    assert abs(np.mean(signs)) < 3 * math.sqrt(1 / 3 / 400)  # an entry has mean 0, variance 1 / n


def test_a_convolution_that_starts_with_dirac_keeps_its_channels():
    w = init.dirac_(ag.empty(6, 2, 3, 5), groups=2).numpy()
    assert w.sum() == 4
    assert all(w[i, j, 1, 2] == 1 for i, j in ((0, 0), (1, 1), (3, 0), (4, 1)))


def test_sparse():
    w = init.sparse_(ag.empty(40, 30), 0.26, std=0.5).numpy()
    assert ((w == 0).sum(0) == 11).all()  # 10.4, rounded up
    assert w[w != 0].std() == pytest.approx(0.5, rel=0.1)
    assert len({tuple(column == 0) for column in w.T}) > 20


def test_gains():
    assert init.calculate_gain("leaky_relu") == math.sqrt(2 / (1 + 0.01**2))
    assert init.calculate_gain("leaky_relu", 1) == 1
    assert init.calculate_gain("conv_transpose3d") == init.calculate_gain("sigmoid") == 1
    assert init.calculate_gain("selu") == 0.75


@pytest.mark.parametrize("name", ["uniform_", "normal_", "trunc_normal_", "xavier_uniform_",
                                  "xavier_normal_", "kaiming_uniform_", "kaiming_normal_",
                                  "orthogonal_"])  # fmt: skip
def test_a_generator_is_drawn_from_and_the_stream_of_the_package_is_not(name):
    fill = getattr(init, name)
    first = fill(ag.empty(4, 3), generator=ag.Generator(1))
    state = ag.get_rng_state()
    second = fill(ag.empty(4, 3), generator=ag.Generator(1))
    assert (first == second).all()
    assert (ag.get_rng_state() == state).all()
    fill(second)
    assert not (first == second).all()


def test_parameters_are_filled_without_a_record():
    w = nn.Parameter(ag.zeros(3, 3))
    version = w.data.array
    assert init.eye_(w) is w and w.is_leaf and w.requires_grad
    assert w.data.array is version


OLDER = ["uniform", "normal", "constant", "eye", "dirac", "xavier_uniform", "xavier_normal",
         "kaiming_uniform", "kaiming_normal", "orthogonal", "sparse"]  # fmt: skip


@pytest.mark.parametrize("name", OLDER)
def test_older_names_warn_and_do_the_same(name):
    more = {"constant": (2.0,), "sparse": (0.5,)}.get(name, ())
    shape = (2, 2, 3) if name == "dirac" else (3, 4)
    expected = getattr(init, f"{name}_")(ag.empty(*shape), *more)
    ag.manual_seed(0)
    with pytest.warns(FutureWarning, match=f"`nn.init.{name}` is now deprecated"):
        found = getattr(init, name)(ag.empty(*shape), *more)
    assert found.shape == expected.shape
    assert getattr(init, name).__name__ == name


def test_nothing_to_draw_warns():
    for fill in (init.kaiming_uniform_, init.kaiming_normal_):
        with pytest.warns(UserWarning, match="no entries"):
            fill(ag.empty(0, 3))
    assert init.orthogonal_(ag.empty(0, 3)).shape == (0, 3)


REFUSED = [
    (lambda: init.eye_(ag.empty(3)), ShapeError, r"eye_ needs 2 axes, got shape \(3,\)"),
    (lambda: init.dirac_(ag.empty(3, 3)), ShapeError, "dirac_ needs 3 or 4 or 5 axes"),
    (lambda: init.dirac_(ag.empty(3, 3, 3), 2), ShapeError, "3 output channels"),
    (lambda: init.sparse_(ag.empty(3), 0.5), ShapeError, "sparse_ needs 2 axes"),
    (lambda: init.orthogonal_(ag.empty(3)), ShapeError, "two axes or more"),
    (lambda: init.xavier_uniform_(ag.empty(3)), ShapeError, "two axes or more"),
    (lambda: init.xavier_normal_(ag.empty(0, 0)), ShapeError, r"no fans .* \(0, 0\)"),
    (lambda: init.uniform_(ag.empty(3), 2, 1), RangeError, "a=2 and b=1"),
    (lambda: init.trunc_normal_(ag.empty(3), 0, 1, 2, 1), RangeError, "a=2 and b=1"),
    (lambda: init.normal_(ag.empty(3), 0, -1), RangeError, "got -1"),
    (lambda: init.kaiming_normal_(ag.empty(3, 3), mode="fan"), ValueError, "not 'fan'"),
    (lambda: init.calculate_gain("gelu"), ValueError, "no gain is known for 'gelu'"),
    (lambda: init.calculate_gain("leaky_relu", True), ValueError, "not True"),
]


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
