// What the samples of all forms have.
import { readFileSync } from "node:fs";

import { mark } from "./compared.mjs";

const read = (path) => JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8"));
/** What the API can say. */
export const API = read("docs/openapi.json").components.schemas;
/** The server's date. */
export const AS_OF = "2031-10-27";
/** How src/words/intl.rs writes a day, and a point in time. */
const DAY = { dateStyle: "long", timeZone: "UTC" };
const MOMENT = { dateStyle: "medium", timeStyle: "short" };

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

/** A day that comes so many `days` after the one that the answers have. */
export function laterDay(language, text, path, days) {
  return [[new Intl.DateTimeFormat(language, DAY).format(new Date(text)), { text: path, as: { ...DAY, days } }]];
}

/** What stands for a point in time, in the same two ways. */
export function moment(language, zone, text, path) {
  return [
    [new Intl.DateTimeFormat(language, { timeZone: zone, ...MOMENT }).format(new Date(text)), { text: path, as: MOMENT }],
    [text, { text: path }],
  ];
}

/** Numbers of which the language speaks in another way, from `least` on, the usual one first: `[["other", 10500], …]`. */
export function counted(language, least) {
  const plural = new Intl.PluralRules(language);
  const numbers = Array.from({ length: 100 }, (_, at) => least + at);
  const ways = new Map(numbers.reverse().map((number) => [plural.select(number), number]));
  return [...ways].sort(([one], [other]) => (one === "other" ? -1 : other === "other" ? 1 : 0));
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
export const words = (language) => Object.fromEntries(["incidents", "ui"].map((name) => [name, read(`src/words/${language}/${name}.json`)]));
/** Whether a language is written from right to left. */
export const isFromRight = (language) => new Intl.Locale(language).textInfo.direction === "rtl";
