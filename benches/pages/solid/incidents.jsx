import { For, Show, createEffect, createMemo, createSignal, onCleanup } from "solid-js";

import { PAGE, nextPage, problemSentence } from "../shared/backend.mjs";
import { exportView } from "../shared/export.mjs";
import { captionOf, columnsOf, filtersOf, foundOf, isEmpty, longer, rowOf, walk } from "../shared/incidents.mjs";
import { PLAIN, SETTLED, isPlain, isSame, isUnfolded, putView } from "../shared/view.mjs";
import { Badge, Button, CopyButton, Link, Notice, SelectField, TextField, useSay, useWords } from "./ui.jsx";

export function Incidents(props) {
  const w = useWords();
  const [list, setList] = createSignal(props.data.list);
  // What the controls say, and what the address asks for a moment later.
  const [view, setView] = createSignal(list().view);
  const [asked, setAsked] = createSignal(list().view);
  const [problem, setProblem] = createSignal(null);
  let turn = 0;
  const rows = createMemo(() => list().incidents.map((incident) => rowOf(w, incident, props.data)));
  const ask = async (view) => {
    const mine = ++turn;
    putView(view);
    setAsked(view);
    setProblem(null);
    try {
      const first = await nextPage(view, PAGE);
      if (mine === turn) setList({ view, ...first });
    } catch (problem) {
      if (mine === turn) setProblem(problem);
    }
  };
  createEffect(() => {
    const wanted = view();
    if (isSame(wanted, asked())) return;
    const timer = setTimeout(() => ask(wanted), SETTLED);
    onCleanup(() => clearTimeout(timer));
  });
  onCleanup(() => (turn += 1));
  const clear = () => {
    setView(PLAIN);
    ask(PLAIN);
  };
  return (
    <Show
      when={!isEmpty(list()) || !isPlain(asked())}
      fallback={
        <div class="empty">
          <h2>{w("incidents.empty_title")}</h2>
          <p>{w("incidents.empty_text")}</p>
          <NewIncident />
        </div>
      }
    >
      <div class="incidents">
        <Narrowing data={props.data} view={view()} setView={setView} />
        <Show when={problem()}>
          <Notice tone="bad" title={w("shell.problem_load_title")} urgent>
            <p>{problemSentence(w, problem())}</p>
            <Button onPress={() => ask(asked())}>{w("shell.retry")}</Button>
          </Notice>
        </Show>
        <p class="incidents-found hint" role="status">
          {foundOf(w, asked(), list())}
        </p>
        <div class="incidents-tools">
          <NewIncident />
          <Show when={!isPlain(asked())}>
            <Button onPress={clear}>{w("incidents.clear")}</Button>
          </Show>
          <CopyButton what={w("incidents.view_link")} text={() => location.href} inSight />
          <Export data={props.data} view={asked()} />
        </div>
        <div class="incidents-shown" aria-busy={!problem() && !isSame(asked(), list().view) ? "true" : undefined}>
          <Table rows={rows()} />
        </div>
        <More list={list()} setList={setList} />
      </div>
    </Show>
  );
}

/** What the list can be narrowed by: the most usual in sight, the rest folded until the address says one of it. */
function Narrowing(props) {
  const w = useWords();
  const { inSight, folded } = filtersOf(w, props.data);
  const unfolded = isUnfolded(props.view);
  const field = ({ part, label, type, choices }) => {
    const onValue = (value) => props.setView({ ...props.view, [part]: value });
    return choices ? (
      <SelectField id={part} label={label} choices={choices} value={props.view[part]} onValue={onValue} />
    ) : (
      <TextField id={part} label={label} type={type} value={props.view[part]} onValue={onValue} />
    );
  };
  return (
    <div class="incidents-narrowing" role="search" aria-label={w("incidents.filter")}>
      <div class="incidents-filter">{inSight.map(field)}</div>
      <details class="fold" open={unfolded}>
        <summary>{w("incidents.more_filters")}</summary>
        <div class="incidents-filter">{folded.map(field)}</div>
      </details>
    </div>
  );
}

/** The ways to export what a view shows, how far that has come, and the way to stop it. */
function Export(props) {
  const w = useWords();
  const say = useSay();
  const [progress, tell] = createSignal("");
  const [failure, fail] = createSignal(null);
  let running;
  let place;
  onCleanup(() => running?.());
  const start = (as) => () => {
    fail(null);
    running = exportView(w, props.data, props.view, as, { tell, fail, say });
  };
  const stop = () => {
    running();
    tell("");
    say(w("incidents.export_stopped"));
    place.querySelector("button").focus();
  };
  return (
    <div class="incidents-export" ref={place}>
      <div class="row">
        <Button kind="quiet" busy={progress() !== ""} onPress={start("csv")}>
          {w("incidents.export_csv")}
        </Button>
        <Button kind="quiet" busy={progress() !== ""} onPress={start("json")}>
          {w("incidents.export_json")}
        </Button>
        <Show when={progress()}>
          <span class="hint">{progress()}</span>
          <Button onPress={stop}>{w("incidents.export_stop")}</Button>
        </Show>
      </div>
      <Show when={failure()}>
        <Notice tone="bad" title={w("incidents.export_failed")} urgent>
          <p>{failure()}</p>
        </Notice>
      </Show>
    </div>
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
      <tbody role="rowgroup" onKeyDown={walk}>
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
        {row.test && (
          <>
            {" "}
            <Badge tone="info" text={row.test} />
          </>
        )}
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
      const { view, incidents, next } = props.list;
      const page = await nextPage(view, PAGE, next);
      props.setList((now) => longer(now, next, page));
      say(w("incidents.more_loaded", { count: page.incidents.length, all: incidents.length + page.incidents.length }));
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
