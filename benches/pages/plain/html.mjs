// Markup as text, with what is put into it escaped, and the parts that know neither routes nor the domain.
import { isSafe } from "../shared/plans.mjs";

class Markup {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const written = (value) =>
  value instanceof Markup
    ? value.text
    : Array.isArray(value)
      ? value.map(written).join("")
      : value === null || value === undefined || value === false
        ? ""
        : String(value).replace(/[&<>"]/g, (mark) => ESCAPED[mark]);

/** A template whose values are escaped unless they are markup themselves; nothing for null, undefined and false. */
export const html = (texts, ...values) => new Markup(texts.reduce((whole, text, at) => whole + written(values[at - 1]) + text));

const MARK = { info: "i", good: "✓", warning: "!", bad: "✕" };

export const hidden = (text) => html`<span class="visually-hidden"> ${text}</span>`;
export const badge = (tone, text) => html`<span class="badge ${tone}">${text}</span>`;
export const facts = (facts) =>
  html`<dl class="facts">${facts.map(({ name, value }) => html`<div class="fact"><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
export const notice = ({ tone = "info", title, urgent }, content) =>
  html`<div class="notice ${tone}"${urgent && html` role="alert"`}><span class="notice-mark" aria-hidden="true">${MARK[tone]}</span><div class="notice-body">${title && html`<p class="notice-title">${title}</p>`}${content}</div></div>`;
export const loading = (text) =>
  html`<div class="loading"><div class="bones" aria-hidden="true"><div class="bone wide"></div><div class="bone"></div><div class="bone short"></div></div><p role="status" class="loading-text">${text}</p></div>`;
/** `name` is the handler's in the page, where it is not the field's own id. */
export const textField = (id, label, { code = false, type = "text", maxLength = 200, name = id, value = "" } = {}) =>
  html`<div class="field"><label for="${id}">${label}</label><input type="${type}" id="${id}" data-name="${name}" class="${code && "code"}" autocomplete="off" spellcheck="${!code}" maxlength="${maxLength}" value="${value}"></div>`;
export const options = (choices, chosen) =>
  choices.map(({ value, text }) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`);
export const selectField = (id, label, choices, { name = id, value } = {}) =>
  html`<div class="field"><label for="${id}">${label}</label><select id="${id}" data-name="${name}">${options(choices, value)}</select></div>`;
/** `action` is the handler's name in the page. */
export const button = (action, content, { kind = "", whyNot } = {}) =>
  html`<button type="button" class="button ${kind}" data-do="${action}"${whyNot && html` aria-disabled="true" aria-describedby="why-${action}"`}>${content}</button>${whyNot && html`<p class="why-not" id="why-${action}">${whyNot}</p>`}`;
export const externalLink = (w, href, text) =>
  isSafe(href)
    ? html`<a class="external" href="${href}" target="_blank" rel="noopener noreferrer">${text}${hidden(w("ui.new_tab"))}</a>`
    : html`<span>${text}</span>`;
export const link = (base, to, content, className = "") => html`<a href="${base}/${to}" class="${className}" data-to="${to}">${content}</a>`;

/** What an element shows becomes this markup. */
export const fill = (element, markup) => {
  element.innerHTML = String(markup);
};
