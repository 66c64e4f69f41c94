// A guard that never fires guards nothing: each way in which the harness fails a test is provoked here once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { App, startChromium } from "./harness.mjs";

const app = new App();
before(async () => (app.browser = await startChromium()));
after(() => app.browser.close());

const PAGE = "http://page.example/";

/** Shows a document under a policy as strict as the app's. */
async function show(t, body, policy = "default-src 'none'; script-src 'self'") {
  const page = await app.newPage(undefined);
  t.after(() => page.context().close());
  await page.route("**/*", (route) =>
    route.request().url() === PAGE
      ? route.fulfill({
          contentType: "text/html",
          headers: { "content-security-policy": policy },
          body: `<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>${body}</main></html>`,
        })
      : route.fulfill({ status: 404 }),
  );
  await page.goto(PAGE);
  return page;
}

test("a page without faults passes", async (t) => {
  const page = await show(t, "<p>Nothing is wrong.</p>");
  app.assertNoFaults(page);
  await app.axe(page);
});

test("an inline script that the policy refuses fails the test", async (t) => {
  const page = await show(t, "<script>1</script>");
  assert.throws(() => app.assertNoFaults(page), /Content-Security-Policy: script-src-elem refused inline/);
});

test("an error on the console fails the test unless it was expected", async (t) => {
  const page = await show(t, "");
  await page.evaluate(() => console.error("something broke"));
  assert.throws(() => app.assertNoFaults(page), /something broke/);
  app.expectFault(page, /something broke/);
  app.assertNoFaults(page);
});

test("an expected error that does not come fails the test", async (t) => {
  const page = await show(t, "");
  app.expectFault(page, /409/);
  assert.throws(() => app.assertNoFaults(page), /should have logged/);
});

test("an exception that nobody catches fails the test", async (t) => {
  const page = await show(t, "");
  await Promise.all([
    page.waitForEvent("pageerror"),
    page.evaluate(() => setTimeout(() => Promise.reject(new Error("nobody catches me")))),
  ]);
  assert.throws(() => app.assertNoFaults(page), /nobody catches me/);
});

test("an accessibility fault inside a shadow root fails the test", async (t) => {
  const page = await show(t, "<div id=host></div>");
  await page.evaluate(() => {
    const root = document.getElementById("host").attachShadow({ mode: "open" });
    root.append(document.createElement("button"));
  });
  await assert.rejects(() => app.axe(page), /button-name/);
});

test("a reading that differs from its snapshot, inside a shadow root too, fails the test", async (t) => {
  const page = await show(t, "<div id=host></div>");
  await page.evaluate(() => {
    const button = document.createElement("button");
    button.textContent = "Activate";
    document.getElementById("host").attachShadow({ mode: "open" }).append(button);
  });
  await app.ariaSnapshot(page, "harness");
  await page.evaluate(() => (document.getElementById("host").shadowRoot.firstChild.textContent = "Deactivate"));
  await assert.rejects(() => app.ariaSnapshot(page, "harness", { update: false }), /reads differently/);
});
