"""The page that shows a picture to be moved and zoomed, also in a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures.page import SCRIPT, to_page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=1000,700", "--virtual-time-budget=4000", "--dump-dom",
)  # fmt: skip


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


@pytest.fixture(scope="module")
def page():
    u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    f = (u + v) * w
    return viz.draw(f, names={"f": f}).html


def test_the_page_holds_the_picture_and_its_name(page):
    assert page.startswith("<!DOCTYPE html>")
    assert "<title>The graph of f</title>" in page
    assert Tags(page).tags.count("svg") == Tags(page).tags.count("script") == 1


def test_the_page_loads_nothing_and_runs_its_own_script_only(page):
    attributes = Tags(page).attributes
    (policy,) = [text for _, text in attributes if text and "default-src" in text]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith(f"script-src 'sha256-{digest}'")
    assert f"<script>{SCRIPT}</script>" in page
    assert not {"src", "href", "onload", "onclick"} & {name for name, _ in attributes}
    assert not re.findall(r"https?://(?!www\.w3\.org/)", page)


def test_a_title_is_text():
    page = to_page("<svg></svg>", 'a </title><script>alert(1)</script> "&\n$svg')
    assert Tags(page).tags.count("script") == 1
    assert "a &lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp; $svg" in page


DRIVER = """
const seen = {}, canvas = document.querySelector("main svg");
const box = canvas.getBoundingClientRect();
function look(name) { seen[name] = canvas.getAttribute("viewBox").split(" ").map(Number); }
function key(name) { document.dispatchEvent(new KeyboardEvent("keydown", {key: name})); }
function pointer(kind, id, x, y) {
  canvas.dispatchEvent(new PointerEvent(kind, {pointerId: id, clientX: x, clientY: y}));
}
function click(value) { document.querySelector(`button[value="${value}"]`).click(); }
look("first");
key("+"); look("plus"); key("-"); look("minus"); key("ArrowRight"); look("right");
key("x"); look("other key"); click("0"); look("fit"); click("+"); look("button"); click("0");
canvas.dispatchEvent(new WheelEvent("wheel", {deltaY: -100, clientX: box.x, clientY: box.y}));
look("wheel"); key("0");
pointer("pointermove", 1, 9, 9); look("hover");
pointer("pointerdown", 1, 100, 200); pointer("pointermove", 1, 150, 180);
pointer("pointerup", 1, 150, 180); pointer("pointermove", 1, 300, 300); look("drag"); key("0");
pointer("pointerdown", 1, 400, 300); pointer("pointerdown", 2, 500, 300);
pointer("pointermove", 2, 600, 300); look("pinch");
pointer("pointerup", 1, 400, 300); pointer("pointerup", 2, 600, 300); key("0");
for (let i = 0; i < 99; i++) key("+"); look("nearest");
for (let i = 0; i < 99; i++) key("-"); look("furthest");
seen.side = [box.width, box.height];
document.body.replaceChildren(Object.assign(document.createElement("pre"),
  {id: "seen", textContent: JSON.stringify(seen)}));
"""


@pytest.fixture(scope="module")
def browse(tmp_path_factory):
    """What a page has become in a browser, once its scripts have run."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no Chromium is installed")
    folder = tmp_path_factory.mktemp("page")

    def become(page):
        (folder / "page.html").write_text(page, encoding="utf-8")
        command = [browser, *QUIET, f"--user-data-dir={folder / 'profile'}"]
        done = subprocess.run(
            [*command, f"file://{folder}/page.html"], capture_output=True, check=True, timeout=60
        )
        return done.stdout.decode()

    return become


@pytest.fixture(scope="module")
def seen(page, browse):
    """What the browser shows after each thing done, as viewBoxes."""
    driven = re.sub("; script-src 'sha256-[^']*'", "; script-src 'unsafe-inline'", page)
    shown = browse(driven.replace("</body>", f"<script>{DRIVER}</script></body>"))
    return json.loads(re.search('<pre id="seen">(.*?)</pre>', shown)[1])


@pytest.mark.slow
def test_a_browser_runs_no_script_but_the_own_one(page, browse):
    shown = browse(page.replace("</body>", "<script>document.title = 'broken'</script></body>"))
    assert "<title>The graph of f</title>" in shown
    assert re.search("<svg[^>]*width=", page)
    assert not re.search("<svg[^>]*width=", shown)  # which the own script has taken out


def about(numbers):
    return pytest.approx(numbers, rel=1e-6, abs=1e-6)


@pytest.mark.slow
def test_keys_and_buttons_zoom_around_the_middle(seen):
    x, y, width, height = whole = seen["first"]
    larger = [x + 0.1 * width, y + 0.1 * height, 0.8 * width, 0.8 * height]
    assert seen["plus"] == seen["button"] == about(larger)
    assert seen["minus"] == seen["fit"] == about(whole)


@pytest.mark.slow
def test_arrow_keys_and_dragging_move(seen):
    x, y, width, height = seen["first"]
    unit = max(width / seen["side"][0], height / seen["side"][1])
    assert seen["right"] == seen["other key"] == about([x + 60 * unit, y, width, height])
    assert seen["hover"] == about(seen["first"])
    assert seen["drag"] == about([x - 50 * unit, y + 20 * unit, width, height])


@pytest.mark.slow
def test_the_wheel_and_two_fingers_zoom_where_they_are(seen):
    (x, y, width, height), (across, down) = seen["first"], seen["side"]
    unit = max(width / across, height / down)
    now = seen["wheel"]
    assert now[2] < width
    # The point of the picture in the upper left corner of the window has stayed there.
    corner = [x + (width - across * unit) / 2, y + (height - down * unit) / 2]
    unit *= now[2] / width
    assert [
        now[0] + (now[2] - across * unit) / 2, now[1] + (now[3] - down * unit) / 2
    ] == about(corner)  # fmt: skip
    assert seen["pinch"][2:] == about([width / 2, height / 2])


@pytest.mark.slow
def test_nobody_gets_lost(seen):
    width = seen["first"][2]
    assert seen["nearest"][2] == about(width / 100)
    assert seen["furthest"][2] == about(width * 20)
