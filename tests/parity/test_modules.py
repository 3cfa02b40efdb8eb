"""Every module on PyTorch's own samples, as the table modules.md says."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is what the modules are compared with")
for needed in ("expecttest", "hypothesis"):
    pytest.importorskip(needed, reason="PyTorch's database of modules imports it")

import autograd_fr as ag  # noqa: E402
from tests.parity import module_table as table  # noqa: E402
from tests.parity.module_compare import Comparison  # noqa: E402
from tests.parity.moduledb import cases, names  # noqa: E402
from tests.parity.same import Differs  # noqa: E402

ENTRIES, VERSION = table.stored()
SAME_SAMPLES = torch.__version__.split("+")[0] == VERSION


def every_case():
    """Every module and dtype; those of many layers and samples take seconds each."""
    for name in names():
        marks = [pytest.mark.slow] if "Transformer" in name else []
        for column in table.columns(name):
            yield pytest.param(name, column, marks=marks, id=f"{name}-{column}")


@pytest.mark.parametrize(("name", "column"), list(every_case()))
def test_module(name, column):
    tally = table.tally(name, column)
    assert not tally.missing
    assert not tally.wrong, f"python -m tests.parity.modules {name} --dtype {column}"
    assert not tally.refused
    if SAME_SAMPLES:
        again = "the table is old: python -m tests.parity.module_table"
        assert table.entry(tally) == ENTRIES[name][column], again
        if column == "float64":
            assert str(tally.second or "") == ENTRIES[name].get("second order", ""), again


@pytest.mark.skipif(not SAME_SAMPLES, reason="the table is that of another version of PyTorch")
def test_the_table_lists_the_modules():
    columns = {name: set(row) - {"second order"} for name, row in ENTRIES.items()}
    assert columns == {name: set(table.columns(name)) for name in names()}


# The comparison itself lets nothing pass that is not PyTorch's


def shifted(self, input):
    return ag.nn.functional.linear(input, self.weight, self.bias) + 1e-9


def half_derived(self, input):
    y = ag.nn.functional.linear(input, self.weight, self.bias)
    return (y + y.detach()) / 2


def drifting(self, input):
    y = ag.nn.functional.linear(input, self.weight.clone(), self.bias)
    self.weight.data += 1e-6
    return y


FAULTS = {
    "values": ({"forward": shifted}, "output"),
    "first derivative": ({"forward": half_derived}, "first derivative by input 0"),
    "repr": ({"extra_repr": lambda self: ""}, "repr"),
    "state": ({"forward": drifting}, "state weight"),
}


@pytest.mark.parametrize(("changes", "message"), FAULTS.values(), ids=FAULTS)
def test_what_differs_is_seen(changes, message, monkeypatch):
    faulty = type("Linear", (ag.nn.Linear,), changes)
    monkeypatch.setattr(ag.nn, "Linear", faulty)
    with pytest.raises(Differs, match=message):
        Comparison("Linear", cases("Linear", "float64")[0][1], "float64").run()
