// A certified OpenID Connect provider on this machine, for whom people and programs sign in with.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import Provider from "oidc-provider";

export const AUDIENCE = "partner-support";
const REDIRECT = "http://127.0.0.1/signed-in";
/** Services that tokens are asked for, by the address that names each: whom the token is for, and what signs it. */
export const RESOURCES = {
  "urn:desk": { audience: AUDIENCE, alg: "RS256" },
  "urn:desk:ec": { audience: AUDIENCE, alg: "ES256" },
  "urn:another": { audience: "another", alg: "RS256" },
};

function key(kid, type, options) {
  // Asked for as JWKs at once: in Node 20, exporting a key that was just made sometimes never returns.
  const format = { format: "jwk" };
  const { privateKey } = generateKeyPairSync(type, { ...options, publicKeyEncoding: format, privateKeyEncoding: format });
  return { ...privateKey, kid, use: "sig" };
}
export const rsa = (kid) => key(kid, "rsa", { modulusLength: 2048 });
export const ec = (kid) => key(kid, "ec", { namedCurve: "P-256" });

/** The provider on loopback. Its signing keys are those that it was made with: another one takes its place to change them. */
export class IdentityProvider {
  async start() {
    this.server = createServer((request, response) => this.answer(request, response)).listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.address = `http://127.0.0.1:${this.server.address().port}`;
  }

  /** `site` is where pages send people back to, `clients` are further ones; `features` and `more` are of the provider's own settings. */
  useKeys(keys, { site, clients = [], features = {}, ...more } = {}) {
    const provider = new Provider(this.address, {
      jwks: { keys },
      cookies: { keys: ["one"] },
      clients: [
        {
          client_id: "site",
          token_endpoint_auth_method: "none",
          redirect_uris: [REDIRECT, ...(site ? [site] : [])],
          post_logout_redirect_uris: site ? [site] : [],
          grant_types: ["authorization_code", "refresh_token"],
        },
        ...clients,
        {
          client_id: "robot",
          client_secret: "robot",
          redirect_uris: [],
          response_types: [],
          grant_types: ["client_credentials"],
        },
      ],
      features: {
        clientCredentials: { enabled: true },
        ...features,
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_, resource) => ({
            scope: "",
            audience: RESOURCES[resource].audience,
            accessTokenFormat: "jwt",
            jwt: { sign: { alg: RESOURCES[resource].alg } },
          }),
        },
      },
      extraTokenClaims: (_, token) => ({
        account_kind: "work",
        name: token.accountId ?? token.clientId,
        roles: token.accountId ? ["global-admin"] : [],
        associations: ["mpn"],
      }),
      // A page calls the token endpoint itself.
      clientBasedCORS: () => true,
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      ...more,
    });
    this.answer = provider.callback();
  }

  /** Signs a person in as a browser does, by authorization code and PKCE, and returns their access token. */
  async signIn(login, resource) {
    const verifier = randomBytes(32).toString("base64url");
    const query = new URLSearchParams({
      client_id: "site",
      redirect_uri: REDIRECT,
      response_type: "code",
      scope: "openid",
      resource,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    const cookies = new Map();
    let [address, form] = [`${this.address}/auth?${query}`, undefined];
    while (!address.startsWith(REDIRECT)) {
      const answer = await fetch(address, {
        redirect: "manual",
        method: form ? "POST" : "GET",
        body: form,
        headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
      });
      for (const cookie of answer.headers.getSetCookie()) {
        const [name, value] = cookie.split(";")[0].split("=");
        cookies.set(name, value);
      }
      const location = answer.headers.get("location");
      if (location) {
        [address, form] = [new URL(location, address).href, undefined];
        continue;
      }
      // A page with a form: who are you, then whether the site may know.
      const page = await answer.text();
      assert.equal(answer.status, 200, page);
      address = new URL(page.match(/<form[^>]*action="([^"]+)"/)[1], address).href;
      form = page.includes('name="login"')
        ? new URLSearchParams({ prompt: "login", login, password: "any" })
        : new URLSearchParams({ prompt: "consent" });
    }
    return this.#token({
      grant_type: "authorization_code",
      client_id: "site",
      redirect_uri: REDIRECT,
      code: new URL(address).searchParams.get("code"),
      code_verifier: verifier,
      resource,
    });
  }

  /** Its own pages ask for a font, which is not there. */
  async withoutFonts(page) {
    await page.route("https://fonts.googleapis.com/**", (route) => route.fulfill({ contentType: "text/css", body: "" }));
  }

  /** Fills in its pages in a browser: who it is, and that the site may know. */
  async asPerson(page, name) {
    const isBack = (url) => !url.href.startsWith(this.address);
    await page.waitForURL(`${this.address}/**`);
    await page.getByPlaceholder("Enter any login").fill(name);
    await page.getByPlaceholder("and password").fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    const consent = page.getByRole("button", { name: "Continue" });
    await Promise.race([consent.click(), page.waitForURL(isBack)]).catch(() => {});
    await page.waitForURL(isBack);
  }

  /** Says on its page that whoever is leaving is to be signed out there too. */
  async lets(page) {
    await page.waitForURL(`${this.address}/session/end**`);
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.waitForURL((url) => !url.href.startsWith(this.address));
  }

  /** The access token of a program. */
  robot(resource) {
    const client = { client_id: "robot", client_secret: "robot" };
    return this.#token({ grant_type: "client_credentials", resource, ...client });
  }

  async #token(request) {
    const answer = await fetch(`${this.address}/token`, { method: "POST", body: new URLSearchParams(request) });
    const body = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(body));
    return body.access_token;
  }

  async stop() {
    this.server.closeAllConnections();
    await once(this.server.close(), "close");
  }
}
