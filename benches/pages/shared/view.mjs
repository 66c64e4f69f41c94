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

/** A view as the API is asked for it: names and values. The days are the reader's own, whole. */
export const narrowed = (view) =>
  [
    ...["order", "status", "product", "severity"].map((part) => [part, view[part]]),
    ["paid_by", view["paid-by"]],
    ["text", view.text.trim()],
    ["created_from", instant(view.from, "00:00:00")],
    ["created_until", instant(view.to, "23:59:59.999")],
  ].filter(([, value]) => value);

function instant(day, time) {
  const at = new Date(`${day}T${time}`);
  return Number.isNaN(at.valueOf()) ? "" : at.toISOString();
}
