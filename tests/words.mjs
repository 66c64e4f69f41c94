// The product's own sentences, so that a test says in every language what a person reads.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { inLanguages } from "../crates/xtask/dist/prerendered.mjs";

const FOLDER = join(import.meta.dirname, "..", "src", "words");

/** The languages that the product speaks, by their tags. */
export const LANGUAGES = inLanguages();
/** Those that are written from right to left: what is put into a sentence stands between isolates there. */
export const RIGHT_TO_LEFT = ["ar"];
/** English accented, longer and in brackets, as `build.rs` makes it: what has no room for it has none for some language to come. */
export const PSEUDO = "en-XA";

const [PLAIN, ACCENTED] = ["AaBbCcDdEeGgHhIiJjKkLlNnOoRrSsTtUuWwYyZz", "ÅåƁƀÇçÐðÉéĜĝĤĥÎîĴĵĶķĻļÑñÖöŔŕŠšŢţÛûŴŵÝýŽž"].map((letters) => [...letters]);

function inPseudo(text) {
  // Placeholders stay as they are.
  const accented = text.replaceAll(/\{\w+(?::\w+)?\}|./gsu, (part) => ACCENTED[PLAIN.indexOf(part)] ?? part);
  const letters = [...text.replaceAll(/\{[^}]*(?=\})/g, "")].length;
  const longer = Array.from({ length: Math.ceil(letters / 5) * 2 }, (_, place) => (place % 6 === 0 ? " ~" : "~"));
  return `[${accented}${longer.join("")}]`;
}

/**
 * The words of a language: `say("benefits.remaining_of", { count: 3, granted: 15 })`. Plurals are chosen by `count`;
 * a placeholder without a value matches anything, so the result is then a pattern.
 */
export function wordsOf(language) {
  const files = new Map();
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  return (key, values = {}) => {
    const [file, name] = key.split(".");
    const folder = language === PSEUDO ? "en" : language;
    if (!files.has(file)) files.set(file, JSON.parse(readFileSync(join(FOLDER, folder, `${file}.json`), "utf8")));
    let text = files.get(file)[name];
    if (text === undefined) throw new Error(`${language} has no words for ${key}`);
    if (typeof text === "object") text = text[plural.select(values.count)];
    if (language === PSEUDO) text = inPseudo(text);
    if (RIGHT_TO_LEFT.includes(language)) text = text.replaceAll(/\{(?!count\})\w+\}/g, "\u2068$&\u2069");
    let open = false;
    const parts = text.split(/\{(\w+)(?::\w+)?\}/).map((part, index) => {
      if (index % 2 === 0) return { text: part };
      const value = values[part];
      if (value === undefined) open = true;
      return { text: typeof value === "number" ? number.format(value) : value };
    });
    if (!open) return parts.map((part) => part.text).join("");
    return new RegExp(parts.map((part) => (part.text === undefined ? ".+" : escaped(part.text))).join(""));
  };
}

/** A text as a pattern of itself. */
export function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
