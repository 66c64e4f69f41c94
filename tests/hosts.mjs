// Host pages around the element: a site of its own, with the assets on a second origin and the API on a third.
//
//   const hosts = useHosts();
//   test("a promise to the site's engineer", async (t) => {
//     const page = await hosts.visit(t, { head: "<style>…</style>", headers: { … } });
//   });
import { once } from "node:events";
import { after, before } from "node:test";

import { pages } from "../crates/xtask/dist/hosts.mjs";
import { serve, serveAssets } from "../demo-host/serve.mjs";
import { App, startChromium } from "./harness.mjs";
import { APP_DIST, freePorts, Product } from "./product.mjs";

/** What a host page does at the least: it hands over tokens. And it notes what it hears. */
const HOST_SCRIPT = `
globalThis.heard = [];
const events = ["ready", "navigate", "auth-required", "benefit-activated", "incident-created", "error"];
const note = (event) => heard.push([event.type, event.detail, event.currentTarget === document ? event.target.id : event.currentTarget.id]);
for (const name of events) document.addEventListener(name, note);
globalThis.heardOf = (name) => heard.filter(([type]) => type === name).map(([, detail]) => detail);
globalThis.token = fetch(new URL("/token", location)).then((answer) => answer.text());
globalThis.welcome = (element) => {
  if (document.documentElement.dataset.handsOver !== "no") element.getAccessToken = () => token;
  element.addEventListener("error", note);
};
document.querySelectorAll("partner-support, .partner-support").forEach(welcome);
`;

/** The policy that the documentation asks of a host, with nothing more allowed than it says. */
export const STRICT = (hosts) =>
  `default-src 'none'; script-src 'self' ${hosts.assets} 'wasm-unsafe-eval'; connect-src 'self' ${hosts.assets} ${hosts.api}; ` +
  "style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** What the documentation asks of a host that shows the element in a frame. */
export const STRICT_FRAME = (hosts) =>
  `default-src 'none'; script-src 'self' ${hosts.assets}; frame-src ${hosts.assets}; connect-src 'self'; ` +
  "style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** The program does not come before the test lets it: `before` is for a visit, `letCome` for the test. */
export function programHeld() {
  let letCome;
  const may = new Promise((resolve) => (letCome = resolve));
  return { before: (page) => page.route("**/*.wasm", (route) => may.then(() => route.continue())), letCome };
}

/** The product, its assets and a host for all tests of a file. `made` may make the assets of a build, in a folder. */
export function useHosts(made) {
  const hosts = new Hosts(made);
  before(() => hosts.start());
  after(() => hosts.stop());
  return hosts;
}

export class Hosts extends App {
  constructor(made = async () => APP_DIST) {
    super();
    this.made = made;
  }

  async start() {
    const folder = await this.made(APP_DIST);
    const [assets, site] = await freePorts(2);
    // Another site, not only another origin: browsers keep such frames apart, each in a process of its own.
    this.assets = `http://localhost:${assets}`;
    this.site = `http://127.0.0.1:${site}`;
    // As a release is served: the pages beside the loaders have policies of their own.
    this.config = { frameAncestors: [this.site] };
    const headersOf = (path) => {
      const { frame, page } = pages(["page"], this.config);
      return { "/frame.html": frame, "/page.html": page }[path] ?? {};
    };
    this.servers = await Promise.all([
      serveAssets(assets, folder, this.config, headersOf),
      serve(site, (...asked) => this.#answer(...asked)),
    ]);
    [this.product, this.browser] = await Promise.all([Product.start({ allowOrigin: `${this.site} ${this.assets}`, redirect: `${this.site}/` }), startChromium()]);
    this.config.apiBase = `${this.api}/api/v1`;
  }

  async stop() {
    await super.stop();
    for (const server of this.servers) {
      server.closeAllConnections();
      await once(server.close(), "close");
    }
  }

  get api() {
    return this.product.address;
  }

  /** The two lines that the documentation asks for. */
  loader = (name = "embed.js") => `<script type="module" src="${this.assets}/${name}"></script>`;
  element = (attributes = "") =>
    `<partner-support id="support" api-base="${this.api}/api/v1" ${attributes}></partner-support>`;

  /**
   * Opens a host page, signed in as a demo person, and waits for the element's first page. Every address of the site
   * answers with it. `ready: false` does not wait; `framed` takes the loader that shows the element in a frame, and
   * `data-hands-over="no"` in `html` makes a host that hands over no tokens.
   */
  async visit(
    t,
    {
      doctype = "<!doctype html>",
      html = 'lang="en"',
      head = "",
      attributes = "",
      body = `<header><p>A partner site</p></header><main>${this.element(attributes)}</main>`,
      headers = {},
      path = "/",
      person = "bruno",
      ready = true,
      framed = false,
      before = async () => {},
      ...options
    } = {},
  ) {
    this.token = await this.product.token(person);
    this.headers = headers;
    this.document = `${doctype}<html ${html}><head><meta charset="utf-8"><title>A partner site</title>${head}${this.loader(framed ? "embed-frame.js" : "embed.js")}</head><body>${body}<script type="module" src="${this.site}/host.js"></script></body></html>`;
    const page = await this.newPage(t, options);
    await before(page);
    await page.goto(`${this.site}${path}`);
    if (ready) await this.settled(framed ? this.inside(page) : page);
    return page;
  }

  /** What is in the frame of an element. */
  inside = (page, within = "partner-support") => page.locator(within).locator("iframe").contentFrame();

  /** Resolves when the account is there, which the foot of every page says, and the page waits for nothing. */
  async settled(page) {
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.locator(".foot", { hasText: /\S/ }).first().waitFor();
    await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
  }

  /** What the element has told the host, of one kind. */
  heard = (page, name) => page.evaluate((name) => heardOf(name), name);

  #answer(response, path) {
    const answer = (type, text) => {
      response.writeHead(200, { "content-type": `${type}; charset=utf-8`, ...this.headers }).end(text);
      return true;
    };
    if (path === "/favicon.ico") return answer("image/svg+xml", "");
    if (path === "/token") return answer("text/plain", this.token);
    if (path === "/host.js") return answer("text/javascript", HOST_SCRIPT);
    return !path.includes(".") && answer("text/html", this.document);
  }
}
