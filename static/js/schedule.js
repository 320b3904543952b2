// A milestone is moved on the drawing: dragged, or with the arrow keys. Both write the day into the table's field and
// send its form, which is all that counts; without this file one types the day there.
const svg = document.querySelector("svg.gantt[data-form]");
const form = svg && document.getElementById(svg.dataset.form);
const DAY = 864e5;
const first = svg && Date.parse(svg.dataset.first), perDay = svg && Number(svg.dataset.perDay);
const rest = new Set(svg ? svg.dataset.rest.split(",").map(Number) : []);
const text = (at) => new Date(first + at * DAY).toISOString().slice(0, 10);
const seen = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric", timeZone: "UTC", weekday: "short" });

// Only working days can be planned: the next one in the direction in which one goes.
const working = (at, step) => { while (rest.has(at)) at += step; return at; };
const field = (mark) => document.getElementById(mark.dataset.input);

function put(mark, at) {
  const [, y] = mark.getAttribute("transform").match(/[-\d.]+/g).map(Number);
  const base = Number(mark.dataset.x0 ??= mark.getAttribute("transform").match(/[-\d.]+/)[0]);
  const from = Number(mark.dataset.at0 ??= mark.getAttribute("aria-valuenow"));
  const words = seen.format(new Date(first + at * DAY));
  mark.setAttribute("transform", `translate(${base + (at - from) * perDay} ${y})`);
  mark.setAttribute("aria-valuenow", at);
  mark.setAttribute("aria-valuetext", words);
  mark.querySelector(".to").textContent = at == from ? "" : words;
  field(mark).value = text(at);
  field(mark).dispatchEvent(new Event("input", { bubbles: true }));
}

svg?.querySelectorAll(".ms[data-input]").forEach((mark) => {
  let began = null, moved = false;
  const at = () => Number(mark.getAttribute("aria-valuenow"));
  const stop = (save) => { if (began === null) return; began = null; if (save && moved) form.requestSubmit(); };
  mark.addEventListener("pointerdown", (e) => {
    if (e.button) return;
    [began, moved] = [{ x: e.clientX, at: at() }, false];
    mark.setPointerCapture(e.pointerId);
  });
  mark.addEventListener("pointermove", (e) => {
    if (began === null) return;
    const across = (e.clientX - began.x) * svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
    const to = Math.max(0, began.at + Math.round(across / perDay));
    if (to == at() || (!moved && to == began.at)) return;
    moved = true;
    put(mark, working(to, to < began.at ? -1 : 1));
  });
  mark.addEventListener("pointerup", () => stop(true));
  mark.addEventListener("pointercancel", () => stop(false));
  mark.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[e.key];
    if (step) {
      e.preventDefault();
      let to = at();
      for (let n = Math.abs(step); n > 0; n -= 1) to = working(to + Math.sign(step), Math.sign(step));
      if (to >= 0) put(mark, to);
    } else if (e.key == "Enter") form.requestSubmit();
    else if (e.key == "Escape" && mark.dataset.at0) put(mark, Number(mark.dataset.at0));
  });
});
