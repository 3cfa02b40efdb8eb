"""The picture in TikZ: what it says, and, where there is a LaTeX, that it compiles."""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz
from tests.viz.programs import leaf, lecture


def nodes(tikz):
    """Style, place and contents of every named node."""
    found = re.findall(r"\\node\[(.*)\] \((\w+)\) at \((.*),(.*)\) \{(.*)\};", tikz)
    return {name: (style, float(x), float(y), tex) for style, name, x, y, tex in found}


def test_the_example_of_the_lecture():
    assert {name: tex for name, (_, _, _, tex) in nodes(lecture().tikz).items()} == {
        "v0": "$u = 2$", "g0": r"$\partial f/\partial u = 4$",
        "v1": "$v = 3$", "g1": r"$\partial f/\partial v = 4$",
        "v2": "$t_{1} = 5$", "g2": r"$\partial f/\partial t_{1} = 4$",
        "v3": "$w = 4$", "g3": r"$\partial f/\partial w = 5$",
        "v4": "$f = 20$", "g4": r"$\partial f/\partial f = 1$",
        "o0": "+", "o1": r"$\times$",
    }  # fmt: skip


def test_gradients_stand_under_their_values_and_arrows_lead_from_left_to_right():
    tikz = lecture().tikz
    found = nodes(tikz)
    for i in range(5):
        (_, x, y, _), (_, under, below, _) = found[f"v{i}"], found[f"g{i}"]
        assert x == under and below < y
    assert found["v0"][1] < found["o0"][1] < found["v2"][1] < found["o1"][1] < found["v4"][1]
    drawn = re.findall(r"\\draw\[arrow\] \((.*?),(.*?)\).*\(([^(]*),([^(]*)\);", tikz)
    arrows = [tuple(map(float, arrow)) for arrow in drawn]
    assert len(arrows) == 6
    assert all(start < end for start, _, end, _ in arrows)
    # They join the boxes of values.
    assert {y for _, y, *_ in arrows} >= {found[f"v{i}"][2] for i in range(4)}
    assert {y for *_, y in arrows} >= {found[f"v{i}"][2] for i in (2, 4)}


def test_from_top_to_bottom():
    found = nodes(lecture(direction="TB").tikz)
    assert found["v0"][2] > found["o0"][2] > found["v2"][2] > found["o1"][2] > found["v4"][2]


def test_before_backward_there_is_no_number_in_the_box_of_a_gradient():
    found = nodes(lecture(backward=False).tikz)
    assert found["g0"][3] == r"$\partial f/\partial u = \text{--}$"
    gradients = [tex for name, (*_, tex) in found.items() if name[0] == "g"]
    assert all(tex.endswith(r" = \text{--}$") for tex in gradients)


def test_what_requires_no_gradient_says_so_and_a_number_has_no_box_for_it():
    u, c = leaf(2.0), ag.tensor(3.0)
    f = u * c * 5
    tikz = viz.draw(f).tikz
    found = nodes(tikz)
    assert found["v0"][0].startswith("leaf") and found["g0"][0].startswith("gradient")
    assert found["v1"][0].startswith("input") and found["g1"][0].startswith("no gradient")
    assert found["g1"][3].endswith(r"\emph{no gradient}")
    assert len(re.findall(r"\\draw\[.*\] \(\[xshift=2bp\]v\d.north west\) --", tikz)) == 1
    (number,) = [name for name, (style, *_) in found.items() if style.startswith("number")]
    assert number.replace("v", "g") not in found


def test_local_derivatives_stand_beside_the_arrows():
    u, v = leaf(2.0), leaf(3.0)
    f = u * v
    beside = re.findall(r"\\node\[local\] at .* \{.*?(\$.*\$)\};", viz.draw(f, local=True).tikz)
    assert sorted(beside) == [r"$\partial f/\partial u = 3$", r"$\partial f/\partial v = 2$"]


def test_a_local_derivative_has_the_room_of_its_rows():
    W, b = leaf([[1.0, 2.0], [3.0, 4.0]]), leaf([[0.5, 0.1], [0.1, 0.2]])
    tikz = viz.draw((W + b).sum(), local=True).tikz
    places = [float(y) for y in re.findall(r"\\node\[local\] at \(.*?,(.*?)\)", tikz)]
    line = float(re.findall(r"\\node\[operation.*?\(o0\) at \(.*?,(.*?)\)", tikz)[0])
    assert [abs(place - line) > 12 for place in places[:2]] == [True, True]  # half of two rows


