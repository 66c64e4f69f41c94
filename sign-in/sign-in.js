// Signs people in where the host page hands over no tokens: OpenID Connect, authorization code with PKCE (S256), by a
// redirect of the whole page. The loader imports this file only then, and where a `signIn` setting has no client.
//
// Tokens live in this module's memory alone: a reload asks to sign in again, and a provider that remembers the person sends
// them straight back. `sessionStorage` holds the verifier, `state`, `nonce` and the way back for the time of the redirect; of who
// signs out, `state` and the way back.
import * as oauth from "oauth4webapi";

const KEPT = "partner-support.sign-in";
/** Tokens are renewed this long before they end. */
const EARLY_MS = 30_000;
const PATIENCE_MS = 10_000;
/** Every key of the setting `signIn`. */
const KEYS = ["mode", "issuer", "clientId", "redirectUri", "scope", "audience", "resource", "switchPrompt"];

/** Why nobody was signed in: `refused` (by the person or the provider), `unreachable`, or `failed`. */
class Trouble extends Error {
  constructor(code, cause) {
    super(code, { cause });
    this.code = code;
  }
}

/** What went wrong, in a code for the reader; and for the site's engineer on the console, without what came with it. */
function trouble(fault) {
  if (fault instanceof Trouble) return fault;
  if (fault.error === "access_denied") return new Trouble("refused", fault);
  console.warn("<partner-support> sign-in:", fault.error ?? fault.message);
  // The library's own faults have a code; a fetch that did not get through has none.
  const away = (fault instanceof TypeError && !fault.code) || fault.name === "TimeoutError" || isDown(fault);
  return new Trouble(away ? "unreachable" : "failed", fault);
}

const isDown = ({ status, cause }) => (status ?? cause?.status) >= 500;
const isHere = ({ hostname }) => ["127.0.0.1", "[::1]", "localhost"].includes(hostname);

const judged = new Set();

/** Says on the console what a `signIn` setting has that is not known, once for each. */
export function warnOfUnknown(settings) {
  if (judged.has(settings)) return;
  judged.add(settings);
  if (typeof settings !== "object") {
    return console.warn(`<partner-support> cannot use "${settings}" as signIn, which has keys: ${KEYS.join(", ")}`);
  }
  for (const key of Object.keys(settings)) {
    if (!KEYS.includes(key)) console.warn(`<partner-support> does not know the setting "${key}" in signIn`);
  }
}

/** The sign-in of a page by its `signIn` setting. It takes the provider's answer out of the page's address at once. */
export class SignIn {
  #settings;
  #issuer;
  #client;
  #redirectUri;
  #http;
  #server;
  /** Tokens, nothing, or why there are none; in a promise. */
  #tokens;
  #renewal;

  constructor(settings) {
    warnOfUnknown(settings);
    this.#settings = settings;
    this.#issuer = new URL(settings.issuer);
    this.#client = { client_id: settings.clientId };
    this.#redirectUri = new URL(settings.redirectUri ?? location.pathname, location.href).href;
    this.#http = {
      [oauth.allowInsecureRequests]: isHere(this.#issuer),
      signal: () => AbortSignal.timeout(PATIENCE_MS),
    };
    this.#tokens = this.#arrive();
    this.#tokens.catch(() => {});
  }

