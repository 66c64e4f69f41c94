// The element in a frame, for a site whose policy cannot grant WebAssembly or calls of the API: what its engineer is promised.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { EVENTS, PROPERTIES, SETTINGS, TO_FRAME, TO_HOST, understood } from "../public/embed-frame.js";
import { STRICT_FRAME, programHeld, useHosts } from "./hosts.mjs";
import { describe, review } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const hosts = useHosts();
const say = wordsOf("en");
const dit = wordsOf("fr");
const BENEFITS = say("benefits.title");
const PLANS = say("plans.title");
const INCIDENTS = say("incidents.title");

const heading = (within, name) => within.getByRole("heading", { level: 1, name, exact: true });
const link = (within, name) => within.getByRole("link", { name, exact: true });
const framed = (t, options) => hosts.visit(t, { framed: true, ...options });
const address = (page) => page.evaluate(() => location.pathname + location.search + location.hash);
const toPlans = async (frame) => {
  await link(frame, say("shell.nav_plans")).click();
  await heading(frame, PLANS).waitFor();
};
/** Where the frame is in the host page, and how high. */
const box = (page) => page.locator("partner-support iframe").boundingBox();

/** Resolves when it holds: what the two sides tell each other takes a moment. */
async function until(holds) {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries === 250) throw new Error(`never: ${holds}`);
    await sleep(20);
  }
}

test("under a policy with no more than script-src and frame-src of the files' origin, and Trusted Types, everything works", async (t) => {
  const page = await framed(t, { headers: { "content-security-policy": STRICT_FRAME(hosts) } });
  const frame = hosts.inside(page);
  await toPlans(frame);
  await link(frame, say("shell.nav_new_incident")).click();
  await heading(frame, say("new_incident.title")).waitFor();
  await hosts.axe(page);
});

test("a site that isolates itself by Cross-Origin-Embedder-Policy shows the frame", async (t) => {
  const headers = { "cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin" };
  const page = await framed(t, { headers });
  assert.ok(await page.evaluate(() => crossOriginIsolated));
});

