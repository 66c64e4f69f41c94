/** What docs/embedding.md says of `<partner-support>`, for editors. */

/** Settings by name. Each wins over the attribute of the same name, which wins over `config.json`. */
export interface PartnerSupportConfig {
  /** Where the API is: an address or a path. */
  readonly apiBase?: string;
  /** The language, as a BCP 47 tag. */
  readonly locale?: string;
  /** `auto` follows the reader's system; without a theme the page's own color-scheme counts. */
  readonly theme?: "auto" | "light" | "dark";
  /** `compact` leaves less room around things: `comfortable` without any. */
  readonly density?: "comfortable" | "compact";
  /** Where the present page is kept: `hash` without any. */
  readonly routing?: "hash" | "memory" | "path";
  /** For `path`: what all pages lie under. */
  readonly base?: string;
  /** The path of the page to begin with when the address names none. */
  readonly view?: string;
  /** Lets the element sign people in by itself, where `getAccessToken` is not set. */
  readonly signIn?: PartnerSupportSignIn | PartnerSupportSession;
}

/** At which provider, and as which public client. */
export interface PartnerSupportSignIn {
  /** The provider's `issuer`, exactly. */
  readonly issuer: string;
  readonly clientId: string;
  /** Where the provider sends people back to: a page of this site that shows the element. */
  readonly redirectUri?: string;
  /** `openid profile` without any. */
  readonly scope?: string;
  /** Sent as `audience`. */
  readonly audience?: string;
  /** Sent as `resource` (RFC 8707). */
  readonly resource?: string;
  /** The `prompt` for signing in with another account. */
  readonly switchPrompt?: "select_account" | "login";
}

/** The server signs people in and keeps a session; page and API are at one site. */
export interface PartnerSupportSession {
  readonly mode: "session";
}

/** The events and what they carry. */
export interface PartnerSupportEventMap {
  /** The app is there; its data may still be on its way. */
  ready: CustomEvent<null>;
  /** A page is shown. */
  navigate: CustomEvent<{ route: string; path: string; title: string }>;
  /** Somebody has to sign in; call `refresh` afterwards. */
  "auth-required": CustomEvent<{ reason: "signed-out" | "expired" | "asked" | "switch-account" }>;
  /** A benefit was asked for. */
  "benefit-activated": CustomEvent<{ benefit: string; state: string }>;
  /** An incident was created. */
  "incident-created": CustomEvent<{ id: string }>;
  /** The element shows a sentence in place of the app. It does not bubble. */
  error: CustomEvent<{ code: "load" | "crash" | "settings" | "version" | "refused"; key?: string }>;
}

type Events = Omit<HTMLElementEventMap, keyof PartnerSupportEventMap> & PartnerSupportEventMap;
type Listener<Name extends keyof Events> = (this: PartnerSupport, event: Events[Name]) => void;

export class PartnerSupport extends HTMLElement {
  /** The version of the contract. */
  static readonly contract: number;
  static readonly observedAttributes: string[];

  /** The only way in which an access token comes in. Setting it forgets who was signed in. */
  getAccessToken: ((wish: { forceRefresh: boolean }) => Promise<string>) | undefined;
  /** Settings; set it whole. */
  config: PartnerSupportConfig | null | undefined;

  /** Shows a page by its path, such as `/incidents/42`. */
  navigate(path: string): void;
  /** Asks the server for the account again. */
  refresh(): void;
  /** Puts the focus on the title of the page that is shown. */
  focus(options?: FocusOptions): void;

  addEventListener<Name extends keyof Events>(name: Name, listener: Listener<Name>, options?: boolean | AddEventListenerOptions): void;
  addEventListener(name: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Name extends keyof Events>(name: Name, listener: Listener<Name>, options?: boolean | EventListenerOptions): void;
  removeEventListener(name: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "partner-support": PartnerSupport;
  }
}
