"""Every operator of the catalogue on PyTorch's own samples, as the table operators.md says."""

from __future__ import annotations

import re

import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the operators are compared with")
for needed in ("expecttest", "hypothesis"):
    pytest.importorskip(needed, reason="PyTorch's database of operators imports it")

from tests.parity import table  # noqa: E402
from tests.parity.compare import Comparison, examine  # noqa: E402
from tests.parity.opdb import Form, operators, samples  # noqa: E402
from tests.parity.same import Differs, Refused, clear_errors, normalised  # noqa: E402

ENTRIES, REASONS, VERSION = table.stored()
SAME_SAMPLES = torch.__version__.split("+")[0] == VERSION


@pytest.mark.parametrize(
    ("title", "column"),
    [(title, column) for title in operators() for column in table.columns(title)],
)
def test_operator(title, column):
    tally = table.tally(title, column)
    assert not tally.missing
    assert not tally.wrong, f"python -m tests.parity {title} --dtype {column}"
    if SAME_SAMPLES:
        again = "the table is old: python -m tests.parity.table"
        assert table.entry(tally) == ENTRIES[title][column], again
        assert dict(tally.refused) == REASONS.get((title, column), {}), again
        if column == "float64":
            assert str(tally.second or "") == ENTRIES[title].get("second order", ""), again


@pytest.fixture
def default():
    """Sets the default dtype of both packages for one test."""

    def choose(name):
        ag.set_default_dtype(name)
        torch.set_default_dtype(getattr(torch, name))

    yield choose
    choose("float32")


@pytest.mark.parametrize("name", ["float64", "float16"])
@pytest.mark.parametrize("title", [t for t in operators() if "int64" in table.columns(t)])
def test_results_of_integers_take_the_default_dtype(title, name, default):
    default(name)
    tally = examine(operators()[title], "int64", only=0)
    assert not tally.wrong and not tally.refused


@pytest.mark.skipif(not SAME_SAMPLES, reason="the table is that of another version of PyTorch")
def test_the_table_lists_the_catalogue():
    columns = {title: set(row) - {"second order"} for title, row in ENTRIES.items()}
    assert columns == {title: set(table.columns(title)) for title in operators()}


def test_the_table_adds_up():
    text = table.PATH.read_text()
    counted = {"equal": 0, "refused": 0, "wrong": 0}
    for row in ENTRIES.values():
        for cell in (row[dtype] for dtype in table.DTYPES if dtype in row):
            for number, kind in re.findall(r"(\d+)(?: (\w+))?", cell):
                counted[kind or "equal"] += int(number)
    assert "{equal} equal, {refused} refused, {wrong} wrong".format(**counted) in text
    assert f"{len(ENTRIES)} operators; {sum(counted.values())} samples" in text


# The comparison itself: it lets nothing pass that is not PyTorch's


def compared(ours, theirs=torch.sin, name="sin", in_place=False):
    """The comparison of `ours` with `theirs` on the first sample of an operator."""
    info = operators()[name]
    form = Form("ours", theirs, ours, in_place=in_place, main=not in_place)
    return Comparison(info, form, samples(info, "float64")[0][1], "float64").run()


def test_what_is_equal_passes():
    assert compared(ag.sin) is True  # second derivatives and all


def another_derivative(x):
    """sin, deriving as 2 sin."""
    return 2 * ag.sin(x) - ag.sin(x).detach()


def another_second_derivative(x):
    """sin, with the derivative cos and no second one by x."""
    return x.detach().sin() + (x - x.detach()) * x.detach().cos()


WRONG = {
    "values": (lambda x: ag.sin(x) * (1 + 1e-9), "output: 400 of 400 entries differ"),
    "shape": (lambda x: ag.sin(x)[None], r"shape \(1, 20, 20\), not \(20, 20\)"),
    "dtype": (lambda x: ag.sin(x).float(), "float32, not"),
    "kind": (lambda x: ag.sin(x).detach().numpy(), "is no tensor"),
    "number": (lambda x: (ag.sin(x), x), "2 outputs, PyTorch has 1"),
    "requires_grad": (lambda x: ag.sin(x).detach(), "requires_grad=False, not True"),
    "first derivative": (another_derivative, "first derivative by tensor 0"),
    "second derivative": (another_second_derivative, "second derivative"),
    "error": (lambda x: [][1], "raises IndexError"),
    "unclear error": (lambda x: x + None.real, "has no attribute 'real'"),
}


@pytest.mark.parametrize(("ours", "message"), WRONG.values(), ids=WRONG)
def test_what_differs_is_seen(ours, message):
    with pytest.raises(Differs, match=message):
        compared(ours)


def test_fields_are_compared():
    with pytest.raises(Differs, match="has not the fields"):
        compared(lambda x, *args: tuple(ag.max(x, *args)), torch.max, name="max.reduction_with_dim")


def test_a_method_in_place_must_change_its_tensor():
    with pytest.raises(Differs, match=r"output 1: .* entries differ"):
        compared(ag.sin, torch.Tensor.sin_, in_place=True)


def test_refusals_are_told_from_failures():
    with pytest.raises(Refused, match=r"add\(…\) got an unexpected keyword argument 'out'"):
        compared(lambda x: ag.add(x, x, out=x))
    with pytest.raises(Refused, match="reshape"), clear_errors():
        ag.zeros(2, 3).reshape(5)
    with pytest.raises(Differs, match="raises TypeError"), clear_errors():
        len(3)
    assert normalised("sum of (2, 3) float32: axis -4 | x") == "sum of (…) dtype: axis n / x"
