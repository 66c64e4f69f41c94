// A partner site with the element inside, as three origins: the site, the element's files, and the API elsewhere.
//
//   node demo-host/main.mjs --port 8082 --assets-port 8083 --api http://127.0.0.1:8080 --issuer http://127.0.0.1:8081 --dist dist
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { policy } from "./policy.mjs";
import { sendFile, sendText, serve, serveAssets } from "./serve.mjs";

const text = { type: "string" };
const { values } = parseArgs({
  options: { port: text, "assets-port": text, api: text, issuer: text, dist: text },
});
const site = `http://127.0.0.1:${values.port}`;
const assets = `http://127.0.0.1:${values["assets-port"]}`;

const strict = policy({ ...values, assets });
const page = (name) => readFileSync(join(import.meta.dirname, name), "utf8").replaceAll("{{assets}}", assets);
const signIn = { issuer: values.issuer, clientId: "partner-support-demo", redirectUri: `${site}/support/` };

await serveAssets(Number(values["assets-port"]), values.dist, { apiBase: `${values.api}/api/v1`, signIn });
await serve(Number(values.port), (response, path) => {
  const html = (name) => sendText(response, page(name), { "content-type": "text/html; charset=utf-8", "content-security-policy": strict });
  if (path === "/") return html("index.html");
  if (/^\/support(\/[^.]*)?$/.test(path)) return html("support.html");
  if (path === "/host.js") return sendFile(response, join(values.dist, "host.js"));
  if (path === "/site.svg") return sendFile(response, join(values.dist, "demo-site.svg"));
  return path === "/site.css" && sendFile(response, join(import.meta.dirname, "site.css"));
});
console.log(`the demo host is at ${site}, the element's files at ${assets}`);
