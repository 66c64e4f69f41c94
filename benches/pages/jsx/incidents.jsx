import { Link, useEffect, useMemo, useRef, useState } from "framework";

import { PAGE, nextPage, problemSentence } from "../shared/backend.mjs";
import { exportView } from "../shared/export.mjs";
import { captionOf, columnsOf, filtersOf, foundOf, isEmpty, longer, rowOf, walk } from "../shared/incidents.mjs";
import { PLAIN, SETTLED, isPlain, isSame, isUnfolded, putView } from "../shared/view.mjs";
import { Badge, Button, CopyButton, Notice, SelectField, TextField, useSay, useWords } from "./ui.jsx";

export function Incidents({ data }) {
  const w = useWords();
  const [list, setList] = useState(data.list);
  // What the controls say, and what the address asks for a moment later.
  const [view, setView] = useState(data.list.view);
  const [asked, setAsked] = useState(data.list.view);
  const [problem, setProblem] = useState(null);
  const turn = useRef(0);
  const rows = useMemo(() => list.incidents.map((incident) => rowOf(w, incident, data)), [list, data]);
  const ask = async (view) => {
    const mine = ++turn.current;
    putView(view);
    setAsked(view);
    setProblem(null);
    try {
      const first = await nextPage(view, PAGE);
      if (mine === turn.current) setList({ view, ...first });
    } catch (problem) {
      if (mine === turn.current) setProblem(problem);
    }
  };
  useEffect(() => {
    if (isSame(view, asked)) return;
    const timer = setTimeout(() => ask(view), SETTLED);
    return () => clearTimeout(timer);
  }, [view, asked]);
  useEffect(() => () => void (turn.current += 1), []);
  const clear = () => {
    setView(PLAIN);
    ask(PLAIN);
  };
  if (isEmpty(list) && isPlain(asked)) {
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
      <Narrowing data={data} view={view} setView={setView} />
      {problem && (
        <Notice tone="bad" title={w("shell.problem_load_title")} urgent>
          <p>{problemSentence(w, problem)}</p>
          <Button onPress={() => ask(asked)}>{w("shell.retry")}</Button>
        </Notice>
      )}
      <p className="incidents-found hint" role="status">
        {foundOf(w, asked, list)}
      </p>
      <div className="incidents-tools">
        <NewIncident />
        {!isPlain(asked) && <Button onPress={clear}>{w("incidents.clear")}</Button>}
        <CopyButton what={w("incidents.view_link")} text={() => location.href} inSight />
        <Export data={data} view={asked} />
      </div>
      <div className="incidents-shown" aria-busy={!problem && !isSame(asked, list.view) ? "true" : undefined}>
        <Table rows={rows} />
      </div>
      <More list={list} setList={setList} />
    </div>
  );
}

/** What the list can be narrowed by: the most usual in sight, the rest folded until the address says one of it. */
function Narrowing({ data, view, setView }) {
  const w = useWords();
  const { inSight, folded } = useMemo(() => filtersOf(w, data), [data]);
  const [unfolded] = useState(() => isUnfolded(view));
  const field = ({ part, label, type, choices }) => {
    const Field = choices ? SelectField : TextField;
    return <Field key={part} id={part} label={label} type={type} choices={choices} value={view[part]} onValue={(value) => setView({ ...view, [part]: value })} />;
  };
  return (
    <div className="incidents-narrowing" role="search" aria-label={w("incidents.filter")}>
      <div className="incidents-filter">{inSight.map(field)}</div>
      <details className="fold" open={unfolded}>
        <summary>{w("incidents.more_filters")}</summary>
        <div className="incidents-filter">{folded.map(field)}</div>
      </details>
    </div>
  );
}

/** The ways to export what a view shows, how far that has come, and the way to stop it. */
function Export({ data, view }) {
  const w = useWords();
  const say = useSay();
  const [progress, tell] = useState("");
  const [failure, fail] = useState(null);
  const running = useRef(null);
  const place = useRef(null);
  useEffect(() => () => running.current?.(), []);
  const start = (as) => () => {
    fail(null);
    running.current = exportView(w, data, view, as, { tell, fail, say });
  };
  const stop = () => {
    running.current();
    tell("");
    say(w("incidents.export_stopped"));
    place.current.querySelector("button").focus();
  };
  return (
    <div className="incidents-export" ref={place}>
      <div className="row">
        <Button kind="quiet" busy={progress !== ""} onPress={start("csv")}>
          {w("incidents.export_csv")}
        </Button>
        <Button kind="quiet" busy={progress !== ""} onPress={start("json")}>
          {w("incidents.export_json")}
        </Button>
        {progress && (
          <>
            <span className="hint">{progress}</span>
            <Button onPress={stop}>{w("incidents.export_stop")}</Button>
          </>
        )}
      </div>
      {failure && (
        <Notice tone="bad" title={w("incidents.export_failed")} urgent>
          <p>{failure}</p>
        </Notice>
      )}
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
      <tbody role="rowgroup" onKeyDown={walk}>
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
        {row.test && (
          <>
            {" "}
            <Badge tone="info" text={row.test} />
          </>
        )}
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
      const page = await nextPage(list.view, PAGE, list.next);
      setList((now) => longer(now, list.next, page));
      say(w("incidents.more_loaded", { count: page.incidents.length, all: list.incidents.length + page.incidents.length }));
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
