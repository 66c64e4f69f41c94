import { PAGE, nextPage, problemSentence } from "../shared/backend.mjs";
import { exportView } from "../shared/export.mjs";
import { captionOf, columnsOf, filtersOf, foundOf, isEmpty, longer, rowOf, walk } from "../shared/incidents.mjs";
import { PLAIN, SETTLED, isPlain, isSame, isUnfolded, putView } from "../shared/view.mjs";
import { copy, copyButton } from "./copy.mjs";
import { badge, button, fill, html, link, notice, selectField, textField } from "./html.mjs";

/** The page's markup, and what its controls do. */
export function incidents({ w, base, data, say, put, find }) {
  const newIncident = link(base, "incidents/new", w("incidents.new_incident"), "button primary");
  const empty = {
    markup: html`<div class="empty"><h2>${w("incidents.empty_title")}</h2><p>${w("incidents.empty_text")}</p>${newIncident}</div>`,
    actions: {},
  };
  let list = data.list;
  if (isEmpty(list)) return empty;
  // What the controls say, and what the address asks for a moment later.
  let view = list.view;
  let asked = view;
  let turn = 0;
  let timer;
  const columns = columnsOf(w);
  const rowsMarkup = () => html`${list.incidents.map((incident) => rowMarkup(base, columns, rowOf(w, incident, data)))}`;
  const moreMarkup = () => list.next && button("more", w("incidents.more"));
  const clearMarkup = () => !isPlain(asked) && button("clear", w("incidents.clear"));
  const markup = html`<div class="incidents">${narrowingMarkup(w, data, view)}<div class="incidents-problem" hidden></div><p class="incidents-found hint" role="status">${foundOf(w, asked, list)}</p><div class="incidents-tools">${newIncident}${clearMarkup()}${copyButton(w, w("incidents.view_link"), null, true)}<div class="incidents-export"><div class="row">${button("csv", w("incidents.export_csv"), { kind: "quiet" })}${button("json", w("incidents.export_json"), { kind: "quiet" })}</div></div></div><div class="incidents-shown"><table class="incident-table" role="table"><caption>${captionOf(w)}</caption><thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}</tr></thead><tbody role="rowgroup">${rowsMarkup()}</tbody></table></div><div class="incidents-more"${!list.next && html` hidden`}>${moreMarkup()}</div></div>`;

  const drawTable = () => {
    fill(find(".incident-table tbody"), rowsMarkup());
    find(".incident-table").classList.toggle("none", list.incidents.length === 0);
  };
  const drawState = (problem) => {
    find(".incidents-found").textContent = foundOf(w, asked, list);
    const shown = find(".incidents-shown");
    if (problem || isSame(asked, list.view)) shown.removeAttribute("aria-busy");
    else shown.setAttribute("aria-busy", "true");
    const place = find(".incidents-problem");
    place.hidden = !problem;
    fill(
      place,
      problem && notice({ tone: "bad", title: w("shell.problem_load_title"), urgent: true }, html`<p>${problemSentence(w, problem)}</p>${button("again", w("shell.retry"))}`),
    );
    const clear = find("[data-do=clear]");
    if (isPlain(asked)) clear?.remove();
    else if (!clear) find(".incidents-tools .primary").insertAdjacentHTML("afterend", String(clearMarkup()));
  };
  const ask = async (wanted) => {
    const mine = ++turn;
    putView(wanted);
    asked = wanted;
    drawState();
    try {
      const first = await nextPage(wanted, PAGE);
      if (mine !== turn) return;
      list = { view: wanted, ...first };
      if (isEmpty(list)) return put(empty);
      drawTable();
      const more = find(".incidents-more");
      more.hidden = !list.next;
      fill(more, moreMarkup());
      drawState();
    } catch (problem) {
      if (mine === turn) drawState(problem);
    }
  };
  const narrow = ({ id, value }) => {
    view = { ...view, [id]: value };
    clearTimeout(timer);
    if (!isSame(view, asked)) timer = setTimeout(() => ask(view), SETTLED);
  };
  const clear = () => {
    clearTimeout(timer);
    view = PLAIN;
    for (const field of find(".incidents-narrowing").querySelectorAll("input, select")) field.value = "";
    ask(PLAIN);
  };
  const more = async (pressed) => {
    const place = pressed.parentElement;
    const { view, incidents, next } = list;
    place.querySelector(".notice")?.remove();
    pressed.setAttribute("aria-disabled", "true");
    try {
      const page = await nextPage(view, PAGE, next);
      list = longer(list, next, page);
      drawTable();
      drawState();
      say(w("incidents.more_loaded", { count: page.incidents.length, all: incidents.length + page.incidents.length }));
      if (!list.next) place.insertAdjacentHTML("beforeend", String(html`<p class="why-not">${w("incidents.all_loaded", { count: list.incidents.length })}</p>`));
    } catch (problem) {
      place.insertAdjacentHTML("afterbegin", String(notice({ tone: "bad", title: w("incidents.more_failed"), urgent: true }, html`<p>${problemSentence(w, problem)}</p>`)));
    }
    if (list.next) pressed.removeAttribute("aria-disabled");
  };

  let stop;
  const tell = (text) => {
    const row = find(".incidents-export .row");
    for (const pressed of row.querySelectorAll(".quiet")) {
      for (const state of ["aria-disabled", "aria-busy"]) {
        if (text) pressed.setAttribute(state, "true");
        else pressed.removeAttribute(state);
      }
    }
    const hint = row.querySelector(".hint");
    if (hint && text) hint.textContent = text;
    else if (text) row.insertAdjacentHTML("beforeend", String(html`<span class="hint">${text}</span>${button("stop", w("incidents.export_stop"))}`));
    else for (const over of row.querySelectorAll(".hint, [data-do=stop]")) over.remove();
  };
  const fail = (sentence) =>
    find(".incidents-export").insertAdjacentHTML("beforeend", String(notice({ tone: "bad", title: w("incidents.export_failed"), urgent: true }, html`<p>${sentence}</p>`)));
  const start = (as) => () => {
    find(".incidents-export .notice")?.remove();
    stop = exportView(w, data, asked, as, { tell, fail, say });
  };
  return {
    markup,
    actions: {
      "input:view": narrow,
      keydown: (press) => press.target.closest(".incident-table") && walk(press),
      clear,
      again: () => ask(asked),
      more,
      copy: (pressed) => copy(w, say, pressed),
      csv: start("csv"),
      json: start("json"),
      stop: () => {
        stop();
        tell("");
        say(w("incidents.export_stopped"));
        find(".incidents-export button").focus();
      },
      leave: () => {
        turn += 1;
        clearTimeout(timer);
        stop?.();
      },
    },
  };
}

