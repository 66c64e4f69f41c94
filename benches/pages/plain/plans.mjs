import { comparisonOf, keepQuotes, keptQuotes, periodsOf, planChoices, statusOf } from "../shared/plans.mjs";
import { badge, externalLink, html, options } from "./html.mjs";

/** The page's markup, and what its controls do. */
export function plans({ w, data, find }) {
  const hidden = new Set();
  const quotes = keptQuotes(data);
  let differencesOnly = false;
  const comparison = () => comparisonOf(w, data, hidden);
  const check = (name, id, label, checked) =>
    html`<label class="check"><input type="checkbox" data-name="${name}" data-id="${id}"${checked && html` checked`}><span>${label}</span></label>`;
  const markup = html`<div class="plans"><div class="plans-choices"><fieldset><legend>${w("plans.choose")}</legend><div class="row">${planChoices(w, data).map(({ id, name }) => check("plan", id, name, true))}</div></fieldset>${check("differences", "", w("plans.differences_only"), false)}</div><p class="plans-status hint" role="status"></p>${contentMarkup(w, comparison(), differencesOnly, quotes)}</div>`;

  const draw = () => {
    const now = comparison();
    const place = find(".plans");
    while (place.children.length > 2) place.lastElementChild.remove();
    place.insertAdjacentHTML("beforeend", String(contentMarkup(w, now, differencesOnly, quotes)));
    find(".plans-status").textContent = statusOf(w, now, differencesOnly);
  };
  return {
    markup,
    actions: {
      "change:plan": ({ dataset, checked }) => {
        if (checked) hidden.delete(dataset.id);
        else hidden.add(dataset.id);
        draw();
      },
      "change:differences": ({ checked }) => {
        differencesOnly = checked;
        draw();
      },
      "input:quote": ({ dataset, value }) => {
        quotes[dataset.id] = value;
        keepQuotes(data, quotes);
      },
      source: ({ id, dataset }) => {
        const source = find(`#source-${dataset.number}`);
        find(".source-back")?.remove();
        source.insertAdjacentHTML("beforeend", String(html`<button type="button" class="link source-back" data-do="back" data-figure="${id}">${w("plans.back")}</button>`));
        source.focus();
      },
      back: (pressed) => {
        find(`#${pressed.dataset.figure}`).focus();
        pressed.remove();
      },
    },
  };
}

function contentMarkup(w, { plans, rows, sources }, differencesOnly, quotes) {
  if (plans.length === 0) return null;
  const cell = (plan, content) =>
    html`<td role="cell"><span class="cell-name" aria-hidden="true">${plan.name}</span><div class="plan-figure">${content}</div></td>`;
  const row = (className, head, content) =>
    html`<tr role="row" class="${className}"><th scope="row" role="rowheader">${head}</th>${plans.map((plan) => cell(plan, content(plan)))}</tr>`;
  const figure = (id, { text, note, origin }) =>
    html`<p>${text}</p>${note && html`<p class="hint">${note}</p>`}${origin && html`<p class="plan-origin">${origin.caution && badge("warning", origin.caution)}<button type="button" class="link source-link" id="${id}" data-do="source" data-number="${origin.number}">${origin.text}</button></p>`}`;
  const shown = rows.filter(({ differs }) => differs || !differencesOnly);
  return html`<table class="plan-table" role="table"><caption>${w("plans.caption")}</caption><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader"><span class="visually-hidden">${w("plans.attribute")}</span></th>${plans.map(({ name }) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead><tbody role="rowgroup">${row("plan-summaries", w("plans.summary"), ({ summary }) => html`<p>${summary}</p>`)}${row("plan-held", w("plans.your_account"), ({ tone, held, lines }) => html`${badge(tone, held)}${lines.map((line) => html`<p>${line}</p>`)}`)}${shown.map((attribute) => html`<tr role="row"><th scope="row" role="rowheader">${attribute.name}</th>${attribute.cells.map((it, at) => cell(plans[at], figure(`figure-${attribute.id}-${plans[at].id}`, it)))}</tr>`)}${row("plan-quotes", html`${w("plans.quote")}<span class="hint">${w("plans.quote_hint")}</span>`, ({ id, quotable, quoteFor, quotePer }) => (quotable ? html`<input type="text" class="plan-quote" dir="auto" autocomplete="off" placeholder=" " maxlength="80" aria-label="${quoteFor}" data-name="quote" data-id="${id}" value="${quotes[id] ?? ""}"><select class="plan-quote" aria-label="${quotePer}" data-name="quote" data-id="${id}/per">${options(periodsOf(w), quotes[`${id}/per`] ?? "year")}</select>` : html`<p>${w("plans.quote_not_needed")}</p>`))}${row("plan-links", w("plans.read_on"), ({ url, link }) => (url ? externalLink(w, url, link) : html`<p>${w("plans.not_published")}</p>`))}</tbody></table><section class="sources" aria-labelledby="sources"><h2 id="sources">${w("plans.sources")}</h2><p class="hint">${w("plans.sources_hint")}</p><ol>${sources.map(({ number, title, url, about }) => html`<li id="source-${number}" tabindex="-1"><span class="source-name">${url ? externalLink(w, url, title) : html`<span>${title}</span>`}</span><span class="hint">${about}</span></li>`)}</ol></section>`;
}
