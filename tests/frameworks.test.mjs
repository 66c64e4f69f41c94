// The element in a framework: the lines of docs/embedding.md, built as a site would build them.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { compile } from "@vue/compiler-dom";
import { build } from "esbuild";

import { useHosts } from "./hosts.mjs";
import { created, describe, review } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const hosts = useHosts();
const say = wordsOf("en");
const documentation = readFileSync(join(import.meta.dirname, "../docs/embedding.md"), "utf8");

/** The lines for a framework, asking this product. */
const lines = (name, language) =>
  documentation.split(`**${name}`)[1].split(`\`\`\`${language}\n`)[1].split("```")[0].replaceAll("https://support.example", hosts.api);

const TOKEN = 'const token = () => fetch("/token").then((answer) => answer.text());\nconst created = (id) => (globalThis.told = id);\n';

/** Of each framework the site's own script, by its files; what is bound to `locale` follows `globalThis.speak`. */
const SITES = {
  React: () => ({
    "support.tsx": lines("React 19", "tsx"),
    "site.tsx": `
      import { createRoot } from "react-dom/client";
      import { Support } from "./support";
      ${TOKEN}
      const site = createRoot(document.getElementById("root")!);
      site.render(<Support token={token} created={created} />);
      Object.assign(globalThis, { leave: () => site.unmount() });`,
  }),
  Vue: () => ({
    "render.js": compile(lines("Vue 3", "vue"), { mode: "module", isCustomElement: (tag) => tag === "partner-support" }).code,
    "site.tsx": `
      import { createApp, ref } from "vue";
      import { render } from "./render.js";
      ${TOKEN}
      const locale = ref("en");
      const site = createApp({ setup: () => ({ locale, token, created }), render });
      site.mount("#root");
      Object.assign(globalThis, { speak: (tag: string) => (locale.value = tag), leave: () => site.unmount() });`,
  }),
  Angular: () => ({
    "site.tsx": `
      import "@angular/compiler";
      import { Component, CUSTOM_ELEMENTS_SCHEMA, provideZonelessChangeDetection, signal } from "@angular/core";
      import { bootstrapApplication } from "@angular/platform-browser";
      ${TOKEN}
      const language = signal("en");
      @Component({ selector: "#root", schemas: [CUSTOM_ELEMENTS_SCHEMA], template: ${JSON.stringify(lines("Angular", "html"))} })
      class Site {
        token = token;
        created = created;
        get locale() {
          return language();
        }
      }
      const site = await bootstrapApplication(Site, { providers: [provideZonelessChangeDetection()] });
      Object.assign(globalThis, { speak: (tag: string) => language.set(tag), leave: () => site.destroy() });`,
  }),
};

async function built(t, files) {
  const folder = mkdtempSync(join(tmpdir(), "partner-support-site-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { outputFiles } = await build({
    entryPoints: [join(folder, "site.tsx")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
    nodePaths: [join(import.meta.dirname, "node_modules")],
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
  });
  return outputFiles[0].text;
}

for (const [name, files] of Object.entries(SITES)) {
  test(`${name}: the lines of the documentation show the element signed in, are heard of an incident, and take it away`, async (t) => {
    const script = await built(t, files());
    const page = await hosts.visit(t, {
      body: '<main id="root"></main>',
      head: '<script type="module" src="/site.js"></script>',
      before: (page) => page.route("**/site.js", (route) => route.fulfill({ contentType: "text/javascript", body: script })),
    });
    await page.getByRole("article").first().waitFor();
    if (name !== "React") {
      await page.evaluate(() => globalThis.speak("fr"));
      await page.getByRole("heading", { level: 1, name: wordsOf("fr")("benefits.title"), exact: true }).waitFor();
      await page.evaluate(() => globalThis.speak("en"));
    }
    await page.getByRole("link", { name: say("shell.nav_new_incident"), exact: true }).click();
    await describe(page, say, { product: "Windows Server", version: "2019", title: `Told to ${name}` });
    await (await review(page, say)).click();
    await created(page);
    await page.waitForFunction(() => location.hash.endsWith(`/incidents/${globalThis.told}`));
    await page.evaluate(() => globalThis.leave());
    assert.equal(await page.locator("partner-support").count(), 0);
  });
}
