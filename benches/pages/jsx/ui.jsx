// Parts that know neither routes nor the domain.
import { Say, Shared, Words, useContext, useEffect, useId, useRef, useState } from "framework";

import { isSafe } from "../shared/plans.mjs";

export const useWords = () => useContext(Words);
export const useSay = () => useContext(Say);
export const useShared = () => useContext(Shared);

const MARK = { info: "i", good: "✓", warning: "!", bad: "✕" };

export const Hidden = ({ children }) => <span className="visually-hidden">{` ${children}`}</span>;

export const Badge = ({ tone, text }) => <span className={`badge ${tone}`}>{text}</span>;

export function Button({ kind = "", type = "button", busy, whyNot, onPress, children }) {
  const reason = useId();
  const onClick = (click) => {
    if (whyNot || busy) click.preventDefault();
    else onPress?.();
  };
  return (
    <>
      <button
        type={type}
        className={`button ${kind}`.trim()}
        aria-disabled={whyNot || busy ? "true" : undefined}
        aria-busy={busy ? "true" : undefined}
        aria-describedby={whyNot ? reason : undefined}
        onClick={onClick}
      >
        {children}
      </button>
      {whyNot && (
        <p className="why-not" id={reason}>
          {whyNot}
        </p>
      )}
    </>
  );
}

export const Facts = ({ facts }) => (
  <dl className="facts">
    {facts.map(({ name, value }, at) => (
      <div className="fact" key={at}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

export const Notice = ({ tone = "info", title, urgent, children }) => (
  <div className={`notice ${tone}`} role={urgent ? "alert" : undefined}>
    <span className="notice-mark" aria-hidden="true">
      {MARK[tone]}
    </span>
    <div className="notice-body">
      {title && <p className="notice-title">{title}</p>}
      {children}
    </div>
  </div>
);

export function Loading({ slowly }) {
  const w = useWords();
  return (
    <div className="loading">
      <div className="bones" aria-hidden="true">
        <div className="bone wide" />
        <div className="bone" />
        <div className="bone short" />
      </div>
      <p role="status" className="loading-text">
        {slowly ? w("ui.loading_slowly") : ""}
      </p>
    </div>
  );
}

/** The browser's own modal dialog; its content exists only while it is open. */
export function Dialog({ open, onClose, title, children }) {
  const w = useWords();
  const dialog = useRef(null);
  const id = useId();
  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
    if (!open && dialog.current.open) dialog.current.close();
  }, [open]);
  return (
    <dialog aria-labelledby={id} ref={dialog} onClose={onClose}>
      <div className="dialog-head">
        <h2 id={id} tabIndex={-1} autoFocus>
          {title}
        </h2>
        <button type="button" className="button quiet icon" aria-label={w("ui.close")} onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      <div className="dialog-body">{open && children}</div>
    </dialog>
  );
}

/** All errors of a form, each leading to its field. */
export function ErrorSummary({ errors }) {
  const w = useWords();
  const summary = useRef(null);
  useEffect(() => summary.current?.focus(), [errors]);
  if (errors.length === 0) return null;
  return (
    <div className="error-summary" role="alert" tabIndex={-1} ref={summary}>
      <h2>{w("ui.error_summary")}</h2>
      <ul>
        {errors.map(({ field, text }) => (
          <li key={field}>
            <button type="button" className="link" onClick={() => document.getElementById(field).focus()}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

export const TextField = ({ id, label, value, onValue, error, code, type = "text", maxLength = 200 }) => (
  <div className={error ? "field invalid" : "field"}>
    <label htmlFor={id}>{label}</label>
    <input
      type={type}
      id={id}
      className={code ? "code" : ""}
      autoComplete="off"
      spellCheck={!code}
      maxLength={maxLength}
      aria-invalid={error ? "true" : undefined}
      aria-describedby={error ? `${id}-error` : undefined}
      value={value}
      onInput={(typed) => onValue(typed.currentTarget.value)}
    />
    {error && (
      <p className="field-error" id={`${id}-error`}>
        {error}
      </p>
    )}
  </div>
);

export const SelectField = ({ id, label, choices, value, onValue }) => (
  <div className="field">
    <label htmlFor={id}>{label}</label>
    <select id={id} value={value} onChange={(chosen) => onValue(chosen.currentTarget.value)}>
      {choices.map(({ value, text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  </div>
);

/** `inSight` says what is copied before everybody's eyes, where no label beside the button does. */
export function CopyButton({ what, text, inSight }) {
  const w = useWords();
  const say = useSay();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
      say(w("ui.copied_named", { what }));
    } catch {
      say(w("ui.copy_failed"));
    }
  };
  return (
    <Button kind="quiet" onPress={copy}>
      <span>
        {inSight ? w(copied ? "ui.copied_named" : "ui.copy_named", { what }) : w(copied ? "ui.copied" : "ui.copy")}
        {!inSight && <Hidden>{what}</Hidden>}
      </span>
    </Button>
  );
}

export function ExternalLink({ href, text }) {
  const w = useWords();
  if (!isSafe(href)) return <span>{text}</span>;
  return (
    <a className="external" href={href} target="_blank" rel="noopener noreferrer">
      {text}
      <Hidden>{w("ui.new_tab")}</Hidden>
    </a>
  );
}
