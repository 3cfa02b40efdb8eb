"""What the losses say of targets that do not fit: the way out is one."""

from __future__ import annotations

import pytest

from tests.messages.programs import failing, said

SCORES = "s, t = ag.zeros(4, 3), ag.tensor([0, {}, 1, 2]){}\n"
PAIR = "x, y = ag.zeros(2, 4), ag.ones({})\n"

CASES = {  # a program, what is said of it, what is not
    "a wide class in narrow integers": (
        SCORES.format(255, ".to(ag.uint8)") + "F.cross_entropy(s, t)", "give 256 scores", ""),
    "a class below, where none is ignored": (
        SCORES.format(-1, "") + "F.multi_margin_loss(s, t)", "counted from 0", "ignore_index"),
    "a class below, where some are": (
        SCORES.format(-1, "") + "F.nll_loss(s, t)", "have the number ignore_index", ""),
    "the class of a single row": (
        "F.cross_entropy(ag.zeros(3), ag.tensor(3))", "target is 3, but", "target["),
    "a row for a single row": (
        "F.cross_entropy(ag.zeros(3), ag.tensor([0, 1, 2]))",
        "one row of 3 scores: its target is one number, of shape ()", "argmax"),
    "classes before scores": (
        "s, t = ag.zeros(4, 3), ag.tensor([0, 1, 2, 0])\nF.cross_entropy(t, s)",
        "scores come first and classes second: cross_entropy(s, t)", "one row"),
    "scores with more axes": (
        "s, t = ag.zeros(2, 5, 3), ag.zeros(2, 3).long()\nF.multiclass_hinge_loss(s, t)",
        "`s.movedim(1, -1).flatten(0, 1)`, `t.flatten()`", ""),
    "steps with the classes last": (
        "s, t = ag.zeros(2, 3, 5), ag.zeros(2, 3).long()\nF.multi_margin_loss(s, t)",
        "`s.flatten(0, 1)`, `t.flatten()`", ""),
    "no probability": (
        "p, t = ag.tensor([0.5, 1.5]), ag.zeros(2)\nF.binary_cross_entropy(p, t)",
        "input[1] is 1.5", "fix:"),
    "a negative variance": (
        "x = ag.ones(2, 2)\nF.gaussian_nll_loss(x, x, x - 2)", "var[0, 0] is -1", "fix:"),
    "integers": ("i = ag.tensor([1, 2])\nF.mse_loss(i, i)", "use .float()", "fix:"),
    "weights of another length": (
        PAIR.format("2, 4") + "w = ag.ones(3)\n"
        "F.binary_cross_entropy_with_logits(x, y, pos_weight=w)",
        "`x` has length 4, `w` 3", "the target"),
    "a distance and its label": (
        PAIR.format("4, 2") + "F.hinge_embedding_loss(x, y)", "`y.T`", "condition"),
    "a score and its label": (
        PAIR.format("4, 2") + "F.soft_margin_loss(x, y)",
        "`y.reshape(2, 4)` has the shape of the input", "input.T"),
    "pairs and their labels": (
        PAIR.format("3") + "F.cosine_embedding_loss(x, x, y)", "rows (2,), the target (3,)",
        "condition"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(case):
    program, expected, otherwise = CASES[case]
    text = said(failing(program))
    assert expected in text, text
    assert not otherwise or otherwise not in text, text
