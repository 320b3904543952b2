// What every page has. All of it is a comfort: each change works as a plain form without this file.
const $ = (selector, from = document) => from.querySelector(selector);
const toasts = $("#toasts");

// Notices. Errors stay until closed; what can be undone stays 8 s.
export function say(text, level = "", undo = null) {
  const box = document.createElement("div");
  const words = document.createElement("div");
  const tone = { error: "red", warning: "amber", success: "green" }[level] || "";
  box.className = undo ? "toast-x" : `say ${tone}`;
  words.textContent = text;
  box.append(words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = undo.label;
    button.onclick = () => { box.remove(); undo.act(); };
    box.append(button);
  }
  box.addEventListener("click", () => box.remove());
  toasts.append(box);
  if (level != "error") setTimeout(() => box.remove(), undo ? 8000 : 6000);
}
document.body.addEventListener("say", (e) => e.detail.messages.forEach((m) => say(m.text, m.level.split(" ").pop())));
// The numbers of the menu come with the answer.
document.body.addEventListener("counts", (e) => document.querySelectorAll("[data-count]").forEach((el) => {
  const [count, hot] = e.detail[el.dataset.count] || [0, false];
  el.textContent = count || "";
  el.classList.toggle("hot", hot);
}));
// What a worker made for who waits here: fetched as if its link were pressed.
document.body.addEventListener("give", (e) => { const link = document.createElement("a"); link.href = e.detail.href; link.click(); });
document.addEventListener("toast", (e) => say(e.detail.text, e.detail.level, e.detail.undo));

// htmx: the token comes from a form on the page; what failed leaves the page as it was.
document.addEventListener("htmx:configRequest", (e) => {
  if (e.detail.verb == "get") return;
  const field = $("[name=csrfmiddlewaretoken]", e.detail.elt.closest("form") || document) || $("[name=csrfmiddlewaretoken]");
  if (field) e.detail.headers["X-CSRFToken"] = field.value;
});
document.addEventListener("htmx:responseError", (e) => {
  if (!e.detail.xhr.getResponseHeader("HX-Trigger")) say(toasts.dataset.failed, "error");
});
document.addEventListener("htmx:sendError", () => say(toasts.dataset.lost, "error"));

// Unsaved: form[data-guard] that was typed in asks before it is left or swapped away.
const dirty = new Set();
document.addEventListener("input", (e) => {
  const form = e.target.closest?.("form[data-guard]");
  if (form && form.dataset.guard != "off") dirty.add(form);
});
const unsaved = (within) => [...dirty].some((form) => form.isConnected && (!within || within.contains(form)));
addEventListener("beforeunload", (e) => { if (unsaved()) e.preventDefault(); });
document.addEventListener("htmx:beforeRequest", (e) => {
  const form = e.detail.elt.closest("form");
  if (form && dirty.delete(form)) return;
  if (e.detail.target && unsaved(e.detail.target) && !confirm(toasts.dataset.leave)) e.preventDefault();
});

// What is typed is kept in this tab only (what the grid could not send, on this machine), for its person, and is gone
// with signing out.
const mine = "typed:" + ($(".side-me")?.textContent.trim() || "");
const forget = (begin) => [sessionStorage, localStorage].forEach((store) =>
  Object.keys(store).filter((key) => key.startsWith(begin)).forEach((key) => store.removeItem(key)));
document.addEventListener("submit", (e) => { if (e.target.matches("[data-out]")) forget("typed:"); });

const boxes = (form) => [...form.elements].filter((el) => el.name && !el.readOnly && !/^(hidden|file|password|submit)$/.test(el.type));
const state = (el) => /checkbox|radio/.test(el.type) ? el.checked : el.value;
const typed = (form) => JSON.stringify(boxes(form).map((el) => [el.name, state(el)]));
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (!dirty.has(form) || form.dataset.guard == "off") return;
  try { sessionStorage.setItem(mine, JSON.stringify([location.pathname, typed(form)])); } catch { /* no room: as without this file */ }
}, true);
function putBack(form, text) {
  const was = JSON.parse(text);
  if (!form || was.some(([name], i) => boxes(form)[i]?.name != name)) return false;
  was.forEach(([, value], i) => { const el = boxes(form)[i]; if (/checkbox|radio/.test(el.type)) el.checked = value; else el.value = value; });
  dirty.add(form);
  return true;
}

