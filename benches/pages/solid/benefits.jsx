import { For, Show, createEffect, createMemo, createSignal, onCleanup } from "solid-js";

import { activate, linkContract, problemSentence, revealIds } from "../shared/backend.mjs";
import { SHOWN_FOR, benefitsOf, linkErrors, linkFailure } from "../shared/benefits.mjs";
import { Badge, Button, CopyButton, Dialog, ErrorSummary, Facts, Hidden, Link, Notice, TextField, useSay, useWords } from "./ui.jsx";

export function Benefits(props) {
  const w = useWords();
  const page = createMemo(() => benefitsOf(w, props.data));
  const Cards = (of) => (
    <ul class="cards">
      <For each={of.cards}>
        {(card) => (
          <li>
            <Card card={card} refresh={props.refresh} />
          </li>
        )}
      </For>
    </ul>
  );
  return (
    <>
      <section class="section" aria-labelledby="own-benefits">
        <h2 id="own-benefits">{page().heading}</h2>
        <Show when={page().note}>
          <Notice>
            <p>{page().note}</p>
          </Notice>
        </Show>
        <Show when={page().reminder}>
          {(reminder) => (
            <Notice tone="warning" title={reminder().title}>
              <p>{reminder().text}</p>
              <p>
                <Badge tone="info" text={reminder().tag} />
              </p>
            </Notice>
          )}
        </Show>
        <Cards cards={page().own} />
      </section>
      <Show when={page().linked.length > 0}>
        <section class="section" aria-labelledby="linked-contracts">
          <h2 id="linked-contracts">{w("benefits.linked_heading")}</h2>
          <Cards cards={page().linked} />
        </section>
      </Show>
      <LinkForm refresh={props.refresh} />
    </>
  );
}

function Card({ card, refresh }) {
  const w = useWords();
  const id = `benefit-${card.key}`;
  return (
    <article class="card benefit" aria-labelledby={id}>
      <div class="card-head">
        <div>
          <h3 id={id} tabindex="-1">
            {card.name}
          </h3>
          {card.holder && <p class="hint">{card.holder}</p>}
        </div>
        <Badge tone={card.tone} text={card.state} />
      </div>
      {card.text && <p>{card.text}</p>}
      {card.meter && <Meter meter={card.meter} />}
      <Facts facts={card.facts} />
      {card.ids && <Ids card={card} />}
      <div class="card-actions">
        {card.usable && (
          <Link to={`incidents/new?contract=${card.reference}`} class="button">
            {w("benefits.new_incident")}
            <Hidden>{card.of}</Hidden>
          </Link>
        )}
        {card.activation && <Activate card={card} refresh={refresh} />}
      </div>
    </article>
  );
}

const Meter = ({ meter }) =>
  meter.max === undefined ? (
    <p class="meter-text">{meter.text}</p>
  ) : (
    <div class={meter.class}>
      <div class="meter-track" role="meter" aria-label={meter.label} aria-valuemin="0" aria-valuemax={meter.max} aria-valuenow={meter.value} aria-valuetext={meter.text}>
        <div class="meter-fill" style={{ "inline-size": meter.fill }} />
      </div>
      <p class="meter-text" aria-hidden="true">
        {meter.text}
      </p>
    </div>
  );

/** The two IDs: masked, shown for a minute when asked for, copied. */
function Ids({ card }) {
  const w = useWords();
  const say = useSay();
  const [shown, setShown] = createSignal(null);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal(null);
  const hide = () => {
    setShown(null);
    say(w("benefits.ids_hidden"));
  };
  createEffect(() => {
    if (!shown()) return;
    const giveUp = () => setShown(null);
    const timer = setTimeout(hide, SHOWN_FOR);
    addEventListener("pagehide", giveUp);
    onCleanup(() => {
      clearTimeout(timer);
      removeEventListener("pagehide", giveUp);
    });
  });
  const press = async () => {
    if (shown()) return hide();
    setBusy(true);
    setProblem(null);
    try {
      setShown(await revealIds(card.reference));
      say(w("benefits.ids_shown"));
    } catch (problem) {
      setProblem(problem);
    }
    setBusy(false);
  };
  return (
    <div class="ids">
      <dl>
        {card.ids.map(({ field, label, masked }) => (
          <div class="id-line">
            <dt>{label}</dt>
            <dd>
              <span class="code">{shown()?.[field] ?? masked}</span>
              <Show when={shown()}>{(ids) => <CopyButton what={label} text={ids()[field]} />}</Show>
            </dd>
          </div>
        ))}
      </dl>
      {card.mayReveal && (
        <Button busy={busy()} onPress={press}>
          {shown() ? w("benefits.hide_ids") : w("benefits.show_ids")}
          <Hidden>{card.of}</Hidden>
        </Button>
      )}
      <Show when={shown()}>
        <p class="hint">{w("benefits.ids_care")}</p>
      </Show>
      <Show when={problem()}>
        <Notice tone="bad" urgent>
          <p>{problemSentence(w, problem())}</p>
        </Notice>
      </Show>
    </div>
  );
}

