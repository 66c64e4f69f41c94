// What a host page does for <partner-support>, by the example of the demonstration site: it signs people in and hands
// over access tokens, and it chooses language and theme.
//
// Sign-in is the authorization code flow with PKCE and a full-page redirect. Tokens are kept in memory alone; the
// verifier and the way back lie in sessionStorage for the time of the redirect. The issuer remembers the person, so a
// reload comes back signed in.

const element = document.querySelector("partner-support");
const REDIRECT = "demo-site.sign-in";

const SENTENCES = {
  en: {
    expired: "Your session has ended. Sign in again to go on; the draft of an incident is kept in this tab.",
    failed: "Sign-in did not succeed.",
    unreachable: "The sign-in service cannot be reached.",
  },
  fr: {
    expired: "Votre session a expiré. Reconnectez-vous pour continuer ; le brouillon d’un incident est conservé dans cet onglet.",
    failed: "La connexion n’a pas abouti.",
    unreachable: "Le service de connexion est injoignable.",
  },
};

const configuration = fetch("/config.json").then((answer) => {
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  return answer.json();
}).then(({ signIn }) => signIn);

const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const redirectUri = `${location.origin}/`;

async function startSignIn(prompt) {
  const config = await configuration;
  const verifier = random();
  const state = random();
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const returnTo = location.pathname + location.search + location.hash;
  sessionStorage.setItem(REDIRECT, JSON.stringify({ verifier, state, returnTo }));
  const url = new URL("/authorize", config.issuer);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: config.clientId,
    redirect_uri: config.redirectUri ?? redirectUri,
    scope: "openid profile",
    state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: "S256",
    ...(prompt ? { prompt } : {}),
  }).toString();
  location.assign(url);
}

// The way back from the issuer: read at once and taken out of the address before the element looks at it.
function takeRedirect() {
  const query = new URLSearchParams(location.search);
  if (!query.has("state") || !(query.has("code") || query.has("error"))) return null;
  const kept = JSON.parse(sessionStorage.getItem(REDIRECT) ?? "null");
  sessionStorage.removeItem(REDIRECT);
  history.replaceState(null, "", kept?.returnTo ?? "/");
  if (!kept || kept.state !== query.get("state") || query.has("error")) return { failed: true };
  return { code: query.get("code"), verifier: kept.verifier };
}

async function redeem({ code, verifier }) {
  const config = await configuration;
  const answer = await fetch(new URL("/token", config.issuer), {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: config.clientId,
      redirect_uri: config.redirectUri ?? redirectUri,
      code,
      code_verifier: verifier,
    }),
  });
  if (!answer.ok) throw new Error(`token: ${answer.status}`);
  const { access_token, expires_in } = await answer.json();
  return { value: access_token, until: Date.now() + (expires_in - 30) * 1000 };
}

const redirect = takeRedirect();
const token = redirect && !redirect.failed ? redeem(redirect) : null;
token?.catch((fault) => {
  console.error(fault);
  say("failed");
});

async function getAccessToken({ forceRefresh }) {
  const present = await token;
  // A token is renewed by a redirect alone, and that would cost what is being typed: the reader decides when.
  if (!present || forceRefresh || present.until < Date.now()) throw new Error("no valid token");
  return present.value;
}

const message = document.querySelector(".site-message");
function say(what) {
  message.querySelector("p").textContent = SENTENCES[document.documentElement.lang][what];
  message.hidden = false;
}

const signIn = (prompt) =>
  startSignIn(prompt).catch((fault) => {
    console.error(fault);
    say("unreachable");
  });

message.querySelector("button").addEventListener("click", () => signIn());
element.addEventListener("auth-required", ({ detail }) => {
  if (detail.reason === "switch-account") signIn("select_account");
  else if (detail.reason === "asked") signIn();
  else if (token) say("expired");
});
element.addEventListener("navigate", ({ detail }) => {
  document.title = `${detail.title} – ${document.documentElement.dataset.site}`;
});

// Language and theme live in the address, so that a link keeps them.
const settings = document.querySelector(".site-settings");
const english = new Map();
function display() {
  const query = new URLSearchParams(location.search);
  const preferred = navigator.languages.find((tag) => /^(en|fr)\b/i.test(tag)) ?? "en";
  const lang = ["en", "fr"].find((known) => known === query.get("lang")) ?? preferred.slice(0, 2).toLowerCase();
  const theme = ["light", "dark"].find((known) => known === query.get("theme")) ?? "auto";
  document.documentElement.lang = lang;
  document.documentElement.dataset.theme = theme;
  element.setAttribute("locale", query.get("lang") ? lang : preferred);
  element.setAttribute("theme", theme);
  settings.elements.lang.value = lang;
  settings.elements.theme.value = theme;
  for (const node of document.querySelectorAll("[data-fr]")) {
    if (!english.has(node)) english.set(node, node.textContent);
    node.textContent = lang === "fr" ? node.dataset.fr : english.get(node);
  }
  settings.setAttribute("aria-label", lang === "fr" ? settings.dataset.frLabel : "Display");
}
settings.addEventListener("change", ({ target }) => {
  const url = new URL(location.href);
  url.searchParams.set(target.name, target.value);
  history.replaceState(null, "", url);
  display();
});
display();

if (redirect) {
  if (redirect.failed) say("failed");
  element.getAccessToken = getAccessToken;
} else {
  // A partner site is for people who are signed in: the issuer sends known ones straight back.
  signIn();
}
configuration.catch(() => say("unreachable"));