def test_arrays_are_matrices_or_ranges():
    W, x = leaf([[1.0, 2.0], [3.0, 1e-7]]), leaf(np.arange(100, dtype=np.float32).reshape(2, 50))
    f = (W @ x).sum()
    found = nodes(viz.draw(f).tikz)
    assert found["v0"][3] == r"$W = \begin{pmatrix} 1 & 2 \\ 3 & 10^{-7} \end{pmatrix}$"
    assert found["v1"][3].startswith("$x$") and "min 0, max 99" in found["v1"][3].replace("{}", "")


def test_arguments_that_must_not_change_places_are_named():
    x, y = leaf(3.0), leaf(2.0)
    f = x - y
    named = re.findall(r"\\node\[argument\] at \(.*,(.*)\) \{.*\$(.*)\$\};", viz.draw(f).tikz)
    places = {name: float(y) for y, name in named}
    assert places["a"] > places["b"]  # x stands above y, and is the first argument


def test_both_arguments_may_be_one_variable():
    x = leaf(3.0)
    f = x - x
    named = re.findall(r"\\node\[argument\] .* \{.*\$(.*)\$\};", viz.draw(f).tikz)
    assert sorted(named) == ["a", "b"]


def test_what_is_too_large_for_tex_is_told():
    y = leaf(1.0)
    for _ in range(200):
        y = y.sin()
    with pytest.raises(ValueError, match="than TeX can reckon with"):
        viz.draw(y, limit=None).tikz  # noqa: B018


HOSTILE = [
    "été", "$%_#&{}~^\\", "<script>alert(1)</script>", '"&<>', "one\ntwo", r"\N", "nul\0", "שלום",
    "😀 日本", r"\end{document}", r"\input{/etc/passwd}", "^^M", "a--b ``x''", "%", "[x]", ";", "",
]  # fmt: skip

FRENCH_SLIDE = r"""\documentclass{beamer}
\IfFileExists{french.ldf}{\usepackage[french]{babel}}{}
\usepackage{amsmath, tikz}
\begin{document}
\begin{frame}{Rétropropagation : un graphe}
\resizebox{\textwidth}{!}{%s}
\end{frame}
\end{document}
"""


def hostile():
    leaves = [leaf(1.0, name=name) for name in HOSTILE]
    f = leaves[0]
    for x in leaves[1:]:
        f = f + x
    f.backward()
    return viz.draw(f, direction="TB")


def perceptron():
    ag.manual_seed(0)
    net = ag.nn.Sequential(ag.nn.Linear(2, 3), ag.nn.Tanh(), ag.nn.Linear(3, 1))
    loss = (net(ag.randn(4, 2)) ** 2).mean()
    loss.backward()
    return viz.draw(loss)


def chain(direction, n):
    y = leaf(1.0)
    for _ in range(n):
        y = y * 2
    return viz.draw(y, limit=None, direction=direction)


def wide():
    return chain("LR", 70)


def high():
    return chain("TB", 80)


def compiled(tmp_path, program, text):
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    (tmp_path / "graph.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "graph.tex"],
        cwd=tmp_path, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    said = done.stdout.decode(errors="replace")
    assert "Overfull" not in said
    assert "Output written on graph.pdf (1 page" in said.replace("\n", "")


@pytest.mark.slow
@pytest.mark.parametrize("program", ["pdflatex", "lualatex"])
@pytest.mark.parametrize(
    "make", [lecture, perceptron, hostile, wide, high], ids=lambda make: make.__name__
)
def test_the_document_compiles(tmp_path, program, make):
    compiled(tmp_path, program, make().save(tmp_path / "saved.tex").read_text(encoding="ascii"))


@pytest.mark.slow
def test_the_picture_compiles_in_a_slide(tmp_path):
    if (
        not shutil.which("kpsewhich")
        or not subprocess.run(["kpsewhich", "beamer.cls"], capture_output=True, check=False).stdout
    ):
        pytest.skip("Beamer is not installed")
    compiled(tmp_path, "pdflatex", FRENCH_SLIDE % lecture().tikz)
