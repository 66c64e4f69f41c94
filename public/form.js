// Makes a page of the server's answers before the program is there. In a release this file has a page's form; the loader takes it for
// the pages that have one.
//
// A form is what a shell is made of: texts, and elements as a name, attributes and what they hold. In it an object stands for a text out
// of the answers, for one of several contents by what the answers say (`by`), or for a content for each entry of a list, or for what is no list.
const FORM = {};

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// What `known` has under names with dots between them; a number is a place in a list, `~` what a text has before its first dot.
const step = (value, name) => (name === "~" ? value?.split(".")[0] : isNaN(name) ? value?.[name] : value.at(name));
const found = (path, known) => path.split(".").reduce(step, known);
// So many days after the day of a point in time.
const later = (text, days) => Date.parse(text.slice(0, 10)) + days * 86_400_000;

/**
 * The page, of answers by their names and what is known of the reader: the `tag` that says how things are written and the `language` that
 * is spoken. It throws where the answers say what the form was not made for.
 */
export function page(known) {
  const { tag, language } = known;
  // A form has the digits of its language.
  const [digits, own] = [tag, language].map((tag) => new Intl.NumberFormat(tag).format(1));
  if (digits !== own) throw new RangeError(tag);
  const formats = new Map();
  const format = (Format, as) => {
    if (!formats.has(as)) formats.set(as, new Format(tag, as));
    return formats.get(as);
  };
  const plural = new Intl.PluralRules(language);
  return filled(FORM, known);

  function filled(content, known) {
    return content.flatMap((node) => {
      if (typeof node === "string") return node;
      if (Array.isArray(node)) {
        const [name, attributes, ...inner] = node;
        const made = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, filled([value].flat(), known).join("")]));
        // An address out of an answer leads to a page and does nothing else.
        if (made.href && !/^(#|https:|mailto:)/.test(made.href)) throw new TypeError(made.href);
        return [[name, made, ...filled(inner, known)]];
      }
      const { text, as, share, by, of, each, name, finds = [], content: inner } = node;
      if (text) return written(found(text, known), as, text);
      if (share) return `${Number((part(share, known) * 100).toFixed(1))}`;
      if (by) {
        const key = by.map((path) => keyOf(path, known)).join();
        if (!Object.hasOwn(of, key)) throw new TypeError(key);
        return filled(of[key], known);
      }
      return [found(each, known)].flat().flatMap((entry, place) => {
        const more = { ...known, [name]: entry, place };
        for (const [name, list, key, ...paths] of finds) {
          const wanted = paths.map((path) => found(path, more)).find(Boolean);
          more[name] = wanted && [found(list, more)].flat().findLast((it) => found(key, it) === wanted);
        }
        return filled(inner, more);
      });
    });
  }

  // Of a name in several languages the reader's; of several names a list, as the language has it or with a text between them. `isolated`
  // keeps each in its own order, in a list that goes from right to left.
  function written(value, as, path) {
    const text = (it) => {
      const said = isObject(it) ? (it[language] ?? it.en) : it;
      if (typeof said !== "string") throw new TypeError(path);
      return said;
    };
    if (as?.type || as?.between) {
      if (value.length === 0) throw new TypeError(path);
      const texts = value.map(text);
      const each = as.isolated && texts.length > 1 ? texts.map((text, place) => `${place ? "" : "\u200f"}\u2068${text}\u2069`) : texts;
      return as.between ? each.join(as.between) : format(Intl.ListFormat, as).format(each);
    }
    if (as === "number" && typeof value !== "number") throw new TypeError(path);
    if (typeof value === "number") return as ? format(Intl.NumberFormat).format(value) : `${value}`;
    if (as === "initial") return [...text(value)][0];
    if (as?.days) return format(Intl.DateTimeFormat, as).format(later(text(value), as.days));
    return isObject(as) ? format(Intl.DateTimeFormat, as).format(Date.parse(text(value))) : text(value);
  }

  // What a choice goes by: with `?` whether there is anything, with `!` whether it is a number, with `#` how a sentence counts it, with
  // `a/b/c` whether a is nothing of b, or at most the part c of it, with `a>b+c` whether a is later than c days after b.
  function keyOf(path, known) {
    const [now, since, days] = path.split(/[>+]/);
    if (days) {
      const start = found(since, known);
      return start && Date.parse(found(now, known)) > later(start, days);
    }
    const [some, all, low] = path.split("/");
    if (low) {
      const left = part([some, all], known);
      return left && left <= low;
    }
    const value = found(path.replace(/[?!#]$/, ""), known);
    if (path.endsWith("?")) return value != null;
    if (typeof value !== "number") return value ?? "";
    if (path.endsWith("!")) return "number";
    return path.endsWith("#") && value > 2 ? plural.select(value) : value;
  }

  function part([some, all], known) {
    return found(some, known) / (found(all, known) || 1);
  }
}
