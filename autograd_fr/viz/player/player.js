// Starts every player of the page that has not been started: a script cannot tell which block it
// came with where a notebook runs it elsewhere than it stands.
for (const root of document.querySelectorAll(".ag-player:not([data-step])")) {
  const find = (selector) => root.querySelector(selector);
  const scenes = JSON.parse(find(".ag-data").textContent);
  const [previous, play, next] = root.querySelectorAll("button");
  const bar = find("input"), progress = find("output"), caption = find(".ag-caption"),
    picture = find(".ag-picture");
  const parts = new Map();
  for (const part of root.querySelectorAll("[data-part]")) parts.set(part.dataset.part, part);
  const last = scenes.length - 1, speed = find("select");
  let step = 0, timer = null;

  const show = (element, visible) => {
    if (visible) element.removeAttribute("display");
    else element.setAttribute("display", "none");
  };

  const written = (piece) => {
    if (typeof piece === "string") return document.createTextNode(piece);
    const rows = Array.isArray(piece[0]) ? piece : [piece];
    const matrix = document.createElement("span");
    matrix.className = "ag-matrix";
    matrix.setAttribute("role", "img");
    matrix.setAttribute("aria-label", "[" + rows.map((row) => row.join(" ")).join("; ") + "]");
    matrix.style.gridTemplateColumns = `repeat(${rows[0].length}, auto)`;
    for (const entry of rows.flat()) matrix.appendChild(document.createElement("span")).textContent = entry;
    return matrix;
  };

  const go = (to) => {
    step = Math.min(Math.max(to, 0), last);
    const scene = scenes[step];
    const values = new Set(), stored = {};
    for (const past of scenes.slice(0, step + 1)) {
      past.values.forEach((name) => values.add(name));
      Object.assign(stored, past.gradients);
    }
    for (const [name, part] of parts) {
      part.classList.toggle("ag-lit", scene.lit.includes(name));
      part.classList.toggle("ag-wrong", scene.wrong.includes(name));
      for (const child of part.children) {
        if (child.matches(".value")) show(child, values.has(name));
        if (child.matches(".gradient")) show(child, child.dataset.state == (stored[name] ?? 0));
      }
    }
    caption.replaceChildren(...scene.lines.map((line) => {
      const row = document.createElement("p");
      row.append(...line.map(written));
      return row;
    }));
    root.dataset.step = step;
    root.dataset.phase = scene.phase;
    bar.value = step;
    bar.setAttribute("aria-valuetext", scene.progress);
    progress.textContent = scene.progress;
    // Not `disabled`, which would take the focus from a button that was pressed.
    previous.setAttribute("aria-disabled", step === 0);
    next.setAttribute("aria-disabled", step === last);
    reveal();
    if (step === last) run(false);
  };

  // Scroll the middle of what is lit into the middle of the picture.
  const reveal = () => {
    const lit = [...root.querySelectorAll(".ag-lit")].map((part) => part.getBoundingClientRect());
    if (!lit.length) return;
    const seen = picture.getBoundingClientRect();
    const middle = (from, to) =>
      (Math.min(...lit.map((at) => at[from])) + Math.max(...lit.map((at) => at[to]))) / 2;
    picture.scrollLeft += middle("left", "right") - (seen.left + seen.right) / 2;
    picture.scrollTop += middle("top", "bottom") - (seen.top + seen.bottom) / 2;
  };

  const run = (on) => {
    clearTimeout(timer);
    const forward = () => { go(step + 1); if (step < last) run(true); };
    const pause = (800 + 500 * scenes[step].lines.length) / Number(speed.value); // time to read
    timer = on ? setTimeout(forward, pause) : null;
    play.textContent = on ? "❚❚" : "▶";
    play.setAttribute("aria-label", on ? "Pause" : "Play");
  };

  const toggle = () => {
    if (timer === null && step === last) go(0);
    run(timer === null);
  };

  const move = (to) => { run(false); go(to); };
  const keys = {
    ArrowLeft: () => move(step - 1), ArrowRight: () => move(step + 1),
    Home: () => move(0), End: () => move(last), " ": toggle,
  };

  // The keys are for the player that has the focus; if none has, for the one under the pointer,
  // or for one that has the page to itself.
  const alone = () => root.parentElement === document.body && document.body.childElementCount === 1;
  const meant = () => {
    const focused = document.activeElement, owner = focused?.closest(".ag-player");
    if (owner) return owner === root && focused !== speed;
    return (alone() || root.matches(":hover")) && !focused?.closest("input, textarea, select, [contenteditable]");
  };
  const press = (event) => {
    if (!root.isConnected) return document.removeEventListener("keydown", press);
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.key in keys) || !meant()) return;
    if (event.key === " " && document.activeElement.matches("button")) return;
    event.preventDefault();
    keys[event.key]();
  };

  previous.onclick = () => move(step - 1);
  next.onclick = () => move(step + 1);
  play.onclick = toggle;
  bar.oninput = () => move(Number(bar.value));
  document.addEventListener("keydown", press);
  bar.max = last;
  find(".ag-controls").hidden = caption.hidden = false;
  go(0);
}
