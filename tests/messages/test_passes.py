"""Passes that meet the graph of an earlier step: through which value, and the way out."""

from __future__ import annotations

import pytest

from autograd_fr.errors import OverwrittenError, ReleasedError
from tests.messages.programs import failing, said

HIDDEN = """
net, h = nn.GRUCell(3, 4), ag.zeros(2, 4)
optimizer = optim.SGD(net.parameters(), lr=0.1)
for step in range(2):
    new = net(ag.ones(2, 3), h)
    new.sum().backward({retain})
    optimizer.step()
    h = {kept}
"""


def program(retain="", kept="new"):
    return HIDDEN.format(retain=retain, kept=kept)


def test_a_hidden_state_that_was_kept_with_its_graph():
    error = failing(program())
    assert type(error) is ReleasedError
    assert "through `h`, which `gru_scan` (line 4 of program" in str(error)
    assert "go on with h.detach()" in str(error)
    assert "retain_graph=True to the earlier backward()" in str(error)
    assert "in the backward pass of `gru_scan`" in said(error)


def test_the_same_after_a_step_of_the_optimizer():
    error = failing(program(retain="retain_graph=True"))
    assert type(error) is OverwrittenError
    assert "by `SGD` (line 6 of program" in str(error)
    assert "go on with h.detach()" in str(error)
    assert "retain_graph" not in str(error)


def test_what_is_advised_works():
    with pytest.raises(AssertionError, match="did not fail"):
        failing(program(kept="new.detach()"))


def test_a_sum_of_losses_has_a_name_no_more():
    error = failing(
        """
        w, total = ag.ones(2, requires_grad=True), 0.0
        for k in range(3):
            total = total + (w * k).square().sum()
            total.backward()
        """
    )
    assert "through a value, which `add` (line 3 of program" in str(error)


@pytest.mark.parametrize(
    "rest", ["y.backward()", "(y * 2).backward()", "(y * 3 + y).backward()\n    z.backward()"]
)
def test_the_same_graph_twice_is_no_earlier_step(rest):
    source = f"""
    w = ag.ones(2, requires_grad=True)
    x = w.square()
    y, z = x.sum(), x.mean()
    {rest}
    z.backward()
    """
    error = failing(source)
    assert type(error) is ReleasedError
    assert "to go through the same graph twice, give retain_graph=True" in str(error)
