"""Every change that a message proposes is applied: it must work, and give what is promised."""

from __future__ import annotations

import linecache
import random
import re
import warnings

import pytest

import autograd_fr as ag
from autograd_fr.nn import functional as F

CALLS = [
    "a @ b", "ag.mm(a, b)", "ag.mv(a, b)", "ag.dot(a, b)", "a + b", "a * b", "a - b.T",
    "ag.maximum(a, b)", "F.linear(a, b)", "ag.cat([a, b])", "ag.cat([a, b], dim=1)",
    "ag.cat([a, b, a])", "ag.stack([a, b])", "ag.stack([a, b], dim=1)", "ag.vstack([a, b])",
    "ag.hstack([a, b])", "F.mse_loss(a, b)", "F.binary_cross_entropy_with_logits(a, b)",
    "a.add_(b)", "a.mul_(b)", "ag.where(a > 0, a, b)", "ag.where(b > 0, a, a)", "ag.dist(a, b)",
    "ag.atan2(a, b)", "ag.lerp(a, b, 0.5)", "F.cross_entropy(a, b)", "ag.bmm(a, b)",
]  # fmt: skip
CHANGE = re.compile(r"`([^`]+)`(?:, (?:for a result )?of shape (\([^)]*\)))?")


def _pairs(draw):
    """Shapes, and others that resemble them: permuted, or with a length or an axis changed."""
    a = [draw.choice([1, 2, 3, 4, 6]) for _ in range(draw.randint(0, 4))]
    b = list(a)
    how = draw.randrange(5)
    if how == 0:
        draw.shuffle(b)
    elif how == 1 and b:
        b[draw.randrange(len(b))] = draw.choice([1, 2, 3, 5])
    elif how == 2 and b:
        del b[draw.randrange(len(b))]
    elif how == 3:
        b.insert(draw.randint(0, len(b)), draw.choice([1, 2, 3]))
    else:
        b = [draw.choice([1, 2, 3, 4, 6]) for _ in range(draw.randint(0, 4))]
    return tuple(a), tuple(b)


def _function(call):
    source = f"def f(a, b):\n    return {call}\n"
    name = f"fix {call}"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    space = {"ag": ag, "F": F}
    exec(compile(source, name, "exec"), space)
    return space["f"]


OPERANDS = re.compile(r"[ab] > 0|[ab]\.T|(?<![\w.])[ab](?!\w)")


def _applied(call, change):
    """The call with a change made: in the place of its operand, or of the whole."""
    if " @ " in change or " * " in change:
        return change
    if f"{change}.T" in call:
        return call.replace(f"{change}.T", change)
    operand = next(part for part in OPERANDS.findall(call) if change.lstrip("(").startswith(part))
    return re.sub(rf"(?<![\w.]){operand}(?![\w.])", change, call)


@pytest.mark.parametrize("call", CALLS)
def test_what_a_message_proposes_works(call):
    draw, function = random.Random(call), _function(call)
    for _ in range(60):
        shapes = _pairs(draw)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                function(*map(ag.rand, shapes))
                continue
            except ag.errors.AutogradError as error:
                text = str(error)
            fix = text.partition("  fix: ")[2]
            for change, shape in CHANGE.findall(fix):
                if change in ("a", "b") and f"{change}.T" not in call:
                    continue  # a name
                made = eval(
                    _applied(call, change),
                    {"ag": ag, "F": F, **dict(zip("ab", map(ag.rand, shapes)))},
                )
                assert not shape or str(tuple(made.shape)) == shape, text


SEQUENCES = [
    ((4, 6, 12), (4, 6)), ((2, 3, 4, 5), (2, 3, 4)), ((10, 7), (5, 2)), ((10, 7), (1, 10)),
    ((5, 2, 7), (10,)), ((5, 1, 7), (5,)), ((2, 3, 4, 5), (24,)),
]  # fmt: skip


@pytest.mark.parametrize("call", ["F.cross_entropy(a, b)", "F.nll_loss(a, b)"])
@pytest.mark.parametrize("shapes", SEQUENCES, ids=str)
def test_the_classes_of_sequences_come_to_their_rows(call, shapes):
    scores, target = ag.rand(shapes[0]), ag.randint(0, shapes[0][-1], shapes[1])
    with pytest.raises(ag.errors.ShapeError) as info:
        _function(call)(scores, target)
    ((change, _),) = CHANGE.findall(str(info.value).partition("  fix: ")[2])
    loss = eval(_applied(call, change), {"F": F, "a": scores, "b": target})
    rows = scores.reshape(-1, shapes[0][-1])
    assert loss.item() == pytest.approx(
        eval(call, {"F": F, "a": rows, "b": target.flatten()}).item()
    )
