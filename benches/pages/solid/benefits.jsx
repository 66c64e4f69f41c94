import { For, Show, createEffect, createMemo, createSignal, onCleanup } from "solid-js";

import { activate, linkContract, problemSentence, revealIds } from "../shared/backend.mjs";
import { SHOWN_FOR, benefitsOf, linkDone, linkErrors, linkFailure } from "../shared/benefits.mjs";
import { Badge, Button, CopyButton, Dialog, ErrorSummary, ExternalLink, Facts, Hidden, Link, Notice, TextField, useSay, useWords } from "./ui.jsx";

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
        <p>
          <Link to="benefits/usage">{w("benefits.usage")}</Link>
        </p>
        <Cards cards={page().own} />
      </section>
      <Show when={page().linked.length > 0}>
        <section class="section" aria-labelledby="linked-contracts">
          <h2 id="linked-contracts">{w("benefits.linked_heading")}</h2>
          <Cards cards={page().linked} />
        </section>
      </Show>
      <Show when={page().coming.length > 0}>
        <section class="section" aria-labelledby="coming">
          <h2 id="coming">{w("benefits.coming")}</h2>
          <div class="coming">
            <Facts facts={page().coming.map(({ name, sentences }) => ({ name, value: <For each={sentences}>{(sentence) => <p>{sentence}</p>}</For> }))} />
          </div>
        </section>
      </Show>
      <LinkForm account={props.data.account} refresh={props.refresh} />
      <section class="section" aria-labelledby="next-steps">
        <h2 id="next-steps">{w("benefits.next_steps")}</h2>
        <ul class="steps">
          <Show when={page().manage}>
            {(manage) => (
              <li>
                <ExternalLink href={manage().url} text={manage().text} />
              </li>
            )}
          </Show>
          <li>
            <Link to="plans">{w("benefits.compare_plans")}</Link>
          </li>
        </ul>
      </section>
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
      {card.pace && <Pace pace={card.pace} />}
      <Facts facts={card.facts} />
      {card.ids && <Ids card={card} />}
      {card.reference && (
        <Link to={`benefits/usage?contract=${card.reference}`}>
          {w("benefits.history")}
          <Hidden>{card.of}</Hidden>
        </Link>
      )}
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

/** When the incidents run out at the present pace, and what that is based on. */
function Pace({ pace }) {
  const w = useWords();
  return (
    <dl class="facts">
      <div class="fact">
        <dt>{w("benefits.pace")}</dt>
        <dd>
          {pace.early && <Badge tone="warning" text={pace.early} />}
          <p>{pace.text}</p>
          {pace.basis && <p class="hint">{pace.basis}</p>}
        </dd>
      </div>
    </dl>
  );
}

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
  const { text, whyNot, title, explain, done, message } = card.activation;
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
      {message && <Message card={card} message={message} />}
    </>
  );
}

/** A message to those who may activate the benefit, and the ways to send it. */
function Message({ card, message: { text, mail } }) {
  const w = useWords();
  return (
    <details class="fold message">
      <summary>
        {w("benefits.message")}
        <Hidden>{card.of}</Hidden>
      </summary>
      <p class="message-text" dir="auto">
        {text}
      </p>
      <div class="row">
        <CopyButton what={w("benefits.message_name")} text={text} inSight />
        <ExternalLink href={mail} text={w("benefits.message_mail")} />
      </div>
    </details>
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
      const done = linkDone(w, props.account, await linkContract(accessId().trim(), contractId().trim()));
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
