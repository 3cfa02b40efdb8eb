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


def _applied(call, change):
    """The call with a change made: in the place of the operand, or of the whole."""
    if " @ " in change or " * " in change:
        return change
    own = re.sub(r"\.(T|mT|\w+\(.*\))$", "", change)
    whole = change if own != change else f"{change}.T"  # that of a matrix written transposed
    assert re.search(rf"(?<![\w.]){re.escape(own.strip('()'))}", call) or own + ".T" in call
    if own + ".T" in call and own == change:
        return call.replace(f"{own}.T", own)
    bare = own[1:-1] if own.startswith("(") else own
    return re.sub(rf"(?<![\w.]){re.escape(bare)}(?![\w.])", lambda _: whole, call)


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
                if change in ("a", "b"):
                    continue  # a name
                made = eval(
                    _applied(call, change),
                    {"ag": ag, "F": F, **dict(zip("ab", map(ag.rand, shapes)))},
                )
                assert not shape or str(tuple(made.shape)) == shape, text
