// Parts that know neither routes nor the domain.
import { For, Show, createContext, createEffect, createSignal, createUniqueId, useContext } from "solid-js";

import { isSafe } from "../shared/plans.mjs";

export const [Words, Say, Place] = [createContext(), createContext(), createContext()];
export const useWords = () => useContext(Words);
export const useSay = () => useContext(Say);
const usePlace = () => useContext(Place);

const MARK = { info: "i", good: "✓", warning: "!", bad: "✕" };

export function Link(props) {
  const { base, go } = usePlace();
  const onClick = (click) => {
    if (click.button || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    click.preventDefault();
    go(props.to);
  };
  return (
    <a href={`${base}/${props.to}`} class={props.class} aria-current={props.current ? "page" : undefined} onClick={onClick}>
      {props.children}
    </a>
  );
}

export const Hidden = (props) => <span class="visually-hidden"> {props.children}</span>;

export const Badge = (props) => <span class={`badge ${props.tone}`}>{props.text}</span>;

export function Button(props) {
  const reason = createUniqueId();
  const onClick = (click) => {
    if (props.whyNot || props.busy) click.preventDefault();
    else props.onPress?.();
  };
  return (
    <>
      <button
        type={props.type ?? "button"}
        class={`button ${props.kind ?? ""}`.trim()}
        aria-disabled={props.whyNot || props.busy ? "true" : undefined}
        aria-busy={props.busy ? "true" : undefined}
        aria-describedby={props.whyNot ? reason : undefined}
        onClick={onClick}
      >
        {props.children}
      </button>
      <Show when={props.whyNot}>
        <p class="why-not" id={reason}>
          {props.whyNot}
        </p>
      </Show>
    </>
  );
}

export const Facts = (props) => (
  <dl class="facts">
    <For each={props.facts}>
      {({ name, value }) => (
        <div class="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      )}
    </For>
  </dl>
);

export const Notice = (props) => (
  <div class={`notice ${props.tone ?? "info"}`} role={props.urgent ? "alert" : undefined}>
    <span class="notice-mark" aria-hidden="true">
      {MARK[props.tone ?? "info"]}
    </span>
    <div class="notice-body">
      <Show when={props.title}>
        <p class="notice-title">{props.title}</p>
      </Show>
      {props.children}
    </div>
  </div>
);

export function Loading(props) {
  const w = useWords();
  return (
    <div class="loading">
      <div class="bones" aria-hidden="true">
        <div class="bone wide" />
        <div class="bone" />
        <div class="bone short" />
      </div>
      <p role="status" class="loading-text">
        {props.slowly ? w("ui.loading_slowly") : ""}
      </p>
    </div>
  );
}

/** The browser's own modal dialog; its content exists only while it is open. */
export function Dialog(props) {
  const w = useWords();
  const id = createUniqueId();
  let dialog;
  createEffect(() => {
    if (props.open && !dialog.open) dialog.showModal();
    if (!props.open && dialog.open) dialog.close();
  });
  return (
    <dialog aria-labelledby={id} ref={dialog} onClose={props.onClose}>
      <div class="dialog-head">
        <h2 id={id} tabindex="-1" autofocus>
          {props.title}
        </h2>
        <button type="button" class="button quiet icon" aria-label={w("ui.close")} onClick={props.onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      <div class="dialog-body">
        <Show when={props.open}>{props.children}</Show>
      </div>
    </dialog>
  );
}

/** All errors of a form, each leading to its field. */
export function ErrorSummary(props) {
  const w = useWords();
  let summary;
  createEffect(() => props.errors.length > 0 && summary.focus());
  return (
    <Show when={props.errors.length > 0}>
      <div class="error-summary" role="alert" tabindex="-1" ref={summary}>
        <h2>{w("ui.error_summary")}</h2>
        <ul>
          <For each={props.errors}>
            {({ field, text }) => (
              <li>
                <button type="button" class="link" onClick={() => document.getElementById(field).focus()}>
                  {text}
                </button>
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  );
}

export const TextField = (props) => (
  <div class="field" classList={{ invalid: Boolean(props.error) }}>
    <label for={props.id}>{props.label}</label>
    <input
      type={props.type ?? "text"}
      id={props.id}
      class={props.code ? "code" : ""}
      autocomplete="off"
      spellcheck={!props.code}
      maxlength={props.maxLength ?? 200}
      aria-invalid={props.error ? "true" : undefined}
      aria-describedby={props.error ? `${props.id}-error` : undefined}
      value={props.value}
      onInput={(typed) => props.onValue(typed.currentTarget.value)}
    />
    <Show when={props.error}>
      <p class="field-error" id={`${props.id}-error`}>
        {props.error}
      </p>
    </Show>
  </div>
);

export const SelectField = (props) => (
  <div class="field">
    <label for={props.id}>{props.label}</label>
    <select id={props.id} onChange={(chosen) => props.onValue(chosen.currentTarget.value)}>
      {props.choices.map(({ value, text }) => (
        <option value={value} selected={props.value === value}>
          {text}
        </option>
      ))}
    </select>
  </div>
);

/** `inSight` says what is copied before everybody's eyes, where no label beside the button does. */
export function CopyButton(props) {
  const w = useWords();
  const say = useSay();
  const [copied, setCopied] = createSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof props.text === "function" ? props.text() : props.text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
      say(w("ui.copied_named", { what: props.what }));
    } catch {
      say(w("ui.copy_failed"));
    }
  };
  return (
    <Button kind="quiet" onPress={copy}>
      <span>
        {props.inSight
          ? w(copied() ? "ui.copied_named" : "ui.copy_named", { what: props.what })
          : copied()
            ? w("ui.copied")
            : w("ui.copy")}
        <Show when={!props.inSight}>
          <Hidden>{props.what}</Hidden>
        </Show>
      </span>
    </Button>
  );
}

export function ExternalLink(props) {
  const w = useWords();
  return (
    <Show when={isSafe(props.href)} fallback={<span>{props.text}</span>}>
      <a class="external" href={props.href} target="_blank" rel="noopener noreferrer">
        {props.text}
        <Hidden>{w("ui.new_tab")}</Hidden>
      </a>
    </Show>
  );
}
