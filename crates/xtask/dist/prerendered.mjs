// What the app shows of each page until its data is there, taken from the app itself: it runs in Chromium, in every language, and
// its server does not answer. The loader shows that at once, long before the program is there.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { PAGES } from "./pages.mjs";

const root = new URL("../../../", import.meta.url);

/** What every page asks for. */
const ALWAYS = ["/account", "/programme"];
/** What anybody gets. */
const OPEN = ["/programme"];

const HERE = "http://shells.invalid";
const TYPES = { js: "text/javascript", css: "text/css", wasm: "application/wasm", json: "application/json", txt: "text/plain" };

/**
 * The shells of a build, in a Chromium from playwright: `{ shells: { "/benefits": … }, texts: { en: […], … }, asks: { "/benefits":
 * ["/account", …] }, open: [] }`. The languages share each shell: a number in it is the place of a text in each list of `texts`.
 */
export async function prerendered(build, browser) {
  // The server never answers.
  const { page, close } = await opened(build, browser, () => undefined);
  const languages = inLanguages();
  const shared = sharing(languages);
  const shells = {};
  for (const [path, { like }] of Object.entries(PAGES)) {
    if (like) shells[path] = leadless(shells[like]);
    else {
      const drawn = await Promise.all(languages.map((language) => page.evaluate(shown, [language, exampleOf(path)])));
      shells[path] = shared.one(drawn.map(named), path);
    }
  }
  await close();
  const asks = Object.fromEntries(Object.entries(PAGES).map(([page, { asks }]) => [page, [...ALWAYS, ...asks]]));
  return { shells, texts: shared.texts, asks, open: OPEN };
}

/** A shell without the sentence under its title. */
function leadless(node) {
  if (!Array.isArray(node)) return node;
  const isLead = (child) => child[1]?.class?.split(" ").includes("lead");
  return node.filter((child) => !isLead(child)).map(leadless);
}

/** Makes one shell of those that differ in their texts alone; `texts` then has these by language. */
function sharing(languages) {
  const places = new Map();
  const texts = Object.fromEntries(languages.map((language) => [language, []]));
  const one = (drawn, path) => {
    const [first] = drawn;
    if (drawn.every((other) => other === first)) return first;
    if (drawn.every((it) => typeof it === "string")) {
      const key = JSON.stringify(drawn);
      if (!places.has(key)) places.set(key, texts[languages[0]].length);
      languages.forEach((language, place) => (texts[language][places.get(key)] = drawn[place]));
      return places.get(key);
    }
    const keys = drawn.map((it) => Object.keys(it ?? {}).join());
    if (drawn.some((it) => Array.isArray(it) !== Array.isArray(first)) || keys.some((it) => it !== keys[0])) {
      throw new Error(`${path} has another shell in another language`);
    }
    const entries = Object.keys(first).map((key) => [key, one(drawn.map((it) => it[key]), path)]);
    return Array.isArray(first) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
  };
  return { texts, one };
}

/** A tree whose ids do not depend on what was drawn before. */
export function named(tree) {
  const ids = new Map();
  const collect = ([, attributes, ...content]) => {
    const [, prefix] = /^(.+)-\d+$/.exec(attributes.id ?? "") ?? [];
    if (prefix) ids.set(attributes.id, `${prefix}-${ids.size}`);
    content.filter(Array.isArray).forEach(collect);
  };
  const renamed = (node) => {
    if (!Array.isArray(node)) return node;
    const [name, attributes, ...content] = node;
    const values = Object.entries(attributes).map(([key, value]) => [key, value.split(" ").map((id) => ids.get(id) ?? id).join(" ")]);
    return [name, Object.fromEntries(values), ...content.map(renamed)];
  };
  collect(tree);
  return renamed(tree);
}

/** A page of this path. There are no rules of any name. */
export const exampleOf = (path) => path.replace("/rules/*", "/rules/S1").replace("*", "x");

/** The languages that the app speaks, by their tags. */
export const inLanguages = () =>
  readdirSync(new URL("src/words", root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/** A page of a site that has the files of a build; `server` says what the API answers at a path, nothing where it does not. */
export async function opened(build, browser, server, options = {}) {
  const context = await browser.newContext(options);
  await context.route("**/*", (route) => answered(route, build, server));
  const page = await context.newPage();
  await page.goto(HERE);
  return { page, close: () => context.close() };
}

function answered(route, build, server) {
  const { pathname } = new URL(route.request().url());
  if (pathname.startsWith("/api/v1/")) {
    const answer = server(pathname.slice("/api/v1".length));
    return answer && route.fulfill(answer);
  }
  if (pathname === "/") return route.fulfill({ contentType: "text/html", body: "<!doctype html><meta charset=utf-8><title>-</title>" });
  const name = pathname.slice(1);
  if (name === "config.json") return route.fulfill({ contentType: TYPES.json, body: "{}" });
  return route.fulfill({ contentType: TYPES[name.split(".").at(-1)], body: readFileSync(join(build, name)) });
}

/**
 * In the page: what the element shows of a page as soon as it is there, or when it is `complete`, to a person who is signed in. What is
 * folded is left out. `memory` is for a host that keeps the page elsewhere.
 */
export async function shown([language, path, complete, memory]) {
  await import("/embed.js");
  location.hash = `#/support${path}`;
  const element = document.createElement("partner-support");
  element.setAttribute("locale", language);
  if (memory) {
    element.setAttribute("routing", "memory");
    element.setAttribute("view", path);
  }
  element.getAccessToken = async () => "-";
  const ready = new Promise((resolve, reject) => {
    element.addEventListener("ready", resolve);
    element.addEventListener("error", ({ detail }) => reject(new Error(detail.code)));
  });
  document.body.append(element);
  await ready;
  const app = element.shadowRoot.querySelector(".app");
  await new Promise((resolve) => {
    const look = () => (complete && app.querySelector(".loading")) || resolve();
    new MutationObserver(look).observe(app, { childList: true, subtree: true });
    look();
  });
  const isFolded = ({ id }) => id && app.querySelector(`[aria-expanded="false"][aria-controls="${id}"]`);
  const shell = written(app);
  element.remove();
  return shell;

  function written(node) {
    const attributes = {};
    for (const { name, value } of node.attributes) {
      if (name.startsWith("on")) throw new Error(`a shell with the attribute ${name}`);
      attributes[name] = value;
    }
    const content = [];
    for (const child of isFolded(node) ? [] : node.childNodes) {
      if (node.localName === "details" && !node.open && child.localName !== "summary") continue;
      if (child.nodeType === Node.ELEMENT_NODE) content.push(written(child));
      else if (child.nodeType === Node.TEXT_NODE && child.data !== "") content.push(child.data);
    }
    return [node.localName, attributes, ...content];
  }
}
