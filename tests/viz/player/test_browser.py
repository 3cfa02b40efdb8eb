"""The player in a real browser: what is read there, step by step, are the frames."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from autograd_fr import viz
from autograd_fr.viz.graph.text import number
from autograd_fr.viz.player.lines import text
from tests.viz.player.programs import branching, leaf, lecture, perceptron

pytestmark = pytest.mark.slow

# What stands in the boxes of a player: by the title of the node and the class of the group.
READ = """
const [root, kind] = arguments, found = {};
for (const box of root.querySelectorAll(`.${kind}-box`)) {
  const name = box.parentNode.querySelector("title").textContent;
  const shown = [...box.querySelectorAll(`.${kind}`)].filter((g) => g.getClientRects().length);
  const texts = shown.flatMap((g) => [...g.querySelectorAll("text")]);
  found[name] = texts.map((t) => t.textContent);
}
return found;
"""


class Shown:
    """A player in a page that is open in the browser."""

    def __init__(self, browser, root):
        self.browser, self.root = browser, root

    def find(self, selector):
        return self.root.find_elements("css selector", selector)

    def press(self, key):
        """Press a key, wherever the focus is."""
        from selenium.webdriver import ActionChains, Keys

        ActionChains(self.browser).send_keys(getattr(Keys, key)).perform()

    def focus(self):
        self.browser.execute_script("arguments[0].focus()", self.root)

    @property
    def focused(self):
        return self.browser.switch_to.active_element.get_attribute("aria-label")

    def click(self, label):
        self.find(f'button[aria-label="{label}"]')[0].click()

    def scrub(self, step):
        """Move the bar to a step."""
        script = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))"
        self.browser.execute_script(script, self.find("input")[0], step)

    @property
    def progress(self):
        return self.find("output")[0].text

    @property
    def caption(self):
        return [p.get_property("textContent") for p in self.find(".ag-caption p")]

    def numbers(self, kind):
        """The numbers that are seen in the boxes of a kind, by variable; without the empty."""
        boxes = self.browser.execute_script(READ, self.root, kind)
        found = {name: read(texts) for name, texts in boxes.items()}
        return {name: numbers for name, numbers in found.items() if numbers}


def read(texts):
    """The numbers among the texts of a box, titles such as ∂f/∂w1 left out."""
    joined = " ".join(t for t in texts if not re.fullmatch("∂[^=]*", t.strip()))
    return re.findall(r"(?<![^\s=])-?\d[\d.]*(?:e[+-]?\d+)?", joined.partition("= ")[2] or joined)


def flat(entries):
    """Numbers or nested lists of them, as they are written, one after the other."""
    return [t for e in entries for t in flat(e)] if isinstance(entries, list) else [number(entries)]


def written(frame):
    return {name: flat(entries) for name, entries in frame.items()}


@pytest.fixture
def opened(browser, tmp_path):
    """Opens saved players, all of them in one page where there are several."""

    def opened(*players):
        path = players[0].save(tmp_path / "page.html")
        for player in players[1:]:
            page = path.read_text("utf-8").replace("</body>", f"{player.html}</body>")
            path.write_text(page, "utf-8")
        browser.get(path.as_uri())
        found = [Shown(browser, root) for root in browser.find_elements("class name", "ag-player")]
        assert not browser.get_log("browser")
        return found if len(found) > 1 else found[0]

    return opened


@pytest.mark.parametrize(
    ("program", "order"),
    [(lecture, "topological"), (branching, "naive"), (perceptron, "topological")],
)
def test_what_is_seen_by_clicking_are_the_frames(opened, program, order):
    player = program(order=order)
    shown = opened(player)
    frames = iter(player.frames[1:])
    frame = {}
    for i, step in enumerate(player.steps):
        if i:
            shown.click("Next step")
        if step.phase == "backward":
            frame = next(frames)
        assert shown.progress == step.progress
        assert shown.numbers("gradient") == written(frame)
        if program is not perceptron:
            assert shown.caption == [text(line) for line in step.lines]
    assert next(frames, None) is None
    for step in player.steps[-2::-1]:
        shown.click("Previous step")
        assert shown.progress == step.progress
    assert shown.numbers("gradient") == {}


def test_values_appear_as_they_are_computed(opened):
    shown = opened(lecture())
    given = {"u": ["2"], "v": ["3"], "w": ["4"]}
    assert shown.numbers("value") == given
    shown.click("Next step")
    assert shown.numbers("value") == given | {"t1": ["5"]}
    shown.click("Next step")
    assert shown.numbers("value") == given | {"t1": ["5"], "f": ["20"]}


def test_the_keys(opened):
    player = lecture()
    shown = opened(player)
    for step in player.steps[1:3]:  # without a focus, since it has the page to itself
        shown.press("ARROW_RIGHT")
        assert shown.progress == step.progress
    for step in (*player.steps[3:], player.steps[-1]):
        shown.click("Next step")
        assert shown.progress == step.progress
    assert shown.focused == "Next step"  # though there is none
    shown.press("ARROW_LEFT")
    assert shown.progress == player.steps[-2].progress
    shown.press("ARROW_RIGHT")
    assert shown.numbers("gradient") == written(player.frames[-1])
    shown.press("ARROW_LEFT")
    assert shown.numbers("gradient") == written(player.frames[-2])
    shown.press("HOME")
    assert shown.progress == "start"
    shown.press("END")
    assert shown.progress == "backward 3/3"


def test_the_keys_work_under_the_pointer_too_and_not_elsewhere(opened):
    from selenium.webdriver import ActionChains

    first, second = opened(lecture(), branching())
    first.press("ARROW_RIGHT")
    assert (first.progress, second.progress) == ("start", "start")
    ActionChains(first.browser).move_to_element(second.find(".ag-picture")[0]).perform()
    first.press("ARROW_RIGHT")
    assert (first.progress, second.progress) == ("start", "forward 1/2")


def test_equal_players_in_one_page_are_played_apart(opened):
    first, second = opened(lecture(), lecture())
    for _ in range(4):
        second.click("Next step")
    assert first.numbers("gradient") == {}
    assert second.numbers("gradient") == {"f": ["1"], "t1": ["4"], "w": ["5"]}
    first.click("Next step")
    assert (first.progress, second.progress) == ("forward 1/2", "backward 2/3")


def test_it_plays_by_itself_and_stops(opened):
    from selenium.webdriver.support.wait import WebDriverWait

    shown = opened(lecture())
    for _ in range(3):
        shown.click("Next step")
    (speed,) = shown.find("select")
    speed.send_keys("4")
    shown.click("Play")
    WebDriverWait(shown.browser, 10, 0.1).until(lambda _: shown.progress == "backward 2/3")
    shown.click("Pause")
    assert shown.find('button[aria-label="Play"]')
    shown.click("Play")
    WebDriverWait(shown.browser, 10, 0.1).until(lambda _: shown.progress == "backward 3/3")
    WebDriverWait(shown.browser, 2, 0.1).until(lambda _: shown.find('button[aria-label="Play"]'))


def test_the_bar_is_scrubbed(opened):
    shown = opened(lecture())
    (bar,) = shown.find("input")
    assert bar.get_property("max") == "5"
    shown.scrub(4)
    assert shown.progress == bar.get_attribute("aria-valuetext") == "backward 2/3"
    assert shown.numbers("gradient") == {"f": ["1"], "t1": ["4"], "w": ["5"]}


def test_the_node_of_a_step_is_lit(opened):
    shown = opened(lecture())
    for _ in range(4):
        shown.click("Next step")
    lit = {part.get_attribute("data-part") for part in shown.find(".ag-lit")}
    assert lit == {
        "o1", "r1.4", "i1.0", "i1.1", "v4.gradient", "v2.gradient", "v3.gradient",
    }  # fmt: skip
    (circle,) = shown.find('[data-part="o1"] ellipse')
    (other,) = shown.find('[data-part="o0"] ellipse')
    assert circle.value_of_css_property("stroke") == "rgb(217, 72, 15)"
    assert other.value_of_css_property("stroke") != "rgb(217, 72, 15)"
    assert arrowheads(shown, "i1.0") == arrowheads(shown, "r1.4") == (False, True)
    assert arrowheads(shown, "i0.0") == (True, False)
    shown.press("HOME")
    assert arrowheads(shown, "i1.0") == (True, False)


def arrowheads(shown, edge):
    """Whether that of the value is seen, and that of the gradient."""
    return tuple(
        shown.find(f'[data-part="{edge}"] {part}')[0].is_displayed()
        for part in ("> polygon", "> .back > polygon")
    )


def test_what_is_wrong_is_marked(opened):
    shown = opened(branching(order="naive"))
    for _ in range(10):
        shown.click("Next step")
    assert [part.get_attribute("data-part") for part in shown.find(".ag-wrong")] == ["v0.gradient"]
    assert shown.caption[1] == "∂c/∂a = 6 is wrong, right is 4."


def test_matrices_stand_in_the_formulas(opened):
    shown = opened(perceptron())
    shown.click("Next step")
    matrices = shown.find(".ag-caption .ag-matrix")
    assert [m.get_attribute("aria-label") for m in matrices] == [
        "[1 2; 3 -1]", "[1 -2 0.3; 0.5 1 -0.2]", "[2 0 -0.1; 2.5 -7 1.1]",
    ]  # fmt: skip
    rows = {span.rect["y"] for span in matrices[0].find_elements("tag name", "span")}
    assert len(rows) == 2


def test_a_picture_that_is_too_wide_is_scrolled_to_the_step(opened):
    x = leaf(0.5)
    y = x
    for _ in range(30):
        y = y.sin()
    shown = opened(viz.play(y))
    (picture,) = shown.find(".ag-picture")
    assert picture.get_property("scrollWidth") > 1.5 * picture.get_property("clientWidth")
    for step in (30, 61, 1):
        shown.scrub(step)
        (lit,) = shown.find(".node.ag-lit")
        assert picture.rect["x"] <= lit.rect["x"] <= picture.rect["x"] + picture.rect["width"]
    assert shown.root.rect["width"] > 1100  # of a window of 1200
    shown.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert picture.get_property("scrollWidth") <= picture.get_property("clientWidth")
    finally:
        shown.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_nothing_moves_while_it_is_played(opened):
    shown = opened(branching(order="naive"))
    places = []
    for _ in range(11):
        frames = shown.find(".frame")
        places.append([frame.rect["x"] for frame in frames])
        shown.click("Next step")
    assert all(before == after for before, after in pairwise(places))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_scheme_of_the_page(opened, browser, scheme):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        shown = opened(lecture())
        ground = shown.root.value_of_css_property("background-color")
        ink = shown.root.value_of_css_property("color")
        assert (luminance(ground) > luminance(ink)) == (scheme == "light")
        (picture,) = shown.find("svg")
        assert ("invert" in picture.value_of_css_property("filter")) == (scheme == "dark")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def luminance(colour):
    return sum(map(float, re.findall(r"[\d.]+", colour)[:3]))


def test_a_page_runs_no_other_script(opened, browser):
    shown = opened(lecture())
    shown.browser.execute_script(
        "const script = document.createElement('script');"
        "script.textContent = 'document.title = 1'; document.body.append(script)"
    )
    assert browser.title == "Backpropagation of f, step by step"
    assert "Content Security Policy" in browser.get_log("browser")[0]["message"]


def test_a_hostile_name_runs_nothing(opened, browser):
    name = "</script><img src=x onerror=\"document.title='run'\"><script>document.title='run'//"
    x = leaf(2.0, name=name)
    f = x * x
    shown = opened(viz.play(f))
    for _ in range(3):
        shown.click("Next step")
    assert browser.title == "Backpropagation of f, step by step"
    assert any(name in line for line in shown.caption)
    assert not browser.find_elements("tag name", "img")
