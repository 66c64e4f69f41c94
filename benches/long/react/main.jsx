// The list in React, windowed by TanStack Virtual.
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useCallback, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

import { CAPTION, COLUMNS, NOTHING, addressOf, foundOf, isPlain, load, say } from "../shared/incidents.mjs";
import { BEYOND, ROW_HEIGHT, walk } from "../shared/table.mjs";

function Incidents({ list }) {
  const [filter, setFilter] = useState(NOTHING);
  const shown = useMemo(() => list.find(filter), [list, filter]);
  const view = useRef(null);
  const virtual = useVirtualizer({ count: shown.length, getScrollElement: () => view.current, estimateSize: () => ROW_HEIGHT, overscan: BEYOND });
  const narrow = useCallback((part, value) => {
    setFilter((filter) => ({ ...filter, [part]: value }));
    view.current.scrollTop = 0;
  }, []);
  const rows = virtual.getVirtualItems();
  const above = rows[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (rows.at(-1)?.end ?? 0);
  return (
    <>
      <h1>{say.title}</h1>
      <div className="incidents">
        <Filter list={list} filter={filter} narrow={narrow} />
        <p className="incidents-found hint" role="status">
          {foundOf(filter, shown.length)}
        </p>
        <div className="incidents-tools">
          {!isPlain(filter) && (
            <button type="button" className="button" id="clear" onClick={() => setFilter(NOTHING)}>
              {say.clear}
            </button>
          )}
        </div>
        <div className="incidents-shown window" ref={view}>
          <table className={shown.length === 0 ? "incident-table none" : "incident-table"} role="table">
            <caption>{CAPTION}</caption>
            <Head />
            <tbody role="rowgroup" onKeyDown={(key) => walk(key, shown.length, (index) => virtual.scrollToIndex(index))}>
              {above > 0 && <Gap height={above} />}
              {rows.map(({ index }) => (
                <Row key={shown[index].incident.id} list={list} entry={shown[index]} index={index} measure={virtual.measureElement} />
              ))}
              {below > 0 && <Gap height={below} />}
            </tbody>
          </table>
        </div>
      </div>
    </>
  );
}

const Filter = memo(({ list, filter, narrow }) => {
  const select = ({ part, label, any, options }) => (
    <div className="field" key={part}>
      <label htmlFor={part}>{label}</label>
      <select id={part} value={filter[part]} onChange={(chosen) => narrow(part, chosen.currentTarget.value)}>
        <option value="">{any}</option>
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
  const field = ({ part, label, type }) => (
    <div className="field" key={part}>
      <label htmlFor={part}>{label}</label>
      <input type={type} id={part} autoComplete="off" value={filter[part]} onChange={(typed) => narrow(part, typed.currentTarget.value)} />
    </div>
  );
  return (
    <div className="incidents-narrowing" role="search" aria-label={say.filter}>
      <div className="incidents-filter">
        {field({ part: "text", label: say.find, type: "text" })}
        {list.selects.map(select)}
      </div>
      <details className="fold">
        <summary>{say.more_filters}</summary>
        <div className="incidents-filter">
          {list.folded.map(select)}
          {list.days.map((day) => field({ ...day, type: "date" }))}
        </div>
      </details>
    </div>
  );
});

const Head = memo(() => (
  <thead role="rowgroup">
    <tr role="row">
      {COLUMNS.map((column) => (
        <th scope="col" role="columnheader" key={column}>
          {column}
        </th>
      ))}
    </tr>
  </thead>
));

const Gap = ({ height }) => (
  <tr aria-hidden="true">
    <td className="gap" colSpan={8} style={{ height }} />
  </tr>
);

const Row = memo(({ list, entry, index, measure }) => {
  const row = list.rowOf(entry);
  return (
    <tr role="row" data-index={index} ref={measure}>
      <Cell name={COLUMNS[0]}>
        <span className="code">{row.number}</span>
      </Cell>
      <th scope="row" role="rowheader">
        <a href={addressOf(row)}>
          <span dir="auto">{row.title}</span>
        </a>
        {row.customer && (
          <p className="hint" dir="auto">
            {row.customer}
          </p>
        )}
      </th>
      <Cell name={COLUMNS[2]}>{row.product}</Cell>
      <Cell name={COLUMNS[3]}>{row.severity}</Cell>
      <Cell name={COLUMNS[4]}>
        <span className={`badge ${row.tone}`}>{row.status}</span>
      </Cell>
      <Cell name={COLUMNS[5]}>
        <time dateTime={row.createdAt}>{row.created}</time>
      </Cell>
      <Cell name={COLUMNS[6]}>
        <span dir="auto">{row.createdBy}</span>
      </Cell>
      <Cell name={COLUMNS[7]}>
        {row.payer}
        <p className="hint">{row.consumed}</p>
      </Cell>
    </tr>
  );
});

const Cell = ({ name, children }) => (
  <td role="cell">
    <span className="cell-name" aria-hidden="true">
      {name}
    </span>
    <div>{children}</div>
  </td>
);

const list = await load();
createRoot(document.querySelector("#root")).render(<Incidents list={list} />);
