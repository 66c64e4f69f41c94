// The incidents of a view as a file, made of everything that the API has of it.
import { MOST, nextPage, problemSentence } from "./backend.mjs";
import { columnsOf, rowOf } from "./incidents.mjs";

/**
 * Exports a view as `csv` or `json`. `tell` hears how far it has come, in words, and nothing at the end; `fail` hears why there is no
 * file. Gives what stops it.
 */
export function exportView(w, data, view, as, { tell, fail, say }) {
  let stopped = false;
  const read = async () => {
    const incidents = [];
    let after;
    do {
      const page = await nextPage(view, MOST, after);
      if (stopped) return;
      incidents.push(...page.incidents);
      tell(w("incidents.export_read", { count: incidents.length }));
      after = page.next;
    } while (after);
    tell("");
    const name = `incidents-${data.account.as_of}.${as}`;
    if (as === "csv") save(name, "text/csv;charset=utf-8", csv(table(w, incidents, data), w.cellSeparator()));
    else save(name, "application/json", JSON.stringify(incidents.map(exported)));
    say(w("incidents.exported", { count: incidents.length }));
  };
  tell(w("incidents.export_read", { count: 0 }));
  read().catch((problem) => {
    if (stopped) return;
    tell("");
    fail(problemSentence(w, problem));
  });
  return () => {
    stopped = true;
  };
}

/** What the list says, with a head. */
function table(w, incidents, data) {
  const [number, title, product, severity, status, created, createdBy, paidBy] = columnsOf(w);
  const own = w("incidents.for_own_company");
  return [
    [number, title, product, severity, status, created, createdBy, w("incidents.beneficiary"), paidBy, w("incidents.consumption")],
    ...incidents.map((incident) => rowOf(w, incident, data)).map((row) => [
      row.number,
      row.test ? `${row.title} (${row.test})` : row.title,
      row.product,
      row.severity,
      row.statusText,
      row.createdAt,
      row.createdBy,
      row.incident.customer ?? own,
      row.payer,
      String(row.incident.consumed),
    ]),
  ];
}

/** As RFC 4180 writes it, with a byte order mark. A cell that a spreadsheet would take for a formula has an apostrophe before it. */
function csv(table, separator) {
  const written = (text) => {
    const cell = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return [separator, '"', "\r", "\n"].some((mark) => cell.includes(mark)) ? `"${cell.replaceAll('"', '""')}"` : cell;
  };
  return `\ufeff${table.map((line) => `${line.map(written).join(separator)}\r\n`).join("")}`;
}

/** One incident for programs: codes as the API has them. */
const exported = (incident) => ({
  number: incident.number,
  title: incident.title,
  product: incident.product,
  version: incident.version,
  severity: incident.severity,
  status: incident.status,
  created_at: incident.created_at,
  created_by: incident.created_by,
  customer: incident.customer,
  paid_by: payer(incident),
  consumed: incident.consumed,
  test: incident.test || undefined,
});

/** Id of the benefit or the plan that paid. */
const payer = ({ funding, benefit }) => funding.plan ?? (funding.benefit ?? benefit)?.split(".")[0];

function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 30_000);
}
