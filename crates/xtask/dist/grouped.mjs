// Which files hold what pages share. The splitter makes a piece for each set of pages that share something: far too many to be files.
// A group holds several, and whoever needs one of them loads all; the main file, which everybody loads, is the group of all pages.

/** What a file costs besides what is in it: a request, tables of its own, and a beginning that nothing before helps to compress. */
const OF_A_FILE = 600;
/** How many groups there are, and how many a page loads, at most. */
const GROUPS = 8;
const FOR_A_PAGE = 3;
/** So many of the largest pieces are each tried as the first group. */
const BEGINNINGS = 8;

/**
 * The pieces (`{ pages }`) in those `groups` of pages, each as `{ pages, pieces }`, from the rarest to that of all pages: each piece is in
 * the rarest that has all its pages. `often` says of each page how often a first visit is to it.
 */
export function grouped(pieces, often, groups) {
  const visits = (pages) => pages.reduce((sum, page) => sum + often[page], 0);
  const sorted = [...groups.toSorted((a, b) => visits(a) - visits(b)), Object.keys(often)];
  const homeOf = (piece) => sorted.find((pages) => piece.pages.every((page) => pages.includes(page)));
  return sorted
    .map((pages) => ({ pages, pieces: pieces.filter((piece) => homeOf(piece) === pages) }))
    .filter(({ pieces }, at) => pieces.length > 0 || at === sorted.length - 1);
}

/**
 * Groups of pages that cost little on a first visit with these pieces (`{ pages, size }`), looked for from those that are `known` too.
 *
 * From each beginning it takes whichever step saves most, until none does; the best end counts. That need not be the best there is, but
 * it is always the same. A few bytes more or less in a piece may lead to other groups that cost the same in all and much more for one
 * page, which is why a build does not look for them.
 */
export function found(pieces, often, known) {
  const pages = Object.keys(often).sort();
  // A set of pages is a number with a bit for each.
  const bit = (page) => 1 << pages.indexOf(page);
  const setOf = (some) => some.reduce((set, page) => set | bit(page), 0);
  const everybody = setOf(pages);
  const sets = Array.from({ length: everybody + 1 }, (_, set) => set);
  const visits = sets.map((set) => pages.reduce((sum, page) => sum + (set & bit(page) ? often[page] : 0), 0));
  const weighed = pieces.map(({ pages, size }) => ({ needed: setOf(pages), size }));

  const rarestFirst = (groups) => [...groups.toSorted((a, b) => visits[a] - visits[b] || a - b), everybody];
  const homeOf = (needed, sorted) => sorted.find((set) => (set & needed) === needed);
  const cost = (groups) => {
    const sorted = rarestFirst(groups);
    const sizes = new Map([[everybody, -OF_A_FILE]]);
    for (const { needed, size } of weighed) {
      const home = homeOf(needed, sorted);
      sizes.set(home, (sizes.get(home) ?? 0) + size);
    }
    return Array.from(sizes).reduce((sum, [set, size]) => sum + visits[set] * (size + OF_A_FILE), 0);
  };
  const may = (groups) =>
    groups.length <= GROUPS &&
    groups.every((set) => set !== everybody && (set & (set - 1)) !== 0) &&
    pages.every((page) => groups.filter((set) => set & bit(page)).length <= FOR_A_PAGE);

  // One fewer; another one, alone or in place of one; and for each of two a page more or fewer.
  function* steps(groups) {
    const without = groups.map((_, at) => groups.toSpliced(at, 1));
    yield* without;
    for (const set of sets) for (const others of [groups, ...without]) yield [...others, set];
    for (const [one, a] of groups.entries()) {
      for (const [other, b] of groups.slice(0, one).entries()) {
        for (const page of pages) for (const another of pages) yield groups.with(one, a ^ bit(page)).with(other, b ^ bit(another));
      }
    }
  }
  const from = (groups) => {
    let best = { groups, costs: cost(groups) };
    for (let last; last !== best; ) {
      last = best;
      for (const groups of steps(last.groups)) {
        if (!may(groups)) continue;
        const costs = cost(groups);
        if (costs < best.costs) best = { groups, costs };
      }
    }
    return best;
  };

  const largest = weighed.toSorted((a, b) => b.size - a.size || a.needed - b.needed).slice(0, BEGINNINGS);
  const ends = [[], known.map(setOf), ...largest.map(({ needed }) => [needed])].filter(may).map(from);
  const { groups } = ends.reduce((best, end) => (end.costs < best.costs ? end : best));
  return rarestFirst(groups)
    .slice(0, -1)
    .map((set) => pages.filter((page) => set & bit(page)));
}
