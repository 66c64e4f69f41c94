// Every part that pages are made of, in every state: whoever changes one sees at once whom it shuts out. The gallery is in builds for
// development alone.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { fits } from "../crates/xtask/audits/fits.mjs";
import { openGallery, partsOfPages, partsOfUi, setDensity, variantsOf } from "./gallery.mjs";
import { useProduct } from "./harness.mjs";
import { APP_DIST, GALLERY_DIST } from "./product.mjs";
import { wordsOf } from "./words.mjs";

const app = useProduct({ dist: GALLERY_DIST });
const users = useProduct();

const LANGUAGES = ["en", "ar", "en-XA"];
const USUAL = { colorScheme: "light", forcedColors: "none", contrast: "no-preference" };
const MODES = {
  light: USUAL,
  dark: { ...USUAL, colorScheme: "dark" },
  "forced colours": { ...USUAL, forcedColors: "active" },
  "high contrast": { ...USUAL, contrast: "more" },
  "high contrast, dark": { ...USUAL, contrast: "more", colorScheme: "dark" },
};
/** The rules of axe that colours decide. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** Parts of pages that cannot stand alone, with why. What is only a frame around others is not among them: see below. */
const NOT_ALONE = {
  "asks the server as soon as it is there": [
    "incidents: Incidents",
    "new_incident: NewIncidentForm",
    "operator: Narrowing",
    "operator: Account",
    "plans: Worth",
    "plans: Judged",
    "rule_book: Compare",
    "usage: Usage",
  ],
  "belongs to what only the server tells: an account, a trail, a file that was read": [
    "operator: Contracts",
    "operator: History",
    "operator: CorrectForm",
    "operator: People",
    "operator: PersonForm",
    "operator: AccountTable",
    "operator: Trail",
    "operator: Export",
    "operator: Report",
    "operator: FaultsFile",
    "operator: Format",
    "operator: FileField",
    "operator: Refund",
    "operator: StatusForm",
    "operator: CommentForm",
    "usage: Missing",
  ],
  "follows or changes the address of its page": [
    "coverage: Covered",
    "incidents: FoundIncidents",
    "incidents: Export",
    "incidents: More",
    "rule_book: Other",
    "rule_book: Book",
    "usage: Balances",
  ],
  "is said aloud as soon as it is there": ["incidents: Created"],
  "is made of parts that are here": [
    "incidents: Found",
    "incidents: Shown",
    "incidents: NoIncidents",
    "incidents: NewIncidentLink",
    "new_incident: AnswerApart",
    "operator: Shown",
    "plans: Plans",
  ],
};

const snake = (name) => name.replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();

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
        paying: shown.querySelector(".form-progress > li:nth-child(2) .hint")?.textContent,
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

test("every part of a page is in the gallery, alone or within another, unless it cannot stand without its page", async (t) => {
  const found = new Set((await specimens(await openGallery(app, t, "en", { unfolded: false }))).map(({ part }) => part));
  const parts = partsOfPages();
  const isFrame = (name) => /(Page|Section|Dialog)$/.test(name);
  const covered = new Set(Object.values(NOT_ALONE).flat());
  for (const name of covered) {
    assert.ok(parts.has(name), `there is no ${name}`);
    assert.ok(!found.has(name.split(": ")[1]) || /Export|CommentForm/.test(name), `${name} stands in the gallery`);
  }
  const cover = (name) => {
    if (covered.has(name)) return;
    covered.add(name);
    parts.get(name).forEach(cover);
  };
  for (const name of parts.keys()) if (found.has(name.split(": ")[1])) cover(name);
  assert.deepEqual([...parts.keys()].filter((name) => !covered.has(name) && !isFrame(name)), [], "src/gallery shows no");
  for (const part of ["AccountMenu", "timeline"]) assert.ok(found.has(part), part);
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
    ["crates/entitlement-rules/src/benefits.rs", "BenefitState", (name) => [`BenefitCard: ${name}`]],
    ["crates/entitlement-rules/src/activation.rs", "FailureReason", (name) => [`BenefitCard: Rejected, ${name}`]],
    ["crates/entitlement-rules/src/benefits.rs", "Door", (name) => (name.startsWith("Open") ? [] : [`Closed: ${name}`])],
    ["src/verdict/reading.rs", "Answer", (name) => [`VerdictPanel: ${name}`]],
    ["src/verdict/reading.rs", "Answer", (name) => (name === "Nothing" ? [] : [`Progress: ${name}`])],
    ["crates/support-api/src/lib.rs", "IncidentStatus", (name) => [`StatusBadge: ${name}`, `Actions: ${name}`, `CommentForm: ${name}`]],
  ];
  for (const [path, name, shown] of wanted) {
    const variants = variantsOf(path, name);
    assert.ok(variants.length > 3, `${name} is read`);
    assert.deepEqual(variants.flatMap(shown).filter((specimen) => !found.has(specimen)), [], `${name} of ${path}`);
  }
});

