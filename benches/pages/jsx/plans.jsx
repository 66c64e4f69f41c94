import { useMemo, useState } from "framework";

import { comparisonOf, keepQuotes, keptQuotes, periodsOf, planChoices, statusOf } from "../shared/plans.mjs";
import { Badge, ExternalLink, useWords } from "./ui.jsx";

const NONE = new Set();

export function Plans({ data }) {
  const w = useWords();
  const [hidden, setHidden] = useState(NONE);
  const [differencesOnly, setDifferencesOnly] = useState(false);
  const [quotes, setQuotes] = useState(() => keptQuotes(data));
  const [went, setWent] = useState(null);
  const comparison = useMemo(() => comparisonOf(w, data, hidden), [data, hidden]);
  // At once: an effect would come too late for whoever leaves the page.
  const quote = (name, typed) => {
    const next = { ...quotes, [name]: typed };
    keepQuotes(data, next);
    setQuotes(next);
  };
  const choose = (id, chosen) => {
    const next = new Set(hidden);
    if (chosen) next.delete(id);
    else next.add(id);
    setHidden(next);
  };
  return (
    <div className="plans">
      <div className="plans-choices">
        <fieldset>
          <legend>{w("plans.choose")}</legend>
          <div className="row">
            {planChoices(w, data).map(({ id, name }) => (
              <Check key={id} label={name} checked={!hidden.has(id)} onCheck={(chosen) => choose(id, chosen)} />
            ))}
          </div>
        </fieldset>
        <Check label={w("plans.differences_only")} checked={differencesOnly} onCheck={setDifferencesOnly} />
      </div>
      <p className="plans-status hint" role="status">
        {statusOf(w, comparison, differencesOnly)}
      </p>
      {comparison.plans.length > 0 && (
        <>
          <PlanTable comparison={comparison} differencesOnly={differencesOnly} quotes={quotes} onQuote={quote} setWent={setWent} />
          <Sources sources={comparison.sources} went={went} setWent={setWent} />
        </>
      )}
    </div>
  );
}

const Check = ({ label, checked, onCheck }) => (
  <label className="check">
    <input type="checkbox" checked={checked} onChange={(change) => onCheck(change.currentTarget.checked)} />
    <span>{label}</span>
  </label>
);

function PlanTable({ comparison, differencesOnly, quotes, onQuote, setWent }) {
  const w = useWords();
  const { plans, rows } = comparison;
  const row = (className, head, cell) => (
    <tr role="row" className={className}>
      <th scope="row" role="rowheader">
        {head}
      </th>
      {plans.map((plan) => (
        <Cell key={plan.id} plan={plan.name}>
          {cell(plan)}
        </Cell>
      ))}
    </tr>
  );
  return (
    <table className="plan-table" role="table">
      <caption>{w("plans.caption")}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">
            <span className="visually-hidden">{w("plans.attribute")}</span>
          </th>
          {plans.map(({ id, name }) => (
            <th scope="col" role="columnheader" key={id}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {row("plan-summaries", w("plans.summary"), ({ summary }) => (
          <p>{summary}</p>
        ))}
        {row("plan-held", w("plans.your_account"), ({ tone, held, lines }) => (
          <>
            <Badge tone={tone} text={held} />
            {lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </>
        ))}
        {rows
          .filter(({ differs }) => differs || !differencesOnly)
          .map((attribute) => (
            <tr role="row" key={attribute.id}>
              <th scope="row" role="rowheader">
                {attribute.name}
              </th>
              {attribute.cells.map((cell, at) => (
                <Cell key={plans[at].id} plan={plans[at].name}>
                  <Figure id={`figure-${attribute.id}-${plans[at].id}`} cell={cell} setWent={setWent} />
                </Cell>
              ))}
            </tr>
          ))}
        {row(
          "plan-quotes",
          <>
            {w("plans.quote")}
            <span className="hint">{w("plans.quote_hint")}</span>
          </>,
          ({ id, quotable, quoteFor, quotePer }) =>
            quotable ? (
              <>
                <input
                  type="text"
                  className="plan-quote"
                  dir="auto"
                  autoComplete="off"
                  placeholder=" "
                  maxLength={80}
                  aria-label={quoteFor}
                  value={quotes[id] ?? ""}
                  onInput={(typed) => onQuote(id, typed.currentTarget.value)}
                />
                <select
                  className="plan-quote"
                  aria-label={quotePer}
                  value={quotes[`${id}/per`] ?? "year"}
                  onChange={(chosen) => onQuote(`${id}/per`, chosen.currentTarget.value)}
                >
                  {periodsOf(w).map(({ value, text }) => (
                    <option key={value} value={value}>
                      {text}
                    </option>
                  ))}
                </select>
              </>
            ) : (
              <p>{w("plans.quote_not_needed")}</p>
            ),
        )}
        {row("plan-links", w("plans.read_on"), ({ url, link }) =>
          url ? <ExternalLink href={url} text={link} /> : <p>{w("plans.not_published")}</p>,
        )}
      </tbody>
    </table>
  );
}

const Cell = ({ plan, children }) => (
  <td role="cell">
    <span className="cell-name" aria-hidden="true">
      {plan}
    </span>
    <div className="plan-figure">{children}</div>
  </td>
);

function Figure({ id, cell, setWent }) {
  const { text, note, origin } = cell;
  const go = () => {
    setWent({ figure: id, number: origin.number });
    document.getElementById(`source-${origin.number}`).focus();
  };
  return (
    <>
      <p>{text}</p>
      {note && <p className="hint">{note}</p>}
      {origin && (
        <p className="plan-origin">
          {origin.caution && <Badge tone="warning" text={origin.caution} />}
          <button type="button" className="link source-link" id={id} onClick={go}>
            {origin.text}
          </button>
        </p>
      )}
    </>
  );
}

function Sources({ sources, went, setWent }) {
  const w = useWords();
  const back = () => {
    document.getElementById(went.figure).focus();
    setWent(null);
  };
  return (
    <section className="sources" aria-labelledby="sources">
      <h2 id="sources">{w("plans.sources")}</h2>
      <p className="hint">{w("plans.sources_hint")}</p>
      <ol>
        {sources.map(({ number, title, url, about }) => (
          <li id={`source-${number}`} tabIndex={-1} key={number}>
            <span className="source-name">{url ? <ExternalLink href={url} text={title} /> : <span>{title}</span>}</span>
            <span className="hint">{about}</span>
            {went?.number === number && (
              <button type="button" className="link source-back" onClick={back}>
                {w("plans.back")}
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
