import { For, Show, createMemo, createSignal } from "solid-js";

import { moreIncidents, problemSentence } from "../shared/backend.mjs";
import { captionOf, columnsOf, foundOf, narrowed, rowOf, statusesOf } from "../shared/incidents.mjs";
import { Badge, Button, Link, Notice, TextField, useSay, useWords } from "./ui.jsx";

export function Incidents(props) {
  const w = useWords();
  const [list, setList] = createSignal(props.data.incidents);
  const [text, setText] = createSignal("");
  const [status, setStatus] = createSignal("");
  const rows = createMemo(() => list().incidents.map((incident) => rowOf(w, incident, props.data)));
  const shown = createMemo(() => narrowed(rows(), text(), status()));
  return (
    <Show
      when={rows().length > 0}
      fallback={
        <div class="empty">
          <h2>{w("incidents.empty_title")}</h2>
          <p>{w("incidents.empty_text")}</p>
          <NewIncident />
        </div>
      }
    >
      <div class="incidents">
        <div class="incidents-tools">
          <div class="incidents-filter" role="search" aria-label={w("incidents.filter")}>
            <TextField id="find" label={w("incidents.find")} value={text()} onValue={setText} />
            <div class="field">
              <label for="status">{w("incidents.column_status")}</label>
              <select id="status" value={status()} onChange={(chosen) => setStatus(chosen.currentTarget.value)}>
                <option value="">{w("incidents.any_status")}</option>
                {statusesOf(w).map(({ value, text }) => (
                  <option value={value}>{text}</option>
                ))}
              </select>
            </div>
          </div>
          <NewIncident />
        </div>
        <p class="incidents-found hint" role="status">
          {foundOf(w, rows(), shown(), text(), status())}
        </p>
        <Table rows={shown()} />
        <More list={list()} setList={setList} />
      </div>
    </Show>
  );
}

function NewIncident() {
  const w = useWords();
  return (
    <Link to="incidents/new" class="button primary">
      {w("incidents.new_incident")}
    </Link>
  );
}

function Table(props) {
  const w = useWords();
  const columns = columnsOf(w);
  return (
    <table class="incident-table" classList={{ none: props.rows.length === 0 }} role="table">
      <caption>{captionOf(w)}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th scope="col" role="columnheader">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        <For each={props.rows}>{(row) => <Row row={row} columns={columns} />}</For>
      </tbody>
    </table>
  );
}

function Row({ row, columns }) {
  return (
    <tr role="row">
      <Cell name={columns[0]}>
        <span class="code">{row.number}</span>
      </Cell>
      <th scope="row" role="rowheader">
        <Link to={`incidents/${row.id}`}>
          <span dir="auto">{row.title}</span>
        </Link>
        {row.customer && (
          <p class="hint" dir="auto">
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
        <time datetime={row.createdAt}>{row.created}</time>
      </Cell>
      <Cell name={columns[6]}>
        <span dir="auto">{row.createdBy}</span>
      </Cell>
      <Cell name={columns[7]}>
        {row.payer}
        <p class="hint">{row.consumed}</p>
      </Cell>
    </tr>
  );
}

const Cell = (props) => (
  <td role="cell">
    <span class="cell-name" aria-hidden="true">
      {props.name}
    </span>
    <div>{props.children}</div>
  </td>
);

/** "Show more", while there is more; it stays when everything is here, so that the focus is not lost. */
function More(props) {
  const w = useWords();
  const say = useSay();
  const [busy, setBusy] = createSignal(false);
  const [used, setUsed] = createSignal(false);
  const [problem, setProblem] = createSignal(null);
  const more = async () => {
    setBusy(true);
    setUsed(true);
    setProblem(null);
    try {
      const page = await moreIncidents(props.list.next);
      const incidents = [...props.list.incidents, ...page.incidents];
      props.setList({ incidents, next: page.next });
      say(w("incidents.more_loaded", { count: page.incidents.length, all: incidents.length }));
    } catch (problem) {
      setProblem(problem);
    }
    setBusy(false);
  };
  return (
    <Show when={props.list.next || used()}>
      <div class="incidents-more">
        <Show when={problem()}>
          <Notice tone="bad" title={w("incidents.more_failed")} urgent>
            <p>{problemSentence(w, problem())}</p>
          </Notice>
        </Show>
        <Button busy={busy()} whyNot={props.list.next ? null : w("incidents.all_loaded", { count: props.list.incidents.length })} onPress={more}>
          {w("incidents.more")}
        </Button>
      </div>
    </Show>
  );
}
