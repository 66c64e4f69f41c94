import { Link, useEffect, useMemo, useRef, useState } from "framework";

import { activate, linkContract, problemSentence, revealIds } from "../shared/backend.mjs";
import { SHOWN_FOR, benefitsOf, linkDone, linkErrors, linkFailure } from "../shared/benefits.mjs";
import { Badge, Button, CopyButton, Dialog, ErrorSummary, ExternalLink, Facts, Hidden, Notice, TextField, useSay, useWords } from "./ui.jsx";

export function Benefits({ data, refresh }) {
  const w = useWords();
  const { heading, note, reminder, own, linked, coming, manage } = useMemo(() => benefitsOf(w, data), [data]);
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
        <p>
          <Link to="benefits/usage">{w("benefits.usage")}</Link>
        </p>
        {cards(own)}
      </section>
      {linked.length > 0 && (
        <section className="section" aria-labelledby="linked-contracts">
          <h2 id="linked-contracts">{w("benefits.linked_heading")}</h2>
          {cards(linked)}
        </section>
      )}
      {coming.length > 0 && (
        <section className="section" aria-labelledby="coming">
          <h2 id="coming">{w("benefits.coming")}</h2>
          <div className="coming">
            <Facts facts={coming.map(({ name, sentences }) => ({ name, value: sentences.map((sentence) => <p key={sentence}>{sentence}</p>) }))} />
          </div>
        </section>
      )}
      <LinkForm account={data.account} refresh={refresh} />
      <section className="section" aria-labelledby="next-steps">
        <h2 id="next-steps">{w("benefits.next_steps")}</h2>
        <ul className="steps">
          {manage && (
            <li>
              <ExternalLink href={manage.url} text={manage.text} />
            </li>
          )}
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
      {card.pace && <Pace pace={card.pace} />}
      <Facts facts={card.facts} />
      {card.ids && <Ids card={card} />}
      {card.reference && (
        <Link to={`benefits/usage?contract=${card.reference}`}>
          {w("benefits.history")}
          <Hidden>{card.of}</Hidden>
        </Link>
      )}
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

/** When the incidents run out at the present pace, and what that is based on. */
function Pace({ pace }) {
  const w = useWords();
  const said = (
    <>
      {pace.early && <Badge tone="warning" text={pace.early} />}
      <p>{pace.text}</p>
      {pace.basis && <p className="hint">{pace.basis}</p>}
    </>
  );
  return <Facts facts={[{ name: w("benefits.pace"), value: said }]} />;
}

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
  const { text, whyNot, title, explain, done, message } = card.activation;
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
      {message && <Message card={card} message={message} />}
    </>
  );
}

/** A message to those who may activate the benefit, and the ways to send it. */
function Message({ card, message: { text, mail } }) {
  const w = useWords();
  return (
    <details className="fold message">
      <summary>
        {w("benefits.message")}
        <Hidden>{card.of}</Hidden>
      </summary>
      <p className="message-text" dir="auto">
        {text}
      </p>
      <div className="row">
        <CopyButton what={w("benefits.message_name")} text={text} inSight />
        <ExternalLink href={mail} text={w("benefits.message_mail")} />
      </div>
    </details>
  );
}

const NOTHING = { errors: [] };

function LinkForm({ account, refresh }) {
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
      const done = linkDone(w, account, await linkContract(accessId.trim(), contractId.trim()));
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
