// The grid: cells are inputs that work as a form without this script. With it, changes are checked as they are
// typed and saved as they are made, cells of a spreadsheet can be pasted, and what others change shows.

const form = document.getElementById("grid");
const table = document.getElementById("grid-table");
const status = document.getElementById("grid-status");
const faultList = document.getElementById("grid-faults");
const clashList = document.getElementById("grid-clashes");
const undoButton = document.getElementById("grid-undo");
const redoButton = document.getElementById("grid-redo");
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
const address = form.dataset.address;
const CHECK_AFTER = 350;
const SAVE_AFTER = 700;
const LOOK_EVERY = 8000;

let seen = Number(form.elements.seen.value);
let waiting = [];        // changes that are not saved yet
let sending = null;      // {key, changes} that are on their way
let undone = [];         // lists of changes that can be made again
let done = [];           // lists of changes that can be taken back
let typed = null;        // the cell being typed in, with what stood there before

document.body.classList.add("app-scripted");
for (const part of document.querySelectorAll(".app-with-script")) part.hidden = false;
for (const row of table.querySelectorAll(".app-without-script")) row.remove();
for (const box of table.querySelectorAll("input.app-remove")) box.replaceWith(removeButton(box.getAttribute("aria-label")));

// ------------------------------------------------------------------ cells
const columns = () => [...table.querySelectorAll("thead th[id^=column-]")].map((head) => head.id.slice(7));
const rows = () => [...table.querySelectorAll("tbody tr[data-row]")];
const cellOf = (row, column) => document.getElementById(`cell-${row}-${column}`);
const saved = (cell) => cell.dataset.saved ?? cell.defaultValue;

function removeButton(label) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nhsuk-button nhsuk-button--secondary app-small app-remove-row";
  button.textContent = "Remove";
  button.setAttribute("aria-label", label);
  return button;
}

function addRow(key, below, cells) {
  const line = document.createElement("tr");
  line.className = "nhsuk-table__row";
  line.id = `row-${key}`;
  line.dataset.row = key;
  const head = document.createElement("th");
  head.scope = "row";
  head.className = "nhsuk-table__header app-line";
  head.textContent = "new";
  line.append(head);
  for (const column of columns()) {
    const cell = document.createElement("td");
    cell.className = "nhsuk-table__cell";
    const input = document.createElement("input");
    input.className = "app-cell";
    input.id = `cell-${key}-${column}`;
    input.name = `cell.${key}.${column}`;
    input.value = cells[column] ?? "";
    input.dataset.saved = input.value;
    input.dataset.column = column;
    input.autocomplete = "off";
    if (document.getElementById(`choices-${column}`)) input.setAttribute("list", `choices-${column}`);
    input.setAttribute("aria-label", `${column.replaceAll("_", " ")}, new row`);
    cell.append(input);
    line.append(cell);
  }
  const last = document.createElement("td");
  last.className = "nhsuk-table__cell";
  last.append(removeButton("Remove new row"));
  line.append(last);
  const above = below && document.getElementById(`row-${below}`);
  if (above) above.after(line);
  else if (below === "") table.tBodies[0].prepend(line);
  else table.tBodies[0].append(line);
  return line;
}

function factsOf(line) {
  const facts = {};
  for (const cell of line.querySelectorAll(".app-cell")) if (saved(cell)) facts[cell.dataset.column] = saved(cell);
  return facts;
}

// ------------------------------------------------------------------ changes
// Puts changes on the page. What is shown is what will be saved; `mark` says how such cells look meanwhile.
function show(changes, mark) {
  for (const change of changes) {
    if (change.do === "set") {
      const cell = cellOf(change.row, change.column);
      if (!cell) continue;
      cell.value = change.after;
      cell.dataset.saved = change.after;
      cell.classList.add(mark);
    } else if (change.do === "add") {
      if (!document.getElementById(`row-${change.row}`)) addRow(change.row, change.below, change.cells);
    } else {
      document.getElementById(`row-${change.row}`)?.remove();
    }
  }
}

function inverse(changes) {
  return changes.map((change) => {
    if (change.do === "set") return { ...change, before: change.after, after: change.before };
    if (change.do === "add") return { do: "remove", row: change.row, cells: change.cells };
    return { do: "add", row: change.row, below: change.below ?? "", cells: change.cells };
  }).reverse();
}

