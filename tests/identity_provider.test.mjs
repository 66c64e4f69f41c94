// People who sign in at a certified OpenID Connect provider are let in by the server, and nobody else is.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { freePorts, Program } from "./product.mjs";
import { AUDIENCE, ec, IdentityProvider, RESOURCES, rsa } from "./provider.mjs";

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