// Signed out meanwhile: it is put back on the same page after signing in.
(() => {
  const [path, text] = JSON.parse(sessionStorage.getItem(mine) || "[]");
  if ($(".side-me form")) sessionStorage.removeItem(mine);
  const form = path == location.pathname && document.referrer.includes("/sign-in/") && $("form[data-guard]:not([data-guard=off])");
  if (form && putBack(form, text)) say(toasts.dataset.back, "warning");
})();

// Left half filled in, and Back again: the browser keeps no page with data, so what was typed is put back here.
const draft = `${mine}@${location.pathname}${location.search}`;
const guarded = [...document.querySelectorAll("form[data-guard]:not([data-guard=off])")];
addEventListener("pagehide", () => {
  const left = guarded.map((form, i) => [i, form]).filter(([, form]) => form.isConnected && dirty.has(form));
  if (!left.length) return sessionStorage.removeItem(draft);
  try { sessionStorage.setItem(draft, JSON.stringify(left.map(([i, form]) => [i, typed(form)]))); } catch { /* as above */ }
});
if (performance.getEntriesByType("navigation")[0]?.type == "back_forward")
  for (const [i, text] of JSON.parse(sessionStorage.getItem(draft) || "[]")) putBack(guarded[i], text);

// A second click doesn't send twice. aria-disabled, since a disabled button loses its value and the focus.
const sent = new Set();
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (e.defaultPrevented) return;
  if (form.method != "post") return;
  if (sent.has(form)) return e.preventDefault();
  dirty.delete(form);
  if (form.closest("[hx-post]") || e.submitter?.matches("[data-again]")) return;
  sent.add(form);
  e.submitter?.setAttribute("aria-disabled", "true");
  working(new URL(form.action, location.href).pathname);
});
addEventListener("pageshow", () => {
  rested();
  for (const form of sent) for (const b of form.querySelectorAll("[aria-disabled]")) b.removeAttribute("aria-disabled");
  sent.clear();
});

// What takes longer than half a second says so, and for how long already; of an act that tells, how far it is.
let ticking = 0;
async function howFar(act, line) {
  const answer = await fetch(`/progress/?of=${encodeURIComponent(act)}`, { headers: { "X-Background": "1" } }).catch(() => null);
  if (!answer?.headers.get("Content-Type")?.includes("json") || !line.isConnected) return false;
  const { n, of, said } = await answer.json();
  const bar = document.createElement("progress");
  bar.max = of;
  bar.value = n;
  line.replaceChildren(bar, said);
  return true;
}
function working(act = "") {
  const began = performance.now();
  let told = false, asking = false;
  clearInterval(ticking);
  ticking = setInterval(() => {
    document.documentElement.classList.add("working");
    let line = $("#working");
    if (!line) { line = document.createElement("div"); line.id = "working"; line.className = "say"; toasts.append(line); }
    const seconds = Math.floor((performance.now() - began) / 1000);
    if (!told) line.textContent = seconds < 2 ? toasts.dataset.working : toasts.dataset.workingFor.replace("{s}", seconds);
    if (!act || asking) return;
    asking = true;
    howFar(act, line).then((found) => { told ||= found; asking = false; });
  }, 500);
}
function rested() {
  clearInterval(ticking);
  document.documentElement.classList.remove("working");
  $("#working")?.remove();
}
document.addEventListener("htmx:beforeSend", (e) => { if (e.detail.requestConfig.verb != "get") working(new URL(e.detail.requestConfig.path, location.href).pathname); });
document.addEventListener("htmx:afterRequest", (e) => { if (e.detail.requestConfig.verb != "get") rested(); });

// Filters send themselves; without this file the form has a button in <noscript>.
document.addEventListener("change", (e) => {
  const form = e.target.closest?.("form[data-auto]");
  if (form) form.requestSubmit();
});

// Rows of a list that are ticked: how many they are, and all of a page at once.
function picked() {
  const bar = $("[data-picked]"), rows = [...document.querySelectorAll('[form="chosen"][name="row"]')];
  if (!bar) return;
  const whole = $("#chosen [name=all]"), every = $("[data-tick-all]"), box = $("input", every);
  const on = rows.filter((row) => row.checked).length, n = whole.checked ? whole.value : on;
  bar.textContent = n ? bar.dataset.picked.replace("#", n) : bar.dataset.none;
  every.hidden = false;
  box.checked = on == rows.length;
  box.indeterminate = on > 0 && on < rows.length;
}
document.addEventListener("change", (e) => {
  if (e.target.closest("[data-tick-all]"))
    for (const row of document.querySelectorAll('[form="chosen"][name="row"]')) row.checked = e.target.checked;
  if (e.target.closest("[data-tick-all]") || e.target.form?.id == "chosen") picked();
});
document.addEventListener("htmx:afterSettle", picked);
picked();

