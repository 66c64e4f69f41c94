// How the list of incidents is narrowed and ordered, as the page's address has it.

/** The parts of a view; each is empty while it is not chosen. */
const PARTS = ["text", "status", "severity", "product", "paid-by", "from", "to", "order"];
/** Oldest first; anything else is newest first. */
export const OLDEST = "oldest";
/** So many milliseconds nothing more is chosen or typed before the list follows. */
export const SETTLED = 300;

const viewOf = (given) => Object.fromEntries(PARTS.map((part) => [part, given(part) ?? ""]));

/** All incidents, the newest first. */
export const PLAIN = viewOf(() => "");

/** What the page's address asks for. */
export function shownView() {
  const asked = new URLSearchParams(location.search);
  return viewOf((part) => asked.get(part));
}

/** Has the page's address ask for this. */
export function putView(view) {
  const asked = PARTS.filter((part) => view[part]).map((part) => `${part}=${encodeURIComponent(view[part])}`);
  history.replaceState(history.state, "", location.pathname + (asked.length > 0 ? `?${asked.join("&")}` : ""));
}

export const isSame = (one, other) => PARTS.every((part) => one[part] === other[part]);
export const isPlain = (view) => isSame(view, PLAIN);
/** Whether something is chosen that is folded until then. */
export const isUnfolded = (view) => ["severity", "product", "paid-by", "from", "to"].some((part) => view[part]);

/** The part of a view that the API can find by itself: names and values. */
export const narrowed = (view) =>
  ["order", "status", "product", "severity", "text"].map((part) => [part, view[part].trim()]).filter(([, value]) => value);

/** What leaves of some incidents what the API cannot find: who paid, and the days of creation. Nothing where all are wanted. */
export function sieveOf(view) {
  if (!view["paid-by"] && !view.from && !view.to) return null;
  const at = (day, time, open) => (day ? Date.parse(`${day}T${time}`) || open : open);
  const from = at(view.from, "00:00:00", -Infinity);
  const to = at(view.to, "23:59:59.999", Infinity);
  return (incidents) => {
    const moments = incidents.map(({ created_at }) => Date.parse(created_at));
    const last = moments.at(-1);
    return {
      left: incidents.filter((incident, it) => moments[it] >= from && moments[it] <= to && (!view["paid-by"] || payer(incident) === view["paid-by"])),
      goesOn: last === undefined || (view.order === OLDEST ? last <= to : last >= from),
    };
  };
}

/** Id of the benefit or the plan that paid. */
const payer = ({ funding, benefit }) => funding.plan ?? (funding.benefit ?? benefit ?? "").split(".")[0];
