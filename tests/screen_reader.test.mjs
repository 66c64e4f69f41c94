// The main job as it is heard: a screen reader reads each page from its beginning, and what it says is in
// tests/snapshots/spoken-<language>.txt; `UPDATE_SNAPSHOTS=1` writes it. Not the whole truth about any real screen reader: it speaks by
// the specifications, which real ones follow more or less.
import { before, test } from "node:test";

import { build } from "esbuild";

import { useProduct } from "./harness.mjs";
import { created, describe, link, review } from "./new_incident_form.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct();
/** Each by somebody who has not used the benefit yet: the two IDs are asked for once. */
const JOBS = {
  en: { person: "Keiko Tanaka", benefit: "Microsoft Product Support", granted: 15, choice: { product: "Windows Server", version: "2019" } },
  fr: { person: "Mira Patel", benefit: "Signature Cloud Support", granted: 5, choice: { product: "Azure Virtual Machines" } },
};
/** Longer than any page: what goes round in circles is not heard to its end. */
const PHRASES = 2_000;
/** What no real screen reader says as it reads on: where something ends, that it is plain text, what a closed list holds. */
const SILENT = /^(end\b.*|paragraph|term|definition|option,.*)$/;
/** What differs from run to run. */
const PASSING = [
  [/\b[A-Z]{1,4}-?\d[\d-]{3,}\b/g, "<number>"],
  [/\b\d{1,2}:\d{2}(:\d{2})?( [AP]M)?\b/g, "<time>"],
];

let reader;
before(async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { virtual } from "@guidepup/virtual-screen-reader";', resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "screenReader",
    platform: "browser",
    define: { "process.env": "{}", global: "globalThis" },
  });
  reader = `${outputFiles[0].text}; globalThis.screenReader = screenReader;`;
});

/** Everything that is said of what is within `selector` of the element, from its beginning to its end. */
async function heard(page, selector = ".app") {
  await page.evaluate(`globalThis.screenReader ?? (() => { ${reader} })()`);
  return page.evaluate(
    async ([selector, most]) => {
      const { virtual } = globalThis.screenReader;
      const container = document.querySelector("partner-support").shadowRoot.querySelector(selector);
      // It would read what is folded.
      const folded = container.querySelectorAll("details:not([open]) > :not(summary)");
      for (const part of folded) part.hidden = true;
      await virtual.start({ container });
      // At the end it begins anew.
      const [first, phrase] = [virtual.activeNode, await virtual.lastSpokenPhrase()];
      for (let count = 0; count < most; count += 1) {
        await virtual.next();
        if (virtual.activeNode === first && (await virtual.lastSpokenPhrase()) === phrase) break;
      }
      const said = await virtual.spokenPhraseLog();
      await virtual.stop();
      for (const part of folded) part.hidden = false;
      return said.slice(0, -1);
    },
    [selector, PHRASES],
  );
}

for (const [language, { person, benefit, granted, choice }] of Object.entries(JOBS)) {
  test(`${language}: the balance, a new incident, its verdict, the two IDs and the list, as they are heard`, async (t) => {
    const say = wordsOf(language);
    const title = `The console does not open (${language})`;
    const parts = [];
    const page = await app.open(t, person, { locale: language });
    // `announced` is what has to be said by itself before.
    const listen = async (what, selector, announced) => {
      await app.settled(page);
      parts.push(`── ${what}`);
      if (announced) {
        const region = page.locator(".app > [role=status]", { hasText: announced });
        await region.waitFor({ state: "attached" });
        parts.push(`(said by itself) ${await region.textContent()}`);
      }
      parts.push(...(await heard(page, selector)).filter((phrase) => !SILENT.test(phrase)), "");
    };
    await listen("Benefits");
    const card = page.getByRole("article", { name: benefit });
    await card.getByRole("button", { name: new RegExp(say("benefits.show_ids")) }).click();
    const ids = await Promise.all([/^DEMO-ACCESS-\d+$/, /^DEMO-CONTRACT-\d+$/].map((id) => card.getByText(id).textContent()));
    await app.go(page, "/incidents/new");
    await listen("New incident, nothing chosen yet", ".content");
    await describe(page, say, { ...choice, title });
    await page.getByRole("heading", { name: say("verdict.ids_first") }).waitFor();
    await listen("The verdict: the IDs come first", ".verdict", say("verdict.ids_first"));
    await link(page, say, ...ids);
    await page.getByRole("heading", { name: say("verdict.yes_incident"), exact: true }).waitFor();
    await listen("The verdict: covered", ".verdict", say("verdict.yes_incident"));
    const send = await review(page, say);
    await listen("Before it is sent", "dialog");
    await send.click();
    await created(page);
    await page.getByText(title).first().waitFor();
    await listen("The incident", ".content", say("incidents.created_title"));
    await app.go(page, "/incidents");
    await page.getByRole("link", { name: new RegExp(`\\(${language}\\)`) }).waitFor();
    await listen("The list", ".content");
    await app.go(page, "/benefits");
    await card.getByText(say("benefits.remaining_of", { count: granted - 1, granted })).waitFor();
    await listen("The benefits afterwards", ".content");
    app.snapshot(`spoken-${language}.txt`, parts.join("\n"), { mask: PASSING });
  });
}