document.addEventListener("click", (e) => {
  // A link that has a dialog on the page opens it; the link's own page has the same form for those without a script.
  const opener = e.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && !e.ctrlKey && !e.metaKey) {
    e.preventDefault();
    if (opener.href && !dialog.hasAttribute("data-fixed")) $("form", dialog).action = opener.href;
    for (const name of dialog.querySelectorAll("[data-name]")) name.textContent = opener.dataset.name || "";
    dialog.showModal();
    $("textarea, input:not([type=hidden]), select", dialog)?.focus();
  }
  if (e.target.closest("[data-close]")) e.target.closest("dialog").close();
  if (e.target.closest("[data-print]")) print();
  const copied = e.target.closest("[data-copy]");
  if (copied) copy(copied);
  if (e.target.closest(".btn[aria-disabled=true]")) e.preventDefault();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(e.target)) menu.open = false;
});

// On a phone a figure opens as a sheet over its page, with the part that its link answers; elsewhere it is the link.
// The sheet stands in the history: Back closes it, and Back from what was opened in it finds it again.
const narrow = matchMedia("(max-width: 900px)");
let sheet = null;
function openSheet(href) {
  if (!sheet) {
    sheet = document.createElement("dialog");
    sheet.id = "over";
    sheet.setAttribute("aria-labelledby", "over-t");
    document.body.append(sheet);
    sheet.addEventListener("click", (e) => { if (e.target == sheet) sheet.close(); });
    sheet.addEventListener("close", () => { if (history.state?.sheet) history.back(); });
    sheet.addEventListener("htmx:afterSwap", (e) => {
      const here = { sheet: e.detail.pathInfo.requestPath };
      if (history.state?.sheet) history.replaceState(here, ""); else history.pushState(here, "");
      sheet.scrollTop = 0;
      if (sheet.open) $("h2", sheet).focus(); else sheet.showModal();
    });
  }
  working();
  htmx.ajax("GET", href, { target: sheet, swap: "innerHTML" }).finally(rested);
}
document.addEventListener("click", (e) => {
  const link = e.target.closest("a[data-sheet]");
  if (!link || !narrow.matches || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
  e.preventDefault();
  e.stopPropagation();
  link.focus();
  openSheet(link.href.baseVal ?? link.href); // a mark of a chart is an SVG's link
}, true);
addEventListener("popstate", (e) => {
  if (e.state?.sheet) openSheet(e.state.sheet);
  else if (sheet?.open) sheet.close();
  else return;
  e.stopImmediatePropagation();
});
if (history.state?.sheet && narrow.matches) addEventListener("DOMContentLoaded", () => openSheet(history.state.sheet));

// As last week: what stood there goes into what is empty, by the button or Ctrl+D. Without this file the button posts.
function asLast(fields) {
  for (const el of fields) {
    if (el.value.trim() || !el.dataset.last) continue;
    el.value = el.dataset.last;
    el.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
document.addEventListener("click", (e) => {
  const same = e.target.closest("[data-same]");
  if (!same) return;
  e.preventDefault();
  asLast([...same.form.querySelectorAll("[data-last]")].filter((el) => ["all", el.name].includes(same.dataset.same)));
});
document.addEventListener("keydown", (e) => {
  if (!(e.ctrlKey || e.metaKey) || e.key.toLowerCase() != "d" || !e.target.matches("textarea[data-last]")) return;
  e.preventDefault();
  asLast([e.target]);
});

document.addEventListener("keydown", (e) => {
  if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key == "/" && !e.target.closest("input, textarea, select, [contenteditable]")) {
    const field = $('[data-key="/"]');
    if (field?.offsetParent) { e.preventDefault(); field.focus(); }
  }
  if (e.key == "Escape") {
    if (location.hash == "#menu") location.hash = "#main";
    for (const menu of document.querySelectorAll("details[data-menu][open]")) { menu.open = false; $("summary", menu).focus(); }
  }
});

// Without https a browser has no clipboard for pages: there the text is chosen and copied as by hand.
async function copy(button) {
  const field = document.getElementById(button.dataset.copy), fold = field.closest("details");
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    if (fold) fold.open = true;
    field.select();
    if (!document.execCommand("copy")) return;
  }
  button.textContent = button.dataset.done;
}

for (const button of document.querySelectorAll("[data-print][hidden], [data-copy][hidden]")) button.hidden = false;
