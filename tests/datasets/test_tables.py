"""The lectures' tables, and what the lectures compute from them."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr import datasets


def test_hours_of_sleep_are_scaled_by_the_most():
    raw, scaled = datasets.hours_of_sleep(), datasets.hours_of_sleep(scaled=True)
    np.testing.assert_allclose(scaled.x, [[0.3, 1], [0.5, 0.2], [1, 0.4]], rtol=1e-6)
    np.testing.assert_allclose(scaled.y, [[0.75], [0.82], [0.93]], rtol=1e-6)
    np.testing.assert_allclose(scaled.question, [[0.8, 0.6]], rtol=1e-6)
    assert raw.x.tolist() == [[3, 5], [5, 1], [10, 2]]
    assert {a.dtype.name for a in (*raw, *scaled)} == {"float32"}


def test_the_untrained_net_of_the_lecture_gives_its_numbers():
    """S = 1/(1+e^-z) twice, without biases: the marks that the lecture prints."""
    x, y, question = datasets.hours_of_sleep(scaled=True)
    w1 = np.array([[0.1, 0.2, -0.3], [0.4, -0.5, 0.6]])
    w2 = np.array([[0.7], [-0.8], [0.9]])

    def net(x: np.ndarray) -> np.ndarray:
        hidden = 1 / (1 + np.exp(-x @ w1))
        return 1 / (1 + np.exp(-hidden @ w2))

    np.testing.assert_allclose(
        net(x).ravel(), [0.662184564865, 0.602518150948, 0.606291344139], rtol=1e-6
    )
    assert np.sum((y - net(x)) ** 2) / 2 == pytest.approx(0.0798985995973, rel=1e-6)
    assert net(question).item() == pytest.approx(0.624911719779, rel=1e-6)


def test_the_sales_table_gives_the_line_of_the_lecture():
    table = datasets.sales_table()
    assert {len(column) for column in table} == {19}
    assert len(set(table.category)) == 5
    assert table.sales.mean() == pytest.approx(130.579, abs=1e-3)
    assert table.sales.std() == pytest.approx(155.088, abs=1e-3)
    sales, rating = table.sales.astype(float), table.rating.astype(float)
    a, b = np.polyfit(sales, rating, 1)
    assert (a, b) == (pytest.approx(0.14615, abs=1e-5), pytest.approx(31.2843, abs=1e-4))
    rest = rating - a * sales - b
    assert 1 - rest.var() / rating.var() == pytest.approx(0.623395, abs=1e-6)


@pytest.mark.parametrize("gate", ["and", "or", "xor"])
def test_truth_tables(gate):
    x, y = datasets.truth_table(gate)
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    operation = {"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}[gate]
    np.testing.assert_array_equal(y, operation(x[:, 0], x[:, 1]))
    assert len({*map(tuple, x.tolist())}) == 4


def test_an_unknown_gate():
    with pytest.raises(ValueError, match="the gates are and, or, xor; 'nand' is none"):
        datasets.truth_table("nand")


def test_the_line_of_the_four_points():
    x, y = (a.astype(float) for a in datasets.line_points())
    assert ((2 * x + 1 - y) ** 2).mean() / 2 == pytest.approx(0.0125, rel=1e-5)
    assert ((0 * x - y) ** 2).mean() / 2 == pytest.approx(20.4625, rel=1e-6)


def test_the_logistic_regression_by_hand():
    x, y = datasets.logistic_points()
    probability = 1 / (1 + np.exp(-(x @ [0.3, -0.2] + 0.1)))
    loss = -np.log(np.where(y == 1, probability, 1 - probability)).mean()
    assert loss == pytest.approx(0.940683, abs=1e-6)


def test_every_call_gives_arrays_of_its_own():
    for make in (datasets.hours_of_sleep, datasets.line_points, datasets.logistic_points):
        make()[0][:] = -9
        assert -9 not in make()[0]
    datasets.truth_table("and")[0][:] = -9
    assert -9 not in datasets.truth_table("or")[0]