/** What the list can be narrowed by: the most usual in sight, the rest folded until the address says one of it. */
function narrowingMarkup(w, data, view) {
  const { inSight, folded } = filtersOf(w, data);
  const field = ({ part, label, type, choices }) =>
    choices ? selectField(part, label, choices, { name: "view", value: view[part] }) : textField(part, label, { type, name: "view", value: view[part] });
  return html`<div class="incidents-narrowing" role="search" aria-label="${w("incidents.filter")}"><div class="incidents-filter">${inSight.map(field)}</div><details class="fold"${isUnfolded(view) && html` open`}><summary>${w("incidents.more_filters")}</summary><div class="incidents-filter">${folded.map(field)}</div></details></div>`;
}

function rowMarkup(base, columns, row) {
  const cell = (at, content) => html`<td role="cell"><span class="cell-name" aria-hidden="true">${columns[at]}</span><div>${content}</div></td>`;
  return html`<tr role="row">${cell(0, html`<span class="code">${row.number}</span>`)}<th scope="row" role="rowheader">${link(base, `incidents/${row.id}`, html`<span dir="auto">${row.title}</span>`)}${row.test && html` ${badge("info", row.test)}`}${row.customer && html`<p class="hint" dir="auto">${row.customer}</p>`}</th>${cell(2, row.product)}${cell(3, row.severity)}${cell(4, badge(row.tone, row.statusText))}${cell(5, html`<time datetime="${row.createdAt}">${row.created}</time>`)}${cell(6, html`<span dir="auto">${row.createdBy}</span>`)}${cell(7, html`${row.payer}<p class="hint">${row.consumed}</p>`)}</tr>`;
}
