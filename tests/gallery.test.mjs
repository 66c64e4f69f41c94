// Every part that pages are made of, in every state: whoever changes one sees at once whom it shuts out. The gallery is in builds for
// development alone.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { fits } from "../crates/xtask/audits/fits.mjs";
import { openGallery, partsOfUi, variantsOf } from "./gallery.mjs";
import { useProduct } from "./harness.mjs";
import { APP_DIST, GALLERY_DIST } from "./product.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct({ dist: GALLERY_DIST });
const users = useProduct();

const LANGUAGES = ["en", "ar", "en-XA"];
const MODES = {
  light: { colorScheme: "light", forcedColors: "none" },
  dark: { colorScheme: "dark", forcedColors: "none" },
  "forced colours": { colorScheme: "light", forcedColors: "active" },
};

/** Every specimen on the page: its part, its state, and what it says. */
const specimens = (page) =>
  page.locator("[data-part]").evaluateAll((all) =>
    all.map((specimen) => {
      const shown = specimen.lastElementChild;
      return {
        id: specimen.id,
        part: specimen.dataset.part,
        state: specimen.dataset.state,
        badge: shown.querySelector(".badge")?.textContent,
        title: shown.querySelector("h2")?.textContent,
        isThere: shown.firstElementChild !== null && shown.getBoundingClientRect().height > 0,
      };
    }),
  );

test("every part that pages take from ui is in the gallery, and none of its specimens is empty", async (t) => {
  const found = await specimens(await openGallery(app, t, "en", { unfolded: false }));
  const parts = partsOfUi();
  assert.ok(parts.length > 20, "the parts are where they are looked for");
  const shown = new Set(found.map(({ part }) => part));
  assert.deepEqual(parts.filter((part) => !shown.has(part)), [], "src/gallery/parts.rs shows no");
  assert.deepEqual(found.filter(({ isThere }) => !isThere), []);
  assert.equal(new Set(found.map(({ id }) => id)).size, found.length, "each has an address of its own");
});

test("every state that the code has a name for is in the gallery", async (t) => {
  // A state may be there several times, each with something else that matters.
  const named = ({ part, state }) => [`${part}: ${state}`, `${part}: ${state.split(", ")[0]}`];
  const found = new Set((await specimens(await openGallery(app, t, "en", { unfolded: false }))).flatMap(named));
  const wanted = [
    ["src/ui/button.rs", "Emphasis", (name) => [`Button: ${name}`, `Button: ${name}, busy`, `Button: ${name}, why not`]],
    ["src/ui/display.rs", "Tone", (name) => [`Notice: ${name}`, `Badge: ${name}`]],
    ["src/backend.rs", "Problem", (name) => [`ProblemNotice: ${name}`]],
    ["crates/support-api/src/problem.rs", "ProblemCode", (name) => [`ProblemNotice: Refused, ${name}`]],
    ["src/pages/benefits/state.rs", "State", (name) => [`BenefitCard: ${name}`]],
    ["crates/entitlement-rules/src/activation.rs", "FailureReason", (name) => [`BenefitCard: Rejected, ${name}`]],
    ["src/pages/benefits/closed.rs", "Door", (name) => (name === "Open" ? [] : [`Closed: ${name}`])],
    ["src/verdict/reading.rs", "Answer", (name) => [`VerdictPanel: ${name}`]],
    ["crates/support-api/src/lib.rs", "IncidentStatus", (name) => [`StatusBadge: ${name}`]],
  ];
  for (const [path, name, shown] of wanted) {
    const variants = variantsOf(path, name);
    assert.ok(variants.length > 3, `${name} is read`);
    assert.deepEqual(variants.flatMap(shown).filter((specimen) => !found.has(specimen)), [], `${name} of ${path}`);
  }
});

test("the law finds every account of the gallery in the state that its specimen is named for", async (t) => {
  const say = wordsOf("en");
  const snake = (name) => name.replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
  const titles = {
    Yes: "verdict.yes_incident",
    No: "verdict.no_incident",
    Nothing: "verdict.no_benefits",
    ResellerOnly: "benefits.not_authorized_title",
    NotMember: "benefits.not_member_title",
    WrongAccount: "benefits.wrong_account_title",
    NoRole: "benefits.no_role_title",
    NoBenefits: "benefits.no_benefits_title",
  };
  const expected = {
    BenefitCard: (state) => ({ badge: say(`benefits.state_${snake(state)}`) }),
    LinkedCard: (state) => ({ badge: say(`benefits.state_${snake(state)}`) }),
    VerdictPanel: (state) => ({ title: say(titles[state] ?? `verdict.${snake(state)}`) }),
    Closed: (state) => ({ title: say(titles[state]) }),
    StatusBadge: (state) => ({ badge: say(`incidents.status_${snake(state)}`) }),
  };
  const found = (await specimens(await openGallery(app, t, "en", { unfolded: false }))).filter(({ part }) => part in expected);
  assert.ok(found.length > 40);
  for (const { id, part, state, ...shown } of found) {
    const wanted = expected[part](state.split(", ")[0]);
    for (const [what, text] of Object.entries(wanted)) assert.equal(shown[what], text, id);
  }
});

