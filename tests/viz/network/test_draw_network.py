"""`draw_network`: what is counted, what is drawn, and what cannot be."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import models, nn, viz
from autograd_fr.viz.pictures.colours import LINE, ODD
from autograd_fr.viz.pictures.layout import layout
from tests.viz.reading import SVG, boxes, groups, legend

PNG = b"\x89PNG\r\n\x1a\n"
RED, BLUE = "#b2182b", "#2166ac"


def places(drawing):
    """Where Graphviz puts the neurons, by column and number."""
    found = layout(drawing.dot).centres.items()
    return {tuple(map(int, node[1:].split("_"))): at for node, at in found if node[0] == "n"}


def links(drawing):
    """The lines as (tail, head), colour, width and dashes, in their order."""
    found = []
    for ends, elements in groups(drawing.svg, "edge"):
        (path,) = [e for e in elements if e.tag == f"{SVG}path"]
        tail, head = re.split("--|->", ends)
        width, dashes = float(path.get("stroke-width", 1)), path.get("stroke-dasharray")
        found.append(((tail, head), path.get("stroke"), width, dashes))
    return found


def affine(weight, bias=None):
    weight = np.asarray(weight, dtype=float)
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None, dtype=ag.float64)
    state = {"weight": weight} | ({} if bias is None else {"bias": np.asarray(bias, dtype=float)})
    layer.load_state_dict({name: ag.tensor(x) for name, x in state.items()})
    return layer


def test_the_net_of_the_lecture():
    drawing = viz.draw_network([3, 4, 4, 2])
    assert (drawing.nodes, drawing.edges, drawing.parameters) == (13, 36, 46)
    assert (drawing.depth, drawing.width, drawing.sizes) == (3, 4, (3, 4, 4, 2))
    assert len(places(drawing)) == 13
    assert len({ends for ends, *_ in links(drawing)}) == len(links(drawing)) == 36
    headings = [box for node, box in boxes(drawing.svg).items() if node[0] == "c"]
    assert headings == [["input", "3"], ["hidden 1", "4"], ["hidden 2", "4"], ["output", "2"]]
    assert legend(drawing.svg) == ["depth 3, width 4, 46 parameters"]


def test_every_neuron_is_linked_to_all_of_the_next_column():
    sizes = (2, 3, 1)
    expected = {
        (f"n{c}_{i}", f"n{c + 1}_{j}")
        for c in (0, 1) for i in range(sizes[c]) for j in range(sizes[c + 1])
    }  # fmt: skip
    assert {ends for ends, *_ in links(viz.draw_network(sizes))} == expected


def test_neurons_stand_in_columns_around_one_axis():
    at = places(viz.draw_network([3, 4, 1]))
    middles = []
    for c, size in enumerate((3, 4, 1)):
        x, y = zip(*(at[c, k] for k in range(size)))
        assert max(x) - min(x) < 0.1
        assert list(y) == sorted(y, reverse=True)
        middles.append((x[0], (y[0] + y[-1]) / 2))
    (first, height), *others = middles
    assert [x > first + 50 for x, _ in others] == [True, True]
    assert [y for _, y in others] == pytest.approx([height] * 2, abs=0.1)


def test_circles_do_not_touch():
    for drawing in (viz.draw_network([12, 30, 2], bias=True), viz.draw_network([1, 1], bias=True)):
        at = list(layout(drawing.dot).centres.items())
        circles = [np.array(p) for node, p in at if node[0] in "nb"]
        gaps = [np.hypot(*(a - b)) for i, a in enumerate(circles) for b in circles[:i]]
        assert min(gaps) > 22


def test_a_model_counts_as_its_layers_do():
    net = nn.Sequential(
        nn.Flatten(), nn.Linear(4, 6, bias=False), nn.ReLU(), nn.Dropout(0.5),
        nn.Sequential(nn.Linear(6, 3), nn.Softmax(dim=-1)),
    )  # fmt: skip
    drawing = viz.draw_network(net)
    assert drawing.sizes == (4, 6, 3)
    assert drawing.parameters == sum(p.numel() for p in net.parameters()) == 45
    assert viz.draw_network(models.MLP(3, 4, 4, 2)).dot == viz.draw_network([3, 4, 4, 2]).dot
    assert viz.draw_network(nn.Linear(2, 1)).sizes == (2, 1)


def test_biases_are_circles_with_links_of_their_own():
    drawing = viz.draw_network([3, 4, 2], bias=True)
    assert [box for node, box in boxes(drawing.svg).items() if node[0] == "b"] == [["1"], ["1"]]
    from_biases = [ends for ends, *_ in links(drawing) if ends[0][0] == "b"]
    assert from_biases == [("b0", f"n1_{k}") for k in range(4)] + [("b1", "n2_0"), ("b1", "n2_1")]
    assert (drawing.nodes, drawing.edges) == (9, 20)
    without = nn.Sequential(nn.Linear(3, 4, bias=False), nn.Linear(4, 2))
    drawn = boxes(viz.draw_network(without, bias=True).svg)
    assert "b0" not in drawn and "b1" in drawn


def test_lines_tell_sign_and_size_of_weights():
    net = affine([[2.0, -1.0], [0.0, 1.0]], [-2.0, 1.0])
    drawing = viz.draw_network(net, weights=True, bias=True)
    found = {ends: look for ends, *look in links(drawing)}
    widths = {ends: width for ends, (_, width, _) in found.items()}
    colours = {ends: (colour, bool(dashes)) for ends, (colour, _, dashes) in found.items()}
    assert colours == {
        ("n0_0", "n1_0"): (RED, False), ("n0_1", "n1_0"): (BLUE, True),
        ("b0", "n1_0"): (BLUE, True), ("n0_0", "n1_1"): (LINE, False),
        ("n0_1", "n1_1"): (RED, False), ("b0", "n1_1"): (RED, False),
    }  # fmt: skip
    widest, half, least = (widths[f"n0_{i}", f"n1_{j}"] for i, j in ((0, 0), (1, 0), (0, 1)))
    assert least < half < widest
    assert half - least == pytest.approx(widest - half, abs=0.02)
    assert widths["b0", "n1_0"] == widest
    assert "the widest: 2" in legend(drawing.svg)[-1]
    assert "red" not in "".join(legend(viz.draw_network(net).svg))


def test_lines_tell_gradients():
    net = affine([[1.0, 1.0]])
    (net(ag.tensor([[3.0, -6.0]], dtype=ag.float64))).sum().backward()
    (_, first, thin, _), (_, second, wide, dashes) = links(viz.draw_network(net, grads=True))
    assert (first, second, bool(dashes)) == (RED, BLUE, True)
    assert thin < wide
    assert "the widest: 6" in legend(viz.draw_network(net, grads=True).svg)[-1]


def test_what_is_no_finite_number_is_seen():
    net = affine([[np.nan, 1.0]])
    (_, colour, _, dashes), _ = links(viz.draw_network(net, weights=True))
    assert colour == ODD and dashes
    assert "dotted: nan or inf" in legend(viz.draw_network(net, weights=True).svg)[-1]


def test_weights_that_are_all_zero():
    looks = {(colour, dashes) for _, colour, _, dashes in
             links(viz.draw_network(affine(np.zeros((2, 2))), weights=True))}  # fmt: skip
    assert looks == {(LINE, None)}


def test_of_wide_columns_the_first_and_the_last_are_drawn():
    drawing = viz.draw_network([784, 128, 10])
    drawn = [[k for c, k in places(drawing) if c == column] for column in range(3)]
    assert drawn == [[*range(8), 783], [*range(8), 127], [*range(10)]]
    assert [node for node in boxes(drawing.svg) if node[0] == "g"] == ["g0", "g1"]
    assert (drawing.nodes, drawing.edges, drawing.parameters) == (922, 101_632, 101_770)
    assert len(links(drawing)) == 9 * 9 + 9 * 10
    assert repr(drawing) == (
        "<Drawing of a net 784-128-10: 922 neurons, 101 632 weights, depth 2, width 128, "
        "101 770 parameters>"
    )


def test_the_links_of_the_last_neuron_show_its_own_weights():
    weight = np.ones((1, 20))
    weight[0, 19] = -1
    drawing = viz.draw_network(affine(weight), weights=True, limit=4)
    assert [(tail, colour) for (tail, _), colour, *_ in links(drawing)] == [
        ("n0_0", RED), ("n0_1", RED), ("n0_19", BLUE),
    ]  # fmt: skip


def test_the_limit():
    assert len(places(viz.draw_network([20, 2], limit=3))) == 4
    assert len(places(viz.draw_network([20, 2], limit=None))) == 22
    for limit in (2, 0, True, 2.5, "3"):
        with pytest.raises(ValueError, match="integer from 3 on, or None"):
            viz.draw_network([3, 2], limit=limit)


def test_labels_take_the_place_of_names():
    drawing = viz.draw_network([2, 3, 1], labels=("entrée", "couche cachée", "sortie"))
    headings = [box[0] for node, box in boxes(drawing.svg).items() if node[0] == "c"]
    assert headings == ["entrée", "couche cachée", "sortie"]
    for labels in (["a"], "abc", [1, 2, 3]):
        with pytest.raises(ValueError, match="3 texts, one for each column"):
            viz.draw_network([2, 3, 1], labels=labels)


def test_long_labels_have_room():
    wide = viz.draw_network([1, 1], labels=["x" * 30, "y" * 30])
    (left, _), (right, _) = places(wide)[0, 0], places(wide)[1, 0]
    assert right - left > 30 * 7
    (a, _), (b, _) = places(viz.draw_network([1, 1]))[0, 0], places(viz.draw_network([1, 1]))[1, 0]
    assert b - a < 120


NAMES = [
    "a<b>c", "&amp;", 'say "hi"', "\\N \\G \\l", "</TD>", "]]>", "<script>alert(1)</script>",
    '"]; evil [label="', '" --> v9', "one\ntwo", "$%_#&{}~^", "\\end{tikzpicture}", "日本", "nul\0",
    "", " ", "x" * 300, "end",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_labels_inject_nothing(name):
    drawing = viz.draw_network([1, 2], labels=[name, "b"])
    plain = viz.draw_network([1, 2], labels=["a", "b"])
    assert boxes(drawing.svg).keys() == boxes(plain.svg).keys()
    assert {ends for ends, *_ in links(drawing)} == {ends for ends, *_ in links(plain)}
    tags = {e.tag for e in ElementTree.fromstring(drawing.svg).iter()}
    assert tags <= {e.tag for e in ElementTree.fromstring(plain.svg).iter()}
    shown = name if len(name) <= 40 else f"{name[:20]}…{name[-19:]}"
    assert "".join(boxes(drawing.svg)["c0"]).replace(" ", "") == (
        shown.replace("\0", "\ufffd").replace("\n", "").replace(" ", "") + "1"
    )
    assert drawing.tikz.count(r"\end{tikzpicture}") == 1 and drawing.tikz.isascii()
    assert len(drawing.mermaid.splitlines()) == len(plain.mermaid.splitlines())


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(2, 1)), "^Conv2d '0' cannot be drawn"),
        (lambda: nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)), "^BatchNorm1d '1' cannot"),
        (lambda: nn.LSTM(2, 3), "^LSTM cannot be drawn"),
        (lambda: nn.Sequential(nn.ReLU()), "Sequential has no Linear layers"),
        (lambda: nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 1)),
         "^Linear '1' takes 4 numbers, but Linear '0' before it gives 3"),
        (lambda: nn.Sequential(nn.LazyLinear(3)), "LazyLinear '0' has no size yet: call the model"),
        (list, "at least two of 1 or more.* not \\[\\]$"),
        (lambda: [3, -1, 2], "at least two of 1 or more"),
        (lambda: [3], "at least two of 1 or more"),
        (lambda: [3, 0, 2], "at least two of 1 or more"),
        (lambda: [3, 2.5], "at least two of 1 or more"),
        (lambda: [True, True], "at least two of 1 or more"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_named(net, said):
    with pytest.raises(ValueError, match=said):
        viz.draw_network(net())


def test_numbers_that_are_not_there():
    with pytest.raises(ValueError, match="no gradients yet: call backward"):
        viz.draw_network(nn.Linear(2, 1), grads=True)
    with pytest.raises(ValueError, match="sizes alone have no weights"):
        viz.draw_network([2, 1], weights=True)
    with pytest.raises(ValueError, match="either weights or gradients"):
        viz.draw_network(nn.Linear(2, 1), weights=True, grads=True)


@pytest.mark.parametrize(
    "net", [3, "34", b"34", None, {3, 4}, {3: 4}, nn.Linear, ag.ones(2, 2)], ids=repr
)
def test_what_is_neither_sizes_nor_a_model(net):
    with pytest.raises(TypeError, match=f"takes sizes or a model, not {type(net).__name__}"):
        viz.draw_network(net)


def test_sizes_may_be_a_module_s_own_attributes():
    """Only what has weights is a layer, whatever else a module tells of itself."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.in_features, self.out_features = 3, 2
            self.hidden, self.last = nn.Linear(3, 4), nn.Linear(4, 2)

    assert viz.draw_network(Net(), weights=True).sizes == (3, 4, 2)


