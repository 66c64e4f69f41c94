// The button that copies.
import { hidden, html } from "./html.mjs";

const caption = (w, what, inSight, copied) =>
  inSight ? w(copied ? "ui.copied_named" : "ui.copy_named", { what }) : copied ? w("ui.copied") : w("ui.copy");

/** `inSight` says what is copied before everybody's eyes; what has no text copies the page's address. */
export const copyButton = (w, what, text, inSight = false) =>
  html`<button type="button" class="button quiet" data-do="copy" data-what="${what}"${text && html` data-text="${text}"`}${inSight && html` data-in-sight`}><span>${caption(w, what, inSight, false)}${!inSight && hidden(what)}</span></button>`;

export async function copy(w, say, pressed) {
  const { what, text = location.href, inSight } = pressed.dataset;
  const show = (copied) => {
    pressed.firstElementChild.firstChild.textContent = caption(w, what, inSight !== undefined, copied);
  };
  try {
    await navigator.clipboard.writeText(text);
    show(true);
    setTimeout(show, 2000, false);
    say(w("ui.copied_named", { what }));
  } catch {
    say(w("ui.copy_failed"));
  }
}
