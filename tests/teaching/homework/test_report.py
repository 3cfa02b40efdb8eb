"""What a report says and shows: numbers, hints, drawings, pages."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr import teaching


def uphill(y, grad):
    return -y * (grad - (grad * y).sum(-1, keepdims=True))


def test_the_worst_entry_has_both_numbers(fresh):
    report = fresh("softmax.backward").check(uphill)
    rows = [line.split(maxsplit=1) for line in str(report).splitlines()]
    assert rows[0] == ["softmax.backward:", "0 of 6 samples pass"]
    assert ["yours", "0.262109"] in rows and ["right", "-0.262109"] in rows
    assert "dx[0]" in str(report) and "the sign is turned" in str(report)
    assert report.passed == 0 and report.total == 6


def test_the_first_failing_sample_is_the_one_told_of(fresh):
    report = fresh("softmax.backward").check(lambda y, grad: y * (grad - (grad * y).sum()))
    assert report.failed.sample.title == "two rows" and "sample      3, two rows" in str(report)
    assert report.passed == 4


def test_hints_say_more_with_every_failed_check(fresh):
    e = fresh("softmax.backward")
    given = []
    for left in (2, 1, 0):
        report = e.check(uphill)
        given.append(report.hint)
        assert report.hints_left == left
        assert f"{left} more: .hint()" in str(report) or "none: .solution()" in str(report)
    assert [hint[:11] for hint in given] == [f"hint {k} of 3" for k in (1, 2, 3)]
    last = e.check(uphill)
    assert last.hint == "" and last.hints_left == 0
    assert e.hint() == given[-1]
    assert e.restart() is e and e.check(uphill).hint == given[0]


def test_a_right_answer_costs_no_hint_and_shows_none(fresh):
    e = fresh("softmax.backward")
    report = e.check(e.reference)
    assert str(report) == "softmax.backward: all 6 samples pass"
    assert e.hinted == 0 and e.hint().startswith("hint 1 of 3")
    assert "hint" not in report._repr_html_().partition("</style>")[2]


def test_the_solution_is_the_source_of_the_reference(fresh):
    source = fresh("softmax.backward").solution()
    assert repr(source).startswith("def backward(y, grad):\n    return y *")
    there: dict[str, object] = {}
    exec(source, {"np": np}, there)
    assert fresh("softmax.backward").check(there["backward"])


@pytest.mark.parametrize("e", teaching.exercises(), ids=lambda e: e.name)
def test_every_solution_is_a_right_answer(fresh, e):
    there: dict[str, object] = {"np": np}
    exec("from collections import Counter\n" + fresh(e.name).solution(), there)
    assert fresh(e.name).check(there[e.called])


def test_it_is_not_told_before_it_is_asked_for(fresh):
    e = fresh("softmax.backward")
    body = e.solution().splitlines()[-1].strip()
    assert body not in str(e) + e._repr_html_() + str(e.check(uphill))


def test_as_a_decorator_it_shows_the_report_and_gives_the_function_back(fresh, capsys):
    e = fresh("relu.backward")

    @e
    def backward(x, grad):
        return grad

    assert backward(1, 2) == 2
    assert "0 of 4 samples pass" in capsys.readouterr().out


def test_gradcheck_stands_behind_a_rule(fresh):
    report = fresh("softmax.backward").check(uphill)
    assert report.failed.check.verdict == report.verdict == "constant factor"
    assert "∂ y[" in report._repr_html_() and "gradcheck: fail" in report._repr_html_()


@pytest.mark.parametrize("e", teaching.exercises(), ids=lambda e: e.name)
def test_two_drawings_and_what_differs_is_marked(fresh, e):
    wrong = list(e.mistakes.values())[-1]
    picture = fresh(e.name).check(wrong).draw()
    yours, right = picture.figures.split("<figure>")[1:]
    assert yours.count("<svg") == right.count("<svg") == 1
    assert "≠" in yours and "≠" not in right


def test_all_of_a_right_answer_is_drawn_without_marks(fresh):
    for name in ("linear.backward", "adam.step", "engine.backward"):
        e = fresh(name)
        picture = e.check(e.reference).draw()
        assert picture.figures.count("<svg") == 2 and "≠" not in picture.figures


def test_numbers_stand_in_the_drawings(fresh):
    picture = fresh("add.backward").check(lambda a, b, grad: (grad, 2 * grad)).draw()
    assert picture.right.below[1].told.entries == [0.35, 0.85]
    yours, right = picture.figures.split("<figure>")[1:]
    assert repr(picture) == "<SideBySide of equal shapes>"
    assert ">1.7<" in yours and ">1.7<" not in right  # db, twice 0.85


def test_the_operations_of_the_answer_are_drawn(fresh):
    def forward(x):
        e = np.exp(x)
        return e / e.sum(-1, keepdims=True)

    yours, right = fresh("softmax.forward").check(forward).draw().figures.split("<figure>")[1:]
    assert ">exp<" in yours and "inf" in yours and "nan" in yours
    assert "inf" not in right


def test_trajectories_say_at_which_step_they_part(fresh):
    def step(w, grad, v, lr, momentum, weight_decay):
        g = grad + weight_decay * w
        new = momentum * v + g
        return w - lr * g, new  # the velocity is kept, and not used

    report = fresh("sgd.step").check(step)
    assert "with momentum; step 2" in str(report)
    assert report.failed.fault.result == "w"


def test_pages(fresh, tmp_path):
    report = fresh("softmax.backward").check(uphill)
    page = report.save(tmp_path / "pages" / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and page.count("<svg") == 2
    drawn = report.draw().save(tmp_path / "graphs.html").read_text(encoding="utf-8")
    assert drawn.count("<svg") == 2
    with pytest.raises(ValueError, match="is saved as"):
        report.save(tmp_path / "report.pdf")
    with pytest.raises(ValueError, match="is saved as"):
        report.draw().save(tmp_path / "graphs.png")


def test_nothing_a_student_writes_is_taken_for_markup(fresh):
    def backward(x, grad):
        raise ValueError("<script>alert(1)</script>")

    page = fresh("relu.backward").check(backward)._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page
