// The month's grid: each row saves itself. The table stays a plain form, which works without this file.

// amounts: the grammar of core/amounts.py, held to the same table of cases ------------------------------------------
const UNITS = { "元": 0, "千元": 3, "万": 4, "万元": 4, "百万": 6, "百万元": 6, "千万": 7, "千万元": 7, "亿": 8, "亿元": 8 };  // zeros
const UNIT = Object.keys(UNITS).sort((a, b) => b.length - a.length).join("|");
const WHOLE = "(?:\\d{1,3}(?:,\\d{3})+(?![\\d,])|\\d{1,4}(?:,\\d{4})+(?![\\d,])|\\d+)";
const NUMBER = `(?:${WHOLE}(?:\\.\\d*)?|\\.\\d+)`;
const PART = new RegExp(`(${NUMBER})(${UNIT})?`, "g");
const AMOUNT = new RegExp(
  "^(?:[一-鿿]{1,12}:)?(?:大约|约为|约|近|预计|超过|超)?¥?([-+]?)¥?" +
  `((?:${WHOLE}(?:${UNIT}))*${NUMBER}(?:${UNIT})?)(?:人民币)?(?:左右|以上|整|\\([^()\\d]*\\))?$`);
const NOTHING = new Set(("- -- --- — —— ——— － / \\ . ... 无 暂无 没有 待定 待议 待确定 未定 待填 待报 待补 不详 未知 暂缺 暂未公布 " +
  "未公布 暂不公布 另行确定 见备注 详见备注 空 n/a na null none tbd ×× xx").split(" "));
const LIMIT = 9000000000000000n;

// Whole yuan from what stands in a field headed 万元; null if nothing stands there; NaN if it is no amount.
export function readWan(text) {
  let tidy = text.normalize("NFKC").replace(/[−–—‑﹣]/g, "-").replace(/、/g, ",").replace(/[\s\u200b]/g, "");
  if (!tidy || NOTHING.has(tidy.toLowerCase())) return null;
  tidy = tidy.replace(/^\(([^()]+)\)$/, "-$1");
  const found = AMOUNT.exec(tidy);
  if (!found) return NaN;
  const parts = [...found[2].matchAll(PART)];
  let sum = 0n, below = null;  // what a part after another one must stay under
  for (const [, number, unit] of parts) {
    const [whole, part = ""] = number.replace(/,/g, "").split(".");
    const places = UNITS[unit || "万"];
    let yuan = BigInt((whole || "0") + part.slice(0, places).padEnd(places, "0"));
    if ((below !== null && yuan >= below) || (parts.length > 1 && !unit)) return NaN;
    if (part[places] >= "5") yuan += 1n;
    sum += yuan;
    below = 10n ** BigInt(places);
  }
  if (sum > LIMIT) return NaN;
  return Number(found[1] == "-" ? -sum : sum) || 0;
}

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

// Yuan as 万元 without loss, as it is typed: 12,345,000 → 1,234.5
export function wanExact(yuan) {
  const size = String(Math.abs(yuan)).padStart(5, "0");
  const part = size.slice(-4).replace(/0+$/, "");
  return (yuan < 0 ? "-" : "") + grouped(size.slice(0, -4)) + (part && "." + part);
}

// Yuan as 万元 to be read, one decimal at most.
export function wan(yuan) {
  const tenths = Math.floor(Math.abs(yuan) / 1000) + (Math.abs(yuan) % 1000 >= 500 ? 1 : 0);
  return (yuan < 0 && tenths ? "−" : "") + grouped(String(Math.floor(tenths / 10))) + (tenths % 10 ? "." + (tenths % 10) : "");
}

// the grid -----------------------------------------------------------------------------------------------------------
const QUIET = 800, TIMEOUT = 20000, LONGEST = 30000;
const form = document.getElementById("grid");
if (form) start(form);

