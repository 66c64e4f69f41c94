import { For, Show, createEffect, createMemo, createSignal } from "solid-js";

import { comparisonOf, keepQuotes, keptQuotes, periodsOf, planChoices, statusOf } from "../shared/plans.mjs";
import { Badge, ExternalLink, useWords } from "./ui.jsx";

export function Plans(props) {
  const w = useWords();
  const [hidden, setHidden] = createSignal(new Set());
  const [differencesOnly, setDifferencesOnly] = createSignal(false);
  const [quotes, setQuotes] = createSignal(keptQuotes(props.data));
  const [went, setWent] = createSignal(null);
  const comparison = createMemo(() => comparisonOf(w, props.data, hidden()));
  createEffect(() => keepQuotes(props.data, quotes()));
  const choose = (id, chosen) => {
    const next = new Set(hidden());
    if (chosen) next.delete(id);
    else next.add(id);
    setHidden(next);
  };
  return (
    <div class="plans">
      <div class="plans-choices">
        <fieldset>
          <legend>{w("plans.choose")}</legend>
          <div class="row">
            <For each={planChoices(w, props.data)}>
              {({ id, name }) => <Check label={name} checked={!hidden().has(id)} onCheck={(chosen) => choose(id, chosen)} />}
            </For>
          </div>
        </fieldset>
        <Check label={w("plans.differences_only")} checked={differencesOnly()} onCheck={setDifferencesOnly} />
      </div>
      <p class="plans-status hint" role="status">
        {statusOf(w, comparison(), differencesOnly())}
      </p>
      <Show when={comparison().plans.length > 0}>
        <PlanTable comparison={comparison()} differencesOnly={differencesOnly()} quotes={quotes()} setQuotes={setQuotes} setWent={setWent} />
        <Sources sources={comparison().sources} went={went()} setWent={setWent} />
      </Show>
    </div>
  );
}

const Check = (props) => (
  <label class="check">
    <input type="checkbox" checked={props.checked} onChange={(change) => props.onCheck(change.currentTarget.checked)} />
    <span>{props.label}</span>
  </label>
);

function PlanTable(props) {
  const w = useWords();
  const plans = () => props.comparison.plans;
  const rows = () => props.comparison.rows.filter(({ differs }) => differs || !props.differencesOnly);
  const Row = (of) => (
    <tr role="row" class={of.class}>
      <th scope="row" role="rowheader">
        {of.head}
      </th>
      <For each={plans()}>{(plan) => <Cell plan={plan.name}>{of.children(plan)}</Cell>}</For>
    </tr>
  );
  return (
    <table class="plan-table" role="table">
      <caption>{w("plans.caption")}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th scope="col" role="columnheader">
            <span class="visually-hidden">{w("plans.attribute")}</span>
          </th>
          <For each={plans()}>
            {({ name }) => (
              <th scope="col" role="columnheader">
                {name}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody role="rowgroup">
        <Row class="plan-summaries" head={w("plans.summary")}>
          {({ summary }) => <p>{summary}</p>}
        </Row>
        <Row class="plan-held" head={w("plans.your_account")}>
          {({ tone, held, lines }) => (
            <>
              <Badge tone={tone} text={held} />
              {lines.map((line) => (
                <p>{line}</p>
              ))}
            </>
          )}
        </Row>
        <For each={rows()}>
          {(attribute) => (
            <tr role="row">
              <th scope="row" role="rowheader">
                {attribute.name}
              </th>
              {attribute.cells.map((cell, at) => (
                <Cell plan={plans()[at].name}>
                  <Figure id={`figure-${attribute.id}-${plans()[at].id}`} cell={cell} setWent={props.setWent} />
                </Cell>
              ))}
            </tr>
          )}
        </For>
        <Row
          class="plan-quotes"
          head={
            <>
              {w("plans.quote")}
              <span class="hint">{w("plans.quote_hint")}</span>
            </>
          }
        >
          {({ id, quotable, quoteFor, quotePer }) =>
            quotable ? (
              <>
                <input
                  type="text"
                  class="plan-quote"
                  dir="auto"
                  autocomplete="off"
                  placeholder=" "
                  maxlength="80"
                  aria-label={quoteFor}
                  value={props.quotes[id] ?? ""}
                  onInput={(typed) => props.setQuotes({ ...props.quotes, [id]: typed.currentTarget.value })}
                />
                <select
                  class="plan-quote"
                  aria-label={quotePer}
                  onChange={(chosen) => props.setQuotes({ ...props.quotes, [`${id}/per`]: chosen.currentTarget.value })}
                >
                  {periodsOf(w).map(({ value, text }) => (
                    <option value={value} selected={value === (props.quotes[`${id}/per`] ?? "year")}>
                      {text}
                    </option>
                  ))}
                </select>
              </>
            ) : (
              <p>{w("plans.quote_not_needed")}</p>
            )
          }
        </Row>
        <Row class="plan-links" head={w("plans.read_on")}>
          {({ url, link }) => (url ? <ExternalLink href={url} text={link} /> : <p>{w("plans.not_published")}</p>)}
        </Row>
      </tbody>
    </table>
  );
}

const Cell = (props) => (
  <td role="cell">
    <span class="cell-name" aria-hidden="true">
      {props.plan}
    </span>
    <div class="plan-figure">{props.children}</div>
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
      {note && <p class="hint">{note}</p>}
      {origin && (
        <p class="plan-origin">
          {origin.caution && <Badge tone="warning" text={origin.caution} />}
          <button type="button" class="link source-link" id={id} onClick={go}>
            {origin.text}
          </button>
        </p>
      )}
    </>
  );
}

function Sources(props) {
  const w = useWords();
  const back = () => {
    document.getElementById(props.went.figure).focus();
    props.setWent(null);
  };
  return (
    <section class="sources" aria-labelledby="sources">
      <h2 id="sources">{w("plans.sources")}</h2>
      <p class="hint">{w("plans.sources_hint")}</p>
      <ol>
        <For each={props.sources}>
          {({ number, title, url, about }) => (
            <li id={`source-${number}`} tabindex="-1">
              <span class="source-name">{url ? <ExternalLink href={url} text={title} /> : <span>{title}</span>}</span>
              <span class="hint">{about}</span>
              <Show when={props.went?.number === number}>
                <button type="button" class="link source-back" onClick={back}>
                  {w("plans.back")}
                </button>
              </Show>
            </li>
          )}
        </For>
      </ol>
    </section>
  );
}
