import { moreIncidents, problemSentence } from "../shared/backend.mjs";
import { captionOf, columnsOf, foundOf, narrowed, rowOf, statusesOf } from "../shared/incidents.mjs";
import { badge, button, fill, html, link, notice, textField } from "./html.mjs";

/** The page's markup, and what its controls do. */
export function incidents({ w, base, data, say, find }) {
  const newIncident = link(base, "incidents/new", w("incidents.new_incident"), "button primary");
  let list = data.incidents;
  let rows = list.incidents.map((incident) => rowOf(w, incident, data));
  if (rows.length === 0) {
    return {
      markup: html`<div class="empty"><h2>${w("incidents.empty_title")}</h2><p>${w("incidents.empty_text")}</p>${newIncident}</div>`,
      actions: {},
    };
  }
  const columns = columnsOf(w);
  const rowsMarkup = (rows) => html`${rows.map((row) => rowMarkup(base, columns, row))}`;
  const markup = html`<div class="incidents"><div class="incidents-tools"><div class="incidents-filter" role="search" aria-label="${w("incidents.filter")}">${textField("find", w("incidents.find"))}<div class="field"><label for="status">${w("incidents.column_status")}</label><select id="status"><option value="">${w("incidents.any_status")}</option>${statusesOf(w).map(({ value, text }) => html`<option value="${value}">${text}</option>`)}</select></div></div>${newIncident}</div><p class="incidents-found hint" role="status"></p><table class="incident-table" role="table"><caption>${captionOf(w)}</caption><thead role="rowgroup"><tr role="row">${columns.map((column) => html`<th scope="col" role="columnheader">${column}</th>`)}</tr></thead><tbody role="rowgroup">${rowsMarkup(rows)}</tbody></table>${list.next && html`<div class="incidents-more">${button("more", w("incidents.more"))}</div>`}</div>`;

  const narrow = () => {
    const [text, status] = [find("#find").value, find("#status").value];
    const shown = narrowed(rows, text, status);
    fill(find(".incident-table tbody"), rowsMarkup(shown));
    find(".incident-table").classList.toggle("none", shown.length === 0);
    find(".incidents-found").textContent = foundOf(w, rows, shown, text, status);
  };
  const more = async (pressed) => {
    const place = pressed.parentElement;
    place.querySelector(".notice")?.remove();
    pressed.setAttribute("aria-disabled", "true");
    try {
      const page = await moreIncidents(list.next);
      list = { incidents: [...list.incidents, ...page.incidents], next: page.next };
      rows = list.incidents.map((incident) => rowOf(w, incident, data));
      narrow();
      say(w("incidents.more_loaded", { count: page.incidents.length, all: rows.length }));
      if (!list.next) place.insertAdjacentHTML("beforeend", String(html`<p class="why-not">${w("incidents.all_loaded", { count: rows.length })}</p>`));
    } catch (problem) {
      place.insertAdjacentHTML("afterbegin", String(notice({ tone: "bad", title: w("incidents.more_failed"), urgent: true }, html`<p>${problemSentence(w, problem)}</p>`)));
    }
    if (list.next) pressed.removeAttribute("aria-disabled");
  };
  return { markup, actions: { "input:find": narrow, "change:status": narrow, more } };
}

function rowMarkup(base, columns, row) {
  const cell = (at, content) => html`<td role="cell"><span class="cell-name" aria-hidden="true">${columns[at]}</span><div>${content}</div></td>`;
  return html`<tr role="row">${cell(0, html`<span class="code">${row.number}</span>`)}<th scope="row" role="rowheader">${link(base, `incidents/${row.id}`, html`<span dir="auto">${row.title}</span>`)}${row.customer && html`<p class="hint" dir="auto">${row.customer}</p>`}</th>${cell(2, row.product)}${cell(3, row.severity)}${cell(4, badge(row.tone, row.statusText))}${cell(5, html`<time datetime="${row.createdAt}">${row.created}</time>`)}${cell(6, html`<span dir="auto">${row.createdBy}</span>`)}${cell(7, html`${row.payer}<p class="hint">${row.consumed}</p>`)}</tr>`;
}
