import { Link, useEffect, useMemo, useRef, useState } from "framework";

import { activate, linkContract, problemSentence, revealIds } from "../shared/backend.mjs";
import { SHOWN_FOR, benefitsOf, linkErrors, linkFailure } from "../shared/benefits.mjs";
import { Badge, Button, CopyButton, Dialog, ErrorSummary, Facts, Hidden, Notice, TextField, useSay, useWords } from "./ui.jsx";

export function Benefits({ data, refresh }) {
  const w = useWords();
  const { heading, note, reminder, own, linked } = useMemo(() => benefitsOf(w, data), [data]);
  const cards = (cards) => (
    <ul className="cards">
      {cards.map((card) => (
        <li key={card.key}>
          <Card card={card} refresh={refresh} />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <section className="section" aria-labelledby="own-benefits">
        <h2 id="own-benefits">{heading}</h2>
        {note && (
          <Notice>
            <p>{note}</p>
          </Notice>
        )}
        {reminder && (
          <Notice tone="warning" title={reminder.title}>
            <p>{reminder.text}</p>
            <p>
              <Badge tone="info" text={reminder.tag} />
            </p>
          </Notice>
        )}
        {cards(own)}
      </section>
      {linked.length > 0 && (
        <section className="section" aria-labelledby="linked-contracts">
          <h2 id="linked-contracts">{w("benefits.linked_heading")}</h2>
          {cards(linked)}
        </section>
      )}
      <LinkForm refresh={refresh} />
    </>
  );
}

function Card({ card, refresh }) {
  const w = useWords();
  const id = `benefit-${card.key}`;
  return (
    <article className="card benefit" aria-labelledby={id}>
      <div className="card-head">
        <div>
          <h3 id={id} tabIndex={-1}>
            {card.name}
          </h3>
          {card.holder && <p className="hint">{card.holder}</p>}
        </div>
        <Badge tone={card.tone} text={card.state} />
      </div>
      {card.text && <p>{card.text}</p>}
      {card.meter && <Meter meter={card.meter} />}
      <Facts facts={card.facts} />
      {card.ids && <Ids card={card} />}
      <div className="card-actions">
        {card.usable && (
          <Link to={`incidents/new?contract=${card.reference}`} className="button">
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
    <p className="meter-text">{meter.text}</p>
  ) : (
    <div className={meter.class}>
      <div className="meter-track" role="meter" aria-label={meter.label} aria-valuemin={0} aria-valuemax={meter.max} aria-valuenow={meter.value} aria-valuetext={meter.text}>
        <div className="meter-fill" style={{ inlineSize: meter.fill }} />
      </div>
      <p className="meter-text" aria-hidden="true">
        {meter.text}
      </p>
    </div>
  );

/** The two IDs: masked, shown for a minute when asked for, copied. */
function Ids({ card }) {
  const w = useWords();
  const say = useSay();
  const [shown, setShown] = useState(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    if (!shown) return;
    const giveUp = () => setShown(null);
    const timer = setTimeout(hide, SHOWN_FOR);
    addEventListener("pagehide", giveUp);
    return () => {
      clearTimeout(timer);
      removeEventListener("pagehide", giveUp);
    };
  }, [shown]);
  const hide = () => {
    setShown(null);
    say(w("benefits.ids_hidden"));
  };
  const press = async () => {
    if (shown) return hide();
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
    <div className="ids">
      <dl>
        {card.ids.map(({ field, label, masked }) => (
          <div className="id-line" key={field}>
            <dt>{label}</dt>
            <dd>
              <span className="code">{shown?.[field] ?? masked}</span>
              {shown && <CopyButton what={label} text={shown[field]} />}
            </dd>
          </div>
        ))}
      </dl>
      {card.mayReveal && (
        <Button busy={busy} onPress={press}>
          {w(shown ? "benefits.hide_ids" : "benefits.show_ids")}
          <Hidden>{card.of}</Hidden>
        </Button>
      )}
      {shown && <p className="hint">{w("benefits.ids_care")}</p>}
      {problem && (
        <Notice tone="bad" urgent>
          <p>{problemSentence(w, problem)}</p>
        </Notice>
      )}
    </div>
  );
}

function Activate({ card, refresh }) {
  const w = useWords();
  const say = useSay();
  const place = useRef(null);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const { text, whyNot, title, explain, done } = card.activation;
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
      place.current?.closest("article").querySelector("h3").focus();
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
      <Dialog open={open} onClose={() => setOpen(false)} title={title}>
        <p>{explain}</p>
        {problem && (
          <Notice tone="bad" title={w("shell.problem_title")} urgent>
            <p>{problemSentence(w, problem)}</p>
          </Notice>
        )}
        <div className="dialog-actions">
          <Button kind="primary" busy={busy} onPress={confirm}>
            {w("benefits.activate_confirm")}
          </Button>
          <Button onPress={() => setOpen(false)}>{w("benefits.cancel")}</Button>
        </div>
      </Dialog>
    </>
  );
}

const NOTHING = { errors: [] };

function LinkForm({ refresh }) {
  const w = useWords();
  const say = useSay();
  const [accessId, setAccessId] = useState("");
  const [contractId, setContractId] = useState("");
  const [outcome, setOutcome] = useState(NOTHING);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const errors = linkErrors(w, accessId, contractId);
    setOutcome({ errors });
    if (errors.length > 0) return;
    setBusy(true);
    try {
      await linkContract(accessId.trim(), contractId.trim());
      const done = w("benefits.link_done");
      setAccessId("");
      setContractId("");
      setOutcome({ errors: [], done });
      say(done);
      refresh();
    } catch (problem) {
      setOutcome(linkFailure(w, problem, problemSentence(w, problem)));
    }
    setBusy(false);
  };
  const errorOf = (field) => outcome.errors.find((error) => error.field === field)?.text;
  return (
    <section className="section" aria-labelledby="link-contract">
      <h2 id="link-contract">{w("benefits.link_title")}</h2>
      <p className="lead">{w("benefits.link_text")}</p>
      <form className="form link-form" noValidate onSubmit={submit}>
        <ErrorSummary errors={outcome.errors} />
        {outcome.problem && (
          <Notice tone="bad" title={w("benefits.link_failed")} urgent>
            <p>{outcome.problem}</p>
          </Notice>
        )}
        <TextField id="access-id" label={w("benefits.access_id")} value={accessId} onValue={setAccessId} error={errorOf("access-id")} code maxLength={64} />
        <TextField id="contract-id" label={w("benefits.contract_id")} value={contractId} onValue={setContractId} error={errorOf("contract-id")} code maxLength={64} />
        <div>
          <Button kind="primary" type="submit" busy={busy}>
            {w("benefits.link_submit")}
          </Button>
        </div>
        {outcome.done && (
          <Notice tone="good">
            <p>{outcome.done}</p>
          </Notice>
        )}
      </form>
    </section>
  );
}
