import { activate, linkContract, problemSentence, revealIds } from "../shared/backend.mjs";
import { SHOWN_FOR, benefitsOf, linkDone, linkErrors, linkFailure } from "../shared/benefits.mjs";
import { copy, copyButton } from "./copy.mjs";
import { badge, button, externalLink, facts, fill, hidden, html, link, notice, textField } from "./html.mjs";

/** The page's markup, and what its controls do. */
export function benefits({ w, base, data, say, find, refresh }) {
  const { heading, note, reminder, own, linked, coming, manage } = benefitsOf(w, data);
  const byKey = new Map([...own, ...linked].map((card) => [card.key, card]));
  const cards = (cards) => html`<ul class="cards">${cards.map((card) => html`<li>${cardMarkup(w, base, card)}</li>`)}</ul>`;
  const markup = html`<section class="section" aria-labelledby="own-benefits"><h2 id="own-benefits">${heading}</h2>${note && notice({}, html`<p>${note}</p>`)}${reminder && notice({ tone: "warning", title: reminder.title }, html`<p>${reminder.text}</p><p>${badge("info", reminder.tag)}</p>`)}<p>${link(base, "benefits/usage", w("benefits.usage"))}</p>${cards(own)}</section>${linked.length > 0 && html`<section class="section" aria-labelledby="linked-contracts"><h2 id="linked-contracts">${w("benefits.linked_heading")}</h2>${cards(linked)}</section>`}${coming.length > 0 && html`<section class="section" aria-labelledby="coming"><h2 id="coming">${w("benefits.coming")}</h2><div class="coming">${facts(coming.map(({ name, sentences }) => ({ name, value: html`${sentences.map((sentence) => html`<p>${sentence}</p>`)}` })))}</div></section>`}<section class="section" aria-labelledby="link-contract"><h2 id="link-contract">${w("benefits.link_title")}</h2><p class="lead">${w("benefits.link_text")}</p><form class="form link-form" novalidate><div class="link-errors" hidden></div>${textField("access-id", w("benefits.access_id"), { code: true, maxLength: 64 })}${textField("contract-id", w("benefits.contract_id"), { code: true, maxLength: 64 })}<div><button class="button primary" type="submit">${w("benefits.link_submit")}</button></div><div class="link-done" hidden></div></form></section><section class="section" aria-labelledby="next-steps"><h2 id="next-steps">${w("benefits.next_steps")}</h2><ul class="steps">${manage && html`<li>${externalLink(w, manage.url, manage.text)}</li>`}<li>${link(base, "plans", w("benefits.compare_plans"))}</li></ul></section>`;

  const cardOf = (element) => {
    const article = element.closest("article");
    return { article, card: byKey.get(article.dataset.key) };
  };
  return {
    markup,
    actions: {
      ids: (pressed) => {
        const { article, card } = cardOf(pressed);
        return toggleIds(w, say, article.querySelector(".ids"), card, pressed);
      },
      copy: (pressed) => copy(w, say, pressed),
      activate: (pressed) => cardOf(pressed).article.querySelector("dialog").showModal(),
      cancel: (pressed) => pressed.closest("dialog").close(),
      confirm: (pressed) => confirm(w, say, cardOf(pressed), pressed, refresh),
      submit: (form) => submit(w, say, form, data.account, refresh),
      "go-to-field": ({ dataset }) => find(`#${dataset.field}`).focus(),
    },
  };
}

const idsMarkup = (w, card, shown) =>
  html`<dl>${card.ids.map(({ field, label, masked }) => html`<div class="id-line"><dt>${label}</dt><dd><span class="code">${shown?.[field] ?? masked}</span>${shown && copyButton(w, label, shown[field])}</dd></div>`)}</dl>${card.mayReveal && button("ids", html`${w(shown ? "benefits.hide_ids" : "benefits.show_ids")}${hidden(card.of)}`)}${shown && html`<p class="hint">${w("benefits.ids_care")}</p>`}`;

function cardMarkup(w, base, card) {
  const id = `benefit-${card.key}`;
  const { meter, activation } = card;
  return html`<article class="card benefit" aria-labelledby="${id}" data-key="${card.key}"><div class="card-head"><div><h3 id="${id}" tabindex="-1">${card.name}</h3>${card.holder && html`<p class="hint">${card.holder}</p>`}</div>${badge(card.tone, card.state)}</div>${card.text && html`<p>${card.text}</p>`}${meter && meterMarkup(meter)}${card.pace && paceMarkup(w, card.pace)}${facts(card.facts)}${card.ids && html`<div class="ids">${idsMarkup(w, card, null)}</div>`}${card.reference && link(base, `benefits/usage?contract=${card.reference}`, html`${w("benefits.history")}${hidden(card.of)}`)}<div class="card-actions">${card.usable && link(base, `incidents/new?contract=${card.reference}`, html`${w("benefits.new_incident")}${hidden(card.of)}`, "button")}${activation && html`<div>${button("activate", html`${activation.text}${hidden(card.name)}`, { kind: "primary", whyNot: activation.whyNot })}</div>${dialogMarkup(w, card)}${activation.message && messageMarkup(w, card)}`}</div></article>`;
}

