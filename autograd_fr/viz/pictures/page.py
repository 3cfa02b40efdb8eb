"""A picture as a web page of its own, to be moved and zoomed: no server, nothing from a network."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from string import Template

from ..graph.text import printable

STYLE = """
:root { color-scheme: light dark; --ground: #eceff3; --ink: #1f2933; --button: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14181d; --ink: #e5e9ee; --button: #2a3139; }
}
* { box-sizing: border-box; }
html, body { margin: 0; height: 100%; background: var(--ground); color: var(--ink);
  font: 15px system-ui, sans-serif; }
body { display: flex; flex-direction: column; }
header { display: flex; gap: .5rem; align-items: center; padding: .5rem 1rem; }
h1 { flex: 1; margin: 0; font-size: 1.05rem; font-weight: 600; overflow-wrap: anywhere; }
button { min-width: 2.2rem; height: 2.2rem; padding: 0 .6rem; border: 1px solid #8b949e80;
  border-radius: .4rem; background: var(--button); color: inherit; font: inherit; cursor: pointer; }
main { flex: 1; min-height: 0; }
main:focus { outline: none; }
main:focus-visible { outline: 2px solid #3b6fb6; outline-offset: -2px; }
main svg { display: block; width: 100%; height: 100%; touch-action: none; cursor: grab;
  user-select: none; }
main svg.held { cursor: grabbing; }
"""

# The view is the viewBox [x, y, width, height]. Without scripts the whole picture is shown.
SCRIPT = """
const main = document.querySelector("main"), svg = main.querySelector("svg");
const whole = svg.getAttribute("viewBox").split(/[ ,]+/).map(Number);
const held = new Map();  // where the mouse or each finger is
let view = [...whole];

svg.removeAttribute("width");
svg.removeAttribute("height");
svg.removeAttribute("style");

function show() { svg.setAttribute("viewBox", view.join(" ")); }
function fit() { view = [...whole]; show(); }
function unit() {  // of the picture, per pixel
  const box = svg.getBoundingClientRect();
  return Math.max(view[2] / box.width, view[3] / box.height);
}
function move(dx, dy) {  // by pixels
  const u = unit();
  view[0] -= dx * u;
  view[1] -= dy * u;
  show();
}
function zoom(factor, x, y) {  // around a pixel, by default the middle
  const box = svg.getBoundingClientRect(), before = unit();
  factor = Math.min(Math.max(factor, view[2] / whole[2] / 20), view[2] * 100 / whole[2]);
  const dx = (x ?? box.x + box.width / 2) - box.x - box.width / 2;
  const dy = (y ?? box.y + box.height / 2) - box.y - box.height / 2;
  const change = before * (1 - 1 / factor);
  const middle = [view[0] + view[2] / 2 + dx * change, view[1] + view[3] / 2 + dy * change];
  view[2] /= factor;
  view[3] /= factor;
  view[0] = middle[0] - view[2] / 2;
  view[1] = middle[1] - view[3] / 2;
  show();
}
function spread() {  // the middle of what is held, and how far it is apart
  const [a, b = a] = held.values();
  return [(a.x + b.x) / 2, (a.y + b.y) / 2, Math.hypot(a.x - b.x, a.y - b.y)];
}

svg.addEventListener("wheel", event => {
  event.preventDefault();
  const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
  zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)), event.clientX, event.clientY);
}, {passive: false});
svg.addEventListener("pointerdown", event => {
  held.set(event.pointerId, {x: event.clientX, y: event.clientY});
  try { svg.setPointerCapture(event.pointerId); } catch (error) { /* it is up again already */ }
  svg.classList.add("held");
});
svg.addEventListener("pointermove", event => {
  if (!held.has(event.pointerId)) return;
  const [x, y, wide] = spread();
  held.set(event.pointerId, {x: event.clientX, y: event.clientY});
  const [nowX, nowY, nowWide] = spread();
  move(nowX - x, nowY - y);
  if (wide && nowWide) zoom(nowWide / wide, nowX, nowY);
});
for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, event => {
  held.delete(event.pointerId);
  svg.classList.toggle("held", held.size > 0);
});

const actions = {
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": fit,
  ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0),
  ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
};
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(actions, event.key)) return;
  event.preventDefault();
  actions[event.key]();
});
for (const button of document.querySelectorAll("button"))
  button.addEventListener("click", () => actions[button.value]());
"""

BODY = Template("""\
<header>
<h1>$title</h1>
<button value="-" title="smaller (-)" aria-label="smaller">−</button>
<button value="+" title="larger (+)" aria-label="larger">+</button>
<button value="0" title="the whole picture (0)">fit</button>
</header>
<main tabindex="0" aria-label="a picture: drag or use the arrow keys to move it, the wheel to zoom">
$svg
</main>
<script>$script</script>
""")

DOCUMENT = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
$style</head>
<body>
$body</body>
</html>
""")


def to_page(svg: str, title: str) -> str:
    """A page that shows an `<svg>` element: drag, wheel, two fingers, keys and buttons move it."""
    body = BODY.substitute(title=_called(title), svg=svg, script=SCRIPT)
    return document(title, body, SCRIPT, f"<style>{STYLE}</style>\n")


def document(title: str, body: str, script: str, style: str = "") -> str:
    """A whole page around a body. Whatever stands in it, the browser runs no script but this one,
    and fetches nothing."""
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'"
    return DOCUMENT.substitute(title=_called(title), policy=policy, style=style, body=body)


def _called(title: str) -> str:
    return escape(" ".join(printable(title)))