function make(changes, { keep = true } = {}) {
  if (!changes.length) return;
  show(changes, "app-unsaved");
  if (keep) { done.push(changes); undone = []; }
  waiting.push(...changes);
  buttons();
  checkSoon();
  saveSoon();
}

function buttons() {
  undoButton.disabled = !done.length;
  redoButton.disabled = !undone.length;
}

function undo() {
  const changes = done.pop();
  if (!changes) return;
  undone.push(changes);
  make(inverse(changes).map(current), { keep: false });
  status.textContent = "Undone.";
}

function redo() {
  const changes = undone.pop();
  if (!changes) return;
  done.push(changes);
  make(changes.map(current), { keep: false });
  status.textContent = "Done again.";
}

// A row that comes or goes again is seen as it now stands.
function current(change) {
  const line = document.getElementById(`row-${change.row}`);
  return change.do === "remove" && line ? { ...change, cells: factsOf(line) } : change;
}

function setCell(cell, text) {
  const row = cell.closest("tr").dataset.row;
  const before = saved(cell);
  const after = text.trim();
  return before === after ? [] : [{ do: "set", row, column: cell.dataset.column, before, after }];
}

// ------------------------------------------------------------------ asking the server
async function ask(what, body) {
  const answer = await fetch(address + what, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  return [answer.status, answer.headers.get("content-type")?.includes("json") ? await answer.json() : {}];
}

let checking = 0;
let checkTimer = 0;
function checkSoon() {
  clearTimeout(checkTimer);
  checkTimer = setTimeout(check, CHECK_AFTER);
}

async function check() {
  const number = ++checking;
  const open = [...(sending?.changes ?? []), ...waiting, ...(typed ? setCell(typed, typed.value) : [])];
  try {
    const [code, told] = await ask("check", { changes: open });
    if (code === 200 && number === checking) showFaults(told);
  } catch { /* saving says when the server is away */ }
}

let saveTimer = 0;
function saveSoon(after = SAVE_AFTER) {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(save, after);
  status.textContent = "Not saved yet …";
}

async function save() {
  if (sending || !waiting.length) return;
  sending = { key: crypto.randomUUID(), changes: waiting };
  waiting = [];
  status.textContent = "Saving …";
  await send();
}

async function send() {
  let code = 0;
  let told = {};
  try {
    [code, told] = await ask("save", { key: sending.key, seen, changes: sending.changes });
  } catch { /* no answer at all: code stays 0 */ }
  if (code === 200) saveDone(told);
  else if (code === 409) clash(told);
  else if (code === 0 || code >= 500) {
    status.textContent = "The server does not answer. What you wrote is kept here and sent again in a few seconds.";
    setTimeout(send, 3000);
  } else {
    sending = null;
    status.textContent = told.problem ?? (code === 403 || code === 401 ? "You are no longer signed in. Copy what you wrote, and sign in again." : "It was not saved. Load the page again.");
  }
}

// A day that was written as 01/10/2016 is kept as 2016-10-01: the page shows what was understood, and later changes begin from it.
function takeUnderstood(told) {
  for (const { row, column, was, now } of told.understood ?? []) {
    for (const change of [...(sending?.changes ?? []), ...waiting]) {
      if (change.row !== row) continue;
      if (change.do !== "set") { if (change.cells[column] === was) change.cells[column] = now; }
      else if (change.column === column) {
        if (change.after === was) change.after = now;
        if (change.before === was) change.before = now;
      }
    }
    const cell = cellOf(row, column);
    if (cell && saved(cell) === was) {
      if (cell.value === was) cell.value = now;
      cell.dataset.saved = now;
    }
  }
}

function saveDone(told) {
  takeUnderstood(told);
  for (const change of sending.changes) {
    if (change.do === "set") cellOf(change.row, change.column)?.classList.remove("app-unsaved");
  }
  sending = null;
  seen = told.seen;
  form.elements.seen.value = seen;
  takeIn(told.others);
  showFaults(told);
  status.textContent = `Saved as edit ${told.number}. ${told.words ?? ""}`.trim();
  if (waiting.length) saveSoon(0);
}

// Somebody else was there first: theirs is shown, and the person chooses.
function clash(told) {
  takeUnderstood(told);
  const mine = sending.changes;
  sending = null;
  seen = told.seen;
  const met = new Set(told.clashes.map((entry) => `${entry.row} ${entry.column}`));
  takeIn(told.others);
  for (const entry of told.clashes) offer(entry);
  const others = mine.filter((change) => !met.has(`${change.row} ${change.column ?? ""}`) && !(change.do === "remove" && told.clashes.some((entry) => entry.row === change.row)));
  done = [];
  undone = [];
  buttons();
  if (others.length) { show(others, "app-unsaved"); waiting = [...others, ...waiting]; saveSoon(0); }
  status.textContent = "Somebody else changed the same cell. Choose above the table.";
}

function offer(entry) {
  const cell = cellOf(entry.row, entry.column);
  if (cell && entry.now !== null) { cell.value = entry.now; cell.dataset.saved = entry.now; cell.classList.remove("app-unsaved"); }
  const box = document.createElement("p");
  box.className = "app-clash";
  const line = cell?.closest("tr").querySelector("th").firstChild.textContent ?? "";
  const name = `${entry.column.replaceAll("_", " ")}${line ? `, row ${line},` : ""}`;
  box.append(entry.now === null ? `${name}: the row is gone. You wanted “${entry.wanted}”. ` : `${name} now says “${entry.now}”. You wanted “${entry.wanted}”. `);
  const choice = (words, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "nhsuk-button nhsuk-button--secondary app-small";
    button.textContent = words;
    button.addEventListener("click", () => { act(); box.remove(); cell?.focus(); });
    box.append(button);
  };
  choice("Keep theirs", () => {});
  if (cell && entry.now !== null) choice("Use mine", () => make(setCell(cell, entry.wanted)));
  clashList.append(box);
}

function takeIn(others) {
  const held = new Set([...(sending?.changes ?? []), ...waiting].map((change) => `${change.row} ${change.column ?? ""}`));
  for (const edit of others ?? []) {
    show(edit.changes.filter((change) => !held.has(`${change.row} ${change.column ?? ""}`) && cellOf(change.row, change.column) !== typed), "app-from-others");
    if (edit.changes.length) status.textContent = `${edit.by} changed ${edit.changes.length === 1 ? "a cell" : `${edit.changes.length} cells`}.`;
  }
}

setInterval(async () => {
  if (sending || waiting.length || document.hidden) return;
  try {
    const answer = await fetch(`${address}since?seen=${seen}`);
    if (answer.status === 410) { status.textContent = "The draft was closed meanwhile. Load the page again."; return; }
    if (!answer.ok) return;
    const told = await answer.json();
    if (told.seen !== seen) { seen = told.seen; form.elements.seen.value = seen; takeIn(told.others); if (told.others.length) checkSoon(); }
  } catch { /* the next look may find it again */ }
}, LOOK_EVERY);

// ------------------------------------------------------------------ faults
function showFaults(told) {
  for (const mark of table.querySelectorAll(".app-fault")) mark.remove();
  for (const cell of table.querySelectorAll("[aria-invalid]")) { cell.removeAttribute("aria-invalid"); cell.removeAttribute("aria-describedby"); }
  faultList.replaceChildren();
  if (told.faults.length) {
    const heading = document.createElement("p");
    heading.className = "app-check";
    heading.textContent = `${told.faults.length} fault${told.faults.length === 1 ? "" : "s"} in this table`;
    const list = document.createElement("ul");
    list.className = "nhsuk-list";
    for (const fault of told.faults) { mark(fault); list.append(linkTo(fault)); }
    faultList.append(heading, list);
  }
  if (told.elsewhere) {
    const words = document.createElement("p");
    words.textContent = `${told.elsewhere} faults elsewhere.`;
    faultList.append(words);
  }
}

function linkTo(fault) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `#${fault.column ? `cell-${fault.row}-${fault.column}` : `row-${fault.row}`}`;
  link.textContent = fault.whole;
  link.addEventListener("click", (event) => {
    const cell = cellOf(fault.row, fault.column);
    if (cell) { event.preventDefault(); cell.focus(); }
  });
  item.append(link);
  return item;
}

