// Live parts of the pages. Everything here is an addition: without it each page still reads, denies, ends, searches and
// exports. No innerHTML anywhere (Trusted Types are required), no inline handlers, no other origin.

const pad = n => String(n).padStart(2, "0");

/** "14:07 UTC" stays; the viewer's own time stands before it. */
function localiseTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-utc])")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const utc = time.textContent.trim();
    time.dataset.utc = utc;
    if (at.getTimezoneOffset() === 0) continue;
    const sameDay = at.toDateString() === new Date().toDateString();
    const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    if (!sameDay) Object.assign(shape, { day: "numeric", month: "short", year: "numeric" });
    if (/:\d\d:\d\d/.test(utc)) shape.second = "2-digit";
    time.textContent = `${new Intl.DateTimeFormat(document.documentElement.lang, shape).format(at)} (${utc})`;
  }
}

let leaving = false;

/** The page as it is now, by GET: reloading the answer of a form would send the form again. Not while a form is on its way. */
function showAgain() {
  if (leaving) return;
  const live = document.querySelector("[data-follow]");
  location.replace(live ? live.dataset.follow.replace(/\/live.*$/, "") : location.pathname + location.search);
}

/** Counts down to data-until; at the end the page is loaded anew, because what it shows is over. */
function countDown(element) {
  const until = new Date(element.dataset.until).getTime();
  const skew = new Date(document.documentElement.dataset.now).getTime() - Date.now();
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - Date.now() - skew) / 1000));
    const hours = Math.floor(left / 3600), minutes = Math.floor(left / 60) % 60;
    element.textContent = hours ? `${hours} h ${pad(minutes)} min ${pad(left % 60)} s left` : `${minutes} min ${pad(left % 60)} s left`;
    if (left > 0) setTimeout(tick, 1000);
    else if (element.dataset.reload !== undefined) setTimeout(showAgain, 1200);
  };
  tick();
}

/**
 * The approve button says what it will do, and waits for the text that will be recorded: both follow the choice. The words are
 * the server's (RequestWords); only numbers are put in here.
 */
function approveButton(form) {
  const button = form.querySelector("[data-approve]");
  const readOnly = form.querySelector("[name=readonly]");
  const operations = [...form.querySelectorAll("[name=operations]")];
  const text = document.getElementById("consent-text"), shown = form.querySelector("[name=shown]");
  let running = null;
  const showText = async (minutes, chosen) => {
    running?.abort();
    running = new AbortController();
    const choice = new URLSearchParams([["minutes", minutes], ...chosen.map(box => ["operations", box.value])]);
    try {
      const answer = await fetch(`${form.dataset.editDown}?${choice}`, { signal: running.signal });
      const part = answer.ok ? await answer.json() : {};
      if (part.text) [text.textContent, shown.value] = [part.text, part.shown];
      else if (part.problem) text.textContent = part.problem;
      button.disabled = false;
    } catch (error) {
      // Offline: the server shows the text before it counts, as it does without scripts.
      if (error.name !== "AbortError") button.disabled = false;
    }
  };
  const update = event => {
    const minutes = form.querySelector("[name=minutes]:checked");
    for (const box of operations) {
      if (box.dataset.writes !== undefined) box.disabled = Boolean(readOnly?.checked);
    }
    const chosen = operations.filter(box => box.checked && !box.disabled);
    let label = `Approve ${minutes.dataset.words}`;
    if (chosen.length && chosen.every(box => box.dataset.writes === undefined)) label += ", read only";
    if (chosen.length < operations.length) label += `, ${chosen.length} of ${operations.length} kinds of access`;
    button.textContent = chosen.length ? label : "Tick at least one kind of access, or deny";
    button.disabled = event !== undefined || chosen.length === 0;
    if (event !== undefined && chosen.length) showText(minutes.value, chosen);
    else running?.abort();
  };
  form.addEventListener("change", update);
  update();
}

/** What the customer will see, while the engineer fills the form in. The words are the server's. */
function livePreview(form) {
  const target = document.getElementById(form.dataset.preview);
  let timer = 0, running = null;
  const refresh = async () => {
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(form.dataset.previewAction, { method: "POST", body: new FormData(form), signal: running.signal });
      if (answer.ok) target.replaceChildren(...previewNodes(await answer.json()));
    } catch { /* superseded or offline: the preview stays as it was */ }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(refresh, 250); });
  refresh();
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function list(title, className, sentences) {
  const ul = element("ul", undefined, className);
  ul.append(...sentences.map(sentence => element("li", sentence)));
  return [element("h3", title), ul];
}

