// The list in Solid, windowed by TanStack Virtual.
import { createVirtualizer } from "@tanstack/solid-virtual";
import { For, Show, createMemo, createSignal } from "solid-js";
import { render } from "solid-js/web";

import { CAPTION, COLUMNS, NOTHING, addressOf, foundOf, isPlain, load, say } from "../shared/incidents.mjs";
import { BEYOND, ROW_HEIGHT, walk } from "../shared/table.mjs";

function Incidents({ list }) {
  const [filter, setFilter] = createSignal(NOTHING);
  const shown = createMemo(() => list.find(filter()));
  let view;
  const virtual = createVirtualizer({
    get count() {
      return shown().length;
    },
    getScrollElement: () => view,
    estimateSize: () => ROW_HEIGHT,
    overscan: BEYOND,
  });
  const narrow = (part, value) => {
    setFilter({ ...filter(), [part]: value });
    view.scrollTop = 0;
  };
  // Rows are told apart by what they show: one that stays in sight stays as it is.
  const rows = createMemo(() => virtual.getVirtualItems().filter(({ index }) => index < shown().length));
  const entries = createMemo(() => rows().map(({ index }) => shown()[index]));
  const above = () => rows()[0]?.start ?? 0;
  const below = () => virtual.getTotalSize() - (rows().at(-1)?.end ?? 0);
  return (
    <>
      <h1>{say.title}</h1>
      <div class="incidents">
        <Filter list={list} filter={filter()} narrow={narrow} />
        <p class="incidents-found hint" role="status">
          {foundOf(filter(), shown().length)}
        </p>
        <div class="incidents-tools">
          <Show when={!isPlain(filter())}>
            <button type="button" class="button" id="clear" onClick={() => setFilter(NOTHING)}>
              {say.clear}
            </button>
          </Show>
        </div>
        <div class="incidents-shown window" ref={view}>
          <table class="incident-table" classList={{ none: shown().length === 0 }} role="table">
            <caption>{CAPTION}</caption>
            <thead role="rowgroup">
              <tr role="row">
                {COLUMNS.map((column) => (
                  <th scope="col" role="columnheader">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody role="rowgroup" onKeyDown={(key) => walk(key, shown().length, (index) => virtual.scrollToIndex(index))}>
              <Gap height={above()} />
              <For each={entries()}>
                {(entry, at) => <Row list={list} entry={entry} index={rows()[at()]?.index} measure={(row) => queueMicrotask(() => row.isConnected && virtual.measureElement(row))} />}
              </For>
              <Gap height={below()} />
            </tbody>
          </table>
        </div>
      </div>
    </>
  );
}

function Filter(props) {
  const select = ({ part, label, any, options }) => (
    <div class="field">
      <label for={part}>{label}</label>
      <select id={part} value={props.filter[part]} onInput={(chosen) => props.narrow(part, chosen.currentTarget.value)}>
        <option value="">{any}</option>
        {options.map(({ value, label }) => (
          <option value={value}>{label}</option>
        ))}
      </select>
    </div>
  );
  const field = ({ part, label, type }) => (
    <div class="field">
      <label for={part}>{label}</label>
      <input type={type} id={part} autocomplete="off" value={props.filter[part]} onInput={(typed) => props.narrow(part, typed.currentTarget.value)} />
    </div>
  );
  return (
    <div class="incidents-narrowing" role="search" aria-label={say.filter}>
      <div class="incidents-filter">
        {field({ part: "text", label: say.find, type: "text" })}
        {props.list.selects.map(select)}
      </div>
      <details class="fold">
        <summary>{say.more_filters}</summary>
        <div class="incidents-filter">
          {props.list.folded.map(select)}
          {props.list.days.map((day) => field({ ...day, type: "date" }))}
        </div>
      </details>
    </div>
  );
}

const Gap = (props) => (
  <Show when={props.height > 0}>
    <tr aria-hidden="true">
      <td class="gap" colspan={8} style={{ height: `${props.height}px` }} />
    </tr>
  </Show>
);

function Row(props) {
  const row = props.list.rowOf(props.entry);
  return (
    <tr role="row" data-index={props.index} ref={props.measure}>
      <Cell name={COLUMNS[0]}>
        <span class="code">{row.number}</span>
      </Cell>
      <th scope="row" role="rowheader">
        <a href={addressOf(row)}>
          <span dir="auto">{row.title}</span>
        </a>
        {row.customer && (
          <p class="hint" dir="auto">
            {row.customer}
          </p>
        )}
      </th>
      <Cell name={COLUMNS[2]}>{row.product}</Cell>
      <Cell name={COLUMNS[3]}>{row.severity}</Cell>
      <Cell name={COLUMNS[4]}>
        <span class={`badge ${row.tone}`}>{row.status}</span>
      </Cell>
      <Cell name={COLUMNS[5]}>
        <time datetime={row.createdAt}>{row.created}</time>
      </Cell>
      <Cell name={COLUMNS[6]}>
        <span dir="auto">{row.createdBy}</span>
      </Cell>
      <Cell name={COLUMNS[7]}>
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

const list = await load();
render(() => <Incidents list={list} />, document.querySelector("#root"));