function mark(fault) {
  const cell = cellOf(fault.row, fault.column);
  const place = cell?.parentElement ?? document.querySelector(`#row-${CSS.escape(fault.row)} th`);
  if (!place) return;
  const words = document.createElement("span");
  words.className = "app-fault";
  words.textContent = fault.words;
  if (cell) {
    words.id = `fault-${fault.row}-${fault.column}`;
    if (!document.getElementById(words.id)) {
      cell.setAttribute("aria-invalid", "true");
      cell.setAttribute("aria-describedby", words.id);
    } else words.removeAttribute("id");
  }
  place.append(words);
}

// ------------------------------------------------------------------ typing, keys, pasting
table.addEventListener("focusin", (event) => { if (event.target.matches(".app-cell")) typed = event.target; });
table.addEventListener("focusout", () => { typed = null; });
table.addEventListener("input", (event) => { if (event.target.matches(".app-cell")) { typed = event.target; checkSoon(); } });
table.addEventListener("change", (event) => { if (event.target.matches(".app-cell")) { typed = null; make(setCell(event.target, event.target.value)); } });

table.addEventListener("click", (event) => {
  if (!event.target.matches(".app-remove-row")) return;
  const line = event.target.closest("tr");
  const near = line.nextElementSibling ?? line.previousElementSibling;
  const below = line.previousElementSibling?.dataset.row ?? "";
  make([{ do: "remove", row: line.dataset.row, below, cells: factsOf(line) }]);
  near?.querySelector(".app-cell")?.focus();
});