test("the tables, the balance and the forms of the gallery say everything that they can", async (t) => {
  const page = await openGallery(app, t, "en", { unfolded: false });
  const say = wordsOf("en");
  const standing = { Current: "v_current", Behind: "v_behind", Future: "v_future" };
  const supported = { Mainstream: "v_mainstream", Modern: "v_modern", Over: "v_mainstream_over" };
  const reasons = { MembershipNotConfirmed: "not_confirmed", DetailsIncomplete: "incomplete" };
  const wanted = [
    ["PlanTable", "src/pages/plans/comparison.rs", "Held", (name) => `plans.held_${snake(name)}`],
    ["GridTable", "src/pages/coverage/grid.rs", "Cover", (name) => `coverage.${snake(name)}`],
    ["IncidentTable", "crates/support-api/src/lib.rs", "IncidentStatus", (name) => `incidents.status_${snake(name)}`],
    ["BoardTable", "crates/entitlement-rules/src/question.rs", "Severity", (name) => `incidents.severity_${snake(name)}`],
    ["Balance", "crates/entitlement-rules/src/ledger.rs", "EntryKind", (name) => `usage.did_${snake(name)}${name === "Refund" ? "_number" : ""}`],
    ["RadioGroup", "src/pages/new_incident/catalogue.rs", "Standing", (name) => `new_incident.${standing[name]}`],
    ["RadioGroup", "src/pages/new_incident/catalogue.rs", "Supported", (name) => `new_incident.${supported[name]}`],
    ["RejectForm", "crates/entitlement-rules/src/activation.rs", "FailureReason", (name) => `operator.reason_${reasons[name] ?? snake(name)}`],
  ];
  for (const [part, path, name, key] of wanted) {
    const said = (await page.locator(`[data-part=${part}]`).allTextContents()).join("\n");
    const variants = variantsOf(path, name);
    assert.ok(variants.length > 2, `${name} is read`);
    const isSaid = (words) => (words instanceof RegExp ? words.test(said) : said.includes(words));
    assert.deepEqual(variants.filter((variant) => !isSaid(say(key(variant), { count: 1 }))), [], `${part} does not say of ${name}`);
  }
  await page.locator("[data-part=IncidentTable] .badge", { hasText: say("incidents.test") }).waitFor();
});

test("the law finds every account of the gallery in the state that its specimen is named for", async (t) => {
  const say = wordsOf("en");
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
  const paying = { Yes: "new_incident.complete", SoFar: "verdict.way_open", No: "verdict.no_incident" };
  const expected = {
    BenefitCard: (state) => ({ badge: say(`benefits.state_${snake(state)}`) }),
    LinkedCard: (state) => ({ badge: say(`benefits.state_${snake(state)}`) }),
    VerdictPanel: (state) => ({ title: say(titles[state] ?? `verdict.${snake(state)}`) }),
    Closed: (state) => ({ title: say(titles[state]) }),
    StatusBadge: (state) => ({ badge: say(`incidents.status_${snake(state)}`) }),
    CustomerWay: (state) => ({ badge: state === "NotNeeded" ? undefined : say(`new_incident.way_${snake(state)}`) }),
    Progress: (state) => ({ paying: say(paying[state] ?? `verdict.${snake(state)}`) }),
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
  // The press brought it into sight before the page has followed it.
  await page.waitForURL(/#\/support\/gallery\/badge-good$/);
  await page.locator("#badge-good:focus").waitFor();
  await isInSight("badge-good");
});

for (const language of LANGUAGES) {
  test(`${language}: no specimen scrolls sideways or is cut off at 320 pixels, compact neither`, async (t) => {
    const page = await openGallery(app, t, language, { width: 320 });
    assert.deepEqual(await fits(page), []);
    await setDensity(page, "compact");
    assert.deepEqual(await fits(page), [], "compact");
    await setDensity(page, "comfortable");
    const button = page.locator("[data-part=Dialog] .row button");
    await button.click();
    await page.getByRole("dialog").waitFor();
    assert.deepEqual(await fits(page), []);
  });

  test(`${language}: axe finds nothing in any specimen, light, dark, in forced colours, in high contrast and compact`, async (t) => {
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
        // What colours do not decide is the same in each of them.
        const asked = media === USUAL || media.forcedColors === "active" ? undefined : { type: "rule", values: OF_COLOURS };
        assert.deepEqual(await app.violations(page, asked, { aside, within }), [], `${what}, ${mode}`);
      }
    };
    await judge("the gallery");
    // Room decides whether what is pressed is large enough, or far enough from the next.
    await setDensity(page, "compact");
    assert.deepEqual(await app.violations(page, { type: "rule", values: ["target-size"] }), [], "compact");
    await setDensity(page, "comfortable");
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
  // A date has places of its own to type into.
  const places = 4 * controls.filter(({ type }) => type === "date").length;
  globalThis.stops = { count: wanted.size + places, unseen: [], missed: () => [...wanted].map(named) };
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
    // There is also the way to the groups.
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
