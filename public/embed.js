// Defines <partner-support>. One line in the host page: <script type="module" src="…/embed.js"></script>
//
// The files it needs (FILES below) lie beside this one and are found by its own address. They are loaded when the first
// element is connected, once for all elements of the page.
// It touches nothing outside its shadow root and needs no inline script, no inline style and no eval: a host's policy
// must allow `script-src <here> 'wasm-unsafe-eval'` and `connect-src <here> <api>`.

const NAME = "partner-support";
const ATTRIBUTES = ["api-base", "locale", "theme", "routing"];

// The only sentences outside src/words: what is said while, or because, the app that knows the others is not there.
const SENTENCES = {
  en: {
    loading: "Loading support…",
    failed: "Support could not be loaded.",
    failedHint: "Check your connection and try again. If it keeps failing, contact the owner of this site.",
    crashed: "Support stopped because of a fault.",
    crashedHint: "Nothing that you sent was lost. Text that you had not sent may have to be typed again.",
    retry: "Try again",
  },
  fr: {
    loading: "Chargement du support…",
    failed: "Le support n’a pas pu être chargé.",
    failedHint: "Vérifiez votre connexion, puis réessayez. Si le problème persiste, contactez le responsable de ce site.",
    crashed: "Le support s’est arrêté à cause d’une anomalie.",
    crashedHint: "Rien de ce que vous avez envoyé n’est perdu. Un texte non envoyé devra peut-être être saisi de nouveau.",
    retry: "Réessayer",
  },
};

// What lies beside this loader. `cargo xtask dist` puts here, for a release, the name of each file with its hash in it and
// what the browser holds its bytes against (`integrity`); as it stands here, nothing is held against anything.
const FILES = {
  program: { name: "partner-support.js" },
  wasm: { name: "partner-support_bg.wasm" },
  styles: { name: "partner-support.css" },
};

const addressOf = ({ name }) => new URL(name, import.meta.url).href;

// A file of ours, or the reason why not: it is away, or not what this loader was released with. After a failure nothing
// that the browser kept is trusted.
async function fetched(file, attempt) {
  const answer = await fetch(addressOf(file), {
    integrity: file.integrity ?? "",
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

// Both parts, or the reason why not; asked for again after a failure.
function load() {
  loading ??= Promise.all([loadProgram(generation), loadStyles(generation), generation]).catch((fault) => {
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

async function loadStyles(attempt) {
  const answer = await fetched(FILES.styles, attempt);
  return new CSSStyleSheet().replace(await answer.text());
}

// All elements share one program: when it crashes, none of them can go on. A crashed program may stumble again over
// timers and listeners that it left behind; that concerns nobody any more.
const connected = new Set();
function crashed(which) {
  if (which !== generation) return;
  loading = null;
  generation += 1;
  for (const element of [...connected]) element.crashed();
}

class PartnerSupport extends HTMLElement {
  static observedAttributes = ATTRIBUTES;

  #root = this.attachShadow({ mode: "open" });
  #frame = null;
  #app = null;
  #starting = false;
  #getAccessToken = undefined;
  #wish = undefined;

  connectedCallback() {
    connected.add(this);
    // A property that was set before this class was known hides the accessor below: set it again through it.
    if (Object.hasOwn(this, "getAccessToken")) {
      const early = this.getAccessToken;
      delete this.getAccessToken;
      this.getAccessToken = early;
    }
    if (!this.#app && !this.#starting) this.#start();
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

  attributeChangedCallback(name, before, after) {
    if (before !== after) this.#app?.update(name, after ?? undefined);
  }

  /** `({ forceRefresh }) => Promise<string>`: the only way in which an access token comes in. */
  get getAccessToken() {
    return this.#getAccessToken;
  }
  set getAccessToken(callback) {
    this.#getAccessToken = callback;
    this.#app?.sessionChanged();
  }

  /** Shows a page by its path, such as "/incidents". */
  navigate(path) {
    if (this.#app) this.#app.navigate(String(path));
    else this.#wish = String(path);
  }

  /** Asks the server again. */
  refresh() {
    this.#app?.refresh();
  }

  /** Puts the focus on the heading of the page that is shown. */
  focus() {
    this.#app?.focus();
  }

  async #start() {
    this.#starting = true;
    this.#showLoading();
    try {
      const [program, styles, which] = await load();
      if (!this.isConnected) return;
      this.#root.adoptedStyleSheets = [styles];
      this.#frame = document.createElement("div");
      this.#frame.className = "mount";
      const app = program.mount(this, this.#frame, () => crashed(which));
      this.#root.replaceChildren(this.#frame);
      this.#app = app;
      if (this.#wish !== undefined) app.navigate(this.#wish);
      this.#wish = undefined;
      this.dispatchEvent(new CustomEvent("ready", { bubbles: true, composed: true }));
    } catch (fault) {
      console.error(`<${NAME}>`, fault);
      if (this.isConnected) this.#showFault("failed", "load");
    } finally {
      this.#starting = false;
    }
  }

  #stop() {
    const app = this.#app;
    this.#app = null;
    this.#frame = null;
    app?.unmount();
  }

  /** The shared program is gone: let go of it without calling into it, and offer a fresh start. */
  crashed() {
    this.#app = null;
    this.#frame = null;
    // Not inside the crash itself: the program is still on the stack.
    setTimeout(() => {
      if (this.isConnected && !this.#app && !this.#starting) this.#showFault("crashed", "crash");
    });
  }

  #sentences() {
    const hostLanguage = this.closest("[lang]")?.lang;
    for (const tag of [this.getAttribute("locale"), hostLanguage, ...navigator.languages]) {
      const sentences = SENTENCES[tag?.toLowerCase().split("-")[0]];
      if (sentences) return sentences;
    }
    return SENTENCES.en;
  }

  // What the host wrote between the tags is shown while loading; without it, one line of our own.
  #showLoading() {
    const slot = document.createElement("slot");
    const line = document.createElement("p");
    line.className = "boot";
    line.setAttribute("role", "status");
    line.textContent = this.#sentences().loading;
    slot.append(line);
    this.#root.replaceChildren(slot);
  }

  #showFault(what, code) {
    const sentences = this.#sentences();
    const box = document.createElement("div");
    box.className = "boot";
    box.setAttribute("role", "alert");
    const title = document.createElement("h1");
    title.className = "boot-title";
    title.textContent = sentences[what];
    const hint = document.createElement("p");
    hint.textContent = sentences[`${what}Hint`];
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button primary";
    retry.textContent = sentences.retry;
    retry.addEventListener("click", () => this.#start());
    box.append(title, hint, retry);
    this.#root.replaceChildren(box);
    this.dispatchEvent(new CustomEvent("error", { bubbles: true, composed: true, detail: { code } }));
  }
}

// A tag that somebody else has defined is left alone; our own second copy has nothing to add.
if (!customElements.get(NAME)) customElements.define(NAME, PartnerSupport);
