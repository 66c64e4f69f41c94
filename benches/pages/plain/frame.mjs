// What surrounds every page, as markup: the same in the browser and when a page is prerendered.
import { headOf, navOf } from "../shared/frame.mjs";
import { button, html, link, loading } from "./html.mjs";

export const frame = (w, base, route) => html`<div class="app" lang="${w.lang}" dir="ltr"><button type="button" class="skip" data-do="skip">${w("shell.skip")}</button><div class="top"><p class="product"><span class="product-mark" aria-hidden="true"></span>${w("shell.product")}</p><button type="button" class="button quiet menu-button" aria-expanded="false" data-do="menu">${w("shell.menu")}</button><nav class="nav" aria-label="${w("shell.navigation")}"><ul>${navOf(w).map((to) => html`<li>${link(base, to.route, to.text)}</li>`)}</ul></nav><div class="account"><button type="button" class="button quiet account-button" aria-expanded="false" aria-controls="account-panel" data-do="account"><span class="avatar" aria-hidden="true"></span><span class="visually-hidden">${w("shell.account_of")} </span><span class="account-name">${w("shell.account")}</span></button><div class="account-panel" id="account-panel" tabindex="-1">${button("switch", w("shell.switch_account"))}</div></div></div><div class="content">${page(w, route)}</div><p class="foot"></p><p class="visually-hidden" role="status" aria-live="polite"></p></div>`;

/** A page without its data. */
export function page(w, route) {
  const { title, lead } = headOf(w, route);
  return html`<div class="page"><div class="page-head"><h1 id="page-title" tabindex="-1">${title}</h1><p class="lead">${lead}</p></div>${loading("")}</div>`;
}
