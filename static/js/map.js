// The map is moved by dragging, by the wheel, by two fingers, by keys; what is seen is then drawn anew by the server, as
// the links “nearer” and “farther” do, which stay. Without this file they are all there is.
const DEEPEST = 7, SETTLE = 250, STEP = 0.25, PARTS = ["#map", "nav.filters", ".ph"];
const map = () => document.getElementById("map");
const shown = () => [...map().querySelectorAll("svg")].find((svg) => svg.clientWidth);
const fingers = new Map();
let view, dragged = 0, timer = 0, asked = 0, apart = 0;

document.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest?.("#map svg");
  if (!svg || event.button) return;
  fingers.set(event.pointerId, event);
  [dragged, apart] = [0, distance()];
});
document.addEventListener("pointermove", (event) => {
  if (event.pointerType == "mouse" && !event.buttons) fingers.delete(event.pointerId);  // let go outside of the window
  const before = fingers.get(event.pointerId);
  if (!before || (event.pointerType == "touch" && fingers.size < 2)) return;  // one finger scrolls the page
  const svg = shown(), by = [event.clientX - before.clientX, event.clientY - before.clientY];
  fingers.set(event.pointerId, event);
  dragged += Math.hypot(...by);
  if (fingers.size < 2) return dragged > 4 && move(-by[0] / svg.clientWidth, -by[1] / svg.clientHeight);
  const now = distance(), [one, other] = [...fingers.values()];
  if (apart && now) near(apart / now, (one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2);
  apart = now;
});
for (const name of ["pointerup", "pointercancel"])
  document.addEventListener(name, (event) => { fingers.delete(event.pointerId); apart = 0; });
document.addEventListener("click", (event) => {  // who dragged a mark didn't press it
  if (dragged > 4 && event.target.closest?.("#map svg")) event.preventDefault();
  dragged = 0;
}, true);
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("#map svg")) event.preventDefault(); });
document.addEventListener("wheel", (event) => {
  if (!event.target.closest?.("#map svg")) return;
  const by = event.deltaY > 0 ? 1.25 : 0.8;
  if (near(by, event.clientX, event.clientY)) event.preventDefault();  // at the end of the map the page goes on
}, { passive: false });
document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("#map") || event.ctrlKey || event.altKey || event.metaKey) return;
  const box = shown().getBoundingClientRect(), middle = [box.left + box.width / 2, box.top + box.height / 2];
  const act = {
    ArrowLeft: () => move(-STEP, 0), ArrowRight: () => move(STEP, 0), ArrowUp: () => move(0, -STEP),
    ArrowDown: () => move(0, STEP), "+": () => near(0.5, ...middle), "=": () => near(0.5, ...middle),
    "-": () => near(2, ...middle),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

function distance() {
  const [one, other] = [...fingers.values()];
  return other ? Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) : 0;
}

function of(svg) {
  const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  return { x, y, width, height };
}

function move(across, down) {
  view = of(shown());
  view.x += across * view.width;
  view.y += down * view.height;
  show();
}

// Whether there is anything nearer or farther.
function near(by, clientX, clientY) {
  const svg = shown(), box = svg.getBoundingClientRect();
  view = of(svg);
  const whole = Number(svg.dataset.width), zoom = Number(svg.dataset.zoom) + Math.log2(whole / (view.width * by));
  if ((by < 1 && zoom > DEEPEST + 0.5) || (by > 1 && zoom < -0.5)) return false;
  view.x += (clientX - box.left) / box.width * view.width * (1 - by);
  view.y += (clientY - box.top) / box.height * view.height * (1 - by);
  view.width *= by;
  view.height *= by;
  show();
  return true;
}

function show() {
  shown().setAttribute("viewBox", [view.x, view.y, view.width, view.height].join(" "));
  clearTimeout(timer);
  timer = setTimeout(settle, SETTLE);
}

// The same part of the world, asked of the server: marks are put together for it.
async function settle() {
  if (fingers.size) return void (timer = setTimeout(settle, SETTLE));
  const svg = shown(), told = svg.dataset, seen = of(svg);
  const across = Number(told.across) + (seen.x + seen.width / 2 - told.width / 2) / told.scale;
  const down = Number(told.down) + (seen.y + seen.height / 2 - told.height / 2) / told.scale;
  const latitude = Math.atan(Math.sinh(Math.PI * (1 - 2 * down))) * 180 / Math.PI;
  const zoom = Math.min(DEEPEST, Math.max(0, Math.round(Number(told.zoom) + Math.log2(told.width / seen.width))));
  const address = new URL(location.href), mine = ++asked;
  address.searchParams.set("zoom", zoom);
  address.searchParams.set("at", `${(across * 360 - 180).toFixed(5)},${latitude.toFixed(5)}`);
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(20000) });
    if (!answer.ok || answer.redirected || mine != asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine != asked || fingers.size || !page.getElementById("map")) return;
    for (const part of PARTS) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old && fresh) old.replaceChildren(...fresh.childNodes);
    }
    history.replaceState(null, "", address);
  } catch { /* the line is down: what is seen stays, the links are there */ }
}
