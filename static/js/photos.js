// Photos are sent one by one, large ones in pieces: a line that breaks costs one piece, which is sent again.
const PAUSES = [2, 5, 15, 30, 60], TIMEOUT = 180000;  // seconds between tries; milliseconds of one
const form = document.getElementById("add");
if (form) start(form);

function start(form) {
  const says = form.dataset, list = form.querySelector("[data-sent]");
  const input = form.querySelector("input[type=file]"), button = form.querySelector("button");
  let busy = false;

  form.addEventListener("submit", (event) => {
    if (!input.files.length || busy) return busy ? event.preventDefault() : undefined;  // the server says what is missing
    event.preventDefault();
    send([...input.files]);
  });
  // Who leaves while some are on their way, or chosen and not sent, is asked first.
  let plain = false;
  form.addEventListener("submit", () => { plain = !busy && !input.files.length; });
  addEventListener("beforeunload", (event) => { if (busy || (input.files.length && !plain)) event.preventDefault(); });
  // On a line that is down it is said at once, and that nothing is lost.
  const tell = () => { away.hidden = navigator.onLine; };
  const away = form.querySelector("[data-away]");
  for (const name of ["online", "offline"]) addEventListener(name, tell);
  tell();

  async function send(files) {
    busy = button.disabled = true;
    list.replaceChildren();
    const lines = files.slice(0, says.most).map((file) => [file, line(file.name)]);
    if (files.length > says.most) line(says.many).word.className = "soon";
    let there = 0;
    for (const [file, shown] of lines) if (await one(file, shown)) there++;
    busy = button.disabled = false;
    form.reset();
    const end = document.createElement("li"), look = document.createElement("a");
    look.href = location.pathname;
    look.textContent = says.look;
    look.className = "btn btn-s";
    end.append(says.done.replace("{n}", there).replace("{all}", lines.length) + " ", look);
    list.append(end);
    look.focus();
  }

  function line(name) {
    const item = document.createElement("li"), word = document.createElement("span");
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    word.className = "cap";
    word.textContent = says.waits;
    item.append(name + " ", bar, " ", word);
    list.append(item);
    if (name == says.many) bar.remove(), word.textContent = "";
    return { bar, word, item };
  }

  // Whether the photo is there. A broken line, a busy server: again after a pause, or as soon as the line is back.
  async function one(file, { bar, word }) {
    const say = (text, css = "cap") => { word.textContent = text; word.className = css; };
    if (file.size > says.limit * 1048576) return say(says.large, "late"), false;
    const piece = Number(says.piece), token = name(), sum = file.size > piece ? await digest(file) : "";
    let at = 0;
    for (let tried = 0; ; tried++) {
      const { status, told } = await (file.size > piece
        ? post(file, bar, at, { piece: token, at, of: file.size, sum }, file.slice(at, at + piece))
        : post(file, bar, 0, {}, file));
      if (told && status == 200 && "have" in told) {  // where to go on
        if (told.have > at) tried = -1;
        at = told.have;
        if (tried < 5) continue;
      }
      if (told && status == 200 && "photo" in told) {
        bar.value = 1;
        say([says.there, ...told.odd].join(" · "), told.odd.length ? "soon" : "cap");
        return true;
      }
      if (status && status < 500 && status != 429 && status != 408)
        return say(told ? told.why : says.signed, "late"), false;
      const pause = PAUSES[Math.min(tried, PAUSES.length - 1)];
      say(says.again.replace("{s}", pause));
      bar.value = 0.95 * at / file.size;
      await waited(pause);
    }
  }

  // What a file is called on its way; its hash, where the browser has one (over https).
  const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
  const name = () => hex(crypto.getRandomValues(new Uint8Array(16)));
  const digest = async (file) => crypto.subtle ? hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())) : "";

  function post(file, bar, at, more, part) {
    const body = new FormData(form);
    body.delete(input.name);
    for (const [key, value] of Object.entries(more)) body.append(key, value);
    body.append(input.name, part, file.name);
    return new Promise((answer) => {
      const request = new XMLHttpRequest();
      request.open("POST", location.pathname);
      request.setRequestHeader("Accept", "application/json");
      request.timeout = TIMEOUT;
      request.upload.onprogress = (event) => { if (event.lengthComputable) bar.value = 0.95 * Math.min(1, (at + event.loaded) / file.size); };
      request.onloadend = () => {
        let told = null;
        try { told = JSON.parse(request.responseText); } catch { /* a page: not ours */ }
        answer({ status: request.status, told });
      };
      request.send(body);
    });
  }

  function waited(seconds) {
    return new Promise((go) => {
      const on = () => { clearTimeout(timer); removeEventListener("online", on); go(); };
      const timer = setTimeout(on, seconds * 1000);
      addEventListener("online", on);
    });
  }
}
