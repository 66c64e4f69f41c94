// What every part looks like, in every state: whoever changes a style sees which parts look different by it. Numbers stand for the
// pictures, in tests/snapshots/gallery-pictures.txt; UPDATE_SNAPSHOTS=1 writes them anew, `cargo xtask look --page gallery` takes pictures
// for people.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { openGallery } from "./gallery.mjs";
import { SNAPSHOTS, UPDATE, useProduct } from "./harness.mjs";
import { COARSE, Camera, FINE, differences, read, written } from "./pictures.mjs";
import { GALLERY_DIST } from "./product.mjs";

const app = useProduct({ dist: GALLERY_DIST });
const FILE = "gallery-pictures.txt";
const KEPT = join(SNAPSHOTS, FILE);

const LIGHT = { colorScheme: "light", forcedColors: "none" };
/** Finest where most can be seen; what the others show besides is as large as a part. */
const WAYS = {
  light: { language: "en", cell: FINE, media: LIGHT },
  dark: { language: "en", cell: COARSE, media: { colorScheme: "dark", forcedColors: "none" } },
  "forced colours": { language: "en", cell: COARSE, media: { colorScheme: "light", forcedColors: "active" } },
  "right to left": { language: "ar", cell: COARSE, media: LIGHT },
};

const cameraOn = async (t, language) => Camera.of(await openGallery(app, t, language));

test("every part looks as it did: light, dark, in forced colours and from right to left", async (t) => {
  const first = await cameraOn(t, "en");
  const madeWith = await first.madeWith();
  const cells = Object.fromEntries(Object.entries(WAYS).map(([way, { cell }]) => [way, cell]));
  const kept = UPDATE || !existsSync(KEPT) ? undefined : read(readFileSync(KEPT, "utf8"), cells);
  if (kept && kept.madeWith.chromium !== madeWith.chromium) {
    t.skip(`the pictures were taken with Chromium ${kept.madeWith.chromium}, and this is ${madeWith.chromium}: another one draws otherwise`);
    return;
  }
  if (kept && kept.madeWith.letters !== madeWith.letters) {
    t.skip("the pictures were taken with other fonts than this machine has: no letter would look the same");
    return;
  }
  const ways = {};
  const takeAll = async (language, camera) => {
    for (const [way, { cell, media }] of Object.entries(WAYS).filter(([, way]) => way.language === language)) {
      const pictures = await camera.pictures(media, { cell });
      // A machine with much to do may have drawn something late: what looks otherwise is looked at once more.
      const apart = new Set(kept ? differences(kept.ways[way], pictures).map((what) => what.split(" ")[0]) : []);
      const again = apart.size > 0 ? await camera.pictures(media, { cell, wanted: (id) => apart.has(id) }) : [];
      ways[way] = { cell, pictures: new Map([...pictures, ...again]) };
    }
  };
  // Two at once, as a machine has two cores.
  await Promise.all([takeAll("en", first), cameraOn(t, "ar").then((camera) => takeAll("ar", camera))]);
  if (!kept) {
    const inOrder = Object.fromEntries(Object.keys(WAYS).map((way) => [way, ways[way]]));
    app.snapshot(FILE, written(madeWith, inOrder));
    return;
  }
  const found = Object.keys(WAYS).flatMap((way) => differences(kept.ways[way], ways[way].pictures).map((what) => `${way}: ${what}`));
  assert.deepEqual(found, [], `looks otherwise than in tests/snapshots/${FILE}: if that is meant, UPDATE_SNAPSHOTS=1 writes it anew`);
});

test("a part that loses its icon, its border, its colour or a line is named, and no other one", async (t) => {
  const page = await openGallery(app, t, "en");
  const camera = await Camera.of(page);
  const figures = { wanted: (id) => /^(badge|notice|meter|button)-/.test(id) };
  const pictures = () => camera.pictures({}, figures);
  const whole = await pictures();
  assert.ok(whole.size > 20);
  assert.deepEqual(differences(whole, await pictures()), [], "the same twice looks the same");
  const set = (selector, name, value) =>
    page.evaluate(
      ([selector, name, value]) => document.querySelector("partner-support").shadowRoot.querySelector(selector).style.setProperty(name, value),
      [selector, name, value],
    );
  for (const [id, within, name, value] of [
    ["notice-good", ".notice-mark", "visibility", "hidden"],
    ["notice-neutral", ".notice", "border-color", "transparent"],
    ["badge-info", ".badge", "color", "rgb(100 20 20)"],
    ["badge-good", ".badge", "background", "none"],
    ["button-secondary", ".button", "border-color", "transparent"],
    ["meter-some-left", ".meter-fill", "opacity", "0.8"],
    ["notice-title", "p", "padding-block-end", "1lh"],
  ]) {
    await set(`#${id} ${within}`, name, value);
    const found = differences(whole, await pictures());
    assert.deepEqual(found.map((what) => what.split(" ")[0]), [id], `${within} { ${name}: ${value} }`);
    await set(`#${id} ${within}`, name, "");
  }
});