test("a link leads to each specimen: an address from outside shows it, a press on its name moves the focus there", async (t) => {
  const page = await openGallery(app, t, "en", { specimen: "benefit-card-grace", unfolded: false });
  const isInSight = (id) =>
    page.waitForFunction((id) => {
      const { top } = document.querySelector("partner-support").shadowRoot.getElementById(id).getBoundingClientRect();
      return top >= -1 && top < innerHeight / 2;
    }, id);
  await isInSight("benefit-card-grace");
  await page.getByRole("link", { name: "Badge: Good", exact: true }).click();
  await isInSight("badge-good");
  assert.match(page.url(), /#\/support\/gallery\/badge-good$/);
  assert.equal(await page.evaluate(() => document.querySelector("partner-support").shadowRoot.activeElement.id), "badge-good");
});

for (const language of LANGUAGES) {
  test(`${language}: no specimen scrolls sideways or is cut off at 320 pixels`, async (t) => {
    const page = await openGallery(app, t, language, { width: 320 });
    assert.deepEqual(await fits(page), []);
    const button = page.locator("[data-part=Dialog] .row button");
    await button.click();
    await page.getByRole("dialog").waitFor();
    assert.deepEqual(await fits(page), []);
  });

  test(`${language}: axe finds nothing in any specimen, light, dark and in forced colours`, async (t) => {
    const page = await openGallery(app, t, language);
    const judge = async (what, within) => {
      for (const [mode, media] of Object.entries(MODES)) {
        await page.emulateMedia(media);
        const aside = [
          // Two specimens of a part are two landmarks of one name, as no page has them.
          "landmark-unique",
          // In forced colours both colours are the reader's own; axe takes the letters' from the style sheet.
          ...(media.forcedColors === "none" ? [] : ["color-contrast"]),
        ];
        // What colours do not decide is the same in the dark.
        const asked = mode === "dark" ? { type: "rule", values: ["color-contrast", "link-in-text-block"] } : undefined;
        assert.deepEqual(await app.violations(page, asked, { aside, within }), [], `${what}, ${mode}`);
      }
    };
    await judge("the gallery");
    await page.locator("[data-part=Dialog] .row button").click();
    await judge("the dialog", page.getByRole("dialog"));
  });
}

/** In the page: lists the controls of the specimens, and notes which of them gets the focus, and whether that can be seen. */
function watchFocus() {
  const { shadowRoot } = document.querySelector("partner-support");
  const all = [...shadowRoot.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  const controls = all.filter((control) => control.closest("[data-part]") && control.checkVisibility({ visibilityProperty: true }));
  const radios = Map.groupBy(controls.filter(({ type }) => type === "radio"), ({ name }) => name);
  // Of a group of radio buttons one is reached: the chosen one, or else the first.
  const passed = [...radios.values()].flatMap((group) => group.filter((radio) => radio !== (group.find(({ checked }) => checked) ?? group[0])));
  const isClear = (colour) => /^rgba\(.*, 0\)$|^transparent$/.test(colour);
  const light = (colour) => {
    const parts = colour.match(/[\d.]+/g).slice(0, 3).map((part) => part / 255);
    const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const isSeen = (control) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(control);
    if (outlineStyle === "none" || parseFloat(outlineWidth) < 2 || isClear(outlineColor)) return false;
    let ground = control.parentElement;
    while (isClear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    const [bright, dim] = [outlineColor, getComputedStyle(ground).backgroundColor].map(light).toSorted((one, other) => other - one);
    return (bright + 0.05) / (dim + 0.05) >= 3;
  };
  const named = (control) => `${control.closest("[data-part]").id}: ${control.outerHTML.slice(0, 120)}`;
  const wanted = new Set(controls.filter((control) => !passed.includes(control)));
  globalThis.stops = { count: wanted.size, unseen: [], missed: () => [...wanted].map(named) };
  shadowRoot.addEventListener("focusin", ({ target }) => {
    if (wanted.delete(target) && !isSeen(target)) globalThis.stops.unseen.push(named(target));
  });
  shadowRoot.getElementById("page-title").focus();
  return globalThis.stops.count;
}

for (const colorScheme of ["light", "dark"]) {
  test(`${colorScheme}: every control of the gallery is reached by the Tab key and shows that it has the focus`, async (t) => {
    const page = await openGallery(app, t, "en", { colorScheme });
    const count = await page.evaluate(watchFocus);
    assert.ok(count > 100, "the gallery is full of controls");
    // A date has places of its own to type into, and there is the way to the groups.
    for (let presses = 0; presses < count + 40; presses += 1) await page.keyboard.press("Tab");
    assert.deepEqual(await page.evaluate(() => globalThis.stops.missed()), [], "the Tab key does not reach");
    assert.deepEqual(await page.evaluate(() => globalThis.stops.unseen), [], "the focus cannot be seen on");
  });
}

test("in the app as users get it there is no gallery: its address leads to no page, and no file has a word of it", async (t) => {
  const page = await users.newPage(t);
  await page.goto(users.address("/gallery"));
  await page.getByRole("heading", { level: 1, name: wordsOf("en")("shell.not_found_title") }).waitFor();
  const names = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const said = (folder) => names(folder).filter((name) => readFileSync(name).includes("Every part that pages are made of"));
  assert.equal(said(GALLERY_DIST).length, 1, "the words are looked for where they are");
  assert.deepEqual(said(APP_DIST), []);
});