const meterMarkup = (meter) =>
  meter.max === undefined
    ? html`<p class="meter-text">${meter.text}</p>`
    : html`<div class="${meter.class}"><div class="meter-track" role="meter" aria-label="${meter.label}" aria-valuemin="0" aria-valuemax="${meter.max}" aria-valuenow="${meter.value}" aria-valuetext="${meter.text}"><div class="meter-fill" style="inline-size:${meter.fill}"></div></div><p class="meter-text" aria-hidden="true">${meter.text}</p></div>`;

const paceMarkup = (w, { early, text, basis }) =>
  facts([{ name: w("benefits.pace"), value: html`${early && badge("warning", early)}<p>${text}</p>${basis && html`<p class="hint">${basis}</p>`}` }]);

/** A message to those who may activate the benefit, and the ways to send it. */
const messageMarkup = (w, { of, activation: { message } }) =>
  html`<details class="fold message"><summary>${w("benefits.message")}${hidden(of)}</summary><p class="message-text" dir="auto">${message.text}</p><div class="row">${copyButton(w, w("benefits.message_name"), message.text, true)}${externalLink(w, message.mail, w("benefits.message_mail"))}</div></details>`;

const dialogMarkup = (w, { key, activation: { title, explain } }) =>
  html`<dialog aria-labelledby="dialog-${key}"><div class="dialog-head"><h2 id="dialog-${key}" tabindex="-1" autofocus>${title}</h2><button type="button" class="button quiet icon" aria-label="${w("ui.close")}" data-do="cancel"><span aria-hidden="true">✕</span></button></div><div class="dialog-body"><p>${explain}</p><div class="dialog-problem" hidden></div><div class="dialog-actions">${button("confirm", w("benefits.activate_confirm"), { kind: "primary" })}${button("cancel", w("benefits.cancel"))}</div></div></dialog>`;

/** The two IDs: masked, shown for a minute when asked for, copied. */
async function toggleIds(w, say, place, card, pressed) {
  const giveUp = () => {
    clearTimeout(place.timer);
    removeEventListener("pagehide", giveUp);
    place.giveUp = null;
    fill(place, idsMarkup(w, card, null));
  };
  const hide = () => {
    giveUp();
    say(w("benefits.ids_hidden"));
  };
  if (place.giveUp) {
    place.giveUp();
    return say(w("benefits.ids_hidden"));
  }
  pressed.setAttribute("aria-busy", "true");
  try {
    fill(place, idsMarkup(w, card, await revealIds(card.reference)));
    place.giveUp = giveUp;
    place.timer = setTimeout(hide, SHOWN_FOR);
    addEventListener("pagehide", giveUp);
    say(w("benefits.ids_shown"));
  } catch (problem) {
    place.insertAdjacentHTML("beforeend", String(notice({ tone: "bad", urgent: true }, html`<p>${problemSentence(w, problem)}</p>`)));
  }
  pressed.removeAttribute("aria-busy");
}

async function confirm(w, say, { article, card }, pressed, refresh) {
  pressed.setAttribute("aria-disabled", "true");
  try {
    await activate(card.key);
    pressed.closest("dialog").close();
    say(card.activation.done);
    article.querySelector("h3").focus();
    refresh();
  } catch (problem) {
    const place = article.querySelector(".dialog-problem");
    fill(place, notice({ tone: "bad", title: w("shell.problem_title"), urgent: true }, html`<p>${problemSentence(w, problem)}</p>`));
    place.hidden = false;
  }
  pressed.removeAttribute("aria-disabled");
}

async function submit(w, say, form, account, refresh) {
  const [accessId, contractId] = ["#access-id", "#contract-id"].map((id) => form.querySelector(id).value);
  const press = form.querySelector("[type=submit]");
  if (press.getAttribute("aria-busy")) return;
  form.querySelector(".link-done").hidden = true;
  let outcome = { errors: linkErrors(w, accessId, contractId) };
  if (outcome.errors.length === 0) {
    press.setAttribute("aria-busy", "true");
    try {
      const said = linkDone(w, account, await linkContract(accessId.trim(), contractId.trim()));
      form.reset();
      const done = form.querySelector(".link-done");
      fill(done, notice({ tone: "good" }, html`<p>${said}</p>`));
      done.hidden = false;
      say(said);
      refresh();
    } catch (problem) {
      outcome = linkFailure(w, problem, problemSentence(w, problem));
    }
    press.removeAttribute("aria-busy");
  }
  const place = form.querySelector(".link-errors");
  const { errors, problem } = outcome;
  place.hidden = errors.length === 0 && !problem;
  fill(
    place,
    problem
      ? notice({ tone: "bad", title: w("benefits.link_failed"), urgent: true }, html`<p>${problem}</p>`)
      : errors.length > 0 &&
          html`<div class="error-summary" role="alert" tabindex="-1"><h2>${w("ui.error_summary")}</h2><ul>${errors.map(({ field, text }) => html`<li><button type="button" class="link" data-do="go-to-field" data-field="${field}">${text}</button></li>`)}</ul></div>`,
  );
  place.querySelector(".error-summary")?.focus();
  for (const field of ["access-id", "contract-id"]) {
    const input = form.querySelector(`#${field}`);
    const error = errors.find((error) => error.field === field);
    input.parentElement.classList.toggle("invalid", Boolean(error));
    input.parentElement.querySelector(".field-error")?.remove();
    if (error) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `${field}-error`);
      input.insertAdjacentHTML("afterend", String(html`<p class="field-error" id="${field}-error">${error.text}</p>`));
    } else {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
  }
}
