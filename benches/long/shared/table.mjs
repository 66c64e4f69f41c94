// What the windowed tables have in common.

/** How high a row is likely to be, until it is on show; and how many rows beyond what is in sight are kept ready. */
export const ROW_HEIGHT = 66;
export const BEYOND = 5;

/** Moves the focus from row to row with the arrow keys, and to the ends of the list. `show(index)` brings a row into sight. */
export function walk(key, count, show) {
  const row = key.target.closest("tr[data-index]");
  if (!row || key.ctrlKey || key.altKey || key.metaKey || key.shiftKey) return;
  const here = Number(row.dataset.index);
  const wanted = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: count - 1 }[key.key];
  if (wanted === undefined || wanted < 0 || wanted >= count) return;
  key.preventDefault();
  const body = row.parentElement;
  const link = () => body.querySelector(`tr[data-index="${wanted}"] a`);
  if (link()) return link().focus();
  show(wanted);
  requestAnimationFrame(() => link()?.focus());
}
