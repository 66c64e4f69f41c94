// The page in the frame of embed-frame.js: the element of embed.js, told by the host page what attributes, properties and
// methods would tell it there. It speaks to its parent alone, once that has said hello from an origin that is listed in
// `frameAncestors` of config.json, and to nobody without such a list.
import { EVENTS, PROTOCOL, SETTINGS, TO_FRAME, understood } from "./embed-frame.js";

const NAME = "partner-support";

const SENTENCES = {
  ar: {
    dir: "rtl",
    alone: "هذه الصفحة جزء من مواقع أخرى ولا تعرض شيئًا بمفردها.",
    site: "لا يجوز لهذا الموقع عرض الدعم.",
    siteHint: "يستطيع مالك هذا الموقع أن يطلب من مالك مكتب الدعم إدراج عنوانه:",
    version: "جُدّد الدعم، وما زال في هذه الصفحة جزء قديم منه.",
  },
  de: {
    alone: "Diese Seite ist Teil anderer Websites und zeigt allein nichts an.",
    site: "Diese Website darf den Support nicht anzeigen.",
    siteHint: "Der Betreiber dieser Website kann den Betreiber des Supports bitten, ihre Adresse aufzunehmen:",
    version: "Der Support wurde erneuert, und diese Seite hat noch einen älteren Teil davon.",
  },
  en: {
    alone: "This page is a part of other sites and shows nothing by itself.",
    site: "This site may not show support.",
    siteHint: "The owner of this site can ask the owner of the support desk to list its address:",
    version: "Support was renewed, and this page still has an earlier part of it.",
  },
  fr: {
    alone: "Cette page fait partie d’autres sites et n’affiche rien par elle-même.",
    site: "Ce site n’est pas autorisé à afficher le support.",
    siteHint: "Le responsable de ce site peut demander au responsable du support d’ajouter son adresse :",
    version: "Le support a été mis à jour, et cette page en contient encore une partie ancienne.",
  },
};

const sheet = new CSSStyleSheet();
// The host page gives the frame the height of what is in it: there is nothing to scroll here.
sheet.replaceSync(`
  html { overflow: hidden } body { margin: 0 }
  .said { display: grid; gap: 0.75rem; padding: 2rem 1.5rem; font: 0.9375rem/1.5 system-ui, sans-serif }
  .said > * { margin: 0 } h1 { font-size: 1.25rem }`);
document.adoptedStyleSheets = [sheet];

function say(what, ...after) {
  const tag = navigator.languages.map((it) => it.toLowerCase().split("-")[0]).find((it) => Object.hasOwn(SENTENCES, it)) ?? "en";
  const sentences = SENTENCES[tag];
  document.documentElement.lang = tag;
  document.documentElement.dir = sentences.dir ?? "ltr";
  // Part of somebody else's page, or one of its own.
  const box = document.createElement(parent === window ? "main" : "div");
  if (parent !== window) box.setAttribute("role", "alert");
  box.className = "said";
  const title = document.createElement("h1");
  title.textContent = sentences[what];
  box.append(title);
  if (after.length > 0) {
    const hint = document.createElement("p");
    hint.append(sentences[`${what}Hint`], " ", ...after);
    box.append(hint);
  }
  document.body.replaceChildren(box);
}

// Without the file nobody is on the list. Where it cannot be had, there is no answer: the host page says that and tries again.
const file = fetch(new URL(document.documentElement.dataset.config, location.href)).then((answer) => {
  if (answer.status === 404 || answer.status === 403) return {};
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return answer.json();
});

if (parent === window) say("alone");
else addEventListener("message", hello);

async function hello({ source, origin, data, ports: [port] }) {
  if (source !== parent || data?.[NAME] !== "hello" || !port) return;
  // One host page, once.
  removeEventListener("message", hello);
  const settings = await file;
  const listed = settings?.frameAncestors;
  if (!Array.isArray(listed) || !listed.includes(origin)) {
    const site = document.createElement("code");
    site.textContent = origin;
    say("site", site);
    return port.postMessage({ type: "refused", why: "site" });
  }
  if (data.version !== PROTOCOL) {
    say("version");
    return port.postMessage({ type: "refused", why: "version" });
  }
  const followed = ["routing", "base", "view"].filter((name) => typeof settings[name] === "string");
  serve(port);
  port.postMessage({ type: "welcome", settings: Object.fromEntries(followed.map((name) => [name, settings[name]])) });
}

