// The whole app: markup is written once for each page, and every press is heard at the root.
import { load, problemSentence } from "../shared/backend.mjs";
import { aboutOf, accountButton, accountCard } from "../shared/frame.mjs";
import { wordsOf } from "../shared/words.mjs";
import { benefits } from "./benefits.mjs";
import { frame, page } from "./frame.mjs";
import { button, facts, fill, html, notice } from "./html.mjs";
import { incidents } from "./incidents.mjs";
import { plans } from "./plans.mjs";

const PAGES = { benefits, incidents, plans };

const root = document.getElementById("root");
const base = location.pathname.split("/").slice(0, 3).join("/");
const w = wordsOf(document.documentElement.lang, ...navigator.languages);
const find = (selector) => root.querySelector(selector);
const routeNow = () => location.pathname.slice(base.length + 1);

let turn = 0;
/** What the page on show does at a press, a change, a submit: by name. */
let actions = {};

if (!__PRERENDERED__) fill(root, frame(w, base, routeNow()));

function say(sentence) {
  find("[aria-live]").textContent = sentence;
}

function unfold(name, open) {
  const [what, control] = name === "menu" ? [find(".nav"), find(".menu-button")] : [find(".account-panel"), find(".account-button")];
  const next = open ?? !what.classList.contains("open");
  what.classList.toggle("open", next);
  control.setAttribute("aria-expanded", next);
}

/** Fetches what the page shows; `keep` leaves it on show meanwhile. */
async function show(keep = false) {
  const mine = ++turn;
  const route = routeNow();
  if (!keep) actions = {};
  const timer = setTimeout(() => {
    const text = find(".loading-text");
    if (mine === turn && text) text.textContent = w("ui.loading_slowly");
  }, 1000);
  try {
    const data = await load(route, w.lang);
    if (mine !== turn) return;
    shownAccount(data);
    put(PAGES[route]?.({ w, base, data, say, put, find, refresh: () => show(true) }));
  } catch (problem) {
    if (mine !== turn) return;
    put({
      markup: notice({ tone: "bad", title: w("shell.problem_load_title"), urgent: true }, html`<p>${problemSentence(w, problem)}</p>${button("retry", w("shell.retry"))}`),
      actions: { retry: () => open(false) },
    });
  } finally {
    clearTimeout(timer);
  }
}

/** Puts a page's content in the place of what was there. */
function put(content) {
  if (!content) return;
  actions = content.actions;
  const there = find(".page");
  while (there.children.length > 1) there.lastElementChild.remove();
  there.insertAdjacentHTML("beforeend", String(content.markup));
}

function shownAccount(data) {
  const { name, initial } = accountButton(w, data);
  const card = accountCard(w, data);
  find(".avatar").textContent = initial;
  find(".account-name").textContent = name;
  find(".foot").textContent = aboutOf(w, data);
  const panel = find(".account-panel");
  while (panel.children.length > 1) panel.firstElementChild.remove();
  panel.insertAdjacentHTML("afterbegin", String(html`<p class="account-who">${card.who}</p><p class="hint">${card.kind}</p>${facts(card.facts)}`));
}

function markCurrent() {
  for (const link of root.querySelectorAll(".nav a")) {
    if (link.dataset.to === routeNow()) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function open(fresh = true) {
  actions.leave?.();
  fill(find(".content"), page(w, routeNow()));
  markCurrent();
  unfold("menu", false);
  if (fresh) find("h1").focus();
  show();
}

const own = {
  skip: () => find("h1").focus(),
  menu: () => unfold("menu"),
  account: () => unfold("account"),
  switch: () => unfold("account", false),
};

root.addEventListener("click", (click) => {
  const to = click.target.closest("[data-to]");
  if (to && !(click.button || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey)) {
    click.preventDefault();
    history.pushState(null, "", `${base}/${to.dataset.to}`);
    return open();
  }
  const pressed = click.target.closest("[data-do]");
  if (!pressed || pressed.getAttribute("aria-disabled")) return;
  const name = pressed.dataset.do;
  (own[name] ?? actions[name])?.(pressed);
});
for (const type of ["input", "change"]) {
  root.addEventListener(type, ({ target }) => actions[`${type}:${target.dataset.name ?? target.id}`]?.(target));
}
root.addEventListener("keydown", (press) => actions.keydown?.(press));
root.addEventListener("submit", (event) => {
  event.preventDefault();
  actions.submit?.(event.target);
});
find(".account").addEventListener("keydown", (press) => {
  if (press.key !== "Escape" || !find(".account-panel.open")) return;
  press.stopPropagation();
  unfold("account", false);
  find(".account-button").focus();
});
find(".account").addEventListener("focusout", ({ currentTarget, relatedTarget }) => {
  if (!currentTarget.contains(relatedTarget)) unfold("account", false);
});
addEventListener("popstate", () => open());
markCurrent();
show();
