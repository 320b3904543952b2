// A list that is worked on in place: arrows and Enter lead from row to row, a changed row saves itself. Without this file
// it is a plain form with a button.
const QUIET = 600, TIMEOUT = 20000, LONGEST = 30000;
const timers = new WeakMap(), sending = new WeakSet();
const form = () => document.getElementById("board");
const cells = (col) => [...document.querySelectorAll(`[data-row] [data-col="${col}"]`)];
const rowOf = (el) => el.closest?.("[data-row]");
const hidden = (row, what) => row.querySelector(`[name$="-${what}"]`);
const now = (row) => ["state", "day", "text"].map((col) => row.querySelector(`[data-col="${col}"]`).value.trim()).join("|");

function say(row, text, wrong) {
  const status = row.querySelector("[data-status]");
  status.textContent = text;
  status.classList.toggle("late", wrong);
  row.querySelector('[data-col="state"]').toggleAttribute("aria-invalid", wrong);
}

function later(row, ms) {
  clearTimeout(timers.get(row));
  timers.set(row, setTimeout(() => send(row), ms));
}

async function send(row, wait = 0) {
  if (!form() || now(row) == hidden(row, "was").value || now(row) == row.dataset.refused) return;
  if (sending.has(row)) return later(row, QUIET);
  sending.add(row);
  const token = /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
  if (token) form().elements.csrfmiddlewaretoken.value = token[1];
  const sent = now(row), body = new URLSearchParams({ csrfmiddlewaretoken: form().elements.csrfmiddlewaretoken.value });
  for (const input of row.querySelectorAll("[name]")) body.append(input.name, input.value);
  say(row, form().dataset.saving, false);
  try {
    const answer = await fetch(form().action, {
      method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const found = (await answer.json()).rows[row.dataset.row];
    if (!found) return;
    hidden(row, "version").value = found.version;
    if (found.ok) hidden(row, "was").value = found.was;
    else row.dataset.refused = sent;  // it is sent again once it is changed, or by Enter
    say(row, found.said, !found.ok);
  } catch {
    say(row, form()?.dataset.offline || "", true);
    const longer = Math.min(LONGEST, wait ? wait * 2 : 2000);
    setTimeout(() => { if (row.isConnected) send(row, longer); }, longer);
  } finally {
    sending.delete(row);
  }
}

document.addEventListener("change", (e) => {
  const row = rowOf(e.target);
  if (row && ["day", "text"].includes(e.target.dataset.col)) later(row, QUIET);  // a state wants its day or its words first
});

document.addEventListener("focusout", (e) => {  // who leaves the row is done with it
  const row = rowOf(e.target);
  if (row && e.target.dataset.col && !row.contains(e.relatedTarget)) later(row, 0);
});

document.addEventListener("keydown", (e) => {
  const input = e.target, col = input.dataset?.col, row = rowOf(input);
  if (!row || !col || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
  const list = input.tagName == "SELECT", day = input.type == "date";
  const by = e.key == "Enter" ? (e.shiftKey ? -1 : 1)
    : e.key == "ArrowDown" && !list && !day ? 1 : e.key == "ArrowUp" && !list && !day ? -1 : 0;
  if (by) {
    e.preventDefault();
    if (e.key == "Enter") delete row.dataset.refused;
    const column = cells(col), next = column[column.indexOf(input) + by];
    if (next) { next.focus(); next.select?.(); } else later(row, 0);
    return;
  }
  const aside = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
  if (!aside || day || (!list && (aside < 0 ? input.selectionEnd > 0 : input.selectionStart < input.value.length))) return;
  const beside = [...row.querySelectorAll("[data-col]")], next = beside[beside.indexOf(input) + aside];
  if (next) { e.preventDefault(); next.focus(); }
});

addEventListener("beforeunload", (e) => {
  const open = [...document.querySelectorAll("#list [data-row]")].some((row) => now(row) != hidden(row, "was").value);
  if (open && !form()?.dataset.sent) e.preventDefault();
});
document.addEventListener("submit", (e) => { if (e.target.id == "board") e.target.dataset.sent = "1"; });
