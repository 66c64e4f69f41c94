// The Content-Security-Policy of every page that we serve or ask for, read by Google's csp_evaluator. What is accepted of its
// findings, and why, is in docs/hosting.md.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { test } from "node:test";

import { pages } from "../crates/xtask/dist/hosts.mjs";
import { policy } from "../demo-host/policy.mjs";
import { STRICT, STRICT_FRAME } from "./hosts.mjs";

const require = createRequire(import.meta.url);
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { CspEvaluator } = require("csp_evaluator/dist/evaluator.js");
const findings = (policy) =>
  new CspEvaluator(new CspParser(policy).csp).evaluate().map(({ directive, value, description }) => `${directive} ${value}: ${description}`);

const OWN = "script-src 'self': 'self' can be problematic if you host JSONP, AngularJS or user uploaded files.";
const CDN = "script-src https://cdn.example: No bypass found; make sure that this URL doesn't serve JSONP replies or Angular libraries.";

const stated = (page) =>
  readFileSync(resolve(import.meta.dirname, "../public", page), "utf8").match(/http-equiv="Content-Security-Policy"\s+content="([^"]+)"/)[1];
const [assets, api, issuer] = ["https://cdn.example", "https://support.example", "https://id.example"];
const served = pages(["v0"], { apiBase: `${api}/api/v1`, frameAncestors: ["https://partners.example"], signIn: { issuer } });

for (const [name, policed, accepted] of [
  ["the page in the frame, by its header,", served.frame["Content-Security-Policy"], [OWN]],
  ["the page in the frame, by itself,", stated("frame.html"), [OWN]],
  ["the page of its own, by its header,", served.v0["Content-Security-Policy"], [OWN]],
  ["the page of its own, by itself,", stated("page.html"), [OWN]],
  ["a host page as strict as it can be", STRICT({ assets, api }), [OWN, CDN]],
  ["a host page with the frame", STRICT_FRAME({ assets }), [OWN, CDN]],
  ["the demo host", policy({ assets, api, issuer }), [OWN, CDN]],
]) {
  test(`${name} has no weakness beyond those that are accepted`, () => assert.deepEqual(findings(policed), accepted));
}

test("a weak policy is found to be weak", () => assert.ok(findings("script-src 'unsafe-inline' https:").length > 2));
