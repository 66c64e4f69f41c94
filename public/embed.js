// Defines <partner-support>. One line in the host page: <script type="module" src="…/embed.js"></script>
//
// The files it needs (FILES below) lie beside this one and are found by its own address. They are loaded when the first
// element is connected, once for all elements of the page.
// It touches nothing outside its shadow root and needs no inline script, no inline style and no eval: a host's policy
// must allow `script-src <here> 'wasm-unsafe-eval'` and `connect-src <here> <api>`.
//
// What host pages may rely on is written down in docs/embedding.md and custom-elements.json; tests hold all three together.

const NAME = "partner-support";
// Of what is said between this file and the program. A browser may have kept this file and load a newer program.
const INTERFACE = 1;

const THEMES = ["auto", "light", "dark"];
const DENSITIES = ["comfortable", "compact"];
const oneOf = (values) => (value) => values.includes(value) && value;
const path = (value) => /^\/(?!\/)[^?#\s]*(\?[^#\s]*)?$/.test(value) && value;

// Every setting by its name in `config`, with what makes of a text the value that is used: nothing, or a throw, when the
// text is no such value. An attribute is called the same in kebab-case.
const SETTINGS = {
  apiBase: (value, from) => {
    const url = new URL(value, from);
    return /^https?:$/.test(url.protocol) && !url.search && !url.hash && url.href;
  },
  locale: (value) => Intl.getCanonicalLocales(value)[0],
  theme: oneOf(THEMES),
  density: oneOf(DENSITIES),
  routing: oneOf(["hash", "memory", "path"]),
  base: (value) => !value.includes("?") && path(value),
  view: path,
};
// What is no text and so no attribute either: how people sign in; and who may frame, which is not for the element.
const OTHERS = ["signIn", "frameAncestors"];
const attributeOf = (setting) => setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

// Sentences outside src/words, here and in the frame's two files: what is said while, or because, the app that knows the others is
// not there. A language says here too if it is written from right to left.
const SENTENCES = {
  ar: {
    dir: "rtl",
    loading: "يجري تحميل الدعم…",
    failed: "تعذّر تحميل الدعم.",
    failedHint: "تحقق من اتصالك ثم أعد المحاولة. وإذا تكرر الأمر فتواصل مع مالك هذا الموقع.",
    crashed: "توقف الدعم بسبب خلل.",
    crashedHint: "لم يُفقد شيء مما أرسلته. قد تحتاج إلى إعادة كتابة نص لم ترسله.",
    settings: "لم يُضبط الدعم على هذا الموقع ضبطًا صحيحًا.",
    settingsHint: "يستطيع مالك هذا الموقع تصحيح الإعداد الذي فيه الخطأ:",
    version: "جُدّد الدعم، وما زال في هذه الصفحة جزء قديم منه.",
    versionHint: "أعد تحميل الصفحة. وإذا لم يفد ذلك فتواصل مع مالك هذا الموقع.",
    retry: "إعادة المحاولة",
  },
  de: {
    loading: "Support wird geladen …",
    failed: "Der Support konnte nicht geladen werden.",
    failedHint: "Prüfen Sie Ihre Verbindung, und versuchen Sie es erneut. Gelingt es weiterhin nicht, wenden Sie sich an den Betreiber dieser Website.",
    crashed: "Der Support wurde wegen eines Fehlers beendet.",
    crashedHint: "Nichts, was Sie gesendet haben, ist verloren. Noch nicht gesendeten Text müssen Sie möglicherweise neu eingeben.",
    settings: "Der Support ist auf dieser Website nicht richtig eingerichtet.",
    settingsHint: "Der Betreiber dieser Website kann die fehlerhafte Einstellung berichtigen:",
    version: "Der Support wurde erneuert, und diese Seite hat noch einen älteren Teil davon.",
    versionHint: "Laden Sie die Seite neu. Hilft das nicht, wenden Sie sich an den Betreiber dieser Website.",
    retry: "Erneut versuchen",
  },
  en: {
    loading: "Loading support…",
    failed: "Support could not be loaded.",
    failedHint: "Check your connection and try again. If it keeps failing, contact the owner of this site.",
    crashed: "Support stopped because of a fault.",
    crashedHint: "Nothing that you sent was lost. Text that you had not sent may have to be typed again.",
    settings: "Support is not set up rightly on this site.",
    settingsHint: "The owner of this site can correct the setting that is at fault:",
    version: "Support was renewed, and this page still has an earlier part of it.",
    versionHint: "Load the page again. If that does not help, contact the owner of this site.",
    retry: "Try again",
  },
  fr: {
    loading: "Chargement du support…",
    failed: "Le support n’a pas pu être chargé.",
    failedHint: "Vérifiez votre connexion, puis réessayez. Si le problème persiste, contactez le responsable de ce site.",
    crashed: "Le support s’est arrêté à cause d’une anomalie.",
    crashedHint: "Rien de ce que vous avez envoyé n’est perdu. Un texte non envoyé devra peut-être être saisi de nouveau.",
    settings: "Le support est mal configuré sur ce site.",
    settingsHint: "Le responsable de ce site peut corriger le paramètre en cause :",
    version: "Le support a été mis à jour, et cette page en contient encore une partie ancienne.",
    versionHint: "Rechargez la page. Si cela ne suffit pas, contactez le responsable de ce site.",
    retry: "Réessayer",
  },
};

// What lies beside this loader. `cargo xtask dist` puts here, for a release, the name of each file with its hash in it and
// what the browser holds its bytes against (`integrity`), that of each part of the program by its name (`parts`); as it stands
// here, nothing is held against anything.
const FILES = {
  program: { name: "partner-support.js" },
  wasm: { name: "partner-support_bg.wasm" },
  styles: { name: "partner-support.css" },
  signIn: { name: "sign-in.js" },
  config: { name: "config.json" },
  // Of each language but the program's own, and of the pseudo-locale, which no release has.
  words: {
    ar: { name: "words.ar.txt" },
    de: { name: "words.de.txt" },
    fr: { name: "words.fr.txt" },
    "en-xa": { name: "words.en-xa.txt" },
  },
};

// What is shown and asked for before the program is there. `cargo xtask dist` puts here, for a release, the styles of that
// (`styles`; FILES has the others), what the program itself shows of each page while it waits (`shells`) with its texts by language
// (`texts`), and which answers of the server (`asks`; `open`: those that anybody gets) and parts of the program (`parts`) the page
// then needs; and, of pages that answers alone make, the file that says how (`forms`, by language). As it stands here, a line says
// that support is loading, and all parts come first.
const FIRST = {};

/** After this long, what the first page needs of the server has mostly come. */
const IDLE_MS = 2_000;
/** The answers that make a page are small and asked for before the program; but it does not wait longer for a host's token. */
const HEAD_START_MS = 50;
/** After this long, a page that the document holds gives way to the program even if that still waits. */
const WHOLE_MS = 10_000;
/** A program that crashes again within this time is not begun anew by itself. */
const CALM_MS = 10_000;

const addressOf = ({ name }) => new URL(name, import.meta.url).href;

// A file of ours, or the reason why not: it is away, or not what this loader was released with. After a failure nothing
// that the browser kept is trusted.
async function fetched(file, attempt, priority = "auto") {
  const answer = await fetch(addressOf(file), {
    integrity: file.integrity ?? "",
    priority,
    cache: attempt > 0 ? "reload" : "default",
  });
  if (!answer.ok) throw new Error(`${file.name}: ${answer.status}`);
  return answer;
}

// An import states no integrity: the bytes are looked at first, and the import then takes them from the browser's cache.
async function imported(file, attempt) {
  if (file.integrity) await fetched(file, attempt);
  // After a crash the module must be a new one: the old instance is in an unknown state.
  return import(attempt > 0 ? `${addressOf(file)}#${attempt}` : addressOf(file));
}

let generation = 0;
let loading = null;

// All parts, or the reason why not; asked for again after a failure.
function load() {
  loading ??= Promise.all([loadProgram(generation), loadStyles(generation), configured(), generation]).catch((fault) => {
    loading = null;
    generation += 1;
    throw fault;
  });
  return loading;
}

async function loadProgram(attempt) {
  const [program, wasm] = await Promise.all([imported(FILES.program, attempt), fetched(FILES.wasm, attempt)]);
  await program.default({ module_or_path: wasm });
  return program;
}

// The sentences of a language, for every element that speaks it; nothing of the program's own.
const words = {};
let failures = 0;
function loadWords(language) {
  const file = FILES.words[language];
  if (!file) return undefined;
  words[language] ??= fetched(file, generation + failures)
    .then((answer) => answer.text())
    .catch((fault) => {
      delete words[language];
      failures += 1;
      throw fault;
    });
  return words[language];
}

// Parts of the program that not every page needs, as modules, by the names that the program calls their files by.
const parts = new Map();
function part(name, priority) {
  if (parts.has(name)) return parts.get(name);
  const file = { name, integrity: FILES.parts?.[name] };
  const module = WebAssembly.compileStreaming(fetched(file, generation + failures, priority));
  module.catch(() => {
    failures += 1;
    parts.delete(name);
  });
  parts.set(name, module);
  return module;
}

// Those of other pages come while nobody waits, where readers do not save data.
let resting;
function bringRest(program) {
  if (resting === program || navigator.connection?.saveData) return;
  resting = program;
  const idle = globalThis.requestIdleCallback ?? setTimeout;
  setTimeout(() => idle(() => program.bring?.(undefined, (name) => part(name, "low")).catch(() => {})), IDLE_MS);
}

let styles;
function loadStyles(attempt) {
  styles ??= fetched(FILES.styles, attempt)
    .then(async (answer) => new CSSStyleSheet().replace(await answer.text()))
    .then((later) => (FIRST.styles ? [firstSheet(), later] : [later]));
  styles.catch(() => (styles = null));
  return styles;
}

let sheet;
function firstSheet() {
  if (sheet) return sheet;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(FIRST.styles);
  return sheet;
}

/** A setting whose value cannot be used; `key` says which, and where it was found. */
class BadSetting extends Error {
  constructor(key) {
    super(`the setting ${key} cannot be used`);
    this.key = key;
  }
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

let config = null;
function configured() {
  config ??= loadConfig().catch((fault) => {
    config = null;
    throw fault;
  });
  return config;
}

// Settings for every page that loads this file. There may be none.
async function loadConfig() {
  const url = addressOf(FILES.config);
  const answer = await fetch(url);
  // Some stores of files say "forbidden" of what is not there.
  if (answer.status === 404 || answer.status === 403) return { url, values: {} };
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  const values = await answer.json().catch(() => null);
  if (isObject(values)) warnOfUnknown(values, "config.json");
  return { url, values };
}

function warnOfUnknown(values, where) {
  for (const key of Object.keys(values)) {
    if (Object.hasOwn(SETTINGS, key) || OTHERS.includes(key)) continue;
    console.warn(`<${NAME}> does not know the setting "${key}" in ${where}`);
  }
}

// How people sign in where the host page hands over no tokens: one for the page, as there is one address to come back to.
// Nobody else loads it.
let signIn = null;
function loadSignIn(settings) {
  signIn ??= imported(FILES.signIn, generation).then(({ SignIn }) => new SignIn(settings));
  signIn.catch(() => (signIn = null));
  return signIn;
}

// The setting as the program takes it: what it calls, or that it has a session with the server.
function readSignIn(given, key) {
  if (given?.mode === "session") return given.mode;
  if (given?.mode) throw new BadSetting(`${key}.mode`);
  if (!given?.clientId) {
    // Left alone. But a key may have been mistyped, and that file knows them all.
    if (given) imported(FILES.signIn, generation).then(({ warnOfUnknown }) => warnOfUnknown(given)).catch(() => {});
    return undefined;
  }
  try {
    if (!SETTINGS.apiBase(given.issuer)) throw new BadSetting();
  } catch {
    throw new BadSetting(`${key}.issuer`);
  }
  return {
    arrive: () => loadSignIn(given),
    token: async (force) => (await loadSignIn(given)).token(force),
    start: async (another) => (await loadSignIn(given)).start(another),
    end: async () => (await loadSignIn(given)).end(),
  };
}

// The page of the program that an address, or the setting `view`, asks for; as src/navigator.rs reads them.
const FRAGMENT = "#/support";
function asked({ routing, base = "", view }) {
  const { hash, pathname, search } = location;
  const under = base.replace(/\/$/, "");
  if (routing === "path" && `${pathname}/`.startsWith(`${under}/`)) return pathname.slice(under.length) + search;
  const page = hash.slice(FRAGMENT.length);
  if ((routing ?? "hash") === "hash" && hash.startsWith(FRAGMENT) && /^([/?]|$)/.test(page)) return page;
  return view ?? "";
}

// The entry of a page among others, where each stands under its path and `*` for any one part.
const pathOf = (page) => page.replace(/\?.*/, "").replace(/\/$/, "") || "/benefits";
function of(pages, page) {
  const path = pathOf(page);
  return pages?.[path] ?? pages?.[path.replace(/[^/]+$/, "*")];
}

// A link of a shell leads where the program's own will.
function addressUnder({ routing, base = "" }, page) {
  if (routing === "memory") return location.href;
  if (routing === "path") return `${location.origin}${base.replace(/\/$/, "")}${page}`;
  return `${location.href.split("#")[0]}${FRAGMENT}${page}`;
}

// A shell is text, or the name of an element, its attributes, and what it holds. For a text that differs by language stands its place
// in `texts`.
function built(node, settings, texts) {
  const inWords = (text) => (typeof text === "number" ? texts[text] : text);
  if (!Array.isArray(node)) return inWords(node);
  const [name, attributes, ...content] = node;
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    // A policy that forbids the attribute allows this.
    if (key === "style") element.style.cssText = value;
    else element.setAttribute(key, inWords(value));
  }
  const href = attributes.href ?? "";
  if (href.startsWith(FRAGMENT)) {
    element.page = href.slice(FRAGMENT.length);
    element.href = addressUnder(settings, element.page);
  }
  element.append(...content.map((child) => built(child, settings, texts)));
  return element;
}

// By the names of their files.
const forms = {};
function loadForm(file) {
  forms[file.name] ??= imported(file, generation);
  forms[file.name].catch(() => delete forms[file.name]);
  return forms[file.name];
}

// Where an element stands in a tree, and the element that stands there in another one, when it is of the same kind.
function placeOf(element, root) {
  const steps = [element.localName];
  for (; element !== root; element = element.parentElement) {
    steps.unshift([...element.parentElement.children].indexOf(element));
  }
  return steps;
}
function at(place, root) {
  const element = place.slice(0, -1).reduce((element, step) => element?.children[step], root);
  return element?.localName === place.at(-1) ? element : undefined;
}

// Resolves when the program has drawn what it was waiting for.
function drawn(frame) {
  return new Promise((resolve) => {
    const look = () => frame.querySelector(".loading") || resolve();
    new MutationObserver(look).observe(frame, { childList: true, subtree: true });
    setTimeout(resolve, WHOLE_MS);
    look();
  });
}

// What was typed, ticked or chosen in a page that was there before the program.
function carryOver(from, to) {
  for (const old of from.querySelectorAll("input, textarea, select")) {
    const [chosen] = old.selectedOptions ?? [];
    if (chosen ? chosen.defaultSelected : old.value === old.defaultValue && old.checked === old.defaultChecked) continue;
    const now = at(placeOf(old, from), to);
    if (!now) continue;
    now.value = old.value;
    now.checked = old.checked;
    for (const name of ["input", "change"]) now.dispatchEvent(new Event(name, { bubbles: true }));
  }
}

// All elements share one program: when it crashes, none of them can go on. What it has left on the window does nothing any more.
// The one that the reader is in says so. The others begin anew by themselves, as long as that does not come to the same at once.
const connected = new Set();
let endAfterCrash;
let calmFrom = 0;
function crashed(which) {
  if (which !== generation) return;
  loading = null;
  generation += 1;
  const now = performance.now();
  for (const element of [...connected]) endAfterCrash(element, now > calmFrom);
  calmFrom = now + CALM_MS;
}

/**
 * The element. Where its tag is taken, a host page can define it under another one. A server that renders pages may import
 * this file too; elements come to life in the browser.
 */
export class PartnerSupport extends (globalThis.HTMLElement ?? Object) {
  /** The version of what host pages may rely on. */
  static contract = 1;
  static observedAttributes = Object.keys(SETTINGS).map(attributeOf);

  #internals = this.attachInternals();
  // A document may hold a page as the program draws it (declarative shadow root): attaching would throw that away.
  #root = this.#internals.shadowRoot ?? this.attachShadow({ mode: "open" });
  #states = this.#internals.states;
  #app = null;
  #starting = false;
  // How often the settings changed, and the language that is spoken.
  #changes = 0;
  #speech = {};
  #getAccessToken = undefined;
  #config = undefined;
  #file = { values: {} };
  // What was asked for before the app was there.
  #page = undefined;
  #focus = undefined;
  // What the reader sees, and pressed, before that.
  #shell = null;
  #pressed = [];
  // Answers of the server that were asked for early, by their address; and a mark of what they are for, which is another one when
  // that is.
  #early = new Map();
  #turn = {};
  // What ends a wait: that these are under way; that what is shown for the time being must not stay.
  #sent;
  #enough;
  #earlyUntil = undefined;

  static {
    endAfterCrash = (element, calm) => element.#endAfterCrash(calm);
  }

  connectedCallback() {
    connected.add(this);
    // A property that was set before this class was known hides the accessor below: set it again through it.
    for (const name of ["getAccessToken", "config"]) {
      if (!Object.hasOwn(this, name)) continue;
      const early = this[name];
      delete this[name];
      this[name] = early;
    }
    this.#begin();
  }

  disconnectedCallback() {
    // Moving the node disconnects and connects it in one turn; only a node that stays away is torn down.
    queueMicrotask(() => {
      if (this.isConnected) return;
      connected.delete(this);
      this.#stop();
      this.#root.replaceChildren();
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
    // They are somebody else's now.
    this.#early.clear();
    this.#app?.sessionChanged();
    this.#askAgain();
  }

  /** Settings by name; each wins over the attribute of the same name, which wins over `config.json`. */
  get config() {
    return this.#config;
  }
  set config(values) {
    this.#config = isObject(values) ? Object.freeze({ ...values }) : values;
    if (isObject(values)) warnOfUnknown(values, "config");
    this.#settingsChanged();
  }

  /** Shows a page by its path, such as "/incidents". */
  navigate(path) {
    if (this.#app) return this.#app.navigate(String(path));
    this.#page = String(path);
    if (!this.#shell) return;
    this.#showLoading();
    this.focus();
    this.#askEarly();
  }

  /** Asks the server again. */
  refresh() {
    this.#app?.refresh();
  }

  /** Puts the focus on the heading of the page that is shown. */
  focus(options) {
    const heading = this.#root.querySelector("h1");
    if (heading) heading.focus(options);
    else this.#focus = options ?? {};
  }

  #begin() {
    if (!this.#app && !this.#starting) this.#start();
  }

  async #start() {
    this.#starting = true;
    this.#showLoading();
    const sent = new Promise((resolve) => (this.#sent = resolve));
    this.#askEarly();
    let attempt;
    try {
      if (this.#form()) await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, HEAD_START_MS))]);
      // What is known of the language now is mostly all there is to know: its sentences come beside the program.
      this.#wanted().catch(() => {});
      const [program, styles, file, which] = await load();
      if (!this.isConnected) return;
      attempt = which;
      this.#file = file;
      this.#root.adoptedStyleSheets = styles;
      if (program.loaderInterface?.() !== INTERFACE) {
        this.#showFault("version");
        return;
      }
      const changes = this.#changes;
      const settings = this.#settings();
      this.#speech = await this.#wanted();
      // The provider's answer is taken out of the address before the app looks at it.
      if (!this.#getAccessToken && location.search.includes("state=")) await settings.signIn?.arrive?.().catch(() => {});
      // The page of a part that does not come says so.
      await program.bring?.(this.#parts(), part).catch(() => {});
      if (!this.isConnected) return;
      if (attempt !== generation) return void this.#showFault("crashed", "crash");
      const frame = document.createElement("div");
      frame.className = "mount";
      const shell = this.#shell;
      const whole = shell?.whole && shell;
      if (whole) {
        frame.hidden = true;
        this.#root.append(frame);
      }
      const app = program.mount(this, frame, { ...settings, ...this.#speech, early: this.#early }, () => crashed(which));
      this.#earlyUntil = setTimeout(() => this.#early.clear(), 10_000);
      this.#app = app;
      if (this.#page !== undefined) app.navigate(this.#page);
      if (whole) await Promise.race([drawn(frame), new Promise((resolve) => (this.#enough = resolve))]);
      if (attempt !== generation) return void this.#showFault("crashed", "crash");
      if (this.#app !== app) return;
      const focused = this.#focusIn(shell);
      this.#shell = null;
      if (whole) carryOver(whole, frame);
      frame.hidden = false;
      this.#root.replaceChildren(frame);
      if (this.#focus) this.focus(this.#focus);
      else focused(frame);
      const pressed = this.#pressed.splice(0);
      // After what the program has put off until it stands.
      setTimeout(() => this.#app === app && pressed.forEach((place) => at(place, frame)?.click()));
      this.#page = this.#focus = undefined;
      if (changes !== this.#changes) this.#change(this.#changes);
      this.#emit("ready");
      bringRest(program);
    } catch (fault) {
      // A program that crashed has said so itself.
      if (this.isConnected && (attempt === undefined || attempt === generation)) this.#failed(fault);
    } finally {
      this.#starting = false;
    }
  }

  #stop() {
    clearTimeout(this.#earlyUntil);
    this.#early.clear();
    this.#shell = null;
    const app = this.#app;
    this.#app = null;
    app?.unmount();
  }

  // Attributes and properties that are set in one go arrive as one change.
  #settingsChanged() {
    this.#changes += 1;
    const latest = this.#changes;
    queueMicrotask(() => this.#change(latest));
  }

  async #change(latest) {
    if (latest !== this.#changes || !this.isConnected) return;
    this.#askAgain();
    // What could not be used before may be good now.
    if (!this.#app) return this.#begin();
    const speech = await this.#wanted().catch((fault) => console.error(`<${NAME}>`, fault));
    if (latest !== this.#changes || !this.#app) return;
    // A language that does not come leaves the one that is spoken.
    this.#speech = speech ?? this.#speech;
    try {
      this.#app.update({ ...this.#settings(), ...this.#speech });
    } catch (fault) {
      this.#stop();
      this.#failed(fault);
    }
  }

  // The language to speak, as the program takes it.
  async #wanted() {
    const { tag, language } = this.#sentences();
    const whole = String(tag).toLowerCase();
    return { locale: tag, sentences: await loadWords(FILES.words[whole] ? whole : language) };
  }

  // The settings as the program takes them. Nothing, and an empty text, is as good as not set.
  #settings() {
    const { values, url } = this.#file;
    if (!isObject(values)) throw new BadSetting("config.json");
    if (!isObject(this.#config ?? {})) throw new BadSetting("config");
    const settings = {};
    for (const [name, read] of Object.entries(SETTINGS)) {
      const attribute = attributeOf(name);
      const [given, key, from] =
        [
          [this.#config?.[name], `config.${name}`, location.href],
          [this.getAttribute(attribute), attribute, location.href],
          [values[name], `config.json: ${name}`, url],
        ].find(([given]) => given !== undefined && given !== null && given !== "") ?? [];
      if (given === undefined) continue;
      try {
        settings[name] = typeof given === "string" && read(given, from);
      } catch {
        // It is said below.
      }
      if (!settings[name]) throw new BadSetting(key);
    }
    const own = this.#config?.signIn;
    settings.signIn = own ? readSignIn(own, "config.signIn") : readSignIn(values.signIn, "config.json: signIn");
    for (const [name, values] of Object.entries({ theme: THEMES, density: DENSITIES })) {
      for (const value of values) {
        if (settings[name] === value) this.#states.add(`${name}-${value}`);
        else this.#states.delete(`${name}-${value}`);
      }
    }
    return settings;
  }

  /** The shared program is gone: let go of it without calling into it, and begin anew or offer to. */
  #endAfterCrash(calm) {
    this.#app = null;
    const quietly = calm && !this.#root.activeElement;
    // Not inside the crash itself: the program is still on the stack.
    setTimeout(() => {
      if (!this.isConnected || this.#app || this.#starting) return;
      if (quietly) this.#start();
      else this.#showFault("crashed", "crash");
    });
  }

  // The events of a host's own elements called "error" do not bubble: a site's watch for faults of its scripts sits on
  // the window.
  #emit(name, detail, bubbles = true) {
    this.dispatchEvent(new CustomEvent(name, { bubbles, composed: true, detail }));
  }

  #sentences() {
    const hostLanguage = this.closest("[lang]")?.lang;
    const wished = [this.#config?.locale, this.getAttribute("locale"), this.#file.values?.locale];
    for (const tag of [...wished, hostLanguage, ...navigator.languages]) {
      const language = String(tag).toLowerCase().split(/[-_]/)[0];
      if (Object.hasOwn(SENTENCES, language)) return { tag, language, ...SENTENCES[language] };
    }
    return { tag: "en", language: "en", ...SENTENCES.en };
  }

  // The language decides the direction, whatever the host page's is.
  #boot(role, { language, dir = "ltr" }, ...content) {
    const box = document.createElement("div");
    box.className = "mount boot";
    box.lang = language;
    box.dir = dir;
    box.setAttribute("role", role);
    box.append(...content);
    return box;
  }

  // What the host wrote between the tags is shown while loading; without it, the page as the program will show it until its
  // data is there; without that, one line.
  #showLoading() {
    const sentences = this.#sentences();
    const ofHost = [...this.childNodes].some((node) => node.nodeType === Node.ELEMENT_NODE || node.textContent.trim());
    this.#shell = ofHost ? null : (this.#whole(sentences.language) ?? this.#shellIn(sentences.language));
    if (this.#shell) {
      this.#root.adoptedStyleSheets = [firstSheet()];
      if (!this.#shell.parentNode) this.#root.replaceChildren(this.#shell);
      return;
    }
    const slot = document.createElement("slot");
    slot.append(this.#boot("status", sentences, sentences.loading));
    this.#root.replaceChildren(slot);
  }

  #shellIn(language) {
    const settings = this.#settingsSoFar();
    const shell = settings && of(FIRST.shells, this.#page ?? asked(settings));
    if (!shell) return null;
    const frame = document.createElement("div");
    frame.className = "mount";
    frame.append(built(shell, settings, FIRST.texts[language]));
    return this.#minded(frame, false);
  }

  // What puts the focus into another tree, where it stands in this one.
  #focusIn(shell) {
    const place = shell?.contains(this.#root.activeElement) && placeOf(this.#root.activeElement, shell);
    return (frame) => place && at(place, frame)?.focus({ preventScroll: true });
  }

  // The page that the document holds, where it is the one that is asked for.
  #whole(language) {
    const settings = FIRST.styles && this.#settingsSoFar();
    const whole = this.#root.querySelector("[data-page]");
    if (!settings || whole?.firstElementChild.lang !== language) return null;
    const path = (this.#page ?? asked(settings)).replace(/\/$/, "");
    return path === whole.dataset.page ? this.#minded(whole, true) : null;
  }

  // What the reader follows and presses before the program is there counts. `whole` says that the data is there too.
  #minded(frame, whole) {
    frame.whole = whole;
    frame.addEventListener("click", (click) => {
      const { page } = click.target.closest("a") ?? {};
      const plain = !(click.button || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey);
      if (page !== undefined && plain) {
        click.preventDefault();
        this.navigate(page);
      }
      // What can be unfolded may not be there yet.
      const button = click.target.closest("button, summary:only-child");
      if (!button) return;
      click.preventDefault();
      this.#pressed.push(placeOf(button, frame));
    });
    return frame;
  }

  // Nothing when one cannot be used, which is said when the program is there.
  #settingsSoFar() {
    try {
      return this.#settings();
    } catch {
      return undefined;
    }
  }

  // Somebody else is signed in, or another setting counts.
  #askAgain() {
    if (!this.#starting) return;
    if (this.#app) return void (this.#shell?.filled && this.#enough());
    if (this.#shell?.filled) this.#showLoading();
    this.#askEarly();
  }

  // The program finds under way, or here, what it will ask the server for first: for a reader who is not signed in, what anybody may
  // read. What fails it asks for again.
  async #askEarly() {
    const turn = (this.#turn = {});
    const source = this.#getAccessToken;
    const handsOver = typeof source === "function";
    // The parts of the program leave the line to the answers, where these make the page.
    if (!this.#form()) this.#bringParts();
    if (!FIRST.asks || this.#app) return;
    if (this.#form()) loadStyles(generation).catch(() => {});
    const configuring = configured().then((file) => (this.#file = file));
    configuring.catch(() => {});
    // Where the API is may be said in that file alone; and a host may be about to say who is signed in.
    if (!handsOver || !this.#settingsSoFar()?.apiBase) await configuring.catch(() => {});
    const settings = this.#settingsSoFar();
    if (!settings || this.#app || turn !== this.#turn) return;
    const base = (settings.apiBase ?? `${location.origin}/api/v1`).replace(/\/$/, "");
    const keeps = !handsOver && settings.signIn === "session";
    let token;
    const ask = async (address) => {
      const headers = { accept: "application/json, application/problem+json" };
      token ??= handsOver && source({ forceRefresh: false });
      if (handsOver) headers.authorization = `Bearer ${await token}`;
      if (keeps) headers["x-partner-support-session"] = "1";
      const answer = fetch(address, { headers, credentials: keeps ? "include" : "same-origin", signal: AbortSignal.timeout(20_000) });
      this.#sent();
      return answer;
    };
    const page = this.#page ?? asked(settings);
    // There is nothing by any other name.
    const id = /\/([\w-]+)$/.exec(pathOf(page))?.[1];
    // What a page asks for follows its own choices, where its address has some.
    const own = (of(FIRST.asks, page) ?? []).filter((path) => !page.includes("?") || !path.includes("?"));
    const asks = own.map((path) => path.replace("*", id));
    for (const path of handsOver || keeps ? asks : asks.filter((path) => FIRST.open.includes(path))) {
      if (this.#early.has(base + path)) continue;
      const answer = ask(base + path);
      answer.catch(() => {});
      this.#early.set(base + path, answer);
    }
    if (!(handsOver || keeps) || !this.#form()) return;
    try {
      await this.#fill(turn, asks.map((path) => [/\w+/.exec(path)[0], this.#early.get(base + path)]), configuring);
    } catch {
      // What the form was not made for, or what did not come, the program will show.
    }
    if (turn === this.#turn) this.#bringParts();
  }

  // What makes the page of answers, where there is such a form; on its way from now on.
  #form() {
    const settings = this.#settingsSoFar();
    const page = settings && (this.#page ?? asked(settings));
    const file = page === undefined || page.includes("?") ? undefined : of(FIRST.forms?.[this.#sentences().language], page);
    const form = file && loadForm(file);
    form?.catch(() => {});
    return form;
  }

  // The page from the answers alone: as the program will draw it, in place of the shell.
  async #fill(turn, answers, configuring) {
    const read = answers.map(async ([name, answer]) => {
      const come = await answer;
      if (!come.ok) throw new TypeError(name);
      // The program will read it too.
      return [name, await come.clone().json()];
    });
    const [come, styles] = await Promise.all([Promise.all(read), loadStyles(generation), configuring]);
    const { page } = await this.#form();
    if (turn !== this.#turn || this.#app || !this.#shell) return;
    const { tag, language } = this.#sentences();
    const settings = this.#settings();
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const content = page({ ...Object.fromEntries(come), tag, language, zone, memory: settings.routing === "memory" });
    const frame = document.createElement("div");
    frame.className = "mount";
    frame.append(...content.map((node) => built(node, settings)));
    const focused = this.#focusIn(this.#shell);
    this.#shell = this.#minded(frame, true);
    frame.filled = true;
    this.#root.adoptedStyleSheets = styles;
    this.#root.replaceChildren(frame);
    focused(frame);
  }

  // The parts that the page needs; all, where it is not known.
  #parts() {
    const settings = FIRST.parts && this.#settingsSoFar();
    return settings && (of(FIRST.parts, this.#page ?? asked(settings)) ?? []);
  }

  #bringParts() {
    this.#parts()?.forEach((name) => part(name));
  }

  #failed(fault) {
    console.error(`<${NAME}>`, fault);
    if (!(fault instanceof BadSetting)) return this.#showFault("failed", "load");
    const key = document.createElement("code");
    key.textContent = fault.key;
    this.#showFault("settings", "settings", { key: fault.key }, key);
  }

  #showFault(what, code = what, more = {}, ...after) {
    this.#shell = null;
    const sentences = this.#sentences();
    const title = document.createElement("h1");
    title.className = "boot-title";
    title.tabIndex = -1;
    title.textContent = sentences[what];
    const hint = document.createElement("p");
    hint.append(sentences[`${what}Hint`], ...after.flatMap((node) => [" ", node]));
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button primary";
    retry.textContent = sentences.retry;
    // What helps one element helps all that wait: they share what was loaded.
    retry.addEventListener("click", () => {
      if (what === "settings") loading = config = null;
      for (const element of connected) element.#begin();
    });
    this.#root.replaceChildren(this.#boot("alert", sentences, title, hint, retry));
    this.#emit("error", { code, ...more }, false);
  }
}

// A tag that somebody else has defined is left alone; our own second copy has nothing to add.
const taken = globalThis.customElements?.get(NAME);
if (!taken) globalThis.customElements?.define(NAME, PartnerSupport);
else if (!taken.contract) console.warn(`<${NAME}> is defined by somebody else and stays as it is`);
