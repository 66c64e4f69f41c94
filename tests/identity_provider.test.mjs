// People who sign in at a certified OpenID Connect provider are let in by the server, and nobody else is.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import Provider from "oidc-provider";

import { freePorts, Program } from "./product.mjs";

const AUDIENCE = "partner-support";
const REDIRECT = "http://127.0.0.1/signed-in";
/** Services that tokens are asked for, by the address that names each: whom the token is for, and what signs it. */
const RESOURCES = {
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
const rsa = (kid) => key(kid, "rsa", { modulusLength: 2048 });
const ec = (kid) => key(kid, "ec", { namedCurve: "P-256" });

/** The provider on loopback. Its signing keys are those that it was made with: another one takes its place to change them. */
class IdentityProvider {
  async start() {
    this.server = createServer((request, response) => this.answer(request, response)).listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.address = `http://127.0.0.1:${this.server.address().port}`;
  }

  useKeys(keys) {
    const provider = new Provider(this.address, {
      jwks: { keys },
      cookies: { keys: ["one"] },
      clients: [
        {
          client_id: "site",
          application_type: "native",
          token_endpoint_auth_method: "none",
          redirect_uris: [REDIRECT],
          grant_types: ["authorization_code"],
        },
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
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
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

const provider = new IdentityProvider();
const data = mkdtempSync(join(tmpdir(), "partner-support-"));
const oldKeys = [rsa("rsa-1"), ec("ec-1")];
let server;
let account;

before(async () => {
  await provider.start();
  provider.useKeys(oldKeys);
  const [port] = await freePorts(1);
  account = `http://127.0.0.1:${port}/api/v1/account`;
  server = new Program("support-server", [
    "serve",
    ...["--listen", `127.0.0.1:${port}`],
    ...["--data", join(data, "desk.sqlite")],
    ...["--programme", "programmes/mpn-2021.json"],
    ...["--issuer", provider.address],
    ...["--audience", AUDIENCE],
  ]);
  await server.answersAt(`http://127.0.0.1:${port}/livez`);
});
after(async () => {
  await server?.stop();
  if (provider.server.listening) await provider.stop();
  rmSync(data, { recursive: true, force: true });
});

async function asks(token) {
  const answer = await fetch(account, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, body: await answer.json() };
}

for (const resource of ["urn:desk", "urn:desk:ec"]) {
  test(`a person who signs in with a token signed by ${RESOURCES[resource].alg} is let in as who they are`, async () => {
    const { status, body } = await asks(await provider.signIn("ada", resource));
    assert.equal(status, 200, server.said);
    assert.equal(body.viewer.id, "ada");
    assert.deepEqual(body.viewer.roles, ["global-admin"]);
  });
}

test("a token for another service, and one that was meddled with, let nobody in", async () => {
  const { status, body } = await asks(await provider.robot("urn:another"));
  assert.deepEqual([status, body.code], [401, "not-signed-in"]);
  const [header, claims, signature] = (await provider.robot("urn:desk")).split(".");
  const more = { ...JSON.parse(Buffer.from(claims, "base64url")), operator: true };
  const promoted = Buffer.from(JSON.stringify(more)).toString("base64url");
  assert.equal((await asks(`${header}.${promoted}.${signature}`)).status, 401);
  assert.equal((await asks(`${header}.${claims}.${signature}`)).status, 200);
});

test("the provider changes its keys, and nobody is turned away", async () => {
  const before = await provider.robot("urn:desk");
  provider.useKeys([rsa("rsa-2"), ec("ec-2"), ...oldKeys]);
  const after = await provider.robot("urn:desk");
  const kid = (token) => JSON.parse(Buffer.from(token.split(".")[0], "base64url")).kid;
  assert.deepEqual([kid(before), kid(after)], ["rsa-1", "rsa-2"]);
  const tokens = Array.from({ length: 100 }, (_, number) => (number % 2 ? before : after));
  const answers = await Promise.all(tokens.map(asks));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
});

test("while the provider is away, whoever is signed in stays so", async () => {
  const token = await provider.robot("urn:desk");
  assert.equal((await asks(token)).status, 200);
  await provider.stop();
  assert.equal((await asks(token)).status, 200);
});