test("the loader for frames knows every setting, event and custom property of the contract", () => {
  const document = readFileSync(resolve(import.meta.dirname, "../docs/embedding.md"), "utf8");
  const names = (heading, column = 1) => {
    const [, section] = document.split(`### ${heading}\n`);
    const rows = section.split("\n## ")[0].split("\n### ")[0].split("\n").filter((line) => line.startsWith("| `"));
    return rows.map((row) => row.split(" | ")[column - 1].replaceAll(/[|` ]/g, ""));
  };
  assert.deepEqual(names("Settings", 2).slice(0, SETTINGS.length), SETTINGS);
  assert.deepEqual(Object.keys(EVENTS), names("Events"));
  assert.deepEqual(PROPERTIES, names("Custom properties"));
});

test("a message that is not known, or not as it should be, counts for nothing on either side", () => {
  assert.ok(understood(TO_FRAME, { type: "show", path: "/plans", quietly: false }));
  assert.ok(understood(TO_HOST, { type: "event", name: "incident-created", detail: { id: "42" }, wished: true }));
  for (const [known, message] of [
    [TO_FRAME, null],
    [TO_FRAME, "refresh"],
    [TO_FRAME, { type: "toString" }],
    [TO_FRAME, { type: "show", path: "/plans" }],
    [TO_FRAME, { type: "show", path: 7, quietly: false }],
    [TO_FRAME, { type: "refresh", more: true }],
    [TO_FRAME, { type: "welcome", settings: {} }],
    [TO_HOST, { type: "event", name: "click", detail: {}, wished: true }],
    [TO_HOST, { type: "event", name: "incident-created", detail: { id: "42", accessId: "A-1" }, wished: true }],
    [TO_HOST, { type: "height", height: -1 }],
    [TO_HOST, { type: "token", id: 1, token: "secret" }],
  ]) {
    assert.ok(!understood(known, message), JSON.stringify(message));
  }
});

test("a site that is not on the list gets a sentence, an event, and nothing of the app", async (t) => {
  const asked = [];
  const site = hosts.config.frameAncestors;
  // The header alone would leave a blank frame; the page itself must hold too.
  t.after(() => (hosts.config.frameAncestors = site));
  const page = await framed(t, {
    ready: false,
    before: async (page) => {
      page.on("request", (request) => asked.push(request.url()));
      await page.route(`${hosts.assets}/config.json`, (route) => route.fulfill({ json: { ...hosts.config, frameAncestors: ["https://other.example"] } }));
    },
  });
  hosts.expectFault(page, /is not in "frameAncestors"/);
  const frame = hosts.inside(page);
  await heading(frame, "This site may not show support.").waitFor();
  await frame.getByText(hosts.site, { exact: true }).waitFor();
  await page.waitForFunction(() => heardOf("error").length > 0);
  assert.deepEqual(await hosts.heard(page, "error"), [{ code: "refused" }]);
  assert.ok(!asked.some((url) => /wasm|api/.test(url)), asked.join("\n"));
  await hosts.axe(page);
});

test("without a list the page shows nothing to any site, and by its header is not framed at all", async (t) => {
  hosts.config.frameAncestors = undefined;
  t.after(() => (hosts.config.frameAncestors = [hosts.site]));
  const answer = await fetch(`${hosts.assets}/frame.html`);
  assert.match(answer.headers.get("content-security-policy"), /frame-ancestors 'none'/);
  const page = await framed(t, { ready: false, before: (page) => page.clock.install() });
  hosts.expectFault(page, /frame-ancestors|Failed to execute 'postMessage'/);
  await page.waitForFunction(() => document.readyState === "complete");
  await page.clock.fastForward(20_000);
  await page.getByRole("heading", { name: "Support could not be loaded." }).waitFor();
  assert.deepEqual(await hosts.heard(page, "error"), [{ code: "load" }]);
  await hosts.axe(page);
  hosts.config.frameAncestors = [hosts.site];
  await page.getByRole("button", { name: "Try again" }).click();
  await heading(hosts.inside(page), BENEFITS).waitFor();
});

test("a page that is not the frame's parent gets no answer, whatever origin it is of", async (t) => {
  const page = await framed(t, { body: `<main><iframe id="victim" title="victim"></iframe><iframe id="other" title="other" src="/other"></iframe></main>`, ready: false });
  await page.evaluate((address) => (document.getElementById("victim").src = address), `${hosts.assets}/frame.html`);
  const victim = page.frameLocator("#victim");
  await victim.locator("body").waitFor({ state: "attached" });
  const other = page.frames().find((frame) => frame.url().endsWith("/other"));
  const answered = await other.evaluate(async (target) => {
    const { port1, port2 } = new MessageChannel();
    let answered = false;
    port1.onmessage = () => (answered = true);
    parent.frames[0].postMessage({ "partner-support": "hello", version: 1 }, target, [port2]);
    await new Promise((done) => setTimeout(done, 300));
    return answered;
  }, hosts.assets);
  assert.equal(answered, false);
  // The parent itself is heard.
  const greeted = await page.evaluate(
    (target) =>
      new Promise((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }) => done(data.type);
        frames[0].postMessage({ "partner-support": "hello", version: 1 }, target, [port2]);
      }),
    hosts.assets,
  );
  assert.equal(greeted, "welcome");
});

test("opened by itself the frame's page says that it is a part of other sites", async (t) => {
  const page = await hosts.newPage(t, { locale: "fr" });
  await page.goto(`${hosts.assets}/frame.html`);
  await heading(page, "Cette page fait partie d’autres sites et n’affiche rien par elle-même.").waitFor();
  await hosts.axe(page);
});

test("an older loader that meets a newer page says so in a sentence", async (t) => {
  const page = await framed(t, {
    ready: false,
    before: (page) =>
      page.route("**/embed-frame.js", async (route) => {
        const answer = await route.fetch({ maxRetries: 3 });
        const text = (await answer.text()).replace("PROTOCOL = 1;", route.request().frame() === page.mainFrame() ? "PROTOCOL = 1;" : "PROTOCOL = 2;");
        await route.fulfill({ response: answer, body: text });
      }),
  });
  await page.getByRole("heading", { name: "Support was renewed, and this page still has an earlier part of it." }).waitFor();
  assert.deepEqual(await hosts.heard(page, "error"), [{ code: "version" }]);
});

test("the frame is as high as what is in it, never less than its least height, and has nothing to scroll", async (t) => {
  const page = await framed(t, { body: `<main>${hosts.element()}</main><footer>The site's foot</footer>` });
  const frame = hosts.inside(page);
  const element = frame.locator("partner-support");
  const heights = [];
  const fits = async () => {
    await hosts.settled(frame);
    await page.waitForFunction(() => document.querySelector("partner-support").shadowRoot.querySelector("iframe").className === "");
    const inside = async () => Math.max(512, Math.ceil((await element.boundingBox()).height));
    await until(async () => (await box(page)).height === (await inside()));
    const overflow = await element.evaluate(() => document.documentElement.scrollHeight - innerHeight);
    assert.equal(overflow, 0, "nothing is cut off");
    heights.push((await box(page)).height);
  };
  await fits();
  await toPlans(frame);
  await fits();
  await page.setViewportSize({ width: 400, height: 800 });
  await fits();
  assert.ok(heights[2] > heights[1], `a narrow page is a long one: ${heights}`);
  assert.ok((await page.locator("footer").boundingBox()).y >= (await box(page)).y + heights[2]);
});

test("content below the element stays where it is until the app is there", async (t) => {
  const { before, letCome } = programHeld();
  const page = await framed(t, { ready: false, body: `<main>${hosts.element()}</main><footer>The site's foot</footer>`, before });
  await page.waitForFunction(() => document.querySelector("partner-support").shadowRoot);
  await page.getByText("Loading support…").first().waitFor();
  assert.ok((await page.locator("footer").boundingBox()).y >= 512);
  letCome();
  await heading(hosts.inside(page), BENEFITS).waitFor();
});

test("a dialog opens where the reader is looking, and what has the focus is scrolled to", async (t) => {
  const page = await framed(t, {
    height: 700,
    person: "jonas",
    body: `<main><p style="block-size: 900px">The site</p>${hosts.element()}<p style="block-size: 900px">More of it</p></main>`,
  });
  const frame = hosts.inside(page);
  const activate = frame.getByRole("button", { name: `${say("benefits.activate")} Microsoft Product Support` });
  // Far below the window browsers draw no frames.
  await page.evaluate(() => scrollTo(0, 1000));
  await activate.click();
  const dialog = await frame.getByRole("dialog").boundingBox();
  assert.ok(dialog.y >= 0 && dialog.y + dialog.height <= 700, JSON.stringify(dialog));
  await page.keyboard.press("Escape");
  await page.evaluate(() => scrollTo(0, 0));
  await page.evaluate(() => document.getElementById("support").focus());
  await page.waitForFunction(() => scrollY > 0);
  const title = await heading(frame, BENEFITS).boundingBox();
  assert.ok(title.y >= 0 && title.y + title.height <= 700, JSON.stringify(title));
  await page.evaluate(() => scrollTo(0, 0));
  await page.evaluate(() => document.getElementById("support").focus({ preventScroll: true }));
  assert.equal(await page.evaluate(() => scrollY), 0);
});

test("the answer beside a new incident stays in view while the host page is scrolled", async (t) => {
  const page = await framed(t, { height: 700, path: "/#/support/incidents/new", body: `<main><p style="block-size: 300px">The site</p>${hosts.element()}</main>` });
  const answer = hosts.inside(page).locator(".incident-answer");
  await page.evaluate(() => scrollTo(0, 700));
  await until(async () => {
    const { y, height } = await answer.boundingBox();
    return y >= 0 && y + height <= 700;
  });
  assert.ok((await box(page)).y < -300, "most of the frame's top is out of view");
});

test("routing hash: the host's own address has the page, back and forward lead through, a deep link and a reload come back", async (t) => {
  const page = await framed(t, { path: "/partners?team=7#/support/plans" });
  const frame = hosts.inside(page);
  await heading(frame, PLANS).waitFor();
  const entries = await page.evaluate(() => history.length);
  await link(frame, say("shell.nav_incidents")).click();
  await heading(frame, INCIDENTS).waitFor();
  assert.equal(await address(page), "/partners?team=7#/support/incidents");
  assert.equal(await page.evaluate(() => history.length), entries + 1);
  await page.goBack();
  await heading(frame, PLANS).waitFor();
  await page.goForward();
  await heading(frame, INCIDENTS).waitFor();
  assert.equal(await page.evaluate(() => history.length), entries + 1);
  await page.evaluate(() => (location.hash = "#/support/nowhere"));
  await heading(frame, say("shell.not_found_title")).waitFor();
  assert.equal(await address(page), "/partners?team=7#/support/nowhere");
  await page.evaluate(() => (location.hash = "#about"));
  await page.goBack();
  await page.goBack();
  await heading(frame, INCIDENTS).waitFor();
  await page.reload();
  await heading(frame, INCIDENTS).waitFor();
  assert.equal(await page.locator("partner-support iframe").getAttribute("title"), INCIDENTS);
});

test("routing path: pages lie under the host's base, and the way back from the first leads to it", async (t) => {
  const page = await framed(t, { path: "/support", attributes: 'routing="path" base="/support"' });
  const frame = hosts.inside(page);
  assert.equal(await address(page), "/support", "the first page makes no address");
  await toPlans(frame);
  assert.equal(await address(page), "/support/plans");
  await page.goBack();
  await heading(frame, BENEFITS).waitFor();
  await page.evaluate(() => document.getElementById("support").setAttribute("base", "/help"));
  await page.waitForURL(`${hosts.site}/help/benefits`);
  await page.evaluate(() => document.getElementById("support").setAttribute("routing", "memory"));
  const entries = await page.evaluate(() => history.length);
  await toPlans(frame);
  assert.deepEqual([await address(page), await page.evaluate(() => history.length)], ["/help/benefits", entries]);
});

for (const [routing, { base, elsewhere }] of Object.entries({
  hash: { base: "/desk#/support", elsewhere: ["/elsewhere", "/elsewhere#about"] },
  path: { base: "/support", elsewhere: ["/", "/support-docs/incidents"] },
})) {
  test(`a router of the site leads to a page, and elsewhere without changing it: routing ${routing}`, async (t) => {
    const page = await framed(t, { path: base.split("#")[0], attributes: `routing="${routing}" base="/support"` });
    const frame = hosts.inside(page);
    const route = (how, to) => page.evaluate(([how, to]) => history[how]({ theirs: 7 }, "", to), [how, to]);
    await route("pushState", `${base}/plans`);
    await heading(frame, PLANS).waitFor();
    for (const address of elsewhere) {
      await route("pushState", address);
      await sleep(100);
      await heading(frame, PLANS).waitFor();
    }
    await route("replaceState", `${base}/incidents`);
    await heading(frame, INCIDENTS).waitFor();
    assert.deepEqual(await page.evaluate(() => history.state), { theirs: 7 });
    await page.evaluate((back) => history.go(back), -elsewhere.length);
    await heading(frame, PLANS).waitFor();
    await page.goBack();
    await heading(frame, BENEFITS).waitFor();
    await toPlans(frame);
    await until(async () => (await address(page)) === `${base}/plans`);
    const told = (await hosts.heard(page, "navigate")).map(({ path }) => path);
    assert.deepEqual(told, ["/benefits", "/plans", "/incidents", "/plans", "/benefits", "/plans"], "each page once");
  });
}

test("methods work, also before the app is there, and navigate makes an address as a reader would", async (t) => {
  const { before, letCome } = programHeld();
  const page = await framed(t, { ready: false, before });
  await page.evaluate(() => {
    document.getElementById("support").navigate("/plans");
    document.getElementById("support").focus();
  });
  letCome();
  const frame = hosts.inside(page);
  await heading(frame, PLANS).waitFor();
  await page.waitForURL("**/#/support/plans");
  await frame.locator("h1:focus").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "support");
  const asked = page.waitForRequest(`${hosts.api}/api/v1/account`);
  await page.evaluate(() => document.getElementById("support").refresh());
  await asked;
});

test("access tokens come from getAccessToken alone, a refused one is asked for anew, and another person is another session", async (t) => {
  const page = await framed(t, { person: "bruno" });
  const frame = hosts.inside(page);
  await frame.getByRole("button", { name: "Bruno Keller" }).waitFor();
  const other = await hosts.product.token("mira");
  hosts.expectFault(page, /401/);
  await page.evaluate((other) => {
    globalThis.wishes = [];
    document.getElementById("support").getAccessToken = async (wish) => (wishes.push(wish), wish.forceRefresh ? other : "old");
  }, other);
  await frame.getByRole("button", { name: "Mira Patel" }).waitFor();
  assert.deepEqual(await page.evaluate(() => wishes.slice(0, 2)), [{ forceRefresh: false }, { forceRefresh: true }]);
  await page.evaluate(() => (document.getElementById("support").getAccessToken = undefined));
  await frame.getByRole("heading", { name: say("shell.signed_out_title") }).waitFor();
  await frame.getByRole("button", { name: say("shell.sign_in"), exact: true }).click();
  await page.waitForFunction(() => heardOf("auth-required").length > 1);
  assert.deepEqual((await hosts.heard(page, "auth-required")).at(-1), { reason: "asked" });
});

test("what the two sides say to each other never holds an Access ID or a Contract ID, and a token goes in alone", async (t) => {
  const page = await framed(t, {
    person: "mira",
    before: (page) =>
      page.addInitScript(() => {
        globalThis.said = [];
        const { postMessage } = MessagePort.prototype;
        MessagePort.prototype.postMessage = function (message) {
          said.push(message);
          return postMessage.call(this, message);
        };
      }),
  });
  const frame = hosts.inside(page);
  const card = frame.getByRole("article", { name: "Signature Cloud Support" });
  await card.getByRole("button", { name: new RegExp(say("benefits.show_ids")) }).click();
  const ids = await Promise.all([/^DEMO-ACCESS-\d+$/, /^DEMO-CONTRACT-\d+$/].map((id) => card.getByText(id).textContent()));
  await toPlans(frame);
  const state = await page.context().storageState();
  assert.deepEqual([state.cookies, state.origins], [[], []], "nothing is kept");
  const said = { in: await page.evaluate(() => said), out: await frame.locator("body").evaluate(() => said) };
  assert.deepEqual([...new Set(said.in.filter((it) => /eyJ/.test(JSON.stringify(it))).map(({ type }) => type))], ["token"]);
  assert.ok(said.out.length > 3);
  assert.doesNotMatch(JSON.stringify(said.out), /eyJ/);
  assert.ok(!ids.some((id) => JSON.stringify([said, page.url()]).includes(id)));
});

test("events come out as from the element itself", async (t) => {
  const page = await framed(t, { person: "chen", path: "/#/support/incidents/new" });
  const frame = hosts.inside(page);
  await describe(frame, say, { product: "Azure Virtual Machines", title: "From a frame" });
  await (await review(frame, say)).click();
  await page.waitForURL(/\/incidents\/[0-9a-f-]{36}$/);
  const id = (await address(page)).split("/").at(-1);
  assert.deepEqual(await hosts.heard(page, "incident-created"), [{ id }]);
  const kinds = await page.evaluate(() => heard.map(([name, detail, id]) => [name, detail, id]));
  assert.deepEqual(kinds[0], ["ready", null, "support"]);
  assert.deepEqual(kinds[1], ["navigate", { route: "new-incident", path: "/incidents/new", title: say("new_incident.title") }, "support"]);
});

test("language, theme, colours and settings pass through, at first and later, and one that cannot be used is named", async (t) => {
  const page = await framed(t, { html: 'lang="fr"', head: "<style>:root { color-scheme: dark } partner-support { --ps-accent: rgb(1, 2, 3) }</style>" });
  const frame = hosts.inside(page);
  await heading(frame, dit("benefits.title")).waitFor();
  const styles = () =>
    frame.locator(".app").evaluate((app) => {
      const style = getComputedStyle(app);
      return [style.colorScheme, style.getPropertyValue("--ps-accent"), getComputedStyle(app.querySelector(".top")).backgroundColor];
    });
  assert.deepEqual(await styles(), ["dark", "rgb(1, 2, 3)", "rgb(23, 29, 37)"]);
  await page.evaluate(() => document.getElementById("support").setAttribute("theme", "light"));
  await page.evaluate(() => document.getElementById("support").setAttribute("locale", "en"));
  await heading(frame, BENEFITS).waitFor();
  assert.equal((await styles())[2], "rgb(255, 255, 255)");
  await page.evaluate(() => (document.getElementById("support").config = { locale: "fr" }));
  await heading(frame, dit("benefits.title")).waitFor();
  hosts.expectFault(page, /cannot be used/);
  await page.evaluate(() => (document.getElementById("support").config = { routing: "clever" }));
  await frame.getByRole("alert").getByText("config.routing", { exact: true }).waitFor();
  assert.deepEqual(await hosts.heard(page, "error"), [{ code: "settings", key: "config.routing" }]);
  await page.evaluate(() => (document.getElementById("support").config = null));
  await heading(frame, BENEFITS).waitFor();
});

test("two frames on a page each keep a page and a language of their own; one that goes leaves the other alone", async (t) => {
  const body = `<main><div id="one">${hosts.element('routing="memory" view="/plans"')}</div><div id="two">${hosts.element('locale="fr"')}</div></main>`;
  const page = await framed(t, { body, ready: false });
  const [one, two] = [hosts.inside(page, "#one partner-support"), hosts.inside(page, "#two partner-support")];
  await heading(one, PLANS).waitFor();
  await heading(two, dit("benefits.title")).waitFor();
  await page.evaluate(() => document.getElementById("one").remove());
  await link(two, dit("shell.nav_plans")).click();
  await heading(two, dit("plans.title")).waitFor();
});

test("removed and put back it begins anew; moved, it goes on with its page", async (t) => {
  const page = await framed(t, { attributes: 'routing="memory"', body: `<main>${hosts.element('routing="memory"')}<div id="place"></div></main>` });
  const frame = hosts.inside(page);
  await toPlans(frame);
  await page.evaluate(() => document.getElementById("place").append(document.getElementById("support")));
  await page.waitForFunction(() => heardOf("ready").length === 2);
  await heading(frame, PLANS).waitFor();
  await page.evaluate(async () => {
    globalThis.kept = document.getElementById("support");
    kept.remove();
    await new Promise((done) => setTimeout(done, 50));
  });
  assert.equal(await page.evaluate(() => kept.shadowRoot.childElementCount), 0);
  await page.evaluate(() => document.querySelector("main").append(kept));
  await heading(frame, BENEFITS).waitFor();
});

test("a crash inside is said, is told to the site, and one press goes on with the same page", async (t) => {
  const page = await framed(t, { path: "/#/support/incidents" });
  const frame = hosts.inside(page);
  hosts.expectFault(page, /partner-support stopped|unreachable|RuntimeError/);
  await frame.locator("body").evaluate(() => {
    const { createElement } = Document.prototype;
    Document.prototype.createElement = function (name) {
      if (name !== "article" && name !== "section") return createElement.call(this, name);
      Document.prototype.createElement = createElement;
      throw new Error("no element can be made");
    };
  });
  await link(frame, say("shell.nav_plans")).click();
  await heading(frame, "Support stopped because of a fault.").waitFor();
  assert.deepEqual(await hosts.heard(page, "error"), [{ code: "crash" }]);
  await frame.getByRole("button", { name: "Try again" }).click();
  await heading(frame, PLANS).waitFor();
  await frame.getByRole("table").first().waitFor();
  assert.equal(await address(page), "/#/support/plans");
});

test("the page of its own has title, language and a deep link, under the policy that a release is served with", async (t) => {
  const page = await hosts.newPage(t, { locale: "fr" });
  const [answer] = await Promise.all([
    page.waitForResponse(`${hosts.assets}/page.html`),
    page.goto(`${hosts.assets}/page.html#/support/plans`),
  ]);
  assert.match(answer.headers()["content-security-policy"], /frame-ancestors 'none'.*trusted-types 'none'/);
  await heading(page, dit("plans.title")).waitFor();
  assert.deepEqual(await page.evaluate(() => [document.title, document.documentElement.lang]), [dit("plans.title"), "fr"]);
  await hosts.axe(page);
  await link(page, dit("shell.nav_benefits")).click();
  await page.waitForURL("**/page.html#/support/benefits");
  await page.goBack();
  await heading(page, dit("plans.title")).waitFor();
});