def test_a_layer_used_twice_is_drawn_once():
    layer = nn.Linear(3, 3)
    drawing = viz.draw_network(nn.Sequential(layer, nn.Tanh(), layer))
    assert (drawing.sizes, drawing.parameters) == ((3, 3), 12)


def test_a_model_of_pytorch():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    ours = models.MLP(2, 3, 1)
    for one, other in zip(ours.parameters(), theirs.parameters()):
        with ag.no_grad():
            one.copy_(ag.tensor(other.detach().numpy()))
    theirs(torch.ones(1, 2)).sum().backward()
    ours(ag.ones(1, 2)).sum().backward()
    for shown in ({"weights": True}, {"grads": True}):
        assert links(viz.draw_network(theirs, **shown)) == links(viz.draw_network(ours, **shown))
    with pytest.raises(ValueError, match="Linear is complex"):
        viz.draw_network(torch.nn.Linear(2, 2, dtype=torch.complex64), weights=True)


@pytest.mark.parametrize("suffix", [".svg", ".png", ".dot", ".gv", ".tex", ".mmd", ".md", ".html"])
def test_every_kind_of_file(suffix, tmp_path):
    path = viz.draw_network([2, 3, 1]).save(tmp_path / "new" / f"net{suffix}")
    assert path.stat().st_size > 200
    assert path.read_bytes().startswith(PNG) == (suffix == ".png")