document.getElementById("grid-add").addEventListener("click", () => {
  const all = rows();
  const below = (document.querySelector("tr:focus-within[data-row]") ?? all.at(-1))?.dataset.row ?? "";
  const row = newKey();
  make([{ do: "add", row, below, cells: {} }]);
  cellOf(row, columns()[0])?.focus();
});

undoButton.addEventListener("click", undo);
redoButton.addEventListener("click", redo);
form.addEventListener("submit", (event) => { event.preventDefault(); saveSoon(0); });

function newKey() {
  return `n${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

function move(cell, down, across) {
  const lines = rows();
  const names = columns();
  const line = lines[lines.indexOf(cell.closest("tr")) + down];
  const name = names[names.indexOf(cell.dataset.column) + across];
  const next = line && name && cellOf(line.dataset.row, name);
  if (next) { next.focus(); next.select(); }
  return Boolean(next);
}

table.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!cell.matches(".app-cell")) return;
  const alone = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  const steps = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0],
    ArrowLeft: cell.selectionStart === 0 && (whole || cell.selectionEnd === 0) ? [0, -1] : null,
    ArrowRight: cell.selectionEnd === cell.value.length ? [0, 1] : null,
  };
  if (alone && steps[event.key] && move(cell, ...steps[event.key])) event.preventDefault();
  else if (alone && event.key === "Enter") event.preventDefault();
  else if (alone && event.key === "Escape") { cell.value = saved(cell); checkSoon(); }
});

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  // while a cell is being typed in, its own undo comes first
  if (typed && typed.value !== saved(typed)) return;
  if (key === "z" && !event.shiftKey && done.length) { event.preventDefault(); undo(); }
  else if ((key === "y" || (key === "z" && event.shiftKey)) && undone.length) { event.preventDefault(); redo(); }
});

// Cells of a spreadsheet come as lines with tabs between.
table.addEventListener("paste", (event) => {
  const cell = event.target;
  const text = event.clipboardData.getData("text/plain");
  if (!cell.matches(".app-cell") || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
  event.preventDefault();
  const pasted = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t").map(unquoted));
  const names = columns();
  const first = names.indexOf(cell.dataset.column);
  const lines = rows();
  const from = lines.indexOf(cell.closest("tr"));
  const changes = [];
  let below = lines.at(-1)?.dataset.row ?? "";
  let left = 0;
  pasted.forEach((parts, at) => {
    const line = lines[from + at];
    const facts = Object.fromEntries(parts.map((part, number) => [names[first + number], part.trim()]).filter(([name]) => name));
    if (line) {
      for (const [name, part] of Object.entries(facts)) changes.push(...setCell(cellOf(line.dataset.row, name), part));
    } else if (form.dataset.last) {
      const row = newKey();
      changes.push({ do: "add", row, below, cells: facts });
      below = row;
    } else left += 1;
  });
  make(changes);
  if (left) status.textContent = `${left} rows did not fit on this page and were not pasted: paste them on the last page.`;
});

function unquoted(part) {
  return /^".*"$/s.test(part) ? part.slice(1, -1).replaceAll('""', '"') : part;
}

window.addEventListener("beforeunload", (event) => { if (sending || waiting.length) event.preventDefault(); });