function Activate({ card, refresh }) {
  const w = useWords();
  const say = useSay();
  const [open, setOpen] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal(null);
  const { text, whyNot, title, explain, done } = card.activation;
  let place;
  const show = () => {
    setProblem(null);
    setOpen(true);
  };
  const confirm = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await activate(card.key);
      setOpen(false);
      say(done);
      place.closest("article").querySelector("h3").focus();
      refresh();
    } catch (problem) {
      setProblem(problem);
    }
    setBusy(false);
  };
  return (
    <>
      <div ref={place}>
        <Button kind="primary" whyNot={whyNot} onPress={show}>
          {text}
          <Hidden>{card.name}</Hidden>
        </Button>
      </div>
      <Dialog open={open()} onClose={() => setOpen(false)} title={title}>
        <p>{explain}</p>
        <Show when={problem()}>
          <Notice tone="bad" title={w("shell.problem_title")} urgent>
            <p>{problemSentence(w, problem())}</p>
          </Notice>
        </Show>
        <div class="dialog-actions">
          <Button kind="primary" busy={busy()} onPress={confirm}>
            {w("benefits.activate_confirm")}
          </Button>
          <Button onPress={() => setOpen(false)}>{w("benefits.cancel")}</Button>
        </div>
      </Dialog>
    </>
  );
}

function LinkForm(props) {
  const w = useWords();
  const say = useSay();
  const [accessId, setAccessId] = createSignal("");
  const [contractId, setContractId] = createSignal("");
  const [outcome, setOutcome] = createSignal({ errors: [] });
  const [busy, setBusy] = createSignal(false);
  const submit = async (event) => {
    event.preventDefault();
    if (busy()) return;
    const errors = linkErrors(w, accessId(), contractId());
    setOutcome({ errors });
    if (errors.length > 0) return;
    setBusy(true);
    try {
      await linkContract(accessId().trim(), contractId().trim());
      const done = w("benefits.link_done");
      setAccessId("");
      setContractId("");
      setOutcome({ errors: [], done });
      say(done);
      props.refresh();
    } catch (problem) {
      setOutcome(linkFailure(w, problem, problemSentence(w, problem)));
    }
    setBusy(false);
  };
  const errorOf = (field) => outcome().errors.find((error) => error.field === field)?.text;
  return (
    <section class="section" aria-labelledby="link-contract">
      <h2 id="link-contract">{w("benefits.link_title")}</h2>
      <p class="lead">{w("benefits.link_text")}</p>
      <form class="form link-form" novalidate onSubmit={submit}>
        <ErrorSummary errors={outcome().errors} />
        <Show when={outcome().problem}>
          <Notice tone="bad" title={w("benefits.link_failed")} urgent>
            <p>{outcome().problem}</p>
          </Notice>
        </Show>
        <TextField id="access-id" label={w("benefits.access_id")} value={accessId()} onValue={setAccessId} error={errorOf("access-id")} code maxLength={64} />
        <TextField id="contract-id" label={w("benefits.contract_id")} value={contractId()} onValue={setContractId} error={errorOf("contract-id")} code maxLength={64} />
        <div>
          <Button kind="primary" type="submit" busy={busy()}>
            {w("benefits.link_submit")}
          </Button>
        </div>
        <Show when={outcome().done}>
          <Notice tone="good">
            <p>{outcome().done}</p>
          </Notice>
        </Show>
      </form>
    </section>
  );
}