function previewNodes(part) {
  if (!part.heading) return [element("p", part.problem, "quiet")];
  return [
    element("p", part.heading, "left"),
    element("p", part.why, "said"),
    ...list("Will be able to", "yes", part.will),
    ...list("Will not be able to", "no", part.willNot),
  ];
}

/** Server-sent events with resume: the browser sends the last id it saw, the server goes on after it. */
function follow(root) {
  const lost = root.querySelector("[data-lost]");
  const timeline = root.querySelector("[data-timeline]");
  const empty = root.querySelector("[data-empty]");
  let heard = Date.now();
  const source = new EventSource(root.dataset.follow);
  const alive = () => { heard = Date.now(); if (lost) lost.hidden = true; };
  source.addEventListener("ping", alive);
  source.addEventListener("state", event => {
    alive();
    if (event.data !== root.dataset.state) showAgain();
  });
  source.addEventListener("entry", event => {
    alive();
    const entry = JSON.parse(event.data);
    if (!timeline || timeline.querySelector(`[data-index="${entry.index}"]`)) return;
    timeline.append(timelineItem(entry));
    if (empty) empty.hidden = true;
  });
  setInterval(() => { if (lost && Date.now() - heard > 4000) lost.hidden = false; }, 500);
  addEventListener("pagehide", () => source.close());
}

function timelineItem(entry) {
  const item = element("li", undefined, entry.blocked ? "new blocked" : "new");
  item.dataset.index = entry.index;
  const time = element("time", entry.clock);
  time.dateTime = entry.time;
  item.append(time, element("span", entry.sentence));
  localiseTimes(item);
  return item;
}

function copyButton(button) {
  button.hidden = false;
  const label = button.firstChild, words = label.data;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    label.data = "Copied";
    setTimeout(() => { label.data = words; }, 2000);
  });
}

/** "/" goes to the search box. Nothing on the keyboard approves. */
function keys() {
  document.addEventListener("keydown", event => {
    const typing = event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]");
    const search = document.querySelector("input[type=search]");
    if (event.key === "/" && !typing && search) { event.preventDefault(); search.focus(); }
  });
}

/** An export shows that it runs, and when it is there. */
function exportForm(form) {
  const status = form.querySelector("[data-status]");
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const button = event.submitter;
    button.disabled = true;
    status.textContent = "Making the evidence bundle…";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (!answer.ok || !answer.headers.get("content-type")?.startsWith("application/zip")) { form.submit(); return; }
      const parts = [];
      let bytes = 0;
      for (const reader = answer.body.getReader(); ;) {
        const { done, value } = await reader.read();
        if (done) break;
        parts.push(value);
        bytes += value.length;
        status.textContent = `Received ${(bytes / 1024).toFixed(0)} KiB…`;
      }
      const link = element("a");
      link.href = URL.createObjectURL(new Blob(parts, { type: "application/zip" }));
      link.download = /filename="?([^";]+)/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "evidence.zip";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      status.textContent = `Done: ${link.download}, ${(bytes / 1024).toFixed(0)} KiB. Check it with: accessbroker verify ${link.download} --key and the file of the key that you were given`;
    } catch {
      status.textContent = "The download broke off. Nothing is lost; try again.";
    } finally {
      button.disabled = false;
    }
  });
}

addEventListener("submit", event => { leaving = !event.defaultPrevented; });
addEventListener("pageshow", () => { leaving = false; });
localiseTimes(document);
keys();
for (const found of document.querySelectorAll("[data-until]")) countDown(found);
for (const found of document.querySelectorAll("form[data-edit-down]")) approveButton(found);
for (const found of document.querySelectorAll("form[data-preview]")) livePreview(found);
for (const found of document.querySelectorAll("[data-follow]")) follow(found);
for (const found of document.querySelectorAll("[data-copy]")) copyButton(found);
for (const found of document.querySelectorAll("form[data-export]")) exportForm(found);