def test_a_notebook_shows_it():
    drawing = viz.draw_network([2, 3, 1])
    bundle = drawing._repr_mimebundle_()
    assert bundle["image/svg+xml"] == drawing._repr_svg_()
    assert bundle["text/plain"] == repr(drawing)


def test_tikz_draws_the_same():
    drawing = viz.draw_network([12, 2], bias=True)
    tikz = drawing.tikz
    assert tikz.count(r"\draw[link") == len(links(drawing)) == 9 * 2 + 2
    assert len(re.findall(r"\\node\[(?:input|hidden|output|bias)\]", tikz)) == 9 + 2 + 1
    assert tikz.count(r"\vdots") == 1
    assert r"\textbf{input} \\ \scriptsize 12" in tikz


def test_mermaid_draws_the_same():
    mermaid = viz.draw_network([12, 2], bias=True).mermaid
    lines = [line.strip() for line in mermaid.splitlines()]
    assert sum(" --- " in line for line in lines) == 9 * 2 + 2
    column = lines[lines.index('subgraph c0["input<br/>12"]') + 1 : lines.index("end")]
    assert [line.split("(")[0].split("[")[0] for line in column] == [
        *(f"n0_{k}" for k in range(8)), "g0", "n0_11", "b0",
    ]  # fmt: skip


def test_the_model_is_left_alone_and_later_changes_are_not_seen():
    net = affine([[1.0, -1.0]])
    drawing = viz.draw_network(net, weights=True)
    with ag.no_grad():
        net.weight.mul_(-1.0)
    assert [colour for _, colour, *_ in links(drawing)] == [RED, BLUE]
