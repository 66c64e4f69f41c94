// Our style sheets, read by stylelint: no mistake, logical directions alone, no outline taken away.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";

import stylelint from "stylelint";

import config from "./stylelint.config.mjs";

const root = resolve(import.meta.dirname, "..");
const SHEETS = ["style", "public", "demo-host", "crates/demo-issuer/src"].map((folder) => `${root}/${folder}/*.css`);

test("stylelint finds nothing in the style sheets", async () => {
  const { results } = await stylelint.lint({ files: SHEETS, config, configBasedir: import.meta.dirname });
  const said = results.flatMap(({ source, warnings }) => warnings.map(({ line, text }) => `${source}:${line} ${text}`));
  assert.ok(results.length > 15, "the style sheets are where they are looked for");
  assert.deepEqual(said, []);
});
