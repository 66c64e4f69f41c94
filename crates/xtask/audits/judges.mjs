// The judges of a page that is open. Each gives what it found as { rule, what, where }, and none of the rules is ours,
// but for what must fit (fits.mjs).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export { fits } from "./fits.mjs";

const { AUDITS } = process.env;
const installed = createRequire(join(AUDITS, "package.json"));
const text = (path) => readFileSync(installed.resolve(path), "utf8");
const version = (name) => JSON.parse(text(`${name}/package.json`)).version;

const ACE = text("accessibility-checker-engine/ace.js");
const SNIFFER = text("@pa11y/html_codesniffer/build/HTMLCS.js");
const VNU = installed.resolve("vnu-jar/build/dist/vnu.jar");
const { HtmlValidate } = installed("html-validate");

export const VERSIONS = {
  equalAccess: version("accessibility-checker-engine"),
  sniffer: version("@pa11y/html_codesniffer"),
  htmlValidate: version("html-validate"),
  vnu: version("vnu-jar"),
  lighthouse: version("lighthouse"),
};

/** IBM Equal Access, the rules of WCAG 2.2, with what it holds for possible; as its own command line does. What is folded is unfolded. */
export async function equalAccess(page) {
  await page.evaluate(() => document.querySelector("partner-support").shadowRoot.querySelectorAll("details").forEach((fold) => (fold.open = true)));
  await page.evaluate(`globalThis.ace ?? (() => { ${ACE}; globalThis.ace = ace; })()`);
  return page.evaluate(async () => {
    const { results } = await new globalThis.ace.Checker().check(document, ["WCAG_2_2"]);
    return results
      .filter(({ value: [level, outcome] }) => level === "VIOLATION" && (outcome === "FAIL" || outcome === "POTENTIAL"))
      .map(({ ruleId, reasonId, message, snippet, path }) => ({ rule: `${ruleId} ${reasonId}`, what: message, where: `${path.dom} ${snippet}` }));
  });
}

/**
 * What the element shows, as a plain document with its styles: for judges that do not look into shadow roots, or that read
 * text.
 */
export async function asDocument(page) {
  const { language, direction, title, styles, body } = await page.evaluate(() => {
    const root = document.querySelector("partner-support").shadowRoot;
    const mount = root.querySelector(".mount");
    const styles = root.adoptedStyleSheets.flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join("\n");
    const { lang, dir } = mount.closest("[lang]") ?? document.documentElement;
    const copy = mount.cloneNode(true);
    // Where the framework knows its places by.
    const comments = document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT);
    const marks = [];
    while (comments.nextNode()) marks.push(comments.currentNode);
    marks.forEach((mark) => mark.remove());
    return { language: lang, direction: dir, title: document.title, styles, body: copy.outerHTML };
  });
  const direct = direction ? ` dir="${direction}"` : "";
  const head = `<meta charset="utf-8"><title>${title.replaceAll("<", "&lt;")}</title>`;
  return {
    bare: `<!DOCTYPE html>\n<html lang="${language}"${direct}>\n<head>${head}</head>\n<body>${body}</body>\n</html>\n`,
    styled: `<!DOCTYPE html><html lang="${language}"${direct}><head>${head}<style>${styles.replaceAll(/:host\(:state\([\w-]+\)\)/g, ":host-not").replaceAll(":host", "body")}</style></head><body>${body}</body></html>`,
  };
}

/** HTML_CodeSniffer, the one that pa11y runs, by WCAG 2 AA. Its warnings and notices are questions to a person. */
export async function sniffer(page, document) {
  await page.setContent(document);
  await page.evaluate(SNIFFER);
  return page.evaluate(
    () =>
      new Promise((done, failed) => {
        const ERROR = 1;
        const found = () =>
          globalThis.HTMLCS.getMessages()
            .filter(({ type }) => type === ERROR)
            .map(({ code, msg, element }) => ({ rule: code, what: msg, where: element.outerHTML?.slice(0, 200) ?? "" }));
        globalThis.HTMLCS.process("WCAG2AA", globalThis.document, () => done(found()), failed);
      }),
  );
}

/** The Nu HTML checker, for many documents at once: it takes longer to start than to check. */
export async function nu(documents) {
  const args = ["-Xss8m", "-jar", VNU, "--format", "json", "--exit-zero-always", ...documents];
  const child = spawn("java", args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (more) => (said += more));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`the Nu HTML checker ended with ${code}: ${said.slice(0, 2000)}`);
  return JSON.parse(said).messages.map(({ url, type, message, extract, lastLine }) => ({
    document: url,
    rule: type,
    what: message,
    where: `line ${lastLine}: ${extract ?? ""}`,
  }));
}

/** How browsers write a document out, which is no choice of ours. */
const HOW_IT_IS_WRITTEN = { "attribute-boolean-style": "off", "no-inline-style": "off", "void-style": "off" };

/** html-validate, by its recommended rules and those for documents and accessibility. */
export async function htmlValidate(document) {
  const validator = new HtmlValidate({ root: true, extends: ["html-validate:recommended", "html-validate:document", "html-validate:a11y"], rules: HOW_IT_IS_WRITTEN });
  const { results } = await validator.validateString(document);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector, line, column }) => ({ rule: ruleId, what: message, where: `${selector ?? ""} ${line}:${column} ${document.split("\n")[line - 1]?.slice(Math.max(0, column - 40), column + 120) ?? ""}` })),
  );
}

/** What else readers and host pages wish for, made so and undone: each page has to fit then, too. */
export const WISHES = {
  "WCAG's text spacing": spaced,
  compact: (page, on) => page.evaluate((on) => document.querySelector("partner-support").setAttribute("density", on ? "compact" : ""), on),
  // The site with it: what runs out at the end of a line would else be where nobody can scroll to.
  "right to left": (page, on) =>
    page.evaluate((on) => {
      const { shadowRoot: root } = document.querySelector("partner-support");
      for (const part of [document.documentElement, root.querySelector(".mount")]) {
        if (on) part.ownDirection = part.getAttribute("dir");
        const direction = on ? "rtl" : part.ownDirection;
        if (direction === null) part.removeAttribute("dir");
        else part.setAttribute("dir", direction);
      }
    }, on),
};

/** WCAG 1.4.12: the reader's own distances between lines, paragraphs, letters and words. */
async function spaced(page, on) {
  await page.evaluate((on) => {
    const { shadowRoot: root } = document.querySelector("partner-support");
    globalThis.spacing ??= new CSSStyleSheet();
    globalThis.spacing.replaceSync(
      "*, .mount { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }",
    );
    const others = root.adoptedStyleSheets.filter((sheet) => sheet !== globalThis.spacing);
    root.adoptedStyleSheets = on ? [...others, globalThis.spacing] : others;
  }, on);
}