function serve(port) {
  const element = document.createElement(NAME);
  const tell = (message) => port.postMessage(message);

  // What the reader has not wished for, such as the first page, makes no new address in the host page.
  let begun = false;
  let unwished = 0;
  const unwishedly = (act) => {
    unwished += 1;
    act();
    setTimeout(() => (unwished -= 1));
  };

  let shown;
  const waiting = new Map();
  let asked = 0;
  const askForToken = () => {
    element.getAccessToken = ({ forceRefresh }) =>
      new Promise((resolve, reject) => {
        waiting.set((asked += 1), { resolve, reject });
        tell({ type: "wanted", id: asked, forceRefresh });
      });
  };

  const root = document.documentElement;
  const does = {
    settings({ attributes, config, path, lang, scheme, style }) {
      if (lang) root.lang = lang;
      root.style.colorScheme = scheme === "normal" ? "" : scheme;
      for (const name of SETTINGS) {
        const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        const value = attributes[name] ?? { routing: "memory", view: path ?? element.getAttribute("view") }[name];
        if (value) element.setAttribute(attribute, value);
        else element.removeAttribute(attribute);
      }
      element.config = config;
      const ours = (name) => name.startsWith("--ps-");
      for (const name of [...element.style].filter(ours)) element.style.removeProperty(name);
      for (const name of Object.keys(style).filter(ours)) element.style.setProperty(name, style[name]);
      if (!element.isConnected) {
        askForToken();
        document.body.replaceChildren(element);
      }
    },
    session: askForToken,
    token({ id, token }) {
      const { resolve, reject } = waiting.get(id) ?? {};
      waiting.delete(id);
      if (token === undefined) reject?.(new Error("the host page has no token"));
      else resolve?.(token);
    },
    show({ path, quietly }) {
      // The focus stays where the reader is: what is inert takes none.
      if (quietly) {
        element.inert = true;
        setTimeout(() => (element.inert = false));
      }
      unwishedly(() => element.navigate(path));
    },
    // Not before the first page has been told of.
    navigate: ({ path }) =>
      setTimeout(() => {
        shown = path;
        element.navigate(path);
      }),
    refresh: () => element.refresh(),
    focus({ preventScroll }) {
      still = preventScroll;
      element.focus({ preventScroll });
      still = false;
    },
    // As the style sheets take it.
    visible({ above, below, window }) {
      element.style.setProperty("--view-height", `${window}px`);
      element.style.setProperty("--above-view", `${above}px`);
      element.style.setProperty("--below-view", `${below}px`);
    },
  };
  port.onmessage = ({ data }) => {
    if (understood(TO_FRAME, data)) does[data.type](data);
  };

  for (const [name, keys] of Object.entries(EVENTS)) {
    element.addEventListener(name, ({ detail }) => {
      const told = Object.fromEntries(keys.filter((key) => typeof detail?.[key] === "string").map((key) => [key, detail[key]]));
      tell({ type: "event", name, detail: told, wished: begun && unwished === 0 });
    });
  }
  element.addEventListener("ready", () => {
    // After a crash it begins again where it was.
    if (shown !== undefined) unwishedly(() => element.navigate(shown));
    setTimeout(() => (begun = true));
  });
  element.addEventListener("error", () => (begun = false));
  element.addEventListener("navigate", ({ detail }) => {
    shown = detail.path;
    root.lang ||= element.shadowRoot.querySelector("[lang]")?.lang ?? "";
  });

  new ResizeObserver(([{ borderBoxSize: [{ blockSize }] }]) => tell({ type: "height", height: Math.ceil(blockSize) })).observe(element);

  // What takes the focus is shown, unless it was pressed: that is where the pointer is.
  let pressed = false;
  let still = false;
  addEventListener("pointerdown", () => (pressed = true), true);
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => (pressed = false), true);
  addEventListener("focusin", (event) => {
    if (pressed || still) return;
    const { top, height } = event.composedPath()[0].getBoundingClientRect();
    tell({ type: "reveal", top, height });
  });
}
