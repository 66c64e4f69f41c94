// The list with nothing but the browser: text templates, one listener for each kind of event, and rows of one height, of which those
// in sight are there.
import { CAPTION, COLUMNS, NOTHING, addressOf, foundOf, isPlain, load, say } from "../shared/incidents.mjs";
import { BEYOND, ROW_HEIGHT, walk } from "../shared/table.mjs";

const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const esc = (text) => String(text).replace(/[&<>"]/g, (mark) => ESCAPED[mark]);
const select = ({ part, label, any, options }) =>
  `<div class="field"><label for="${part}">${esc(label)}</label><select id="${part}"><option value="">${esc(any)}</option>${options.map(({ value, label }) => `<option value="${esc(value)}">${esc(label)}</option>`).join("")}</select></div>`;
const day = ({ part, label }) => `<div class="field"><label for="${part}">${esc(label)}</label><input type="date" id="${part}"></div>`;
const cell = (at, content) => `<td role="cell"><span class="cell-name" aria-hidden="true">${COLUMNS[at]}</span><div>${content}</div></td>`;

const list = await load();
const root = document.querySelector("#root");
root.innerHTML = `<h1>${say.title}</h1><div class="incidents"><div class="incidents-narrowing" role="search" aria-label="${say.filter}"><div class="incidents-filter"><div class="field"><label for="text">${say.find}</label><input type="text" id="text" autocomplete="off"></div>${list.selects.map(select).join("")}</div><details class="fold"><summary>${say.more_filters}</summary><div class="incidents-filter">${list.folded.map(select).join("")}${list.days.map(day).join("")}</div></details></div><p class="incidents-found hint" role="status"></p><div class="incidents-tools"><button type="button" class="button" id="clear" hidden>${say.clear}</button></div><div class="incidents-shown window"><table class="incident-table" role="table"><caption>${esc(CAPTION)}</caption><thead role="rowgroup"><tr role="row">${COLUMNS.map((column) => `<th scope="col" role="columnheader">${column}</th>`).join("")}</tr></thead><tbody role="rowgroup"></tbody></table></div></div>`;
const [table, body, view, found, clear] = [".incident-table", "tbody", ".window", ".incidents-found", "#clear"].map((it) => root.querySelector(it));

let filter = NOTHING;
let shown = list.find(filter);
let height = ROW_HEIGHT;
let drawn = "";

function rowMarkup(entry, index) {
  const row = list.rowOf(entry);
  return `<tr role="row" data-index="${index}">${cell(0, `<span class="code">${row.number}</span>`)}<th scope="row" role="rowheader"><a href="${addressOf(row)}"><span dir="auto">${esc(row.title)}</span></a>${row.customer && `<p class="hint" dir="auto">${esc(row.customer)}</p>`}</th>${cell(2, esc(row.product))}${cell(3, esc(row.severity))}${cell(4, `<span class="badge ${row.tone}">${esc(row.status)}</span>`)}${cell(5, `<time datetime="${row.createdAt}">${esc(row.created)}</time>`)}${cell(6, `<span dir="auto">${esc(row.createdBy)}</span>`)}${cell(7, `${esc(row.payer)}<p class="hint">${esc(row.consumed)}</p>`)}</tr>`;
}

/** Draws the rows in sight anew, unless they are those that are there. The one with the focus keeps it. */
function draw(anew) {
  const first = Math.max(0, Math.floor(view.scrollTop / height) - BEYOND);
  const last = Math.min(shown.length, Math.ceil((view.scrollTop + view.clientHeight) / height) + BEYOND);
  if (!anew && drawn === `${first}-${last}`) return;
  drawn = `${first}-${last}`;
  const focused = body.contains(document.activeElement) ? document.activeElement.closest("tr").dataset.index : null;
  const gap = (rows) => (rows > 0 ? `<tr aria-hidden="true"><td class="gap" colspan="8"></td></tr>` : "");
  body.innerHTML = gap(first) + shown.slice(first, last).map((entry, at) => rowMarkup(entry, first + at)).join("") + gap(shown.length - last);
  const gaps = body.querySelectorAll(".gap");
  if (first > 0) gaps[0].style.height = `${first * height}px`;
  if (last < shown.length) gaps[gaps.length - 1].style.height = `${(shown.length - last) * height}px`;
  if (focused !== null) body.querySelector(`tr[data-index="${focused}"] a`)?.focus({ preventScroll: true });
}

function narrow(change) {
  filter = { ...filter, ...change };
  shown = list.find(filter);
  view.scrollTop = 0;
  draw(true);
  table.classList.toggle("none", shown.length === 0);
  found.textContent = foundOf(filter, shown.length);
  clear.hidden = isPlain(filter);
}

draw(true);
height = body.querySelector("tr[data-index]")?.getBoundingClientRect().height || ROW_HEIGHT;
draw(true);
view.addEventListener("scroll", () => draw(false), { passive: true });
root.addEventListener("input", ({ target }) => narrow({ [target.id]: target.value }));
clear.addEventListener("click", () => {
  for (const field of root.querySelectorAll("input, select")) field.value = "";
  narrow(NOTHING);
});
body.addEventListener("keydown", (key) => walk(key, shown.length, (index) => ((view.scrollTop = index * height), draw(false))));
