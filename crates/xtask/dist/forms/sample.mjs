// What the samples of all forms have.
import { readFileSync } from "node:fs";

import { mark } from "./compared.mjs";

const read = (path) => JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8"));
/** What the API can say. */
export const API = read("docs/openapi.json").components.schemas;
/** The server's date. */
export const AS_OF = "2031-10-27";
/** How src/words/intl.rs writes a day. */
const DAY = { dateStyle: "long", timeZone: "UTC" };

/** A programme for a sample to change. */
export function programme() {
  return { ...read("programmes/mpn-2021.json"), name: mark("programme.name") };
}

/** The account of somebody without a partner. */
export function account() {
  return {
    revision: 1,
    as_of: AS_OF,
    viewer: { id: "viewer", name: mark("account.viewer.name"), kind: "work", associations: [], roles: [] },
    contracts: [],
  };
}

/** What stands for a day of the sample: as a sentence has it, and as it is. */
export function day(language, text, path) {
  return [
    [new Intl.DateTimeFormat(language, DAY).format(new Date(text)), { text: path, as: DAY }],
    [text, { text: path }],
  ];
}

/** What varies on every page: whether its reader works the desk, and where the host keeps the page. */
export function ofAnybody(account) {
  const operator = { ...account, viewer: { ...account.viewer, operator: true } };
  return [
    { by: ["account.viewer.operator"], cases: [["", {}], ["true", { account: operator }]] },
    { by: ["memory"], cases: [["false", {}], ["true", { memory: true }]] },
  ];
}

/** The sentences of a language, by the file and the key that they have in src/words. */
export const words = (language) => ({ ui: read(`src/words/${language}/ui.json`) });
/** Whether a language is written from right to left. */
export const isFromRight = (language) => new Intl.Locale(language).textInfo.direction === "rtl";
