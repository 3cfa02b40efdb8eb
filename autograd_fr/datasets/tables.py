"""The small tables of the lectures, to be computed through by hand."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .toys import GATE_INPUTS

Array = np.ndarray[Any, Any]
Points = tuple[Array, Array]

GATES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}

SALES = (
    (2017, "Composants", "Chaînes", 200, 75),
    (2015, "Vêtements", "Chaussettes", 37, 22),
    (2017, "Vêtements", "Cuissards", 40, 22),
    (2015, "Vêtements", "Shorts", 133, 56),
    (2017, "Vêtements", "Collants", 360, 100),
    (2015, "Composants", "Guidons", 23, 35),
    (2016, "Vêtements", "Chaussettes", 23, 28),
    (2016, "Pièces détachées", "Freins", 34, 36),
    (2016, "Vélos", "Vélos tout-terrain", 63, 40),
    (2017, "Composants", "Freins", 54, 38),
    (2016, "Accessories", "Casques", 170, 90),
    (2016, "Accessories", "Feux", 216, 90),
    (2016, "Accessories", "Antivols", 298, 90),
    (2016, "Composants", "Axes de pédales", 10, 23),
    (2015, "Vêtements", "Maillots", 67, 5),
    (2017, "Pièces détachées", "Axes de pédales", 6, 27),
    (2015, "Vélos", "Vélos de route", 35, 50),
    (2017, "Vêtements", "Maillots", 75, 40),
    (2017, "Accessories", "Pneus et chambres", 637, 90),
)


class HoursOfSleep(NamedTuple):
    """`x` (3, 2): hours of sleep, hours of study; `y` (3, 1): the mark; `question` (1, 2)."""

    x: Array
    y: Array
    question: Array


class Sales(NamedTuple):
    """The columns of the sales table: numbers as float32 (19,), names as tuples."""

    year: Array
    category: tuple[str, ...]
    product: tuple[str, ...]
    sales: Array
    rating: Array


def hours_of_sleep(*, scaled: bool = False) -> HoursOfSleep:
    """Three students who slept and studied so many hours, and got so many marks of 100.

    `scaled`: hours divided by the most there are, (10, 5), and marks by 100. `question` asks for
    the mark of a fourth. All float32.
    Source: S. Welch, "Neural Networks Demystified", 2014; taken up in GLO-4030, Université Laval.

    >>> x, y, question = hours_of_sleep()
    >>> x.tolist(), y.ravel().tolist(), question.tolist()
    ([[3.0, 5.0], [5.0, 1.0], [10.0, 2.0]], [75.0, 82.0, 93.0], [[8.0, 3.0]])
    """
    x = np.array([(3, 5), (5, 1), (10, 2)], np.float32)
    y = np.array([[75], [82], [93]], np.float32)
    question = np.array([(8, 3)], np.float32)
    if not scaled:
        return HoursOfSleep(x, y, question)
    most = x.max(0)
    return HoursOfSleep(x / most, y / 100, question / most)


def sales_table() -> Sales:
    """19 products of a bicycle shop: year, category, product, sales in euros, rating in per cent.

    Words stand as on the slide. Sales go up to 637: scale them before learning.
    Source: Y. El Marhraoui, "Architectures de traitement complexes".

    >>> table = sales_table()
    >>> len(table.product), sorted(set(table.category))[0], round(float(table.sales.mean()), 3)
    (19, 'Accessories', 130.579)
    """
    year, category, product, sales, rating = zip(*SALES)
    numbers = (np.array(column, np.float32) for column in (year, sales, rating))
    years, euros, percent = numbers
    return Sales(years, category, product, euros, percent)


def truth_table(gate: str) -> Points:
    """All of "and", "or" or "xor": inputs (4, 2) float32, outputs (4,) int64.

    Raises ValueError for another name.

    >>> x, y = truth_table("xor")
    >>> x.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    if gate not in GATES:
        raise ValueError(f"the gates are {', '.join(GATES)}; {gate!r} is none of them")
    return GATE_INPUTS.astype(np.float32), np.array(GATES[gate], np.int64)


def line_points() -> Points:
    """Four points near the line y = 1.98 x + 1.05: x and y (4, 1) float32.

    For the linear regression by hand of Y. El Marhraoui, "Architectures de traitement complexes".

    >>> x, y = line_points()
    >>> np.polyfit(x.ravel(), y.ravel(), 1).round(3)
    array([1.98, 1.05])
    """
    x, y = [[1], [2], [3], [4]], [[2.9], [5.1], [7.2], [8.8]]
    return np.array(x, np.float32), np.array(y, np.float32)


def logistic_points() -> Points:
    """Four points for a logistic regression by hand: x (4, 2) float32, y (4,) int64.

    For the same lecture. A line separates the classes, so the weights of an unpenalised fit grow
    without bound.

    >>> x, y = logistic_points()
    >>> x.tolist(), y.tolist()
    ([[1.0, 2.0], [2.0, -1.0], [-1.0, 0.5], [0.0, -2.0]], [1, 0, 1, 0])
    """
    x = np.array([(1, 2), (2, -1), (-1, 0.5), (0, -2)], np.float32)
    return x, np.array([1, 0, 1, 0], np.int64)
