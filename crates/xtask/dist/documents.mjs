// The pages that anybody may read, each as a document of its own in every language: whole without the program and without JavaScript,
// for readers in a hurry and for search engines. They are taken from the app itself, which draws them in Chromium from a programme's
// data; where JavaScript runs, the element takes them over.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { dataLicences } from "./contents.mjs";
import { inLanguages, opened } from "./prerendered.mjs";
import { DOCUMENT_STYLES } from "./release.mjs";

/** The pages by their paths; the folder of a document is called the same. */
const PUBLIC = ["/plans", "/coverage", "/rules"];
/** Beside the documents, not in a release: that stays as it is when the programme changes. */
const LICENCES = "licences.txt";

/**
 * The documents of a programme's file, by their paths under the channel: `plans/index.html`, `fr/plans/index.html`; and the licences of
 * what is in them. `build` is the app's, `browser` a Chromium from playwright, `version` the release's. Each is drawn for the day as of which the
 * programme's figures stand.
 */
export async function documents({ build, browser, programme, version }) {
  const [policy] = readFileSync(join(build, "page.html"), "utf8").match(/<meta\s+http-equiv="Content-Security-Policy"[^>]+>/);
  const data = readFileSync(programme, "utf8");
  const { as_of, name, sources } = JSON.parse(data);
  const licences = dataLicences({ name, sources });
  const { page, close } = await opened(build, browser, (path) =>
    path === "/programme" ? { contentType: "application/json", body: data } : { status: 401, contentType: "application/problem+json", body: '{"type":"about:blank","status":401}' },
  );
  await page.clock.setFixedTime(`${as_of}T12:00:00Z`);
  const drawn = [];
  for (const language of inLanguages()) {
    for (const path of PUBLIC) drawn.push({ language, path, ...(await page.evaluate(whole, [language, path, PUBLIC])) });
  }
  await close();
  const written = drawn.map((it) => [`${folderOf(it)}index.html`, document({ ...it, programme: name, policy, version, drawn, licensed: licences !== null })]);
  return new Map(licences === null ? written : [...written, [LICENCES, licences]]);
}

const folderOf = ({ language, path }) => `${language === "en" ? "" : `${language}/`}${path.slice(1)}/`;
const text = (given) => given.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

function document({ language, dir, path, title, lead, html, programme, policy, version, drawn, licensed }) {
  const up = "../".repeat(folderOf({ language, path }).split("/").length - 1);
  const files = `${up}../${version}`;
  const others = drawn.filter((other) => other.path === path && other.language !== language);
  const inOwnWords = (other) => new Intl.DisplayNames([other], { type: "language" }).of(other);
  return `<!doctype html>
<html lang="${language}" dir="${dir}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    ${policy}
    <title>${text(title)} – ${text(programme)}</title>
    <meta name="description" content="${text(lead)}" />
    <link rel="icon" href="data:," />${licensed ? `\n    <link rel="license" href="${up}${LICENCES}" />` : ""}
    <link rel="stylesheet" href="${files}/${DOCUMENT_STYLES}" />
${others.map((other) => `    <link rel="alternate" hreflang="${other.language}" href="${up}${folderOf(other)}" />`).join("\n")}
    <script type="module" src="${files}/page.js"></script>
    <script type="module" src="${up}embed.js"></script>
  </head>
  <body>
    <main>
      <partner-support view="${path}"><template shadowrootmode="open"><link rel="stylesheet" href="${files}/${DOCUMENT_STYLES}" /><div class="mount" data-page="${path}">${html.replaceAll("{up}", up).replaceAll("{in}", language === "en" ? "" : `${language}/`)}</div></template></partner-support>
    </main>
    <nav class="languages">
${others.map((other) => `      <a href="${up}${folderOf(other)}" lang="${other.language}" dir="${other.dir}" hreflang="${other.language}">${text(inOwnWords(other.language))}</a>`).join("\n")}
    </nav>
  </body>
</html>
`;
}

/** In the page: what the element shows of a page to a reader who is not signed in, once all of it is there. */
async function whole([language, path, others]) {
  await import("/embed.js");
  history.replaceState(null, "", `#/support${path}`);
  const element = window.document.createElement("partner-support");
  element.setAttribute("locale", language);
  const frame = () => element.shadowRoot.querySelector(".app");
  const named = new Promise((resolve) => element.addEventListener("navigate", ({ detail }) => resolve(detail.title), { once: true }));
  window.document.body.append(element);
  const title = await named;
  await new Promise((resolve) => {
    const look = () => frame().querySelector(".loading") || resolve();
    new MutationObserver(look).observe(frame(), { childList: true, subtree: true });
    look();
  });
  if (frame().querySelector('[role="alert"]')) throw new Error(`${path}: ${frame().querySelector('[role="alert"]').textContent}`);
  const copy = frame().cloneNode(true);
  // What is a property alone would be lost.
  frame().querySelectorAll("input, option, textarea").forEach((control, place) => {
    const written = copy.querySelectorAll("input, option, textarea")[place];
    written.toggleAttribute("checked", control.checked === true);
    written.toggleAttribute("selected", control.selected === true);
    if (control.localName === "textarea") written.textContent = control.value;
    else if (control.localName === "input" && control.type !== "checkbox" && control.type !== "radio") written.setAttribute("value", control.value);
  });
  for (const link of copy.querySelectorAll('a[href^="#/support"]')) {
    const page = link.getAttribute("href").slice("#/support".length);
    const document = others.find((other) => page === other || page.startsWith(`${other}/`) || page.startsWith(`${other}?`));
    link.setAttribute("href", (document ? `{up}{in}${document.slice(1)}/` : "{up}") + (page === document ? "" : `#/support${page}`));
  }
  // Marks between which the program puts what comes later.
  const marks = window.document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (marks.nextNode()) found.push(marks.currentNode);
  for (const mark of found) mark.remove();
  const lead = copy.querySelector(".lead")?.textContent ?? "";
  element.remove();
  return { title, lead, dir: copy.dir, html: copy.outerHTML };
}
