// What of a sample is a text out of the answers, and what differs between samples.

/** What stands in a sample for the text that the answers have under `path`. */
export const mark = (path) => `~${path}~`;
const MARK = /~([\w.]+)(?:-\d+)?~/;

/**
 * What varies is a list of `{ by, cases }`: each case, `[key, change]`, changes one thing of a sample, the first nothing. It has the key
 * that public/form.js makes of the paths in `by`. With `fewer`, a choice goes by as few of the paths as tell its contents apart.
 *
 * All first cases together, then each other case alone with the first ones of the others.
 */
export function eachAlone(varies) {
  const firsts = Object.assign({}, ...varies.map(({ cases: [[, change]] }) => change));
  const others = varies.flatMap(({ cases }) => cases.slice(1).map(([, change]) => change));
  return [firsts, ...others.map((change) => ({ ...firsts, ...change }))];
}

/** What was drawn of `eachAlone`: the first, and for each thing that varies its cases. */
export function choices(varies, [base, ...others]) {
  const each = varies.map(({ cases, ...it }) => {
    const [[first], ...further] = cases;
    return { ...it, first, others: further.map(([key]) => [key, others.shift()]) };
  });
  return [base, each];
}

/** Where a link leads depends on where it stands. */
const written = (node) => JSON.stringify(node, (key, value) => (key === "href" ? undefined : value));
const same = (one, other) => written(one) === written(other);
const isElement = (node) => Array.isArray(node);
/** Whether two nodes are the same but for what they hold. */
const alike = (one, other) => isElement(one) && isElement(other) && same(one.slice(0, 2), other.slice(0, 2));

/**
 * The content `base` with a choice wherever something that varies makes another one. Where two of them change one place, the first
 * decides, and the others count in its first case.
 */
export function varied(base, each) {
  const differing = each.filter(({ others }) => others.some(([, other]) => !same(base, other)));
  if (differing.length === 0) return base;
  const uneven = differing.find(({ others }) => others.some(([, other]) => other.length !== base.length));
  if (uneven) return around(base, uneven, differing.filter((it) => it !== uneven));
  return base.flatMap((node, place) => {
    const here = differing
      .map(({ others, ...it }) => ({ ...it, others: others.map(([key, other]) => [key, [other[place]]]) }))
      .filter(({ others }) => others.some(([, [other]]) => !same(node, other)));
    const unlike = here.find(({ others }) => others.some(([, [other]]) => !alike(node, other)));
    if (unlike) return around([node], unlike, here.filter((it) => it !== unlike));
    if (here.length === 0) return [node];
    const inner = here.map(({ others, ...it }) => ({ ...it, others: others.map(([key, [other]]) => [key, other.slice(2)]) }));
    return [[...node.slice(0, 2), ...varied(node.slice(2), inner)]];
  });
}

/** How many nodes all of these contents begin with, and end with after that. */
function shared([first, ...others]) {
  const shortest = Math.min(first.length, ...others.map(({ length }) => length));
  const alikeFrom = (place, least) => {
    let count = 0;
    while (count < least && others.every((content) => same(content.at(place(count)), first.at(place(count))))) count += 1;
    return count;
  };
  const before = alikeFrom((count) => count, shortest);
  return [before, alikeFrom((count) => -1 - count, shortest - before)];
}

/** What all cases begin and end with, and between that the choice. What else varies may have more, or less, before it or behind it. */
function around(base, { by, first, others, fewer }, rest) {
  const [before, after] = shared([base, ...others.map(([, other]) => other)]);
  const end = base.length - after;
  const [ahead, inside, behind] = [[0, before], [before, end], [end, base.length]];
  const part = (content, stretch) => {
    const [from, to] = stretch;
    const more = content.length - base.length;
    if (more === 0) return content.slice(from, to);
    const [start, stop] = shared([base, content]);
    if (start >= end) return content.slice(from, stretch === behind ? to + more : to);
    if (base.length - stop > before) throw new Error(`what varies by ${by} varies by more`);
    return content.slice(stretch === ahead ? from : from + more, to + more);
  };
  const restOf = (stretch) =>
    varied(base.slice(...stretch), rest.map(({ others, ...it }) => ({ ...it, others: others.map(([key, other]) => [key, part(other, stretch)]) })));
  const between = others.map(([key, other]) => [key, other.slice(before, other.length - after)]);
  const needed = fewer ? telling([[first, base.slice(...inside)], ...between]) : [...by.keys()];
  const short = (key) => needed.map((at) => key.split(",")[at]).join();
  const of = Object.fromEntries([...between, [first, restOf(inside)]].map(([key, content]) => [short(key), content]));
  return [...restOf(ahead), { by: needed.map((at) => by[at]), of }, ...restOf(behind)];
}

/** Which parts of their keys tell contents apart. */
function telling(contents) {
  const keyed = contents.map(([key, content]) => [key.split(","), written(content)]);
  let needed = [...keyed[0][0].keys()];
  for (const at of [...needed].reverse()) {
    const others = needed.filter((it) => it !== at);
    const told = new Map();
    for (const [parts, content] of keyed) {
      const key = others.map((it) => parts[it]).join();
      told.set(key, (told.get(key) ?? new Set()).add(content));
    }
    if (others.length > 0 && [...told.values()].every(({ size }) => size === 1)) needed = others;
  }
  return needed;
}

/** The first element in a tree of which `is` says so, by its name and its attributes. */
export function within(node, is) {
  if (!isElement(node)) return undefined;
  return is(node[0], node[1]) ? node : node.slice(2).map((child) => within(child, is)).find(Boolean);
}

/** Content with what stands for each mark in its place. */
export function markless(content, texts) {
  return content.flatMap((node) => {
    if (!isElement(node)) return slotted(node, texts);
    const [name, attributes, ...inner] = node;
    const values = Object.entries(attributes).map(([key, value]) => {
      const parts = [value].flat().flatMap((part) => (typeof part === "string" ? slotted(part, texts) : [part]));
      return [key, parts.every((part) => typeof part === "string") ? value : parts];
    });
    return [[name, Object.fromEntries(values), ...markless(inner, texts)]];
  });
}

function slotted(text, texts) {
  // The first letter of a name.
  if (text === "~") return [{ text: "account.viewer.name", as: "initial" }];
  for (const [known, slot] of texts) {
    const [before, ...after] = text.split(known);
    if (after.length > 0) return [...slotted(before, texts), slot, ...slotted(after.join(known), texts)];
  }
  const found = MARK.exec(text);
  if (!found) return text === "" ? [] : [text];
  const [whole, path] = found;
  return [...slotted(text.slice(0, found.index), texts), { text: path }, ...slotted(text.slice(found.index + whole.length), texts)];
}

/** @throws where a form has nothing that follows a text which the page shows. */
export function checked(path, form, slots) {
  const all = JSON.stringify(form);
  for (const slot of slots) if (!all.includes(JSON.stringify(slot))) throw new Error(`the form of ${path} says ${JSON.stringify(slot)} nowhere`);
  if (all.includes("~") && MARK.test(all)) throw new Error(`the form of ${path} has a mark left`);
}
