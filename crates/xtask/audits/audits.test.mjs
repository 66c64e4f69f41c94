// Every page in every language, judged by tools of others. `cargo xtask audit` installs them and says where they are.
//
// A table at the end says what each has looked at and found. LANGUAGES, PAGES and JUDGES, lists with commas, take some alone.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { after, test } from "node:test";

import { CHROMIUM_FLAGS, useProduct } from "../../../tests/harness.mjs";
import { PSEUDO, wordsOf } from "../../../tests/words.mjs";
import * as judges from "./judges.mjs";
import { lighthouse } from "./light_house.mjs";
import { MODES, STATES, WIDTHS } from "./matrix.mjs";
import { isSetAside } from "./set_aside.mjs";

const app = useProduct();
const HEIGHT = 900;
const words = resolve(import.meta.dirname, "../../../src/words");
const listed = (name) => process.env[name]?.split(",");
const spoken = readdirSync(words, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
const LANGUAGES = listed("LANGUAGES") ?? [...spoken, PSEUDO];
const states = STATES.filter(({ name }) => listed("PAGES")?.includes(name) ?? true);
const asked = (judge) => listed("JUDGES")?.includes(judge) ?? true;

const AXE = "axe";
const FITS = "fits";
const EQUAL_ACCESS = `IBM Equal Access ${judges.VERSIONS.equalAccess}`;
const SNIFFER = `HTML_CodeSniffer ${judges.VERSIONS.sniffer} (pa11y)`;
const HTML_VALIDATE = `html-validate ${judges.VERSIONS.htmlValidate}`;
const NU = `Nu HTML checker ${judges.VERSIONS.vnu}`;
const LIGHTHOUSE = `Lighthouse ${judges.VERSIONS.lighthouse}`;

/** What each judge has looked at, found, and of that what does not count. */
const table = new Map();

/** Notes what a judge found; gives what counts of it, as lines. */
function noted(judge, where, found) {
  const row = table.get(judge) ?? table.set(judge, { looked: 0, findings: 0, aside: 0 }).get(judge);
  row.looked += 1;
  const counts = found.filter((finding) => !isSetAside(judge, where, finding));
  row.findings += counts.length;
  row.aside += found.length - counts.length;
  return counts.map((finding) => `${judge}, ${where}\n  ${finding.rule}: ${finding.what}\n    ${finding.where}`);
}

const folder = mkdtempSync(join(tmpdir(), "audits-"));
const documents = new Map();
after(() => rmSync(folder, { recursive: true, force: true }));

const people = [...new Set(states.map(({ person }) => person))];
for (const language of LANGUAGES) {
  for (const person of people) {
    const theirs = states.filter((state) => state.person === person);
    test(`${language}, ${person ?? "nobody signed in"}: ${theirs.map(({ name }) => name).join("; ")}`, async (t) => {
      const say = wordsOf(language);
      const options = { locale: language, height: HEIGHT };
      const page = await (person ? app.open(t, person, options) : app.newPage(t, options));
      page.setDefaultTimeout(30_000);
      const plain = await page.context().newPage();
      const lines = [];
      for (const state of theirs) {
        await page.setViewportSize({ width: 1440, height: HEIGHT });
        await page.emulateMedia(MODES.light);
        // Each state begins with a page that is new.
        if (state.before || page.url() === "about:blank") {
          await page.goto("about:blank");
          await state.before?.(page);
          if (state.logged) app.expectFault(page, state.logged);
          await page.goto(app.address(state.path), { waitUntil: "commit" });
        } else {
          if (await page.getByRole("dialog").isVisible()) await page.keyboard.press("Escape");
          await app.go(page, "/nowhere");
          await app.go(page, state.path);
        }
        if (!state.before) await app.settled(page);
        await state.make?.(page, say);
        if (!state.before) await app.settled(page);
        const called = `${state.name}, ${language}`;
        for (const [mode, media] of Object.entries(MODES)) {
          await page.emulateMedia(media);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: HEIGHT });
            const where = `${called}, ${mode}, ${width} px`;
            if (asked("axe")) lines.push(...noted(AXE, where, await app.violations(page)));
            if (asked("fits")) lines.push(...noted(FITS, where, await judges.fits(page)));
          }
        }
        await page.emulateMedia(MODES.light);
        for (const [wish, made] of Object.entries(judges.WISHES)) {
          await made(page, true);
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: HEIGHT });
            if (asked("fits")) lines.push(...noted(`${FITS}, ${wish}`, `${called}, ${width} px`, await judges.fits(page)));
          }
          await made(page, false);
        }
        await page.unrouteAll({ behavior: "ignoreErrors" });
        // Longer sentences need more room; what a page is made of they do not change.
        if (language === PSEUDO) continue;
        for (const [mode, width] of asked("equal-access") ? [["dark", 320], ["light", 1440]] : []) {
          await page.emulateMedia(MODES[mode]);
          await page.setViewportSize({ width, height: HEIGHT });
          lines.push(...noted(EQUAL_ACCESS, `${called}, ${mode}, ${width} px`, await judges.equalAccess(page)));
        }
        const { bare, styled } = await judges.asDocument(page);
        if (asked("sniffer")) lines.push(...noted(SNIFFER, called, await judges.sniffer(plain, styled)));
        if (asked("html-validate")) lines.push(...noted(HTML_VALIDATE, called, await judges.htmlValidate(bare)));
        const file = join(folder, `${documents.size}.html`);
        documents.set(basename(file), called);
        writeFileSync(file, bare);
      }
      assert.ok(lines.length === 0, `\n${lines.join("\n")}`);
    });
  }
}

test("every page is written as HTML is", { skip: !asked("nu") }, async () => {
  const found = await judges.nu([...documents.keys()].map((name) => join(folder, name)));
  const lines = [...documents].flatMap(([name, called]) =>
    noted(NU, called, found.filter(({ document }) => document.endsWith(`/${name}`))),
  );
  assert.ok(lines.length === 0, `\n${lines.join("\n")}`);
});

test("Lighthouse gives 100 for accessibility and for best practices", { skip: !asked("lighthouse") }, async () => {
  const lines = [];
  for (const { name, scores, findings } of await lighthouse(app, "Bruno Keller", CHROMIUM_FLAGS)) {
    console.log(`${LIGHTHOUSE}, ${name}: ${scores.join(", ")}`);
    lines.push(...noted(LIGHTHOUSE, name, findings));
  }
  assert.ok(lines.length === 0, `\n${lines.join("\n")}`);
});

after(() => {
  const combinations = `${states.length} pages x ${LANGUAGES.length} languages x ${WIDTHS.length} widths x ${Object.keys(MODES).length} modes`;
  const rows = [...table].map(([judge, { looked, findings, aside }]) => `${judge.padEnd(40)} ${String(looked).padStart(6)} ${String(findings).padStart(9)} ${String(aside).padStart(10)}`);
  console.log(`\n${combinations}\n${"judge".padEnd(40)} ${"looked".padStart(6)} ${"findings".padStart(9)} ${"set aside".padStart(10)}\n${rows.join("\n")}`);
});
