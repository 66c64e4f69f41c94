// Defines <partner-support> as a frame, for host pages whose policy cannot allow WebAssembly or calls of the API. One line
// in the host page, in place of embed.js: <script type="module" src="…/embed-frame.js"></script>
//
// The same element by the same contract (docs/embedding.md); what it shows is a page beside this file, FRAME below. A host's
// policy must allow `script-src <here>` and `frame-src <here>`, nothing else. The page answers only to sites that its
// config.json lists in `frameAncestors`.
//
// The two sides speak over a MessagePort. It is handed over once, to the origin of this file alone, and every message is
// held against the tables below: what does not fit is left alone.

const NAME = "partner-support";
// The page in the frame. `cargo xtask dist` puts here where a release has it.
const FRAME = "frame.html";

/** Of what is said between host page and frame: raised by every change of the tables below. A browser may have kept one of them. */
export const PROTOCOL = 1;

/** Every setting of the element. */
export const SETTINGS = ["apiBase", "locale", "theme", "density", "routing", "base", "view"];
const attributeOf = (setting) => setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
// The address is the host page's, so these are followed here. A value that cannot be used is left to the page in the frame,
// which says so.
const FOLLOWED = {
  routing: /^(hash|memory|path)$/,
  base: /^\/(?!\/)[^?#\s]*$/,
  view: /^\/(?!\/)[^?#\s]*(\?[^#\s]*)?$/,
};

/** The custom properties: they go through the edge of a frame only when they are handed over. */
export const PROPERTIES = [
  ...["unit", "font", "font-code", "font-size", "page", "surface", "sunken", "ink", "ink-soft", "line", "line-strong"],
  ...["accent", "accent-strong", "accent-soft", "on-accent", "focus", "good", "good-soft", "warning", "warning-soft"],
  ...["bad", "bad-soft", "info", "info-soft", "radius", "radius-small", "shadow", "shadow-raised", "width"],
].map((name) => `--ps-${name}`);

/** The events that leave the frame, and all that their details may hold. */
export const EVENTS = {
  ready: [],
  navigate: ["route", "path", "title"],
  "auth-required": ["reason"],
  "benefit-activated": ["benefit", "state"],
  "incident-created": ["id"],
  error: ["code", "key"],
};

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isUnset = (value) => value === undefined || value === null || value === "";
const text = (value) => typeof value === "string";
const flag = (value) => typeof value === "boolean";
const length = (value) => Number.isFinite(value) && value >= 0;
const texts = (value) => isObject(value) && Object.values(value).every(text);
// A setting that is no text is refused by name, so it is enough to say that there is one.
const config = (value) => value === false || (isObject(value) && Object.values(value).every((it) => text(it) || it === false));
const maybe = (kind) => (value) => value === undefined || kind(value);

/** What a host page may say, by type, with the kind of each field. */
export const TO_FRAME = {
  settings: { attributes: texts, config, path: maybe(text), lang: text, scheme: text, style: texts },
  session: {},
  token: { id: length, token: maybe(text) },
  show: { path: text, quietly: flag },
  navigate: { path: text },
  refresh: {},
  focus: { preventScroll: flag },
  visible: { above: length, below: length, window: length },
};

/** What the page in the frame may say. */
export const TO_HOST = {
  welcome: { settings: texts },
  refused: { why: (value) => value === "site" || value === "version" },
  event: { name: (value) => Object.hasOwn(EVENTS, value), detail: texts, wished: flag },
  wanted: { id: length, forceRefresh: flag },
  height: { height: length },
  reveal: { top: Number.isFinite, height: length },
};

/** Whether a message is one of `known`, with all of its fields and no others. */
export function understood(known, message) {
  if (!isObject(message) || !text(message.type) || !Object.hasOwn(known, message.type)) return false;
  const { type, ...fields } = message;
  const kinds = known[type];
  const whole = Object.entries(kinds).every(([name, kind]) => kind(fields[name]));
  if (!whole || !Object.keys(fields).every((name) => Object.hasOwn(kinds, name))) return false;
  return type !== "event" || Object.keys(message.detail).every((key) => EVENTS[message.name].includes(key));
}

// Said by the host page's side, where the frame does not answer.
const SENTENCES = {
  ar: {
    dir: "rtl",
    loading: "يجري تحميل الدعم…",
    failed: "تعذّر تحميل الدعم.",
    failedHint: "تحقق من اتصالك ثم أعد المحاولة. وإذا تكرر الأمر فتواصل مع مالك هذا الموقع.",
    version: "جُدّد الدعم، وما زال في هذه الصفحة جزء قديم منه.",
    versionHint: "أعد تحميل الصفحة. وإذا لم يفد ذلك فتواصل مع مالك هذا الموقع.",
    retry: "إعادة المحاولة",
  },
  de: {
    loading: "Support wird geladen …",
    failed: "Der Support konnte nicht geladen werden.",
    failedHint: "Prüfen Sie Ihre Verbindung, und versuchen Sie es erneut. Gelingt es weiterhin nicht, wenden Sie sich an den Betreiber dieser Website.",
    version: "Der Support wurde erneuert, und diese Seite hat noch einen älteren Teil davon.",
    versionHint: "Laden Sie die Seite neu. Hilft das nicht, wenden Sie sich an den Betreiber dieser Website.",
    retry: "Erneut versuchen",
  },
  en: {
    loading: "Loading support…",
    failed: "Support could not be loaded.",
    failedHint: "Check your connection and try again. If it keeps failing, contact the owner of this site.",
    version: "Support was renewed, and this page still has an earlier part of it.",
    versionHint: "Load the page again. If that does not help, contact the owner of this site.",
    retry: "Try again",
  },
  fr: {
    loading: "Chargement du support…",
    failed: "Le support n’a pas pu être chargé.",
    failedHint: "Vérifiez votre connexion, puis réessayez. Si le problème persiste, contactez le responsable de ce site.",
    version: "Le support a été mis à jour, et cette page en contient encore une partie ancienne.",
    versionHint: "Rechargez la page. Si cela ne suffit pas, contactez le responsable de ce site.",
    retry: "Réessayer",
  },
};

// How long the page in the frame may take to answer once the browser has it.
const PATIENCE_MS = 15_000;
// The app's own least height: content below it on the page stays where it is.
const LEAST_HEIGHT = 512;

const STYLES = `
  :host { display: grid; position: relative; font: 15px/1.5 system-ui, sans-serif }
  :host([hidden]) { display: none }
  iframe, .wait { grid-area: 1 / 1 }
  iframe { display: block; inline-size: 100%; block-size: ${LEAST_HEIGHT}px; border: 0 }
  .waiting { opacity: 0 }
  .boot { display: grid; gap: 0.75em; justify-items: start; padding: 2em 1.5em }
  .boot > * { margin: 0; font: inherit }
  h1.title { font-size: 1.25em; font-weight: 600 }
  .mark { position: absolute; inline-size: 100%; pointer-events: none; visibility: hidden }`;
let styles;

const FRAGMENT = "#/support";
const clean = (path) => `/${path.replace(/^\/+/, "")}`;

/** The path of a page that the host page's address names, as src/navigator.rs reads it. */
function addressed({ routing, base }) {
  const [prefix, whole] = { hash: [FRAGMENT, location.hash], path: [base, location.pathname] }[routing] ?? [];
  if (whole === undefined || !whole.startsWith(prefix)) return null;
  const rest = whole.slice(prefix.length);
  if (routing === "hash") return /^($|[/?])/.test(rest) ? clean(rest) : null;
  return /^($|\/)/.test(rest) ? clean(rest + location.search) : null;
}

/** The address that brings back a page; none does when it is kept in memory. */
function addressOf({ routing, base }, path) {
  if (routing === "hash") return location.href.split("#")[0] + FRAGMENT + path;
  return routing === "path" ? location.origin + base + path : null;
}

const connected = new Set();

// Whether an element of this page sets the address right now: a browser that tells of every change tells of that at once.
let setting = false;

/** Sets the address, in the words of the history. */
function setAddress(how, state, address) {
  setting = true;
  try {
    history[how](state, "", address);
  } catch {
    // A history that refuses (too many calls at once) costs the entry, not the page.
  }
  setting = false;
}

/** The element. Where its tag is taken, a host page can define it under another one. */
export class PartnerSupport extends (globalThis.HTMLElement ?? Object) {
  /** The version of what host pages may rely on. */
  static contract = 1;
  static observedAttributes = SETTINGS.map(attributeOf);

  #root = this.attachShadow({ mode: "open" });
  #frame = null;
  #port = null;
  #patience = undefined;
  #getAccessToken = undefined;
  #config = undefined;
  // What config.json beside the frame's page says; known once it has answered.
  #file = null;
  #followed = null;
  // The page that is shown, by its path.
  #shown = undefined;
  #sent = "";
  #visible = "";
  #changed = false;
  // What was asked for before the app was there.
  #page = undefined;
  #focus = undefined;
  #ready = false;
  #ends = null;

  connectedCallback() {
    connected.add(this);
    // A property that was set before this class was known hides the accessor below: set it again through it.
    for (const name of ["getAccessToken", "config"]) {
      if (!Object.hasOwn(this, name)) continue;
      const early = this[name];
      delete this[name];
      this[name] = early;
    }
    this.#listen();
    if (!this.#frame) this.#start();
  }

  disconnectedCallback() {
    this.#ends?.abort();
    // Moving the node disconnects and connects it in one turn: the browser loads the frame anew then, and it goes on where it
    // was. A node that stays away is torn down.
    queueMicrotask(() => {
      if (this.isConnected) return;
      connected.delete(this);
      this.#stop();
      this.#shown = undefined;
    });
  }

  attributeChangedCallback() {
    this.#settingsChanged();
  }

  /** `({ forceRefresh }) => Promise<string>`: the only way in which an access token comes in. */
  get getAccessToken() {
    return this.#getAccessToken;
  }
  set getAccessToken(callback) {
    this.#getAccessToken = callback;
    this.#say({ type: "session" });
  }

  /** Settings by name; each wins over the attribute of the same name, which wins over `config.json`. */
  get config() {
    return this.#config;
  }
  set config(values) {
    this.#config = isObject(values) ? Object.freeze({ ...values }) : values;
    this.#settingsChanged();
  }

  /** Shows a page by its path, such as "/incidents". */
  navigate(path) {
    if (this.#ready) this.#say({ type: "navigate", path: String(path) });
    else this.#page = String(path);
  }

  /** Asks the server again. */
  refresh() {
    this.#say({ type: "refresh" });
  }

  /** Puts the focus on the heading of the page that is shown. */
  focus(options) {
    const preventScroll = Boolean(options?.preventScroll);
    const fault = this.#root.querySelector("h1");
    if (fault) return fault.focus({ preventScroll });
    this.#focus = this.#ready ? undefined : { preventScroll };
    if (!this.#ready) return;
    this.#frame.focus({ preventScroll });
    this.#say({ type: "focus", preventScroll });
  }

  #start() {
    if (!styles) {
      styles = new CSSStyleSheet();
      styles.replaceSync(STYLES);
    }
    this.#root.adoptedStyleSheets = [styles];
    const page = new URL(FRAME, import.meta.url);
    const frame = document.createElement("iframe");
    frame.title = "Support";
    frame.className = "waiting";
    // What is copied in the frame is copied for the reader.
    frame.allow = "clipboard-write";
    // The browser may load it more than once: when the element was moved, for one.
    frame.addEventListener("load", () => frame === this.#frame && this.#greet(page.origin));
    frame.src = page.href;
    this.#frame = frame;

    const wait = document.createElement("div");
    wait.className = "wait";
    const slot = document.createElement("slot");
    const sentences = this.#sentences();
    slot.append(boot("status", sentences, sentences.loading));
    wait.append(slot);
    this.#root.replaceChildren(frame, wait);
  }

  #stop() {
    clearTimeout(this.#patience);
    this.#port?.close();
    this.#port = this.#frame = this.#file = this.#followed = null;
    this.#ready = false;
    this.#root.replaceChildren();
  }

  // The page is there, or the browser's own about why not: only one of the right origin gets the port.
  #greet(origin) {
    this.#port?.close();
    this.#file = null;
    this.#ready = false;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }) => {
      if (this.#port === port1 && understood(TO_HOST, data)) this.#hear(data);
    };
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#failed("failed", "load"), PATIENCE_MS);
    this.#frame.contentWindow.postMessage({ [NAME]: "hello", version: PROTOCOL }, origin, [port2]);
  }

  /** To a frame that has answered; nobody else listens. */
  #say(message) {
    if (this.#file) this.#port.postMessage(message);
  }

  #hear(message) {
    const { type } = message;
    if (type === "welcome") this.#welcomed(message.settings);
    else if (type === "refused") this.#refused(message.why);
    else if (!this.#file) return;
    else if (type === "event") this.#happened(message);
    else if (type === "wanted") this.#handToken(message);
    else if (type === "height") this.#grow(message.height);
    else if (type === "reveal") this.#reveal(message);
  }

  #welcomed(settings) {
    clearTimeout(this.#patience);
    this.#file = settings;
    this.#sent = this.#visible = "";
    this.#follow();
    const { routing, base, view } = this.#followed;
    const path = addressed({ routing, base }) ?? this.#shown ?? view;
    this.#handOver(path);
    this.#see();
  }

  // The page says so itself where this site is not on its list.
  #refused(why) {
    clearTimeout(this.#patience);
    if (why === "version") return this.#failed("version");
    this.#show();
    console.error(`<${NAME}>: ${location.origin} is not in "frameAncestors" of the config.json of ${new URL(FRAME, import.meta.url)}`);
    this.#emit("error", { code: "refused" }, false);
  }

  #happened({ name, detail, wished }) {
    if (name === "ready" || name === "error") this.#show();
    if (name === "navigate") {
      const other = detail.path !== this.#shown;
      this.#shown = detail.path;
      this.#frame.title = detail.title;
      if (wished && other) this.#address(detail.path);
    }
    if (name === "ready") {
      this.#ready = true;
      if (this.#page !== undefined) this.navigate(this.#page);
      if (this.#focus) this.focus(this.#focus);
      this.#page = this.#focus = undefined;
    }
    this.#emit(name, EVENTS[name].length > 0 ? detail : undefined, name !== "error");
  }

  // A token leaves by the port alone, and is not kept here.
  async #handToken({ id, forceRefresh }) {
    const port = this.#port;
    let token;
    try {
      token = await this.#getAccessToken?.({ forceRefresh });
    } catch {
      // Nobody is signed in.
    }
    port.postMessage({ type: "token", id, ...(text(token) && { token }) });
  }

  #grow(height) {
    this.#frame.style.blockSize = `${Math.max(height, LEAST_HEIGHT)}px`;
    this.#see();
  }

  // What has the focus in the frame is scrolled to here, past whatever the host page scrolls in and keeps on top.
  #reveal({ top, height }) {
    const mark = document.createElement("div");
    mark.className = "mark";
    mark.style.top = `${top}px`;
    mark.style.height = `${height}px`;
    this.#root.append(mark);
    mark.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    mark.remove();
  }

  #show() {
    this.#frame.className = "";
    this.#root.querySelector(".wait")?.remove();
  }

  #listen() {
    this.#ends = new AbortController();
    const { signal } = this.#ends;
    const seen = () => requestAnimationFrame(() => this.#see());
    addEventListener("scroll", seen, { signal, capture: true, passive: true });
    addEventListener("resize", seen, { signal });
    for (const name of ["popstate", "hashchange"]) addEventListener(name, () => this.#arrive(), { signal });
    // What the site's own router sets is told by `navigation` alone, where the browser has that.
    const follow = () => setting || this.#arrive({ begins: false });
    globalThis.navigation?.addEventListener?.("currententrychange", follow, { signal });
    // What the site says of language and colours, it says on the root most often.
    const changed = () => this.#settingsChanged();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed, { signal });
    const observer = new MutationObserver(changed);
    observer.observe(document.documentElement, { attributes: true });
    signal.addEventListener("abort", () => observer.disconnect());
  }

  /** Tells the frame which part of it can be seen: dialogs go there, and what keeps in view while the reader scrolls. */
  #see() {
    const { top, bottom } = this.#frame?.getBoundingClientRect() ?? {};
    if (top === undefined) return;
    const above = Math.max(0, -top);
    const below = Math.max(0, bottom - innerHeight);
    const visible = `${above} ${below} ${innerHeight}`;
    if (visible === this.#visible || !this.#file) return;
    this.#visible = visible;
    this.#say({ type: "visible", above, below, window: innerHeight });
  }

  // Attributes and properties that are set in one go arrive as one change.
  #settingsChanged() {
    if (this.#changed) return;
    this.#changed = true;
    queueMicrotask(() => {
      this.#changed = false;
      if (!this.isConnected || !this.#file) return;
      const before = this.#followed;
      this.#follow();
      const { routing, base } = this.#followed;
      if (this.#shown !== undefined && (before.routing !== routing || before.base !== base)) {
        // The page stays; the present entry of the history says it in the new way, and keeps what the host has noted there.
        const address = addressOf(this.#followed, this.#shown);
        if (address) setAddress("replaceState", history.state, address);
      }
      this.#handOver();
    });
  }

  /** The settings that are followed here: what counts of property, attribute and file. */
  #follow() {
    const counts = (name) => {
      const given = [this.#config?.[name], this.getAttribute(name), this.#file[name]].find((it) => !isUnset(it));
      return text(given) && FOLLOWED[name].test(given) ? given : undefined;
    };
    const usable = { routing: counts("routing"), base: counts("base"), view: counts("view") };
    const { routing = "hash", base = "", view = "/" } = usable;
    this.#followed = { routing, base: base.replace(/\/+$/, ""), view, usable };
  }

  #handOver(path) {
    const attributes = {};
    for (const setting of SETTINGS) {
      const value = this.getAttribute(attributeOf(setting));
      if (value) attributes[setting] = value;
    }
    const given = this.#config ?? {};
    const said = (value) => (isUnset(value) ? "" : text(value) && value);
    const config = isObject(given) && Object.fromEntries(Object.entries(given).map(([key, value]) => [key, said(value)]));
    for (const settings of [attributes, config || {}]) {
      for (const [name, value] of Object.entries(this.#followed.usable)) {
        if (value !== undefined) delete settings[name];
      }
      // A path counts from this page, not from the one in the frame.
      if (text(settings.apiBase) && settings.apiBase !== "") settings.apiBase = absolute(settings.apiBase);
    }
    const styled = getComputedStyle(this);
    const style = {};
    for (const name of PROPERTIES) {
      const value = styled.getPropertyValue(name);
      if (value) style[name] = value;
    }
    const lang = this.closest("[lang]")?.lang ?? "";
    const message = { type: "settings", attributes, config, lang, scheme: styled.colorScheme, style };
    const sent = JSON.stringify(message);
    if (path === undefined && sent === this.#sent) return;
    this.#sent = sent;
    this.#say(path === undefined ? message : { ...message, path });
  }

  // As an entry of the host page's own history; the other elements that keep their page there follow.
  #address(path) {
    const address = FOLLOWED.view.test(path) && addressOf(this.#followed, path);
    if (!address || addressed(this.#followed) === path) return;
    setAddress("pushState", null, address);
    for (const element of connected) if (element !== this) element.#arrive({ quietly: true });
  }

  // Back, forward and edited addresses, and those that the site's own router sets: only the way back `begins` anew.
  #arrive({ quietly = false, begins = true } = {}) {
    if (!this.#file) return;
    const begin = begins && this.#followed.routing === "hash" && !location.href.includes("#") ? this.#followed.view : null;
    const path = addressed(this.#followed) ?? begin;
    if (path !== null && path !== this.#shown) this.#say({ type: "show", path, quietly });
  }

  #emit(name, detail, bubbles = true) {
    this.dispatchEvent(new CustomEvent(name, { bubbles, composed: true, detail }));
  }

  #sentences() {
    const wished = [this.#config?.locale, this.getAttribute("locale"), this.closest("[lang]")?.lang, ...navigator.languages];
    for (const tag of wished) {
      const language = String(tag).toLowerCase().split("-")[0];
      if (Object.hasOwn(SENTENCES, language)) return { language, ...SENTENCES[language] };
    }
    return { language: "en", ...SENTENCES.en };
  }

  #failed(what, code = what) {
    const sentences = this.#sentences();
    this.#stop();
    const title = document.createElement("h1");
    title.className = "title";
    title.tabIndex = -1;
    title.textContent = sentences[what];
    const hint = document.createElement("p");
    hint.textContent = sentences[`${what}Hint`];
    const retry = document.createElement("button");
    retry.type = "button";
    retry.textContent = sentences.retry;
    retry.addEventListener("click", () => this.#start());
    this.#root.replaceChildren(boot("alert", sentences, title, hint, retry));
    this.#emit("error", { code }, false);
  }
}

// The language decides the direction, whatever the host page's is.
function boot(role, { language, dir = "ltr" }, ...content) {
  const box = document.createElement("div");
  box.className = "boot";
  box.lang = language;
  box.dir = dir;
  box.setAttribute("role", role);
  box.append(...content);
  return box;
}

function absolute(address) {
  try {
    return new URL(address, location.href).href;
  } catch {
    return address;
  }
}

// A tag that somebody else has defined is left alone; our own second copy has nothing to add.
const taken = globalThis.customElements?.get(NAME);
if (!taken) globalThis.customElements?.define(NAME, PartnerSupport);
else if (!taken.contract) console.warn(`<${NAME}> is defined by somebody else and stays as it is`);