  /** An access token; an empty text when nobody is signed in. Rejects with why the last sign-in failed. */
  async token(force) {
    const tokens = await this.#tokens;
    if (tokens && !force && Date.now() < tokens.until) return tokens.access;
    if (!tokens?.refresh) return "";
    // A refresh token may work once: whoever needs the same waits for the one request.
    this.#renewal ??= this.#renew(tokens.refresh).finally(() => (this.#renewal = null));
    return (await this.#renewal)?.access ?? "";
  }

  /** Leaves for the provider, which asks who when it is to be `another` account. Rejects when it cannot be reached. */
  async start(another) {
    try {
      const server = await this.#discovered();
      const { scope = "openid profile", audience, switchPrompt = "select_account" } = this.#settings;
      const [verifier, state, nonce] = [
        oauth.generateRandomCodeVerifier(),
        oauth.generateRandomState(),
        oauth.generateRandomNonce(),
      ];
      const asked = {
        response_type: "code",
        ...this.#client,
        redirect_uri: this.#redirectUri,
        scope,
        ...(audience && { audience }),
        ...this.#resource(),
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(another && { prompt: switchPrompt }),
      };
      this.#leave(server.authorization_endpoint, asked, { verifier, state, nonce });
    } catch (fault) {
      throw trouble(fault);
    }
  }

  /** Forgets the tokens, and leaves for the provider where that signs people out. */
  async end() {
    await this.#renewal?.catch(() => {});
    const tokens = await this.#tokens.catch(() => null);
    this.#tokens = Promise.resolve(null);
    const address = tokens && (await this.#discovered()).end_session_endpoint;
    if (!address) return;
    const state = oauth.generateRandomState();
    const asked = { ...this.#client, id_token_hint: tokens.id, post_logout_redirect_uri: this.#redirectUri, state };
    this.#leave(address, asked, { state });
  }

  #leave(address, asked, kept) {
    const url = new URL(address);
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    oauth.checkProtocol(url, !isHere(this.#issuer));
    sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, back: location.href }));
    location.assign(url);
  }

  #resource() {
    const { resource } = this.#settings;
    return resource && { resource };
  }

  async #discovered() {
    this.#server ??= oauth
      .discoveryRequest(this.#issuer, this.#http)
      .then((answer) => oauth.processDiscoveryResponse(this.#issuer, answer))
      .catch((fault) => {
        this.#server = null;
        throw fault;
      });
    return this.#server;
  }

  /** Takes the provider's answer, if this page was opened by it. An answer that nobody here has asked for stays untouched. */
  async #arrive() {
    const noted = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    const kept = JSON.parse(noted);
    const answer = new URLSearchParams(location.search);
    const isLeft = kept && !kept.verifier && answer.get("state") === kept.state;
    if (!isLeft && !(kept?.verifier && answer.has("state") && (answer.has("code") || answer.has("error")))) return null;
    history.replaceState(history.state, "", kept.back);
    if (isLeft) return null;
    try {
      const server = await this.#discovered();
      const checked = oauth.validateAuthResponse(server, this.#client, answer, kept.state);
      const response = await oauth.authorizationCodeGrantRequest(
        ...[server, this.#client, oauth.None(), checked, this.#redirectUri, kept.verifier],
        { ...this.#http, additionalParameters: this.#resource() },
      );
      return inMemory(
        await oauth.processAuthorizationCodeResponse(server, this.#client, response, {
          expectedNonce: kept.nonce,
          requireIdToken: true,
        }),
      );
    } catch (fault) {
      throw trouble(fault);
    }
  }

  async #renew(refresh) {
    let tokens = null;
    try {
      const server = await this.#discovered();
      const response = await oauth.refreshTokenGrantRequest(server, this.#client, oauth.None(), refresh, {
        ...this.#http,
        additionalParameters: this.#resource(),
      });
      const { id } = await this.#tokens;
      tokens = inMemory(await oauth.processRefreshTokenResponse(server, this.#client, response), { refresh, id });
    } catch (fault) {
      // A provider that is away may come back; one that has refused this token never takes it again.
      if (!(fault instanceof oauth.ResponseBodyError) || isDown(fault)) throw trouble(fault);
    }
    this.#tokens = Promise.resolve(tokens);
    return tokens;
  }
}

function inMemory({ access_token, expires_in = Infinity, refresh_token, id_token }, { refresh, id } = {}) {
  const until = Date.now() + expires_in * 1000 - EARLY_MS;
  return { access: access_token, until, refresh: refresh_token ?? refresh, id: id_token ?? id };
}