function start(form) {
  const says = form.dataset;
  const saving = document.getElementById("saving");
  const rows = [...form.querySelectorAll("tr[data-row]")];
  const dirty = new Map();           // row → how often it was typed in: an answer clears it only if that is still the same
  let timer = 0, busy = false, wait = 0, leaving = null, sending = false;

  const cell = (row, col) => row.querySelector(`[data-col="${col}"]`);
  const noteOf = (row) => document.getElementById(`note-${row.dataset.row}`);
  const rowOf = (el) => el.closest("tr[data-row]") || document.getElementById(`row-${el.closest("tr.note")?.id.slice(5)}`);
  const open = (row) => "open" in row.dataset;
  const fill = (text, values) => text.replace(/\{(\w)\}/g, (all, key) => values[key] ?? all);
  const toast = (text, undo) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, level: "warning", undo } }));

  // what is computed beside a cell, at once
  function compute(row) {
    const input = cell(row, "works"), works = readWan(input.value);
    const sum = works === null || Number.isNaN(works) ? null : Number(row.dataset.before) + works;
    row.querySelector("[data-sum]").textContent = sum === null ? "—" : wan(sum);
    const rate = share(sum, row.dataset.plan);
    const said = rate?.replace("-", "−"); // the sign that people read
    row.querySelector("[data-rate]").textContent = rate === null ? "" : `　${said}%`;
    draw(row.querySelector("[data-ruler]"), rate, said);
    totals();
    if (Number.isNaN(works)) return complain(row, input);
    if (input.dataset.odd) { delete input.dataset.odd; input.classList.remove("bad"); input.removeAttribute("aria-invalid"); }
  }

  const foot = form.querySelector("[data-totals]");
  function totals() {
    if (!foot) return;
    let works = 0, sum = 0;
    for (const row of rows) {
      works += readWan(cell(row, "works").value) || 0;
      sum += +row.dataset.before;
    }
    sum += works;
    const said = [wan(works), wan(sum), (share(sum, foot.dataset.plan) ?? "—").replace("-", "−")];
    foot.querySelectorAll("[data-sum]").forEach((one, n) => { one.textContent = said[n]; });
  }
  const share = (sum, plan) => (sum === null || !Number(plan) ? null : (Math.round((sum * 1000) / plan) / 10).toFixed(1));

  function complain(row, input) {
    input.dataset.odd = "1";
    input.classList.add("bad");
    input.setAttribute("aria-invalid", "true");
    input.title = says.amount;
  }

  function draw(box, rate, said) {
    if (rate === null) { box.innerHTML = '<span class="cap">—</span>'; return; }
    const share = Math.max(0, Math.min(100, Number(rate)));
    const label = fill(says.ruler, { d: said, p: says.pace });
    box.innerHTML = `<svg class="rule" role="img"><rect class="tr" y="4" width="100%" height="6" rx="1"/><rect class="dn" y="4" width="${share}%" height="6" rx="1"/><rect class="pc" x="${Math.min(100, says.pace)}%" width="1.5" height="14"/></svg> <span class="num">${said}</span>`;
    box.firstChild.setAttribute("aria-label", label);
  }

  // saving: dirty rows, 800 ms after the last key, one request at a time
  function touch(row) {
    dirty.set(row, (dirty.get(row) || 0) + 1);
    row.querySelector("[data-status]").innerHTML = `<span class="cap">${says.editing}</span>`;
    later(QUIET);
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(() => send(), ms);
  }

  // signing in again in another tab gives the browser a new token: the one on this page is then too old
  function freshToken() {
    const found = /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
    if (found) form.elements.csrfmiddlewaretoken.value = found[1];
  }

  async function send(keepalive = false) {
    if (busy || !dirty.size) return;
    busy = true;
    freshToken();
    const sent = new Map(dirty);
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    for (const row of sent.keys()) for (const input of fieldsOf(row)) body.append(input.name, input.value);
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, keepalive, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(TIMEOUT),
      });
      if (answer.redirected || answer.status == 401 || answer.status == 403) { stop(says.signedout); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      wait = 0;
      for (const [row, times] of sent) take(row, found.rows[row.dataset.row], dirty.get(row) == times);
      keep();
      saving.className = "saved";
      saving.textContent = fill(says.saved, { t: found.at });
      if (found.late) saving.append("　", Object.assign(document.createElement("span"), { className: "late", textContent: found.late }));
      counts();
    } catch (error) {
      wait = Math.min(LONGEST, wait ? wait * 2 : 2000);
      stop(error.message == "503" ? says.busy : says.offline);
      later(wait);
    } finally {
      busy = false;
      if (dirty.size && !wait) later(QUIET);
      if (leaving && !dirty.size) { const button = leaving; leaving = null; form.requestSubmit(button); }
    }
  }

  function stop(words) {
    keep();
    saving.className = "cap late";
    saving.textContent = words;
    for (const row of dirty.keys()) row.querySelector("[data-status]").innerHTML = `<span class="cap late">${says.waits}</span>`;
    if (leaving) { leaving.removeAttribute("aria-disabled"); leaving = null; }
  }

  const fieldsOf = (row) => {
    const within = [...row.querySelectorAll("input[name]")];
    return within.concat([...(noteOf(row)?.querySelectorAll("input[name]") || [])]);
  };

  // what the server says about a row
  function take(row, found, settled) {
    if (settled) dirty.delete(row);
    if (!found) return;
    row.theirs = found.theirs;
    if (found.state != "conflict" && found.state != "error") versionOf(row).value = found.version;
    row.conflictVersion = found.version;
    row.dataset.before = found.before;
    if (!settled) return;
    row.dataset.state = found.state;
    row.querySelector("[data-status]").innerHTML = found.status;
    for (const col of CELLS) {
      const input = cell(row, col);
      input.classList.toggle("bad", found.bad[col]);
      input.classList.toggle("same", found.state == "same");
      input.toggleAttribute("aria-invalid", found.bad[col]);
      if (found.bad[col]) { input.setAttribute("aria-invalid", "true"); input.setAttribute("aria-describedby", `note-${row.dataset.row}`); }
      else input.removeAttribute("aria-describedby");
    }
    annotate(row, found.note);
    if (found.state != "error") compute(row);
  }

  const versionOf = (row) => row.querySelector('input[name$="-version"]');

  function annotate(row, html) {
    let note = noteOf(row);
    row.classList.toggle("has-note", Boolean(html));
    if (!html) return note?.remove();
    if (!note) {
      note = document.createElement("tr");
      note.className = row.classList.contains("done") ? "note done" : "note";
      note.id = `note-${row.dataset.row}`;
      note.innerHTML = `<td colspan="${row.cells.length}"></td>`;
      row.after(note);
    }
    const active = document.activeElement;
    const typing = note.contains(active) && active.dataset.col ? active : null;
    const state = typing && { value: typing.value, from: typing.selectionStart, to: typing.selectionEnd };
    note.cells[0].innerHTML = html;
    const again = state && note.querySelector('[data-col="explanation"]');
    if (again) { again.value = state.value; again.focus(); again.setSelectionRange(state.from, state.to); }
  }

  const words = Object.fromEntries([...document.getElementById("words").content.children].map((el) => [el.dataset.word, el.textContent]));

  // one count of what is filled; it and what is empty follow the keys, not the answers
  const filled = (row) => {
    if (!open(row)) return "filled" in row.dataset;
    const works = readWan(cell(row, "works").value);
    return works !== null && !Number.isNaN(works) && Boolean(cell(row, "progress").value.trim());
  };

  function counts() {
    const states = rows.map((row) => row.dataset.state);
    const of = (...codes) => states.filter((state) => codes.includes(state)).length;
    form.querySelector('[data-count="filled"] b').textContent = rows.filter(filled).length;
    const numbers = {
      red: of("red", "error", "conflict", "returned"),
      amber: of("amber"),
      empty: rows.filter((row) => open(row) && !CELLS.some((col) => cell(row, col).value.trim())).length,
    };
    for (const [name, number] of Object.entries(numbers)) {
      const box = form.querySelector(`[data-count="${name}"]`);
      if (!box) continue;
      (box.querySelector("span") || box).textContent = fill(words[name], { n: number });
      box.hidden = !number;
    }
  }

  const CELLS = ["works", "progress"];
  const COLUMNS = [...CELLS, "problem"].filter((col) => form.querySelector(`[data-col="${col}"]`));
  const heads = Object.fromEntries([...form.querySelectorAll("th.c-in, th.c-tx")].map((th, i) =>
    [COLUMNS[i], [says[COLUMNS[i]], th.firstChild.textContent]]));

  // undo: one step is an edit or a paste; while a cell is being typed in, Ctrl+Z is the browser's
  const past = [], future = [];
  let before = null;
  const remember = (changes) => { if (changes.length) { past.push(changes); future.length = 0; } };

  function put(input, value) {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function change(pairs) {
    const real = pairs.filter(([input, value]) => !input.readOnly && input.value != value);
    const made = real.map(([input, value]) => ({ input, from: input.value, to: value }));
    remember(made);
    for (const [input, value] of real) put(input, value);
    if (document.activeElement?.dataset.col) before = document.activeElement.value;
    return made;
  }

  function step(from, to, way) {
    const changes = from.pop();
    if (!changes) return false;
    to.push(changes);
    for (const { input, ...values } of changes) put(input, values[way]);
    if (document.activeElement?.dataset.col) before = document.activeElement.value;
    return true;
  }

  const undo = () => step(past, future, "from");
  const redo = () => step(future, past, "to");

  // what a paste made, and nothing else: what was typed over it since stays
  function takeBack(made) {
    const still = made.filter(({ input, to }) => input.value == to);
    change(still.map(({ input, from }) => [input, from]));
    if (still.length < made.length) toast(fill(says.kept, { n: made.length - still.length }));
  }

  // moving
  const go = (el) => { el.focus(); el.select?.(); };
  const names = rows.map((row) => row.querySelector("a.name"));
  const backs = [...form.querySelectorAll('button[name="back"]')];
  for (const el of [...names, ...backs]) el.tabIndex = -1;  // Tab goes through the cells; ← and → lead here

  function down(input, by) {
    const col = input.dataset.col;
    for (let at = rows.indexOf(rowOf(input)) + by; rows[at]; at += by) {
      const next = cell(rows[at], col);
      if (next && !next.readOnly) return go(next);
    }
    if (by < 0) return;
    const cells = CELLS.flatMap((name) => rows.map((row) => cell(row, name)));  // at the foot: on to what is still empty
    const next = cells.find((one) => !one.readOnly && one != input && !one.value.trim());
    if (next) go(next);
  }

  function aside(input, by) {
    const row = rowOf(input), cells = [row.querySelector("a.name"), ...COLUMNS.map((name) => cell(row, name)),
      row.querySelector('button[name="back"]')];
    const next = cells[cells.indexOf(input) + by];
    if (next) go(next);
    return Boolean(next);
  }
  const atEdge = (input, by) => input.readOnly || (by < 0
    ? input.selectionEnd == 0 || (input.selectionStart == 0 && !input.value)
    : input.selectionStart == input.value.length);

  function unchanged(row) {
    if (!open(row)) return;
    let flag = row.querySelector('input[name$="-unchanged"]');
    change([[cell(row, "works"), "0"], [cell(row, "progress"), cell(row, "progress").dataset.last || cell(row, "progress").value]]);
    if (!flag) {
      flag = document.createElement("input");
      flag.type = "hidden";
      flag.name = `r-${row.dataset.row}-unchanged`;
      row.cells[0].append(flag);
    }
    flag.value = "1";
    touch(row);
  }

  form.addEventListener("input", (e) => {
    const row = rowOf(e.target);
    if (!row || !open(row)) return;
    if (CELLS.includes(e.target.dataset.col)) row.querySelector('input[name$="-unchanged"]')?.remove();
    if (e.target.dataset.col == "works") compute(row);
    counts();
    if (!e.isComposing) touch(row);
  });
  form.addEventListener("compositionend", (e) => { const row = rowOf(e.target); if (row && open(row)) touch(row); });
  form.addEventListener("focusin", (e) => { if (e.target.dataset.col) before = e.target.value; });
  form.addEventListener("change", (e) => {
    if (!e.target.dataset.col || before === null) return;
    if (e.target.value != before) remember([{ input: e.target, from: before, to: e.target.value }]);
    if (e.target.dataset.col == "works") {
      const yuan = readWan(e.target.value);
      if (yuan !== null && !Number.isNaN(yuan)) e.target.value = wanExact(yuan);
    }
    before = e.target.value;
  });

  form.addEventListener("keydown", (e) => {
    if (e.isComposing || e.keyCode == 229) return;  // the input method's own keys
    const input = e.target;
    if (names.includes(input)) return along(e, input);
    if (backs.includes(input) && e.key == "ArrowLeft") { e.preventDefault(); aside(input, -1); }
    if (!input.dataset.col) return;
    const typing = input.value != before;
    const plain = !e.ctrlKey && !e.metaKey && !e.altKey;
    if (plain && e.key == "Enter") {
      e.preventDefault();
      if (input.dataset.col == "explanation") cell(rowOf(input), "progress").focus();
      else down(input, e.shiftKey ? -1 : 1);
    } else if (plain && !e.shiftKey && (e.key == "ArrowDown" || e.key == "ArrowUp") && input.dataset.col != "explanation") {
      e.preventDefault();
      down(input, e.key == "ArrowDown" ? 1 : -1);
    } else if (plain && !e.shiftKey && (e.key == "ArrowLeft" || e.key == "ArrowRight") && COLUMNS.includes(input.dataset.col)) {
      const by = e.key == "ArrowLeft" ? -1 : 1;
      if (atEdge(input, by) && aside(input, by)) e.preventDefault();
    } else if (plain && e.key == "Escape" && typing) {
      e.preventDefault();
      put(input, before);
    } else if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() == "d") {
      e.preventDefault();
      if (input.dataset.last) change([[input, input.dataset.last]]);
    } else if (e.altKey && e.key.toLowerCase() == "n") {
      e.preventDefault();
      unchanged(rowOf(input));
      down(input, 1);
    } else if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() == "z" && !typing) {
      if (e.shiftKey ? redo() : undo()) e.preventDefault();
    } else if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() == "y" && !typing) {
      if (redo()) e.preventDefault();
    }
  });

  function along(e, name) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[e.key];
    if (!by && e.key != "ArrowRight") return;
    e.preventDefault();
    if (by) names[names.indexOf(name) + by]?.focus();
    else aside(name, 1);
  }

  // paste: a single value is the browser's; a block with names in it goes to their rows, any other down and to the right
  const sheet = import(says.sheet);
  sheet.catch(() => {});  // asked for again below
  document.addEventListener("paste", async (e) => {
    const input = e.target, text = e.clipboardData.getData("text/plain"), col = COLUMNS.indexOf(input.dataset?.col);
    if ((col < 0 && input.closest?.("input, textarea")) || !/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) return;
    e.preventDefault();
    const { parse, byName } = await sheet.catch(() => import(says.sheet));
    const lines = parse(text), found = byName(lines, names.map((name) => name.textContent), heads, readWan);
    if (!found && col < 0) return;
    const { pairs, locked, said } = found ? toRows(found) : inPlace(lines, rows.indexOf(rowOf(input)), col);
    const made = change(pairs.map(([target, value]) => [target, tidy(target.dataset.col, value)]));
    if (locked) said.push(fill(says.left, { n: locked }));
    toast(said.join("　"), made.length ? { label: says.undo, act: () => takeBack(made) } : null);
  });

  function toRows({ places, hits, lost, width }) {
    if (!places) return { pairs: [], said: [fill(says.columns, { n: width })] };
    const given = hits.flatMap(([at, line]) => Object.entries(places)
      .filter(([, x]) => line[x]?.trim())  // nothing there: what stands in the cell stays
      .map(([name, x]) => [cell(rows[at], name), line[x]]));
    const pairs = given.filter(([target]) => !target.readOnly), said = [fill(says.named, { n: hits.length })];
    const listed = lost.slice(0, 8).join(says.comma) + (lost.length > 8 ? "…" : "");
    if (lost.length) said.push(fill(says.unnamed, { n: lost.length, l: listed }));
    return { pairs, locked: given.length - pairs.length, said };
  }

  function inPlace(lines, top, left) {
    const odd = (text) => Number.isNaN(readWan(text));
    if (lines.length > 1 && left == 0 && odd(lines[0][0]) && !odd(lines[1][0])) lines.shift();  // the headings
    const pairs = [];
    let beyond = 0, locked = 0;
    lines.forEach((line, y) => line.forEach((value, x) => {
      const target = rows[top + y] && COLUMNS[left + x] && cell(rows[top + y], COLUMNS[left + x]);
      if (!target) beyond += 1;
      else if (target.readOnly) locked += 1;
      else pairs.push([target, value]);
    }));
    const real = pairs.filter(([target, value]) => target.value != tidy(target.dataset.col, value));
    const said = [fill(says.pasted, { n: real.length })];
    if (beyond) said.push(fill(says.beyond, { n: beyond }));
    return { pairs, locked, said };
  }

  function tidy(col, value) {
    if (col != "works") return value.replace(/\s+/g, " ").trim();
    const yuan = readWan(value);
    return yuan === null ? "" : Number.isNaN(yuan) ? value.trim() : wanExact(yuan);
  }

  // buttons in the rows
  form.addEventListener("click", (e) => {
    const button = e.target.closest("button");
    if (!button) return;
    const row = button.closest("tbody") && rowOf(button);
    if (!row || button.name == "back") return;
    e.preventDefault();
    if (button.dataset.likely) change([[cell(row, "works"), button.dataset.likely]]);
    else if (button.name == "same") unchanged(row);
    else if ("mine" in button.dataset) { versionOf(row).value = row.conflictVersion ?? versionOf(row).value; touch(row); later(0); }
    else if (button.name == "theirs") theirs(row, button);
  });

  function theirs(row, button) {
    if (!row.theirs) { form.requestSubmit(button.form ? button : undefined); return; }
    versionOf(row).value = row.conflictVersion;
    change(COLUMNS.map((col) => [cell(row, col), row.theirs[col]]));
    const why = noteOf(row)?.querySelector('[data-col="explanation"]');
    if (why) why.value = row.theirs.explanation;
    touch(row);
    later(0);
  }

  // leaving: what waits is sent first
  form.addEventListener("submit", (e) => {
    if (!busy && !dirty.size) { sending = true; freshToken(); return; }
    e.preventDefault();
    e.stopImmediatePropagation();
    leaving = e.submitter;
    if (!busy) send();
  }, true);
  const wrong = (row) => open(row) && row.dataset.state == "error";  // what can't be read isn't stored
  addEventListener("beforeunload", (e) => { if (dirty.size || (!sending && rows.some(wrong))) e.preventDefault(); });
  if (document.activeElement?.dataset.col) before = document.activeElement.value;  // where the page begins
  // typed before this ran, or put back by the browser: no less to be kept than what is typed now
  for (const row of rows) if (open(row) && COLUMNS.some((col) => cell(row, col).value != cell(row, col).defaultValue)) touch(row);
  addEventListener("online", () => { wait = 0; later(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && dirty.size) later(0); });
  addEventListener("pagehide", () => { clearTimeout(timer); keep(); send(true); });

  // Closed without a line: what was not sent waits on this machine for its person, until it is or they sign out. With
  // the version that it was typed over, so that somebody else's words of meanwhile are asked about.
  const kept = `typed:${document.querySelector(".side-me")?.textContent.trim()}@${form.action}`;
  function keep() {
    try {
      const left = [...dirty.keys()].flatMap((row) => fieldsOf(row).map(({ name, value }) => [name, value]));
      if (left.length) localStorage.setItem(kept, JSON.stringify(left)); else localStorage.removeItem(kept);
    } catch { /* no room: as without this */ }
  }
  const was = JSON.parse(localStorage.getItem(kept) || "[]").map(([name, value]) => [form.elements[name], value])
    .filter(([el, value]) => el && open(rowOf(el)) && el.value != value);
  for (const [el, value] of was) if (el.type == "hidden") el.value = value;
  if (change(was.filter(([el]) => el.type != "hidden")).length) toast(says.unsent);
}
