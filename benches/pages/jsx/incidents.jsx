import { Link, useMemo, useState } from "framework";

import { moreIncidents, problemSentence } from "../shared/backend.mjs";
import { captionOf, columnsOf, foundOf, narrowed, rowOf, statusesOf } from "../shared/incidents.mjs";
import { Badge, Button, Notice, TextField, useSay, useWords } from "./ui.jsx";

export function Incidents({ data }) {
  const w = useWords();
  const [list, setList] = useState(data.incidents);
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const rows = useMemo(() => list.incidents.map((incident) => rowOf(w, incident, data)), [list, data]);
  const shown = useMemo(() => narrowed(rows, text, status), [rows, text, status]);
  if (rows.length === 0) {
    return (
      <div className="empty">
        <h2>{w("incidents.empty_title")}</h2>
        <p>{w("incidents.empty_text")}</p>
        <NewIncident />
      </div>
    );
  }
  return (
    <div className="incidents">
      <div className="incidents-tools">
        <div className="incidents-filter" role="search" aria-label={w("incidents.filter")}>
          <TextField id="find" label={w("incidents.find")} value={text} onValue={setText} />
          <div className="field">
            <label htmlFor="status">{w("incidents.column_status")}</label>
            <select id="status" value={status} onChange={(chosen) => setStatus(chosen.currentTarget.value)}>
              <option value="">{w("incidents.any_status")}</option>
              {statusesOf(w).map(({ value, text }) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </div>
        </div>
        <NewIncident />
      </div>
      <p className="incidents-found hint" role="status">
        {foundOf(w, rows, shown, text, status)}
      </p>
      <Table rows={shown} />
      <More list={list} setList={setList} />
    </div>
  );
}

function NewIncident() {
  const w = useWords();
  return (
    <Link to="incidents/new" className="button primary">
      {w("incidents.new_incident")}
    </Link>
  );
}

function Table({ rows }) {
  const w = useWords();
  const columns = useMemo(() => columnsOf(w), []);
  return (
    <table className={rows.length === 0 ? "incident-table none" : "incident-table"} role="table">
      <caption>{captionOf(w)}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th scope="col" role="columnheader" key={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <Row key={row.id} row={row} columns={columns} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, columns }) {
  return (
    <tr role="row">
      <Cell name={columns[0]}>
        <span className="code">{row.number}</span>
      </Cell>
      <th scope="row" role="rowheader">
        <Link to={`incidents/${row.id}`}>
          <span dir="auto">{row.title}</span>
        </Link>
        {row.customer && (
          <p className="hint" dir="auto">
            {row.customer}
          </p>
        )}
      </th>
      <Cell name={columns[2]}>{row.product}</Cell>
      <Cell name={columns[3]}>{row.severity}</Cell>
      <Cell name={columns[4]}>
        <Badge tone={row.tone} text={row.statusText} />
      </Cell>
      <Cell name={columns[5]}>
        <time dateTime={row.createdAt}>{row.created}</time>
      </Cell>
      <Cell name={columns[6]}>
        <span dir="auto">{row.createdBy}</span>
      </Cell>
      <Cell name={columns[7]}>
        {row.payer}
        <p className="hint">{row.consumed}</p>
      </Cell>
    </tr>
  );
}

const Cell = ({ name, children }) => (
  <td role="cell">
    <span className="cell-name" aria-hidden="true">
      {name}
    </span>
    <div>{children}</div>
  </td>
);

/** "Show more", while there is more; it stays when everything is here, so that the focus is not lost. */
function More({ list, setList }) {
  const w = useWords();
  const say = useSay();
  const [busy, setBusy] = useState(false);
  const [used, setUsed] = useState(false);
  const [problem, setProblem] = useState(null);
  if (!list.next && !used) return null;
  const more = async () => {
    setBusy(true);
    setUsed(true);
    setProblem(null);
    try {
      const page = await moreIncidents(list.next);
      const incidents = [...list.incidents, ...page.incidents];
      setList({ incidents, next: page.next });
      say(w("incidents.more_loaded", { count: page.incidents.length, all: incidents.length }));
    } catch (problem) {
      setProblem(problem);
    }
    setBusy(false);
  };
  return (
    <div className="incidents-more">
      {problem && (
        <Notice tone="bad" title={w("incidents.more_failed")} urgent>
          <p>{problemSentence(w, problem)}</p>
        </Notice>
      )}
      <Button busy={busy} whyNot={list.next ? null : w("incidents.all_loaded", { count: list.incidents.length })} onPress={more}>
        {w("incidents.more")}
      </Button>
    </div>
  );
}
