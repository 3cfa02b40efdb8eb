"""Equations are broken between terms, and where their definitions begin."""

from __future__ import annotations

from autograd_fr.viz.explaining.lines import Equation, Line, latex_rows, line, text_rows, width


def test_short_lines_stay_whole():
    equation = Equation("x", (line("a", "-b"), line("3")))
    assert latex_rows(equation) == ["x &= a - b", " &= 3"]
    assert text_rows(equation) == ["x = a - b", "  = 3"]


def test_long_sums_are_broken_before_their_signs():
    long = r"\mathit{" + "a" * 50 + "}"
    equation = Equation("x", (line(long, long, "-" + long),))
    first, *others = latex_rows(equation)
    assert first == f"x &= {long}"
    assert others == [rf" &\quad + {long}", rf" &\quad - {long}"]
    assert text_rows(equation)[1].startswith("    - ") or text_rows(equation)[1].startswith(
        "    + "
    )


def test_definitions_stand_on_a_line_of_their_own():
    equation = Equation("x", (Line(("z",), ("z = a", "a = 2")),))
    assert latex_rows(equation) == ["x &= z", r" &\quad \text{where } z = a, \; a = 2"]


def test_numbers_that_fill_the_screen_are_left_out_of_the_text():
    equation = Equation("x", (line("a"), line(" ".join("1" * 200)), line("3")))
    assert text_rows(equation) == ["x = a", "  = 3"]


def test_width_is_that_of_the_page_not_of_the_source():
    matrix = r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \\ 5 & 6 \end{pmatrix}"
    assert width(matrix) < 15 < width("+".join("a" * 10))
    assert width(r"\frac{\partial f}{\partial x}") < 6
