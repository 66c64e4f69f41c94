// Sentences, numbers and dates in the reader's language, by the rule of src/words/mod.rs.
import sentences from "virtual:words";

/** The words of the first of `tags` whose language there is, else English: `w("benefits.held_by", { company })`. */
export function wordsOf(...tags) {
  const tag = tags.find((tag) => Object.hasOwn(sentences, primary(tag))) ?? "en";
  const lang = primary(tag);
  const number = new Intl.NumberFormat(tag);
  const date = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "UTC" });
  const moment = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" });
  const plural = new Intl.PluralRules(lang);
  const list = (type, names) => new Intl.ListFormat(tag, { type }).format(names);
  const written = {
    date: (day) => date.format(new Date(`${day}T00:00:00Z`)),
    number: (count) => number.format(count),
  };
  const w = (key, values) => {
    const found = sentences[lang][key];
    const text = typeof found === "string" ? found : found[plural.select(values.count)];
    return text.replace(/\{(\w+)(?::(\w+))?\}/g, (_, name, kind) => {
      const write = name === "count" ? written.number : written[kind];
      return write ? write(values[name]) : values[name];
    });
  };
  w.lang = lang;
  w.moment = (at) => moment.format(new Date(at));
  w.zone = () => moment.resolvedOptions().timeZone;
  w.anyOf = (names) => list("disjunction", names);
  w.allOf = (names) => list("conjunction", names);
  /** What stands between the cells of a file that the reader's spreadsheet opens. */
  w.cellSeparator = () => (number.format(1.5).includes(",") ? ";" : ",");
  /** A name of the programme's in the reader's language. */
  w.named = (names) => (typeof names === "string" ? names : (names[lang] ?? names.en));
  return w;
}

const primary = (tag) => tag.toLowerCase().split(/[-_]/)[0];
