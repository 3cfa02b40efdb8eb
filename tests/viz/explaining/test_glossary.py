"""Every operator that a formula names is explained."""

from __future__ import annotations

import pytest

from autograd_fr.autograd.op import REGISTRY
from autograd_fr.viz.explaining.formulas import tokens
from autograd_fr.viz.explaining.glossary import LOCAL, MEANINGS, entry, spoken_of
from autograd_fr.viz.explaining.reducing import READ_AS

# What everyone knows.
KNOWN = frozenset((
    "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "exp", "ln", "log",
    "max", "min",
))  # fmt: skip

FORMULAS = [latex for op in REGISTRY.values() for latex in (op.latex, *op.derivatives.values())]
FORMULAS += [latex for read in READ_AS.values() for latex in read.values()]
NAMED = {t.name for latex in FORMULAS for t in tokens(latex) if t.kind == "function"}


@pytest.mark.parametrize("name", sorted(NAMED - KNOWN))
def test_every_operator_has_an_entry(name):
    assert entry(name) is not None


def test_every_entry_is_spoken_of():
    signs = {r"\odot", "[", "ones", LOCAL}
    assert MEANINGS.keys() - signs == {entry(name) for name in NAMED} - {None}


def test_entries_are_short_and_plain():
    for meaning in MEANINGS.values():
        assert len(meaning) < 130 and not set(meaning) & set("\\${}_^#&~%")


def test_indices_of_operators_need_no_entry_of_their_own():
    latex = r"\operatorname{RNN^\top_{gates}}(G) + \operatorname{part}_k(G) + \sin x"
    assert spoken_of(latex) == [r"RNN^\top", "part"]
