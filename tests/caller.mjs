// The API as another program would use it, beside the page.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

/** The API as one of the demo people, whom it knows by their first name: `const { status, body } = await call("GET", "/account")`. */
export async function caller(app, person) {
  const token = await app.product.token(person);
  return async (method, path, body) => {
    const answer = await fetch(`${app.product.address}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === "POST" ? { "content-type": "application/json", "idempotency-key": randomUUID() } : {}),
      },
      body: method === "POST" ? JSON.stringify(body ?? {}) : undefined,
    });
    return { status: answer.status, body: await answer.json() };
  };
}

/** Creates an incident that the partner's own contract pays for. */
export async function anIncident(call, more = {}) {
  const { contracts } = (await call("GET", "/account")).body;
  const { status, body } = await call("POST", "/incidents", {
    beneficiary: "own-company",
    product: "windows-server",
    version: "2019",
    kind: "break-fix",
    severity: "b",
    funding: { by: "contract", contract: contracts.find((held) => held.own && held.benefit.startsWith("product-support")).reference },
    title: "Domain controller does not replicate",
    description: "Error 8453.",
    ...more,
  });
  assert.equal(status, 201, `${body.code}: ${body.detail}`);
  return body.incident;
}
