// What Excel puts on the clipboard, for the month's grid: loaded with it, pure, knows nothing of the page.

// Excel's clipboard: tabs and line ends; a cell with either inside is quoted
export function parse(text) {
  const lines = [[]];
  let value = "", quoted = false, fresh = true;
  const end = () => { lines.at(-1).push(value); value = ""; fresh = true; };
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c != '"') value += c;
      else if (text[i + 1] == '"') { value += c; i += 1; }
      else quoted = false;
    } else if (c == '"' && fresh) { quoted = true; fresh = false; }
    else if (c == "\t") end();
    else if (c == "\n" || c == "\r") { if (c == "\r" && text[i + 1] == "\n") i += 1; end(); lines.push([]); }
    else { value += c; fresh = false; }
  }
  end();
  while (lines.length > 1 && lines.at(-1).join("") == "") lines.pop();
  return lines;
}

const bare = (text) => (text ?? "").normalize("NFKC").replace(/[\s"'“”‘’()<>《》[\]【】·,、。.:;\-—_]/g, "").toLowerCase();

// Which line is whose, if names of projects stand in the block: in any order, a number before them, other columns under
// their headings. Null if there is none. `places`: the column of each value, null if that isn't clear; `hits`: [row,
// line]; `lost`: the names that no row has. Of two rows with one name neither is meant, of two lines the first counts.
export function byName(lines, names, heads, read) {
  const odd = (text) => Number.isNaN(read(text ?? ""));  // no amount, and not nothing
  const rows = new Map();
  names.map(bare).forEach((name, row) => rows.set(name, rows.has(name) ? -1 : row));
  const known = (line, x) => rows.has(bare(line[x]));
  const width = Math.max(...lines.map((line) => line.length)), all = [...Array(width).keys()];
  const count = (x) => lines.filter((line) => known(line, x)).length;
  const at = all.reduce((best, x) => (count(x) > count(best) ? x : best), 0);
  if (width < 2 || !count(at)) return null;

  const first = lines.findIndex((line) => known(line, at));
  const kinds = Object.keys(heads), wanted = kinds.map((kind) => heads[kind].map(bare));
  const under = (line) => wanted.map((words) => line.findIndex((text) => words.includes(bare(text).replace(/(万元|10kyuan)$/, ""))));
  const head = lines.slice(0, first).findIndex((line) => under(line).some((x) => x >= 0));
  let places = head < 0 ? inOrder() : Object.fromEntries(under(lines[head]).map((x, i) => [kinds[i], x]).filter(([, x]) => x >= 0));

  // without headings: one column behind the names, or two
  function inOrder() {
    const after = all.filter((x) => x > at && lines.some((line) => line[x]?.trim()));
    const amounts = (x) => lines.slice(first).every((line) => !odd(line[x]));
    if (after.length == 1) return { [kinds[amounts(after[0]) ? 0 : 1]]: after[0] };
    if (after.length != 2) return null;
    const [works, progress] = amounts(after[0]) || !amounts(after[1]) ? after : after.reverse();
    return { [kinds[0]]: works, [kinds[1]]: progress };
  }

  const hits = [], lost = [], taken = new Set();
  const heading = head < 0 && first > 0 && places && odd(lines[0][places[kinds[0]]]);  // one that names neither column
  for (const line of lines.slice(heading ? 1 : head + 1)) {
    if (!line.join("").trim()) continue;
    const row = rows.get(bare(line[at])) ?? -1;
    if (row < 0 || taken.has(row)) { lost.push(line[at]?.trim() || "—"); continue; }
    taken.add(row);
    hits.push([row, line]);
  }
  return { places, hits, lost, width };
}
